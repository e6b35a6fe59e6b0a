//! The `claims` parameter (OpenID Connect Core §5.5).
//!
//! ```json
//! {"userinfo": {"given_name": {"essential": true}, "picture": null},
//!  "id_token": {"auth_time": {"essential": true}, "acr": {"values": ["urn:mace:incommon:iap:silver"]}}}
//! ```
//!
//! Kept is what this server has a use for: the names of claims that it knows, and the values of `sub` and `acr`. What else
//! is asked for is passed over (§5.5: no error for a claim that there is not), and whether a claim is essential makes no
//! difference, since every claim that is there is told (§5.5.1).

use super::StandardClaim;
use minicbor::{Decode, Encode};
use serde_json::{Map, Value};

/// What a request asks for, claim by claim.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct ClaimsRequest {
    /// At userinfo.
    #[n(0)]
    #[cbor(default)]
    pub userinfo: ClaimNames,
    /// In the ID token.
    #[n(1)]
    #[cbor(default)]
    pub id_token: ClaimNames,
    /// The users whom alone it is about, by the `sub` that the client knows.
    #[n(2)]
    pub sub: Option<Vec<String>>,
    /// How the user should have signed in.
    #[n(3)]
    pub acr: Option<AcrRequest>,
}

/// Names of standard claims, perhaps with language tags, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct ClaimNames(String);

/// `acr` in the `id_token` member (OpenID Connect Core §5.5.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct AcrRequest {
    /// Whether the request fails unless one of the values is met.
    #[n(0)]
    pub essential: bool,
    /// In order of preference.
    #[n(1)]
    pub values: Vec<String>,
}

impl ClaimNames {
    /// The names.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|name| !name.is_empty())
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those whose scope passes.
    #[must_use]
    pub fn of_scopes(&self, passes: impl Fn(&str) -> bool) -> Self {
        let kept = self.iter().filter(|name| StandardClaim::named(name).is_some_and(|claim| passes(claim.scope)));
        Self(kept.collect::<Vec<_>>().join(" "))
    }
}

impl ClaimsRequest {
    /// The longest parameter, in bytes.
    pub const MAX: usize = 4096;

    /// Reads the parameter.
    ///
    /// # Errors
    /// What is wrong with it: it is too long, or not what OpenID Connect Core §5.5 describes.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.len() > Self::MAX {
            return Err("The claims parameter is longer than 4,096 bytes.");
        }
        let members: Map<String, Value> = serde_json::from_str(text).map_err(|_| MALFORMED)?;
        let userinfo = Member::read(members.get("userinfo"))?;
        let id_token = Member::read(members.get("id_token"))?;
        let sub = match (userinfo.sub, id_token.sub) {
            (Some(one), Some(other)) => Some(one.into_iter().filter(|sub| other.contains(sub)).collect()),
            (one, other) => one.or(other),
        };
        Ok(Self { userinfo: userinfo.names, id_token: id_token.names, sub, acr: id_token.acr })
    }

    /// Whether nothing is left of it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.userinfo.is_empty() && self.id_token.is_empty() && self.sub.is_none() && self.acr.is_none()
    }

    /// The same as far as these scopes go.
    #[must_use]
    pub fn of_scopes(self, passes: impl Fn(&str) -> bool) -> Self {
        Self { userinfo: self.userinfo.of_scopes(&passes), id_token: self.id_token.of_scopes(&passes), ..self }
    }

    /// What of it is told later, once it is certain whom it is about and how they signed in.
    #[must_use]
    pub fn told(&self, passes: impl Fn(&str) -> bool) -> Option<Self> {
        let told = Self { sub: None, acr: None, ..self.clone() }.of_scopes(passes);
        (!told.is_empty()).then_some(told)
    }

    /// The scopes that would ask for these claims, perhaps repeatedly.
    pub fn scopes(&self) -> impl Iterator<Item = &'static str> {
        let names = self.userinfo.iter().chain(self.id_token.iter());
        names.filter_map(|name| StandardClaim::named(name).map(|claim| claim.scope))
    }

    /// Whether it may be answered with this user.
    #[must_use]
    pub fn is_about(&self, sub: &str) -> bool {
        self.sub.as_ref().is_none_or(|subs| subs.iter().any(|one| one == sub))
    }
}

/// `userinfo` or `id_token`.
#[derive(Default)]
struct Member {
    names: ClaimNames,
    sub: Option<Vec<String>>,
    acr: Option<AcrRequest>,
}

impl Member {
    fn read(member: Option<&Value>) -> Result<Self, &'static str> {
        let mut read = Self::default();
        let claims = match member {
            None | Some(Value::Null) => return Ok(read),
            Some(value) => value.as_object().ok_or(MALFORMED)?,
        };
        let mut names = Vec::new();
        for (name, value) in claims {
            let claim = Claim::read(value)?;
            match name.as_str() {
                "sub" => read.sub = claim.values,
                // Without values any will do. Values of which none is a text are met by none (§5.5.1.1).
                "acr" => {
                    read.acr = claim.values.map(|values| AcrRequest { essential: claim.essential, values });
                }
                name if StandardClaim::named(name).is_some() => names.push(name),
                _ => {}
            }
        }
        read.names = ClaimNames(names.join(" "));
        Ok(read)
    }
}

