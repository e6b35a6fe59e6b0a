//! The theme's accent colour, and the shades of it that stay readable.
//!
//! Contrast is that of WCAG 2.2: text needs 4.5:1 (§1.4.3), the edge of a control 3:1 (§1.4.11).
//! An operator chooses one colour; every shade a page uses is derived here, so that no choice, not
//! even white, makes a page that somebody cannot read.

use core::fmt;

use super::theme::ThemeFault;

/// An accent colour, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent(Rgb);

impl Accent {
    /// The deep red of sealing wax.
    pub const WAX: Self = Self(Rgb([0x8e, 0x1b, 0x2b]));

    /// Reads `#rrggbb`.
    ///
    /// # Errors
    ///
    /// [`ThemeFault::Accent`] for any other notation.
    pub fn parse(text: &str) -> Result<Self, ThemeFault> {
        let digits = text.strip_prefix('#').ok_or(ThemeFault::Accent)?;
        // `from_str_radix` would also take a sign.
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(ThemeFault::Accent);
        }
        let rgb = u32::from_str_radix(digits, 16).map_err(|_| ThemeFault::Accent)?;
        let [_, r, g, b] = rgb.to_be_bytes();
        Ok(Self(Rgb([r, g, b])))
    }

    pub(super) fn shades(self, surfaces: &Surfaces) -> Shades {
        let ink = surfaces.ink();
        let fill = self.0.toward(ink, 3.0, &[surfaces.card]);
        let on_fill = fill.readable();
        Shades {
            fill,
            on_fill,
            // Away from the text on it, so that pointing at a button never costs contrast.
            hover: fill.mix(on_fill.opposite(), 14),
            link: self.0.toward(ink, 4.5, &[surfaces.card, surfaces.page]),
        }
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an accent is laid upon in one colour scheme.
pub(super) struct Surfaces {
    pub(super) page: Rgb,
    pub(super) card: Rgb,
}

impl Surfaces {
    pub(super) const LIGHT: Self = Self { page: Rgb([0xf5, 0xf2, 0xed]), card: Rgb([0xff, 0xff, 0xff]) };
    pub(super) const DARK: Self = Self { page: Rgb([0x13, 0x11, 0x10]), card: Rgb([0x1e, 0x1b, 0x1a]) };

    fn ink(&self) -> Rgb {
        self.card.readable()
    }
}

/// The shades of one accent in one colour scheme.
pub(super) struct Shades {
    pub(super) fill: Rgb,
    pub(super) on_fill: Rgb,
    pub(super) hover: Rgb,
    pub(super) link: Rgb,
}

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) [u8; 3]);

impl Rgb {
    const BLACK: Self = Self([0; 3]);
    const WHITE: Self = Self([0xff; 3]);

    pub(super) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Black or white, whichever reads better: at least 4.58:1 on any colour.
    fn readable(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK }
    }

    fn opposite(self) -> Self {
        if self == Self::WHITE { Self::BLACK } else { Self::WHITE }
    }

    /// The nearest shade toward `ink` that has the contrast on all of `surfaces`.
    ///
    /// Darker goes straight to black, which keeps the hue. Lighter goes by way of the hue at full
    /// brightness, softened a little: straight to white, a deep red would turn into a dusty pink.
    fn toward(self, ink: Self, contrast: f64, surfaces: &[Self]) -> Self {
        let via = if ink == Self::WHITE { self.brightest().mix(ink, 20) } else { self };
        let first = (0..100).map(|percent| self.mix(via, percent));
        let then = (0..100).map(|percent| via.mix(ink, percent));
        first.chain(then).find(|shade| surfaces.iter().all(|s| shade.contrast(*s) >= contrast)).unwrap_or(ink)
    }

    fn brightest(self) -> Self {
        let [r, g, b] = self.0;
        // Black has no hue and stays black.
        let most = u16::from(r.max(g).max(b)).max(1);
        Self(self.0.map(|c| u8::try_from(u16::from(c) * 255 / most).unwrap_or(u8::MAX)))
    }

    fn mix(self, other: Self, percent: u16) -> Self {
        let mut channels = self.0;
        for (mine, its) in channels.iter_mut().zip(other.0) {
            let sum = u16::from(*mine) * (100 - percent) + u16::from(its) * percent;
            *mine = u8::try_from(sum / 100).unwrap_or(u8::MAX);
        }
        Self(channels)
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { power_2_4((c + 0.055) / 1.055) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

/// x to the power of 2.4, for x up to 1: x² times the fifth root of x², which Newton's method finds. The library's power
/// of any two numbers is a kilobyte of the Worker.
fn power_2_4(x: f64) -> f64 {
    let square = x * x;
    let root = (0..16).fold(1.0, |root: f64, _| root - (root - square / (root * root * root * root)) / 5.0);
    square * root
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accent_stays_readable() {
        let steps = || (0..=255_u8).step_by(17);
        for r in steps() {
            for g in steps() {
                for b in steps() {
                    let accent = Accent(Rgb([r, g, b]));
                    for surfaces in [Surfaces::LIGHT, Surfaces::DARK] {
                        assert_readable(accent, &surfaces);
                    }
                }
            }
        }
    }

    fn assert_readable(accent: Accent, surfaces: &Surfaces) {
        let shades = accent.shades(surfaces);
        for (upper, lower, least) in [
            (shades.on_fill, shades.fill, 4.5),
            (shades.on_fill, shades.hover, 4.5),
            (shades.fill, surfaces.card, 3.0),
            (shades.link, surfaces.card, 4.5),
            (shades.link, surfaces.page, 4.5),
        ] {
            let contrast = upper.contrast(lower);
            assert!(contrast >= least, "{accent:?}: {upper} on {lower} has {contrast:.2}:1");
        }
    }

    #[test]
    fn a_readable_accent_is_left_as_it_is() {
        assert_eq!(Accent::WAX.shades(&Surfaces::LIGHT).fill, Accent::WAX.0);
    }

    #[test]
    fn the_power_is_that_of_the_library() {
        for channel in 11..=255_u8 {
            let x = (f64::from(channel) / 255.0 + 0.055) / 1.055;
            assert!((power_2_4(x) - x.powf(2.4)).abs() < 1e-12, "{channel}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((Rgb::BLACK.contrast(Rgb::WHITE) - 21.0).abs() < 1e-9);
        // #767676 is the well-known lightest grey that passes on white.
        assert!(Rgb([0x76; 3]).contrast(Rgb::WHITE) >= 4.5);
        assert!(Rgb([0x77; 3]).contrast(Rgb::WHITE) < 4.5);
    }

    #[test]
    fn only_six_hex_digits_are_an_accent() {
        assert_eq!(Accent::parse("#8e1b2b"), Ok(Accent::WAX));
        assert_eq!(Accent::parse("#8E1B2B"), Ok(Accent::WAX));
        for wrong in ["", "#", "8e1b2b", "#8e1", "#8e1b2b0", "#+e1b2b", "#8e1b2g", "red", "#éé1b"] {
            assert_eq!(Accent::parse(wrong), Err(ThemeFault::Accent), "{wrong}");
        }
    }
}
