use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{GroupError, KMedoids, KMedoidsFit, Profiles};
use crate::{
    Cancelled, Progress,
    random::SplitMix64,
    resampling::{self, Steps},
};

/// How well each profile fits its group rather than the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Silhouette {
    /// Mean over all customers: near 1 clear groups, near 0 none, below 0 wrong ones.
    pub mean: f64,
    /// Of each row, −1 to 1; 0 for one who is alone in a group.
    pub rows: Vec<f64>,
    /// Mean over each group.
    pub groups: Vec<f64>,
}

/// The silhouette of a grouping: of each row, of each group and in the mean.
///
/// ```text
/// s = (b − a) / max(a, b)      a the mean distance to the others of one's group, b to those of the nearest other group
/// ```
/// All distances are computed, n² of them; for very many profiles [`KMedoidsFit::medoid_silhouette`] comes with the fit.
///
/// ```
/// use radost_stats::{Progress, groups::{Column, Distance, Profiles, silhouette}};
///
/// let rating = [1.0, 2.0, 8.0, 10.0].map(Some).to_vec();
/// let profiles = Profiles::new(&[Column::Numeric(rating)], None, Distance::Manhattan)?;
/// let s = silhouette(&profiles, &[0, 0, 1, 1], &Progress::none())?;
/// assert!((s.rows[0] - 0.875).abs() < 1e-6); // (8 − 1) / 8
/// assert!((s.mean - 0.797289).abs() < 1e-6);
/// # Ok::<(), radost_stats::groups::GroupError>(())
/// ```
/// # Units
/// None.
/// # Assumptions
/// Weights are numbers of customers.
/// # Errors
/// [`GroupError::Length`] unless there is one group number per row, [`GroupError::OneGroup`], [`GroupError::Cancelled`].
/// # Sources
/// Rousseeuw (1987), Journal of Computational and Applied Mathematics 20, 53–65.
pub fn silhouette(
    profiles: &Profiles,
    assignment: &[usize],
    progress: &Progress<'_>,
) -> Result<Silhouette, GroupError> {
    if assignment.len() != profiles.rows() {
        return Err(GroupError::Length {
            what: "assignment",
            index: 0,
            expected: profiles.rows(),
            found: assignment.len(),
        });
    }
    let mut names = assignment.to_vec();
    names.sort_unstable();
    names.dedup();
    let k = names.len();
    if k < 2 {
        return Err(GroupError::OneGroup);
    }
    // Identical profiles of one group count together; a grouping from elsewhere may have put them into several.
    let mut folded: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let place = |row: usize| {
        let group = names.partition_point(|&name| name < assignment[row]);
        (profiles.folded()[row], group)
    };
    let mut sizes = vec![0.0; k];
    for (row, weight) in profiles.row_weights().iter().enumerate() {
        *folded.entry(place(row)).or_default() += weight;
        sizes[place(row).1] += weight;
    }
    let cells: Vec<((usize, usize), f64)> = folded.into_iter().collect();
    let n = profiles.distinct();
    let steps = Steps::new(n as u64, *progress);
    let computed = resampling::draws(0..n as u64, &steps, |profile| {
        let mut row = vec![0.0_f32; n];
        profiles.distances(profile as usize, &mut row);
        let mut sums = vec![0.0; k];
        for &((other, group), weight) in &cells {
            sums[group] += weight * f64::from(row[other]);
        }
        Ok::<_, Cancelled>(sums)
    })?;
    let of = |profile: usize, group: usize| {
        let sums = &computed[profile];
        if sizes[group] <= 1.0 {
            return 0.0;
        }
        let own = sums[group] / (sizes[group] - 1.0);
        let other = (0..k)
            .filter(|&other| other != group)
            .map(|other| sums[other] / sizes[other])
            .fold(f64::INFINITY, f64::min);
        let larger = own.max(other);
        if larger > 0.0 {
            ((other - own) / larger).clamp(-1.0, 1.0)
        } else {
            0.0
        }
    };
    let rows: Vec<f64> = (0..profiles.rows())
        .into_par_iter()
        .map(|row| {
            let (profile, group) = place(row);
            of(profile, group)
        })
        .collect();
    let mut groups = vec![0.0; k];
    for (row, value) in rows.iter().enumerate() {
        groups[place(row).1] += profiles.row_weights()[row] * value;
    }
    Ok(Silhouette {
        mean: groups.iter().sum::<f64>() / profiles.total_weight(),
        rows,
        groups: groups
            .iter()
            .zip(&sizes)
            .map(|(sum, size)| sum / size)
            .collect(),
    })
}

/// The gap statistic for 1, 2, 3 … groups.
#[derive(Debug, Clone, PartialEq)]
pub struct GapStatistic {
    /// One row per number of groups, from 1.
    pub rows: Vec<GapRow>,
    /// Fewest groups with gap(k) ≥ gap(k + 1) − s(k + 1); `None` when none up to the last but one has it.
    pub chosen: Option<usize>,
    /// Reference sets.
    pub draws: u64,
}

