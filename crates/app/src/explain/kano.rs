//! What features are to customers, by Kano's pairs of questions.

use radost_domain::access::{Actor, Permission};
use radost_domain::explain::Dimension;
use radost_domain::listen::QuestionKind;
use radost_domain::{Code, Text};
use radost_stats::kano::{
    CoefficientInterval, KanoAnswer, KanoCategory, KanoCoefficients, KanoCounts, KanoEvaluation,
    KanoSegmentTest, KanoTable, compare_segments, compare_segments_by_permutation,
};
use radost_stats::{Level, Progress, benjamini_hochberg};

use super::answers::Answers;
use super::groups::{asked_for, dimensions, on_level};
use super::measure::Key;
use super::overview::Choices;
use super::selection::{Scope, Selection};
use super::tally::withheld;
use crate::{App, AppError};

/// What the features of a survey are to its customers.
#[derive(Debug, Clone)]
pub struct Kano {
    /// What it is about.
    pub scope: Scope,
    /// What can be filtered by.
    pub choices: Choices,
    /// The least size of a group that is shown.
    pub minimum: u64,
    /// By what the features may be split.
    pub dimensions: Vec<Dimension>,
    /// By what they are split.
    pub by: Option<Dimension>,
    /// The groups of the split.
    pub groups: Vec<Key>,
    /// The features in the order of the survey.
    pub features: Vec<KanoFeature>,
    /// Answers off the scale of the newest version.
    pub off_scale: u64,
}

/// One feature.
#[derive(Debug, Clone)]
pub struct KanoFeature {
    /// Its code.
    pub attribute: Code,
    /// What analysts call it; may be empty.
    pub label: Text,
    /// How many answered one of its two questions only.
    pub unpaired: u64,
    /// As everybody sees it.
    pub whole: KanoSeen,
    /// As each of [`Kano::groups`] sees it.
    pub groups: Vec<KanoSeen>,
    /// Whether the groups that are shown see it alike; the p-value is corrected for the number of features.
    pub difference: Option<KanoSegmentTest>,
}

/// What a feature is to some customers, as far as it may be shown.
#[derive(Debug, Clone)]
pub enum KanoSeen {
    /// Nobody has answered both questions.
    Nothing,
    /// Too few have, or it would give away a group in which too few have.
    Withheld,
    /// What it is.
    Shown(Box<KanoVerdict>),
}

/// What a feature is, and how surely.
#[derive(Debug, Clone)]
pub struct KanoVerdict {
    /// Counts, category by the rule, strength, Fong's test.
    pub evaluation: KanoEvaluation,
    /// Better and Worse with Wilson's intervals; `None` when everybody is reverse or questionable.
    pub coefficients: Option<KanoCoefficients>,
    /// Of "the two most frequent categories are equally frequent", with the variance of two shares of one sample, corrected
    /// for the number of features (and groups) that are shown beside each other.
    pub p_value: f64,
    /// Whether the category is the most frequent one and clearly ahead of the second.
    pub is_clear: bool,
}

impl KanoSeen {
    /// The verdict, unless there is none to show.
    pub fn shown(&self) -> Option<&KanoVerdict> {
        match self {
            KanoSeen::Shown(verdict) => Some(verdict),
            _ => None,
        }
    }

    fn of(counts: &KanoCounts, withhold: bool, level: Level) -> Self {
        if counts.n() == 0 {
            return KanoSeen::Nothing;
        }
        let evaluation = counts.evaluate(level).ok().filter(|_| !withhold);
        evaluation.map_or(KanoSeen::Withheld, |evaluation| {
            KanoSeen::Shown(Box::new(KanoVerdict {
                coefficients: counts.coefficients(level, CoefficientInterval::Wilson).ok(),
                p_value: evaluation.fong.p_value_multinomial,
                is_clear: false,
                evaluation,
            }))
        })
    }
}

/// Corrects what is shown beside each other, and says what is clear.
fn settle<'a>(seen: impl Iterator<Item = &'a mut KanoSeen>, level: Level) {
    let mut shown: Vec<&mut KanoVerdict> = seen
        .filter_map(|seen| match seen {
            KanoSeen::Shown(verdict) => Some(&mut **verdict),
            _ => None,
        })
        .collect();
    let p_values: Vec<f64> = shown.iter().map(|verdict| verdict.p_value).collect();
    // P-values of a test are probabilities; one that is not would leave every category open rather than wrong.
    let corrected = benjamini_hochberg(&p_values).unwrap_or_else(|_| vec![1.0; p_values.len()]);
    for (verdict, p_value) in shown.iter_mut().zip(corrected) {
        verdict.p_value = p_value;
        verdict.is_clear =
            p_value < level.alpha() && verdict.evaluation.by_rule == verdict.evaluation.by_mode;
    }
}

/// Draws of the test that small expected counts do not spoil, and up to how many responses it is made.
const DRAWS: u64 = 1_999;
const MOST_SHUFFLED: u64 = 20_000;