/// What is said of one claim (OpenID Connect Core §5.5.1).
struct Claim {
    essential: bool,
    /// Those of `value` and `values` that are strings; other members are passed over, as the standard has it.
    values: Option<Vec<String>>,
}

impl Claim {
    fn read(value: &Value) -> Result<Self, &'static str> {
        let members = match value {
            Value::Null => return Ok(Self { essential: false, values: None }),
            value => value.as_object().ok_or(MALFORMED)?,
        };
        let essential = match members.get("essential") {
            None => false,
            Some(value) => value.as_bool().ok_or(MALFORMED)?,
        };
        let one = members.get("value").map(std::slice::from_ref);
        let several = members.get("values").map(|values| values.as_array().map(Vec::as_slice).ok_or(MALFORMED));
        let values = one.map(Ok).or(several).transpose()?;
        let texts = |values: &[Value]| values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
        Ok(Self { essential, values: values.map(texts) })
    }
}

const MALFORMED: &str = "The claims parameter is not the JSON of OpenID Connect Core section 5.5.";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn parse(value: &Value) -> Result<ClaimsRequest, &'static str> {
        ClaimsRequest::parse(&value.to_string())
    }

    /// OpenID Connect Core §5.5: the example.
    #[test]
    fn openid_connect_core_section_5_5() {
        let request = parse(&json!({
            "userinfo": {
                "given_name": {"essential": true}, "nickname": null, "email": {"essential": true},
                "email_verified": {"essential": true}, "picture": null, "http://example.info/claims/groups": null
            },
            "id_token": {
                "auth_time": {"essential": true}, "acr": {"values": ["urn:mace:incommon:iap:silver"]}
            }
        }))
        .unwrap();
        let names: Vec<&str> = request.userinfo.iter().collect();
        assert_eq!(names, ["email", "email_verified", "given_name", "nickname", "picture"]);
        assert!(request.id_token.is_empty() && request.sub.is_none());
        let acr = request.acr.clone().unwrap();
        assert_eq!((acr.essential, acr.values), (false, vec!["urn:mace:incommon:iap:silver".to_owned()]));
        let email: Vec<&str> = request.userinfo.iter().filter(|name| name.starts_with("email")).collect();
        let told = request.told(|scope| scope == "email").unwrap();
        assert_eq!(told.userinfo.iter().collect::<Vec<_>>(), email);
        assert!(told.acr.is_none());
        assert_eq!(request.told(|scope| scope == "phone"), None);
    }

    #[test]
    fn a_user_may_be_named() {
        let about = |value: Value, sub: &str| parse(&value).unwrap().is_about(sub);
        assert!(about(json!({"id_token": {"sub": {"value": "a"}}}), "a"));
        assert!(!about(json!({"id_token": {"sub": {"value": "a"}}}), "b"));
        assert!(about(json!({"userinfo": {"sub": {"values": ["a", "b"]}}}), "b"));
        assert!(!about(json!({"userinfo": {"sub": {"value": 5}}}), "5"));
        let both = json!({"userinfo": {"sub": {"values": ["a", "b"]}}, "id_token": {"sub": {"values": ["b", "c"]}}});
        assert!(about(both.clone(), "b") && !about(both, "a"));
        assert!(about(json!({"id_token": {"sub": null}}), "a"));
        assert!(about(json!({"id_token": {"sub": {"essential": true}}}), "a"));
    }

    #[test]
    fn an_acr_is_one_of_values() {
        let acr = |value: Value| parse(&json!({"id_token": {"acr": value}})).unwrap().acr;
        for unmet in [json!({"essential": true, "value": 5}), json!({"essential": true, "values": []})] {
            assert_eq!(acr(unmet.clone()), Some(AcrRequest { essential: true, values: Vec::new() }), "{unmet}");
        }
        for any in [json!(null), json!({}), json!({"essential": true})] {
            assert_eq!(acr(any.clone()), None, "{any}");
        }
    }

    #[test]
    fn what_is_unknown_is_passed_over() {
        for odd in [
            json!({}),
            json!({"userinfo": {}, "id_token": null, "more": {"name": null}}),
            json!({"userinfo": {"shoe_size": {"essential": true, "value": 43}}}),
            json!({"userinfo": {"email#de": null, "name#": null}}),
        ] {
            assert!(parse(&odd).unwrap().is_empty(), "{odd}");
        }
        let value = json!({"userinfo": {"name": {"essential": true, "value": 1, "purpose": "x"}, "name#de": null}});
        assert_eq!(parse(&value).unwrap().userinfo.iter().collect::<Vec<_>>(), ["name", "name#de"]);
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for wrong in [
            json!([]),
            json!("x"),
            json!(null),
            json!({"userinfo": []}),
            json!({"userinfo": "name"}),
            json!({"id_token": {"name": true}}),
            json!({"id_token": {"name": "Ada"}}),
            json!({"id_token": {"name": {"essential": "yes"}}}),
            json!({"id_token": {"acr": {"values": "x"}}}),
        ] {
            assert!(parse(&wrong).is_err(), "{wrong}");
        }
        assert!(ClaimsRequest::parse("{").is_err());
        assert!(ClaimsRequest::parse(&format!("{{}}{}", " ".repeat(4095))).is_err());
        assert!(ClaimsRequest::parse(&format!("{{}}{}", " ".repeat(4094))).is_ok());
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,200}") {
            let _ = ClaimsRequest::parse(&text);
        }
    }
}
