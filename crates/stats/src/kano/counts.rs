use super::{CoefficientInterval, KanoCategory, KanoCoefficients, KanoError};
use crate::{CsatTally, IntervalMethod, Level, NpsTally, distributions::two_sided_z};

/// How many respondents see a feature as what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct KanoCounts {
    /// A.
    pub attractive: u64,
    /// O.
    pub one_dimensional: u64,
    /// M.
    pub must_be: u64,
    /// I.
    pub indifferent: u64,
    /// R.
    pub reverse: u64,
    /// Q.
    pub questionable: u64,
}

/// A share, or a difference of two shares, with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KanoShare {
    /// In percent, or percentage points.
    pub value: f64,
    /// Lower bound, same units.
    pub low: f64,
    /// Upper bound, same units.
    pub high: f64,
    /// How the bounds were computed.
    pub method: IntervalMethod,
}

/// How clearly a feature belongs to its category, and how much it matters at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KanoStrength {
    /// Share of the most frequent category less that of the second, in percentage points.
    pub category: KanoShare,
    /// Share of A, O and M together, in percent: for how many the feature matters.
    pub total: KanoShare,
    /// Responses.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
}

/// Fong's test of the two most frequent categories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KanoFong {
    /// The most frequent category.
    pub first: KanoCategory,
    /// The second most frequent.
    pub second: KanoCategory,
    /// Responses in the first less responses in the second.
    pub difference: u64,
    /// The difference from which the first is clear, in responses.
    pub needed: f64,
    /// Whether it is clear; otherwise the feature is a mixture of the two.
    pub is_clear: bool,
    /// Two-sided p-value of "both are equally frequent", as Fong computes it.
    pub p_value: f64,
    /// The same with the variance of two shares of one sample, which is larger.
    pub p_value_multinomial: f64,
    /// Responses.
    pub n: u64,
    /// Confidence level of the test.
    pub level: Level,
}

/// Everything the counts say of one feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KanoEvaluation {
    /// The counts themselves.
    pub counts: KanoCounts,
    /// Responses.
    pub n: u64,
    /// The most frequent category.
    pub by_mode: KanoCategory,
    /// The category by the (A + O + M) > (I + R + Q) rule.
    pub by_rule: KanoCategory,
    /// Whether the most frequent category is clearly ahead.
    pub fong: KanoFong,
    /// How clearly it belongs there, and how much it matters.
    pub strength: KanoStrength,
    /// Better and Worse; `None` when everyone is reverse or questionable.
    pub coefficients: Option<KanoCoefficients>,
}

impl KanoCounts {
    /// Counts `count` respondents.
    pub fn add(&mut self, category: KanoCategory, count: u64) {
        let cell = match category {
            KanoCategory::Attractive => &mut self.attractive,
            KanoCategory::OneDimensional => &mut self.one_dimensional,
            KanoCategory::MustBe => &mut self.must_be,
            KanoCategory::Indifferent => &mut self.indifferent,
            KanoCategory::Reverse => &mut self.reverse,
            KanoCategory::Questionable => &mut self.questionable,
        };
        *cell = cell.saturating_add(count);
    }

    /// Adds another part of the data.
    pub fn merge(&mut self, other: &Self) {
        for category in KanoCategory::ALL {
            self.add(category, other.of(category));
        }
    }

    /// Respondents of one category.
    pub fn of(&self, category: KanoCategory) -> u64 {
        match category {
            KanoCategory::Attractive => self.attractive,
            KanoCategory::OneDimensional => self.one_dimensional,
            KanoCategory::MustBe => self.must_be,
            KanoCategory::Indifferent => self.indifferent,
            KanoCategory::Reverse => self.reverse,
            KanoCategory::Questionable => self.questionable,
        }
    }

    /// Responses.
    pub fn n(&self) -> u64 {
        KanoCategory::ALL
            .iter()
            .fold(0, |n, &category| n.saturating_add(self.of(category)))
    }

