"""A relying party by Authlib, without a web framework: requests and answers are lines of JSON.

It is configured by its first argument: {issuer, client_id, client_secret, auth_method, scope, redirect_uri}. Then:
  {"do": "authorize", ...more parameters}      -> {url}
  {"do": "callback", "params": {...}}          -> {tokens, claims}   the ID token was validated by Authlib
  {"do": "refresh"}                            -> {tokens}
  {"do": "client_credentials", ...more}        -> {tokens}
An error is answered as {"error": ..., "description": ...}.
"""

import json
import sys

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError


class RelyingParty(OAuth2Mixin, OpenIDMixin, BaseApp):
    """What Authlib's own integrations add a framework to."""

    client_cls = OAuth2Session

    def __init__(self, config):
        kwargs = {
            "scope": config["scope"],
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": config["auth_method"],
        }
        super().__init__(
            framework=None,
            name="sealwax",
            client_id=config["client_id"],
            client_secret=config.get("client_secret"),
            server_metadata_url=config["issuer"] + "/.well-known/openid-configuration",
            client_kwargs=kwargs,
        )
        self.redirect_uri = config["redirect_uri"]
        self.begun = None
        self.tokens = None

    def authorize(self, request):
        more = {name: value for name, value in request.items() if name != "do"}
        self.begun = self.create_authorization_url(self.redirect_uri, **more)
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
            self.redirect_uri, code=params["code"], code_verifier=self.begun["code_verifier"]
        )
        nonce = request.get("nonce", self.begun["nonce"])
        claims = self.parse_id_token(self.tokens, nonce=nonce, leeway=0)
        return {"tokens": self.tokens, "claims": claims}

    def _on_update_token(self, token, **_):
        """Where Authlib's integrations tell their framework."""
        self.tokens = token

    def refresh(self, _):
        metadata = self.load_server_metadata()
        with self._get_oauth_client() as session:
            self.tokens = session.refresh_token(
                metadata["token_endpoint"], refresh_token=self.tokens["refresh_token"]
            )
        return {"tokens": self.tokens}

    def client_credentials(self, request):
        more = {name: value for name, value in request.items() if name != "do"}
        metadata = self.load_server_metadata()
        with self._get_oauth_client() as session:
            tokens = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials", **more)
        return {"tokens": tokens}


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
