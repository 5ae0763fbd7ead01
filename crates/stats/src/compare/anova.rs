use super::CompareError;
use crate::{
    MeanTally, NpsTally,
    distributions::{chi_squared_sf, f_sf},
};

/// How several means were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnovaMethod {
    /// One-way analysis of variance; the groups share one variance.
    OneWay,
    /// Welch's analysis of variance; the variances may differ.
    Welch,
}

impl std::fmt::Display for AnovaMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OneWay => "one-way ANOVA",
            Self::Welch => "Welch ANOVA",
        })
    }
}

/// A test of "all means are equal".
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnovaTest {
    /// The F statistic.
    pub f: f64,
    /// Degrees of freedom between groups.
    pub freedom_between: f64,
    /// Degrees of freedom within groups; a fraction for Welch.
    pub freedom_within: f64,
    /// Probability of a larger F when all means are equal, 0 to 1.
    pub p_value: f64,
    /// Number of responses.
    pub n: u64,
    /// Number of groups.
    pub groups: usize,
    /// Which analysis.
    pub method: AnovaMethod,
}

/// A test of "all scores are equal" from scores with known variances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HomogeneityTest {
    /// Weighted squared distance of the scores from their common value: chi-squared when they are equal.
    pub statistic: f64,
    /// Groups minus one.
    pub degrees_of_freedom: f64,
    /// Probability of a larger statistic when all scores are equal, 0 to 1.
    pub p_value: f64,
    /// Number of responses.
    pub n: u64,
    /// Number of groups.
    pub groups: usize,
}

pub(super) struct Group {
    pub(super) n: f64,
    pub(super) mean: f64,
    /// With n − 1.
    pub(super) variance: f64,
}

/// Sizes, means and variances of at least two groups of at least two responses.
pub(super) fn groups_of(tallies: &[MeanTally]) -> Result<Vec<Group>, CompareError> {
    if tallies.len() < 2 {
        return Err(CompareError::TooFewGroups {
            what: "groups",
            got: tallies.len(),
            needed: 2,
        });
    }
    tallies
        .iter()
        .enumerate()
        .map(|(group, tally)| {
            let n = tally.n();
            match (tally.mean(), tally.sd()) {
                (Ok(mean), Ok(sd)) => Ok(Group {
                    n: n as f64,
                    mean,
                    variance: sd * sd,
                }),
                (Err(_), _) => Err(CompareError::EmptyGroup { group }),
                (Ok(_), Err(_)) => Err(CompareError::TooFew {
                    group,
                    n,
                    needed: 2,
                }),
            }
        })
        .collect()
}

fn responses(tallies: &[MeanTally]) -> u64 {
    tallies
        .iter()
        .fold(0, |n, tally| n.saturating_add(tally.n()))
}

/// Sums of squares between and within groups.
pub(super) fn sums_of_squares(groups: &[Group]) -> (f64, f64) {
    let n: f64 = groups.iter().map(|group| group.n).sum();
    // Means counted from the first, so that a large common level costs no digits.
    let shift = groups.first().map_or(0.0, |group| group.mean);
    let mean = groups
        .iter()
        .map(|group| group.n * (group.mean - shift))
        .sum::<f64>()
        / n;
    let between = groups
        .iter()
        .map(|group| group.n * (group.mean - shift - mean).powi(2))
        .sum();
    let within = groups
        .iter()
        .map(|group| (group.n - 1.0) * group.variance)
        .sum();
    (between, within)
}

