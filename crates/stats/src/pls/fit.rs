use nalgebra::DMatrix;

use super::{
    MissingAnswers, Mode, PlsError, PlsModel, PlsRows, PlsScaling, PlsScheme, PlsSettings,
    PlsTally,
    estimate::{self, Estimate, Indicators},
};

/// One indicator in a fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsIndicator {
    /// Its name.
    pub name: String,
    /// Mean of the answers, in their units.
    pub mean: f64,
    /// Standard deviation of the answers with n − 1, in their units; a replaced answer counts as the mean.
    pub standard_deviation: f64,
    /// Outer weight: what one standard deviation of the indicator (one unit, when raw) adds to the score, in its standard deviations.
    pub weight: f64,
    /// Correlation with its latent variable, −1 to 1. Its square is the communality.
    pub loading: f64,
    /// Correlation with every latent variable, in the order of the model.
    pub cross_loadings: Vec<f64>,
    /// Missing answers that stand at the mean.
    pub replaced: u64,
}

/// One latent variable in a fitted model. What takes several reflective indicators is `None` for others.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsLatent {
    /// Its name.
    pub name: String,
    /// How its weights were found.
    pub mode: Mode,
    /// Its indicators.
    pub indicators: Vec<PlsIndicator>,
    /// Share of its variance that its predecessors explain, 0 to 1; `None` when nothing moves it.
    pub r_squared: Option<f64>,
    /// R² − k (1 − R²) / (n − k − 1) with k predecessors; it can fall below 0.
    pub adjusted_r_squared: Option<f64>,
    /// Average variance extracted: the mean of the squared loadings (mean communality), 0 to 1.
    pub average_variance_extracted: Option<f64>,
    /// Dijkstra and Henseler's ρA, the reliability of the score itself.
    pub rho_a: Option<f64>,
    /// Composite reliability ρC (Jöreskog's, Dillon–Goldstein's ρ) from the loadings.
    pub rho_c: Option<f64>,
    /// Cronbach's alpha of the answers as given, from their covariances.
    pub alpha_raw: Option<f64>,
    /// Cronbach's alpha of standardised answers, from their correlations.
    pub alpha_standardized: Option<f64>,
    /// What the principal components of the indicators say.
    pub unidimensionality: Option<Unidimensionality>,
}

/// Whether indicators measure one thing: the first eigenvalue of their correlations well above 1 and the second below.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unidimensionality {
    /// Largest eigenvalue.
    pub first_eigenvalue: f64,
    /// Second largest eigenvalue.
    pub second_eigenvalue: f64,
    /// Dillon–Goldstein's ρ from the first principal component; plspm's `DG.rho`.
    pub rho: f64,
}

/// A path and its coefficient.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsPath {
    /// What moves.
    pub from: String,
    /// What is moved.
    pub to: String,
    /// Standard deviations of `to` per standard deviation of `from`, its other predecessors held.
    pub coefficient: f64,
}

/// What one latent variable does to another along all ways, in standard deviations.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsEffect {
    /// What moves.
    pub from: String,
    /// What is moved, directly or through others.
    pub to: String,
    /// The path coefficient, 0 without a path.
    pub direct: f64,
    /// Through others: the sum over those ways of the product of the coefficients.
    pub indirect: f64,
    /// Direct and indirect.
    pub total: f64,
}

/// Heterotrait–monotrait ratio of two latent variables in mode A.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsHeterotraitMonotrait {
    /// The earlier in the model.
    pub first: String,
    /// The later in the model.
    pub second: String,
    /// Mean correlation between their indicators over the geometric mean of the mean correlations within; above 0.9 they are hardly told apart.
    pub ratio: f64,
}

/// Goodness of fit of the whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlsGoodnessOfFit {
    /// Mean R² of the latent variables that are moved.
    pub average_r_squared: f64,
    /// Mean squared loading of the indicators of latent variables in mode A with two indicators and more.
    pub average_communality: f64,
    /// √(average R² · average communality), 0 to 1.
    pub value: f64,
}

