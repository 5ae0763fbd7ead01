//! Targets: a measure, somebody who answers for it, a value, a day, and what is done about it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Metric, Period};
use crate::name::{KpiId, LocationId, SurveyId, UserId};

/// On which side of its target a number is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The target or more.
    AtLeast,
    /// The target or less.
    AtMost,
}

impl Direction {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Direction::AtLeast => "at_least",
            Direction::AtMost => "at_most",
        }
    }
}

/// A text that names no direction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a direction; known are at_least and at_most")]
pub struct UnknownDirection(String);

impl std::str::FromStr for Direction {
    type Err = UnknownDirection;
    fn from_str(text: &str) -> Result<Self, UnknownDirection> {
        match text {
            "at_least" => Ok(Direction::AtLeast),
            "at_most" => Ok(Direction::AtMost),
            _ => Err(UnknownDirection(text.chars().take(40).collect())),
        }
    }
}

/// A target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kpi {
    /// Its id.
    pub id: KpiId,
    /// What it is called.
    pub name: String,
    /// The survey it is measured by.
    pub survey: SurveyId,
    /// What is measured.
    pub metric: Metric,
    /// At which place, with everything under it; nothing for the whole network.
    pub location: Option<LocationId>,
    /// Which responses count beyond the place, by the names of a selection: `channel`, `language`, `touchpoint`, `segment`.
    pub filters: BTreeMap<String, String>,
    /// Whether more or less is wanted.
    pub direction: Direction,
    /// The value to be reached, in the units of the metric.
    pub target: f64,
    /// How many days of answers the number rests on, the last of them the day on which it is looked at.
    pub days: i32,
    /// Who answers for it.
    pub owner: Option<UserId>,
    /// The day from which the way to the target is counted.
    pub since: Date,
    /// The last day on which it can be reached.
    pub due: Date,
    /// What else must be known; may be empty.
    pub note: String,
    /// What is done to reach it; may be empty.
    pub actions: String,
}

/// How a target stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The whole interval is at the target or beyond it.
    Reached,
    /// The target, or where one should be by today, is within the interval or short of it.
    OnTrack,
    /// The whole interval is on the wrong side of both.
    AtRisk,
    /// The day has passed with the whole interval on the wrong side.
    Missed,
    /// The day has passed with the target inside the interval: the answers do not tell.
    Undecided,
    /// Too few have answered.
    TooFew,
}

impl Progress {
    /// Every value, what needs somebody first.
    pub const ALL: [Progress; 6] = [
        Progress::Missed,
        Progress::AtRisk,
        Progress::Undecided,
        Progress::TooFew,
        Progress::OnTrack,
        Progress::Reached,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Progress::Reached => "reached",
            Progress::OnTrack => "on_track",
            Progress::AtRisk => "at_risk",
            Progress::Missed => "missed",
            Progress::Undecided => "undecided",
            Progress::TooFew => "too_few",
        }
    }
}

impl Kpi {
    /// The day on which it is judged: today, or its last day once that has passed.
    pub fn judged_on(&self, today: Date) -> Date {
        today.min(self.due)
    }

    /// The answers on which the number of a day rests.
    pub fn period(&self, day: Date) -> Period {
        Period::ending(day, self.days)
    }

    /// Where one should be on a day to arrive in time, on a straight line from where one stood at the beginning.
    ///
    /// ```text
    /// pace = start + (target − start) · (day − since) / (due − since)
    /// ```
    pub fn pace(&self, start: f64, day: Date) -> f64 {
        let days = |from: Date, to: Date| to.duration_since(from).as_hours() as f64 / 24.0;
        let whole = days(self.since, self.due);
        let gone = if whole > 0.0 {
            (days(self.since, day) / whole).clamp(0.0, 1.0)
        } else {
            1.0
        };
        start + (self.target - start) * gone
    }

