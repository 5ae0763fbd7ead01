//! MaxDiff: many items, shown a few at a time, of which people name the best and the worst.
//!
//! A [`design`] says which items are shown together, and [`questions`] lays its sets out as questions of a survey. The options of
//! an item have one code in all sets, so that answers can be counted over them.

use super::edit::suggest;
use super::order::SplitMix64;
use super::survey::{ChoiceOption, MAX_OPTIONS, MAX_QUESTIONS, Question, QuestionKind, Survey};
use crate::{Code, Text};

/// How many exchanges are tried before the most even sets found so far are taken.
const EXCHANGES: usize = 40_000;
/// Exchanges without gain after which the search begins anew.
const PATIENCE: usize = 2_000;

/// `sets` sets of `per_set` out of `items` items, as even as they come: a near-balanced incomplete block design.
///
/// With v items in b sets of k:
/// ```text
/// r = b k / v               times an item is shown: ⌊r⌋ or ⌈r⌉, for every item
/// r / k                     times an item stands in one place of its sets: rounded down or up, for every item and place
/// λ = r (k − 1) / (v − 1)   times a pair meets: exchanges lower Σ (meetings of a pair)², which is least where all meet alike
/// ```
/// The first two always hold; the third as far as a search from `seed` comes. Three times each item, b = 3 v / k, is the usual
/// advice where each respondent alone is to be described. The same arguments give the same sets.
///
/// Empty when no set can be made: fewer than two or more than all items in a set, or more than a survey can hold.
///
/// ```
/// use radost_domain::listen::maxdiff::design;
/// let sets = design(6, 3, 6, 1);
/// let shown = |item| sets.iter().filter(|set| set.contains(&item)).count();
/// assert!((0..6).all(|item| shown(item) == 3));
/// assert_eq!(design(6, 7, 6, 1), Vec::<Vec<usize>>::new());
/// ```
/// # Sources
/// Louviere, Flynn & Marley (2015), Best-Worst Scaling, Cambridge University Press (balanced incomplete block designs for sets);
/// König (1916), Mathematische Annalen 77(4), 453–465 (places).
pub fn design(items: usize, per_set: usize, sets: usize, seed: u64) -> Vec<Vec<usize>> {
    let possible = (2..=items).contains(&per_set) && items <= MAX_OPTIONS && sets <= MAX_QUESTIONS;
    if !possible {
        return Vec::new();
    }
    let mut random = SplitMix64::new(seed);
    let mut found = Sets::filled(items, per_set, sets, &mut random);
    let mut best = found.clone();
    let mut patience = PATIENCE;
    for _ in 0..EXCHANGES {
        if best.unevenness == best.least {
            break;
        }
        if patience == 0 {
            found = Sets::filled(items, per_set, sets, &mut random);
            patience = PATIENCE;
        }
        found.exchange(&mut random);
        patience -= 1;
        if found.unevenness < best.unevenness {
            best = found.clone();
            patience = PATIENCE;
        }
    }
    let mut sets = best.sets;
    random.shuffle(&mut sets);
    placed(&sets)
}

/// Sets of items, and how often each pair meets in them.
#[derive(Clone)]
struct Sets {
    sets: Vec<Vec<usize>>,
    meetings: Vec<Vec<i64>>,
    /// Σ (meetings of a pair)².
    unevenness: i64,
    /// What that cannot fall below: all pairs meet equally often, or one time more.
    least: i64,
}