/// A fitted path model.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsFit {
    /// The latent variables with their measurement, in the order of the model.
    pub latents: Vec<PlsLatent>,
    /// The paths, in the order of the model.
    pub paths: Vec<PlsPath>,
    /// Every pair with a way from one to the other.
    pub effects: Vec<PlsEffect>,
    /// Correlations of the scores, in the order of the model.
    pub correlations: Vec<Vec<f64>>,
    /// Every pair of latent variables in mode A.
    pub heterotrait_monotrait: Vec<PlsHeterotraitMonotrait>,
    /// `None` when no latent variable has several reflective indicators.
    pub goodness_of_fit: Option<PlsGoodnessOfFit>,
    /// Respondents that count.
    pub n: u64,
    /// Respondents left out.
    pub left_out: u64,
    /// What was done with missing answers.
    pub missing: MissingAnswers,
    /// The inner weighting scheme.
    pub scheme: PlsScheme,
    /// The units of the indicators.
    pub scaling: PlsScaling,
    /// Rounds until the weights settled.
    pub iterations: u32,
    pub(super) model: PlsModel,
    /// Covariances of the indicators in the order of the model.
    pub(super) covariance: Vec<f64>,
}

/// Moments of the indicators in the order of a model.
pub(super) struct ModelMoments {
    pub(super) n: u64,
    pub(super) means: Vec<f64>,
    pub(super) covariance: Vec<f64>,
}

impl PlsModel {
    /// Where each indicator stands among these columns.
    ///
    /// ```
    /// let columns = radost_stats::pls::acsi().positions(&["n", "CUEX1"]);
    /// assert_eq!(columns.unwrap_err().to_string(), "the indicator CUEX2 of Expectation is not among the columns");
    /// ```
    /// # Errors
    /// [`PlsError::UnknownIndicator`] for the first that is not there.
    pub fn positions<S: AsRef<str>>(&self, columns: &[S]) -> Result<Vec<usize>, PlsError> {
        let mut found = Vec::with_capacity(self.indicator_count());
        for latent in self.latents() {
            for indicator in latent.indicators() {
                let position = columns.iter().position(|c| c.as_ref() == indicator);
                found.push(position.ok_or_else(|| PlsError::UnknownIndicator {
                    indicator: indicator.clone(),
                    latent: latent.name().to_owned(),
                })?);
            }
        }
        Ok(found)
    }

