//! Questions that are asked of the answers, and what their numbers are held against.

mod benchmark;
mod kpi;

mod view;

mod annotation;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::listen::{Channel, PublishedSurvey, QuestionKind};
pub use view::{MOST_NAME, SavedView};

use crate::name::{EmployeeId, LocationId, SurveyId};
use crate::{Code, Language};

pub use annotation::{Annotation, AnnotationKind, UnknownAnnotationKind};
pub use benchmark::{Benchmark, UnknownYardstick, Yardstick};
pub use kpi::{Direction, Kpi, Progress, UnknownDirection};

/// What is measured.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Metric {
    /// Net promoter score of an `nps` question, points −100 to +100.
    Nps {
        /// The question.
        question: Code,
    },
    /// Satisfied share of a `csat` question, percent.
    Csat {
        /// The question.
        question: Code,
    },
    /// Mean of a `ces` question, 1–7.
    Ces {
        /// The question.
        question: Code,
    },
    /// Mean of a `rating` or `importance` question on its own scale.
    Mean {
        /// The question.
        question: Code,
    },
    /// Customer satisfaction index over all ratings with an importance, 0–100.
    Csi,
}

impl Metric {
    /// A name for addresses: `nps`, `csi`, `mean.food`. The question is left out where it is the survey's first of its kind.
    pub fn question(&self) -> Option<&Code> {
        match self {
            Metric::Nps { question }
            | Metric::Csat { question }
            | Metric::Ces { question }
            | Metric::Mean { question } => Some(question),
            Metric::Csi => None,
        }
    }

    /// Its kind: `nps`, `csat`, `ces`, `mean`, `csi`.
    pub fn kind(&self) -> &'static str {
        match self {
            Metric::Nps { .. } => "nps",
            Metric::Csat { .. } => "csat",
            Metric::Ces { .. } => "ces",
            Metric::Mean { .. } => "mean",
            Metric::Csi => "csi",
        }
    }

    /// Everything a survey measures: its headline metrics first, then the mean of each rating.
    pub fn of_survey(survey: &PublishedSurvey) -> Vec<Metric> {
        let mut headline = Vec::new();
        let mut means = Vec::new();
        for published in survey.questions() {
            let question = published.question.code.clone();
            match published.question.kind {
                QuestionKind::Nps { .. } => headline.push(Metric::Nps { question }),
                QuestionKind::Csat { .. } => headline.push(Metric::Csat { question }),
                QuestionKind::Ces { .. } => headline.push(Metric::Ces { question }),
                QuestionKind::Rating { .. } | QuestionKind::Price { .. } => {
                    means.push(Metric::Mean { question })
                }
                _ => {}
            }
        }
        if !survey.csi_pairs().is_empty() {
            headline.push(Metric::Csi);
        }
        headline.extend(means);
        headline
    }
}

impl std::fmt::Display for Metric {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.question() {
            Some(question) => write!(f, "{}.{question}", self.kind()),
            None => f.write_str(self.kind()),
        }
    }
}

/// A text that names no metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a metric; write `csi`, or `nps.`, `csat.`, `ces.` or `mean.` and the code of a question"
)]
pub struct UnknownMetric(String);

impl std::str::FromStr for Metric {
    type Err = UnknownMetric;
    fn from_str(text: &str) -> Result<Self, UnknownMetric> {
        let unknown = || UnknownMetric(text.chars().take(80).collect());
        if text == "csi" {
            return Ok(Metric::Csi);
        }
        let (kind, question) = text.split_once('.').ok_or_else(unknown)?;
        let question: Code = question.parse().map_err(|_| unknown())?;
        match kind {
            "nps" => Ok(Metric::Nps { question }),
            "csat" => Ok(Metric::Csat { question }),
            "ces" => Ok(Metric::Ces { question }),
            "mean" => Ok(Metric::Mean { question }),
            _ => Err(unknown()),
        }
    }
}

