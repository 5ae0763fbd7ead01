//! Random orders that stay the same for one respondent.
//!
//! What stands first is chosen more often. With `random`, the options of a question, the questions of a block or the blocks of a
//! survey come to each respondent in an order of their own, so that this favours none of them over all responses. Nothing is
//! stored: the order follows from the client-made id of the response, the *seed*: the respondent finds the same one on coming back,
//! and so does whoever wants to know later what stood where.

use uuid::Uuid;

use super::survey::{Block, ChoiceOption, Question, Survey};

/// The order in which `len` things are shown: places in the document, in the order of the page. What is `anchored` stays in its
/// place, such as "other" at the end; the rest is sorted over the other places by a hash (SHA-1, as in UUIDs of version 5), so that
/// every order of it is equally likely.
///
/// `salt` tells lists of one respondent apart.
///
/// ```
/// use radost_domain::listen::order::order;
/// let last = |place: usize| place == 3;
/// let id = uuid::Uuid::from_u128(8);
/// assert_eq!(order(4, last, id, "reason"), order(4, last, id, "reason"));
/// assert_eq!(order(4, last, id, "reason")[3], 3);
/// assert_eq!(order(3, |_| true, id, "reason"), [0, 1, 2]);
/// ```
pub fn order(len: usize, anchored: impl Fn(usize) -> bool, seed: Uuid, salt: &str) -> Vec<usize> {
    let places: Vec<usize> = (0..len).filter(|&place| !anchored(place)).collect();
    let mut shuffled = places.clone();
    shuffled.sort_by_cached_key(|place| Uuid::new_v5(&seed, format!("{salt} {place}").as_bytes()));
    let mut order: Vec<usize> = (0..len).collect();
    for (place, shown) in places.into_iter().zip(shuffled) {
        order[place] = shown;
    }
    order
}

/// Whether `needed` may be shown after `at` when what is not `anchored` is shuffled.
pub(super) fn may_follow(
    len: usize,
    anchored: impl Fn(usize) -> bool,
    needed: usize,
    at: usize,
) -> bool {
    let free = || (0..len).filter(|&place| !anchored(place));
    let first = if anchored(at) {
        Some(at)
    } else {
        free().next()
    };
    let last = if anchored(needed) {
        Some(needed)
    } else {
        free().last()
    };
    last > first
}

impl Survey {
    /// Its blocks as this respondent sees them, as places in [`blocks`](Survey::blocks).
    pub fn blocks_in_order(&self, seed: Uuid) -> Vec<usize> {
        let stays = |block: usize| !self.random_blocks || self.blocks[block].anchored;
        order(self.blocks.len(), stays, seed, "blocks")
    }
}

impl Block {
    /// Whether the question at this place stays there: statements do, what they say belongs where they stand.
    pub(super) fn stays(&self, question: usize) -> bool {
        !self.random_questions || !self.questions[question].kind.takes_answer()
    }
}

