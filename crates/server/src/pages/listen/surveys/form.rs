//! The controls of the editor's forms.

use maud::{Markup, html};
use radost_app::domain::listen::contact::ContactField;
use radost_app::domain::listen::edit::{PublishedCodes, rated};
use radost_app::domain::listen::{
    Construct, Defect, DefectKind, KanoSide, Question, QuestionKind, RatingStyle, Survey,
};
use radost_app::domain::{Code, Language};

use super::fields::style_code;
use super::words;
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::parts::{self, Choice, Control, Field, Input, InputKind, Weight};
use crate::request::Fields;

/// What a field of a row is.
enum Cell<'a> {
    Words,
    Lines,
    Code,
    Choice(&'a [Choice<'a>]),
}

/// One open form: what it shows, and what is wrong with it.
pub(super) struct Form<'a> {
    pub(super) tr: Tr,
    pub(super) fields: &'a Fields,
    /// By the name of the field.
    pub(super) errors: &'a [(String, String)],
    pub(super) languages: &'a [Language],
    /// Tells the ids of this form from those of other forms on the page.
    pub(super) prefix: &'a str,
}

/// The defects below a place as errors of the fields there: `blocks[0].questions[1].text.uk` is that of `text.uk`.
pub(super) fn errors_below(tr: Tr, defects: &[Defect], place: &str) -> Vec<(String, String)> {
    let below = defects.iter().filter_map(|defect| {
        let name = match place {
            "" => defect.place.as_str(),
            place => defect.place.strip_prefix(place)?.strip_prefix('.')?,
        };
        let words = match defect.kind {
            // The field beside it says which language.
            DefectKind::MissingText(_) => tr.t("survey-missing-translation"),
            _ => words::defect(tr, defect),
        };
        Some((name.to_owned(), words))
    });
    below.collect()
}