fn difference(groups: &[KanoCounts]) -> Option<KanoSegmentTest> {
    let test = compare_segments(groups).ok()?;
    if test.smallest_expected >= 5.0 || test.n > MOST_SHUFFLED {
        return Some(test);
    }
    compare_segments_by_permutation(groups, DRAWS, 1, Progress::none()).ok()
}

impl App {
    /// What features are to customers; `None` when the workspace has not published a survey yet.
    ///
    /// Without a survey in the selection it is about one that asks Kano's pairs of questions.
    ///
    /// # Errors
    /// Those of [`App::scope`](App::scope).
    pub async fn kano(
        &self,
        actor: &Actor,
        selection: &Selection,
    ) -> Result<Option<Kano>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let fits =
            |survey: &radost_domain::listen::PublishedSurvey| !survey.kano_pairs().is_empty();
        let Some(scope) = self.scope_where(actor, selection, fits).await? else {
            return Ok(None);
        };
        let by = asked_for(selection, &scope.survey.published)?;
        let choices = self.choices(actor, &scope).await?;
        let minimum = u64::from(scope.directory.workspace.minimum_group);
        let level = scope.level;
        let pairs = scope.survey.published.kano_pairs();
        let questions: Vec<Code> = pairs
            .iter()
            .flat_map(|(functional, dysfunctional)| [functional, dysfunctional])
            .map(|published| published.question.code.clone())
            .collect();
        let answers = self
            .answers(actor, &scope, &questions, by.as_slice())
            .await?;
        let split = by.as_ref().zip(answers.groups.first());
        let belonging =
            split.map(|(dimension, belonging)| on_level(actor, &scope, dimension, belonging));
        let groups = belonging.as_ref().map_or_else(Vec::new, |b| b.keys.clone());
        let mut features = Vec::with_capacity(pairs.len());
        for ((functional, dysfunctional), columns) in pairs.iter().zip(answers.scores.chunks(2)) {
            let [there, missing] = columns else { continue };
            let mut whole = KanoCounts::default();
            let mut of_groups = vec![KanoCounts::default(); groups.len()];
            let mut unpaired = 0;
            for (row, (&there, &missing)) in there.iter().zip(missing).enumerate() {
                let answer = |score: u8| KanoAnswer::from_number(i64::from(score)).ok();
                let (Some(there), Some(missing)) = (answer(there), answer(missing)) else {
                    unpaired += u64::from(
                        there != missing
                            && (there == Answers::LACKING || missing == Answers::LACKING),
                    );
                    continue;
                };
                let category = KanoTable::Berger.category(there, missing);
                whole.add(category, 1);
                let group = belonging.as_ref().and_then(|b| b.index.get(row));
                if let Some(counts) = group.and_then(|&group| of_groups.get_mut(group as usize)) {
                    counts.add(category, 1);
                }
            }
            let sizes: Vec<u64> = of_groups.iter().map(KanoCounts::n).collect();
            let (mut hidden, few) = withheld(&sizes, minimum);
            let few = few || (0 < whole.n() && whole.n() < minimum);
            hidden.iter_mut().for_each(|hidden| *hidden |= few);
            let told: Vec<KanoCounts> = of_groups
                .iter()
                .zip(&hidden)
                .filter(|(counts, hidden)| !**hidden && counts.n() > 0)
                .map(|(counts, _)| *counts)
                .collect();
            let QuestionKind::Kano {
                attribute, label, ..
            } = &functional.question.kind
            else {
                continue;
            };
            let label = match &dysfunctional.question.kind {
                QuestionKind::Kano { label: other, .. } if label.is_empty() => other,
                _ => label,
            };
            features.push(KanoFeature {
                attribute: attribute.clone(),
                label: label.clone(),
                unpaired,
                whole: KanoSeen::of(&whole, few, level),
                groups: of_groups
                    .iter()
                    .zip(&hidden)
                    .map(|(counts, &hidden)| KanoSeen::of(counts, hidden, level))
                    .collect(),
                difference: difference(&told),
            });
        }
        settle(features.iter_mut().map(|feature| &mut feature.whole), level);
        settle(
            features.iter_mut().flat_map(|feature| &mut feature.groups),
            level,
        );
        let tests: Vec<&mut KanoSegmentTest> = features
            .iter_mut()
            .filter_map(|feature| feature.difference.as_mut())
            .collect();
        let p_values: Vec<f64> = tests.iter().map(|test| test.p_value).collect();
        let corrected = benjamini_hochberg(&p_values).unwrap_or_else(|_| vec![1.0; p_values.len()]);
        for (test, p_value) in tests.into_iter().zip(corrected) {
            test.p_value = p_value;
        }
        Ok(Some(Kano {
            dimensions: dimensions(&scope.survey.published),
            choices,
            minimum,
            by,
            groups,
            features,
            off_scale: answers.off_scale,
            scope,
        }))
    }
}

impl Kano {
    /// Features that are clearly of a category.
    pub fn clearly(&self, category: KanoCategory) -> impl Iterator<Item = &KanoFeature> {
        self.features.iter().filter(move |feature| {
            let verdict = feature.whole.shown();
            verdict.is_some_and(|v| v.is_clear && v.evaluation.by_rule == category)
        })
    }
}
