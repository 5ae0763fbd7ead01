use super::{RefundPolicy, TransactionError, TransactionTally};
use crate::{CsatTally, Level};

/// A unit of the calendar by which customers are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CalendarPeriod {
    /// A day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// Three calendar months from January.
    Quarter,
    /// A calendar year.
    Year,
}

impl std::fmt::Display for CalendarPeriod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        })
    }
}

impl CalendarPeriod {
    /// Number of the period that holds a day, both counted from 1970-01-01 (a week from Monday, 1969-12-29).
    ///
    /// ```
    /// use radost_stats::retention::CalendarPeriod;
    ///
    /// let day = 14_943; // 2010-11-30
    /// assert_eq!(CalendarPeriod::Month.index(day + 1), CalendarPeriod::Month.index(day) + 1);
    /// assert_eq!(CalendarPeriod::Month.label(CalendarPeriod::Month.index(day)), "2010-11");
    /// ```
    pub fn index(self, day: i32) -> i64 {
        let day = i64::from(day);
        match self {
            Self::Day => day,
            Self::Week => (day + 3).div_euclid(7),
            Self::Month => month(day),
            Self::Quarter => month(day).div_euclid(3),
            Self::Year => month(day).div_euclid(12),
        }
    }

    /// A name for the period: 2010-12 for a month, 2010-Q4 for a quarter, 2010 for a year, and for days and weeks the number of the
    /// first day since 1970-01-01.
    pub fn label(self, index: i64) -> String {
        let year = |months: i64| 1970 + months.div_euclid(12);
        match self {
            Self::Day => index.to_string(),
            Self::Week => (index * 7 - 3).to_string(),
            Self::Month => format!("{:04}-{:02}", year(index), index.rem_euclid(12) + 1),
            Self::Quarter => format!("{:04}-Q{}", year(index * 3), index.rem_euclid(4) + 1),
            Self::Year => format!("{:04}", year(index * 12)),
        }
    }
}

/// Months since January 1970 in the Gregorian calendar.
///
/// Years are taken to start in March, so that the leap day is the last of its year and a month of 30.6 days gives every other length.
fn month(day: i64) -> i64 {
    const DAYS_IN_400_YEARS: i64 = 146_097;
    let since_march_of_year_0 = day + 719_468;
    let era = since_march_of_year_0.div_euclid(DAYS_IN_400_YEARS);
    let of_era = since_march_of_year_0.rem_euclid(DAYS_IN_400_YEARS);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    (era * 400 + year) * 12 + from_march + 2 - 1970 * 12
}

/// Customers by the period of their first purchase and what became of them: a triangle, since young cohorts have had less time.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortTable {
    /// The unit of cohorts and ages.
    pub period: CalendarPeriod,
    /// From the first cohort to the last; periods without new customers have none.
    pub cohorts: Vec<Cohort>,
    /// All cohorts together, by age.
    pub curve: Vec<RetentionPoint>,
    /// Number of the last period observed, which may be incomplete.
    pub last: i64,
    /// Customers in the table.
    pub n: u64,
    /// Confidence level of the bounds of the shares.
    pub level: Level,
    /// Transactions left out as refunds.
    pub refunds_left_out: u64,
}

/// The customers who first bought in one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Cohort {
    /// Number of the period, as [`CalendarPeriod::index`].
    pub start: i64,
    /// Customers.
    pub size: u64,
    /// From age 0, the first period, to the last period observed.
    pub ages: Vec<RetentionPoint>,
}

/// How many customers of a certain age bought.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetentionPoint {
    /// Periods since the first purchase.
    pub age: u64,
    /// Customers observed at that age.
    pub customers: u64,
    /// Those of them who bought in that period.
    pub retained: u64,
    /// Share of them, in percent.
    pub share: f64,
    /// Lower bound of the share by Wilson's interval, in percent.
    pub low: f64,
    /// Upper bound of the share, in percent.
    pub high: f64,
    /// Value of their purchases in that period, in money.
    pub revenue: f64,
}

