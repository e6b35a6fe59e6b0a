//! The resources of this server (RFC 8707), each with what its tokens are like.
//!
//! ```json
//! {"https://notes.example": {
//!    "name": "Notes", "name#de": "Notizen", "audience": "notes", "access_token_lifetime": 300, "signing_alg": "ES256",
//!    "scopes": {"notes:read": {"description": "Read your notes"}},
//!    "access_token_claims": ["roles"], "userinfo_claims": {"team": "department"}}}
//! ```

use super::{Fault, ScopeRegistry, translated};
use crate::jwt::SigningKeys;
use crate::oauth::{ClaimMapping, Issuer, Lifetime, Resource, SigningAlgorithm, Translated};
use crate::sorted::SortedMap;
use serde_json::{Map, Value};

/// `RESOURCES`
#[derive(Debug, Default)]
pub struct ResourceRegistry(SortedMap<Resource, ResourceDefinition>);

/// One resource of the operator's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceDefinition {
    /// What people are shown; its URI where there is none.
    pub name: Option<Translated>,
    /// What stands in the `aud` of its tokens: its URI, unless the resource goes by another name.
    pub audience: String,
    /// The scopes that exist for it, beside those that go with any resource.
    scopes: Vec<String>,
    /// How long its tokens last; `ACCESS_TOKEN_LIFETIME` where absent.
    pub access_token_lifetime: Option<Lifetime>,
    /// What signs its tokens; the default key where absent.
    pub signing_alg: Option<SigningAlgorithm>,
    /// What its tokens tell of the user.
    pub access_token_claims: ClaimMapping,
    /// What userinfo tells of the user to whoever has a token for it.
    pub userinfo_claims: ClaimMapping,
}

/// What `RESOURCES` is held against.
pub(super) struct Surroundings<'a> {
    /// Takes up the scopes of the resources.
    pub scopes: &'a mut ScopeRegistry,
    /// Absent when they are faulty themselves.
    pub keys: Option<&'a SigningKeys>,
    /// Absent when it is faulty itself.
    pub issuer: Option<&'a Issuer>,
}

impl ResourceRegistry {
    /// The most resources.
    pub const MAX: usize = 64;
    const MEMBERS: [&'static str; 7] = [
        "name",
        "audience",
        "scopes",
        "access_token_lifetime",
        "signing_alg",
        "access_token_claims",
        "userinfo_claims",
    ];

    /// Reads the JSON shown above.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn parse(json: &str, mut around: Surroundings<'_>) -> Result<Self, Vec<Fault>> {
        let listed = SortedMap::parse(json)
            .map_err(|error| vec![format!("RESOURCES is not an object of resources: {error}")])?;
        let mut faults = Vec::new();
        if listed.len() > Self::MAX {
            faults.push("RESOURCES has more than 64 resources".to_owned());
        }
        let mut registry = SortedMap::new();
        for (uri, value) in listed.iter() {
            match ResourceDefinition::read(uri, value, &mut around) {
                Ok((resource, definition)) => {
                    registry.insert(resource, definition);
                }
                Err(found) => faults.extend(found.into_iter().map(|fault| format!("RESOURCES: {uri} {fault}"))),
            }
        }
        if faults.is_empty() { Ok(Self(registry)) } else { Err(faults) }
    }

    /// What is said of a resource.
    #[must_use]
    pub fn definition(&self, resource: &Resource) -> Option<&ResourceDefinition> {
        self.0.get(resource)
    }

    /// What stands in the `aud` of tokens for a resource.
    #[must_use]
    pub fn audience<'a>(&'a self, resource: &'a Resource) -> &'a str {
        self.definition(resource).map_or(resource.as_str(), |definition| &definition.audience)
    }

    /// A resource as it is spelled here, where the two differ by a slash at the end alone.
    pub(super) fn spelled(&self, resource: Resource) -> Resource {
        let same = |known: &&Resource| known.differs_by_a_slash_from(resource.as_str());
        match self.0.keys().find(same) {
            Some(known) if self.definition(&resource).is_none() => known.clone(),
            _ => resource,
        }
    }

    /// Whether the tokens of any tell something of the user.
    pub(super) fn tell_in_tokens(&self) -> bool {
        self.0.values().any(|definition| !definition.access_token_claims.is_empty())
    }

    /// The resources.
    pub fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.0.keys()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl ResourceDefinition {
    /// The longest name, in characters.
    const MAX_NAME: usize = 128;

    /// Whether the scope exists for this resource.
    #[must_use]
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|name| name == scope)
    }

    fn read(uri: &str, value: &Value, around: &mut Surroundings<'_>) -> Result<(Resource, Self), Vec<Fault>> {
        let Some(members) = value.as_object() else { return Err(vec!["is no object".to_owned()]) };
        let mut faults = Vec::new();
        let known =
            |name: &String| ResourceRegistry::MEMBERS.contains(&name.as_str()) || translated::is_of("name", name);
        if let Some(name) = members.keys().find(|name| !known(name)) {
            faults.push(format!("has a member that there is not: {name:?}"));
        }
        let resource = Resource::parse(uri);
        if resource.is_none() {
            faults.push("is not an absolute URI without a fragment (RFC 8707 §2)".to_owned());
        }
        let plain = member("name", "1 to 128 characters without control characters", name, (members, &mut faults));
        let name = translated::read("name", members, name).unwrap_or_else(|fault| {
            // What is wrong with the name itself is told already.
            faults.extend((plain.is_some() || !members.contains_key("name")).then(|| format!("has {fault}")));
            None
        });
        let definition = Self {
            name,
            audience: member("audience", "1 to 512 visible ASCII characters", audience, (members, &mut faults))
                .unwrap_or_else(|| uri.to_owned()),
            scopes: scopes(members, around.scopes, &mut faults),
            access_token_lifetime: member(
                "access_token_lifetime",
                "a whole number from 60 to 86400",
                lifetime,
                (members, &mut faults),
            ),
            signing_alg: member("signing_alg", "ES256, RS256 or EdDSA", algorithm, (members, &mut faults)),
            access_token_claims: claims("access_token_claims", members, &mut faults),
            userinfo_claims: claims("userinfo_claims", members, &mut faults),
        };
        faults.extend(definition.misplaced(uri, around));
        match resource {
            Some(resource) if faults.is_empty() => Ok((resource, definition)),
            _ => Err(faults),
        }
    }

    /// What does not go with the rest of the configuration.
    fn misplaced(&self, uri: &str, around: &Surroundings<'_>) -> Option<Fault> {
        // A token is for userinfo by this audience; it stands there with the scope `openid`, and else nowhere.
        if around.issuer.is_some_and(|issuer| [uri, self.audience.as_str()].contains(&issuer.as_str())) {
            return Some("is the issuer, which is no resource of its own".to_owned());
        }
        let alg = self.signing_alg?;
        let signs = around.keys.is_none_or(|keys| keys.active(alg).is_some());
        (!signs).then(|| format!("has a signing_alg, {}, without an active signing key", alg.as_str()))
    }
}

