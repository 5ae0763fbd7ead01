//! Whether raters agree, and whether questions measure one thing.

use std::collections::BTreeMap;

use anyhow::bail;
use clap::{Args, ValueEnum};
use radost_stats::agreement::{
    AlphaMetric, CarelessRules, CarelessScreen, FleissTally, ItemTally, KappaTally, KappaWeights,
    UnitTally,
};
use radost_stats::{Level, Progress};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Cell, Finding, Grid, Shown, many, num};
use super::meter::Meter;
use super::source::{Source, level};
use super::{Analysis, picture};

/// Whether raters agree, and whether questions measure one thing.
///
/// Raters are columns, and each row is what they rated (--raters); or questions are columns, and each row is who
/// answered (--items).
#[derive(Debug, Args)]
pub(crate) struct Agreement {
    #[command(flatten)]
    source: Source,
    /// The columns of the raters.
    #[arg(
        long,
        value_name = "COL,…",
        value_delimiter = ',',
        required_unless_present = "items",
        conflicts_with = "items"
    )]
    raters: Vec<String>,
    /// The columns of the questions.
    #[arg(long, value_name = "COL,…", value_delimiter = ',')]
    items: Vec<String>,
    /// What the distance between two ratings is.
    #[arg(long, value_enum, default_value_t = Metric::Ordinal)]
    metric: Metric,
    /// Also look for careless answers (with --items).
    #[arg(long, requires = "items")]
    careless: bool,
    /// Resamples for the interval of Krippendorff's alpha; 0 for none.
    #[arg(long, value_name = "DRAWS", default_value_t = 1000)]
    bootstrap: u64,
    /// The same seed gives the same draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Confidence of the intervals.
    #[arg(long, default_value = "0.95", value_parser = level)]
    level: Level,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Metric {
    Nominal,
    Ordinal,
    Interval,
}

/// How far ratings or questions agree.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AgreementFindings {
    n: u64,
    coefficients: Vec<CoefficientFinding>,
    /// With --items.
    items: Vec<ItemFinding>,
    /// With --careless.
    careless: Option<CarelessFinding>,
    /// With --raters: every two of them.
    pairs: Vec<PairFinding>,
    /// With two raters: how often each rating of one met each of the other.
    crossed: Option<CrossedFinding>,
}

/// Two raters.
#[derive(Debug, Serialize, JsonSchema)]
struct PairFinding {
    rater: String,
    other: String,
    /// What both rated.
    n: u64,
    /// Share of it that they rated alike, 0 to 1; null when they rated nothing in common.
    agreement: Option<f64>,
}

/// Ratings of two raters against each other.
#[derive(Debug, Serialize, JsonSchema)]
struct CrossedFinding {
    ratings: Vec<f64>,
    /// A row for each rating of the first rater, in it a count for each of the second.
    counts: Vec<Vec<u64>>,
}

fn pairs(answers: &[Vec<Option<f64>>], names: &[String]) -> Vec<PairFinding> {
    let mut pairs = Vec::new();
    for (one, rater) in names.iter().enumerate() {
        for (other, name) in names.iter().enumerate().skip(one + 1) {
            let (mut n, mut alike) = (0u64, 0u64);
            for row in answers {
                if let (Some(Some(one)), Some(Some(other))) = (row.get(one), row.get(other)) {
                    n += 1;
                    alike += u64::from(one == other);
                }
            }
            pairs.push(PairFinding {
                rater: rater.clone(),
                other: name.clone(),
                n,
                agreement: (n > 0).then(|| alike as f64 / n as f64),
            });
        }
    }
    pairs
}

/// More different ratings than a table shows.
const MOST_CROSSED: usize = 20;

fn crossed(answers: &[Vec<Option<f64>>]) -> Option<CrossedFinding> {
    let both: Vec<(f64, f64)> = answers
        .iter()
        .filter_map(|row| match row.as_slice() {
            [Some(one), Some(other)] => Some((*one, *other)),
            _ => None,
        })
        .collect();
    let mut ratings: Vec<f64> = both
        .iter()
        .flat_map(|(one, other)| [*one, *other])
        .collect();
    ratings.sort_by(f64::total_cmp);
    ratings.dedup();
    if ratings.is_empty() || ratings.len() > MOST_CROSSED {
        return None;
    }
    let place = |value: f64| ratings.partition_point(|known| *known < value);
    let mut counts = vec![vec![0; ratings.len()]; ratings.len()];
    for (one, other) in both {
        let row = counts.get_mut(place(one));
        if let Some(count) = row.and_then(|row| row.get_mut(place(other))) {
            *count += 1;
        }
    }
    Some(CrossedFinding { ratings, counts })
}

