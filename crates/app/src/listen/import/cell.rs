//! From the text of a cell to the value that a question is asked to accept. Whether it is accepted is the survey's
//! business ([`Answer::parse`](radost_domain::listen::Answer::parse)); here a text only finds its form.

use std::collections::HashMap;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use radost_domain::Language;
use radost_domain::listen::answer::NOT_APPLICABLE;
use radost_domain::listen::{Question, QuestionKind, kano};
use serde_json::Value;

use super::guess::plain;

/// What a question's cells may say beside numbers: options and scale ends by their words.
#[derive(Debug, Default)]
pub(crate) struct Words(HashMap<String, Value>);

impl Words {
    /// The words of a question, in every language it has.
    pub(crate) fn of(question: &Question) -> Self {
        let mut words = HashMap::new();
        for option in question.kind.options() {
            let value = Value::from(option.code.as_str());
            for text in option.text.0.values() {
                words.insert(plain(text), value.clone());
            }
        }
        if let (Some((low, high)), Some((low_label, high_label))) =
            (question.kind.scale(), question.kind.end_labels())
        {
            for (point, label) in [(low, low_label), (high, high_label)] {
                for text in label.0.values() {
                    words.insert(plain(text), Value::from(point));
                }
            }
        }
        if matches!(question.kind, QuestionKind::Kano { .. }) {
            let usual = Language::ALL
                .into_iter()
                .flat_map(|l| kano::answers(l).into_iter().zip(1..));
            for (text, point) in usual.chain(kano::OTHER_WORDS) {
                words.insert(plain(text), Value::from(point));
            }
        }
        words.remove("");
        Words(words)
    }
}

/// The value that a cell gives to a question; `None` for an empty cell.
pub(crate) fn value(question: &Question, words: &Words, cell: &str) -> Option<Value> {
    let cell = cell.trim();
    if cell.is_empty() {
        return None;
    }
    let as_text = || Value::from(cell);
    if question.kind.scale().is_some() {
        if let Some(number) = number(cell) {
            return Some(number);
        }
        if cell.eq_ignore_ascii_case(NOT_APPLICABLE) {
            return Some(Value::from(NOT_APPLICABLE));
        }
        return Some(
            (words.0.get(&plain(cell)).cloned())
                .or_else(|| numbered_label(cell).map(|(number, _)| Value::from(number)))
                .unwrap_or_else(as_text),
        );
    }
    let option = |text: &str| {
        let text = text.trim();
        let known = |code: &str| (question.kind.options().iter()).any(|o| o.code.as_str() == code);
        if known(text) {
            return Value::from(text);
        }
        let called = |text: &str| words.0.get(&plain(text)).cloned();
        let labelled = || called(numbered_label(text)?.1);
        called(text)
            .or_else(labelled)
            .unwrap_or_else(|| Value::from(text))
    };
    Some(match &question.kind {
        QuestionKind::Single { .. } => option(cell),
        QuestionKind::Multi { .. } => cell
            .split([';', '|'])
            .filter(|part| !part.trim().is_empty())
            .map(option)
            .collect(),
        QuestionKind::Number { .. } => number(cell).unwrap_or_else(as_text),
        QuestionKind::Date { .. } => {
            day(cell).map_or_else(as_text, |day| Value::from(day.to_string()))
        }
        QuestionKind::Consent => truth(cell).map_or_else(as_text, Value::from),
        _ => as_text(),
    })
}

/// `3`, `18.0`, `6,5`: a decimal comma counts unless three digits follow, for then it may as well part the thousands.
fn number(text: &str) -> Option<Value> {
    let bytes = text.as_bytes();
    // The common case, without a detour: one or two digits.
    if bytes.len() <= 2 && bytes.iter().all(u8::is_ascii_digit) {
        return text.parse::<i64>().ok().map(Value::from);
    }
    if !bytes
        .iter()
        .all(|b| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b','))
    {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::from(whole));
    }
    let number: f64 = match text.split_once(',') {
        None => text.parse().ok()?,
        Some((_, decimals)) if decimals.len() == 3 || text.contains('.') => return None,
        Some((whole, decimals)) => format!("{whole}.{decimals}").parse().ok()?,
    };
    serde_json::Number::from_f64(number).map(Value::Number)
}

