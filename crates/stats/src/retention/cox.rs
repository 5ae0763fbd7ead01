use nalgebra::{DMatrix, DVector};

use super::optimise::{Evaluation, Failure, maximise};
use crate::{
    Cancelled, Level, Progress,
    distributions::{chi_squared_sf, two_sided_z},
};

/// One person, or several alike, in a proportional-hazards regression.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxRow {
    /// Time of the event, or of the end of the observation.
    pub time: f64,
    /// Whether the event came then.
    pub event: bool,
    /// Time from which the person was watched (left truncation); 0 for most data. They are at risk of events after it.
    pub entry: f64,
    /// People of different strata have different baseline hazards; 0 where there are none.
    pub stratum: u32,
    /// A number per covariate.
    pub covariates: Vec<f64>,
    /// How many people are alike.
    pub count: u64,
}

impl CoxRow {
    /// One person watched from the start, without strata.
    pub fn new(time: f64, event: bool, covariates: Vec<f64>) -> Self {
        Self {
            time,
            event,
            entry: 0.0,
            stratum: 0,
            covariates,
            count: 1,
        }
    }
}

/// Rows of a proportional-hazards regression. A partial likelihood needs all of them: parts of the data are merged by joining rows.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxData {
    names: Vec<String>,
    rows: Vec<CoxRow>,
}

/// Why a proportional-hazards regression cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CoxError {
    /// No covariates were named.
    #[error("a regression needs at least one covariate")]
    NoCovariates,
    /// A row has another number of covariates.
    #[error("a row has {found} covariates, not {expected}")]
    Length {
        /// Covariates named.
        expected: usize,
        /// Numbers in the row.
        found: usize,
    },
    /// A covariate is NaN or infinite.
    #[error("{name} is {value} in a row: it must be a finite number")]
    Covariate {
        /// The covariate.
        name: String,
        /// The refused value.
        value: f64,
    },
    /// A time is not a finite number, zero or above, or does not come after the entry.
    #[error(
        "a row enters at {entry} and ends at {time}: both must be finite, and the end zero or above and after a late entry"
    )]
    Time {
        /// Start of the observation.
        entry: f64,
        /// End of the observation.
        time: f64,
    },
    /// Two parts have other covariates.
    #[error("rows with different covariates cannot be joined")]
    DifferentCovariates,
    /// Fewer events than covariates.
    #[error("{events} events are too few for {covariates} covariates")]
    TooFewEvents {
        /// Events there are.
        events: u64,
        /// Covariates there are.
        covariates: usize,
    },
    /// A covariate has the same value everywhere.
    #[error("{name} has the same value in all rows")]
    Constant {
        /// The covariate.
        name: String,
    },
    /// A covariate follows from those before it.
    #[error("{name} is a linear combination of the covariates before it")]
    Collinear {
        /// The covariate.
        name: String,
    },
    /// The partial likelihood keeps rising as a coefficient grows: the covariate parts those with the event from all others.
    #[error(
        "the coefficient of {name} has no estimate: the likelihood keeps rising as it passes {value}"
    )]
    Separation {
        /// The covariate.
        name: String,
        /// Where the search was ended.
        value: f64,
    },
    /// A covariate does not differ among those at risk when events happen.
    #[error("{name} does not differ among those at risk at the times of the events")]
    NoContrast {
        /// The covariate.
        name: String,
    },
    /// All events happen at one time, so that nothing can change with time.
    #[error("all events happen at one time, so no change with time can be seen")]
    OneEventTime,
    /// The search did not settle.
    #[error(
        "the fit did not converge in {iterations} iterations (partial log-likelihood {log_likelihood}, a gain of {promised_gain} still promised)"
    )]
    NotConverged {
        /// Newton steps made.
        iterations: u32,
        /// Partial log-likelihood reached.
        log_likelihood: f64,
        /// Gain that the next step promised.
        promised_gain: f64,
    },
    /// The logarithm of a time is asked for, and one is zero.
    #[error("events at time 0 have no logarithm: choose another scale of time")]
    LogOfZero,
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// What to do when several events happen at one time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum TieHandling {
    /// Efron: as if they came one after another in an unknown order, on average. Exact enough even for coarse times.
    #[default]
    Efron,
    /// Breslow: all of them before anyone is taken from those at risk. Draws coefficients towards zero when ties are many.
    Breslow,
}

impl std::fmt::Display for TieHandling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Efron => "Efron",
            Self::Breslow => "Breslow",
        })
    }
}

