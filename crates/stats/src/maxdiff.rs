//! MaxDiff: which of many items matter most, from sets of a few of which people name the best and the worst.
//!
//! A [`design`] says which items are shown together; a [`MaxDiffTally`] counts the choices; [`MaxDiffTally::counts`] and
//! [`MaxDiffTally::logit`] turn them into scores.
//!
//! ```
//! use radost_stats::{Level, Progress, maxdiff::{BestWorst, MaxDiffTally, design}};
//!
//! // Seven items in seven sets of three: every item three times, every pair once
//! let plan = design(7, 3, 7, 1, &Progress::none())?;
//! assert!(plan.balance.is_bibd());
//!
//! let mut tally = MaxDiffTally::new(3)?;
//! for (best, worst, count) in [(0, 2, 30), (0, 1, 20), (1, 2, 10), (2, 0, 5), (1, 0, 5), (2, 1, 4)] {
//!     tally.add(&[0, 1, 2], best, worst, count)?;
//! }
//! assert_eq!(tally.counts()[0].score, 40.0 / 74.0); // 50 times best, 10 times worst, of 74
//! let scores = tally.logit(BestWorst::Sequential, Level::P95)?;
//! assert!((scores.items.iter().map(|item| item.share).sum::<f64>() - 100.0).abs() < 1e-9);
//! # Ok::<(), radost_stats::maxdiff::MaxDiffError>(())
//! ```

use std::collections::BTreeMap;

use nalgebra::{DMatrix, DVector};

use crate::{Cancelled, Level, Progress, random::SplitMix64};

/// Which items are shown together.
#[derive(Debug, Clone, PartialEq)]
pub struct MaxDiffDesign {
    /// The sets to show, in order; each holds items counted from 0, in order.
    pub sets: Vec<Vec<usize>>,
    /// How evenly items and pairs are met.
    pub balance: DesignBalance,
    /// How the sets were found.
    pub construction: DesignConstruction,
}

/// How evenly a design shows its items and pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DesignBalance {
    /// How often the rarest item is shown.
    pub fewest_appearances: u64,
    /// How often the most frequent item is shown.
    pub most_appearances: u64,
    /// In how many sets the rarest pair meets.
    pub fewest_meetings: u64,
    /// In how many sets the most frequent pair meets.
    pub most_meetings: u64,
    /// In how many sets a pair meets on average.
    pub mean_meetings: f64,
}

/// How a design was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DesignConstruction {
    /// From base blocks whose differences cover every distance equally often, turned through all items: balanced exactly.
    CyclicDifferenceFamily,
    /// By exchanging items between sets until no pair can be met more evenly, or the search ran out of steps.
    Search,
}

/// Best and worst choices, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaxDiffTally {
    items: usize,
    choices: BTreeMap<Choice, u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Choice {
    /// The items shown, in rising order.
    shown: Vec<usize>,
    best: usize,
    worst: usize,
}

/// How often an item was shown and chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemCount {
    /// Sets in which it was shown and a choice made.
    pub shown: u64,
    /// Times it was the best.
    pub best: u64,
    /// Times it was the worst.
    pub worst: u64,
    /// (best − worst) / shown, from −1 to 1; 0 for an item never shown.
    pub score: f64,
}

/// How the two choices from a set are thought to be made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum BestWorst {
    /// First the best of all, then the worst of the others.
    #[default]
    Sequential,
    /// The pair of best and worst that are furthest apart, out of all ordered pairs.
    Pairs,
}

/// Utilities of all items from a conditional logit.
#[derive(Debug, Clone, PartialEq)]
pub struct MaxDiffScores {
    /// A score per item.
    pub items: Vec<ItemScore>,
    /// Logarithm of the likelihood at the utilities.
    pub log_likelihood: f64,
    /// Logarithm of the likelihood when all items are equal.
    pub null_log_likelihood: f64,
    /// Sets answered.
    pub n: u64,
    /// Newton steps taken until no step promised to raise the log-likelihood by more than 10⁻¹².
    pub iterations: u32,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How choices are thought to be made.
    pub model: BestWorst,
}

