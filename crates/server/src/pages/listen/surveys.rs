//! The list of surveys, the editor, publication and versions.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use radost_app::domain::access::Permission;
use radost_app::domain::listen::changes::{SurveyChange, changes};
use radost_app::domain::listen::duration::estimate;
use radost_app::domain::listen::{Survey, edit, templates};
use radost_app::domain::{Language, Slug};
use radost_app::listen::{NewSurvey, SurveyStatus, SurveySummary, SurveyWithVersions};
use radost_app::{App, AppError};

use crate::Server;
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{
    self, Column, Control, Crumb, Field, Flash, Input, PageHeader, Table, Tone, Weight,
};
use crate::request::{OrPage, PageError, PageResult, Staff, StaffForm, query_value};

mod editor;
mod fields;
mod form;
pub(super) mod words;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/surveys", get(list))
        .route("/surveys/new", get(new_form).post(create))
        .route("/surveys/{code}", get(editor::page))
        .route(
            "/surveys/{code}/draft",
            get(editor::back).post(editor::edit),
        )
        .route("/surveys/{code}/publish", get(publish_form).post(publish))
        .route("/surveys/{code}/close", post(close))
        .route("/surveys/{code}/open", post(open))
        .route("/surveys/{code}/versions", get(versions))
        .route("/surveys/{code}/versions/{version}", get(version))
}

/// Minutes in the slowest of its languages, written.
fn minutes(tr: Tr, survey: &Survey) -> String {
    let slowest = survey
        .languages
        .iter()
        .map(|&language| estimate(survey, language).minutes())
        .fold(0.0, f64::max);
    tr.number(slowest, 1)
}

fn may_edit(staff: &Staff) -> Result<(), AppError> {
    match staff.actor().may(Permission::EditSurveys) {
        true => Ok(()),
        false => Err(AppError::Forbidden(Permission::EditSurveys)),
    }
}

async fn list(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let surveys = app.surveys(staff.actor()).await.or_page(&staff.reader)?;
    let tr = staff.tr();
    let title = tr.t("nav-surveys");
    let may_edit = staff.actor().may(Permission::EditSurveys);
    let new = parts::link_button("/surveys/new", &tr.t("survey-new"));
    let labels = [
        "survey-field-title",
        "status",
        "survey-field-languages",
        "survey-questions",
        "survey-minutes-column",
    ];
    let labels = labels.map(|id| tr.t(id));
    let columns = [
        Column::text(&labels[0]),
        Column::text(&labels[1]),
        Column::text(&labels[2]),
        Column::number(&labels[3]),
        Column::number(&labels[4]),
    ];
    let empty = parts::empty_state(
        Icon::Surveys,
        &tr.t("surveys-empty"),
        Some(&tr.t("surveys-empty-text")),
        may_edit.then_some(&new),
    );
    let body = html! {
        (parts::page_header(&PageHeader {
            title: &title,
            lead: Some(&tr.t("surveys-lead")),
            actions: html! { @if may_edit && !surveys.is_empty() { (new) } },
            ..PageHeader::default()
        }))
        (parts::data_table(tr, &Table {
            caption: &title,
            columns: &columns,
            rows: surveys.iter().map(|summary| row(tr, summary)).collect(),
            empty: Some(empty),
            ..Table::default()
        }))
    };
    Ok(staff.page(&title, NavItem::Surveys, body))
}

fn row(tr: Tr, summary: &SurveySummary) -> Vec<Markup> {
    let survey = &summary.survey;
    let draft = &survey.draft;
    let status = SurveyStatus::of(survey);
    vec![
        html! {
            a href={ "/surveys/" (survey.code) } { (editor::title(draft, words::language(tr))) }
            @if !draft.title.is_empty() { " " code.muted.survey-code { (survey.code) } }
        },
        editor::badges(
            tr,
            status,
            survey.newest_version,
            summary.unpublished_changes,
        ),
        html! { span.language-codes { @for language in &draft.languages { span title=(language.own_name()) { (language) } } } },
        html! { (tr.count(draft.questions().filter(|(_, _, q)| q.kind.takes_answer()).count() as u64)) },
        html! { (minutes(tr, draft)) },
    ]
}

