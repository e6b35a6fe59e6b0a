//! A Worker that has the public keys of a split deployment and nothing else: one document, and no state, secret or binding.

use super::routes::{Endpoint, ROUTES, Route};
use super::{allowed, finish, is_told, jwks, log_line, not_that_method, plain, preflight, takes};
use crate::config::PublicKeys;
use crate::http::{Method, Reply, Request};
use crate::oauth::Timestamp;

/// Answers a request; a refusal leaves a line in the log.
pub fn handle(request: &Request, config: &PublicKeys, now: Timestamp, request_id: &str, log: impl Fn(&str)) -> Reply {
    let route = find(request, config);
    let reply = match route {
        None => plain::not_found(),
        Some(route) if request.method == Method::Options => preflight(route),
        Some(route) if !takes(route, request.method) => {
            Reply::oauth_error(&not_that_method()).with_status(405).header("allow", allowed(route))
        }
        Some(_) => jwks::document(request, &config.keys),
    };
    let reply = finish(reply, route, &config.issuer);
    if is_told(request, route, &reply, config.log) {
        log(&log_line(now, request_id, route.map_or("", |route| route.path), &reply));
    }
    reply
}

fn find(request: &Request, config: &PublicKeys) -> Option<&'static Route> {
    let below = request.path.strip_prefix(config.issuer.path())?;
    ROUTES.iter().find(|route| route.endpoint == Endpoint::Jwks && route.path == below)
}
