use rayon::prelude::*;

use super::{
    PlsError, PlsModel, PlsRows, PlsSettings,
    estimate::{self, Estimate, Indicators},
    fit::ModelMoments,
    index,
};
use crate::resampling::{self, BootstrapInterval, Steps, acceleration, bounds};
use crate::{Level, Progress, Scale, random::SplitMix64};

/// The fewest resamples that are worth percentiles.
pub(super) const MIN_DRAWS: usize = 100;

/// What is done when a resample turns the sign of a latent variable, which the algorithm leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SignChange {
    /// Nothing. Turned signs widen the intervals.
    None,
    /// Every outer weight gets the sign it has in the sample, and the scores follow.
    Individual,
    /// A latent variable is turned when its loadings then lie closer to those of the sample; the default, as in semPLS.
    #[default]
    Construct,
}

impl std::fmt::Display for SignChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "no sign change",
            Self::Individual => "individual sign change",
            Self::Construct => "construct-level sign change",
        })
    }
}

/// How a bootstrap is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsBootstrapSettings {
    /// Resamples; 5,000 are usual.
    pub draws: usize,
    /// Begins the random numbers; equal seeds give equal intervals on any number of processors.
    pub seed: u64,
    /// Confidence level; 0.95 by default.
    pub level: Level,
    /// How the bounds are found; percentiles by default.
    pub method: BootstrapInterval,
    /// What is done with turned signs; construct-level by default.
    pub sign_change: SignChange,
    /// Scales of the indicators, one for all or one for each, to have indices too; none by default.
    pub scales: Vec<Scale>,
}

impl PlsBootstrapSettings {
    /// The defaults with so many draws.
    pub fn new(draws: usize, seed: u64) -> Self {
        Self {
            draws,
            seed,
            level: Level::P95,
            method: BootstrapInterval::default(),
            sign_change: SignChange::default(),
            scales: Vec::new(),
        }
    }
}

/// One number of the model with what the resamples say of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BootstrapEstimate {
    /// The estimate from the sample.
    pub value: f64,
    /// Mean of the resamples less the estimate.
    pub bias: f64,
    /// Standard deviation of the resamples.
    pub standard_error: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// A path with its interval.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsBootstrapPath {
    /// What moves.
    pub from: String,
    /// What is moved.
    pub to: String,
    /// In standard deviations.
    pub coefficient: BootstrapEstimate,
}

/// An effect along all ways with its interval.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsBootstrapEffect {
    /// What moves.
    pub from: String,
    /// What is moved, directly or through others.
    pub to: String,
    /// Through others, in standard deviations.
    pub indirect: BootstrapEstimate,
    /// Direct and indirect, in standard deviations.
    pub total: BootstrapEstimate,
}

/// An indicator with its intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsBootstrapIndicator {
    /// The latent variable.
    pub latent: String,
    /// The indicator.
    pub indicator: String,
    /// Outer weight.
    pub weight: BootstrapEstimate,
    /// Loading, −1 to 1.
    pub loading: BootstrapEstimate,
}

/// A latent variable with its intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsBootstrapLatent {
    /// The latent variable.
    pub latent: String,
    /// R², `None` when nothing moves it.
    pub r_squared: Option<BootstrapEstimate>,
    /// Index in points from 0 to 100, `None` without scales. It counts the uncertainty of the weights too.
    pub index: Option<BootstrapEstimate>,
}

/// The heterotrait–monotrait ratio of two latent variables in mode A with its interval.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsBootstrapRatio {
    /// The earlier in the model.
    pub first: String,
    /// The later in the model.
    pub second: String,
    /// They can be told apart when the upper bound stays below 1, or below 0.9 to be on the safe side.
    pub ratio: BootstrapEstimate,
}

