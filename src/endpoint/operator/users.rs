//! `user.add`, `user.list`, `user.passwd`, `user.remove`

use super::{
    Failure, ListFrom, Operator, Refusal, UserAdd, UserChanged, UserList, UserName, UserPasswd, done, listing,
};
use crate::cx::{Cx, Platform};
use crate::endpoint::credential;
use crate::endpoint::revoke::mark;
use crate::http::Reply;
use crate::oauth::{Bytes16 as _, SubjectId};
use crate::password::PasswordHash;
use crate::store::{self, Key, Login, Mark, Store as _, User};

/// Adds a user. Two calls for one new name at once may both succeed; the later one can sign in.
pub(super) async fn add<P: Platform>(call: &UserAdd, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let username = user_name(&call.username, cx)?;
    let password = password(&call.password)?;
    let key = Key::login(username.as_str());
    if cx.store().get(&key).await?.is_some() {
        return Err(Refusal::exists("user_exists", "A user of that name exists.").into());
    }
    let sub = SubjectId::from_bytes(cx.random()?);
    let home = call.home.unwrap_or_else(|| cx.platform.region());
    let user = User { sub, home, username: username.clone(), created: cx.now };
    let login = Login { sub, home, username, password: password.as_str().to_owned(), cred: cx.now };
    // In this order: whoever can sign in is also listed.
    store::write(cx.store(), &Key::user(sub), &user).await?;
    store::write(cx.store(), &key, &login).await?;
    Ok(done("operator.user_add", &user).concerning(None, Some(sub)))
}

/// A part of the list.
pub(super) async fn list<P: Platform>(from: &ListFrom, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let (users, cursor) = listing::part(Key::USERS, from.cursor.as_deref(), cx).await?;
    Ok(done("operator.user_list", &UserList { users, cursor }))
}

/// Sets a password and ends all that the old one began.
pub(super) async fn passwd<P: Platform>(call: &UserPasswd, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let (_, login) = login(&call.username, cx).await?;
    let login = credential::replace(&login, &password(&call.password)?, cx).await?;
    Ok(changed("operator.user_passwd", &login))
}

/// Removes a user. What names the user is deleted last, so that a call that failed halfway can be repeated.
pub(super) async fn remove<P: Platform>(name: &UserName, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let (key, login) = login(&name.username, cx).await?;
    mark(login.sub, login.home, Mark::Removed, cx).await?;
    remove_consents(login.sub, cx).await?;
    cx.store().delete(&Key::user(login.sub)).await?;
    cx.store().delete(&key).await?;
    Ok(changed("operator.user_remove", &login))
}

async fn remove_consents<P: Platform>(subject: SubjectId, cx: &Cx<'_, P>) -> Result<(), Failure> {
    let prefix = Key::consents(subject);
    let mut cursor = None;
    loop {
        let listing = cx.store().list(&prefix, cursor.as_deref()).await?;
        for name in listing.names {
            cx.store().delete(&Key::listed(name)).await?;
        }
        match listing.cursor {
            Some(next) => cursor = Some(next),
            None => return Ok(()),
        }
    }
}

async fn login<P: Platform>(name: &str, cx: &Cx<'_, P>) -> Result<(Key, Login), Failure> {
    let key = Key::login(user_name(name, cx)?.as_str());
    let login = store::read(cx.store(), &key).await?;
    let login = login.ok_or_else(|| Refusal::unknown("user_unknown", "No user of that name exists."))?;
    Ok((key, login))
}

fn changed(event: &'static str, login: &Login) -> Reply {
    let changed = UserChanged { username: login.username.as_str().to_owned(), sub: login.sub };
    done(event, &changed).concerning(None, Some(login.sub))
}

fn user_name<P: Platform>(text: &str, cx: &Cx<'_, P>) -> Result<store::UserName, Refusal> {
    let description = "username: must have 1 to 128 bytes, of letters, digits and signs without spaces";
    store::UserName::parse(text, cx.platform).ok_or_else(|| Refusal::bad("username_malformed", description))
}

fn password(phc: &str) -> Result<PasswordHash, Refusal> {
    let hash = PasswordHash::parse(phc);
    hash.map_err(|error| Refusal::bad("password_hash_refused", format!("password: {error}")))
}