impl TransactionTally {
    /// The table of cohorts by first purchase.
    ///
    /// A customer is retained at an age when they bought in that period, whatever they did in between. `until` is the last day
    /// observed, so that a quiet end counts as one; `None` takes the day of the last purchase. Later transactions are left out.
    ///
    /// ```
    /// use radost_stats::{Level, retention::{CalendarPeriod, Transaction, TransactionTally}};
    ///
    /// let mut tally = TransactionTally::default();
    /// for (customer, day) in [(1, 0), (1, 31), (2, 5), (3, 40), (2, 60)] {
    ///     tally.push(Transaction { customer, day, amount: 10.0 })?;
    /// }
    /// let table = tally.cohorts(CalendarPeriod::Month, None, Level::P95)?;
    /// assert_eq!(table.cohorts[0].size, 2);
    /// assert_eq!(table.cohorts[0].ages.iter().map(|age| age.retained).collect::<Vec<_>>(), [2, 1, 1]);
    /// assert_eq!(table.curve[1].customers, 3); // both cohorts have been seen for a month
    /// assert!((table.curve[1].share - 33.333333).abs() < 1e-6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// # Assumptions
    /// The bounds take the customers of a cohort for a random sample; the curve mixes cohorts of different times.
    /// # Errors
    /// [`TransactionError::NoTransactions`]; [`TransactionError::TooManyPeriods`] beyond 10,000 periods.
    pub fn cohorts(
        &self,
        period: CalendarPeriod,
        until: Option<i32>,
        level: Level,
    ) -> Result<CohortTable, TransactionError> {
        let (mut visits, refunds_left_out) = self.visits(RefundPolicy::LeaveOut);
        if let Some(until) = until {
            visits.retain(|visit| visit.day <= until);
        }
        let days = visits.iter().map(|visit| visit.day);
        let (Some(first), Some(last)) = (days.clone().min(), until.or(days.max())) else {
            return Err(TransactionError::NoTransactions);
        };
        let (first, last) = (period.index(first), period.index(last));
        let periods = last - first + 1;
        let width = usize::try_from(periods)
            .ok()
            .filter(|&width| width <= 10_000);
        let Some(width) = width else {
            return Err(TransactionError::TooManyPeriods { periods });
        };
        // Per cohort and age: customers who bought, and the value of what they bought.
        let mut cells: Vec<Vec<(u64, f64)>> = (0..width)
            .map(|start| vec![(0, 0.0); width - start])
            .collect();
        let mut n = 0;
        for visits in visits.chunk_by(|a, b| a.customer == b.customer) {
            let Some(born) = visits.first().map(|visit| period.index(visit.day)) else {
                continue;
            };
            n += 1;
            for visits in visits.chunk_by(|a, b| period.index(a.day) == period.index(b.day)) {
                let Some(visited) = visits.first().map(|visit| period.index(visit.day)) else {
                    continue;
                };
                let cell = cells
                    .get_mut((born - first) as usize)
                    .and_then(|cohort| cohort.get_mut((visited - born) as usize));
                if let Some((retained, revenue)) = cell {
                    *retained += 1;
                    *revenue += visits.iter().map(|visit| visit.value).sum::<f64>();
                }
            }
        }
        let mut together = vec![(0_u64, 0_u64, 0.0); width];
        let mut cohorts = Vec::new();
        for (start, cells) in (first..).zip(&cells) {
            let size = cells.first().map_or(0, |&(retained, _)| retained);
            if size == 0 {
                continue;
            }
            let mut ages = Vec::with_capacity(cells.len());
            for (age, (&(retained, revenue), sum)) in cells.iter().zip(&mut together).enumerate() {
                ages.extend(point(age, size, retained, revenue, level));
                *sum = (sum.0 + size, sum.1 + retained, sum.2 + revenue);
            }
            cohorts.push(Cohort { start, size, ages });
        }
        let curve = together
            .iter()
            .enumerate()
            .filter_map(|(age, &(customers, retained, revenue))| {
                point(age, customers, retained, revenue, level)
            })
            .collect();
        Ok(CohortTable {
            period,
            cohorts,
            curve,
            last,
            n,
            level,
            refunds_left_out,
        })
    }
}

/// `None` when nobody was observed at that age.
fn point(
    age: usize,
    customers: u64,
    retained: u64,
    revenue: f64,
    level: Level,
) -> Option<RetentionPoint> {
    let tally = CsatTally::from_counts(retained, customers).ok()?;
    let share = tally.interval(level).ok()?;
    Some(RetentionPoint {
        age: age as u64,
        customers,
        retained,
        share: share.value,
        low: share.low,
        high: share.high,
        revenue,
    })
}
