//! Which responses a page, a list or a number is about: the words of an address, and what they mean to this actor.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use radost_domain::Code;
use radost_domain::access::{Actor, Permission, Places};
use radost_domain::explain::{
    Against, Dimension, Filters, GroupBy, Metric, MetricQuery, Period, Reference, Step, Weighting,
    YearStart,
};
use radost_domain::listen::PublishedSurvey;
use radost_domain::name::LocationId;
use radost_stats::Level;

use super::measure::{check_period, seen};
use super::overview::Choices;
use super::tally::Reader;
use crate::directory::{Directory, OpenSurvey};
use crate::{App, AppError};

/// Filters as people and programs write them: names and texts, unread. Kept in addresses, so that a view can be sent
/// to a colleague.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection(BTreeMap<&'static str, String>);

impl Selection {
    /// Every name.
    ///
    /// | name | value |
    /// |---|---|
    /// | `survey` | code of a survey |
    /// | `last` | `7d`, `30d`, `90d`, `12m`; `custom` for `from` and `to` |
    /// | `from`, `to` | first and last day |
    /// | `location` | code of a place; everything under it counts too |
    /// | `exact` | `1` for the place without what is under it |
    /// | `places` | `each`: numbers of each place for itself instead of whole regions |
    /// | `channel`, `language`, `touchpoint`, `employee` | codes |
    /// | `segment` | `code:value` |
    /// | `lacking` | `location`, `employee`, `touchpoint`, `segment.CODE`: those without a value |
    /// | `metric` | `nps.CODE`, `csat.CODE`, `ces.CODE`, `mean.CODE`, `csi` |
    /// | `score` | `0-6` or `9,10`: those who gave these answers to the metric's question |
    /// | `step` | `day`, `week`, `month`, `quarter`, `year` |
    /// | `year` | the month in which years and quarters begin, `4` |
    /// | `by` | up to three groups, `location,segment.size`: `survey`, `location` (the places directly under that of the filter, each with everything under it), `location.exact` (each place for itself), `employee`, `channel`, `touchpoint`, `language`, `segment.CODE`, `question.CODE` |
    /// | `answer` | `code:value`: those who gave this answer to a closed question |
    /// | `against` | `previous`, `year`, `rest`, or a number from outside, `60` or `60:1.5` with its standard error |
    /// | `weighted` | `1`: responses count by their weight |
    /// | `sort` | order of a table: `lowest`, `highest`, `most`, `name` |
    /// | `level` | confidence level, `0.95` |
    /// | `with` | `answers`: answers too may tell customers apart, not only who they are |
    /// | `quality`, `price` | codes of the ratings on the value map |
    pub const NAMES: [&str; 26] = [
        "survey",
        "last",
        "from",
        "to",
        "location",
        "exact",
        "places",
        "channel",
        "language",
        "touchpoint",
        "employee",
        "segment",
        "lacking",
        "metric",
        "score",
        "step",
        "year",
        "by",
        "answer",
        "against",
        "weighted",
        "sort",
        "level",
        "with",
        "quality",
        "price",
    ];

    /// From the pairs of an address; other names and blank values are left out.
    pub fn of<'n, 'v>(pairs: impl IntoIterator<Item = (&'n str, &'v str)>) -> Self {
        pairs
            .into_iter()
            .fold(Selection::default(), |selection, (name, value)| {
                selection.with(name, value)
            })
    }

