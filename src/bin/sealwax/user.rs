//! `sealwax user …`. Passwords are hashed here: neither they nor what could stand for them travels.

use crate::arguments::{PasswordSource, UserCommand};
use crate::call::Server;
use crate::failure::Failure;
use crate::outside::{random, secret_from_stdin};
use crate::{claims, output, revoke};
use sealwax::endpoint::operator::{
    ListFrom, OperatorRequest, UserAdd, UserChanged, UserInvite, UserLink, UserList, UserName, UserPasswd,
    UserSessions, UserUpdate,
};
use sealwax::oauth::precis::NativeNormalizer;
use sealwax::oauth::{Region, Secret};
use sealwax::password::{self, Password};
use sealwax::store::User;
use serde_json::{Value, json};
use std::io::IsTerminal as _;

pub(crate) fn run(command: &UserCommand, server: &Server<'_>, json: bool) -> Result<(), Failure> {
    match command {
        UserCommand::Add { name, password, home, claims, if_missing } => {
            let add = UserAdd {
                username: name.clone(),
                claims: claims::read(&claims.claims)?,
                password: hashed(password)?,
                home: *home,
            };
            match server.call::<User>(&OperatorRequest::UserAdd(add)) {
                Err(failure) if failure.status == Some(409) && *if_missing => already(name, json),
                Err(failure) if failure.status == Some(409) => {
                    Err(failure.remedy("Use `sealwax user passwd` to set a password, or --if-missing to leave it."))
                }
                Err(failure) => Err(failure),
                Ok(user) => added(&user, json),
            }
        }
        UserCommand::Invite { name, home, claims } => {
            let invite = UserInvite { username: name.clone(), home: *home, claims: claims::read(&claims.claims)? };
            let link = server.call(&OperatorRequest::UserInvite(invite)).map_err(|failure: Failure| {
                let reset = format!("`sealwax user reset {name}` makes a link that sets another password.");
                if failure.what.contains("exists") { failure.remedy(reset) } else { failure }
            })?;
            tell_link(&link, "Invited:", json)
        }
        UserCommand::Reset { name } => {
            let link = known(server.call(&OperatorRequest::UserReset(named(name))))?;
            tell_link(&link, "Until the link is used, the password stays as it is:", json)
        }
        UserCommand::List => list(server, json),
        UserCommand::Show { name } => show(&known(server.call(&OperatorRequest::UserShow(named(name))))?, json),
        UserCommand::Update { name, claims, unset } => {
            let mut changes = claims::read(&claims.claims)?;
            changes.extend(unset.iter().map(|name| (name.clone(), Value::Null)));
            if changes.is_empty() {
                return Err(
                    Failure::new("nothing to change").remedy("Say what with --claim NAME=VALUE or --unset NAME.")
                );
            }
            let update = UserUpdate { username: name.clone(), claims: changes };
            show(&known(server.call(&OperatorRequest::UserUpdate(update)))?, json)
        }
        UserCommand::Sessions { name } => {
            sessions(&known(server.call(&OperatorRequest::UserSessions(named(name))))?, json)
        }
        UserCommand::Passwd { name, password } => {
            let passwd = UserPasswd { username: name.clone(), password: hashed(password)? };
            let changed = server.call(&OperatorRequest::UserPasswd(passwd))?;
            tell(&changed, "The password is set; everything the old one began has ended", json)
        }
        UserCommand::Disable { name } => {
            let changed = known(server.call(&OperatorRequest::UserDisable(named(name))))?;
            tell(&changed, &format!("The user is disabled. {} User", revoke::BOUND), json)
        }
        UserCommand::Enable { name } => {
            let changed = known(server.call(&OperatorRequest::UserEnable(named(name))))?;
            let begins = "They can sign in everywhere within three minutes; what they began before stays dead.";
            tell(&changed, &format!("The user is enabled. {begins} User"), json)
        }
        UserCommand::Remove { name } => {
            let changed = server.call(&OperatorRequest::UserRemove(named(name)))?;
            tell(&changed, "The user is removed", json)
        }
    }
}

fn named(name: &str) -> UserName {
    UserName { username: name.to_owned() }
}

