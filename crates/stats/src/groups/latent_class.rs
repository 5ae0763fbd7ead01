use std::collections::BTreeMap;

use nalgebra::DMatrix;

use crate::{
    Cancelled, Progress,
    distributions::chi_squared_sf,
    random::SplitMix64,
    resampling::{Steps, draws},
};

/// Categorical answers folded by pattern: how many customers answered alike. Categories are numbered from 0, item by item.
///
/// Missing answers are part of a pattern and simply say nothing; customers without any answer are counted and left out. Counts are whole
/// numbers, so parts merge in any order to the same bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternTally {
    categories: Vec<usize>,
    patterns: BTreeMap<Vec<Option<u16>>, u64>,
    left_out: u64,
}

/// How latent classes are looked for. [`LatentClass::new`] has the usual settings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LatentClass {
    /// Number of classes.
    pub classes: usize,
    /// Random starts; the best is kept.
    pub starts: u64,
    /// Seed of the starts.
    pub seed: u64,
    /// Steps of the EM algorithm at most, for each start.
    pub most_iterations: u32,
    /// A start has converged when a step raises the log-likelihood by less.
    pub tolerance: f64,
}

/// A probability with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probability {
    /// 0 to 1.
    pub value: f64,
    /// Standard error; `None` on the boundary (below 10⁻⁵ or above 1 − 10⁻⁵), or when the model is not identified.
    pub standard_error: Option<f64>,
}

/// How one class answers one item.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassItem {
    /// Probability of each category.
    pub probabilities: Vec<Probability>,
}

/// One latent class.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassProfile {
    /// Share of the customers.
    pub share: Probability,
    /// How it answers each item.
    pub items: Vec<ClassItem>,
}

/// Fitted latent classes, the largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct LatentClassFit {
    /// The classes.
    pub classes: Vec<ClassProfile>,
    /// Log-likelihood of the answers.
    pub log_likelihood: f64,
    /// Free parameters, those on the boundary among them.
    pub parameters: u64,
    /// Bayesian information criterion, 2-log form: less is better.
    pub bic: f64,
    /// Akaike information criterion: less is better.
    pub aic: f64,
    /// Relative entropy: 1 when every customer's class is certain, 0 when nothing is known; `None` for one class.
    pub entropy_r2: Option<f64>,
    /// Likelihood-ratio statistic against the saturated model; `None` when answers are missing.
    pub g_squared: Option<f64>,
    /// Pearson's statistic against the saturated model; `None` when answers are missing.
    pub chi_squared: Option<f64>,
    /// Possible patterns − 1 − parameters; a model with less than 0 is not identified.
    pub df: f64,
    /// P-value of `g_squared`; trust it only when patterns have 5 customers or so. `None` without degrees of freedom.
    pub p_value: Option<f64>,
    /// Whether the answers determine all parameters near the solution.
    pub identified: bool,
    /// Probabilities on the boundary, below 10⁻⁵ or above 1 − 10⁻⁵.
    pub boundary: u64,
    /// Customers with at least one answer.
    pub n: u64,
    /// Customers without any answer, left out.
    pub left_out: u64,
    /// Different patterns.
    pub patterns: usize,
    /// Random starts made.
    pub starts: u64,
    /// Starts that reached this log-likelihood within 0.001; few of many call for more starts.
    pub starts_at_best: u64,
    /// Steps of the kept start.
    pub iterations: u32,
}

/// Which class one customer belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct PosteriorClass {
    /// The most probable class.
    pub class: usize,
    /// Probability of each class.
    pub probabilities: Vec<f64>,
}

