"""A client by Authlib, without a web framework: requests and answers are lines of JSON.

It is configured by its first argument: {issuer, client_id, client_secret, auth_method, scope, redirect_uri}, and {jwk, alg}
for private_key_jwt. Then:
  {"do": "authorize", ...more parameters}           -> {url}
  {"do": "callback", "params": {...}, "more": {...}} -> {tokens, claims}   the ID token was validated by Authlib
  {"do": "refresh", ...more parameters}             -> {tokens}
  {"do": "grant", "grant_type": ..., ...parameters} -> {tokens}
  {"do": "device", ...parameters}                   -> {began}
An error is answered as {"error": ..., "description": ...}.
"""

import json
import sys

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.errors import JoseError
from joserfc.jwk import import_key


class RelyingParty(OAuth2Mixin, OpenIDMixin, BaseApp):
    """What Authlib's own integrations add a framework to."""

    client_cls = OAuth2Session

    def __init__(self, config):
        secret, methods = config.get("client_secret"), None
        if "jwk" in config:
            secret = import_key(config["jwk"])
            methods = [PrivateKeyJWT(alg=config["alg"])]
        super().__init__(
            framework=None,
            name="sealwax",
            client_id=config["client_id"],
            client_secret=secret,
            client_auth_methods=methods,
            server_metadata_url=config["issuer"] + "/.well-known/openid-configuration",
            client_kwargs={
                "scope": config.get("scope"),
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": config["auth_method"],
            },
        )
        self.redirect_uri = config["redirect_uri"]
        self.begun = None
        self.tokens = None

    def authorize(self, request):
        self.begun = self.create_authorization_url(self.redirect_uri, **without(request, "do"))
        return {"url": self.begun["url"]}

    def callback(self, request):
        params = request["params"]
        if params.get("state") != self.begun["state"]:
            raise ValueError("the state is another")
        # RFC 9207 is not Authlib's business yet.
        if params.get("iss") != self.load_server_metadata()["issuer"]:
            raise ValueError("the issuer is another")
        if "error" in params:
            return {"error": params["error"], "description": params.get("error_description")}
        self.tokens = self.fetch_access_token(
            self.redirect_uri,
            code=params["code"],
            code_verifier=self.begun["code_verifier"],
            **request.get("more", {}),
        )
        if "id_token" not in self.tokens:
            return {"tokens": self.tokens}
        nonce = request.get("nonce", self.begun["nonce"])
        claims = self.parse_id_token(self.tokens, nonce=nonce, leeway=0)
        return {"tokens": self.tokens, "claims": claims}

    def _on_update_token(self, token, **_):
        """Where Authlib's integrations tell their framework."""
        self.tokens = token

    def refresh(self, request):
        more = {"refresh_token": (self.tokens or {}).get("refresh_token"), **without(request, "do")}
        endpoint = self.load_server_metadata()["token_endpoint"]
        with self._get_oauth_client() as session:
            self.tokens = session.refresh_token(endpoint, **more)
        return {"tokens": self.tokens}

    def grant(self, request):
        endpoint = self.load_server_metadata()["token_endpoint"]
        with self._get_oauth_client() as session:
            self.tokens = session.fetch_token(endpoint, **without(request, "do"))
        return {"tokens": self.tokens}

    def device(self, request):
        """RFC 8628, section 3.1: Authlib has no call for it, but its client authentication."""
        endpoint = self.load_server_metadata()["device_authorization_endpoint"]
        with self._get_oauth_client() as session:
            auth = session.client_auth(session.token_endpoint_auth_method)
            response = session.post(endpoint, data=without(request, "do"), auth=auth, withhold_token=True)
        answer = response.json()
        return answer if "error" in answer else {"began": answer}


def without(request, name):
    return {key: value for key, value in request.items() if key != name}


def main():
    party = RelyingParty(json.loads(sys.argv[1]))
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(party, request["do"])(request)
        except AuthlibBaseError as error:
            answer = {"error": error.error, "description": error.description}
        except JoseError as error:
            answer = {"error": error.error, "description": str(error)}
        print(json.dumps(answer), flush=True)


main()
