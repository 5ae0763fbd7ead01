use super::{Coefficient, DriverError, Gram, Weights, gram::check_length};
use crate::Level;

/// An attribute and where its low and its high scores begin.
#[derive(Debug, Clone, PartialEq)]
pub struct ContrastAttribute {
    /// Name of the attribute.
    pub name: String,
    /// Scores up to this one are low.
    pub low_at_most: f64,
    /// Scores from this one on are high; above `low_at_most`.
    pub high_at_least: f64,
}

/// The three groups of an attribute's scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContrastGroup {
    /// Those who score it low.
    Low,
    /// Those in between, with whom the others are compared.
    Middle,
    /// Those who score it high.
    High,
}

impl std::fmt::Display for ContrastGroup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Low => "low",
            Self::Middle => "in the middle",
            Self::High => "high",
        })
    }
}

/// The state of a penalty–reward analysis: a [`Gram`] of the outcome and two yes-or-no columns per attribute.
///
/// ```
/// use radost_stats::{Level, drivers::{ContrastAttribute, ContrastTally, FactorClass, Weights}};
///
/// let clean = ContrastAttribute { name: "clean".into(), low_at_most: 2.0, high_at_least: 4.0 };
/// let mut tally = ContrastTally::new("overall", vec![clean])?;
/// for (clean, overall) in [(1.0, 2.0), (2.0, 3.0), (1.0, 3.0), (3.0, 7.0), (3.0, 8.0), (4.0, 8.0), (5.0, 7.0), (5.0, 8.0)] {
///     tally.push(overall, &[clean], 1.0)?;
/// }
/// let found = tally.contrasts(Weights::Sampling, Level::P95)?;
/// let clean = &found.attributes[0];
/// assert!((clean.penalty.value + 4.833333).abs() < 1e-6 && (clean.reward.value - 0.166667).abs() < 1e-6);
/// assert_eq!(clean.class, FactorClass::Basic);
/// # Ok::<(), radost_stats::drivers::DriverError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ContrastTally {
    outcome: String,
    attributes: Vec<ContrastAttribute>,
    gram: Gram,
}

/// What low and high scores of each attribute do to the outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct PenaltyReward {
    /// Name of the outcome.
    pub outcome: String,
    /// A row per attribute, in the order of the tally.
    pub attributes: Vec<AttributeContrast>,
    /// The outcome of those in the middle everywhere, in its units.
    pub intercept: Coefficient,
    /// R² of the regression, 0 to 1.
    pub r_squared: f64,
    /// Rows used.
    pub n: u64,
    /// Confidence level of the intervals, and of the tests behind the classes.
    pub level: Level,
}

/// What low and high scores of one attribute do, in units of the outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeContrast {
    /// Name of the attribute.
    pub attribute: String,
    /// Outcome of those who score it low less that of those in the middle; below zero when a low score costs something.
    pub penalty: Coefficient,
    /// Outcome of those who score it high less that of those in the middle.
    pub reward: Coefficient,
    /// Reward + penalty, with its test: above zero when the reward is larger than the penalty, below when it is smaller.
    pub asymmetry: Coefficient,
    /// What that makes of the attribute.
    pub class: FactorClass,
    /// Share of rows that score it low, 0 to 1 (by weight).
    pub share_low: f64,
    /// Share of rows that score it high, 0 to 1 (by weight).
    pub share_high: f64,
}

/// The three factors of satisfaction.
///
/// With all tests two-sided at the level asked for:
/// - basic: a low score costs something, and more than a high score brings;
/// - excitement: a high score brings something, and more than a low score costs;
/// - performance: a low score costs or a high score brings something, and the two do not clearly differ;
/// - unclear: nothing of it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactorClass {
    /// Taken for granted: missed when it is bad, not noticed when it is good.
    Basic,
    /// The better, the more satisfied, both ways.
    Performance,
    /// Not missed when it is bad, a joy when it is good.
    Excitement,
    /// The data do not tell.
    Unclear,
}

impl std::fmt::Display for FactorClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Basic => "basic",
            Self::Performance => "performance",
            Self::Excitement => "excitement",
            Self::Unclear => "unclear",
        })
    }
}

impl ContrastTally {
    /// An empty tally.
    ///
    /// # Errors
    /// [`DriverError::NoColumns`]; [`DriverError::DuplicateColumn`]; [`DriverError::Limits`] when low scores do not end below high ones.
    pub fn new(
        outcome: impl Into<String>,
        attributes: Vec<ContrastAttribute>,
    ) -> Result<Self, DriverError> {
        let outcome = outcome.into();
        if attributes.is_empty() {
            return Err(DriverError::NoColumns);
        }
        for attribute in &attributes {
            let ContrastAttribute {
                name,
                low_at_most: low,
                high_at_least: high,
            } = attribute;
            if low.partial_cmp(high) != Some(std::cmp::Ordering::Less) {
                return Err(DriverError::Limits {
                    column: name.clone(),
                    low: *low,
                    high: *high,
                });
            }
        }
        let mut columns = vec![outcome.clone()];
        columns.extend(
            attributes
                .iter()
                .flat_map(|attribute| dummies(&attribute.name)),
        );
        Ok(Self {
            outcome,
            attributes,
            gram: Gram::new(columns)?,
        })
    }