/// One item's utility and share of preference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemScore {
    /// Utility on the logit scale; those of all items add up to 0.
    pub utility: f64,
    /// Standard error of the utility.
    pub standard_error: f64,
    /// Share of preference, e^utility over the sum of all, in percent: how often it would be the best of all items.
    pub share: f64,
    /// Standard error of the share, in percentage points.
    pub share_standard_error: f64,
    /// Lower bound of the share, in percent.
    pub share_low: f64,
    /// Upper bound of the share, in percent.
    pub share_high: f64,
}

/// Why a design or a score cannot be given. Items are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MaxDiffError {
    /// Sets must hold two items or more, not more than there are, out of at most 1,000, and there must be 1 to 10,000 sets.
    #[error("{sets} sets of {set_size} out of {items} items are no design")]
    Design {
        /// Items.
        items: usize,
        /// Items per set.
        set_size: usize,
        /// Sets.
        sets: usize,
    },
    /// Fewer than two items, or more than anyone could rank.
    #[error("choices are made among 2 to {MOST_ITEMS} items, not {items}")]
    Items {
        /// The refused number.
        items: usize,
    },
    /// An item is not among the items of the tally, or is shown twice in a set.
    #[error("item {item} is unknown or shown twice")]
    Shown {
        /// The item.
        item: usize,
    },
    /// The best or the worst was not shown, or they are the same.
    #[error("{best} as the best and {worst} as the worst cannot be chosen from this set")]
    Choice {
        /// The best.
        best: usize,
        /// The worst.
        worst: usize,
    },
    /// Two tallies have different numbers of items.
    #[error("choices among {items} and among {other} items cannot be joined")]
    DifferentItems {
        /// Items of this tally.
        items: usize,
        /// Items of the other.
        other: usize,
    },
    /// Nobody has chosen.
    #[error("there are no choices")]
    NoChoices,
    /// The item was in no set that was answered.
    #[error("item {item} was never shown")]
    NeverShown {
        /// The item.
        item: usize,
    },
    /// An item was never beaten by some others, not even by way of third items, so that its utility has no upper bound.
    #[error(
        "no choice, nor a chain of choices, puts item {item} below item {other}: their utilities cannot be told apart by a finite number"
    )]
    NeverBelow {
        /// The item above.
        item: usize,
        /// The item below.
        other: usize,
    },
    /// Newton's method did not come to rest.
    #[error("the utilities did not settle in {iterations} steps")]
    NotConverged {
        /// Steps taken.
        iterations: u32,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl std::fmt::Display for DesignConstruction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::CyclicDifferenceFamily => "cyclic difference family",
            Self::Search => "exchange search",
        })
    }
}

impl std::fmt::Display for BestWorst {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sequential => "best, then worst of the others",
            Self::Pairs => "best and worst as one pair",
        })
    }
}

impl DesignBalance {
    /// The balance of any sets of `items` items.
    ///
    /// # Errors
    /// [`MaxDiffError::Items`] for fewer than two items or more than 1,000; [`MaxDiffError::Shown`] for an unknown item or one that is
    /// twice in a set.
    pub fn of(items: usize, sets: &[Vec<usize>]) -> Result<Self, MaxDiffError> {
        check_items(items)?;
        let mut appearances = vec![0_u64; items];
        let mut meetings = vec![0_u64; items * items];
        for set in sets {
            for (place, &a) in set.iter().enumerate() {
                if a >= items || set[..place].contains(&a) {
                    return Err(MaxDiffError::Shown { item: a });
                }
                appearances[a] += 1;
                for &b in &set[..place] {
                    meetings[a.min(b) * items + a.max(b)] += 1;
                }
            }
        }
        let pairs = (0..items).flat_map(|a| (a + 1..items).map(move |b| a * items + b));
        let (mut fewest, mut most, mut total, mut count) = (u64::MAX, 0, 0, 0_u64);
        for pair in pairs {
            fewest = fewest.min(meetings[pair]);
            most = most.max(meetings[pair]);
            total += meetings[pair];
            count += 1;
        }
        Ok(Self {
            fewest_appearances: appearances.iter().copied().min().unwrap_or_default(),
            most_appearances: appearances.iter().copied().max().unwrap_or_default(),
            fewest_meetings: fewest,
            most_meetings: most,
            mean_meetings: total as f64 / count.max(1) as f64,
        })
    }