    /// Estimates the model from the cross-products of its indicators.
    ///
    /// Wold's algorithm, written on the correlations S of the indicators (their covariances when raw). From equal weights, until none
    /// changes by more than the tolerance:
    /// ```text
    /// wⱼ ← wⱼ / √(wⱼᵀ Sⱼⱼ wⱼ)                    scores of unit variance
    /// R = Wᵀ S W                                 their correlations
    /// eₖⱼ = sign rₖⱼ, rₖⱼ or the path weight     of the neighbours k of j, by the scheme
    /// gⱼ = (S W e)ⱼ                              covariances of the indicators of j with its inner proxy
    /// wⱼ ← gⱼ  (mode A)      wⱼ ← Sⱼⱼ⁻¹ gⱼ  (mode B)
    /// ```
    /// Paths are then the least squares of each score on its predecessors; loadings are correlations of indicators with scores.
    /// With λ the loadings of a block of p indicators, w its weights and S its correlations:
    /// ```text
    /// AVE = Σ λ² / p
    /// ρC = (Σ λ)² / ( (Σ λ)² + Σ (1 − λ²) )
    /// ρA = (wᵀw)² · wᵀ(S − diag S)w / wᵀ(wwᵀ − diag wwᵀ)w
    /// α = p/(p − 1) · (1 − Σ variances / variance of the sum)      raw on the answers, standardised on S
    /// HTMT = mean |r between blocks| / √(mean |r within one| · mean |r within the other|)      1 within a single indicator
    /// GoF = √( mean R² · mean λ² )
    /// ```
    /// Signs are those reached from equal weights, as in semPLS and plspm; turn questions asked the other way round before.
    ///
    /// ```
    /// use radost_stats::pls::{MissingAnswers, Mode, PlsModel, PlsSettings, PlsTally};
    ///
    /// let model = PlsModel::builder()
    ///     .latent("Value", Mode::A, ["price"])
    ///     .latent("Loyalty", Mode::A, ["again"])
    ///     .path("Value", "Loyalty")
    ///     .build()?;
    /// let mut tally = PlsTally::new(model.indicators(), MissingAnswers::Listwise)?;
    /// for (price, again) in [(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (4.0, 3.0), (5.0, 5.0)] {
    ///     tally.push(&[Some(price), Some(again)])?;
    /// }
    /// let fit = model.fit(&tally, &PlsSettings::default())?;
    /// assert!((fit.paths[0].coefficient - 0.8).abs() < 1e-12); // with single indicators, their correlation
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Units
    /// Scores, weights and paths in standard deviations (n − 1).
    /// # Assumptions
    /// Answers that may be treated as numbers; respondents independent of each other. As composites stand for the latent variables, paths
    /// are drawn towards zero and loadings away from it, the less the more indicators there are.
    /// # Errors
    /// [`PlsError::UnknownIndicator`], [`PlsError::NoRows`], [`PlsError::NeverAnswered`], [`PlsError::NoCompleteRows`],
    /// [`PlsError::TooFewRows`], [`PlsError::Constant`], [`PlsError::NoSpread`], [`PlsError::CollinearIndicators`],
    /// [`PlsError::CollinearPredecessors`], [`PlsError::NotConverged`], [`PlsError::Tolerance`].
    /// # Sources
    /// Tenenhaus, Esposito Vinzi, Chatelin and Lauro (2005), Computational Statistics & Data Analysis 48(1), 159–205 (algorithm, GoF);
    /// Monecke and Leisch (2012), Journal of Statistical Software 48(3), 1–32 (conventions); Dijkstra and Henseler (2015), MIS Quarterly
    /// 39(2), 297–316 (ρA); Henseler, Ringle and Sarstedt (2015), Journal of the Academy of Marketing Science 43, 115–135 (HTMT).
    pub fn fit(&self, tally: &PlsTally, settings: &PlsSettings) -> Result<PlsFit, PlsError> {
        settings.check()?;
        let moments = self.moments(tally)?;
        let p = self.indicator_count();
        let indicators = Indicators::new(moments.covariance.clone(), p, settings.scaling);
        let weights = estimate::weights(self, &indicators, settings)?;
        let estimate = estimate::structure(self, &indicators, weights)?;
        self.describe(tally, settings, moments, &indicators, &estimate)
    }

    /// Moments of the indicators, when they can carry the model.
    pub(super) fn moments(&self, tally: &PlsTally) -> Result<ModelMoments, PlsError> {
        let columns = self.positions(tally.columns())?;
        let (n, left_out) = (tally.n(), tally.left_out());
        if n == 0 && left_out == 0 {
            return Err(PlsError::NoRows);
        }
        for (indicator, &column) in self.indicators().zip(&columns) {
            if tally.answered(column) == 0 {
                return Err(PlsError::NeverAnswered {
                    indicator: indicator.to_owned(),
                });
            }
        }
        if n == 0 {
            return Err(PlsError::NoCompleteRows { left_out });
        }
        let needed = self.rows_needed();
        if n < needed {
            return Err(PlsError::TooFewRows {
                n,
                left_out,
                needed,
            });
        }
        for (indicator, &column) in self.indicators().zip(&columns) {
            if tally.is_constant(column) {
                return Err(PlsError::Constant {
                    indicator: indicator.to_owned(),
                });
            }
        }
        let mut covariance = Vec::with_capacity(columns.len() * columns.len());
        for &a in &columns {
            covariance.extend(columns.iter().map(|&b| tally.covariance(a, b)));
        }
        Ok(ModelMoments {
            n,
            means: columns.iter().map(|&a| tally.mean(a)).collect(),
            covariance,
        })
    }

    /// One respondent more than the largest regression of the model has coefficients, its intercept among them.
    fn rows_needed(&self) -> u64 {
        let regressors = |(j, latent): (usize, &super::Latent)| {
            let block = match latent.mode() {
                Mode::A => 1,
                Mode::B => latent.indicators().len(),
            };
            block.max(self.predecessors(j).len())
        };
        let most = self.latents().iter().enumerate().map(regressors).max();
        most.unwrap_or(1) as u64 + 2
    }

