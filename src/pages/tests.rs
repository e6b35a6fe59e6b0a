//! What holds for every page, shown on every sample.

mod rendered;

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::style::csp_hash;
use super::*;
use crate::oauth::Language;
use rendered::{Tag, for_every_page, themes};

#[test]
fn every_sample_renders() {
    let samples = [
        SignIn::samples().len(),
        Consent::samples().len(),
        UserCodeForm::samples().len(),
        DeviceAnswered::samples().len(),
        Account::samples().len(),
        NewPassword::samples().len(),
        PasswordSet::samples().len(),
        SignOut::samples().len(),
        SignedOut::samples(&[]).len(),
        ErrorPage::samples().len(),
        FormPost::samples().len(),
        Resubmit::samples().len(),
        Front::samples().len(),
        misconfigured::sample_faults().len(),
    ];
    for theme in themes() {
        for language in Language::ALL {
            assert_eq!(gallery(&theme, *language).len(), samples.iter().sum::<usize>());
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    for_every_page(|page| {
        // What the browser would see if anything had got out of its place.
        let allowed = ["html", "head", "meta", "title", "link", "style", "body", "main", "header"]
            .into_iter()
            .chain(["svg", "path", "circle", "text", "img", "p", "h1", "h2", "h3", "strong", "small"])
            .chain(["form", "input", "div", "label", "button", "section", "ul", "li", "span", "a"])
            .chain(["fieldset", "legend", "code", "details", "summary", "dl", "dt", "dd", "script", "iframe"])
            .collect::<HashSet<_>>();
        for tag in page.tags() {
            assert!(allowed.contains(tag.name), "{}: <{}>", page.name, tag.name);
            for (name, _) in &tag.attributes {
                assert!(!name.starts_with("on") && *name != "style", "{}: {name}", page.name);
            }
        }
        let scripts = page.tags().iter().filter(|t| t.name == "script").count();
        assert_eq!(scripts, usize::from(page.submits_itself()), "{}", page.name);
        let images = page.tags().iter().filter(|t| t.name == "img").count();
        assert_eq!(images, usize::from(page.theme.logo().is_some()), "{}", page.name);
        let focused = page.tags().iter().filter(|t| t.has("autofocus")).count();
        assert_eq!(focused, usize::from(page.begins_in_a_field()), "{}", page.name);
    });
}

#[test]
fn nothing_is_loaded_from_elsewhere() {
    for_every_page(|page| {
        // The frames of signing out are pages of apps, which must be loaded to do their part.
        for tag in page.tags().iter().filter(|tag| tag.name != "iframe") {
            let source = tag.value("src").or(tag.value("href").filter(|_| tag.name == "link"));
            let inline = source.is_none_or(|url| url.starts_with("data:") || Some(url) == page.theme.logo());
            assert!(inline, "{}: {source:?}", page.name);
        }
    });
}

#[test]
fn style_and_script_are_those_of_the_policy() {
    for_every_page(|page| {
        let style = page.between("<style>", "</style>").expect("every page has its style");
        assert_eq!(csp_hash(style), page.theme.style().hash(), "{}", page.name);
        if page.submits_itself() {
            let script = page.between("<script>", "</script>").expect("it has a script");
            assert_eq!(csp_hash(script), SCRIPT_HASH, "{}", page.name);
        }
    });
}

#[test]
fn ids_are_unique_and_every_reference_is_met() {
    for_every_page(|page| {
        let tags = page.tags();
        let ids: Vec<_> = tags.iter().filter_map(|tag| tag.value("id")).collect();
        let known: HashSet<_> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{}: {ids:?}", page.name);
        for reference in ["for", "aria-describedby", "aria-labelledby"] {
            for id in tags.iter().filter_map(|tag| tag.value(reference)).flat_map(str::split_whitespace) {
                assert!(known.contains(id), "{}: {reference}={id}", page.name);
            }
        }
    });
}

#[test]
fn every_field_has_a_label_and_every_page_one_heading() {
    for_every_page(|page| {
        let tags = page.tags();
        let labels: HashSet<_> = tags.iter().filter_map(|tag| tag.value("for")).collect();
        let shown = |t: &&Tag<'_>| t.value("type") != Some("hidden") && !t.has("hidden");
        let fields = tags.iter().filter(|t| t.name == "input").filter(shown);
        for field in fields {
            let id = field.value("id").expect("every field has an id");
            assert!(labels.contains(id), "{}: {id}", page.name);
        }
        assert_eq!(tags.iter().filter(|t| t.name == "h1").count(), 1, "{}", page.name);
        let picture = tags.iter().find(|t| t.name == "img");
        assert!(picture.is_none_or(|t| t.value("alt").is_some_and(|alt| !alt.is_empty())));
    });
}

#[test]
fn every_gap_is_filled() {
    let gaps = ["account", "browser", "client", "code", "date", "host", "n", "scope", "time", "title"]
        .map(|gap| format!("{{{gap}}}"));
    for_every_page(|page| {
        // One hostile name looks like a gap.
        if !page.html.contains("7 * 7") {
            assert!(!gaps.iter().any(|gap| page.html.contains(gap)), "{}", page.name);
        }
    });
}

#[test]
fn a_mistake_is_told_in_the_title_and_by_an_alert() {
    let frame = |theme| Frame { theme, text: Text::of(Language::English), request_id: "r" };
    let theme = Theme::default();
    let page = |problem| SignIn { problem, ..SignIn::samples().swap_remove(0) };
    let html = |problem| page(problem).render(&frame(&theme)).expect("the page renders");
    let wrong = html(Some(SignInProblem::WrongNameOrPassword));
    assert!(wrong.contains("<title>Error: Sign in · Sealwax</title>"));
    assert!(wrong.contains("role=\"alert\"") && wrong.contains("aria-invalid="));
    let waiting = html(Some(SignInProblem::TooManyTries { wait_seconds: 61 }));
    assert!(waiting.contains(">2 min<") && !waiting.contains("aria-invalid="));
    let plain = html(None);
    assert!(plain.contains("<title>Sign in · Sealwax</title>") && !plain.contains("role=\"alert\""));
}

#[test]
fn every_button_of_a_page_has_a_name_of_its_own() {
    for_every_page(|page| {
        // Two apps may share a name; the hosts that describe their buttons tell them apart.
        let names: Vec<_> = page.html.split("<button ").skip(1).filter_map(button_name).collect();
        let distinct: HashSet<_> = names.iter().collect();
        assert_eq!(names.len(), distinct.len(), "{}: {names:?}", page.name);
    });
}

fn button_name(html: &str) -> Option<&str> {
    let (attributes, rest) = html.split_once('>')?;
    let label = attributes.split_once("aria-label=\"").and_then(|(_, value)| value.split_once('"'));
    Some(label.map_or(rest.split_once('<')?.0, |(label, _)| label))
}

#[test]
fn what_came_of_a_form_is_told_where_it_matters() {
    let theme = Theme::default();
    let frame = Frame { theme: &theme, text: Text::of(Language::English), request_id: "r" };
    let account = |notice| Account { notice, ..Account::samples().swap_remove(0) };
    let html = |notice| account(Some(notice)).render(&frame).expect("the page renders");
    let done = html(AccountNotice::Disconnected);
    assert!(done.contains("role=\"status\"") && done.contains("<title>Your account · Sealwax</title>"));
    for (notice, field) in [
        (AccountNotice::WrongPassword, "current_password"),
        (AccountNotice::PasswordsDiffer, "new_password_again"),
        (AccountNotice::PasswordTooShort, "new_password"),
    ] {
        let html = html(notice);
        assert!(html.contains("role=\"alert\"") && html.contains("<title>Error: Your account · Sealwax</title>"));
        let field = format!("<input id=\"{field}\" ");
        let (_, field) = html.split_once(&field).expect("the field is there");
        let (field, _) = field.split_once('>').expect("the field ends");
        assert!(field.contains("problem\"") && field.contains("aria-invalid=\"true\""), "{notice:?}: {field}");
        assert_eq!(html.matches("aria-invalid=").count(), 1, "{notice:?}");
    }
    assert!(!html(AccountNotice::Unchanged).contains("aria-invalid="));
}

#[test]
fn a_page_without_a_waiting_app_has_nothing_to_cancel() {
    for sample in SignIn::samples() {
        let theme = Theme::default();
        let frame = Frame { theme: &theme, text: Text::of(Language::English), request_id: "r" };
        let html = sample.render(&frame).expect("the page renders");
        assert_eq!(html.contains("value=\"cancel\""), sample.client_name.is_some());
    }
}

#[test]
fn every_word_is_used() {
    let mut source = String::new();
    read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut source);
    let structs = [include_str!("text/mod.rs"), include_str!("text/account.rs"), include_str!("text/device.rs")];
    let fields = structs.iter().flat_map(|source| source.lines()).filter_map(|line| {
        let (name, _) = line.trim().strip_prefix("pub ")?.split_once(": ")?;
        Some(name).filter(|name| !name.contains(' '))
    });
    for field in fields {
        assert!(source.contains(&format!(".{field}")), "{field} is never shown");
    }
}

fn read_all(path: &Path, source: &mut String) {
    for entry in fs::read_dir(path).expect("the sources are there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_all(&path, source);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
            source.push_str(&fs::read_to_string(&path).expect("sources are text"));
        }
    }
}
