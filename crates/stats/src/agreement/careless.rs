use super::{
    ItemError, ItemTally,
    consistency::{correlations, lower_triangle},
    items::checked_row,
};
use crate::distributions::chi_squared_sf;

/// The items of one scale of the questionnaire, in the order asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyScale {
    /// Item numbers, from 0; reversed items must have been turned round.
    pub items: Vec<usize>,
}

/// When an index is taken as a sign of careless answering. None is proof; two or more on one respondent deserve a look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CarelessRules {
    /// Longest run of equal answers, as a share of the items: 0.5, half of them (Curran 2016).
    pub long_string_share: f64,
    /// Even–odd consistency below this: 0.30 (Johnson 2005, after Jackson).
    pub even_odd_below: f64,
    /// Mahalanobis distance with a smaller chi-squared p-value: 0.001.
    pub mahalanobis_p_below: f64,
    /// Standard deviation of one's own answers below this share of what respondents have on average: 0.25. No rule is agreed upon; this
    /// one is ours and catches those who hardly leave one answer.
    pub variability_share: f64,
    /// Person-total correlation below this: 0 (Curran 2016).
    pub person_total_below: f64,
}

impl Default for CarelessRules {
    fn default() -> Self {
        Self {
            long_string_share: 0.5,
            even_odd_below: 0.30,
            mahalanobis_p_below: 0.001,
            variability_share: 0.25,
            person_total_below: 0.0,
        }
    }
}

/// A sign of careless answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CarelessSign {
    /// A long run of equal answers.
    LongString,
    /// The halves of the scales contradict each other.
    EvenOdd,
    /// Answers far from all others'.
    Mahalanobis,
    /// Hardly any variation.
    LowVariability,
    /// Answers against what others answer.
    PersonTotal,
}

impl std::fmt::Display for CarelessSign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::LongString => "long run of equal answers",
            Self::EvenOdd => "even and odd items contradict each other",
            Self::Mahalanobis => "answers far from all others'",
            Self::LowVariability => "hardly any variation",
            Self::PersonTotal => "answers against what others answer",
        })
    }
}

/// The indices of one respondent; `None` where too little was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct RespondentIndices {
    /// Items answered.
    pub answered: usize,
    /// Longest run of equal answers; unanswered items are passed over.
    pub long_string: Option<usize>,
    /// Mean length of the runs of equal answers.
    pub mean_string: Option<f64>,
    /// Correlation over the scales between the means of their even and odd items, stepped up by Spearman and Brown, −1 to 1; it takes
    /// three scales with both halves answered.
    pub even_odd: Option<f64>,
    /// Squared Mahalanobis distance from the mean of the sample, over the items answered.
    pub mahalanobis: Option<f64>,
    /// Its chi-squared p-value, with the items answered as degrees of freedom.
    pub mahalanobis_p: Option<f64>,
    /// Intra-individual response variability: standard deviation (n − 1) of one's own answers, in their units.
    pub variability: Option<f64>,
    /// Correlation of one's answers with the items' means, over the items answered.
    pub person_total: Option<f64>,
    /// The signs that the rules see, in the order above.
    pub signs: Vec<CarelessSign>,
}

/// What a respondent is compared with: the sample's means and covariances, the scales and the rules.
#[derive(Debug, Clone)]
pub struct CarelessScreen {
    means: Vec<f64>,
    sds: Vec<f64>,
    correlations: Vec<f64>,
    /// Cholesky's triangle of the correlations, for those who answered everything.
    lower: Vec<f64>,
    typical_variability: f64,
    scales: Vec<SurveyScale>,
    rules: CarelessRules,
}

