//! Time as a file tells it: dates by the calendar, or numbers in order.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use clap::Args;
use radost_stats::retention::CalendarPeriod;

use super::source::{Period, Reading, Row, Slot, period_label};

/// What puts rows in order.
#[derive(Debug, Args)]
pub(super) struct Times {
    /// When: a column of dates.
    #[arg(
        long,
        value_name = "COL",
        required_unless_present = "order",
        conflicts_with = "order"
    )]
    date: Option<String>,
    /// The stretch of the calendar that makes one point; a month without it.
    #[arg(long, value_enum, conflicts_with = "order")]
    period: Option<Period>,
    /// When: a column of numbers, such as the number of a week or a wave, instead of dates.
    #[arg(long, value_name = "COL")]
    order: Option<String>,
}

/// Where time stands in the rows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Clock {
    Calendar(Slot, CalendarPeriod),
    Numbers(Slot),
}

/// A point of time that sorts: numbers as they are, periods of the calendar by their index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moment(pub(super) f64);

impl Eq for Moment {}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// More points than a chart shows, and a sign that the wrong column was named.
const MOST_POINTS: usize = 5_000;

impl Times {
    pub(super) fn of(&self, reading: &mut Reading) -> anyhow::Result<Clock> {
        match (&self.date, &self.order) {
            (Some(date), _) => Ok(Clock::Calendar(
                reading.date(date)?,
                self.period.unwrap_or(Period::Month).into(),
            )),
            (_, Some(order)) => Ok(Clock::Numbers(reading.number(order)?)),
            _ => bail!("say what puts rows in order: --date or --order"),
        }
    }

    pub(super) fn column(&self) -> &str {
        self.date
            .as_deref()
            .or(self.order.as_deref())
            .unwrap_or_default()
    }
}

impl Clock {
    pub(super) fn of(self, row: &Row) -> Option<Moment> {
        match self {
            Self::Calendar(slot, period) => {
                row.day(slot).map(|day| Moment(period.index(day) as f64))
            }
            Self::Numbers(slot) => row.number(slot).map(|number| Moment(number + 0.0)),
        }
    }

    /// The moment of a day or a number, as someone writes it.
    pub(super) fn parse(self, text: &str) -> anyhow::Result<Moment> {
        match self {
            Self::Calendar(_, period) => {
                let day: jiff::civil::Date = text
                    .parse()
                    .with_context(|| format!("{text} is not a date, as 2026-03-01"))?;
                Ok(Moment(period.index(super::source::day_number(day)) as f64))
            }
            Self::Numbers(_) => Ok(Moment(
                text.parse()
                    .with_context(|| format!("{text} is not a number"))?,
            )),
        }
    }

    pub(super) fn label(self, moment: Moment) -> String {
        match self {
            Self::Calendar(_, period) => period_label(period, moment.0 as i64),
            Self::Numbers(_) => moment.0.to_string(),
        }
    }

    /// month, week, …; nothing for numbers.
    pub(super) fn period(self) -> Option<String> {
        match self {
            Self::Calendar(_, period) => Some(period.to_string()),
            Self::Numbers(_) => None,
        }
    }
}

/// What belongs to each moment, in the order of time.
#[derive(Debug)]
pub(super) struct Timeline<T>(pub(super) BTreeMap<Moment, T>);

impl<T: Default> Timeline<T> {
    pub(super) fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub(super) fn at(&mut self, moment: Moment) -> anyhow::Result<&mut T> {
        if self.0.len() >= MOST_POINTS && !self.0.contains_key(&moment) {
            bail!("there are more than {MOST_POINTS} points of time; take longer periods");
        }
        Ok(self.0.entry(moment).or_default())
    }

    /// Moments between the first and the last of which the file says nothing; whole numbers apart.
    pub(super) fn gaps(&self) -> Vec<Moment> {
        let (Some((first, _)), Some((last, _))) =
            (self.0.first_key_value(), self.0.last_key_value())
        else {
            return Vec::new();
        };
        if last.0 - first.0 > MOST_POINTS as f64 || self.0.keys().any(|at| at.0.fract() != 0.0) {
            return Vec::new();
        }
        let steps = (last.0 - first.0) as usize;
        (0..=steps)
            .map(|step| Moment(first.0 + step as f64))
            .filter(|at| !self.0.contains_key(at))
            .collect()
    }

    /// How far apart neighbours are, when all are equally far.
    pub(super) fn step(&self) -> Option<f64> {
        let at: Vec<f64> = self.0.keys().map(|at| at.0).collect();
        let step = at.get(1)? - at.first()?;
        let even = at.windows(2).all(|pair| match pair {
            [one, other] => (other - one - step).abs() <= 1e-9 * step.abs(),
            _ => true,
        });
        even.then_some(step)
    }
}