    /// With one value changed; a blank one removes it.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Some(&name) = Self::NAMES.iter().find(|known| **known == name) {
            // The value of a segment is a text of its own, blanks included; everything else is a name.
            let kept = if matches!(name, "segment" | "answer") {
                value
            } else {
                value.trim()
            };
            if value.trim().is_empty() {
                self.0.remove(name);
            } else {
                self.0.insert(name, kept.to_owned());
            }
        }
        self
    }

    /// Without these.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> Self {
        self.0.retain(|name, _| !names.contains(name));
        self
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// What is set, in the order of names.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// A selection, read: only what there is and what the actor may see.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The survey.
    pub survey: OpenSurvey,
    /// When.
    pub period: Period,
    /// Which responses, within the actor's places.
    pub filters: Filters,
    /// The place that was asked for.
    pub location: Option<LocationId>,
    /// The metric that was asked for.
    pub metric: Option<Metric>,
    /// The answers to its question that were asked for.
    pub scores: Option<Vec<i64>>,
    /// The steps of the trend that were asked for.
    pub step: Option<Step>,
    /// When the year begins.
    pub year: YearStart,
    /// By what it is to be split.
    pub group_by: Vec<GroupBy>,
    /// Answers to closed questions that were asked for.
    pub answers: Vec<(Code, String)>,
    /// With what it is to be compared.
    pub against: Option<Against>,
    /// How much each response counts.
    pub weighting: Weighting,
    /// Confidence level of intervals.
    pub level: Level,
    /// What is known of the workspace.
    pub directory: Arc<Directory>,
}

impl Scope {
    /// What is asked of the answers by this selection.
    pub fn query(&self, metric: Metric) -> MetricQuery {
        MetricQuery {
            metric,
            surveys: vec![self.survey.id],
            filters: self.filters.clone(),
            answers: self.answers.clone(),
            group_by: self.group_by.clone(),
            period: self.period,
            step: self.step,
            year: self.year,
            against: self.against,
            weighting: self.weighting,
            level: self.level.get(),
        }
    }
}

/// What a text that is not known should have been, as far as there is room.
fn unknown<T: std::fmt::Display>(
    field: &'static str,
    given: &str,
    known: impl IntoIterator<Item = T>,
) -> AppError {
    const MOST: usize = 30;
    let given: String = given.chars().take(80).collect();
    let mut names: Vec<String> = known.into_iter().map(|name| name.to_string()).collect();
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    let names = match names.is_empty() {
        true => "there is none".to_owned(),
        false => format!("known are {}", names.join(", ")),
    };
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    AppError::invalid(field, format!("`{given}` is not known here; {names}{more}"))
}

/// The segment of a survey with this code.
fn segment(survey: &OpenSurvey, field: &'static str, code: &str) -> Result<Code, AppError> {
    let segments = survey.published.survey().segments.iter();
    let found = segments
        .clone()
        .find(|segment| segment.code.as_str() == code);
    found
        .map(|segment| segment.code.clone())
        .ok_or_else(|| unknown(field, code, segments.map(|segment| &segment.code)))
}

/// The closed question of a survey with this code: one to which a response gives one of a few answers.
fn closed(survey: &OpenSurvey, field: &'static str, code: &str) -> Result<Code, AppError> {
    let asked = survey.published.questions().iter();
    let asked = asked.filter(|asked| asked.question.kind.is_closed());
    let codes: Vec<Code> = asked.map(|asked| asked.question.code.clone()).collect();
    match codes.iter().find(|known| known.as_str() == code) {
        Some(code) => Ok(code.clone()),
        None => Err(unknown(field, code, codes)),
    }
}

/// One of the groups of `by`.
fn group(survey: &OpenSurvey, under: Option<LocationId>, name: &str) -> Result<GroupBy, AppError> {
    if let Some(code) = name.strip_prefix("segment.") {
        let code = segment(survey, "by", code)?;
        return Ok(GroupBy::Dimension(Dimension::Segment { code }));
    }
    if let Some(code) = name.strip_prefix("question.") {
        return Ok(GroupBy::Question(closed(survey, "by", code)?));
    }
    Ok(match name {
        "survey" => GroupBy::Survey,
        "location" => GroupBy::Level { under },
        "location.exact" => GroupBy::Dimension(Dimension::Location),
        "employee" => GroupBy::Dimension(Dimension::Employee),
        "channel" => GroupBy::Dimension(Dimension::Channel),
        "touchpoint" => GroupBy::Dimension(Dimension::Touchpoint),
        "language" => GroupBy::Dimension(Dimension::Language),
        other => {
            let fixed = [
                "survey",
                "location",
                "location.exact",
                "employee",
                "channel",
                "touchpoint",
                "language",
            ];
            let segments = survey.published.survey().segments.iter();
            let segments = segments.map(|segment| format!("segment.{}", segment.code));
            let known = fixed.into_iter().map(str::to_owned).chain(segments);
            let known = known.chain(["question.CODE of a closed question".to_owned()]);
            return Err(unknown("by", other, known));
        }
    })
}

