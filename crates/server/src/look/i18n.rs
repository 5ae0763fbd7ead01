//! Words, numbers and dates in English, Russian, Ukrainian and Bulgarian.
//!
//! Messages are Fluent files in `i18n/{en,ru,uk,bg}/`, one per topic, compiled into the binary. To add a topic, put
//! the file into all four folders and its name into [`catalogue!`] below; a test holds the four languages to the same
//! messages with the same variables.
//!
//! ```
//! use radost_server::look::i18n::{Lang, Tr};
//!
//! let tr = Tr::new(Lang::Uk);
//! assert_eq!(tr.t("nav-responses"), "Відповіді");
//! assert_eq!(tr.ta("responses-count", &[("n", 1204.into())]), "1\u{a0}204 відповіді");
//! assert_eq!(tr.interval(62.4, 60.1, 64.0, 0), "62\u{a0}[60–64]");
//! ```

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use intl_memoizer::concurrent::IntlLangMemoizer;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use unic_langid::{LanguageIdentifier, langid};

/// An argument of a message: numbers take part in plural rules, text does not.
pub type Value<'a> = FluentValue<'a>;

type Bundle = FluentBundle<FluentResource>;

const NBSP: char = '\u{a0}';
const MINUS: char = '−';

/// The files of messages, the same for every language.
macro_rules! catalogue {
    ($($file:literal),+ $(,)?) => {
        fn sources(lang: Lang) -> &'static [(&'static str, &'static str)] {
            match lang {
                Lang::En => &[$(($file, catalogue!(@text "en", $file))),+],
                Lang::Ru => &[$(($file, catalogue!(@text "ru", $file))),+],
                Lang::Uk => &[$(($file, catalogue!(@text "uk", $file))),+],
                Lang::Bg => &[$(($file, catalogue!(@text "bg", $file))),+],
            }
        }
    };
    (@text $lang:literal, $file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/i18n/", $lang, "/", $file, ".ftl"))
    };
}

catalogue![
    "shell",
    "words",
    "people",
    "settings",
    "surveys",
    "doctor",
    "respond",
    "import",
    "overview",
    "breakdown",
    "trend",
    "drivers",
    "groups",
    "kano",
    "index",
    "segments",
    "tuning",
    "value",
    "benchmarks",
    "kpis"
];

/// A language of the staff side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    #[default]
    En,
    Ru,
    Uk,
    Bg,
}

impl Lang {
    /// In the order of the language switch.
    pub const ALL: [Self; 4] = [Self::En, Self::Ru, Self::Uk, Self::Bg];

