//! The name of a browser, as its user would say it: `Firefox on Linux`. Only words of these tables come out, whatever
//! the header says.

/// What is found first counts: nearly every browser names others too, to be served like them.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Likewise: phones name the system that theirs descends from.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// The name that the header `User-Agent` (RFC 9110 §10.1.5) stands for; empty for one that is not known.
pub(super) fn browser_name(user_agent: Option<&str>) -> String {
    /// Those of real browsers are shorter.
    const MAX: usize = 512;
    let header = user_agent.filter(|header| header.len() <= MAX).unwrap_or_default();
    let find = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| header.contains(mark)).map_or("", |(_, name)| *name)
    };
    match (find(BROWSERS), find(SYSTEMS)) {
        ("", _) => String::new(),
        (browser, "") => browser.to_owned(),
        (browser, system) => format!("{browser} on {system}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SignInRow;
    use proptest::prelude::*;

    #[test]
    fn browsers_are_told_from_those_they_name() {
        let cases = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                "Chrome on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/145.0 Mobile/15E148 Safari/605.1.15",
                "Firefox on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            ("Firefox/145.0", "Firefox"),
            ("curl/8.5.0", ""),
            ("Linux", ""),
            ("", ""),
        ];
        for (header, name) in cases {
            assert_eq!(browser_name(Some(header)), name, "{header}");
        }
        assert_eq!(browser_name(None), "");
        assert_eq!(browser_name(Some(&format!("Firefox/1 {}", "x".repeat(512)))), "");
    }

    #[test]
    fn every_name_fits_the_ledger() {
        let longest = |table: &[(&str, &str)]| table.iter().map(|(_, name)| name.len()).max().unwrap();
        assert!(longest(BROWSERS) + " on ".len() + longest(SYSTEMS) <= SignInRow::MAX_BROWSER);
    }

    proptest! {
        #[test]
        fn nothing_of_the_header_comes_through(header in "\\PC{0,80}") {
            let name = browser_name(Some(&format!("{header} Firefox/1 {header}")));
            prop_assert!(name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' '), "{name}");
        }
    }
}
