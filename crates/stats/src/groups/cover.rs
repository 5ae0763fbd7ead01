use std::collections::HashMap;

use rayon::prelude::*;

use crate::{Cancelled, Progress};

/// Customers, candidate variants, and how far each variant is from what each customer wants.
#[derive(Debug, Clone)]
pub struct CoverProblem {
    variants: usize,
    /// Customers × variants, row by row.
    losses: Vec<f64>,
    weights: Vec<f64>,
    tolerance: f64,
}

/// What the chosen variants are to be best at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CoverTarget {
    /// The most customers with a variant within the tolerance.
    Share,
    /// The least mean loss, each customer taking the nearest variant.
    MeanLoss,
}

impl std::fmt::Display for CoverTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Share => "share covered",
            Self::MeanLoss => "mean loss",
        })
    }
}

/// How the variants of a point were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CoverMethod {
    /// No other choice of as many variants is better.
    Exact,
    /// One variant after the other, each the best addition: not worse than 1 − 1/e = 63 % of the best gain.
    Greedy,
    /// Branch and bound stopped at its limit: the best choice seen, not worse than the greedy one.
    Stopped,
}

impl std::fmt::Display for CoverMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::Greedy => "greedy",
            Self::Stopped => "branch and bound, stopped",
        })
    }
}

/// How well the best 1, 2, 3 … variants serve the customers.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverCurve {
    /// One point per number of variants, from 1.
    pub points: Vec<CoverPoint>,
    /// What the variants are best at.
    pub target: CoverTarget,
    /// The tolerance behind the shares, in units of the losses.
    pub tolerance: f64,
    /// Number of customers.
    pub n: usize,
    /// Sum of their weights.
    pub total_weight: f64,
}

/// One number of variants.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverPoint {
    /// Number of variants.
    pub variants: usize,
    /// Which ones, in order; an exact choice need not contain that of the point before.
    pub chosen: Vec<usize>,
    /// Share of the customers with a variant within the tolerance, 0 to 1.
    pub share: f64,
    /// Mean loss when each customer takes the nearest variant, in units of the losses.
    pub mean_loss: f64,
    /// What this point has over the one before: share won, or mean loss saved. The first point's loss is set against each customer's
    /// worst variant.
    pub gain: f64,
    /// No choice of as many variants can be better: an upper bound of the share, or a lower bound of the mean loss.
    pub bound: f64,
    /// How the variants were chosen.
    pub method: CoverMethod,
}

