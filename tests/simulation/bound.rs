//! How long what was revoked may still be taken somewhere: the bound that the manual publishes, as sums.

use crate::executor::{Millis, SECOND};
use crate::kv::{CACHED, LAG};
use crate::world::SKEW;

/// What may still be taken, by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A refresh token that rotates, at the token endpoint: the subject's ledger object decides.
    Rotating,
    /// A refresh token that does not: the record in the store decides.
    Renewal,
    /// A session cookie, for a code: the record in the store decides.
    Session,
    /// A code: nobody asks what was revoked since it was minted.
    Code,
    /// An access token at userinfo or introspection: the record in the store decides.
    Asked,
    /// An access token, where nobody asks.
    Unasked,
}

/// A put that the store has taken is what every location reads after this time: it can be read everywhere within 120 s
/// (assumed; Cloudflare tells no bound), and a location goes on for 60 s with a value, or an absence, that it read just
/// before. No isolate holds what was revoked any longer: it is read anew for each request.
const VISIBLE: Millis = LAG + CACHED;
/// A code that was minted at the last moment, 60 s as two clocks count them that are off by 5 s each.
const LAST_CODE: Millis = 60 * SECOND + 2 * SKEW;
/// An access token's 600 s, by the clocks of an issuer and of a resource server.
const ACCESS_TOKEN: Millis = 600 * SECOND + 2 * SKEW;

impl Thing {
    pub const ALL: [Self; 6] = [Self::Rotating, Self::Renewal, Self::Session, Self::Code, Self::Asked, Self::Unasked];

    /// From the answer that something is revoked to the start of the last request that still takes it. Whoever revokes
    /// is answered when the store has taken the record.
    pub const fn bound(self) -> Millis {
        match self {
            Self::Rotating => 0,
            Self::Renewal | Self::Session | Self::Asked => VISIBLE,
            Self::Code => VISIBLE + LAST_CODE,
            Self::Unasked => VISIBLE + LAST_CODE + ACCESS_TOKEN,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Rotating => "refresh token, rotating",
            Self::Renewal => "refresh token, not rotating",
            Self::Session => "session cookie",
            Self::Code => "code",
            Self::Asked => "access token, shown to the server",
            Self::Unasked => "access token, nobody asks",
        }
    }
}