/// Why latent classes cannot be fitted.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LatentClassError {
    /// No items.
    #[error("there are no items")]
    NoItems,
    /// An item with fewer than two categories, or too many.
    #[error("item {item} has {categories} categories: it takes 2 to 1000")]
    Categories {
        /// The item, numbered from 0.
        item: usize,
        /// Its categories.
        categories: usize,
    },
    /// A row of another width.
    #[error("the row has {found} answers, and there are {items} items")]
    Width {
        /// Items there are.
        items: usize,
        /// Answers in the row.
        found: usize,
    },
    /// An answer that is not a category.
    #[error("item {item} has no category {category}: there are {categories}, numbered from 0")]
    Category {
        /// The item, numbered from 0.
        item: usize,
        /// The refused answer.
        category: usize,
        /// Categories there are.
        categories: usize,
    },
    /// Parts with other items cannot be added.
    #[error("tallies of different items cannot be merged")]
    Merge,
    /// Nobody has answered.
    #[error("there are no answers")]
    NoAnswers,
    /// An item that everyone answered alike, or nobody.
    #[error("item {item} is constant: all its answers are equal or missing")]
    Constant {
        /// The item, numbered from 0.
        item: usize,
    },
    /// No classes, or as many as patterns.
    #[error(
        "{classes} classes cannot be told apart by {patterns} different patterns: ask for 1 or more, but fewer than the patterns"
    )]
    Classes {
        /// Classes asked for.
        classes: usize,
        /// Different patterns.
        patterns: usize,
    },
    /// Settings that end nowhere.
    #[error("{what} is {value}: it must be above 0")]
    Setting {
        /// Name of the setting.
        what: &'static str,
        /// The refused value.
        value: f64,
    },
    /// The best start has not settled.
    #[error(
        "the best start has not converged after {iterations} steps: the log-likelihood {log_likelihood} still rose by {change:e}"
    )]
    NotConverged {
        /// Steps made.
        iterations: u32,
        /// Log-likelihood reached.
        log_likelihood: f64,
        /// What the last step added.
        change: f64,
    },
    /// The computation was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl PatternTally {
    /// An empty tally for items with so many categories each.
    ///
    /// # Errors
    /// [`LatentClassError::NoItems`]; [`LatentClassError::Categories`] for an item with fewer than 2 or more than 1,000.
    pub fn new(categories: Vec<usize>) -> Result<Self, LatentClassError> {
        if categories.is_empty() {
            return Err(LatentClassError::NoItems);
        }
        for (item, &categories) in categories.iter().enumerate() {
            if !(2..=1000).contains(&categories) {
                return Err(LatentClassError::Categories { item, categories });
            }
        }
        Ok(Self {
            categories,
            patterns: BTreeMap::new(),
            left_out: 0,
        })
    }

    /// Counts one customer.
    ///
    /// # Errors
    /// [`LatentClassError::Width`] and [`LatentClassError::Category`]; the tally is then unchanged.
    pub fn push(&mut self, answers: &[Option<usize>]) -> Result<(), LatentClassError> {
        self.add(answers, 1)
    }

    /// Counts `count` customers who answered alike.
    ///
    /// # Errors
    /// [`LatentClassError::Width`] and [`LatentClassError::Category`]; the tally is then unchanged.
    pub fn add(&mut self, answers: &[Option<usize>], count: u64) -> Result<(), LatentClassError> {
        let pattern = checked(answers, &self.categories)?;
        if count == 0 {
            return Ok(());
        }
        let customers = if pattern.iter().all(Option::is_none) {
            &mut self.left_out
        } else {
            self.patterns.entry(pattern).or_default()
        };
        *customers = customers.saturating_add(count);
        Ok(())
    }

    /// Adds the counts of another part of the data.
    ///
    /// # Errors
    /// [`LatentClassError::Merge`] when the items differ; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), LatentClassError> {
        if self.categories != other.categories {
            return Err(LatentClassError::Merge);
        }
        for (pattern, count) in &other.patterns {
            let customers = self.patterns.entry(pattern.clone()).or_default();
            *customers = customers.saturating_add(*count);
        }
        self.left_out = self.left_out.saturating_add(other.left_out);
        Ok(())
    }

    /// Customers with at least one answer.
    pub fn n(&self) -> u64 {
        self.patterns
            .values()
            .fold(0, |sum: u64, &count| sum.saturating_add(count))
    }
}