/// Why a cover curve cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CoverError {
    /// No customers or no variants.
    #[error("there are no {0}")]
    Empty(&'static str),
    /// A customer with another number of losses.
    #[error("customer {customer} has {found} losses, and the first has {expected}")]
    Width {
        /// The customer, numbered from 0.
        customer: usize,
        /// Losses of the first customer.
        expected: usize,
        /// Losses of this one.
        found: usize,
    },
    /// Weights of another length.
    #[error("there are {found} weights for {expected} customers")]
    Weights {
        /// Customers.
        expected: usize,
        /// Weights.
        found: usize,
    },
    /// A loss that is not a number.
    #[error(
        "the loss of customer {customer} with variant {variant} is {loss}: it must be a number within ±1e100"
    )]
    Loss {
        /// The customer, numbered from 0.
        customer: usize,
        /// The variant, numbered from 0.
        variant: usize,
        /// The refused loss.
        loss: f64,
    },
    /// A weight that is not a positive number.
    #[error("the weight of customer {customer} is {weight}: it must be a positive number")]
    Weight {
        /// The customer, numbered from 0.
        customer: usize,
        /// The refused weight.
        weight: f64,
    },
    /// A tolerance that is not a number.
    #[error("the tolerance is {0}: it must be a number")]
    Tolerance(f64),
    /// No variants asked for, or more than there are.
    #[error("{most} variants cannot be chosen of {variants}")]
    Most {
        /// Variants asked for.
        most: usize,
        /// Variants there are.
        variants: usize,
    },
    /// The computation was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl CoverProblem {
    /// Checks the losses: one row per customer, one column per variant.
    ///
    /// A loss is what separates a customer's wish from a variant, such as a distance; for a satisfaction, give its negative. A customer
    /// is covered by a variant with a loss of at most `tolerance`. `weights` say how many customers each row stands for.
    ///
    /// # Errors
    /// [`CoverError::Empty`], [`CoverError::Width`], [`CoverError::Weights`], [`CoverError::Loss`], [`CoverError::Weight`],
    /// [`CoverError::Tolerance`].
    pub fn new(
        losses: &[Vec<f64>],
        weights: Option<&[f64]>,
        tolerance: f64,
    ) -> Result<Self, CoverError> {
        let variants = losses.first().map_or(0, Vec::len);
        if losses.is_empty() {
            return Err(CoverError::Empty("customers"));
        }
        if variants == 0 {
            return Err(CoverError::Empty("variants"));
        }
        for (customer, row) in losses.iter().enumerate() {
            if row.len() != variants {
                return Err(CoverError::Width {
                    customer,
                    expected: variants,
                    found: row.len(),
                });
            }
            for (variant, &loss) in row.iter().enumerate() {
                if loss.is_nan() || loss.abs() > 1e100 {
                    return Err(CoverError::Loss {
                        customer,
                        variant,
                        loss,
                    });
                }
            }
        }
        if tolerance.is_nan() {
            return Err(CoverError::Tolerance(tolerance));
        }
        let weights = match weights {
            None => vec![1.0; losses.len()],
            Some(weights) if weights.len() != losses.len() => {
                return Err(CoverError::Weights {
                    expected: losses.len(),
                    found: weights.len(),
                });
            }
            Some(weights) => {
                for (customer, &weight) in weights.iter().enumerate() {
                    if !(weight > 0.0 && weight.is_finite()) {
                        return Err(CoverError::Weight { customer, weight });
                    }
                }
                weights.to_vec()
            }
        };
        Ok(Self {
            variants,
            losses: losses.concat(),
            weights,
            tolerance,
        })
    }

    /// The best choice of 1, 2, … `most` variants.
    ///
    /// What a set S of variants is worth, f(S) = Σ w max over S of v, with v = 1 within the tolerance, or the loss saved against the
    /// customer's worst variant, gains less from a variant the more are there already. So the greedy choice has at least 1 − (1 − 1/k)ᵏ
    /// of the best worth, and no choice of k can exceed f(S) + the k largest single gains over any S. Where the two do not meet, branch
    /// and bound looks for the best, with at most `steps` looks at a set for each point (20,000 settle 30 variants or so; 0 for
    /// greedy alone).
    ///
    /// ```
    /// use radost_stats::{Progress, groups::{CoverProblem, CoverTarget}};
    ///
    /// // Five customers' sweetest wish on a scale, and variants at 2, 5 and 8; one step off is still right.
    /// let losses: Vec<Vec<f64>> = [1.0, 2.0, 5.0, 8.0, 9.0]
    ///     .iter().map(|wish: &f64| [2.0, 5.0, 8.0].iter().map(|at| (wish - at).abs()).collect()).collect();
    /// let curve = CoverProblem::new(&losses, None, 1.0)?.curve(CoverTarget::Share, 3, 1000, &Progress::none())?;
    /// let shares: Vec<f64> = curve.points.iter().map(|point| point.share).collect();
    /// assert_eq!(shares, [0.4, 0.8, 1.0]);
    /// assert_eq!(curve.points[1].chosen, [0, 2]);
    /// # Ok::<(), radost_stats::groups::CoverError>(())
    /// ```
    /// # Units
    /// Shares 0 to 1; losses in their own.
    /// # Assumptions
    /// Customers take the nearest variant; the losses are known, or estimated elsewhere.
    /// # Errors
    /// [`CoverError::Most`] for none or more variants than there are; [`CoverError::Cancelled`].
    /// # Sources
    /// Nemhauser, Wolsey and Fisher (1978), Mathematical Programming 14(1), 265–294; Cornuéjols, Fisher and Nemhauser (1977), Management
    /// Science 23(8), 789–810.
    pub fn curve(
        &self,
        target: CoverTarget,
        most: usize,
        steps: u64,
        progress: &Progress<'_>,
    ) -> Result<CoverCurve, CoverError> {
        if most == 0 || most > self.variants {
            return Err(CoverError::Most {
                most,
                variants: self.variants,
            });
        }
        let worth = Worth::new(self, target);
        let greedy = worth.greedy(most);
        let total_weight: f64 = self.weights.iter().sum();
        let all: Vec<usize> = (0..self.variants).collect();
        let ceiling = worth.of(&all);
        let mut points: Vec<CoverPoint> = Vec::with_capacity(most);
        let mut before = 0.0;
        for k in 1..=most {
            // What any prefix of the greedy choice says of the best k.
            let mut bound = ceiling;
            for step in &greedy.steps {
                let mut gains = step.gains.clone();
                gains.sort_by(|a, b| b.total_cmp(a));
                bound = f64::min(bound, step.worth + gains.iter().take(k).sum::<f64>());
            }
            let mut best = Choice {
                worth: greedy.worths.get(k - 1).copied().unwrap_or(0.0),
                variants: greedy.order.iter().copied().take(k).collect(),
            };
            if let Some(last) = points.last() {
                let longer = worth.extended(&last.chosen);
                if longer.worth > best.worth + worth.noise() {
                    best = longer;
                }
            }
            let mut method = CoverMethod::Greedy;
            if bound - best.worth <= worth.noise() {
                method = CoverMethod::Exact;
            } else if steps > 0 {
                let mut search = Search {
                    worth: &worth,
                    best,
                    left: steps,
                    progress,
                    done: k as u64 - 1,
                    total: most as u64,
                };
                let nothing = vec![0.0; worth.weights.len()];
                search.branch(&mut Vec::new(), 0.0, &nothing, &all, k)?;
                method = if search.left > 0 {
                    CoverMethod::Exact
                } else {
                    CoverMethod::Stopped
                };
                best = search.best;
            }
            progress.report(k as u64, most as u64)?;
            if method == CoverMethod::Exact {
                bound = best.worth;
            }
            best.variants.sort_unstable();
            let (share, mean_loss) = self.served(&best.variants, total_weight);
            points.push(CoverPoint {
                variants: k,
                share,
                mean_loss,
                gain: (best.worth - before) / total_weight,
                bound: match target {
                    CoverTarget::Share => (bound / total_weight).min(1.0).max(share),
                    CoverTarget::MeanLoss => (worth.worst - bound / total_weight).min(mean_loss),
                },
                chosen: best.variants,
                method,
            });
            before = best.worth;
        }
        Ok(CoverCurve {
            points,
            target,
            tolerance: self.tolerance,
            n: self.weights.len(),
            total_weight,
        })
    }

    fn served(&self, chosen: &[usize], total: f64) -> (f64, f64) {
        let (mut covered, mut loss) = (0.0, 0.0);
        for (row, weight) in self.losses.chunks_exact(self.variants).zip(&self.weights) {
            let least = chosen.iter().map(|&j| row[j]).fold(f64::INFINITY, f64::min);
            loss += weight * least;
            if least <= self.tolerance {
                covered += weight;
            }
        }
        (covered / total, loss / total)
    }
}

