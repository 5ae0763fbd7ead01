//! The problems of `bench/peers`, solved by radost-stats: the data is read first, and the clock runs from there to the result.
//!
//! A data file is a matrix of doubles, little-endian, one column after the other, NaN where an answer is missing; `bench/peers/peers.py`
//! writes it, hands the same numbers to the peer, and compares the answers.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use radost_stats::agreement::{AlphaMetric, UnitTally};
use radost_stats::drivers::{
    BlockTally, Bootstrap, BootstrapInterval, DriverMeasure, DriverModel, DriverRows, Gram,
    Importance, ImportanceBootstrap, Missing, Weights,
};
use radost_stats::groups::{Column, Distance, KMedoids, Profiles};
use radost_stats::pls::{
    MissingAnswers, PlsBootstrapSettings, PlsRows, PlsScheme, PlsSettings, ecsi,
};
use radost_stats::retention::{
    Band, BgNbd, Dropout, Fit, GammaGamma, History, HistoryTally, Spend, SpendTally, SurvivalTally,
};
use radost_stats::{Level, Progress};
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub struct Options {
    /// What to solve.
    #[arg(long)]
    problem: Problem,
    /// The matrix.
    #[arg(long)]
    data: PathBuf,
    /// How many columns it has.
    #[arg(long)]
    columns: usize,
    /// Bootstrap draws, or groups of k-medoids.
    #[arg(long, default_value_t = 1_000)]
    count: usize,
    /// How many times; the fastest counts.
    #[arg(long, default_value_t = 3)]
    repeat: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Problem {
    /// Frequency, recency and age of each customer → BG/NBD, from those columns.
    BgNbd,
    /// The same, the histories folded beforehand.
    BgNbdFit,
    /// Frequency and mean value of each customer → Gamma–Gamma, from those columns.
    GammaGamma,
    /// The same, the spends folded beforehand.
    GammaGammaFit,
    /// Time and event of each row → Kaplan–Meier with its bands.
    KaplanMeier,
    /// Raters by units → Krippendorff's ordinal alpha.
    Krippendorff,
    /// Profiles → medoids at Euclidean distances, from the profiles.
    KMedoids,
    /// The 24 indicators of the ECSI model → path coefficients with bootstrap intervals.
    Pls,
    /// Outcome and drivers → regression with its diagnostics, from the rows.
    Ols,
    /// Outcome and drivers → exact LMG, from the rows.
    Lmg,
    /// The same → LMG with intervals from resampled rows.
    LmgBootstrap,
    /// The same → LMG with intervals from 1,000 resampled blocks of rows.
    LmgBlocks,
}

/// Prints a JSON object: the seconds of each run and the answers of the last.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let columns = read(&options.data, options.columns)?;
    let runs = match options.problem {
        Problem::BgNbd => bg_nbd(options, &columns),
        Problem::BgNbdFit => {
            let tally = HistoryTally::from_histories(&histories(&columns)?);
            timed(options, || Ok(buy_until_gone(&tally)?), purchases)
        }
        Problem::GammaGamma => gamma_gamma(options, &columns),
        Problem::GammaGammaFit => {
            let tally = SpendTally::from_spends(&spends(&columns)?)?;
            timed(options, || Ok(spending(&tally)?), worth)
        }
        Problem::KaplanMeier => kaplan_meier(options, &columns),
        Problem::Krippendorff => krippendorff(options, &columns),
        Problem::KMedoids => k_medoids(options, &columns),
        Problem::Pls => pls(options, &columns),
        Problem::Ols => ols(options, &columns),
        Problem::Lmg => {
            let names = names(columns.len());
            let solve =
                || Ok(model(&names, &columns)?.importance(DriverMeasure::Lmg, &Progress::none())?);
            timed(options, solve, shares)
        }
        Problem::LmgBootstrap => lmg_bootstrap(options, &columns),
        Problem::LmgBlocks => lmg_blocks(options, &columns),
    }?;
    println!("{runs}");
    Ok(())
}

/// Runs `solve` as often as asked; freeing what it made is not part of the time.
fn timed<T>(
    options: &Options,
    mut solve: impl FnMut() -> anyhow::Result<T>,
    answers: impl FnOnce(&T) -> Value,
) -> anyhow::Result<Value> {
    let mut seconds = Vec::new();
    let mut last = None;
    for _ in 0..options.repeat.max(1) {
        let begin = Instant::now();
        let solved = solve()?;
        seconds.push(begin.elapsed().as_secs_f64());
        last = Some(solved);
    }
    let last = last.context("nothing was solved")?;
    Ok(json!({"seconds": seconds, "answers": answers(&last)}))
}

