//! How a survey document is checked.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Block, ChoiceOption, Defect, DefectKind, MAX_OPTIONS, MAX_QUESTIONS, MAX_TEXT, Question,
    QuestionKind, RatingStyle, Survey,
};
use crate::listen::ending::is_link;
use crate::listen::kano::KanoSide;
use crate::listen::layout::{Layout, Row, rows};
use crate::listen::order::may_follow;
use crate::listen::pipe::{codes, has_words};
use crate::listen::quota::{Quota, QuotaAction};
use crate::listen::show_if::Condition;
use crate::{Code, Text};

/// Collects the defects of one document.
pub(super) struct Check<'a> {
    pub(super) survey: &'a Survey,
    pub(super) defects: Vec<Defect>,
    /// Questions met so far: conditions may only look back.
    pub(super) seen: BTreeMap<Code, &'a QuestionKind>,
    /// The block that is being checked, and the question of it; none while it is the document.
    pub(super) at: Option<(usize, Option<usize>)>,
    /// Answers that must be there before something is shown.
    pub(super) needs: Vec<Need>,
}

/// An answer that must be there before something is shown.
pub(super) struct Need {
    /// The question.
    question: Code,
    /// The block that is shown, and the question of it.
    at: (usize, Option<usize>),
    /// Where it was written, and under which code.
    place: String,
    code: Code,
}

impl<'a> Check<'a> {
    pub(super) fn defect(&mut self, place: &str, code: Option<&Code>, kind: DefectKind) {
        self.defects.push(Defect::new(place, code.cloned(), kind));
    }

    pub(super) fn document(&mut self) {
        let survey = self.survey;
        if survey.languages.is_empty() {
            self.defect("languages", None, DefectKind::NoLanguage);
        }
        let distinct: BTreeSet<_> = survey.languages.iter().collect();
        if distinct.len() < survey.languages.len() {
            self.defect("languages", None, DefectKind::LanguageTwice);
        }
        self.text(&survey.title, "title", None, true);
        self.text(&survey.intro, "intro", None, false);
        let count = survey
            .questions()
            .filter(|(_, _, q)| q.kind.takes_answer())
            .count();
        if count == 0 {
            self.defect("blocks", None, DefectKind::NoQuestion);
        }
        if count > MAX_QUESTIONS {
            self.defect("blocks", None, DefectKind::TooManyQuestions(count));
        }
        let mut blocks = BTreeSet::new();
        for (b, block) in survey.blocks.iter().enumerate() {
            if !blocks.insert(&block.code) {
                self.defect(
                    &format!("blocks[{b}].code"),
                    Some(&block.code),
                    DefectKind::BlockCodeTwice,
                );
            }
        }
        let mut segments = BTreeSet::new();
        for (s, segment) in survey.segments.iter().enumerate() {
            if !segments.insert(&segment.code) {
                self.defect(
                    &format!("segments[{s}].code"),
                    Some(&segment.code),
                    DefectKind::SegmentCodeTwice,
                );
            }
        }
    }

    /// A text that respondents see: there in the languages of the survey, with answers that were given before.
    pub(super) fn text(&mut self, text: &Text, place: &str, code: Option<&Code>, needed: bool) {
        self.translated(text, place, code, needed);
        for &language in &self.survey.languages {
            for piped in codes(text.in_language(language).unwrap_or_default()) {
                let place = format!("{place}.{language}");
                match self.seen.get(&piped) {
                    None => self.defect(&place, code, DefectKind::PipedTooEarly(piped)),
                    Some(kind) if !has_words(kind) => {
                        self.defect(&place, code, DefectKind::PipedWithoutWords(piped));
                    }
                    Some(_) => self.need(piped, &place, code),
                }
            }
        }
    }

    /// An answer must be there before what is being checked is shown.
    fn need(&mut self, question: Code, place: &str, code: Option<&Code>) {
        if let (Some(at), Some(code)) = (self.at, code) {
            self.needs.push(Need {
                question,
                at,
                place: place.to_owned(),
                code: code.clone(),
            });
        }
    }

