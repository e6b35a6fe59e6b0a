//! The words a person reads on the way to connecting a device.

use super::Pattern;

/// Words of the pages on which a device is connected (RFC 8628 §3.3).
#[derive(Debug)]
pub struct DeviceText {
    /// Title and heading of the page that asks for the code.
    pub title: &'static str,
    /// Below that heading.
    pub lead: &'static str,
    /// Below the heading of the sign-in page, when a device is to be connected.
    pub sign_in: &'static str,
    /// Label of the field.
    pub code: &'static str,
    /// Below the field: what not to do (RFC 8628 §5.4).
    pub hint: &'static str,
    /// The button that goes on.
    pub submit: &'static str,
    /// The field was left empty.
    pub empty: &'static str,
    /// Unknown, used and expired codes alike; must not tell which.
    pub unknown: &'static str,
    /// Warning before the yes (RFC 8628 §5.4). Gap: `{code}`.
    pub warning: Pattern,
    /// Title and heading, when the device was allowed.
    pub allowed_title: &'static str,
    /// Below that heading. Gap: `{client}`.
    pub allowed: Pattern,
    /// Title and heading, when it was not.
    pub denied_title: &'static str,
    /// Below that heading. Gap: `{client}`.
    pub denied: Pattern,
    /// The link to the account page.
    pub account: &'static str,
}
