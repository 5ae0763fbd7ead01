//! What the rules of surveys say, in the reader's language.

use radost_app::domain::listen::changes::SurveyChange;
use radost_app::domain::listen::edit::EditError;
use radost_app::domain::listen::show_if::{ConditionError, ConditionFault};
use radost_app::domain::listen::{Defect, DefectKind};
use radost_app::domain::{Code, Language};

use crate::look::i18n::{Tr, Value};

/// The reader's language, as surveys know it.
pub(in super::super) fn language(tr: Tr) -> Language {
    tr.lang.code().parse().unwrap_or(Language::En)
}

/// The name of a kind of question.
pub(super) fn kind(tr: Tr, name: &str) -> String {
    tr.t(&format!("survey-kind-{name}"))
}

fn text<'a>(value: impl Into<Value<'a>>) -> Value<'a> {
    value.into()
}

fn code(code: &Code) -> Value<'_> {
    code.as_str().into()
}

/// Why a condition cannot be read, with the place.
pub(super) fn condition(tr: Tr, error: &ConditionError) -> String {
    let why = match &error.fault {
        ConditionFault::TooLong => tr.t("survey-condition-too-long"),
        ConditionFault::TooDeep => tr.t("survey-condition-too-deep"),
        ConditionFault::OpenQuote => tr.t("survey-condition-open-quote"),
        ConditionFault::Ends => tr.t("survey-condition-ends"),
        ConditionFault::Meaningless(given) => tr.ta(
            "survey-condition-meaningless",
            &[("given", text(given.as_str()))],
        ),
        ConditionFault::Unexpected(given) => {
            // The parser names what it found in its own quotes.
            let given = given.trim_matches('`');
            tr.ta("survey-condition-unexpected", &[("given", text(given))])
        }
        ConditionFault::NotBefore(given) => tr.ta(
            "survey-condition-not-before",
            &[("code", text(given.as_str()))],
        ),
        ConditionFault::Statement(question) => {
            tr.ta("survey-condition-statement", &[("code", code(question))])
        }
        ConditionFault::Words(question) => {
            tr.ta("survey-condition-words", &[("code", code(question))])
        }
        ConditionFault::NotCompared(question) => {
            tr.ta("survey-condition-not-compared", &[("code", code(question))])
        }
        ConditionFault::TrueOrFalse(question) => {
            tr.ta("survey-condition-true-false", &[("code", code(question))])
        }
        ConditionFault::Value { question, from, to } => tr.ta(
            "survey-condition-value",
            &[
                ("code", code(question)),
                ("from", text(from.as_str())),
                ("to", text(to.as_str())),
            ],
        ),
        ConditionFault::NoOption {
            question,
            option,
            options,
        } => {
            let known: Vec<&str> = options.iter().map(Code::as_str).collect();
            tr.ta(
                "survey-condition-no-option",
                &[
                    ("code", code(question)),
                    ("option", text(option.as_str())),
                    ("options", text(known.join(", "))),
                ],
            )
        }
    };
    let column = error.column.to_string();
    tr.ta(
        "survey-condition-at",
        &[("column", text(column)), ("why", text(why))],
    )
}

