//! The editor of a survey's draft: one page, one form per thing, every button a step of editing.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use radost_app::domain::access::Permission;
use radost_app::domain::listen::doctor::{Remark, RemarkKind, examine};
use radost_app::domain::listen::duration::{MAX_MINUTES, estimate};
use radost_app::domain::listen::edit::{Direction, Edit, EditError, PublishedCodes, new_question};
use radost_app::domain::listen::{Block, Defect, Layout, Question, QuestionKind, Survey};
use radost_app::domain::{Code, Language, Text};
use radost_app::listen::{SurveyStatus, SurveyWithVersions};
use radost_app::{App, AppError};

use super::fields::{self, Refused};
use super::form::{Form, default_button, errors_below, form_buttons};
use super::words;
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{self, Choice, Control, Crumb, Field, Flash, PageHeader, Tone, Weight};
use crate::request::{Fields, OrPage, PageError, PageResult, Staff, StaffForm, query_value};

/// What stands open for editing.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Open {
    Nothing,
    /// The whole survey: languages, texts, segments.
    Survey,
    Block(Code),
    Question(Code),
}

/// A form that came back: what was typed, and what was wrong with it.
struct Returned {
    fields: Fields,
    errors: Vec<(String, String)>,
}

/// The page.
struct Editor<'a> {
    staff: &'a Staff,
    tr: Tr,
    /// The reader's language.
    language: Language,
    read: &'a SurveyWithVersions,
    draft: &'a Survey,
    published: PublishedCodes,
    defects: Vec<Defect>,
    /// How long each question takes in the reader's language.
    seconds: Vec<(Code, f64)>,
    may_edit: bool,
    open: Open,
    /// Whether the open thing is about to be removed.
    removing: bool,
    /// The language of the preview.
    preview: Language,
    returned: Option<Returned>,
}

/// `GET /surveys/{code}`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(code): Path<String>,
) -> PageResult {
    let read = app
        .survey_with_versions(staff.actor(), &code)
        .await
        .or_page(&staff.reader)?;
    let path = &staff.reader.path;
    let open = if let Some(question) = query_value(path, "q").and_then(|q| q.parse().ok()) {
        Open::Question(question)
    } else if let Some(block) = query_value(path, "block").and_then(|b| b.parse().ok()) {
        Open::Block(block)
    } else if query_value(path, "open") == Some("survey") {
        Open::Survey
    } else {
        Open::Nothing
    };
    let preview = query_value(path, "preview").and_then(|lang| lang.parse().ok());
    let mut editor = Editor::new(&staff, &read, open, preview);
    editor.removing = query_value(path, "remove").is_some();
    Ok(editor.respond(None, StatusCode::OK))
}

/// `GET /surveys/{code}/draft`: where a form that came back with errors is reloaded, or seen in another language.
pub(super) async fn back(_: Staff, Path(code): Path<String>) -> Redirect {
    // A code that is no path segment leads to a survey that does not exist.
    let code: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
    Redirect::to(&format!("/surveys/{code}"))
}

