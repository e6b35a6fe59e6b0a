//! Up to which stamp each of many ancestors is revoked, in bounded space: whoever can revoke could otherwise fill the
//! record of a user, until nothing of it could be revoked any more.

use crate::oauth::Timestamp;
use crate::sorted::SortedMap;

/// How many ancestors of one kind are listed.
pub(super) const MAX: usize = 500;

/// Marks by ancestor.
pub(super) type Marks<K> = SortedMap<K, Timestamp>;

/// Whether something stamped then is reached by a mark.
pub(super) fn reached(mark: Option<&Timestamp>, stamp: Timestamp) -> bool {
    mark.is_some_and(|at| stamp <= *at)
}

/// Marks an ancestor; of two marks the later holds.
pub(super) fn raise<K: Ord>(marks: &mut Marks<K>, key: K, at: Timestamp) {
    match marks.get_mut(&key) {
        Some(mark) => *mark = at.max(*mark),
        None => {
            marks.insert(key, at);
        }
    }
}

/// Marks an ancestor; of two marks the first holds.
pub(super) fn set<K: Ord>(marks: &mut Marks<K>, key: K, at: Timestamp) {
    if marks.get(&key).is_none() {
        marks.insert(key, at);
    }
}

/// Where there are too many marks, folds the older half into one that reaches every ancestor. What began before that ends
/// with it; what was revoked stays so.
pub(super) fn fold<K>(marks: &mut Marks<K>, all: &mut Option<Timestamp>) {
    if marks.len() <= MAX {
        return;
    }
    // One by one: it happens seldom, and sorting would be more code.
    while let Some(oldest) = marks.values().min().copied().filter(|_| marks.len() > MAX / 2) {
        marks.retain(|_, at| *at > oldest);
        *all = (*all).max(Some(oldest));
    }
}
