//! Questions that are asked of the answers, and what their numbers are held against.

mod benchmark;
mod kpi;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::listen::{Channel, PublishedSurvey, QuestionKind};
use crate::name::{EmployeeId, LocationId, SurveyId};
use crate::{Code, Language};

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
                QuestionKind::Rating { .. } => means.push(Metric::Mean { question }),
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
}

/// The steps of a trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// ISO weeks, from Monday.
    Week,
    /// Months of the calendar.
    Month,
}

impl Step {
    /// The first day of the step in which `day` lies.
    pub fn start(self, day: Date) -> Date {
        match self {
            Step::Week => {
                day.saturating_sub(jiff::Span::new().days(day.weekday().to_monday_zero_offset()))
            }
            Step::Month => day.first_of_month(),
        }
    }
}

/// One question to the answers: the only way in which numbers are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricQuery {
    /// What is measured.
    pub metric: Metric,
    /// Over which survey.
    pub survey: SurveyId,
    /// Which responses count.
    pub filters: Filters,
    /// When.
    pub period: Period,
    /// Confidence level of intervals, 0.95 for 95 %.
    pub level: f64,
}
