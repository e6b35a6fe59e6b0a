//! Clients named by the URL of a document about them (draft-ietf-oauth-client-id-metadata-document, as the Model Context
//! Protocol pins it). Whoever controls the URL is the client; the document is fetched, and kept as its HTTP headers say.

use super::self_registered;
use crate::client::{Client, MetadataError};
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Document, FetchError, Note, Target};
use crate::oauth::{
    ApplicationType, ClientId, Lifetime, RedirectTarget, SubjectType, Timestamp, TokenEndpointAuthMethod,
};
use crate::record;
use serde_json::Value;

/// The longest URL, in characters.
const MAX_URL: usize = 1024;
/// How old a document may be, as far as its headers allow.
const OLD: Lifetime = Lifetime::days(1);

/// The client of this URL.
///
/// # Errors
/// `temporarily_unavailable` when the document, or the record of what the operator changed, cannot be read; `invalid_client`
/// with what is wrong when the document cannot be used.
pub(super) async fn client<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Result<Option<Client>, OAuthError> {
    if !cx.config.registration.metadata_documents {
        return Ok(None);
    }
    let target = target(id, cx).ok_or(refused("metadata_url"))?;
    if is_denied(id, cx) {
        return Err(refused("metadata_url_denied"));
    }
    let record = self_registered::record(id.digest(), cx).await?;
    if record.deleted {
        return Ok(None);
    }
    if record.disabled {
        // Nothing is fetched for who may do nothing.
        return Err(OAuthError::invalid_client("client_disabled"));
    }
    let client = match read(id, &found(cx.platform.fetch_often(&target, OLD).await)?, cx) {
        Ok(client) => client,
        // §5.2: a document that is no good must not be kept, and who has mended it need not wait.
        Err(error) => match cx.platform.fetch(&target, Lifetime::seconds(0)).await {
            Ok(document) if document.status == 200 => read(id, &document, cx)?,
            _ => return Err(error),
        },
    };
    Ok(Some(Client { epoch: record.epoch, ..client }))
}

/// §5: 200 and no other will do, and redirects are not followed. Whatever else is answered says nothing about the client
/// that holds: one whose site is moved must not lose its tokens for it.
fn found(answer: Result<Document, FetchError>) -> Result<Document, OAuthError> {
    match answer {
        Ok(document) if document.status == 200 => Ok(document),
        Ok(document) if (300..500).contains(&document.status) && document.status != 429 => {
            Err(OAuthError::unavailable(MISSING))
        }
        _ => Err(OAuthError::unavailable("metadata_document_unreachable")),
    }
}

/// The cause where somebody answers at the URL, and not with a document.
const MISSING: &str = "metadata_document_status";

/// The same refusal on a page: RFC 6749 §4.1.2.1 has the user told what RFC 6749 §5.2 has `invalid_client` for, and nobody
/// redirected.
pub(super) fn on_page(error: OAuthError) -> OAuthError {
    match (error.code, error.cause) {
        (ErrorCode::InvalidClient, "client_disabled") => {
            OAuthError::invalid_request("The client is disabled here.", "client_disabled")
        }
        (ErrorCode::InvalidClient, _) => OAuthError { code: ErrorCode::InvalidRequest, ..error },
        (ErrorCode::TemporarilyUnavailable, MISSING) => {
            OAuthError::invalid_request("The client metadata document is not answered with 200.", MISSING)
        }
        _ => error,
    }
}

/// Whether the operator denies the document's own host.
pub(super) fn is_denied<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> bool {
    id.host().is_some_and(|host| cx.config.registration.terms.denies(&host))
}

/// §3: https with a path, no fragment, no user name, no dot segments; and by the rule for whatever a client names.
fn target<P: Platform>(id: &ClientId, cx: &Cx<'_, P>) -> Option<Target> {
    let text = id.as_str();
    let (_, below) = text.strip_prefix("https://")?.split_once('/')?;
    let path = below.split(['?', '#']).next().unwrap_or_default();
    let dots = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    let well_formed =
        text.len() <= MAX_URL && !path.is_empty() && !text.contains(['#', '\\']) && !path.split('/').any(dots);
    let target = Target::parse(text, &cx.config.issuer, false).filter(|_| well_formed)?;
    // §3: compared to the letter, so there is one way to write it.
    (target.as_str() == text).then_some(target)
}

fn read<P: Platform>(id: &ClientId, document: &Document, cx: &Cx<'_, P>) -> Result<Client, OAuthError> {
    let members = record::object(&document.body).ok_or(refused("metadata_document_not_json"))?;
    // §4: the document names the URL that it came from, to the letter.
    if members.get("client_id").and_then(Value::as_str) != Some(id.as_str()) {
        return Err(refused("metadata_document_of_another"));
    }
    // §4.1: what is public is no secret.
    if ["client_secret", "client_secret_expires_at"].iter().any(|name| members.contains_key(*name)) {
        return Err(refused("metadata_document_with_secret"));
    }
    let terms = &cx.config.registration.terms;
    let told = |error: &MetadataError| {
        cx.log(&Note { event: "metadata_document_refused", cause: Some(error.member), ..Note::default() });
        refused("metadata_document_member")
    };
    let mut metadata = terms.read(members).map_err(|error| told(&error))?;
    // Clients of programs often leave it out (ChatGPT does), and none of them could keep a secret here.
    let method = metadata.token_endpoint_auth_method.get_or_insert(TokenEndpointAuthMethod::None);
    if method.has_secret() {
        return Err(refused("metadata_document_method"));
    }
    let local = metadata.redirect_uris.iter().all(|uri| uri.target() == RedirectTarget::Loopback);
    if local && metadata.application_type.is_none() {
        metadata.application_type = Some(ApplicationType::Native);
    }
    // Userinfo would have to fetch the document to know it.
    if metadata.userinfo_signed_response_alg.is_some() {
        return Err(told(&MetadataError::new("userinfo_signed_response_alg", "is not for clients of a document")));
    }
    // When it registered nobody knows; what it holds ends with what the operator revokes.
    let client = terms.admit(metadata, id.clone(), Vec::new(), Timestamp::from_millis(0));
    let doable = |client: Client| {
        client.refuse_unsignable(&cx.config.signing_keys)?;
        client.refuse_uncallable(&cx.config.issuer)?;
        // Each use of the client would have to fetch a second document; and the sector of one URL is its own host anyway.
        if client.sector_identifier_uri.is_some() {
            return Err(MetadataError::new("sector_identifier_uri", "is nothing for a client metadata document"));
        }
        if client.subject_type == SubjectType::Pairwise && cx.config.pairwise_secret.is_none() {
            return Err(MetadataError::new("subject_type", "`pairwise` is off here"));
        }
        Ok(client)
    };
    client.and_then(doable).map_err(|error| told(&error))
}

const fn refused(cause: &'static str) -> OAuthError {
    let description = match cause.as_bytes() {
        b"metadata_url" => "The client_id is a URL that cannot be that of a client metadata document.",
        b"metadata_url_denied" => "The client metadata document is at a host that is denied here.",
        b"metadata_document_not_json" => "The client metadata document is no JSON object.",
        b"metadata_document_of_another" => "The client_id in the client metadata document is not its URL.",
        b"metadata_document_with_secret" => "The client metadata document has a secret in it.",
        b"metadata_document_method" => {
            "The client metadata document asks for a secret; none or private_key_jwt will do."
        }
        _ => "The client metadata document has a member that cannot be registered.",
    };
    OAuthError::new(ErrorCode::InvalidClient, description, cause)
}