/// `10 - Completely satisfied`: the number in front, and what it is called.
fn numbered_label(text: &str) -> Option<(i64, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].trim_start();
    let rest = rest.strip_prefix(['-', '–', '—', ':', '=', ')'])?;
    let label = rest.trim_start();
    let parted = digits > 0 && digits <= 2 && rest.len() > label.len();
    (parted && label.starts_with(char::is_alphabetic))
        .then(|| Some((text[..digits].parse().ok()?, label)))
        .flatten()
}

/// Yes and no, as spreadsheets and survey programs write them.
fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "on" | "x" | "да" | "так" | "ja" | "истина" | "истина()" => {
            Some(true)
        }
        "false" | "no" | "n" | "0" | "off" | "нет" | "ні" | "не" | "nein" | "ложь" => {
            Some(false)
        }
        _ => None,
    }
}

/// Whether the column of one option says that it was chosen: with its name, a cross, a yes or a number that is not 0.
pub(crate) fn is_chosen(cell: &str) -> bool {
    let cell = cell.trim();
    let not = ["", "0.0", "n/a", "na", "-", "not selected", "unchecked"];
    truth(cell).unwrap_or_else(|| !not.contains(&cell.to_lowercase().as_str()))
}

/// The way in which all these moments are written, when it takes saying and only one is possible; `month_first` decides between
/// days and months where a file could mean both.
pub(crate) fn time_format<'c>(
    cells: impl Iterator<Item = &'c str> + Clone,
    month_first: Option<bool>,
) -> Option<&'static str> {
    const FORMATS: [(&str, bool); 12] = [
        ("%m/%d/%Y %H:%M:%S", true),
        ("%m/%d/%Y %I:%M:%S %p", true),
        ("%m/%d/%Y %H:%M", true),
        ("%m/%d/%Y %I:%M %p", true),
        ("%m/%d/%y %H:%M", true),
        ("%m/%d/%Y", true),
        ("%d/%m/%Y %H:%M:%S", false),
        ("%d/%m/%Y %I:%M:%S %p", false),
        ("%d/%m/%Y %H:%M", false),
        ("%d/%m/%Y %I:%M %p", false),
        ("%d/%m/%y %H:%M", false),
        ("%d/%m/%Y", false),
    ];
    let zone = TimeZone::UTC;
    let mut cells = cells.peekable();
    if cells.peek().is_none()
        || cells
            .clone()
            .any(|cell| moment(cell, None, &zone).is_some())
    {
        return None;
    }
    let fits = |format: &str| {
        cells
            .clone()
            .all(|cell| moment(cell, Some(format), &zone).is_some())
    };
    let fitting: Vec<_> = FORMATS.iter().filter(|(format, _)| fits(format)).collect();
    match fitting.as_slice() {
        [(format, _)] => Some(format),
        several => {
            let mut meant = several
                .iter()
                .filter(|(_, month)| Some(*month) == month_first);
            meant.next().map(|(format, _)| *format)
        }
    }
}

/// `2026-03-01`, `01.03.2026`, or the day of a moment.
fn day(text: &str) -> Option<Date> {
    dotted(text)
        .map(|at| at.date())
        .or_else(|| text.parse::<DateTime>().ok().map(|at| at.date()))
}

/// Forms of a moment, for people: named when a cell has none of them.
pub(crate) const MOMENTS: &str =
    "2026-03-31T14:05:00Z, 2026-03-31 14:05, 2026-03-31, 31.03.2026 14:05 or 31.03.2026";

/// A moment: ISO 8601 with or without a zone, `DD.MM.YYYY HH:MM`, a day alone (its beginning), or `format`.
pub(crate) fn moment(text: &str, format: Option<&str>, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    let at = match format {
        Some(format) => {
            let parsed = jiff::fmt::strtime::parse(format, text).ok()?;
            if let Ok(at) = parsed.to_timestamp() {
                return Some(at);
            }
            parsed
                .to_datetime()
                .or_else(|_| parsed.to_date().map(|day| day.at(0, 0, 0, 0)))
                .ok()?
        }
        None => {
            if let Some(at) = dotted(text) {
                at
            } else if let Ok(at) = text.parse::<Timestamp>() {
                return Some(at);
            } else if let Ok(at) = text.parse::<Zoned>() {
                return Some(at.timestamp());
            } else {
                text.parse::<DateTime>().ok()?
            }
        }
    };
    Some(at.to_zoned(zone.clone()).ok()?.timestamp())
}

