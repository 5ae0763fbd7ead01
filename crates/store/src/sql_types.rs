//! Between the domain's types and columns.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

pub(crate) fn timestamp(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds)
        .map_err(|error| StoreError::corrupt("time")(error.into()))
}

pub(crate) fn optional_timestamp(
    microseconds: Option<i64>,
) -> Result<Option<Timestamp>, StoreError> {
    microseconds.map(timestamp).transpose()
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// Days since 1970-01-01.
pub(crate) fn day_number(day: Date) -> i64 {
    day.duration_since(EPOCH).as_hours() / 24
}

pub(crate) fn day(number: i64) -> Result<Date, StoreError> {
    jiff::Span::new()
        .try_days(number)
        .and_then(|span| EPOCH.checked_add(span))
        .map_err(|error| StoreError::corrupt("day")(error.into()))
}

pub(crate) fn parsed<T>(what: &'static str, text: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse()
        .map_err(|error: T::Err| StoreError::corrupt(what)(error.into()))
}

pub(crate) fn optional<T>(what: &'static str, text: Option<String>) -> Result<Option<T>, StoreError>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.map(|text| parsed(what, &text)).transpose()
}

pub(crate) fn json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::corrupt(what)(error.into()))
}

pub(crate) fn to_json<T: Serialize + ?Sized>(
    what: &'static str,
    value: &T,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::corrupt(what)(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        let check = |date: Date, number| {
            assert_eq!(day_number(date), number);
            assert_eq!(day(number).unwrap(), date);
        };
        check(jiff::civil::date(1970, 1, 1), 0);
        check(jiff::civil::date(2026, 11, 22), 20_779);
        check(jiff::civil::date(1969, 12, 31), -1);
    }
}
