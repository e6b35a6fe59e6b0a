//! The device code (RFC 8628 §3.2): what a device asked for, and by which user code its user answers. The answer itself
//! waits in the ledger.

use super::{Payload, Purpose};
use crate::oauth::{ClientId, ClientTag, Lifetime, Resources, Scope, Timestamp, UserCodeDigest};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// A device code.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct DeviceCode {
    /// Random: which of the devices that ever had the user code it is.
    #[n(0)]
    pub id: ByteArray<16>,
    /// The client.
    #[n(1)]
    pub client: ClientTag,
    /// The client's epoch then.
    #[n(2)]
    pub epoch: u32,
    /// What was asked for and may be granted.
    #[n(3)]
    pub scope: Scope,
    /// RFC 8707
    #[n(4)]
    pub resources: Resources,
    /// When it was issued.
    #[n(5)]
    pub born: Timestamp,
    /// When it ends.
    #[n(6)]
    pub until: Timestamp,
    /// Where its user's answer is found.
    #[n(7)]
    pub user_code: UserCodeDigest,
    // 8 is kept for the sender constraint (DPoP, mTLS) of a later version.
}

/// The same as the device's user has to know it: in the ledger, and in the form that asks for a yes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(crate = "crate::cbor")]
pub struct DeviceRequest {
    /// [`DeviceCode::id`]
    #[n(0)]
    pub device: ByteArray<16>,
    /// The client.
    #[n(1)]
    pub client: ClientId,
    /// The client's epoch then.
    #[n(2)]
    pub epoch: u32,
    /// What was asked for and may be granted.
    #[n(3)]
    pub scope: Scope,
    /// RFC 8707
    #[n(4)]
    pub resources: Resources,
    /// When it was asked.
    #[n(5)]
    pub born: Timestamp,
    /// When it ends.
    #[n(6)]
    pub until: Timestamp,
}

impl DeviceCode {
    /// How long a person has to find a browser, sign in and answer (RFC 8628 §6.1).
    pub const LIFETIME: Lifetime = Lifetime::seconds(10 * 60);
}

impl Payload for DeviceCode {
    const PURPOSE: Purpose = Purpose::DeviceCode;

    fn expires(&self) -> Timestamp {
        self.until
    }
}
