//! Aggregates for queries that return sufficient statistics: the sums of which `radost-stats` makes a value with its interval.
//! Sums of parts add up, whether the parts are files, days or machines.
//!
//! | function | sums, in this order |
//! |---|---|
//! | `nps_tally(score[, weight])` | n, Σw, Σw², Σw of promoters, Σw of detractors |
//! | `moments(x[, weight])` | n, Σw, Σw², Σwx, Σwx² |
//! | `gram(weight, x₁, …, xₚ)` | n, Σw, Σw², Σwxᵢ, then Σwxᵢxⱼ for i ≤ j row by row |
//! | `value_counts(x[, weight])` | n of each value from 0 to 10; with a weight then Σw and Σw² of each |
//! | `contingency(x, y[, weight])` | n of each pair of values from 0 to 10, y running faster; with a weight then Σw and Σw² |
//! | `pairs(weight, x₁, …, xₚ)` | n, Σw, Σw² of rows with any x, then p × p tables over rows with both: n, Σw, Σwxᵢ, Σwxᵢxⱼ |
//!
//! A row in which an argument is NULL does not count; an x of `pairs` may be NULL. Counts and sums of whole numbers are exact up
//! to 2⁵³.

use std::mem::size_of_val;
use std::sync::Arc;

use deltalake::arrow::array::{Array, ArrayRef, BooleanArray, Float64Array, ListArray};
use deltalake::arrow::buffer::OffsetBuffer;
use deltalake::arrow::datatypes::{DataType, Field, FieldRef};
use deltalake::datafusion::common::cast::{as_float64_array, as_list_array};
use deltalake::datafusion::common::{DataFusionError, ScalarValue, exec_err, plan_err};
use deltalake::datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use deltalake::datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, Expr, GroupsAccumulator, Signature,
    Volatility,
};

type Result<T> = std::result::Result<T, DataFusionError>;

/// The aggregates, to be registered with every session and every executor.
pub fn aggregates() -> [Arc<AggregateUDF>; 6] {
    [
        Kind::Nps,
        Kind::Moments,
        Kind::Gram,
        Kind::Values,
        Kind::Contingency,
        Kind::Pairs,
    ]
    .map(|kind| Arc::new(kind.function()))
}

/// How often each value of a column occurs.
pub(crate) fn value_counts(arguments: Vec<Expr>) -> Expr {
    Kind::Values.function().call(arguments)
}

/// What columns, some of them unanswered, have in common two by two.
pub(crate) fn pairs(arguments: Vec<Expr>) -> Expr {
    Kind::Pairs.function().call(arguments)
}

