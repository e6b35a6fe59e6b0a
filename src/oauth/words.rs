//! Closed lists of words. Each enum has `ALL`, in the standard's order, from which metadata is derived. The numbers stand
//! for the words in seals and are never given anew.

use minicbor::{Decode, Encode};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            const WORDS: &[&str] = &[$($word),+];
            /// Every value, in the standard's order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// The value that a word names.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }

        // Derived, it would also take an object with the word as its only member.
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Self::parse(&word).ok_or_else(|| serde::de::Error::unknown_variant(&word, Self::WORDS))
            }
        }
    };
}

words! {
    /// A language of the interface, as a BCP 47 tag (RFC 5646).
    #[derive(Default, Encode, Decode)]
    #[cbor(index_only)]
    Language {
        /// The one for whoever reads none of the others.
        #[default] #[n(0)] English = "en",
        /// Deutsch
        #[n(1)] German = "de",
        /// Français
        #[n(2)] French = "fr",
        /// Español
        #[n(3)] Spanish = "es",
        /// 日本語
        #[n(4)] Japanese = "ja",
    }
}

words! {
    /// `grant_type` (RFC 6749 §4).
    #[derive(Encode, Decode)]
    #[cbor(index_only)]
    GrantType {
        /// RFC 6749 §4.1.3
        #[n(0)] AuthorizationCode = "authorization_code",
        /// RFC 6749 §4.4
        #[n(2)] ClientCredentials = "client_credentials",
        /// RFC 6749 §6
        #[n(1)] RefreshToken = "refresh_token",
        /// RFC 8628 §3.4
        #[n(3)] DeviceCode = "urn:ietf:params:oauth:grant-type:device_code",
        /// RFC 8693 §2.1
        #[n(4)] TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange",
    }
}

impl GrantType {
    /// What people call it: the end of a URN (RFC 6755 §3).
    #[must_use]
    pub fn short_name(self) -> &'static str {
        self.as_str().rsplit(':').next().unwrap_or_default()
    }

    /// The grant that somebody names, in either way.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|grant| grant.as_str() == name || grant.short_name() == name)
    }
}

words! {
    /// How a client may exchange tokens (RFC 8693 §1.1).
    ExchangeMode {
        /// In the name of an actor, who stands in the new token.
        Delegation = "delegation",
        /// As if it were the user itself.
        Impersonation = "impersonation",
    }
}

words! {
    /// What a token is (RFC 8693 §3), as far as it can be exchanged here.
    TokenType {
        /// An access token.
        AccessToken = "urn:ietf:params:oauth:token-type:access_token",
        /// A JWT: here the same.
        Jwt = "urn:ietf:params:oauth:token-type:jwt",
    }
}

words! {
    /// `response_type` (RFC 6749 §3.1.1); OAuth 2.1 keeps only `code`.
    ResponseType {
        /// RFC 6749 §4.1.1
        Code = "code",
    }
}

words! {
    /// `response_mode` (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2).
    #[derive(Encode, Decode)]
    #[cbor(index_only)]
    ResponseMode {
        /// In the redirect URI's query.
        #[n(0)] Query = "query",
        /// In a form that the browser posts.
        #[n(1)] FormPost = "form_post",
    }
}

words! {
    /// `code_challenge_method` (RFC 7636 §4.3); `plain` protects nothing and is not offered.
    CodeChallengeMethod {
        /// The SHA-256 of the verifier.
        S256 = "S256",
    }
}

words! {
    /// `token_endpoint_auth_method` (RFC 7591 §2).
    #[derive(Encode, Decode)]
    #[cbor(index_only)]
    TokenEndpointAuthMethod {
        /// A public client.
        #[n(0)] None = "none",
        /// RFC 6749 §2.3.1, in the header.
        #[n(1)] ClientSecretBasic = "client_secret_basic",
        /// RFC 6749 §2.3.1, in the body.
        #[n(2)] ClientSecretPost = "client_secret_post",
        /// A JWT that the client signs (RFC 7523 §2.2, OpenID Connect Core §9).
        #[n(3)] PrivateKeyJwt = "private_key_jwt",
    }
}

