//! How long what a key made can be alive: what says how long the key is needed when it makes nothing new.

use super::key::Role;
use super::steps::SETTLED;
use sealwax::config::Lifetimes;
use sealwax::jwt::LogoutTokenClaims;
use sealwax::oauth::Lifetime;
use sealwax::seal::{Code, Device, DeviceCode, Link, PushedRequest, Ticket};
use sealwax::store::Revocations;

/// Lifetimes of a deployment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lives {
    pub(super) lifetimes: Lifetimes,
    /// What the operator wants instead of the longest of them.
    pub(super) keep: Option<Lifetime>,
}

/// A day for access tokens, because any resource may have its own lifetime up to that.
const ACCESS_TOKEN: Lifetime = Lifetime::days(1);

impl Lives {
    /// What a key of this role makes, and how long each lasts at most; `None` is for ever.
    pub(super) fn made(&self, role: Role) -> Vec<(&'static str, Option<Lifetime>)> {
        let session = self.lifetimes.session;
        let made: &[(&'static str, Lifetime)] = match role {
            Role::Client => return vec![("clients that registered themselves, and their initial access tokens", None)],
            Role::Sealing => &[
                ("authorization codes", Code::LIFETIME),
                ("pushed requests", PushedRequest::LIFETIME),
                ("device codes", DeviceCode::LIFETIME),
                ("open sign-in and consent pages", Ticket::LIFETIME),
                ("access tokens, at introspection and userinfo", ACCESS_TOKEN),
                ("links to set a password", Link::INVITED),
                ("sessions", session),
                // Clients may have lifetimes of their own, up to that.
                ("refresh tokens", Revocations::LONGEST_GRANT),
                ("known browsers", Device::LIFETIME),
            ],
            Role::Signing(_) => &[
                ("logout tokens", LogoutTokenClaims::LIFETIME),
                ("access tokens", ACCESS_TOKEN),
                ("ID tokens, as hints of a session", session),
            ],
        };
        made.iter().map(|(what, life)| (*what, Some(*life))).collect()
    }

    /// Up to when a key is needed that is retired now, Unix seconds; `None` is for ever. Locations that do not know of it yet
    /// go on using it for a while.
    pub(super) fn end(&self, role: Role, now: u64) -> Option<u64> {
        let longest = self.made(role).into_iter().map(|(_, life)| life).collect::<Option<Vec<_>>>()?;
        let longest = longest.into_iter().map(Lifetime::as_seconds).max().unwrap_or_default();
        Some(now + SETTLED + u64::from(self.keep.map_or(longest, Lifetime::as_seconds)))
    }

    /// What is still alive at a time, of what a key made up to then, and up to when each is, Unix seconds.
    pub(super) fn alive(&self, role: Role, last_made: u64, at: u64) -> Vec<(&'static str, Option<u64>)> {
        let ends = |life: Lifetime| last_made + u64::from(life.as_seconds());
        let made = self.made(role).into_iter().map(|(what, life)| (what, life.map(ends)));
        made.filter(|(_, end)| end.is_none_or(|end| end > at)).collect()
    }
}