/// `previous`, `year`, `rest`, `60`, `60:1.5`.
fn against(text: &str) -> Option<Against> {
    Some(match text {
        "previous" => Against::PreviousPeriod,
        "year" => Against::LastYear,
        "rest" => Against::RestOfNetwork,
        number => {
            let (value, error) = match number.split_once(':') {
                Some((value, error)) => (value, Some(error.trim().parse().ok()?)),
                None => (number, None),
            };
            let value: f64 = value.trim().parse().ok()?;
            let sound = value.is_finite() && error.is_none_or(|e: f64| e.is_finite() && e >= 0.0);
            sound.then_some(Against::Benchmark(Reference {
                value,
                standard_error: error,
            }))?
        }
    })
}

/// The days of a selection.
fn period(selection: &Selection, today: Date) -> Result<Period, AppError> {
    let day = |name: &'static str| {
        selection
            .get(name)
            .map(|text| {
                text.parse::<Date>().map_err(|_| {
                    let given: String = text.chars().take(40).collect();
                    AppError::invalid(name, format!("`{given}` is not a day; write 2026-03-31"))
                })
            })
            .transpose()
    };
    let (from, to) = (day("from")?, day("to")?);
    let custom = from.is_some() || to.is_some();
    let days = match selection.get("last") {
        Some("7d") => Some(7),
        Some("30d") => Some(30),
        Some("90d") => Some(90),
        Some("12m") => Some(365),
        None | Some("custom") => None,
        Some(other) => {
            let given: String = other.chars().take(40).collect();
            return Err(AppError::invalid(
                "last",
                format!("`{given}` is not a period; known are 7d, 30d, 90d, 12m and custom"),
            ));
        }
    };
    let period = match days {
        Some(days) => Period::ending(today, days),
        None if custom => {
            let to = to.unwrap_or(today);
            Period {
                from: from.unwrap_or(Period::ending(to, 90).from),
                to,
            }
        }
        None => Period::ending(today, 90),
    };
    check_period(period)?;
    Ok(period)
}

fn parsed<T: std::str::FromStr>(
    selection: &Selection,
    name: &'static str,
) -> Result<Option<T>, AppError>
where
    T::Err: std::fmt::Display,
{
    selection
        .get(name)
        .map(|text| text.parse().map_err(|error| AppError::invalid(name, error)))
        .transpose()
}

/// `0-6`, `9,10`.
fn scores(text: &str) -> Option<Vec<i64>> {
    let mut scores = BTreeSet::new();
    for part in text.split(',') {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (i64, i64) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        if !(0..=10).contains(&from) || !(from..=10).contains(&to) {
            return None;
        }
        scores.extend(from..=to);
    }
    Some(scores.into_iter().collect())
}

impl App {
    /// Reads a selection for an actor; `None` when the workspace has not published a survey yet.
    ///
    /// # Errors
    /// [`AppError::NotFound`] names what there is not, or not for this actor; [`AppError::Invalid`] names the field.
    pub async fn scope(
        &self,
        actor: &Actor,
        selection: &Selection,
    ) -> Result<Option<Scope>, AppError> {
        // A survey without a metric would leave most pages empty.
        let fits = |survey: &PublishedSurvey| !Metric::of_survey(survey).is_empty();
        self.scope_where(actor, selection, fits).await
    }

