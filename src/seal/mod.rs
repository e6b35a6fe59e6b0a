//! Sealed blobs: what other servers keep in a database, the parties here carry themselves.
//!
//! ```text
//! base64url( version 1 ‖ key id 4 ‖ nonce 24 ‖ XChaCha20-Poly1305 ciphertext and tag 16 )     (bytes)
//! associated data = version ‖ key id ‖ purpose ‖ 0 ‖ realm
//! key             = HKDF-SHA256(ring key, info = "sealwax/1/" ‖ purpose)
//! ```
//!
//! A random nonce of 192 bits is safe for a fleet that shares keys and nothing else
//! (draft-irtf-cfrg-xchacha). Payloads are CBOR arrays (RFC 8949) with numbered fields: a field may be added, never
//! changed, so that a blob sealed by an older version still opens.

mod client_token_id;
mod code;
mod device;
mod device_code;
mod initial_access_token;
mod lineage;
mod link;
mod logout_notice;
mod pushed_request;
mod refresh_token;
mod registered_client;
mod ring;
mod session;
mod ticket;
mod token_id;

pub use client_token_id::ClientTokenId;
pub use code::Code;
pub use device::{Device, KnownAccount};
pub use device_code::{DeviceCode, DeviceRequest};
pub use initial_access_token::InitialAccessToken;
pub use lineage::Lineage;
pub use link::Link;
pub use logout_notice::LogoutNotice;
pub use pushed_request::{PushedMark, PushedRequest};
pub use refresh_token::RefreshToken;
pub use registered_client::RegisteredClient;
pub use ring::{KeyState, Keyring, KeyringError, RingKey, Rings};
pub use session::{HeldConsent, Session};
pub use ticket::{PendingDevice, PendingRequest, PendingSignOut, Ticket};
pub use token_id::{Exchange, TokenId};

use crate::error::OAuthError;
use crate::oauth::{Secret, Timestamp, base64url, from_base64url};
use chacha20poly1305::aead::AeadInPlace as _;
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use minicbor::{Decode, Encode};
use sha2::Sha256;

/// What a blob is for. Each has a key of its own, so that one can never be opened as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An authorization code.
    Code,
    /// A refresh token.
    RefreshToken,
    /// The sign-in cookie.
    Session,
    /// A pending authorization request, in the sign-in and consent forms.
    Ticket,
    /// The `jti` of an access token.
    TokenId,
    /// The `client_id` of a dynamically registered client; sealed with the client ring.
    ClientId,
    /// The cookie that names a browser to which an account is no stranger.
    Device,
    /// A link by which a user sets a password.
    Link,
    /// The `jti` of an access token that a client got in its own name.
    ClientTokenId,
    /// The secret of a client that registered itself: derived from its `client_id`, never sealed.
    ClientSecret,
    /// The token by which such a client manages its registration: derived likewise.
    RegistrationAccessToken,
    /// The token by which clients may register.
    InitialAccessToken,
    /// A pushed authorization request, in its `request_uri`.
    PushedRequest,
    /// A device code.
    DeviceCode,
    /// By which one part of a split deployment has another tell clients that somebody signed out.
    LogoutNotice,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: &[Self] = &[
        Self::Code,
        Self::RefreshToken,
        Self::Session,
        Self::Ticket,
        Self::TokenId,
        Self::ClientId,
        Self::Device,
        Self::Link,
        Self::ClientTokenId,
        Self::ClientSecret,
        Self::RegistrationAccessToken,
        Self::InitialAccessToken,
        Self::PushedRequest,
        Self::DeviceCode,
        Self::LogoutNotice,
    ];

    /// The name that enters the key derivation and the associated data.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::RefreshToken => "refresh_token",
            Self::Session => "session",
            Self::Ticket => "ticket",
            Self::TokenId => "token_id",
            Self::ClientId => "client_id",
            Self::Device => "device",
            Self::Link => "link",
            Self::ClientTokenId => "client_token_id",
            Self::ClientSecret => "client_secret",
            Self::RegistrationAccessToken => "registration_access_token",
            Self::InitialAccessToken => "initial_access_token",
            Self::PushedRequest => "pushed_request",
            Self::DeviceCode => "device_code",
            Self::LogoutNotice => "logout_notice",
        }
    }
}

/// What can be sealed.
pub trait Payload: Encode<()> + for<'b> Decode<'b, ()> {
    /// What it is for.
    const PURPOSE: Purpose;

    /// When it stops being good.
    fn expires(&self) -> Timestamp;
}

/// A payload that was sealed by a key of ours for this purpose and realm and has not expired. Only [`open`] makes one.
#[derive(Clone, Debug)]
pub struct Unsealed<P>(P);

impl<P> Unsealed<P> {
    /// The payload.
    pub fn into_inner(self) -> P {
        self.0
    }
}

impl<P> std::ops::Deref for Unsealed<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.0
    }
}

/// Why a blob does not open. For the log; the outside learns no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// Not base64url of a plausible length.
    Malformed,
    /// A version of the format that this program does not know.
    UnknownVersion,
    /// No key of that id in the ring.
    UnknownKey,
    /// The key was revoked.
    RevokedKey,
    /// The key is retired and its `opens_until` has passed.
    ExpiredKey,
    /// Altered, or sealed for another purpose or realm.
    Forged,
    /// Authentic, but not a payload that this program understands.
    Payload,
    /// Authentic, but its time has passed.
    Expired,
    /// This part of a split deployment has no key for that purpose.
    NoKey,
}