/// What rows of a result stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Dimension {
    /// Place.
    Location,
    /// Way on which the answer came.
    Channel,
    /// Language of the answer.
    Language,
    /// Moment of the journey.
    Touchpoint,
    /// Who delivered the service.
    Employee,
    /// Value of a segment.
    Segment {
        /// Which segment.
        code: Code,
    },
}

/// Which responses count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// At these places (descendants already added); `None` for everywhere, places unknown included.
    pub locations: Option<BTreeSet<LocationId>>,
    /// On this way.
    pub channel: Option<Channel>,
    /// In this language.
    pub language: Option<Language>,
    /// At this moment of the journey.
    pub touchpoint: Option<Code>,
    /// Served by this person.
    pub employee: Option<EmployeeId>,
    /// With this value of this segment.
    pub segment: Option<(Code, String)>,
    /// Without any value of these: at no known place, in no segment.
    pub lacking: Vec<Dimension>,
}

/// What a response belongs to, as far as it was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// Its place.
    pub location: Option<LocationId>,
    /// Who served.
    pub employee: Option<EmployeeId>,
    /// On which way it came.
    pub channel: Option<Channel>,
    /// Its language.
    pub language: Option<Language>,
    /// The moment of the journey.
    pub touchpoint: Option<Code>,
    /// Its segments.
    pub segments: BTreeMap<Code, String>,
}

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Period {
    /// The `days` days that end with `to`.
    pub fn ending(to: Date, days: i32) -> Self {
        Period {
            from: to.saturating_add(jiff::Span::new().days(1 - days)),
            to,
        }
    }

    /// How many days.
    pub fn days(self) -> i32 {
        self.to.duration_since(self.from).as_hours() as i32 / 24 + 1
    }

    /// The equally long period just before.
    ///
    /// ```
    /// use radost_domain::explain::Period;
    /// use jiff::civil::date;
    /// let may = Period { from: date(2026, 5, 1), to: date(2026, 5, 31) };
    /// assert_eq!(may.previous(), Period { from: date(2026, 3, 31), to: date(2026, 4, 30) });
    /// ```
    pub fn previous(self) -> Self {
        let day_before = self.from.saturating_sub(jiff::Span::new().days(1));
        Period::ending(day_before, self.days())
    }

    /// The same days a year earlier.
    pub fn last_year(self) -> Self {
        let year = jiff::Span::new().years(1);
        Period {
            from: self.from.saturating_sub(year),
            to: self.to.saturating_sub(year),
        }
    }
}

/// The steps of a trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Days.
    Day,
    /// ISO weeks, from Monday.
    Week,
    /// Months of the calendar.
    Month,
    /// Three months, counted from the beginning of the year.
    Quarter,
    /// Years, from the first day of the month in which the year begins.
    Year,
}

impl Step {
    /// From the shortest.
    pub const ALL: [Step; 5] = [
        Step::Day,
        Step::Week,
        Step::Month,
        Step::Quarter,
        Step::Year,
    ];

    /// Its name in addresses and queries.
    pub fn code(self) -> &'static str {
        match self {
            Step::Day => "day",
            Step::Week => "week",
            Step::Month => "month",
            Step::Quarter => "quarter",
            Step::Year => "year",
        }
    }

    /// The first day of the step in which `day` lies.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use radost_domain::explain::{Step, YearStart};
    /// let day = date(2026, 2, 14);
    /// assert_eq!(Step::Week.start(day, YearStart::JANUARY), date(2026, 2, 9));
    /// assert_eq!(Step::Quarter.start(day, YearStart::JANUARY), date(2026, 1, 1));
    /// // Where the year begins in April, February lies in its last quarter.
    /// let april = YearStart::new(4).expect("a month");
    /// assert_eq!(Step::Year.start(day, april), date(2025, 4, 1));
    /// ```
    pub fn start(self, day: Date, year: YearStart) -> Date {
        let months_back = |months: i8| {
            let since = (day.month() - year.0).rem_euclid(months);
            day.first_of_month()
                .saturating_sub(jiff::Span::new().months(since))
        };
        match self {
            Step::Day => day,
            Step::Week => {
                day.saturating_sub(jiff::Span::new().days(day.weekday().to_monday_zero_offset()))
            }
            Step::Month => day.first_of_month(),
            Step::Quarter => months_back(3),
            Step::Year => months_back(12),
        }
    }

    /// How long it is.
    pub fn span(self) -> jiff::Span {
        let span = jiff::Span::new();
        match self {
            Step::Day => span.days(1),
            Step::Week => span.weeks(1),
            Step::Month => span.months(1),
            Step::Quarter => span.months(3),
            Step::Year => span.years(1),
        }
    }
}

