//! Why a field or a cell was refused, in a form that every language can put into words.

use radost_domain::team::LocationKind;

/// A field with a value that it cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The field of a form or body, or the column of a file.
    pub field: String,
    /// Why.
    pub reason: Reason,
}

impl Refusal {
    /// A refused field.
    pub fn new(field: impl Into<String>, reason: Reason) -> Self {
        Refusal {
            field: field.into(),
            reason,
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}

/// Why. The words are for programs and the command line; pages say it in the reader's language by [`Reason::code`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Nothing was given.
    #[error("this is needed")]
    Missing,
    /// Too many characters.
    #[error("at most {most} characters")]
    TooLong {
        /// What would fit.
        most: usize,
    },
    /// Line breaks or other marks that do not belong into one line.
    #[error("one line of plain text")]
    NotPlain,
    /// Not a name for files and addresses.
    #[error("`{0}` is not a code: small Latin letters, digits, `-` and `_`, at most 63")]
    NotCode(String),
    /// Somebody else has it.
    #[error("`{0}` belongs to another record")]
    Taken(String),
    /// No kind of place.
    #[error("`{0}` is not a kind of place; kinds are network, region and location")]
    UnknownKind(String),
    /// No place of this workspace, or outside what the actor sees.
    #[error("there is no location `{0}`")]
    UnknownLocation(String),
    /// The row of the place above was refused.
    #[error("the row of the place above it, `{0}`, was refused")]
    AboveRefused(String),
    /// A place under itself.
    #[error("a place cannot stand under itself")]
    Circle,
    /// Levels go down.
    #[error("a {} cannot stand under a {}", child.code(), above.code())]
    Level {
        /// What was put.
        child: LocationKind,
        /// Under what.
        above: LocationKind,
    },
    /// What stands under it could not stay.
    #[error("`{0}` stands under it and could not stay there")]
    BelowDoesNotFit(String),
    /// No IANA time zone.
    #[error("`{0}` is not a time zone; a time zone is like Europe/Kyiv")]
    UnknownTimeZone(String),
    /// Neither yes nor no.
    #[error("`{0}` is neither yes nor no")]
    NotYesNo(String),
    /// No e-mail address.
    #[error("`{0}` is not an e-mail address")]
    NotEmail(String),
    /// No phone number.
    #[error("`{0}` is not a phone number: 5 to 15 digits, with a leading + for the country")]
    NotPhone(String),
    /// No language of Radost.
    #[error("`{0}` is not a language Radost speaks; it speaks en, ru, uk and bg")]
    UnknownLanguage(String),
    /// No code of a segment.
    #[error("`{0}` is not a segment: a small Latin letter, then small letters, digits and `_`")]
    NotSegment(String),
    /// No number.
    #[error("`{0}` is not a number")]
    NotNumber(String),
    /// Beyond what there can be.
    #[error("write a number from {low} to {high}")]
    NotWithin {
        /// The least.
        low: i64,
        /// The greatest.
        high: i64,
    },
    /// An interval that does not hold its value.
    #[error("the value must lie between the ends of its interval, and both must be given")]
    NotInside,
    /// No metric, or not one of the survey.
    #[error("`{0}` is not a metric that there is")]
    UnknownMetric(String),
    /// A mean of what?
    #[error("a mean needs its scale: 1-5")]
    ScaleMissing,
    /// No scale, or not one of this metric.
    #[error("`{0}` is not a scale of this metric; a scale is like 1-5")]
    NotScale(String),
    /// No day.
    #[error("`{0}` is not a day; write 2026-03-31")]
    NotDay(String),
    /// A last day that is not after the first.
    #[error("the last day must be after the first")]
    NotAfter,
    /// Nobody of this workspace.
    #[error("nobody who signs in here is `{0}`")]
    UnknownPerson(String),
    /// A code that names nothing of its kind.
    #[error("`{0}` is not known here")]
    UnknownValue(String),
    /// No address of a page.
    #[error("`{0}` is not an address; it begins with https:// or http://")]
    NotAddress(String),
    /// An earlier row is about the same thing.
    #[error("row {first} is about the same thing")]
    SameTwice {
        /// The earlier row.
        first: u64,
    },
    /// Nothing in the file.
    #[error("the file has no header row")]
    NoHeader,
    /// Not UTF-8.
    #[error("the text is not UTF-8; save the table as CSV (UTF-8)")]
    NotUtf8,
    /// Two columns of one name.
    #[error("this column stands in the header twice")]
    ColumnTwice,
    /// A column that the file must have.
    #[error("this column is missing")]
    ColumnMissing,
    /// More or fewer cells than the header.
    #[error("the row has {found} cells, the header has {expected}")]
    Cells {
        /// In the row.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// The same code stood in an earlier row.
    #[error("row {first} has the same code")]
    RowTwice {
        /// The earlier row.
        first: u64,
    },
    /// More rows than such a file may have.
    #[error("at most {most} rows")]
    TooManyRows {
        /// What would be taken.
        most: usize,
    },
    /// The disk did not give it.
    #[error("the file cannot be read")]
    Unreadable,
}

impl Reason {
    /// The stable code: `time-zone`.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Missing => "missing",
            Reason::TooLong { .. } => "too-long",
            Reason::NotPlain => "not-plain",
            Reason::NotCode(_) => "code",
            Reason::Taken(_) => "taken",
            Reason::UnknownKind(_) => "kind",
            Reason::UnknownLocation(_) => "location",
            Reason::AboveRefused(_) => "above-refused",
            Reason::Circle => "circle",
            Reason::Level { .. } => "level",
            Reason::BelowDoesNotFit(_) => "below",
            Reason::UnknownTimeZone(_) => "time-zone",
            Reason::NotYesNo(_) => "yes-no",
            Reason::NotEmail(_) => "email",
            Reason::NotPhone(_) => "phone",
            Reason::UnknownLanguage(_) => "language",
            Reason::NotSegment(_) => "segment",
            Reason::NotNumber(_) => "number",
            Reason::NotWithin { .. } => "within",
            Reason::NotInside => "inside",
            Reason::UnknownMetric(_) => "metric",
            Reason::ScaleMissing => "scale-missing",
            Reason::NotScale(_) => "scale",
            Reason::NotDay(_) => "day",
            Reason::NotAfter => "after",
            Reason::UnknownPerson(_) => "person",
            Reason::UnknownValue(_) => "value",
            Reason::NotAddress(_) => "address",
            Reason::SameTwice { .. } => "same-twice",
            Reason::NoHeader => "no-header",
            Reason::NotUtf8 => "utf8",
            Reason::ColumnTwice => "column-twice",
            Reason::ColumnMissing => "column-missing",
            Reason::Cells { .. } => "cells",
            Reason::RowTwice { .. } => "row-twice",
            Reason::TooManyRows { .. } => "too-many-rows",
            Reason::Unreadable => "unreadable",
        }
    }