// ── A new survey ───────────────────────────────────────────────────────────────────────────────────────────────────

/// The choice of no ready survey.
const BLANK: &str = "blank";

async fn new_form(staff: Staff) -> PageResult {
    may_edit(&staff).or_page(&staff.reader)?;
    let chosen = query_value(&staff.reader.path, "template").unwrap_or("post-visit");
    Ok(new_page(&staff, chosen, "", None, StatusCode::OK))
}

fn new_page(
    staff: &Staff,
    chosen: &str,
    code: &str,
    error: Option<&str>,
    status: StatusCode,
) -> Response {
    let tr = staff.tr();
    let title = tr.t("survey-new");
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
    let code_field = Field {
        name: "code",
        label: &tr.t("survey-new-code"),
        hint: Some(&tr.t("survey-new-code-hint")),
        error,
        control: Control::Input(Input {
            value: code,
            code: true,
            autocomplete: Some("off"),
            max_length: Some(63),
            ..Input::default()
        }),
        ..Field::default()
    };
    let errors: Vec<(String, String)> = error
        .map(|text| (code_field.id(), text.to_owned()))
        .into_iter()
        .collect();
    let body = html! {
        (parts::page_header(&PageHeader {
            title: &title,
            lead: Some(&tr.t("survey-new-lead")),
            crumbs: parts::breadcrumbs(tr, &crumbs),
            ..PageHeader::default()
        }))
        (parts::form_errors(tr, &errors))
        form.new-survey method="post" action="/surveys/new" {
            (parts::csrf_field(staff.csrf()))
            fieldset.ready-surveys {
                legend.visually-hidden { (tr.t("survey-new-from")) }
                @for ready in templates::ready() {
                    @if let Ok(survey) = ready.survey() { (ready_card(tr, ready.code(), Some(&survey), chosen)) }
                }
                (ready_card(tr, BLANK, None, chosen))
            }
            div.form {
                (parts::field(tr, &code_field))
                div.button-row { (parts::button(Weight::Primary, &tr.t("create"))) (parts::link_button_of(Weight::Quiet, "/surveys", &tr.t("cancel"))) }
            }
        }
    };
    staff.page_with(&title, NavItem::Surveys, None, body, status)
}

fn ready_card(tr: Tr, code: &str, survey: Option<&Survey>, chosen: &str) -> Markup {
    let id = format!("ready-{code}");
    html! {
        div.ready-survey {
            input type="radio" name="template" value=(code) id=(id) checked[code == chosen];
            label for=(id) {
                strong {
                    @match survey {
                        Some(survey) => (survey.title.best(words::language(tr))),
                        None => (tr.t("survey-blank")),
                    }
                }
                span { (tr.t(&format!("survey-ready-{code}"))) }
                @if let Some(survey) = survey {
                    span.ready-facts {
                        span { (tr.ta("survey-minutes", &[("n", minutes(tr, survey).into())])) }
                        span { (tr.ta("survey-questions-count", &[("n", survey.questions().count().into())])) }
                        code { (code) }
                    }
                }
            }
        }
    }
}

