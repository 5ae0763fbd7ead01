use crate::Cancelled;

/// Why a tally of drivers or a fit on it was refused. Rows are counted from 0, columns are named.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DriverError {
    /// A tally was asked for no columns, or a fit for no drivers.
    #[error("at least one driver is needed")]
    NoColumns,
    /// Two columns have one name.
    #[error("the column \"{column}\" is there twice")]
    DuplicateColumn {
        /// The name.
        column: String,
    },
    /// The tally has no such column.
    #[error("there is no column \"{column}\"")]
    UnknownColumn {
        /// The name asked for.
        column: String,
    },
    /// A row or a block has another number of columns, or a column another number of rows.
    #[error("{found} values where {expected} are needed")]
    Length {
        /// Values needed.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// A value is NaN, infinite or beyond ±2⁵³.
    #[error(
        "{value} in column \"{column}\", row {row}, is not a usable number: it must lie between -2^53 and 2^53"
    )]
    Value {
        /// The column.
        column: String,
        /// The row within what was pushed, or the rows pushed before.
        row: u64,
        /// The refused value.
        value: f64,
    },
    /// A weight is NaN, infinite, zero or below.
    #[error("the weight {weight} of row {row} must be above zero and finite")]
    Weight {
        /// The row within what was pushed, or the rows pushed before.
        row: u64,
        /// The refused weight.
        weight: f64,
    },
    /// Sums that no rows could have given.
    #[error("the sums do not fit {columns} columns")]
    Sums {
        /// Number of columns.
        columns: usize,
    },
    /// Two tallies have other columns.
    #[error("tallies with different columns cannot be joined")]
    DifferentColumns,
    /// There is no row with all the answers that are needed.
    #[error("no row has all the answers that are needed")]
    NoRows,
    /// A column has no answers.
    #[error("the column \"{column}\" has no answers")]
    AllMissing {
        /// The column.
        column: String,
    },
    /// Nobody answered both.
    #[error(
        "nobody answered both \"{first}\" and \"{second}\", so how they go together is unknown"
    )]
    NeverTogether {
        /// One column.
        first: String,
        /// The other.
        second: String,
    },
    /// Fewer rows than the fit needs.
    #[error("this needs {needed} rows, and there are {n}")]
    TooFewRows {
        /// Rows there are: after weighting, the effective number, rounded down.
        n: u64,
        /// Rows needed.
        needed: u64,
    },
    /// A column has one value only.
    #[error("the column \"{column}\" is constant")]
    Constant {
        /// The column.
        column: String,
    },
    /// A driver can be computed from others.
    #[error("the driver \"{column}\" follows from {}: leave one of them out", quoted(.others))]
    Collinear {
        /// The driver.
        column: String,
        /// The drivers it follows from.
        others: Vec<String>,
    },
    /// Pairwise correlations that no complete data could have.
    #[error(
        "the pairwise correlations contradict each other (smallest eigenvalue {smallest_eigenvalue:.3e}): \
         leave out the rows with missing answers, or use EM"
    )]
    NotPositiveDefinite {
        /// The smallest eigenvalue of the correlation matrix, below zero.
        smallest_eigenvalue: f64,
    },
    /// An iteration did not settle.
    #[error(
        "the iteration did not settle in {iterations} steps; the last moved the estimate by {change:.3e} of its size"
    )]
    NotConverged {
        /// Steps made.
        iterations: u64,
        /// Largest change of the last step, relative to the standard deviations.
        change: f64,
    },
    /// The exact method would take too long.
    #[error("{method} is exact up to {limit} drivers, and there are {drivers}")]
    TooManyDrivers {
        /// The method.
        method: super::DriverMeasure,
        /// Drivers given.
        drivers: usize,
        /// Most drivers the method takes.
        limit: usize,
    },
    /// Too few draws for what is asked.
    #[error("at least {needed} draws are needed, not {draws}")]
    Draws {
        /// Draws asked for.
        draws: u64,
        /// Fewest draws.
        needed: u64,
    },
    /// More than a tenth of the resamples could not be fitted.
    #[error("{failed} of {draws} resamples could not be fitted (the first: {first})")]
    UnstableResamples {
        /// Resamples that failed.
        failed: u64,
        /// Resamples drawn.
        draws: u64,
        /// Why the first of them failed.
        first: Box<DriverError>,
    },
    /// The bias-corrected interval needs rows, or more blocks.
    #[error("the bias-corrected interval needs {needed} rows or blocks, and there are {n}")]
    TooFewUnits {
        /// Rows or blocks there are.
        n: u64,
        /// Rows or blocks needed.
        needed: u64,
    },
    /// A group of a contrast is empty, so that its effect cannot be estimated.
    #[error("nobody scores \"{attribute}\" {group}")]
    EmptyGroup {
        /// The attribute.
        attribute: String,
        /// The empty group.
        group: super::ContrastGroup,
    },
    /// The limits of a scale or of its groups are not in order, or the mean lies outside them.
    #[error("{low} and {high} cannot be the limits of \"{column}\"")]
    Limits {
        /// The attribute or driver.
        column: String,
        /// Lower limit.
        low: f64,
        /// Upper limit.
        high: f64,
    },
    /// A number given as a parameter is NaN or infinite, or may not be zero or below.
    #[error("{value} is not a usable {parameter}")]
    Parameter {
        /// What it is.
        parameter: &'static str,
        /// The refused number.
        value: f64,
    },
    /// The caller asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

fn quoted(columns: &[String]) -> String {
    let quoted: Vec<String> = columns
        .iter()
        .map(|column| format!("\"{column}\""))
        .collect();
    quoted.join(", ")
}
