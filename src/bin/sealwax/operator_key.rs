//! The operator's private key: a JWK in a file that nobody else may read.

use crate::failure::Failure;
use crate::fresh;
use sealwax::jwt::SigningKey;
use sealwax::oauth::Secret;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// Reads the key.
pub(crate) fn read(path: &Path) -> Result<SigningKey, Failure> {
    existing(path)?.ok_or_else(|| {
        Failure::new(format!("there is no operator's key at {}", path.display()))
            .remedy("Make one with `sealwax keys init`, or say with --key where it is.")
    })
}

/// Reads the key, if there is one.
pub(crate) fn existing(path: &Path) -> Result<Option<SigningKey>, Failure> {
    let json = match fs::read_to_string(path) {
        Ok(json) => Secret::new(json),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::new(format!("{} cannot be read: {error}", path.display()))),
    };
    let key = SigningKey::parse(json.reveal());
    key.map(Some).map_err(|error| Failure::new(format!("{} {error}", path.display())))
}

/// Makes a key and writes it to a file that was not there.
pub(crate) fn make(path: &Path) -> Result<SigningKey, Failure> {
    let jwk = fresh::es256()?;
    let written = write_new(path, jwk.reveal());
    written.map_err(|error| Failure::new(format!("{} cannot be written: {error}", path.display())))?;
    read(path)
}

/// `OPERATOR_KEYS`: the set with the key's public half.
pub(crate) fn public_set(key: &SigningKey) -> String {
    format!(r#"{{"keys":[{}]}}"#, key.public().to_json())
}

fn write_new(path: &Path, json: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        fs::create_dir_all(folder)?;
        set_mode(folder, 0o700)?;
    }
    let mut file = private(OpenOptions::new().write(true).create_new(true)).open(path)?;
    writeln!(file, "{json}")
}

/// Whatever is created with these options is the owner's alone.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Sets permissions, where the system has them.
#[cfg_attr(not(unix), expect(unused_variables, clippy::unnecessary_wraps, reason = "Unix has modes, others have not"))]
pub(crate) fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    Ok(())
}
