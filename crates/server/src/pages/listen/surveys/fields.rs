//! The fields of the editor's forms: from a survey to what a form shows, and back from what was sent.
//!
//! A field has the name that its place has in the document (`text.uk`, `low_label.en`), so that a defect found there is
//! shown there. Options are rows: their names stand once per row.

use std::collections::BTreeSet;

use radost_app::domain::listen::contact::ContactField;
use radost_app::domain::listen::edit::{suggest_option_code, suggest_segment_code};
use radost_app::domain::listen::{
    Block, ChoiceOption, Construct, Ending, KanoSide, Layout, Question, QuestionKind, Quota,
    QuotaAction, RatingStyle, Segment, Survey,
};
use radost_app::domain::{Code, Language, Text};

use crate::request::Fields;

/// Fields that were refused, each with the id of the message that says why.
pub(super) type Refused = Vec<(String, &'static str)>;

fn put(pairs: &mut Vec<(String, String)>, name: &str, value: impl ToString) {
    pairs.push((name.to_owned(), value.to_string()));
}

fn put_text(pairs: &mut Vec<(String, String)>, name: &str, text: &Text, languages: &[Language]) {
    for &language in languages {
        let value = text.in_language(language).unwrap_or_default();
        put(pairs, &format!("{name}.{language}"), value);
    }
}

fn put_optional(pairs: &mut Vec<(String, String)>, name: &str, value: Option<impl ToString>) {
    put(
        pairs,
        name,
        value.map(|value| value.to_string()).unwrap_or_default(),
    );
}

/// The settings of the whole survey.
pub(super) fn of_survey(survey: &Survey) -> Fields {
    let mut pairs = Vec::new();
    for language in &survey.languages {
        put(&mut pairs, "languages", language);
    }
    put_optional(&mut pairs, "default", survey.languages.first());
    put_text(&mut pairs, "title", &survey.title, &survey.languages);
    put_text(&mut pairs, "intro", &survey.intro, &survey.languages);
    put_text(
        &mut pairs,
        "thank_you",
        &survey.thank_you,
        &survey.languages,
    );
    for segment in &survey.segments {
        put(&mut pairs, "segments.code", &segment.code);
        put_segment_label(&mut pairs, &segment.label, &survey.languages);
    }
    put(&mut pairs, "segments.code", "");
    put_segment_label(&mut pairs, &Text::default(), &survey.languages);
    if survey.random_blocks {
        put(&mut pairs, "random_blocks", "on");
    }
    for ending in survey.endings.iter().map(Some).chain([None]) {
        put_optional(
            &mut pairs,
            "endings.code",
            ending.map(|ending| &ending.code),
        );
        let show_if = ending.and_then(|ending| ending.show_if.as_ref());
        put_optional(&mut pairs, "endings.show_if", show_if);
        let none = Text::default();
        let title = ending.map_or(&none, |ending| &ending.title);
        put_text(&mut pairs, "endings.title", title, &survey.languages);
        let text = ending.map_or(&none, |ending| &ending.text);
        put_text(&mut pairs, "endings.text", text, &survey.languages);
        let link = ending.and_then(|ending| ending.link.as_ref());
        put_optional(&mut pairs, "endings.link", link);
    }
    for quota in survey.quotas.iter().map(Some).chain([None]) {
        put_optional(&mut pairs, "quotas.code", quota.map(|quota| &quota.code));
        let counts_if = quota.and_then(|quota| quota.counts_if.as_ref());
        put_optional(&mut pairs, "quotas.counts_if", counts_if);
        put_optional(&mut pairs, "quotas.limit", quota.map(|quota| quota.limit));
        let then = quota.and_then(|quota| match &quota.then {
            QuotaAction::Close => None,
            QuotaAction::End(ending) => Some(ending),
        });
        put_optional(&mut pairs, "quotas.then", then);
    }
    Fields::of(pairs)
}

fn put_segment_label(pairs: &mut Vec<(String, String)>, label: &Text, languages: &[Language]) {
    put_text(pairs, "segments.label", label, languages);
}

/// The settings of a block.
pub(super) fn of_block(block: &Block, languages: &[Language]) -> Fields {
    let mut pairs = Vec::new();
    put_text(&mut pairs, "title", &block.title, languages);
    put_optional(&mut pairs, "show_if", block.show_if.as_ref());
    let ticked = [
        ("matrix", block.layout == Some(Layout::Matrix)),
        ("random_questions", block.random_questions),
        ("anchored", block.anchored),
    ];
    for (name, _) in ticked.into_iter().filter(|(_, ticked)| *ticked) {
        put(&mut pairs, name, "on");
    }
    Fields::of(pairs)
}

/// The settings of a question.
pub(super) fn of_question(question: &Question, languages: &[Language]) -> Fields {
    let mut pairs = Vec::new();
    put(&mut pairs, "code", &question.code);
    put_text(&mut pairs, "text", &question.text, languages);
    put_text(&mut pairs, "hint", &question.hint, languages);
    if question.required {
        put(&mut pairs, "required", "on");
    }
    put_optional(&mut pairs, "show_if", question.show_if.as_ref());
    if question.kind.is_driver() {
        put_optional(&mut pairs, "drives", question.drives.as_ref());
    }
    if question.kind.is_outcome() {
        let construct = question.construct.map(Construct::code);
        put_optional(&mut pairs, "construct", construct);
    }
    if let Some((low, high)) = question.kind.end_labels() {
        put_text(&mut pairs, "low_label", low, languages);
        put_text(&mut pairs, "high_label", high, languages);
    }
    match &question.kind {
        QuestionKind::Csat { points, style, .. } => {
            put(&mut pairs, "points", points);
            put(&mut pairs, "style", style_code(*style));
        }
        QuestionKind::Rating {
            points,
            style,
            not_applicable,
            ..
        } => {
            put(&mut pairs, "points", points);
            put(&mut pairs, "style", style_code(*style));
            if *not_applicable {
                put(&mut pairs, "not_applicable", "on");
            }
        }
        QuestionKind::Importance { of, points, .. } => {
            put(&mut pairs, "of", of);
            put(&mut pairs, "points", points);
        }
        QuestionKind::Kano {
            attribute,
            side,
            label,
        } => {
            put(&mut pairs, "attribute", attribute);
            put(&mut pairs, "side", side.code());
            put_text(&mut pairs, "label", label, languages);
        }
        QuestionKind::Multi { max_choices, .. } => {
            put_optional(&mut pairs, "max_choices", *max_choices);
        }
        QuestionKind::Ranking { places, .. } => {
            put_optional(&mut pairs, "places", *places);
        }
        QuestionKind::Price { points, .. } => put(&mut pairs, "points", points),
        QuestionKind::Contact { fields } => {
            for field in fields {
                put(&mut pairs, "fields", field.code());
            }
        }
        QuestionKind::Text { long, max_length } => {
            if *long {
                put(&mut pairs, "long", "on");
            }
            put(&mut pairs, "max_length", max_length);
        }
        QuestionKind::Number { min, max, decimals } => {
            put_optional(&mut pairs, "min", *min);
            put_optional(&mut pairs, "max", *max);
            put(&mut pairs, "decimals", decimals);
        }
        QuestionKind::Date { min, max } => {
            put_optional(&mut pairs, "min", *min);
            put_optional(&mut pairs, "max", *max);
        }
        QuestionKind::Nps { .. }
        | QuestionKind::Ces { .. }
        | QuestionKind::Single { .. }
        | QuestionKind::BestWorst { .. }
        | QuestionKind::Email
        | QuestionKind::Phone
        | QuestionKind::Consent
        | QuestionKind::Statement => {}
    }
    if question.kind.offers_options() {
        let options = question.kind.options();
        if question.kind.is_random() {
            put(&mut pairs, "random", "on");
        }
        for (row, option) in options.iter().enumerate() {
            if option.anchored {
                put(&mut pairs, "options.anchored", row);
            }
            put(&mut pairs, "options.was", &option.code);
            put(&mut pairs, "options.code", &option.code);
            put_text(&mut pairs, "options.text", &option.text, languages);
        }
        // Empty rows for what is still missing: two options at least, and always one more.
        for _ in options.len()..(options.len() + 1).max(2) {
            put(&mut pairs, "options.was", "");
            put(&mut pairs, "options.code", "");
            put_text(&mut pairs, "options.text", &Text::default(), languages);
        }
    }
    Fields::of(pairs)
}

/// The code of a style, as in documents.
pub(super) fn style_code(style: RatingStyle) -> &'static str {
    match style {
        RatingStyle::Numbers => "numbers",
        RatingStyle::Stars => "stars",
        RatingStyle::Faces => "faces",
    }
}

