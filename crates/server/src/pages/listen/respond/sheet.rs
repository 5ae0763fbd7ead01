//! How a block of questions looks to respondents: plain forms, small enough for any phone, with a style sheet of their own.

use std::borrow::Cow;

use jiff::civil::Date;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use radost_app::domain::listen::answer::{Answers, NOT_APPLICABLE};
use radost_app::domain::listen::contact::ContactField;
use radost_app::domain::listen::layout::{self, Row};
use radost_app::domain::listen::{
    Block, PublishedSurvey, Question, QuestionKind, RatingStyle, Rejection, Survey, kano, pipe,
};
use radost_app::domain::{Language, Text};
use serde_json::Value;
use uuid::Uuid;

use crate::look::assets;
use crate::look::i18n::{Lang, Tr};

const GLOBE: &str = r#"<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18"/></svg>"#;
const STAR: &str = r#"<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m12 2.8 2.9 5.9 6.5.9-4.7 4.6 1.1 6.5-5.8-3.1-5.8 3.1 1.1-6.5-4.7-4.6 6.5-.9z"/></svg>"#;
const SUN: &str = r#"<svg class="sun" viewBox="0 0 64 64" aria-hidden="true"><path d="M32 3v8M32 53v8M3 32h8M53 32h8M11.5 11.5l5.7 5.7M46.8 46.8l5.7 5.7M52.5 11.5l-5.7 5.7M17.2 46.8l-5.7 5.7"/><circle cx="32" cy="32" r="15"/><path class="smile" d="M26 34c1.6 3 3.6 4.4 6 4.4s4.4-1.4 6-4.4"/></svg>"#;

/// The words of the interface in a language of surveys.
pub(crate) fn tr(language: Language) -> Tr {
    Tr::new(Lang::parse(language.code()).unwrap_or_default())
}

/// One block of a survey, ready to be shown.
pub(crate) struct Sheet<'a> {
    pub language: Language,
    pub survey: &'a Survey,
    /// Who asks.
    pub who: &'a str,
    /// The block's index.
    pub block: usize,
    pub questions: Vec<Shown<'a>>,
    /// Which step of how many this is, counted from 1.
    pub step: (usize, usize),
    /// Where the form goes; nowhere in a preview, whose buttons do nothing.
    pub action: Option<&'a str>,
    pub csrf: &'a str,
    /// When the first page was shown, as long as nothing is kept.
    pub began: Option<i64>,
    /// Words about the whole page.
    pub message: Option<String>,
    /// Whether the reader has come here from another block.
    pub moved: bool,
    /// Whether this is a personal link.
    pub personal: bool,
    /// What the order of random things follows from.
    pub seed: Uuid,
    /// What was answered, to be put into texts; nothing in a preview, which shows them as they are written.
    pub piped: Option<(&'a PublishedSurvey, &'a Answers)>,
}

/// A question with what was typed.
pub(crate) struct Shown<'a> {
    pub question: &'a Question,
    /// Its place on the page: the beginning of its ids, which stand there dozens of times and had better be short.
    pub index: usize,
    pub value: Option<&'a Value>,
    /// What is wrong, in words.
    pub fault: Option<String>,
    pub focus: bool,
}

impl Shown<'_> {
    fn id(&self) -> String {
        format!("q{}", self.index)
    }
}

