//! The fields of the editor's forms: from a survey to what a form shows, and back from what was sent.
//!
//! A field has the name that its place has in the document (`text.uk`, `low_label.en`), so that a defect found there is
//! shown there. Options are rows: their names stand once per row.

use std::collections::BTreeSet;

use radost_app::domain::listen::contact::ContactField;
use radost_app::domain::listen::edit::{suggest_option_code, suggest_segment_code};
use radost_app::domain::listen::{
    Block, ChoiceOption, Construct, KanoSide, Question, QuestionKind, RatingStyle, Segment, Survey,
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
        for option in options {
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

/// What the form of the whole survey says: languages, texts, segments.
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
    if !refused.is_empty() {
        return Err(refused);
    }
    Ok(Survey {
        languages,
        title: text(fields, "title", &base.title, shown),
        intro: text(fields, "intro", &base.intro, shown),
        thank_you: text(fields, "thank_you", &base.thank_you, shown),
        segments,
        ..base.clone()
    })
}

/// Heading and condition of a block.
pub(super) fn read_block(
    fields: &Fields,
    base: &Block,
    languages: &[Language],
) -> (Text, Option<String>) {
    let title = text(fields, "title", &base.title, languages);
    (title, condition(fields))
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
        QuestionKind::Single { options } => {
            new_options = read_options(fields, options, languages, &mut refused);
        }
        QuestionKind::Multi {
            options,
            max_choices,
        } => {
            *max_choices = whole(number("max_choices"));
            new_options = read_options(fields, options, languages, &mut refused);
        }
        QuestionKind::Ranking { options, places } => {
            *places = whole(number("places"));
            new_options = read_options(fields, options, languages, &mut refused);
        }
        QuestionKind::BestWorst { options } => {
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
        match parsed {
            Ok(code) if was.is_empty() => new.push(ChoiceOption { code, text }),
            Ok(code) => known.push(ChoiceOption { code, text }),
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
                assert_eq!(sent, (block.title.clone(), block.show_if.clone()));
            }
        }
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
