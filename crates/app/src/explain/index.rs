//! The satisfaction index by its parts: weighted by what customers call important, and as a structure of causes (ECSI).

use std::sync::Arc;

use radost_domain::Code;
use radost_domain::access::{Actor, Permission};
use radost_domain::listen::PublishedSurvey;
use radost_domain::listen::survey::{Construct, PublishedQuestion};
use radost_stats::drivers::{
    Crosshair, ImportanceKind, Quadrant, QuadrantAttribute, importance_performance,
};
use radost_stats::pls::{
    BootstrapEstimate, MissingAnswers, Mode, PlsBootstrapSettings, PlsError, PlsModel, PlsRows,
    PlsSettings, ecsi,
};
use radost_stats::{CsiAttribute, CsiBounds, CsiTally, IntervalMethod, Level, Progress, Scale};

use super::answers::Answers;
use super::drivers::{Ranged, mean_of, score};
use super::overview::Choices;
use super::selection::{Scope, Selection};
use super::tally::Estimate;
use crate::{App, AppError};

/// The index of a survey, as far as it can be said.
#[derive(Debug, Clone)]
pub struct IndexReport {
    /// What it is about.
    pub scope: Scope,
    /// The index weighted by importance.
    pub attributes: Arc<AttributesAnswer>,
    /// The structural index.
    pub structure: Arc<StructureAnswer>,
    /// What was done about missing answers in the structure.
    pub missing: MissingAnswers,
    /// The least size of a group that is shown.
    pub minimum: u64,
    /// What can be filtered by.
    pub choices: Choices,
}

/// What can be said of the index weighted by importance.
#[derive(Debug, Clone)]
pub enum AttributesAnswer {
    /// The survey asks for no importance.
    NotAsked,
    /// Nobody has answered.
    Nobody,
    /// Too few have answered this question, and the index needs it.
    TooFew(Code),
    /// This.
    Found(AttributesFound),
}

/// The index weighted by importance.
#[derive(Debug, Clone)]
pub struct AttributesFound {
    /// The index, 0 to 100.
    pub index: Estimate,
    /// What costs it most first.
    pub rows: Vec<AttributeRow>,
    /// Where the map is divided: importance and satisfaction in points from 0 to 100.
    pub crosshair: (f64, f64),
}

/// One attribute of the index.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeRow {
    /// The question that rates it.
    pub code: Code,
    /// Mean satisfaction on its scale.
    pub satisfaction: Estimate,
    /// The same in points from 0 to 100.
    pub satisfaction_points: Ranged,
    /// Mean importance on its scale.
    pub importance: Estimate,
    /// The same in points from 0 to 100.
    pub importance_points: Ranged,
    /// Share of the total importance, 0 to 1.
    pub weight: Ranged,
    /// Points it brings to the index.
    pub contribution: Ranged,
    /// Points it leaves out.
    pub gap: Ranged,
    /// What to do about it.
    pub quadrant: Quadrant,
}

/// What can be said of the structural index.
#[derive(Debug, Clone)]
pub enum StructureAnswer {
    /// No question is marked with what it measures.
    NotMarked,
    /// Satisfaction, or whatever could move it, is not measured.
    Incomplete,
    /// Nobody has answered.
    Nobody,
    /// Fewer have answered than may be told of.
    Withheld,
    /// Too few answers for such a model.
    TooFew(super::drivers::TooFew),
    /// Everybody gave this question the same answer.
    SameAnswer(Code),
    /// What is measured here follows from the other questions, or the weights do not settle.
    CannotTell,
    /// This.
    Found(Box<StructureFound>),
}

/// A fitted path model.
#[derive(Debug, Clone)]
pub struct StructureFound {
    /// Responses that count.
    pub n: u64,
    /// Share of the responses that were left out because an answer is missing, 0 to 1.
    pub lost: f64,
    /// Resamples behind the intervals.
    pub draws: u64,
    /// Resamples that could not be estimated.
    pub failed_draws: u64,
    /// √(mean R² · mean communality).
    pub goodness_of_fit: Option<f64>,
    /// From causes to effects.
    pub latents: Vec<LatentRow>,
    /// In the order of the model.
    pub paths: Vec<PathRow>,
    /// What leads to satisfaction: what moves it most first.
    pub levers: Vec<Lever>,
    /// Where the map is divided: importance in points for a point, performance in points from 0 to 100.
    pub crosshair: (f64, f64),
}

