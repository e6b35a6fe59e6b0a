//! Passwords of local accounts: Argon2id (RFC 9106), 19 MiB, 2 passes, 1 lane: strong enough by the OWASP Password
//! Storage Cheat Sheet, and small enough for an isolate of 128 MB. Neither clock nor entropy here.
//!
//! ```text
//! $argon2id$v=19$m=19456,t=2,p=1$<salt, 16 bytes>$<hash, 32 bytes>     (PHC string format: base64 without padding)
//! ```

use crate::oauth::Secret;
use crate::oauth::precis::{self, Normalizer};
use argon2::password_hash::SaltString;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use std::fmt;

/// A password as a person typed it, in the form that is hashed (RFC 8265 §4.2, `OpaqueString`): however a keyboard
/// composes an accented letter, it is one password.
#[derive(Clone, Debug)]
pub struct Password(Secret<String>);

/// What is stored of a password: a PHC string that this server can afford to verify at every sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Why a password, or the hash of one, cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// Fewer than [`Password::MIN`] bytes.
    TooShort,
    /// More than [`Password::MAX`] bytes.
    TooLong,
    /// Control characters, or others that RFC 8264 §4.3 excludes from free text.
    Characters,
    /// Not a PHC string of Argon2id, version 19, with salt and hash of fit lengths.
    Hash,
    /// Weaker than what [`hash`] makes, or dearer than a request may be.
    Cost,
}

impl Password {
    /// The shortest that may be set, in bytes (NIST SP 800-63B §5.1.1.2).
    pub const MIN: usize = 8;
    /// The longest, in bytes.
    pub const MAX: usize = 1024;

    /// A password that is to be set.
    ///
    /// # Errors
    /// When it is too short or too long, or has characters that are no text.
    pub fn chosen(text: &str, normalizer: &impl Normalizer) -> Result<Self, PasswordError> {
        if text.len() > Self::MAX {
            return Err(PasswordError::TooLong);
        }
        if text.is_empty() {
            return Err(PasswordError::TooShort);
        }
        let prepared = precis::opaque_string(text, normalizer).ok_or(PasswordError::Characters)?;
        match prepared.len() {
            0..Self::MIN => Err(PasswordError::TooShort),
            Self::MIN..=Self::MAX => Ok(Self(Secret::new(prepared))),
            _ => Err(PasswordError::TooLong),
        }
    }

    /// A password that somebody signs in with; `None` when it is longer than any that could have been set.
    #[must_use]
    pub fn presented(text: &str, normalizer: &impl Normalizer) -> Option<Self> {
        if text.len() > Self::MAX {
            return None;
        }
        // What cannot be prepared was never set: it is hashed as it came, and matches nothing after the usual time.
        let prepared = precis::opaque_string(text, normalizer).unwrap_or_else(|| text.to_owned());
        Some(Self(Secret::new(prepared)))
    }

    fn bytes(&self) -> &[u8] {
        self.0.reveal().as_bytes()
    }
}

impl PasswordHash {
    /// Checks a PHC string that was made elsewhere. What costs more than [`hash`] is accepted within limits; it makes
    /// that user's sign-in slower than others.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(phc: &str) -> Result<Self, PasswordError> {
        affordable(phc).map(|_| Self(phc.to_owned()))
    }

    /// The PHC string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hashes a password. The salt must be fresh and random.
#[must_use]
pub fn hash(password: &Password, salt: [u8; 16]) -> PasswordHash {
    let phc = SaltString::encode_b64(&salt)
        .and_then(|salt| argon2id().hash_password(password.bytes(), &salt).map(|hash| hash.to_string()));
    // A salt of 16 bytes fits and the parameters are constants; an empty hash would match no password.
    PasswordHash(phc.unwrap_or_default())
}

/// Whether the password is the one that was hashed. Without a stored hash, because nobody has that name, the same work
/// is done and the answer is no: unknown users and wrong passwords cannot be told apart, not by time either.
#[must_use]
pub fn verify(stored: Option<&str>, password: &Password) -> bool {
    let stored = stored.and_then(|phc| affordable(phc).ok());
    let Ok(compared) = stored.clone().map_or_else(|| affordable(NOBODY), Ok) else { return false };
    let equal = argon2id().verify_password(password.bytes(), &compared).is_ok();
    equal & stored.is_some()
}

fn argon2id() -> Argon2<'static> {
    let params = Params::new(MEMORY, PASSES, LANES, None).unwrap_or(Params::DEFAULT);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Parses a PHC string that is no weaker than ours and within what an isolate can bear.
