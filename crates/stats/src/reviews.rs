//! Review arithmetic: what it takes to reach an average, what one bad review costs, how to rank by few reviews, and what a lost customer is
//! worth.
//!
//! Averages are kept as fractions of whole stars, so that "4.2 is reached" is decided exactly and not by a rounding error.
//!
//! ```
//! use radost_stats::reviews::{Average, StarTally, WritingRate, offset};
//!
//! let mut stars = StarTally::default();
//! for (star, count) in [(1, 4), (2, 1), (3, 3), (4, 12), (5, 30)] {
//!     stars.add(star, count)?;
//! }
//! assert_eq!(stars.average()?.get(), 4.26);
//! let target = Average::from_hundredths(450)?;
//! assert_eq!(stars.reviews_needed(target, 5)?.reviews, 24);
//!
//! // What one one-star review takes to offset at an average of 4.0: the exact figure beside the rule of thumb
//! let one = offset(1, Average::from_hundredths(400)?, WritingRate::default())?;
//! assert_eq!((one.five_star_reviews, one.satisfied_customers), (3, 30));
//! assert_eq!(one.rule_of_thumb_customers, 40);
//! # Ok::<(), radost_stats::reviews::ReviewError>(())
//! ```

use std::cmp::Ordering;

use crate::{CsatError, CsatTally, Level};

/// How many reviews gave one to five stars.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct StarTally {
    counts: [u64; 5],
}

/// An average of stars, as an exact fraction from 1 to 5.
#[derive(Debug, Clone, Copy)]
pub struct Average {
    numerator: u128,
    denominator: u128,
}

/// Further reviews that bring an average to its target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReviewsNeeded {
    /// How many more reviews; none when the target is already reached.
    pub reviews: u64,
    /// The stars that each of them gives.
    pub stars: u8,
    /// The average now.
    pub before: Average,
    /// The average after them.
    pub after: Average,
    /// The target.
    pub target: Average,
}

/// What one more review does to an average.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReviewEffect {
    /// Its stars.
    pub stars: u8,
    /// The average before it.
    pub before: Average,
    /// The average after it.
    pub after: Average,
    /// After less before, in stars.
    pub change: f64,
    /// Five-star reviews that bring the average back to what it was: none after a good review, `None` when nothing can since it was 5.
    pub five_star_reviews_to_recover: Option<u64>,
}

/// How many customers write a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WritingRate {
    /// So many write…
    pub writers: u64,
    /// …of so many.
    pub customers: u64,
}

/// What offsets one-star reviews at a target average.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offset {
    /// One-star reviews to offset.
    pub one_star_reviews: u64,
    /// The average to keep.
    pub target: Average,
    /// Five-star reviews per one-star review, (t − 1)/(5 − t), before rounding up.
    pub exact_ratio: f64,
    /// Five-star reviews needed.
    pub five_star_reviews: u64,
    /// Satisfied customers who give rise to so many reviews.
    pub satisfied_customers: u64,
    /// How many satisfied customers are assumed to write.
    pub writing_rate: WritingRate,
    /// What the practitioners' rule says whatever the target: 40 for every bad review.
    pub rule_of_thumb_customers: u64,
}

/// The belief about an item before its reviews are counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// The average expected of an item of which nothing is known, in stars.
    pub mean: f64,
    /// How many reviews that expectation is worth.
    pub weight: f64,
}

/// One item in a ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// The item's place in the input, counted from 0.
    pub item: usize,
    /// The Wilson lower bound that it is ranked by, in percent; 0 without reviews.
    pub lower_bound: f64,
    /// Its share of positive reviews, in percent; `None` without reviews.
    pub share: Option<f64>,
    /// Its reviews.
    pub n: u64,
}

/// A quantity known to lie between two ends, neither below zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// What a reckoning of lost customers assumes. The defaults are practitioners' figures, not findings about your customers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossAssumptions {
    /// Of customers with a bad experience, the share that does not return, in percent: 91.
    pub leaving_percent: Range,
    /// How many others each of them tells: 9 to 15.
    pub people_told: Range,
    /// Of those told, the share that stays away, in percent: 0, for nobody has measured it for you.
    pub deterred_percent: Range,
    /// What a customer brings in a year, in money.
    pub value_per_year: Range,
    /// How many more years a customer would have stayed.
    pub years: Range,
    /// What it costs to keep a customer, in money.
    pub retention_cost: Range,
    /// How many times that it costs to win a new one: 5.
    pub acquisition_cost_factor: Range,
}

