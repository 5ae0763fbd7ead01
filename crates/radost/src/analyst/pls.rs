//! A structural satisfaction index by PLS path modelling.

use std::collections::HashMap;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use radost_stats::pls::{
    BootstrapEstimate, MissingAnswers, PlsBootstrapSettings, PlsFit, PlsIndex, PlsModel, PlsRows,
    PlsScheme, PlsSettings, acsi, ecsi,
};
use radost_stats::{Level, Progress, Scale};
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Answer, Finding, Grid, Shown, grouped, many, num};
use super::meter::Meter;
use super::path_model::PathModel;
use super::source::{Source, level, scale};
use super::{Analysis, picture};

/// A structural satisfaction index by PLS path modelling.
#[derive(Debug, Args)]
pub(crate) struct Pls {
    #[command(flatten)]
    source: Source,
    /// ecsi, acsi, or a file that describes a model (see docs/ANALYST.md).
    #[arg(long, value_name = "ecsi|acsi|FILE.toml", default_value = "ecsi")]
    model: String,
    /// The inner weighting scheme.
    #[arg(long, value_enum, default_value_t = Scheme::Centroid)]
    scheme: Scheme,
    /// The scale of all answers, for indices from 0 to 100; 1-10 for ecsi and acsi, as the file says for others.
    #[arg(long, value_name = "LOW-HIGH", value_parser = scale)]
    scale: Option<Scale>,
    /// What becomes of missing answers.
    #[arg(long, value_enum, default_value_t = MissingRows::Listwise)]
    missing: MissingRows,
    /// The latent variable of the importance–performance map; Satisfaction where there is one, else the last.
    #[arg(long, value_name = "LATENT")]
    target: Option<String>,
    /// Resamples for standard errors and intervals; 0 for none.
    #[arg(long, value_name = "DRAWS", default_value_t = 0)]
    bootstrap: usize,
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
enum Scheme {
    Centroid,
    Factorial,
    Path,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MissingRows {
    /// Rows with any missing answer are left out.
    Listwise,
    /// Missing answers are replaced by the mean of their column.
    Mean,
}

/// A structural index.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PathFindings {
    /// ecsi, acsi or the file.
    model: String,
    scheme: String,
    n: u64,
    iterations: u32,
    /// Goodness of fit: √(mean communality · mean R²).
    goodness_of_fit: Option<f64>,
    /// In the order of the model.
    latents: Vec<LatentFinding>,
    /// In the order of the model.
    paths: Vec<PathFinding>,
    indicators: Vec<IndicatorFinding>,
    /// Direct and indirect effects together.
    total_effects: Vec<EffectFinding>,
    heterotrait_monotrait: Vec<PairFinding>,
    /// The latent variable of the importance–performance map.
    target: Option<String>,
    /// What moves the target, and how well it is doing.
    importance_performance: Vec<MapRow>,
    /// Resamples that gave no estimate.
    inadmissible_draws: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LatentFinding {
    latent: String,
    mode: String,
    /// From 0 to 100; null without a scale.
    index: Option<Bounds>,
    r_squared: Option<f64>,
    /// Average variance extracted.
    ave: Option<f64>,
    rho_a: Option<f64>,
    rho_c: Option<f64>,
    /// Cronbach's alpha of the answers as they are.
    alpha_raw: Option<f64>,
    /// Cronbach's alpha of the standardised answers.
    alpha_standardized: Option<f64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Bounds {
    value: f64,
    low: f64,
    high: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PathFinding {
    from: String,
    to: String,
    coefficient: f64,
    /// From the resamples.
    standard_error: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct IndicatorFinding {
    latent: String,
    indicator: String,
    mean: f64,
    weight: f64,
    loading: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct EffectFinding {
    from: String,
    to: String,
    direct: f64,
    indirect: f64,
    total: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PairFinding {
    first: String,
    second: String,
    ratio: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct MapRow {
    latent: String,
    /// Points of the target for a point of this.
    importance: f64,
    /// Its index from 0 to 100.
    performance: f64,
}

impl Analysis for Pls {
    const NAME: &'static str = "pls";
    type Finding = PathFindings;

    fn shown(&self) -> &Shown {
        &self.shown
    }

    fn run(&self, meter: &Meter) -> anyhow::Result<Answer<PathFindings>> {
        let mut reading = self.source.open()?;
        let mut slots = Vec::new();
        let mut find = |names: &[String]| -> anyhow::Result<Vec<String>> {
            let found = reading.numbers(names)?;
            slots.extend(found.iter().copied());
            Ok(reading.names(&found))
        };
        let ready =
            |model: PlsModel, find: &mut dyn FnMut(&[String]) -> anyhow::Result<Vec<String>>| {
                let indicators: Vec<String> = model.indicators().map(str::to_owned).collect();
                find(&indicators)?;
                Ok::<_, anyhow::Error>((model, Scale::new(1.0, 10.0).ok()))
            };
        let (model, said) = match self.model.as_str() {
            "ecsi" => ready(ecsi(), &mut find)?,
            "acsi" => ready(acsi(), &mut find)?,
            file => {
                let text = std::fs::read_to_string(file).with_context(|| {
                    format!("--model {file}: neither ecsi nor acsi, nor a file that can be read")
                })?;
                let written = PathModel::parse(&text).with_context(|| file.to_owned())?;
                let model = written.build(&mut find).with_context(|| file.to_owned())?;
                (model, written.scale)
            }
        };
        let missing = match self.missing {
            MissingRows::Listwise => MissingAnswers::Listwise,
            MissingRows::Mean => MissingAnswers::MeanReplacement,
        };
        let columns = reading.names(&slots);
        let mut rows = PlsRows::new(columns, missing)?;
        let seen = reading.read(meter, |row| Ok(rows.push(&row.numbers(&slots))?))?;
        let settings = PlsSettings {
            scheme: match self.scheme {
                Scheme::Centroid => PlsScheme::Centroid,
                Scheme::Factorial => PlsScheme::Factorial,
                Scheme::Path => PlsScheme::Path,
            },
            ..PlsSettings::default()
        };
        let fit = model.fit(&rows.tally()?, &settings)?;
        let scales: Vec<Scale> = self.scale.or(said).into_iter().collect();
        let indices = if scales.is_empty() {
            Vec::new()
        } else {
            fit.indices(&scales, self.level)?
        };
        let mut finding = self.finding(&fit, &indices);
        if !scales.is_empty() {
            let names: Vec<&str> = model.latents().iter().map(|latent| latent.name()).collect();
            let target = match &self.target {
                Some(target) => Some(target.as_str()),
                None => names
                    .iter()
                    .find(|name| **name == "Satisfaction")
                    .or(names.last())
                    .copied(),
            };
            if let Some(target) = target {
                let map = fit.importance_performance(target, &scales, self.level)?;
                finding.target = Some(target.to_owned());
                finding.importance_performance = map
                    .rows
                    .into_iter()
                    .map(|row| MapRow {
                        latent: row.latent,
                        importance: row.importance,
                        performance: row.performance.value,
                    })
                    .collect();
            }
        } else if self.target.is_some() {
            bail!("--target needs a scale: --scale 1-10");
        }
        let mut method = vec![format!(
            "PLS path modelling, {} scheme, standardised answers, {} iterations",
            settings.scheme, fit.iterations
        )];
        if self.bootstrap > 0 {
            let mut bootstrap = PlsBootstrapSettings::new(self.bootstrap, self.seed);
            bootstrap.level = self.level;
            bootstrap.scales.clone_from(&scales);
            let tick = meter.on("resampling");
            let found = model.bootstrap(&rows, &settings, &bootstrap, Progress::new(&tick))?;
            finding.inadmissible_draws = found.inadmissible;
            let paths: HashMap<(&str, &str), &BootstrapEstimate> = found
                .paths
                .iter()
                .map(|path| ((path.from.as_str(), path.to.as_str()), &path.coefficient))
                .collect();
            for path in &mut finding.paths {
                if let Some(estimate) = paths.get(&(path.from.as_str(), path.to.as_str())) {
                    path.standard_error = Some(estimate.standard_error);
                    path.low = Some(estimate.low);
                    path.high = Some(estimate.high);
                }
            }
            method.push(format!(
                "{} bootstrap, {} draws, seed {}",
                found.method,
                grouped(found.draws as u64),
                self.seed
            ));
        }
        if !scales.is_empty() {
            method.push("index: outer weights per unit of the scale, 0 to 100".to_owned());
        }
        let mut left_out = Vec::new();
        if fit.left_out > 0 {
            left_out.push(format!(
                "{} with a missing answer",
                many(fit.left_out, "row")
            ));
        }
        let replaced: u64 = fit
            .latents
            .iter()
            .flat_map(|latent| &latent.indicators)
            .map(|i| i.replaced)
            .sum();
        if replaced > 0 {
            left_out.push(format!(
                "{} missing answers, replaced by means",
                grouped(replaced)
            ));
        }
        if finding.inadmissible_draws > 0 {
            left_out.push(format!(
                "{} draws without an estimate",
                finding.inadmissible_draws
            ));
        }
        Ok(Answer {
            command: Self::NAME,
            input: Some(seen),
            result: finding,
            method,
            assumptions: vec![
                "the paths run as the model draws them; the data do not prove their direction"
                    .to_owned(),
                "answers are treated as numbers at equal distances".to_owned(),
            ],
            left_out,
        })
    }
}

impl Pls {
    fn finding(&self, fit: &PlsFit, indices: &[PlsIndex]) -> PathFindings {
        PathFindings {
            model: self.model.clone(),
            scheme: fit.scheme.to_string(),
            n: fit.n,
            iterations: fit.iterations,
            goodness_of_fit: fit.goodness_of_fit.as_ref().map(|fit| fit.value),
            latents: fit
                .latents
                .iter()
                .map(|latent| LatentFinding {
                    latent: latent.name.clone(),
                    mode: format!("{:?}", latent.mode),
                    index: indices
                        .iter()
                        .find(|index| index.latent == latent.name)
                        .map(|index| Bounds {
                            value: index.value,
                            low: index.low,
                            high: index.high,
                        }),
                    r_squared: latent.r_squared,
                    ave: latent.average_variance_extracted,
                    rho_a: latent.rho_a,
                    rho_c: latent.rho_c,
                    alpha_raw: latent.alpha_raw,
                    alpha_standardized: latent.alpha_standardized,
                })
                .collect(),
            paths: fit
                .paths
                .iter()
                .map(|path| PathFinding {
                    from: path.from.clone(),
                    to: path.to.clone(),
                    coefficient: path.coefficient,
                    standard_error: None,
                    low: None,
                    high: None,
                })
                .collect(),
            indicators: fit
                .latents
                .iter()
                .flat_map(|latent| {
                    latent.indicators.iter().map(|indicator| IndicatorFinding {
                        latent: latent.name.clone(),
                        indicator: indicator.name.clone(),
                        mean: indicator.mean,
                        weight: indicator.weight,
                        loading: indicator.loading,
                    })
                })
                .collect(),
            total_effects: fit
                .effects
                .iter()
                .map(|effect| EffectFinding {
                    from: effect.from.clone(),
                    to: effect.to.clone(),
                    direct: effect.direct,
                    indirect: effect.indirect,
                    total: effect.total,
                })
                .collect(),
            heterotrait_monotrait: fit
                .heterotrait_monotrait
                .iter()
                .map(|pair| PairFinding {
                    first: pair.first.clone(),
                    second: pair.second.clone(),
                    ratio: pair.ratio,
                })
                .collect(),
            target: None,
            importance_performance: Vec::new(),
            inadmissible_draws: 0,
        }
    }
}

impl Finding for PathFindings {
    fn grids(&self) -> Vec<Grid> {
        let mut latents = Grid::new(
            "Indices and quality of measurement",
            [
                "latent",
                "mode",
                "index",
                "low",
                "high",
                "R²",
                "AVE",
                "ρA",
                "ρC",
                "alpha (raw)",
                "alpha (standardised)",
            ],
        );
        for latent in &self.latents {
            latents.row([
                latent.latent.as_str().into(),
                latent.mode.as_str().into(),
                num(latent.index.as_ref().map(|index| index.value), 1),
                num(latent.index.as_ref().map(|index| index.low), 1),
                num(latent.index.as_ref().map(|index| index.high), 1),
                num(latent.r_squared, 4),
                num(latent.ave, 3),
                num(latent.rho_a, 3),
                num(latent.rho_c, 3),
                num(latent.alpha_raw, 3),
                num(latent.alpha_standardized, 3),
            ]);
        }
        let mut paths = Grid::new("Paths", ["from", "to", "coefficient", "se", "low", "high"]);
        for path in &self.paths {
            paths.row([
                path.from.as_str().into(),
                path.to.as_str().into(),
                num(path.coefficient, 4),
                num(path.standard_error, 4),
                num(path.low, 4),
                num(path.high, 4),
            ]);
        }
        let mut indicators = Grid::new(
            "Indicators",
            ["latent", "indicator", "mean", "weight", "loading"],
        );
        for indicator in &self.indicators {
            indicators.row([
                indicator.latent.as_str().into(),
                indicator.indicator.as_str().into(),
                num(indicator.mean, 2),
                num(indicator.weight, 4),
                num(indicator.loading, 4),
            ]);
        }
        let mut grids = vec![latents.without_empty(), paths.without_empty(), indicators];
        if let Some(target) = &self.target {
            let mut map = Grid::new(
                format!("What moves {target}, and how well it is doing"),
                ["latent", "importance", "performance"],
            );
            for row in &self.importance_performance {
                map.row([
                    row.latent.as_str().into(),
                    num(row.importance, 3),
                    num(row.performance, 1),
                ]);
            }
            grids.push(map);
        }
        let mut fit = Grid::new("Fit", ["goodness of fit", "iterations"]);
        fit.row([
            num(self.goodness_of_fit, 4),
            u64::from(self.iterations).into(),
        ]);
        grids.push(fit.without_empty());
        grids
    }

    fn picture(&self) -> Option<String> {
        let target = self.target.as_ref()?;
        let count = self.importance_performance.len().max(1) as f64;
        let mean = |of: fn(&MapRow) -> f64| {
            self.importance_performance.iter().map(of).sum::<f64>() / count
        };
        let title = format!("What moves {target}, and how well it is doing");
        Some(picture::map(&picture::Map {
            title: &title,
            description: "Importance to the right, performance upwards; the lines are the means.",
            x: "importance: points of the target for one point",
            y: "performance, 0 to 100",
            spots: self
                .importance_performance
                .iter()
                .map(|row| picture::Spot {
                    label: row.latent.clone(),
                    x: row.importance,
                    y: row.performance,
                    around: Vec::new(),
                })
                .collect(),
            crosshair: [mean(|row| row.importance), mean(|row| row.performance)],
            corners: [
                "low priority",
                "concentrate here",
                "possible overkill",
                "keep it up",
            ],
        }))
    }

    fn n(&self) -> String {
        many(self.n, "row")
    }
}