async fn create(State(app): State<Arc<App>>, StaffForm { staff, fields }: StaffForm) -> PageResult {
    may_edit(&staff).or_page(&staff.reader)?;
    let tr = staff.tr();
    let template = fields.get("template");
    let typed = fields.get("code").trim();
    let refuse = |id: &str, status| new_page(&staff, template, typed, Some(&tr.t(id)), status);
    let code = match (typed, template) {
        ("", BLANK) => {
            return Ok(refuse(
                "survey-error-code-needed",
                StatusCode::UNPROCESSABLE_ENTITY,
            ));
        }
        ("", template) => template,
        (typed, _) => typed,
    };
    let Ok(code) = code.parse::<Slug>() else {
        return Ok(refuse(
            "survey-error-slug",
            StatusCode::UNPROCESSABLE_ENTITY,
        ));
    };
    let new = match template {
        BLANK => {
            let language = staff.directory.workspace.language;
            NewSurvey::Document(Box::new(edit::blank(code.clone(), vec![language])))
        }
        template => NewSurvey::Ready {
            template: template.to_owned(),
            code: code.clone(),
        },
    };
    match app.create_survey(staff.actor(), new).await {
        Ok(_) => {
            let mut address = format!("/surveys/{code}");
            if template == BLANK {
                address = with_query(&address, "open", "survey");
            }
            Ok(Redirect::to(&with_query(&address, "done", "survey-created")).into_response())
        }
        Err(AppError::Conflict(_)) => Ok(refuse("survey-error-code-taken", StatusCode::CONFLICT)),
        Err(AppError::Invalid { field: "code", .. }) => Ok(refuse(
            "survey-error-code-reserved",
            StatusCode::UNPROCESSABLE_ENTITY,
        )),
        Err(error) => Err(PageError::new(error, staff.reader)),
    }
}

// ── Publication ────────────────────────────────────────────────────────────────────────────────────────────────────

fn crumbs_to(tr: Tr, read: &SurveyWithVersions, here: &str) -> Markup {
    let code = &read.survey.code;
    let title = editor::title(&read.survey.draft, words::language(tr));
    let href = format!("/surveys/{code}");
    parts::breadcrumbs(
        tr,
        &[
            Crumb {
                label: &tr.t("nav-surveys"),
                href: Some("/surveys"),
            },
            Crumb {
                label: &title,
                href: Some(&href),
            },
            Crumb {
                label: here,
                href: None,
            },
        ],
    )
}

async fn publish_form(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(code): Path<String>,
) -> PageResult {
    may_edit(&staff).or_page(&staff.reader)?;
    let read = app.survey_with_versions(staff.actor(), &code).await;
    let read = read.or_page(&staff.reader)?;
    Ok(publish_page(&staff, &read, None, StatusCode::OK))
}

/// What publication would change for the answers, and the button.
fn publish_page(
    staff: &Staff,
    read: &SurveyWithVersions,
    flash: Option<Flash<'_>>,
    status: StatusCode,
) -> Response {
    let tr = staff.tr();
    let code = &read.survey.code;
    let back = format!("/surveys/{code}");
    let next = read.survey.newest_version.unwrap_or(0) + 1;
    let title = tr.ta("survey-publish-title", &[("n", next.into())]);
    let defects = read.defects();
    let lines = words::lines(tr, &defects);
    let newest = read.versions.first();
    let found = newest
        .map(|newest| changes(&newest.document, &read.survey.draft))
        .unwrap_or_default();
    let (breaking, plain): (Vec<&SurveyChange>, Vec<&SurveyChange>) =
        found.iter().partition(|change| change.breaks_comparison());
    let questions = read.survey.draft.questions().count();
    let body = html! {
        (parts::page_header(&PageHeader {
            title: &title,
            lead: Some(&tr.t(if newest.is_some() { "survey-publish-lead" } else { "survey-publish-first-lead" })),
            crumbs: crumbs_to(tr, read, &title),
            ..PageHeader::default()
        }))
        @if !lines.is_empty() {
            section.card.defects {
                h2 { (Icon::Warning.draw()) (tr.ta("survey-defects-count", &[("n", lines.len().into())])) }
                p { (tr.t("survey-publish-defects")) }
                ul {
                    @for (defect, words) in &lines {
                        li {
                            @if let Some(code) = &defect.code { code { (code) } ": " }
                            (words)
                        }
                    }
                }
                div.button-row { (parts::link_button(&back, &tr.t("survey-to-editor"))) }
            }
        } @else if newest.is_some() && found.is_empty() {
            section.card {
                p { (tr.t("survey-publish-nothing")) }
                div.button-row { (parts::link_button_of(Weight::Secondary, &back, &tr.t("survey-to-editor"))) }
            }
        } @else {
            section.card {
                @if newest.is_some() {
                    h2 { (tr.t("survey-publish-changes")) }
                    @if !breaking.is_empty() {
                        (parts::flash(&Flash { tone: Tone::Warning, title: &tr.t("survey-publish-breaking"), text: Some(&tr.t("survey-publish-breaking-text")) }))
                        ul { @for change in breaking { li { (words::change(tr, change)) } } }
                    }
                    ul.changes { @for change in plain { li { (words::change(tr, change)) } } }
                } @else {
                    p {
                        (tr.ta("survey-questions-count", &[("n", questions.into())])) " · "
                        (tr.ta("survey-minutes", &[("n", minutes(tr, &read.survey.draft).into())]))
                    }
                }
                form.button-row method="post" action={ "/surveys/" (code) "/publish" } {
                    (parts::csrf_field(staff.csrf()))
                    input type="hidden" name="revision" value=(read.survey.draft_revision);
                    (parts::button(Weight::Primary, &tr.ta("survey-publish-button", &[("n", next.into())])))
                    (parts::link_button_of(Weight::Quiet, &back, &tr.t("cancel")))
                }
            }
        }
    };
    staff.page_with(&title, NavItem::Surveys, flash, body, status)
}