    /// Like [`App::scope`]; where no survey is named, one that fits is meant rather than another.
    pub(crate) async fn scope_where(
        &self,
        actor: &Actor,
        selection: &Selection,
        fits: impl Fn(&PublishedSurvey) -> bool + Send,
    ) -> Result<Option<Scope>, AppError> {
        // Numbers and responses are both looked for by selection.
        if !actor.may(Permission::SeeResponses) {
            Self::allow(actor, Permission::SeeResults)?;
        }
        let directory = self.directory(actor.workspace).await?;
        let survey = match selection.get("survey") {
            Some(code) => directory
                .survey(code)
                .ok_or(AppError::NotFound("survey"))?
                .clone(),
            None => match self.survey_in_use(actor, &directory, fits).await? {
                Some(survey) => survey,
                None => return Ok(None),
            },
        };
        let today = directory.zone.to_datetime(self.now()).date();
        let mut filters = Filters {
            channel: parsed(selection, "channel")?,
            language: parsed(selection, "language")?,
            touchpoint: parsed(selection, "touchpoint")?,
            ..Filters::default()
        };
        if let Some(text) = selection.get("segment") {
            let (code, value) = text.split_once(':').ok_or_else(|| {
                AppError::invalid(
                    "segment",
                    "write the code of a segment and a value: `size:small`",
                )
            })?;
            filters.segment = Some((segment(&survey, "segment", code)?, value.to_owned()));
        }
        for name in selection.get("lacking").unwrap_or_default().split(',') {
            filters.lacking.push(match name {
                "" => continue,
                "location" => Dimension::Location,
                "employee" => Dimension::Employee,
                "touchpoint" => Dimension::Touchpoint,
                other => match other.strip_prefix("segment.") {
                    Some(code) => Dimension::Segment {
                        code: segment(&survey, "lacking", code)?,
                    },
                    None => {
                        let known = "known are location, employee, touchpoint and segment.CODE";
                        return Err(AppError::invalid("lacking", known));
                    }
                },
            });
        }
        if let Some(code) = selection.get("employee") {
            let employee = directory
                .employee(code)
                .ok_or(AppError::NotFound("employee"))?;
            filters.employee = Some(employee.id);
        }
        let mut location = None;
        if let Some(code) = selection.get("location") {
            let place = directory
                .locations
                .by_code(code)
                .filter(|place| actor.places.include(Some(place.id)))
                .ok_or(AppError::NotFound("location"))?;
            filters.locations = Some(match selection.get("exact") {
                Some(_) => BTreeSet::from([place.id]),
                None => directory.locations.with_descendants([place.id]),
            });
            location = Some(place.id);
        }
        let metric: Option<Metric> = parsed(selection, "metric")?;
        if let Some(metric) = &metric
            && Reader::new(&survey.published, metric).is_none()
        {
            let known = Metric::of_survey(&survey.published);
            return Err(unknown("metric", &metric.to_string(), known));
        }
        let mut answers = Vec::new();
        if let Some(text) = selection.get("answer") {
            let (code, value) = text.split_once(':').ok_or_else(|| {
                AppError::invalid(
                    "answer",
                    "write the code of a question and an answer: `reason:price`",
                )
            })?;
            answers.push((closed(&survey, "answer", code)?, value.to_owned()));
        }
        let names = selection
            .get("by")
            .unwrap_or_default()
            .split(',')
            .map(str::trim);
        let group_by = names
            .filter(|name| !name.is_empty())
            .map(|name| group(&survey, location, name))
            .collect::<Result<Vec<_>, _>>()?;
        let against = match selection.get("against") {
            None => None,
            Some(text) => Some(against(text).ok_or_else(|| {
                let known = "known are previous, year, rest, or a number with or without its standard error, `60:1.5`";
                AppError::invalid("against", known)
            })?),
        };
        let year = match parsed::<i8>(selection, "year")? {
            None => YearStart::JANUARY,
            Some(month) => YearStart::new(month)
                .ok_or_else(|| AppError::invalid("year", "write the month from 1 to 12"))?,
        };
        let scores = selection
            .get("score")
            .map(|text| {
                scores(text).ok_or_else(|| AppError::invalid("score", "write `0-6` or `9,10`"))
            })
            .transpose()?;
        let step = parsed(selection, "step")?;
        let level = match parsed::<f64>(selection, "level")? {
            None => Level::P95,
            Some(level) => Level::new(level).map_err(|error| AppError::invalid("level", error))?,
        };
        Ok(Some(Scope {
            period: period(selection, today)?,
            filters: seen(&directory, actor, &filters)?,
            location,
            metric,
            scores,
            step,
            year,
            group_by,
            answers,
            against,
            weighting: match selection.get("weighted") {
                Some("1") => Weighting::Weighted,
                _ => Weighting::Unweighted,
            },
            level,
            survey,
            directory,
        }))
    }

