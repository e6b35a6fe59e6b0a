//! The languages of the interface (BCP 47).

/// A language that every page is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// `en`
    #[default]
    English,
}