    /// The most frequent category; of equally frequent ones the first in M > O > A > I > R > Q.
    ///
    /// ```
    /// # use radost_stats::kano::{KanoCategory, KanoCounts};
    /// let counts = KanoCounts { attractive: 8, must_be: 8, indifferent: 7, ..KanoCounts::default() };
    /// assert_eq!(counts.by_mode()?, KanoCategory::MustBe);
    /// # Ok::<(), radost_stats::kano::KanoError>(())
    /// ```
    /// # Errors
    /// [`KanoError::NoResponses`].
    /// # Sources
    /// Berger et al. (1993), Center for Quality of Management Journal 2(4), 3–36.
    pub fn by_mode(&self) -> Result<KanoCategory, KanoError> {
        self.checked()?;
        Ok(self.most_frequent()[0])
    }

    /// The category by asking first whether the feature matters at all.
    ///
    /// When A + O + M > I + R + Q, the most frequent of M, O and A; otherwise the most frequent of I, R and Q. Ties go to the earlier in
    /// these lists. A feature that many want in different ways is so not called indifferent for the largest single group.
    ///
    /// ```
    /// # use radost_stats::kano::{KanoCategory, KanoCounts};
    /// let counts = KanoCounts { attractive: 25, one_dimensional: 20, must_be: 10, indifferent: 35, reverse: 5, questionable: 4 };
    /// assert_eq!(counts.by_rule()?, KanoCategory::Attractive);
    /// assert_eq!(counts.by_mode()?, KanoCategory::Indifferent);
    /// # Ok::<(), radost_stats::kano::KanoError>(())
    /// ```
    /// # Errors
    /// [`KanoError::NoResponses`].
    /// # Sources
    /// Berger et al. (1993), Center for Quality of Management Journal 2(4), 3–36.
    pub fn by_rule(&self) -> Result<KanoCategory, KanoError> {
        self.checked()?;
        // Wide enough that full counters do not hide who is ahead.
        let sum = |categories: &[KanoCategory]| {
            let counts = categories
                .iter()
                .map(|&category| u128::from(self.of(category)));
            counts.sum::<u128>()
        };
        let [m, o, a, i, r, q] = KanoCategory::ALL;
        let matters = sum(&[a, o, m]) > sum(&[i, r, q]);
        let candidates = if matters { [m, o, a] } else { [i, r, q] };
        let mut best = candidates[0];
        for category in candidates {
            if self.of(category) > self.of(best) {
                best = category;
            }
        }
        Ok(best)
    }

    /// Fong's test: is the most frequent category clearly ahead of the second?
    ///
    /// With a and b responses in the two, of n:
    /// ```text
    /// clear when a − b ≥ z √( (a + b) (2n − a − b) / 2n )
    /// ```
    /// Fong writes 1.65 for z, which is [`Level::P90`]. The formula takes the two shares as independent; in one sample they are not, and
    /// the variance of a − b is a + b when both are equally frequent. `p_value_multinomial` uses that one: it is the honest answer when
    /// the two differ.
    ///
    /// ```
    /// # use radost_stats::{Level, kano::{KanoCategory, KanoCounts}};
    /// let counts = KanoCounts { attractive: 91, one_dimensional: 19, must_be: 9, indifferent: 160, reverse: 49, questionable: 30 };
    /// let fong = counts.fong(Level::P90)?;
    /// assert_eq!((fong.first, fong.difference), (KanoCategory::Indifferent, 69));
    /// assert!(fong.is_clear && (fong.needed - 21.000715).abs() < 1e-6);
    /// # Ok::<(), radost_stats::kano::KanoError>(())
    /// ```
    /// # Assumptions
    /// A simple random sample. That the two were chosen for being the largest is not allowed for.
    /// # Errors
    /// [`KanoError::NoResponses`].
    /// # Sources
    /// Fong (1996), Center for Quality of Management Journal 5(3), 21–24.
    pub fn fong(&self, level: Level) -> Result<KanoFong, KanoError> {
        let n = self.checked()?;
        let [first, second] = self.most_frequent();
        let (a, b, all) = (self.of(first), self.of(second), n as f64);
        let both = a as f64 + b as f64;
        let difference = (a - b) as f64;
        let error = (both * (2.0 * all - both).max(0.0) / (2.0 * all)).sqrt();
        let needed = level.z() * error;
        Ok(KanoFong {
            first,
            second,
            difference: a - b,
            needed,
            is_clear: difference > 0.0 && difference >= needed,
            p_value: test(difference, error),
            p_value_multinomial: test(difference, both.sqrt()),
            n,
            level,
        })
    }