/// A fitted proportional-hazards model.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxFit {
    /// In the order of the covariates.
    pub coefficients: Vec<Coefficient>,
    /// Covariance of the coefficients, the same order.
    pub covariance: Vec<Vec<f64>>,
    /// Partial log-likelihood at the estimates.
    pub log_likelihood: f64,
    /// Partial log-likelihood with all coefficients at zero.
    pub null_log_likelihood: f64,
    /// Likelihood-ratio test of all coefficients at zero.
    pub likelihood_ratio: GlobalTest,
    /// Wald test of the same.
    pub wald: GlobalTest,
    /// Score test of the same; with one grouping covariate and no ties it is the log-rank test.
    pub score: GlobalTest,
    /// Harrell's C: among pairs whose order is known, the share in which the person with the higher risk had the event first; ties of
    /// the risk count half. `None` when no pair can be compared.
    pub concordance: Option<f64>,
    /// Baseline cumulative hazard per stratum, for a person with mean covariates.
    pub baseline: Vec<HazardPoint>,
    /// Means of the covariates, at which the baseline holds.
    pub means: Vec<f64>,
    /// People.
    pub n: u64,
    /// Events.
    pub events: u64,
    /// Newton steps until the gain promised by the next one fell below 10⁻⁹; a fit that does not get there is an error.
    pub iterations: u32,
    /// How ties were handled.
    pub ties: TieHandling,
    /// Confidence level of the bounds.
    pub level: Level,
}

/// One covariate's effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficient {
    /// The covariate.
    pub name: String,
    /// β: change of the log hazard for one unit of the covariate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Lower bound of β.
    pub low: f64,
    /// Upper bound of β.
    pub high: f64,
    /// e^β: factor on the hazard for one unit of the covariate.
    pub hazard_ratio: f64,
    /// Lower bound of the factor.
    pub hazard_ratio_low: f64,
    /// Upper bound of the factor.
    pub hazard_ratio_high: f64,
    /// β over its standard error.
    pub z: f64,
    /// Two-sided p-value of β = 0.
    pub p_value: f64,
}

/// A test compared with a χ² distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlobalTest {
    /// The statistic.
    pub chi_squared: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: usize,
    /// Probability of a larger one when there is no effect.
    pub p_value: f64,
}

impl GlobalTest {
    fn new(chi_squared: f64, degrees_of_freedom: usize) -> Self {
        Self {
            chi_squared,
            degrees_of_freedom,
            p_value: chi_squared_sf(chi_squared, degrees_of_freedom as f64),
        }
    }
}

/// A step of the baseline hazard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HazardPoint {
    /// Whose baseline.
    pub stratum: u32,
    /// When.
    pub time: f64,
    /// Cumulative hazard of a person with mean covariates; their survival is e^(−hazard).
    pub cumulative_hazard: f64,
}

/// On which scale of time a change of the effect is looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum TimeTransform {
    /// One minus the Kaplan–Meier curve: events are spread evenly.
    #[default]
    KaplanMeier,
    /// The order of the events, equal times at their mean.
    Rank,
    /// Time itself.
    Identity,
    /// The logarithm of time.
    Log,
}

impl std::fmt::Display for TimeTransform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::KaplanMeier => "Kaplan–Meier",
            Self::Rank => "rank",
            Self::Identity => "identity",
            Self::Log => "log",
        })
    }
}

/// Whether the effects change with time.
#[derive(Debug, Clone, PartialEq)]
pub struct ProportionalHazards {
    /// A test per covariate, in their order.
    pub covariates: Vec<ProportionalHazardsTest>,
    /// All covariates together.
    pub global: GlobalTest,
    /// The scale of time.
    pub transform: TimeTransform,
}

/// Whether one covariate's effect changes with time.
#[derive(Debug, Clone, PartialEq)]
pub struct ProportionalHazardsTest {
    /// The covariate.
    pub name: String,
    /// The test; a small p-value speaks against proportional hazards.
    pub test: GlobalTest,
    /// Correlation of the scaled Schoenfeld residuals with time: above zero when the effect grows.
    pub correlation: f64,
}

fn explain(failure: Failure, names: &[String], scales: &[f64]) -> CoxError {
    match failure {
        Failure::Cancelled => CoxError::Cancelled(Cancelled),
        Failure::Boundary { parameter, ln } => CoxError::Separation {
            name: names.get(parameter).cloned().unwrap_or_default(),
            value: ln / scales.get(parameter).copied().unwrap_or(1.0),
        },
        Failure::NotConverged {
            iterations,
            value,
            promised_gain,
            ..
        } => CoxError::NotConverged {
            iterations,
            log_likelihood: value,
            promised_gain,
        },
    }
}

