//! What reviews add up to, and what it takes to change it.

use anyhow::{Context, bail};
use clap::Args;
use radost_stats::reviews::{Average, Prior, StarTally, WritingRate, offset, prior, rank};
use radost_stats::{CsatTally, Level};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Finding, Grid, Shown, many, num};
use super::meter::Meter;
use super::source::{Groups, Source, level, whole};
use super::{Analysis, picture};

/// What reviews add up to, and what it takes to change it.
#[derive(Debug, Args)]
pub(crate) struct Reviews {
    #[command(flatten)]
    source: Source,
    /// Stars from 1 to 5.
    #[arg(long, value_name = "COL")]
    stars: String,
    /// What is reviewed: a row for each value of this column, ranked.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// The average that is wanted, as 4.2.
    #[arg(long, value_name = "STARS")]
    target: Option<f64>,
    /// How many of so many satisfied customers write, as 1:10.
    #[arg(long, value_name = "WRITERS:CUSTOMERS", default_value = "1:10")]
    writing_rate: String,
    /// Confidence of the lower bounds.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
}

/// What reviews add up to.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ReviewFindings {
    by: Option<String>,
    target: Option<f64>,
    /// The average that few reviews are drawn to; null without --by.
    prior_mean: Option<f64>,
    /// How many reviews that average weighs.
    prior_weight: Option<f64>,
    /// From best to worst.
    items: Vec<ItemFinding>,
    /// What one-star reviews take; null without a target.
    offset: Option<OffsetFinding>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ItemFinding {
    group: Option<String>,
    n: u64,
    /// Reviews with one to five stars.
    stars: Vec<u64>,
    average: f64,
    /// Drawn to the average of all, the more the fewer reviews there are; null without --by.
    bayesian_average: Option<f64>,
    /// Share of four and five stars, in percent.
    positive: Option<f64>,
    /// Lower Wilson bound of that share, in percent, by which items are ranked.
    positive_low: f64,
    /// Five-star reviews that bring the average to the target; null without a target.
    five_star_reviews_needed: Option<u64>,
    /// What the average becomes by one more one-star review.
    after_one_star: Option<f64>,
    /// Five-star reviews that make up for it.
    five_star_reviews_to_recover: Option<u64>,
}

/// Where all reviews have five stars or one.
#[derive(Debug, Serialize, JsonSchema)]
struct OffsetFinding {
    target: f64,
    /// Five-star reviews for each one-star review.
    five_star_reviews: u64,
    /// Satisfied customers it takes until so many have written.
    satisfied_customers: u64,
    /// The practitioners' rule beside it.
    rule_of_thumb_customers: u64,
}