/// The text of `name` in these languages; what was written in others stays.
fn text(fields: &Fields, name: &str, before: &Text, languages: &[Language]) -> Text {
    let mut text = before.clone();
    for &language in languages {
        let name = format!("{name}.{language}");
        // A form of an older page lacks the languages that came later: they are not wiped.
        if fields.ticked(&name) {
            text.set(language, fields.get(&name));
        }
    }
    text
}

/// The text in row `row` of a list.
fn row_text(
    fields: &Fields,
    name: &str,
    row: usize,
    before: &Text,
    languages: &[Language],
) -> Text {
    let mut text = before.clone();
    for &language in languages {
        if let Some(value) = fields.all(&format!("{name}.{language}")).nth(row) {
            text.set(language, value);
        }
    }
    text
}

fn condition(fields: &Fields) -> Option<String> {
    fields.given("show_if").map(str::to_owned)
}

/// What stands in a row of a list.
fn cell<'f>(fields: &'f Fields, name: &'f str, row: usize) -> &'f str {
    fields.all(name).nth(row).unwrap_or_default().trim()
}

/// The code of a row; `None` when it is none, or stands in a row before.
fn row_code<'c>(
    fields: &Fields,
    list: &str,
    row: usize,
    mut before: impl Iterator<Item = &'c Code>,
    refused: &mut Refused,
) -> Option<Code> {
    let name = format!("{list}.code");
    let fault = match cell(fields, &name, row).parse::<Code>() {
        Ok(code) if before.all(|other| *other != code) => return Some(code),
        Ok(_) => "survey-defect-code-twice",
        Err(_) => "survey-error-code",
    };
    refused.push((format!("{list}[{row}].code"), fault));
    None
}

