use super::{PlsError, PlsFit, PlsScaling};
use crate::{Level, Scale};

/// How the interval of an index was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlsIndexMethod {
    /// Student's t of the mean score, the weights taken as known.
    StudentT,
}

impl std::fmt::Display for PlsIndexMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::StudentT => "Student t, weights as known",
        })
    }
}

/// The mean of a latent variable on a scale from 0 to 100.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsIndex {
    /// The latent variable.
    pub latent: String,
    /// The index, in points from 0 to 100.
    pub value: f64,
    /// Lower bound, in points.
    pub low: f64,
    /// Upper bound, in points.
    pub high: f64,
    /// Standard deviation of the respondents' scores, in points.
    pub standard_deviation: f64,
    /// Share of each indicator in the index; the shares add up to 1, and one below 0 counts against the rest.
    pub shares: Vec<f64>,
    /// Respondents that count.
    pub n: u64,
    /// Confidence level of the bounds.
    pub level: Level,
    /// How the bounds were computed.
    pub method: PlsIndexMethod,
}

/// One latent variable on the importance–performance map.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsImportance {
    /// The latent variable.
    pub latent: String,
    /// Points that the index of the target gains with one point of this one, along all ways: the unstandardised total effect.
    pub importance: f64,
    /// The same in standard deviations.
    pub standardized_importance: f64,
    /// Performance: the index of this latent variable with its interval, 0 to 100.
    pub performance: PlsIndex,
}

/// Importance–performance map: where an improvement moves the target most, and where there is most room for one.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsImportancePerformance {
    /// What is to be moved.
    pub target: PlsIndex,
    /// Every latent variable with a way to the target, in the order of the model.
    pub rows: Vec<PlsImportance>,
    /// Mean importance, where the map is divided; 0 when nothing leads to the target.
    pub mean_importance: f64,
    /// Mean performance, where the map is divided; 0 when nothing leads to the target.
    pub mean_performance: f64,
}

/// One scale for each of `expected` indicators.
pub(super) fn spread(scales: &[Scale], expected: usize) -> Result<Vec<Scale>, PlsError> {
    match scales {
        [all] => Ok(vec![*all; expected]),
        each if each.len() == expected => Ok(each.to_vec()),
        other => Err(PlsError::Scales {
            expected,
            found: other.len(),
        }),
    }
}

/// Points by which one unit of each indicator moves the index, `None` when the weights cancel.
pub(super) fn gradient(weights: &[f64], scales: &[Scale]) -> Option<Vec<f64>> {
    let widths = scales.iter().map(|scale| scale.max() - scale.min());
    let parts: Vec<f64> = weights.iter().zip(widths).map(|(w, d)| w * d).collect();
    let total: f64 = parts.iter().sum();
    let size: f64 = parts.iter().map(|part| part.abs()).sum();
    (total.abs() > 1e-9 * size).then(|| weights.iter().map(|w| 100.0 * w / total).collect())
}

/// The index for these means.
pub(super) fn value(gradient: &[f64], means: &[f64], scales: &[Scale]) -> f64 {
    let above = means
        .iter()
        .zip(scales)
        .map(|(mean, scale)| mean - scale.min());
    gradient.iter().zip(above).map(|(g, x)| g * x).sum()
}