    /// Whether every item is shown equally often and every pair meets equally often.
    pub fn is_bibd(&self) -> bool {
        self.fewest_appearances == self.most_appearances
            && self.fewest_meetings == self.most_meetings
    }
}

/// `sets` sets of `set_size` out of `items` items, as even as can be in how often items are shown and pairs meet.
///
/// With v items in b sets of k, an item is shown r = b k / v times and a pair meets λ = r (k − 1)/(v − 1) times in a balanced incomplete
/// block design. Where b is a multiple of v and λ whole, base blocks are sought whose differences modulo v take every value λ times; turned
/// through all v items they balance exactly (a difference set, as the seven sets of Fano's plane). Otherwise, and where no such blocks are
/// found in a few million steps, sets are filled with the rarest items and then improved by exchanges that lower Σ (meetings of a pair)²,
/// with simulated annealing. Items are never shown more than one time more often than others. Names of items and the order of sets and of
/// items in a set are shuffled by `seed`.
///
/// ```
/// use radost_stats::{Progress, maxdiff::{DesignConstruction, design}};
/// let plan = design(13, 4, 13, 1, &Progress::none())?;
/// assert_eq!(plan.construction, DesignConstruction::CyclicDifferenceFamily);
/// assert_eq!((plan.balance.fewest_appearances, plan.balance.most_meetings), (4, 1));
///
/// let plan = design(12, 4, 10, 1, &Progress::none())?;
/// assert!(plan.balance.most_appearances - plan.balance.fewest_appearances <= 1);
/// assert!(plan.balance.most_meetings - plan.balance.fewest_meetings <= 2);
/// # Ok::<(), radost_stats::maxdiff::MaxDiffError>(())
/// ```
/// # Errors
/// [`MaxDiffError::Design`] for sets below two items or larger than the number of items, more than 1,000 items, and other than 1 to 10,000
/// sets; [`MaxDiffError::Cancelled`].
/// # Sources
/// Bose (1939), Annals of Eugenics 9(4), 353–399 (difference families); Colbourn and Dinitz (2007), Handbook of Combinatorial Designs,
/// 2nd edition, CRC Press, sections II.1 and VI.16.
pub fn design(
    items: usize,
    set_size: usize,
    sets: usize,
    seed: u64,
    progress: &Progress,
) -> Result<MaxDiffDesign, MaxDiffError> {
    if set_size < 2 || set_size > items || items > MOST_ITEMS || !(1..=MOST_SETS).contains(&sets) {
        return Err(MaxDiffError::Design {
            items,
            set_size,
            sets,
        });
    }
    let mut random = SplitMix64::new(seed);
    let found = cyclic_design(items, set_size, sets, progress)?;
    let (mut plan, construction) = match found {
        Some(plan) => (plan, DesignConstruction::CyclicDifferenceFamily),
        None => (
            searched_design(items, set_size, sets, &mut random, progress)?,
            DesignConstruction::Search,
        ),
    };
    let mut names: Vec<usize> = (0..items).collect();
    shuffle(&mut names, &mut random);
    for set in &mut plan {
        for item in set.iter_mut() {
            *item = names[*item];
        }
        shuffle(set, &mut random);
    }
    shuffle(&mut plan, &mut random);
    Ok(MaxDiffDesign {
        balance: DesignBalance::of(items, &plan)?,
        sets: plan,
        construction,
    })
}

const MOST_ITEMS: usize = 1000;
const MOST_SETS: usize = 10_000;

fn check_items(items: usize) -> Result<(), MaxDiffError> {
    if (2..=MOST_ITEMS).contains(&items) {
        Ok(())
    } else {
        Err(MaxDiffError::Items { items })
    }
}

fn shuffle<T>(values: &mut [T], random: &mut SplitMix64) {
    for last in (1..values.len()).rev() {
        values.swap(last, random.below(last + 1));
    }
}