impl TokenEndpointAuthMethod {
    /// Whether a client proves itself by a secret that it shares with this server.
    #[must_use]
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }
}

words! {
    /// `application_type` (OpenID Connect Registration §2).
    #[derive(Encode, Decode)]
    #[cbor(index_only)]
    ApplicationType {
        /// Runs on a server or in a browser.
        #[n(0)] Web = "web",
        /// Runs on the user's device.
        #[n(1)] Native = "native",
    }
}

words! {
    /// `prompt` (OpenID Connect Core §3.1.2.1).
    Prompt {
        /// Show nothing.
        None = "none",
        /// Ask for credentials again.
        Login = "login",
        /// Ask for consent again.
        Consent = "consent",
        /// Let the user choose an account.
        SelectAccount = "select_account",
    }
}

words! {
    /// JWS `alg` of the keys that sign tokens (RFC 7518 §3.1, RFC 8037 §3.1), the default first.
    #[derive(Encode, Decode)]
    #[cbor(index_only)]
    SigningAlgorithm {
        /// ECDSA with P-256 and SHA-256.
        #[n(0)] Es256 = "ES256",
        /// RSASSA-PKCS1-v1_5 with SHA-256; OpenID Connect requires it.
        #[n(1)] Rs256 = "RS256",
        /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
        #[n(3)] Ps256 = "PS256",
        /// Ed25519.
        #[n(2)] EdDsa = "EdDSA",
    }
}

impl SigningAlgorithm {
    /// The algorithm that a JWS or a key of somebody else names. RFC 9864 §2.2 gives what `EdDSA` means here a name of its
    /// own, which clients send already.
    #[must_use]
    pub fn named(alg: &str) -> Option<Self> {
        if alg == "Ed25519" { Some(Self::EdDsa) } else { Self::parse(alg) }
    }
}

pub(super) use words;

/// The set of `prompt` values of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Prompts(u8);

impl Prompts {
    /// Parses a space-separated list; `None` for an unknown word and for `none` beside another.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut set = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            set.0 |= Self::bit(Prompt::parse(word)?);
        }
        // OpenID Connect Core §3.1.2.1: `none` with any other value is an error.
        let contradictory = set.contains(Prompt::None) && set.0 != Self::bit(Prompt::None);
        (!contradictory).then_some(set)
    }

    /// Whether the value was asked for.
    #[must_use]
    pub const fn contains(self, prompt: Prompt) -> bool {
        self.0 & Self::bit(prompt) != 0
    }

    const fn bit(prompt: Prompt) -> u8 {
        match prompt {
            Prompt::None => 1,
            Prompt::Login => 2,
            Prompt::Consent => 4,
            Prompt::SelectAccount => 8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for grant in GrantType::ALL {
            assert_eq!(GrantType::parse(grant.as_str()), Some(*grant));
            assert_eq!([GrantType::named(grant.as_str()), GrantType::named(grant.short_name())], [Some(*grant); 2]);
        }
        assert_eq!(GrantType::DeviceCode.short_name(), "device_code");
        assert_eq!(GrantType::parse("device_code"), None);
        assert_eq!(GrantType::named("urn:device_code"), None);
        assert_eq!(ResponseMode::parse("fragment"), None);
        assert_eq!(CodeChallengeMethod::parse("plain"), None);
        assert_eq!(SigningAlgorithm::named("Ed25519"), Some(SigningAlgorithm::EdDsa));
        assert_eq!(SigningAlgorithm::named("Ed448"), None);
    }

    #[test]
    fn prompt_none_stands_alone() {
        assert!(Prompts::parse("none").unwrap().contains(Prompt::None));
        assert!(Prompts::parse("login consent").unwrap().contains(Prompt::Consent));
        assert_eq!(Prompts::parse("none login"), None);
        assert_eq!(Prompts::parse("create"), None);
    }
}
