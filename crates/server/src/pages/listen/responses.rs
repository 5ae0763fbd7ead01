//! The responses behind a number, and one in full.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use maud::{Markup, html};
use radost_app::domain::access::Permission;
use radost_app::domain::explain::Metric;
use radost_app::domain::listen::answer::NOT_APPLICABLE;
use radost_app::domain::listen::{
    Answer, Correction, Question, QuestionKind, Rejection, Response, kano,
};
use radost_app::domain::name::ResponseId;
use radost_app::domain::team::Location;
use radost_app::explain::{Scope, Selection};
use radost_app::listen::{Asked, FileKind, ResponseCursor, ResponseInFull, Said};
use radost_app::{App, AppError};

use crate::Server;
use crate::api::page::{decode, encode};
use crate::export::{CSV_BEGIN, csv_file, saved_file};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{
    self, Column, Control, Crumb, Field, Flash, Input, InputKind, PageHeader, Pages, Table, Tone,
    Weight,
};
use crate::pages::explain::overview::{no_responses, no_survey, refused};
use crate::pages::selection::{self, address, channel_name, language_name};
use crate::request::{Fields, OrPage, PageError, PageResult, Staff, StaffForm};
use crate::words;

/// Rows of one page.
const ROWS: i64 = 50;
/// Characters of a comment in a list.
const COMMENT: usize = 140;
const PATH: &str = "/responses";

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/responses", get(list))
        .route("/responses.csv", get(csv))
        .route("/responses.xlsx", get(file))
        .route("/responses.sav", get(file))
        .route("/responses.parquet", get(file))
        .route("/responses/{id}", get(one).post(correct))
}

async fn list(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let tr = staff.tr();
    let title = tr.t("responses-title");
    let selection = selection::of_request(&staff);
    let cursor = cursor_of(&staff).or_page(&staff.reader)?;
    let found = app.responses(staff.actor(), &selection, cursor, ROWS).await;
    let page = match found {
        Ok(Some(page)) => page,
        Ok(None) => return Ok(staff.page(&title, NavItem::Responses, no_survey(&staff, &title))),
        Err(error) => return Ok(refused(&staff, &title, PATH, NavItem::Responses, error)),
    };
    let (total, choices) = tokio::join!(
        app.count_responses(staff.actor(), &page.scope),
        app.response_choices(staff.actor(), &page.scope),
    );
    let ((total, left_out), choices) = (
        total.or_page(&staff.reader)?,
        choices.or_page(&staff.reader)?,
    );
    let shown = shown_question(&page.scope);
    let first = address(PATH, &selection);
    let next = page
        .next
        .map(|next| with_query(&first, "cursor", &encode(&(next.day, next.id))));
    let [csv, xlsx, sav, parquet] =
        FileKind::ALL.map(|kind| address(&format!("{PATH}.{}", kind.extension()), &selection));
    let rows = page
        .responses
        .iter()
        .map(|response| row(tr, &page.scope, &selection, shown, response))
        .collect();
    let score = shown.map_or_else(
        || tr.t("responses-column-score"),
        |question| question_name(tr, &page.scope, question),
    );
    let (when, comment) = (
        tr.t("responses-column-when"),
        tr.t("responses-column-comment"),
    );
    let (place, channel, language) = (
        tr.t("responses-column-place"),
        tr.t("responses-column-channel"),
        tr.t("responses-column-language"),
    );
    let unfiltered = selection.pairs().all(|(name, _)| name == "survey");
    let empty = if unfiltered && total + left_out == 0 {
        no_responses(&staff)
    } else {
        parts::empty_state(
            Icon::Search,
            &tr.t("overview-nothing-here"),
            Some(&tr.t("overview-nothing-here-text")),
            Some(&parts::link_button(PATH, &tr.t("filter-reset"))),
        )
    };
    let body = html! {
        (parts::page_header(&PageHeader {
            title: &title,
            lead: Some(&tr.t("responses-lead")),
            ..PageHeader::default()
        }))
        (selection::bar(&staff, PATH, &selection, &page.scope, &choices, None))
        p.list-count data-count=(total) {
            (tr.ta("responses-count", &[("n", total.into())]))
            @if left_out > 0 { span.muted { (tr.ta("responses-and-left-out", &[("n", left_out.into())])) } }
        }
        (parts::data_table(tr, &Table {
            caption: &title,
            columns: &[
                Column::text(&when),
                Column::number(&score),
                Column::text(&comment),
                Column::text(&place),
                Column::text(&channel),
                Column::text(&language),
            ],
            rows,
            pages: Pages {
                first: cursor.map(|_| first.as_str()),
                next: next.as_deref(),
            },
            csv: Some(&csv),
            xlsx: Some(&xlsx),
            others: &[("SPSS", &sav), ("Parquet", &parquet)],
            empty: Some(empty),
            ..Table::default()
        }))
    };
    Ok(staff.page(&title, NavItem::Responses, body))
}