/// One number of groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapRow {
    /// Number of groups.
    pub groups: usize,
    /// Logarithm of the mean distance to the medoid.
    pub log_distance: f64,
    /// Its mean over reference sets without groups.
    pub expected: f64,
    /// `expected` − `log_distance`: how much more the groups explain than they would where there are none.
    pub gap: f64,
    /// Standard deviation over the reference sets × √(1 + 1/draws).
    pub error: f64,
}

/// How many groups there are, by the gap statistic: is the loss smaller than grouping explains where there are no groups?
///
/// ```text
/// gap(k) = mean over B reference sets of ln W*(k) − ln W(k)      W the mean distance to the medoid
/// s(k) = sd(ln W*) √(1 + 1/B)      k̂ = least k with gap(k) ≥ gap(k+1) − s(k+1)
/// ```
/// Reference sets have as many rows; numbers are uniform over their range, places and categories drawn by their own frequencies, each
/// column alone. Set b uses stream b of the seed.
///
/// ```
/// use radost_stats::{Progress, groups::{Column, Distance, KMedoids, Profiles, gap_statistic}};
///
/// let spend = (0..40).map(|i| Some(f64::from(i % 10) * 0.3 + f64::from(i / 20) * 50.0)).collect();
/// let visits = (0..40).map(|i| Some(f64::from(i * 7 % 10) * 0.3 + f64::from(i / 20) * 40.0)).collect();
/// let profiles = Profiles::new(&[Column::Numeric(spend), Column::Numeric(visits)], None, Distance::Euclidean)?;
/// let gap = gap_statistic(&profiles, 4, &KMedoids::new(1, 7), 50, &Progress::none())?;
/// assert_eq!(gap.chosen, Some(2));
/// # Ok::<(), radost_stats::groups::GroupError>(())
/// ```
/// # Units
/// Natural logarithms.
/// # Assumptions
/// Groups are compact in the distance used. Weights count in the data; the reference sets have unweighted rows.
/// # Errors
/// [`GroupError::Groups`] unless `most` is at least 2 and below the number of different profiles (in the reference sets too);
/// [`GroupError::Draws`] below 10; [`GroupError::Cancelled`].
/// # Sources
/// Tibshirani, Walther and Hastie (2001), JRSS B 63(2), 411–423; here W is the loss of k-medoids instead of a sum of squares.
pub fn gap_statistic(
    profiles: &Profiles,
    most: usize,
    settings: &KMedoids,
    draws: u64,
    progress: &Progress<'_>,
) -> Result<GapStatistic, GroupError> {
    let distinct = profiles.distinct();
    if most < 2 || most >= distinct {
        return Err(GroupError::Groups {
            groups: most,
            distinct: distinct.saturating_sub(1),
            fewest: 2,
        });
    }
    at_least(draws, 10)?;
    let log_losses = |profiles: &Profiles, seed: u64| -> Result<Vec<f64>, GroupError> {
        (1..=most)
            .map(|groups| {
                let settings = KMedoids {
                    groups,
                    seed,
                    ..*settings
                };
                let fit = settings.fit(profiles, &Progress::none())?;
                if fit.loss > 0.0 {
                    Ok(fit.mean_distance.ln())
                } else {
                    Err(GroupError::Groups {
                        groups: most,
                        distinct: profiles.distinct().saturating_sub(1),
                        fewest: 2,
                    })
                }
            })
            .collect()
    };
    let own = log_losses(profiles, settings.seed)?;
    let steps = Steps::new(draws, *progress);
    let reference = resampling::draws(0..draws, &steps, |draw| {
        let mut random = SplitMix64::stream(settings.seed, draw);
        log_losses(&profiles.without_groups(|| random.unit()), draw)
    })?;

    let count = draws as f64;
    let rows: Vec<GapRow> = own
        .iter()
        .enumerate()
        .map(|(i, &log_distance)| {
            let expected = reference.iter().map(|row| row[i]).sum::<f64>() / count;
            let spread: f64 = reference
                .iter()
                .map(|row| (row[i] - expected).powi(2))
                .sum();
            GapRow {
                groups: i + 1,
                log_distance,
                expected,
                gap: expected - log_distance,
                error: (spread / count).sqrt() * (1.0 + 1.0 / count).sqrt(),
            }
        })
        .collect();
    let chosen = rows.windows(2).find_map(|pair| match pair {
        [here, next] if here.gap >= next.gap - next.error => Some(here.groups),
        _ => None,
    });
    Ok(GapStatistic {
        rows,
        chosen,
        draws,
    })
}

/// Whether groups come back when customers are drawn anew.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupStability {
    /// One row per group of the fit.
    pub groups: Vec<StabilityRow>,
    /// Mean of the groups' Jaccard indices.
    pub mean: f64,
    /// Resamples.
    pub draws: u64,
}

