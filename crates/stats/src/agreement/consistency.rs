use nalgebra::DMatrix;

use super::{ItemError, ItemTally};
use crate::{Level, distributions::f_exceeded};

/// How the bounds of a reliability coefficient were computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CoefficientMethod {
    /// Feldt's exact F interval, for raw alpha of parallel normal items.
    FeldtF,
    /// Feldt's F interval applied to standardised alpha, where it is an approximation.
    FeldtFApproximate,
}

impl std::fmt::Display for CoefficientMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::FeldtF => "Feldt F",
            Self::FeldtFApproximate => "Feldt F, approximate",
        })
    }
}

/// A reliability coefficient with bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// The coefficient: 1 is perfect; it may be below 0.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// How the bounds were computed.
    pub method: CoefficientMethod,
}

/// Cronbach's alpha, raw and standardised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CronbachAlpha {
    /// From the covariances: the reliability of the plain sum of the items.
    pub raw: Coefficient,
    /// From the correlations: the reliability of the sum of standardised items.
    pub standardized: Coefficient,
    /// Mean correlation between two items.
    pub mean_correlation: f64,
    /// Number of items.
    pub items: usize,
    /// Complete rows.
    pub n: u64,
    /// Rows left out because an answer was missing.
    pub left_out: u64,
    /// Confidence level of the bounds.
    pub level: Level,
}

/// What each item does for its scale.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemAnalysis {
    /// One row per item.
    pub rows: Vec<ItemRow>,
    /// Complete rows.
    pub n: u64,
    /// Rows left out because an answer was missing.
    pub left_out: u64,
}

/// What one item does for its scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemRow {
    /// The item, numbered from 0.
    pub item: usize,
    /// Mean answer.
    pub mean: f64,
    /// Standard deviation with n − 1.
    pub sd: f64,
    /// Correlation with the sum of all items, itself among them.
    pub item_total: f64,
    /// Correlation with the sum of the other items (corrected item-total); `None` when that sum is constant.
    pub item_rest: Option<f64>,
    /// Raw alpha without the item; `None` when fewer than two remain or their sum is constant.
    pub alpha_if_deleted: Option<f64>,
    /// Standardised alpha without the item; `None` as above.
    pub standardized_alpha_if_deleted: Option<f64>,
}

/// McDonald's omega of a one-factor model.
#[derive(Debug, Clone, PartialEq)]
pub struct McDonaldOmega {
    /// Omega total: the share of the variance of the sum of standardised items that the factor gives, 0 to 1.
    pub value: f64,
    /// Standardised loading of each item, signed so that their sum is positive.
    pub loadings: Vec<f64>,
    /// Error variance of each standardised item, 0 to 1.
    pub uniquenesses: Vec<f64>,
    /// Root mean square of the correlations that the factor leaves.
    pub residual: f64,
    /// Steps until no loading changed by more than 10⁻¹⁰.
    pub iterations: u32,
    /// Complete rows.
    pub n: u64,
    /// Rows left out because an answer was missing.
    pub left_out: u64,
}

/// k/(k−1) · (1 − trace / sum); `None` when the sum does not vary.
fn alpha(k: f64, trace: f64, sum: f64) -> Option<f64> {
    (sum > trace * k * f64::EPSILON).then(|| k / (k - 1.0) * (1.0 - trace / sum))
}

/// Standardised alpha from the sum of the correlations between different items.
fn standardized(k: f64, off_diagonal: f64) -> Option<f64> {
    alpha(k, k, k + off_diagonal)
}