/// Where the list goes on.
fn cursor_of(staff: &Staff) -> Result<Option<ResponseCursor>, AppError> {
    let query = staff.reader.path.split_once('?').map_or("", |(_, q)| q);
    let fields = Fields::parse(query.as_bytes());
    let Some(text) = fields.given("cursor") else {
        return Ok(None);
    };
    let (day, id) = decode(text).map_err(|_| AppError::invalid("cursor", "begin without it"))?;
    Ok(Some(ResponseCursor { day, id }))
}

/// The question whose answers the list shows: that of the metric, else the first one with a score.
fn shown_question(scope: &Scope) -> Option<&Question> {
    let survey = &scope.survey.published;
    let metrics = Metric::of_survey(survey);
    let wanted = scope.metric.iter().chain(&metrics);
    wanted
        .filter_map(Metric::question)
        .find_map(|code| survey.question(code.as_str()))
        .map(|published| &published.question)
}

fn question_name(tr: Tr, scope: &Scope, question: &Question) -> String {
    let survey = &scope.survey.published;
    Metric::of_survey(survey)
        .iter()
        .find(|metric| metric.question() == Some(&question.code))
        .map_or_else(
            || question.text.best(words::language(tr.lang)).to_owned(),
            |metric| words::metric_name(tr, metric, survey),
        )
}

fn row(
    tr: Tr,
    scope: &Scope,
    selection: &Selection,
    shown: Option<&Question>,
    response: &Response,
) -> Vec<Markup> {
    let zone = scope.directory.zone_at(response.location);
    let href = address(&format!("{PATH}/{}", response.id), selection);
    let score = shown.and_then(|question| response.answers.get(&question.code)?.score());
    let place = response
        .location
        .and_then(|id| scope.directory.locations.get(id));
    let comment = comment_of(scope, response);
    vec![
        html! {
            a href=(href) { (tr.date_time(response.submitted_at, &zone)) }
            @if response.excluded { span.sub { (parts::badge(Tone::Warning, &tr.t("responses-left-out"))) } }
        },
        html! {
            @match score {
                Some(score) => strong { (score) },
                None => span.muted { (tr.t("responses-no-answer")) },
            }
        },
        html! {
            @match comment {
                Some(comment) => span.comment lang=(response.language.code()) { (comment) },
                None => span.muted { (tr.t("responses-no-comment")) },
            }
        },
        html! {
            @match place {
                Some(place) => (place.name),
                None => span.muted { (tr.t("responses-nowhere")) },
            }
        },
        html! { (channel_name(tr, response.channel.code())) },
        html! { (language_name(response.language.code())) },
    ]
}

/// The first words of what was written.
fn comment_of(scope: &Scope, response: &Response) -> Option<String> {
    let text = scope
        .survey
        .published
        .questions()
        .iter()
        .filter(|published| matches!(published.question.kind, QuestionKind::Text { .. }))
        .find_map(
            |published| match response.answers.get(&published.question.code) {
                Some(Answer::Text(text)) => Some(text),
                _ => None,
            },
        )?;
    if text.chars().count() <= COMMENT {
        return Some(text.clone());
    }
    let mut short: String = text.chars().take(COMMENT).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    Some(short)
}