    /// What can be filtered by within the actor's places, whatever the other filters are.
    pub(crate) async fn choices(&self, actor: &Actor, scope: &Scope) -> Result<Choices, AppError> {
        let filters = Filters {
            locations: match &actor.places {
                Places::All => None,
                Places::Only(own) => Some(own.clone()),
            },
            ..Filters::default()
        };
        let mut tx = self.store.read().await?;
        let mut choices = Choices::default();
        for (touchpoint, segments) in tx
            .groups_seen(actor.workspace, scope.survey.id, scope.period, &filters)
            .await?
        {
            choices.touchpoints.extend(touchpoint);
            for (code, value) in segments {
                choices.segments.entry(code).or_default().insert(value);
            }
        }
        Ok(choices)
    }

    /// The survey that one most likely means: of those that fit and take answers, the one that got the latest.
    async fn survey_in_use(
        &self,
        actor: &Actor,
        directory: &Directory,
        fits: impl Fn(&PublishedSurvey) -> bool + Send,
    ) -> Result<Option<OpenSurvey>, AppError> {
        let mut surveys = directory.surveys.values();
        let (Some(first), rest) = (surveys.next(), surveys.len()) else {
            return Ok(None);
        };
        if rest == 0 {
            return Ok(Some(first.clone()));
        }
        let mut tx = self.store.read().await?;
        let mut best = None;
        for survey in directory.surveys.values() {
            let last = tx.last_response_day(actor.workspace, survey.id).await?;
            let rank = (
                fits(&survey.published),
                last.is_some(),
                survey.accepting,
                last,
            );
            if best.as_ref().is_none_or(|(other, _)| rank > *other) {
                best = Some((rank, survey));
            }
        }
        Ok(best.map(|(_, survey)| survey.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_selection_survives_its_address() {
        let selection = Selection::of([
            ("survey", "post-visit"),
            ("segment", "size:small & loud"),
            ("channel", " "),
            ("lang", "uk"),
        ]);
        let pairs: Vec<_> = selection.pairs().collect();
        assert_eq!(
            pairs,
            [("segment", "size:small & loud"), ("survey", "post-visit")]
        );
        assert_eq!(Selection::of(selection.pairs()), selection);
    }

    #[test]
    fn periods_end_today_unless_days_are_given() {
        let today = date(2026, 11, 1);
        let check = |pairs: &[(&str, &str)], expected: Option<(Date, Date)>| {
            let found = period(&Selection::of(pairs.iter().copied()), today);
            assert_eq!(
                found.ok().map(|period| (period.from, period.to)),
                expected,
                "{pairs:?}"
            );
        };
        check(&[], Some((date(2026, 8, 4), today)));
        check(&[("last", "7d")], Some((date(2026, 10, 26), today)));
        let days = [("from", "2026-01-01"), ("to", "2026-01-31")];
        check(&days, Some((date(2026, 1, 1), date(2026, 1, 31))));
        check(
            &[("last", "30d"), ("from", "2026-01-01")],
            Some((date(2026, 10, 3), today)),
        );
        check(&[("from", "2026-02-30")], None);
        check(&[("from", "2026-02-02"), ("to", "2026-02-01")], None);
        check(&[("from", "1900-01-01")], None);
        check(&[("last", "5y")], None);
    }

    #[test]
    fn scores_are_ranges_and_lists() {
        let check = |text: &str, expected: Option<&[i64]>| {
            assert_eq!(scores(text).as_deref(), expected, "{text}");
        };
        check("0-6", Some(&[0, 1, 2, 3, 4, 5, 6]));
        check("9,10", Some(&[9, 10]));
        check("7", Some(&[7]));
        check("6-0", None);
        check("0-1000000000", None);
        check("x", None);
    }
}