/// What unhappy customers cost, between two ends, under stated assumptions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Loss {
    /// Customers with a bad experience.
    pub unhappy: u64,
    /// Customers who do not return.
    pub customers_lost: Range,
    /// People who hear of it.
    pub people_told: Range,
    /// People who stay away for having heard of it.
    pub people_deterred: Range,
    /// What the lost and the deterred would have brought, in money.
    pub value_lost: Range,
    /// What it costs to win as many new customers as were lost, in money: instead of the value lost by those, not on top of it.
    pub replacement_cost: Range,
    /// How much more that is than keeping them would have cost, in money.
    pub premium_over_keeping: Range,
    /// The assumptions.
    pub assumptions: LossAssumptions,
}

/// Why a number about reviews cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ReviewError {
    /// A review gives one to five stars.
    #[error("{stars} is no number of stars: a review gives 1 to 5")]
    Stars {
        /// The refused stars.
        stars: u8,
    },
    /// An average of stars lies between 1 and 5.
    #[error("{numerator}/{denominator} is no average of stars: it must lie between 1 and 5")]
    Average {
        /// The refused numerator.
        numerator: u64,
        /// The refused denominator.
        denominator: u64,
    },
    /// Nobody has written.
    #[error("there are no reviews")]
    NoReviews,
    /// No number of such reviews reaches the target.
    #[error("no number of {stars}-star reviews brings the average to {target}")]
    Unreachable {
        /// The stars that each review gives.
        stars: u8,
        /// The target.
        target: f64,
    },
    /// More reviews than can be counted.
    #[error("the number of reviews needed is beyond counting")]
    TooMany,
    /// A rate that is not some of some.
    #[error("{writers} of {customers} customers cannot write")]
    WritingRate {
        /// The refused writers.
        writers: u64,
        /// The refused customers.
        customers: u64,
    },
    /// A prior mean off the scale, or a weight that is negative, NaN or infinite.
    #[error("a prior of {mean} stars worth {weight} reviews is impossible")]
    Prior {
        /// The refused mean.
        mean: f64,
        /// The refused weight.
        weight: f64,
    },
    /// Ends that are negative, NaN, infinite, in the wrong order, or beyond 100 for a percentage.
    #[error("{assumption} cannot lie between {low} and {high}")]
    Range {
        /// The name of the assumption.
        assumption: &'static str,
        /// The refused lower end.
        low: f64,
        /// The refused upper end.
        high: f64,
    },
    /// Why a share of positive reviews cannot be given.
    #[error(transparent)]
    Share(#[from] CsatError),
}

/// Satisfied customers that, by the practitioners' rule, offset one bad review.
pub const RULE_OF_THUMB_CUSTOMERS: u64 = 40;

impl Average {
    /// The average `numerator` / `denominator`.
    ///
    /// # Errors
    /// [`ReviewError::Average`] outside 1 to 5.
    pub fn new(numerator: u64, denominator: u64) -> Result<Self, ReviewError> {
        let (n, d) = (u128::from(numerator), u128::from(denominator));
        if d > 0 && (d..=5 * d).contains(&n) {
            Ok(Self {
                numerator: n,
                denominator: d,
            })
        } else {
            Err(ReviewError::Average {
                numerator,
                denominator,
            })
        }
    }

    /// An average in hundredths of a star: 420 is 4.2.
    ///
    /// # Errors
    /// [`ReviewError::Average`] outside 100 to 500.
    pub fn from_hundredths(hundredths: u64) -> Result<Self, ReviewError> {
        Self::new(hundredths, 100)
    }

    /// The lowest average that a site which rounds to tenths shows as this many tenths: 42 is shown from 4.15 on.
    ///
    /// ```
    /// use radost_stats::reviews::Average;
    /// assert_eq!(Average::shown_as_tenths(42)?.get(), 4.15);
    /// # Ok::<(), radost_stats::reviews::ReviewError>(())
    /// ```
    /// # Errors
    /// [`ReviewError::Average`] outside 10 to 50.
    pub fn shown_as_tenths(tenths: u64) -> Result<Self, ReviewError> {
        Self::new(tenths, 10)?;
        Self::new((2 * tenths - 1).max(20), 20)
    }

