//! The vocabulary of the standards: identifiers, scopes, URIs and closed lists of words, each with one fallible
//! constructor. No I/O, and nothing from above.

mod bytes;
mod claim;
mod claim_mapping;
mod claims_request;
mod client_id;
mod date;
mod instant;
mod issuer;
mod language;
mod pkce;
pub mod precis;
mod redirect_uri;
mod region;
mod request_uri;
mod resource;
mod scope;
mod secret;
mod user_code;
mod web_uri;
mod words;

pub use bytes::{
    Bytes16, ClientDigest, FamilyId, InitialTokenId, SessionId, SubjectId, TokenDigest, TryCounter, UserCodeDigest,
    base64url, digest16, from_base64url, push_base64url,
};
pub use claim::{ClaimKind, StandardClaim, is_custom_claim};
pub use claim_mapping::ClaimMapping;
pub use claims_request::{AcrRequest, ClaimNames, ClaimsRequest};
pub use client_id::{ClientId, ClientTag};
pub use date::Date;
pub use instant::{Lifetime, Timestamp};
pub use issuer::Issuer;
pub use language::Translated;
pub use pkce::{CodeChallenge, CodeVerifier};
pub use redirect_uri::{RedirectTarget, RedirectUri, RedirectUriError, is_loopback};
pub use region::Region;
pub use request_uri::RequestUri;
pub use resource::{Resource, Resources};
pub use scope::{Scope, ScopeToken};
pub use secret::Secret;
pub use user_code::UserCode;
pub use web_uri::WebUri;
pub use words::{
    ApplicationType, CodeChallengeMethod, ExchangeMode, GrantType, Language, Prompt, Prompts, ResponseMode,
    ResponseType, SigningAlgorithm, SubjectType, TokenEndpointAuthMethod, TokenType,
};
