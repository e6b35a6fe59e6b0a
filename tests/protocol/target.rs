//! Where transcripts run: in process, and against a server that somebody started (`SEALWAX_TARGET`, its issuer).

use sealwax::http::{Method, Reply, Request};
use std::collections::BTreeMap;

/// An answer, whichever way it came.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The parameters of the redirect, and the URI without them.
    pub fn location(&self) -> Option<(String, BTreeMap<String, String>)> {
        let url = url::Url::parse(self.header("location")?).ok()?;
        let params = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let mut bare = url;
        bare.set_query(None);
        Some((bare.to_string(), params))
    }

    /// The value of a hidden field of the page's form.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(&format!(r#"name="{name}" value=""#))?;
        rest.split('"').next().map(str::to_owned)
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        let headers = reply.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned())).collect();
        Self { status: reply.status, headers, body: reply.body.into_owned() }
    }
}

pub trait Target {
    fn issuer(&self) -> String;
    fn send(&self, request: Request) -> Answer;
    /// Moves the server's clock.
    fn advance(&self, millis: u64);
    /// What time it is there, Unix seconds.
    fn now(&self) -> u64;
    /// Forgets what users allowed, so that no case sees what another did.
    fn forget(&self) {}
}

/// A server reached over HTTP.
pub struct Remote {
    issuer: String,
    agent: ureq::Agent,
}

impl Remote {
    pub fn new(issuer: &str) -> Self {
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build();
        Self { issuer: issuer.to_owned(), agent: config.into() }
    }

    fn clock(&self, advance: u64) -> Answer {
        let mut request = Request::new(Method::Post, "/__test_clock", &format!("advance={advance}"));
        request.content_type = Some("text/plain".to_owned());
        let answer = self.send(request);
        assert_eq!(answer.status, 204, "the server is not a test build");
        answer
    }
}

impl Target for Remote {
    fn issuer(&self) -> String {
        self.issuer.clone()
    }

    fn send(&self, request: Request) -> Answer {
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        let url = format!("{}{}{query}", self.issuer, request.path);
        let mut builder = ureq::http::Request::builder().method(request.method.as_str()).uri(url);
        // An empty answer is no gzip stream, whatever the header says.
        builder = builder.header("accept-encoding", "identity");
        let headers = [
            ("accept-language", &request.accept_language),
            ("authorization", &request.authorization),
            ("content-type", &request.content_type),
            ("cookie", &request.cookie),
            ("origin", &request.origin),
            ("sec-fetch-site", &request.fetch_site),
            ("user-agent", &request.user_agent),
        ];
        for (name, value) in headers {
            if let Some(value) = value {
                builder = builder.header(name, value);
            }
        }
        let mut response = match request.method {
            Method::Post | Method::Put => {
                self.agent.run(builder.body(request.body.unwrap_or_default()).unwrap()).unwrap()
            }
            _ => self.agent.run(builder.body(()).unwrap()).unwrap(),
        };
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        Answer { status: response.status().as_u16(), headers, body: response.body_mut().read_to_string().unwrap() }
    }

    fn advance(&self, millis: u64) {
        self.clock(millis);
    }

    fn now(&self) -> u64 {
        self.clock(0).header("x-now").unwrap().parse::<u64>().unwrap() / 1000
    }

    fn forget(&self) {
        let url = format!("{}/__harness/keys?prefix=consent/", self.issuer);
        assert_eq!(self.agent.delete(url).call().unwrap().status(), 204, "the harness is not there");
    }
}