/// A latent variable.
#[derive(Debug, Clone, PartialEq)]
pub struct LatentRow {
    /// Which.
    pub construct: Construct,
    /// Its index, 0 to 100.
    pub index: Ranged,
    /// Share of its differences that what leads to it explains, 0 to 1; `None` when nothing does.
    pub r_squared: Option<Ranged>,
    /// Average variance extracted; like the reliabilities `None` with a single question.
    pub ave: Option<f64>,
    /// Cronbach's alpha of standardised answers.
    pub alpha: Option<f64>,
    /// Composite reliability ρC.
    pub composite: Option<f64>,
    /// The questions that measure it.
    pub indicators: Vec<IndicatorRow>,
}

/// A question of a latent variable.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorRow {
    /// The question.
    pub code: Code,
    /// Mean of the answers on their scale.
    pub mean: f64,
    /// Outer weight.
    pub weight: Ranged,
    /// Correlation with the latent variable.
    pub loading: Ranged,
}

/// A path between latent variables.
#[derive(Debug, Clone, PartialEq)]
pub struct PathRow {
    /// What moves.
    pub from: Construct,
    /// What is moved.
    pub to: Construct,
    /// In standard deviations.
    pub coefficient: Ranged,
}

/// Something that leads to satisfaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Lever {
    /// What.
    pub construct: Construct,
    /// Points that satisfaction gains with one point of this, along all ways.
    pub importance: Ranged,
    /// Its index, 0 to 100.
    pub performance: Ranged,
    /// What to do about it.
    pub quadrant: Quadrant,
}

/// Responses for each path into one latent variable.
const RESPONSES_A_PATH: u64 = 10;
/// Fewer responses than these are no ground for a path model.
const LEAST_RESPONSES: u64 = 30;
const DRAWS: usize = 500;
/// With this many responses fewer draws tell as much as anybody reads off an interval.
const MANY_RESPONSES: usize = 20_000;
const DRAWS_OF_MANY: usize = 200;
/// The same answers give the same intervals.
const SEED: u64 = 1;

impl App {
    /// The satisfaction index by its parts; `None` when the workspace has not published a survey yet.
    ///
    /// Places outside the actor's are not counted, and what fewer than the workspace's minimum have answered is not told.
    ///
    /// # Errors
    /// Those of [`App::scope`](App::scope).
    pub async fn index(
        &self,
        actor: &Actor,
        selection: &Selection,
        missing: MissingAnswers,
    ) -> Result<Option<IndexReport>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let fits = |survey: &PublishedSurvey| {
            !survey.csi_pairs().is_empty() || model(&survey.constructs()).is_some()
        };
        let Some(scope) = self.scope_where(actor, selection, fits).await? else {
            return Ok(None);
        };
        let minimum = u64::from(scope.directory.workspace.minimum_group);
        let published = scope.survey.published.clone();
        let state = self.state_of(actor, &scope).await?;

        let pairs = published.csi_pairs();
        let attributes = if pairs.is_empty() {
            Arc::new(AttributesAnswer::NotAsked)
        } else {
            let questions = pairs.iter().map(|(rating, _)| *rating);
            let questions = questions.chain(pairs.iter().map(|(_, importance)| *importance));
            let task = AttributesTask {
                questions: asked(questions),
                level: scope.level,
                minimum,
            };
            let codes: Vec<Code> = task
                .questions
                .iter()
                .map(|(code, _)| code.clone())
                .collect();
            let answers = self.answers(actor, &scope, &codes, &[]);
            let key = format!("{state}|{task:?}");
            let compute = move |answers: Answers| task.run(&answers);
            self.attribute_answers.get(key, answers, compute).await?
        };

        let measured = published.constructs();
        let structure = match model(&measured) {
            None if measured.is_empty() => Arc::new(StructureAnswer::NotMarked),
            None => Arc::new(StructureAnswer::Incomplete),
            Some(model) => {
                let indicators = model
                    .indicators()
                    .filter_map(|code| published.question(code));
                let task = StructureTask {
                    questions: asked(indicators),
                    model,
                    missing,
                    level: scope.level,
                    minimum,
                };
                let codes: Vec<Code> = task
                    .questions
                    .iter()
                    .map(|(code, _)| code.clone())
                    .collect();
                let answers = self.answers(actor, &scope, &codes, &[]);
                let key = format!("{state}|{task:?}");
                let compute = move |answers: Answers| task.run(&answers);
                self.structure_answers.get(key, answers, compute).await?
            }
        };
        Ok(Some(IndexReport {
            attributes,
            structure,
            missing,
            minimum,
            choices: self.choices(actor, &scope).await?,
            scope,
        }))
    }
}