    /// The language of a tag: `uk`, `uk-UA`, `UK_ua`. `None` for a language we do not speak.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL
            .into_iter()
            .find(|lang| primary.eq_ignore_ascii_case(lang.code()))
    }

    /// ISO 639-1, as in `<html lang>`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
            Self::Uk => "uk",
            Self::Bg => "bg",
        }
    }

    /// What the language calls itself.
    #[must_use]
    pub const fn native_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ru => "Русский",
            Self::Uk => "Українська",
            Self::Bg => "Български",
        }
    }

    /// The best of ours for an `Accept-Language` header: highest q first, the earlier of equals, `q=0` never.
    /// English when nothing fits.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best: Option<(Self, f32)> = None;
        for item in header.split(',') {
            let mut parts = item.split(';');
            let Some(lang) = parts.next().and_then(Self::parse) else {
                continue;
            };
            let q = parts
                .find_map(|p| {
                    p.trim()
                        .strip_prefix("q=")
                        .map(|q| f32::from_str(q.trim()).unwrap_or(0.0))
                })
                .unwrap_or(1.0);
            if q > 0.0 && best.is_none_or(|(_, so_far)| q > so_far) {
                best = Some((lang, q));
            }
        }
        best.map_or_else(Self::default, |(lang, _)| lang)
    }

    fn id(self) -> LanguageIdentifier {
        match self {
            Self::En => langid!("en"),
            Self::Ru => langid!("ru"),
            Self::Uk => langid!("uk"),
            Self::Bg => langid!("bg"),
        }
    }

    fn decimal_point(self) -> char {
        if self == Self::En { '.' } else { ',' }
    }

    fn thousands(self) -> char {
        if self == Self::En { ',' } else { NBSP }
    }

    /// Bulgarian leaves four digits together: 1204, but 12 040.
    fn grouping_starts_at(self) -> usize {
        if self == Self::Bg { 5 } else { 4 }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

static BUNDLES: LazyLock<[Bundle; 4]> = LazyLock::new(|| Lang::ALL.map(load));

fn load(lang: Lang) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![lang.id()]);
    // Every text is of one direction: the isolating marks would only get in the way of searching and copying.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match lang {
        Lang::En => |v: &FluentValue, _: &IntlLangMemoizer| message_number(v, Lang::En),
        Lang::Ru => |v: &FluentValue, _: &IntlLangMemoizer| message_number(v, Lang::Ru),
        Lang::Uk => |v: &FluentValue, _: &IntlLangMemoizer| message_number(v, Lang::Uk),
        Lang::Bg => |v: &FluentValue, _: &IntlLangMemoizer| message_number(v, Lang::Bg),
    }));
    for (file, text) in sources(lang) {
        // A broken file is caught by the tests; in production its good messages still serve.
        let resource =
            FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, errors)| {
                tracing::error!(%lang, file, ?errors, "a file of messages does not parse");
                resource
            });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(%lang, file, ?errors, "a message is defined twice");
        }
    }
    bundle
}

/// Numbers inside messages are written like numbers outside them.
fn message_number(value: &FluentValue, lang: Lang) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    let decimals = number.options.minimum_fraction_digits.unwrap_or_else(|| {
        let shortest = format!("{}", number.value);
        shortest
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len().min(2))
    });
    Some(Tr::new(lang).number(number.value, decimals))
}

/// Speaks one language. Cheap to copy; every page and part takes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tr {
    pub lang: Lang,
}

impl Tr {
    #[must_use]
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// The message with this id; in English when this language lacks it, the id itself when English does too.
    #[must_use]
    pub fn t(self, id: &str) -> String {
        self.ta(id, &[])
    }

