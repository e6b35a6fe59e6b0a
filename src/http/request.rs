//! An HTTP request, reduced to what some endpoint reads.

/// The methods that any route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// RFC 9110 §9.3.5
    Delete,
    /// RFC 9110 §9.3.1
    Get,
    /// RFC 9110 §9.3.2; answered as `GET`, the platform drops the body.
    Head,
    /// RFC 9110 §9.3.7, for CORS preflight.
    Options,
    /// RFC 9110 §9.3.3
    Post,
    /// RFC 9110 §9.3.4
    Put,
    /// Any other.
    Other,
}

impl Method {
    /// Reads the method's name.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name {
            "DELETE" => Self::Delete,
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "OPTIONS" => Self::Options,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            _ => Self::Other,
        }
    }

    /// The method's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Other => "",
        }
    }
}

/// A request whose body has been read to its last byte, or was refused for its size.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path, as sent (not decoded).
    pub path: String,
    /// The query without its `?`, as sent.
    pub query: String,
    /// `Authorization`
    pub authorization: Option<String>,
    /// `Accept-Language`
    pub accept_language: Option<String>,
    /// `Content-Type`
    pub content_type: Option<String>,
    /// `Cookie`
    pub cookie: Option<String>,
    /// `Origin`
    pub origin: Option<String>,
    /// `Sec-Fetch-Site`
    pub fetch_site: Option<String>,
    /// `User-Agent`, of posts alone: to tell a user's browsers apart.
    pub user_agent: Option<String>,
    /// The body, or `None` when it is longer than [`super::MAX_BODY`].
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// A request without headers or body.
    #[must_use]
    pub fn new(method: Method, path: &str, query: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            authorization: None,
            accept_language: None,
            content_type: None,
            cookie: None,
            origin: None,
            fetch_site: None,
            user_agent: None,
            body: Some(Vec::new()),
        }
    }
}