    fn describe(
        &self,
        tally: &PlsTally,
        settings: &PlsSettings,
        moments: ModelMoments,
        indicators: &Indicators,
        estimate: &Estimate,
    ) -> Result<PlsFit, PlsError> {
        let columns = self.positions(tally.columns())?;
        let (p, l) = (self.indicator_count(), self.latents().len());
        let name = |j: usize| self.latents()[j].name().to_owned();
        let correlation = |a: usize, b: usize| {
            moments.covariance[a * p + b] / (indicators.sd[a] * indicators.sd[b])
        };
        let mut latents = Vec::with_capacity(l);
        for (j, (latent, block)) in self.latents().iter().zip(self.blocks()).enumerate() {
            let rows: Vec<PlsIndicator> = latent
                .indicators()
                .iter()
                .zip(block.clone())
                .map(|(indicator, a)| PlsIndicator {
                    name: indicator.clone(),
                    mean: moments.means[a],
                    standard_deviation: indicators.sd[a],
                    weight: estimate.weights[a],
                    loading: estimate.loadings[a * l + j],
                    cross_loadings: estimate.loadings[a * l..][..l].to_vec(),
                    replaced: match tally.missing() {
                        MissingAnswers::Listwise => 0,
                        MissingAnswers::MeanReplacement => {
                            moments.n.saturating_sub(tally.answered(columns[a]))
                        }
                    },
                })
                .collect();
            let k = self.predecessors(j).len();
            let r_squared = (k > 0).then_some(estimate.r_squared[j]);
            let (n, k) = (moments.n as f64, k as f64);
            let several = latent.mode() == Mode::A && block.len() > 1;
            let own = |f: &dyn Fn(usize, usize) -> f64| {
                let size = block.len();
                DMatrix::from_fn(size, size, |i, j| f(block.start + i, block.start + j))
            };
            let s = several.then(|| own(&correlation));
            let raw = several.then(|| own(&|a, b| moments.covariance[a * p + b]));
            let loadings: Vec<f64> = rows.iter().map(|row| row.loading).collect();
            // As for standardised indicators, whichever units they had.
            let weights: Vec<f64> = match settings.scaling {
                PlsScaling::Standardized => rows.iter().map(|row| row.weight).collect(),
                PlsScaling::Raw => rows
                    .iter()
                    .map(|row| row.weight * row.standard_deviation)
                    .collect(),
            };
            latents.push(PlsLatent {
                name: latent.name().to_owned(),
                mode: latent.mode(),
                indicators: rows,
                r_squared,
                adjusted_r_squared: r_squared.map(|r2| r2 - k * (1.0 - r2) / (n - k - 1.0)),
                average_variance_extracted: several.then(|| mean_square(&loadings)),
                rho_a: s.as_ref().map(|s| rho_a(s, &weights)),
                rho_c: several.then(|| rho_c(&loadings)),
                alpha_raw: raw.as_ref().map(alpha),
                alpha_standardized: s.as_ref().map(alpha),
                unidimensionality: s.map(unidimensionality),
            });
        }
        let effects = self
            .ways()
            .into_iter()
            .map(|(i, j)| {
                let direct = self.path_ends().iter().position(|&ends| ends == (i, j));
                let direct = direct.map_or(0.0, |path| estimate.paths[path]);
                let total = estimate.total[i * l + j];
                PlsEffect {
                    from: name(i),
                    to: name(j),
                    direct,
                    indirect: total - direct,
                    total,
                }
            })
            .collect();
        let paths = self
            .path_ends()
            .iter()
            .zip(&estimate.paths)
            .map(|(&(from, to), &coefficient)| PlsPath {
                from: name(from),
                to: name(to),
                coefficient,
            })
            .collect();
        let goodness_of_fit = goodness_of_fit(&latents);
        Ok(PlsFit {
            latents,
            paths,
            effects,
            correlations: estimate.correlations.chunks(l).map(<[_]>::to_vec).collect(),
            heterotrait_monotrait: self
                .reflective_pairs()
                .into_iter()
                .zip(self.heterotrait_monotrait(&correlation))
                .map(|((first, second), ratio)| PlsHeterotraitMonotrait {
                    first: name(first),
                    second: name(second),
                    ratio,
                })
                .collect(),
            goodness_of_fit,
            n: moments.n,
            left_out: tally.left_out(),
            missing: tally.missing(),
            scheme: settings.scheme,
            scaling: settings.scaling,
            iterations: estimate.iterations,
            model: self.clone(),
            covariance: moments.covariance,
        })
    }

