//! The front page: whether this is Sealwax at all, whether it is configured, whether it says that it is well. What
//! programs look for there has an id (`src/pages/front.html`, `src/pages/misconfigured.html`).

use super::{Fetched, Finding};

/// Whether a server answers that has read its configuration.
pub(super) fn is_configured(front: &Fetched) -> bool {
    text_of("version", &front.body).is_some()
}

pub(super) fn judge(front: &Fetched, issuer: &str) -> Vec<Finding> {
    let faults = faults(&front.body);
    if !faults.is_empty() {
        let remedy = "Set it in wrangler.toml, or as a secret (`sealwax keys init` makes those that are missing).";
        return faults.into_iter().map(|fault| Finding::fault("configuration", fault).remedy(remedy)).collect();
    }
    let (Some(version), Some(named)) = (text_of("version", &front.body), text_of("issuer", &front.body)) else {
        return vec![stranger(front.status)];
    };
    if named != issuer {
        return vec![
            Finding::fault("front page", format!("the server says that it is {named}"))
                .remedy("Examine it by that name, or set its ISSUER to the name that clients use."),
        ];
    }
    match front.status {
        200 => vec![Finding::ok("front page", format!("Sealwax {version}, configured"))],
        status => vec![
            Finding::fault("front page", format!("Sealwax {version} says with {status} that it is not well"))
                .remedy("KV or the ledger does not answer it: its log (`npx wrangler tail`) names the cause."),
        ],
    }
}

fn stranger(status: u16) -> Finding {
    let (what, remedy) = match status {
        300..400 => ("it redirects elsewhere", "Give its ISSUER to the letter with --issuer."),
        404 => ("nothing is there (404)", "See that the Worker's route covers the issuer's path, and ISSUER names it."),
        _ => ("what answers is not Sealwax", "See that the Worker is deployed, and its route covers this name."),
    };
    Finding::fault("front page", format!("{what} (status {status})")).remedy(remedy)
}

/// The list with the id `faults`.
fn faults(html: &str) -> Vec<String> {
    let list = after_tag("id=\"faults\"", html).and_then(|rest| rest.split("</ul>").next()).unwrap_or_default();
    let items = list.split("<li").skip(1).filter_map(|item| item.split_once('>'));
    items.filter_map(|(_, rest)| rest.split("</li>").next()).map(|item| unescaped(item.trim())).collect()
}

/// The text of the element with this id, which has no elements in it.
fn text_of(id: &str, html: &str) -> Option<String> {
    let rest = after_tag(&format!("id=\"{id}\""), html)?;
    rest.split('<').next().map(|text| unescaped(text.trim()))
}

fn after_tag<'a>(attribute: &str, html: &'a str) -> Option<&'a str> {
    let (_, rest) = html.split_once(attribute)?;
    rest.split_once('>').map(|(_, rest)| rest)
}

/// As templates escape.
fn unescaped(text: &str) -> String {
    let entities = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;
    use sealwax::http::Reply;

    const ISSUER: &str = "https://id.example";

    fn page(status: u16, body: &str) -> Fetched {
        Fetched { status, body: body.to_owned(), ..Fetched::default() }
    }

    fn front(status: u16, issuer: &str) -> Fetched {
        page(status, &format!(r#"<code id="issuer" dir="auto">{issuer}</code><code id="version">0.1.0</code>"#))
    }

    /// The page itself, as the server renders it.
    #[test]
    fn each_fault_of_the_configuration_is_read_from_the_page() {
        let faults = ["SEALING_KEYS is missing".to_owned(), "SCOPES has a name: \"a<b>&'c'\"".to_owned()];
        let reply: Reply = sealwax::misconfigured(&faults, "id", None);
        let page = page(reply.status, &reply.body);
        let found = judge(&page, ISSUER);
        assert_eq!(found.iter().map(|finding| &finding.what).collect::<Vec<_>>(), faults.iter().collect::<Vec<_>>());
        assert!(found.iter().all(|finding| finding.level == Level::Fault && finding.remedy.is_some()));
        assert!(!is_configured(&page));
    }

    #[test]
    fn a_server_that_is_well_names_itself() {
        let healthy = front(200, ISSUER);
        assert!(is_configured(&healthy));
        assert_eq!(judge(&healthy, ISSUER), [Finding::ok("front page", "Sealwax 0.1.0, configured")]);
        for (status, issuer) in [(503, ISSUER), (200, "https://other.example"), (200, "https://id.example/a")] {
            assert_eq!(judge(&front(status, issuer), ISSUER)[0].level, Level::Fault, "{status} {issuer}");
        }
    }

    #[test]
    fn strangers_are_told_apart() {
        for (status, told) in
            [(302, "redirects"), (404, "nothing is there"), (200, "not Sealwax"), (500, "not Sealwax")]
        {
            let found = judge(&page(status, "<p>Hello</p>"), ISSUER);
            assert!(found[0].level == Level::Fault && found[0].what.contains(told), "{status}: {found:?}");
        }
    }
}
