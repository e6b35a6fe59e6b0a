//! One call to the running server: JSON under a token that binds it to issuer and body and lasts for a minute.

use crate::failure::Failure;
use crate::{operator_key, outside};
use sealwax::endpoint::operator::{OperatorClaims, OperatorRequest};
use sealwax::jwt::{self, NativeSigner};
use sealwax::oauth::{Issuer, base64url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::time::Duration;
use ureq::http::Response;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};

/// The server and the key that it is called with.
pub(crate) struct Server<'a> {
    issuer: &'a Issuer,
    key: &'a Path,
    tls: TlsConfig,
}

/// RFC 6749 §5.2
#[derive(Default, Deserialize)]
struct ErrorBody {
    error: Option<String>,
    error_description: Option<String>,
}

impl<'a> Server<'a> {
    /// With an authority of one's own in a file, no other is trusted.
    pub(crate) fn new(issuer: &'a Issuer, key: &'a Path, authority: Option<&Path>) -> Result<Self, Failure> {
        let tls = match authority {
            Some(file) => TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[certificate(file)?])).build(),
            None => TlsConfig::default(),
        };
        Ok(Self { issuer, key, tls })
    }

    /// Calls, and reads the answer.
    pub(crate) fn call<T: DeserializeOwned>(&self, request: &OperatorRequest) -> Result<T, Failure> {
        let body = serde_json::to_string(request).map_err(|error| Failure::new(format!("no JSON: {error}")))?;
        let token = self.token(&body)?;
        let url = self.issuer.url("/operator");
        let sent = self.agent().post(&url).header("authorization", format!("Bearer {token}"));
        let mut response =
            sent.content_type("application/json").send(body).map_err(|error| self.unreachable(&error))?;
        let text = response.body_mut().read_to_string().map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            let not_understood = |_| Failure::new(format!("the answer of {url} is not understood")).remedy(VERSIONS);
            return serde_json::from_str(&text).map_err(not_understood);
        }
        Err(self.explain(&response, &serde_json::from_str(&text).unwrap_or_default()))
    }

    fn token(&self, body: &str) -> Result<String, Failure> {
        let key = operator_key::read(self.key)?;
        let jti = base64url(outside::random::<16>()?);
        let body = OperatorClaims::body_hash(body.as_bytes());
        let iat = outside::now().seconds();
        let exp = iat + OperatorClaims::LIFETIME;
        let claims = OperatorClaims { aud: self.issuer.to_string(), jti, body, iat, exp };
        let signed = pollster::block_on(jwt::issue(&claims, OperatorClaims::TYPE, &key, &NativeSigner));
        signed.map_err(|error| Failure::new(format!("{} cannot sign: {}", self.key.display(), error.0)))
    }

    pub(crate) fn issuer(&self) -> &Issuer {
        self.issuer
    }

    pub(crate) fn key(&self) -> &Path {
        self.key
    }

    /// What HTTP goes through.
    pub(crate) fn agent(&self) -> Agent {
        let config = Agent::config_builder()
            .tls_config(self.tls.clone())
            .timeout_global(Some(TIMEOUT))
            .https_only(self.issuer.is_secure())
            // A redirect would carry the call to a place that it is not signed for.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false);
        // A proxy cannot reach this machine's own ports.
        let local = !self.issuer.is_secure() || self.issuer.origin().starts_with("https://localhost");
        let config = if local { config.proxy(None) } else { config };
        config.build().into()
    }

    /// Why there is no answer.
    pub(crate) fn unreachable(&self, error: &ureq::Error) -> Failure {
        let issuer = self.issuer;
        match error {
            ureq::Error::HostNotFound => Failure::new(format!("{issuer} has no address: DNS does not know the name"))
                .remedy("Check the URL given with --issuer, and that a route or domain of the Worker has this name."),
            ureq::Error::Timeout(_) => Failure::new(format!("{issuer} did not answer within {} s", TIMEOUT.as_secs()))
                .remedy("The call may have been carried out: look with `list` before you repeat it."),
            // What rustls says comes as an error of input and output, and has no type here.
            _ if self.issuer.is_secure() && error.to_string().contains("certificate") => Failure::new(format!(
                "{issuer} shows a certificate that this machine does not accept: {error}"
            ))
            .remedy("See that it is for this name, has not expired, and is issued by an authority that clients trust, or name its own with --cacert."),
            _ if self.issuer.is_secure() => Failure::new(format!("{issuer} cannot be reached: {error}"))
                .remedy("Check the URL given with --issuer, and your connection."),
            _ => Failure::new(format!("no server answers at {issuer} ({error})"))
                .remedy("Start one with scripts/dev, or name another with --issuer."),
        }
    }

    /// What a refusal means, and what to do.
    fn explain(&self, response: &Response<Body>, body: &ErrorBody) -> Failure {
        let (issuer, status) = (self.issuer, response.status().as_u16());
        let said = body.error_description.as_deref().unwrap_or("it gave no reason");
        let failure = match (status, &body.error) {
            (400 | 404 | 409, Some(_)) => Failure::new(said),
            (401, Some(_)) if said.contains("clocks") => {
                Failure::new(format!("{issuer} refused the call: {said}")).remedy("Set this machine's clock right.")
            }
            (401, Some(_)) => Failure::new(format!("{issuer} refused the call: {said}")).remedy(format!(
                "Check that {} is the key in the server's OPERATOR_KEYS, and that --issuer is the server's own name.",
                self.key.display()
            )),
            (404 | 405, _) => Failure::new(format!("{issuer} has no operator's endpoint"))
                .remedy("Give the server OPERATOR_KEYS (`sealwax keys init`), or check the URL given with --issuer."),
            (300..400, _) => Failure::new(format!("{issuer} is not the server itself: it redirects"))
                .remedy("Give its ISSUER to the letter with --issuer."),
            (503, Some(_)) => Failure::new(format!("{issuer} cannot do this right now: {said}"))
                .remedy("Try again in a few seconds; its log names the cause."),
            _ => Failure::new(format!("{issuer} answered {status}: {said}"))
                .remedy(format!("Open {issuer} in a browser: it says whether it is healthy. Its log names the cause.")),
        };
        failure.of_status(status)
    }
}

const TIMEOUT: Duration = Duration::from_secs(30);
const VERSIONS: &str = "Check that the server and this command line are of one version (`sealwax --version`).";

fn certificate(file: &Path) -> Result<Certificate<'static>, Failure> {
    let name = file.display();
    let pem = std::fs::read(file).map_err(|error| Failure::new(format!("{name} cannot be read: {error}")))?;
    Certificate::from_pem(&pem).map_err(|_| Failure::new(format!("{name} is no certificate in PEM")))
}