/// How well one group comes back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StabilityRow {
    /// The group, numbered as in the fit.
    pub group: usize,
    /// Mean Jaccard similarity with the most similar group of each resample, 0 to 1: above 0.75 a stable group, above 0.85 a highly stable
    /// one, at or below 0.5 a dissolved one.
    pub jaccard: f64,
    /// Share of the resamples in which that similarity was 0.5 or less.
    pub dissolved: f64,
}

/// How stable the groups of a fit are, by bootstrap: customers are drawn with replacement, grouped anew, and each group is compared with
/// the most similar new one.
///
/// ```text
/// jaccard(A, B) = |A ∩ B| / |A ∪ B|, over the different profiles drawn
/// ```
/// Each profile drawn counts once in the comparison, with its number of draws as weight in the grouping. Resample b uses stream b of
/// the seed.
///
/// ```
/// use radost_stats::{Progress, groups::{Column, Distance, KMedoids, Profiles, group_stability}};
///
/// let spend = (0..40).map(|i| Some(f64::from(i % 20) * 0.3 + f64::from(i / 20) * 50.0)).collect();
/// let profiles = Profiles::new(&[Column::Numeric(spend)], None, Distance::Euclidean)?;
/// let settings = KMedoids::new(2, 7);
/// let fit = settings.fit(&profiles, &Progress::none())?;
/// assert_eq!(group_stability(&profiles, &fit, &settings, 50, &Progress::none())?.mean, 1.0);
/// # Ok::<(), radost_stats::groups::GroupError>(())
/// ```
/// # Units
/// None.
/// # Assumptions
/// Weights are numbers of customers; they are rounded to draw as many.
/// # Errors
/// [`GroupError::Length`] for a fit of other profiles, [`GroupError::Draws`] below 10, [`GroupError::OneGroup`],
/// [`GroupError::Cancelled`].
/// # Sources
/// Hennig (2007), Computational Statistics & Data Analysis 52(1), 258–271.
pub fn group_stability(
    profiles: &Profiles,
    fit: &KMedoidsFit,
    settings: &KMedoids,
    draws: u64,
    progress: &Progress<'_>,
) -> Result<GroupStability, GroupError> {
    if fit.assignment.len() != profiles.rows() {
        return Err(GroupError::Length {
            what: "assignment",
            index: 0,
            expected: profiles.rows(),
            found: fit.assignment.len(),
        });
    }
    at_least(draws, 10)?;
    let k = fit.medoids.len();
    if k < 2 {
        return Err(GroupError::OneGroup);
    }
    let labels: Vec<usize> = profiles
        .first_rows()
        .iter()
        .map(|&row| fit.assignment[row])
        .collect();
    let mut up_to = 0.0;
    let cumulative: Vec<f64> = profiles
        .weights()
        .iter()
        .map(|weight| {
            up_to += weight;
            up_to
        })
        .collect();
    let customers = up_to.round().max(1.0) as u64;
    let steps = Steps::new(draws, *progress);
    let similar = resampling::draws(0..draws, &steps, |draw| -> Result<Vec<f64>, GroupError> {
        let mut random = SplitMix64::stream(settings.seed, draw);
        let mut times = vec![0.0; labels.len()];
        for _ in 0..customers {
            let place = random.unit() * up_to;
            let drawn = cumulative.partition_point(|&end| end <= place);
            times[drawn.min(labels.len() - 1)] += 1.0;
        }
        let chosen: Vec<usize> = (0..labels.len()).filter(|&i| times[i] > 0.0).collect();
        let weights = chosen.iter().map(|&i| times[i]).collect();
        let settings = KMedoids {
            groups: k.min(chosen.len()),
            seed: draw,
            ..*settings
        };
        let again = settings.fit(&profiles.select(&chosen, weights), &Progress::none())?;
        let mut both = vec![vec![0.0; settings.groups]; k];
        let (mut old, mut new) = (vec![0.0; k], vec![0.0; settings.groups]);
        for (&profile, &group) in chosen.iter().zip(&again.assignment) {
            let label = labels[profile];
            both[label][group] += 1.0;
            old[label] += 1.0;
            new[group] += 1.0;
        }
        Ok((0..k)
            .map(|a| {
                (0..settings.groups)
                    .map(|b| both[a][b] / (old[a] + new[b] - both[a][b]))
                    .fold(0.0, f64::max)
            })
            .collect())
    })?;
    let groups: Vec<StabilityRow> = (0..k)
        .map(|group| StabilityRow {
            group,
            jaccard: similar.iter().map(|row| row[group]).sum::<f64>() / draws as f64,
            dissolved: similar.iter().filter(|row| row[group] <= 0.5).count() as f64 / draws as f64,
        })
        .collect();
    Ok(GroupStability {
        mean: groups.iter().map(|row| row.jaccard).sum::<f64>() / k as f64,
        groups,
        draws,
    })
}

fn at_least(draws: u64, needed: u64) -> Result<(), GroupError> {
    if draws < needed {
        return Err(GroupError::Draws { draws, needed });
    }
    Ok(())
}
