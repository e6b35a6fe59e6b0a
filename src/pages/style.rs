//! The style sheet, inlined in every page and allowed by its hash.
//!
//! CSP Level 3 §2.3.1: a hash source allows an inline `<style>` whose content has exactly that
//! digest. So the sheet is made once, and page and policy take it from the same value.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::accent::{Accent, Surfaces};

/// The content of the `<style>` element, and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StyleSheet {
    css: String,
    hash: String,
}

impl StyleSheet {
    pub(super) fn new(accent: Accent) -> Self {
        let css = [
            scheme(accent, &Surfaces::LIGHT),
            format!("@media(prefers-color-scheme:dark){{{}}}", scheme(accent, &Surfaces::DARK)),
            without_layout(SOURCE),
        ]
        .concat();
        let hash = csp_hash(&css);
        Self { css, hash }
    }

    /// Exactly what stands between the tags.
    #[must_use]
    pub fn css(&self) -> &str {
        &self.css
    }

    /// `sha256-…`, for `style-src`; the policy puts it in single quotes.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// The hash source (CSP Level 3 §2.3.1) of an inline element's content.
pub(super) fn csp_hash(content: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

fn scheme(accent: Accent, surfaces: &Surfaces) -> String {
    let shades = accent.shades(surfaces);
    format!(
        ":root{{--page:{};--card:{};--fill:{};--on-fill:{};--hover:{};--link:{}}}",
        surfaces.page, surfaces.card, shades.fill, shades.on_fill, shades.hover, shades.link
    )
}

/// Indentation and comments are for us; a phone need not load them.
fn without_layout(css: &str) -> String {
    css.lines().map(str::trim).filter(|line| !line.starts_with("/*")).collect()
}

const SOURCE: &str = include_str!("style.css");

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::accent::Rgb;
    use super::*;

    #[test]
    fn the_hash_is_the_one_browsers_compute() {
        // Made by `openssl dgst -sha256 -binary | base64`.
        let hash = csp_hash("alert('Hello, world.');");
        assert_eq!(hash, "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }

    #[test]
    fn the_sheet_loads_nothing_and_stays_inside_its_element() {
        let sheet = StyleSheet::new(Accent::WAX);
        for forbidden in ["url(", "@import", "@font-face", "<", "http", "/*"] {
            assert!(!sheet.css().contains(forbidden), "{forbidden}");
        }
        assert_eq!(sheet.css().matches('{').count(), sheet.css().matches('}').count());
    }

    #[test]
    fn fixed_colours_are_readable() {
        let (light, dark) =
            SOURCE.split_once("@media (prefers-color-scheme: dark)").expect("the sheet has a dark scheme");
        for (block, surfaces) in [(light, Surfaces::LIGHT), (dark, Surfaces::DARK)] {
            let colours = colours(block);
            let colour = |name| *colours.get(name).expect("the scheme sets every colour");
            let grounds = [surfaces.card, surfaces.page, colour("quiet")];
            for (upper, lowers, least) in [
                (colour("text"), grounds.to_vec(), 7.0),
                (colour("muted"), grounds.to_vec(), 4.5),
                (colour("edge"), vec![surfaces.card], 3.0),
                (colour("bad"), vec![surfaces.card, colour("bad-ground")], 4.5),
                (colour("warn"), vec![surfaces.card, colour("warn-ground")], 4.5),
                (colour("good"), vec![surfaces.card, colour("good-ground")], 4.5),
            ] {
                for lower in lowers {
                    let contrast = upper.contrast(lower);
                    assert!(contrast >= least, "{upper} on {lower} has {contrast:.2}:1");
                }
            }
        }
    }

    fn colours(block: &str) -> HashMap<&str, Rgb> {
        let block = block.split('}').next().unwrap_or_default();
        block
            .split(';')
            .filter_map(|declaration| {
                let (name, value) = declaration.split_once(": #")?;
                let (_, name) = name.rsplit_once("--")?;
                let [_, r, g, b] = u32::from_str_radix(value, 16).ok()?.to_be_bytes();
                Some((name, Rgb([r, g, b])))
            })
            .collect()
    }
}