    /// The pairs (from, to) with a way from one to the other, from by from.
    pub(super) fn ways(&self) -> Vec<(usize, usize)> {
        let l = self.latents().len();
        let mut reached = vec![false; l * l];
        for &j in self.order() {
            for &k in self.predecessors(j) {
                for i in 0..l {
                    reached[i * l + j] |= i == k || reached[i * l + k];
                }
            }
        }
        let pairs = (0..l * l).filter(|&ij| reached[ij]);
        pairs.map(|ij| (ij / l, ij % l)).collect()
    }

    /// Pairs of latent variables in mode A, the earlier in the model first.
    pub(super) fn reflective_pairs(&self) -> Vec<(usize, usize)> {
        let latents = self.latents().iter().enumerate();
        let reflective: Vec<usize> = latents
            .filter(|(_, latent)| latent.mode() == Mode::A)
            .map(|(j, _)| j)
            .collect();
        let later = |(place, &first): (usize, &usize)| {
            let others = reflective.iter().skip(place + 1);
            others.map(|&second| (first, second)).collect::<Vec<_>>()
        };
        reflective.iter().enumerate().flat_map(later).collect()
    }

    /// The heterotrait–monotrait ratio of each of the [pairs](Self::reflective_pairs).
    pub(super) fn heterotrait_monotrait(
        &self,
        correlation: &dyn Fn(usize, usize) -> f64,
    ) -> Vec<f64> {
        let blocks = self.blocks();
        let within: Vec<f64> = blocks
            .iter()
            .map(|block| {
                let pairs = block
                    .clone()
                    .flat_map(|a| (block.start..a).map(move |b| (a, b)));
                mean(pairs.map(|(a, b)| correlation(a, b).abs())).unwrap_or(1.0)
            })
            .collect();
        self.reflective_pairs()
            .into_iter()
            .map(|(i, j)| {
                let pairs = blocks[i]
                    .clone()
                    .flat_map(|a| blocks[j].clone().map(move |b| (a, b)));
                let between = mean(pairs.map(|(a, b)| correlation(a, b).abs()));
                between.unwrap_or(0.0) / (within[i] * within[j]).sqrt()
            })
            .collect()
    }
}

impl PlsSettings {
    pub(super) fn check(&self) -> Result<(), PlsError> {
        if self.tolerance > 0.0 && self.tolerance < 1.0 {
            Ok(())
        } else {
            Err(PlsError::Tolerance {
                value: self.tolerance,
            })
        }
    }
}

impl PlsFit {
    /// The latent variable of this name.
    pub fn latent(&self, name: &str) -> Option<&PlsLatent> {
        self.latents.iter().find(|latent| latent.name == name)
    }

    /// The path between these two.
    pub fn path(&self, from: &str, to: &str) -> Option<&PlsPath> {
        self.paths.iter().find(|p| p.from == from && p.to == to)
    }

    /// The effect of one on the other.
    pub fn effect(&self, from: &str, to: &str) -> Option<&PlsEffect> {
        self.effects.iter().find(|e| e.from == from && e.to == to)
    }