impl Sets {
    /// Each set takes the items that are to be shown most often yet, of those the ones that have met its others least. So the
    /// number of times an item is shown never differs by more than one.
    fn filled(items: usize, per_set: usize, sets: usize, random: &mut SplitMix64) -> Sets {
        let mut names: Vec<usize> = (0..items).collect();
        random.shuffle(&mut names);
        let shown = sets * per_set;
        let mut open = vec![shown / items; items];
        for &name in &names[..shown % items] {
            open[name] += 1;
        }
        let mut filled = Sets {
            sets: Vec::with_capacity(sets),
            meetings: vec![vec![0; items]; items],
            unevenness: 0,
            least: 0,
        };
        for _ in 0..sets {
            let mut set: Vec<usize> = Vec::with_capacity(per_set);
            random.shuffle(&mut names);
            for _ in 0..per_set {
                let met = |item: usize| {
                    set.iter()
                        .map(|&other| filled.meetings[item][other])
                        .sum::<i64>()
                };
                let rest = names.iter().copied().filter(|item| !set.contains(item));
                let Some(next) =
                    rest.min_by_key(|&item| (std::cmp::Reverse(open[item]), met(item)))
                else {
                    break;
                };
                for &other in &set {
                    filled.meetings[next][other] += 1;
                    filled.meetings[other][next] += 1;
                }
                open[next] = open[next].saturating_sub(1);
                set.push(next);
            }
            filled.sets.push(set);
        }
        let pairs = (items * (items - 1) / 2) as i64;
        let met = (sets * per_set * (per_set - 1) / 2) as i64;
        let (each, more) = (met / pairs, met % pairs);
        filled.least = (pairs - more) * each * each + more * (each + 1) * (each + 1);
        filled.unevenness = (0..items)
            .flat_map(|one| (0..one).map(move |other| (one, other)))
            .map(|(one, other)| filled.meetings[one][other].pow(2))
            .sum();
        filled
    }

    /// Two sets give each other an item, if pairs do not meet less evenly after it.
    fn exchange(&mut self, random: &mut SplitMix64) {
        let (a, b) = (random.below(self.sets.len()), random.below(self.sets.len()));
        let (at_a, at_b) = (
            random.below(self.sets[a].len()),
            random.below(self.sets[b].len()),
        );
        let (from_a, from_b) = (self.sets[a][at_a], self.sets[b][at_b]);
        if self.sets[a].contains(&from_b) || self.sets[b].contains(&from_a) {
            return;
        }
        let change = self.swap((a, at_a), (b, at_b));
        if change > 0 {
            self.swap((a, at_a), (b, at_b));
        }
    }

    /// Exchanges the items in two places, and says by how much Σ (meetings of a pair)² rises.
    fn swap(&mut self, (a, at_a): (usize, usize), (b, at_b): (usize, usize)) -> i64 {
        let before = self.unevenness;
        let (from_a, from_b) = (self.sets[a][at_a], self.sets[b][at_b]);
        self.meet(a, at_a, -1);
        self.meet(b, at_b, -1);
        self.sets[a][at_a] = from_b;
        self.sets[b][at_b] = from_a;
        self.meet(a, at_a, 1);
        self.meet(b, at_b, 1);
        self.unevenness - before
    }

    /// Counts the meetings of one item with the others of its set, or takes them back.
    fn meet(&mut self, set: usize, place: usize, times: i64) {
        let item = self.sets[set][place];
        for (other_place, &other) in self.sets[set].iter().enumerate() {
            if other_place == place {
                continue;
            }
            let old = self.meetings[item][other];
            let new = old + times;
            self.meetings[item][other] = new;
            self.meetings[other][item] = new;
            self.unevenness += new * new - old * old;
        }
    }
}