/// Base blocks turned through all items, repeated to fill the sets; `None` when there are none or none were found.
fn cyclic_design(
    items: usize,
    set_size: usize,
    sets: usize,
    progress: &Progress,
) -> Result<Option<Vec<Vec<usize>>>, MaxDiffError> {
    if !sets.is_multiple_of(items) {
        return Ok(None);
    }
    let all_blocks = sets / items;
    for blocks in (1..=all_blocks).filter(|blocks| all_blocks.is_multiple_of(*blocks)) {
        let differences = blocks * set_size * (set_size - 1);
        if items < 2 || !differences.is_multiple_of(items - 1) {
            continue;
        }
        let mut family = DifferenceFamily {
            items,
            set_size,
            blocks,
            meetings: differences / (items - 1),
            met: vec![0; items],
            found: Vec::new(),
            steps: 0,
        };
        if family.extend(vec![0], progress)? {
            let mut plan = Vec::with_capacity(sets);
            for _ in 0..all_blocks / blocks {
                for turn in 0..items {
                    for block in &family.found {
                        plan.push(block.iter().map(|item| (item + turn) % items).collect());
                    }
                }
            }
            return Ok(Some(plan));
        }
    }
    Ok(None)
}

/// A search for base blocks, each beginning with item 0, whose differences modulo `items` all occur `meetings` times.
struct DifferenceFamily {
    items: usize,
    set_size: usize,
    blocks: usize,
    meetings: usize,
    met: Vec<usize>,
    found: Vec<Vec<usize>>,
    steps: u64,
}

impl DifferenceFamily {
    const MOST_STEPS: u64 = 3_000_000;

    /// Completes `block` and all blocks after it; `false` when that cannot be done, or not in the steps allowed.
    fn extend(&mut self, block: Vec<usize>, progress: &Progress) -> Result<bool, MaxDiffError> {
        if block.len() == self.set_size {
            self.found.push(block);
            if self.found.len() == self.blocks || self.extend(vec![0], progress)? {
                return Ok(true);
            }
            self.found.pop();
            return Ok(false);
        }
        // Blocks in rising order: the second item of a block is not below that of the block before.
        let first = match (block.as_slice(), self.found.last()) {
            ([_], Some(before)) => before[1],
            _ => block.last().map_or(0, |last| last + 1),
        };
        for item in first.max(1)..self.items {
            self.steps += 1;
            if self.steps.is_multiple_of(1 << 16) {
                progress.report(self.steps.min(Self::MOST_STEPS), Self::MOST_STEPS)?;
            }
            if self.steps > Self::MOST_STEPS {
                return Ok(false);
            }
            if self.meet(&block, item) {
                let mut longer = block.clone();
                longer.push(item);
                if self.extend(longer, progress)? {
                    return Ok(true);
                }
                self.part(&block, item, block.len());
            }
        }
        Ok(false)
    }

    /// Counts the differences of `item` with the block, or changes nothing when one would occur too often.
    fn meet(&mut self, block: &[usize], item: usize) -> bool {
        for (place, &other) in block.iter().enumerate() {
            for difference in [item - other, self.items + other - item] {
                self.met[difference] += 1;
            }
            if self.met[item - other] > self.meetings
                || self.met[self.items + other - item] > self.meetings
            {
                self.part(block, item, place + 1);
                return false;
            }
        }
        true
    }

    fn part(&mut self, block: &[usize], item: usize, places: usize) {
        for &other in block.iter().take(places) {
            self.met[item - other] -= 1;
            self.met[self.items + other - item] -= 1;
        }
    }
}

