use rayon::prelude::*;

use super::{KanoCategory, KanoCounts, KanoError};
use crate::{Progress, distributions::chi_squared_sf, random::SplitMix64, resampling::Steps};

/// The fewest permutations that are worth a p-value.
pub(super) const MIN_DRAWS: u64 = 99;

/// The most responses that are permuted one by one.
const MOST_PERMUTED: u64 = 10_000_000;

/// How segments were compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KanoSegmentTestMethod {
    /// Pearson's χ² against its limiting distribution.
    ChiSquared,
    /// Pearson's χ² against tables with the same margins drawn at random, right for any expected counts.
    Permutation,
}

impl std::fmt::Display for KanoSegmentTestMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::ChiSquared => "chi-squared",
            Self::Permutation => "permutation of chi-squared",
        })
    }
}

/// Whether segments see a feature alike.
#[derive(Debug, Clone, PartialEq)]
pub struct KanoSegmentTest {
    /// Pearson's χ².
    pub chi_squared: f64,
    /// Degrees of freedom: (categories that occur − 1)(segments − 1).
    pub degrees_of_freedom: u64,
    /// p-value of "all segments see it alike", 0 to 1.
    pub p_value: f64,
    /// Cramér's V: how much they differ, 0 to 1.
    pub cramers_v: f64,
    /// Smallest expected count; below 5 the χ² distribution is a rough guide, and the permutation test the better one.
    pub smallest_expected: f64,
    /// Where the differences are: every segment and category that occurs.
    pub residuals: Vec<KanoResidual>,
    /// Responses in all segments.
    pub n: u64,
    /// How the p-value was found.
    pub method: KanoSegmentTestMethod,
}

/// How far one count is from what it would be if all segments saw the feature alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KanoResidual {
    /// The segment, counted from 0.
    pub segment: usize,
    /// The category.
    pub category: KanoCategory,
    /// The expected count.
    pub expected: f64,
    /// Adjusted residual, a standard normal number when segments agree: above 2 more, below −2 fewer than expected. 0 for a category that everyone is in.
    pub residual: f64,
}

/// Do segments see a feature alike? Pearson's χ² of category by segment.
///
/// ```text
/// χ² = Σ (count − expected)² / expected      expected = segment total · category total / n
/// V = √( χ² / n / min(categories − 1, segments − 1) )
/// adjusted residual = (count − expected) / √( expected (1 − segment share) (1 − category share) )
/// ```
/// Categories that do not occur are left out.
///
/// ```
/// use radost_stats::kano::{KanoCounts, compare_segments};
///
/// let young = KanoCounts { attractive: 40, one_dimensional: 20, indifferent: 20, ..KanoCounts::default() };
/// let old = KanoCounts { attractive: 20, one_dimensional: 20, indifferent: 40, ..KanoCounts::default() };
/// let test = compare_segments(&[young, old])?;
/// assert!((test.chi_squared - 13.333333).abs() < 1e-6 && (test.p_value - 0.0012726).abs() < 1e-7);
/// # Ok::<(), radost_stats::kano::KanoError>(())
/// ```
/// # Assumptions
/// Independent simple random samples, expected counts of 5 and more; with fewer use [`compare_segments_by_permutation`].
/// # Errors
/// [`KanoError::TooFewSegments`], [`KanoError::EmptySegment`], [`KanoError::OneCategory`].
/// # Sources
/// Pearson (1900), Philosophical Magazine 50, 157–175; Haberman (1973), Biometrics 29(1), 205–220 (residuals).
pub fn compare_segments(segments: &[KanoCounts]) -> Result<KanoSegmentTest, KanoError> {
    let table = Table::new(segments)?;
    let chi_squared = table.chi_squared(&table.counts);
    let (rows, columns) = (segments.len(), table.categories.len());
    let degrees_of_freedom = ((rows - 1) * (columns - 1)) as u64;
    let p_value = chi_squared_sf(chi_squared, degrees_of_freedom as f64);
    let n = table.n as f64;
    let mut residuals = Vec::with_capacity(rows * columns);
    for (segment, (own, counts)) in table
        .rows
        .iter()
        .zip(table.counts.chunks(columns))
        .enumerate()
    {
        for ((&category, total), count) in table.categories.iter().zip(&table.columns).zip(counts) {
            let expected = own / n * total;
            let variance = expected * (1.0 - own / n) * (1.0 - total / n);
            residuals.push(KanoResidual {
                segment,
                category,
                expected,
                residual: (count - expected) / variance.sqrt(),
            });
        }
    }
    let smaller = (rows - 1).min(columns - 1) as f64;
    Ok(KanoSegmentTest {
        chi_squared,
        degrees_of_freedom,
        p_value,
        cramers_v: (chi_squared / n / smaller).sqrt().min(1.0),
        smallest_expected: residuals
            .iter()
            .map(|x| x.expected)
            .fold(f64::INFINITY, f64::min),
        residuals,
        n: table.n,
        method: KanoSegmentTestMethod::ChiSquared,
    })
}