/// The list as CSV, sent while it is read.
async fn csv(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let selection = selection::of_request(&staff);
    let actor = staff.actor().clone();
    let first = app.responses_csv(&actor, &selection, None).await;
    let (text, next) = match first {
        Ok(first) => first,
        Err(error) => {
            let title = staff.tr().t("responses-title");
            return Ok(refused(&staff, &title, PATH, NavItem::Responses, error));
        }
    };
    // A spreadsheet takes UTF-8 for something else unless it is told by this mark.
    let text = [CSV_BEGIN, &text].concat();
    let state = Some((Some(text), next));
    let rest = futures_util::stream::unfold(state, move |state| {
        let (app, actor, selection) = (app.clone(), actor.clone(), selection.clone());
        async move {
            let (ready, next) = state?;
            if let Some(text) = ready {
                return Some((Ok(Bytes::from(text)), Some((None, next))));
            }
            match app.responses_csv(&actor, &selection, Some(next?)).await {
                Ok((text, next)) => Some((Ok(Bytes::from(text)), Some((None, next)))),
                // The file breaks off, and the browser says so.
                Err(error) => Some((Err(error), None)),
            }
        }
    });
    Ok(csv_file("responses.csv", Body::from_stream(rest)))
}

/// The list in a form that is made whole before it is sent.
async fn file(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let selection = selection::of_request(&staff);
    let path = staff.reader.path.split('?').next().unwrap_or_default();
    let kind = path.rsplit('.').next().and_then(FileKind::of_extension);
    let kind = kind.unwrap_or(FileKind::Xlsx);
    let language = words::language(staff.tr().lang);
    let made = app.responses_file(staff.actor(), &selection, kind, language);
    match made.await {
        Ok(file) => Ok(saved_file("responses", kind, file)),
        Err(error) => {
            let title = staff.tr().t("responses-title");
            Ok(refused(&staff, &title, PATH, NavItem::Responses, error))
        }
    }
}