    /// The text that was refused, where it helps to see it.
    pub fn given(&self) -> Option<&str> {
        match self {
            Reason::NotCode(given)
            | Reason::Taken(given)
            | Reason::UnknownKind(given)
            | Reason::UnknownLocation(given)
            | Reason::AboveRefused(given)
            | Reason::BelowDoesNotFit(given)
            | Reason::UnknownTimeZone(given)
            | Reason::NotYesNo(given)
            | Reason::NotEmail(given)
            | Reason::NotPhone(given)
            | Reason::UnknownLanguage(given)
            | Reason::NotSegment(given)
            | Reason::NotNumber(given)
            | Reason::UnknownMetric(given)
            | Reason::NotScale(given)
            | Reason::NotDay(given)
            | Reason::UnknownPerson(given)
            | Reason::UnknownValue(given)
            | Reason::NotAddress(given) => Some(given),
            _ => None,
        }
    }
}

/// The beginning of a refused text: enough to recognise it, whatever was sent.
pub(crate) fn quoted(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Collects the refusals of one record, so that a form shows all of them at once.
#[derive(Debug, Default)]
pub(crate) struct Refusals(pub(crate) Vec<Refusal>);

impl Refusals {
    /// The value, or its refusal noted.
    pub(crate) fn take<T>(&mut self, field: &str, result: Result<T, Reason>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(reason) => {
                self.0.push(Refusal::new(field, reason));
                None
            }
        }
    }
}

/// One line of text of 1 to `most` characters.
pub(crate) fn line(text: &str, most: usize) -> Result<String, Reason> {
    match optional_line(text, most)? {
        line if line.is_empty() => Err(Reason::Missing),
        line => Ok(line),
    }
}

/// One line of text of at most `most` characters.
pub(crate) fn optional_line(text: &str, most: usize) -> Result<String, Reason> {
    let text = text.trim();
    if text.chars().count() > most {
        Err(Reason::TooLong { most })
    } else if text.chars().any(char::is_control) {
        Err(Reason::NotPlain)
    } else {
        Ok(text.to_owned())
    }
}