impl OpenError {
    /// The reason for the log.
    #[must_use]
    pub const fn cause(self) -> &'static str {
        match self {
            Self::Malformed => "seal_malformed",
            Self::UnknownVersion => "seal_unknown_version",
            Self::UnknownKey => "seal_unknown_key",
            Self::RevokedKey => "seal_revoked_key",
            Self::ExpiredKey => "seal_expired_key",
            Self::Forged => "seal_forged",
            Self::Payload => "seal_payload",
            Self::Expired => "seal_expired",
            Self::NoKey => "seal_no_key_here",
        }
    }
}

const VERSION: u8 = 1;
const KEY_ID: usize = 4;
/// The bytes of a nonce.
pub const NONCE: usize = 24;
const TAG: usize = 16;
const HEADER: usize = 1 + KEY_ID + NONCE;
/// As long as most blobs are, in bytes.
const ROOM: usize = 256;
/// The longest blob that is looked at, in characters: a ticket whose every part is as long as it may be has 17,208.
pub const MAX: usize = 24 * 1024;

/// Why a payload was not sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// This part of a split deployment has no key for it.
    NoKey,
    /// It cannot be written, or is longer than the cipher allows: out of reach.
    Content,
}

impl From<SealError> for OAuthError {
    fn from(error: SealError) -> Self {
        Self::internal(match error {
            SealError::NoKey => "seal_no_key_here",
            SealError::Content => "seal_content",
        })
    }
}

/// Seals a payload with the ring's active key. The nonce must be fresh and random, also for an equal payload.
///
/// # Errors
/// When the ring has no key for it.
pub fn seal<P: Payload>(ring: &Keyring, payload: &P, nonce: [u8; NONCE]) -> Result<String, SealError> {
    let (key_id, key) = ring.sealing_key(P::PURPOSE).ok_or(SealError::NoKey)?;
    let associated = associated_data(key_id, P::PURPOSE, ring.realm());
    let mut blob = Vec::with_capacity(ROOM);
    blob.push(VERSION);
    blob.extend_from_slice(&key_id);
    blob.extend_from_slice(&nonce);
    minicbor::encode(payload, &mut blob).map_err(|_| SealError::Content)?;
    let (_, content) = blob.split_at_mut(HEADER);
    let cipher = XChaCha20Poly1305::new(key.into());
    let tag = cipher.encrypt_in_place_detached(XNonce::from_slice(&nonce), &associated, content);
    blob.extend_from_slice(&tag.map_err(|_| SealError::Content)?);
    Ok(base64url(blob))
}

/// Opens a blob and checks its expiry.
///
/// # Errors
/// The reason why it is not a good blob of this kind, now.
pub fn open<P: Payload>(ring: &Keyring, text: &str, now: Timestamp) -> Result<Unsealed<P>, OpenError> {
    let payload: P = open_late(ring, text, now)?;
    if payload.expires() <= now { Err(OpenError::Expired) } else { Ok(Unsealed(payload)) }
}

/// Opens a blob whose time may have passed: to end what it began.
///
/// # Errors
/// The reason why it is not a blob of this kind.
pub fn open_late<P: Payload>(ring: &Keyring, text: &str, now: Timestamp) -> Result<P, OpenError> {
    if text.len() > MAX {
        return Err(OpenError::Malformed);
    }
    let mut blob = from_base64url(text).ok_or(OpenError::Malformed)?;
    let (key_id, rest) = key_id(&blob)?;
    let (&nonce, _) = rest.split_first_chunk::<NONCE>().ok_or(OpenError::Malformed)?;
    let key = ring.opening_key(key_id, P::PURPOSE, now)?;
    let associated = associated_data(key_id, P::PURPOSE, ring.realm());
    let (_, sealed) = blob.split_at_mut_checked(HEADER).ok_or(OpenError::Malformed)?;
    let (content, &mut tag) = sealed.split_last_chunk_mut::<TAG>().ok_or(OpenError::Forged)?;
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher
        .decrypt_in_place_detached(XNonce::from_slice(&nonce), &associated, content, &tag.into())
        .map_err(|_| OpenError::Forged)?;
    minicbor::decode(content).map_err(|_| OpenError::Payload)
}

/// A secret that belongs to a blob of this ring: HMAC-SHA256 of the blob, under the key that the blob's own ring key has for
/// this purpose. Whoever holds the ring can derive it again, and nobody else, so that it is stored nowhere.
///
/// # Errors
/// When the blob's key is not there, or may not open any more.
pub fn derive(ring: &Keyring, text: &str, purpose: Purpose, now: Timestamp) -> Result<Secret<[u8; 32]>, OpenError> {
    let blob = from_base64url(text).ok_or(OpenError::Malformed)?;
    let key = ring.opening_key(key_id(&blob)?.0, purpose, now)?;
    // RFC 2104 §3 takes keys of any length.
    let mut mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(key).map_err(|_| OpenError::UnknownKey)?;
    mac.update(&blob);
    Ok(Secret::new(mac.finalize().into_bytes().into()))
}

/// The key that sealed a blob, and what follows its name.
fn key_id(blob: &[u8]) -> Result<([u8; KEY_ID], &[u8]), OpenError> {
    let (&version, rest) = blob.split_first().ok_or(OpenError::Malformed)?;
    if version != VERSION {
        return Err(OpenError::UnknownVersion);
    }
    let (key_id, rest) = rest.split_first_chunk::<KEY_ID>().ok_or(OpenError::Malformed)?;
    Ok((*key_id, rest))
}

fn associated_data(key_id: [u8; KEY_ID], purpose: Purpose, realm: &str) -> Vec<u8> {
    let mut data = Vec::with_capacity(1 + KEY_ID + purpose.as_str().len() + 1 + realm.len());
    data.push(VERSION);
    data.extend_from_slice(&key_id);
    data.extend_from_slice(purpose.as_str().as_bytes());
    data.push(0);
    data.extend_from_slice(realm.as_bytes());
    data
}