/// `31.03.2026`, `31.03.2026 14:05`, `31.03.2026 14:05:59`.
fn dotted(text: &str) -> Option<DateTime> {
    let (day, time) = match text.split_once([' ', 'T']) {
        Some((day, time)) => (day, time.trim_start()),
        None => (text, "00:00"),
    };
    let mut parts = day.splitn(3, '.');
    let mut part = |least: usize, most: usize| {
        let part = parts.next()?;
        let fits = (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<i16>().ok()).flatten()
    };
    let (day, month, year) = (part(1, 2)?, part(1, 2)?, part(4, 4)?);
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let mut parts = time.splitn(3, ':');
    let mut part = || {
        let part = parts.next()?;
        let fits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<i8>().ok()).flatten()
    };
    let (hour, minute) = (part()?, part()?);
    let second = if time.matches(':').count() == 2 {
        part()?
    } else {
        0
    };
    jiff::civil::Time::new(hour, minute, second, 0)
        .ok()
        .map(|time| date.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use radost_domain::listen::Answer;
    use serde_json::{Value, json};

    use super::*;

    fn question(kind: Value) -> Question {
        let mut document = json!({ "code": "q", "text": { "en": "Question" } });
        let (Some(fields), Value::Object(kind)) = (document.as_object_mut(), kind) else {
            panic!("objects");
        };
        fields.extend(kind);
        serde_json::from_value(document).expect("a question")
    }

    /// The answer that a cell becomes, as JSON, or the refusal.
    fn answer(kind: &Value, cell: &str) -> String {
        let question = question(kind.clone());
        let Some(value) = value(&question, &Words::of(&question), cell) else {
            return "nothing".into();
        };
        match Answer::parse(&question, &value) {
            Ok(answer) => serde_json::to_string(&answer).expect("JSON"),
            Err(rejection) => rejection.to_string(),
        }
    }

    #[test]
    fn a_column_of_one_option_says_whether_it_was_chosen() {
        let check = |cells: &[&str], expected: bool| {
            for cell in cells {
                assert_eq!(is_chosen(cell), expected, "{cell:?}");
            }
        };
        check(&["Wi-Fi", "x", "Yes", "1", "да", "Episode I"], true);
        check(
            &["", " ", "No", "0", "N/A", "Not Selected", "ні", "Nein"],
            false,
        );
    }

    #[test]
    fn times_of_an_american_program_are_understood_when_they_can_be() {
        let check = |cells: &[&str], month_first, expected: Option<&str>| {
            let found = time_format(cells.iter().copied(), month_first);
            assert_eq!(found, expected, "{cells:?}");
        };
        check(
            &["01/31/2026 14:05:59", "02/01/2026 09:00:00"],
            None,
            Some("%m/%d/%Y %H:%M:%S"),
        );
        check(&["31/01/2026", "01/02/2026"], None, Some("%d/%m/%Y"));
        check(&["01/02/2026", "02/02/2026"], None, None);
        check(&["01/02/2026", "02/02/2026"], Some(true), Some("%m/%d/%Y"));
        check(
            &["1/2/2026 2:05:59 PM"],
            Some(true),
            Some("%m/%d/%Y %I:%M:%S %p"),
        );
        check(&["2026-01-31 14:05"], Some(true), None);
        check(&["soon"], Some(true), None);
        check(&[], Some(true), None);
    }

    #[test]
    fn a_cell_is_read_as_its_question_wants_it() {
        let check = |kind: &Value, cases: &[(&str, &str)]| {
            for (cell, expected) in cases {
                assert_eq!(answer(kind, cell), *expected, "{kind} {cell:?}");
            }
        };
        check(
            &json!({ "kind": "nps" }),
            &[
                ("9", "9"),
                (" 10 ", "10"),
                ("9.0", "9"),
                ("10 - Completely likely", "10"),
                ("", "nothing"),
                ("  ", "nothing"),
                ("6.5", "`q` takes whole numbers from 0 to 10, not 6.5"),
                ("6,5", "`q` takes whole numbers from 0 to 10, not 6.5"),
                ("11", "`q` takes whole numbers from 0 to 10, not 11"),
                ("n/a", "`q` takes a whole number, not n/a"),
                ("nine", "`q` takes a whole number, not nine"),
            ],
        );
        check(
            &json!({ "kind": "rating", "points": 5, "not_applicable": true,
                     "low_label": { "en": "Very poor", "ru": "Очень плохо" }, "high_label": { "en": "Excellent" } }),
            &[
                ("3", "3"),
                ("N/A", "\"n/a\""),
                ("excellent", "5"),
                ("очень  плохо", "1"),
                ("0", "`q` takes whole numbers from 1 to 5, not 0"),
            ],
        );
        check(
            &json!({ "kind": "number", "decimals": 1 }),
            &[
                ("18.0", "18.0"),
                ("18,5", "18.5"),
                ("-2", "-2.0"),
                ("1,234", "`q` takes a number, not 1,234"),
                (
                    "1.25",
                    "`q` takes at most 1 digits after the point, not 1.25",
                ),
            ],
        );
        let options = json!([{ "code": "shop", "text": { "en": "In the shop", "bg": "В магазина" } }, { "code": "web", "text": { "en": "Web" } }]);
        check(
            &json!({ "kind": "single", "options": options }),
            &[
                ("shop", "\"shop\""),
                ("в МАГАЗИНА", "\"shop\""),
                ("fax", "`q` has no option `fax`; its options are shop, web"),
            ],
        );
        check(
            &json!({ "kind": "multi", "options": options }),
            &[
                ("web; In the shop", "[\"web\",\"shop\"]"),
                ("web|shop|", "[\"web\",\"shop\"]"),
                (
                    "web, shop",
                    "`q` has no option `web, shop`; its options are shop, web",
                ),
            ],
        );
        check(
            &json!({ "kind": "consent" }),
            &[
                ("yes", "true"),
                ("Нет", "false"),
                ("1", "true"),
                ("0", "false"),
                ("perhaps", "`q` takes true or false, not perhaps"),
            ],
        );
        check(
            &json!({ "kind": "date" }),
            &[
                ("2026-03-01", "\"2026-03-01\""),
                ("1.3.2026", "\"2026-03-01\""),
                ("2026-03-01T10:00:00", "\"2026-03-01\""),
                (
                    "03/01/2026",
                    "`q` takes a day as YYYY-MM-DD, not 03/01/2026",
                ),
            ],
        );
        check(&json!({ "kind": "text" }), &[(" 42 ", "\"42\"")]);
    }

    #[test]
    fn a_moment_is_read_at_its_place() {
        let zone = TimeZone::get("Europe/Kyiv").expect("a zone");
        let check = |text: &str, format: Option<&str>, expected: Option<&str>| {
            let at = moment(text, format, &zone).map(|at| at.to_string());
            assert_eq!(at.as_deref(), expected, "{text}");
        };
        check("2026-03-01T12:00:00Z", None, Some("2026-03-01T12:00:00Z"));
        check(
            "2026-03-01T12:00:00+05:00",
            None,
            Some("2026-03-01T07:00:00Z"),
        );
        check("2026-03-01 12:00", None, Some("2026-03-01T10:00:00Z"));
        check("2026-07-01", None, Some("2026-06-30T21:00:00Z"));
        check("31.03.2026 14:05", None, Some("2026-03-31T11:05:00Z"));
        check("1.3.2026 9:05:30", None, Some("2026-03-01T07:05:30Z"));
        check("31.02.2026", None, None);
        check("03/31/2026", None, None);
        check("03/31/2026", Some("%m/%d/%Y"), Some("2026-03-30T21:00:00Z"));
        check(
            "31/03/26 14:05",
            Some("%d/%m/%y %H:%M"),
            Some("2026-03-31T11:05:00Z"),
        );
        check("soon", None, None);
    }
}