#[derive(Debug, Serialize, JsonSchema)]
struct CoefficientFinding {
    coefficient: String,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    p_value: Option<f64>,
    n: u64,
    /// Why there is no value.
    note: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ItemFinding {
    item: String,
    mean: f64,
    sd: f64,
    /// Correlation with the sum of all.
    item_total: f64,
    /// Correlation with the sum of the others.
    item_rest: Option<f64>,
    alpha_if_deleted: Option<f64>,
}

/// Respondents whose answers look careless.
#[derive(Debug, Serialize, JsonSchema)]
struct CarelessFinding {
    respondents: u64,
    /// With two signs or more.
    suspicious: u64,
    /// By sign.
    signs: BTreeMap<String, u64>,
    /// Rows of the file with two signs or more, at most a hundred.
    rows: Vec<u64>,
}

fn failed(coefficient: &str, n: u64, error: impl std::fmt::Display) -> CoefficientFinding {
    CoefficientFinding {
        coefficient: coefficient.to_owned(),
        value: None,
        low: None,
        high: None,
        p_value: None,
        n,
        note: Some(error.to_string()),
    }
}

impl Analysis for Agreement {
    const NAME: &'static str = "agreement";
    type Finding = AgreementFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<AgreementFindings>> {
        let of_raters = !self.raters.is_empty();
        let mut reading = self.source.open()?;
        let slots = reading.numbers(if of_raters { &self.raters } else { &self.items })?;
        if slots.len() < 2 {
            bail!(
                "two columns at least are compared; `{}` is one",
                reading.names(&slots).join("`, `")
            );
        }
        let mut answers: Vec<Vec<Option<f64>>> = Vec::new();
        let mut places: Vec<u64> = Vec::new();
        let mut tally = ItemTally::new(slots.len())?;
        let seen = reading.read(meter, |row| {
            let numbers = row.numbers(&slots);
            tally.push(&numbers)?;
            answers.push(numbers);
            places.push(row.place());
            Ok(())
        })?;
        let names = reading.names(&slots);
        let mut result = AgreementFindings {
            n: answers.len() as u64,
            coefficients: Vec::new(),
            items: Vec::new(),
            careless: None,
            pairs: Vec::new(),
            crossed: None,
        };
        let (mut method, mut assumptions, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        if of_raters {
            self.raters(&answers, &tally, meter, &mut result.coefficients)?;
            result.pairs = pairs(&answers, &names);
            result.crossed = crossed(&answers);
            method.push(format!(
                "Krippendorff's alpha, {} distance",
                self.alpha_metric()
            ));
            assumptions.push(
                "raters rated independently of each other; what was rated is a random sample"
                    .to_owned(),
            );
        } else {
            self.items(&tally, &names, &mut result)?;
            method.push(
                "Cronbach's alpha with Feldt's interval; McDonald's omega of one factor".to_owned(),
            );
            assumptions
                .push("questions point the same way (turn reversed ones round first)".to_owned());
            if tally.left_out() > 0 {
                left_out.push(format!(
                    "{} with a missing answer",
                    many(tally.left_out(), "row")
                ));
            }
            if self.careless {
                let screen = CarelessScreen::new(&tally, Vec::new(), CarelessRules::default())?;
                let mut found = CarelessFinding {
                    respondents: 0,
                    suspicious: 0,
                    signs: BTreeMap::new(),
                    rows: Vec::new(),
                };
                for (answers, place) in answers.iter().zip(&places) {
                    if answers.iter().all(Option::is_none) {
                        continue;
                    }
                    found.respondents += 1;
                    let indices = screen.screen(answers)?;
                    for sign in &indices.signs {
                        *found.signs.entry(sign.to_string()).or_default() += 1;
                    }
                    if indices.signs.len() > 1 {
                        found.suspicious += 1;
                        if found.rows.len() < 100 {
                            found.rows.push(*place);
                        }
                    }
                }
                method.push("careless answers: long strings, Mahalanobis distance, variability, person–total correlation".to_owned());
                result.careless = Some(found);
            }
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            result,
            method,
            assumptions,
            left_out,
        })
    }
}

impl Agreement {
    const fn alpha_metric(&self) -> AlphaMetric {
        match self.metric {
            Metric::Nominal => AlphaMetric::Nominal,
            Metric::Ordinal => AlphaMetric::Ordinal,
            Metric::Interval => AlphaMetric::Interval,
        }
    }