/// Every number of a path model with the interval of resampled respondents.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsBootstrap {
    /// The paths, in the order of the model.
    pub paths: Vec<PlsBootstrapPath>,
    /// Every pair with a way from one to the other, as in [`PlsFit::effects`](super::PlsFit::effects).
    pub effects: Vec<PlsBootstrapEffect>,
    /// The indicators, in the order of the model.
    pub indicators: Vec<PlsBootstrapIndicator>,
    /// The latent variables, in the order of the model.
    pub latents: Vec<PlsBootstrapLatent>,
    /// Every pair of latent variables in mode A.
    pub heterotrait_monotrait: Vec<PlsBootstrapRatio>,
    /// Respondents that count.
    pub n: u64,
    /// Resamples drawn.
    pub draws: usize,
    /// Resamples without an estimate: a constant or collinear indicator, or weights that did not settle. They are left out, not drawn anew.
    pub inadmissible: usize,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How the bounds were found.
    pub method: BootstrapInterval,
    /// What was done with turned signs.
    pub sign_change: SignChange,
}

/// The respondents in deviations from the means, and the sums that leaving one of them out takes.
struct Sample<'a> {
    model: &'a PlsModel,
    settings: &'a PlsSettings,
    scales: Vec<Scale>,
    p: usize,
    n: usize,
    means: Vec<f64>,
    /// Row by row, a missing answer being 0.
    deviations: Vec<f64>,
    /// Row by row, 1 where answered; `None` when nothing is missing.
    answered: Option<Vec<f64>>,
    /// Variances below this are rounding.
    noise: Vec<f64>,
}

/// Means and covariances of one resample.
struct Resample {
    means: Vec<f64>,
    covariance: Vec<f64>,
}

impl PlsModel {
    /// Estimates the model from resampled respondents, for an interval around every number.
    ///
    /// Whole respondents are drawn with replacement; each draw has random numbers of its own, so that the result is the same on any number
    /// of processors. A draw is only a resampled covariance matrix with its own means (of missing answers too), from which the model is
    /// estimated as in [`fit`](Self::fit). Bounds are type-7 quantiles of the draws at α/2 and 1 − α/2, or for BCa at
    /// ```text
    /// Φ( z₀ + (z₀ + z) / (1 − a (z₀ + z)) )      z = Φ⁻¹(α/2) and Φ⁻¹(1 − α/2)
    /// z₀ = Φ⁻¹( share of draws below the estimate )      a = Σ d³ / 6 (Σ d²)^{3/2}
    /// ```
    /// with d the mean of the leave-one-out estimates less each of them. A number that no draw changes has bounds equal to itself.
    ///
    /// ```
    /// # use radost_stats::{Progress, pls::*};
    /// # let model = PlsModel::builder().latent("Value", Mode::A, ["price"]).latent("Loyalty", Mode::A, ["again"])
    /// #     .path("Value", "Loyalty").build()?;
    /// let mut rows = PlsRows::new(["price", "again"], MissingAnswers::Listwise)?;
    /// for i in 0..40 {
    ///     rows.push(&[Some(f64::from(i % 10)), Some(f64::from((i * 7 + i / 3) % 10))])?;
    /// }
    /// let settings = PlsBootstrapSettings::new(1000, 1);
    /// let bootstrap = model.bootstrap(&rows, &PlsSettings::default(), &settings, Progress::none())?;
    /// let path = bootstrap.paths[0].coefficient;
    /// assert!((path.value - 0.195521).abs() < 1e-6 && path.low < 0.0 && path.high > 0.4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Units
    /// Those of [`PlsFit`](super::PlsFit) and [`PlsIndex`](super::PlsIndex).
    /// # Assumptions
    /// A simple random sample of respondents.
    /// # Errors
    /// Those of [`fit`](Self::fit) and [`indices`](super::PlsFit::indices); [`PlsError::Draws`] below 100 draws;
    /// [`PlsError::Inadmissible`] when more than half of the draws give no estimate; [`PlsError::Cancelled`].
    /// # Sources
    /// Efron and Tibshirani (1993), An Introduction to the Bootstrap, Chapman & Hall, chapters 13 and 14; Tenenhaus, Esposito Vinzi,
    /// Chatelin and Lauro (2005), Computational Statistics & Data Analysis 48(1), 159–205 (signs); Henseler, Ringle and Sarstedt (2015),
    /// Journal of the Academy of Marketing Science 43, 115–135 (intervals of HTMT).
    pub fn bootstrap(
        &self,
        rows: &PlsRows,
        settings: &PlsSettings,
        bootstrap: &PlsBootstrapSettings,
        progress: Progress<'_>,
    ) -> Result<PlsBootstrap, PlsError> {
        let draws = bootstrap.draws;
        if draws < MIN_DRAWS {
            return Err(PlsError::Draws { draws });
        }
        let tally = rows.tally()?;
        let fit = self.fit(&tally, settings)?;
        if !bootstrap.scales.is_empty() {
            fit.indices(&bootstrap.scales, bootstrap.level)?;
        }
        let moments = self.moments(&tally)?;
        let sample = Sample::new(self, settings, &bootstrap.scales, rows, &moments)?;
        let whole = Resample {
            means: moments.means,
            covariance: moments.covariance,
        };
        let (values, loadings) = sample.estimate(whole, SignChange::None, None)?;
        let anchor = Anchor {
            weights: sample.own_weights(&values),
            block_loadings: loadings,
        };

        let steps = match bootstrap.method {
            BootstrapInterval::Percentile => draws,
            BootstrapInterval::Bca => draws + sample.n,
        } as u64;
        let steps = Steps::new(steps, progress);
        let estimate = |resample: Option<Resample>| {
            let found = resample.and_then(|resample| {
                let sign_change = bootstrap.sign_change;
                sample.estimate(resample, sign_change, Some(&anchor)).ok()
            });
            Ok::<_, PlsError>(found.map(|(values, _)| values))
        };
        let drawn = resampling::draws(0..draws as u64, &steps, |draw| {
            estimate(sample.draw(bootstrap.seed, draw))
        })?;
        let drawn: Vec<Vec<f64>> = drawn.into_iter().flatten().collect();
        if drawn.len() * 2 < draws {
            return Err(PlsError::Inadmissible {
                used: drawn.len(),
                draws,
            });
        }
        let accelerations = match bootstrap.method {
            BootstrapInterval::Percentile => None,
            BootstrapInterval::Bca => {
                let without = sample.leave_one_out();
                let left = resampling::draws(0..sample.n as u64, &steps, |row| {
                    estimate(without.resample(&sample, row as usize))
                })?;
                let left: Vec<Vec<f64>> = left.into_iter().flatten().collect();
                let one = |i| acceleration(left.iter().map(|line: &Vec<f64>| (line[i], 1)));
                Some((0..values.len()).map(one).collect::<Vec<f64>>())
            }
        };
        let summary = summarise(&values, &drawn, accelerations.as_deref(), bootstrap.level);
        Ok(sample.label(&summary, bootstrap, draws - drawn.len()))
    }
}