/// What is wrong, without saying where.
pub(super) fn defect(tr: Tr, defect: &Defect) -> String {
    let n = |n: usize| [("n", Value::from(n))];
    match &defect.kind {
        DefectKind::NoLanguage => tr.t("survey-defect-no-language"),
        DefectKind::LanguageTwice => tr.t("survey-defect-language-twice"),
        DefectKind::NoQuestion => tr.t("survey-defect-no-question"),
        DefectKind::TooManyQuestions(count) => {
            tr.ta("survey-defect-too-many-questions", &n(*count))
        }
        DefectKind::BlockCodeTwice
        | DefectKind::SegmentCodeTwice
        | DefectKind::QuestionCodeTwice
        | DefectKind::OptionTwice(_)
        | DefectKind::EndingCodeTwice
        | DefectKind::QuotaCodeTwice => tr.t("survey-defect-code-twice"),
        DefectKind::NoTable => tr.t("survey-defect-no-table"),
        DefectKind::MayComeLater(needed) => {
            tr.ta("survey-defect-may-come-later", &[("code", code(needed))])
        }
        DefectKind::PipedTooEarly(piped) => {
            tr.ta("survey-defect-piped-too-early", &[("code", code(piped))])
        }
        DefectKind::PipedWithoutWords(piped) => tr.ta(
            "survey-defect-piped-without-words",
            &[("code", code(piped))],
        ),
        DefectKind::EndingUnreached => tr.t("survey-defect-ending-unreached"),
        DefectKind::Link => tr.t("survey-defect-link"),
        DefectKind::QuotaLimit => tr.t("survey-defect-quota-limit"),
        DefectKind::NoEnding(ending) => tr.ta("survey-defect-no-ending", &[("code", code(ending))]),
        DefectKind::EmptyBlock => tr.t("survey-defect-empty-block"),
        DefectKind::MissingText(language) => tr.ta(
            "survey-defect-missing-text",
            &[("language", text(language.own_name()))],
        ),
        DefectKind::Condition(error) => condition(tr, error),
        DefectKind::CsatPoints(_) => tr.t("survey-defect-csat-points"),
        DefectKind::Points(_) => tr.t("survey-defect-points"),
        DefectKind::TooManyFaces => tr.t("survey-defect-faces"),
        DefectKind::NoChoice => tr.t("survey-defect-no-choice"),
        DefectKind::Places { options, .. } => tr.ta("survey-defect-places", &n(*options)),
        DefectKind::BestWorstOptions(_) => tr.t("survey-defect-best-worst-options"),
        DefectKind::PricePoints(_) => tr.t("survey-defect-price-points"),
        DefectKind::NoContactField => tr.t("survey-defect-no-contact-field"),
        DefectKind::ContactFieldTwice(_) => tr.t("survey-defect-code-twice"),
        DefectKind::MaxLength(_) => tr.t("survey-defect-max-length"),
        DefectKind::LeastAboveGreatest => tr.t("survey-defect-least-above-greatest"),
        DefectKind::EarliestAfterLatest => tr.t("survey-defect-earliest-after-latest"),
        DefectKind::Decimals => tr.t("survey-defect-decimals"),
        DefectKind::StatementRequired => tr.t("survey-defect-statement-required"),
        DefectKind::OptionCount(count) => tr.ta("survey-defect-option-count", &n(*count)),
        DefectKind::NotARating(of) => tr.ta("survey-defect-not-a-rating", &[("code", code(of))]),
        DefectKind::ImportanceTwice(of) => {
            tr.ta("survey-defect-importance-twice", &[("code", code(of))])
        }
        DefectKind::KanoTwice(attribute) => {
            tr.ta("survey-defect-kano-twice", &[("code", code(attribute))])
        }
        DefectKind::KanoAlone(attribute) => {
            tr.ta("survey-defect-kano-alone", &[("code", code(attribute))])
        }
        DefectKind::NotADriver => tr.t("drivers-defect-not-a-driver"),
        DefectKind::NotAnOutcome(of) => {
            tr.ta("drivers-defect-not-an-outcome", &[("code", code(of))])
        }
        DefectKind::NotAnIndicator => tr.t("index-defect-not-an-indicator"),
        // Drafts are read field by field, so these do not come out of the editor.
        DefectKind::UnknownField | DefectKind::Malformed(_) => defect.message.clone(),
    }
}

/// Defects with their words, a text that lacks several languages as one.
pub(super) fn lines(tr: Tr, defects: &[Defect]) -> Vec<(&Defect, String)> {
    let text_of = |defect: &Defect| match defect.kind {
        DefectKind::MissingText(_) => defect
            .place
            .rsplit_once('.')
            .map(|(text, _)| text.to_owned()),
        _ => None,
    };
    let same = |a: &Defect, b: &Defect| text_of(a).is_some_and(|text| text_of(b) == Some(text));
    let groups = defects.chunk_by(same).filter_map(|group| {
        let first = group.first()?;
        let languages = group.iter().filter_map(|defect| match defect.kind {
            DefectKind::MissingText(language) => Some(language.own_name()),
            _ => None,
        });
        let languages: Vec<&str> = languages.collect();
        let words = match languages.len() {
            0 | 1 => self::defect(tr, first),
            _ => tr.ta(
                "survey-defect-missing-text",
                &[("language", text(languages.join(", ")))],
            ),
        };
        Some((first, words))
    });
    groups.collect()
}