/// `POST /surveys/{code}/draft`
pub(super) async fn edit(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let actor = staff.actor();
    let read = app
        .survey_with_versions(actor, &code)
        .await
        .or_page(&staff.reader)?;
    if !actor.may(Permission::EditSurveys) {
        let error = AppError::Forbidden(Permission::EditSurveys);
        return Err(PageError::new(error, staff.reader));
    }
    let tr = staff.tr();
    let preview = fields.get("preview").parse().ok();
    let step = match step(&fields, &read.survey.draft) {
        Ok(step) => step,
        Err(Unclear::Refused(open, refused)) => {
            let words = refused.into_iter().map(|(name, id)| (name, tr.t(id)));
            let errors = words.collect();
            let mut editor = Editor::new(&staff, &read, open, preview);
            editor.returned = Some(Returned { fields, errors });
            return Ok(editor.respond(None, StatusCode::UNPROCESSABLE_ENTITY));
        }
        // What the form is about went away while it stood open.
        Err(Unclear::Gone(error)) => {
            let title = words::edit_error(tr, &error);
            let mut editor = Editor::new(&staff, &read, Open::Nothing, preview);
            editor.returned = Some(Returned {
                fields,
                errors: Vec::new(),
            });
            return Ok(editor.respond(Some(&title), StatusCode::CONFLICT));
        }
        Err(Unclear::Unknown) => {
            let error = AppError::invalid("edit", "not a step of editing");
            return Err(PageError::new(error, staff.reader));
        }
    };
    let revision = fields.get("revision").parse().unwrap_or(0);
    match app.edit_survey(actor, &code, step.edits, revision).await {
        Ok(_) => Ok(step.to.redirect(&code, preview)),
        Err(AppError::Conflict(_)) => {
            let title = tr.t("survey-conflict");
            let mut editor = Editor::new(&staff, &read, step.open, preview);
            editor.returned = Some(Returned {
                fields,
                errors: Vec::new(),
            });
            Ok(editor.respond(Some(&title), StatusCode::CONFLICT))
        }
        Err(AppError::Edit(error)) => {
            let title = words::edit_error(tr, &error);
            let errors = field_of(&error, &fields).map(|name| (name, title.clone()));
            let errors: Vec<(String, String)> = errors.into_iter().collect();
            let flash = errors.is_empty().then_some(title);
            let mut editor = Editor::new(&staff, &read, step.open, preview);
            editor.returned = Some(Returned { fields, errors });
            Ok(editor.respond(flash.as_deref(), StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(PageError::new(error, staff.reader)),
    }
}

/// The field of a question's form that a refused step is about.
fn field_of(error: &EditError, fields: &Fields) -> Option<String> {
    let row = |name: &str, code: &Code| {
        let mut rows: Vec<usize> = fields
            .all(name)
            .enumerate()
            .filter(|(_, value)| value.trim() == code.as_str())
            .map(|(row, _)| row)
            .collect();
        rows.pop().map(|row| format!("options[{row}].code"))
    };
    match error {
        EditError::CodeTaken(code) if fields.get("question") != code.as_str() => {
            match fields.get("code").trim() == code.as_str() {
                true => Some("code".to_owned()),
                false => row("options.code", code),
            }
        }
        EditError::CodeTaken(code) => row("options.code", code),
        EditError::Published(code) if fields.get("question") == code.as_str() => {
            Some("code".to_owned())
        }
        EditError::Published(code) => row("options.was", code),
        _ => None,
    }
}

/// What was asked for.
struct Step {
    edits: Vec<Edit>,
    /// What stays open when it is refused.
    open: Open,
    to: Goal,
}

/// Where to go when it is done.
struct Goal {
    open: Open,
    done: Option<&'static str>,
    anchor: Option<String>,
}

impl Goal {
    fn redirect(&self, code: &str, preview: Option<Language>) -> Response {
        let mut address = address(code, &self.open, preview);
        if let Some(done) = self.done {
            address = with_query(&address, "done", done);
        }
        if let Some(anchor) = &self.anchor {
            address.push('#');
            address.push_str(anchor);
        }
        Redirect::to(&address).into_response()
    }
}

/// The address of the editor with something open.
fn address(code: &str, open: &Open, preview: Option<Language>) -> String {
    let mut address = format!("/surveys/{code}");
    match open {
        Open::Nothing => {}
        Open::Survey => address = with_query(&address, "open", "survey"),
        Open::Block(block) => address = with_query(&address, "block", block.as_str()),
        Open::Question(question) => address = with_query(&address, "q", question.as_str()),
    }
    match preview {
        Some(language) => with_query(&address, "preview", language.code()),
        None => address,
    }
}

/// Why a form says no step.
enum Unclear {
    /// Fields that cannot be read.
    Refused(Open, Refused),
    /// What it is about is not there any more.
    Gone(EditError),
    /// It was not made by one of our forms.
    Unknown,
}

/// Reads a form of the editor.
fn step(fields: &Fields, draft: &Survey) -> Result<Step, Unclear> {
    let code = |name: &str| {
        fields
            .get(name)
            .parse::<Code>()
            .map_err(|_| Unclear::Unknown)
    };
    let direction = || match fields.get("direction") {
        "up" => Ok(Direction::Up),
        "down" => Ok(Direction::Down),
        _ => Err(Unclear::Unknown),
    };
    let first = draft.languages.first().copied().unwrap_or(Language::En);
    let keep = match fields.get("keep").parse() {
        Ok(question) => Open::Question(question),
        Err(_) => Open::Nothing,
    };
    let step = match fields.get("edit") {
        "survey" => {
            let new = fields::read_survey(fields, draft)
                .map_err(|refused| Unclear::Refused(Open::Survey, refused))?;
            Step {
                edits: vec![
                    Edit::Languages(new.languages),
                    Edit::Segments(new.segments),
                    Edit::RandomBlocks(new.random_blocks),
                    Edit::Endings(new.endings),
                    Edit::Quotas(new.quotas),
                    Edit::Texts {
                        title: new.title,
                        intro: new.intro,
                        thank_you: new.thank_you,
                    },
                ],
                open: Open::Survey,
                to: Goal {
                    open: Open::Survey,
                    done: Some("survey-saved"),
                    anchor: None,
                },
            }
        }
        "add-block" => {
            let title = fields.given("title").map(|title| Text::of(first, title));
            let add = Edit::AddBlock {
                after: draft.blocks.last().map(|block| block.code.clone()),
                title: title.unwrap_or_default(),
            };
            Step {
                edits: vec![add],
                open: Open::Nothing,
                to: Goal {
                    open: Open::Nothing,
                    done: Some("survey-block-added"),
                    anchor: None,
                },
            }
        }
        "block" => {
            let block = code("block")?;
            let base = draft.blocks.iter().find(|known| known.code == block);
            let base = base.ok_or_else(|| Unclear::Gone(EditError::NoBlock(block.clone())))?;
            let new = fields::read_block(fields, base, &draft.languages);
            let open = Open::Block(block.clone());
            Step {
                edits: vec![
                    Edit::Block {
                        block: block.clone(),
                        title: new.title,
                        show_if: new.show_if,
                    },
                    Edit::Layout(block.clone(), new.layout),
                    Edit::BlockOrder {
                        block: block.clone(),
                        anchored: new.anchored,
                        random_questions: new.random_questions,
                    },
                ],
                open: open.clone(),
                to: Goal {
                    open,
                    done: Some("survey-saved"),
                    anchor: Some(format!("b-{block}")),
                },
            }
        }
        "remove-block" => Step {
            edits: vec![Edit::RemoveBlock(code("block")?)],
            open: Open::Nothing,
            to: Goal {
                open: Open::Nothing,
                done: Some("survey-block-removed"),
                anchor: None,
            },
        },
        "move-block" => {
            let block = code("block")?;
            Step {
                edits: vec![Edit::MoveBlock(block.clone(), direction()?)],
                open: keep.clone(),
                to: Goal {
                    open: keep,
                    done: None,
                    anchor: Some(format!("b-{block}")),
                },
            }
        }
        "add-question" => {
            let block = code("block")?;
            let text = fields.given("text").map(|text| Text::of(first, text));
            let kind = fields.get("kind");
            let question = new_question(draft, kind, text.unwrap_or_default());
            let question = question.ok_or_else(|| match kind {
                "importance" => {
                    let field = (format!("kind-{block}"), "survey-error-nothing-rated");
                    Unclear::Refused(Open::Nothing, vec![field])
                }
                _ => Unclear::Unknown,
            })?;
            let open = Open::Question(question.code.clone());
            let anchor = format!("q-{}", question.code);
            Step {
                edits: vec![Edit::AddQuestion {
                    block,
                    after: code("after").ok(),
                    question: Box::new(question),
                }],
                open: Open::Nothing,
                to: Goal {
                    open,
                    done: None,
                    anchor: Some(anchor),
                },
            }
        }
        "question" => question_step(fields, draft, code("question")?)?,
        "remove-question" => Step {
            edits: vec![Edit::RemoveQuestion(code("question")?)],
            open: Open::Nothing,
            to: Goal {
                open: Open::Nothing,
                done: Some("survey-question-removed"),
                anchor: None,
            },
        },
        "move-question" => {
            let question = code("question")?;
            Step {
                edits: vec![Edit::MoveQuestion(question.clone(), direction()?)],
                open: keep.clone(),
                to: Goal {
                    open: keep,
                    done: None,
                    anchor: Some(format!("q-{question}")),
                },
            }
        }
        _ => return Err(Unclear::Unknown),
    };
    Ok(step)
}

/// The form of a question: everything that was typed, and then what its button says about an option.
fn question_step(fields: &Fields, draft: &Survey, question: Code) -> Result<Step, Unclear> {
    let open = Open::Question(question.clone());
    let base = draft.question(question.as_str());
    let base = base.ok_or_else(|| Unclear::Gone(EditError::NoQuestion(question.clone())))?;
    let sent = fields::read_question(fields, base, &draft.languages)
        .map_err(|refused| Unclear::Refused(open.clone(), refused))?;
    let code = sent.question.code.clone();
    let of = || code.clone();
    let row = |row: &str| {
        let option = sent
            .question
            .kind
            .options()
            .get(row.parse::<usize>().ok()?)?;
        Some(option.code.clone())
    };
    let then = match fields.get("then").split_once(':') {
        Some(("option-remove", r)) => row(r).map(|option| Edit::RemoveOption {
            question: of(),
            option,
        }),
        Some((then @ ("option-up" | "option-down"), r)) => row(r).map(|option| Edit::MoveOption {
            question: of(),
            option,
            direction: if then == "option-up" {
                Direction::Up
            } else {
                Direction::Down
            },
        }),
        _ => None,
    };
    let added = sent.new_options.into_iter().map(|option| Edit::AddOption {
        question: of(),
        option,
    });
    let save = Edit::Question {
        question,
        new: Box::new(sent.question.clone()),
    };
    Ok(Step {
        edits: std::iter::once(save).chain(added).chain(then).collect(),
        open,
        to: Goal {
            anchor: Some(format!("q-{code}")),
            open: Open::Question(code),
            done: Some("survey-saved"),
        },
    })
}

impl<'a> Editor<'a> {
    fn new(
        staff: &'a Staff,
        read: &'a SurveyWithVersions,
        open: Open,
        preview: Option<Language>,
    ) -> Self {
        let tr = staff.tr();
        let draft = &read.survey.draft;
        let language = words::language(tr);
        let default = draft.languages.first().copied().unwrap_or(language);
        let own = draft.languages.contains(&language).then_some(language);
        let preview = preview.filter(|preview| draft.languages.contains(preview));
        Editor {
            staff,
            tr,
            language,
            read,
            draft,
            published: read.published_codes(),
            defects: read.defects(),
            seconds: estimate(draft, language).questions,
            may_edit: staff.actor().may(Permission::EditSurveys),
            open,
            removing: false,
            preview: preview.or(own).unwrap_or(default),
            returned: None,
        }
    }

    fn address(&self, open: &Open) -> String {
        address(self.read.survey.code.as_str(), open, Some(self.preview))
    }

    fn title(&self) -> String {
        title(self.draft, self.language)
    }

    fn respond(&self, warning: Option<&str>, status: StatusCode) -> Response {
        let title = self.title();
        let text = self.tr.t("survey-nothing-lost");
        let typed = ["survey", "block", "question", "add-question", "add-block"]
            .into_iter()
            .any(|edit| self.returned_to(edit).is_some());
        let flash = warning.map(|title| Flash {
            tone: Tone::Warning,
            title,
            text: typed.then_some(text.as_str()),
        });
        self.staff
            .page_with(&title, NavItem::Surveys, flash, self.body(), status)
    }

    fn body(&self) -> Markup {
        let tr = self.tr;
        let title = self.title();
        let crumbs = [
            Crumb {
                label: &tr.t("nav-surveys"),
                href: Some("/surveys"),
            },
            Crumb {
                label: &title,
                href: None,
            },
        ];
        html! {
            div.survey-editor {
                (parts::page_header(&PageHeader {
                    title: &title,
                    lead: None,
                    crumbs: parts::breadcrumbs(tr, &crumbs),
                    actions: self.actions(),
                }))
                p.survey-state { (status_badges(tr, self.read)) code { (self.read.survey.code) } }
                @if let Some(left) = self.left_over() { (left) }
                div.editor-columns {
                    div.editor-main {
                        (self.defect_list())
                        (self.survey_card())
                        @for (b, block) in self.draft.blocks.iter().enumerate() { (self.block(b, block)) }
                        @if self.may_edit { (self.add_block()) }
                    }
                    div.editor-side {
                        (self.duration())
                        (self.doctor())
                        (self.phone())
                    }
                }
            }
        }
    }

    fn actions(&self) -> Markup {
        let tr = self.tr;
        let code = &self.read.survey.code;
        html! {
            @if !self.read.versions.is_empty() {
                (parts::link_button_of(Weight::Quiet, &format!("/surveys/{code}/versions"), &tr.t("survey-versions")))
            }
            @if self.may_edit && self.read.unpublished_changes() {
                (parts::link_button(&format!("/surveys/{code}/publish"), &tr.t("publish")))
            }
        }
    }

    /// The hidden fields of every form: who sends it, over which revision, which step.
    fn hidden(&self, edit: &str) -> Markup {
        html! {
            (parts::csrf_field(self.staff.csrf()))
            input type="hidden" name="revision" value=(self.read.survey.draft_revision);
            input type="hidden" name="edit" value=(edit);
            input type="hidden" name="preview" value=(self.preview);
        }
    }

    fn action(&self) -> String {
        format!("/surveys/{}/draft", self.read.survey.code)
    }

    /// What was typed into a form whose question or block has gone: to be copied.
    fn left_over(&self) -> Option<Markup> {
        let returned = self.returned.as_ref()?;
        let shown = match &self.open {
            Open::Nothing => false,
            Open::Survey => true,
            Open::Block(code) => self.draft.blocks.iter().any(|block| block.code == *code),
            Open::Question(code) => self.draft.question(code.as_str()).is_some(),
        };
        let typed: Vec<&(String, String)> = returned
            .fields
            .pairs()
            .iter()
            .filter(|(name, value)| {
                let ours = [
                    "csrf",
                    "revision",
                    "edit",
                    "preview",
                    "keep",
                    "direction",
                    "then",
                ];
                !value.trim().is_empty() && !ours.contains(&name.as_str())
            })
            .collect();
        let about_a_form = ["question", "block", "add-question", "add-block"];
        if shown || typed.is_empty() || !about_a_form.contains(&returned.fields.get("edit")) {
            return None;
        }
        let tr = self.tr;
        let list = html! { dl.left-over { @for (name, value) in typed { div { dt { code { (name) } } dd { (value) } } } } };
        Some(parts::section(
            &tr.t("survey-what-you-typed"),
            &html! {},
            &list,
        ))
    }

    fn defect_list(&self) -> Markup {
        let tr = self.tr;
        let lines = words::lines(tr, &self.defects);
        html! {
            @if !lines.is_empty() {
                section.card.defects aria-label=(tr.t("survey-defects")) {
                    h2 { (Icon::Warning.draw()) (tr.ta("survey-defects-count", &[("n", lines.len().into())])) }
                    ul {
                        @for (defect, words) in &lines {
                            @let (open, anchor, whose) = self.place(&defect.place);
                            @let href = format!("{}#{anchor}", self.address(&open));
                            li {
                                a href=(href) {
                                    @match whose {
                                        Some(code) => code { (code) },
                                        None => (tr.t("survey-settings")),
                                    }
                                    @if let Some(part) = words::part(tr, &defect.place) { " · " (part) }
                                }
                                ": " (words)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Where it is mended what stands at a place.
    fn place(&self, place: &str) -> (Open, String, Option<&Code>) {
        let index = |text: &str, after: &str| -> Option<usize> {
            let (_, rest) = text.split_once(after)?;
            rest.split(']').next()?.parse().ok()
        };
        let block = index(place, "blocks[").and_then(|b| self.draft.blocks.get(b));
        let question = block.and_then(|block| {
            let q = index(place, "].questions[")?;
            block.questions.get(q)
        });
        match (question, block) {
            (Some(question), _) => (
                Open::Question(question.code.clone()),
                format!("q-{}", question.code),
                Some(&question.code),
            ),
            (None, Some(block)) => (
                Open::Block(block.code.clone()),
                format!("b-{}", block.code),
                Some(&block.code),
            ),
            _ => (Open::Survey, "survey".to_owned(), None),
        }
    }

    /// The fields of the open form and their errors: what was typed, else what is there.
    fn shown(
        &self,
        edit: &str,
        stored: impl FnOnce() -> Fields,
        place: &str,
    ) -> (Fields, Vec<(String, String)>) {
        let stored_errors = errors_below(self.tr, &self.defects, place);
        match self.returned_to(edit) {
            Some(returned) => {
                let mut errors = returned.errors.clone();
                // What is typed is judged once it is saved; the errors of the form itself come first.
                if errors.is_empty() {
                    errors = stored_errors;
                }
                (returned.fields.clone(), errors)
            }
            None => (stored(), stored_errors),
        }
    }

    /// What came back to this form; another form of the page may have been sent.
    fn returned_to(&self, edit: &str) -> Option<&Returned> {
        self.returned
            .as_ref()
            .filter(|returned| returned.fields.get("edit") == edit)
    }

    fn form_errors(&self, edit: &str, form: &Form) -> Markup {
        let refused: Vec<(String, String)> = match self.returned_to(edit) {
            Some(returned) => returned
                .errors
                .iter()
                .map(|(name, text)| (form.id_of(name), text.clone()))
                .collect(),
            None => Vec::new(),
        };
        parts::form_errors(self.tr, &refused)
    }

    fn survey_card(&self) -> Markup {
        let tr = self.tr;
        let open = self.may_edit && self.open == Open::Survey;
        if !open {
            let languages: Vec<&str> = self.draft.languages.iter().map(|l| l.own_name()).collect();
            return html! {
                section.card.survey-card id="survey" {
                    div.card-header {
                        h2 { (tr.t("survey-settings")) }
                        @if self.may_edit { (parts::link_button_of(Weight::Quiet, &format!("{}#survey", self.address(&Open::Survey)), &tr.t("edit"))) }
                    }
                    (parts::facts(&[
                        (&tr.t("survey-field-languages"), html! { (languages.join(", ")) }),
                        (&tr.t("survey-field-intro"), or_none(tr, self.draft.intro.best(self.language))),
                        (&tr.t("survey-field-thank-you"), or_none(tr, self.draft.thank_you.best(self.language))),
                        (&tr.t("survey-field-segments"), html! {
                            @if self.draft.segments.is_empty() { span.muted { (tr.t("none")) } }
                            @for segment in &self.draft.segments { code { (segment.code) } " " }
                        }),
                    ]))
                    (self.endings_and_quotas())
                }
            };
        }
        let (fields, errors) = self.shown("survey", || fields::of_survey(self.draft), "");
        let form = Form {
            tr,
            fields: &fields,
            errors: &errors,
            languages: &self.draft.languages,
            prefix: "survey",
        };
        let names: Vec<(&str, &str)> = Language::ALL
            .iter()
            .map(|language| (language.code(), language.own_name()))
            .collect();
        let choices: Vec<Choice> = names
            .iter()
            .map(|(value, label)| Choice { value, label })
            .collect();
        let ticked: Vec<&str> = fields.all("languages").collect();
        let error = errors.iter().find(|(name, _)| name == "languages");
        html! {
            section.card.survey-card.is-open id="survey" {
                h2 { (tr.t("survey-settings")) }
                (self.form_errors("survey", &form))
                form.editor-form method="post" action=(self.action()) {
                    (self.hidden("survey"))
                    (default_button())
                    (parts::field(tr, &Field { name: "languages", label: &tr.t("survey-field-languages"),
                        hint: Some(&tr.t("survey-field-languages-hint")), error: error.map(|(_, text)| text.as_str()),
                        control: Control::Checks { choices: &choices, selected: &ticked }, id_prefix: Some("survey"), ..Field::default() }))
                    div.short-fields {
                        (parts::field(tr, &Field { name: "default", label: &tr.t("survey-field-default-language"),
                            control: Control::Select { choices: &choices, selected: fields.get("default") }, id_prefix: Some("survey"), ..Field::default() }))
                    }
                    (form.texts("title", &tr.t("survey-field-title"), None, 1))
                    (form.texts("intro", &tr.t("survey-field-intro"), Some(&tr.t("survey-field-intro-hint")), 3))
                    (form.texts("thank_you", &tr.t("survey-field-thank-you"), None, 2))
                    (form.segments())
                    (form.order_box("random_blocks"))
                    (form.endings())
                    (form.quotas())
                    (form_buttons(tr, &self.address(&Open::Nothing)))
                }
            }
        }
    }

    /// Where respondents end, and how many responses of each sort there are.
    fn endings_and_quotas(&self) -> Markup {
        let tr = self.tr;
        let open = self.staff.directory.survey(self.read.survey.code.as_str());
        let there = |quota: &Code| {
            let there = open.and_then(|open| open.quotas.get(quota)).copied();
            tr.count(there.unwrap_or(0))
        };
        html! {
            @if self.draft.random_blocks { p.question-marks { span { (tr.t("survey-field-random-blocks")) } } }
            @if !self.draft.endings.is_empty() {
                (parts::facts(&[(&tr.t("survey-field-endings"), html! {
                    @for ending in &self.draft.endings { code { (ending.code) } " " }
                })]))
            }
            @if !self.draft.quotas.is_empty() {
                (parts::facts(&[(&tr.t("survey-field-quotas"), html! {
                    @for quota in &self.draft.quotas {
                        code { (quota.code) } " "
                        (tr.ta("survey-quota-standing", &[("n", there(&quota.code).into()), ("limit", tr.count(u64::from(quota.limit)).into())]))
                        " "
                    }
                })]))
            }
        }
    }

    /// Two small buttons that move a thing.
    fn movers(&self, edit: &str, name: &str, code: &Code, up: bool, down: bool) -> Markup {
        let tr = self.tr;
        let keep = match &self.open {
            Open::Question(question) => question.as_str(),
            _ => "",
        };
        let button = |direction: &str, icon: Icon, label: &str, possible: bool| {
            let label = format!("{}: {code}", tr.t(label));
            html! {
                button.icon-button type="submit" name="direction" value=(direction) title=(label) aria-label=(label) disabled[!possible] { (icon.draw()) }
            }
        };
        html! {
            form.movers method="post" action=(self.action()) {
                (self.hidden(edit))
                input type="hidden" name=(name) value=(code);
                input type="hidden" name="keep" value=(keep);
                (button("up", Icon::Up, "survey-move-up", up))
                (button("down", Icon::Down, "survey-move-down", down))
            }
        }
    }

    fn block(&self, b: usize, block: &Block) -> Markup {
        let tr = self.tr;
        let place = format!("blocks[{b}]");
        let open = self.may_edit && self.open == Open::Block(block.code.clone());
        let heading = block.title.best(self.language);
        let number = tr.ta("survey-block-number", &[("n", (b + 1).into())]);
        let name = if heading.is_empty() { &number } else { heading };
        html! {
            section.block id={ "b-" (block.code) } aria-label=(name) {
                div.block-header {
                    div {
                        h2 { (name) }
                        p.question-marks {
                            code { (block.code) }
                            @if let Some(condition) = condition_of(&block.show_if) { span { (tr.t("survey-shown-if")) " " code { (condition) } } }
                            @if block.layout == Some(Layout::Matrix) { span { (tr.t("survey-mark-matrix")) } }
                            @if block.random_questions { span { (tr.t("survey-mark-random")) } }
                        }
                    }
                    @if self.may_edit {
                        div.button-row {
                            (parts::link_button_of(Weight::Quiet, &format!("{}#b-{}", self.address(&Open::Block(block.code.clone())), block.code), &tr.t("survey-block-edit")))
                            (self.movers("move-block", "block", &block.code, b > 0, b + 1 < self.draft.blocks.len()))
                        }
                    }
                }
                @if open { (self.block_form(block, &place)) }
                @if block.questions.is_empty() { p.muted.block-empty { (tr.t("survey-block-empty")) } }
                ol.questions {
                    @for (q, question) in block.questions.iter().enumerate() { (self.question((b, q), block, question)) }
                }
                @if self.may_edit { (self.add_question(block)) }
            }
        }
    }

    fn block_form(&self, block: &Block, place: &str) -> Markup {
        let tr = self.tr;
        if self.removing {
            let question = tr.ta(
                "survey-block-remove-question",
                &[("n", block.questions.len().into())],
            );
            return self.removal("remove-block", "block", &block.code, &question);
        }
        let (fields, errors) = self.shown(
            "block",
            || fields::of_block(block, &self.draft.languages),
            place,
        );
        let form = Form {
            tr,
            fields: &fields,
            errors: &errors,
            languages: &self.draft.languages,
            prefix: "block",
        };
        let before = self.asked_before(|known| known == &block.code, |_| false);
        let own = Open::Block(block.code.clone());
        html! {
            div.card.block-form.is-open {
                form.editor-form method="post" action=(self.action()) {
                    (self.hidden("block"))
                    input type="hidden" name="block" value=(block.code);
                    (form.texts("title", &tr.t("survey-field-block-title"), Some(&tr.t("survey-field-block-title-hint")), 1))
                    (form.order_box("matrix"))
                    (form.order_box("random_questions"))
                    @if self.draft.random_blocks { (form.order_box("anchored")) }
                    @else if block.anchored { input type="hidden" name="anchored" value="on"; }
                    (form.condition(&self.defects, place, &before))
                    (form_buttons(tr, &self.address(&Open::Nothing)))
                }
                p { a.remove-link href={ (with_query(&self.address(&own), "remove", "1")) "#b-" (block.code) } { (tr.t("survey-block-remove")) } }
            }
        }
    }

    /// A page between: what is written in four languages does not go with one slip of the hand.
    fn removal(&self, edit: &str, name: &str, code: &Code, question: &str) -> Markup {
        let tr = self.tr;
        html! {
            div.card.removal role="alert" {
                p { (question) }
                form.button-row method="post" action=(self.action()) {
                    (self.hidden(edit))
                    input type="hidden" name=(name) value=(code);
                    (parts::button(Weight::Danger, &tr.t("remove")))
                    (parts::link_button_of(Weight::Quiet, &self.address(&Open::Nothing), &tr.t("cancel")))
                }
            }
        }
    }

    /// The questions that a condition may look at.
    fn asked_before(
        &self,
        until_block: impl Fn(&Code) -> bool,
        until_question: impl Fn(&Code) -> bool,
    ) -> Vec<&Question> {
        let mut asked = Vec::new();
        for block in &self.draft.blocks {
            if until_block(&block.code) {
                return asked;
            }
            for question in &block.questions {
                if until_question(&question.code) {
                    return asked;
                }
                if question.kind.takes_answer() {
                    asked.push(question);
                }
            }
        }
        asked
    }

    fn question(&self, (b, q): (usize, usize), block: &Block, question: &Question) -> Markup {
        let tr = self.tr;
        let place = format!("blocks[{b}].questions[{q}]");
        let below = format!("{place}.");
        let faults = words::lines(tr, &self.defects)
            .iter()
            .filter(|(defect, _)| defect.place == place || defect.place.starts_with(&below))
            .count();
        let open = self.may_edit && self.open == Open::Question(question.code.clone());
        let words = question.text.best(self.language);
        let first = b == 0 && q == 0;
        let last = b + 1 == self.draft.blocks.len() && q + 1 == block.questions.len();
        let address = self.address(&Open::Question(question.code.clone()));
        let seconds = self.seconds.iter().find(|(code, _)| *code == question.code);
        let seconds = seconds.map_or(0.0, |(_, seconds)| *seconds);
        let class = if open {
            "question card is-open"
        } else {
            "question card"
        };
        html! {
            li class=(class) id={ "q-" (question.code) } {
                div.question-header {
                    div.question-words {
                        @let words = html! { @if words.is_empty() { span.muted { (tr.t("survey-no-text-yet")) } } @else { (words) } };
                        @if self.may_edit && !open {
                            h3 { a href={ (address) "#q-" (question.code) } { (words) } }
                        } @else {
                            h3 { (words) }
                        }
                        p.question-marks {
                            span { (words::kind(tr, question.kind.name())) }
                            code { (question.code) }
                            @if question.required { span { (tr.t("required")) } }
                            @if let Some(condition) = condition_of(&question.show_if) { span { (tr.t("survey-shown-if")) " " code { (condition) } } }
                            @if question.kind.is_random() { span { (tr.t("survey-mark-random")) } }
                            span { (tr.ta("survey-seconds", &[("n", seconds.round().into())])) }
                            @if faults > 0 { span.fault-mark { (Icon::Warning.draw()) (tr.ta("survey-faults", &[("n", faults.into())])) } }
                        }
                        @if !open && !question.kind.options().is_empty() {
                            p.question-options { @for option in question.kind.options() { span { (option.text.best(self.language)) } } }
                        }
                    }
                    @if self.may_edit { (self.movers("move-question", "question", &question.code, !first, !last)) }
                }
                @if open { (self.question_form(question, &place)) }
            }
        }
    }

    fn question_form(&self, question: &Question, place: &str) -> Markup {
        let tr = self.tr;
        if self.removing {
            let id = match self.published.has_question(&question.code) {
                true => "survey-question-remove-published",
                false => "survey-question-remove-question",
            };
            return self.removal("remove-question", "question", &question.code, &tr.t(id));
        }
        let (fields, errors) = self.shown(
            "question",
            || fields::of_question(question, &self.draft.languages),
            place,
        );
        let form = Form {
            tr,
            fields: &fields,
            errors: &errors,
            languages: &self.draft.languages,
            prefix: "question",
        };
        let own = Open::Question(question.code.clone());
        let before = self.asked_before(|_| false, |known| known == &question.code);
        let saved = query_value(&self.staff.reader.path, "done") == Some("survey-saved");
        html! {
            div.question-form {
                (self.form_errors("question", &form))
                @if saved && self.returned_to("question").is_none() { p.saved-here role="status" { (Icon::Good.draw()) (tr.t("saved")) } }
                form.editor-form method="post" action=(self.action()) {
                    (self.hidden("question"))
                    (default_button())
                    input type="hidden" name="question" value=(question.code);
                    (form.question(question, self.draft, &self.published))
                    (form.condition(&self.defects, place, &before))
                    (form_buttons(tr, &format!("{}#q-{}", self.address(&Open::Nothing), question.code)))
                }
                p { a.remove-link href={ (with_query(&self.address(&own), "remove", "1")) "#q-" (question.code) } { (tr.t("survey-question-remove")) } }
            }
        }
    }

    fn add_question(&self, block: &Block) -> Markup {
        let tr = self.tr;
        let prefix = format!("add-{}", block.code);
        let error = self.returned.as_ref().and_then(|returned| {
            let name = format!("kind-{}", block.code);
            returned.errors.iter().find(|(field, _)| *field == name)
        });
        let sent = error
            .and(self.returned.as_ref())
            .map(|returned| &returned.fields);
        let sent = |name: &str| sent.map_or("", |fields| fields.get(name));
        let rated = radost_app::domain::listen::edit::rated(self.draft).count() > 0;
        let kinds: Vec<(&str, String)> = QuestionKind::NAMES
            .into_iter()
            .filter(|name| *name != "importance" || rated)
            .map(|name| (name, words::kind(tr, name)))
            .collect();
        let kinds: Vec<Choice> = kinds
            .iter()
            .map(|(value, label)| Choice { value, label })
            .collect();
        let mut places = vec![(String::new(), tr.t("survey-place-first"))];
        for question in &block.questions {
            let label = tr.ta(
                "survey-place-after",
                &[("code", question.code.as_str().into())],
            );
            places.push((question.code.to_string(), label));
        }
        let last = places
            .last()
            .map(|(value, _)| value.clone())
            .unwrap_or_default();
        let places: Vec<Choice> = places
            .iter()
            .map(|(value, label)| Choice { value, label })
            .collect();
        let kind = if sent("kind").is_empty() {
            "rating"
        } else {
            sent("kind")
        };
        let control = |name, label: &str, error: Option<&str>, control| {
            parts::field(
                tr,
                &Field {
                    name,
                    label,
                    error,
                    control,
                    id_prefix: Some(&prefix),
                    ..Field::default()
                },
            )
        };
        let first = self
            .draft
            .languages
            .first()
            .copied()
            .unwrap_or(self.language);
        let text_label = tr.ta("survey-add-text", &[("language", first.own_name().into())]);
        html! {
            details.add-question open[error.is_some() || block.questions.is_empty()] {
                summary { (Icon::Plus.draw()) (tr.t("survey-add-question")) }
                form.editor-form method="post" action=(self.action()) {
                    (self.hidden("add-question"))
                    input type="hidden" name="block" value=(block.code);
                    div.short-fields {
                        (control("kind", &tr.t("survey-add-kind"), error.map(|(_, text)| text.as_str()),
                            Control::Select { choices: &kinds, selected: kind }))
                        (control("after", &tr.t("survey-add-place"), None, Control::Select { choices: &places, selected: &last }))
                    }
                    (control("text", &text_label, None, Control::text(sent("text"))))
                    div { (parts::button(Weight::Secondary, &tr.t("survey-add-question"))) }
                }
            }
        }
    }

    fn add_block(&self) -> Markup {
        let tr = self.tr;
        html! {
            details.add-block {
                summary { (Icon::Plus.draw()) (tr.t("survey-add-block")) }
                form.editor-form method="post" action=(self.action()) {
                    (self.hidden("add-block"))
                    (parts::field(tr, &Field { name: "title", label: &tr.t("survey-field-block-title"),
                        hint: Some(&tr.t("survey-field-block-title-hint")), control: Control::text(""), id_prefix: Some("add-block"), ..Field::default() }))
                    div { (parts::button(Weight::Secondary, &tr.t("survey-add-block"))) }
                }
            }
        }
    }

    fn duration(&self) -> Markup {
        let tr = self.tr;
        let estimates: Vec<_> = self
            .draft
            .languages
            .iter()
            .map(|&language| (language, estimate(self.draft, language)))
            .collect();
        let slowest = estimates
            .iter()
            .max_by(|(_, a), (_, b)| a.seconds.total_cmp(&b.seconds));
        let Some((_, slowest)) = slowest else {
            return html! {};
        };
        let minutes = tr.number(slowest.minutes(), 1);
        let mut longest: Vec<&(Code, f64)> = slowest.questions.iter().collect();
        longest.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let limit = tr.number(MAX_MINUTES, 0);
        let class = if slowest.too_long() {
            "card duration tone-warning"
        } else {
            "card duration tone-good"
        };
        html! {
            section class=(class) aria-label=(tr.t("survey-duration")) {
                h2 { (tr.t("survey-duration")) }
                p.duration-minutes {
                    @if slowest.too_long() { (Icon::Warning.draw()) } @else { (Icon::Hourglass.draw()) }
                    strong { (tr.ta("survey-minutes", &[("n", minutes.into())])) }
                }
                @if slowest.too_long() {
                    p.duration-warning { (tr.ta("survey-too-long", &[("limit", limit.into())])) }
                    p { (tr.t("survey-longest")) }
                    ol {
                        @for (code, seconds) in longest.into_iter().take(3) {
                            li {
                                a href={ (self.address(&Open::Question(code.clone()))) "#q-" (code) } { code { (code) } }
                                " " span.muted { (tr.ta("survey-seconds", &[("n", seconds.round().into())])) }
                            }
                        }
                    }
                }
                @if estimates.len() > 1 {
                    p.duration-languages {
                        @for (language, estimate) in &estimates {
                            span { (language.own_name()) " " span.number { (tr.number(estimate.minutes(), 1)) } }
                        }
                    }
                }
            }
        }
    }

    /// What the survey doctor says, but for what is said on this page already: how long it takes, and what keeps it from being
    /// published.
    fn doctor(&self) -> Markup {
        let tr = self.tr;
        let elsewhere = [RemarkKind::TooLong, RemarkKind::NotTranslated];
        let mut remarks = examine(self.draft);
        remarks.retain(|remark| !elsewhere.contains(&remark.kind));
        html! {
            section.card.doctor aria-label=(tr.t("doctor")) {
                h2 { (tr.t("doctor")) }
                @if remarks.is_empty() {
                    p.doctor-well { (Icon::Good.draw()) (tr.t("doctor-none")) }
                } @else {
                    p.muted { (tr.ta("doctor-count", &[("n", remarks.len().into())])) }
                    ul { @for remark in &remarks { li { (self.remark(remark)) } } }
                }
            }
        }
    }

    fn remark(&self, remark: &Remark) -> Markup {
        let tr = self.tr;
        let (open, anchor, whose) = self.place(&remark.place);
        let href = format!("{}#{anchor}", self.address(&open));
        let id = format!("doctor-{}", remark.kind.code().replace('_', "-"));
        let languages = remark.languages.iter().map(|language| language.own_name());
        let languages: Vec<&str> = languages.collect();
        html! {
            @if !remark.place.is_empty() {
                a href=(href) {
                    @match whose {
                        Some(code) => code { (code) },
                        None => (tr.t("survey-settings")),
                    }
                    @if let Some(part) = words::part(tr, &remark.place) { " · " (part) }
                }
                ": "
            }
            strong { (tr.t(&id)) }
            @if let Some(words) = &remark.words { " " q { (words) } }
            @if self.draft.languages.len() > 1 && !languages.is_empty() { " " span.muted { (languages.join(", ")) } }
            p.muted { (tr.t(&format!("{id}-why"))) }
        }
    }

    fn phone(&self) -> Markup {
        let code = &self.read.survey.code;
        let src = format!("/surveys/{code}/preview?lang={}", self.preview);
        let link = |language: Language| address(code.as_str(), &self.open, Some(language));
        phone(self.tr, &src, &self.draft.languages, self.preview, link)
    }
}

/// The survey as respondents see it, as wide as a phone, with a choice of its languages.
pub(super) fn phone(
    tr: Tr,
    src: &str,
    languages: &[Language],
    shown: Language,
    link: impl Fn(Language) -> String,
) -> Markup {
    html! {
        section.phone aria-label=(tr.t("preview")) {
            div.phone-head {
                h2 { (tr.t("preview")) }
                nav.phone-languages aria-label=(tr.t("survey-preview-language")) {
                    @for &language in languages {
                        @let current = (language == shown).then_some("true");
                        a href=(link(language)) lang=(language) aria-current=[current] title=(language.own_name()) aria-label=(language.own_name()) { (language) }
                    }
                }
            }
            iframe.phone-screen src=(src) title=(tr.t("survey-preview-frame")) loading="lazy" width="390" height="760" {}
        }
    }
}

/// The title of a survey, or what stands for it.
pub(super) fn title(survey: &Survey, language: Language) -> String {
    match survey.title.best(language) {
        "" => survey.code.to_string(),
        title => title.to_owned(),
    }
}

/// Draft, open or closed; the version; whether the draft says something new.
pub(super) fn status_badges(tr: Tr, read: &SurveyWithVersions) -> Markup {
    badges(
        tr,
        SurveyStatus::of(&read.survey),
        read.survey.newest_version,
        read.unpublished_changes(),
    )
}

/// The same from its parts.
pub(super) fn badges(
    tr: Tr,
    status: SurveyStatus,
    version: Option<u32>,
    unpublished_changes: bool,
) -> Markup {
    let (tone, label) = match status {
        SurveyStatus::Draft => (Tone::Neutral, "survey-status-draft"),
        SurveyStatus::Open => (Tone::Good, "survey-status-open"),
        SurveyStatus::Closed => (Tone::Bad, "survey-status-closed"),
    };
    html! {
        span.badges {
            (parts::badge(tone, &tr.t(label)))
            @if let Some(version) = version {
                (parts::badge(Tone::Neutral, &tr.ta("survey-version", &[("n", version.into())])))
                @if unpublished_changes { (parts::badge(Tone::Warning, &tr.t("survey-unpublished-changes"))) }
            }
        }
    }
}

fn or_none(tr: Tr, text: &str) -> Markup {
    html! { @if text.is_empty() { span.muted { (tr.t("none")) } } @else { (text) } }
}

fn condition_of(show_if: &Option<String>) -> Option<&str> {
    show_if
        .as_deref()
        .map(str::trim)
        .filter(|source| !source.is_empty())
}