/// The values that scales have: 0 to 10.
pub const VALUES: usize = 11;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Nps,
    Moments,
    Gram,
    Values,
    Contingency,
    Pairs,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Nps => "nps_tally",
            Kind::Moments => "moments",
            Kind::Gram => "gram",
            Kind::Values => "value_counts",
            Kind::Contingency => "contingency",
            Kind::Pairs => "pairs",
        }
    }

    fn function(self) -> AggregateUDF {
        let signature = Signature::user_defined(Volatility::Immutable);
        AggregateUDF::new_from_impl(Function {
            kind: self,
            signature,
        })
    }

    /// How many of the arguments, from the first, a row must have to count.
    fn needed(self, arguments: usize) -> usize {
        match self {
            Kind::Pairs => 1,
            _ => arguments,
        }
    }

    /// How many numbers are counted, beside which a weight may stand.
    fn counted(self) -> usize {
        match self {
            Kind::Contingency => 2,
            _ => 1,
        }
    }

    /// How many sums there are.
    fn width(self, arguments: usize) -> usize {
        match self {
            Kind::Nps | Kind::Moments => 5,
            Kind::Gram => {
                let p = arguments.saturating_sub(1);
                3 + p + p * (p + 1) / 2
            }
            Kind::Values | Kind::Contingency => {
                let cells = VALUES.pow(self.counted() as u32);
                cells * if arguments > self.counted() { 3 } else { 1 }
            }
            Kind::Pairs => 3 + 4 * arguments.saturating_sub(1).pow(2),
        }
    }

    /// Adds one row.
    fn add(self, row: &[f64], sums: &mut [f64]) -> Result<()> {
        let (weight, values) = match (self, row) {
            (Kind::Gram | Kind::Pairs, [weight, values @ ..]) => (*weight, values),
            _ => match row.split_at_checked(self.counted()) {
                Some((values, [])) => (1.0, values),
                Some((values, [weight])) => (*weight, values),
                _ => return exec_err!("{} got {} arguments", self.name(), row.len()),
            },
        };
        if !(weight.is_finite() && weight > 0.0) {
            return exec_err!("{}: {weight} is no weight", self.name());
        }
        match self {
            Kind::Values | Kind::Contingency => return self.count(values, weight, sums),
            Kind::Pairs if values.iter().all(|x| x.is_nan()) => return Ok(()),
            _ => {}
        }
        let (head, tail) = sums.split_at_mut(3);
        head[0] += 1.0;
        head[1] += weight;
        head[2] += weight * weight;
        match (self, values) {
            (Kind::Nps, &[score]) => {
                if !(0.0..=10.0).contains(&score) || score.fract() != 0.0 {
                    return exec_err!("{}: {score} is not on the scale from 0 to 10", self.name());
                }
                tail[0] += if score >= 9.0 { weight } else { 0.0 };
                tail[1] += if score <= 6.0 { weight } else { 0.0 };
            }
            (Kind::Moments, &[x]) => {
                tail[0] += weight * x;
                tail[1] += weight * x * x;
            }
            (Kind::Pairs, values) => {
                let mut cells = tail.chunks_exact_mut(values.len() * values.len());
                let [Some(n), Some(weights), Some(sums), Some(products)] =
                    std::array::from_fn(|_| cells.next())
                else {
                    return exec_err!("{}: too few sums", self.name());
                };
                let both = |i: usize| values.iter().enumerate().map(move |(j, &y)| (i, j, y));
                for (i, j, y) in (0..values.len()).flat_map(both) {
                    let (x, cell) = (values[i], i * values.len() + j);
                    if !x.is_nan() && !y.is_nan() {
                        n[cell] += 1.0;
                        weights[cell] += weight;
                        sums[cell] += weight * x;
                        products[cell] += weight * x * y;
                    }
                }
            }
            _ => {
                let (sums, products) = tail.split_at_mut(values.len());
                let mut products = products.iter_mut();
                for (i, (&x, sum)) in values.iter().zip(sums).enumerate() {
                    *sum += weight * x;
                    for (&y, product) in values[i..].iter().zip(&mut products) {
                        *product += weight * x * y;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Kind {
    /// Counts one row in the cell of its values.
    fn count(self, values: &[f64], weight: f64, sums: &mut [f64]) -> Result<()> {
        let mut cell = 0;
        for &value in values {
            let place = value as usize;
            if place as f64 != value || place >= VALUES {
                return off_scale(self, value);
            }
            cell = cell * VALUES + place;
        }
        let cells = VALUES.pow(self.counted() as u32);
        sums[cell] += 1.0;
        if sums.len() > cells {
            sums[cells + cell] += weight;
            sums[2 * cells + cell] += weight * weight;
        }
        Ok(())
    }
}

fn off_scale(kind: Kind, value: f64) -> Result<()> {
    exec_err!("{}: {value} is not a value from 0 to 10", kind.name())
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Function {
    kind: Kind,
    signature: Signature,
}

impl Function {
    fn sums(&self, arguments: usize) -> Sums {
        Sums {
            kind: self.kind,
            width: self.kind.width(arguments),
            sums: Vec::new(),
        }
    }
}

impl AggregateUDFImpl for Function {
    fn name(&self) -> &str {
        self.kind.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let possible = match self.kind {
            Kind::Nps | Kind::Moments | Kind::Values => 1..=2,
            Kind::Contingency => 2..=3,
            Kind::Gram | Kind::Pairs => 2..=1_000,
        };
        match possible.contains(&arguments.len()) && arguments.iter().all(is_number) {
            true => Ok(vec![DataType::Float64; arguments.len()]),
            false => plan_err!(
                "{} takes {possible:?} numbers and got {arguments:?}",
                self.name()
            ),
        }
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(item()))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let field = Field::new(format!("{}[sums]", args.name), DataType::List(item()), true);
        Ok(vec![Arc::new(field)])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Whole(self.sums(args.exprs.len()))))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.sums(args.exprs.len())))
    }
}

fn is_number(kind: &DataType) -> bool {
    kind.is_numeric() || kind.is_null()
}

fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Float64, true))
}

/// The sums of each group, one group after the other.
#[derive(Debug)]
struct Sums {
    kind: Kind,
    width: usize,
    sums: Vec<f64>,
}