    /// Scores of respondents: one per latent variable in the order of the model, in standard deviations (n − 1) from the mean.
    ///
    /// A respondent with a missing answer has none when the model was fitted listwise; otherwise the answer counts as the mean.
    /// The rows may be others than those of the fit. (plspm divides by n: its scores are larger by √(n/(n − 1)).)
    ///
    /// ```
    /// # use radost_stats::pls::*;
    /// let model = PlsModel::builder()
    ///     .latent("Value", Mode::A, ["price"])
    ///     .latent("Loyalty", Mode::A, ["again"])
    ///     .path("Value", "Loyalty")
    ///     .build()?;
    /// let mut rows = PlsRows::new(["again", "price"], MissingAnswers::Listwise)?;
    /// for (price, again) in [(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (4.0, 3.0), (5.0, 5.0)] {
    ///     rows.push(&[Some(again), Some(price)])?;
    /// }
    /// let scores = model.fit(&rows.tally()?, &PlsSettings::default())?.scores(&rows)?;
    /// assert!((scores[4].as_ref().unwrap()[0] - 1.264911).abs() < 1e-6); // (5 − 3) / √2.5
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Errors
    /// [`PlsError::UnknownIndicator`] when the rows lack a column.
    pub fn scores(&self, rows: &PlsRows) -> Result<Vec<Option<Vec<f64>>>, PlsError> {
        let columns = self.model.positions(rows.columns())?;
        Ok(rows.iter().map(|row| self.score(&columns, row)).collect())
    }

    fn score(&self, columns: &[usize], row: &[Option<f64>]) -> Option<Vec<f64>> {
        let mut columns = columns.iter();
        let mut scores = Vec::with_capacity(self.latents.len());
        for latent in &self.latents {
            let mut score = 0.0;
            for (indicator, &column) in latent.indicators.iter().zip(&mut columns) {
                let unit = match self.scaling {
                    PlsScaling::Standardized => indicator.standard_deviation,
                    PlsScaling::Raw => 1.0,
                };
                match (row[column], self.missing) {
                    (Some(x), _) => score += indicator.weight * (x - indicator.mean) / unit,
                    (None, MissingAnswers::MeanReplacement) => {}
                    (None, MissingAnswers::Listwise) => return None,
                }
            }
            scores.push(score);
        }
        Some(scores)
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (n, sum) = values.fold((0_u32, 0.0), |(n, sum), x| (n + 1, sum + x));
    (n > 0).then(|| sum / f64::from(n))
}

fn mean_square(loadings: &[f64]) -> f64 {
    loadings.iter().map(|x| x * x).sum::<f64>() / loadings.len() as f64
}

fn rho_c(loadings: &[f64]) -> f64 {
    let sum: f64 = loadings.iter().sum();
    let rest: f64 = loadings.iter().map(|x| 1.0 - x * x).sum();
    sum * sum / (sum * sum + rest)
}

fn rho_a(s: &DMatrix<f64>, weights: &[f64]) -> f64 {
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let (mut common, mut modelled) = (0.0, 0.0);
    for (i, a) in weights.iter().enumerate() {
        for (j, b) in weights.iter().enumerate() {
            if i != j {
                common += a * b * s[(i, j)];
                modelled += a * a * b * b;
            }
        }
    }
    squares * squares * common / modelled
}

fn alpha(covariance: &DMatrix<f64>) -> f64 {
    let p = covariance.nrows() as f64;
    p / (p - 1.0) * (1.0 - covariance.trace() / covariance.sum())
}

fn unidimensionality(s: DMatrix<f64>) -> Unidimensionality {
    let p = s.nrows() as f64;
    let eigen = s.symmetric_eigen();
    let mut order: Vec<usize> = (0..eigen.eigenvalues.len()).collect();
    order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
    let value = |rank: usize| order.get(rank).map_or(0.0, |&i| eigen.eigenvalues[i]);
    let first = value(0);
    let sum = order
        .first()
        .map_or(0.0, |&i| eigen.eigenvectors.column(i).sum());
    let common = first * sum * sum;
    Unidimensionality {
        first_eigenvalue: first,
        second_eigenvalue: value(1),
        rho: common / (common + p - first),
    }
}

fn goodness_of_fit(latents: &[PlsLatent]) -> Option<PlsGoodnessOfFit> {
    let average_r_squared = mean(latents.iter().filter_map(|latent| latent.r_squared))?;
    let several = latents
        .iter()
        .filter(|latent| latent.average_variance_extracted.is_some());
    let loadings = several.flat_map(|latent| &latent.indicators);
    let average_communality = mean(loadings.map(|row| row.loading * row.loading))?;
    Some(PlsGoodnessOfFit {
        average_r_squared,
        average_communality,
        value: (average_r_squared * average_communality).max(0.0).sqrt(),
    })
}
