//! Maximum likelihood by a guarded Newton method on the logarithms of positive parameters.

use nalgebra::{DMatrix, DVector};

use crate::{Cancelled, Progress};

/// A log-likelihood with its slope and curvature in the logarithms of the parameters.
pub(super) struct Evaluation {
    pub value: f64,
    pub gradient: DVector<f64>,
    pub hessian: DMatrix<f64>,
}

/// Where the likelihood is highest.
pub(super) struct Maximum {
    /// Logarithms of the parameters.
    pub at: Vec<f64>,
    pub value: f64,
    /// Inverse of the observed information, in the logarithms.
    pub covariance: DMatrix<f64>,
    pub iterations: u32,
}

/// Why there is no maximum to report.
pub(super) enum Failure {
    Cancelled,
    /// Steps were made but the gain they promise stays above the tolerance.
    NotConverged {
        iterations: u32,
        value: f64,
        promised_gain: f64,
        at: Vec<f64>,
    },
    /// A parameter ran off, or could be anywhere: the data want it at zero or infinity.
    Boundary {
        parameter: usize,
        ln: f64,
    },
}

impl From<Cancelled> for Failure {
    fn from(Cancelled: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// Beyond e^±14 in units of the data, a parameter is at a boundary.
const FARTHEST: f64 = 14.0;
/// A standard error of the logarithm above this is no estimate.
const LOOSEST: f64 = 10.0;
const MAX_ITERATIONS: u32 = 200;
/// No step may change a parameter by more than this factor (as a logarithm).
const LONGEST_STEP: f64 = 1.5;

/// Climbs from `start` until the promised gain, half the Newton decrement, is below what can be told apart.
pub(super) fn maximise(
    start: &[f64],
    progress: Progress<'_>,
    evaluate: impl Fn(&[f64]) -> Evaluation,
) -> Result<Maximum, Failure> {
    let mut at = start.to_vec();
    let mut here = evaluate(&at);
    let mut promised_gain = f64::INFINITY;
    let mut polished = false;
    for iteration in 1..=MAX_ITERATIONS {
        progress.report(u64::from(iteration - 1), u64::from(MAX_ITERATIONS))?;
        if !here.value.is_finite() || here.hessian.iter().any(|h| !h.is_finite()) {
            break;
        }
        let eigen = (-&here.hessian).symmetric_eigen();
        let largest = eigen.eigenvalues.amax();
        let slopes = eigen.eigenvectors.transpose() * &here.gradient;
        // Directions that curve the wrong way are climbed with their curvature's size.
        let floor = largest * 1e-12 + f64::MIN_POSITIVE;
        let scaled = slopes.zip_map(&eigen.eigenvalues, |slope, curvature| {
            slope / curvature.abs().max(floor)
        });
        promised_gain = 0.5 * slopes.dot(&scaled);
        let concave = eigen.eigenvalues.iter().all(|&value| value > floor);
        let mut step = &eigen.eigenvectors * scaled;
        if concave && promised_gain < 1e-9 + 1e-14 * here.value.abs() {
            if !polished && promised_gain > 1e-12 {
                // One more step squares what error is left, and the curvature belongs to the point that is reported.
                for (coordinate, change) in at.iter_mut().zip(step.iter()) {
                    *coordinate += change;
                }
                here = evaluate(&at);
                polished = true;
                continue;
            }
            let inverse = eigen.eigenvalues.map(|value| 1.0 / value);
            let covariance = &eigen.eigenvectors
                * DMatrix::from_diagonal(&inverse)
                * eigen.eigenvectors.transpose();
            // So flat a top leaves the parameter anywhere: e^±20 of its estimate would do as well.
            let loose = |&i: &usize| covariance[(i, i)] > LOOSEST * LOOSEST;
            if let Some(parameter) = (0..at.len()).find(loose) {
                let ln = at.get(parameter).copied().unwrap_or_default();
                return Err(Failure::Boundary { parameter, ln });
            }
            return Ok(Maximum {
                at,
                value: here.value,
                covariance,
                iterations: iteration,
            });
        }
        let longest = step.amax();
        if longest > LONGEST_STEP {
            step *= LONGEST_STEP / longest;
        }
        let noise = 1e-14 * here.value.abs();
        let mut accepted = None;
        for _ in 0..30 {
            let trial: Vec<f64> = at.iter().zip(step.iter()).map(|(x, s)| x + s).collect();
            let there = evaluate(&trial);
            if there.value >= here.value - noise {
                accepted = Some((trial, there));
                break;
            }
            step *= 0.5;
        }
        let Some((trial, there)) = accepted else {
            break;
        };
        (at, here) = (trial, there);
        if let Some(parameter) = at.iter().position(|ln| ln.abs() > FARTHEST) {
            let ln = at.get(parameter).copied().unwrap_or_default();
            return Err(Failure::Boundary { parameter, ln });
        }
    }
    Err(Failure::NotConverged {
        iterations: MAX_ITERATIONS,
        value: here.value,
        promised_gain,
        at,
    })
}

/// Slope and curvature by central differences, for likelihoods whose derivatives are not worth writing down.
pub(super) fn differentiate(at: &[f64], value: impl Fn(&[f64]) -> f64) -> Evaluation {
    const STEP: f64 = 2e-4;
    let k = at.len();
    let moved = |shifts: &[(usize, f64)]| {
        let mut point = at.to_vec();
        for &(index, by) in shifts {
            if let Some(coordinate) = point.get_mut(index) {
                *coordinate += by;
            }
        }
        value(&point)
    };
    let here = value(at);
    let ahead: Vec<f64> = (0..k).map(|i| moved(&[(i, STEP)])).collect();
    let behind: Vec<f64> = (0..k).map(|i| moved(&[(i, -STEP)])).collect();
    let gradient = DVector::from_fn(k, |i, _| (ahead[i] - behind[i]) / (2.0 * STEP));
    let square = STEP * STEP;
    let mut hessian = DMatrix::from_diagonal(&DVector::from_fn(k, |i, _| {
        (ahead[i] - 2.0 * here + behind[i]) / square
    }));
    for i in 0..k {
        for j in 0..i {
            let both = moved(&[(i, STEP), (j, STEP)]) + moved(&[(i, -STEP), (j, -STEP)]);
            let mixed =
                (both - ahead[i] - behind[i] - ahead[j] - behind[j] + 2.0 * here) / (2.0 * square);
            hessian[(i, j)] = mixed;
            hessian[(j, i)] = mixed;
        }
    }
    Evaluation {
        value: here,
        gradient,
        hessian,
    }
}