/// The name of the field at which a fault lies: `blocks[0].questions[2].options[1].text.uk` is an option.
pub(super) fn part(tr: Tr, place: &str) -> Option<String> {
    let inner = place
        .rsplit_once("questions[")
        .map_or(place, |(_, rest)| rest);
    if let Some((_, option)) = inner.split_once("options[") {
        let number = option.split(']').next()?.parse::<u64>().ok()? + 1;
        return Some(tr.ta("survey-option-number", &[("n", number.into())]));
    }
    let name = inner
        .split('.')
        .rfind(|part| part.parse::<Language>().is_err())?;
    let id = match name {
        "title" => "survey-field-title",
        "intro" => "survey-field-intro",
        "thank_you" => "survey-field-thank-you",
        "text" => "survey-field-text",
        "hint" => "survey-field-hint",
        "low_label" => "survey-field-low-label",
        "high_label" => "survey-field-high-label",
        "show_if" => "survey-field-show-if",
        "drives" => "drivers-field",
        "construct" => "index-field",
        "places" => "survey-field-places",
        "fields" => "survey-field-contact",
        "layout" => "survey-field-matrix",
        "link" => "survey-field-ending-link",
        "counts_if" => "survey-field-counts-if",
        "limit" => "survey-field-limit",
        "then" => "survey-field-then",
        "code" => "code",
        _ => return None,
    };
    Some(tr.t(id))
}

/// Why a step of editing is refused.
pub(super) fn edit_error(tr: Tr, error: &EditError) -> String {
    let (id, name) = match error {
        EditError::NoBlock(code) | EditError::NoQuestion(code) | EditError::NoOption(code) => {
            ("survey-edit-gone", Some(code))
        }
        EditError::CodeTaken(code) => ("survey-edit-code-taken", Some(code)),
        EditError::AtTheEdge => ("survey-edit-at-the-edge", None),
        EditError::Published(code) => ("survey-edit-published", Some(code)),
    };
    match name {
        Some(name) => tr.ta(id, &[("code", code(name))]),
        None => tr.t(id),
    }
}

/// What a new version changes.
pub(super) fn change(tr: Tr, change: &SurveyChange) -> String {
    let of = |id: &str, question: &Code| tr.ta(id, &[("code", code(question))]);
    let option = |id: &str, question: &Code, option: &Code| {
        tr.ta(id, &[("code", code(question)), ("option", code(option))])
    };
    let language =
        |id: &str, language: &Language| tr.ta(id, &[("language", text(language.own_name()))]);
    match change {
        SurveyChange::LanguageAdded(added) => language("survey-change-language-added", added),
        SurveyChange::LanguageRemoved(removed) => {
            language("survey-change-language-removed", removed)
        }
        SurveyChange::QuestionAdded(code) => of("survey-change-question-added", code),
        SurveyChange::QuestionRemoved(code) => of("survey-change-question-removed", code),
        SurveyChange::KindChanged(code) => of("survey-change-kind", code),
        SurveyChange::ScaleChanged(code) => of("survey-change-scale", code),
        SurveyChange::OptionAdded(code, added) => option("survey-change-option-added", code, added),
        SurveyChange::OptionRemoved(code, removed) => {
            option("survey-change-option-removed", code, removed)
        }
        SurveyChange::TextChanged(code) => of("survey-change-text", code),
        SurveyChange::ConditionChanged(code) => of("survey-change-condition", code),
        SurveyChange::Required(code) => of("survey-change-required", code),
        SurveyChange::Optional(code) => of("survey-change-optional", code),
        SurveyChange::SettingsChanged(code) => of("survey-change-settings", code),
        SurveyChange::LayoutChanged(code) => of("survey-change-layout", code),
        SurveyChange::EndingsChanged => tr.t("survey-change-endings"),
        SurveyChange::QuotasChanged => tr.t("survey-change-quotas"),
        SurveyChange::OrderChanged => tr.t("survey-change-order"),
        SurveyChange::WordsChanged => tr.t("survey-change-words"),
        SurveyChange::SegmentsChanged => tr.t("survey-change-segments"),
    }
}
