use nalgebra::{DMatrix, DVector};

use super::survival::SurvivalTally;
use crate::distributions::chi_squared_sf;

/// How events early and late in time count in a comparison of survival curves.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum LogRankWeight {
    /// All alike: best when hazards are proportional.
    #[default]
    LogRank,
    /// By the number at risk (Gehan, Breslow): early events count more.
    Gehan,
    /// By the root of the number at risk (Tarone and Ware).
    TaroneWare,
    /// By Π (1 − d / (n+1)) up to and including the time (Peto and Peto): early events count more, however observation ends.
    Peto,
    /// By S(t−)ᵖ (1 − S(t−))^q of all groups together (Fleming and Harrington); p = 1, q = 0 is R's `rho = 1`.
    FlemingHarrington {
        /// Power of survival: above zero, early events count more.
        p: f64,
        /// Power of its complement: above zero, late events count more.
        q: f64,
    },
}

impl std::fmt::Display for LogRankWeight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::LogRank => f.write_str("log-rank"),
            Self::Gehan => f.write_str("Gehan–Breslow"),
            Self::TaroneWare => f.write_str("Tarone–Ware"),
            Self::Peto => f.write_str("Peto–Peto"),
            Self::FlemingHarrington { p, q } => write!(f, "Fleming–Harrington ({p}, {q})"),
        }
    }
}

/// Whether groups differ in their survival.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    /// The statistic, compared with the χ² distribution.
    pub chi_squared: f64,
    /// Groups minus one.
    pub degrees_of_freedom: usize,
    /// Probability of such a difference when survival is the same.
    pub p_value: f64,
    /// In the order given.
    pub groups: Vec<LogRankGroup>,
    /// Strata compared within.
    pub strata: usize,
    /// How events were weighted.
    pub weight: LogRankWeight,
}

/// One group of a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRankGroup {
    /// Observed people.
    pub n: u64,
    /// Events.
    pub observed: f64,
    /// Events expected if survival were the same in all groups.
    pub expected: f64,
    /// Weighted sum of observed minus expected events, which the statistic is made of.
    pub weighted_difference: f64,
}

/// Why groups cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LogRankError {
    /// Fewer than two groups.
    #[error("a comparison needs two groups or more, not {groups}")]
    Groups {
        /// Groups given.
        groups: usize,
    },
    /// Strata differ in the number of groups.
    #[error("stratum {stratum} has {found} groups, and the first one has {expected}")]
    Strata {
        /// The stratum, counted from 0.
        stratum: usize,
        /// Groups in the first stratum.
        expected: usize,
        /// Groups in this one.
        found: usize,
    },
    /// A group without people.
    #[error("group {group} is empty")]
    EmptyGroup {
        /// The group, counted from 0.
        group: usize,
    },
    /// No events in any group.
    #[error("there are no events in any group")]
    NoEvents,
    /// Some groups are never observed at the same time, so the data do not compare them.
    #[error(
        "the groups are not observed together at the times of the events, so they cannot be compared"
    )]
    NotComparable,
    /// A power of the Fleming–Harrington weights is NaN, infinite or below zero.
    #[error("{power} cannot be a power of the weights: it must be a finite number, zero or above")]
    Power {
        /// The refused power.
        power: f64,
    },
}

/// Compares the survival of two or more groups.
///
/// ```text
/// Zⱼ = Σ w (dⱼ − d nⱼ/n)      Vⱼₗ = Σ w² d (n−d)/(n−1) · nⱼ/n (δⱼₗ − nₗ/n)      χ² = Zᵀ V⁻¹ Z over all groups but one
/// ```
/// at each time with d events among n at risk, dⱼ and nⱼ in group j.
///
/// ```
/// use radost_stats::retention::{LogRankWeight, SurvivalTally, log_rank};
///
/// let kept = SurvivalTally::from_rows(&[9.0, 13.0, 13.0, 18.0, 23.0], &[true, true, false, true, false])?;
/// let lost = SurvivalTally::from_rows(&[5.0, 5.0, 8.0, 8.0, 12.0], &[true; 5])?;
/// let test = log_rank(&[kept, lost], LogRankWeight::LogRank)?;
/// assert!((test.chi_squared - 7.260041).abs() < 1e-6 && (test.p_value - 0.007051).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Assumptions
/// The end of an observation says nothing about the person's prospects, in every group; enough events for the normal approximation.
/// # Errors
/// [`LogRankError`] for fewer than two groups, an empty one, no events, or groups never observed together.
/// # Sources
/// Mantel (1966), Cancer Chemotherapy Reports 50(3), 163–170; Peto and Peto (1972), Journal of the Royal Statistical Society A 135(2),
/// 185–207; Tarone and Ware (1977), Biometrika 64(1), 156–160; Harrington and Fleming (1982), Biometrika 69(3), 553–566.
pub fn log_rank(groups: &[SurvivalTally], weight: LogRankWeight) -> Result<LogRank, LogRankError> {
    stratified_log_rank(&[groups.to_vec()], weight)
}