fn known<T>(answer: Result<T, Failure>) -> Result<T, Failure> {
    answer.map_err(|failure| match failure.status {
        Some(404) => failure.remedy("`sealwax user list` lists them all."),
        _ => failure,
    })
}

fn hashed(source: &PasswordSource) -> Result<String, Failure> {
    let text = if source.password_stdin { secret_from_stdin()? } else { asked()? };
    let password = Password::chosen(text.reveal(), &NativeNormalizer);
    let password = password.map_err(|error| Failure::new(format!("the password {error}")))?;
    Ok(password::hash(&password, random()?).as_str().to_owned())
}

/// Asks twice, without an echo.
fn asked() -> Result<Secret<String>, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new("there is no terminal to ask for the password on")
            .remedy("Give it on standard input, with --password-stdin."));
    }
    let ask = |prompt| {
        let answer = rpassword::prompt_password(prompt).map(Secret::new);
        answer.map_err(|error| Failure::new(format!("the password cannot be asked for: {error}")))
    };
    let (first, second) = (ask("Password: ")?, ask("Again: ")?);
    if first == second { Ok(first) } else { Err(Failure::new("the two passwords differ")) }
}

fn added(user: &User, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(user);
    }
    output::line("Added:\n")?;
    output::fields(&[
        ("user", user.username.as_str().to_owned()),
        ("subject", user.sub.to_string()),
        ("home", home(user.home)),
    ])
}

fn show(user: &User, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(user);
    }
    let mut fields = vec![
        ("user", user.username.as_str().to_owned()),
        ("subject", user.sub.to_string()),
        ("home", home(user.home)),
        ("added", output::day(user.created)),
    ];
    fields.extend(user.claims.iter().map(|(name, value)| (name, claims::shown(value))));
    output::fields(&fields)
}

fn already(name: &str, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&json!({"username": name, "existing": true}));
    }
    output::line(&format!("The user {name} is there already: nothing changed."))
}

fn tell(changed: &UserChanged, what: &str, json: bool) -> Result<(), Failure> {
    if json { output::json(changed) } else { output::line(&format!("{what}: {} ({}).", changed.username, changed.sub)) }
}

fn tell_link(link: &UserLink, what: &str, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(link);
    }
    output::line(&format!("{what}\n"))?;
    output::fields(&[
        ("user", link.username.clone()),
        ("subject", link.sub.to_string()),
        ("home", home(link.home)),
        ("link", link.link.clone()),
        ("good until", output::minute(link.until)),
    ])?;
    output::line("\nWhoever has the link can set the password with it, once: send it to nobody but the user.")
}

fn sessions(list: &UserSessions, json: bool) -> Result<(), Failure> {
    if json {
        return output::json(list);
    }
    if list.sessions.is_empty() {
        return output::line(&format!("{} is signed in nowhere.", list.username));
    }
    let rows = list
        .sessions
        .iter()
        .map(|row| [row.sid.to_string(), output::minute(row.auth), output::minute(row.until), row.browser.clone()]);
    output::table(["SESSION", "SIGNED IN", "ENDS", "BROWSER"], &rows.collect::<Vec<_>>())?;
    output::line(&format!("\n`sealwax revoke session {} SESSION` ends one.", list.username))
}

fn list(server: &Server<'_>, json: bool) -> Result<(), Failure> {
    let mut users: Vec<User> = Vec::new();
    let mut from = ListFrom::default();
    loop {
        let part: UserList = server.call(&OperatorRequest::UserList(from))?;
        users.extend(part.users);
        match part.cursor {
            Some(cursor) => from = ListFrom { cursor: Some(cursor) },
            None => break,
        }
    }
    if json {
        return output::json(&users);
    }
    if users.is_empty() {
        return output::line("No users yet. Add one with `sealwax user add`.");
    }
    let row = |user: &User| {
        [user.username.as_str().to_owned(), user.sub.to_string(), home(user.home), output::day(user.created)]
    };
    output::table(["USER", "SUBJECT", "HOME", "ADDED"], &users.iter().map(row).collect::<Vec<_>>())
}

fn home(region: Region) -> String {
    region.as_str().to_owned()
}
