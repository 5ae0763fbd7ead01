//! Quotas: how many responses of a sort are wanted, and what happens when there are enough.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::answer::Answers;
use super::survey::PublishedSurvey;
use crate::Code;

/// How many responses of a sort are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Its stable code.
    pub code: Code,
    /// Which responses it counts: those over whose answers this holds; all without a condition.
    #[serde(default)]
    pub counts_if: Option<String>,
    /// How many are enough.
    pub limit: u32,
    /// What happens to more of them.
    pub then: QuotaAction,
}

/// What happens to a response of which there are enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotaAction {
    /// It is not taken, as if the survey were closed.
    Close,
    /// It ends on the end page with this code and is not taken.
    End(Code),
}

impl Quota {
    /// Whether there are enough. `counts` says how many responses each quota has counted so far; one that it does not name has
    /// counted none.
    pub fn is_reached(&self, counts: &BTreeMap<Code, u64>) -> bool {
        counts.get(&self.code).copied().unwrap_or(0) >= u64::from(self.limit)
    }
}

impl PublishedSurvey {
    /// The quotas that count a response with these answers.
    pub fn quotas_of(&self, answers: &Answers) -> impl Iterator<Item = &Quota> {
        let conditions = self.quota_conditions.iter();
        let quotas = self.survey().quotas.iter().zip(conditions);
        quotas
            .filter(|(_, condition)| condition.as_ref().is_none_or(|c| c.holds(answers)))
            .map(|(quota, _)| quota)
    }

    /// The first quota of which there are enough among those that count a response with these answers so far.
    ///
    /// It can be asked before the last answer, so that nobody answers in vain. A condition that holds without an answer, such as
    /// `not (nps <= 6)`, then holds too early: quotas are better written with what was answered.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use radost_domain::listen::{Answer, QuotaAction, Survey, answer::Answers};
    /// let survey = Survey::from_json(&serde_json::json!({
    ///     "code": "visit", "title": { "en": "Visit" }, "languages": ["en"],
    ///     "blocks": [{ "code": "main", "questions": [{ "code": "nps", "kind": "nps", "text": { "en": "Recommend?" } }] }],
    ///     "quotas": [{ "code": "happy", "counts_if": "nps >= 9", "limit": 100, "then": "close" }],
    /// })).unwrap().publish(1, &[]).unwrap();
    /// let counts = BTreeMap::from([("happy".parse().unwrap(), 100)]);
    /// let reached = |nps| survey.quota_reached(&counts, &Answers::from([("nps".parse().unwrap(), Answer::Scale(nps))]));
    /// assert_eq!(reached(9).unwrap().then, QuotaAction::Close);
    /// assert_eq!(reached(8), None);
    /// ```
    pub fn quota_reached(&self, counts: &BTreeMap<Code, u64>, answers: &Answers) -> Option<&Quota> {
        self.quotas_of(answers)
            .find(|quota| quota.is_reached(counts))
    }
}
