//! `step_start('quarter', 4, day)`: the first day of the step of time in which a day lies, the year beginning in April.
//!
//! The steps are those of [`Step`]: `day`, `week` (from Monday), `month`, `quarter`, `year`.

use std::collections::HashMap;
use std::sync::Arc;

use deltalake::arrow::array::Date32Array;
use deltalake::arrow::datatypes::DataType;
use deltalake::datafusion::common::cast::as_date32_array;
use deltalake::datafusion::common::{DataFusionError, ScalarValue, exec_err};
use deltalake::datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use deltalake::datafusion::prelude::lit;
use jiff::civil::Date;
use radost_domain::explain::{Step, YearStart};

use crate::shape::{day_number, day_of};

/// The function, to be registered with every session and every executor.
pub fn step_function() -> Arc<ScalarUDF> {
    let kinds = vec![DataType::Utf8, DataType::Int64, DataType::Date32];
    let signature = Signature::exact(kinds, Volatility::Immutable);
    Arc::new(ScalarUDF::new_from_impl(StepStart { signature }))
}

/// The first day of the step in which a day lies.
pub(crate) fn step_start(step: Step, year: YearStart, day: Expr) -> Expr {
    let arguments = vec![lit(step.code()), lit(i64::from(year.month())), day];
    step_function().call(arguments)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct StepStart {
    signature: Signature,
}

impl ScalarUDFImpl for StepStart {
    fn name(&self) -> &'static str {
        "step_start"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(DataType::Date32)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        let [
            ColumnarValue::Scalar(ScalarValue::Utf8(Some(step))),
            ColumnarValue::Scalar(ScalarValue::Int64(Some(month))),
            days,
        ] = args.args.as_slice()
        else {
            return exec_err!(
                "step_start takes a step, the month in which the year begins, and a day"
            );
        };
        let step: Step = match step.parse() {
            Ok(step) => step,
            Err(error) => return exec_err!("step_start: `{step}` is no step: {error}"),
        };
        let Some(year) = i8::try_from(*month).ok().and_then(YearStart::new) else {
            return exec_err!("step_start: {month} is not a month from 1 to 12");
        };
        let days = days.to_array(args.number_rows)?;
        let days = as_date32_array(&days)?;
        // A batch has few different days, and mostly the one before again.
        let mut known: HashMap<i32, Option<i32>> = HashMap::new();
        let mut last = (None, None);
        let starts: Date32Array = days
            .iter()
            .map(|day| {
                if day != last.0 {
                    let start = day.and_then(|day| {
                        *known
                            .entry(day)
                            .or_insert_with(|| start_of(step, year, day))
                    });
                    last = (day, start);
                }
                last.1
            })
            .collect();
        Ok(ColumnarValue::Array(Arc::new(starts)))
    }
}

fn start_of(step: Step, year: YearStart, day: i32) -> Option<i32> {
    let day: Date = day_of(day)?;
    day_number(step.start(day, year))
}