/// The same sets with their items in such places that none stands in one place more than one time more often than in another.
///
/// Sets and items are the two sides of a graph whose edges are coloured with places. An item that is shown more than k times is
/// told apart into parts of at most k, so that nothing has more than k edges; then k places suffice (König).
pub fn placed(sets: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let places = sets.iter().map(Vec::len).max().unwrap_or_default();
    let items = sets.iter().flatten().max().map_or(0, |most| most + 1);
    let mut shown = vec![0_usize; items];
    let mut newest_part = vec![0; items];
    let mut item_of: Vec<usize> = Vec::new();
    // What stands in each place: the part in a set, and the set of a part.
    let mut part_at: Vec<Vec<Option<usize>>> = vec![vec![None; places]; sets.len()];
    let mut set_at: Vec<Vec<Option<usize>>> = Vec::new();
    for (set, members) in sets.iter().enumerate() {
        for &item in members {
            if shown[item].is_multiple_of(places) {
                newest_part[item] = item_of.len();
                item_of.push(item);
                set_at.push(vec![None; places]);
            }
            shown[item] += 1;
            let part = newest_part[item];
            let free = |at: &[Option<usize>]| at.iter().position(Option::is_none);
            let (Some(place), Some(other)) = (free(&set_at[part]), free(&part_at[set])) else {
                continue;
            };
            // The way of edges in these two places that leads away from the set. It never comes to the part, to which only an
            // edge in `place` could lead. With the two places exchanged along it, `place` is free on both sides.
            let mut way = Vec::new();
            let mut end = set;
            while let Some(next) = part_at[end][place] {
                way.push((next, end, place, other));
                match set_at[next][other] {
                    Some(beyond) => {
                        way.push((next, beyond, other, place));
                        end = beyond;
                    }
                    None => break,
                }
            }
            for &(part, set, from, _) in &way {
                part_at[set][from] = None;
                set_at[part][from] = None;
            }
            for &(part, set, _, to) in &way {
                part_at[set][to] = Some(part);
                set_at[part][to] = Some(set);
            }
            part_at[set][place] = Some(part);
            set_at[part][place] = Some(set);
        }
    }
    let item_at = |part: Option<usize>| part.map(|part| item_of[part]);
    part_at
        .into_iter()
        .map(|set| set.into_iter().filter_map(item_at).collect())
        .collect()
}