    /// The nearest number, in stars.
    pub fn get(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

impl PartialEq for Average {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Average {}

impl PartialOrd for Average {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Fractions compare by value: 8/2 is 4/1.
impl Ord for Average {
    fn cmp(&self, other: &Self) -> Ordering {
        // Both parts are below 2⁷⁰ as long as counts are below 2⁶⁴; a product may be larger than u128, so compare whole parts first.
        let whole = |a: &Self| a.numerator / a.denominator;
        whole(self).cmp(&whole(other)).then_with(|| {
            compare_fractions(
                (self.numerator % self.denominator, self.denominator),
                (other.numerator % other.denominator, other.denominator),
            )
        })
    }
}

/// Compares two fractions below 1 by their continued fractions, which needs no product.
fn compare_fractions((a, b): (u128, u128), (c, d): (u128, u128)) -> Ordering {
    match (a, c) {
        (0, 0) => Ordering::Equal,
        (0, _) => Ordering::Less,
        (_, 0) => Ordering::Greater,
        _ => (d / c)
            .cmp(&(b / a))
            .then_with(|| compare_fractions((d % c, c), (b % a, a))),
    }
}

impl std::fmt::Display for Average {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.get().fmt(f)
    }
}

impl Default for WritingRate {
    /// One satisfied customer in ten.
    fn default() -> Self {
        Self {
            writers: 1,
            customers: 10,
        }
    }
}

impl StarTally {
    /// Counts one review.
    ///
    /// # Errors
    /// [`ReviewError::Stars`] outside 1 to 5; the tally is then unchanged.
    pub fn push(&mut self, stars: u8) -> Result<(), ReviewError> {
        self.add(stars, 1)
    }

    /// Counts `count` reviews of equal stars.
    ///
    /// # Errors
    /// [`ReviewError::Stars`] outside 1 to 5; the tally is then unchanged.
    pub fn add(&mut self, stars: u8, count: u64) -> Result<(), ReviewError> {
        let place = usize::from(stars).wrapping_sub(1);
        let entry = self
            .counts
            .get_mut(place)
            .ok_or(ReviewError::Stars { stars })?;
        *entry = entry.saturating_add(count);
        Ok(())
    }

    /// Adds the counts of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(other.counts) {
            *mine = mine.saturating_add(theirs);
        }
    }

    /// Reviews of one to five stars.
    pub fn counts(&self) -> [u64; 5] {
        self.counts
    }

    /// Number of reviews.
    pub fn n(&self) -> u64 {
        self.counts
            .iter()
            .fold(0, |n, count| n.saturating_add(*count))
    }

    /// Positive reviews, those of four and five stars, for a share with an interval and for [`rank`].
    pub fn positive(&self) -> CsatTally {
        let positive = self.counts[3].saturating_add(self.counts[4]);
        CsatTally::from_counts(positive, self.n()).unwrap_or_default()
    }

    /// The average of the stars, exactly.
    ///
    /// # Errors
    /// [`ReviewError::NoReviews`] for an empty tally.
    pub fn average(&self) -> Result<Average, ReviewError> {
        let (stars, n) = self.sums();
        if n == 0 {
            Err(ReviewError::NoReviews)
        } else {
            Ok(Average {
                numerator: stars,
                denominator: n,
            })
        }
    }

    /// How many further reviews of `stars` stars bring the average to the target or above.
    ///
    /// With S stars in n reviews and a target of a/b, the smallest whole
    /// ```text
    /// k ≥ (a n − b S) / (b s − a)
    /// ```
    /// ```
    /// use radost_stats::reviews::{Average, StarTally};
    /// let mut stars = StarTally::default();
    /// stars.add(4, 10)?;
    /// let needed = stars.reviews_needed(Average::from_hundredths(420)?, 5)?;
    /// assert_eq!((needed.reviews, needed.after.get()), (3, 55.0 / 13.0)); // 54 / 12 would be 4.17: not enough
    /// # Ok::<(), radost_stats::reviews::ReviewError>(())
    /// ```
    /// # Errors
    /// [`ReviewError::NoReviews`]; [`ReviewError::Stars`]; [`ReviewError::Unreachable`] when such reviews are not above a target that is not
    /// reached; [`ReviewError::TooMany`] beyond 2⁶⁴.
    pub fn reviews_needed(&self, target: Average, stars: u8) -> Result<ReviewsNeeded, ReviewError> {
        if !(1..=5).contains(&stars) {
            return Err(ReviewError::Stars { stars });
        }
        let before = self.average()?;
        let (sum, n) = self.sums();
        let (a, b) = (target.numerator, target.denominator);
        let reviews = if before >= target {
            0
        } else {
            let missing = a
                .checked_mul(n)
                .zip(b.checked_mul(sum))
                .ok_or(ReviewError::TooMany)?;
            let gain = (b * u128::from(stars)).saturating_sub(a);
            if gain == 0 {
                return Err(ReviewError::Unreachable {
                    stars,
                    target: target.get(),
                });
            }
            u64::try_from((missing.0 - missing.1).div_ceil(gain))
                .map_err(|_| ReviewError::TooMany)?
        };
        Ok(ReviewsNeeded {
            reviews,
            stars,
            before,
            after: Average {
                numerator: sum + u128::from(reviews) * u128::from(stars),
                denominator: n + u128::from(reviews),
            },
            target,
        })
    }

    /// What one more review of `stars` stars does to the average, and what makes it good.
    ///
    /// ```
    /// use radost_stats::reviews::StarTally;
    /// let mut stars = StarTally::default();
    /// stars.add(5, 16)?;
    /// stars.add(1, 4)?;
    /// let effect = stars.effect_of(1)?;
    /// assert_eq!(effect.before.get(), 4.2);
    /// assert!((effect.change - -0.152381).abs() < 1e-6); // 85/21 − 84/20
    /// assert_eq!(effect.five_star_reviews_to_recover, Some(4));
    /// # Ok::<(), radost_stats::reviews::ReviewError>(())
    /// ```
    /// # Errors
    /// [`ReviewError::NoReviews`]; [`ReviewError::Stars`]; [`ReviewError::TooMany`] beyond 2⁶⁴.
    pub fn effect_of(&self, stars: u8) -> Result<ReviewEffect, ReviewError> {
        let before = self.average()?;
        let mut later = *self;
        later.push(stars)?;
        let after = later.average()?;
        let recover = match later.reviews_needed(before, 5) {
            Ok(needed) => Some(needed.reviews),
            Err(ReviewError::Unreachable { .. }) => None,
            Err(error) => return Err(error),
        };
        let n = before.denominator as f64;
        Ok(ReviewEffect {
            stars,
            before,
            after,
            change: (f64::from(stars) - before.get()) / (n + 1.0),
            five_star_reviews_to_recover: recover,
        })
    }

    /// The average shrunk to a prior: its reviews together with `weight` reviews of the prior mean.
    ///
    /// ```text
    /// (weight · mean + Σ stars) / (weight + n)
    /// ```
    /// One five-star review does not make an item the best; without reviews it is the prior mean.
    ///
    /// ```
    /// use radost_stats::reviews::{Prior, StarTally};
    /// let mut stars = StarTally::default();
    /// stars.push(5)?;
    /// assert_eq!(stars.bayesian_average(Prior { mean: 3.8, weight: 5.0 })?, 4.0);
    /// # Ok::<(), radost_stats::reviews::ReviewError>(())
    /// ```
    /// # Units
    /// Stars, 1 to 5.
    /// # Assumptions
    /// The prior describes items like this one; [`prior`] takes it from the whole collection.
    /// # Errors
    /// [`ReviewError::Prior`] for a mean outside 1 to 5 or a weight below zero; [`ReviewError::NoReviews`] when neither counts for anything.
    pub fn bayesian_average(&self, prior: Prior) -> Result<f64, ReviewError> {
        let Prior { mean, weight } = prior;
        if !((1.0..=5.0).contains(&mean) && weight >= 0.0 && weight.is_finite()) {
            return Err(ReviewError::Prior { mean, weight });
        }
        let (stars, n) = self.sums();
        let total = weight + n as f64;
        if total > 0.0 {
            Ok((weight * mean + stars as f64) / total)
        } else {
            Err(ReviewError::NoReviews)
        }
    }

    /// Σ stars and n.
    fn sums(&self) -> (u128, u128) {
        let stars = self.counts.iter().zip(1_u128..);
        stars.fold((0, 0), |(sum, n), (count, star)| {
            let count = u128::from(*count);
            (sum + star * count, n + count)
        })
    }
}

/// The prior of a collection of items: the average over all their reviews, worth as many reviews as an item has on average.
///
/// # Errors
/// [`ReviewError::NoReviews`] when none has any.
pub fn prior(items: &[StarTally]) -> Result<Prior, ReviewError> {
    let (stars, n) = items.iter().fold((0, 0), |(stars, n), item| {
        let (more_stars, more) = item.sums();
        (stars + more_stars, n + more)
    });
    if n == 0 {
        return Err(ReviewError::NoReviews);
    }
    Ok(Prior {
        mean: stars as f64 / n as f64,
        weight: n as f64 / items.len() as f64,
    })
}

/// Five-star reviews that keep one-star reviews from pulling an average of five- and one-star reviews below the target.
///
/// ```text
/// five-star reviews = ⌈ one-star reviews · (t − 1) / (5 − t) ⌉      satisfied customers = ⌈ five-star reviews / writing rate ⌉
/// ```
/// At 4.0 that is 3 reviews, and with one customer in ten writing 30 customers; at 4.2 it is 4 and the rule of thumb's 40.
///
/// ```
/// use radost_stats::reviews::{Average, WritingRate, offset};
/// let one = offset(1, Average::from_hundredths(420)?, WritingRate::default())?;
/// assert_eq!((one.five_star_reviews, one.satisfied_customers), (4, 40));
/// # Ok::<(), radost_stats::reviews::ReviewError>(())
/// ```
/// # Assumptions
/// Nobody gives two to four stars; customers write independently of each other at the rate given.
/// # Errors
/// [`ReviewError::Unreachable`] for a target of 5; [`ReviewError::WritingRate`]; [`ReviewError::TooMany`] beyond 2⁶⁴.
pub fn offset(
    one_star_reviews: u64,
    target: Average,
    writing_rate: WritingRate,
) -> Result<Offset, ReviewError> {
    let WritingRate { writers, customers } = writing_rate;
    if writers == 0 || writers > customers {
        return Err(ReviewError::WritingRate { writers, customers });
    }
    let (a, b) = (target.numerator, target.denominator);
    let (above, room) = (a - b, 5 * b - a);
    if room == 0 && one_star_reviews > 0 {
        return Err(ReviewError::Unreachable {
            stars: 5,
            target: target.get(),
        });
    }
    let whole = |numerator: Option<u128>, denominator: u128| {
        numerator
            .map(|numerator| numerator.div_ceil(denominator.max(1)))
            .and_then(|quotient| u64::try_from(quotient).ok())
            .ok_or(ReviewError::TooMany)
    };
    let five_star_reviews = whole(u128::from(one_star_reviews).checked_mul(above), room)?;
    let satisfied_customers = whole(
        u128::from(five_star_reviews).checked_mul(u128::from(customers)),
        u128::from(writers),
    )?;
    Ok(Offset {
        one_star_reviews,
        target,
        exact_ratio: above as f64 / room as f64,
        five_star_reviews,
        satisfied_customers,
        writing_rate,
        rule_of_thumb_customers: one_star_reviews.saturating_mul(RULE_OF_THUMB_CUSTOMERS),
    })
}

/// Items from best to worst by the lower Wilson bound of their share of positive reviews: few reviews must be better to rank as high.
///
/// Equal bounds go by the number of reviews, then by the order given; items without reviews come last.
///
/// ```
/// use radost_stats::{CsatTally, Level, reviews::rank};
/// let items = [CsatTally::from_counts(2, 2)?, CsatTally::from_counts(90, 100)?];
/// let ranking = rank(&items, Level::P95);
/// assert_eq!(ranking[0].item, 1);
/// assert!((ranking[0].lower_bound - 82.563).abs() < 1e-3 && (ranking[1].lower_bound - 34.238).abs() < 1e-3);
/// # Ok::<(), radost_stats::CsatError>(())
/// ```
/// # Units
/// Percent, 0 to 100.
/// # Assumptions
/// Those of [`CsatTally::interval`], whose lower bound this is.
/// # Sources
/// Wilson (1927), JASA 22, 209–212.
pub fn rank(items: &[CsatTally], level: Level) -> Vec<Ranked> {
    let mut ranking: Vec<Ranked> = items
        .iter()
        .enumerate()
        .map(|(item, tally)| {
            let interval = tally.interval(level).ok();
            Ranked {
                item,
                lower_bound: interval.map_or(0.0, |interval| interval.low),
                share: interval.map(|interval| interval.value),
                n: tally.n(),
            }
        })
        .collect();
    ranking.sort_by(|a, b| {
        b.lower_bound
            .total_cmp(&a.lower_bound)
            .then(b.n.cmp(&a.n))
            .then(a.item.cmp(&b.item))
    });
    ranking
}

impl Range {
    /// One number, known exactly.
    pub fn exactly(value: f64) -> Self {
        Self {
            low: value,
            high: value,
        }
    }