impl Question {
    /// Its options as this respondent sees them.
    pub fn options_in_order(&self, seed: Uuid) -> Vec<&ChoiceOption> {
        let options = self.kind.options();
        let stays = |option: usize| !self.kind.is_random() || options[option].anchored;
        let order = order(
            options.len(),
            stays,
            seed,
            &format!("options {}", self.code),
        );
        order.into_iter().map(|option| &options[option]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeMap;

    use serde_json::json;

    /// χ² over the 24 orders of four things, and of three beside one that stays, against equal shares.
    #[test]
    fn every_order_is_equally_likely() {
        let chi_square = |anchored: fn(usize) -> bool, orders: usize, salt: &str| {
            let drawn = 24_000_u32;
            let mut counts: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
            for seed in 0..u128::from(drawn) {
                *counts
                    .entry(order(4, anchored, Uuid::from_u128(seed), salt))
                    .or_default() += 1.0;
            }
            assert_eq!(counts.len(), orders, "{salt}");
            let expected = f64::from(drawn) / orders as f64;
            counts
                .values()
                .map(|count| (count - expected).powi(2) / expected)
                .sum::<f64>()
        };
        // The quantiles at 0.999: qchisq(0.999, 23) = 49.7, qchisq(0.999, 5) = 20.5.
        for salt in ["reason", "liked", "blocks", ""] {
            let free = chi_square(|_| false, 24, salt);
            assert!(free < 49.7, "{salt}: {free}");
            let beside = chi_square(|place| place == 1, 6, salt);
            assert!(beside < 20.5, "{salt}: {beside}");
        }
    }

    #[test]
    fn what_is_anchored_stays() {
        for seed in 0..200 {
            let mut order = order(
                6,
                |place| place == 0 || place == 5,
                Uuid::from_u128(seed),
                "x",
            );
            assert_eq!((order[0], order[5]), (0, 5));
            order.sort_unstable();
            assert_eq!(order, [0, 1, 2, 3, 4, 5], "nothing is lost");
        }
        assert!(order(0, |_| false, Uuid::nil(), "x").is_empty());
    }

    #[test]
    fn lists_of_one_respondent_are_shuffled_apart() {
        let same = (0..1_000)
            .map(Uuid::from_u128)
            .filter(|&seed| order(3, |_| false, seed, "a") == order(3, |_| false, seed, "b"));
        let same = same.count();
        assert!((120..220).contains(&same), "a sixth of them: {same}");
    }

    #[test]
    fn what_may_follow() {
        let check = |anchored: &[usize], needed, at, expected| {
            let found = may_follow(4, |place| anchored.contains(&place), needed, at);
            assert_eq!(found, expected, "{anchored:?}: {needed} before {at}");
        };
        check(&[], 0, 1, true);
        check(&[0, 1, 2, 3], 0, 1, false);
        check(&[0], 0, 1, false);
        check(&[3], 1, 3, false);
        check(&[2], 1, 2, true);
        check(&[1], 1, 2, true);
        check(&[0, 3], 0, 3, false);
    }

    #[test]
    fn blocks_and_options_follow_the_seed() {
        let option = |code: &str, anchored: bool| json!({ "code": code, "anchored": anchored, "text": { "en": code } });
        let block = |code: &str, anchored: bool| json!({ "code": code, "anchored": anchored, "questions": [] });
        let document = |random: bool| {
            json!({
                "code": "s", "title": { "en": "S" }, "languages": ["en"], "random_blocks": random,
                "blocks": [
                    { "code": "first", "anchored": true, "questions": [
                        { "code": "why", "kind": "single", "random": random, "text": { "en": "?" },
                          "options": [option("a", false), option("b", false), option("other", true)] },
                    ]},
                    block("x", false), block("y", false), block("last", true),
                ],
            })
        };
        let shown = |random: bool, seed: Uuid| {
            let survey = Survey::from_json(&document(random)).unwrap();
            let why = survey.question("why").unwrap();
            let options: Vec<String> = why
                .options_in_order(seed)
                .iter()
                .map(|option| option.code.to_string())
                .collect();
            (survey.blocks_in_order(seed), options.join(" "))
        };
        let all: std::collections::BTreeSet<_> = (0..50)
            .map(|seed| shown(true, Uuid::from_u128(seed)))
            .collect();
        let expected = [
            (vec![0, 1, 2, 3], "a b other"),
            (vec![0, 1, 2, 3], "b a other"),
            (vec![0, 2, 1, 3], "a b other"),
            (vec![0, 2, 1, 3], "b a other"),
        ];
        assert_eq!(
            all,
            expected
                .map(|(blocks, options)| (blocks, options.to_owned()))
                .into()
        );
        assert_eq!(
            shown(false, Uuid::nil()),
            (vec![0, 1, 2, 3], "a b other".to_owned())
        );
    }
}