    /// How it stands: by the interval of the number, never by the number alone.
    ///
    /// `interval` is that of the number on the day judged, `start` the number on the day it began; nothing where too few
    /// have answered. Whoever was beyond the target already is held to the target alone, and without a start there is no
    /// pace to keep.
    pub fn progress(
        &self,
        interval: Option<(f64, f64)>,
        start: Option<f64>,
        today: Date,
    ) -> Progress {
        let Some((low, high)) = interval else {
            return Progress::TooFew;
        };
        // So that more is always better.
        let sign = match self.direction {
            Direction::AtLeast => 1.0,
            Direction::AtMost => -1.0,
        };
        let (worst, best) = if sign > 0.0 {
            (low, high)
        } else {
            (-high, -low)
        };
        let target = sign * self.target;
        if worst >= target {
            return Progress::Reached;
        }
        if today > self.due {
            return if best < target {
                Progress::Missed
            } else {
                Progress::Undecided
            };
        }
        let wanted = start.map_or(target, |start| (sign * self.pace(start, today)).min(target));
        if best >= wanted {
            Progress::OnTrack
        } else {
            Progress::AtRisk
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use uuid::Uuid;

    fn kpi(direction: Direction, target: f64) -> Kpi {
        Kpi {
            id: KpiId(Uuid::nil()),
            name: "NPS of the west".into(),
            survey: SurveyId(Uuid::nil()),
            metric: Metric::Csi,
            location: None,
            filters: BTreeMap::new(),
            direction,
            target,
            days: 90,
            owner: None,
            since: date(2026, 1, 1),
            due: date(2026, 12, 31),
            note: String::new(),
            actions: String::new(),
        }
    }

    #[test]
    fn the_interval_decides() {
        use Direction::{AtLeast, AtMost};
        use Progress::{AtRisk, Missed, OnTrack, Reached, TooFew, Undecided};
        // Half of the way lies between 1 January and 2 July; the day after the last is 1 January.
        let (half, after) = (date(2026, 7, 2), date(2027, 1, 1));
        let cases = [
            // More is wanted: 60, from 40.
            (AtLeast, Some((60.0, 66.0)), Some(40.0), half, Reached),
            (AtLeast, Some((59.0, 66.0)), Some(40.0), half, OnTrack),
            (AtLeast, Some((47.0, 53.0)), Some(40.0), half, OnTrack),
            // Ahead of the pace and short of the target.
            (AtLeast, Some((52.0, 58.0)), Some(40.0), half, OnTrack),
            (AtLeast, Some((41.0, 49.0)), Some(40.0), half, AtRisk),
            // Without a start, only the target counts.
            (AtLeast, Some((52.0, 58.0)), None, half, AtRisk),
            (AtLeast, Some((52.0, 60.0)), None, half, OnTrack),
            // Whoever began beyond the target need not rise further.
            (AtLeast, Some((58.0, 62.0)), Some(80.0), half, OnTrack),
            (AtLeast, Some((50.0, 59.0)), Some(80.0), half, AtRisk),
            (AtLeast, None, Some(40.0), half, TooFew),
            // The last day still counts as before; after it, it is over.
            (
                AtLeast,
                Some((52.0, 58.0)),
                Some(40.0),
                date(2026, 12, 31),
                AtRisk,
            ),
            (AtLeast, Some((52.0, 58.0)), Some(40.0), after, Missed),
            (AtLeast, Some((52.0, 61.0)), Some(40.0), after, Undecided),
            (AtLeast, Some((60.5, 61.0)), Some(40.0), after, Reached),
            (AtLeast, None, None, after, TooFew),
            // Less is wanted: 60, from 80.
            (AtMost, Some((54.0, 60.0)), Some(80.0), half, Reached),
            (AtMost, Some((59.0, 66.0)), Some(80.0), half, OnTrack),
            (AtMost, Some((68.0, 74.0)), Some(80.0), half, OnTrack),
            (AtMost, Some((72.0, 78.0)), Some(80.0), half, AtRisk),
            (AtMost, Some((61.0, 66.0)), Some(80.0), after, Missed),
            (AtMost, Some((59.0, 66.0)), Some(80.0), after, Undecided),
        ];
        for (direction, interval, start, today, expected) in cases {
            assert_eq!(
                kpi(direction, 60.0).progress(interval, start, today),
                expected,
                "{direction:?} {interval:?} from {start:?} on {today}"
            );
        }
    }

    #[test]
    fn the_pace_is_a_straight_line() {
        let kpi = kpi(Direction::AtLeast, 60.0);
        let check = |day, expected: f64| {
            let pace = kpi.pace(40.0, day);
            assert!((pace - expected).abs() < 1e-9, "{day}: {pace}");
        };
        check(date(2025, 6, 1), 40.0);
        check(date(2026, 1, 1), 40.0);
        check(date(2026, 7, 2), 50.0);
        check(date(2026, 12, 31), 60.0);
        check(date(2027, 6, 1), 60.0);
    }
}