    /// A text must be there in every language of the survey, or, when optional, in all or none.
    fn translated(&mut self, text: &Text, place: &str, code: Option<&Code>, needed: bool) {
        if text.is_empty() && !needed {
            return;
        }
        for &language in &self.survey.languages {
            if text.in_language(language).is_none() {
                self.defect(
                    &format!("{place}.{language}"),
                    code,
                    DefectKind::MissingText(language),
                );
            }
        }
    }

    pub(super) fn condition(
        &mut self,
        source: Option<&str>,
        place: &str,
        code: &Code,
    ) -> Option<Condition> {
        let source = source.filter(|source| !source.trim().is_empty())?;
        match Condition::parse(source, &|name| self.seen.get(name).copied()) {
            Ok(condition) => {
                let earlier = self.seen.keys().filter(|code| condition.looks_at(code));
                let looked_at: Vec<Code> = earlier.cloned().collect();
                for question in looked_at {
                    self.need(question, place, Some(code));
                }
                Some(condition)
            }
            Err(error) => {
                self.defect(place, Some(code), DefectKind::Condition(error));
                None
            }
        }
    }

    /// A table needs something to stand in it.
    pub(super) fn layout(&mut self, block: &Block, place: &str) {
        let table = |row: &Row<'_>| matches!(row, Row::Table(_));
        if block.layout == Some(Layout::Matrix) && !rows(block, uuid::Uuid::nil()).iter().any(table)
        {
            let place = format!("{place}.layout");
            self.defect(&place, Some(&block.code), DefectKind::NoTable);
        }
    }

    pub(super) fn question(&mut self, question: &'a Question, place: &str) {
        let code = Some(&question.code);
        if self.seen.contains_key(&question.code) {
            self.defect(
                &format!("{place}.code"),
                code,
                DefectKind::QuestionCodeTwice,
            );
        }
        self.text(&question.text, &format!("{place}.text"), code, true);
        self.text(&question.hint, &format!("{place}.hint"), code, false);
        if let Some((low, high)) = question.kind.end_labels() {
            self.text(low, &format!("{place}.low_label"), code, false);
            self.text(high, &format!("{place}.high_label"), code, false);
        }
        match &question.kind {
            QuestionKind::Csat { points, style, .. } => {
                if ![2, 5, 7, 10].contains(points) {
                    self.defect(
                        &format!("{place}.points"),
                        code,
                        DefectKind::CsatPoints(*points),
                    );
                }
                self.style(*style, *points, place, &question.code);
            }
            QuestionKind::Rating { points, style, .. } => {
                self.points(*points, place, &question.code);
                self.style(*style, *points, place, &question.code);
            }
            QuestionKind::Importance { points, .. } => self.points(*points, place, &question.code),
            QuestionKind::Kano { label, .. } => {
                self.translated(label, &format!("{place}.label"), code, false);
            }
            QuestionKind::Single { options, .. } => self.options(options, place, &question.code),
            QuestionKind::Multi {
                options,
                max_choices,
                ..
            } => {
                self.options(options, place, &question.code);
                if *max_choices == Some(0) {
                    self.defect(&format!("{place}.max_choices"), code, DefectKind::NoChoice);
                }
            }
            QuestionKind::Ranking {
                options, places, ..
            } => {
                self.options(options, place, &question.code);
                let options = options.len();
                if let Some(places) =
                    places.filter(|&places| places == 0 || usize::from(places) > options)
                {
                    let kind = DefectKind::Places { places, options };
                    self.defect(&format!("{place}.places"), code, kind);
                }
            }
            QuestionKind::BestWorst { options, .. } => {
                self.options(options, place, &question.code);
                // Of two the better says all; fewer are a fault already.
                if options.len() == 2 {
                    let kind = DefectKind::BestWorstOptions(options.len());
                    self.defect(&format!("{place}.options"), code, kind);
                }
            }
            QuestionKind::Price { points, .. } => {
                if ![5, 7].contains(points) {
                    let kind = DefectKind::PricePoints(*points);
                    self.defect(&format!("{place}.points"), code, kind);
                }
            }
            QuestionKind::Contact { fields } => {
                let place = format!("{place}.fields");
                if fields.is_empty() {
                    self.defect(&place, code, DefectKind::NoContactField);
                }
                for (f, field) in fields.iter().enumerate() {
                    if fields[..f].contains(field) {
                        let kind = DefectKind::ContactFieldTwice(*field);
                        self.defect(&format!("{place}[{f}]"), code, kind);
                    }
                }
            }
            QuestionKind::Text { max_length, .. } => {
                if !(1..=MAX_TEXT).contains(max_length) {
                    self.defect(
                        &format!("{place}.max_length"),
                        code,
                        DefectKind::MaxLength(*max_length),
                    );
                }
            }
            QuestionKind::Number { min, max, decimals } => {
                if min.zip(*max).is_some_and(|(min, max)| min > max) {
                    self.defect(
                        &format!("{place}.min"),
                        code,
                        DefectKind::LeastAboveGreatest,
                    );
                }
                if *decimals > 6 {
                    self.defect(&format!("{place}.decimals"), code, DefectKind::Decimals);
                }
            }
            QuestionKind::Date { min, max } => {
                if min.zip(*max).is_some_and(|(min, max)| min > max) {
                    self.defect(
                        &format!("{place}.min"),
                        code,
                        DefectKind::EarliestAfterLatest,
                    );
                }
            }
            QuestionKind::Statement if question.required => {
                self.defect(
                    &format!("{place}.required"),
                    code,
                    DefectKind::StatementRequired,
                );
            }
            QuestionKind::Nps { .. }
            | QuestionKind::Ces { .. }
            | QuestionKind::Email
            | QuestionKind::Phone
            | QuestionKind::Consent
            | QuestionKind::Statement => {}
        }
        self.seen.insert(question.code.clone(), &question.kind);
    }