/// Questions with their scales; those without one are left out.
fn asked<'a>(questions: impl Iterator<Item = &'a PublishedQuestion>) -> Vec<(Code, (i64, i64))> {
    questions
        .filter_map(|q| Some((q.question.code.clone(), q.question.kind.scale()?)))
        .collect()
}

fn points((min, max): (i64, i64), estimate: &Estimate) -> Ranged {
    let points = |x: f64| 100.0 * (x - min as f64) / (max - min) as f64;
    Ranged {
        value: points(estimate.value),
        low: points(estimate.low),
        high: points(estimate.high),
    }
}

// ── Weighted by importance ─────────────────────────────────────────────────────────────────────────────────────────

/// The ratings, then their importances.
#[derive(Debug)]
struct AttributesTask {
    questions: Vec<(Code, (i64, i64))>,
    level: Level,
    minimum: u64,
}

impl AttributesTask {
    fn run(&self, answers: &Answers) -> AttributesAnswer {
        let given: Vec<u64> = answers
            .scores
            .iter()
            .map(|column| {
                let given = column.iter().filter(|score| **score != Answers::LACKING);
                given.count() as u64
            })
            .collect();
        if given.iter().all(|&n| n == 0) {
            return AttributesAnswer::Nobody;
        }
        // Every part of the index could be computed from it and the others.
        let few = given.iter().zip(&self.questions);
        if let Some((_, (code, _))) = few.into_iter().find(|(n, _)| **n < self.minimum.max(2)) {
            return AttributesAnswer::TooFew(code.clone());
        }
        match self.found(answers) {
            Some(found) => AttributesAnswer::Found(found),
            None => {
                tracing::error!("an index of enough answers could not be computed");
                AttributesAnswer::Nobody
            }
        }
    }

    fn found(&self, answers: &Answers) -> Option<AttributesFound> {
        let k = self.questions.len() / 2;
        let (ratings, importances) = self.questions.split_at(k);
        let scale = |(min, max): (i64, i64)| Scale::new(min as f64, max as f64).ok();
        let attributes: Option<Vec<CsiAttribute>> = ratings
            .iter()
            .zip(importances)
            .map(|((_, satisfaction), (_, importance))| {
                Some(CsiAttribute {
                    satisfaction: scale(*satisfaction)?,
                    importance: scale(*importance)?,
                })
            })
            .collect();
        let mut tally = CsiTally::new(attributes?).ok()?;
        let mut scores = vec![None; 2 * k];
        for row in 0..answers.len() {
            for (slot, column) in scores.iter_mut().zip(&answers.scores) {
                *slot = score(column, row);
            }
            tally.push(&scores[..k], &scores[k..]).ok()?;
        }
        let interval = tally.interval(self.level).ok()?;
        let parts = tally.parts(self.level).ok()?;
        let ranged = |bounds: CsiBounds| Ranged {
            value: bounds.value,
            low: bounds.low,
            high: bounds.high,
        };
        let mut rows = Vec::with_capacity(k);
        for (i, part) in parts.iter().enumerate() {
            let (code, satisfied) = ratings[i].clone();
            let important = importances[i].1;
            let satisfaction = mean_of(&answers.scores[i], satisfied, self.level)?;
            let importance = mean_of(&answers.scores[k + i], important, self.level)?;
            rows.push(AttributeRow {
                code,
                satisfaction_points: points(satisfied, &satisfaction),
                satisfaction,
                importance_points: points(important, &importance),
                importance,
                weight: ranged(part.weight),
                contribution: ranged(part.contribution),
                gap: ranged(part.gap),
                quadrant: Quadrant::LowPriority,
            });
        }
        let places = rows.iter().map(|row| QuadrantAttribute {
            name: row.code.to_string(),
            importance: row.importance_points.value,
            performance: row.satisfaction_points.value,
        });
        let map =
            importance_performance(places.collect(), Crosshair::Means, ImportanceKind::Stated)
                .ok()?;
        for (row, place) in rows.iter_mut().zip(&map.attributes) {
            row.quadrant = place.quadrant;
        }
        rows.sort_by(|a, b| b.gap.value.total_cmp(&a.gap.value));
        Some(AttributesFound {
            index: Estimate {
                value: interval.value,
                low: interval.low,
                high: interval.high,
                n: interval.n,
                effective_n: interval.n as f64,
                method: IntervalMethod::Delta,
            },
            rows,
            crosshair: (map.importance_line, map.performance_line),
        })
    }
}