    fn raters(
        &self,
        answers: &[Vec<Option<f64>>],
        tally: &ItemTally,
        meter: &Meter,
        found: &mut Vec<CoefficientFinding>,
    ) -> anyhow::Result<()> {
        let mut units = UnitTally::default();
        let mut values: Vec<f64> = Vec::new();
        for row in answers {
            units.push(row)?;
            for value in row.iter().flatten() {
                if let Err(at) = values.binary_search_by(|known| known.total_cmp(value)) {
                    values.insert(at, *value);
                }
            }
        }
        let metric = self.alpha_metric();
        let alpha = units.alpha(metric)?;
        let (mut low, mut high) = (None, None);
        if self.bootstrap > 0 {
            let tick = meter.on("resampling");
            let interval = units.interval(
                metric,
                self.level,
                self.bootstrap,
                self.seed,
                &Progress::new(&tick),
            )?;
            (low, high) = (Some(interval.low), Some(interval.high));
        }
        found.push(CoefficientFinding {
            coefficient: "Krippendorff's alpha".to_owned(),
            value: Some(alpha.value),
            low,
            high,
            p_value: None,
            n: alpha.units,
            note: None,
        });
        // Ratings on hundreds of values are measurements, not categories.
        if values.len() > 50 {
            return self.icc(tally, found);
        }
        let place = |value: f64| values.partition_point(|known| known.total_cmp(&value).is_lt());
        let complete = answers.iter().filter_map(|row| {
            row.iter()
                .map(|value| value.map(place))
                .collect::<Option<Vec<usize>>>()
        });
        if tally.items() == 2 {
            let mut pairs = KappaTally::new(values.len())?;
            for row in complete {
                if let [first, second] = row.as_slice() {
                    pairs.push(*first, *second)?;
                }
            }
            for (name, weights) in [
                ("Cohen's kappa", KappaWeights::Unweighted),
                ("kappa, linear weights", KappaWeights::Linear),
                ("kappa, quadratic weights", KappaWeights::Quadratic),
            ] {
                found.push(match pairs.kappa(&weights, self.level) {
                    Ok(kappa) => CoefficientFinding {
                        coefficient: name.to_owned(),
                        value: Some(kappa.value),
                        low: Some(kappa.low),
                        high: Some(kappa.high),
                        p_value: Some(kappa.p_value),
                        n: kappa.n,
                        note: None,
                    },
                    Err(error) => failed(name, pairs.n(), error),
                });
            }
        } else {
            let mut fleiss = FleissTally::new(tally.items() as u64, values.len())?;
            for row in complete {
                let mut counts = vec![0; values.len()];
                for value in row {
                    if let Some(count) = counts.get_mut(value) {
                        *count += 1;
                    }
                }
                fleiss.push(&counts)?;
            }
            found.push(match fleiss.kappa(self.level) {
                Ok(kappa) => CoefficientFinding {
                    coefficient: "Fleiss' kappa".to_owned(),
                    value: Some(kappa.value),
                    low: Some(kappa.low),
                    high: Some(kappa.high),
                    p_value: Some(kappa.p_value),
                    n: kappa.n,
                    note: None,
                },
                Err(error) => failed("Fleiss' kappa", fleiss.n(), error),
            });
        }
        self.icc(tally, found)
    }

    fn icc(&self, tally: &ItemTally, found: &mut Vec<CoefficientFinding>) -> anyhow::Result<()> {
        match tally.icc(self.level) {
            Ok(table) => found.extend(table.forms.iter().map(|icc| CoefficientFinding {
                coefficient: icc.form.to_string(),
                value: Some(icc.value),
                low: Some(icc.low),
                high: Some(icc.high),
                p_value: Some(icc.p_value),
                n: table.n,
                note: None,
            })),
            Err(error) => found.push(failed("ICC", tally.n(), error)),
        }
        Ok(())
    }