impl Analysis for Reviews {
    const NAME: &'static str = "reviews";
    type Finding = ReviewFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<ReviewFindings>> {
        let target = match self.target {
            Some(target) if (1.0..5.0).contains(&target) => {
                Some(Average::from_hundredths((target * 100.0).round() as u64)?)
            }
            Some(target) => bail!("--target {target}: an average from 1 to below 5"),
            None => None,
        };
        let rate = self
            .writing_rate
            .split_once(':')
            .and_then(|(writers, customers)| {
                Some(WritingRate {
                    writers: writers.trim().parse().ok()?,
                    customers: customers.trim().parse().ok()?,
                })
            });
        let rate = rate
            .with_context(|| format!("--writing-rate {}: write it as 1:10", self.writing_rate))?;
        let mut reading = self.source.open()?;
        let stars = reading.number(&self.stars)?;
        let mut groups: Groups<StarTally> = Groups::by(&mut reading, self.by.as_deref())?;
        let mut missing = 0u64;
        let seen = reading.read(meter, |row| {
            let Some(value) = row.number(stars) else {
                missing += 1;
                return Ok(());
            };
            if let Some(tally) = groups.of(row, || Ok(StarTally::default()))? {
                let pushed = whole(value).and_then(|value| {
                    let value =
                        u8::try_from(value).with_context(|| format!("{value} stars: 1 to 5"))?;
                    Ok(tally.push(value)?)
                });
                pushed.with_context(|| format!("column `{}`", self.stars))?;
            }
            Ok(())
        })?;
        let mut left_out: Vec<String> = groups.left_out().into_iter().collect();
        if missing > 0 {
            left_out.push(format!("{} without stars", many(missing, "row")));
        }
        let by = groups.column().map(str::to_owned);
        let groups = groups.into_sorted();
        let tallies: Vec<StarTally> = groups.iter().map(|(_, tally)| *tally).collect();
        let before: Option<Prior> = if by.is_some() {
            Some(prior(&tallies)?)
        } else {
            None
        };
        let shares: Vec<CsatTally> = tallies.iter().map(StarTally::positive).collect();
        let mut items = Vec::new();
        for ranked in rank(&shares, self.level) {
            let Some((group, tally)) = groups.get(ranked.item) else {
                continue;
            };
            let effect = tally.effect_of(1)?;
            let needed = match target {
                Some(target) => Some(tally.reviews_needed(target, 5)?.reviews),
                None => None,
            };
            items.push(ItemFinding {
                group: group.clone(),
                n: tally.n(),
                stars: tally.counts().to_vec(),
                average: tally.average()?.get(),
                bayesian_average: before
                    .map(|prior| tally.bayesian_average(prior))
                    .transpose()?,
                positive: ranked.share,
                positive_low: ranked.lower_bound,
                five_star_reviews_needed: needed,
                after_one_star: Some(effect.after.get()),
                five_star_reviews_to_recover: effect.five_star_reviews_to_recover,
            });
        }
        let found = match target {
            Some(target) => {
                let found = offset(1, target, rate)?;
                Some(OffsetFinding {
                    target: target.get(),
                    five_star_reviews: found.five_star_reviews,
                    satisfied_customers: found.satisfied_customers,
                    rule_of_thumb_customers: found.rule_of_thumb_customers,
                })
            }
            None => None,
        };
        let mut method = vec![
            "exact averages; rank by the lower Wilson bound of the share of four and five stars"
                .to_owned(),
        ];
        if before.is_some() {
            method.push("Bayesian average: the average of all, worth as many reviews as an item has on average".to_owned());
        }
        let mut assumptions = vec!["reviews are those who write, not all customers".to_owned()];
        if found.is_some() {
            assumptions.push(format!(
                "{} of {} satisfied customers write, and give five stars",
                rate.writers, rate.customers
            ));
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            result: ReviewFindings {
                by,
                target: target.map(Average::get),
                prior_mean: before.map(|prior| prior.mean),
                prior_weight: before.map(|prior| prior.weight),
                items,
                offset: found,
            },
            method,
            assumptions,
            left_out,
        })
    }
}

impl Finding for ReviewFindings {
    fn grids(&self) -> Vec<Grid> {
        let by = self.by.as_deref().unwrap_or("group");
        let mut grid = Grid::new(
            "Reviews",
            [
                by,
                "average",
                "Bayesian",
                "positive %",
                "at least %",
                "n",
                "1★",
                "2★",
                "3★",
                "4★",
                "5★",
                "5★ to the target",
                "after one 1★",
                "5★ to recover",
            ],
        );
        for item in &self.items {
            let count = |star: usize| item.stars.get(star).copied().into();
            grid.row([
                item.group.clone().into(),
                num(item.average, 2),
                num(item.bayesian_average, 2),
                num(item.positive, 1),
                num(item.positive_low, 1),
                item.n.into(),
                count(0),
                count(1),
                count(2),
                count(3),
                count(4),
                item.five_star_reviews_needed.into(),
                num(item.after_one_star, 2),
                item.five_star_reviews_to_recover.into(),
            ]);
        }
        let mut grids = vec![grid.without_empty()];
        if let Some(offset) = &self.offset {
            let mut grid = Grid::new(
                format!(
                    "To keep {:.2} after a one-star review, where reviews have five stars or one",
                    offset.target
                ),
                ["5★ reviews", "satisfied customers", "rule of thumb"],
            );
            grid.row([
                offset.five_star_reviews.into(),
                offset.satisfied_customers.into(),
                offset.rule_of_thumb_customers.into(),
            ]);
            grids.push(grid);
        }
        grids
    }

    fn picture(&self) -> Option<String> {
        let bars: Vec<picture::Bar> = self
            .items
            .iter()
            .filter_map(|item| {
                Some(picture::Bar {
                    label: item.group.clone().unwrap_or_else(|| "all".to_owned()),
                    value: item.positive?,
                    low: Some(item.positive_low),
                    high: item.positive,
                })
            })
            .collect();
        (!bars.is_empty()).then(|| {
            picture::bars(
                "Share of four and five stars, %",
                "From its lower bound.",
                &bars,
                1,
            )
        })
    }

    fn n(&self) -> String {
        many(self.items.iter().map(|item| item.n).sum(), "review")
    }
}