/// Sets of the rarest items, then exchanges between sets.
fn searched_design(
    items: usize,
    set_size: usize,
    sets: usize,
    random: &mut SplitMix64,
    progress: &Progress,
) -> Result<Vec<Vec<usize>>, MaxDiffError> {
    let mut plan: Vec<Vec<usize>> = Vec::with_capacity(sets);
    let mut appearances = vec![0_u64; items];
    let mut meetings = vec![0_i64; items * items];
    for _ in 0..sets {
        let mut set: Vec<usize> = Vec::with_capacity(set_size);
        for _ in 0..set_size {
            let start = random.below(items);
            let rarest = (0..items)
                .map(|step| (start + step) % items)
                .filter(|item| !set.contains(item))
                .min_by_key(|&item| {
                    let met: i64 = set.iter().map(|other| meetings[item * items + other]).sum();
                    (appearances[item], met)
                });
            let Some(item) = rarest else { break };
            for &other in &set {
                meetings[item * items + other] += 1;
                meetings[other * items + item] += 1;
            }
            appearances[item] += 1;
            set.push(item);
        }
        plan.push(set);
    }
    // The least Σ meetings² that whole numbers allow.
    let pairs = (items * (items - 1) / 2) as i64;
    let total = (sets * set_size * (set_size - 1) / 2) as i64;
    let (even, over) = (total / pairs.max(1), total % pairs.max(1));
    let ideal = (pairs - over) * even * even + over * (even + 1) * (even + 1);
    let cost_of = |meetings: &[i64]| meetings.iter().map(|m| m * m).sum::<i64>() / 2;

    let mut cost = cost_of(&meetings);
    let mut best = (cost, plan.clone());
    let steps = (2000 * (sets * set_size) as u64).clamp(100_000, 1_000_000);
    for step in 0..steps {
        if best.0 <= ideal || sets < 2 {
            break;
        }
        if step.is_multiple_of(1 << 12) {
            progress.report(step, steps)?;
        }
        let (s, t) = (random.below(sets), random.below(sets));
        let (i, j) = (random.below(set_size), random.below(set_size));
        let (a, b) = (plan[s][i], plan[t][j]);
        if s == t || plan[s].contains(&b) || plan[t].contains(&a) {
            continue;
        }
        // In set s item b takes the place of a, in set t the reverse: a few pairs lose one meeting and as many gain one.
        let mut changes = |sign: i64| {
            let mut change = 0;
            let mut alter = |x: usize, y: usize, by: i64| {
                let m = meetings[x * items + y];
                change += (m + by) * (m + by) - m * m;
                meetings[x * items + y] = m + by;
                meetings[y * items + x] = m + by;
            };
            for &other in plan[s].iter().filter(|other| **other != a) {
                alter(a, other, -sign);
                alter(b, other, sign);
            }
            for &other in plan[t].iter().filter(|other| **other != b) {
                alter(b, other, -sign);
                alter(a, other, sign);
            }
            change
        };
        let change = changes(1);
        let temperature = 1.5 * (1.0 - step as f64 / steps as f64);
        let accepted = change <= 0
            || (temperature > 0.0 && random.unit() < (-(change as f64) / temperature).exp());
        if accepted {
            plan[s][i] = b;
            plan[t][j] = a;
            cost += change;
            if cost < best.0 {
                best = (cost, plan.clone());
            }
        } else {
            changes(-1);
        }
    }
    Ok(best.1)
}

impl MaxDiffTally {
    /// An empty tally of choices among `items` items.
    ///
    /// # Errors
    /// [`MaxDiffError::Items`] below two or beyond 1,000.
    pub fn new(items: usize) -> Result<Self, MaxDiffError> {
        check_items(items)?;
        Ok(Self {
            items,
            choices: BTreeMap::new(),
        })
    }

    /// Counts one answered set.
    ///
    /// # Errors
    /// [`MaxDiffError::Shown`] for an unknown item or one shown twice; [`MaxDiffError::Choice`] for a choice that the set does not allow;
    /// the tally is then unchanged.
    pub fn push(&mut self, shown: &[usize], best: usize, worst: usize) -> Result<(), MaxDiffError> {
        self.add(shown, best, worst, 1)
    }