fn affordable(phc: &str) -> Result<argon2::PasswordHash<'_>, PasswordError> {
    let hash = argon2::PasswordHash::new(phc).map_err(|_| PasswordError::Hash)?;
    let salt = hash.salt.is_some_and(|salt| (16..=64).contains(&salt.as_str().len()));
    let digest = hash.hash.is_some_and(|digest| digest.len() == 32);
    let kind = hash.algorithm == argon2::ARGON2ID_IDENT && hash.version == Some(Version::V0x13.into());
    if !(kind && salt && digest) {
        return Err(PasswordError::Hash);
    }
    let params = Params::try_from(&hash).map_err(|_| PasswordError::Hash)?;
    let memory = (MEMORY..=MAX_MEMORY).contains(&params.m_cost());
    let passes = (PASSES..=MAX_PASSES).contains(&params.t_cost());
    let plain = params.keyid().is_empty() && params.data().is_empty();
    if memory && passes && plain && params.p_cost() == LANES { Ok(hash) } else { Err(PasswordError::Cost) }
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "has fewer than 8 bytes",
            Self::TooLong => "has more than 1,024 bytes",
            Self::Characters => "has characters that are no text, such as control characters",
            Self::Hash => "is not a PHC string of Argon2id, version 19, with a salt of 16 and a hash of 32 bytes",
            Self::Cost => "costs less than m=19456,t=2,p=1 or more than m=65536,t=4,p=1",
        })
    }
}

/// KiB
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const MAX_MEMORY: u32 = 64 * 1024;
const MAX_PASSES: u32 = 4;
/// A salt and a hash of zeros: nobody knows a password for it, and a match would not count.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::precis::NativeNormalizer;

    fn presented(text: &str) -> Password {
        Password::presented(text, &NativeNormalizer).unwrap()
    }

    fn chosen(text: &str) -> Result<Password, PasswordError> {
        Password::chosen(text, &NativeNormalizer)
    }

    #[test]
    fn only_the_password_matches_its_hash() {
        let phc = hash(&chosen("correct horse").unwrap(), [7; 16]);
        assert!(phc.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", phc.as_str());
        assert_eq!(PasswordHash::parse(phc.as_str()), Ok(phc.clone()));
        assert!(verify(Some(phc.as_str()), &presented("correct horse")));
        assert!(!verify(Some(phc.as_str()), &presented("correct house")));
        assert!(!verify(Some(phc.as_str()), &presented("")));
    }

    #[test]
    fn nobody_has_the_same_cost_as_everybody_and_never_matches() {
        let [nobody, somebody] = [NOBODY, hash(&presented("x"), [1; 16]).as_str()]
            .map(|phc| Params::try_from(&affordable(phc).unwrap()).unwrap());
        assert_eq!((nobody.m_cost(), nobody.t_cost(), nobody.p_cost()), (MEMORY, PASSES, LANES));
        assert_eq!((nobody.m_cost(), nobody.t_cost()), (somebody.m_cost(), somebody.t_cost()));
        assert!(!verify(None, &presented("correct horse")));
        assert!(!verify(Some("not a hash"), &presented("correct horse")));
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_password() {
        let phc = hash(&chosen("caf\u{e9} noir").unwrap(), [7; 16]);
        assert!(verify(Some(phc.as_str()), &presented("cafe\u{301} noir")));
    }

    #[test]
    fn lengths_and_characters_are_checked_on_setting() {
        let refused = [
            ("", PasswordError::TooShort),
            ("1234567", PasswordError::TooShort),
            (&*"a".repeat(1025), PasswordError::TooLong),
            ("12345678\n", PasswordError::Characters),
            ("1234\u{0}5678", PasswordError::Characters),
        ];
        for (text, error) in refused {
            assert_eq!(chosen(text).err(), Some(error), "{text:?}");
        }
        assert!(chosen(&"a".repeat(1024)).is_ok());
        assert!(Password::presented(&"a".repeat(1025), &NativeNormalizer).is_none());
        assert_eq!(format!("{:?}", presented("secret")), "Password([redacted])");
    }

    #[test]
    fn hashes_of_other_kinds_and_costs_are_refused() {
        let rest = "$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let refused = [
            ("$argon2i$v=19$m=19456,t=2,p=1", PasswordError::Hash),
            ("$argon2id$v=16$m=19456,t=2,p=1", PasswordError::Hash),
            ("$argon2id$m=19456,t=2,p=1", PasswordError::Hash),
            ("$argon2id$v=19$m=65537,t=2,p=1", PasswordError::Cost),
            ("$argon2id$v=19$m=4294967295,t=2,p=1", PasswordError::Cost),
            ("$argon2id$v=19$m=8192,t=2,p=1", PasswordError::Cost),
            ("$argon2id$v=19$m=19456,t=1,p=1", PasswordError::Cost),
            ("$argon2id$v=19$m=19456,t=5,p=1", PasswordError::Cost),
            ("$argon2id$v=19$m=19456,t=2,p=4", PasswordError::Cost),
        ];
        for (start, error) in refused {
            assert_eq!(PasswordHash::parse(&format!("{start}{rest}")), Err(error), "{start}");
        }
        for wrong in ["", "$", "hunter2", "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(PasswordHash::parse(wrong), Err(PasswordError::Hash), "{wrong}");
        }
        assert!(PasswordHash::parse(&format!("$argon2id$v=19$m=65536,t=4,p=1{rest}")).is_ok());
    }
}