impl CoxData {
    /// No rows yet, with named covariates.
    ///
    /// # Errors
    /// [`CoxError::NoCovariates`] when there are none.
    pub fn new(names: &[&str]) -> Result<Self, CoxError> {
        if names.is_empty() {
            return Err(CoxError::NoCovariates);
        }
        Ok(Self {
            names: names.iter().map(|&name| name.to_owned()).collect(),
            rows: Vec::new(),
        })
    }

    /// Adds a row; a count of zero adds nothing.
    ///
    /// # Errors
    /// [`CoxError::Length`], [`CoxError::Covariate`], [`CoxError::Time`]; the data are then unchanged.
    pub fn push(&mut self, row: CoxRow) -> Result<(), CoxError> {
        if row.covariates.len() != self.names.len() {
            return Err(CoxError::Length {
                expected: self.names.len(),
                found: row.covariates.len(),
            });
        }
        for (name, &value) in self.names.iter().zip(&row.covariates) {
            if !value.is_finite() {
                return Err(CoxError::Covariate {
                    name: name.clone(),
                    value,
                });
            }
        }
        let (entry, time) = (row.entry, row.time);
        let ordered = time >= 0.0 && entry >= 0.0 && (entry == 0.0 || entry < time);
        if !(time.is_finite() && ordered) {
            return Err(CoxError::Time { entry, time });
        }
        if row.count > 0 {
            self.rows.push(row);
        }
        Ok(())
    }

    /// Adds the rows of another part of the data.
    ///
    /// # Errors
    /// [`CoxError::DifferentCovariates`] unless the names are the same in the same order.
    pub fn merge(&mut self, other: &Self) -> Result<(), CoxError> {
        if self.names != other.names {
            return Err(CoxError::DifferentCovariates);
        }
        self.rows.extend_from_slice(&other.rows);
        Ok(())
    }