impl CarelessScreen {
    /// Prepares a screen from the tally of a sample.
    ///
    /// ```
    /// use radost_stats::agreement::{CarelessRules, CarelessScreen, CarelessSign, ItemTally, SurveyScale};
    ///
    /// let answers = [[5, 1, 4], [4, 2, 5], [5, 2, 3], [3, 1, 4], [4, 1, 3], [3, 3, 3], [5, 1, 5], [4, 3, 4]];
    /// let row = |answers: [u8; 3]| answers.map(|x| Some(f64::from(x)));
    /// let mut tally = ItemTally::new(3)?;
    /// for answers in answers {
    ///     tally.push(&row(answers))?;
    /// }
    /// let screen = CarelessScreen::new(&tally, vec![SurveyScale { items: vec![0, 1, 2] }], CarelessRules::default())?;
    /// let straight = screen.screen(&row([3, 3, 3]))?;
    /// assert_eq!(straight.long_string, Some(3));
    /// assert_eq!(straight.signs, [CarelessSign::LongString, CarelessSign::LowVariability]);
    /// # Ok::<(), radost_stats::agreement::ItemError>(())
    /// ```
    /// # Units
    /// Runs in items, variability in the units of the answers; the rest has none.
    /// # Assumptions
    /// Items on one scale of answers, in the order asked. Runs are counted on the answers as given here: reversed items that were
    /// turned round break the runs of those who answered everything alike, so screen for runs before turning them if that matters.
    /// Mahalanobis' p-value takes near-normal answers and a large sample; with Likert items it flags somewhat too many.
    /// # Errors
    /// [`ItemError::TooFew`] unless there are more complete rows than items, [`ItemError::Constant`], [`ItemError::Collinear`],
    /// [`ItemError::NoSuchItem`] for a scale, [`ItemError::Rule`] for a rule that is NaN or out of range.
    /// # Sources
    /// Curran (2016), Journal of Experimental Social Psychology 66, 4–19; Johnson (2005), Journal of Research in Personality 39(1),
    /// 103–129; Meade and Craig (2012), Psychological Methods 17(3), 437–455; Dunn, Heggestad, Shanock and Theilgard (2018), Journal
    /// of Business and Psychology 33(1), 105–121.
    pub fn new(
        tally: &ItemTally,
        scales: Vec<SurveyScale>,
        rules: CarelessRules,
    ) -> Result<Self, ItemError> {
        for (rule, value, low, range) in [
            ("long_string_share", rules.long_string_share, 0.0, "0 to 1"),
            ("even_odd_below", rules.even_odd_below, -1.0, "-1 to 1"),
            (
                "mahalanobis_p_below",
                rules.mahalanobis_p_below,
                0.0,
                "0 to 1",
            ),
            ("variability_share", rules.variability_share, 0.0, "0 to 1"),
            (
                "person_total_below",
                rules.person_total_below,
                -1.0,
                "-1 to 1",
            ),
        ] {
            if !(low..=1.0).contains(&value) {
                return Err(ItemError::Rule { rule, value, range });
            }
        }
        let items = tally.items();
        let mut named = scales.iter().flat_map(|scale| scale.items.iter().copied());
        if let Some(item) = named.find(|&item| item >= items) {
            return Err(ItemError::NoSuchItem { item, items });
        }
        let covariances = tally.varying(items as u64 + 1)?;
        let correlations = correlations(&covariances, items);
        let (n, k) = (tally.n() as f64, items as f64);
        let trace: f64 = (0..items).map(|i| covariances[i * items + i]).sum();
        let grand = tally.means().iter().sum::<f64>() / k;
        let apart: f64 = tally
            .means()
            .iter()
            .map(|mean| (mean - grand).powi(2))
            .sum();
        let within = (n - 1.0) / n * (trace - covariances.iter().sum::<f64>() / k) + apart;
        Ok(Self {
            means: tally.means().to_vec(),
            sds: (0..items)
                .map(|i| covariances[i * items + i].sqrt())
                .collect(),
            lower: lower_triangle(&correlations, items)?,
            correlations,
            typical_variability: (within / (k - 1.0)).max(0.0).sqrt(),
            scales,
            rules,
        })
    }

    /// Root mean square, over the sample, of the standard deviation of respondents' own answers.
    pub fn typical_variability(&self) -> f64 {
        self.typical_variability
    }