    /// Adds a row: the outcome and a score per attribute; `weight` is 1 for rows that count once.
    ///
    /// # Errors
    /// [`DriverError::Length`], [`DriverError::Value`] and [`DriverError::Weight`]; the tally is then unchanged.
    pub fn push(&mut self, outcome: f64, scores: &[f64], weight: f64) -> Result<(), DriverError> {
        check_length(self.attributes.len(), scores.len())?;
        let mut row = Vec::with_capacity(1 + 2 * scores.len());
        row.push(outcome);
        for (attribute, &score) in self.attributes.iter().zip(scores) {
            super::gram::check_value(&attribute.name, score, self.gram.n())?;
            row.push(f64::from(u8::from(score <= attribute.low_at_most)));
            row.push(f64::from(u8::from(score >= attribute.high_at_least)));
        }
        self.gram.push_weighted(&row, weight)
    }

    /// Adds the rows of another part of the data.
    ///
    /// # Errors
    /// [`DriverError::DifferentColumns`], also for other limits; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), DriverError> {
        if self.attributes != other.attributes {
            return Err(DriverError::DifferentColumns);
        }
        self.gram.merge(&other.gram)
    }

    /// Penalties and rewards by one regression of the outcome on all low and high groups, and the class of each attribute.
    ///
    /// ```text
    /// y = b₀ + Σ penaltyⱼ · lowⱼ + Σ rewardⱼ · highⱼ      asymmetryⱼ = rewardⱼ + penaltyⱼ,  se² = v_low + v_high + 2 c_low,high
    /// ```
    /// # Assumptions
    /// Those of the linear model; classes of several attributes are several tests.
    /// # Errors
    /// [`DriverError::EmptyGroup`] when nobody is in one of the three groups of an attribute; otherwise as for
    /// [`Moments::model`](super::Moments::model).
    /// # Sources
    /// Brandt (1988), Journal of Services Marketing 2(3), 35–41; Matzler, Bailom, Hinterhuber, Renzl and Pichler (2004), Industrial
    /// Marketing Management 33(4), 271–277.
    pub fn contrasts(&self, weights: Weights, level: Level) -> Result<PenaltyReward, DriverError> {
        let moments = self.gram.moments(weights)?;
        let mut columns = Vec::with_capacity(2 * self.attributes.len());
        let mut shares = Vec::with_capacity(self.attributes.len());
        for attribute in &self.attributes {
            let [low, high] = dummies(&attribute.name);
            let (share_low, share_high) = (moments.mean(&low)?, moments.mean(&high)?);
            let empty = [
                (ContrastGroup::Low, share_low),
                (ContrastGroup::High, share_high),
                (ContrastGroup::Middle, 1.0 - share_low - share_high),
            ];
            if let Some(&(group, _)) = empty.iter().find(|(_, share)| *share < 1e-12) {
                return Err(DriverError::EmptyGroup {
                    attribute: attribute.name.clone(),
                    group,
                });
            }
            shares.push((share_low, share_high));
            columns.extend([low, high]);
        }
        let ols = moments.model(&self.outcome, &columns)?.ols(level);
        let p = columns.len();
        let attributes = self.attributes.iter().zip(shares).enumerate().map(
            |(j, (attribute, (share_low, share_high)))| {
                let (low, high) = (2 * j, 2 * j + 1);
                let (penalty, reward) = (ols.coefficients[low].slope, ols.coefficients[high].slope);
                let variance = ols.covariance[low * p + low]
                    + ols.covariance[high * p + high]
                    + 2.0 * ols.covariance[low * p + high];
                let asymmetry =
                    ols.coefficient(penalty.value + reward.value, variance.max(0.0).sqrt());
                let (costs, brings) = (penalty.high < 0.0, reward.low > 0.0);
                let class = if asymmetry.high < 0.0 && costs {
                    FactorClass::Basic
                } else if asymmetry.low > 0.0 && brings {
                    FactorClass::Excitement
                } else if (costs || brings) && asymmetry.low <= 0.0 && asymmetry.high >= 0.0 {
                    FactorClass::Performance
                } else {
                    FactorClass::Unclear
                };
                AttributeContrast {
                    attribute: attribute.name.clone(),
                    penalty,
                    reward,
                    asymmetry,
                    class,
                    share_low,
                    share_high,
                }
            },
        );
        Ok(PenaltyReward {
            outcome: self.outcome.clone(),
            attributes: attributes.collect(),
            intercept: ols.intercept,
            r_squared: ols.r_squared,
            n: ols.n,
            level,
        })
    }
}

fn dummies(attribute: &str) -> [String; 2] {
    [format!("{attribute} (low)"), format!("{attribute} (high)")]
}