async fn publish(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let actor = staff.actor();
    let revision = fields.get("revision").parse().unwrap_or(0);
    match app.publish_revision(actor, &code, revision).await {
        Ok(_) => {
            let address = format!("/surveys/{code}/versions");
            Ok(Redirect::to(&with_query(&address, "done", "survey-published")).into_response())
        }
        Err(error @ (AppError::Conflict(_) | AppError::Defects(_))) => {
            let read = app.survey_with_versions(actor, &code).await;
            let read = read.or_page(&staff.reader)?;
            let tr = staff.tr();
            let (words, status) = match error {
                AppError::Conflict(_) => (tr.t("survey-publish-conflict"), StatusCode::CONFLICT),
                _ => (
                    tr.t("survey-publish-defects"),
                    StatusCode::UNPROCESSABLE_ENTITY,
                ),
            };
            let flash = Flash {
                tone: Tone::Warning,
                title: &words,
                text: None,
            };
            Ok(publish_page(&staff, &read, Some(flash), status))
        }
        Err(error) => Err(PageError::new(error, staff.reader)),
    }
}

async fn close(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    StaffForm { staff, .. }: StaffForm,
) -> PageResult {
    set_accepting(&app, &staff, &code, false, "survey-closed").await
}

async fn open(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
    StaffForm { staff, .. }: StaffForm,
) -> PageResult {
    set_accepting(&app, &staff, &code, true, "survey-opened").await
}

async fn set_accepting(
    app: &App,
    staff: &Staff,
    code: &str,
    accepting: bool,
    done: &str,
) -> PageResult {
    app.set_accepting(staff.actor(), code, accepting)
        .await
        .or_page(&staff.reader)?;
    let address = format!("/surveys/{code}/versions");
    Ok(Redirect::to(&with_query(&address, "done", done)).into_response())
}

// ── Versions ───────────────────────────────────────────────────────────────────────────────────────────────────────