fn checked(
    answers: &[Option<usize>],
    categories: &[usize],
) -> Result<Vec<Option<u16>>, LatentClassError> {
    if answers.len() != categories.len() {
        return Err(LatentClassError::Width {
            items: categories.len(),
            found: answers.len(),
        });
    }
    for (item, (answer, &categories)) in answers.iter().zip(categories).enumerate() {
        if let Some(category) = answer.filter(|&category| category >= categories) {
            return Err(LatentClassError::Category {
                item,
                category,
                categories,
            });
        }
    }
    Ok(answers
        .iter()
        .map(|answer| answer.and_then(|category| u16::try_from(category).ok()))
        .collect())
}

impl LatentClass {
    /// Twenty starts, 10,000 steps at most, converged below 10⁻¹⁰.
    pub fn new(classes: usize, seed: u64) -> Self {
        Self {
            classes,
            starts: 20,
            seed,
            most_iterations: 10_000,
            tolerance: 1e-10,
        }
    }

    /// Fits the classes by the EM algorithm over the patterns.
    ///
    /// ```text
    /// P(answers) = Σ_c π_c Π_j θ_cj(answer j)      the product over the items answered
    /// bic = −2 ln L + p ln n      aic = −2 ln L + 2 p      entropy R² = 1 − Σ_i Σ_c −p_ic ln p_ic / (n ln C)
    /// ```
    /// Standard errors come from the cross-products of the patterns' scores (the empirical information), on the scale of log-odds and
    /// by the delta method back; probabilities on the boundary are held fixed. Start i uses stream i of the seed.
    ///
    /// ```
    /// use radost_stats::{Progress, groups::{LatentClass, PatternTally}};
    ///
    /// // Stouffer and Toby (1951), role conflict in four situations, 216 respondents, as in Goodman (1974).
    /// let counts = [42, 23, 6, 25, 6, 24, 7, 38, 1, 4, 1, 6, 2, 9, 2, 20];
    /// let mut tally = PatternTally::new(vec![2; 4])?;
    /// for (pattern, count) in counts.into_iter().enumerate() {
    ///     let answers: Vec<_> = (0..4).map(|item| Some(pattern >> (3 - item) & 1)).collect();
    ///     tally.add(&answers, count)?;
    /// }
    /// let fit = LatentClass::new(2, 1).fit(&tally, &Progress::none())?;
    /// assert!(fit.g_squared.is_some_and(|g| (g - 2.72).abs() < 0.005)); // 6 degrees of freedom
    /// assert!((fit.classes[0].share.value - 0.72).abs() < 0.005);
    /// # Ok::<(), radost_stats::groups::LatentClassError>(())
    /// ```
    /// # Units
    /// Probabilities; information criteria in units of 2 ln L.
    /// # Assumptions
    /// Within a class the items are independent; customers are a simple random sample; answers are missing at random.
    /// # Errors
    /// [`LatentClassError::NoAnswers`], [`LatentClassError::Constant`], [`LatentClassError::Classes`], [`LatentClassError::Setting`],
    /// [`LatentClassError::NotConverged`], [`LatentClassError::Cancelled`].
    /// # Sources
    /// Goodman (1974), Biometrika 61(2), 215–231; Linzer and Lewis (2011), Journal of Statistical Software 42(10), 1–29; Bandeen-Roche,
    /// Miglioretti, Zeger and Rathouz (1997), JASA 92(440), 1375–1386; entropy: Ramaswamy, DeSarbo, Reibstein and Robinson (1993),
    /// Marketing Science 12(1), 103–124.
    pub fn fit(
        &self,
        tally: &PatternTally,
        progress: &Progress<'_>,
    ) -> Result<LatentClassFit, LatentClassError> {
        if tally.patterns.is_empty() {
            return Err(LatentClassError::NoAnswers);
        }
        for item in 0..tally.categories.len() {
            let mut given = tally.patterns.keys().filter_map(|pattern| pattern[item]);
            let first = given.next();
            if !given.any(|category| Some(category) != first) {
                return Err(LatentClassError::Constant { item });
            }
        }
        let patterns = tally.patterns.len();
        if self.classes == 0 || self.classes >= patterns {
            return Err(LatentClassError::Classes {
                classes: self.classes,
                patterns,
            });
        }
        for (what, value) in [
            ("starts", self.starts as f64),
            ("most_iterations", f64::from(self.most_iterations)),
            ("tolerance", self.tolerance),
        ] {
            if value.is_nan() || value <= 0.0 {
                return Err(LatentClassError::Setting { what, value });
            }
        }
        let data = Data::new(tally);
        let starts = if self.classes == 1 { 1 } else { self.starts };
        let steps = Steps::new(starts, *progress);
        let mut found = draws(0..starts, &steps, |start| {
            let mut random = SplitMix64::stream(self.seed, start);
            let first = Model::random(&data, self.classes, &mut random);
            self.climb(first, &data, progress, start, starts)
        })?;
        let best = found
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.log_likelihood.total_cmp(&b.1.log_likelihood))
            .map_or(0, |(start, _)| start);
        let top = found[best].log_likelihood;
        let starts_at_best = found
            .iter()
            .filter(|climb| top - climb.log_likelihood < 1e-3)
            .count() as u64;
        let climb = found.swap_remove(best);
        if climb.change >= self.tolerance {
            return Err(LatentClassError::NotConverged {
                iterations: climb.iterations,
                log_likelihood: climb.log_likelihood,
                change: climb.change,
            });
        }
        Ok(data.describe(climb, tally, starts, starts_at_best))
    }

    fn climb(
        &self,
        mut model: Model,
        data: &Data,
        progress: &Progress<'_>,
        start: u64,
        starts: u64,
    ) -> Result<Climb, Cancelled> {
        let mut last = f64::NEG_INFINITY;
        let mut iterations = 0;
        loop {
            let (next, log_likelihood) = model.step(data);
            let change = log_likelihood - last;
            if change < self.tolerance || iterations >= self.most_iterations {
                return Ok(Climb {
                    model,
                    log_likelihood,
                    change,
                    iterations,
                });
            }
            model = next;
            last = log_likelihood;
            iterations += 1;
            if iterations % 200 == 0 {
                progress.report(start, starts)?;
            }
        }
    }
}

