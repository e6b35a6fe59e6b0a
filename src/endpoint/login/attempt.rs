//! One try of a password: limited, counted, looked up and hashed, in this order. Who guesses is stopped before the hash,
//! which is what costs.

use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Errand;
use crate::oauth::{Bytes16 as _, TryCounter, digest16};
use crate::pages::SignInProblem;
use crate::password::{self, Password};
use crate::seal::{Device, Session};
use crate::store::{self, Key, Ledger as _, Login, Tried, UserName};

/// A password that is right. Whether it still opens anything is for the ledger to say.
#[derive(Debug)]
pub(in crate::endpoint) struct Right {
    pub login: Login,
    /// What a browser remembers the account by.
    pub account: TryCounter,
    /// Forgets the tries that led here.
    pub clear: Option<Errand>,
}

impl Right {
    /// Whether it is the very password that began this session: another one has ended it.
    pub(in crate::endpoint) fn is_of(&self, session: &Session) -> bool {
        self.login.sub == session.subject && self.login.cred == session.cred
    }
}

/// For how long an address waits that tried too often: the period of the platform's limit, which tells no more.
pub(in crate::endpoint) const ADDRESS_WAIT: u32 = 60;
/// A success is counted like any try, because it is not known to be one before the hash. So few are left as they are: a
/// usual sign-in makes no third call, ten failures are still nearly ten, and a day later all is forgotten.
const LEFT_COUNTED: u32 = 2;

/// Tries a password. Unknown names, wrong passwords and names that nobody can have are counted and answered alike.
pub(in crate::endpoint) async fn try_password<P: Platform>(
    typed: &str,
    password: Option<&str>,
    device: Option<&Device>,
    cx: &Cx<'_, P>,
) -> Result<Result<Right, SignInProblem>, OAuthError> {
    let (Some(password), false) = (password, typed.is_empty()) else { return Ok(Err(SignInProblem::Empty)) };
    if !cx.platform.may_try_password().await {
        return Ok(Err(SignInProblem::TooManyTries { wait_seconds: ADDRESS_WAIT }));
    }
    let name = UserName::parse(typed, cx.platform);
    let folded = name.as_ref().map_or(typed, UserName::as_str);
    let account = account(folded);
    let known = device.and_then(|device| Some((device, device.knows(account)?)));
    let counter = known.map_or(account, |(device, _)| counter(account, device));
    let before = match count(counter, cx).await? {
        Tried::Go { before } => before,
        Tried::Wait { seconds } => return Ok(Err(SignInProblem::TooManyTries { wait_seconds: seconds })),
    };
    let login: Option<Login> = store::read(cx.store(), &Key::login(folded)).await?.filter(|_| name.is_some());
    // Who knew an older password is a stranger again, however many browsers they have used it in.
    let outdated = known.is_some_and(|(_, cred)| login.as_ref().is_none_or(|login| login.cred != cred));
    if outdated && let Tried::Wait { seconds } = count(account, cx).await? {
        return Ok(Err(SignInProblem::TooManyTries { wait_seconds: seconds }));
    }
    let stored = login.as_ref().map(|login| login.password.as_str());
    let right = Password::presented(password, cx.platform).is_some_and(|password| password::verify(stored, &password));
    let clear = (before >= LEFT_COUNTED).then_some(Errand::ClearTries(counter));
    let right = login.filter(|_| right).map(|login| Right { login, account, clear });
    Ok(right.ok_or(SignInProblem::WrongNameOrPassword))
}

/// What the tries of an account are counted by.
pub(in crate::endpoint) fn account(name: &str) -> TryCounter {
    TryCounter::from_bytes(digest16(&[b"account", name.as_bytes()]))
}

/// A browser that has signed in to the account has a counter of its own, so that strangers do not lock its user out.
fn counter(account: TryCounter, device: &Device) -> TryCounter {
    TryCounter::from_bytes(digest16(&[b"device", device.id.as_slice(), account.as_bytes()]))
}

/// Counts the try. When an answer was lost, it may count twice.
pub(in crate::endpoint) async fn count<P: Platform>(counter: TryCounter, cx: &Cx<'_, P>) -> Result<Tried, OAuthError> {
    if cx.config.ledger.is_none() {
        return Ok(Tried::Go { before: 0 });
    }
    Ok(store::twice(async || cx.platform.ledger().try_sign_in(counter).await).await?)
}