impl ItemTally {
    /// Cronbach's alpha, raw and standardised, with Feldt's interval.
    ///
    /// ```text
    /// raw          = k/(k−1) · ( 1 − Σ sᵢ² / s²(sum) )
    /// standardized = k r̄ / ( 1 + (k−1) r̄ ),   r̄ the mean correlation
    /// low, high    = 1 − (1 − α) F,  F the upper and lower α/2 points with n−1 and (n−1)(k−1) degrees of freedom
    /// ```
    /// Turn reversed items round first ([`reverse_key`](Self::reverse_key)).
    ///
    /// ```
    /// use radost_stats::{Level, agreement::ItemTally};
    ///
    /// let mut tally = ItemTally::new(3)?;
    /// for answers in [[4, 5, 4], [2, 2, 3], [5, 4, 5], [3, 3, 2], [1, 2, 1], [4, 4, 5]] {
    ///     tally.push(&answers.map(|x| Some(f64::from(x))))?;
    /// }
    /// let alpha = tally.cronbach_alpha(Level::P95)?;
    /// assert!((alpha.raw.value - 0.929577).abs() < 1e-6);
    /// assert!((alpha.standardized.value - 0.935990).abs() < 1e-6);
    /// # Ok::<(), radost_stats::agreement::ItemError>(())
    /// ```
    /// # Units
    /// None.
    /// # Assumptions
    /// Alpha is the reliability only when all items measure one thing equally well, else a lower bound of it; the interval assumes
    /// near-normal answers of a simple random sample. Rows with a missing answer are left out.
    /// # Errors
    /// [`ItemError::TooFew`] below two complete rows, [`ItemError::Constant`], [`ItemError::ConstantSum`].
    /// # Sources
    /// Cronbach (1951), Psychometrika 16(3), 297–334; Feldt (1965), Psychometrika 30(3), 357–370; Feldt, Woodruff and Salih (1987),
    /// Applied Psychological Measurement 11(1), 93–103.
    pub fn cronbach_alpha(&self, level: Level) -> Result<CronbachAlpha, ItemError> {
        let covariances = self.varying(2)?;
        let items = self.items();
        let (n, k) = (self.n() as f64, items as f64);
        let trace: f64 = (0..items).map(|i| covariances[i * items + i]).sum();
        let between = off_diagonal(&correlations(&covariances, items), items);
        let raw = alpha(k, trace, covariances.iter().sum()).ok_or(ItemError::ConstantSum)?;
        let standardized = standardized(k, between).ok_or(ItemError::ConstantSum)?;

        let (df_between, df_within) = (n - 1.0, (n - 1.0) * (k - 1.0));
        let outside = level.alpha() / 2.0;
        let upper = f_exceeded(outside, df_between, df_within);
        let lower = 1.0 / f_exceeded(outside, df_within, df_between);
        let around = |value: f64, method| Coefficient {
            value,
            low: 1.0 - (1.0 - value) * upper,
            high: 1.0 - (1.0 - value) * lower,
            method,
        };
        Ok(CronbachAlpha {
            raw: around(raw, CoefficientMethod::FeldtF),
            standardized: around(standardized, CoefficientMethod::FeldtFApproximate),
            mean_correlation: between / (k * (k - 1.0)),
            items,
            n: self.n(),
            left_out: self.left_out(),
            level,
        })
    }

