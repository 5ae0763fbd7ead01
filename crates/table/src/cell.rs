//! What stands in a cell, and what it counts as.

use jiff::civil::{Date, DateTime};
use smol_str::{SmolStr, ToSmolStr};

/// What a reader found in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Nothing, or what the file itself declares missing.
    Missing,
    Number(f64),
    /// A code with its label.
    Labelled(f64, &'a str),
    /// A step of a scale with its label.
    Step(f64, &'a str),
    Text(&'a str),
    Date(Date),
    Moment(DateTime),
    /// What no column may be asked for as.
    Other(&'static str),
}

/// What counts as missing beyond empty cells and NaN.
#[derive(Debug, Clone, Default)]
pub(crate) struct MissingCodes {
    texts: Vec<String>,
    numbers: Vec<f64>,
}

impl MissingCodes {
    pub(crate) fn new(codes: &[String]) -> Self {
        let codes = codes.iter().map(|code| code.trim());
        Self {
            texts: codes.clone().map(str::to_owned).collect(),
            numbers: codes.filter_map(|code| code.parse().ok()).collect(),
        }
    }

    fn number(&self, value: f64) -> bool {
        value.is_nan() || self.numbers.contains(&value)
    }

    /// `text` is trimmed.
    fn text(&self, text: &str) -> bool {
        text.is_empty()
            || text.eq_ignore_ascii_case("nan")
            || self.texts.iter().any(|code| code == text)
            || (!self.numbers.is_empty() && text.parse().is_ok_and(|number| self.number(number)))
    }
}

/// Without blanks around it, nor the byte order marks that some programs leave within a file.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
}

/// Why a cell is not what was asked for.
pub(crate) type Mismatch = String;

/// How a date is written, where it is not one of the usual ways.
pub(crate) type DateFormat<'a> = Option<&'a str>;

/// The number of a cell, NaN when it is missing, and whether it stood before words.
pub(crate) fn number(
    cell: Cell,
    missing: &MissingCodes,
    decimal_comma: bool,
) -> Result<(f64, bool), Mismatch> {
    let (value, from_words) = match cell {
        Cell::Missing => (f64::NAN, false),
        Cell::Number(value) | Cell::Labelled(value, _) | Cell::Step(value, _) => (value, false),
        Cell::Text(text) => {
            let text = trimmed(text);
            if missing.text(text) {
                (f64::NAN, false)
            } else if let Some(value) = parse(text, decimal_comma) {
                (value, false)
            } else if let Some(value) = before_words(text) {
                (value, true)
            } else {
                return Err(format!("{} is not a number{}", quoted(text), advice(text)));
            }
        }
        Cell::Date(date) => return Err(format!("{date} is a date, not a number")),
        Cell::Moment(at) => return Err(format!("{at} is a date, not a number")),
        Cell::Other(what) => return Err(format!("{what} is not a number")),
    };
    if missing.number(value) {
        return Ok((f64::NAN, false));
    }
    if value.is_infinite() {
        return Err(format!("{value} is not a finite number"));
    }
    Ok((value, from_words))
}

fn advice(text: &str) -> String {
    if text.chars().count() <= 20 {
        format!(" (if it means a missing answer: --na {text:?})")
    } else {
        String::new()
    }
}

fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}

fn parse(text: &str, decimal_comma: bool) -> Option<f64> {
    // Rust reads "inf" and "nan" as numbers; a file that says so means something else.
    let digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    if let Ok(value) = text.parse::<f64>() {
        return (digits(text) || value.is_infinite()).then_some(value);
    }
    if decimal_comma && text.bytes().filter(|byte| *byte == b',').count() == 1 && digits(text) {
        return text.replace(',', ".").parse().ok();
    }
    None
}

/// The whole number before the words of an answer: `10 - Completely satisfied`, `3. Neutral`, `1) Never`, `5 (best)`.
/// What follows must be words, so that neither a date nor a range is taken for its first part.
fn before_words(text: &str) -> Option<f64> {
    let digits = text
        .strip_prefix(['-', '+', '\u{2212}'])
        .unwrap_or(text)
        .bytes()
        .take_while(u8::is_ascii_digit)
        .count();
    if digits == 0 || digits > 9 {
        return None;
    }
    let sign = text.len() - text.trim_start_matches(['-', '+', '\u{2212}']).len();
    let (number, rest) = text.split_at_checked(sign + digits)?;
    let mut rest = rest.trim_start().chars();
    if !matches!(
        rest.next()?,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '.' | ')' | '(' | ':'
    ) {
        return None;
    }
    let words = rest.find(|c| !c.is_whitespace())?;
    if !words.is_alphabetic() {
        return None;
    }
    number.replace('\u{2212}', "-").parse().ok()
}

/// The text of a cell; a code speaks by its label.
pub(crate) fn text(cell: Cell, missing: &MissingCodes) -> Result<Option<SmolStr>, Mismatch> {
    Ok(match cell {
        Cell::Missing => None,
        Cell::Number(value) if missing.number(value) => None,
        Cell::Number(value) => Some(value.to_smolstr()),
        Cell::Labelled(value, _) | Cell::Step(value, _) if missing.number(value) => None,
        Cell::Labelled(_, text) | Cell::Step(_, text) | Cell::Text(text) => {
            let text = trimmed(text);
            (!missing.text(text)).then(|| SmolStr::new(text))
        }
        Cell::Date(date) => Some(date.to_smolstr()),
        Cell::Moment(at) => Some(at.date().to_smolstr()),
        Cell::Other(what) => return Err(format!("{what} is not text")),
    })
}

/// Everything that a cell says, in words: a step of a scale with its number, a moment with its time. What is no value is told too,
/// for whoever reads it to refuse it at its place.
pub(crate) fn answer(cell: Cell, missing: &MissingCodes) -> Option<SmolStr> {
    match cell {
        Cell::Step(value, label) if !missing.number(value) => {
            Some(smol_str::format_smolstr!("{value} - {}", trimmed(label)))
        }
        Cell::Moment(at) => Some(at.to_smolstr()),
        cell => text(cell, missing).unwrap_or_else(|what| Some(what.into())),
    }
}

/// The day of a cell; a time of day is left out.
pub(crate) fn date(
    cell: Cell,
    missing: &MissingCodes,
    format: DateFormat,
) -> Result<Option<Date>, Mismatch> {
    let as_digits = |value: f64| -> Option<Date> {
        (value.fract() == 0.0 && (1e7..1e8).contains(&value))
            .then(|| parse_date(&value.to_smolstr(), None))
            .flatten()
    };
    match cell {
        Cell::Missing => Ok(None),
        Cell::Date(date) => Ok(Some(date)),
        Cell::Moment(at) => Ok(Some(at.date())),
        Cell::Number(value) | Cell::Labelled(value, _) | Cell::Step(value, _)
            if missing.number(value) =>
        {
            Ok(None)
        }
        Cell::Number(value) | Cell::Labelled(value, _) | Cell::Step(value, _) => as_digits(value)
            .map(Some)
            .ok_or_else(|| format!("{value} is not a date")),
        Cell::Text(text) => {
            let text = trimmed(text);
            if missing.text(text) {
                return Ok(None);
            }
            parse_date(text, format).map(Some).ok_or_else(|| {
                format!(
                    "{} is not a date such as 2026-11-30 (say how dates are written with --date-format, as %d/%m/%Y)",
                    quoted(text)
                )
            })
        }
        Cell::Other(what) => Err(format!("{what} is not a date")),
    }
}

/// `2026-11-30`, also with a time after it, `2026/11/30`, `20261130`, `30.11.2026`. Slashes after a day or a month are
/// refused: nobody can know which of the two comes first.
fn parse_date(text: &str, format: DateFormat) -> Option<Date> {
    if let Some(format) = format {
        return Date::strptime(format, text).ok().or_else(|| {
            jiff::civil::DateTime::strptime(format, text)
                .ok()
                .map(|moment| moment.date())
        });
    }
    let number = |part: &str| -> Option<i16> {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        (digits && (1..=4).contains(&part.len())).then(|| part.parse().ok())?
    };
    let make = |year: &str, month: &str, day: &str| {
        if year.len() != 4 {
            return None;
        }
        let [month, day] = [month, day].map(|part| number(part).and_then(|n| i8::try_from(n).ok()));
        Date::new(number(year)?, month?, day?).ok()
    };
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return make(&text[..4], &text[4..6], &text[6..]);
    }
    let day = text.split(['T', ' ']).next()?;
    let rest = &text[day.len()..];
    // After the day only a time may stand.
    let a_time = |c: char| c.is_ascii_digit() || "T :.,+-ZUC".contains(c);
    if !rest.chars().all(a_time) {
        return None;
    }
    for (separator, year_first) in [('-', true), ('/', true), ('.', false)] {
        let mut parts = day.split(separator);
        if let (Some(a), Some(b), Some(c), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        {
            return if year_first {
                make(a, b, c)
            } else {
                make(c, b, a)
            };
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_words_counts_as_its_number() {
        let none = MissingCodes::default();
        let check = |text: &str, expected: Option<(f64, bool)>| {
            assert_eq!(
                number(Cell::Text(text), &none, false).ok(),
                expected,
                "{text}"
            );
        };
        check("10", Some((10.0, false)));
        check(" 1e3 ", Some((1000.0, false)));
        check("10 - Completely satisfied", Some((10.0, true)));
        check("\u{feff}0 - Not at all satisfied", Some((0.0, true)));
        check("3 - Somewhat important", Some((3.0, true)));
        check("0 — зовсім ні", Some((0.0, true)));
        check("-2: bad", Some((-2.0, true)));
        check("4. Рядом", Some((4.0, true)));
        check("5 (best)", Some((5.0, true)));
        check("1) Never", Some((1.0, true)));
        check("2012-04-08", None);
        check("10-20", None);
        check("10 - ", None);
        check("10 people", None);
        check("Satisfied - 10", None);
        check("inf", None);
    }

    #[test]
    fn what_counts_as_missing_is_said_once() {
        let codes = MissingCodes::new(&["0".into(), " n/a ".into(), "-99".into()]);
        for cell in [
            Cell::Missing,
            Cell::Number(0.0),
            Cell::Number(f64::NAN),
            Cell::Text(""),
            Cell::Text("  "),
            Cell::Text("NaN"),
            Cell::Text("0"),
            Cell::Text("0.0"),
            Cell::Text("-99"),
            Cell::Text("n/a"),
            Cell::Labelled(-99.0, "refused"),
        ] {
            let value = number(cell, &codes, false).expect("missing");
            assert!(value.0.is_nan(), "{cell:?}");
            assert_eq!(text(cell, &codes), Ok(None), "{cell:?}");
        }
        assert!(
            number(Cell::Text("0 - none"), &codes, false)
                .expect("missing")
                .0
                .is_nan()
        );
        assert_eq!(
            text(Cell::Labelled(2.0, "good"), &codes),
            Ok(Some("good".into()))
        );
        assert_eq!(
            number(Cell::Labelled(2.0, "good"), &codes, false),
            Ok((2.0, false))
        );
        let error = number(Cell::Text("abc"), &codes, false);
        assert_eq!(
            error,
            Err("\"abc\" is not a number (if it means a missing answer: --na \"abc\")".to_owned())
        );
        assert!(number(Cell::Number(f64::INFINITY), &codes, false).is_err());
        assert_eq!(number(Cell::Text("2,5"), &codes, true), Ok((2.5, false)));
        assert!(number(Cell::Text("2,5"), &codes, false).is_err());
    }

    #[test]
    fn dates_are_read_when_only_one_day_can_be_meant() {
        let check = |text: &str, expected: Option<&str>| {
            let read = parse_date(text, None).map(|date| date.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        };
        check("1997-01-31", Some("1997-01-31"));
        check("2010-12-01 08:26:00", Some("2010-12-01"));
        check("2010-12-01T08:26:00.25Z", Some("2010-12-01"));
        check("19970131", Some("1997-01-31"));
        check("31.01.1997", Some("1997-01-31"));
        check("1997/1/3", Some("1997-01-03"));
        for nothing in [
            "01/02/1997",
            "1997-13-01",
            "31.02.1997",
            "97-01-01",
            "1997-01",
            "2010-12-01 noon",
            "",
            "é7-01-01",
        ] {
            check(nothing, None);
        }
        let written = parse_date("02/01/1997", Some("%d/%m/%Y")).map(|date| date.to_string());
        assert_eq!(written.as_deref(), Some("1997-01-02"));
    }
}