/// The sample itself, whose signs the resamples keep.
struct Anchor {
    weights: Vec<f64>,
    block_loadings: Vec<f64>,
}

impl<'a> Sample<'a> {
    fn new(
        model: &'a PlsModel,
        settings: &'a PlsSettings,
        scales: &[Scale],
        rows: &PlsRows,
        moments: &ModelMoments,
    ) -> Result<Self, PlsError> {
        let columns = model.positions(rows.columns())?;
        let p = columns.len();
        let (mut deviations, mut answered) = (Vec::new(), Vec::new());
        for row in rows.counting() {
            for (&column, mean) in columns.iter().zip(&moments.means) {
                deviations.push(row[column].map_or(0.0, |x| x - mean));
                answered.push(f64::from(u8::from(row[column].is_some())));
            }
        }
        let complete = answered.iter().all(|&x| x == 1.0);
        Ok(Self {
            model,
            settings,
            scales: if scales.is_empty() {
                Vec::new()
            } else {
                index::spread(scales, p)?
            },
            p,
            n: deviations.len() / p,
            means: moments.means.clone(),
            deviations,
            answered: (!complete).then_some(answered),
            noise: (0..p)
                .map(|a| 1e-12 * moments.covariance[a * p + a])
                .collect(),
        })
    }

    /// Resample number `draw`, or nothing when nobody in it answered an indicator.
    fn draw(&self, seed: u64, draw: u64) -> Option<Resample> {
        let (p, n) = (self.p, self.n);
        let mut random = SplitMix64::stream(seed, draw);
        let mut times = vec![0.0_f64; n];
        for _ in 0..n {
            times[random.below(n)] += 1.0;
        }
        let drawn = || {
            let rows = self.deviations.chunks_exact(p).enumerate();
            rows.zip(&times).filter(|(_, times)| **times > 0.0)
        };
        let mut shift = vec![0.0; p];
        let mut count = vec![n as f64; p];
        for ((_, row), times) in drawn() {
            for (sum, x) in shift.iter_mut().zip(row) {
                *sum += times * x;
            }
        }
        if let Some(answered) = &self.answered {
            count.fill(0.0);
            for (row, times) in answered.chunks_exact(p).zip(&times) {
                for (sum, x) in count.iter_mut().zip(row) {
                    *sum += times * x;
                }
            }
        }
        for (sum, count) in shift.iter_mut().zip(&count) {
            if *count == 0.0 {
                return None;
            }
            *sum /= count;
        }
        let mut products = vec![0.0; p * p];
        let mut centred = vec![0.0; p];
        for ((i, row), times) in drawn() {
            match &self.answered {
                None => {
                    for ((out, x), shift) in centred.iter_mut().zip(row).zip(&shift) {
                        *out = x - shift;
                    }
                }
                Some(answered) => {
                    let answered = &answered[i * p..][..p];
                    for (((out, x), shift), there) in
                        centred.iter_mut().zip(row).zip(&shift).zip(answered)
                    {
                        *out = (x - shift) * there;
                    }
                }
            }
            add_product(&mut products, &centred, *times);
        }
        Some(self.resample(products, &shift, n as f64))
    }