fn read(file: &Path, columns: usize) -> anyhow::Result<Vec<Vec<f64>>> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let rows = bytes.len() / 8 / columns.max(1);
    ensure!(
        rows > 0 && rows * columns * 8 == bytes.len(),
        "{}: {} bytes are no matrix of {columns} columns",
        file.display(),
        bytes.len()
    );
    let (numbers, _) = bytes.as_chunks::<8>();
    Ok(numbers
        .chunks(rows)
        .map(|column| column.iter().map(|x| f64::from_le_bytes(*x)).collect())
        .collect())
}

/// The columns of a problem that has so many of them.
fn these<const N: usize>(columns: &[Vec<f64>]) -> anyhow::Result<[&[f64]; N]> {
    let all: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    <[&[f64]; N]>::try_from(all)
        .map_err(|all| anyhow::anyhow!("{} columns, where {N} are needed", all.len()))
}

fn histories(columns: &[Vec<f64>]) -> anyhow::Result<Vec<History>> {
    let [frequency, recency, age] = these(columns)?;
    let history = |((x, t), age): ((&f64, &f64), &f64)| History::new(*x as u64, *t, *age);
    let rows = frequency.iter().zip(recency).zip(age);
    Ok(rows.map(history).collect::<Result<_, _>>()?)
}

fn buy_until_gone(tally: &HistoryTally) -> Result<Fit<BgNbd>, radost_stats::retention::ModelError> {
    BgNbd::fit(tally, Dropout::AfterRepeats, Level::P95, Progress::none())
}

fn bg_nbd(options: &Options, columns: &[Vec<f64>]) -> anyhow::Result<Value> {
    let solve = || {
        let tally = HistoryTally::from_histories(&histories(columns)?);
        Ok(buy_until_gone(&tally)?)
    };
    timed(options, solve, purchases)
}

fn purchases(fit: &Fit<BgNbd>) -> Value {
    json!({
        "parameters": [fit.model.r(), fit.model.alpha(), fit.model.a(), fit.model.b()],
        "log_likelihood": fit.log_likelihood, "distinct": fit.distinct,
    })
}

fn spends(columns: &[Vec<f64>]) -> anyhow::Result<Vec<Spend>> {
    let [frequency, mean_value] = these(columns)?;
    let spend = |(x, m): (&f64, &f64)| Spend {
        frequency: *x as u64,
        mean_value: *m,
    };
    Ok(frequency.iter().zip(mean_value).map(spend).collect())
}

fn spending(tally: &SpendTally) -> Result<Fit<GammaGamma>, radost_stats::retention::ModelError> {
    GammaGamma::fit(tally, Level::P95, Progress::none())
}

fn gamma_gamma(options: &Options, columns: &[Vec<f64>]) -> anyhow::Result<Value> {
    let solve = || Ok(spending(&SpendTally::from_spends(&spends(columns)?)?)?);
    timed(options, solve, worth)
}

fn worth(fit: &Fit<GammaGamma>) -> Value {
    json!({
        "parameters": [fit.model.p(), fit.model.q(), fit.model.gamma()],
        "log_likelihood": fit.log_likelihood, "distinct": fit.distinct,
    })
}

fn kaplan_meier(options: &Options, columns: &[Vec<f64>]) -> anyhow::Result<Value> {
    let [times, events] = these(columns)?;
    let events: Vec<bool> = events.iter().map(|event| *event != 0.0).collect();
    let solve = || {
        let tally = SurvivalTally::from_rows(times, &events)?;
        Ok(tally.kaplan_meier(Level::P95, Band::LogLog)?)
    };
    timed(options, solve, |curve| {
        let at = [100.0, 250.0, 500.0, 900.0];
        let of = |time: f64| {
            let before = curve.points.iter().take_while(|point| point.time <= time);
            before
                .last()
                .map(|point| [Some(point.survival), point.low, point.high])
        };
        json!({"times": at, "survival": at.map(of), "median": curve.median().value})
    })
}

fn krippendorff(options: &Options, columns: &[Vec<f64>]) -> anyhow::Result<Value> {
    let units = columns.first().map_or(0, Vec::len);
    let solve = || {
        let mut tally = UnitTally::default();
        let mut unit = vec![None; columns.len()];
        for row in 0..units {
            for (rating, column) in unit.iter_mut().zip(columns) {
                *rating = (!column[row].is_nan()).then_some(column[row]);
            }
            tally.push(&unit)?;
        }
        Ok(tally.alpha(AlphaMetric::Ordinal)?)
    };
    timed(
        options,
        solve,
        |alpha| json!({"alpha": alpha.value, "ratings": alpha.ratings}),
    )
}

fn k_medoids(options: &Options, columns: &[Vec<f64>]) -> anyhow::Result<Value> {
    let numeric = |column: &Vec<f64>| Column::Numeric(column.iter().copied().map(Some).collect());
    let columns: Vec<Column> = columns.iter().map(numeric).collect();
    let solve = || {
        let profiles = Profiles::new(&columns, None, Distance::Euclidean)?;
        Ok(KMedoids::new(options.count, 1).fit(&profiles, &Progress::none())?)
    };
    timed(
        options,
        solve,
        |fit| json!({"loss": fit.loss, "method": fit.method.to_string()}),
    )
}