    fn check(self, assumption: &'static str, most: f64) -> Result<Self, ReviewError> {
        let Self { low, high } = self;
        if low >= 0.0 && low <= high && high <= most && high.is_finite() {
            Ok(self)
        } else {
            Err(ReviewError::Range {
                assumption,
                low,
                high,
            })
        }
    }

    fn times(self, other: Self) -> Self {
        Self {
            low: self.low * other.low,
            high: self.high * other.high,
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            low: self.low + other.low,
            high: self.high + other.high,
        }
    }
}

impl LossAssumptions {
    /// The practitioners' figures with what a customer brings and costs you.
    pub fn new(value_per_year: Range, years: Range, retention_cost: Range) -> Self {
        Self {
            leaving_percent: Range::exactly(91.0),
            people_told: Range {
                low: 9.0,
                high: 15.0,
            },
            deterred_percent: Range::exactly(0.0),
            value_per_year,
            years,
            retention_cost,
            acquisition_cost_factor: Range::exactly(5.0),
        }
    }
}

/// What `unhappy` customers with a bad experience cost, between the ends that the assumptions leave.
///
/// ```text
/// lost = unhappy · leaving            told = unhappy · people told        deterred = told · deterred share
/// value lost = (lost + deterred) · value per year · years
/// replacement = lost · retention cost · factor      premium = lost · retention cost · (factor − 1)
/// ```
///
/// ```
/// use radost_stats::reviews::{LossAssumptions, Range, cost_of_loss};
/// let assumptions = LossAssumptions::new(
///     Range { low: 200.0, high: 300.0 }, // a year
///     Range { low: 2.0, high: 4.0 },     // years
///     Range::exactly(20.0),              // to keep a customer
/// );
/// let loss = cost_of_loss(100, assumptions)?;
/// assert_eq!((loss.people_told.low, loss.people_told.high), (900.0, 1500.0));
/// assert_eq!((loss.value_lost.low, loss.value_lost.high), (36_400.0, 109_200.0));
/// assert_eq!(loss.replacement_cost, Range::exactly(9_100.0));
/// # Ok::<(), radost_stats::reviews::ReviewError>(())
/// ```
/// # Units
/// Money in the unit of the assumptions, not discounted.
/// # Assumptions
/// Those in [`LossAssumptions`]. The ends of the ranges come together, so that the result is the widest that they allow: it is not a
/// confidence interval.
/// # Errors
/// [`ReviewError::Range`] with the name of an assumption whose ends are impossible; a factor must be 1 or more.
pub fn cost_of_loss(unhappy: u64, assumptions: LossAssumptions) -> Result<Loss, ReviewError> {
    let percent = |range: Range, name| {
        Ok::<_, ReviewError>(range.check(name, 100.0)?.times(Range::exactly(0.01)))
    };
    let leaving = percent(
        assumptions.leaving_percent,
        "the share of customers leaving",
    )?;
    let deterred = percent(assumptions.deterred_percent, "the share of people deterred")?;
    let told = assumptions.people_told.check("people told", f64::MAX)?;
    let value = assumptions
        .value_per_year
        .check("the value of a year", f64::MAX)?;
    let years = assumptions.years.check("the number of years", f64::MAX)?;
    let keeping = assumptions
        .retention_cost
        .check("the cost of keeping a customer", f64::MAX)?;
    let factor = assumptions.acquisition_cost_factor;
    if factor.low < 1.0 {
        return Err(ReviewError::Range {
            assumption: "the acquisition cost factor",
            low: factor.low,
            high: factor.high,
        });
    }
    let factor = factor.check("the acquisition cost factor", f64::MAX)?;

    let customers = Range::exactly(unhappy as f64);
    let lost = customers.times(leaving);
    let told = customers.times(told);
    let people_deterred = told.times(deterred);
    let extra = Range {
        low: factor.low - 1.0,
        high: factor.high - 1.0,
    };
    Ok(Loss {
        unhappy,
        customers_lost: lost,
        people_told: told,
        people_deterred,
        value_lost: lost.plus(people_deterred).times(value).times(years),
        replacement_cost: lost.times(keeping).times(factor),
        premium_over_keeping: lost.times(keeping).times(extra),
        assumptions,
    })
}