/// One-way analysis of variance of k means.
///
/// ```text
/// F = [ Σ nᵢ (mᵢ − m)² / (k − 1) ] / [ Σ (nᵢ − 1) sᵢ² / (n − k) ]      k − 1 and n − k degrees of freedom
/// ```
///
/// ```
/// use radost_stats::{MeanTally, compare::one_way_anova};
///
/// let groups = [(5, 30.0, 184.0), (4, 22.0, 123.0), (6, 24.0, 100.0)] // n, Σ x, Σ x²
///     .map(|(n, sum, squares)| MeanTally::from_sums(n, sum, squares));
/// let [a, b, c] = groups;
/// let test = one_way_anova(&[a?, b?, c?])?;
/// assert!((test.f - 7.16).abs() < 1e-9);
/// assert!((test.p_value - 0.008981982).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Assumptions
/// Independent simple random samples with one common variance. When variances differ, and with them the group sizes, prefer
/// [`welch_anova`].
/// # Errors
/// [`CompareError::TooFewGroups`], [`CompareError::EmptyGroup`], [`CompareError::TooFew`] below two responses in a group,
/// [`CompareError::OneClass`] when no group has any spread.
/// # Sources
/// Fisher (1925), Statistical Methods for Research Workers, chapter VII.
pub fn one_way_anova(tallies: &[MeanTally]) -> Result<AnovaTest, CompareError> {
    let groups = groups_of(tallies)?;
    let (between, within) = sums_of_squares(&groups);
    if within <= 0.0 {
        return Err(CompareError::OneClass);
    }
    let n: f64 = groups.iter().map(|group| group.n).sum();
    let freedom_between = groups.len() as f64 - 1.0;
    let freedom_within = n - groups.len() as f64;
    let f = (between / freedom_between) / (within / freedom_within);
    Ok(AnovaTest {
        f,
        freedom_between,
        freedom_within,
        p_value: f_sf(f, freedom_between, freedom_within),
        n: responses(tallies),
        groups: groups.len(),
        method: AnovaMethod::OneWay,
    })
}

/// Welch's analysis of variance of k means whose variances may differ.
///
/// ```text
/// wᵢ = nᵢ / sᵢ²      m̃ = Σ wᵢ mᵢ / W      h = Σ (1 − wᵢ/W)² / (nᵢ − 1)
/// F = [ Σ wᵢ (mᵢ − m̃)² / (k − 1) ] / [ 1 + 2 (k − 2) h / (k² − 1) ]      k − 1 and (k² − 1) / 3h degrees of freedom
/// ```
/// With two groups F is the square of Welch's t, as in [`MeanTally::compare`].
///
/// ```
/// use radost_stats::{MeanTally, compare::welch_anova};
///
/// let groups = [(5, 30.0, 184.0), (4, 22.0, 123.0), (6, 24.0, 100.0)] // n, Σ x, Σ x²
///     .map(|(n, sum, squares)| MeanTally::from_sums(n, sum, squares));
/// let [a, b, c] = groups;
/// let test = welch_anova(&[a?, b?, c?])?;
/// assert!((test.f - 6.421690).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Assumptions
/// Independent simple random samples whose means are near normal.
/// # Errors
/// Those of [`one_way_anova`], but [`CompareError::NoSpread`] for any group whose responses are all equal.
/// # Sources
/// Welch (1951), Biometrika 38(3–4), 330–336.
pub fn welch_anova(tallies: &[MeanTally]) -> Result<AnovaTest, CompareError> {
    let groups = groups_of(tallies)?;
    if let Some(group) = groups.iter().position(|group| group.variance <= 0.0) {
        return Err(CompareError::NoSpread { group });
    }
    let weights: Vec<f64> = groups
        .iter()
        .map(|group| group.n / group.variance)
        .collect();
    let total: f64 = weights.iter().sum();
    let shift = groups.first().map_or(0.0, |group| group.mean);
    let mean = groups
        .iter()
        .zip(&weights)
        .map(|(group, w)| w / total * (group.mean - shift))
        .sum::<f64>();
    let between: f64 = groups
        .iter()
        .zip(&weights)
        .map(|(group, w)| w * (group.mean - shift - mean).powi(2))
        .sum();
    let h: f64 = groups
        .iter()
        .zip(&weights)
        .map(|(group, w)| (1.0 - w / total).powi(2) / (group.n - 1.0))
        .sum();
    let k = groups.len() as f64;
    let f = between / (k - 1.0) / (1.0 + 2.0 * (k - 2.0) * h / (k * k - 1.0));
    let freedom_within = (k * k - 1.0) / (3.0 * h);
    Ok(AnovaTest {
        f,
        freedom_between: k - 1.0,
        freedom_within,
        p_value: f_sf(f, k - 1.0, freedom_within),
        n: responses(tallies),
        groups: groups.len(),
        method: AnovaMethod::Welch,
    })
}

