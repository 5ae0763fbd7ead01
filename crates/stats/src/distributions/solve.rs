/// Where the rising condition `below` turns false between `low` and `high`, by bisection.
pub(crate) fn bisect(mut low: f64, mut high: f64, below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..200 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0
}

/// Where a rising function meets zero between `low` and `high`, to the last digit or to ε where the root is below 1: Newton's steps from
/// `start`, halving where they would leave the bracket.
///
/// `function` gives its value and its slope.
pub(super) fn root(
    mut low: f64,
    mut high: f64,
    start: f64,
    function: impl Fn(f64) -> (f64, f64),
) -> f64 {
    let mut at = start.clamp(low, high);
    for _ in 0..200 {
        let (value, slope) = function(at);
        if value < 0.0 {
            low = at;
        } else {
            high = at;
        }
        let close = f64::EPSILON * at.abs().max(1.0);
        let newton = at - value / slope;
        if (newton - at).abs() <= close || high - low <= close {
            break;
        }
        at = if newton > low && newton < high {
            newton
        } else {
            low + (high - low) / 2.0
        };
    }
    at
}