async fn one(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> PageResult {
    let id = response_id(&staff, &id)?;
    page_of(&app, &staff, id, None).await
}

fn response_id(staff: &Staff, id: &str) -> Result<ResponseId, PageError> {
    id.parse()
        .map_err(|_| AppError::NotFound("response"))
        .or_page(&staff.reader)
}

/// A correction that came back, with what was typed.
struct Refused {
    field: &'static str,
    typed: String,
}

async fn correct(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let id = response_id(&staff, &id)?;
    let weight = fields.given("weight");
    let correction = Correction {
        // What is no number is refused like a number that cannot be.
        weight: weight.map(|weight| weight.parse().unwrap_or(f64::NAN)),
        excluded: fields.given("excluded").map(|excluded| excluded == "true"),
        reason: fields.given("reason").map(str::to_owned),
    };
    let corrected = app.correct_response(staff.actor(), id, &correction).await;
    match corrected {
        Ok(_) => {
            let page = address(&format!("{PATH}/{id}"), &selection::of_request(&staff));
            let done = with_query(&page, "done", "response-corrected");
            Ok(Redirect::to(&done).into_response())
        }
        Err(AppError::Rejected(Rejection::Field { field, .. })) => {
            let typed = fields.get(field).to_owned();
            page_of(&app, &staff, id, Some(Refused { field, typed })).await
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}

async fn page_of(
    app: &App,
    staff: &Staff,
    id: ResponseId,
    refused_correction: Option<Refused>,
) -> PageResult {
    let tr = staff.tr();
    let selection = selection::of_request(staff);
    let found = app.response(staff.actor(), id, Some(&selection)).await;
    let title = tr.t("responses-title");
    let found = match found {
        Ok(found) => found,
        Err(error @ AppError::NotFound("response")) => {
            return Err(PageError::new(error, staff.reader.clone()));
        }
        Err(error) => return Ok(refused(staff, &title, PATH, NavItem::Responses, error)),
    };
    let when = tr.date_time(found.response.submitted_at, &found.zone);
    let heading = tr.ta("responses-one", &[("when", when.into())]);
    let list = address(PATH, &selection);
    let neighbour =
        |id: Option<ResponseId>| id.map(|id| address(&format!("{PATH}/{id}"), &selection));
    let (newer, older) = (neighbour(found.newer), neighbour(found.older));
    let body = html! {
        (parts::page_header(&PageHeader {
            title: &heading,
            crumbs: parts::breadcrumbs(tr, &[
                Crumb { label: &title, href: Some(&list) },
                Crumb { label: &heading, href: None },
            ]),
            ..PageHeader::default()
        }))
        @if found.response.excluded {
            (parts::flash(&Flash {
                tone: Tone::Warning,
                title: &tr.t("responses-is-left-out"),
                text: Some(found.response.exclusion_reason.as_str()).filter(|reason| !reason.is_empty()),
            }))
        }
        div.response {
            (parts::section(&tr.t("responses-answers"), &html! {}, &answers(tr, &found)))
            (parts::section(&tr.t("responses-about"), &html! {}, &about(tr, &found)))
            @if staff.actor().may(Permission::CorrectResponses) {
                @let action = address(&format!("{PATH}/{id}"), &selection);
                (parts::section(&tr.t("responses-correct"), &html! {},
                    &correction_forms(staff, &action, &found.response, refused_correction.as_ref())))
            }
        }
        @if newer.is_some() || older.is_some() {
            nav.pages aria-label=(tr.t("responses-neighbours")) {
                @if let Some(newer) = &newer { a href=(newer) rel="prev" { (Icon::First.draw()) (tr.t("responses-newer")) } }
                @if let Some(older) = &older { a.pages-next href=(older) rel="next" { (tr.t("responses-older")) (Icon::Next.draw()) } }
            }
        }
    };
    let status = match refused_correction {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(staff.page_with(&heading, NavItem::Responses, None, body, status))
}

/// In or out, and for how many it stands: two forms, so that neither sends the other's field.
fn correction_forms(
    staff: &Staff,
    action: &str,
    response: &Response,
    refused: Option<&Refused>,
) -> Markup {
    let tr = staff.tr();
    let of = |field: &str| refused.filter(|refused| refused.field == field);
    let error = |field: &str| of(field).map(|_| tr.t(&format!("responses-error-{field}")));
    let typed = |field: &str| of(field).map(|refused| refused.typed.clone());
    let (weight_error, reason_error) = (error("weight"), error("reason"));
    let weight = typed("weight").unwrap_or_else(|| response.weight.to_string());
    let reason = typed("reason").unwrap_or_default();
    html! {
        form.form method="post" action=(action) {
            (parts::csrf_field(staff.csrf()))
            @if response.excluded {
                div.button-row { (parts::button_named(Weight::Secondary, &tr.t("responses-count-again"), "excluded", "false")) }
            } @else {
                (parts::field(tr, &Field { name: "reason", label: &tr.t("responses-reason"),
                    hint: Some(&tr.t("responses-reason-hint")), error: reason_error.as_deref(),
                    control: Control::TextArea { value: &reason, rows: 2 }, ..Field::default() }))
                div.button-row { (parts::button_named(Weight::Secondary, &tr.t("responses-leave-out"), "excluded", "true")) }
            }
        }
        form.form method="post" action=(action) {
            (parts::csrf_field(staff.csrf()))
            (parts::field(tr, &Field { name: "weight", label: &tr.t("responses-weight"), required: true,
                error: weight_error.as_deref(),
                control: Control::Input(Input { kind: InputKind::Number, value: &weight, min: Some("0"), max: Some("1000"),
                    step: Some("any"), autocomplete: Some("off"), ..Input::default() }),
                ..Field::default() }))
            div.button-row { (parts::button(Weight::Secondary, &tr.t("save"))) }
        }
    }
}

/// Block by block, as it was asked: one question may stand in two of them.
fn answers(tr: Tr, found: &ResponseInFull) -> Markup {
    let blocks = &found.survey.survey().blocks;
    html! {
        @for (b, block) in blocks.iter().enumerate() {
            @let title = block.title.best(words::language(tr.lang));
            @let asked: Vec<&Asked> = found.asked.iter().filter(|asked| asked.block == b).collect();
            @if !asked.is_empty() {
                @if !title.is_empty() { h3 { (title) } }
                dl.answers { @for asked in asked { (answer(tr, asked, found.response.language)) } }
            }
        }
    }
}

fn answer(tr: Tr, asked: &Asked, said_in: radost_app::domain::Language) -> Markup {
    let language = words::language(tr.lang);
    let question = &asked.question;
    let option = |code: &str| {
        question
            .kind
            .options()
            .iter()
            .find(|option| option.code.as_str() == code)
            .map_or_else(
                || code.to_owned(),
                |option| option.text.best(language).to_owned(),
            )
    };
    let body = match &asked.said {
        Said::Skipped => html! { span.muted { (tr.t("responses-skipped")) } },
        Said::Hidden => html! { span.muted { (tr.t("responses-hidden")) } },
        Said::Answered(Answer::Scale(point)) => match question.kind {
            QuestionKind::Kano { .. } => html! { (kano_answer(tr, *point)) },
            _ => scale(tr, question, *point),
        },
        Said::Answered(Answer::Text(text))
            if question.kind.scale().is_some() && text == NOT_APPLICABLE =>
        {
            html! { (tr.t("responses-not-applicable")) }
        }
        Said::Answered(Answer::Text(text)) => match question.kind {
            QuestionKind::Single { .. } => html! { (option(text)) },
            QuestionKind::Date { .. } => {
                let day = text.parse().map(|day| tr.date(day));
                html! { (day.unwrap_or_else(|_| text.clone())) }
            }
            _ => html! { span.said lang=(said_in.code()) { (text) } },
        },
        Said::Answered(Answer::Choices(chosen)) => match &question.kind {
            QuestionKind::Ranking { .. } => html! {
                ol { @for code in chosen { li { (option(code.as_str())) } } }
            },
            QuestionKind::BestWorst { .. } => html! {
                ul {
                    @for (end, code) in ["respond-best", "respond-worst"].into_iter().zip(chosen) {
                        li { (tr.t(end)) ": " (option(code.as_str())) }
                    }
                }
            },
            _ => html! { ul { @for code in chosen { li { (option(code.as_str())) } } } },
        },
        Said::Answered(Answer::Contact(contact)) => html! {
            ul { @for part in contact.values() { li { (part) } } }
        },
        Said::Answered(Answer::Number(number)) => {
            let decimals = match question.kind {
                QuestionKind::Number { decimals, .. } => usize::from(decimals),
                _ => 0,
            };
            html! { (tr.number(*number, decimals)) }
        }
        Said::Answered(Answer::Consent(given)) => {
            html! { (tr.t(if *given { "yes" } else { "no" })) }
        }
    };
    html! {
        div {
            dt { (question.text.best(language)) }
            dd {
                (body)
                @if let Some(seconds) = asked.seconds {
                    " " span.muted.nowrap { (tr.ta("responses-seconds", &[("n", tr.number(f64::from(seconds), 0).into())])) }
                }
            }
        }
    }
}

/// One of the five answers of Kano in the reader's words.
fn kano_answer(tr: Tr, point: i64) -> &'static str {
    let mut answers = kano::answers(words::language(tr.lang)).into_iter().zip(1..);
    let found = answers.find(|(_, number)| *number == point);
    found.map_or("–", |(answer, _)| answer)
}

fn scale(tr: Tr, question: &Question, point: i64) -> Markup {
    let language = words::language(tr.lang);
    let Some((min, max)) = question.kind.scale() else {
        return html! { strong { (point) } };
    };
    let of = tr.ta(
        "responses-of-scale",
        &[
            ("point", point.into()),
            ("min", min.into()),
            ("max", max.into()),
        ],
    );
    let ends = question
        .kind
        .end_labels()
        .map(|(low, high)| (low.best(language), high.best(language)))
        .filter(|(low, high)| !low.is_empty() && !high.is_empty())
        .map(|(low, high)| {
            tr.ta(
                "responses-scale-ends",
                &[
                    ("min", min.into()),
                    ("max", max.into()),
                    ("low", low.into()),
                    ("high", high.into()),
                ],
            )
        });
    html! {
        strong.score { (point) }
        span.visually-hidden { (of) }
        meter.scale min=(min) max=(max) value=(point) aria-hidden="true" {}
        @if let Some(ends) = ends { span.muted.scale-ends { (ends) } }
    }
}

fn weight(tr: Tr, weight: f64) -> String {
    let decimals = if weight.fract() == 0.0 { 0 } else { 3 };
    tr.number(weight, decimals)
}

fn about(tr: Tr, found: &ResponseInFull) -> Markup {
    let response = &found.response;
    let zone = found.zone.iana_name().unwrap_or("UTC").to_owned();
    let time = |at: jiff::Timestamp| {
        let time = tr.date_time(at, &found.zone);
        let text = tr.ta(
            "responses-time-text",
            &[("time", time.into()), ("zone", zone.as_str().into())],
        );
        html! { (text) }
    };
    let text = |text: String| html! { (text) };
    let places: Vec<&str> = found
        .places
        .iter()
        .map(|place: &Location| place.name.as_str())
        .collect();
    let place = if places.is_empty() {
        html! { span.muted { (tr.t("responses-nowhere")) } }
    } else {
        text(places.join(" › "))
    };
    let customer = match (&found.customer, response.customer) {
        (Some(customer), _) => html! {
            a href={ "/customers/" (customer.id) } { (customer.name) }
            " " span.muted { (tr.t("responses-see-customer")) }
        },
        (None, _) => html! { span.muted { (tr.t("responses-anonymous")) } },
    };
    let survey = found.survey.survey();
    let version = tr.ta(
        "responses-version",
        &[
            ("survey", survey.title.best(words::language(tr.lang)).into()),
            ("version", u64::from(response.version).into()),
        ],
    );
    let mut facts: Vec<(String, Markup)> = vec![
        (tr.t("responses-place"), place),
        (tr.t("responses-customer"), customer),
    ];
    if let Some(employee) = &found.employee {
        facts.push((tr.t("responses-employee"), text(employee.name.clone())));
    }
    facts.push((
        tr.t("filter-channel"),
        text(channel_name(tr, response.channel.code())),
    ));
    facts.push((
        tr.t("filter-language"),
        text(language_name(response.language.code())),
    ));
    if let Some(touchpoint) = &response.touchpoint {
        facts.push((tr.t("responses-touchpoint"), text(touchpoint.to_string())));
    }
    for (code, value) in &response.segments {
        let dimension = radost_app::domain::explain::Dimension::Segment { code: code.clone() };
        let label = selection::dimension_name(tr, &found.survey, &dimension);
        facts.push((label, text(value.clone())));
    }
    facts.push((tr.t("responses-survey"), text(version)));
    if let Some(started) = response.started_at {
        facts.push((tr.t("responses-started"), time(started)));
    }
    facts.push((tr.t("responses-submitted"), time(response.submitted_at)));
    facts.push((tr.t("responses-received"), time(response.received_at)));
    facts.push((tr.t("responses-weight"), text(weight(tr, response.weight))));
    facts.push((
        tr.t("responses-id"),
        parts::copy_text(tr, &response.id.to_string()),
    ));
    facts.push((
        tr.t("responses-client-id"),
        parts::copy_text(tr, &response.client_id.to_string()),
    ));
    let pairs: Vec<(&str, Markup)> = facts
        .iter()
        .map(|(term, value)| (term.as_str(), value.clone()))
        .collect();
    parts::facts(&pairs)
}