    /// The indices of one respondent, who need not be in the sample.
    ///
    /// # Errors
    /// [`ItemError::Width`] and [`ItemError::Value`].
    pub fn screen(&self, answers: &[Option<f64>]) -> Result<RespondentIndices, ItemError> {
        checked_row(answers, self.means.len())?;
        let given: Vec<(usize, f64)> = answers
            .iter()
            .enumerate()
            .filter_map(|(item, answer)| Some((item, (*answer)?)))
            .collect();
        let own: Vec<f64> = given.iter().map(|&(_, x)| x).collect();

        let mut runs: Vec<usize> = Vec::new();
        for run in own.chunk_by(|a, b| a == b) {
            runs.push(run.len());
        }
        let long_string = runs.iter().copied().max();
        let even_odd = self.even_odd(answers);
        let mahalanobis = self.mahalanobis(&given);
        let mahalanobis_p = mahalanobis.map(|squared| chi_squared_sf(squared, given.len() as f64));
        let variability = sd(&own);
        let usual: Vec<f64> = given.iter().map(|&(item, _)| self.means[item]).collect();
        let person_total = if given.len() < 3 {
            None
        } else {
            correlation(&own, &usual)
        };

        let below = |value: Option<f64>, cut: f64| value.is_some_and(|value| value < cut);
        let rules = &self.rules;
        let long = rules.long_string_share * self.means.len() as f64;
        let signs = [
            (
                long_string.is_some_and(|run| run > 1 && run as f64 >= long),
                CarelessSign::LongString,
            ),
            (below(even_odd, rules.even_odd_below), CarelessSign::EvenOdd),
            (
                below(mahalanobis_p, rules.mahalanobis_p_below),
                CarelessSign::Mahalanobis,
            ),
            (
                below(
                    variability,
                    rules.variability_share * self.typical_variability,
                ),
                CarelessSign::LowVariability,
            ),
            (
                below(person_total, rules.person_total_below),
                CarelessSign::PersonTotal,
            ),
        ];
        Ok(RespondentIndices {
            answered: given.len(),
            long_string,
            mean_string: (!runs.is_empty()).then(|| own.len() as f64 / runs.len() as f64),
            even_odd,
            mahalanobis,
            mahalanobis_p,
            variability,
            person_total,
            signs: signs
                .into_iter()
                .filter_map(|(seen, sign)| seen.then_some(sign))
                .collect(),
        })
    }

    fn even_odd(&self, answers: &[Option<f64>]) -> Option<f64> {
        let half = |scale: &SurveyScale, first: usize| {
            let own: Vec<f64> = scale
                .items
                .iter()
                .skip(first)
                .step_by(2)
                .filter_map(|&item| *answers.get(item)?)
                .collect();
            (!own.is_empty()).then(|| own.iter().sum::<f64>() / own.len() as f64)
        };
        let halves = self
            .scales
            .iter()
            .filter_map(|scale| Some((half(scale, 0)?, half(scale, 1)?)));
        let (odd, even): (Vec<f64>, Vec<f64>) = halves.unzip();
        if odd.len() < 3 {
            return None;
        }
        let r = correlation(&odd, &even)?;
        // Spearman and Brown's 2r/(1 + r) leaves −1 below r = −1/3.
        Some((2.0 * r / (1.0 + r)).max(-1.0))
    }

    fn mahalanobis(&self, given: &[(usize, f64)]) -> Option<f64> {
        let (all, some) = (self.means.len(), given.len());
        if some == 0 {
            return None;
        }
        let part;
        let lower = if some == all {
            &self.lower
        } else {
            let cells: Vec<f64> = given
                .iter()
                .flat_map(|&(i, _)| {
                    given
                        .iter()
                        .map(move |&(j, _)| self.correlations[i * all + j])
                })
                .collect();
            part = lower_triangle(&cells, some).ok()?;
            &part
        };
        let mut solved: Vec<f64> = Vec::with_capacity(some);
        for (i, &(item, answer)) in given.iter().enumerate() {
            let z = (answer - self.means[item]) / self.sds[item];
            let done: f64 = solved
                .iter()
                .zip(&lower[i * some..])
                .map(|(x, l)| x * l)
                .sum();
            solved.push((z - done) / lower[i * some + i]);
        }
        Some(solved.iter().map(|x| x * x).sum())
    }
}

fn sd(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let spread: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    Some((spread / (values.len() as f64 - 1.0)).sqrt())
}

/// Pearson's correlation; `None` when either side does not vary.
fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len().min(b.len()) as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - mean_a) * (y - mean_b);
        aa += (x - mean_a).powi(2);
        bb += (y - mean_b).powi(2);
    }
    let noise = |mean: f64| n * (mean * f64::EPSILON * 4.0).powi(2);
    (aa > noise(mean_a) && bb > noise(mean_b)).then(|| (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0))
}