impl Form<'_> {
    fn error(&self, name: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, text)| text.as_str())
    }

    /// The id of a field's control, for links from the list of errors.
    pub(super) fn id_of(&self, name: &str) -> String {
        match row_of(name) {
            Some((list, row, rest)) => format!("f-{}-{list}-{row}-{list}.{rest}", self.prefix),
            None => format!("f-{}-{name}", self.prefix),
        }
    }

    fn field(&self, name: &str, label: &str, hint: Option<&str>, control: Control) -> Markup {
        parts::field(
            self.tr,
            &Field {
                name,
                label,
                hint,
                error: self.error(name),
                required: false,
                control,
                id_prefix: Some(self.prefix),
            },
        )
    }

    pub(super) fn line(&self, name: &str, label: &str, hint: Option<&str>, code: bool) -> Markup {
        let input = Input {
            value: self.fields.get(name),
            code,
            autocomplete: Some("off"),
            ..Input::default()
        };
        self.field(name, label, hint, Control::Input(input))
    }

    fn typed(&self, name: &str, label: &str, kind: InputKind, step: Option<&str>) -> Markup {
        let input = Input {
            kind,
            value: self.fields.get(name),
            step,
            ..Input::default()
        };
        self.field(name, label, None, Control::Input(input))
    }

    pub(super) fn select(&self, name: &str, label: &str, choices: &[(String, String)]) -> Markup {
        let choices: Vec<Choice> = choices
            .iter()
            .map(|(value, label)| Choice { value, label })
            .collect();
        let control = Control::Select {
            choices: &choices,
            selected: self.fields.get(name),
        };
        self.field(name, label, None, control)
    }

    fn check(&self, name: &str, label: &str, hint: Option<&str>) -> Markup {
        let checked = self.fields.ticked(name);
        self.field(name, label, hint, Control::Check { checked })
    }

    /// A text in every language of the survey, side by side where there is room.
    pub(super) fn texts(&self, name: &str, legend: &str, hint: Option<&str>, rows: u32) -> Markup {
        html! {
            fieldset.texts {
                legend { (legend) }
                @if let Some(hint) = hint { p.field-hint { (hint) } }
                div.texts-row {
                    @for language in self.languages {
                        @let name = format!("{name}.{language}");
                        @let value = self.fields.get(&name);
                        @let control = match rows {
                            1 => Control::text(value),
                            rows => Control::TextArea { value, rows },
                        };
                        (self.field(&name, language.own_name(), None, control))
                    }
                }
            }
        }
    }

    /// One field of row `row` of a list.
    fn cell(&self, list: &str, row: usize, rest: &str, label: &str, kind: Cell) -> Markup {
        let name = format!("{list}.{rest}");
        let value = self.fields.all(&name).nth(row).unwrap_or_default();
        let control = match kind {
            Cell::Words | Cell::Code => Control::Input(Input {
                value,
                code: matches!(kind, Cell::Code),
                autocomplete: Some("off"),
                ..Input::default()
            }),
            Cell::Lines => Control::TextArea { value, rows: 2 },
            Cell::Choice(choices) => Control::Select {
                choices,
                selected: value,
            },
        };
        parts::field(
            self.tr,
            &Field {
                name: &name,
                label,
                error: self.error(&format!("{list}[{row}].{rest}")),
                control,
                id_prefix: Some(&format!("{}-{list}-{row}", self.prefix)),
                ..Field::default()
            },
        )
    }

    /// A text of a row in every language.
    fn row_texts(&self, list: &str, row: usize, part: &str, kind: fn() -> Cell<'static>) -> Markup {
        html! {
            div.texts-row {
                @for language in self.languages {
                    (self.cell(list, row, &format!("{part}.{language}"), language.own_name(), kind()))
                }
            }
        }
    }

    /// Row `row` of a list: its code and its text in every language.
    fn row(&self, list: &str, part: &str, row: usize, fixed: bool) -> Markup {
        let tr = self.tr;
        let code_name = format!("{list}.code");
        let code = self.fields.all(&code_name).nth(row).unwrap_or_default();
        html! {
            div.row-fields {
                @if fixed {
                    div.field {
                        span.fixed-label { (tr.t("code")) }
                        code.fixed-code { (code) }
                        input type="hidden" name=(code_name) value=(code);
                    }
                } @else {
                    (self.cell(list, row, "code", &tr.t("code"), Cell::Code))
                }
                (self.row_texts(list, row, part, || Cell::Words))
            }
        }
    }

    /// What a box decides, with a sentence about it.
    pub(super) fn order_box(&self, name: &str) -> Markup {
        let label = format!("survey-field-{}", name.replace('_', "-"));
        let hint = self.tr.t(&format!("{label}-hint"));
        self.check(name, &self.tr.t(&label), Some(&hint))
    }

    /// Whether a list holds more than the empty row for one to come, or has a fault.
    fn has_rows(&self, list: &str) -> bool {
        let start = format!("{list}[");
        self.fields.all(&format!("{list}.code")).count() > 1
            || self.errors.iter().any(|(name, _)| name.starts_with(&start))
    }

    /// The end pages of a survey.
    pub(super) fn endings(&self) -> Markup {
        let tr = self.tr;
        let words = |row: usize, part: &str, kind: fn() -> Cell<'static>| {
            html! {
                p.fixed-label { (tr.t(&format!("survey-field-ending-{part}"))) }
                (self.row_texts("endings", row, part, kind))
            }
        };
        html! {
            details.rows open[self.has_rows("endings")] {
                summary { (tr.t("survey-field-endings")) }
                p.field-hint { (tr.t("survey-field-endings-hint")) }
                @for row in 0..self.fields.all("endings.code").count() {
                    div.row.part {
                        div.short-fields {
                            (self.cell("endings", row, "code", &tr.t("code"), Cell::Code))
                            (self.cell("endings", row, "show_if", &tr.t("survey-field-show-if"), Cell::Code))
                        }
                        (words(row, "title", || Cell::Words))
                        (words(row, "text", || Cell::Lines))
                        (self.cell("endings", row, "link", &tr.t("survey-field-ending-link"), Cell::Code))
                    }
                }
            }
        }
    }

    /// How many responses of a sort are wanted.
    pub(super) fn quotas(&self) -> Markup {
        let tr = self.tr;
        let close = tr.t("survey-quota-close");
        let mut choices = vec![Choice {
            value: "",
            label: &close,
        }];
        let endings = self
            .fields
            .all("endings.code")
            .filter(|code| !code.is_empty());
        let endings: Vec<(&str, String)> = endings
            .map(|code| (code, tr.ta("survey-quota-end", &[("code", code.into())])))
            .collect();
        choices.extend(endings.iter().map(|(value, label)| Choice { value, label }));
        html! {
            details.rows open[self.has_rows("quotas")] {
                summary { (tr.t("survey-field-quotas")) }
                p.field-hint { (tr.t("survey-field-quotas-hint")) }
                @for row in 0..self.fields.all("quotas.code").count() {
                    div.row.part {
                        div.short-fields {
                            (self.cell("quotas", row, "code", &tr.t("code"), Cell::Code))
                            (self.cell("quotas", row, "counts_if", &tr.t("survey-field-counts-if"), Cell::Code))
                            (self.cell("quotas", row, "limit", &tr.t("survey-field-limit"), Cell::Code))
                            (self.cell("quotas", row, "then", &tr.t("survey-field-then"), Cell::Choice(&choices)))
                        }
                    }
                }
            }
        }
    }

    /// The segments of a survey.
    pub(super) fn segments(&self) -> Markup {
        let tr = self.tr;
        html! {
            fieldset.rows {
                legend { (tr.t("survey-field-segments")) }
                p.field-hint { (tr.t("survey-field-segments-hint")) }
                @for row in 0..self.fields.all("segments.code").count() {
                    div.row { (self.row("segments", "label", row, false)) }
                }
            }
        }
    }

    fn options(&self, question: &Question, published: &PublishedCodes) -> Markup {
        let tr = self.tr;
        let known = self
            .fields
            .all("options.was")
            .filter(|was| !was.is_empty())
            .count();
        html! {
            fieldset.rows {
                legend { (tr.t("survey-field-options")) }
                p.field-hint { (tr.t("survey-field-options-hint")) }
                (self.order_box("random"))
                @if let Some(error) = self.error("options") {
                    p.field-error { (Icon::Warning.draw()) (error) }
                }
                @for (row, was) in self.fields.all("options.was").enumerate() {
                    @let fixed = was.parse::<Code>().is_ok_and(|was| published.has_option(&question.code, &was));
                    @let number = tr.ta("survey-option-number", &[("n", (row + 1).into())]);
                    div.row role="group" aria-label=(number) {
                        input type="hidden" name="options.was" value=(was);
                        (self.row("options", "text", row, fixed))
                        @let id = format!("f-{}-options-{row}-anchored", self.prefix);
                        div.check.anchored {
                            input type="checkbox" id=(id) name="options.anchored" value=(row)
                                checked[self.fields.all("options.anchored").any(|at| at == row.to_string())];
                            label for=(id) { (tr.t("survey-field-option-anchored")) }
                        }
                        @if !was.is_empty() {
                            div.row-buttons {
                                @if row > 0 { (row_button(tr, Icon::Up, "survey-move-up", "option-up", row, &number)) }
                                @if row + 1 < known { (row_button(tr, Icon::Down, "survey-move-down", "option-down", row, &number)) }
                                (row_button(tr, Icon::Bad, "remove", "option-remove", row, &number))
                            }
                        }
                    }
                }
                div { button type="submit" name="then" value="option-add" class="mui-btn mui-btn--md mui-btn--outline" { (Icon::Plus.draw()) (tr.t("survey-option-add")) } }
            }
        }
    }

    /// The condition, with the place of its fault and how conditions are written.
    pub(super) fn condition(
        &self,
        defects: &[Defect],
        place: &str,
        asked_before: &[&Question],
    ) -> Markup {
        let tr = self.tr;
        let fault = defects.iter().find_map(|defect| match &defect.kind {
            DefectKind::Condition(error) if defect.place == format!("{place}.show_if") => {
                Some(error)
            }
            _ => None,
        });
        let source = self.fields.get("show_if");
        let name = "show_if";
        let hint = tr.t("survey-field-show-if-hint");
        html! {
            div.condition {
                (self.line(name, &tr.t("survey-field-show-if"), Some(&hint), true))
                // The mark stands under the column that the message names.
                @if let Some(error) = fault {
                    pre.condition-fault aria-hidden="true" { code { (source) "\n" (" ".repeat(error.column.saturating_sub(1))) "^" } }
                }
                details.condition-help {
                    summary { (tr.t("survey-condition-help")) }
                    (condition_help(tr, asked_before))
                }
            }
        }
    }

    /// Every field of a question but its condition.
    pub(super) fn question(
        &self,
        question: &Question,
        survey: &Survey,
        published: &PublishedCodes,
    ) -> Markup {
        let tr = self.tr;
        let t = |id: &str| tr.t(id);
        let points = |allowed: &[u8], now: u8| {
            let mut allowed = allowed.to_vec();
            // What stands there is shown, also when it is a defect.
            if !allowed.contains(&now) {
                allowed.push(now);
            }
            let choices: Vec<(String, String)> = allowed
                .iter()
                .map(|points| (points.to_string(), tr.count(u64::from(*points))))
                .collect();
            self.select("points", &t("survey-field-points"), &choices)
        };
        let style = || {
            let choices =
                [RatingStyle::Numbers, RatingStyle::Stars, RatingStyle::Faces].map(|style| {
                    let code = style_code(style);
                    (code.to_owned(), tr.t(&format!("survey-style-{code}")))
                });
            self.select("style", &t("survey-field-style"), &choices)
        };
        let any_points: Vec<u8> = (2..=11).collect();
        let statement = matches!(question.kind, QuestionKind::Statement);
        html! {
            (self.texts("text", &t(if statement { "survey-field-statement" } else { "survey-field-text" }), None, 2))
            @match &question.kind {
                QuestionKind::Csat { points: now, .. } => div.short-fields { (points(&[2, 5, 7, 10], *now)) (style()) },
                QuestionKind::Rating { points: now, .. } => {
                    div.short-fields { (points(&any_points, *now)) (style()) }
                    (self.check("not_applicable", &t("survey-field-not-applicable"), None))
                }
                QuestionKind::Importance { of, points: now, .. } => {
                    div.short-fields { (self.importance_of(of, survey)) (points(&any_points, *now)) }
                }
                QuestionKind::Kano { .. } => {
                    (self.line("attribute", &t("survey-field-attribute"), Some(&t("survey-field-attribute-hint")), true))
                    (self.select("side", &t("survey-field-side"), &KanoSide::ALL.map(|side| {
                        (side.code().to_owned(), t(&format!("survey-side-{}", side.code())))
                    })))
                    (self.texts("label", &t("survey-field-kano-label"), Some(&t("survey-field-kano-label-hint")), 1))
                }
                QuestionKind::Single { .. } => (self.options(question, published)),
                QuestionKind::Multi { .. } => {
                    (self.options(question, published))
                    div.short-fields { (self.typed("max_choices", &t("survey-field-max-choices"), InputKind::Number, Some("1"))) }
                }
                QuestionKind::Ranking { .. } => {
                    (self.options(question, published))
                    div.short-fields { (self.typed("places", &t("survey-field-places"), InputKind::Number, Some("1"))) }
                }
                QuestionKind::BestWorst { .. } => (self.options(question, published)),
                QuestionKind::Price { points: now, .. } => div.short-fields { (points(&[5, 7], *now)) },
                QuestionKind::Contact { .. } => {
                    fieldset.field {
                        legend.field-label { (t("survey-field-contact")) }
                        @for field in ContactField::ALL {
                            @let id = format!("f-fields-{}", field.code());
                            div.check {
                                input type="checkbox" id=(id) name="fields" value=(field.code())
                                    checked[self.fields.all("fields").any(|chosen| chosen == field.code())];
                                label for=(id) { (t(&format!("respond-contact-{}", field.code()))) }
                            }
                        }
                    }
                }
                QuestionKind::Text { .. } => {
                    (self.check("long", &t("survey-field-long"), None))
                    div.short-fields { (self.typed("max_length", &t("survey-field-max-length"), InputKind::Number, Some("1"))) }
                }
                QuestionKind::Number { .. } => div.short-fields {
                    (self.typed("min", &t("survey-field-min"), InputKind::Number, Some("any")))
                    (self.typed("max", &t("survey-field-max"), InputKind::Number, Some("any")))
                    (self.typed("decimals", &t("survey-field-decimals"), InputKind::Number, Some("1")))
                },
                QuestionKind::Date { .. } => div.short-fields {
                    (self.typed("min", &t("survey-field-earliest"), InputKind::Date, None))
                    (self.typed("max", &t("survey-field-latest"), InputKind::Date, None))
                },
                QuestionKind::Nps { .. } | QuestionKind::Ces { .. } | QuestionKind::Email | QuestionKind::Phone
                | QuestionKind::Consent | QuestionKind::Statement => {}
            }
            @if let (Some((min, max)), Some(_)) = (question.kind.scale(), question.kind.end_labels()) {
                @let n = |n: i64| tr.number(n as f64, 0);
                (self.texts("low_label", &tr.ta("survey-field-label-at", &[("n", n(min).into())]), None, 1))
                (self.texts("high_label", &tr.ta("survey-field-label-at", &[("n", n(max).into())]), None, 1))
            }
            @if !statement {
                (self.texts("hint", &t("survey-field-hint"), None, 1))
                (self.check("required", &t("survey-field-required"),
                    matches!(question.kind, QuestionKind::Consent).then(|| t("survey-field-required-consent")).as_deref()))
            }
            @if question.kind.is_outcome() {
                div.short-fields {
                    @if question.kind.is_driver() { (self.drives(question, survey)) }
                    (self.construct())
                }
            }
            @if published.has_question(&question.code) {
                div.field {
                    span.fixed-label { (t("code")) }
                    code.fixed-code { (question.code) }
                    p.field-hint { (t("survey-code-published")) }
                    input type="hidden" name="code" value=(question.code);
                }
            } @else {
                (self.line("code", &t("code"), Some(&t("survey-field-code-hint")), true))
            }
        }
    }

    /// Which outcome a rating is thought to move.
    fn drives(&self, question: &Question, survey: &Survey) -> Markup {
        let tr = self.tr;
        let language = words::language(tr);
        let outcomes = survey.questions().map(|(_, _, other)| other);
        let outcomes =
            outcomes.filter(|other| other.kind.is_outcome() && other.code != question.code);
        let mut choices = vec![(String::new(), tr.t("drivers-field-none"))];
        choices.extend(outcomes.map(|other| {
            let text = other.text.best(language);
            (other.code.to_string(), format!("{} · {text}", other.code))
        }));
        // What stands there is shown, also when it is a defect.
        let now = self.fields.get("drives");
        if !choices.iter().any(|(code, _)| code == now) {
            choices.push((now.to_owned(), now.to_owned()));
        }
        self.select("drives", &tr.t("drivers-field"), &choices)
    }

    /// What a question measures in the structural index.
    fn construct(&self) -> Markup {
        let tr = self.tr;
        let mut choices = vec![(String::new(), tr.t("index-field-none"))];
        choices.extend(Construct::ALL.map(|construct| {
            let code = construct.code();
            (code.to_owned(), tr.t(&format!("construct-{code}")))
        }));
        self.select("construct", &tr.t("index-field"), &choices)
    }

    fn importance_of(&self, of: &Code, survey: &Survey) -> Markup {
        let tr = self.tr;
        let language = words::language(tr);
        let mut choices: Vec<(String, String)> = rated(survey)
            .map(|rating| {
                let text = rating.text.best(language);
                (rating.code.to_string(), format!("{} · {text}", rating.code))
            })
            .collect();
        if !choices.iter().any(|(code, _)| code == of.as_str()) {
            choices.insert(0, (of.to_string(), of.to_string()));
        }
        self.select("of", &tr.t("survey-field-of"), &choices)
    }
}

