use rayon::prelude::*;

use super::{GroupError, Profiles};
use crate::{Progress, random::SplitMix64};

/// How k-medoids are looked for. [`KMedoids::new`] has the usual settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KMedoids {
    /// Number of groups.
    pub groups: usize,
    /// Independent starts; the best is kept.
    pub starts: u64,
    /// Seed of all random choices.
    pub seed: u64,
    /// Up to this many different profiles all are candidates; beyond, samples are (FasterCLARA).
    pub full_up_to: usize,
}

/// How the medoids were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KMedoidsMethod {
    /// FasterPAM over all different profiles, distances made when needed: no swap of a medoid for any profile lowers the loss.
    FasterPam,
    /// FasterPAM within random samples, then all profiles assigned; the best sample is kept.
    FasterClara {
        /// Samples tried for each start.
        samples: u64,
        /// Different profiles in a sample.
        size: usize,
    },
}

impl std::fmt::Display for KMedoidsMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::FasterPam => f.write_str("FasterPAM"),
            Self::FasterClara { samples, size } => {
                write!(f, "FasterCLARA, {samples} samples of {size}")
            }
        }
    }
}

/// Groups around medoids: the profile of each group that is nearest to all others in it.
#[derive(Debug, Clone, PartialEq)]
pub struct KMedoidsFit {
    /// Row of each medoid, the largest group first.
    pub medoids: Vec<usize>,
    /// Group of each row, numbered as `medoids`.
    pub assignment: Vec<usize>,
    /// Distance of each row to its medoid, in units of the distance.
    pub distances: Vec<f64>,
    /// Weight of each group.
    pub sizes: Vec<f64>,
    /// Σ weight × distance to the medoid.
    pub loss: f64,
    /// `loss` over the sum of the weights.
    pub mean_distance: f64,
    /// Mean of 1 − distance to one's own medoid / distance to the next: 1 is clear, 0 undecided; `None` for one group.
    pub medoid_silhouette: Option<f64>,
    /// Medoids exchanged on the way in the kept start.
    pub swaps: u64,
    /// Rows.
    pub n: usize,
    /// Different profiles.
    pub distinct: usize,
    /// How the medoids were found.
    pub method: KMedoidsMethod,
}

/// Samples of FasterCLARA for each start.
const CLARA_SAMPLES: u64 = 5;
/// A first fit on so many profiles gives a start from which few swaps are left.
const HEAD_START: usize = 1000;
/// Candidates tried side by side; fewer after a swap, which makes the rest of a block worthless.
const BLOCK: usize = 64;
/// A swap must lower the loss by more than single precision can blur.
const NOTICEABLE: f64 = 1e-6;

impl KMedoids {
    /// One start, FasterPAM up to 20,000 different profiles.
    pub fn new(groups: usize, seed: u64) -> Self {
        Self {
            groups,
            starts: 1,
            seed,
            full_up_to: 20_000,
        }
    }