    /// Counts `count` equal answers to a set.
    ///
    /// # Errors
    /// Those of [`push`](Self::push).
    pub fn add(
        &mut self,
        shown: &[usize],
        best: usize,
        worst: usize,
        count: u64,
    ) -> Result<(), MaxDiffError> {
        let mut shown = shown.to_vec();
        shown.sort_unstable();
        if let Some(&item) = shown.iter().find(|item| **item >= self.items) {
            return Err(MaxDiffError::Shown { item });
        }
        if let Some(twice) = shown.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(MaxDiffError::Shown { item: twice[0] });
        }
        if best == worst || !shown.contains(&best) || !shown.contains(&worst) {
            return Err(MaxDiffError::Choice { best, worst });
        }
        if count > 0 {
            let entry = self
                .choices
                .entry(Choice { shown, best, worst })
                .or_default();
            *entry = entry.saturating_add(count);
        }
        Ok(())
    }

    /// Adds the choices of another part of the data.
    ///
    /// # Errors
    /// [`MaxDiffError::DifferentItems`]; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), MaxDiffError> {
        if self.items != other.items {
            return Err(MaxDiffError::DifferentItems {
                items: self.items,
                other: other.items,
            });
        }
        for (choice, count) in &other.choices {
            let entry = self.choices.entry(choice.clone()).or_default();
            *entry = entry.saturating_add(*count);
        }
        Ok(())
    }

    /// Sets answered.
    pub fn n(&self) -> u64 {
        self.choices
            .values()
            .fold(0, |n, count| n.saturating_add(*count))
    }

    /// How often each item was shown, best and worst, with the score (best − worst)/shown.
    ///
    /// Quick, and near to the logit utilities when the design is balanced; in an unbalanced one it depends on the company an item kept.
    pub fn counts(&self) -> Vec<ItemCount> {
        let mut counts = vec![
            ItemCount {
                shown: 0,
                best: 0,
                worst: 0,
                score: 0.0,
            };
            self.items
        ];
        for (choice, &count) in &self.choices {
            for &item in &choice.shown {
                counts[item].shown = counts[item].shown.saturating_add(count);
            }
            counts[choice.best].best = counts[choice.best].best.saturating_add(count);
            counts[choice.worst].worst = counts[choice.worst].worst.saturating_add(count);
        }
        for item in &mut counts {
            if item.shown > 0 {
                item.score = (item.best as f64 - item.worst as f64) / item.shown as f64;
            }
        }
        counts
    }

    /// Utilities by the conditional logit of best and worst choices, fitted by Newton's method.
    ///
    /// ```text
    /// sequential   P(best i, worst j) = e^uᵢ / Σ e^u over the set · e^−uⱼ / Σ e^−u over the set without i
    /// pairs        P(best i, worst j) = e^(uᵢ − uⱼ) / Σ e^(u_k − u_l) over all ordered pairs of the set
    /// share        100 e^uᵢ / Σ e^u over all items
    /// ```
    /// Utilities add up to zero; their covariance is the inverse of the information. The bounds of a share are symmetric on its logit, so
    /// that they stay between 0 and 100.
    ///
    /// ```
    /// # use radost_stats::{Level, maxdiff::{BestWorst, MaxDiffTally}};
    /// let mut tally = MaxDiffTally::new(2)?;
    /// tally.add(&[0, 1], 0, 1, 75)?;
    /// tally.add(&[0, 1], 1, 0, 25)?;
    /// let scores = tally.logit(BestWorst::Sequential, Level::P95)?;
    /// assert!((scores.items[0].utility - 3.0_f64.ln() / 2.0).abs() < 1e-9);
    /// assert!((scores.items[0].share - 75.0).abs() < 1e-9);
    /// assert!((scores.items[0].share_standard_error - 4.330127).abs() < 1e-6); // 100 √(0.75 · 0.25 / 100)
    /// # Ok::<(), radost_stats::maxdiff::MaxDiffError>(())
    /// ```
    /// # Assumptions
    /// All people have the same utilities and choose independently; since each person answers several sets, the standard errors are rather
    /// too small.
    /// # Errors
    /// [`MaxDiffError::NoChoices`]; [`MaxDiffError::NeverShown`]; [`MaxDiffError::NeverBelow`] when the choices leave a difference of
    /// utilities without a bound; [`MaxDiffError::NotConverged`].
    /// # Sources
    /// Marley and Louviere (2005), Journal of Mathematical Psychology 49(6), 464–480; the condition for finite utilities is Ford's (1957),
    /// American Mathematical Monthly 64(8), 28–33.
    pub fn logit(&self, model: BestWorst, level: Level) -> Result<MaxDiffScores, MaxDiffError> {
        self.logit_within(model, level, MOST_ITERATIONS)
    }

    fn logit_within(
        &self,
        model: BestWorst,
        level: Level,
        most: u32,
    ) -> Result<MaxDiffScores, MaxDiffError> {
        self.check_bounded()?;
        let free = self.items - 1;
        let mut utilities = vec![0.0; self.items];
        let mut fit = self.likelihood(model, &utilities);
        let null_log_likelihood = fit.log_likelihood;
        for iteration in 1..=most {
            // The first item stays at 0; the utilities are centred at the end.
            let information = fit.information.view((1, 1), (free, free)).into_owned();
            let gradient = fit.gradient.rows(1, free).into_owned();
            let not_converged = MaxDiffError::NotConverged {
                iterations: iteration,
            };
            let cholesky = information.cholesky().ok_or(not_converged)?;
            let step = cholesky.solve(&gradient);
            if step.dot(&gradient) < 1e-12 {
                let covariance = cholesky.inverse();
                return Ok(self.scores(
                    model,
                    level,
                    iteration,
                    null_log_likelihood,
                    fit.log_likelihood,
                    &utilities,
                    &covariance,
                ));
            }
            // The log-likelihood is concave: a step that does not raise it is too long.
            let mut length = 1.0;
            loop {
                let mut next = utilities.clone();
                for (utility, step) in next.iter_mut().skip(1).zip(step.iter()) {
                    *utility += length * step;
                }
                let next_fit = self.likelihood(model, &next);
                if next_fit.log_likelihood >= fit.log_likelihood - 1e-12 * fit.log_likelihood.abs()
                {
                    (utilities, fit) = (next, next_fit);
                    break;
                }
                length /= 2.0;
                if length < 1e-10 {
                    return Err(not_converged);
                }
            }
        }
        Err(MaxDiffError::NotConverged { iterations: most })
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of one fit, named at the only call"
    )]
    fn scores(
        &self,
        model: BestWorst,
        level: Level,
        iterations: u32,
        null_log_likelihood: f64,
        log_likelihood: f64,
        utilities: &[f64],
        covariance: &DMatrix<f64>,
    ) -> MaxDiffScores {
        let items = self.items;
        let mean = utilities.iter().sum::<f64>() / items as f64;
        let largest = utilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = utilities.iter().map(|u| (u - largest).exp()).collect();
        let total: f64 = powers.iter().sum();
        // How a quantity with this gradient by the utilities varies; the first utility is fixed.
        let error = |gradient: &dyn Fn(usize) -> f64| {
            let gradient = DVector::from_fn(items - 1, |row, _| gradient(row + 1));
            (covariance * &gradient).dot(&gradient).max(0.0).sqrt()
        };
        let scores = (0..items).map(|i| {
            let own = |j: usize| if i == j { 1.0 } else { 0.0 };
            let share = powers[i] / total;
            let share_error = error(&|j| share * (own(j) - powers[j] / total));
            let logit = (share / (1.0 - share)).ln();
            let reach = level.z() * share_error / (share * (1.0 - share));
            let percent = |logit: f64| 100.0 / (1.0 + (-logit).exp());
            ItemScore {
                utility: utilities[i] - mean,
                standard_error: error(&|j| own(j) - 1.0 / items as f64),
                share: 100.0 * share,
                share_standard_error: 100.0 * share_error,
                share_low: percent(logit - reach),
                share_high: percent(logit + reach),
            }
        });
        MaxDiffScores {
            items: scores.collect(),
            log_likelihood,
            null_log_likelihood,
            n: self.n(),
            iterations,
            level,
            model,
        }
    }

    /// Refuses choices whose likelihood has no maximum: every item must be above and below every other by some chain of choices.
    fn check_bounded(&self) -> Result<(), MaxDiffError> {
        if self.choices.is_empty() {
            return Err(MaxDiffError::NoChoices);
        }
        if let Some(item) = self.counts().iter().position(|item| item.shown == 0) {
            return Err(MaxDiffError::NeverShown { item });
        }
        let mut below = vec![Vec::new(); self.items];
        let mut above = vec![Vec::new(); self.items];
        for choice in self.choices.keys() {
            for &item in &choice.shown {
                for (high, low) in [(choice.best, item), (item, choice.worst)] {
                    if high != low {
                        below[high].push(low);
                        above[low].push(high);
                    }
                }
            }
        }
        if let Some(item) = unreached(&below) {
            return Err(MaxDiffError::NeverBelow { item, other: 0 });
        }
        match unreached(&above) {
            Some(other) => Err(MaxDiffError::NeverBelow { item: 0, other }),
            None => Ok(()),
        }
    }

    fn likelihood(&self, model: BestWorst, utilities: &[f64]) -> Likelihood {
        let mut fit = Likelihood {
            log_likelihood: 0.0,
            gradient: DVector::zeros(self.items),
            information: DMatrix::zeros(self.items, self.items),
        };
        for (choice, &count) in &self.choices {
            let Choice { shown, best, worst } = choice;
            let weight = count as f64;
            match model {
                BestWorst::Sequential => {
                    fit.choose(shown, *best, utilities, 1.0, weight);
                    let others: Vec<usize> =
                        shown.iter().copied().filter(|item| item != best).collect();
                    fit.choose(&others, *worst, utilities, -1.0, weight);
                }
                BestWorst::Pairs => fit.choose_pair(shown, *best, *worst, utilities, weight),
            }
        }
        fit
    }
}

