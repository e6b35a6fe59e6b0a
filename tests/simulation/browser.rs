//! A browser: keeps cookies, follows a request through sign-in and consent to its code.

use crate::deployment::{App, ISSUER, USERNAME, look_into, subject};
use crate::exchange::{Purpose, asks_for_password, code_of, send};
use crate::executor::SECOND;
use crate::world::{LOCATIONS, START, World};
use sealwax::cx::Platform as _;
use sealwax::http::{Method, Reply, Request};
use sealwax::oauth::{Bytes16 as _, CodeChallenge, CodeVerifier, Lifetime, SessionId, base64url};
use sealwax::seal::{Session, seal};
use sealwax::store::{Ledger as _, SignIn, SignInRow, SignedIn};
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Copied, it is a thief's.
#[derive(Clone, Default)]
pub struct Browser {
    cookies: RefCell<BTreeMap<String, String>>,
}

/// A code and what belongs to it.
#[derive(Clone)]
pub struct Authorized {
    pub app: App,
    pub code: String,
    pub verifier: String,
}

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAuthorized {
    /// The server asks for a sign-in, and nobody here has a password.
    SignIn,
    /// Name or password were called wrong.
    WrongPassword,
    /// No answer, or one that says to come again.
    Unavailable,
}

impl Browser {
    /// A browser in which the user has signed in: what the form does, without the cost of a password's hash. `None` when
    /// the ledger does not answer.
    pub async fn signed_in(location: usize, world: &Rc<World>) -> Option<Self> {
        let (subject, home, isolate) = (subject(), LOCATIONS[world.home], world.isolate(location));
        let (mut sid, mut nonce) = ([0; 16], [0; 24]);
        world.chance.fill(&mut sid);
        world.chance.fill(&mut nonce);
        let (sid, began, now) = (SessionId::from_bytes(sid), world.time.now(), isolate.now());
        let (auth, cred, until) = (now, START, now.after(Lifetime::days(7)));
        let sign_in = SignIn { subject, home, row: SignInRow { sid, auth, cred, until, browser: String::new() } };
        let Ok(SignedIn::At(auth)) = isolate.ledger().sign_in(&sign_in).await else { return None };
        world.truth.signed_in(sid, began, world.time.now());
        let session = Session {
            subject,
            home,
            sid,
            auth,
            cred,
            username: USERNAME.to_owned(),
            idle_until: now.after(Lifetime::days(1)),
            until,
            consents: Vec::new(),
            clients: Vec::new(),
            confirmed: None,
        };
        let browser = Self::default();
        let cookie = seal(&isolate.config.get().rings.sealing, &session, nonce).unwrap();
        browser.cookies.borrow_mut().insert(session_cookie(), cookie);
        Some(browser)
    }

    /// Whose cookie it carries.
    pub fn session(&self) -> Option<Session> {
        self.cookies.borrow().get(&session_cookie()).map(|cookie| look_into(cookie))
    }

    /// Asks for a code, signs in with the password if it has one and must, and allows what is asked.
    pub async fn authorize(
        &self,
        app: App,
        password: Option<&str>,
        location: usize,
        world: &Rc<World>,
    ) -> Result<Authorized, NotAuthorized> {
        let verifier = verifier(world);
        let challenge = CodeChallenge::of(&CodeVerifier::parse(&verifier).unwrap()).to_string();
        let query = form(&[
            ("client_id", app.id().as_str()),
            ("redirect_uri", app.redirect_uri()),
            ("response_type", "code"),
            ("scope", "openid notes offline_access"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let mut reply = self.send(Request::new(Method::Get, "/authorize", &query), location, world).await?;
        // A sign-in, a consent, and each of them once more where an answer was overtaken.
        for _ in 0..4 {
            if let Some(code) = code_of(&reply) {
                return Ok(Authorized { app, code, verifier });
            }
            if reply.status >= 500 {
                return Err(NotAuthorized::Unavailable);
            }
            let ticket = hidden_ticket(&reply).ok_or(NotAuthorized::Unavailable)?;
            // People read first.
            world.wait(SECOND, 3 * SECOND).await;
            let form = if asks_for_password(&reply) {
                if reply.note.cause == Some("wrong_name_or_password") {
                    return Err(NotAuthorized::WrongPassword);
                }
                let password = password.ok_or(NotAuthorized::SignIn)?;
                post("/login", &[("ticket", &ticket), ("username", USERNAME), ("password", password)])
            } else {
                post("/consent", &[("ticket", &ticket), ("decision", "allow")])
            };
            reply = self.send(form, location, world).await?;
        }
        Err(NotAuthorized::Unavailable)
    }

    async fn send(&self, mut request: Request, location: usize, world: &Rc<World>) -> Result<Reply, NotAuthorized> {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.cookie = Some(cookies.join("; "));
        let purpose = Purpose::Page(request.path.clone(), self.session());
        let reply = send(request, purpose, location, world).await.ok_or(NotAuthorized::Unavailable)?;
        for (_, cookie) in reply.headers.iter().filter(|(name, _)| *name == "set-cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
        }
        Ok(reply)
    }
}

fn session_cookie() -> String {
    format!("__Host-sealwax-session-{:.8}", base64url(Sha256::digest(ISSUER)))
}

fn hidden_ticket(reply: &Reply) -> Option<String> {
    let (_, rest) = reply.body.split_once(r#"name="ticket" value=""#)?;
    rest.split('"').next().map(str::to_owned)
}

fn verifier(world: &World) -> String {
    let mut bytes = [0; 32];
    world.chance.fill(&mut bytes);
    base64url(bytes)
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

pub fn post(path: &str, fields: &[(&str, &str)]) -> Request {
    let mut request = Request::new(Method::Post, path, "");
    request.content_type = Some("application/x-www-form-urlencoded".to_owned());
    request.fetch_site = Some("same-origin".to_owned());
    request.body = Some(form(fields).into_bytes());
    request
}