    /// Fits a proportional-hazards regression by partial likelihood.
    ///
    /// ```text
    /// hazard(t | x) = h₀(t) exp(βᵀx)      ln L = Σ over events [ βᵀxᵢ − ln Σ over those at risk exp(βᵀxⱼ) ]
    /// Efron: for d events at one time the last sum is reduced by l/d of the sum over these events, l = 0 … d − 1
    /// ```
    /// Newton's method on standardised covariates. Standard errors come from the observed information.
    ///
    /// ```
    /// use radost_stats::{Level, Progress, retention::{CoxData, CoxRow, TieHandling}};
    ///
    /// let mut data = CoxData::new(&["complaints"])?;
    /// for (time, event, x) in [
    ///     (2.0, true, 2.0), (3.0, true, 0.0), (4.0, false, 1.0), (5.0, true, 1.0), (5.0, true, 3.0), (8.0, true, 0.0),
    ///     (9.0, false, 0.0), (10.0, true, 1.0), (12.0, false, 0.0),
    /// ] {
    ///     data.push(CoxRow::new(time, event, vec![x]))?;
    /// }
    /// let fit = data.fit(TieHandling::Efron, Level::P95, Progress::none())?;
    /// assert!((fit.coefficients[0].value - 0.566813).abs() < 1e-6);
    /// # Ok::<(), radost_stats::retention::CoxError>(())
    /// ```
    /// # Units
    /// A coefficient is per unit of its covariate.
    /// # Assumptions
    /// A covariate multiplies the hazard by the same factor at all times ([`proportional_hazards`](Self::proportional_hazards) looks
    /// into that); the end of an observation says nothing about the person's prospects.
    /// # Errors
    /// [`CoxError::TooFewEvents`], [`CoxError::Constant`], [`CoxError::Collinear`], [`CoxError::Separation`],
    /// [`CoxError::NoContrast`], [`CoxError::NotConverged`], [`CoxError::Cancelled`].
    /// # Sources
    /// Cox (1972), Journal of the Royal Statistical Society B 34(2), 187–220; Efron (1977), Journal of the American Statistical
    /// Association 72(359), 557–565; Breslow (1974), Biometrics 30(1), 89–99; Harrell et al. (1982), JAMA 247(18), 2543–2546.
    pub fn fit(
        &self,
        ties: TieHandling,
        level: Level,
        progress: Progress<'_>,
    ) -> Result<CoxFit, CoxError> {
        let k = self.names.len();
        let events = self.count(|row| row.event);
        if events < k as u64 || events == 0 {
            return Err(CoxError::TooFewEvents {
                events,
                covariates: k,
            });
        }
        let (means, scales) = self.standard()?;
        let sweep = Sweep::new(&self.rows, &means, &scales);
        let evaluate = |at: &[f64]| sweep.evaluate(at, ties);
        let origin = vec![0.0; k];
        let null = evaluate(&origin);
        let flat = |i: &usize| null.hessian[(*i, *i)] > -1e-10 * events as f64;
        if let Some(i) = (0..k).find(flat) {
            let name = self.names.get(i).cloned().unwrap_or_default();
            return Err(CoxError::NoContrast { name });
        }
        let maximum = maximise(&origin, progress, evaluate)
            .map_err(|failure| explain(failure, &self.names, &scales))?;
        let beta = DVector::from_column_slice(&maximum.at);
        // Both matrices are positive definite but for rounding, and then there is no maximum to speak of.
        let squared = |matrix: DMatrix<f64>, vector: &DVector<f64>| {
            let factor = matrix.cholesky().ok_or(CoxError::NotConverged {
                iterations: maximum.iterations,
                log_likelihood: maximum.value,
                promised_gain: f64::INFINITY,
            })?;
            Ok::<f64, CoxError>(vector.dot(&factor.solve(vector)))
        };
        let wald = squared(maximum.covariance.clone(), &beta)?;
        let score = squared(-&null.hessian, &null.gradient)?;
        let coefficients = self
            .names
            .iter()
            .enumerate()
            .map(|(i, name)| {
                let (value, standard_error) = (
                    beta[i] / scales[i],
                    maximum.covariance[(i, i)].sqrt() / scales[i],
                );
                let reach = level.z() * standard_error;
                Coefficient {
                    name: name.clone(),
                    value,
                    standard_error,
                    low: value - reach,
                    high: value + reach,
                    hazard_ratio: value.exp(),
                    hazard_ratio_low: (value - reach).exp(),
                    hazard_ratio_high: (value + reach).exp(),
                    z: value / standard_error,
                    p_value: two_sided_z(value / standard_error),
                }
            })
            .collect();
        let covariance = (0..k)
            .map(|i| {
                (0..k)
                    .map(|j| maximum.covariance[(i, j)] / scales[i] / scales[j])
                    .collect()
            })
            .collect();
        let gain = (2.0 * (maximum.value - null.value)).max(0.0);
        Ok(CoxFit {
            coefficients,
            covariance,
            log_likelihood: maximum.value,
            null_log_likelihood: null.value,
            likelihood_ratio: GlobalTest::new(gain, k),
            wald: GlobalTest::new(wald, k),
            score: GlobalTest::new(score, k),
            concordance: sweep.concordance(&maximum.at),
            baseline: sweep.baseline(&maximum.at, ties),
            means,
            n: self.count(|_| true),
            events,
            iterations: maximum.iterations,
            ties,
            level,
        })
    }

