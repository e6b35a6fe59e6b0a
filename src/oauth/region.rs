//! Where a Durable Object is put.

use super::words::words;
use minicbor::{Decode, Encode};

words! {
    /// A location hint of the platform. It stands in seals, so numbers are never reused.
    #[derive(Default, Encode, Decode)]
    #[cbor(index_only)]
    Region {
        /// Western North America
        #[n(0)] Wnam = "wnam",
        /// Eastern North America
        #[default]
        #[n(1)] Enam = "enam",
        /// South America
        #[n(2)] Sam = "sam",
        /// Western Europe
        #[n(3)] Weur = "weur",
        /// Eastern Europe
        #[n(4)] Eeur = "eeur",
        /// Asia-Pacific
        #[n(5)] Apac = "apac",
        /// Oceania
        #[n(6)] Oc = "oc",
        /// Africa
        #[n(7)] Afr = "afr",
        /// Middle East
        #[n(8)] Me = "me",
    }
}