/// Where one start has arrived.
struct Climb {
    model: Model,
    log_likelihood: f64,
    change: f64,
    iterations: u32,
}

/// The patterns laid out for repeated passes.
struct Data {
    /// Where the categories of each item begin among all.
    offsets: Vec<usize>,
    categories: usize,
    /// Numbers, among all categories, of the answers of each pattern.
    answers: Vec<Vec<usize>>,
    counts: Vec<f64>,
}

impl Data {
    fn new(tally: &PatternTally) -> Self {
        let mut offsets = vec![0];
        let mut end = 0;
        for categories in &tally.categories {
            end += categories;
            offsets.push(end);
        }
        Self {
            answers: tally
                .patterns
                .keys()
                .map(|pattern| numbers(pattern, &offsets))
                .collect(),
            counts: tally.patterns.values().map(|&count| count as f64).collect(),
            offsets,
            categories: end,
        }
    }

    fn items(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.offsets
            .iter()
            .zip(self.offsets.iter().skip(1))
            .map(|(&start, &end)| start..end)
    }

    fn describe(
        &self,
        mut climb: Climb,
        tally: &PatternTally,
        starts: u64,
        starts_at_best: u64,
    ) -> LatentClassFit {
        climb.model.largest_first();
        let model = &climb.model;
        let classes = model.shares.len();
        let n = tally.n();
        let per_class: usize = tally
            .categories
            .iter()
            .map(|categories| categories - 1)
            .sum();
        let parameters = classes * per_class + classes - 1;
        let (mut disorder, mut g_squared, mut chi_squared_statistic) = (0.0, 0.0, n as f64);
        for (answers, count) in self.answers.iter().zip(&self.counts) {
            let (posterior, log_probability) = model.posterior(answers);
            let entropy = posterior.iter().filter(|&&p| p > 0.0);
            disorder -= count * entropy.map(|p| p * p.ln()).sum::<f64>();
            let expected = n as f64 * log_probability.exp();
            g_squared += 2.0 * count * (count / expected).ln();
            chi_squared_statistic += (count - expected).powi(2) / expected - expected;
        }
        let complete = tally
            .patterns
            .keys()
            .all(|pattern| pattern.iter().all(Option::is_some));
        let possible: f64 = tally.categories.iter().map(|&c| c as f64).product();
        let df = possible - 1.0 - parameters as f64;
        let (errors, identified) = self.standard_errors(model);
        let on_boundary = |p: f64| !(BOUNDARY..=1.0 - BOUNDARY).contains(&p);
        let probability = |value: f64, place: usize| Probability {
            value,
            standard_error: errors
                .get(place)
                .copied()
                .filter(|_| identified && !on_boundary(value)),
        };
        let profiles: Vec<ClassProfile> = (0..classes)
            .map(|class| ClassProfile {
                share: probability(model.shares[class], class),
                items: self
                    .items()
                    .map(|item| ClassItem {
                        probabilities: item
                            .map(|category| {
                                let place = classes + class * self.categories + category;
                                probability(model.chances[class][category], place)
                            })
                            .collect(),
                    })
                    .collect(),
            })
            .collect();
        let boundary = model.chances.iter().flatten().filter(|&&p| on_boundary(p));
        LatentClassFit {
            log_likelihood: climb.log_likelihood,
            parameters: parameters as u64,
            bic: -2.0 * climb.log_likelihood + parameters as f64 * (n as f64).ln(),
            aic: -2.0 * climb.log_likelihood + 2.0 * parameters as f64,
            entropy_r2: (classes > 1).then(|| 1.0 - disorder / (n as f64 * (classes as f64).ln())),
            g_squared: complete.then_some(g_squared),
            chi_squared: complete.then_some(chi_squared_statistic),
            df,
            p_value: (complete && df > 0.0).then(|| chi_squared_sf(g_squared, df)),
            identified: identified && df >= 0.0,
            boundary: boundary.count() as u64,
            n,
            left_out: tally.left_out,
            patterns: self.counts.len(),
            starts,
            starts_at_best,
            iterations: climb.iterations,
            classes: profiles,
        }
    }