    /// From the upper triangle of the products of deviations.
    fn resample(&self, mut products: Vec<f64>, shift: &[f64], n: f64) -> Resample {
        let p = self.p;
        for a in 0..p {
            for b in a..p {
                let covariance = products[a * p + b] / (n - 1.0);
                products[a * p + b] = covariance;
                products[b * p + a] = covariance;
            }
        }
        Resample {
            means: self.means.iter().zip(shift).map(|(m, d)| m + d).collect(),
            covariance: products,
        }
    }

    /// All numbers of the model in one line, as [`label`](Self::label) reads them, and the sums of the loadings of each block.
    fn estimate(
        &self,
        resample: Resample,
        sign_change: SignChange,
        anchor: Option<&Anchor>,
    ) -> Result<(Vec<f64>, Vec<f64>), PlsError> {
        let (model, p) = (self.model, self.p);
        for (a, (indicator, noise)) in model.indicators().zip(&self.noise).enumerate() {
            if resample.covariance[a * p + a] <= *noise {
                return Err(PlsError::Constant {
                    indicator: indicator.to_owned(),
                });
            }
        }
        let indicators = Indicators::new(resample.covariance, p, self.settings.scaling);
        let mut weights = estimate::weights(model, &indicators, self.settings)?;
        let loadings = estimate::block_loadings(model, &indicators, &weights.weights);
        if let Some(anchor) = anchor {
            match sign_change {
                SignChange::None => {}
                SignChange::Individual => {
                    let sign = |a: usize, w: f64| w.abs() * anchor.weights[a].signum();
                    estimate::resign(model, &indicators, &mut weights, sign)?;
                }
                SignChange::Construct => {
                    let mut signs = vec![1.0; p];
                    for ((block, own), sample) in model
                        .blocks()
                        .iter()
                        .zip(&loadings)
                        .zip(&anchor.block_loadings)
                    {
                        if (sample - own).abs() > (sample + own).abs() {
                            signs[block.clone()].fill(-1.0);
                        }
                    }
                    estimate::resign(model, &indicators, &mut weights, |a, w| w * signs[a])?;
                }
            }
        }
        let estimate = estimate::structure(model, &indicators, weights)?;
        Ok((
            self.line(&estimate, &indicators, &resample.means)?,
            loadings,
        ))
    }

