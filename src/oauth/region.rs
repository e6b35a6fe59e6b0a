//! Where a Durable Object is put.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A location hint of the platform. It stands in seals, so numbers are never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cbor(index_only)]
pub enum Region {
    /// Western North America
    #[n(0)]
    Wnam,
    /// Eastern North America
    #[default]
    #[n(1)]
    Enam,
    /// South America
    #[n(2)]
    Sam,
    /// Western Europe
    #[n(3)]
    Weur,
    /// Eastern Europe
    #[n(4)]
    Eeur,
    /// Asia-Pacific
    #[n(5)]
    Apac,
    /// Oceania
    #[n(6)]
    Oc,
    /// Africa
    #[n(7)]
    Afr,
    /// Middle East
    #[n(8)]
    Me,
}

impl Region {
    /// Every region.
    pub const ALL: &[Self] =
        &[Self::Wnam, Self::Enam, Self::Sam, Self::Weur, Self::Eeur, Self::Apac, Self::Oc, Self::Afr, Self::Me];

    /// The hint's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wnam => "wnam",
            Self::Enam => "enam",
            Self::Sam => "sam",
            Self::Weur => "weur",
            Self::Eeur => "eeur",
            Self::Apac => "apac",
            Self::Oc => "oc",
            Self::Afr => "afr",
            Self::Me => "me",
        }
    }

    /// The region of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|region| region.as_str() == name)
    }
}
