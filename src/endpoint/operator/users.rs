//! `user.add`, `user.invite`, `user.reset`, `user.list`, `user.show`, `user.update`, `user.passwd`, `user.disable`,
//! `user.enable`, `user.remove`

use super::{
    Failure, ListFrom, Operator, Refusal, UserAdd, UserChanged, UserInvite, UserLink, UserList, UserName, UserPasswd,
    UserUpdate, done, listing,
};
use crate::cx::{Cx, Platform};
use crate::endpoint::account::notices;
use crate::endpoint::revoke::{mark, revoke};
use crate::endpoint::{credential, facts, new_password};
use crate::http::Reply;
use crate::oauth::{Bytes16 as _, Region, SubjectId};
use crate::password::PasswordHash;
use crate::seal::Link;
use crate::store::{self, Ancestor, Key, Login, Mark, Revocation, Store as _, User, UserClaims};
use serde_json::{Map, Value};

/// Adds a user. Two calls for one new name at once may both succeed; the later one can sign in.
pub(super) async fn add<P: Platform>(call: UserAdd, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let username = user_name(&call.username, cx)?;
    let password = password(&call.password)?;
    let claims = claims(UserClaims::default(), call.claims)?;
    if cx.store().get(&Key::login(username.as_str())).await?.is_some() {
        return Err(exists().into());
    }
    let (user, _) = create(username, password.as_str().to_owned(), (call.home, claims), cx).await?;
    Ok(done("operator.user_add", &user).concerning(None, Some(user.sub)))
}

async fn create<P: Platform>(
    username: store::UserName,
    password: String,
    (home, claims): (Option<Region>, UserClaims),
    cx: &Cx<'_, P>,
) -> Result<(User, Login), Failure> {
    let sub = SubjectId::from_bytes(cx.random()?);
    let home = home.unwrap_or_else(|| cx.platform.region());
    let user = User { claims, ..User::new(sub, home, username.clone(), cx.now) };
    let login = Login { sub, home, username, password, cred: cx.now };
    // In this order: whoever can sign in is also listed.
    store::write(cx.store(), &Key::user(sub), &user).await?;
    store::write(cx.store(), &Key::login(login.username.as_str()), &login).await?;
    Ok((user, login))
}

/// Adds a user without a password, which nobody can sign in with, and makes the link that sets one. Who was invited
/// before and has not set it gets another link; the one before stays good until either is used.
pub(super) async fn invite<P: Platform>(call: UserInvite, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let username = user_name(&call.username, cx)?;
    let claims = claims(UserClaims::default(), call.claims)?;
    let login = match store::read::<Login>(cx.store(), &Key::login(username.as_str())).await? {
        Some(login) if login.password.is_empty() => login,
        Some(_) => return Err(exists().into()),
        None => create(username, String::new(), (call.home, claims), cx).await?.1,
    };
    linked("operator.user_invite", &login, true, cx).await
}

/// Makes a link that sets another password. Until it is used nothing changes.
pub(super) async fn reset<P: Platform>(name: &UserName, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let (_, login) = login(&name.username, cx).await?;
    linked("operator.user_reset", &login, false, cx).await
}

async fn linked<P: Platform>(
    event: &'static str,
    login: &Login,
    invited: bool,
    cx: &Cx<'_, P>,
) -> Result<Reply, Failure> {
    // Its link would be refused.
    if facts::strict_revocations(login.sub, login.home, cx).await?.is_disabled() {
        return Err(Refusal::exists("user_disabled", "The user is disabled: enable them first.").into());
    }
    let link = UserLink {
        username: login.username.as_str().to_owned(),
        sub: login.sub,
        home: login.home,
        link: new_password::link(login, invited, cx)?,
        until: cx.now.after(if invited { Link::INVITED } else { Link::RESET }),
    };
    Ok(done(event, &link).concerning(None, Some(login.sub)))
}

/// A part of the list.
pub(super) async fn list<P: Platform>(from: &ListFrom, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let (users, cursor) = listing::part(Key::USERS, from.cursor.as_deref(), cx).await?;
    let users = users.into_iter().map(|(_, user)| user).collect();
    Ok(done("operator.user_list", &UserList { users, cursor }))
}

/// One user.
pub(super) async fn show<P: Platform>(name: &UserName, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let user = user(&name.username, cx).await?;
    Ok(done("operator.user_show", &user).concerning(None, Some(user.sub)))
}

