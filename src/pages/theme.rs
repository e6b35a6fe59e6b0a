//! What an operator may change about the pages: name, logo and accent colour.

use core::fmt;

use super::accent::Accent;
use super::logo::Logo;
use super::seal;
use super::style::StyleSheet;

/// The look of one deployment. Made once, when the configuration is read.
#[derive(Clone, Debug)]
pub struct Theme {
    name: String,
    logo: Option<Logo>,
    icon: String,
    style: StyleSheet,
}

impl Theme {
    /// Reads the three settings; what is absent has its default.
    ///
    /// # Errors
    ///
    /// Every fault at once, as the start-up page wants them.
    pub fn parse(name: Option<&str>, logo: Option<&str>, accent: Option<&str>) -> Result<Self, Vec<ThemeFault>> {
        let name = parse_name(name.unwrap_or(Self::NAME));
        let logo = logo.map(Logo::parse).transpose();
        let accent = accent.map_or(Ok(Accent::WAX), Accent::parse);
        match (name, logo, accent) {
            (Ok(name), Ok(logo), Ok(accent)) => Ok(Self::new(name, logo, accent)),
            (name, logo, accent) => Err([name.err(), logo.err(), accent.err()].into_iter().flatten().collect()),
        }
    }

    /// The name people know this server by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The style sheet that every page embeds.
    #[must_use]
    pub fn style(&self) -> &StyleSheet {
        &self.style
    }

    /// The sources that `img-src` of the content security policy must allow.
    #[must_use]
    pub fn image_sources(&self) -> String {
        // `data:` is for the icon of the browser's tab, which every page carries inline.
        let origin = self.logo.as_ref().and_then(Logo::origin);
        origin.map_or_else(|| "data:".to_owned(), |origin| format!("data: {origin}"))
    }

    fn new(name: String, logo: Option<Logo>, accent: Accent) -> Self {
        Self { name, logo, icon: seal::icon(accent), style: StyleSheet::new(accent) }
    }

    /// The icon of the browser's tab.
    pub(super) fn icon(&self) -> &str {
        &self.icon
    }

    pub(super) fn logo(&self) -> Option<&str> {
        self.logo.as_ref().map(Logo::as_str)
    }

    /// The letter pressed into the seal.
    pub(super) fn initial(&self) -> String {
        initial(&self.name)
    }

    const NAME: &str = "Sealwax";
    const NAME_LIMIT: usize = 60;
}

impl Default for Theme {
    fn default() -> Self {
        Self::new(Self::NAME.to_owned(), None, Accent::WAX)
    }
}

/// A setting of the theme that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThemeFault {
    /// Not `#rrggbb`.
    Accent,
    /// Neither an `https` URL nor an image's `data:` URI.
    Logo,
    /// Blank, or too long for the top of a page.
    Name,
}

impl fmt::Display for ThemeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accent => "the accent colour must be written #rrggbb",
            Self::Logo => "the logo must be an https URL or a data:image/ URI, without spaces",
            Self::Name => "the name must have 1 to 60 characters",
        })
    }
}

impl core::error::Error for ThemeFault {}

/// The first letter or digit of a name; the style sheet makes it a capital.
pub(super) fn initial(name: &str) -> String {
    name.chars().find(|c| c.is_alphanumeric()).map_or_else(String::new, String::from)
}

fn parse_name(name: &str) -> Result<String, ThemeFault> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= Theme::NAME_LIMIT;
    fits.then(|| name.to_owned()).ok_or(ThemeFault::Name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_named_at_once() {
        let faults = Theme::parse(Some("  "), Some("http://a.example"), Some("red")).err();
        let expected = vec![ThemeFault::Name, ThemeFault::Logo, ThemeFault::Accent];
        assert_eq!(faults, Some(expected));
    }

    #[test]
    fn nothing_set_is_the_default() {
        let theme = Theme::parse(None, None, None).expect("the defaults are valid");
        assert_eq!(theme.name(), Theme::default().name());
        assert_eq!(theme.style(), Theme::default().style());
        assert_eq!(theme.image_sources(), "data:");
    }

    #[test]
    fn the_initial_skips_what_is_no_letter() {
        assert_eq!(initial("  “écu”"), "é");
        assert_eq!(initial("—"), "");
    }
}