/// [`compare_segments`] with a p-value that small expected counts do not spoil.
///
/// The categories of all respondents are shuffled over the segments `draws` times, which keeps both margins:
/// ```text
/// p = (1 + draws with a χ² at least as large) / (1 + draws)
/// ```
/// Each draw has random numbers of its own from `seed`, so that the result is the same on any number of processors.
///
/// ```
/// use radost_stats::{Progress, kano::{KanoCounts, compare_segments_by_permutation}};
///
/// let young = KanoCounts { attractive: 5, indifferent: 1, ..KanoCounts::default() };
/// let old = KanoCounts { attractive: 1, indifferent: 5, ..KanoCounts::default() };
/// let test = compare_segments_by_permutation(&[young, old], 9999, 1, Progress::none())?;
/// assert!((test.p_value - 0.0801).abs() < 0.01); // Fisher's exact test: 0.0801
/// # Ok::<(), radost_stats::kano::KanoError>(())
/// ```
/// # Assumptions
/// Respondents are exchangeable when segments do not differ.
/// # Errors
/// Those of [`compare_segments`]; [`KanoError::Draws`] below 99 draws; [`KanoError::TooMany`] above ten million responses;
/// [`KanoError::Cancelled`].
/// # Sources
/// Phipson and Smyth (2010), Statistical Applications in Genetics and Molecular Biology 9(1), article 39 (the 1 added).
pub fn compare_segments_by_permutation(
    segments: &[KanoCounts],
    draws: u64,
    seed: u64,
    progress: Progress<'_>,
) -> Result<KanoSegmentTest, KanoError> {
    if draws < MIN_DRAWS {
        return Err(KanoError::Draws { draws });
    }
    let test = compare_segments(segments)?;
    if test.n > MOST_PERMUTED {
        return Err(KanoError::TooMany { n: test.n });
    }
    let table = Table::new(segments)?;
    // Equal tables may differ in the last digits of their χ².
    let observed = test.chi_squared * (1.0 - 1e-10);
    let respondents: Vec<u8> = table
        .columns
        .iter()
        .zip(0_u8..)
        .flat_map(|(total, category)| std::iter::repeat_n(category, *total as usize))
        .collect();
    let steps = Steps::new(draws, progress);
    let as_large = (0..draws)
        .into_par_iter()
        .map_init(
            || respondents.clone(),
            |shuffled, draw| {
                steps.advance(1)?;
                // Always from the same order, whatever this thread shuffled before.
                shuffled.copy_from_slice(&respondents);
                let counts = table.shuffle(shuffled, &mut SplitMix64::stream(seed, draw));
                Ok::<u64, KanoError>(u64::from(table.chi_squared(&counts) >= observed))
            },
        )
        .try_reduce(|| 0, |a, b| Ok(a + b))?;
    Ok(KanoSegmentTest {
        p_value: (1 + as_large) as f64 / (1 + draws) as f64,
        method: KanoSegmentTestMethod::Permutation,
        ..test
    })
}

/// Segments by categories that occur.
struct Table {
    categories: Vec<KanoCategory>,
    /// Segment by segment.
    counts: Vec<f64>,
    /// Totals of the segments.
    rows: Vec<f64>,
    /// Totals of the categories.
    columns: Vec<f64>,
    n: u64,
}

impl Table {
    fn new(segments: &[KanoCounts]) -> Result<Self, KanoError> {
        if segments.len() < 2 {
            return Err(KanoError::TooFewSegments {
                segments: segments.len(),
            });
        }
        if let Some(segment) = segments.iter().position(|counts| counts.n() == 0) {
            return Err(KanoError::EmptySegment { segment });
        }
        let mut all = KanoCounts::default();
        segments.iter().for_each(|counts| all.merge(counts));
        let mut categories = KanoCategory::ALL.to_vec();
        categories.retain(|&category| all.of(category) > 0);
        if let [category] = categories[..] {
            return Err(KanoError::OneCategory { category });
        }
        let counts: Vec<f64> = segments
            .iter()
            .flat_map(|own| categories.iter().map(|&category| own.of(category) as f64))
            .collect();
        Ok(Self {
            rows: counts
                .chunks(categories.len())
                .map(|row| row.iter().sum())
                .collect(),
            columns: categories
                .iter()
                .map(|&category| all.of(category) as f64)
                .collect(),
            categories,
            counts,
            n: all.n(),
        })
    }

    fn chi_squared(&self, counts: &[f64]) -> f64 {
        let n = self.n as f64;
        let mut sum = 0.0;
        for (row, counts) in self.rows.iter().zip(counts.chunks(self.columns.len())) {
            for (column, count) in self.columns.iter().zip(counts) {
                let expected = row / n * column;
                sum += (count - expected) * (count - expected) / expected;
            }
        }
        sum
    }

    /// Counts after giving everyone's category to someone at random. The last segment gets what is left.
    fn shuffle(&self, respondents: &mut [u8], random: &mut SplitMix64) -> Vec<f64> {
        let width = self.columns.len();
        let mut counts = vec![0.0; self.counts.len()];
        let mut rest = self.columns.clone();
        let mut at = 0;
        for (row, counts) in self.rows[..self.rows.len() - 1]
            .iter()
            .zip(counts.chunks_mut(width))
        {
            for _ in 0..*row as usize {
                let picked = at + random.below(respondents.len() - at);
                respondents.swap(at, picked);
                let category = usize::from(respondents[at]);
                counts[category] += 1.0;
                rest[category] -= 1.0;
                at += 1;
            }
        }
        let last = counts.len() - width;
        counts[last..].copy_from_slice(&rest);
        counts
    }
}