fn scopes(members: &Map<String, Value>, known: &mut ScopeRegistry, faults: &mut Vec<Fault>) -> Vec<String> {
    let Some(value) = members.get("scopes") else { return Vec::new() };
    let Some(scopes) = value.as_object() else {
        faults.push("has scopes that are no object".to_owned());
        return Vec::new();
    };
    for (name, value) in scopes {
        faults.extend(known.define(name, value, false).err());
    }
    scopes.keys().cloned().collect()
}

fn claims(name: &str, members: &Map<String, Value>, faults: &mut Vec<Fault>) -> ClaimMapping {
    member(name, ClaimMapping::EXPECTED, ClaimMapping::parse, (members, faults)).unwrap_or_default()
}

/// A member, if it is there and what is expected of it.
fn member<T>(
    name: &str,
    expected: &str,
    read: fn(&Value) -> Option<T>,
    (members, faults): (&Map<String, Value>, &mut Vec<Fault>),
) -> Option<T> {
    let value = members.get(name)?;
    let member = read(value);
    if member.is_none() {
        faults.push(format!("has a member {name} that is not {expected}"));
    }
    member
}

fn name(value: &Value) -> Option<String> {
    let name = value.as_str()?.trim();
    let fits = (1..=ResourceDefinition::MAX_NAME).contains(&name.chars().count());
    (fits && !name.chars().any(char::is_control)).then(|| name.to_owned())
}

fn audience(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let fits = (1..=Resource::MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| text.to_owned())
}

fn lifetime(value: &Value) -> Option<Lifetime> {
    let seconds = u32::try_from(value.as_u64()?).ok()?;
    (60..=86_400).contains(&seconds).then(|| Lifetime::seconds(seconds))
}