impl Sums {
    fn lists(&self, sums: Vec<f64>) -> ListArray {
        let groups = sums.len() / self.width;
        ListArray::new(
            item(),
            OffsetBuffer::from_lengths(std::iter::repeat_n(self.width, groups)),
            Arc::new(Float64Array::from(sums)),
            None,
        )
    }

    fn emit(&mut self, emit_to: EmitTo) -> ArrayRef {
        let emitted = match emit_to {
            EmitTo::All => std::mem::take(&mut self.sums),
            EmitTo::First(groups) => self.sums.drain(..groups * self.width).collect(),
        };
        Arc::new(self.lists(emitted))
    }

    /// What metrics ask for most, without the detours that serve every aggregate.
    fn count_values(&mut self, values: &Float64Array, groups: &[usize]) -> Result<()> {
        for (value, &group) in values.iter().zip(groups) {
            let Some(value) = value else { continue };
            let place = value as usize;
            if place as f64 != value || place >= VALUES {
                return off_scale(self.kind, value);
            }
            self.sums[group * VALUES + place] += 1.0;
        }
        Ok(())
    }

    fn group(&mut self, group: usize) -> &mut [f64] {
        &mut self.sums[group * self.width..(group + 1) * self.width]
    }
}

/// Calls `add` with the arguments of each row that counts: of which the first `needed` are not NULL. Others are then NaN.
fn for_each_row(
    values: &[ArrayRef],
    needed: usize,
    filter: Option<&BooleanArray>,
    mut add: impl FnMut(usize, &[f64]) -> Result<()>,
) -> Result<()> {
    let columns = values.iter().map(|column| as_float64_array(column));
    let columns: Vec<&Float64Array> = columns.collect::<Result<_>>()?;
    let counts = |row: usize| {
        filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
            && columns[..needed].iter().all(|column| column.is_valid(row))
    };
    let mut arguments = vec![0.0; columns.len()];
    for row in 0..columns.first().map_or(0, |column| column.len()) {
        if counts(row) {
            for (argument, column) in arguments.iter_mut().zip(&columns) {
                *argument = if column.is_valid(row) {
                    column.value(row)
                } else {
                    f64::NAN
                };
            }
            add(row, &arguments)?;
        }
    }
    Ok(())
}

impl GroupsAccumulator for Sums {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.sums.resize(total_num_groups * self.width, 0.0);
        if let (Kind::Values, [values], None) = (self.kind, values, opt_filter) {
            return self.count_values(as_float64_array(values)?, group_indices);
        }
        let kind = self.kind;
        for_each_row(
            values,
            self.kind.needed(values.len()),
            opt_filter,
            |row, arguments| kind.add(arguments, self.group(group_indices[row])),
        )
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.sums.resize(total_num_groups * self.width, 0.0);
        let Some(states) = values.first() else {
            return Ok(());
        };
        let states = as_list_array(states)?;
        for (row, &group) in group_indices.iter().enumerate() {
            if states.is_null(row) {
                continue;
            }
            let state = states.value(row);
            let state = as_float64_array(&state)?;
            if state.len() != self.width {
                return exec_err!(
                    "{}: {} sums instead of {}",
                    self.kind.name(),
                    state.len(),
                    self.width
                );
            }
            for (sum, more) in self.group(group).iter_mut().zip(state.values()) {
                *sum += more;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        Ok(self.emit(emit_to))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.emit(emit_to)])
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |column| column.len());
        let mut sums = vec![0.0; rows * self.width];
        for_each_row(
            values,
            self.kind.needed(values.len()),
            opt_filter,
            |row, arguments| {
                let of_row = &mut sums[row * self.width..(row + 1) * self.width];
                self.kind.add(arguments, of_row)
            },
        )?;
        Ok(vec![Arc::new(self.lists(sums))])
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.sums.capacity() * size_of::<f64>()
    }
}

/// The sums of everything: one group.
#[derive(Debug)]
struct Whole(Sums);

impl Whole {
    fn value(&mut self) -> ScalarValue {
        let Sums { width, .. } = self.0;
        self.0.sums.resize(width, 0.0);
        ScalarValue::List(Arc::new(self.0.lists(self.0.sums.clone())))
    }
}

impl Accumulator for Whole {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let rows = values.first().map_or(0, |column| column.len());
        GroupsAccumulator::update_batch(&mut self.0, values, &vec![0; rows], None, 1)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let rows = states.first().map_or(0, |column| column.len());
        GroupsAccumulator::merge_batch(&mut self.0, states, &vec![0; rows], 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.value())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.value()])
    }

    fn size(&self) -> usize {
        GroupsAccumulator::size(&self.0)
    }
}
