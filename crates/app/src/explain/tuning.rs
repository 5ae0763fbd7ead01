//! Tuning: what customers need, what they get, and how many variants of an offer would fit which share of them.

use radost_domain::Code;
use radost_domain::access::{Actor, Permission};
use radost_stats::groups::{
    Column, CoverProblem, CoverTarget, Distance, KMedoids, KMedoidsFit, Profiles, group_stability,
    silhouette,
};
use radost_stats::{CsatTally, Level, MeanInterval, MeanTally, Progress};

use super::answers::Answers;
use super::overview::Choices;
use super::selection::{Scope, Selection};
use super::tally::{Estimate, Figure};
use crate::{App, AppError};

/// What customers need and what they get.
#[derive(Debug, Clone)]
pub struct Tuning {
    /// What it is about.
    pub scope: Scope,
    /// What can be filtered by.
    pub choices: Choices,
    /// The least size of a group that is shown.
    pub minimum: u64,
    /// The attributes that are rated and weighed, the greatest opportunity first.
    pub attributes: Vec<TunedAttribute>,
    /// Share of the customers whose needs the present offer meets, percent.
    pub met: Figure,
    /// Customers who rated and weighed at least half of the attributes: those that groups and shares rest on.
    pub customers: u64,
    /// Customers who rated and weighed some, but less than half.
    pub left_out: u64,
    /// Groups of customers by what they need.
    pub groups: Result<NeedGroups, NoGroups>,
    /// How many customers 1, 2, 3 … variants would fit; empty without enough customers.
    pub variants: Vec<VariantPoint>,
    /// Answers off the scale of the newest version.
    pub off_scale: u64,
}

/// An attribute that is rated and weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct TunedAttribute {
    /// The rating.
    pub rating: Code,
    /// How important it is, percent of the scale.
    pub importance: Figure,
    /// How satisfied customers are with it, percent of the scale.
    pub satisfaction: Figure,
    /// Opportunity score, 0 to 20.
    pub opportunity: Figure,
    /// Share of the customers who are at least as satisfied with it as it is important to them, percent.
    pub met: Figure,
}

/// Groups of customers who find the same things important.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedGroups {
    /// The groups, the largest first.
    pub groups: Vec<NeedGroup>,
    /// How much nearer customers are to their own group than to the next, −1 to 1.
    pub silhouette: f64,
    /// How well the groups come back when customers are drawn anew, 0 to 1.
    pub stability: f64,
    /// Customers that were grouped.
    pub n: u64,
}

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedGroup {
    /// Share of the customers, percent.
    pub share: Estimate,
    /// For each of [`Tuning::attributes`]: mean importance less the customer's own mean, in percent of the scale.
    pub profile: Vec<Option<f64>>,
    /// Share of the group whose needs the present offer meets, percent.
    pub met: Figure,
}

/// Why there are no groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoGroups {
    /// Too few customers.
    TooFew {
        /// How many are needed.
        needed: u64,
    },
    /// Their needs are alike, or differ without falling into groups that come back.
    Alike,
}

/// So many variants of an offer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VariantPoint {
    /// How many.
    pub variants: usize,
    /// Share of the customers that one of them fits, percent.
    pub share: Estimate,
    /// What this one adds to those before, percentage points.
    pub gain: f64,
}

/// An answer in the upper quarter of its scale counts as high: 4 and 5 of 5, 6 and 7 of 7, 8 to 10 of 10.
const HIGH: f64 = 0.75;
/// Fewest customers for groups and variants.
const FEWEST: u64 = 60;
/// Customers that are grouped, and as many again that say how well variants fit: more would change little and take long.
const GROUPED: usize = 300;
/// The numbers of groups that are tried.
const NUMBERS: std::ops::RangeInclusive<usize> = 2..=5;
/// Mean silhouette and stability below which groups are not believed: Kaufman and Rousseeuw's "no structure", Hennig's "pattern".
const LEAST_SILHOUETTE: f64 = 0.25;
const LEAST_STABILITY: f64 = 0.6;
/// Redraws of the customers for the stability.
const DRAWS: u64 = 20;
/// Needs of real customers among which variants are chosen, and most variants shown.
const CANDIDATES: usize = 12;
const MOST_VARIANTS: usize = 6;
/// A variant fits whoever's relative importances differ from it by no more than this on average, as a share of the scale: half a
/// step of a scale of five.
const FITS: f64 = 0.125;

/// What one customer needs and gets, attribute by attribute, each as a share of its scale.
struct Customer {
    /// Importance less one's own mean importance; NaN where it was not told.
    needs: Vec<f64>,
    /// Whether one is at least as satisfied with everything as it is important.
    met: bool,
}