    /// Standard errors of the shares, then of all chances class by class, and whether the scores determine all free parameters.
    fn standard_errors(&self, model: &Model) -> (Vec<f64>, bool) {
        let classes = model.shares.len();
        // Free log-odds: the classes but the last, then in each class and item the inner categories but the last of them.
        let mut free: Vec<(usize, usize)> = Vec::new();
        let mut blocks: Vec<(usize, Vec<usize>, usize)> = Vec::new();
        let mut place = classes - 1;
        for class in 0..classes {
            for item in self.items() {
                let inner: Vec<usize> = item
                    .filter(|&category| model.chances[class][category] >= BOUNDARY)
                    .collect();
                let estimated = inner.len().saturating_sub(1);
                free.extend(
                    inner
                        .iter()
                        .take(estimated)
                        .map(|&category| (class, category)),
                );
                blocks.push((class, inner, place));
                place += estimated;
            }
        }
        let size = classes - 1 + free.len();
        let mut information = DMatrix::<f64>::zeros(size, size);
        let item_of: Vec<usize> = self
            .items()
            .enumerate()
            .flat_map(|(item, range)| range.map(move |_| item))
            .collect();
        let mut score = vec![0.0; size];
        for (answers, count) in self.answers.iter().zip(&self.counts) {
            let (posterior, _) = model.posterior(answers);
            let mut answered = vec![None; self.offsets.len()];
            for &answer in answers {
                answered[item_of[answer]] = Some(answer);
            }
            for class in 0..classes - 1 {
                score[class] = posterior[class] - model.shares[class];
            }
            for (value, &(class, category)) in score.iter_mut().skip(classes - 1).zip(&free) {
                *value = answered[item_of[category]].map_or(0.0, |answer| {
                    let chosen = f64::from(answer == category);
                    posterior[class] * (chosen - model.chances[class][category])
                });
            }
            for (i, a) in score.iter().enumerate() {
                for (j, b) in score.iter().enumerate().take(i + 1) {
                    information[(i, j)] += count * a * b;
                }
            }
        }
        let mut errors = vec![0.0; classes + classes * self.categories];
        if size == 0 {
            return (errors, true);
        }
        // Judged on the scale of correlations, so that a rare category is not taken for one that is not determined.
        let scale: Vec<f64> = (0..size).map(|i| information[(i, i)].sqrt()).collect();
        if scale.iter().any(|&s| s <= 0.0) {
            return (errors, false);
        }
        let scaled = DMatrix::from_fn(size, size, |i, j| {
            information[(i.max(j), i.min(j))] / scale[i] / scale[j]
        });
        let smallest = scaled.clone().symmetric_eigenvalues().min();
        let Some(inverse) = scaled
            .cholesky()
            .filter(|_| smallest > 1e-9)
            .map(|cholesky| cholesky.inverse())
        else {
            return (errors, false);
        };
        let covariance = |i: usize, j: usize| inverse[(i, j)] / scale[i] / scale[j];
        let mut spread = |values: &[(usize, f64)], start: usize| {
            // d p_k / d η_a = p_k (1[k = a] − p_a), a over all but the last.
            for (k, &(target, p)) in values.iter().enumerate() {
                let slope = |a: usize| p * (f64::from(a == k) - values[a].1);
                let mut variance = 0.0;
                for a in 0..values.len() - 1 {
                    for b in 0..values.len() - 1 {
                        variance += slope(a) * slope(b) * covariance(start + a, start + b);
                    }
                }
                errors[target] = variance.max(0.0).sqrt();
            }
        };
        let shares: Vec<(usize, f64)> = model.shares.iter().copied().enumerate().collect();
        spread(&shares, 0);
        for (class, inner, start) in &blocks {
            let chances: Vec<(usize, f64)> = inner
                .iter()
                .map(|&category| {
                    let target = classes + class * self.categories + category;
                    (target, model.chances[*class][category])
                })
                .collect();
            if chances.len() > 1 {
                spread(&chances, *start);
            }
        }
        (errors, true)
    }
}