    fn items(
        &self,
        tally: &ItemTally,
        names: &[String],
        result: &mut AgreementFindings,
    ) -> anyhow::Result<()> {
        let alpha = tally.cronbach_alpha(self.level)?;
        for (name, coefficient) in [
            ("Cronbach's alpha (raw)", alpha.raw),
            ("Cronbach's alpha (standardised)", alpha.standardized),
        ] {
            result.coefficients.push(CoefficientFinding {
                coefficient: name.to_owned(),
                value: Some(coefficient.value),
                low: Some(coefficient.low),
                high: Some(coefficient.high),
                p_value: None,
                n: alpha.n,
                note: None,
            });
        }
        result.coefficients.push(match tally.omega() {
            Ok(omega) => CoefficientFinding {
                coefficient: "McDonald's omega".to_owned(),
                value: Some(omega.value),
                low: None,
                high: None,
                p_value: None,
                n: omega.n,
                note: None,
            },
            Err(error) => failed("McDonald's omega", alpha.n, error),
        });
        let analysis = tally.item_analysis()?;
        result.items = analysis
            .rows
            .iter()
            .map(|row| ItemFinding {
                item: names.get(row.item).cloned().unwrap_or_default(),
                mean: row.mean,
                sd: row.sd,
                item_total: row.item_total,
                item_rest: row.item_rest,
                alpha_if_deleted: row.alpha_if_deleted,
            })
            .collect();
        Ok(())
    }
}

impl Finding for AgreementFindings {
    fn grids(&self) -> Vec<Grid> {
        let mut coefficients = Grid::new(
            "Agreement",
            ["coefficient", "value", "low", "high", "p", "n", "note"],
        );
        for row in &self.coefficients {
            coefficients.row([
                row.coefficient.as_str().into(),
                num(row.value, 4),
                num(row.low, 4),
                num(row.high, 4),
                row.p_value.map_or(Cell::Nothing, Cell::P),
                row.n.into(),
                row.note.clone().into(),
            ]);
        }
        let mut grids = vec![coefficients.without_empty()];
        if !self.pairs.is_empty() {
            let mut grid = Grid::new(
                "Every two raters",
                ["rater", "other", "both rated", "alike %"],
            );
            for pair in &self.pairs {
                grid.row([
                    pair.rater.as_str().into(),
                    pair.other.as_str().into(),
                    pair.n.into(),
                    num(pair.agreement.map(|share| share * 100.0), 1),
                ]);
            }
            grids.push(grid);
        }
        if !self.items.is_empty() {
            let mut grid = Grid::new(
                "Questions",
                [
                    "question",
                    "mean",
                    "sd",
                    "with the sum",
                    "with the others",
                    "alpha without it",
                ],
            );
            for item in &self.items {
                grid.row([
                    item.item.as_str().into(),
                    num(item.mean, 2),
                    num(item.sd, 2),
                    num(item.item_total, 3),
                    num(item.item_rest, 3),
                    num(item.alpha_if_deleted, 3),
                ]);
            }
            grids.push(grid.without_empty());
        }
        if let Some(careless) = &self.careless {
            let mut grid = Grid::new("Signs of careless answers", ["sign", "respondents"]);
            for (sign, count) in &careless.signs {
                grid.row([sign.as_str().into(), (*count).into()]);
            }
            grid.row(["two signs or more".into(), careless.suspicious.into()]);
            grids.push(grid);
        }
        grids
    }

    fn picture(&self) -> Option<String> {
        if let (Some(crossed), Some(pair)) = (&self.crossed, self.pairs.first()) {
            return Some(crossed.picture(pair));
        }
        if !self.pairs.is_empty() {
            return Some(self.picture_of_pairs());
        }
        let bars = self.items.iter().filter_map(|item| {
            Some(picture::Bar {
                label: item.item.clone(),
                value: item.item_rest?,
                low: None,
                high: None,
            })
        });
        let bars: Vec<picture::Bar> = bars.collect();
        (!bars.is_empty()).then(|| {
            picture::bars(
                "Each question with the sum of the others: correlation",
                "A question that does not go with the others measures something else, or points the other way.",
                &bars,
                3,
            )
        })
    }

    fn n(&self) -> String {
        many(self.n, "row")
    }
}

impl CrossedFinding {
    fn picture(&self, pair: &PairFinding) -> String {
        let names: Vec<String> = self.ratings.iter().map(f64::to_string).collect();
        let most = self
            .counts
            .iter()
            .flatten()
            .max()
            .copied()
            .unwrap_or(0)
            .max(1);
        let rows = names.iter().zip(&self.counts).enumerate();
        let rows: Vec<_> = rows
            .map(|(row, (name, counts))| {
                let cells = counts.iter().enumerate().map(|(column, count)| {
                    // Where both say the same in one colour, where they differ in another.
                    let sign = if row == column { 1.0 } else { -1.0 };
                    Some(picture::Shade {
                        depth: sign * *count as f64 / most as f64,
                        words: count.to_string(),
                    })
                });
                (format!("{} {name}", pair.rater), cells.collect())
            })
            .collect();
        let columns: Vec<String> = names
            .iter()
            .map(|name| format!("{} {name}", pair.other))
            .collect();
        picture::matrix(
            &format!("{} against {}", pair.rater, pair.other),
            "How often each rating of one met each rating of the other.",
            &columns,
            &rows,
        )
    }
}

impl AgreementFindings {
    fn picture_of_pairs(&self) -> String {
        let mut names: Vec<&String> = Vec::new();
        for pair in &self.pairs {
            for name in [&pair.rater, &pair.other] {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let rows: Vec<_> = names
            .iter()
            .map(|row| {
                let cells = names.iter().map(|column| {
                    let met = |pair: &&PairFinding| {
                        let named = [&pair.rater, &pair.other];
                        row != column && named.contains(row) && named.contains(column)
                    };
                    let share = self.pairs.iter().find(met)?.agreement?;
                    Some(picture::Shade {
                        depth: share,
                        words: format!("{:.0} %", share * 100.0),
                    })
                });
                ((*row).clone(), cells.collect())
            })
            .collect();
        let columns: Vec<String> = names.iter().map(|name| (*name).clone()).collect();
        picture::matrix(
            "How often two raters rated alike",
            "A row and a column for each rater.",
            &columns,
            &rows,
        )
    }
}