    /// The same with arguments: `tr.ta("responses-count", &[("n", 21.into())])`.
    #[must_use]
    pub fn ta(self, id: &str, args: &[(&str, Value<'_>)]) -> String {
        let args: FluentArgs = args
            .iter()
            .map(|(name, value)| (*name, value.clone()))
            .collect();
        self.find(self.lang, id, &args)
            .or_else(|| self.find(Lang::En, id, &args))
            .unwrap_or_else(|| {
                tracing::error!(lang = %self.lang, id, "there is no such message");
                id.to_owned()
            })
    }

    fn find(self, lang: Lang, id: &str, args: &FluentArgs) -> Option<String> {
        let bundle = &BUNDLES[lang as usize];
        let pattern = bundle.get_message(id)?.value()?;
        let mut errors = Vec::new();
        let text = bundle
            .format_pattern(pattern, Some(args), &mut errors)
            .into_owned();
        if !errors.is_empty() {
            tracing::error!(%lang, id, ?errors, "a message lacks an argument");
        }
        Some(text)
    }

    /// A number with that many decimals: `1,204.5` in English, `1 204,5` elsewhere, a true minus sign.
    /// A number that is none (infinite, NaN) is a dash.
    #[must_use]
    pub fn number(self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        let plain = format!("{:.*}", decimals, value.abs());
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut text = String::with_capacity(plain.len() + 8);
        // What rounds to nought has no sign: "−0" reads as a mistake.
        if value < 0.0 && plain.bytes().any(|b| matches!(b, b'1'..=b'9')) {
            text.push(MINUS);
        }
        let grouped = whole.len() >= self.lang.grouping_starts_at();
        for (i, digit) in whole.chars().enumerate() {
            if grouped && i > 0 && (whole.len() - i) % 3 == 0 {
                text.push(self.lang.thousands());
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(self.lang.decimal_point());
            text.push_str(fraction);
        }
        text
    }

    /// A count: `1,204`.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of people and rows stay far below 2^53"
    )]
    pub fn count(self, n: u64) -> String {
        self.number(n as f64, 0)
    }

    /// A difference, always with its sign: `+2.1`, `−0.4`, `0.0`.
    #[must_use]
    pub fn signed(self, value: f64, decimals: usize) -> String {
        let text = self.number(value, decimals);
        let rises = value > 0.0 && text.bytes().any(|b| matches!(b, b'1'..=b'9'));
        if rises { format!("+{text}") } else { text }
    }

    /// A share (0.62) as a percentage: `62%`; Russian sets it apart: `62 %`.
    #[must_use]
    pub fn percent(self, share: f64, decimals: usize) -> String {
        let number = self.number(share * 100.0, decimals);
        if self.lang == Lang::Ru {
            format!("{number}{NBSP}%")
        } else {
            format!("{number}%")
        }
    }

    /// The ends of an interval: `60–64`. A dash beside a minus sign cannot be read, so below nought it is `−4 … 3`.
    #[must_use]
    pub fn range(self, low: f64, high: f64, decimals: usize) -> String {
        let (low, high) = (self.number(low, decimals), self.number(high, decimals));
        if low.starts_with(MINUS) || high.starts_with(MINUS) {
            format!("{low}{NBSP}…{NBSP}{high}")
        } else {
            format!("{low}–{high}")
        }
    }

    /// A value with its interval: `62 [60–64]`.
    #[must_use]
    pub fn interval(self, value: f64, low: f64, high: f64, decimals: usize) -> String {
        format!(
            "{}{NBSP}[{}]",
            self.number(value, decimals),
            self.range(low, high, decimals)
        )
    }

    /// `5 November 2026`, `5 ноября 2026`, `5 листопада 2026 р.`, `5 ноември 2026 г.`
    #[must_use]
    pub fn date(self, date: Date) -> String {
        self.date_message("date-long", "month-of", date)
    }

    /// For tables and axes: `5 Nov 2026`.
    #[must_use]
    pub fn date_short(self, date: Date) -> String {
        self.date_message("date-short", "month-short", date)
    }

    /// `November 2026`, `ноябрь 2026`.
    #[must_use]
    pub fn month(self, date: Date) -> String {
        self.date_message("month-and-year", "month", date)
    }

    /// For axes: `Nov 2026`, `нояб. 2026`.
    #[must_use]
    pub fn month_short(self, date: Date) -> String {
        self.date_message("month-and-year", "month-short", date)
    }

    /// The day and the time on a wall clock there: `5 Nov 2026, 14:05`.
    #[must_use]
    pub fn date_time(self, at: Timestamp, zone: &TimeZone) -> String {
        let local = zone.to_datetime(at);
        let date = self.date_short(local.date());
        let time = format!("{:02}:{:02}", local.hour(), local.minute());
        self.ta(
            "date-and-time",
            &[("date", date.into()), ("time", time.into())],
        )
    }

    /// How long ago, while that says more than the date: `just now`, `5 min ago`, `3 h ago`, up to six days; then, and
    /// for what is still to come, the date.
    #[must_use]
    pub fn ago(self, at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
        let passed = now.duration_since(at);
        let minutes = passed.as_mins();
        match passed {
            p if p < SignedDuration::ZERO => self.date_short(zone.to_datetime(at).date()),
            _ if minutes < 1 => self.t("ago-now"),
            _ if minutes < 60 => self.ta("ago-minutes", &[("n", minutes.into())]),
            _ if minutes < 24 * 60 => self.ta("ago-hours", &[("n", (minutes / 60).into())]),
            _ if minutes < 7 * 24 * 60 => {
                self.ta("ago-days", &[("n", (minutes / (24 * 60)).into())])
            }
            _ => self.date_short(zone.to_datetime(at).date()),
        }
    }

    fn date_message(self, id: &str, month: &str, date: Date) -> String {
        // As text: a year is not a quantity and takes no thousands separator.
        let month = self.t(&format!("{month}-{}", date.month()));
        self.ta(
            id,
            &[
                ("day", date.day().to_string().into()),
                ("month", month.into()),
                ("year", date.year().to_string().into()),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use jiff::civil::date;

    use super::*;

    const EN: Tr = Tr::new(Lang::En);
    const RU: Tr = Tr::new(Lang::Ru);
    const UK: Tr = Tr::new(Lang::Uk);
    const BG: Tr = Tr::new(Lang::Bg);

    /// Message id → the variables it uses.
    fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        for (file, text) in sources(lang) {
            if let Err((_, errors)) = FluentResource::try_new((*text).to_owned()) {
                panic!("{lang}/{file}.ftl: {errors:?}");
            }
            let mut id = String::new();
            for line in text.lines() {
                if let Some((name, _)) = line.split_once(" =")
                    && name.starts_with(|c: char| c.is_ascii_lowercase())
                {
                    id = name.to_owned();
                    assert!(
                        found.insert(id.clone(), BTreeSet::new()).is_none(),
                        "{lang}: {id} is defined twice"
                    );
                }
                for piece in line.split('$').skip(1) {
                    let variable: String = piece
                        .chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                        .collect();
                    found
                        .get_mut(&id)
                        .expect("a variable stands inside a message")
                        .insert(variable);
                }
            }
        }
        found
    }

    #[test]
    fn every_language_defines_the_same_messages() {
        let english = messages(Lang::En);
        assert!(english.len() > 100);
        for lang in [Lang::Ru, Lang::Uk, Lang::Bg] {
            let theirs = messages(lang);
            for (id, variables) in &english {
                match theirs.get(id) {
                    None => panic!("{lang} lacks {id}"),
                    Some(their_variables) => assert_eq!(variables, their_variables, "{lang}: {id}"),
                }
            }
            let extra: Vec<_> = theirs
                .keys()
                .filter(|id| !english.contains_key(*id))
                .collect();
            assert!(
                extra.is_empty(),
                "{lang} defines what English does not: {extra:?}"
            );
        }
    }

    #[test]
    fn plural_forms_follow_each_language() {
        let check = |tr: Tr, n: u64, expected: &str| {
            assert_eq!(tr.ta("responses-count", &[("n", n.into())]), expected);
        };
        check(EN, 1, "1 response");
        check(EN, 21, "21 responses");
        check(RU, 1, "1 ответ");
        check(RU, 3, "3 ответа");
        check(RU, 11, "11 ответов");
        check(RU, 21, "21 ответ");
        check(RU, 1024, "1\u{a0}024 ответа");
        check(UK, 1, "1 відповідь");
        check(UK, 4, "4 відповіді");
        check(UK, 14, "14 відповідей");
        check(UK, 101, "101 відповідь");
        check(BG, 1, "1 отговор");
        check(BG, 2, "2 отговора");
        check(BG, 21, "21 отговора");
    }

    #[test]
    fn an_unknown_message_is_its_id() {
        assert_eq!(UK.t("no-such-message"), "no-such-message");
    }

    #[test]
    fn numbers_are_written_as_each_language_does() {
        let check = |tr: Tr, value: f64, decimals: usize, expected: &str| {
            assert_eq!(tr.number(value, decimals), expected);
        };
        check(EN, 1_234_567.891, 2, "1,234,567.89");
        check(RU, 1_234_567.891, 2, "1\u{a0}234\u{a0}567,89");
        check(UK, 1234.5, 1, "1\u{a0}234,5");
        check(BG, 1234.5, 1, "1234,5");
        check(BG, 12_345.0, 0, "12\u{a0}345");
        check(RU, -12.34, 1, "−12,3");
        check(EN, -0.04, 1, "0.0");
        check(EN, 999.0, 0, "999");
        check(EN, f64::NAN, 1, "–");
        assert_eq!(EN.signed(2.1, 1), "+2.1");
        assert_eq!(UK.signed(-0.4, 1), "−0,4");
        assert_eq!(EN.signed(0.01, 1), "0.0");
        assert_eq!(EN.percent(0.624, 0), "62%");
        assert_eq!(RU.percent(0.624, 1), "62,4\u{a0}%");
        assert_eq!(UK.percent(0.624, 0), "62%");
    }

    #[test]
    fn intervals_stay_readable_below_nought() {
        assert_eq!(EN.interval(62.2, 60.4, 63.9, 0), "62\u{a0}[60–64]");
        assert_eq!(RU.interval(4.25, 4.1, 4.4, 2), "4,25\u{a0}[4,10–4,40]");
        assert_eq!(
            EN.interval(-5.0, -12.0, 2.0, 0),
            "−5\u{a0}[−12\u{a0}…\u{a0}2]"
        );
    }

    #[test]
    fn dates_are_written_as_each_language_does() {
        let day = date(2026, 11, 5);
        assert_eq!(EN.date(day), "5 November 2026");
        assert_eq!(RU.date(day), "5 ноября 2026");
        assert_eq!(UK.date(day), "5 листопада 2026 р.");
        assert_eq!(BG.date(day), "5 ноември 2026 г.");
        assert_eq!(EN.month(day), "November 2026");
        assert_eq!(RU.month(day), "ноябрь 2026");
        assert_eq!(UK.month_short(day), "лист. 2026");
        assert_eq!(BG.date_short(day), "5 ное 2026");
        let kyiv = TimeZone::get("Europe/Kyiv").expect("the zone is bundled");
        let at: Timestamp = "2026-11-05T22:07:00Z".parse().expect("a timestamp");
        assert_eq!(UK.date_time(at, &kyiv), "6 лист. 2026, 00:07");
    }

    #[test]
    fn how_long_ago() {
        let now: Timestamp = "2026-11-05T12:00:00Z".parse().expect("a timestamp");
        let check = |tr: Tr, at: &str, expected: &str| {
            assert_eq!(
                tr.ago(at.parse().expect("a timestamp"), now, &TimeZone::UTC),
                expected
            );
        };
        check(EN, "2026-11-05T11:59:40Z", "just now");
        check(RU, "2026-11-05T11:55:00Z", "5 мин назад");
        check(UK, "2026-11-05T09:00:00Z", "3 год тому");
        check(EN, "2026-11-04T11:00:00Z", "yesterday");
        check(RU, "2026-11-03T11:00:00Z", "2 дня назад");
        check(BG, "2026-11-03T11:00:00Z", "преди 2 дни");
        check(EN, "2026-10-03T11:00:00Z", "3 Oct 2026");
        check(EN, "2026-11-06T11:00:00Z", "6 Nov 2026");
    }

    #[test]
    fn languages_from_tags_and_headers() {
        assert_eq!(Lang::parse("uk-UA"), Some(Lang::Uk));
        assert_eq!(Lang::parse("BG_bg"), Some(Lang::Bg));
        assert_eq!(Lang::parse("de"), None);
        assert_eq!(Lang::parse(""), None);
        let check = |header: &str, expected: Lang| {
            assert_eq!(Lang::from_accept_language(header), expected, "{header}")
        };
        check("uk-UA,uk;q=0.9,ru;q=0.8,en;q=0.7", Lang::Uk);
        check("de-DE, ru;q=0.5, bg; q=0.8", Lang::Bg);
        check("ru;q=0, en;q=0.1", Lang::En);
        check("*;q=0.1", Lang::En);
        check("ru;q=nonsense, bg;q=0.2", Lang::Bg);
        check("", Lang::En);
    }
}