fn pls(options: &Options, columns: &[Vec<f64>]) -> anyhow::Result<Value> {
    let model = ecsi();
    let mut rows = PlsRows::new(model.indicators(), MissingAnswers::Listwise)?;
    for row in 0..columns.first().map_or(0, Vec::len) {
        let answers: Vec<Option<f64>> = columns.iter().map(|column| Some(column[row])).collect();
        rows.push(&answers)?;
    }
    let settings = PlsSettings {
        scheme: PlsScheme::Centroid,
        ..PlsSettings::default()
    };
    let bootstrap = PlsBootstrapSettings::new(options.count, 1);
    let solve = || Ok(model.bootstrap(&rows, &settings, &bootstrap, Progress::none())?);
    timed(options, solve, |found| {
        let paths = found.paths.iter().map(|path| {
            let estimate = path.coefficient;
            json!([path.from, path.to, estimate.value, estimate.standard_error])
        });
        json!({"paths": paths.collect::<Vec<_>>(), "draws": found.draws})
    })
}

/// The outcome `y`, then the drivers.
fn names(columns: usize) -> Vec<String> {
    let drivers = (1..columns).map(|driver| format!("x{driver}"));
    std::iter::once("y".to_owned()).chain(drivers).collect()
}

fn model(names: &[String], columns: &[Vec<f64>]) -> anyhow::Result<DriverModel> {
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let mut gram = Gram::new(names)?;
    gram.push_columns(&slices, None)?;
    Ok(gram
        .moments(Weights::Sampling)?
        .model("y", names.get(1..).unwrap_or_default())?)
}

fn ols(options: &Options, columns: &[Vec<f64>]) -> anyhow::Result<Value> {
    let names = names(columns.len());
    timed(
        options,
        || Ok(model(&names, columns)?.ols(Level::P95)),
        |ols| {
            let slopes = ols.coefficients.iter().map(|one| one.slope);
            let errors: Vec<f64> = slopes.clone().map(|slope| slope.standard_error).collect();
            let slopes: Vec<f64> = slopes.map(|slope| slope.value).collect();
            json!({"slopes": slopes, "standard_errors": errors, "r_squared": ols.r_squared})
        },
    )
}

fn shares(found: &Importance) -> Value {
    let values: Vec<f64> = found.drivers.iter().map(|driver| driver.value).collect();
    json!({"lmg": values, "r_squared": found.r_squared})
}

fn intervals(found: &ImportanceBootstrap) -> Value {
    let value = |row: &radost_stats::drivers::ImportanceInterval| (row.value, row.standard_error);
    let (values, errors): (Vec<f64>, Vec<f64>) = found.rows.iter().map(value).unzip();
    json!({"lmg": values, "standard_errors": errors})
}

fn draws(options: &Options) -> Bootstrap {
    Bootstrap {
        draws: options.count as u64,
        seed: 1,
        level: Level::P95,
        interval: BootstrapInterval::Percentile,
        missing: Missing::Listwise,
        weights: Weights::Sampling,
    }
}

fn row(columns: &[Vec<f64>], index: usize) -> Vec<Option<f64>> {
    columns.iter().map(|column| Some(column[index])).collect()
}

fn lmg_bootstrap(options: &Options, columns: &[Vec<f64>]) -> anyhow::Result<Value> {
    let (names, settings) = (names(columns.len()), draws(options));
    let mut rows = DriverRows::new(&names)?;
    for index in 0..columns.first().map_or(0, Vec::len) {
        rows.push(&row(columns, index), 1.0)?;
    }
    let drivers = names.get(1..).unwrap_or_default();
    let solve = || {
        Ok(rows.bootstrap(
            "y",
            drivers,
            &[DriverMeasure::Lmg],
            &settings,
            &Progress::none(),
        )?)
    };
    timed(options, solve, intervals)
}

fn lmg_blocks(options: &Options, columns: &[Vec<f64>]) -> anyhow::Result<Value> {
    let (names, settings) = (names(columns.len()), draws(options));
    let mut blocks = BlockTally::new(&names, 1_000, 1)?;
    for index in 0..columns.first().map_or(0, Vec::len) {
        blocks.push(index as u64, &row(columns, index), 1.0)?;
    }
    let drivers = names.get(1..).unwrap_or_default();
    let solve = || {
        Ok(blocks.bootstrap(
            "y",
            drivers,
            &[DriverMeasure::Lmg],
            &settings,
            &Progress::none(),
        )?)
    };
    timed(options, solve, intervals)
}
