//! The iteration itself, on a covariance matrix in the order of the model: nothing here sees a respondent.

use super::{Mode, PlsError, PlsModel, PlsScaling, PlsScheme, PlsSettings};

/// Outer weights for scores of unit variance, and how they were reached.
pub(super) struct Weights {
    /// One per indicator, for the standardised indicators or for the raw ones, as the settings say.
    pub(super) weights: Vec<f64>,
    pub(super) iterations: u32,
}

/// What follows from the weights.
pub(super) struct Estimate {
    pub(super) weights: Vec<f64>,
    pub(super) iterations: u32,
    /// Correlation of each indicator with each latent variable, indicator by indicator.
    pub(super) loadings: Vec<f64>,
    /// Correlations of the latent variables, row by row.
    pub(super) correlations: Vec<f64>,
    /// One per path of the model.
    pub(super) paths: Vec<f64>,
    /// One per latent variable; 0 where nothing moves it.
    pub(super) r_squared: Vec<f64>,
    /// Total effect of row on column.
    pub(super) total: Vec<f64>,
}

/// Covariances of the indicators in the scaling of the settings, with the standard deviations they had.
pub(super) struct Indicators {
    pub(super) matrix: Vec<f64>,
    /// Of the indicators as answered.
    pub(super) sd: Vec<f64>,
    /// Of the indicators as they stand in `matrix`: ones when standardised.
    own_sd: Vec<f64>,
}

impl Indicators {
    /// `covariance` is square, in the order of the model, with a positive diagonal.
    pub(super) fn new(mut covariance: Vec<f64>, p: usize, scaling: PlsScaling) -> Self {
        let sd: Vec<f64> = (0..p).map(|a| covariance[a * p + a].sqrt()).collect();
        let own_sd = match scaling {
            PlsScaling::Standardized => {
                for (a, row) in covariance.chunks_mut(p).enumerate() {
                    for (cell, other) in row.iter_mut().zip(&sd) {
                        *cell /= sd[a] * other;
                    }
                }
                vec![1.0; p]
            }
            PlsScaling::Raw => sd.clone(),
        };
        Self {
            matrix: covariance,
            sd,
            own_sd,
        }
    }

    pub(super) fn correlation(&self, a: usize, b: usize) -> f64 {
        self.matrix[a * self.sd.len() + b] / (self.own_sd[a] * self.own_sd[b])
    }
}

/// Products of the indicator covariances S with the weights: S W, indicator by indicator, and Wᵀ S W.
struct Products {
    sw: Vec<f64>,
    wsw: Vec<f64>,
}

impl Products {
    fn new(model: &PlsModel) -> Self {
        let (p, l) = (model.indicator_count(), model.latents().len());
        Self {
            sw: vec![0.0; p * l],
            wsw: vec![0.0; l * l],
        }
    }

