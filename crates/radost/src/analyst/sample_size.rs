//! How many to ask, or how precise so many answers are.

use anyhow::{anyhow, bail};
use clap::Args;
use radost_stats::power::{
    Contrast, Expected, NpsShares, group_sizes, margin_of_error, power, sample_size,
};
use radost_stats::{Level, Population};
use schemars::JsonSchema;
use serde::Serialize;

use super::Analysis;
use super::answer::{Answer, Finding, Grid, Shown, grouped, num};
use super::meter::Meter;
use super::source::level;

/// How many to ask, or how precise so many answers are.
///
/// Say what is measured (--share, --nps or --sd), and then either how precise it should be (--margin), how many
/// answers there are (--n), or what difference between two groups should be seen (--difference).
#[derive(Debug, Args)]
pub(crate) struct SampleSize {
    /// A share that is expected, in percent: CSAT. Without anything said, 50, which needs the most.
    #[arg(long, value_name = "PERCENT")]
    share: Option<f64>,
    /// Promoters and detractors that are expected, in percent, as 50:20.
    #[arg(long, value_name = "PROMOTERS:DETRACTORS", conflicts_with = "share")]
    nps: Option<String>,
    /// The standard deviation of a mean that is expected, in its units: CES.
    #[arg(long, conflicts_with_all = ["share", "nps"])]
    sd: Option<f64>,
    /// The margin of error that is wanted: half of the interval, in points, percent or units.
    #[arg(long, conflicts_with_all = ["n", "difference"])]
    margin: Option<f64>,
    /// The answers that there are, or in each of two groups.
    #[arg(long)]
    n: Option<u64>,
    /// A difference between two groups that should be seen, in points, percent or units.
    #[arg(long, allow_hyphen_values = true)]
    difference: Option<f64>,
    /// The chance of seeing the difference.
    #[arg(long, default_value_t = 0.8)]
    power: f64,
    /// How many there are in all.
    #[arg(long, value_name = "N")]
    population: Option<u64>,
    /// Confidence.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
}

/// Numbers of answers and what they give.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Sizes {
    /// share, nps or mean.
    metric: &'static str,
    level: f64,
    /// Answers needed, or given; null where two groups are asked about.
    n: Option<u64>,
    /// Half of the interval that so many answers give, in points, percent or units.
    margin: Option<f64>,
    /// The difference between two groups.
    difference: Option<f64>,
    /// Answers needed, or given, in each of two groups.
    n_per_group: Option<u64>,
    /// The chance of seeing the difference with so many.
    power: Option<f64>,
}

impl SampleSize {
    fn nps_shares(&self) -> anyhow::Result<Option<NpsShares>> {
        let Some(nps) = &self.nps else {
            return Ok(None);
        };
        let wrong = || anyhow!("--nps: write promoters and detractors in percent, as 50:20");
        let (promoters, detractors) = nps.split_once(':').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
        Ok(Some(NpsShares {
            promoters: number(promoters)?,
            detractors: number(detractors)?,
        }))
    }
}

impl Analysis for SampleSize {
    const NAME: &'static str = "sample-size";
    type Finding = Sizes;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, _: &Meter) -> anyhow::Result<Answer<Sizes>> {
        let population = self.population.map_or(Population::Endless, Population::Of);
        let nps = self.nps_shares()?;
        let (metric, expected) = match (nps, self.sd) {
            (Some(nps), _) => (
                "nps",
                Expected::Nps {
                    promoters: nps.promoters,
                    detractors: nps.detractors,
                },
            ),
            (None, Some(sd)) => ("mean", Expected::Mean { sd }),
            (None, None) => (
                "share",
                Expected::Share {
                    percent: self.share.unwrap_or(50.0),
                },
            ),
        };
        let mut sizes = Sizes {
            metric,
            level: self.level.get(),
            n: None,
            margin: None,
            difference: self.difference,
            n_per_group: None,
            power: None,
        };
        let method;
        if let Some(difference) = self.difference {
            let contrast = match (nps, self.sd) {
                // A change of the score is promoters won and detractors lost in equal parts.
                (Some(earlier), _) => Contrast::Nps {
                    earlier,
                    later: NpsShares {
                        promoters: earlier.promoters + difference / 2.0,
                        detractors: earlier.detractors - difference / 2.0,
                    },
                },
                (None, Some(sd)) => Contrast::Means { difference, sd },
                (None, None) => {
                    let earlier = self.share.unwrap_or(50.0);
                    Contrast::Shares {
                        earlier,
                        later: earlier + difference,
                    }
                }
            };
            let populations = [population; 2];
            match self.n {
                Some(n) => {
                    sizes.n_per_group = Some(n);
                    sizes.power = Some(power(contrast, [n, n], populations, self.level)?);
                    method = "power of a two-sided test of two groups".to_owned();
                }
                None => {
                    let found = group_sizes(contrast, 1.0, self.power, populations, self.level)?;
                    sizes.n_per_group = Some(found.earlier.max(found.later));
                    sizes.power = Some(found.power);
                    method = format!(
                        "two-sided test of two groups of one size, {} approximation",
                        found.method
                    );
                }
            }
        } else if let Some(margin) = self.margin {
            let found = sample_size(expected, margin, population, self.level)?;
            sizes.n = Some(found.n);
            sizes.margin = Some(found.margin);
            method = format!("interval by {}", found.method);
        } else if let Some(n) = self.n {
            sizes.n = Some(n);
            sizes.margin = Some(margin_of_error(expected, n, population, self.level)?);
            method = "half of the interval".to_owned();
        } else {
            bail!(
                "say how precise (--margin), how many answers there are (--n), or what difference should be seen (--difference)"
            );
        }
        let mut assumptions = vec![
            "a simple random sample; everybody asked answers (ask more where they do not)"
                .to_owned(),
        ];
        if metric == "share" && self.share.is_none() {
            assumptions.push("a share of 50 %, which needs the most".to_owned());
        }
        Ok(Answer {
            command: Self::NAME,
            input: None,
            result: sizes,
            method: vec![method],
            assumptions,
            left_out: Vec::new(),
        })
    }
}

impl Finding for Sizes {
    fn grids(&self) -> Vec<Grid> {
        let mut grid = Grid::new(
            "Sample size",
            [
                "metric",
                "answers",
                "margin ±",
                "difference",
                "answers per group",
                "power",
            ],
        );
        grid.row([
            self.metric.into(),
            self.n.into(),
            num(self.margin, 2),
            num(self.difference, 2),
            self.n_per_group.into(),
            num(self.power, 3),
        ]);
        vec![grid.without_empty()]
    }

    fn n(&self) -> String {
        match (self.n, self.n_per_group) {
            (Some(n), _) => format!("{} answers", grouped(n)),
            (None, Some(n)) => format!("{} answers in each of two groups", grouped(n)),
            (None, None) => "0 answers".to_owned(),
        }
    }
}