    /// Item-total correlations and alpha without each item.
    ///
    /// ```text
    /// item_total = cor(xᵢ, Σ x)      item_rest = cor(xᵢ, Σ x − xᵢ)
    /// ```
    ///
    /// ```
    /// use radost_stats::agreement::ItemTally;
    ///
    /// let mut tally = ItemTally::new(3)?;
    /// for answers in [[4, 5, 1], [2, 2, 3], [5, 4, 5], [3, 3, 2], [1, 2, 4], [4, 4, 2]] {
    ///     tally.push(&answers.map(|x| Some(f64::from(x))))?;
    /// }
    /// let third = tally.item_analysis()?.rows[2];
    /// assert!(third.item_rest.is_some_and(|r| (r + 0.236216).abs() < 1e-6)); // it does not belong
    /// assert!(third.alpha_if_deleted.is_some_and(|alpha| (alpha - 0.915423).abs() < 1e-6));
    /// # Ok::<(), radost_stats::agreement::ItemError>(())
    /// ```
    /// # Units
    /// Means and standard deviations in those of the answers; the rest has none.
    /// # Assumptions
    /// As for [`cronbach_alpha`](Self::cronbach_alpha).
    /// # Errors
    /// [`ItemError::TooFew`] below two complete rows, [`ItemError::Constant`], [`ItemError::ConstantSum`].
    /// # Sources
    /// Nunnally and Bernstein (1994), Psychometric Theory, 3rd edition, McGraw-Hill, chapter 8.
    pub fn item_analysis(&self) -> Result<ItemAnalysis, ItemError> {
        let covariances = self.varying(2)?;
        let items = self.items();
        let k = items as f64;
        let at = |i: usize, j: usize| covariances[i * items + j];
        let trace: f64 = (0..items).map(|i| at(i, i)).sum();
        let total: f64 = covariances.iter().sum();
        if total <= trace * k * f64::EPSILON {
            return Err(ItemError::ConstantSum);
        }
        let correlations = correlations(&covariances, items);
        let between = off_diagonal(&correlations, items);
        let rows = (0..items)
            .map(|i| {
                let with_sum: f64 = (0..items).map(|j| at(i, j)).sum();
                let with_others = with_sum - at(i, i);
                let rest = total - 2.0 * with_sum + at(i, i);
                let others = trace - at(i, i);
                let own: f64 = (0..items)
                    .filter(|&j| j != i)
                    .map(|j| correlations[i * items + j])
                    .sum();
                let varies = rest > others * k * f64::EPSILON;
                ItemRow {
                    item: i,
                    mean: self.means()[i],
                    sd: at(i, i).sqrt(),
                    item_total: bounded(with_sum / (at(i, i) * total).sqrt()),
                    item_rest: varies.then(|| bounded(with_others / (at(i, i) * rest).sqrt())),
                    alpha_if_deleted: if items > 2 {
                        alpha(k - 1.0, others, rest)
                    } else {
                        None
                    },
                    standardized_alpha_if_deleted: if items > 2 {
                        standardized(k - 1.0, between - 2.0 * own)
                    } else {
                        None
                    },
                }
            })
            .collect();
        Ok(ItemAnalysis {
            rows,
            n: self.n(),
            left_out: self.left_out(),
        })
    }

    /// McDonald's omega total from one factor, fitted to the correlations by unweighted least squares (minres).
    ///
    /// ```text
    /// rᵢⱼ ≈ λᵢ λⱼ      ω = (Σ λᵢ)² / ( (Σ λᵢ)² + Σ (1 − λᵢ²) )
    /// ```
    /// Each loading in turn takes its least-squares value given the others, λᵢ = Σⱼ rᵢⱼ λⱼ / Σⱼ λⱼ² over j ≠ i, until none changes.
    ///
    /// ```
    /// use radost_stats::agreement::ItemTally;
    ///
    /// let mut tally = ItemTally::new(3)?;
    /// for answers in [[4, 5, 4], [2, 2, 3], [5, 4, 5], [3, 3, 2], [1, 2, 1], [4, 4, 5], [2, 3, 3]] {
    ///     tally.push(&answers.map(|x| Some(f64::from(x))))?;
    /// }
    /// assert!((tally.omega()?.value - 0.933684).abs() < 1e-6);
    /// # Ok::<(), radost_stats::agreement::ItemError>(())
    /// ```
    /// # Units
    /// None: items are standardised.
    /// # Assumptions
    /// One factor explains what the items share; look at `residual` (below 0.05 or so). Rows with a missing answer are left out.
    /// # Errors
    /// [`ItemError::Items`] below three items; [`ItemError::TooFew`] unless there are more rows than items; [`ItemError::Constant`];
    /// [`ItemError::Collinear`]; [`ItemError::Heywood`]; [`ItemError::NotConverged`].
    /// # Sources
    /// McDonald (1999), Test Theory: A Unified Treatment, Lawrence Erlbaum, chapter 6; Harman and Jones (1966), Psychometrika 31(3),
    /// 351–368.
    pub fn omega(&self) -> Result<McDonaldOmega, ItemError> {
        self.omega_within(FACTOR_STEPS)
    }