    /// Finds the groups.
    ///
    /// FasterPAM tries every profile as a medoid and makes the first exchange that lowers the loss, until none does. The change that
    /// each of the k exchanges would bring is found in one pass over the profiles. Distances are computed block by block when needed,
    /// so memory is that of (k + 64) rows of them, not of all pairs. Starts are drawn with probability proportional to the distance
    /// from the medoids drawn before; from 2,000 profiles on they are improved within a sample first. The answer depends on the seed, not on
    /// the number of threads.
    ///
    /// ```
    /// use radost_stats::{Progress, groups::{Column, Distance, KMedoids, Profiles}};
    ///
    /// let rating = [1.0, 1.5, 2.0, 8.0, 9.0, 10.0, 8.5].map(Some).to_vec();
    /// let profiles = Profiles::new(&[Column::Numeric(rating)], None, Distance::Manhattan)?;
    /// let fit = KMedoids::new(2, 1).fit(&profiles, &Progress::none())?;
    /// assert_eq!(fit.sizes, [4.0, 3.0]);
    /// assert_eq!(fit.medoids[1], 1); // 1.5
    /// assert!((fit.loss - 3.5).abs() < 1e-6); // 0.5 + 0.5 and 0.5 + 0.5 + 1.5, or as much around 9
    /// # Ok::<(), radost_stats::groups::GroupError>(())
    /// ```
    /// # Units
    /// Those of the distance.
    /// # Assumptions
    /// The number of groups is known or chosen ([`silhouette`](super::silhouette), [`gap_statistic`](super::gap_statistic),
    /// [`group_stability`](super::group_stability)); the result is a local optimum, which more `starts` improve.
    /// # Errors
    /// [`GroupError::Groups`] for none or for more groups than different profiles; [`GroupError::Draws`] for no starts;
    /// [`GroupError::Cancelled`].
    /// # Sources
    /// Schubert and Rousseeuw (2021), Information Systems 101, 101804; Kaufman and Rousseeuw (1990), Finding Groups in Data, Wiley.
    pub fn fit(
        &self,
        profiles: &Profiles,
        progress: &Progress<'_>,
    ) -> Result<KMedoidsFit, GroupError> {
        let distinct = profiles.distinct();
        if self.groups == 0 || self.groups > distinct {
            return Err(GroupError::Groups {
                groups: self.groups,
                distinct,
                fewest: 1,
            });
        }
        if self.starts == 0 {
            return Err(GroupError::Draws {
                draws: 0,
                needed: 1,
            });
        }
        let size = (distinct / 2).min(HEAD_START.max(40 + 20 * self.groups));
        let sampled = distinct > self.full_up_to && size >= self.groups;
        let (method, samples) = if sampled {
            let samples = CLARA_SAMPLES;
            (KMedoidsMethod::FasterClara { samples, size }, samples)
        } else {
            (KMedoidsMethod::FasterPam, 1)
        };
        let total = self.starts.saturating_mul(samples);
        let mut best: Option<Search<'_>> = None;
        for start in 0..total {
            let mut random = SplitMix64::stream(self.seed, start);
            let search = if sampled || distinct >= 2 * HEAD_START {
                let chosen = sample(distinct, size.max(self.groups), &mut random);
                let weights = chosen.iter().map(|&i| profiles.weights()[i]).collect();
                let part = profiles.select(&chosen, weights);
                let mut within = Search::new(&part, seeds(&part, self.groups, &mut random));
                within.improve(&mut random, progress, start, total)?;
                let medoids = within.medoids.iter().map(|&i| chosen[i]).collect();
                let mut search = Search::new(profiles, medoids);
                search.swaps = within.swaps;
                if !sampled {
                    search.improve(&mut random, progress, start, total)?;
                }
                search
            } else {
                let mut search = Search::new(profiles, seeds(profiles, self.groups, &mut random));
                search.improve(&mut random, progress, start, total)?;
                search
            };
            progress.report(start + 1, total)?;
            if best.as_ref().is_none_or(|best| search.loss < best.loss) {
                best = Some(search);
            }
        }
        match best {
            Some(best) => Ok(best.finish(method)),
            None => Err(GroupError::NoProfiles),
        }
    }
}

/// `size` of `n` numbers without repetition, in order (Floyd's algorithm would need a set; here a shuffled prefix serves).
fn sample(n: usize, size: usize, random: &mut SplitMix64) -> Vec<usize> {
    let mut all: Vec<usize> = (0..n).collect();
    let size = size.min(n);
    for i in 0..size {
        all.swap(i, i + random.below(n - i));
    }
    all.truncate(size);
    all.sort_unstable();
    all
}

/// First medoids, each drawn by its distance from those before.
fn seeds(profiles: &Profiles, groups: usize, random: &mut SplitMix64) -> Vec<usize> {
    let n = profiles.distinct();
    let mut chosen = Vec::with_capacity(groups);
    let mut nearest = vec![1.0_f32; n];
    let mut row = vec![0.0_f32; n];
    while chosen.len() < groups {
        let weigh = |i: usize| f64::from(nearest[i]) * profiles.weights()[i];
        let total: f64 = (0..n).map(weigh).sum();
        let mut left = random.unit() * total;
        // Rounding can run past the end, and profiles nothing apart from a medoid have no chance: then any other will do.
        let drawn = (0..n)
            .find(|&i| {
                left -= weigh(i);
                left < 0.0 && nearest[i] > 0.0
            })
            .or_else(|| (0..n).find(|i| !chosen.contains(i)));
        let Some(drawn) = drawn else { break };
        profiles.distances(drawn, &mut row);
        for (near, new) in nearest.iter_mut().zip(&row) {
            *near = if chosen.is_empty() {
                *new
            } else {
                near.min(*new)
            };
        }
        nearest[drawn] = 0.0;
        chosen.push(drawn);
    }
    chosen
}