/// The questions that show these sets of `options`, with codes of their own: `x_1`, `x_2` and so on, of the first words of `text`.
/// A place that no option has is passed over.
///
/// ```
/// use radost_domain::{Language, Text, listen::{ChoiceOption, edit::blank, maxdiff::{design, questions}}};
/// let survey = blank("pulse".parse().unwrap(), vec![Language::En]);
/// let option = |code: &str| ChoiceOption { code: code.parse().unwrap(), text: Text::of(Language::En, code), anchored: false };
/// let options = ["taste", "speed", "price", "staff"].map(option);
/// let asked = questions(&survey, &Text::of(Language::En, "Which matters?"), &options, &design(4, 3, 4, 1));
/// let codes: Vec<&str> = asked.iter().map(|question| question.code.as_str()).collect();
/// assert_eq!(codes, ["which_matters_1", "which_matters_2", "which_matters_3", "which_matters_4"]);
/// assert_eq!(asked[0].kind.options().len(), 3);
/// ```
pub fn questions(
    survey: &Survey,
    text: &Text,
    options: &[ChoiceOption],
    sets: &[Vec<usize>],
) -> Vec<Question> {
    let numbered = |stem: &Code, set: usize| Code::try_from(format!("{stem}_{set}")).ok();
    let taken = |stem: &Code| {
        let mut codes = (1..=sets.len()).map(|set| numbered(stem, set));
        codes.any(|code| code.is_none_or(|code| survey.question(code.as_str()).is_some()))
    };
    let stem = suggest(text, "best_worst", taken);
    let asked = sets.iter().zip(1..).filter_map(|(set, number)| {
        let options = set.iter().filter_map(|&item| options.get(item).cloned());
        Some(Question {
            code: numbered(&stem, number)?,
            kind: QuestionKind::BestWorst {
                options: options.collect(),
                random: false,
            },
            text: text.clone(),
            hint: Text::default(),
            required: false,
            show_if: None,
            drives: None,
            construct: None,
        })
    });
    asked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Least and greatest of the numbers of times something happens.
    fn range(times: impl Iterator<Item = usize>) -> (usize, usize) {
        times.fold((usize::MAX, 0), |(least, most), n| {
            (least.min(n), most.max(n))
        })
    }

    fn shown(sets: &[Vec<usize>], items: usize) -> (usize, usize) {
        range((0..items).map(|item| sets.iter().filter(|set| set.contains(&item)).count()))
    }

    fn met(sets: &[Vec<usize>], items: usize) -> (usize, usize) {
        let both = |one, other| {
            let together = |set: &&Vec<usize>| set.contains(&one) && set.contains(&other);
            sets.iter().filter(together).count()
        };
        range((0..items).flat_map(|one| (0..one).map(move |other| both(one, other))))
    }

    /// The most that an item's times in two places differ by.
    fn uneven_places(sets: &[Vec<usize>], items: usize) -> usize {
        let places = sets.iter().map(Vec::len).max().unwrap_or_default();
        let at = |item, place| {
            sets.iter()
                .filter(|set| set.get(place) == Some(&item))
                .count()
        };
        (0..items)
            .map(|item| range((0..places).map(|place| at(item, place))))
            .map(|(least, most)| most - least)
            .max()
            .unwrap_or_default()
    }

    #[test]
    fn a_design_is_balanced() {
        let check = |(items, per_set, sets): (usize, usize, usize), times, pairs| {
            for seed in 0..5 {
                let made = design(items, per_set, sets, seed);
                let whole = |set: &Vec<usize>| {
                    let distinct: std::collections::BTreeSet<_> = set.iter().collect();
                    distinct.len() == per_set && set.iter().all(|&item| item < items)
                };
                assert!(made.len() == sets && made.iter().all(whole), "{made:?}");
                assert_eq!(shown(&made, items), times, "items: {made:?}");
                let (least, most) = met(&made, items);
                let (at_least, at_most) = pairs;
                assert!(
                    at_least <= least && most <= at_most,
                    "pairs {least} to {most}: {made:?}"
                );
                assert!(uneven_places(&made, items) <= 1, "places: {made:?}");
            }
        };
        // Balanced designs that exist: projective and affine planes and other small ones.
        check((7, 3, 7), (3, 3), (1, 1));
        check((13, 4, 13), (4, 4), (1, 1));
        check((9, 3, 12), (4, 4), (1, 1));
        check((6, 3, 10), (5, 5), (2, 2));
        check((8, 4, 14), (7, 7), (3, 3));
        // Near-balanced ones, as they are used.
        check((8, 4, 6), (3, 3), (0, 3));
        check((10, 4, 8), (3, 4), (0, 2));
        check((12, 4, 9), (3, 3), (0, 1));
        check((20, 5, 12), (3, 3), (0, 1));
        // All items in each set, fewer places than items, and a set alone.
        check((4, 4, 6), (6, 6), (6, 6));
        check((9, 3, 2), (0, 1), (0, 1));
        check((5, 3, 1), (0, 1), (0, 1));
    }

    #[test]
    fn a_design_is_that_of_its_seed() {
        assert_eq!(design(10, 4, 8, 7), design(10, 4, 8, 7));
        assert_ne!(design(10, 4, 8, 7), design(10, 4, 8, 8));
    }

    #[test]
    fn what_cannot_be_designed_is_empty() {
        for (items, per_set, sets) in [
            (0, 0, 1),
            (3, 1, 3),
            (3, 4, 3),
            (101, 4, 9),
            (5, 3, 201),
            (5, 3, 0),
        ] {
            assert!(
                design(items, per_set, sets, 1).is_empty(),
                "{items} {per_set} {sets}"
            );
        }
    }

    #[test]
    fn places_are_balanced_whatever_the_sets() {
        // Everything stands in the same place each time.
        let sets: Vec<Vec<usize>> = (0..9)
            .map(|set| vec![0, 1 + set % 3, 4 + set % 2])
            .collect();
        assert_eq!(uneven_places(&sets, 6), 9);
        let even = placed(&sets);
        assert!(uneven_places(&even, 6) <= 1, "{even:?}");
        let sorted = |sets: &[Vec<usize>]| -> Vec<Vec<usize>> {
            let mut sets = sets.to_vec();
            sets.iter_mut().for_each(|set| set.sort_unstable());
            sets
        };
        assert_eq!(sorted(&even), sorted(&sets), "the sets stay what they are");
        assert!(placed(&[]).is_empty());
    }
}