/// Text of at most `most` characters that may have several lines.
pub(crate) fn optional_text(text: &str, most: usize) -> Result<String, Reason> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > most {
        Err(Reason::TooLong { most })
    } else if text.chars().any(|c| c.is_control() && c != '\n') {
        Err(Reason::NotPlain)
    } else {
        Ok(text)
    }
}

/// A number as people write it into forms and tables: with a comma or a point, a percent sign, a true minus.
pub(crate) fn number(text: &str) -> Result<f64, Reason> {
    let plain = text.trim().trim_end_matches('%').trim_end();
    if plain.is_empty() {
        return Err(Reason::Missing);
    }
    let plain = plain.replace('−', "-").replace(',', ".");
    let read = plain.parse::<f64>().ok().filter(|value| value.is_finite());
    read.ok_or_else(|| Reason::NotNumber(quoted(text.trim())))
}

/// A whole number from `low` to `high`.
pub(crate) fn whole(text: &str, low: i64, high: i64) -> Result<i64, Reason> {
    let value = number(text)?;
    if value.fract() != 0.0 {
        return Err(Reason::NotNumber(quoted(text.trim())));
    }
    let within = value >= low as f64 && value <= high as f64;
    within
        .then_some(value as i64)
        .ok_or(Reason::NotWithin { low, high })
}

/// A day, as 2026-03-31.
pub(crate) fn day(text: &str) -> Result<jiff::civil::Date, Reason> {
    match text.trim() {
        "" => Err(Reason::Missing),
        text => text.parse().map_err(|_| Reason::NotDay(quoted(text))),
    }
}

/// A code of a place or an employee.
pub(crate) fn slug(text: &str) -> Result<radost_domain::Slug, Reason> {
    match text.trim() {
        "" => Err(Reason::Missing),
        text => text.parse().map_err(|_| Reason::NotCode(quoted(text))),
    }
}

/// The name of a time zone, as the tables write it.
pub(crate) fn time_zone(text: &str) -> Result<String, Reason> {
    let text = text.trim();
    jiff::tz::TimeZone::get(text)
        .ok()
        .and_then(|zone| zone.iana_name().map(str::to_owned))
        .ok_or_else(|| Reason::UnknownTimeZone(quoted(text)))
}

/// Yes or no, as people write it into tables in any of our languages.
pub(crate) fn yes_no(text: &str) -> Result<bool, Reason> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "true" | "1" | "да" | "так" => Ok(true),
        "no" | "false" | "0" | "нет" | "ні" | "не" => Ok(false),
        _ => Err(Reason::NotYesNo(quoted(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_checked_and_tidied() {
        assert_eq!(line("  Львів ", 10), Ok("Львів".into()));
        assert_eq!(line(" ", 10), Err(Reason::Missing));
        assert_eq!(line("Львів", 4), Err(Reason::TooLong { most: 4 }));
        assert_eq!(line("a\nb", 10), Err(Reason::NotPlain));
        assert_eq!(time_zone("europe/kyiv"), Ok("Europe/Kyiv".into()));
        assert_eq!(
            time_zone("Mars/Base"),
            Err(Reason::UnknownTimeZone("Mars/Base".into()))
        );
        assert!(time_zone("").is_err());
        assert_eq!(yes_no("Так"), Ok(true));
        assert!(yes_no("maybe").is_err());
        assert_eq!(slug("Lviv!"), Err(Reason::NotCode("Lviv!".into())));
        assert_eq!(number(" 62,5 %"), Ok(62.5));
        assert_eq!(number("−4"), Ok(-4.0));
        assert_eq!(number("1,204.5"), Err(Reason::NotNumber("1,204.5".into())));
        assert_eq!(number("inf"), Err(Reason::NotNumber("inf".into())));
        assert_eq!(whole("7", 1, 9), Ok(7));
        assert_eq!(whole("7.5", 1, 9), Err(Reason::NotNumber("7.5".into())));
        assert_eq!(
            whole("70", 1, 9),
            Err(Reason::NotWithin { low: 1, high: 9 })
        );
        assert!(optional_text("a\r\nb", 3).is_ok_and(|text| text == "a\nb"));
        assert_eq!(optional_text("a\u{0}", 3), Err(Reason::NotPlain));
    }
}