const BOUNDARY: f64 = 1e-5;

fn numbers(pattern: &[Option<u16>], offsets: &[usize]) -> Vec<usize> {
    pattern
        .iter()
        .zip(offsets)
        .filter_map(|(answer, offset)| Some(offset + usize::from((*answer)?)))
        .collect()
}

/// Class shares, and in each class the chance of every category.
struct Model {
    shares: Vec<f64>,
    log_shares: Vec<f64>,
    chances: Vec<Vec<f64>>,
    log_chances: Vec<Vec<f64>>,
}

impl Model {
    fn new(shares: Vec<f64>, chances: Vec<Vec<f64>>) -> Self {
        let logs = |values: &Vec<f64>| values.iter().map(|p| p.ln()).collect::<Vec<f64>>();
        Self {
            log_shares: logs(&shares),
            log_chances: chances.iter().map(logs).collect(),
            shares,
            chances,
        }
    }

    fn random(data: &Data, classes: usize, random: &mut SplitMix64) -> Self {
        let chances = (0..classes)
            .map(|_| {
                let mut own: Vec<f64> =
                    (0..data.categories).map(|_| 0.05 + random.unit()).collect();
                for item in data.items() {
                    let sum: f64 = own[item.clone()].iter().sum();
                    own[item].iter_mut().for_each(|p| *p /= sum);
                }
                own
            })
            .collect();
        Self::new(vec![1.0 / classes as f64; classes], chances)
    }

