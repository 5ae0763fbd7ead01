use std::collections::HashMap;

use crate::Cancelled;

/// One column of the profiles; `None` is a missing answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Amounts and ratings whose differences mean something.
    Numeric(Vec<Option<f64>>),
    /// Values whose order alone means something; for Gower they count by their place among the values that occur.
    Ordinal(Vec<Option<f64>>),
    /// Categories without order.
    Nominal(Vec<Option<u32>>),
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Self::Numeric(values) | Self::Ordinal(values) => values.len(),
            Self::Nominal(values) => values.len(),
        }
    }
}

/// How far apart two profiles are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Distance {
    /// Mean over the columns both answered: |a − b| / range for numbers and places, 0 or 1 for categories. 0 to 1; two profiles with
    /// no column in common are 1 apart. Gower (1971), Biometrics 27(4), 857–871.
    Gower,
    /// √ Σ (a − b)², numeric columns without missing answers; scale them first if their units differ.
    Euclidean,
    /// Σ |a − b|, numeric columns without missing answers.
    Manhattan,
    /// Share of the columns both answered in which the categories differ; nominal columns.
    SimpleMatching,
}

impl std::fmt::Display for Distance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Gower => "Gower",
            Self::Euclidean => "Euclidean",
            Self::Manhattan => "Manhattan",
            Self::SimpleMatching => "simple matching",
        })
    }
}

/// Why profiles cannot be grouped.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum GroupError {
    /// No columns or no rows.
    #[error("there are no profiles")]
    NoProfiles,
    /// A column or the weights of another length.
    #[error("{what} {index} has {found} rows, and the first column has {expected}")]
    Length {
        /// "column", "weights" or "assignment".
        what: &'static str,
        /// The column, numbered from 0.
        index: usize,
        /// Rows of the first column.
        expected: usize,
        /// Rows found.
        found: usize,
    },
    /// NaN, infinite or too large to square.
    #[error("column {column}, row {row} is {value}: it must be a number within ±1e100")]
    Value {
        /// The column, numbered from 0.
        column: usize,
        /// The row, numbered from 0.
        row: usize,
        /// The refused value.
        value: f64,
    },
    /// A column in which all answers are equal, or all are missing: it tells nobody apart.
    #[error("column {column} tells nobody apart: all its answers are equal or missing")]
    Constant {
        /// The column, numbered from 0.
        column: usize,
    },
    /// The distance does not take such a column.
    #[error("column {column} does not fit the {distance} distance: {distance} takes {}", match distance { Distance::SimpleMatching => "nominal columns", _ => "numeric columns" })]
    Kind {
        /// The column, numbered from 0.
        column: usize,
        /// The distance asked for.
        distance: Distance,
    },
    /// The distance takes no missing answers.
    #[error(
        "column {column}, row {row} is missing, and the {distance} distance takes no missing answers: use Gower"
    )]
    Missing {
        /// The column, numbered from 0.
        column: usize,
        /// The row, numbered from 0.
        row: usize,
        /// The distance asked for.
        distance: Distance,
    },
    /// A profile without any answer.
    #[error("row {row} has no answers")]
    Empty {
        /// The row, numbered from 0.
        row: usize,
    },
    /// A weight that is not a positive number.
    #[error("the weight of row {row} is {weight}: it must be a positive number")]
    Weight {
        /// The row, numbered from 0.
        row: usize,
        /// The refused weight.
        weight: f64,
    },
    /// More groups than different profiles, or none.
    #[error(
        "{groups} groups cannot be made of {distinct} different profiles: ask for {fewest} to {distinct}"
    )]
    Groups {
        /// Groups asked for.
        groups: usize,
        /// Different profiles.
        distinct: usize,
        /// Fewest groups that make sense here.
        fewest: usize,
    },
    /// Too few resamples or reference sets.
    #[error("this needs {needed} draws or more, not {draws}")]
    Draws {
        /// Draws asked for.
        draws: u64,
        /// Draws needed.
        needed: u64,
    },
    /// All profiles are in one group.
    #[error("a silhouette needs 2 groups, and all profiles are in one")]
    OneGroup,
    /// The computation was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Customers' profiles made ready for distances; identical ones are folded together, with their weights added.
#[derive(Debug, Clone)]
pub struct Profiles {
    distance: Distance,
    columns: Vec<Axis>,
    /// Which different profile each row is.
    folded: Vec<usize>,
    /// The first row of each different profile.
    first_rows: Vec<usize>,
    /// Weight of each different profile.
    weights: Vec<f64>,
    /// Weight of each row.
    row_weights: Vec<f64>,
    /// What distances are multiplied by to come back to the units of the columns.
    unit: f64,
}

