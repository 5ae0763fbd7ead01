use super::{CompareError, table::centred_scores};
use crate::{CsatTally, distributions::two_sided_z};

/// Which test of a trend over ordered groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrendMethod {
    /// Cochran–Armitage, for shares.
    CochranArmitage,
    /// Jonckheere–Terpstra, for ordinal answers.
    JonckheereTerpstra,
    /// Mantel's linear-by-linear association, for scored categories.
    LinearByLinear,
}

impl std::fmt::Display for TrendMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::CochranArmitage => "Cochran–Armitage",
            Self::JonckheereTerpstra => "Jonckheere–Terpstra",
            Self::LinearByLinear => "linear-by-linear",
        })
    }
}

/// A test of "there is no trend over the ordered groups".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendTest {
    /// Standard normal when there is none; positive for a rise.
    pub statistic: f64,
    /// Two-sided p-value, 0 to 1.
    pub p_value: f64,
    /// Number of responses.
    pub n: u64,
    /// Which test.
    pub method: TrendMethod,
}

/// Do shares rise (or fall) over scored groups, such as months?
///
/// ```text
/// z = Σ tᵢ (xᵢ − nᵢ q̄) / √( q̄ (1 − q̄) [ Σ nᵢ tᵢ² − (Σ nᵢ tᵢ)² / n ] )      q̄ = Σ xᵢ / n
/// ```
///
/// ```
/// use radost_stats::{CsatTally, compare::cochran_armitage};
///
/// let months = [CsatTally::from_counts(83, 86)?, CsatTally::from_counts(90, 93)?, CsatTally::from_counts(129, 136)?, CsatTally::from_counts(70, 82)?];
/// let trend = cochran_armitage(&months, &[1.0, 2.0, 3.0, 4.0])?;
/// assert!((trend.statistic.powi(2) - 8.2249).abs() < 1e-4);
/// assert!((trend.p_value - 0.004132).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Assumptions
/// Independent responses; scores that mean what they say (only their spacing matters).
/// # Errors
/// [`CompareError::TooFewGroups`], [`CompareError::EmptyGroup`], [`CompareError::OneClass`] when all or none are satisfied;
/// [`CompareError::Shape`], [`CompareError::NotFinite`] and [`CompareError::EqualScores`] for unusable scores.
/// # Sources
/// Armitage (1955), Biometrics 11(3), 375–386; the example: Fleiss (1981), Statistical Methods for Rates and Proportions, p. 139, as in
/// R's `prop.trend.test`.
pub fn cochran_armitage(groups: &[CsatTally], scores: &[f64]) -> Result<TrendTest, CompareError> {
    if groups.len() < 2 {
        return Err(CompareError::TooFewGroups {
            what: "groups",
            got: groups.len(),
            needed: 2,
        });
    }
    if let Some(group) = groups.iter().position(|group| group.n() == 0) {
        return Err(CompareError::EmptyGroup { group });
    }
    let sizes: Vec<u64> = groups.iter().map(CsatTally::n).collect();
    let scores = centred_scores(scores, &sizes, "group scores")?;
    let mut all = CsatTally::default();
    for group in groups {
        all.merge(group);
    }
    let share = all.satisfied() as f64 / all.n() as f64;
    if all.satisfied() == 0 || all.satisfied() == all.n() {
        return Err(CompareError::OneClass);
    }
    let (mut rise, mut spread) = (0.0, 0.0);
    for (group, score) in groups.iter().zip(&scores) {
        rise += score * (group.satisfied() as f64 - group.n() as f64 * share);
        spread += group.n() as f64 * score * score;
    }
    let statistic = rise / (share * (1.0 - share) * spread).sqrt();
    Ok(TrendTest {
        statistic,
        p_value: two_sided_z(statistic),
        n: all.n(),
        method: TrendMethod::CochranArmitage,
    })
}