    fn points(&mut self, points: u8, place: &str, code: &Code) {
        if !(2..=11).contains(&points) {
            self.defect(
                &format!("{place}.points"),
                Some(code),
                DefectKind::Points(points),
            );
        }
    }

    fn style(&mut self, style: RatingStyle, points: u8, place: &str, code: &Code) {
        if style == RatingStyle::Faces && points > 7 {
            self.defect(
                &format!("{place}.style"),
                Some(code),
                DefectKind::TooManyFaces,
            );
        }
    }

    fn options(&mut self, options: &[ChoiceOption], place: &str, code: &Code) {
        if options.len() < 2 || options.len() > MAX_OPTIONS {
            let count = options.len();
            self.defect(
                &format!("{place}.options"),
                Some(code),
                DefectKind::OptionCount(count),
            );
        }
        let mut seen = BTreeSet::new();
        for (o, option) in options.iter().enumerate() {
            let place = format!("{place}.options[{o}]");
            if !seen.insert(&option.code) {
                let kind = DefectKind::OptionTwice(option.code.clone());
                self.defect(&format!("{place}.code"), Some(code), kind);
            }
            self.text(&option.text, &format!("{place}.text"), Some(code), true);
        }
    }

    /// Each ending must be reached by somebody.
    pub(super) fn endings(&mut self) -> Vec<Option<Condition>> {
        let survey = self.survey;
        let mut codes = BTreeSet::new();
        let mut conditions = Vec::new();
        for (e, ending) in survey.endings.iter().enumerate() {
            let place = format!("endings[{e}]");
            let code = Some(&ending.code);
            if !codes.insert(&ending.code) {
                self.defect(&format!("{place}.code"), code, DefectKind::EndingCodeTwice);
            }
            let show_if = format!("{place}.show_if");
            let sends = |quota: &Quota| quota.then == QuotaAction::End(ending.code.clone());
            let source = ending.show_if.as_deref().unwrap_or_default();
            if source.trim().is_empty() && !survey.quotas.iter().any(sends) {
                self.defect(&show_if, code, DefectKind::EndingUnreached);
            }
            conditions.push(self.condition(Some(source), &show_if, &ending.code));
            self.text(&ending.title, &format!("{place}.title"), code, false);
            self.text(&ending.text, &format!("{place}.text"), code, true);
            if ending.link.as_ref().is_some_and(|link| !is_link(link)) {
                self.defect(&format!("{place}.link"), code, DefectKind::Link);
            }
        }
        conditions
    }