impl PlsFit {
    /// The index of every latent variable, in points from 0 to 100, with Student's t interval.
    ///
    /// With w̃ the weights of the answers as given (outer weight over standard deviation) and each answer x from min to max:
    /// ```text
    /// index = 100 Σ w̃ (mean x − min) / Σ w̃ (max − min)
    /// low, high = index ∓ t(n − 1) √( gᵀ S g / n )      g = 100 w̃ / Σ w̃ (max − min)
    /// ```
    /// On one scale for all this is (Σ w̃ mean / Σ w̃ − min) / (max − min). The bounds stop at 0 and 100 and take the weights as known;
    /// [`PlsModel::bootstrap`](super::PlsModel::bootstrap) lets them vary.
    ///
    /// ```
    /// # use radost_stats::{Level, Scale, pls::*};
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
    /// let value = &fit.indices(&[Scale::new(1.0, 6.0)?], Level::P95)?[0];
    /// assert!((value.value - 40.0).abs() < 1e-9 && (value.low - 0.735137).abs() < 1e-6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Units
    /// Points, 0 to 100. `scales` are one for all indicators or one for each, in the order of the model.
    /// # Assumptions
    /// A simple random sample. Weights of different signs let an index leave 0 to 100; it is then cut.
    /// # Errors
    /// [`PlsError::Scales`], [`PlsError::OffScale`], [`PlsError::WeightsCancel`].
    /// # Sources
    /// Fornell, Johnson, Anderson, Cha and Bryant (1996), Journal of Marketing 60(4), 7–18.
    pub fn indices(&self, scales: &[Scale], level: Level) -> Result<Vec<PlsIndex>, PlsError> {
        let p = self.model.indicator_count();
        let scales = spread(scales, p)?;
        let mut indices = Vec::with_capacity(self.latents.len());
        for (latent, block) in self.latents.iter().zip(self.model.blocks()) {
            let own = &scales[block.clone()];
            for (row, scale) in latent.indicators.iter().zip(own) {
                let (min, max) = (scale.min(), scale.max());
                if !(min..=max).contains(&row.mean) {
                    return Err(PlsError::OffScale {
                        indicator: row.name.clone(),
                        mean: row.mean,
                        min,
                        max,
                    });
                }
            }
            let weights: Vec<f64> = latent
                .indicators
                .iter()
                .map(|row| match self.scaling {
                    PlsScaling::Standardized => row.weight / row.standard_deviation,
                    PlsScaling::Raw => row.weight,
                })
                .collect();
            let means: Vec<f64> = latent.indicators.iter().map(|row| row.mean).collect();
            let gradient = gradient(&weights, own).ok_or_else(|| PlsError::WeightsCancel {
                latent: latent.name.clone(),
            })?;
            let mut variance = 0.0;
            for (a, g) in block.clone().zip(&gradient) {
                for (b, h) in block.clone().zip(&gradient) {
                    variance += g * h * self.covariance[a * p + b];
                }
            }
            let value = value(&gradient, &means, own).clamp(0.0, 100.0);
            let n = self.n as f64;
            let reach = level.t_unchecked(n - 1.0) * (variance.max(0.0) / n).sqrt();
            indices.push(PlsIndex {
                latent: latent.name.clone(),
                value,
                low: (value - reach).max(0.0),
                high: (value + reach).min(100.0),
                standard_deviation: variance.max(0.0).sqrt(),
                shares: gradient
                    .iter()
                    .zip(own)
                    .map(|(g, scale)| g * (scale.max() - scale.min()) / 100.0)
                    .collect(),
                n: self.n,
                level,
                method: PlsIndexMethod::StudentT,
            });
        }
        Ok(indices)
    }

    /// Importance–performance map of everything that leads to `target`.
    ///
    /// ```text
    /// importance of j = total effect of j on the target · sd(index of the target) / sd(index of j)
    /// ```
    /// An importance of 0.4 says: one point more for j, and the target gains 0.4 points.
    ///
    /// ```
    /// # use radost_stats::{Level, Scale, pls::*};
    /// let model = PlsModel::builder()
    ///     .latent("Value", Mode::A, ["price"])
    ///     .latent("Loyalty", Mode::A, ["again"])
    ///     .path("Value", "Loyalty")
    ///     .build()?;
    /// let mut tally = PlsTally::new(model.indicators(), MissingAnswers::Listwise)?;
    /// for (price, again) in [(1.0, 4.0), (2.0, 3.0), (3.0, 5.0), (4.0, 4.0), (5.0, 6.0)] {
    ///     tally.push(&[Some(price), Some(again)])?;
    /// }
    /// let fit = model.fit(&tally, &PlsSettings::default())?;
    /// let map = fit.importance_performance("Loyalty", &[Scale::new(1.0, 6.0)?], Level::P95)?;
    /// assert!((map.rows[0].importance - 0.5).abs() < 1e-9 && (map.target.value - 68.0).abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Units
    /// Points per point; performance in points from 0 to 100.
    /// # Assumptions
    /// Those of [`indices`](Self::indices); and that the paths are causes, which no survey of one moment can show.
    /// # Errors
    /// Those of [`indices`](Self::indices), and [`PlsError::UnknownLatent`].
    /// # Sources
    /// Ringle and Sarstedt (2016), Industrial Management & Data Systems 116(9), 1865–1886.
    pub fn importance_performance(
        &self,
        target: &str,
        scales: &[Scale],
        level: Level,
    ) -> Result<PlsImportancePerformance, PlsError> {
        let indices = self.indices(scales, level)?;
        let found = indices.iter().find(|index| index.latent == target);
        let goal = found.ok_or_else(|| PlsError::UnknownLatent {
            latent: target.to_owned(),
        })?;
        let rows: Vec<PlsImportance> = indices
            .iter()
            .filter_map(|index| {
                let effect = self.effect(&index.latent, target)?;
                Some(PlsImportance {
                    latent: index.latent.clone(),
                    importance: effect.total * goal.standard_deviation / index.standard_deviation,
                    standardized_importance: effect.total,
                    performance: index.clone(),
                })
            })
            .collect();
        let mean = |of: fn(&PlsImportance) -> f64| {
            rows.iter().map(of).sum::<f64>() / rows.len().max(1) as f64
        };
        Ok(PlsImportancePerformance {
            target: goal.clone(),
            mean_importance: mean(|row| row.importance),
            mean_performance: mean(|row| row.performance.value),
            rows,
        })
    }
}