/// A text that names no step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("known are day, week, month, quarter and year")]
pub struct UnknownStep;

impl std::str::FromStr for Step {
    type Err = UnknownStep;
    fn from_str(text: &str) -> Result<Self, UnknownStep> {
        let found = Step::ALL.into_iter().find(|step| step.code() == text);
        found.ok_or(UnknownStep)
    }
}

/// The month in which a year of business begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearStart(i8);

impl YearStart {
    /// The year of the calendar.
    pub const JANUARY: YearStart = YearStart(1);

    /// The month from 1 to 12; `None` for another number.
    pub fn new(month: i8) -> Option<Self> {
        (1..=12).contains(&month).then_some(YearStart(month))
    }

    /// The month from 1 to 12.
    pub fn month(self) -> i8 {
        self.0
    }
}

impl Default for YearStart {
    fn default() -> Self {
        YearStart::JANUARY
    }
}

/// By what a number is split into rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupBy {
    /// The survey that was answered.
    Survey,
    /// The places directly under this one, each with everything under it; from the top of what the actor sees with `None`.
    Level {
        /// The place above.
        under: Option<LocationId>,
    },
    /// The values of a dimension; places each for itself.
    Dimension(Dimension),
    /// The answers to a closed question.
    Question(Code),
}

/// With what the numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Against {
    /// The equally long period just before; for a step of time, the step before.
    PreviousPeriod,
    /// The same days a year earlier.
    LastYear,
    /// Everything else: for a row, all other rows; for the whole, what the filters leave out.
    RestOfNetwork,
    /// A number from outside.
    Benchmark(Reference),
}

/// A number from outside to compare with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reference {
    /// The number, in the units of the metric.
    pub value: f64,
    /// Its standard error, where its source tells enough to know it.
    pub standard_error: Option<f64>,
}

/// How much each response counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weighting {
    /// All alike.
    #[default]
    Unweighted,
    /// By its weight.
    Weighted,
}

/// One question to the answers: the only way in which numbers are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricQuery {
    /// What is measured.
    pub metric: Metric,
    /// Over which surveys; more than one have the question in common.
    pub surveys: Vec<SurveyId>,
    /// Which responses count.
    pub filters: Filters,
    /// Those who gave these answers to closed questions.
    pub answers: Vec<(Code, String)>,
    /// By what it is split, at most three.
    pub group_by: Vec<GroupBy>,
    /// When.
    pub period: Period,
    /// Into which steps time is split.
    pub step: Option<Step>,
    /// When the year begins, for quarters and years.
    pub year: YearStart,
    /// With what it is compared.
    pub against: Option<Against>,
    /// How much each response counts.
    pub weighting: Weighting,
    /// Confidence level of intervals, 0.95 for 95 %.
    pub level: f64,
}

impl MetricQuery {
    /// A metric of one survey over a period, whole.
    pub fn new(metric: Metric, survey: SurveyId, period: Period) -> Self {
        MetricQuery {
            metric,
            surveys: vec![survey],
            filters: Filters::default(),
            answers: Vec::new(),
            group_by: Vec::new(),
            period,
            step: None,
            year: YearStart::JANUARY,
            against: None,
            weighting: Weighting::Unweighted,
            level: 0.95,
        }
    }
}