/// [`log_rank`] within strata: differences are added up, so that only people of the same stratum are compared.
///
/// Every stratum lists the same groups in the same order; a group may be missing (empty) in some of them.
///
/// # Errors
/// As [`log_rank`], and [`LogRankError::Strata`] when the numbers of groups differ.
pub fn stratified_log_rank(
    strata: &[Vec<SurvivalTally>],
    weight: LogRankWeight,
) -> Result<LogRank, LogRankError> {
    let k = strata.first().map_or(0, Vec::len);
    if k < 2 {
        return Err(LogRankError::Groups { groups: k });
    }
    if let LogRankWeight::FlemingHarrington { p, q } = weight {
        let refused = [p, q]
            .into_iter()
            .find(|&power| !(power.is_finite() && power >= 0.0));
        if let Some(power) = refused {
            return Err(LogRankError::Power { power });
        }
    }
    let mut groups = vec![
        LogRankGroup {
            n: 0,
            observed: 0.0,
            expected: 0.0,
            weighted_difference: 0.0,
        };
        k
    ];
    let mut variance = DMatrix::zeros(k, k);
    for (stratum, tallies) in strata.iter().enumerate() {
        if tallies.len() != k {
            return Err(LogRankError::Strata {
                stratum,
                expected: k,
                found: tallies.len(),
            });
        }
        add_stratum(tallies, weight, &mut groups, &mut variance);
    }
    if let Some(group) = groups.iter().position(|group| group.n == 0) {
        return Err(LogRankError::EmptyGroup { group });
    }
    if groups.iter().all(|group| group.observed == 0.0) {
        return Err(LogRankError::NoEvents);
    }
    let z = DVector::from_fn(k - 1, |j, _| groups[j].weighted_difference);
    let variance = variance.view((0, 0), (k - 1, k - 1)).into_owned();
    // Scaled to a unit diagonal, so that a small pivot means groups never seen together and not small weights.
    let scale = variance.diagonal().map(|v: f64| v.sqrt());
    if scale.iter().any(|&s| s.is_nan() || s <= 0.0) {
        return Err(LogRankError::NotComparable);
    }
    let correlation = DMatrix::from_fn(k - 1, k - 1, |i, j| variance[(i, j)] / scale[i] / scale[j]);
    let cholesky = correlation.cholesky().ok_or(LogRankError::NotComparable)?;
    if cholesky.l().diagonal().iter().any(|&pivot| pivot < 1e-7) {
        return Err(LogRankError::NotComparable);
    }
    let z = z.component_div(&scale);
    let chi_squared = z.dot(&cholesky.solve(&z));
    Ok(LogRank {
        chi_squared,
        degrees_of_freedom: k - 1,
        p_value: chi_squared_sf(chi_squared, (k - 1) as f64),
        groups,
        strata: strata.len(),
        weight,
    })
}

fn add_stratum(
    tallies: &[SurvivalTally],
    weight: LogRankWeight,
    groups: &mut [LogRankGroup],
    variance: &mut DMatrix<f64>,
) {
    let k = tallies.len();
    let mut at_risk: Vec<f64> = tallies.iter().map(|tally| tally.n() as f64).collect();
    for (group, tally) in groups.iter_mut().zip(tallies) {
        group.n = group.n.saturating_add(tally.n());
    }
    let mut moments: Vec<(f64, usize, f64, f64)> = tallies
        .iter()
        .enumerate()
        .flat_map(|(group, tally)| {
            tally.moments().iter().map(move |moment| {
                let (events, censored) = (moment.events as f64, moment.censored as f64);
                (moment.time, group, events, censored)
            })
        })
        .collect();
    moments.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut survival, mut peto) = (1.0, 1.0);
    for together in moments.chunk_by(|a, b| a.0 == b.0) {
        let n: f64 = at_risk.iter().sum();
        let d: f64 = together.iter().map(|moment| moment.2).sum();
        if d > 0.0 {
            peto *= 1.0 - d / (n + 1.0);
            let w = match weight {
                LogRankWeight::LogRank => 1.0,
                LogRankWeight::Gehan => n,
                LogRankWeight::TaroneWare => n.sqrt(),
                LogRankWeight::Peto => peto,
                LogRankWeight::FlemingHarrington { p, q } => {
                    f64::powf(survival, p) * f64::powf(1.0 - survival, q)
                }
            };
            survival *= 1.0 - d / n;
            for &(_, group, events, _) in together {
                groups[group].observed += events;
                groups[group].weighted_difference += w * events;
            }
            let spread = if n > 1.0 {
                w * w * d * (n - d) / (n - 1.0)
            } else {
                0.0
            };
            for (j, group) in groups.iter_mut().enumerate() {
                let share = at_risk[j] / n;
                group.expected += d * share;
                group.weighted_difference -= w * d * share;
                for l in 0..k {
                    let same = if j == l { 1.0 } else { 0.0 };
                    variance[(j, l)] += spread * share * (same - at_risk[l] / n);
                }
            }
        }
        for &(_, group, events, censored) in together {
            at_risk[group] -= events + censored;
        }
    }
}
