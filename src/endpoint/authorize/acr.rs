//! How a user has to sign in (OpenID Connect Core §2, §3.1.2.1, §5.5.1.1): here by password, and in no other way.

use super::super::token::ACR;
use crate::error::{ErrorCode, OAuthError};

/// Judges the `acr` values that a client wishes for. A voluntary wish is answered with what there is, which the ID token
/// tells; one that is essential has to be met.
///
/// # Errors
/// `unmet_authentication_requirements` when it is essential and none of the values is that of a password.
pub(super) fn require(wished: &[&str], essential: bool) -> Result<(), OAuthError> {
    if !essential || wished.contains(&ACR) {
        return Ok(());
    }
    let description = "Users sign in by password here, which is none of the acr values that are essential.";
    Err(OAuthError::new(ErrorCode::UnmetAuthenticationRequirements, description, "acr_unmet"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_essential_is_refused() {
        let other = "urn:mace:incommon:iap:silver";
        assert_eq!(require(&[other], false), Ok(()));
        assert_eq!(require(&[other, ACR], true), Ok(()));
        for unmet in [&[other][..], &[], &[""]] {
            assert_eq!(require(unmet, true).unwrap_err().cause, "acr_unmet", "{unmet:?}");
        }
    }
}