/// The state of a search: each profile's nearest and second nearest medoid.
struct Search<'a> {
    profiles: &'a Profiles,
    medoids: Vec<usize>,
    /// Distances of each medoid to all profiles.
    rows: Vec<Vec<f32>>,
    nearest: Vec<u32>,
    first: Vec<f32>,
    second: Vec<f32>,
    /// What the loss would gain if a medoid were taken away.
    removal: Vec<f64>,
    loss: f64,
    swaps: u64,
}

impl<'a> Search<'a> {
    fn new(profiles: &'a Profiles, medoids: Vec<usize>) -> Self {
        let n = profiles.distinct();
        let rows = medoids
            .par_iter()
            .map(|&medoid| {
                let mut row = vec![0.0; n];
                profiles.distances(medoid, &mut row);
                row
            })
            .collect();
        let mut search = Self {
            profiles,
            removal: vec![0.0; medoids.len()],
            medoids,
            rows,
            nearest: vec![0; n],
            first: vec![0.0; n],
            second: vec![0.0; n],
            loss: 0.0,
            swaps: 0,
        };
        search.assign();
        search
    }

    fn assign(&mut self) {
        self.first.fill(f32::INFINITY);
        self.second.fill(f32::INFINITY);
        for (medoid, row) in self.rows.iter().enumerate() {
            let places = self
                .first
                .iter_mut()
                .zip(&mut self.second)
                .zip(&mut self.nearest);
            for (((first, second), nearest), &distance) in places.zip(row) {
                if distance < *first {
                    *second = *first;
                    *first = distance;
                    *nearest = medoid as u32;
                } else if distance < *second {
                    *second = distance;
                }
            }
        }
        self.loss = 0.0;
        self.removal.fill(0.0);
        for (i, weight) in self.profiles.weights().iter().enumerate() {
            let first = f64::from(self.first[i]);
            self.loss += weight * first;
            self.removal[self.nearest[i] as usize] += weight * (f64::from(self.second[i]) - first);
        }
    }

    /// The best exchange for a candidate, given its distances: which medoid goes, and the change of the loss.
    fn exchange(&self, row: &[f32]) -> (usize, f64) {
        let k = self.removal.len();
        // Without branches, and with two sums for each medoid so that neighbours in the data need not wait for each other.
        let mut changes = vec![0.0_f64; 2 * k];
        let mut shared = 0.0_f64;
        let places = self.first.iter().zip(&self.second).zip(&self.nearest);
        let customers = row.iter().zip(self.profiles.weights()).zip(places);
        for (i, ((&distance, &weight), ((&first, &second), &nearest))) in customers.enumerate() {
            shared += weight * f64::from((distance - first).min(0.0));
            // first − second when the candidate is nearest, distance − second when it is second, else 0.
            let change = distance.max(first).min(second) - second;
            changes[2 * nearest as usize + i % 2] += weight * f64::from(change);
        }
        let (medoid, change) = changes
            .chunks_exact(2)
            .zip(&self.removal)
            .map(|(both, removal)| both.iter().sum::<f64>() + removal)
            .enumerate()
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or((0, f64::INFINITY));
        (medoid, change + shared)
    }