    /// Looks for effects that change with time, by the correlation of scaled Schoenfeld residuals with time.
    ///
    /// ```text
    /// rᵢ = xᵢ − mean of those at risk, at each of d events      χ²ₖ = ( Σ (gᵢ − ḡ) (V r)ᵢₖ )² d / ( Vₖₖ Σ (gᵢ − ḡ)² )
    /// ```
    /// V is the covariance of the coefficients, g the transformed time. This is the approximation that takes the variance of the residuals
    /// for constant; R's `cox.zph` made the same up to version 3.0 of survival.
    ///
    /// ```
    /// # use radost_stats::{Level, Progress, retention::{CoxData, CoxRow, TieHandling, TimeTransform}};
    /// # let mut data = CoxData::new(&["complaints"])?;
    /// # for (time, event, x) in [
    /// #     (2.0, true, 2.0), (3.0, true, 0.0), (4.0, false, 1.0), (5.0, true, 1.0), (5.0, true, 3.0), (8.0, true, 0.0),
    /// #     (9.0, false, 0.0), (10.0, true, 1.0), (12.0, false, 0.0),
    /// # ] {
    /// #     data.push(CoxRow::new(time, event, vec![x]))?;
    /// # }
    /// // The data of the example of `fit`.
    /// let fit = data.fit(TieHandling::Efron, Level::P95, Progress::none())?;
    /// let check = data.proportional_hazards(&fit, TimeTransform::Identity)?;
    /// assert!((check.covariates[0].test.chi_squared - 0.109861).abs() < 1e-6);
    /// # Ok::<(), radost_stats::retention::CoxError>(())
    /// ```
    /// # Errors
    /// [`CoxError::LogOfZero`] for the logarithm when there is an event at time 0; [`CoxError::OneEventTime`] when all events happen at
    /// one time; [`CoxError::DifferentCovariates`] when `fit` was made from other covariates.
    /// # Sources
    /// Grambsch and Therneau (1994), Biometrika 81(3), 515–526.
    pub fn proportional_hazards(
        &self,
        fit: &CoxFit,
        transform: TimeTransform,
    ) -> Result<ProportionalHazards, CoxError> {
        let fitted = fit.coefficients.iter().map(|coefficient| &coefficient.name);
        if !fitted.eq(&self.names) {
            return Err(CoxError::DifferentCovariates);
        }
        let k = self.names.len();
        let (means, scales) = self.standard()?;
        let sweep = Sweep::new(&self.rows, &means, &scales);
        let at: Vec<f64> = fit
            .coefficients
            .iter()
            .zip(&scales)
            .map(|(coefficient, scale)| coefficient.value * scale)
            .collect();
        // Sums of residuals at each time, with the number of events they come from.
        let mut residuals = sweep.residuals(&at, fit.ties);
        residuals.sort_by(|a, b| a.0.total_cmp(&b.0));
        let d: f64 = residuals.iter().map(|&(_, events, _)| events).sum();
        if transform == TimeTransform::Log
            && residuals.first().is_some_and(|&(time, ..)| time <= 0.0)
        {
            return Err(CoxError::LogOfZero);
        }
        let g = self.transformed(&residuals, transform);
        let mean = residuals
            .iter()
            .zip(&g)
            .map(|((_, events, _), g)| events * g)
            .sum::<f64>()
            / d;
        let spread: f64 = residuals
            .iter()
            .zip(&g)
            .map(|((_, events, _), g)| events * (g - mean) * (g - mean))
            .sum();
        if spread.is_nan() || spread <= 0.0 {
            return Err(CoxError::OneEventTime);
        }
        let mut sums = DVector::zeros(k);
        for ((_, _, residual), g) in residuals.iter().zip(&g) {
            sums += residual * (g - mean);
        }
        let covariance =
            DMatrix::from_fn(k, k, |i, j| fit.covariance[i][j] * scales[i] * scales[j]);
        let scaled = &covariance * &sums;
        let mut squares = DVector::zeros(k);
        for (_, events, residual) in &residuals {
            // Of the residuals' sum at one time; the spread within a tie is not told apart.
            let one = &covariance * residual;
            squares += one.component_mul(&one) / *events;
        }
        let covariates = self
            .names
            .iter()
            .enumerate()
            .map(|(i, name)| ProportionalHazardsTest {
                name: name.clone(),
                test: GlobalTest::new(d * scaled[i] * scaled[i] / covariance[(i, i)] / spread, 1),
                correlation: scaled[i] / (spread * squares[i]).sqrt(),
            })
            .collect();
        Ok(ProportionalHazards {
            covariates,
            global: GlobalTest::new(d * sums.dot(&scaled) / spread, k),
            transform,
        })
    }

    /// A value of g for each entry of `residuals`, which are in order of time.
    fn transformed(&self, residuals: &[Residual], transform: TimeTransform) -> Vec<f64> {
        match transform {
            TimeTransform::Identity => residuals.iter().map(|&(time, ..)| time).collect(),
            TimeTransform::Log => residuals.iter().map(|&(time, ..)| time.ln()).collect(),
            TimeTransform::Rank => {
                let mut before = 0.0;
                let mut ranks = Vec::with_capacity(residuals.len());
                for same in residuals.chunk_by(|a, b| a.0 == b.0) {
                    let events: f64 = same.iter().map(|&(_, events, _)| events).sum();
                    ranks.extend(same.iter().map(|_| before + (events + 1.0) / 2.0));
                    before += events;
                }
                ranks
            }
            TimeTransform::KaplanMeier => {
                let mut tally = super::survival::SurvivalTally::default();
                for row in &self.rows {
                    let (events, censored) = if row.event {
                        (row.count, 0)
                    } else {
                        (0, row.count)
                    };
                    // Times were checked when the rows were taken.
                    let _ = tally.add(row.time, events, censored);
                }
                let curve = tally.kaplan_meier(Level::P95, Default::default());
                // Without rows there is no curve, and no time to transform.
                curve.map_or(Vec::new(), |curve| {
                    let times = residuals.iter().map(|&(time, ..)| time);
                    times.map(|time| 1.0 - curve.survival_at(time)).collect()
                })
            }
        }
    }