const MOST_ITERATIONS: u32 = 100;

/// The first node that no path from node 0 reaches.
fn unreached(edges: &[Vec<usize>]) -> Option<usize> {
    let mut reached = vec![false; edges.len()];
    reached[0] = true;
    let mut open = vec![0];
    while let Some(node) = open.pop() {
        for &next in &edges[node] {
            if !reached[next] {
                reached[next] = true;
                open.push(next);
            }
        }
    }
    reached.iter().position(|reached| !reached)
}

/// A log-likelihood with its gradient and the negative of its second derivatives.
struct Likelihood {
    log_likelihood: f64,
    gradient: DVector<f64>,
    information: DMatrix<f64>,
}

impl Likelihood {
    /// `weight` choices of `chosen` among `set` by `sign` times the utilities.
    fn choose(&mut self, set: &[usize], chosen: usize, utilities: &[f64], sign: f64, weight: f64) {
        let values = set.iter().map(|&item| sign * utilities[item]);
        let largest = values.clone().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = values.map(|value| (value - largest).exp()).collect();
        let total: f64 = powers.iter().sum();
        self.log_likelihood += weight * (sign * utilities[chosen] - largest - total.ln());
        self.gradient[chosen] += sign * weight;
        for (&item, power) in set.iter().zip(&powers) {
            let p = power / total;
            self.gradient[item] -= sign * weight * p;
            self.information[(item, item)] += weight * p;
            for (&other, power) in set.iter().zip(&powers) {
                self.information[(item, other)] -= weight * p * power / total;
            }
        }
    }