// ── As a structure ─────────────────────────────────────────────────────────────────────────────────────────────────

/// What the classical model calls a construct.
fn classical(construct: Construct) -> &'static str {
    match construct {
        Construct::Image => "Image",
        Construct::Expectations => "Expectation",
        Construct::Quality => "Quality",
        Construct::Value => "Value",
        Construct::Satisfaction => "Satisfaction",
        Construct::Complaints => "Complaints",
        Construct::Loyalty => "Loyalty",
    }
}

fn construct(code: &str) -> Option<Construct> {
    Construct::ALL.into_iter().find(|c| c.code() == code)
}

/// The classical model as far as the survey measures it; `None` when satisfaction or everything that moves it is not.
fn model(measured: &[(Construct, Vec<&PublishedQuestion>)]) -> Option<PlsModel> {
    let has = |construct: Construct| measured.iter().any(|(other, _)| *other == construct);
    let named = |name: &str| {
        let found = Construct::ALL.into_iter().find(|c| classical(*c) == name);
        found.filter(|construct| has(*construct))
    };
    let ecsi = ecsi();
    let paths: Vec<(Construct, Construct)> = ecsi
        .paths()
        .filter_map(|(from, to)| Some((named(from)?, named(to)?)))
        .collect();
    if !paths.iter().any(|(_, to)| *to == Construct::Satisfaction) {
        return None;
    }
    let mut builder = PlsModel::builder();
    for (construct, questions) in measured {
        // What no path touches says nothing of the rest.
        if paths
            .iter()
            .any(|(from, to)| from == construct || to == construct)
        {
            let codes = questions.iter().map(|q| q.question.code.as_str());
            builder = builder.latent(construct.code(), Mode::A, codes);
        }
    }
    for (from, to) in paths {
        builder = builder.path(from.code(), to.code());
    }
    builder
        .build()
        .inspect_err(|error| tracing::warn!(%error, "a survey makes no path model"))
        .ok()
}

/// The indicators in the order of the model.
#[derive(Debug)]
struct StructureTask {
    model: PlsModel,
    questions: Vec<(Code, (i64, i64))>,
    missing: MissingAnswers,
    level: Level,
    minimum: u64,
}

impl StructureTask {
    fn run(&self, answers: &Answers) -> StructureAnswer {
        let mut any = 0_u64;
        let mut complete = 0_u64;
        let mut rows = Vec::new();
        for row in 0..answers.len() {
            let scores: Vec<Option<f64>> = answers
                .scores
                .iter()
                .map(|column| score(column, row))
                .collect();
            if scores.iter().any(Option::is_some) {
                any += 1;
                complete += u64::from(scores.iter().all(Option::is_some));
                rows.push(scores);
            }
        }
        if any == 0 {
            return StructureAnswer::Nobody;
        }
        if any < self.minimum {
            return StructureAnswer::Withheld;
        }
        let into = |latent: &str| self.model.paths().filter(|(_, to)| *to == latent).count();
        let most = self
            .model
            .latents()
            .iter()
            .map(|latent| into(latent.name()));
        let most = most.max().unwrap_or(1) as u64;
        let needed = (RESPONSES_A_PATH * most)
            .max(LEAST_RESPONSES)
            .max(self.minimum);
        let lost = 1.0 - complete as f64 / any as f64;
        let n = match self.missing {
            MissingAnswers::Listwise => complete,
            MissingAnswers::MeanReplacement => any,
        };
        if n < needed {
            return StructureAnswer::TooFew(super::drivers::TooFew {
                n: Some(n).filter(|&n| n >= self.minimum),
                needed,
                lost,
            });
        }
        match self.fit(&rows, lost) {
            Ok(found) => StructureAnswer::Found(Box::new(found)),
            Err(PlsError::Constant { indicator } | PlsError::NeverAnswered { indicator }) => {
                match indicator.parse() {
                    Ok(code) => StructureAnswer::SameAnswer(code),
                    Err(_) => StructureAnswer::CannotTell,
                }
            }
            Err(error) => {
                tracing::info!(%error, "a path model cannot be told");
                StructureAnswer::CannotTell
            }
        }
    }

