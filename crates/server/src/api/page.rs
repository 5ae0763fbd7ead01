//! Lists, page by page: opaque cursors.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// Most items of one page.
const MOST: i64 = 500;

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The `next` of the page before; the beginning without it.
    pub(crate) cursor: Option<String>,
    /// Most items, 1 to 500.
    #[serde(default = "hundred")]
    pub(crate) limit: i64,
}

fn hundred() -> i64 {
    100
}

impl PageQuery {
    /// The number of items to load: one more than shown tells whether there is a next page.
    pub(crate) fn limit(&self) -> i64 {
        self.limit.clamp(1, MOST)
    }

    /// Where to go on.
    pub(crate) fn after<T: DeserializeOwned>(&self) -> Result<Option<T>, Problem> {
        self.cursor.as_deref().map(decode).transpose()
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListView<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Pass it as `cursor` for the next page; nothing at the end.
    pub(crate) next: Option<String>,
}

impl<T> ListView<T> {
    /// A page of `limit` items out of `found`, which may hold one more; `place` is where the last shown item stands.
    pub(crate) fn of<F, P: Serialize>(
        mut found: Vec<F>,
        limit: i64,
        place: impl Fn(&F) -> P,
        view: impl Fn(F) -> T,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found
            .last()
            .filter(|_| more)
            .map(|last| encode(&place(last)));
        ListView {
            items: found.into_iter().map(view).collect(),
            next,
        }
    }
}

/// A place in a list as an opaque text.
pub(crate) fn encode(place: &impl Serialize) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
}

/// The place that [`encode`] wrote.
pub(crate) fn decode<T: DeserializeOwned>(cursor: &str) -> Result<T, Problem> {
    BASE64_URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| {
            Problem::bad_request("the cursor is not one of ours; begin without it").field("cursor")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_has_no_next() {
        let page = |found: Vec<u32>| ListView::of(found, 2, |n| *n, |n| n * 10);
        let first = page(vec![1, 2, 3]);
        assert_eq!(first.items, [10, 20]);
        assert_eq!(decode::<u32>(first.next.as_deref().unwrap()).unwrap(), 2);
        assert_eq!(page(vec![3]).next, None);
        assert!(decode::<u32>("nonsense!").is_err());
    }
}
