//! What a client asserts about itself by a JWT under a key of its own (RFC 7523 §3, OpenID Connect Core §9).

use crate::error::OAuthError;
use crate::jwt::ClientClaims;
use crate::oauth::{ClientId, Lifetime, Timestamp, digest16};

/// An assertion that is good, once: whoever takes it spends it. It comes from claims that the client's key has signed.
/// Only [`ClientAssertion::judge`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAssertion {
    client: ClientId,
    id: [u8; 16],
    exp: Timestamp,
}

impl ClientAssertion {
    /// RFC 7523 §2.2: the only `client_assertion_type`.
    pub const TYPE: &'static str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    /// The longest assertion, in characters.
    pub const MAX: usize = 4 * 1024;
    /// The longest life of one, from now: what Authlib gives them.
    pub const LONGEST: Lifetime = Lifetime::seconds(3600);
    /// The same where nothing is spent, so that one works again until it ends.
    pub const LONGEST_UNSPENT: Lifetime = Lifetime::seconds(600);
    const MAX_JTI: usize = 256;

    /// Judges the claims.
    ///
    /// # Errors
    /// `invalid_client`
    pub fn judge(
        claims: &ClientClaims,
        client: &ClientId,
        audiences: &[&str],
        (longest, now): (Lifetime, Timestamp),
    ) -> Result<Self, OAuthError> {
        // RFC 7523 §3, items 1 and 2: the client speaks of itself.
        if [claims.text("iss"), claims.text("sub")] != [Some(client.as_str()); 2] {
            return Err(OAuthError::invalid_client("assertion_of_another"));
        }
        // RFC 9101 §10.8: a request object passes through browsers, and proves nothing about who shows it.
        if claims.get("response_type").is_some() {
            return Err(OAuthError::invalid_client("assertion_is_a_request"));
        }
        // Item 3: meant for this server.
        if !audiences.iter().any(|audience| claims.is_for(audience)) {
            return Err(OAuthError::invalid_client("assertion_audience"));
        }
        // Items 4 to 6.
        let exp = claims.ends(longest, now).map_err(OAuthError::invalid_client)?;
        // Item 7; OpenID Connect Core §9 requires it.
        let jti = claims.text("jti").filter(|jti| (1..=Self::MAX_JTI).contains(&jti.len()));
        let jti = jti.ok_or(OAuthError::invalid_client("assertion_jti"))?;
        Ok(Self { client: client.clone(), id: digest16(&[client.as_str().as_bytes(), jti.as_bytes()]), exp })
    }

    /// Who proves itself by it.
    #[must_use]
    pub const fn client(&self) -> &ClientId {
        &self.client
    }

    /// What is spent: a hash of the client and the `jti`.
    #[must_use]
    pub const fn id(&self) -> [u8; 16] {
        self.id
    }

    /// When it ends by itself.
    #[must_use]
    pub const fn exp(&self) -> Timestamp {
        self.exp
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    fn judge(change: impl FnOnce(&mut Value)) -> Result<ClientAssertion, &'static str> {
        let mut claims = json!({"iss": "app", "sub": "app", "aud": "https://id", "exp": 1300, "jti": "1"});
        change(&mut claims);
        let claims = ClientClaims::parse(&claims.to_string()).unwrap();
        let audiences = ["https://id", "https://id/token"];
        let longest = ClientAssertion::LONGEST;
        ClientAssertion::judge(&claims, &ClientId::parse("app").unwrap(), &audiences, (longest, NOW))
            .map_err(|error| error.cause)
    }

    #[test]
    fn good_ones() {
        let good = judge(|_| ()).unwrap();
        assert_eq!(good.exp().seconds(), 1300);
        assert_eq!(judge(|claims| claims["aud"] = json!(["https://x", "https://id/token"])), Ok(good.clone()));
        assert_ne!(judge(|claims| claims["jti"] = json!("2")).unwrap().id(), good.id());
    }

    #[test]
    fn bad_ones() {
        let cases = [
            ("iss", json!("other"), "assertion_of_another"),
            ("sub", json!("other"), "assertion_of_another"),
            ("sub", json!(null), "assertion_of_another"),
            ("response_type", json!("code"), "assertion_is_a_request"),
            ("aud", json!("https://id/"), "assertion_audience"),
            ("aud", json!(null), "assertion_audience"),
            ("exp", json!(null), "exp_missing"),
            ("exp", json!(990), "expired"),
            ("exp", json!(4606), "lifetime_too_long"),
            ("nbf", json!(1100), "not_yet_valid"),
            ("jti", json!(null), "assertion_jti"),
            ("jti", json!(""), "assertion_jti"),
            ("jti", json!(7), "assertion_jti"),
            ("jti", json!("x".repeat(257)), "assertion_jti"),
        ];
        for (claim, value, cause) in cases {
            assert_eq!(judge(|claims| claims[claim] = value.clone()), Err(cause), "{claim} {value}");
        }
    }
}