    fn omega_within(&self, most: u32) -> Result<McDonaldOmega, ItemError> {
        let items = self.items();
        if items < 3 {
            return Err(ItemError::Items { items, needed: 3 });
        }
        let covariances = self.varying(items as u64 + 1)?;
        let correlations = correlations(&covariances, items);
        lower_triangle(&correlations, items)?;
        let inverse = DMatrix::from_row_slice(items, items, &correlations)
            .cholesky()
            .map(|cholesky| cholesky.inverse())
            .ok_or(ItemError::Collinear { item: items - 1 })?;
        let mut loadings: Vec<f64> = (0..items)
            .map(|i| (1.0 - 1.0 / inverse[(i, i)]).max(0.01).sqrt())
            .collect();
        let mut change = f64::INFINITY;
        for iterations in 1..=most {
            change = 0.0;
            for i in 0..items {
                let (mut fit, mut squares) = (0.0, 0.0);
                for j in (0..items).filter(|&j| j != i) {
                    fit += correlations[i * items + j] * loadings[j];
                    squares += loadings[j] * loadings[j];
                }
                let new = fit / squares;
                change = f64::max(change, (new - loadings[i]).abs());
                loadings[i] = new;
            }
            if !change.is_finite() {
                break;
            }
            if change < 1e-10 {
                if let Some(item) = loadings.iter().position(|x| x.abs() >= 1.0) {
                    return Err(ItemError::Heywood { item });
                }
                if loadings.iter().sum::<f64>() < 0.0 {
                    loadings.iter_mut().for_each(|x| *x = -*x);
                }
                let uniquenesses: Vec<f64> = loadings.iter().map(|x| 1.0 - x * x).collect();
                let common = loadings.iter().sum::<f64>().powi(2);
                let left: f64 = (0..items)
                    .flat_map(|i| (0..i).map(move |j| (i, j)))
                    .map(|(i, j)| (correlations[i * items + j] - loadings[i] * loadings[j]).powi(2))
                    .sum();
                return Ok(McDonaldOmega {
                    value: common / (common + uniquenesses.iter().sum::<f64>()),
                    residual: (left / (items * (items - 1) / 2) as f64).sqrt(),
                    loadings,
                    uniquenesses,
                    iterations,
                    n: self.n(),
                    left_out: self.left_out(),
                });
            }
        }
        Err(ItemError::NotConverged {
            iterations: most,
            change,
        })
    }
}

const FACTOR_STEPS: u32 = 20_000;

fn bounded(correlation: f64) -> f64 {
    correlation.clamp(-1.0, 1.0)
}

pub(super) fn correlations(covariances: &[f64], items: usize) -> Vec<f64> {
    let sd: Vec<f64> = (0..items)
        .map(|i| covariances[i * items + i].sqrt())
        .collect();
    (0..items * items)
        .map(|cell| {
            let (i, j) = (cell / items, cell % items);
            if i == j {
                1.0
            } else {
                bounded(covariances[cell] / sd[i] / sd[j])
            }
        })
        .collect()
}

fn off_diagonal(matrix: &[f64], items: usize) -> f64 {
    matrix.iter().sum::<f64>() - (0..items).map(|i| matrix[i * items + i]).sum::<f64>()
}

/// Cholesky's lower triangle of a correlation matrix, row by row; an item with under 10⁻¹⁰ of its variance left is collinear.
pub(super) fn lower_triangle(correlations: &[f64], items: usize) -> Result<Vec<f64>, ItemError> {
    let mut lower = vec![0.0; items * items];
    for i in 0..items {
        for j in 0..=i {
            let done: f64 = (0..j)
                .map(|m| lower[i * items + m] * lower[j * items + m])
                .sum();
            let left = correlations[i * items + j] - done;
            lower[i * items + j] = if i == j {
                if left < 1e-10 {
                    return Err(ItemError::Collinear { item: i });
                }
                left.sqrt()
            } else {
                left / lower[j * items + j]
            };
        }
    }
    Ok(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_end_is_an_error() -> Result<(), ItemError> {
        let mut tally = ItemTally::new(3)?;
        for answers in [
            [4, 5, 4],
            [2, 2, 3],
            [5, 4, 5],
            [3, 3, 2],
            [1, 2, 1],
            [4, 4, 5],
            [2, 3, 3],
        ] {
            tally.push(&answers.map(|x| Some(f64::from(x))))?;
        }
        assert!(tally.omega_within(FACTOR_STEPS).is_ok());
        assert!(matches!(
            tally.omega_within(1),
            Err(ItemError::NotConverged { iterations: 1, .. })
        ));
        Ok(())
    }
}
