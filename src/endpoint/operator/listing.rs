//! Lists in parts. The store names up to 1,000 keys at a time; reading so many records would be too much for one
//! request, so that a part ends after 50, and its cursor says how far into the store's own part it came.

use super::{Failure, Refusal};
use crate::cx::{Cx, Platform};
use crate::store::{self, Key, Store as _};
use serde::de::DeserializeOwned;

const PART: usize = 50;

/// Where a part begins.
#[derive(Debug, Default, PartialEq, Eq)]
struct Cursor<'a> {
    skip: usize,
    store: Option<&'a str>,
}

/// The records of a part with what their names end with, and the cursor of the next.
pub(super) async fn part<T: DeserializeOwned, P: Platform>(
    prefix: &str,
    cursor: Option<&str>,
    cx: &Cx<'_, P>,
) -> Result<(Vec<(String, T)>, Option<String>), Failure> {
    let malformed = || Refusal::bad("cursor_malformed", "The cursor is not one that this server gave.");
    let from = cursor.map_or(Some(Cursor::default()), Cursor::parse).ok_or_else(malformed)?;
    let listing = cx.store().list(prefix, from.store).await?;
    let end = from.skip.saturating_add(PART);
    let mut records = Vec::new();
    for name in listing.names.iter().take(end).skip(from.skip) {
        // What was removed since it was listed is simply not there.
        let record = store::read(cx.store(), &Key::listed(name.clone())).await?;
        let own = name.strip_prefix(prefix).unwrap_or_default().to_owned();
        records.extend(record.map(|record| (own, record)));
    }
    let next = if listing.names.len() > end {
        Some(format!("{end}:{}", from.store.unwrap_or_default()))
    } else {
        listing.cursor.map(|cursor| format!("0:{cursor}"))
    };
    Ok((records, next))
}

impl<'a> Cursor<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (skip, store) = text.split_once(':')?;
        Some(Self { skip: skip.parse().ok()?, store: Some(store).filter(|store| !store.is_empty()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors() {
        assert_eq!(Cursor::parse("50:"), Some(Cursor { skip: 50, store: None }));
        assert_eq!(Cursor::parse("0:a:b"), Some(Cursor { skip: 0, store: Some("a:b") }));
        for wrong in ["", "50", "x:y", "-1:", "99999999999999999999:"] {
            assert_eq!(Cursor::parse(wrong), None, "{wrong}");
        }
    }
}