fn optional(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// The end pages; a row without anything in it is none.
fn read_endings(fields: &Fields, base: &Survey, refused: &mut Refused) -> Vec<Ending> {
    let mut endings: Vec<Ending> = Vec::new();
    for row in 0..fields.all("endings.code").count() {
        let code = cell(fields, "endings.code", row);
        let known = base
            .endings
            .iter()
            .find(|known| known.code.as_str() == code);
        let words = |name: &str, before: Option<&Text>| {
            let before = before.cloned().unwrap_or_default();
            row_text(fields, name, row, &before, &base.languages)
        };
        let title = words("endings.title", known.map(|known| &known.title));
        let text = words("endings.text", known.map(|known| &known.text));
        let show_if = cell(fields, "endings.show_if", row);
        let link = cell(fields, "endings.link", row);
        if code.is_empty()
            && title.is_empty()
            && text.is_empty()
            && show_if.is_empty()
            && link.is_empty()
        {
            continue;
        }
        let codes = endings.iter().map(|ending| &ending.code);
        if let Some(code) = row_code(fields, "endings", row, codes, refused) {
            endings.push(Ending {
                code,
                show_if: optional(show_if),
                title,
                text,
                link: optional(link),
            });
        }
    }
    endings
}

/// The quotas; a row without anything in it is none.
fn read_quotas(fields: &Fields, refused: &mut Refused) -> Vec<Quota> {
    let mut quotas: Vec<Quota> = Vec::new();
    for row in 0..fields.all("quotas.code").count() {
        let [counts_if, limit, then] =
            ["quotas.counts_if", "quotas.limit", "quotas.then"].map(|name| cell(fields, name, row));
        if cell(fields, "quotas.code", row).is_empty() && counts_if.is_empty() && limit.is_empty() {
            continue;
        }
        let limit = limit.parse::<u32>();
        if limit.is_err() {
            refused.push((format!("quotas[{row}].limit"), "survey-error-whole-number"));
        }
        let codes = quotas.iter().map(|quota| &quota.code);
        let code = row_code(fields, "quotas", row, codes, refused);
        if let (Some(code), Ok(limit)) = (code, limit) {
            quotas.push(Quota {
                code,
                counts_if: optional(counts_if),
                limit,
                then: then.parse().map_or(QuotaAction::Close, QuotaAction::End),
            });
        }
    }
    quotas
}

/// What the form of the whole survey says: languages, texts, segments, end pages, quotas.
pub(super) fn read_survey(fields: &Fields, base: &Survey) -> Result<Survey, Refused> {
    let mut refused = Refused::new();
    let ticked: BTreeSet<Language> = fields
        .all("languages")
        .filter_map(|code| code.parse().ok())
        .collect();
    if ticked.is_empty() {
        refused.push(("languages".to_owned(), "survey-error-language"));
    }
    let default = fields.get("default").parse::<Language>().ok();
    let default = default.filter(|language| ticked.contains(language));
    let others = Language::ALL
        .into_iter()
        .filter(|language| ticked.contains(language) && Some(*language) != default);
    let languages: Vec<Language> = default.into_iter().chain(others).collect();
    let shown = &base.languages;
    let mut segments: Vec<Segment> = Vec::new();
    for (row, code) in fields.all("segments.code").map(str::trim).enumerate() {
        let known = base
            .segments
            .iter()
            .find(|known| known.code.as_str() == code);
        let before = known.map(|known| known.label.clone()).unwrap_or_default();
        let label = row_text(fields, "segments.label", row, &before, shown);
        if code.is_empty() && label.is_empty() {
            continue;
        }
        let code = match code {
            "" => suggest_segment_code(&segments, &label),
            code => match code.parse() {
                Ok(code) => code,
                Err(_) => {
                    refused.push((format!("segments[{row}].code"), "survey-error-code"));
                    continue;
                }
            },
        };
        if segments.iter().any(|segment| segment.code == code) {
            refused.push((format!("segments[{row}].code"), "survey-defect-code-twice"));
        }
        segments.push(Segment { code, label });
    }
    // A form of an older page lacks these: what is there stays.
    let endings = match fields.ticked("endings.code") {
        true => read_endings(fields, base, &mut refused),
        false => base.endings.clone(),
    };
    let quotas = match fields.ticked("quotas.code") {
        true => read_quotas(fields, &mut refused),
        false => base.quotas.clone(),
    };
    if !refused.is_empty() {
        return Err(refused);
    }
    Ok(Survey {
        languages,
        random_blocks: fields.ticked("random_blocks"),
        endings,
        quotas,
        title: text(fields, "title", &base.title, shown),
        intro: text(fields, "intro", &base.intro, shown),
        thank_you: text(fields, "thank_you", &base.thank_you, shown),
        segments,
        ..base.clone()
    })
}

/// Heading, condition and order of a block.
pub(super) fn read_block(fields: &Fields, base: &Block, languages: &[Language]) -> Block {
    Block {
        title: text(fields, "title", &base.title, languages),
        show_if: condition(fields),
        layout: fields.ticked("matrix").then_some(Layout::Matrix),
        random_questions: fields.ticked("random_questions"),
        anchored: fields.ticked("anchored"),
        ..base.clone()
    }
}

/// A question as it was sent, and the options that are new.
#[derive(Debug)]
pub(super) struct SentQuestion {
    pub(super) question: Question,
    pub(super) new_options: Vec<ChoiceOption>,
}

/// Reads the form of a question.
pub(super) fn read_question(
    fields: &Fields,
    base: &Question,
    languages: &[Language],
) -> Result<SentQuestion, Refused> {
    let mut refused = Refused::new();
    let mut question = base.clone();
    match fields.get("code").trim().parse() {
        Ok(code) => question.code = code,
        Err(_) => refused.push(("code".to_owned(), "survey-error-code")),
    }
    question.text = text(fields, "text", &base.text, languages);
    question.hint = text(fields, "hint", &base.hint, languages);
    question.required = fields.ticked("required");
    question.show_if = condition(fields);
    // A form of an older page lacks these: what is set stays.
    if fields.ticked("drives") {
        question.drives = fields.given("drives").and_then(|code| code.parse().ok());
    }
    if fields.ticked("construct") {
        let given = fields.get("construct");
        question.construct = Construct::ALL.into_iter().find(|c| c.code() == given);
    }
    let mut number = |name: &str| number(fields, name, &mut refused);
    let mut new_options = Vec::new();
    match &mut question.kind {
        QuestionKind::Nps {
            low_label,
            high_label,
        }
        | QuestionKind::Ces {
            low_label,
            high_label,
        } => labels(fields, low_label, high_label, languages),
        QuestionKind::Csat {
            points,
            style,
            low_label,
            high_label,
        } => {
            *points = whole(number("points")).unwrap_or(*points);
            *style = read_style(fields).unwrap_or(*style);
            labels(fields, low_label, high_label, languages);
        }
        QuestionKind::Rating {
            points,
            style,
            not_applicable,
            low_label,
            high_label,
        } => {
            *points = whole(number("points")).unwrap_or(*points);
            *style = read_style(fields).unwrap_or(*style);
            *not_applicable = fields.ticked("not_applicable");
            labels(fields, low_label, high_label, languages);
        }
        QuestionKind::Importance {
            of,
            points,
            low_label,
            high_label,
        } => {
            *points = whole(number("points")).unwrap_or(*points);
            if let Ok(rating) = fields.get("of").parse() {
                *of = rating;
            }
            labels(fields, low_label, high_label, languages);
        }
        QuestionKind::Kano {
            attribute,
            side,
            label,
        } => {
            match fields.get("attribute").trim().parse() {
                Ok(code) => *attribute = code,
                Err(_) => refused.push(("attribute".to_owned(), "survey-error-code")),
            }
            if let Some(chosen) = KanoSide::ALL
                .into_iter()
                .find(|known| known.code() == fields.get("side"))
            {
                *side = chosen;
            }
            *label = text(fields, "label", label, languages);
        }
        QuestionKind::Single { options, random } | QuestionKind::BestWorst { options, random } => {
            *random = fields.ticked("random");
            new_options = read_options(fields, options, languages, &mut refused);
        }
        QuestionKind::Multi {
            options,
            random,
            max_choices,
        } => {
            *random = fields.ticked("random");
            *max_choices = whole(number("max_choices"));
            new_options = read_options(fields, options, languages, &mut refused);
        }
        QuestionKind::Ranking {
            options,
            random,
            places,
        } => {
            *random = fields.ticked("random");
            *places = whole(number("places"));
            new_options = read_options(fields, options, languages, &mut refused);
        }
        QuestionKind::Price {
            points,
            low_label,
            high_label,
        } => {
            *points = whole(number("points")).unwrap_or(*points);
            labels(fields, low_label, high_label, languages);
        }
        QuestionKind::Contact { fields: asked } => {
            let ticked = |field: &ContactField| fields.all("fields").any(|f| f == field.code());
            *asked = ContactField::ALL.into_iter().filter(ticked).collect();
        }
        QuestionKind::Text { long, max_length } => {
            *long = fields.ticked("long");
            *max_length = whole(number("max_length")).unwrap_or(*max_length);
        }
        QuestionKind::Number { min, max, decimals } => {
            *min = number("min");
            *max = number("max");
            *decimals = whole(number("decimals")).unwrap_or(*decimals);
        }
        QuestionKind::Date { min, max } => {
            for (name, bound) in [("min", min), ("max", max)] {
                match fields.given(name).map(str::parse) {
                    None => *bound = None,
                    Some(Ok(day)) => *bound = Some(day),
                    Some(Err(_)) => refused.push((name.to_owned(), "survey-error-date")),
                }
            }
        }
        QuestionKind::Email
        | QuestionKind::Phone
        | QuestionKind::Consent
        | QuestionKind::Statement => {}
    }
    if refused.is_empty() {
        Ok(SentQuestion {
            question,
            new_options,
        })
    } else {
        Err(refused)
    }
}

fn labels(fields: &Fields, low: &mut Text, high: &mut Text, languages: &[Language]) {
    *low = text(fields, "low_label", low, languages);
    *high = text(fields, "high_label", high, languages);
}

fn read_style(fields: &Fields) -> Option<RatingStyle> {
    [RatingStyle::Numbers, RatingStyle::Stars, RatingStyle::Faces]
        .into_iter()
        .find(|style| style_code(*style) == fields.get("style"))
}

/// A number, with a point or a comma; refused when it is none.
fn number(fields: &Fields, name: &str, refused: &mut Refused) -> Option<f64> {
    let given = fields.given(name)?.replace(',', ".");
    match given.parse::<f64>() {
        Ok(number) if number.is_finite() => {
            let counted = matches!(
                name,
                "max_choices" | "places" | "max_length" | "points" | "decimals"
            );
            if counted && (number.fract() != 0.0 || !(0.0..=65_535.0).contains(&number)) {
                refused.push((name.to_owned(), "survey-error-whole-number"));
                return None;
            }
            Some(number)
        }
        _ => {
            refused.push((name.to_owned(), "survey-error-number"));
            None
        }
    }
}

/// A whole number that fits, out of one that was checked to be whole.
fn whole<T: TryFrom<u32>>(number: Option<f64>) -> Option<T> {
    let number = number?;
    let text = format!("{number:.0}");
    T::try_from(text.parse::<u32>().ok()?).ok()
}

/// Puts the known options as they were sent into `options` and returns the new ones.
fn read_options(
    fields: &Fields,
    options: &mut Vec<ChoiceOption>,
    languages: &[Language],
    refused: &mut Refused,
) -> Vec<ChoiceOption> {
    let mut known = Vec::new();
    let mut new: Vec<ChoiceOption> = Vec::new();
    let rows = fields.all("options.was").zip(fields.all("options.code"));
    for (row, (was, code)) in rows.enumerate() {
        let old = options.iter().find(|option| option.code.as_str() == was);
        let before = old.map(|old| old.text.clone()).unwrap_or_default();
        let text = row_text(fields, "options.text", row, &before, languages);
        let code = code.trim();
        if was.is_empty() && code.is_empty() && text.is_empty() {
            continue;
        }
        let parsed = match code {
            "" => {
                let others: Vec<ChoiceOption> =
                    known.iter().chain(&new).chain(&*options).cloned().collect();
                Ok(suggest_option_code(&others, &text))
            }
            code => code.parse::<Code>(),
        };
        let anchored = fields
            .all("options.anchored")
            .any(|at| at == row.to_string());
        let option = |code| ChoiceOption {
            code,
            text,
            anchored,
        };
        match parsed {
            Ok(code) if was.is_empty() => new.push(option(code)),
            Ok(code) => known.push(option(code)),
            Err(_) => refused.push((format!("options[{row}].code"), "survey-error-code")),
        }
    }
    *options = known;
    new
}

#[cfg(test)]
mod tests {
    use radost_app::domain::listen::templates;

    use super::*;

    /// A form that comes back as it was shown changes nothing.
    #[test]
    fn each_ready_survey_goes_through_its_forms_unchanged() {
        for ready in templates::ready() {
            let survey = ready.survey().unwrap();
            assert_eq!(read_survey(&of_survey(&survey), &survey).unwrap(), survey);
            for (b, _, question) in survey.questions() {
                let fields = of_question(question, &survey.languages);
                let sent = read_question(&fields, question, &survey.languages).unwrap();
                assert_eq!(&sent.question, question);
                assert_eq!(sent.new_options, []);
                let block = &survey.blocks[b];
                let sent = read_block(
                    &of_block(block, &survey.languages),
                    block,
                    &survey.languages,
                );
                assert_eq!(&sent, block);
            }
        }
    }

    #[test]
    fn orders_endings_and_quotas_go_through_their_forms_unchanged() {
        let document = serde_json::json!({
            "code": "visit", "title": {"en": "Visit"}, "languages": ["en", "uk"], "random_blocks": true,
            "blocks": [{ "code": "main", "layout": "matrix", "anchored": true, "random_questions": true, "questions": [
                { "code": "why", "kind": "single", "random": true, "text": {"en": "Why?"}, "options": [
                    {"code": "late", "text": {"en": "Late"}},
                    {"code": "other", "text": {"en": "Other"}, "anchored": true}] } ] }],
            "endings": [
                { "code": "late", "show_if": "why = late", "title": {"en": "Sorry"}, "text": {"en": "We will call"}, "link": "https://example.com" },
                { "code": "full", "show_if": null, "text": {"uk": "Досить"}, "link": null } ],
            "quotas": [
                { "code": "all", "counts_if": null, "limit": 100, "then": "close" },
                { "code": "late", "counts_if": "why = late", "limit": 5, "then": { "end": "full" } } ]
        });
        let survey = Survey::from_json(&document).unwrap();
        assert_eq!(read_survey(&of_survey(&survey), &survey).unwrap(), survey);
        let block = &survey.blocks[0];
        let fields = of_block(block, &survey.languages);
        assert_eq!(&read_block(&fields, block, &survey.languages), block);
        let question = &block.questions[0];
        let fields = of_question(question, &survey.languages);
        let sent = read_question(&fields, question, &survey.languages).unwrap();
        assert_eq!(&sent.question, question);
        let pairs = [
            ("languages", "en"),
            ("default", "en"),
            ("endings.code", "a"),
            ("endings.code", "a"),
            ("quotas.code", "All"),
            ("quotas.limit", "many"),
        ];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let refused = read_survey(&Fields::of(pairs.to_vec()), &survey).unwrap_err();
        assert_eq!(
            refused,
            [
                ("endings[1].code".to_owned(), "survey-defect-code-twice"),
                ("quotas[0].limit".to_owned(), "survey-error-whole-number"),
                ("quotas[0].code".to_owned(), "survey-error-code"),
            ]
        );
    }

    #[test]
    fn what_is_no_number_is_refused_at_its_field() {
        let base = Question {
            kind: QuestionKind::Number {
                min: None,
                max: None,
                decimals: 0,
            },
            ..templates::ready()[0].survey().unwrap().blocks[0].questions[0].clone()
        };
        let sent = |min: &str, decimals: &str| {
            let pairs = [("code", "age"), ("min", min), ("decimals", decimals)];
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            read_question(&Fields::of(pairs.to_vec()), &base, &[])
        };
        let QuestionKind::Number { min, decimals, .. } = sent("-1,5", "2").unwrap().question.kind
        else {
            panic!("the kind stays");
        };
        assert_eq!((min, decimals), (Some(-1.5), 2));
        let refused = sent("many", "1.5").unwrap_err();
        assert_eq!(
            refused,
            [
                ("min".to_owned(), "survey-error-number"),
                ("decimals".to_owned(), "survey-error-whole-number")
            ]
        );
    }
}
