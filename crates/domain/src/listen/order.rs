//! Random orders that stay the same for one respondent.
//!
//! What stands first is chosen more often. With `random`, the options of a question, the questions of a block or the blocks of a
//! survey come to each respondent in an order of their own, so that this favours none of them over all responses. Nothing is
//! stored: the order follows from the [`seed`] of the respondent, who finds the same one on coming back, and so does whoever
//! wants to know later what stood where.

use uuid::Uuid;

use super::survey::{Block, ChoiceOption, Question, Survey};

/// The seed of a respondent: of the client-made id of the response.
pub fn seed(client_id: Uuid) -> u64 {
    let (high, low) = client_id.as_u64_pair();
    high ^ low
}

/// The order in which `len` things are shown: places in the document, in the order of the page. What is `anchored` stays in its
/// place, such as "other" at the end; the rest is shuffled over the other places (Fisher–Yates), so that every order of it is
/// equally likely.
///
/// `salt` tells lists of one respondent apart.
///
/// ```
/// use radost_domain::listen::order::order;
/// let last = |place: usize| place == 3;
/// assert_eq!(order(4, last, 8, "reason"), order(4, last, 8, "reason"));
/// assert_eq!(order(4, last, 8, "reason")[3], 3);
/// assert_eq!(order(3, |_| true, 8, "reason"), [0, 1, 2]);
/// ```
pub fn order(len: usize, anchored: impl Fn(usize) -> bool, seed: u64, salt: &str) -> Vec<usize> {
    let places: Vec<usize> = (0..len).filter(|&place| !anchored(place)).collect();
    let mut shuffled = places.clone();
    SplitMix64::new(seed ^ hash(salt)).shuffle(&mut shuffled);
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
    pub fn blocks_in_order(&self, seed: u64) -> Vec<usize> {
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
    pub fn options_in_order(&self, seed: u64) -> Vec<&ChoiceOption> {
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

/// FNV-1a: a number that is another for another text.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

/// SplitMix64: one word of state, the same numbers on every machine. Not for secrets.
///
/// # Sources
/// Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators, OOPSLA.
#[derive(Debug)]
pub(super) struct SplitMix64(u64);

impl SplitMix64 {
    pub(super) fn new(seed: u64) -> Self {
        SplitMix64(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A whole number below `n`; its bias, n in 2⁶⁴, shows in no survey.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// Fisher–Yates: every order is equally likely.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
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
            let drawn = 24_000;
            let mut counts: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
            for seed in 0..drawn {
                *counts.entry(order(4, anchored, seed, salt)).or_default() += 1.0;
            }
            assert_eq!(counts.len(), orders, "{salt}");
            let expected = drawn as f64 / orders as f64;
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
            let mut order = order(6, |place| place == 0 || place == 5, seed, "x");
            assert_eq!((order[0], order[5]), (0, 5));
            order.sort_unstable();
            assert_eq!(order, [0, 1, 2, 3, 4, 5], "nothing is lost");
        }
        assert!(order(0, |_| false, 1, "x").is_empty());
    }

    #[test]
    fn lists_of_one_respondent_are_shuffled_apart() {
        let same = (0..1_000)
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
        let shown = |random: bool, seed: u64| {
            let survey = Survey::from_json(&document(random)).unwrap();
            let why = survey.question("why").unwrap();
            let options: Vec<String> = why
                .options_in_order(seed)
                .iter()
                .map(|option| option.code.to_string())
                .collect();
            (survey.blocks_in_order(seed), options.join(" "))
        };
        let all: std::collections::BTreeSet<_> = (0..50).map(|seed| shown(true, seed)).collect();
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
        assert_eq!(shown(false, 1), (vec![0, 1, 2, 3], "a b other".to_owned()));
        assert_ne!(seed(Uuid::from_u128(1)), seed(Uuid::from_u128(2)));
    }

    /// Seed 1234567 as Rosetta Code has it under "Pseudo-random numbers/Splitmix64".
    #[test]
    fn the_generator_is_the_published_one() {
        let mut random = SplitMix64::new(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(expected.map(|_| random.next()), expected);
    }
}