    fn fit(&self, answers: &[Vec<Option<f64>>], lost: f64) -> Result<StructureFound, PlsError> {
        let columns = self.questions.iter().map(|(code, _)| code.as_str());
        let mut rows = PlsRows::new(columns, self.missing)?;
        for row in answers {
            rows.push(row)?;
        }
        let settings = PlsSettings::default();
        let fit = self.model.fit(&rows.tally()?, &settings)?;
        let scales: Vec<Scale> = self
            .questions
            .iter()
            .filter_map(|(_, (min, max))| Scale::new(*min as f64, *max as f64).ok())
            .collect();
        let draws = if answers.len() > MANY_RESPONSES {
            DRAWS_OF_MANY
        } else {
            DRAWS
        };
        let mut resampling = PlsBootstrapSettings::new(draws, SEED);
        resampling.level = self.level;
        resampling.scales.clone_from(&scales);
        let found = self
            .model
            .bootstrap(&rows, &settings, &resampling, Progress::none())?;
        let ranged = |estimate: &BootstrapEstimate| Ranged {
            value: estimate.value,
            low: estimate.low,
            high: estimate.high,
        };
        let mut measured = found.indicators.iter();
        let mut latents = Vec::with_capacity(fit.latents.len());
        for (latent, resampled) in fit.latents.iter().zip(&found.latents) {
            let indicators = latent.indicators.iter().zip(measured.by_ref());
            let indicators = indicators.filter_map(|(indicator, resampled)| {
                Some(IndicatorRow {
                    code: indicator.name.parse().ok()?,
                    mean: indicator.mean,
                    weight: ranged(&resampled.weight),
                    loading: ranged(&resampled.loading),
                })
            });
            let indicators = indicators.collect();
            let (Some(construct), Some(index)) = (construct(&latent.name), &resampled.index) else {
                continue;
            };
            latents.push(LatentRow {
                construct,
                index: ranged(index),
                r_squared: resampled.r_squared.as_ref().map(ranged),
                ave: latent.average_variance_extracted,
                alpha: latent.alpha_standardized,
                composite: latent.rho_c,
                indicators,
            });
        }
        let paths = found.paths.iter().filter_map(|path| {
            Some(PathRow {
                from: construct(&path.from)?,
                to: construct(&path.to)?,
                coefficient: ranged(&path.coefficient),
            })
        });
        let target = Construct::Satisfaction.code();
        let map = fit.importance_performance(target, &scales, self.level)?;
        let mut levers = Vec::with_capacity(map.rows.len());
        for row in &map.rows {
            let effect = found
                .effects
                .iter()
                .find(|effect| effect.from == row.latent && effect.to == target);
            let latent = latents
                .iter()
                .find(|l| Some(l.construct) == construct(&row.latent));
            let (Some(effect), Some(latent)) = (effect, latent) else {
                continue;
            };
            // From standard deviations to points; the spreads are taken as known.
            let unit = match row.standardized_importance {
                0.0 => 0.0,
                standardized => row.importance / standardized,
            };
            let total = ranged(&effect.total);
            levers.push(Lever {
                construct: latent.construct,
                importance: Ranged {
                    value: row.importance,
                    low: total.low * unit,
                    high: total.high * unit,
                },
                performance: latent.index,
                quadrant: Quadrant::LowPriority,
            });
        }
        let crosshair = (map.mean_importance, map.mean_performance);
        for lever in &mut levers {
            let important = lever.importance.value >= crosshair.0;
            let strong = lever.performance.value >= crosshair.1;
            lever.quadrant = match (important, strong) {
                (true, false) => Quadrant::Concentrate,
                (true, true) => Quadrant::KeepUp,
                (false, false) => Quadrant::LowPriority,
                (false, true) => Quadrant::PossibleOverkill,
            };
        }
        levers.sort_by(|a, b| b.importance.value.total_cmp(&a.importance.value));
        Ok(StructureFound {
            n: fit.n,
            lost: match self.missing {
                MissingAnswers::Listwise => lost,
                MissingAnswers::MeanReplacement => 0.0,
            },
            draws: found.draws as u64,
            failed_draws: found.inadmissible as u64,
            goodness_of_fit: fit.goodness_of_fit.map(|fit| fit.value),
            latents,
            paths: paths.collect(),
            levers,
            crosshair,
        })
    }
}