    fn count(&self, of: impl Fn(&CoxRow) -> bool) -> u64 {
        let rows = self.rows.iter().filter(|row| of(row));
        rows.fold(0, |sum: u64, row| sum.saturating_add(row.count))
    }

    /// Means and standard deviations of the covariates.
    ///
    /// Columns are tried one after another against those before them, so that the first that adds nothing is the one named.
    fn standard(&self) -> Result<(Vec<f64>, Vec<f64>), CoxError> {
        let n = self.count(|_| true) as f64;
        let k = self.names.len();
        let mut means = vec![0.0; k];
        for row in &self.rows {
            for (mean, value) in means.iter_mut().zip(&row.covariates) {
                *mean += value * row.count as f64 / n;
            }
        }
        let mut products = DMatrix::<f64>::zeros(k, k);
        for row in &self.rows {
            let centred = DVector::from_fn(k, |i, _| row.covariates[i] - means[i]);
            products.syger(row.count as f64 / n, &centred, &centred, 1.0);
        }
        let mut scales = Vec::with_capacity(k);
        for (i, name) in self.names.iter().enumerate() {
            let scale = products[(i, i)].sqrt();
            if scale <= 1e-10 * means[i].abs() || scale == 0.0 {
                return Err(CoxError::Constant { name: name.clone() });
            }
            scales.push(scale);
        }
        // Cholesky on the correlations, stopped at the first pivot that is nothing but rounding.
        let mut lower = DMatrix::<f64>::zeros(k, k);
        for (i, name) in self.names.iter().enumerate() {
            for j in 0..=i {
                let done: f64 = (0..j).map(|l| lower[(i, l)] * lower[(j, l)]).sum();
                let left = products[(i, j)] / scales[i] / scales[j] - done;
                if i != j {
                    lower[(i, j)] = left / lower[(j, j)];
                } else if left < 1e-10 {
                    return Err(CoxError::Collinear { name: name.clone() });
                } else {
                    lower[(i, i)] = left.sqrt();
                }
            }
        }
        Ok((means, scales))
    }
}

/// Time, number of events and sum of their residuals.
type Residual = (f64, f64, DVector<f64>);

/// Rows with standardised covariates, from the last time to the first.
struct Sweep {
    rows: Vec<Standardised>,
    k: usize,
}

struct Standardised {
    stratum: u32,
    time: f64,
    entry: f64,
    event: bool,
    count: f64,
    x: DVector<f64>,
}

/// Sums of e^η, x e^η and x xᵀ e^η.
struct Moments {
    zeroth: f64,
    first: DVector<f64>,
    second: DMatrix<f64>,
}

impl Moments {
    fn new(k: usize) -> Self {
        Self {
            zeroth: 0.0,
            first: DVector::zeros(k),
            second: DMatrix::zeros(k, k),
        }
    }

    fn add(&mut self, risk: f64, x: &DVector<f64>, curvature: bool) {
        self.zeroth += risk;
        self.first.axpy(risk, x, 1.0);
        if curvature {
            self.second.syger(risk, x, x, 1.0);
        }
    }
}

/// The people at risk at a time with events, the events among them and what these are.
struct AtEvent<'a> {
    stratum: u32,
    time: f64,
    at_risk: &'a Moments,
    dying: &'a Moments,
    events: f64,
    /// Σ x over the events.
    sum: &'a DVector<f64>,
    /// Σ η over the events.
    eta: f64,
}

impl AtEvent<'_> {
    /// Sum of e^η with `share` of the events taken out.
    fn reduced(&self, share: f64) -> f64 {
        self.at_risk.zeroth - share * self.dying.zeroth
    }

    /// For each event at this time, the share of the events no longer at risk and how many events have it.
    fn shares(&self, ties: TieHandling) -> impl Iterator<Item = (f64, f64)> {
        let d = self.events;
        let (steps, each) = match ties {
            TieHandling::Breslow => (1, d),
            TieHandling::Efron => (d as u64, 1.0),
        };
        (0..steps).map(move |l| (l as f64 / d, each))
    }
}