    /// Paths; weights; loadings; indirect and total effects; R²; heterotrait–monotrait ratios; indices.
    fn line(
        &self,
        estimate: &Estimate,
        indicators: &Indicators,
        means: &[f64],
    ) -> Result<Vec<f64>, PlsError> {
        let l = self.model.latents().len();
        let mut line = estimate.paths.clone();
        line.extend_from_slice(&estimate.weights);
        for (j, block) in self.model.blocks().iter().enumerate() {
            line.extend(block.clone().map(|a| estimate.loadings[a * l + j]));
        }
        let ends = self.model.path_ends();
        for (i, j) in self.model.ways() {
            let path = ends.iter().position(|&path| path == (i, j));
            let direct = path.map_or(0.0, |path| estimate.paths[path]);
            let total = estimate.total[i * l + j];
            line.extend([total - direct, total]);
        }
        line.extend_from_slice(&estimate.r_squared);
        let ratios = self
            .model
            .heterotrait_monotrait(&|a, b| indicators.correlation(a, b));
        line.extend(ratios);
        if !self.scales.is_empty() {
            for (latent, block) in self.model.latents().iter().zip(self.model.blocks()) {
                let scales = &self.scales[block.clone()];
                let weights: Vec<f64> = block
                    .clone()
                    .map(|a| match self.settings.scaling {
                        super::PlsScaling::Standardized => estimate.weights[a] / indicators.sd[a],
                        super::PlsScaling::Raw => estimate.weights[a],
                    })
                    .collect();
                let gradient =
                    index::gradient(&weights, scales).ok_or_else(|| PlsError::WeightsCancel {
                        latent: latent.name().to_owned(),
                    })?;
                let value = index::value(&gradient, &means[block.clone()], scales);
                line.push(value.clamp(0.0, 100.0));
            }
        }
        Ok(line)
    }

    fn own_weights(&self, line: &[f64]) -> Vec<f64> {
        line[self.model.path_ends().len()..][..self.p].to_vec()
    }

    fn label(
        &self,
        summary: &[BootstrapEstimate],
        bootstrap: &PlsBootstrapSettings,
        inadmissible: usize,
    ) -> PlsBootstrap {
        let (model, p) = (self.model, self.p);
        let name = |j: usize| model.latents()[j].name().to_owned();
        let ways = model.ways();
        let (paths, rest) = summary.split_at(model.path_ends().len());
        let (weights, rest) = rest.split_at(p);
        let (loadings, rest) = rest.split_at(p);
        let (effects, rest) = rest.split_at(2 * ways.len());
        let (r_squared, rest) = rest.split_at(model.latents().len());
        let pairs = model.reflective_pairs();
        let (ratios, indices) = rest.split_at(pairs.len());
        let owners = model
            .latents()
            .iter()
            .flat_map(|latent| latent.indicators().iter().map(|i| (latent.name(), i)));
        PlsBootstrap {
            paths: model
                .path_ends()
                .iter()
                .zip(paths)
                .map(|(&(from, to), coefficient)| PlsBootstrapPath {
                    from: name(from),
                    to: name(to),
                    coefficient: *coefficient,
                })
                .collect(),
            effects: ways
                .iter()
                .zip(effects.chunks_exact(2))
                .map(|(&(from, to), effect)| PlsBootstrapEffect {
                    from: name(from),
                    to: name(to),
                    indirect: effect[0],
                    total: effect[1],
                })
                .collect(),
            indicators: owners
                .zip(weights)
                .zip(loadings)
                .map(
                    |(((latent, indicator), weight), loading)| PlsBootstrapIndicator {
                        latent: latent.to_owned(),
                        indicator: indicator.clone(),
                        weight: *weight,
                        loading: *loading,
                    },
                )
                .collect(),
            latents: r_squared
                .iter()
                .enumerate()
                .map(|(j, r_squared)| PlsBootstrapLatent {
                    latent: name(j),
                    r_squared: (!model.predecessors(j).is_empty()).then_some(*r_squared),
                    index: indices.get(j).copied(),
                })
                .collect(),
            heterotrait_monotrait: pairs
                .into_iter()
                .zip(ratios)
                .map(|((first, second), ratio)| PlsBootstrapRatio {
                    first: name(first),
                    second: name(second),
                    ratio: *ratio,
                })
                .collect(),
            n: self.n as u64,
            draws: bootstrap.draws,
            inadmissible,
            level: bootstrap.level,
            method: bootstrap.method,
            sign_change: bootstrap.sign_change,
        }
    }