/// A column of the different profiles, scaled so that differences are 0 to 1; NaN is missing.
#[derive(Debug, Clone)]
struct Axis {
    kind: AxisKind,
    values: Vec<f32>,
    complete: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AxisKind {
    Numeric,
    Ordinal,
    Nominal,
}

impl Profiles {
    /// Checks the columns and folds identical profiles.
    ///
    /// `weights` say how many customers each row stands for; without them each counts once.
    ///
    /// Distances are computed in single precision after bringing the columns to 0..1, which leaves about six digits.
    ///
    /// ```
    /// use radost_stats::groups::{Column, Distance, Profiles};
    ///
    /// let age = Column::Numeric(vec![Some(20.0), Some(60.0), None]);
    /// let city = Column::Nominal(vec![Some(1), Some(1), Some(2)]);
    /// let profiles = Profiles::new(&[age, city], None, Distance::Gower)?;
    /// assert_eq!(profiles.between(0, 1), Some(0.5)); // (40/40 + 0) / 2
    /// assert_eq!(profiles.between(0, 2), Some(1.0)); // only the city is known of both
    /// # Ok::<(), radost_stats::groups::GroupError>(())
    /// ```
    /// # Errors
    /// [`GroupError::NoProfiles`], [`GroupError::Length`], [`GroupError::Value`], [`GroupError::Constant`], [`GroupError::Kind`],
    /// [`GroupError::Missing`], [`GroupError::Empty`], [`GroupError::Weight`].
    pub fn new(
        columns: &[Column],
        weights: Option<&[f64]>,
        distance: Distance,
    ) -> Result<Self, GroupError> {
        let rows = columns.first().map_or(0, Column::len);
        if rows == 0 {
            return Err(GroupError::NoProfiles);
        }
        for (index, column) in columns.iter().enumerate() {
            if column.len() != rows {
                return Err(GroupError::Length {
                    what: "column",
                    index,
                    expected: rows,
                    found: column.len(),
                });
            }
        }
        let row_weights = match weights {
            None => vec![1.0; rows],
            Some(weights) if weights.len() != rows => {
                return Err(GroupError::Length {
                    what: "weights",
                    index: 0,
                    expected: rows,
                    found: weights.len(),
                });
            }
            Some(weights) => {
                let bad = |weight: f64| !(weight > 0.0 && weight.is_finite());
                if let Some((row, &weight)) =
                    weights.iter().enumerate().find(|(_, weight)| bad(**weight))
                {
                    return Err(GroupError::Weight { row, weight });
                }
                weights.to_vec()
            }
        };
        let mut axes = Vec::with_capacity(columns.len());
        for (index, column) in columns.iter().enumerate() {
            axes.push(numbers(column, index, distance)?);
        }
        let unit = scale(&mut axes, distance);
        if let Some(row) =
            (0..rows).find(|&row| axes.iter().all(|(_, values)| values[row].is_nan()))
        {
            return Err(GroupError::Empty { row });
        }
        let axes = axes
            .into_iter()
            .map(|(kind, values)| (kind, values.into_iter().map(|x| x as f32).collect()))
            .collect();
        Ok(Self::fold(axes, row_weights, distance, unit))
    }

    fn fold(
        axes: Vec<(AxisKind, Vec<f32>)>,
        row_weights: Vec<f64>,
        distance: Distance,
        unit: f64,
    ) -> Self {
        let mut seen: HashMap<Vec<u32>, usize> = HashMap::new();
        let mut folded = Vec::with_capacity(row_weights.len());
        let mut first_rows = Vec::new();
        let mut weights: Vec<f64> = Vec::new();
        for (row, weight) in row_weights.iter().enumerate() {
            let key = axes
                .iter()
                .map(|(_, values)| values[row].to_bits())
                .collect();
            let profile = *seen.entry(key).or_insert_with(|| {
                first_rows.push(row);
                weights.push(0.0);
                weights.len() - 1
            });
            weights[profile] += weight;
            folded.push(profile);
        }
        let columns = axes
            .into_iter()
            .map(|(kind, values)| {
                let values: Vec<f32> = first_rows.iter().map(|&row| values[row]).collect();
                Axis {
                    kind,
                    complete: values.iter().all(|x| !x.is_nan()),
                    values,
                }
            })
            .collect();
        Self {
            distance,
            columns,
            folded,
            first_rows,
            weights,
            row_weights,
            unit,
        }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.folded.len()
    }

    /// Number of different profiles.
    pub fn distinct(&self) -> usize {
        self.weights.len()
    }