async fn versions(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(code): Path<String>,
) -> PageResult {
    let read = app.survey_with_versions(staff.actor(), &code).await;
    let read = read.or_page(&staff.reader)?;
    let tr = staff.tr();
    let title = tr.t("survey-versions");
    let code = &read.survey.code;
    let labels = [
        "survey-version-column",
        "survey-published-at",
        "survey-field-languages",
        "survey-questions",
        "survey-minutes-column",
    ];
    let labels = labels.map(|id| tr.t(id));
    let columns = [
        Column::text(&labels[0]),
        Column::text(&labels[1]),
        Column::text(&labels[2]),
        Column::number(&labels[3]),
        Column::number(&labels[4]),
    ];
    let rows = read.versions.iter().map(|stored| {
        let document = &stored.document;
        let n = stored.version;
        vec![
            html! { a href={ "/surveys/" (code) "/versions/" (n) } { (tr.ta("survey-version", &[("n", n.into())])) } },
            html! { (tr.date_time(stored.published_at, &staff.directory.zone)) },
            html! { span.language-codes { @for language in &document.languages { span title=(language.own_name()) { (language) } } } },
            html! { (tr.count(document.questions().filter(|(_, _, q)| q.kind.takes_answer()).count() as u64)) },
            html! { (minutes(tr, document)) },
        ]
    });
    let editor = format!("/surveys/{code}");
    let to_editor = parts::link_button(&editor, &tr.t("survey-to-editor"));
    let empty = parts::empty_state(
        Icon::Surveys,
        &tr.t("survey-never-published"),
        Some(&tr.t("survey-never-published-text")),
        Some(&to_editor),
    );
    let body = html! {
        (parts::page_header(&PageHeader {
            title: &title,
            lead: Some(&tr.t("survey-versions-lead")),
            crumbs: crumbs_to(tr, &read, &title),
            actions: html! { @if staff.actor().may(Permission::EditSurveys) { (door(tr, staff.csrf(), &read)) } },
        }))
        p.survey-state { (editor::status_badges(tr, &read)) code { (code) } }
        (parts::data_table(tr, &Table {
            caption: &title,
            columns: &columns,
            rows: rows.collect(),
            empty: Some(empty),
            ..Table::default()
        }))
    };
    Ok(staff.page(&title, NavItem::Surveys, body))
}

/// The button that closes a survey or opens it again.
fn door(tr: Tr, csrf: &str, read: &SurveyWithVersions) -> Markup {
    let code = &read.survey.code;
    match SurveyStatus::of(&read.survey) {
        SurveyStatus::Draft => html! {},
        SurveyStatus::Open => parts::post_form(
            &format!("/surveys/{code}/close"),
            csrf,
            Some(&tr.t("survey-close-question")),
            &parts::button(Weight::Secondary, &tr.t("survey-close")),
        ),
        SurveyStatus::Closed => parts::post_form(
            &format!("/surveys/{code}/open"),
            csrf,
            None,
            &parts::button(Weight::Primary, &tr.t("survey-open")),
        ),
    }
}

async fn version(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path((code, version)): Path<(String, String)>,
) -> PageResult {
    let actor = staff.actor();
    let read = app.survey_with_versions(actor, &code).await;
    let read = read.or_page(&staff.reader)?;
    let stored = read
        .versions
        .iter()
        .find(|stored| stored.version.to_string() == version)
        .ok_or(AppError::NotFound("survey version"))
        .or_page(&staff.reader)?;
    let tr = staff.tr();
    let n = stored.version;
    let title = tr.ta("survey-version", &[("n", n.into())]);
    let document = &stored.document;
    let preview: Option<Language> = query_value(&staff.reader.path, "preview")
        .and_then(|language| language.parse().ok())
        .filter(|language| document.languages.contains(language));
    let own = words::language(tr);
    let own = document.languages.contains(&own).then_some(own);
    let preview = preview.or(own).or(document.languages.first().copied());
    let preview = preview.unwrap_or(Language::En);
    let published = tr.date_time(stored.published_at, &staff.directory.zone);
    let lead = tr.ta("survey-version-lead", &[("date", published.into())]);
    let src = format!("/surveys/{code}/preview?version={n}&lang={preview}");
    let link = |language: Language| format!("/surveys/{code}/versions/{n}?preview={language}");
    let json = serde_json::to_string_pretty(document).unwrap_or_default();
    let body = html! {
        div.survey-editor {
            (parts::page_header(&PageHeader {
                title: &title,
                lead: Some(&lead),
                crumbs: crumbs_to(tr, &read, &title),
                ..PageHeader::default()
            }))
            div.editor-columns {
                div.editor-main {
                    section.card {
                        h2 { (tr.t("survey-as-json")) }
                        pre.survey-json tabindex="0" { code { (json) } }
                    }
                }
                div.editor-side { (editor::phone(tr, &src, &document.languages, preview, link)) }
            }
        }
    };
    Ok(staff.page(&title, NavItem::Surveys, body))
}