impl Sweep {
    fn new(rows: &[CoxRow], means: &[f64], scales: &[f64]) -> Self {
        let k = means.len();
        let mut rows: Vec<Standardised> = rows
            .iter()
            .map(|row| Standardised {
                stratum: row.stratum,
                time: row.time,
                entry: row.entry,
                event: row.event,
                count: row.count as f64,
                x: DVector::from_fn(k, |i, _| (row.covariates[i] - means[i]) / scales[i]),
            })
            .collect();
        rows.sort_by(|a, b| {
            let time = b.time.total_cmp(&a.time);
            a.stratum.cmp(&b.stratum).then(time)
        });
        Self { rows, k }
    }

    /// Calls `visit` at every time with events, strata one after another, times from the last to the first.
    fn walk(&self, eta: &[f64], shift: f64, curvature: bool, mut visit: impl FnMut(&AtEvent<'_>)) {
        let mut start = 0;
        for stratum in self.rows.chunk_by(|a, b| a.stratum == b.stratum) {
            let eta = eta.get(start..start + stratum.len()).unwrap_or(&[]);
            start += stratum.len();
            let mut at_risk = Moments::new(self.k);
            // Late entries leave the people at risk when the sweep passes their entry.
            let mut late: Vec<usize> = (0..stratum.len())
                .filter(|&i| stratum[i].entry > 0.0)
                .collect();
            late.sort_by(|&a, &b| stratum[b].entry.total_cmp(&stratum[a].entry));
            let mut late = late.into_iter().peekable();
            let mut row = 0;
            for same in stratum.chunk_by(|a, b| a.time == b.time) {
                let mut dying = Moments::new(self.k);
                let (mut events, mut sum, mut total) = (0.0, DVector::zeros(self.k), 0.0);
                for (person, &eta) in same.iter().zip(&eta[row..]) {
                    let risk = person.count * (eta - shift).exp();
                    at_risk.add(risk, &person.x, curvature);
                    if person.event {
                        dying.add(risk, &person.x, curvature);
                        events += person.count;
                        sum.axpy(person.count, &person.x, 1.0);
                        total += person.count * eta;
                    }
                }
                row += same.len();
                let time = same.first().map_or(0.0, |person| person.time);
                while let Some(gone) = late.next_if(|&i| stratum[i].entry >= time) {
                    let person = &stratum[gone];
                    at_risk.add(
                        -person.count * (eta[gone] - shift).exp(),
                        &person.x,
                        curvature,
                    );
                }
                if events > 0.0 {
                    visit(&AtEvent {
                        stratum: same.first().map_or(0, |person| person.stratum),
                        time,
                        at_risk: &at_risk,
                        dying: &dying,
                        events,
                        sum: &sum,
                        eta: total,
                    });
                }
            }
        }
    }

    /// η of every row, and the largest, which is taken out of all exponentials.
    fn predictors(&self, at: &[f64]) -> (Vec<f64>, f64) {
        let beta = DVector::from_column_slice(at);
        let eta: Vec<f64> = self.rows.iter().map(|row| row.x.dot(&beta)).collect();
        let largest = eta.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (eta, largest)
    }

    fn evaluate(&self, at: &[f64], ties: TieHandling) -> Evaluation {
        let (eta, shift) = self.predictors(at);
        let mut value = 0.0;
        let mut gradient = DVector::zeros(self.k);
        let mut hessian = DMatrix::zeros(self.k, self.k);
        self.walk(&eta, shift, true, |moment| {
            value += moment.eta - moment.events * shift;
            gradient += moment.sum;
            for (share, each) in moment.shares(ties) {
                let zeroth = moment.reduced(share);
                let mean = (&moment.at_risk.first - &moment.dying.first * share) / zeroth;
                let second = (&moment.at_risk.second - &moment.dying.second * share) / zeroth;
                value -= each * zeroth.ln();
                gradient.axpy(-each, &mean, 1.0);
                hessian -= (second - &mean * mean.transpose()) * each;
            }
        });
        // The products were summed in their lower halves.
        hessian.fill_upper_triangle_with_lower_triangle();
        Evaluation {
            value,
            gradient,
            hessian,
        }
    }

    fn residuals(&self, at: &[f64], ties: TieHandling) -> Vec<Residual> {
        let (eta, shift) = self.predictors(at);
        let mut residuals = Vec::new();
        self.walk(&eta, shift, false, |moment| {
            let mut sum = moment.sum.clone();
            for (share, each) in moment.shares(ties) {
                let mean =
                    (&moment.at_risk.first - &moment.dying.first * share) / moment.reduced(share);
                sum.axpy(-each, &mean, 1.0);
            }
            residuals.push((moment.time, moment.events, sum));
        });
        residuals
    }

    fn baseline(&self, at: &[f64], ties: TieHandling) -> Vec<HazardPoint> {
        let (eta, shift) = self.predictors(at);
        let mut points = Vec::new();
        self.walk(&eta, shift, false, |moment| {
            let hazard = moment
                .shares(ties)
                .map(|(share, each)| each / moment.reduced(share))
                .sum::<f64>();
            points.push(HazardPoint {
                stratum: moment.stratum,
                time: moment.time,
                cumulative_hazard: hazard * (-shift).exp(),
            });
        });
        points.sort_by(|a, b| a.stratum.cmp(&b.stratum).then(a.time.total_cmp(&b.time)));
        for stratum in points.chunk_by_mut(|a, b| a.stratum == b.stratum) {
            let mut total = 0.0;
            for point in stratum {
                total += point.cumulative_hazard;
                point.cumulative_hazard = total;
            }
        }
        points
    }

    /// Harrell's C over the pairs of one stratum who were at risk together.
    fn concordance(&self, at: &[f64]) -> Option<f64> {
        let (eta, _) = self.predictors(at);
        let mut sorted = eta.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.dedup_by(|next, kept| (*next - *kept).abs() <= 1e-12 * (1.0 + kept.abs()));
        // Place of a risk among the distinct ones; risks equal up to rounding share it.
        let place = |eta: f64| {
            let tolerance = 1e-12 * (1.0 + eta.abs());
            sorted.partition_point(|&other| other < eta - tolerance)
        };
        let (mut concordant, mut tied, mut pairs) = (0.0, 0.0, 0.0);
        let mut start = 0;
        for stratum in self.rows.chunk_by(|a, b| a.stratum == b.stratum) {
            let eta = eta.get(start..start + stratum.len()).unwrap_or(&[]);
            start += stratum.len();
            let mut ranks = Ranks::new(sorted.len());
            let mut late: Vec<usize> = (0..stratum.len())
                .filter(|&i| stratum[i].entry > 0.0)
                .collect();
            late.sort_by(|&a, &b| stratum[b].entry.total_cmp(&stratum[a].entry));
            let mut late = late.into_iter().peekable();
            let mut row = 0;
            for same in stratum.chunk_by(|a, b| a.time == b.time) {
                let people = same.iter().zip(&eta[row..]);
                row += same.len();
                // Someone whose observation ends at the time of an event outlived it.
                for (person, &eta) in people.clone().filter(|(person, _)| !person.event) {
                    ranks.add(place(eta), person.count);
                }
                let time = same.first().map_or(0.0, |person| person.time);
                while let Some(gone) = late.next_if(|&i| stratum[i].entry >= time) {
                    ranks.add(place(eta[gone]), -stratum[gone].count);
                }
                for (person, &eta) in people.clone().filter(|(person, _)| person.event) {
                    let at = place(eta);
                    let (below, through, all) = (
                        ranks.below(at),
                        ranks.below(at + 1),
                        ranks.below(sorted.len()),
                    );
                    concordant += person.count * below;
                    tied += person.count * (through - below);
                    pairs += person.count * all;
                }
                for (person, &eta) in people.filter(|(person, _)| person.event) {
                    ranks.add(place(eta), person.count);
                }
            }
        }
        (pairs > 0.0).then(|| (concordant + 0.5 * tied) / pairs)
    }
}

/// Counts by rank with sums up to any rank (a Fenwick tree).
struct Ranks(Vec<f64>);

impl Ranks {
    fn new(size: usize) -> Self {
        Self(vec![0.0; size + 1])
    }

    fn add(&mut self, rank: usize, count: f64) {
        let mut node = rank + 1;
        while let Some(sum) = self.0.get_mut(node) {
            *sum += count;
            node += node & node.wrapping_neg();
        }
    }

    /// Sum over ranks below `rank`.
    fn below(&self, rank: usize) -> f64 {
        let mut node = rank.min(self.0.len() - 1);
        let mut sum = 0.0;
        while node > 0 {
            sum += self.0.get(node).copied().unwrap_or(0.0);
            node &= node - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_end_is_an_error() {
        let failure = Failure::NotConverged {
            iterations: 200,
            value: -12.5,
            promised_gain: 0.25,
            at: vec![1.0],
        };
        assert_eq!(
            explain(failure, &["age".to_owned()], &[1.0]).to_string(),
            "the fit did not converge in 200 iterations (partial log-likelihood -12.5, a gain of 0.25 still promised)"
        );
    }
}