    /// How far apart profiles are measured.
    pub fn distance(&self) -> Distance {
        self.distance
    }

    /// Sum of the weights.
    pub fn total_weight(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// Distance between two rows; `None` for a row that does not exist.
    pub fn between(&self, row: usize, other: usize) -> Option<f64> {
        let (from, to) = (*self.folded.get(row)?, *self.folded.get(other)?);
        let mut out = vec![0.0; self.distinct()];
        self.distances(from, &mut out);
        Some(f64::from(out[to]) * self.unit)
    }

    pub(super) fn unit(&self) -> f64 {
        self.unit
    }

    pub(super) fn folded(&self) -> &[usize] {
        &self.folded
    }

    pub(super) fn first_rows(&self) -> &[usize] {
        &self.first_rows
    }

    pub(super) fn weights(&self) -> &[f64] {
        &self.weights
    }

    pub(super) fn row_weights(&self) -> &[f64] {
        &self.row_weights
    }

    /// Some of the different profiles, with other weights; row i of the result is `chosen[i]`.
    pub(super) fn select(&self, chosen: &[usize], weights: Vec<f64>) -> Self {
        Self {
            distance: self.distance,
            columns: self
                .columns
                .iter()
                .map(|axis| {
                    let values: Vec<f32> = chosen.iter().map(|&i| axis.values[i]).collect();
                    Axis {
                        kind: axis.kind,
                        complete: values.iter().all(|x| !x.is_nan()),
                        values,
                    }
                })
                .collect(),
            folded: (0..chosen.len()).collect(),
            first_rows: (0..chosen.len()).collect(),
            row_weights: weights.clone(),
            weights,
            unit: self.unit,
        }
    }

    /// As many rows as here, without any groups: numbers uniform over their range, places and categories drawn by their own
    /// frequencies, each column on its own; answers are missing as often as here.
    pub(super) fn without_groups(&self, mut unit: impl FnMut() -> f64) -> Self {
        let mut up_to = 0.0;
        let cumulative: Vec<f64> = self
            .weights
            .iter()
            .map(|weight| {
                up_to += weight;
                up_to
            })
            .collect();
        let last = cumulative.len().saturating_sub(1);
        let axes = self
            .columns
            .iter()
            .map(|axis| {
                let present = || axis.values.iter().copied().filter(|x| !x.is_nan());
                let low = present().fold(f32::INFINITY, f32::min);
                let high = present().fold(f32::NEG_INFINITY, f32::max);
                let values = (0..self.rows())
                    .map(|_| {
                        let place = unit() * up_to;
                        let drawn = cumulative.partition_point(|&end| end <= place).min(last);
                        let value = axis.values[drawn];
                        if axis.kind == AxisKind::Numeric && !value.is_nan() {
                            low + (high - low) * unit() as f32
                        } else {
                            value
                        }
                    })
                    .collect();
                (axis.kind, values)
            })
            .collect();
        Self::fold(axes, vec![1.0; self.rows()], self.distance, self.unit)
    }

    /// Distances from one different profile to all, before the unit.
    pub(super) fn distances(&self, from: usize, out: &mut [f32]) {
        out.fill(0.0);
        match self.distance {
            Distance::Euclidean => {
                for axis in &self.columns {
                    let x = axis.values[from];
                    for (sum, value) in out.iter_mut().zip(&axis.values) {
                        *sum += (value - x) * (value - x);
                    }
                }
                for sum in out.iter_mut() {
                    *sum = sum.sqrt();
                }
            }
            Distance::Manhattan => {
                for axis in &self.columns {
                    let x = axis.values[from];
                    for (sum, value) in out.iter_mut().zip(&axis.values) {
                        *sum += (value - x).abs();
                    }
                }
            }
            Distance::Gower | Distance::SimpleMatching => self.mean_difference(from, out),
        }
    }

    fn mean_difference(&self, from: usize, out: &mut [f32]) {
        let mut known = 0.0_f32;
        // Only columns with missing answers make the number of common columns differ between pairs.
        let mut also_known = if self.columns.iter().all(|axis| axis.complete) {
            Vec::new()
        } else {
            vec![0.0_f32; out.len()]
        };
        for axis in &self.columns {
            let x = axis.values[from];
            if axis.complete {
                known += 1.0;
                if axis.kind == AxisKind::Nominal {
                    for (sum, value) in out.iter_mut().zip(&axis.values) {
                        *sum += if *value == x { 0.0 } else { 1.0 };
                    }
                } else {
                    for (sum, value) in out.iter_mut().zip(&axis.values) {
                        *sum += (value - x).abs();
                    }
                }
            } else if !x.is_nan() {
                let cells = out.iter_mut().zip(&mut also_known).zip(&axis.values);
                // Selections rather than branches, which would be guessed wrong for every missing answer.
                if axis.kind == AxisKind::Nominal {
                    for ((sum, common), value) in cells {
                        *common += if value.is_nan() { 0.0 } else { 1.0 };
                        *sum += if value.is_nan() || *value == x {
                            0.0
                        } else {
                            1.0
                        };
                    }
                } else {
                    for ((sum, common), value) in cells {
                        *common += if value.is_nan() { 0.0 } else { 1.0 };
                        *sum += if value.is_nan() {
                            0.0
                        } else {
                            (value - x).abs()
                        };
                    }
                }
            }
        }
        if also_known.is_empty() {
            for sum in out.iter_mut() {
                *sum /= known;
            }
        } else {
            for (sum, common) in out.iter_mut().zip(&also_known) {
                let columns = known + common;
                *sum = if columns > 0.0 { *sum / columns } else { 1.0 };
            }
        }
        // A profile is not apart from itself, though two with nothing in common are.
        out[from] = 0.0;
    }
}

/// A column as numbers, NaN for missing, checked against what the distance takes.
fn numbers(
    column: &Column,
    index: usize,
    distance: Distance,
) -> Result<(AxisKind, Vec<f64>), GroupError> {
    let fits = match (distance, column) {
        (Distance::Gower, _) => true,
        (Distance::Euclidean | Distance::Manhattan, column) => matches!(column, Column::Numeric(_)),
        (Distance::SimpleMatching, column) => matches!(column, Column::Nominal(_)),
    };
    if !fits {
        return Err(GroupError::Kind {
            column: index,
            distance,
        });
    }
    let missing_allowed = matches!(distance, Distance::Gower | Distance::SimpleMatching);
    let places = |mut known: Vec<f64>| {
        known.sort_unstable_by(f64::total_cmp);
        known.dedup();
        known
    };
    let (kind, values): (AxisKind, Vec<f64>) = match column {
        Column::Numeric(values) | Column::Ordinal(values) => {
            for (row, value) in values.iter().enumerate() {
                if let Some(value) = value.filter(|x| x.is_nan() || x.abs() > 1e100) {
                    return Err(GroupError::Value {
                        column: index,
                        row,
                        value,
                    });
                }
            }
            let plain = |value: &Option<f64>| value.map_or(f64::NAN, |x| x + 0.0);
            if matches!(column, Column::Numeric(_)) {
                (AxisKind::Numeric, values.iter().map(plain).collect())
            } else {
                let known = places(values.iter().flatten().map(|x| x + 0.0).collect());
                let place = |x: f64| known.partition_point(|&y| y < x) as f64;
                let ranks = values.iter().map(|value| value.map_or(f64::NAN, place));
                (AxisKind::Ordinal, ranks.collect())
            }
        }
        Column::Nominal(values) => {
            // Small numbers, which single precision holds exactly.
            let known = places(values.iter().flatten().map(|&x| f64::from(x)).collect());
            let place = |x: u32| known.partition_point(|&y| y < f64::from(x)) as f64;
            let codes = values.iter().map(|value| value.map_or(f64::NAN, place));
            (AxisKind::Nominal, codes.collect())
        }
    };
    if !missing_allowed && let Some(row) = values.iter().position(|x| x.is_nan()) {
        return Err(GroupError::Missing {
            column: index,
            row,
            distance,
        });
    }
    let mut known = values.iter().filter(|x| !x.is_nan());
    let first = known.next();
    if !known.any(|x| Some(x) != first) {
        return Err(GroupError::Constant { column: index });
    }
    Ok((kind, values))
}

/// Brings numbers to 0..1: each column by its own range for Gower, all by the widest range for the others.
fn scale(axes: &mut [(AxisKind, Vec<f64>)], distance: Distance) -> f64 {
    let range = |values: &[f64]| {
        let known = || values.iter().copied().filter(|x| !x.is_nan());
        let low = known().fold(f64::INFINITY, f64::min);
        (low, known().fold(f64::NEG_INFINITY, f64::max) - low)
    };
    let widest = axes
        .iter()
        .map(|(_, values)| range(values).1)
        .fold(0.0, f64::max);
    let own = matches!(distance, Distance::Gower | Distance::SimpleMatching);
    for (kind, values) in axes.iter_mut() {
        if *kind != AxisKind::Nominal {
            let (low, width) = range(values);
            let width = if own { width } else { widest };
            values.iter_mut().for_each(|x| *x = (*x - low) / width);
        }
    }
    if own { 1.0 } else { widest }
}