/// `options[2].text.uk` as its list, row and cell.
fn row_of(name: &str) -> Option<(&str, usize, &str)> {
    let (list, rest) = name.split_once('[')?;
    let (row, rest) = rest.split_once("].")?;
    Some((list, row.parse().ok()?, rest))
}

fn row_button(tr: Tr, icon: Icon, label: &str, then: &str, row: usize, of: &str) -> Markup {
    let label = format!("{}: {of}", tr.t(label));
    html! {
        button.icon-button type="submit" name="then" value={ (then) ":" (row) } title=(label) aria-label=(label) { (icon.draw()) }
    }
}

/// Enter in a field saves, though buttons of rows stand before the button that says so.
pub(super) fn default_button() -> Markup {
    html! { button.default-button type="submit" tabindex="-1" aria-hidden="true" {} }
}

/// How a form ends.
pub(super) fn form_buttons(tr: Tr, cancel: &str) -> Markup {
    html! {
        div.button-row {
            (parts::button(Weight::Primary, &tr.t("save")))
            (parts::link_button_of(Weight::Quiet, cancel, &tr.t("close")))
        }
    }
}

/// How conditions are written, with the questions that this one may look at.
fn condition_help(tr: Tr, asked_before: &[&Question]) -> Markup {
    const EXAMPLES: [(&str, &str); 7] = [
        ("nps <= 6", "survey-condition-help-scale"),
        ("reason = late", "survey-condition-help-single"),
        ("reason in (late, rude)", "survey-condition-help-in"),
        ("liked has coffee", "survey-condition-help-multi"),
        ("visited >= '2026-03-01'", "survey-condition-help-date"),
        ("answered(comment)", "survey-condition-help-answered"),
        (
            "nps <= 6 and not (reason = late)",
            "survey-condition-help-logic",
        ),
    ];
    html! {
        dl.condition-examples {
            @for (example, meaning) in EXAMPLES {
                div { dt { code { (example) } } dd { (tr.t(meaning)) } }
            }
        }
        @if asked_before.is_empty() {
            p.muted { (tr.t("survey-condition-help-none")) }
        } @else {
            p { (tr.t("survey-condition-help-questions")) }
            ul.condition-codes {
                @for question in asked_before {
                    li {
                        code { (question.code) }
                        @if let Some((min, max)) = question.kind.scale() {
                            " " span.muted { (tr.range(min as f64, max as f64, 0)) }
                        }
                        @for option in question.kind.options() { " " code.muted { (option.code) } }
                    }
                }
            }
        }
    }
}