impl Customer {
    /// Mean difference in what both have told; `None` without anything in common.
    fn differs(&self, other: &Customer) -> Option<f64> {
        let both = self
            .needs
            .iter()
            .zip(&other.needs)
            .map(|(a, b)| (a - b).abs());
        let told: Vec<f64> = both.filter(|difference| difference.is_finite()).collect();
        (!told.is_empty()).then(|| told.iter().sum::<f64>() / told.len() as f64)
    }
}

/// Means of one attribute while it is counted.
#[derive(Default)]
struct Counted {
    importance: MeanTally,
    satisfaction: MeanTally,
    high_importance: MeanTally,
    /// Twice "important" less "satisfied", customer by customer: the other branch of the opportunity score.
    unmet: MeanTally,
    met: u64,
    both: u64,
}

fn of_mean(interval: MeanInterval, factor: f64, (low, high): (f64, f64)) -> Estimate {
    Estimate {
        value: interval.value * factor,
        low: (interval.low * factor).max(low),
        high: (interval.high * factor).min(high),
        n: interval.n,
        effective_n: interval.n as f64,
        method: interval.method,
    }
}

fn mean(tally: &MeanTally, factor: f64, ends: (f64, f64), level: Level, minimum: u64) -> Figure {
    match tally.n() {
        0 => Figure::Nothing,
        n if n < minimum => Figure::Withheld,
        _ => tally.interval(level).map_or(Figure::Withheld, |interval| {
            Figure::Shown(of_mean(interval, factor, ends))
        }),
    }
}

fn share(count: u64, n: u64, level: Level) -> Option<Estimate> {
    let interval = CsatTally::from_counts(count, n)
        .and_then(|tally| tally.interval(level))
        .ok()?;
    Some(Estimate {
        value: interval.value,
        low: interval.low,
        high: interval.high,
        n: interval.n,
        effective_n: interval.n as f64,
        method: interval.method,
    })
}

fn share_of(count: u64, n: u64, level: Level, minimum: u64) -> Figure {
    match n {
        0 => Figure::Nothing,
        n if n < minimum => Figure::Withheld,
        n => share(count, n, level).map_or(Figure::Withheld, Figure::Shown),
    }
}

impl Counted {
    fn push(&mut self, satisfaction: f64, importance: f64) {
        let (wanted, got) = (
            f64::from(importance >= HIGH),
            f64::from(satisfaction >= HIGH),
        );
        // Shares of a scale are numbers between 0 and 1: no tally refuses them.
        let pushed = [
            self.importance.push(importance),
            self.satisfaction.push(satisfaction),
            self.high_importance.push(wanted),
            self.unmet.push(2.0 * wanted - got),
        ];
        debug_assert!(pushed.iter().all(Result::is_ok));
        self.both += 1;
        self.met += u64::from(satisfaction >= importance);
    }

    fn attribute(&self, rating: Code, level: Level, minimum: u64) -> TunedAttribute {
        let percent = |tally| mean(tally, 100.0, (0.0, 100.0), level, minimum);
        let branch = |tally| mean(tally, 10.0, (0.0, 20.0), level, minimum);
        // I + max(I − S, 0) is the larger of I and 2 I − S.
        let larger = match (self.high_importance.mean(), self.unmet.mean()) {
            (Ok(important), Ok(unmet)) if unmet > important => &self.unmet,
            _ => &self.high_importance,
        };
        TunedAttribute {
            rating,
            importance: percent(&self.importance),
            satisfaction: percent(&self.satisfaction),
            opportunity: branch(larger),
            met: share_of(self.met, self.both, level, minimum),
        }
    }
}

impl App {
    /// What customers need and what they get; `None` when the workspace has not published a survey yet.
    ///
    /// Without a survey in the selection it is about one that asks how important its ratings are.
    ///
    /// # Errors
    /// Those of [`App::scope`](App::scope).
    pub async fn tuning(
        &self,
        actor: &Actor,
        selection: &Selection,
    ) -> Result<Option<Tuning>, AppError> {
        Self::allow(actor, Permission::SeeResults)?;
        let fits = |survey: &radost_domain::listen::PublishedSurvey| !survey.csi_pairs().is_empty();
        let Some(scope) = self.scope_where(actor, selection, fits).await? else {
            return Ok(None);
        };
        let choices = self.choices(actor, &scope).await?;
        let pairs = scope.survey.published.csi_pairs();
        let mut questions = Vec::with_capacity(2 * pairs.len());
        let mut scales = Vec::with_capacity(2 * pairs.len());
        for published in pairs
            .iter()
            .flat_map(|(rating, importance)| [rating, importance])
        {
            questions.push(published.question.code.clone());
            scales.push(published.question.kind.scale().unwrap_or((0, 1)));
        }
        let answers = self.answers(actor, &scope, &questions, &[]).await?;
        let minimum = u64::from(scope.directory.workspace.minimum_group);
        let level = scope.level;
        let ratings: Vec<Code> = questions.iter().step_by(2).cloned().collect();
        let off_scale = answers.off_scale;
        // Grouping is work for a processor, not for the threads that answer requests.
        let computed = tokio::task::spawn_blocking(move || {
            compute(&answers, &scales, ratings, level, minimum)
        })
        .await
        .map_err(|error| {
            tracing::error!(%error, "tuning was broken off");
            AppError::Full
        })?;
        Ok(Some(Tuning {
            choices,
            minimum,
            attributes: computed.attributes,
            met: computed.met,
            customers: computed.customers,
            left_out: computed.left_out,
            groups: computed.groups,
            variants: computed.variants,
            off_scale,
            scope,
        }))
    }
}