/// Are k net promoter scores equal?
///
/// The scores and variances are those of [`NpsTally::interval`], with three pseudo-responses in each group, so that a unanimous group
/// is not taken as known for certain; with two groups the test is that of [`NpsTally::compare`]:
/// ```text
/// sᵢ = Pᵢ − Dᵢ      Vᵢ = (Pᵢ + Dᵢ − sᵢ²) / (nᵢ + 3)      Q = Σ (sᵢ − s̃)² / Vᵢ      s̃ = Σ sᵢ/Vᵢ / Σ 1/Vᵢ      ν = k − 1
/// ```
/// For the small-sample form without pseudo-responses give [`welch_anova`] the sums of −1, 0, +1: `MeanTally::from_sums(n, p − d, p + d)`.
///
/// ```
/// use radost_stats::{NpsTally, compare::nps_homogeneity};
///
/// let test = nps_homogeneity(&[
///     NpsTally { promoters: 50, passives: 30, detractors: 20 },
///     NpsTally { promoters: 40, passives: 30, detractors: 30 },
///     NpsTally { promoters: 62, passives: 20, detractors: 18 },
/// ])?;
/// assert_eq!(test.degrees_of_freedom, 2.0);
/// assert!((test.p_value - 0.0127894).abs() < 1e-6);
/// # Ok::<(), radost_stats::compare::CompareError>(())
/// ```
/// # Assumptions
/// Independent simple random samples.
/// # Errors
/// [`CompareError::TooFewGroups`]; [`CompareError::TooFew`] for a group below [`MIN_TO_COMPARE`](crate::MIN_TO_COMPARE) responses.
/// # Sources
/// Variances: Rocks (2016), The American Statistician 70(4), 365–372; Q: Cochran (1954), Biometrics 10(1), 101–129.
pub fn nps_homogeneity(tallies: &[NpsTally]) -> Result<HomogeneityTest, CompareError> {
    if tallies.len() < 2 {
        return Err(CompareError::TooFewGroups {
            what: "groups",
            got: tallies.len(),
            needed: 2,
        });
    }
    let mut groups = Vec::with_capacity(tallies.len());
    for (group, tally) in tallies.iter().enumerate() {
        let n = tally.n();
        if n < crate::MIN_TO_COMPARE {
            return Err(CompareError::TooFew {
                group,
                n,
                needed: crate::MIN_TO_COMPARE,
            });
        }
        let size = n as f64 + 3.0;
        let score = (tally.promoters as f64 - tally.detractors as f64) / size;
        let ends = (tally.promoters as f64 + tally.detractors as f64 + 1.5) / size;
        groups.push((score, size / (ends - score * score)));
    }
    let total: f64 = groups.iter().map(|(_, weight)| weight).sum();
    let common = groups
        .iter()
        .map(|(score, weight)| score * weight / total)
        .sum::<f64>();
    let statistic = groups
        .iter()
        .map(|(score, weight)| weight * (score - common).powi(2))
        .sum();
    let degrees_of_freedom = groups.len() as f64 - 1.0;
    Ok(HomogeneityTest {
        statistic,
        degrees_of_freedom,
        p_value: chi_squared_sf(statistic, degrees_of_freedom),
        n: tallies
            .iter()
            .fold(0, |n, tally| n.saturating_add(tally.n())),
        groups: tallies.len(),
    })
}