struct Choice {
    worth: f64,
    variants: Vec<usize>,
}

/// What each variant is worth to each customer, from 0; customers to whom all variants are worth the same are folded together.
struct Worth {
    variants: usize,
    values: Vec<f64>,
    weights: Vec<f64>,
    /// Mean over the customers of their largest loss.
    worst: f64,
}

struct Greedy {
    order: Vec<usize>,
    /// Worth after each choice.
    worths: Vec<f64>,
    steps: Vec<GreedyStep>,
}

struct GreedyStep {
    worth: f64,
    gains: Vec<f64>,
}

impl Worth {
    fn new(problem: &CoverProblem, target: CoverTarget) -> Self {
        let mut places: HashMap<Vec<u64>, usize> = HashMap::new();
        let (mut values, mut weights): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        let mut worst = 0.0;
        let rows = problem.losses.chunks_exact(problem.variants);
        for (row, weight) in rows.zip(&problem.weights) {
            let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            worst += weight * largest;
            let own: Vec<f64> = row
                .iter()
                .map(|&loss| match target {
                    CoverTarget::Share => f64::from(loss <= problem.tolerance),
                    CoverTarget::MeanLoss => largest - loss,
                })
                .collect();
            let key = own.iter().map(|x| x.to_bits()).collect();
            let place = *places.entry(key).or_insert_with(|| {
                values.extend(&own);
                weights.push(0.0);
                weights.len() - 1
            });
            weights[place] += weight;
        }
        Self {
            variants: problem.variants,
            values,
            weights,
            worst: worst / problem.weights.iter().sum::<f64>(),
        }
    }

    /// Differences in worth that rounding makes.
    fn noise(&self) -> f64 {
        let largest: f64 = self
            .values
            .chunks_exact(self.variants)
            .zip(&self.weights)
            .map(|(row, weight)| weight * row.iter().copied().fold(0.0, f64::max))
            .sum();
        largest * 1e-12
    }

    fn of(&self, chosen: &[usize]) -> f64 {
        self.values
            .chunks_exact(self.variants)
            .zip(&self.weights)
            .map(|(row, weight)| weight * chosen.iter().map(|&j| row[j]).fold(0.0, f64::max))
            .sum()
    }