struct Computed {
    attributes: Vec<TunedAttribute>,
    met: Figure,
    customers: u64,
    left_out: u64,
    groups: Result<NeedGroups, NoGroups>,
    variants: Vec<VariantPoint>,
}

fn compute(
    answers: &Answers,
    scales: &[(i64, i64)],
    ratings: Vec<Code>,
    level: Level,
    minimum: u64,
) -> Computed {
    let part = |column: usize, row: usize| {
        let score = answers.scores[column][row];
        let (min, max) = scales[column];
        (score != Answers::LACKING).then(|| (f64::from(score) - min as f64) / (max - min) as f64)
    };
    let mut counted: Vec<Counted> = ratings.iter().map(|_| Counted::default()).collect();
    let mut customers = Vec::new();
    let (mut met, mut left_out) = (0_u64, 0_u64);
    for row in 0..answers.len() {
        let told: Vec<Option<(f64, f64)>> = (0..ratings.len())
            .map(|attribute| part(2 * attribute, row).zip(part(2 * attribute + 1, row)))
            .collect();
        for (counted, told) in counted.iter_mut().zip(&told) {
            if let Some((satisfaction, importance)) = told {
                counted.push(*satisfaction, *importance);
            }
        }
        let both: Vec<(f64, f64)> = told.iter().copied().flatten().collect();
        if 2 * both.len() < ratings.len() || both.is_empty() {
            left_out += u64::from(!both.is_empty());
            continue;
        }
        let own_mean =
            both.iter().map(|(_, importance)| importance).sum::<f64>() / both.len() as f64;
        let customer = Customer {
            needs: told
                .iter()
                .map(|told| told.map_or(f64::NAN, |(_, importance)| importance - own_mean))
                .collect(),
            met: both
                .iter()
                .all(|(satisfaction, importance)| satisfaction >= importance),
        };
        met += u64::from(customer.met);
        customers.push(customer);
    }
    let mut attributes: Vec<(usize, TunedAttribute)> = counted
        .iter()
        .zip(ratings)
        .map(|(counted, rating)| counted.attribute(rating, level, minimum))
        .enumerate()
        .collect();
    let value = |figure: &Figure| figure.shown().map_or(f64::NEG_INFINITY, |e| e.value);
    attributes.sort_by(|(_, a), (_, b)| value(&b.opportunity).total_cmp(&value(&a.opportunity)));
    let (order, attributes): (Vec<usize>, Vec<TunedAttribute>) = attributes.into_iter().unzip();
    let n = customers.len() as u64;
    let needed = FEWEST.max(4 * minimum);
    let (groups, variants) = if n < needed || order.len() < 2 {
        (Err(NoGroups::TooFew { needed }), Vec::new())
    } else {
        // Evenly over time; by lot, one half is grouped, and the other says how well that fits those who had no part in it.
        let size = (2 * GROUPED).min(customers.len());
        let drawn = (0..size).map(|i| &customers[i * customers.len() / size]);
        let lot = |i: &usize| (*i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 63 == 0;
        let (own, other): (Vec<_>, Vec<_>) = drawn.enumerate().partition(|(i, _)| lot(i));
        let own: Vec<&Customer> = own.into_iter().map(|(_, customer)| customer).collect();
        let other: Vec<&Customer> = other.into_iter().map(|(_, customer)| customer).collect();
        match profiles_of(&own, order.len()) {
            None => (Err(NoGroups::Alike), Vec::new()),
            Some(profiles) => (
                groups_of(&profiles, &own, &order, level, minimum).ok_or(NoGroups::Alike),
                variants_of(&profiles, &own, &other, level).unwrap_or_default(),
            ),
        }
    };
    Computed {
        attributes,
        met: share_of(met, n, level, minimum),
        customers: n,
        left_out,
        groups,
        variants,
    }
}

/// `None` when all profiles are the same, or almost.
fn profiles_of(customers: &[&Customer], attributes: usize) -> Option<Profiles> {
    let columns: Vec<Column> = (0..attributes)
        .map(|attribute| {
            let values = customers.iter().map(|customer| customer.needs[attribute]);
            // What was not told is taken for as important as the customer finds things on the whole.
            Column::Numeric(
                values
                    .map(|need| Some(if need.is_finite() { need } else { 0.0 }))
                    .collect(),
            )
        })
        .collect();
    // An attribute that is equally important to all tells nobody apart.
    let differing: Vec<Column> = columns
        .into_iter()
        .filter(|column| match column {
            Column::Numeric(values) => {
                let told: Vec<f64> = values.iter().flatten().copied().collect();
                told.windows(2).any(|pair| (pair[0] - pair[1]).abs() > 1e-9)
            }
            _ => false,
        })
        .collect();
    Profiles::new(&differing, None, Distance::Manhattan).ok()
}

fn groups_of(
    profiles: &Profiles,
    customers: &[&Customer],
    order: &[usize],
    level: Level,
    minimum: u64,
) -> Option<NeedGroups> {
    let none = Progress::none();
    // A group of one in twenty is an accident rather than a market.
    let least = (customers.len() as f64 / 20.0).max(minimum as f64);
    let mut best: Option<(f64, KMedoidsFit, KMedoids)> = None;
    for groups in NUMBERS.filter(|&groups| groups <= profiles.distinct()) {
        let settings = KMedoids {
            starts: 2,
            ..KMedoids::new(groups, 1)
        };
        let Ok(fit) = settings.fit(profiles, &none) else {
            continue;
        };
        if fit.sizes.iter().any(|&size| size < least) {
            continue;
        }
        let Ok(found) = silhouette(profiles, &fit.assignment, &none) else {
            continue;
        };
        if best.as_ref().is_none_or(|(mean, ..)| found.mean > *mean) {
            best = Some((found.mean, fit, settings));
        }
    }
    let (mean, fit, settings) = best?;
    let stability = group_stability(profiles, &fit, &settings, DRAWS, &none)
        .ok()?
        .mean;
    if mean < LEAST_SILHOUETTE || stability < LEAST_STABILITY {
        return None;
    }
    let groups = (0..fit.medoids.len())
        .map(|group| {
            let own: Vec<&Customer> = customers
                .iter()
                .zip(&fit.assignment)
                .filter(|(_, assigned)| **assigned == group)
                .map(|(customer, _)| *customer)
                .collect();
            let profile = order
                .iter()
                .map(|&attribute| {
                    let told: Vec<f64> = own
                        .iter()
                        .map(|customer| customer.needs[attribute])
                        .filter(|need| need.is_finite())
                        .collect();
                    (told.len() as u64 >= minimum)
                        .then(|| 100.0 * told.iter().sum::<f64>() / told.len() as f64)
                })
                .collect();
            let met = own.iter().filter(|customer| customer.met).count() as u64;
            Some(NeedGroup {
                share: share(own.len() as u64, customers.len() as u64, level)?,
                profile,
                met: share_of(met, own.len() as u64, level, minimum),
            })
        })
        .collect::<Option<Vec<NeedGroup>>>()?;
    Some(NeedGroups {
        groups,
        silhouette: mean,
        stability,
        n: customers.len() as u64,
    })
}

/// Variants are chosen by some customers and judged by others: who chose would praise the choice.
fn variants_of(
    profiles: &Profiles,
    choosing: &[&Customer],
    judging: &[&Customer],
    level: Level,
) -> Option<Vec<VariantPoint>> {
    let none = Progress::none();
    let candidates = CANDIDATES.min(profiles.distinct());
    let fit = KMedoids::new(candidates, 1).fit(profiles, &none).ok()?;
    let wanted: Vec<&Customer> = fit.medoids.iter().map(|&row| choosing[row]).collect();
    // Whoever has nothing in common with a variant cannot be said to be fitted by it.
    let loss = |customer: &Customer, variant: &Customer| customer.differs(variant).unwrap_or(2.0);
    let losses: Vec<Vec<f64>> = choosing
        .iter()
        .map(|customer| {
            wanted
                .iter()
                .map(|variant| loss(customer, variant))
                .collect()
        })
        .collect();
    let curve = CoverProblem::new(&losses, None, FITS)
        .and_then(|problem| {
            problem.curve(
                CoverTarget::Share,
                MOST_VARIANTS.min(candidates),
                2_000,
                &none,
            )
        })
        .ok()?;
    let mut before = 0.0;
    curve
        .points
        .iter()
        .map(|point| {
            let fitted = judging.iter().filter(|customer| {
                let mut chosen = point.chosen.iter().map(|&variant| wanted[variant]);
                chosen.any(|variant| loss(customer, variant) <= FITS)
            });
            let share = share(fitted.count() as u64, judging.len() as u64, level)?;
            let gain = share.value - before;
            before = share.value;
            Some(VariantPoint {
                variants: point.variants,
                share,
                gain,
            })
        })
        .collect()
}