fn algorithm(value: &Value) -> Option<SigningAlgorithm> {
    value.as_str().and_then(SigningAlgorithm::parse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::SigningKey;
    use crate::oauth::Language;

    const KEY: &str = r#"{"kty":"EC","crv":"P-256","alg":"ES256","state":"active",
        "x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
        "d":"0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"}"#;

    fn parse(json: &str) -> Result<(ResourceRegistry, ScopeRegistry), Vec<Fault>> {
        let mut scopes = ScopeRegistry::parse(r#"{"all": {"description": "Everything"}}"#).unwrap();
        let keys = SigningKeys::new(vec![SigningKey::parse(KEY).unwrap()]).unwrap();
        let issuer = Issuer::parse("https://id.example").unwrap();
        let around = Surroundings { scopes: &mut scopes, keys: Some(&keys), issuer: Some(&issuer) };
        Ok((ResourceRegistry::parse(json, around)?, scopes))
    }

    #[test]
    fn what_is_said_of_a_resource() {
        let (registry, scopes) = parse(
            r#"{"https://a.example": {"name": " A ", "name#de": "Ä", "audience": "a", "access_token_lifetime": 60, "signing_alg": "ES256",
                 "scopes": {"x": {"description": "X", "optional": true}, "all": {"description": "Everything"}}},
                "urn:b": {"scopes": {"x": {"description": "X", "optional": true}}}, "urn:c": {}}"#,
        )
        .unwrap();
        let [a, b, c] = ["https://a.example", "urn:b", "urn:c"]
            .map(|uri| registry.definition(&Resource::parse(uri).unwrap()).unwrap());
        let name = |of: &ResourceDefinition, language| of.name.as_ref().map(|name| name.of(language).to_owned());
        assert_eq!((name(a, Language::German).as_deref(), a.audience.as_str()), (Some("Ä"), "a"));
        assert_eq!(name(a, Language::French).as_deref(), Some("A"));
        assert_eq!(
            (a.access_token_lifetime, a.signing_alg),
            (Some(Lifetime::seconds(60)), Some(SigningAlgorithm::Es256))
        );
        assert_eq!((b.name.as_ref(), b.audience.as_str(), b.access_token_lifetime), (None, "urn:b", None));
        assert!(a.has("x") && b.has("x") && !c.has("x"));
        assert!(scopes.is_optional("x") && !scopes.is_everywhere("x") && scopes.is_everywhere("all"));
    }

    #[test]
    fn every_fault_is_named() {
        let with = |member: &str| format!(r#"{{"https://a.example": {{{member}}}}}"#);
        let scope = |name: &str, text: &str| with(&format!(r#""scopes": {{"{name}": {{"description": "{text}"}}}}"#));
        for (wrong, told) in [
            ("x".to_owned(), "not an object of resources"),
            ("[]".to_owned(), "not an object of resources"),
            (r#"{"https://a.example": {}, "https://a.example": {}}"#.to_owned(), "twice"),
            (r#"{"https://a.example": 1}"#.to_owned(), "no object"),
            (r#"{"a.example": {}}"#.to_owned(), "absolute URI"),
            (r#"{"https://a.example/#x": {}}"#.to_owned(), "absolute URI"),
            (r#"{"https://id.example": {}}"#.to_owned(), "issuer"),
            (with(r#""lifetime": 60"#), "\"lifetime\""),
            (with(r#""name": "" "#), "name"),
            (with(r#""name": "a\nb""#), "name"),
            (with(r#""name": "", "name#de": "b""#), "name that is not"),
            (with(r#""name#de": "b""#), "name#de"),
            (with(r#""name": "a", "name#de": "b\nc""#), "name#de"),
            (with(r#""name": "a", "name#nl": "b""#), "\"name#nl\""),
            (with(r#""audience#de": "b""#), "\"audience#de\""),
            (with(&format!(r#""name": "{}""#, "n".repeat(129))), "name"),
            (with(r#""audience": "a b""#), "audience"),
            (with(r#""audience": ["a"]"#), "audience"),
            (with(r#""audience": "https://id.example""#), "issuer"),
            (with(r#""access_token_lifetime": 59"#), "access_token_lifetime"),
            (with(r#""access_token_lifetime": 86401"#), "access_token_lifetime"),
            (with(r#""access_token_lifetime": "600""#), "access_token_lifetime"),
            (with(r#""signing_alg": "HS256""#), "signing_alg"),
            (with(r#""access_token_claims": "roles""#), "access_token_claims"),
            (with(r#""access_token_claims": ["sub"]"#), "access_token_claims"),
            (with(r#""userinfo_claims": {"iss": "roles"}"#), "userinfo_claims"),
            (with(r#""signing_alg": "EdDSA""#), "without an active signing key"),
            (with(r#""scopes": ["x"]"#), "scopes"),
            (scope("openid", "x"), "openid"),
            (scope("a b", "x"), "a b"),
            (scope("all", "Something else"), "means something else"),
            (scope("x", ""), "description"),
        ] {
            let faults = parse(&wrong).unwrap_err();
            assert!(faults.len() == 1 && faults[0].contains(told), "{wrong}: {faults:?}");
        }
        let several = r#"{"a": {"name": ""}, "urn:b": {"signing_alg": "none"}}"#;
        assert_eq!(parse(several).unwrap_err().len(), 3);
    }

    /// One name is told to the user once, for all the resources that have it.
    #[test]
    fn a_scope_has_one_meaning() {
        let two = |b: &str| {
            parse(&format!(
                r#"{{"urn:a": {{"scopes": {{"x": {{"description": "X"}}}}}}, "urn:b": {{"scopes": {{"x": {b}}}}}}}"#
            ))
        };
        assert!(two(r#"{"description": "X"}"#).is_ok());
        for other in [r#"{"description": "Y"}"#, r#"{"description": "X", "optional": true}"#] {
            let faults = two(other).unwrap_err();
            assert!(faults[0].contains("urn:b") && faults[0].contains("means something else"), "{faults:?}");
        }
    }

    #[test]
    fn at_most_64() {
        let many = |count: usize| {
            let entries: Vec<String> = (0..count).map(|n| format!(r#""urn:{n}": {{}}"#)).collect();
            parse(&format!("{{{}}}", entries.join(",")))
        };
        assert!(many(64).is_ok());
        assert!(many(65).unwrap_err()[0].contains("64"));
    }
}
