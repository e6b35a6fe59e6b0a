//! A browser without scripts: keeps cookies, fills in forms.

use crate::target::{Answer, Target};
use sealwax::http::{Method, Request};
use std::cell::RefCell;
use std::collections::BTreeMap;

pub type Fields = BTreeMap<String, String>;

/// Cookies of one browser.
#[derive(Default)]
pub struct Browser {
    cookies: RefCell<BTreeMap<String, String>>,
}

impl Browser {
    /// Another browser with the same cookies.
    pub fn copy(&self) -> Self {
        Self { cookies: self.cookies.clone() }
    }

    /// Its cookies, as an object.
    pub fn cookies(&self) -> serde_json::Value {
        serde_json::to_value(&*self.cookies.borrow()).unwrap()
    }

    /// A browser with these cookies.
    pub fn with_cookies(cookies: &serde_json::Value) -> Self {
        Self { cookies: serde_json::from_value(cookies.clone()).unwrap() }
    }

    pub fn post(&self, path: &str, form: &Fields, target: &dyn Target) -> Answer {
        let mut request = form_request(path, form);
        request.origin = Some(url::Url::parse(&target.issuer()).unwrap().origin().ascii_serialization());
        request.fetch_site = Some("same-origin".to_owned());
        self.send(request, target)
    }

    pub fn send(&self, mut request: Request, target: &dyn Target) -> Answer {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.cookie = (!cookies.is_empty()).then(|| cookies.join("; "));
        let answer = target.send(request);
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    /// Gets a page of the server's.
    pub fn get(&self, path: &str, target: &dyn Target) -> Answer {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        self.send(Request::new(Method::Get, path, query), target)
    }

    /// Posts these fields with the ticket of a page.
    pub fn answer(&self, page: &Answer, path: &str, fields: &[(&str, &str)], target: &dyn Target) -> Answer {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut form: Fields = fields.collect();
        form.extend(page.hidden("ticket").map(|ticket| ("ticket".to_owned(), ticket)));
        self.post(path, &form, target)
    }

    /// Signs in to the account itself.
    pub fn sign_in(&self, (username, password): (&str, &str), target: &dyn Target) -> Answer {
        let page = self.get("/account", target);
        self.answer(&page, "/login", &[("username", username), ("password", password)], target)
    }

    /// Signs in and allows where that is asked for, and returns what comes after.
    pub fn go_through(&self, mut answer: Answer, user: (&str, &str), extra: &Fields, target: &dyn Target) -> Answer {
        for _ in 0..3 {
            let Some(ticket) = answer.hidden("ticket") else { break };
            let mut form = Fields::from([("ticket".to_owned(), ticket)]);
            if answer.body.contains(r#"name="password""#) {
                form.insert("username".to_owned(), user.0.to_owned());
                form.insert("password".to_owned(), user.1.to_owned());
                answer = self.post("/login", &form, target);
            } else {
                form.insert("decision".to_owned(), "allow".to_owned());
                form.extend(extra.clone());
                answer = self.post("/consent", &form, target);
            }
        }
        answer
    }
}

impl Browser {
    /// Signs in where that is asked for, types what a device shows and answers for it, and returns what comes then: the
    /// page that says so, or whatever came in the way.
    pub fn connect(&self, user_code: &str, user: (&str, &str), extra: &Fields, target: &dyn Target) -> Answer {
        let path = format!("/device?user_code={user_code}");
        let mut page = self.get(&path, target);
        if page.body.contains(r#"name="password""#) {
            let signed_in = self.answer(&page, "/login", &[("username", user.0), ("password", user.1)], target);
            if signed_in.status != 303 {
                return signed_in;
            }
            page = self.get(&path, target);
        }
        let question = self.answer(&page, "/device", &[("user_code", user_code)], target);
        if !question.body.contains(r#"name="decision""#) {
            return question;
        }
        let mut form = Fields::from([("ticket".to_owned(), question.hidden("ticket").unwrap())]);
        form.insert("decision".to_owned(), "allow".to_owned());
        form.extend(extra.clone());
        self.post("/device", &form, target)
    }
}

pub fn form_request(path: &str, form: &Fields) -> Request {
    let mut request = Request::new(Method::Post, path, "");
    request.content_type = Some("application/x-www-form-urlencoded".to_owned());
    request.body = Some(encode(form).into_bytes());
    request
}

pub fn encode(fields: &Fields) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
