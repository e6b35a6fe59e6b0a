//! From facts to the page.

use super::super::browser::{Browser, FormAbout};
use super::super::page;
use super::apps::{self, App, Until};
use super::visitor::{Visitor, sign_in_id};
use crate::cx::{Cx, Platform};
use crate::error::OAuthError;
use crate::http::Reply;
use crate::pages::{AccessEnds, Account, AccountNotice, AppScope, ConnectedApp, SignInRow, Text};
use crate::seal::Session;
use crate::store;
use std::borrow::Cow;

/// What is shown of an app in words of its own.
struct Words<'a> {
    name: Cow<'a, str>,
    hosts: String,
    scopes: Vec<AppScope<'a>>,
    since: Option<String>,
    until: String,
}

/// What is shown of a sign-in.
struct Row<'a> {
    listed: &'a store::SignInRow,
    id: String,
    since: String,
}

/// Shows the account.
pub(super) async fn show<P: Platform>(
    visitor: Visitor,
    browser: &Browser,
    notice: Option<AccountNotice>,
    cx: &Cx<'_, P>,
) -> Result<Reply, OAuthError> {
    let session = &visitor.session;
    let (ticket, cookie) = browser.ticket(Some(session.sid), FormAbout::default(), cx)?;
    let (apps, apps_cut) = apps::of(&visitor, cx).await?;
    let words: Vec<Words<'_>> = apps.values().map(|app| Words::of(app, cx)).collect();
    let apps: Vec<ConnectedApp<'_>> = apps.values().zip(&words).map(|(app, words)| words.tell(app)).collect();
    let text = Text::of(cx.language);
    let rows = visitor.sign_ins.as_deref().map(|rows| rows.iter().map(|row| Row::of(row, text)).collect::<Vec<_>>());
    let sign_ins = rows.as_ref().map(|rows| rows.iter().map(|row| row.shown_to(session)).collect::<Vec<_>>());
    let page = Account {
        action: &cx.config.issuer.url("/account"),
        ticket: &ticket,
        signed_in_as: &session.username,
        notice,
        apps: &apps,
        apps_cut,
        sign_ins: sign_ins.as_deref(),
    };
    let reply = page::account(&page, cx).with_cookie(cookie).concerning(None, Some(session.subject));
    browser.with_session(reply, session.clone(), cx)
}

impl<'a> Words<'a> {
    fn of<P: Platform>(app: &'a App, cx: &'a Cx<'_, P>) -> Self {
        let scope = |name| AppScope {
            name,
            description: cx.config.scopes.definition(name).map(|definition| definition.description.of(cx.language)),
        };
        let text = Text::of(cx.language);
        let until = match app.until {
            Until::Day(end) => text.day(end),
            Until::SignedOut | Until::Withdrawn => String::new(),
        };
        let since = app.since.map(|since| text.day(since));
        let scopes = app.scope.iter().map(scope).collect();
        Self { name: app.name(), hosts: app.hosts.join(", "), scopes, since, until }
    }

    fn tell(&'a self, app: &'a App) -> ConnectedApp<'a> {
        ConnectedApp {
            id: app.id.as_str(),
            name: &self.name,
            hosts: &self.hosts,
            on_a_device: app.on_a_device,
            scopes: &self.scopes,
            since: self.since.as_deref(),
            until: match app.until {
                Until::Day(_) => AccessEnds::On(&self.until),
                Until::SignedOut => AccessEnds::Visit,
                Until::Withdrawn => AccessEnds::Withdrawn,
            },
        }
    }
}

impl<'a> Row<'a> {
    fn of(row: &'a store::SignInRow, text: &Text) -> Self {
        Self { listed: row, id: sign_in_id(row.sid), since: text.minute(row.auth) }
    }

    fn shown_to(&self, session: &Session) -> SignInRow<'_> {
        let this_one = self.listed.sid == session.sid;
        SignInRow { id: &self.id, browser: &self.listed.browser, since: &self.since, this_one }
    }
}