    /// Exchanges medoids until no candidate lowers the loss.
    fn improve(
        &mut self,
        random: &mut SplitMix64,
        progress: &Progress<'_>,
        start: u64,
        starts: u64,
    ) -> Result<(), GroupError> {
        let profiles = self.profiles;
        let n = profiles.distinct();
        if self.medoids.len() == n {
            return Ok(());
        }
        if self.medoids.len() == 1 {
            return self.centre(progress, start, starts);
        }
        let order = {
            let mut order: Vec<usize> = (0..n).collect();
            for i in (1..n).rev() {
                order.swap(i, random.below(i + 1));
            }
            order
        };
        let mut is_medoid = vec![false; n];
        for &medoid in &self.medoids {
            is_medoid[medoid] = true;
        }
        let mut buffers = vec![vec![0.0_f32; n]; BLOCK];
        let (mut next, mut since_swap, mut block) = (0, 0, BLOCK);
        while since_swap < n {
            let size = block.min(n - since_swap);
            let candidates: Vec<usize> = (0..size).map(|i| order[(next + i) % n]).collect();
            let tried: Vec<(usize, f64)> = buffers
                .par_iter_mut()
                .zip(&candidates)
                .map(|(row, &candidate)| {
                    if is_medoid[candidate] {
                        return (0, 0.0);
                    }
                    profiles.distances(candidate, row);
                    self.exchange(row)
                })
                .collect();
            let noticeable = -NOTICEABLE * self.loss;
            match tried.iter().position(|&(_, change)| change < noticeable) {
                Some(place) => {
                    let before = self.loss;
                    let (medoid, candidate) = (tried[place].0, candidates[place]);
                    let old = std::mem::replace(&mut self.medoids[medoid], candidate);
                    std::mem::swap(&mut self.rows[medoid], &mut buffers[place]);
                    self.assign();
                    next += place + 1;
                    block = 2;
                    if self.loss < before {
                        is_medoid[old] = false;
                        is_medoid[candidate] = true;
                        self.swaps += 1;
                        since_swap = 0;
                    } else {
                        // Single precision promised a gain that the full sum does not have.
                        self.medoids[medoid] = old;
                        std::mem::swap(&mut self.rows[medoid], &mut buffers[place]);
                        self.assign();
                        since_swap += place + 1;
                    }
                }
                None => {
                    next += size;
                    since_swap += size;
                    block = (2 * block).min(BLOCK);
                }
            }
            progress.report(start, starts)?;
        }
        Ok(())
    }

    /// The one medoid with the least loss, by trying all.
    fn centre(
        &mut self,
        progress: &Progress<'_>,
        start: u64,
        starts: u64,
    ) -> Result<(), GroupError> {
        let profiles = self.profiles;
        let n = profiles.distinct();
        let mut best = (f64::INFINITY, 0);
        for block in (0..n).collect::<Vec<_>>().chunks(BLOCK) {
            let losses: Vec<(f64, usize)> = block
                .par_iter()
                .map_init(
                    || vec![0.0_f32; n],
                    |row, &candidate| {
                        profiles.distances(candidate, row);
                        let loss = row.iter().zip(profiles.weights());
                        (loss.map(|(&d, w)| f64::from(d) * w).sum(), candidate)
                    },
                )
                .collect();
            for (loss, candidate) in losses {
                if loss < best.0 {
                    best = (loss, candidate);
                }
            }
            progress.report(start, starts)?;
        }
        *self = Self::new(profiles, vec![best.1]);
        Ok(())
    }

    fn finish(self, method: KMedoidsMethod) -> KMedoidsFit {
        let profiles = self.profiles;
        let k = self.medoids.len();
        let mut sizes = vec![0.0; k];
        for (nearest, weight) in self.nearest.iter().zip(profiles.weights()) {
            sizes[*nearest as usize] += weight;
        }
        let row_of = |medoid: usize| profiles.first_rows()[medoid];
        let mut order: Vec<usize> = (0..k).collect();
        order.sort_by(|&a, &b| {
            sizes[b]
                .total_cmp(&sizes[a])
                .then(row_of(self.medoids[a]).cmp(&row_of(self.medoids[b])))
        });
        let mut number = vec![0; k];
        for (new, &old) in order.iter().enumerate() {
            number[old] = new;
        }
        let total = profiles.total_weight();
        let loss = self.loss * profiles.unit();
        let clear = |i: usize| {
            if self.second[i] > 0.0 {
                1.0 - f64::from(self.first[i]) / f64::from(self.second[i])
            } else {
                0.0
            }
        };
        let clarity = (0..profiles.distinct())
            .map(|i| profiles.weights()[i] * clear(i))
            .sum::<f64>();
        KMedoidsFit {
            medoids: order.iter().map(|&old| row_of(self.medoids[old])).collect(),
            assignment: profiles
                .folded()
                .iter()
                .map(|&i| number[self.nearest[i] as usize])
                .collect(),
            distances: profiles
                .folded()
                .iter()
                .map(|&i| f64::from(self.first[i]) * profiles.unit())
                .collect(),
            sizes: order.iter().map(|&old| sizes[old]).collect(),
            loss,
            mean_distance: loss / total,
            medoid_silhouette: (k > 1).then(|| clarity / total),
            swaps: self.swaps,
            n: profiles.rows(),
            distinct: profiles.distinct(),
            method,
        }
    }
}