    /// Category strength and total strength.
    ///
    /// ```text
    /// category strength = 100 (a − b) / n      a and b in the two most frequent categories
    /// total strength = 100 (A + O + M) / n
    /// ```
    /// Category strength has the adjusted Wald interval of two shares of one sample, total strength Wilson's.
    ///
    /// ```
    /// # use radost_stats::{Level, kano::KanoCounts};
    /// let counts = KanoCounts { attractive: 20, one_dimensional: 30, must_be: 10, indifferent: 35, reverse: 5, questionable: 0 };
    /// let strength = counts.strength(Level::P95)?;
    /// assert_eq!((strength.category.value, strength.total.value), (5.0, 60.0));
    /// assert!((strength.total.low - 50.200259).abs() < 1e-6);
    /// # Ok::<(), radost_stats::kano::KanoError>(())
    /// ```
    /// # Units
    /// Percent.
    /// # Assumptions
    /// A simple random sample.
    /// # Errors
    /// [`KanoError::NoResponses`].
    /// # Sources
    /// Lee and Newcomb (1997), Quality Management Journal 4(3), 95–106.
    pub fn strength(&self, level: Level) -> Result<KanoStrength, KanoError> {
        let n = self.checked()?;
        let [first, second] = self.most_frequent();
        let category = NpsTally {
            promoters: self.of(first),
            passives: n
                .saturating_sub(self.of(first))
                .saturating_sub(self.of(second)),
            detractors: self.of(second),
        };
        let category = category
            .interval(level)
            .map_err(|_| KanoError::NoResponses)?;
        let wanted = self.attractive.saturating_add(self.one_dimensional);
        let wanted = wanted.saturating_add(self.must_be).min(n);
        let total = CsatTally::from_counts(wanted, n)
            .and_then(|tally| tally.interval(level))
            .map_err(|_| KanoError::NoResponses)?;
        Ok(KanoStrength {
            category: KanoShare {
                value: category.value,
                low: category.low,
                high: category.high,
                method: category.method,
            },
            total: KanoShare {
                value: total.value,
                low: total.low,
                high: total.high,
                method: total.method,
            },
            n,
            level,
        })
    }

    /// Everything at once, with delta-method intervals for Better and Worse; the numbers are those of the single functions.
    ///
    /// # Errors
    /// [`KanoError::NoResponses`].
    pub fn evaluate(&self, level: Level) -> Result<KanoEvaluation, KanoError> {
        Ok(KanoEvaluation {
            counts: *self,
            n: self.checked()?,
            by_mode: self.by_mode()?,
            by_rule: self.by_rule()?,
            fong: self.fong(level)?,
            strength: self.strength(level)?,
            coefficients: self.coefficients(level, CoefficientInterval::Delta).ok(),
        })
    }

    /// The number of responses, when there are any.
    pub(super) fn checked(&self) -> Result<u64, KanoError> {
        match self.n() {
            0 => Err(KanoError::NoResponses),
            n => Ok(n),
        }
    }

    /// The two most frequent categories; ties go to the earlier in M > O > A > I > R > Q.
    fn most_frequent(&self) -> [KanoCategory; 2] {
        let mut order = KanoCategory::ALL;
        order.sort_by_key(|&category| std::cmp::Reverse(self.of(category)));
        [order[0], order[1]]
    }
}

fn test(difference: f64, error: f64) -> f64 {
    if difference == 0.0 {
        1.0
    } else {
        two_sided_z(difference / error)
    }
}