    fn leave_one_out(&self) -> LeaveOneOut {
        let p = self.p;
        let mut sums = LeaveOneOut {
            products: vec![0.0; p * p],
            sums: vec![0.0; p * p],
            counts: vec![0.0; p * p],
        };
        let ones = vec![1.0; p];
        for (i, row) in self.deviations.chunks_exact(p).enumerate() {
            add_product(&mut sums.products, row, 1.0);
            let there = self.answered(i).unwrap_or(&ones);
            for a in 0..p {
                for b in 0..p {
                    sums.sums[a * p + b] += row[a] * there[b];
                    sums.counts[a * p + b] += there[a] * there[b];
                }
            }
        }
        sums
    }

    fn answered(&self, row: usize) -> Option<&[f64]> {
        let answered = self.answered.as_ref()?;
        Some(&answered[row * self.p..][..self.p])
    }
}

/// Adds `times` · x xᵀ to the upper triangle.
fn add_product(products: &mut [f64], x: &[f64], times: f64) {
    let p = x.len();
    for (a, row) in products.chunks_exact_mut(p).enumerate() {
        let weighted = times * x[a];
        for (cell, b) in row[a..].iter_mut().zip(&x[a..]) {
            *cell += weighted * b;
        }
    }
}

/// Sums over all respondents who answered both a and b, from which one respondent is easily taken.
struct LeaveOneOut {
    /// Σ d_a d_b, upper triangle.
    products: Vec<f64>,
    /// Σ d_a.
    sums: Vec<f64>,
    /// How many there are.
    counts: Vec<f64>,
}

impl LeaveOneOut {
    /// Without this row, or nothing when it alone answered an indicator.
    fn resample(&self, sample: &Sample<'_>, row: usize) -> Option<Resample> {
        let p = sample.p;
        let d = &sample.deviations[row * p..][..p];
        let ones = vec![1.0; p];
        let there = sample.answered(row).unwrap_or(&ones);
        let mut shift = Vec::with_capacity(p);
        for a in 0..p {
            let count = self.counts[a * p + a] - there[a];
            if count == 0.0 {
                return None;
            }
            shift.push((self.sums[a * p + a] - d[a]) / count);
        }
        let mut products = vec![0.0; p * p];
        for a in 0..p {
            for b in a..p {
                let (ab, ba) = (a * p + b, b * p + a);
                products[ab] = self.products[ab]
                    - d[a] * d[b]
                    - shift[b] * (self.sums[ab] - d[a] * there[b])
                    - shift[a] * (self.sums[ba] - d[b] * there[a])
                    + shift[a] * shift[b] * (self.counts[ab] - there[a] * there[b]);
            }
        }
        Some(sample.resample(products, &shift, sample.n as f64 - 1.0))
    }
}

fn summarise(
    values: &[f64],
    drawn: &[Vec<f64>],
    accelerations: Option<&[f64]>,
    level: Level,
) -> Vec<BootstrapEstimate> {
    let n = drawn.len() as f64;
    values
        .par_iter()
        .enumerate()
        .map(|(i, &value)| {
            let mut own: Vec<f64> = drawn.iter().map(|line| line[i]).collect();
            own.sort_unstable_by(f64::total_cmp);
            let bias = own.iter().map(|x| x - value).sum::<f64>() / n;
            let squares: f64 = own.iter().map(|x| (x - value - bias).powi(2)).sum();
            let standard_error = (squares / (n - 1.0)).sqrt();
            // What does not vary but for rounding, as the loading of a single indicator.
            if standard_error <= 1e-9 {
                return BootstrapEstimate {
                    value,
                    bias: 0.0,
                    standard_error: 0.0,
                    low: value,
                    high: value,
                };
            }
            let acceleration = accelerations.map(|all| all[i]);
            let (low, high) = bounds(&own, value, acceleration, level).unwrap_or((value, value));
            BootstrapEstimate {
                value,
                bias,
                standard_error,
                low,
                high,
            }
        })
        .collect()
}