    /// Probability of each class given the answers, and the logarithm of that of the answers.
    fn posterior(&self, answers: &[usize]) -> (Vec<f64>, f64) {
        let mut joint = self.shares.clone();
        let log_probability = self.posterior_into(answers, &mut joint);
        (joint, log_probability)
    }

    fn posterior_into(&self, answers: &[usize], joint: &mut [f64]) -> f64 {
        let mut largest = f64::NEG_INFINITY;
        let classes = self.log_shares.iter().zip(&self.log_chances);
        for (value, (share, chances)) in joint.iter_mut().zip(classes) {
            *value = share + answers.iter().map(|&a| chances[a]).sum::<f64>();
            largest = largest.max(*value);
        }
        if largest == f64::NEG_INFINITY {
            // Answers that no class gives: they say nothing of the class.
            joint.copy_from_slice(&self.shares);
            return largest;
        }
        let mut sum = 0.0;
        for value in joint.iter_mut() {
            *value = (*value - largest).exp();
            sum += *value;
        }
        joint.iter_mut().for_each(|value| *value /= sum);
        largest + sum.ln()
    }

    /// One step of EM: the next model, and the log-likelihood of this one.
    fn step(&self, data: &Data) -> (Self, f64) {
        let classes = self.shares.len();
        let mut shares = vec![0.0; classes];
        let mut chances = vec![vec![0.0; data.categories]; classes];
        let mut log_likelihood = 0.0;
        let mut posterior = vec![0.0; classes];
        for (answers, count) in data.answers.iter().zip(&data.counts) {
            log_likelihood += count * self.posterior_into(answers, &mut posterior);
            for (class, p) in posterior.iter().enumerate() {
                let weight = count * p;
                shares[class] += weight;
                for &answer in answers {
                    chances[class][answer] += weight;
                }
            }
        }
        let n: f64 = shares.iter().sum();
        for (class, own) in chances.iter_mut().enumerate() {
            for item in data.items() {
                let sum: f64 = own[item.clone()].iter().sum();
                for category in item {
                    // A class that nobody who answered the item is in keeps what it had.
                    own[category] = if sum > 0.0 {
                        own[category] / sum
                    } else {
                        self.chances[class][category]
                    };
                }
            }
        }
        shares.iter_mut().for_each(|share| *share /= n);
        (Self::new(shares, chances), log_likelihood)
    }

    fn largest_first(&mut self) {
        let mut order: Vec<usize> = (0..self.shares.len()).collect();
        order.sort_by(|&a, &b| self.shares[b].total_cmp(&self.shares[a]));
        *self = Self::new(
            order.iter().map(|&class| self.shares[class]).collect(),
            order
                .iter()
                .map(|&class| self.chances[class].clone())
                .collect(),
        );
    }
}

impl LatentClassFit {
    /// The class of one customer by the answers given, who need not be among those fitted.
    ///
    /// # Errors
    /// [`LatentClassError::Width`], [`LatentClassError::Category`].
    pub fn posterior(&self, answers: &[Option<usize>]) -> Result<PosteriorClass, LatentClassError> {
        let items = self.classes.first().map_or(&[][..], |class| &class.items);
        let categories: Vec<usize> = items.iter().map(|item| item.probabilities.len()).collect();
        let pattern = checked(answers, &categories)?;
        let mut offsets = vec![0];
        let mut end = 0;
        for categories in &categories {
            end += categories;
            offsets.push(end);
        }
        let model = Model::new(
            self.classes.iter().map(|class| class.share.value).collect(),
            self.classes
                .iter()
                .map(|class| {
                    let items = class.items.iter();
                    items
                        .flat_map(|item| item.probabilities.iter().map(|p| p.value))
                        .collect()
                })
                .collect(),
        );
        let (probabilities, _) = model.posterior(&numbers(&pattern, &offsets));
        let class =
            probabilities
                .iter()
                .enumerate()
                .fold((0, f64::NEG_INFINITY), |best, (class, &p)| {
                    if p > best.1 { (class, p) } else { best }
                });
        Ok(PosteriorClass {
            class: class.0,
            probabilities,
        })
    }
}
