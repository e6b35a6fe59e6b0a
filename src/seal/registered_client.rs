//! The `client_id` of a client that registered itself (RFC 7591 §3.2.1): the registration, carried by its own name, so
//! that nothing is stored. Sealed with the client ring, whose keys no clock retires.

use super::{Payload, Purpose};
use crate::oauth::{
    ApplicationType, GrantType, InitialTokenId, Scope, SigningAlgorithm, SubjectType, Timestamp,
    TokenEndpointAuthMethod, base64url, from_base64url,
};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// What a client registered: the members that it gave and may have. What it left out follows the rules of the day.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct RegisteredClient {
    /// Random: two clients that register the same are two.
    #[n(0)]
    pub id: ByteArray<16>,
    /// When it registered, Unix milliseconds.
    #[n(1)]
    pub issued: Timestamp,
    /// Where it may be answered.
    #[n(2)]
    pub redirect_uris: Vec<String>,
    /// What people are shown.
    #[n(3)]
    pub client_name: Option<String>,
    /// Which scopes it may ask for; all that are open to such clients where it named none.
    #[n(4)]
    pub scope: Option<Scope>,
    /// How it authenticates.
    #[n(5)]
    pub token_endpoint_auth_method: Option<TokenEndpointAuthMethod>,
    /// Which grants it may use.
    #[n(6)]
    pub grant_types: Option<Vec<GrantType>>,
    /// Where it runs.
    #[n(7)]
    pub application_type: Option<ApplicationType>,
    /// The token that it registered with.
    #[n(8)]
    pub initial_token: Option<InitialTokenId>,
    /// Which key signs its ID tokens.
    #[n(9)]
    pub id_token_signed_response_alg: Option<SigningAlgorithm>,
    /// RP-Initiated Logout §3.1
    #[n(10)]
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// Back-Channel Logout §2.2
    #[n(11)]
    pub backchannel_logout_uri: Option<String>,
    /// Back-Channel Logout §2.2
    #[n(12)]
    pub backchannel_logout_session_required: Option<bool>,
    /// Front-Channel Logout §2
    #[n(13)]
    pub frontchannel_logout_uri: Option<String>,
    /// Front-Channel Logout §2
    #[n(14)]
    pub frontchannel_logout_session_required: Option<bool>,
    /// What it signs its assertions with.
    #[n(15)]
    pub token_endpoint_auth_signing_alg: Option<SigningAlgorithm>,
    /// Its public keys, as JSON.
    #[n(16)]
    pub jwks: Option<String>,
    /// Where it publishes them.
    #[n(17)]
    pub jwks_uri: Option<String>,
    /// RFC 9101 §10.5
    #[n(18)]
    pub request_object_signing_alg: Option<SigningAlgorithm>,
    /// RFC 9101 §10.5
    #[n(19)]
    pub require_signed_request_object: Option<bool>,
    /// OpenID Connect Registration §2
    #[n(20)]
    pub request_uris: Option<Vec<String>>,
    /// RFC 9126 §6
    #[n(21)]
    pub require_pushed_authorization_requests: Option<bool>,
    /// OpenID Connect Core §8
    #[n(22)]
    pub subject_type: Option<SubjectType>,
    /// OpenID Connect Registration §5; its host is the sector, so that nothing has to be fetched again.
    #[n(23)]
    pub sector_identifier_uri: Option<String>,
    /// OpenID Connect Registration §2
    #[n(24)]
    pub logo_uri: Option<String>,
    /// RFC 7591 §2
    #[n(25)]
    pub policy_uri: Option<String>,
    /// RFC 7591 §2
    #[n(26)]
    pub tos_uri: Option<String>,
    /// RFC 7591 §2
    #[n(27)]
    pub client_uri: Option<String>,
    /// OpenID Connect Core §4
    #[n(28)]
    pub initiate_login_uri: Option<String>,
    /// OpenID Connect Registration §2, seconds
    #[n(29)]
    pub default_max_age: Option<u32>,
    /// OpenID Connect Registration §2
    #[n(30)]
    pub require_auth_time: Option<bool>,
    /// OpenID Connect Registration §2
    #[n(31)]
    pub default_acr_values: Option<Vec<String>>,
    /// OpenID Connect Registration §2
    #[n(32)]
    pub userinfo_signed_response_alg: Option<SigningAlgorithm>,
}

impl RegisteredClient {
    /// The form in which a record holds what took the place of a seal's content.
    #[must_use]
    pub fn to_text(&self) -> String {
        // Writing into memory cannot fail.
        base64url(minicbor::to_vec(self).unwrap_or_default())
    }

    /// Reads that form.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        minicbor::decode(&from_base64url(text)?).ok()
    }
}

impl Payload for RegisteredClient {
    const PURPOSE: Purpose = Purpose::ClientId;

    /// Never.
    fn expires(&self) -> Timestamp {
        Timestamp::from_millis(u64::MAX)
    }
}