impl Sheet<'_> {
    /// The whole document.
    pub(crate) fn render(&self) -> Markup {
        let tr = tr(self.language);
        let block = self.survey.blocks.get(self.block);
        let heading = block
            .map(|block| &block.title)
            .filter(|title| !title.is_empty());
        let heading = heading.unwrap_or(&self.survey.title);
        let (n, m) = self.step;
        let faults = self
            .questions
            .iter()
            .filter(|shown| shown.fault.is_some())
            .count();
        let step = tr.ta("respond-step", &[("n", n.into()), ("m", m.into())]);
        let args = |id: &str| {
            let title = self.survey.title.best(self.language);
            tr.ta(
                id,
                &[
                    ("step", step.as_str().into()),
                    ("title", title.into()),
                    ("who", self.who.into()),
                ],
            )
        };
        let title = if faults > 0 || self.message.is_some() {
            args("respond-title-errors")
        } else if m > 1 {
            args("respond-title-step")
        } else {
            args("respond-title")
        };
        let last = if n == m {
            "respond-finish"
        } else {
            "respond-next"
        };
        let inert = self.action.is_none();
        let kind = if inert { "button" } else { "submit" };
        let shown: Vec<&str> = self
            .questions
            .iter()
            .map(|shown| shown.question.code.as_str())
            .collect();
        let inside = html! {
            @if !inert {
                // Enter in a text field presses the first button of the form: it must not be one of the languages.
                button.first name="go" value="next" tabindex="-1" aria-hidden="true" { (tr.t(last)) }
                input type="hidden" name="csrf" value=(self.csrf);
                input type="hidden" name="block" value=[block.map(|block| block.code.as_str())];
                input type="hidden" name="shown" value=(shown.join(" "));
                @if let Some(began) = self.began { input type="hidden" name="began" value=(began); }
            }
            header.top {
                p.who { (self.who) }
                @if !inert { (languages(tr, self.language, &self.survey.languages, |language| html! {
                    button name="lang" value=(language) lang=(language) { (language.own_name()) }
                })) }
            }
            main {
                @if m > 1 {
                    div.steps {
                        label for="steps" { (step) }
                        progress id="steps" value=(n) max=(m) {}
                    }
                }
                h1 tabindex=[self.moved.then_some("-1")] autofocus[self.moved] { (self.words(heading)) }
                @if n == 1 && !self.survey.intro.is_empty() { p.lead { (self.words(&self.survey.intro)) } }
                @if let Some(message) = &self.message { div.alert role="alert" { p { (message) } } }
                @if faults > 0 {
                    div.alert role="alert" {
                        p { (tr.ta("respond-errors", &[("n", faults.into())])) }
                    }
                }
                (self.rows(block))
                div.go {
                    button.next type=(kind) name="go" value="next" { (tr.t(last)) }
                    @if n > 1 { button.back type=(kind) name="go" value="back" { (tr.t("respond-back")) } }
                }
                p.kept { (tr.t(if self.personal { "respond-kept-link" } else { "respond-kept" })) }
            }
        };
        let body = match self.action {
            Some(action) => {
                html! { form method="post" action=(action) novalidate data-keep { (inside) } }
            }
            None => html! { form { (inside) } },
        };
        let rows = block.map(|block| layout::rows(block, self.seed));
        let mut rows = rows.iter().flatten();
        let look = Look {
            script: !inert,
            table: rows.any(|row| matches!(row, Row::Table(_))),
        };
        document(self.language, &title, look, body)
    }

    /// A text in the reader's language; where it was not written in it, marked as what it is.
    fn words(&self, text: &Text) -> Markup {
        if let Some(text) = text.in_language(self.language) {
            return html! { (self.filled(text)) };
        }
        let other = Language::ALL
            .into_iter()
            .find(|&other| text.in_language(other).is_some());
        html! { @if let Some(other) = other { span lang=(other) { (self.filled(text.best(other))) } } }
    }

    /// Words with earlier answers put in.
    fn filled<'t>(&self, words: &'t str) -> Cow<'t, str> {
        match self.piped {
            Some((survey, answers)) => pipe::fill(words, answers, survey, self.language),
            None => Cow::Borrowed(words),
        }
    }

    /// What the block draws, of what is shown of it.
    fn rows(&self, block: Option<&Block>) -> Markup {
        let shown = |question: &Question| {
            let mut questions = self.questions.iter();
            questions.find(|shown| shown.question.code == question.code)
        };
        let draw = |question: &Question| html! { @if let Some(shown) = shown(question) { (self.question(shown)) } };
        let rows = block.map(|block| layout::rows(block, self.seed));
        html! {
            @for row in rows.iter().flatten() {
                @match row {
                    Row::Question(question) => (draw(question)),
                    Row::Table(table) => {
                        div.table {
                            @for row in table {
                                @match row.importance {
                                    Some(importance) => div.pair { (draw(row.question)) (draw(importance)) },
                                    None => (draw(row.question)),
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn question(&self, shown: &Shown) -> Markup {
        let question = shown.question;
        let end_labels = question.kind.end_labels();
        if let (Some((min, max)), Some((low, high))) = (question.kind.scale(), end_labels) {
            return self.scale(shown, min, max, low, high);
        }
        match &question.kind {
            QuestionKind::Kano { .. } => self.kano(shown),
            QuestionKind::Single { .. } => self.options(shown, "radio"),
            QuestionKind::Multi { .. } => self.options(shown, "checkbox"),
            QuestionKind::Ranking { .. } => self.ranking(shown),
            QuestionKind::BestWorst { .. } => self.best_worst(shown),
            QuestionKind::Contact { fields } => self.contact(shown, fields),
            QuestionKind::Consent => self.consent(shown),
            QuestionKind::Statement => html! {
                div.q.statement { p { (self.words(&question.text)) } (self.remarks(shown)) }
            },
            _ => self.written(shown),
        }
    }

    /// Hint and fault of a question; [`describes`] names them.
    fn remarks(&self, shown: &Shown) -> Markup {
        let id = shown.id();
        html! {
            @if let Some(hint) = self.hint(shown.question) { p.hint id={ (id) "-hint" } { (hint) } }
            @if let Some(fault) = &shown.fault { p.fault id={ (id) "-fault" } { (fault) } }
        }
    }

    /// What the survey says about a question, and what the form must say.
    fn hint(&self, question: &Question) -> Option<Markup> {
        let tr = tr(self.language);
        let own = match &question.kind {
            QuestionKind::Multi {
                max_choices: Some(most),
                ..
            } => Some(tr.ta("respond-choose-up-to", &[("n", (*most).into())])),
            QuestionKind::Multi { .. } => Some(tr.t("respond-choose-several")),
            QuestionKind::Ranking { .. } => Some(tr.t("respond-best-first")),
            QuestionKind::Phone => Some(tr.t("respond-phone-hint")),
            QuestionKind::Contact { fields } if fields.contains(&ContactField::Phone) => {
                Some(tr.t("respond-phone-hint"))
            }
            QuestionKind::Text { max_length, .. } => {
                Some(tr.ta("respond-up-to-characters", &[("n", (*max_length).into())]))
            }
            _ => None,
        };
        let given = (!question.hint.is_empty()).then(|| self.words(&question.hint));
        match (given, own) {
            (None, None) => None,
            (given, own) => Some(html! {
                @if let Some(given) = &given { (given) }
                @if given.is_some() && own.is_some() { " " }
                @if let Some(own) = own { (own) }
            }),
        }
    }

    /// The ids of a question's remarks.
    fn describes(&self, shown: &Shown) -> Option<String> {
        let id = shown.id();
        let hint = self.hint(shown.question).map(|_| format!("{id}-hint"));
        let fault = shown.fault.as_ref().map(|_| format!("{id}-fault"));
        let ids: Vec<String> = hint.into_iter().chain(fault).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn asked(&self, question: &Question) -> Markup {
        html! {
            (self.words(&question.text))
            @if question.required { " " span.required { (tr(self.language).t("respond-required")) } }
        }
    }

    fn scale(&self, shown: &Shown, min: i64, max: i64, low: &Text, high: &Text) -> Markup {
        let question = shown.question;
        let (id, name) = (shown.id(), name(question));
        let style = match &question.kind {
            QuestionKind::Csat { style, .. } | QuestionKind::Rating { style, .. } => *style,
            _ => RatingStyle::Numbers,
        };
        let look = match style {
            RatingStyle::Numbers => "",
            RatingStyle::Stars => " stars",
            RatingStyle::Faces => " faces",
        };
        let not_applicable = matches!(
            question.kind,
            QuestionKind::Rating {
                not_applicable: true,
                ..
            }
        );
        let points = max - min + 1;
        let chosen = |value: Value| shown.value == Some(&value);
        let start = if shown.focus {
            self.start(shown, min)
        } else {
            None
        };
        let end = |point: i64| match point {
            _ if point == min => Some(low).filter(|text| !text.is_empty()),
            _ if point == max => Some(high).filter(|text| !text.is_empty()),
            _ => None,
        };
        let radio = |value: &str, checked: bool, focus: bool| {
            html! {
                input type="radio" id={ (id) "-" (value) } name=(name) value=(value) checked[checked] autofocus[focus];
            }
        };
        html! {
            fieldset.q id=(id) role="radiogroup" aria-required=[question.required.then_some("true")]
                aria-describedby=[self.describes(shown)]
                aria-invalid=[shown.fault.as_ref().map(|_| "true")] {
                legend { (self.asked(question)) }
                (self.remarks(shown))
                div class={ "scale s" (points) (look) } {
                    @for point in min..=max {
                        (radio(&point.to_string(), chosen(point.into()), start == Some(point)))
                        label for={ (id) "-" (point) } {
                            @match style {
                                RatingStyle::Numbers => { (point) },
                                RatingStyle::Stars => { (PreEscaped(STAR)) span.vh { (point) } },
                                RatingStyle::Faces => { (face(point - min, points)) span.vh { (point) } },
                            }
                            @if let Some(text) = end(point) { span.vh { " – " (self.words(text)) } }
                        }
                    }
                }
                @if !low.is_empty() || !high.is_empty() {
                    // The ends themselves say this to those who listen.
                    div.ends aria-hidden="true" {
                        // Where the points may break into two rows, the words alone would not say which end they mean.
                        span { @if points > 6 { (min) " – " } (self.words(low)) }
                        span { @if points > 6 { (max) " – " } (self.words(high)) }
                    }
                }
                @if not_applicable {
                    div.row.apart {
                        input type="radio" id={ (id) "-na" } name=(name) value=(NOT_APPLICABLE)
                            checked[chosen(NOT_APPLICABLE.into())];
                        label for={ (id) "-na" } { (tr(self.language).t("respond-not-applicable")) }
                    }
                }
            }
        }
    }

    /// Where the keyboard starts in a scale: at the chosen point, else at the first.
    fn start(&self, shown: &Shown, min: i64) -> Option<i64> {
        let chosen = shown.value.and_then(Value::as_i64);
        let (_, max) = shown.question.kind.scale()?;
        Some(
            chosen
                .filter(|point| (min..=max).contains(point))
                .unwrap_or(min),
        )
    }

    fn options(&self, shown: &Shown, kind: &str) -> Markup {
        let question = shown.question;
        let options = question.options_in_order(self.seed);
        let (id, name) = (shown.id(), name(question));
        let radio = kind == "radio";
        let chosen = |code: &str| match shown.value {
            Some(Value::String(one)) => one == code,
            Some(Value::Array(several)) => several.iter().any(|one| one == code),
            _ => false,
        };
        html! {
            fieldset.q id=(id) role=[radio.then_some("radiogroup")]
                aria-required=[(radio && question.required).then_some("true")] aria-describedby=[self.describes(shown)]
                aria-invalid=[shown.fault.as_ref().filter(|_| radio).map(|_| "true")] {
                legend { (self.asked(question)) }
                (self.remarks(shown))
                @for (index, option) in options.iter().enumerate() {
                    @let code = option.code.as_str();
                    div.row {
                        input type=(kind) id={ (id) "-" (index) } name=(name) value=(code) checked[chosen(code)]
                            autofocus[shown.focus && index == 0];
                        label for={ (id) "-" (index) } { (self.words(&option.text)) }
                    }
                }
            }
        }
    }

    /// The five answers one below the other: they are words, not points of a scale.
    fn kano(&self, shown: &Shown) -> Markup {
        let question = shown.question;
        let (id, name) = (shown.id(), name(question));
        let chosen = shown.value.and_then(Value::as_i64);
        let start = chosen.filter(|point| (1..=5).contains(point)).unwrap_or(1);
        html! {
            fieldset.q id=(id) role="radiogroup" aria-required=[question.required.then_some("true")]
                aria-describedby=[self.describes(shown)]
                aria-invalid=[shown.fault.as_ref().map(|_| "true")] {
                legend { (self.asked(question)) }
                (self.remarks(shown))
                @for (answer, point) in kano::answers(self.language).into_iter().zip(1..) {
                    div.row {
                        input type="radio" id={ (id) "-" (point) } name=(name) value=(point) checked[chosen == Some(point)]
                            autofocus[shown.focus && start == point];
                        label for={ (id) "-" (point) } { (answer) }
                    }
                }
            }
        }
    }

    /// A place after the other, each to be filled with one of the options.
    fn ranking(&self, shown: &Shown) -> Markup {
        let question = shown.question;
        let options = question.options_in_order(self.seed);
        let (id, name, tr) = (shown.id(), name(question), tr(self.language));
        let chosen = |place: usize| shown.value.and_then(|value| value.get(place)?.as_str());
        let places = question.kind.places().unwrap_or_default();
        html! {
            fieldset.q id=(id) aria-describedby=[self.describes(shown)] {
                legend { (self.asked(question)) }
                (self.remarks(shown))
                @for place in 0..places {
                    div.place {
                        label for={ (id) "-" (place) } { (tr.ta("respond-place", &[("n", (place + 1).into())])) }
                        select id={ (id) "-" (place) } name=(name) autofocus[shown.focus && place == 0]
                            aria-describedby=[self.describes(shown)] aria-invalid=[shown.fault.as_ref().map(|_| "true")] {
                            option value="" { "–" }
                            @for option in &options {
                                @let code = option.code.as_str();
                                option value=(code) selected[chosen(place) == Some(code)] { (self.filled(option.text.best(self.language))) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The options with the best on one side and the worst on the other.
    fn best_worst(&self, shown: &Shown) -> Markup {
        let question = shown.question;
        let options = question.options_in_order(self.seed);
        let (id, name, tr) = (shown.id(), name(question), tr(self.language));
        let chosen = |end: usize, code: &str| {
            let value = shown.value.and_then(|value| value.get(end)?.as_str());
            value == Some(code)
        };
        let words = ["respond-best", "respond-worst"].map(|id| tr.t(id));
        html! {
            fieldset.q id=(id) aria-describedby=[self.describes(shown)]
                aria-invalid=[shown.fault.as_ref().map(|_| "true")] {
                legend { (self.asked(question)) }
                (self.remarks(shown))
                div.ends.heads aria-hidden="true" { @for words in &words { span { (words) } } }
                @for (index, option) in options.iter().enumerate() {
                    @let code = option.code.as_str();
                    div.set {
                        // Two groups of one question: what stands behind the point only tells them apart.
                        label for={ (id) "-b" (index) } {
                            input type="radio" id={ (id) "-b" (index) } name={ (name) ".b" } value={ "+" (code) }
                                checked[chosen(0, code)] autofocus[shown.focus && index == 0];
                            span.vh { (words[0]) ": " (self.words(&option.text)) }
                        }
                        span aria-hidden="true" { (self.words(&option.text)) }
                        label for={ (id) "-w" (index) } {
                            input type="radio" id={ (id) "-w" (index) } name={ (name) ".w" } value={ "-" (code) }
                                checked[chosen(1, code)];
                            span.vh { (words[1]) ": " (self.words(&option.text)) }
                        }
                    }
                }
            }
        }
    }

    fn contact(&self, shown: &Shown, fields: &[ContactField]) -> Markup {
        let question = shown.question;
        let (id, name, tr) = (shown.id(), name(question), tr(self.language));
        let given = |field: ContactField| {
            let value = shown
                .value
                .and_then(|value| value.get(field.code())?.as_str());
            value.unwrap_or_default().to_owned()
        };
        html! {
            fieldset.q id=(id) aria-describedby=[self.describes(shown)] {
                legend { (self.asked(question)) }
                (self.remarks(shown))
                @for (index, &field) in fields.iter().enumerate() {
                    @let (kind, complete) = match field {
                        ContactField::Name => ("text", "name"),
                        ContactField::Email => ("email", "email"),
                        ContactField::Phone => ("tel", "tel"),
                    };
                    div.part {
                        label for={ (id) "-" (index) } { (tr.t(&format!("respond-contact-{}", field.code()))) }
                        input type=(kind) id={ (id) "-" (index) } name=(name) value=(given(field)) autocomplete=(complete)
                            autofocus[shown.focus && index == 0] aria-describedby=[self.describes(shown)]
                            aria-invalid=[shown.fault.as_ref().map(|_| "true")];
                    }
                }
            }
        }
    }

    fn consent(&self, shown: &Shown) -> Markup {
        let question = shown.question;
        let (id, name) = (shown.id(), name(question));
        html! {
            div.q id=(id) {
                div.row {
                    input type="checkbox" id={ (id) "-0" } name=(name) value="1" checked[shown.value == Some(&Value::Bool(true))]
                        required[question.required] autofocus[shown.focus] aria-describedby=[self.describes(shown)]
                        aria-invalid=[shown.fault.as_ref().map(|_| "true")];
                    label for={ (id) "-0" } { (self.asked(question)) }
                }
                (self.remarks(shown))
            }
        }
    }

    /// Words, a number or a day.
    fn written(&self, shown: &Shown) -> Markup {
        let question = shown.question;
        let (id, name) = (shown.id(), name(question));
        let field = format!("{id}-0");
        let tr = tr(self.language);
        let value = match shown.value {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number
                .as_f64()
                .map(|number| plain(tr, number))
                .unwrap_or_default(),
            _ => String::new(),
        };
        let invalid = shown.fault.as_ref().map(|_| "true");
        let describes = self.describes(shown);
        let input = |kind: &str,
                     class: &str,
                     mode: Option<&str>,
                     min: Option<Date>,
                     max: Option<Date>| {
            html! {
                input type=(kind) class=[Some(class).filter(|class| !class.is_empty())] id=(field) name=(name) value=(value)
                    inputmode=[mode] min=[min] max=[max] autocomplete="off" required[question.required] autofocus[shown.focus]
                    aria-describedby=[describes.as_deref()] aria-invalid=[invalid];
            }
        };
        html! {
            div.q id=(id) {
                label.legend for=(field) { (self.asked(question)) }
                (self.remarks(shown))
                @match &question.kind {
                    QuestionKind::Text { long: true, .. } => {
                        textarea id=(field) name=(name) rows="4" required[question.required] autofocus[shown.focus]
                            aria-describedby=[describes.as_deref()] aria-invalid=[invalid] {
                            // The first line break in a textarea belongs to the markup.
                            @if value.starts_with('\n') { "\n" }
                            (value)
                        }
                    },
                    QuestionKind::Number { min, decimals, .. } => {
                        // Number pads have no minus on some phones.
                        @let pad = if *decimals > 0 { "decimal" } else { "numeric" };
                        (input("text", "short", min.filter(|&min| min >= 0.0).map(|_| pad), None, None))
                    },
                    // A calendar shows nothing that is not a day; what was typed must stay to be mended.
                    QuestionKind::Date { min, max } if value.is_empty() || value.parse::<Date>().is_ok() => {
                        (input("date", "short", None, *min, *max))
                    },
                    QuestionKind::Date { .. } => { (input("text", "short", None, None, None)) },
                    QuestionKind::Email => { (input("email", "", Some("email"), None, None)) },
                    QuestionKind::Phone => { (input("tel", "short", Some("tel"), None, None)) },
                    _ => { (input("text", "", None, None, None)) },
                }
            }
        }
    }
}

/// The name of a question's fields; [`code`] reads it back.
fn name(question: &Question) -> String {
    format!("q-{}", question.code)
}

/// The question to which a field belongs.
pub(crate) fn code(field: &str) -> Option<&str> {
    let name = field.strip_prefix("q-")?;
    name.split('.').next()
}

/// A number as it is typed: no spaces between thousands, so that it can be sent again.
fn plain(tr: Tr, number: f64) -> String {
    let text = number.to_string();
    if tr.lang == Lang::En {
        text
    } else {
        text.replace('.', ",")
    }
}

/// A face from sad to happy.
fn face(index: i64, points: i64) -> Markup {
    // The mouth bends from down to up in steps as even as the points; its corners move against it, so that it stays in place.
    let bend = 14 * index / (points - 1).max(1) - 7;
    let corner = 21 - bend / 3;
    html! {
        svg viewBox="0 0 32 32" aria-hidden="true" {
            circle cx="16" cy="16" r="13.5" {}
            path d={ "M11.5 11.5v2M20.5 11.5v2M10.5 " (corner) "q5.5 " (bend) " 11 0" } {}
        }
    }
}

/// What is wanted, in the respondent's language.
pub(crate) fn complaint(tr: Tr, question: &Question, rejection: &Rejection) -> String {
    let ask = |id: &str| tr.t(id);
    match (rejection, &question.kind) {
        (_, QuestionKind::Ranking { .. }) => tr.ta(
            "respond-error-ranking",
            &[("n", question.kind.places().unwrap_or_default().into())],
        ),
        (_, QuestionKind::BestWorst { .. }) => ask("respond-error-best-worst"),
        (Rejection::Missing { .. }, QuestionKind::Contact { .. }) => ask("respond-error-contact"),
        (Rejection::ContactUnfit { .. } | Rejection::ContactMissing { .. }, _) => {
            ask("respond-error-contact")
        }
        (_, QuestionKind::Email) => ask("respond-error-email"),
        (_, QuestionKind::Phone) => ask("respond-error-phone"),
        (Rejection::Missing { .. }, QuestionKind::Text { .. }) => ask("respond-error-write"),
        (Rejection::Missing { .. }, QuestionKind::Number { .. }) => {
            ask("respond-error-number-missing")
        }
        (Rejection::Missing { .. }, QuestionKind::Date { .. }) => ask("respond-error-date-missing"),
        (Rejection::Missing { .. }, QuestionKind::Multi { .. }) => ask("respond-error-choose-some"),
        (Rejection::Missing { .. }, QuestionKind::Consent) => ask("respond-error-tick"),
        (Rejection::Missing { .. }, _) => ask("respond-error-choose"),
        (Rejection::TooMany { most, given, .. }, _) => tr.ta(
            "respond-error-too-many",
            &[("most", (*most).into()), ("given", (*given).into())],
        ),
        (Rejection::TooLong { most, given, .. }, _) => tr.ta(
            "respond-error-too-long",
            &[("most", (*most).into()), ("given", (*given).into())],
        ),
        (Rejection::OutOfRange { .. }, QuestionKind::Number { min, max, decimals }) => {
            let number = |value: f64| tr.number(value, usize::from(*decimals)).into();
            match (min, max) {
                (Some(min), Some(max)) => tr.ta(
                    "respond-error-between",
                    &[("min", number(*min)), ("max", number(*max))],
                ),
                (Some(min), None) => tr.ta("respond-error-at-least", &[("min", number(*min))]),
                (None, Some(max)) => tr.ta("respond-error-at-most", &[("max", number(*max))]),
                (None, None) => tr.ta("respond-error-number", &[("example", "12".into())]),
            }
        }
        (Rejection::OutOfRange { .. }, QuestionKind::Date { min, max }) => {
            let date = |date: Date| tr.date(date).into();
            match (min, max) {
                (Some(min), Some(max)) => tr.ta(
                    "respond-error-date-between",
                    &[("min", date(*min)), ("max", date(*max))],
                ),
                (Some(min), None) => tr.ta("respond-error-date-from", &[("min", date(*min))]),
                (None, Some(max)) => tr.ta("respond-error-date-until", &[("max", date(*max))]),
                (None, None) => ask("respond-error-date-missing"),
            }
        }
        (Rejection::TooPrecise { decimals: 0, .. }, _) => ask("respond-error-whole"),
        (Rejection::TooPrecise { decimals, .. }, _) => {
            tr.ta("respond-error-decimals", &[("n", (*decimals).into())])
        }
        (Rejection::WrongType { .. }, QuestionKind::Number { .. }) => {
            tr.ta("respond-error-number", &[("example", "12".into())])
        }
        (Rejection::WrongType { .. }, QuestionKind::Date { .. }) => {
            let example = if tr.lang == Lang::En {
                "2026-11-05"
            } else {
                "05.11.2026"
            };
            tr.ta("respond-error-date", &[("example", example.into())])
        }
        _ => ask("respond-error-choose-shown"),
    }
}

/// A page that asks nothing.
pub(crate) struct Notice<'a> {
    pub language: Language,
    /// The languages one can switch to.
    pub offered: &'a [Language],
    /// Who asks; nothing when nobody is known.
    pub who: &'a str,
    pub title: &'a str,
    pub lines: &'a [&'a str],
    /// A way on: words and address.
    pub way: Option<(&'a str, &'a str)>,
    /// Whether something good has happened.
    pub joy: bool,
}

impl Notice<'_> {
    /// The whole document. `link` makes the address of the same page in another language.
    pub(crate) fn render(&self, link: impl Fn(Language) -> String) -> Markup {
        let tr = tr(self.language);
        let title = if self.who.is_empty() {
            self.title.to_owned()
        } else {
            tr.ta(
                "respond-title",
                &[("title", self.title.into()), ("who", self.who.into())],
            )
        };
        let body = html! {
            header.top {
                p.who { (self.who) }
                (languages(tr, self.language, self.offered, |language| html! {
                    a href=(link(language)) hreflang=(language) lang=(language) { (language.own_name()) }
                }))
            }
            main.notice {
                @if self.joy { (PreEscaped(SUN)) }
                h1 { (self.title) }
                @for line in self.lines { p.lead { (line) } }
                @if let Some((words, address)) = self.way { div.go { a.next href=(address) { (words) } } }
            }
        };
        document(self.language, &title, Look::default(), body)
    }
}

/// The switch of languages: closed it shows the one that is read.
fn languages(
    tr: Tr,
    current: Language,
    offered: &[Language],
    choice: impl Fn(Language) -> Markup,
) -> Markup {
    html! {
        @if offered.len() > 1 {
            details.languages {
                summary {
                    (PreEscaped(GLOBE))
                    span.vh { (tr.t("respond-language")) ": " }
                    (current.own_name())
                }
                ul { @for &language in offered { @if language != current { li { (choice(language)) } } } }
            }
        }
    }
}

/// What a page needs beside the style sheet of all.
#[derive(Default)]
struct Look {
    script: bool,
    table: bool,
}

fn document(language: Language, title: &str, look: Look, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="icon" type="image/svg+xml" href=(assets::url("favicon.svg"));
                link rel="stylesheet" href=(assets::url("respond.css"));
                @if look.table { link rel="stylesheet" href=(assets::url("respond-table.css")); }
                @if look.script { script defer src=(assets::url("respond.js")) {} }
            }
            body { (body) }
        }
    }
}