    /// `weight` choices of the ordered pair of `best` and `worst` among all of `set`.
    fn choose_pair(
        &mut self,
        set: &[usize],
        best: usize,
        worst: usize,
        utilities: &[f64],
        weight: f64,
    ) {
        let (mut high, mut low) = (f64::NEG_INFINITY, f64::INFINITY);
        for &item in set {
            high = high.max(utilities[item]);
            low = low.min(utilities[item]);
        }
        let mut total = 0.0;
        let mut expected: BTreeMap<usize, f64> = set.iter().map(|&item| (item, 0.0)).collect();
        let mut square: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for &i in set {
            for &j in set {
                if i != j {
                    let power = (utilities[i] - high - (utilities[j] - low)).exp();
                    total += power;
                    *expected.entry(i).or_default() += power;
                    *expected.entry(j).or_default() -= power;
                    for (a, b, sign) in [(i, i, 1.0), (j, j, 1.0), (i, j, -1.0), (j, i, -1.0)] {
                        *square.entry((a, b)).or_default() += sign * power;
                    }
                }
            }
        }
        self.log_likelihood +=
            weight * (utilities[best] - high - (utilities[worst] - low) - total.ln());
        self.gradient[best] += weight;
        self.gradient[worst] -= weight;
        for (&item, sum) in &expected {
            self.gradient[item] -= weight * sum / total;
        }
        for (&(a, b), sum) in &square {
            self.information[(a, b)] += weight * sum / total;
        }
        for (&a, x) in &expected {
            for (&b, y) in &expected {
                self.information[(a, b)] -= weight * (x / total) * (y / total);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_end_is_an_error() -> Result<(), MaxDiffError> {
        let mut tally = MaxDiffTally::new(2)?;
        tally.add(&[0, 1], 0, 1, 75)?;
        tally.add(&[0, 1], 1, 0, 25)?;
        assert!(
            tally
                .logit_within(BestWorst::Sequential, Level::P95, 100)
                .is_ok()
        );
        let stopped = tally.logit_within(BestWorst::Sequential, Level::P95, 1);
        assert_eq!(
            stopped.err(),
            Some(MaxDiffError::NotConverged { iterations: 1 })
        );
        Ok(())
    }
}
