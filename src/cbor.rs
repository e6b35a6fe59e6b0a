//! `minicbor` for derived readers. Of arrays they know two kinds, with a length in front and with a mark at the end, and
//! have all their code once for each. This program writes the first kind only, and with this module under minicbor's name
//! it reads no other:
//!
//! ```ignore
//! #[derive(Encode, Decode)]
//! #[cbor(crate = "crate::cbor")]
//! ```

pub use minicbor::*;

/// What the derived code takes from `minicbor::data`.
pub mod data {
    /// What a reader looks for after the last element of an array without a length.
    #[derive(Debug)]
    pub enum Type {
        /// It finds it at once, so that such an array seems empty: it is refused where any member is needed.
        Break,
    }

    impl PartialEq<minicbor::data::Type> for Type {
        fn eq(&self, _: &minicbor::data::Type) -> bool {
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use minicbor::{Decode, Encode};

    #[derive(Debug, PartialEq, Encode, Decode)]
    #[cbor(crate = "crate::cbor")]
    struct Pair {
        #[n(0)]
        first: u8,
        #[n(1)]
        second: Option<u8>,
    }

    #[test]
    fn what_is_written_is_read_and_arrays_without_a_length_are_not() {
        let pair = Pair { first: 1, second: Some(2) };
        let written = minicbor::to_vec(&pair).unwrap();
        assert_eq!(written, [0x82, 1, 2]);
        assert_eq!(minicbor::decode::<Pair>(&written).unwrap(), pair);
        // Older and newer ones: with fewer members, and with more.
        assert_eq!(minicbor::decode::<Pair>(&[0x81, 1]).unwrap(), Pair { first: 1, second: None });
        assert_eq!(minicbor::decode::<Pair>(&[0x83, 1, 2, 3]).unwrap(), pair);
        for refused in [&[0x9f, 1, 2, 0xff][..], &[0x9f, 0xff], &[0x80], &[0x82, 1]] {
            assert!(minicbor::decode::<Pair>(refused).is_err(), "{refused:?}");
        }
    }
}