/// Changes what is known of a user. Clients hear of it when they next ask userinfo, or get their next token.
pub(super) async fn update<P: Platform>(call: UserUpdate, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let user = user(&call.username, cx).await?;
    let claims = claims(user.claims.clone(), call.claims)?;
    let user = if claims == user.claims { user } else { User { updated: Some(cx.now), claims, ..user } };
    store::write(cx.store(), &Key::user(user.sub), &user).await?;
    Ok(done("operator.user_update", &user).concerning(None, Some(user.sub)))
}

async fn user<P: Platform>(name: &str, cx: &Cx<'_, P>) -> Result<User, Failure> {
    let (_, login) = login(name, cx).await?;
    let user = store::read(cx.store(), &Key::user(login.sub)).await?;
    // Written before what is read first; removed after it.
    Ok(user.ok_or_else(|| Refusal::unknown("user_unknown", "No user of that name exists."))?)
}

fn claims(before: UserClaims, changes: Map<String, Value>) -> Result<UserClaims, Refusal> {
    before.changed(changes).map_err(|error| Refusal::bad("claim_refused", format!("claims: {error}")))
}

/// Sets a password and ends all that the old one began.
pub(super) async fn passwd<P: Platform>(call: &UserPasswd, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let (_, login) = login(&call.username, cx).await?;
    let login = credential::replace(&login, &password(&call.password)?, cx).await?;
    Ok(changed("operator.user_passwd", &login).leaving(notices(login.sub, (&[], None), cx).await))
}

/// Keeps a user from signing in and ends all that they began, or lets them sign in again: then what ended stays so. The
/// mark comes first: where the second step fails, nothing new begins, and the call can be repeated.
pub(super) async fn bar<P: Platform>(
    name: &UserName,
    barred: bool,
    _: &Operator,
    cx: &Cx<'_, P>,
) -> Result<Reply, Failure> {
    let (_, login) = login(&name.username, cx).await?;
    mark(login.sub, login.home, if barred { Mark::Disabled } else { Mark::Enabled }, cx).await?;
    if !barred {
        return Ok(changed("operator.user_enable", &login));
    }
    let revocation = Revocation { ancestor: Ancestor::Subject, at: cx.now };
    revoke(login.sub, login.home, &revocation, cx).await?;
    Ok(changed("operator.user_disable", &login).leaving(notices(login.sub, (&[], None), cx).await))
}

/// Removes a user. What names the user is deleted last, so that a call that failed halfway can be repeated.
pub(super) async fn remove<P: Platform>(name: &UserName, _: &Operator, cx: &Cx<'_, P>) -> Result<Reply, Failure> {
    let (key, login) = login(&name.username, cx).await?;
    mark(login.sub, login.home, Mark::Removed, cx).await?;
    // The consents tell whom to tell.
    let told = notices(login.sub, (&[], None), cx).await;
    remove_consents(login.sub, cx).await?;
    cx.store().delete(&Key::user(login.sub)).await?;
    cx.store().delete(&key).await?;
    Ok(changed("operator.user_remove", &login).leaving(told))
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

pub(super) async fn login<P: Platform>(name: &str, cx: &Cx<'_, P>) -> Result<(Key, Login), Failure> {
    let key = Key::login(user_name(name, cx)?.as_str());
    let login = store::read(cx.store(), &key).await?;
    let login = login.ok_or_else(|| Refusal::unknown("user_unknown", "No user of that name exists."))?;
    Ok((key, login))
}

pub(super) fn changed(event: &'static str, login: &Login) -> Reply {
    let changed = UserChanged { username: login.username.as_str().to_owned(), sub: login.sub };
    done(event, &changed).concerning(None, Some(login.sub))
}

fn exists() -> Refusal {
    Refusal::exists("user_exists", "A user of that name exists.")
}

fn user_name<P: Platform>(text: &str, cx: &Cx<'_, P>) -> Result<store::UserName, Refusal> {
    let description = "username: must have 1 to 128 bytes, of letters, digits and signs without spaces";
    store::UserName::parse(text, cx.platform).ok_or_else(|| Refusal::bad("username_malformed", description))
}

fn password(phc: &str) -> Result<PasswordHash, Refusal> {
    let hash = PasswordHash::parse(phc);
    hash.map_err(|error| Refusal::bad("password_hash_refused", format!("password: {error}")))
}