    /// What each candidate would add to what customers have.
    fn gains(&self, have: &[f64], candidates: &[usize]) -> Vec<f64> {
        let of_rows = |rows: std::ops::Range<usize>| {
            let mut gains = vec![0.0; candidates.len()];
            for i in rows {
                let row = &self.values[i * self.variants..(i + 1) * self.variants];
                for (gain, &j) in gains.iter_mut().zip(candidates) {
                    *gain += self.weights[i] * (row[j] - have[i]).max(0.0);
                }
            }
            gains
        };
        let rows = have.len();
        if rows * candidates.len() < 100_000 {
            return of_rows(0..rows);
        }
        // Fixed parts, added in order: the same bits on any number of threads.
        let part = rows.div_ceil(16);
        let parts: Vec<Vec<f64>> = (0..16)
            .into_par_iter()
            .map(|p| of_rows((p * part).min(rows)..((p + 1) * part).min(rows)))
            .collect();
        let mut gains = vec![0.0; candidates.len()];
        for part in parts {
            for (gain, more) in gains.iter_mut().zip(part) {
                *gain += more;
            }
        }
        gains
    }

    fn with(&self, have: &[f64], variant: usize) -> Vec<f64> {
        self.values
            .chunks_exact(self.variants)
            .zip(have)
            .map(|(row, &have)| have.max(row[variant]))
            .collect()
    }

    fn greedy(&self, most: usize) -> Greedy {
        let all: Vec<usize> = (0..self.variants).collect();
        let mut have = vec![0.0; self.weights.len()];
        let (mut order, mut worths, mut steps) = (Vec::new(), Vec::new(), Vec::new());
        let mut worth = 0.0;
        for _ in 0..most {
            let gains = self.gains(&have, &all);
            let mut best: Option<usize> = None;
            for &j in all.iter().filter(|j| !order.contains(*j)) {
                if best.is_none_or(|best| gains[j] > gains[best]) {
                    best = Some(j);
                }
            }
            let Some(best) = best else { break };
            steps.push(GreedyStep {
                worth,
                gains: gains.clone(),
            });
            have = self.with(&have, best);
            worth += gains[best];
            order.push(best);
            worths.push(worth);
        }
        steps.push(GreedyStep {
            worth,
            gains: self.gains(&have, &all),
        });
        Greedy {
            order,
            worths,
            steps,
        }
    }

    /// A choice with the best one more.
    fn extended(&self, chosen: &[usize]) -> Choice {
        let mut have = vec![0.0; self.weights.len()];
        for &variant in chosen {
            have = self.with(&have, variant);
        }
        let left: Vec<usize> = (0..self.variants).filter(|j| !chosen.contains(j)).collect();
        let gains = self.gains(&have, &left);
        let mut variants = chosen.to_vec();
        let mut more = 0.0;
        if let Some((&j, &gain)) = left.iter().zip(&gains).max_by(|a, b| a.1.total_cmp(b.1)) {
            variants.push(j);
            more = gain;
        }
        Choice {
            worth: self.of(chosen) + more,
            variants,
        }
    }
}

struct Search<'a> {
    worth: &'a Worth,
    best: Choice,
    /// Looks that may still be made.
    left: u64,
    progress: &'a Progress<'a>,
    done: u64,
    total: u64,
}

impl Search<'_> {
    /// Looks through all sets that add `more` of the candidates to `chosen`.
    fn branch(
        &mut self,
        chosen: &mut Vec<usize>,
        worth: f64,
        have: &[f64],
        candidates: &[usize],
        more: usize,
    ) -> Result<(), CoverError> {
        if self.left == 0 {
            return Ok(());
        }
        self.left -= 1;
        if self.left.is_multiple_of(64) {
            self.progress.report(self.done, self.total)?;
        }
        let gains = self.worth.gains(have, candidates);
        let mut ranked: Vec<(f64, usize)> =
            gains.into_iter().zip(candidates.iter().copied()).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let noise = self.worth.noise();
        if more == 1 {
            if let Some(&(gain, variant)) = ranked.first()
                && worth + gain > self.best.worth + noise
            {
                self.best.worth = worth + gain;
                self.best.variants = chosen.iter().copied().chain([variant]).collect();
            }
            return Ok(());
        }
        for place in 0..=ranked.len().saturating_sub(more) {
            let rest = &ranked[place..];
            let hope: f64 = rest.iter().take(more).map(|(gain, _)| gain).sum();
            if rest.len() < more || worth + hope <= self.best.worth + noise || self.left == 0 {
                break;
            }
            let (gain, variant) = rest[0];
            let after: Vec<usize> = rest.iter().skip(1).map(|&(_, j)| j).collect();
            chosen.push(variant);
            let have = self.worth.with(have, variant);
            self.branch(chosen, worth + gain, &have, &after, more - 1)?;
            chosen.pop();
        }
        Ok(())
    }
}
