/// Why p-values cannot be adjusted.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum MultiplicityError {
    /// NaN or outside 0..=1.
    #[error("the p-value at index {index} is {value}, not a number from 0 to 1")]
    NotAProbability {
        /// Its place in the input.
        index: usize,
        /// The refused value.
        value: f64,
    },
}

/// P-values adjusted for many comparisons at once, in the order given (Benjamini–Hochberg).
///
/// Calling different those at or below 0.05 keeps the expected share of false alarms among them at 5 %.
/// ```text
/// adjusted of the i-th smallest of m = min over j ≥ i of ( m p₍ⱼ₎ / j ), at most 1
/// ```
///
/// ```
/// let adjusted = radost_stats::benjamini_hochberg(&[0.01, 0.04, 0.03, 0.20])?;
/// assert_eq!(adjusted[0], 0.04);
/// assert!((adjusted[1] - 0.0533333).abs() < 1e-7);
/// # Ok::<(), radost_stats::MultiplicityError>(())
/// ```
/// # Units
/// Probabilities, 0 to 1.
/// # Assumptions
/// Independent or positively dependent tests.
/// # Errors
/// [`MultiplicityError::NotAProbability`] with the index of the first value that is NaN or outside 0..=1.
/// # Sources
/// Benjamini and Hochberg (1995), JRSS B 57(1), 289–300.
pub fn benjamini_hochberg(p: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    let order = rising(p)?;
    let mut adjusted = vec![1.0; p.len()];
    let mut smallest = 1.0_f64;
    for (rank, &index) in order.iter().enumerate().rev() {
        // The factor first: it is at least 1, so that rounding cannot bring an adjusted value below its own.
        smallest = smallest.min(p[index] * (p.len() as f64 / (rank + 1) as f64));
        adjusted[index] = smallest;
    }
    Ok(adjusted)
}

/// P-values adjusted so that *any* false alarm among all comparisons is unlikely, in the order given (Holm).
///
/// Calling different those at or below 0.05 raises even one false alarm with a probability of at most 5 %, whatever the tests have to
/// do with each other. It is stricter than [`benjamini_hochberg`].
/// ```text
/// adjusted of the i-th smallest of m = max over j ≤ i of ( (m − j + 1) p₍ⱼ₎ ), at most 1
/// ```
///
/// ```
/// let adjusted = radost_stats::holm(&[0.01, 0.04, 0.03, 0.20])?;
/// assert!((adjusted[1] - 0.09).abs() < 1e-12);
/// # Ok::<(), radost_stats::MultiplicityError>(())
/// ```
/// # Units
/// Probabilities, 0 to 1.
/// # Errors
/// [`MultiplicityError::NotAProbability`] with the index of the first value that is NaN or outside 0..=1.
/// # Sources
/// Holm (1979), Scandinavian Journal of Statistics 6(2), 65–70.
pub fn holm(p: &[f64]) -> Result<Vec<f64>, MultiplicityError> {
    let order = rising(p)?;
    let mut adjusted = vec![0.0; p.len()];
    let mut largest = 0.0_f64;
    for (rank, &index) in order.iter().enumerate() {
        largest = largest.max(p[index] * (p.len() - rank) as f64).min(1.0);
        adjusted[index] = largest;
    }
    Ok(adjusted)
}

/// The indices of the p-values from the smallest up.
fn rising(p: &[f64]) -> Result<Vec<usize>, MultiplicityError> {
    if let Some((index, &value)) = p
        .iter()
        .enumerate()
        .find(|(_, p)| !(0.0..=1.0).contains(*p))
    {
        return Err(MultiplicityError::NotAProbability { index, value });
    }
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    Ok(order)
}