    /// A quota counts up to something and sends people somewhere.
    pub(super) fn quotas(&mut self) -> Vec<Option<Condition>> {
        let survey = self.survey;
        let mut codes = BTreeSet::new();
        let mut conditions = Vec::new();
        for (q, quota) in survey.quotas.iter().enumerate() {
            let place = format!("quotas[{q}]");
            let code = Some(&quota.code);
            if !codes.insert(&quota.code) {
                self.defect(&format!("{place}.code"), code, DefectKind::QuotaCodeTwice);
            }
            let counts_if = format!("{place}.counts_if");
            conditions.push(self.condition(quota.counts_if.as_deref(), &counts_if, &quota.code));
            if quota.limit == 0 {
                self.defect(&format!("{place}.limit"), code, DefectKind::QuotaLimit);
            }
            if let QuotaAction::End(end) = &quota.then
                && !survey.endings.iter().any(|ending| ending.code == *end)
            {
                let kind = DefectKind::NoEnding(end.clone());
                self.defect(&format!("{place}.then"), code, kind);
            }
        }
        conditions
    }

    /// An importance must belong to a rating, and a rating has at most one.
    pub(super) fn importance(&mut self) {
        let mut rated = BTreeSet::new();
        for (b, q, question) in self.survey.questions() {
            let QuestionKind::Importance { of, .. } = &question.kind else {
                continue;
            };
            let place = format!("blocks[{b}].questions[{q}].of");
            let target = self.survey.question(of.as_str());
            if !target.is_some_and(|target| target.kind.is_rated()) {
                self.defect(
                    &place,
                    Some(&question.code),
                    DefectKind::NotARating(of.clone()),
                );
            } else if !rated.insert(of) {
                self.defect(
                    &place,
                    Some(&question.code),
                    DefectKind::ImportanceTwice(of.clone()),
                );
            }
        }
    }

    /// A driver must move another question, and a construct be measured on a scale.
    pub(super) fn marks(&mut self) {
        for (b, q, question) in self.survey.questions() {
            let place = format!("blocks[{b}].questions[{q}]");
            if let Some(outcome) = &question.drives {
                let target = self.survey.question(outcome.as_str());
                let target = target.filter(|target| target.kind.is_outcome());
                let kind = if !question.kind.is_driver() {
                    Some(DefectKind::NotADriver)
                } else if target.is_none() || *outcome == question.code {
                    Some(DefectKind::NotAnOutcome(outcome.clone()))
                } else {
                    None
                };
                if let Some(kind) = kind {
                    self.defect(&format!("{place}.drives"), Some(&question.code), kind);
                }
            }
            if question.construct.is_some() && !question.kind.is_indicator() {
                self.defect(
                    &format!("{place}.construct"),
                    Some(&question.code),
                    DefectKind::NotAnIndicator,
                );
            }
        }
    }

    /// What a random order may move must not be needed before.
    pub(super) fn random(&mut self) {
        let survey = self.survey;
        for need in std::mem::take(&mut self.needs) {
            let written = survey.questions().find(|(_, _, q)| q.code == need.question);
            let Some((block, question, _)) = written else {
                continue;
            };
            let later = match need.at {
                (at, Some(place)) if at == block => {
                    let block = &survey.blocks[block];
                    may_follow(block.questions.len(), |q| block.stays(q), question, place)
                }
                (at, _) => {
                    let blocks = &survey.blocks;
                    let stays = |b: usize| !survey.random_blocks || blocks[b].anchored;
                    may_follow(blocks.len(), stays, block, at)
                }
            };
            if later {
                let kind = DefectKind::MayComeLater(need.question);
                self.defect(&need.place, Some(&need.code), kind);
            }
        }
    }