    fn update(&mut self, model: &PlsModel, s: &[f64], weights: &[f64]) {
        let (p, l) = (model.indicator_count(), model.latents().len());
        for (row, out) in s.chunks(p).zip(self.sw.chunks_mut(l)) {
            for (block, cell) in model.blocks().iter().zip(out) {
                *cell = dot(&row[block.clone()], &weights[block.clone()]);
            }
        }
        for (i, block) in model.blocks().iter().enumerate() {
            for j in 0..l {
                let own = block.clone().map(|a| weights[a] * self.sw[a * l + j]);
                self.wsw[i * l + j] = own.sum();
            }
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Weights scaled so that every latent variable has unit variance.
fn scale(model: &PlsModel, s: &[f64], weights: &mut [f64]) -> Result<(), PlsError> {
    let p = model.indicator_count();
    for (latent, block) in model.latents().iter().zip(model.blocks()) {
        let own = &weights[block.clone()];
        let (mut variance, mut largest) = (0.0, 0.0);
        for (a, w) in block.clone().zip(own) {
            variance += w * dot(&s[a * p..][block.clone()], own);
            largest += w * w * s[a * p + a];
        }
        // Weights that cancel, or that are all zero because nothing around the latent variable goes along with its indicators.
        if variance.is_nan() || variance <= 1e-12 * largest {
            return Err(PlsError::NoSpread {
                latent: latent.name().to_owned(),
            });
        }
        for w in &mut weights[block.clone()] {
            *w /= variance.sqrt();
        }
    }
    Ok(())
}

/// Weight of latent variable k (row) in the inner proxy of j (column).
fn inner_weights(
    model: &PlsModel,
    scheme: PlsScheme,
    correlations: &[f64],
    inner: &mut [f64],
) -> Result<(), PlsError> {
    let l = model.latents().len();
    inner.fill(0.0);
    for &(from, to) in model.path_ends() {
        let r = correlations[from * l + to];
        let e = match scheme {
            PlsScheme::Centroid if r == 0.0 => 0.0,
            PlsScheme::Centroid => r.signum(),
            PlsScheme::Factorial | PlsScheme::Path => r,
        };
        inner[from * l + to] = e;
        inner[to * l + from] = e;
    }
    if scheme == PlsScheme::Path {
        for j in 0..l {
            let from = model.predecessors(j);
            for (&k, b) in from.iter().zip(regression(model, correlations, j)?) {
                inner[k * l + j] = b;
            }
        }
    }
    Ok(())
}

/// Standardised coefficients of a latent variable on its predecessors.
fn regression(model: &PlsModel, correlations: &[f64], j: usize) -> Result<Vec<f64>, PlsError> {
    let l = model.latents().len();
    let from = model.predecessors(j);
    let mut own = Vec::with_capacity(from.len() * from.len());
    for &a in from {
        own.extend(from.iter().map(|&b| correlations[a * l + b]));
    }
    let mut b: Vec<f64> = from.iter().map(|&a| correlations[a * l + j]).collect();
    if solve(&mut own, &mut b) {
        Ok(b)
    } else {
        Err(PlsError::CollinearPredecessors {
            latent: model.latents()[j].name().to_owned(),
        })
    }
}

/// Solves a x = b in place for a symmetric positive definite a; `false` when a column hardly differs from the others.
fn solve(a: &mut [f64], b: &mut [f64]) -> bool {
    let k = b.len();
    for i in 0..k {
        let before = a[i * k + i];
        for j in 0..=i {
            let (above, row) = a.split_at_mut(i * k);
            if j < i {
                let other = &above[j * k..][..=j];
                row[j] = (row[j] - dot(&row[..j], &other[..j])) / other[j];
            } else {
                let rest = row[i] - dot(&row[..i], &row[..i]);
                if rest.is_nan() || rest <= 1e-10 * before {
                    return false;
                }
                row[i] = rest.sqrt();
            }
        }
        b[i] = (b[i] - dot(&a[i * k..][..i], &b[..i])) / a[i * k + i];
    }
    for i in (0..k).rev() {
        for j in i + 1..k {
            b[i] -= a[j * k + i] * b[j];
        }
        b[i] /= a[i * k + i];
    }
    true
}

/// Wold's iteration from equal weights.
pub(super) fn weights(
    model: &PlsModel,
    indicators: &Indicators,
    settings: &PlsSettings,
) -> Result<Weights, PlsError> {
    let (p, l) = (model.indicator_count(), model.latents().len());
    let s = &indicators.matrix;
    let mut weights = vec![1.0; p];
    scale(model, s, &mut weights)?;
    let mut products = Products::new(model);
    let mut inner = vec![0.0; l * l];
    let mut change = f64::INFINITY;
    for iterations in 1..=settings.max_iterations {
        products.update(model, s, &weights);
        inner_weights(model, settings.scheme, &products.wsw, &mut inner)?;
        let before = weights.clone();
        for (j, (latent, block)) in model.latents().iter().zip(model.blocks()).enumerate() {
            for a in block.clone() {
                let sw = &products.sw[a * l..][..l];
                weights[a] = (0..l).map(|k| inner[k * l + j] * sw[k]).sum();
            }
            if latent.mode() == Mode::B {
                let mut own = Vec::with_capacity(block.len() * block.len());
                for a in block.clone() {
                    own.extend_from_slice(&s[a * p..][block.clone()]);
                }
                if !solve(&mut own, &mut weights[block.clone()]) {
                    return Err(PlsError::CollinearIndicators {
                        latent: latent.name().to_owned(),
                    });
                }
            }
        }
        scale(model, s, &mut weights)?;
        change = weights
            .iter()
            .zip(&before)
            // A weight that is zero but for rounding has settled.
            .map(|(new, old)| ((new - old).abs() - 1e-14).max(0.0) / new.abs().max(1e-14))
            .fold(0.0, f64::max);
        if change < settings.tolerance {
            return Ok(Weights {
                weights,
                iterations,
            });
        }
    }
    Err(PlsError::NotConverged {
        iterations: settings.max_iterations,
        change,
    })
}

/// Sums of the loadings within each block.
pub(super) fn block_loadings(
    model: &PlsModel,
    indicators: &Indicators,
    weights: &[f64],
) -> Vec<f64> {
    let p = model.indicator_count();
    let loading = |block: &std::ops::Range<usize>, a: usize| {
        dot(
            &indicators.matrix[a * p..][block.clone()],
            &weights[block.clone()],
        ) / indicators.own_sd[a]
    };
    model
        .blocks()
        .iter()
        .map(|block| block.clone().map(|a| loading(block, a)).sum())
        .collect()
}

/// Gives the weights other signs and scales them anew.
pub(super) fn resign(
    model: &PlsModel,
    indicators: &Indicators,
    weights: &mut Weights,
    sign: impl Fn(usize, f64) -> f64,
) -> Result<(), PlsError> {
    for (a, w) in weights.weights.iter_mut().enumerate() {
        *w = sign(a, *w);
    }
    scale(model, &indicators.matrix, &mut weights.weights)
}

/// Loadings, paths and effects for weights of unit-variance scores.
pub(super) fn structure(
    model: &PlsModel,
    indicators: &Indicators,
    weights: Weights,
) -> Result<Estimate, PlsError> {
    let l = model.latents().len();
    let Weights {
        weights,
        iterations,
    } = weights;
    let mut products = Products::new(model);
    products.update(model, &indicators.matrix, &weights);
    let Products {
        sw: mut loadings,
        wsw: correlations,
    } = products;
    for (row, sd) in loadings.chunks_mut(l).zip(&indicators.own_sd) {
        for cell in row {
            *cell /= sd;
        }
    }
    let mut direct = vec![0.0; l * l];
    let mut total = vec![0.0; l * l];
    let mut r_squared = vec![0.0; l];
    for &j in model.order() {
        let from = model.predecessors(j);
        for (&k, b) in from.iter().zip(regression(model, &correlations, j)?) {
            direct[k * l + j] = b;
            r_squared[j] += b * correlations[k * l + j];
            // Whatever moves k moves j through it; k comes before j, so its own column is done.
            for i in 0..l {
                let reach = if i == k { 1.0 } else { total[i * l + k] };
                total[i * l + j] += reach * b;
            }
        }
    }
    Ok(Estimate {
        weights,
        iterations,
        loadings,
        correlations,
        paths: model
            .path_ends()
            .iter()
            .map(|&(from, to)| direct[from * l + to])
            .collect(),
        r_squared,
        total,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_and_refuses() {
        // numpy.linalg.solve([[4, 2, 1], [2, 3, .5], [1, .5, 2]], [1, 2, 3])
        let mut a = vec![4.0, 2.0, 1.0, 2.0, 3.0, 0.5, 1.0, 0.5, 2.0];
        let mut b = vec![1.0, 2.0, 3.0];
        assert!(solve(&mut a, &mut b));
        for (got, expected) in b.iter().zip([-0.51785714, 0.75, 1.57142857]) {
            assert!((got - expected).abs() < 1e-8, "{got} is not {expected}");
        }
        assert!(!solve(&mut [1.0, 1.0, 1.0, 1.0], &mut [1.0, 1.0]));
        assert!(!solve(&mut [f64::NAN], &mut [1.0]));
    }
}