    /// Each feature is asked about once from either side.
    pub(super) fn kano(&mut self) {
        let mut halves: BTreeMap<&Code, BTreeSet<KanoSide>> = BTreeMap::new();
        for (_, _, question) in self.survey.questions() {
            if let QuestionKind::Kano {
                attribute, side, ..
            } = &question.kind
            {
                halves.entry(attribute).or_default().insert(*side);
            }
        }
        let mut asked = BTreeSet::new();
        for (b, q, question) in self.survey.questions() {
            let QuestionKind::Kano {
                attribute, side, ..
            } = &question.kind
            else {
                continue;
            };
            let place = format!("blocks[{b}].questions[{q}].attribute");
            let alone = halves
                .get(attribute)
                .is_some_and(|sides| !sides.contains(&side.other()));
            if !asked.insert((attribute, side)) {
                let kind = DefectKind::KanoTwice(attribute.clone());
                self.defect(&place, Some(&question.code), kind);
            } else if alone {
                let kind = DefectKind::KanoAlone(attribute.clone());
                self.defect(&place, Some(&question.code), kind);
            }
        }
    }
}

/// Where a document cannot be read: serde tells no place, so each question is tried alone.
pub(super) fn malformed(document: &serde_json::Value, error: &serde_json::Error) -> Vec<Defect> {
    let items = |value: &serde_json::Value, key: &str| -> Vec<serde_json::Value> {
        value
            .get(key)
            .and_then(|items| items.as_array())
            .cloned()
            .unwrap_or_default()
    };
    let mut defects = Vec::new();
    for (b, block) in items(document, "blocks").iter().enumerate() {
        for (q, question) in items(block, "questions").into_iter().enumerate() {
            let code = question
                .get("code")
                .and_then(|code| code.as_str()?.parse().ok());
            if let Err(error) = serde_json::from_value::<Question>(question) {
                let place = format!("blocks[{b}].questions[{q}]");
                let kind = DefectKind::Malformed(error.to_string());
                defects.push(Defect::new(place, code, kind));
            }
        }
    }
    if defects.is_empty() {
        let kind = DefectKind::Malformed(error.to_string());
        defects.push(Defect::new("survey", None, kind));
    }
    defects
}

pub(super) fn unknown_keys(
    given: &serde_json::Value,
    understood: &serde_json::Value,
    place: &str,
    unknown: &mut Vec<Defect>,
) {
    use serde_json::Value;
    match (given, understood) {
        (Value::Object(given), Value::Object(understood)) => {
            for (key, value) in given {
                let place = if place.is_empty() {
                    key.clone()
                } else {
                    format!("{place}.{key}")
                };
                match understood.get(key) {
                    None if said_to_be_absent(key, value) => {}
                    Some(inner) => unknown_keys(value, inner, &place, unknown),
                    None => unknown.push(Defect::new(place, None, DefectKind::UnknownField)),
                }
            }
        }
        (Value::Array(given), Value::Array(understood)) => {
            for (i, (value, inner)) in given.iter().zip(understood).enumerate() {
                unknown_keys(value, inner, &format!("{place}[{i}]"), unknown);
            }
        }
        _ => {}
    }
}

/// What is absent may be said to be: fields that are rarely set are not written back when they say nothing.
fn said_to_be_absent(key: &str, value: &serde_json::Value) -> bool {
    let flags = ["random", "anchored", "random_questions", "random_blocks"];
    let lists = ["endings", "quotas"];
    match value {
        serde_json::Value::Null => true,
        serde_json::Value::Bool(false) => flags.contains(&key),
        serde_json::Value::Array(items) => items.is_empty() && lists.contains(&key),
        _ => false,
    }
}
