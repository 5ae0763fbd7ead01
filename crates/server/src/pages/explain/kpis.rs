//! KPIs: what is to be reached until when, who answers for it, and how it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use radost_app::domain::access::Permission;
use radost_app::domain::explain::{Direction, Kpi, Metric, Progress};
use radost_app::domain::listen::{Channel, PublishedSurvey};
use radost_app::domain::name::KpiId;
use radost_app::explain::{Estimate, Figure, KpiDraft, KpiStatus, KpiStory};
use radost_app::table::write_line;
use radost_app::{App, AppError};
use uuid::Uuid;

use super::benchmarks::{allow, crumbs, how, trend};
use super::overview::method_message;
use crate::export::{CSV_BEGIN, csv_file};
use crate::look::chart::{self, Reference};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{
    self, Choice, Column, Control, Field, Input, InputKind, PageHeader, StatCard, Table, Tone,
    Weight,
};
use crate::pages::refused::Refused;
use crate::pages::selection::{address, channel_name, language_name};
use crate::request::{Fields, OrPage, PageError, PageResult, Staff, StaffForm};
use crate::{Server, words};

const PATH: &str = "/explain/kpis";
/// Targets that the sentence names.
const MOST_NAMED: usize = 3;

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route(PATH, get(list))
        .route("/explain/kpis.csv", get(csv))
        .route("/explain/kpis/new", get(new).post(add))
        .route("/explain/kpis/{id}", get(one))
        .route("/explain/kpis/{id}/edit", get(edit).post(change))
        .route("/explain/kpis/{id}/delete", post(delete))
}

// ── In words ───────────────────────────────────────────────────────────────────────────────────────────────────────

fn tone(progress: Progress) -> Tone {
    match progress {
        Progress::Reached => Tone::Good,
        Progress::OnTrack => Tone::Info,
        Progress::AtRisk => Tone::Warning,
        Progress::Missed => Tone::Bad,
        Progress::Undecided | Progress::TooFew => Tone::Neutral,
    }
}

fn progress_name(tr: Tr, progress: Progress) -> String {
    tr.t(&format!("kpi-progress-{}", progress.code()))
}

/// The target: `at least 60`.
fn target(tr: Tr, kpi: &Kpi) -> String {
    let value = words::value(tr, &kpi.metric, kpi.target);
    let id = match kpi.direction {
        Direction::AtLeast => "kpi-at-least",
        Direction::AtMost => "kpi-at-most",
    };
    tr.ta(id, &[("value", value.into())])
}

/// The sentence over all of them: how many there are of each kind, and whom to talk to first.
fn sentence(tr: Tr, found: &[KpiStatus]) -> String {
    if found.is_empty() {
        return tr.t("kpis-sentence-none");
    }
    // The good news first, as one says it.
    let counts: Vec<String> = Progress::ALL
        .iter()
        .rev()
        .filter_map(|progress| {
            let n = found.iter().filter(|kpi| kpi.progress == *progress).count();
            let id = format!("kpis-count-{}", progress.code());
            (n > 0).then(|| tr.ta(&id, &[("n", n.into())]))
        })
        .collect();
    let mut urgent: Vec<&KpiStatus> = found
        .iter()
        .filter(|kpi| matches!(kpi.progress, Progress::Missed | Progress::AtRisk))
        .collect();
    urgent.sort_by_key(|kpi| Progress::ALL.iter().position(|p| *p == kpi.progress));
    let named: Vec<String> = urgent
        .iter()
        .take(MOST_NAMED)
        .map(|status| match &status.owner {
            None => tr.ta("kpis-named", &[("name", status.kpi.name.as_str().into())]),
            Some(owner) => tr.ta(
                "kpis-named-owner",
                &[
                    ("name", status.kpi.name.as_str().into()),
                    ("owner", owner.name.as_str().into()),
                ],
            ),
        })
        .collect();
    let names: Vec<&str> = named.iter().map(String::as_str).collect();
    let counts: Vec<&str> = counts.iter().map(String::as_str).collect();
    let given = [
        ("n", found.len().into()),
        ("counts", words::list(tr, &counts).into()),
        ("names", words::list(tr, &names).into()),
    ];
    if names.is_empty() {
        tr.ta("kpis-sentence-calm", &given)
    } else {
        tr.ta("kpis-sentence-urgent", &given)
    }
}

/// The sentence about one of them.
fn sentence_of(tr: Tr, status: &KpiStatus, metric_name: &str) -> String {
    let kpi = &status.kpi;
    let estimate = match &status.figure {
        Some(Figure::Shown(estimate)) => estimate,
        Some(_) => {
            let given = [
                ("metric", metric_name.into()),
                ("n", status.minimum.into()),
                ("target", target(tr, kpi).into()),
                ("due", tr.date(kpi.due).into()),
            ];
            return tr.ta("kpi-sentence-too_few", &given);
        }
        None => return tr.t("kpi-sentence-unmeasured"),
    };
    let pace = status.pace.map(|pace| words::value(tr, &kpi.metric, pace));
    let given = [
        ("metric", metric_name.into()),
        ("value", words::estimate(tr, &kpi.metric, estimate).into()),
        ("target", target(tr, kpi).into()),
        ("due", tr.date(kpi.due).into()),
        ("pace", pace.clone().unwrap_or_default().into()),
    ];
    let id = match (status.progress, pace) {
        (Progress::OnTrack, Some(_)) => "kpi-sentence-on_track-pace".to_owned(),
        (Progress::AtRisk, Some(_)) => "kpi-sentence-at_risk-pace".to_owned(),
        (progress, _) => format!("kpi-sentence-{}", progress.code()),
    };
    tr.ta(&id, &given)
}

/// What a metric is called; its code where the survey has gone.
fn metric_name(staff: &Staff, kpi: &Kpi) -> String {
    let survey = staff.directory.survey_by_id(kpi.survey);
    let survey = survey.map(|survey| &survey.published);
    let named = survey.filter(|survey| match kpi.metric.question() {
        Some(code) => survey.question(code.as_str()).is_some(),
        None => true,
    });
    named.map_or_else(
        || kpi.metric.to_string(),
        |survey| words::metric_name(staff.tr(), &kpi.metric, survey),
    )
}

fn survey_title(staff: &Staff, survey: &PublishedSurvey) -> String {
    let language = words::language(staff.tr().lang);
    survey.survey().title.best(language).to_owned()
}

/// Which answers count: the place and the filters.
fn about(staff: &Staff, kpi: &Kpi) -> String {
    let tr = staff.tr();
    let place = kpi.location.map_or_else(
        || tr.t("kpi-everywhere"),
        |id| {
            let place = staff.directory.locations.get(id);
            place.map_or_else(|| tr.t("unknown"), |place| place.name.clone())
        },
    );
    let mut parts = vec![place];
    for (name, value) in &kpi.filters {
        parts.push(match name.as_str() {
            "channel" => channel_name(tr, value),
            "language" => language_name(value),
            _ => value.clone(),
        });
    }
    parts.join(", ")
}

fn drawn(estimate: &Estimate) -> chart::Estimate {
    chart::Estimate {
        value: estimate.value,
        low: estimate.low,
        high: estimate.high,
    }
}

/// What leads to the responses behind the number.
fn responses(status: &KpiStatus) -> Option<String> {
    let selection = status.selection.clone()?;
    Some(address("/responses", &selection))
}

// ── The list ───────────────────────────────────────────────────────────────────────────────────────────────────────

async fn list(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let tr = staff.tr();
    let title = tr.t("nav-kpis");
    let found = app.kpis(staff.actor()).await.or_page(&staff.reader)?;
    let edits = staff.actor().may_everywhere(Permission::EditGoals);
    let button = parts::link_button("/explain/kpis/new", &tr.t("kpi-new"));
    // Without a survey there is nothing to be reached.
    let action = if staff.directory.surveys.is_empty() {
        parts::link_button("/surveys", &tr.t("overview-make-survey"))
    } else {
        button.clone()
    };
    let empty = parts::empty_state(
        Icon::Kpis,
        &tr.t("kpis-empty-title"),
        Some(&tr.t(if edits {
            "kpis-empty-text"
        } else {
            "kpis-empty-none"
        })),
        edits.then_some(&action),
    );
    let names = [
        "kpi-column-name",
        "value",
        "kpi-column-picture",
        "kpi-column-target",
        "status",
        "kpi-column-owner",
    ]
    .map(|id| tr.t(id));
    let [name, value, picture, wanted, status, owner] = names.each_ref();
    let table = Table {
        caption: &title,
        columns: &[
            Column::text(name),
            Column::number(value),
            Column::text(picture),
            Column::text(wanted),
            Column::text(status),
            Column::text(owner),
        ],
        rows: found.iter().map(|status| row(&staff, status)).collect(),
        total: (!found.is_empty()).then_some(found.len() as u64),
        csv: Some("/explain/kpis.csv"),
        empty: Some(empty),
        ..Table::default()
    };
    let sentence = sentence(tr, &found);
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&sentence),
            actions: if edits && !found.is_empty() { button } else { html! {} }, ..PageHeader::default() }))
        (parts::data_table(tr, &table))
        @if !found.is_empty() { (how(tr, &rule(tr, found.first()))) }
    };
    Ok(staff.page(&title, NavItem::Kpis, body))
}

fn row(staff: &Staff, status: &KpiStatus) -> Vec<Markup> {
    let tr = staff.tr();
    let kpi = &status.kpi;
    let shown = status.figure.as_ref().and_then(Figure::shown);
    let picture = match shown {
        Some(e) => format!(
            "{}; {}",
            words::estimate(tr, &kpi.metric, e),
            target(tr, kpi)
        ),
        None => target(tr, kpi),
    };
    vec![
        html! {
            a href={ (PATH) "/" (kpi.id) } { (kpi.name) }
            div.muted { (metric_name(staff, kpi)) ", " (about(staff, kpi)) }
        },
        match (&status.figure, shown) {
            (_, Some(e)) => html! {
                @let value = words::value(tr, &kpi.metric, e.value);
                div {
                    @match responses(status) { Some(href) => a href=(href) { (value) }, None => (value) }
                    " " span.nowrap { "[" (words::interval(tr, &kpi.metric, e)) "]" }
                    div.muted { (tr.ta("stat-n", &[("n", e.n.into())])) }
                }
            },
            (None, _) => html! { span.muted { (tr.t("kpi-unmeasured")) } },
            _ => html! { span.muted { (tr.t("withheld")) } },
        },
        chart::beside_target(&picture, shown.map(drawn), kpi.target),
        html! {
            div {
                (target(tr, kpi))
                div.muted { (tr.ta("kpi-by", &[("due", tr.date_short(kpi.due).into())])) }
            }
        },
        html! {
            (parts::badge(tone(status.progress), &progress_name(tr, status.progress)))
        },
        html! {
            @match &status.owner {
                Some(owner) => (owner.name),
                None => span.muted { (tr.t("kpi-nobody")) },
            }
        },
    ]
}

/// The rule by which a target is judged, told where its verdict is seen.
fn rule(tr: Tr, example: Option<&KpiStatus>) -> Vec<(String, String)> {
    let fact = |id: &str| (tr.t(id), tr.t(&format!("{id}-text")));
    let mut facts = vec![
        fact("kpi-how-number"),
        fact("kpi-how-pace"),
        fact("kpi-how-verdict"),
        fact("kpi-how-after"),
    ];
    if let Some(status) = example {
        if let Some(estimate) = status.figure.as_ref().and_then(Figure::shown) {
            facts.push((tr.t("overview-how-method"), tr.t(method_message(estimate))));
        }
        facts.push((
            tr.t("overview-how-minimum"),
            tr.ta("overview-how-minimum-text", &[("n", status.minimum.into())]),
        ));
    }
    facts.push(fact("kpi-how-assumptions"));
    facts
}

async fn csv(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let found = app.kpis(staff.actor()).await.or_page(&staff.reader)?;
    let mut text = CSV_BEGIN.to_vec();
    write_line(
        &mut text,
        [
            "name",
            "survey",
            "metric",
            "location",
            "value",
            "low",
            "high",
            "n",
            "direction",
            "target",
            "pace",
            "status",
            "owner",
            "since",
            "due",
            "days",
        ],
    );
    for status in &found {
        let draft = KpiDraft::of(&status.kpi, &staff.directory);
        let shown = status.figure.as_ref().and_then(Figure::shown);
        let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
        write_line(
            &mut text,
            [
                draft.name.as_str(),
                &draft.survey,
                &draft.metric,
                &draft.location,
                &number(shown.map(|e| e.value)),
                &number(shown.map(|e| e.low)),
                &number(shown.map(|e| e.high)),
                &shown.map(|e| e.n.to_string()).unwrap_or_default(),
                &draft.direction,
                &draft.target,
                &number(status.pace),
                status.progress.code(),
                status.owner.as_ref().map_or("", |owner| &owner.name),
                &draft.since,
                &draft.due,
                &draft.days,
            ],
        );
    }
    Ok(csv_file("kpis.csv", text))
}

// ── One of them ────────────────────────────────────────────────────────────────────────────────────────────────────

async fn story(
    app: &App,
    staff: &Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<KpiStory, PageError> {
    let Path(id) = id
        .map_err(|_| AppError::NotFound("KPI"))
        .or_page(&staff.reader)?;
    app.kpi(staff.actor(), KpiId(id))
        .await
        .or_page(&staff.reader)
}

async fn one(
    State(app): State<Arc<App>>,
    staff: Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> PageResult {
    let story = story(&app, &staff, id).await?;
    let tr = staff.tr();
    let status = &story.status;
    let kpi = &status.kpi;
    let name = metric_name(&staff, kpi);
    let sentence = sentence_of(tr, status, &name);
    let edits = staff.actor().may_everywhere(Permission::EditGoals);
    let actions = html! {
        @if edits {
            (parts::post_form(&format!("{PATH}/{}/delete", kpi.id), staff.csrf(), Some(&tr.t("kpi-delete-question")),
                &parts::button(Weight::Quiet, &tr.t("delete"))))
            (parts::link_button_of(Weight::Secondary, &format!("{PATH}/{}/edit", kpi.id), &tr.t("edit")))
        }
    };
    let over_time = tr.ta("overview-trend", &[("metric", name.as_str().into())]);
    let body = html! {
        (parts::page_header(&PageHeader { title: &kpi.name, lead: Some(&sentence), actions,
            crumbs: crumbs(tr, NavItem::Kpis, &kpi.name) }))
        (cards(tr, status, &name))
        @if !story.trend.is_empty() {
            (parts::section(&over_time, &html! {}, &trend(tr, &kpi.metric, (&over_time, &sentence), &story.trend, story.step,
                vec![Reference { label: tr.t("kpi-column-target"), value: kpi.target }])))
        }
        (parts::section(&tr.t("kpi-about"), &html! {}, &facts(&staff, status)))
        (how(tr, &rule(tr, Some(status))))
    };
    Ok(staff.page(&kpi.name, NavItem::Kpis, body))
}

fn cards(tr: Tr, status: &KpiStatus, name: &str) -> Markup {
    let kpi = &status.kpi;
    let shown = status.figure.as_ref().and_then(Figure::shown);
    let value = shown.map(|e| words::value(tr, &kpi.metric, e.value));
    let interval = shown.map(|e| words::interval(tr, &kpi.metric, e));
    let href = responses(status);
    let wanted = words::value(tr, &kpi.metric, kpi.target);
    let by = tr.ta("kpi-by", &[("due", tr.date(kpi.due).into())]);
    let mut cards = vec![
        parts::stat_card(
            tr,
            &StatCard {
                label: name,
                value: value.as_deref(),
                interval: interval.as_deref(),
                n: shown.map(|e| e.n),
                href: href.as_deref().filter(|_| shown.is_some()),
                note: Some(&progress_name(tr, status.progress)),
                ..StatCard::default()
            },
        ),
        parts::stat_card(
            tr,
            &StatCard {
                label: &tr.t("kpi-column-target"),
                value: Some(&wanted),
                note: Some(&format!("{}, {by}", target(tr, kpi))),
                ..StatCard::default()
            },
        ),
    ];
    if let Some(pace) = status.pace {
        let pace = words::value(tr, &kpi.metric, pace);
        cards.push(parts::stat_card(
            tr,
            &StatCard {
                label: &tr.t("kpi-pace"),
                value: Some(&pace),
                note: Some(&tr.t("kpi-pace-note")),
                ..StatCard::default()
            },
        ));
    }
    parts::stat_row(&cards)
}

fn facts(staff: &Staff, status: &KpiStatus) -> Markup {
    let tr = staff.tr();
    let kpi = &status.kpi;
    let survey = staff.directory.survey_by_id(kpi.survey);
    let lines = |text: &str| {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        html! { @for line in &lines { (line) br; } }
    };
    let mut pairs: Vec<(String, Markup)> = vec![
        (
            tr.t("status"),
            parts::badge(tone(status.progress), &progress_name(tr, status.progress)),
        ),
        (
            tr.t("kpi-column-owner"),
            html! { @match &status.owner { Some(owner) => (owner.name), None => (tr.t("kpi-nobody")) } },
        ),
        (tr.t("kpi-where"), html! { (about(staff, kpi)) }),
    ];
    if let Some(survey) = survey {
        let title = survey_title(staff, &survey.published);
        pairs.push((tr.t("filter-survey"), html! { (title) }));
    }
    pairs.push((
        tr.t("kpi-answers"),
        html! {
            (tr.ta("kpi-answers-text", &[
                ("from", tr.date(status.period.from).into()),
                ("to", tr.date(status.period.to).into()),
                ("days", i64::from(kpi.days).into()),
            ]))
        },
    ));
    pairs.push((
        tr.t("kpi-way"),
        html! { (tr.date(kpi.since)) " – " (tr.date(kpi.due)) },
    ));
    if !kpi.actions.is_empty() {
        pairs.push((tr.t("kpi-actions"), lines(&kpi.actions)));
    }
    if !kpi.note.is_empty() {
        pairs.push((tr.t("kpi-note"), lines(&kpi.note)));
    }
    let pairs: Vec<(&str, Markup)> = pairs
        .iter()
        .map(|(term, value)| (term.as_str(), value.clone()))
        .collect();
    parts::facts(&pairs)
}

// ── Keeping them ───────────────────────────────────────────────────────────────────────────────────────────────────

async fn new(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    allow(&staff)?;
    let today = staff.directory.zone.to_datetime(app.now()).date();
    let draft = KpiDraft {
        days: "90".into(),
        since: today.to_string(),
        due: today
            .saturating_add(jiff::Span::new().months(6))
            .to_string(),
        ..KpiDraft::default()
    };
    let title = staff.tr().t("kpi-new");
    let refused = Refused::default();
    form_page(
        &app,
        &staff,
        (None, &title),
        &draft,
        &refused,
        StatusCode::OK,
    )
    .await
}

async fn add(State(app): State<Arc<App>>, StaffForm { staff, fields }: StaffForm) -> PageResult {
    let title = staff.tr().t("kpi-new");
    save(&app, &staff, (None, &title), &fields).await
}

async fn edit(
    State(app): State<Arc<App>>,
    staff: Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> PageResult {
    allow(&staff)?;
    let (id, draft) = draft(&app, &staff, id).await?;
    let what = (Some(id), draft.name.as_str());
    let refused = Refused::default();
    form_page(&app, &staff, what, &draft, &refused, StatusCode::OK).await
}

async fn change(
    State(app): State<Arc<App>>,
    id: Result<Path<Uuid>, PathRejection>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    allow(&staff)?;
    let (id, before) = draft(&app, &staff, id).await?;
    save(&app, &staff, (Some(id), &before.name), &fields).await
}

async fn delete(
    State(app): State<Arc<App>>,
    id: Result<Path<Uuid>, PathRejection>,
    StaffForm { staff, .. }: StaffForm,
) -> PageResult {
    allow(&staff)?;
    let (id, _) = draft(&app, &staff, id).await?;
    app.delete_kpi(staff.actor(), id)
        .await
        .or_page(&staff.reader)?;
    Ok(Redirect::to(&with_query(PATH, "done", "kpi-removed")).into_response())
}

async fn draft(
    app: &App,
    staff: &Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<(KpiId, KpiDraft), PageError> {
    let Path(id) = id
        .map_err(|_| AppError::NotFound("KPI"))
        .or_page(&staff.reader)?;
    let draft = app.kpi_draft(staff.actor(), KpiId(id)).await;
    Ok((KpiId(id), draft.or_page(&staff.reader)?))
}

/// `what` is the target to be changed, if any, and the title of the form.
async fn save(
    app: &App,
    staff: &Staff,
    what: (Option<KpiId>, &str),
    fields: &Fields,
) -> PageResult {
    let given = |name: &str| fields.get(name).to_owned();
    // Survey and metric are chosen together: a metric belongs to its survey.
    let metric = given("metric");
    let (survey, metric) = metric.split_once(':').unwrap_or(("", &metric));
    let filters: BTreeMap<String, String> = ["channel", "language", "touchpoint", "segment"]
        .iter()
        .map(|name| ((*name).to_owned(), given(name)))
        .filter(|(_, value)| !value.trim().is_empty())
        .collect();
    let draft = KpiDraft {
        name: given("name"),
        survey: survey.to_owned(),
        metric: metric.to_owned(),
        location: given("location"),
        filters,
        direction: given("direction"),
        target: given("target"),
        days: given("days"),
        owner: given("owner"),
        since: given("since"),
        due: given("due"),
        note: given("note"),
        actions: given("actions"),
    };
    match app.save_kpi(staff.actor(), what.0, &draft).await {
        Ok(kpi) => {
            let done = match what.0 {
                None => "kpi-added",
                Some(_) => "kpi-saved",
            };
            let there = format!("{PATH}/{}", kpi.id);
            Ok(Redirect::to(&with_query(&there, "done", done)).into_response())
        }
        Err(AppError::Refused(refusals)) => {
            let refused = Refused::of(staff.tr(), &refusals);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            form_page(app, staff, what, &draft, &refused, status).await
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}

/// Every metric of every survey, as `survey:metric` with its words.
fn metrics(staff: &Staff) -> Vec<(String, String)> {
    let surveys = staff.directory.surveys.values();
    let several = staff.directory.surveys.len() > 1;
    surveys
        .flat_map(|survey| {
            let published = &survey.published;
            let title = survey_title(staff, published);
            let code = published.survey().code.clone();
            Metric::of_survey(published).into_iter().map(move |metric| {
                let name = words::metric_name(staff.tr(), &metric, published);
                let label = if several {
                    format!("{title} — {name}")
                } else {
                    name
                };
                (format!("{code}:{metric}"), label)
            })
        })
        .collect()
}

fn as_choices(pairs: &[(String, String)]) -> Vec<Choice<'_>> {
    pairs
        .iter()
        .map(|(value, label)| Choice { value, label })
        .collect()
}

async fn form_page(
    app: &App,
    staff: &Staff,
    (id, title): (Option<KpiId>, &str),
    draft: &KpiDraft,
    refused: &Refused,
    status: StatusCode,
) -> PageResult {
    let tr = staff.tr();
    let action = match id {
        None => format!("{PATH}/new"),
        Some(id) => format!("{PATH}/{id}/edit"),
    };
    let back = id.map_or_else(|| PATH.to_owned(), |id| format!("{PATH}/{id}"));
    let metrics = metrics(staff);
    let chosen = format!("{}:{}", draft.survey, draft.metric);
    let mut places = vec![(String::new(), tr.t("kpi-everywhere"))];
    for (depth, place) in staff.directory.locations.in_order() {
        let indent = "\u{a0}\u{a0}".repeat(depth);
        places.push((place.code.to_string(), format!("{indent}{}", place.name)));
    }
    let mut owners = vec![(String::new(), tr.t("kpi-nobody"))];
    for person in app.kpi_owners(staff.actor()).await.or_page(&staff.reader)? {
        owners.push((person.id.to_string(), person.name));
    }
    if !owners.iter().any(|(id, _)| *id == draft.owner) {
        owners.push((draft.owner.clone(), tr.t("kpi-owner-left")));
    }
    let directions = [Direction::AtLeast, Direction::AtMost].map(|direction| {
        let id = match direction {
            Direction::AtLeast => "kpi-direction-at-least",
            Direction::AtMost => "kpi-direction-at-most",
        };
        (direction.code().to_owned(), tr.t(id))
    });
    let all = || (String::new(), tr.t("filter-all"));
    let channels: Vec<(String, String)> = std::iter::once(all())
        .chain(
            Channel::ALL
                .iter()
                .map(|channel| (channel.code().to_owned(), channel_name(tr, channel.code()))),
        )
        .collect();
    let languages: Vec<(String, String)> = std::iter::once(all())
        .chain(
            radost_app::domain::Language::ALL
                .iter()
                .map(|language| (language.code().to_owned(), language_name(language.code()))),
        )
        .collect();
    let (metrics, places, owners) = (
        as_choices(&metrics),
        as_choices(&places),
        as_choices(&owners),
    );
    let (directions, channels, languages) = (
        as_choices(&directions),
        as_choices(&channels),
        as_choices(&languages),
    );
    let filter = |name: &str| draft.filters.get(name).map_or("", String::as_str);
    let field = |name: &str, label: &str, hint: Option<&str>, required: bool, control: Control| {
        let hint = hint.map(|id| tr.t(id));
        parts::field(
            tr,
            &Field {
                name,
                label: &tr.t(label),
                hint: hint.as_deref(),
                error: refused.get(name),
                required,
                control,
                ..Field::default()
            },
        )
    };
    let select = |choices, selected| Control::Select { choices, selected };
    let plain = |value| {
        Control::Input(Input {
            value,
            autocomplete: Some("off"),
            ..Input::default()
        })
    };
    let narrowed = !draft.filters.is_empty();
    let body = html! {
        (parts::page_header(&PageHeader { title, crumbs: crumbs(tr, NavItem::Kpis, title), ..PageHeader::default() }))
        (refused.summary(tr))
        form.card.form method="post" action=(action) {
            (parts::csrf_field(staff.csrf()))
            (field("name", "name", Some("kpi-name-hint"), true, plain(&draft.name)))
            (field("metric", "overview-filter-metric", None, true, select(&metrics, &chosen)))
            (field("location", "kpi-where", None, false, select(&places, &draft.location)))
            (field("direction", "kpi-direction", None, true, select(&directions, &draft.direction)))
            (field("target", "kpi-column-target", Some("kpi-target-hint"), true, plain(&draft.target)))
            (field("since", "kpi-since", Some("kpi-since-hint"), true, Control::of(InputKind::Date, &draft.since)))
            (field("due", "kpi-due", None, true, Control::of(InputKind::Date, &draft.due)))
            (field("days", "kpi-days", Some("kpi-days-hint"), true, plain(&draft.days)))
            (field("owner", "kpi-column-owner", None, false, select(&owners, &draft.owner)))
            (field("actions", "kpi-actions", Some("kpi-actions-hint"), false, Control::TextArea { value: &draft.actions, rows: 3 }))
            (field("note", "kpi-note", None, false, Control::TextArea { value: &draft.note, rows: 2 }))
            details open[narrowed] {
                summary { (tr.t("overview-filter-more")) }
                div.form {
                    (field("channel", "filter-channel", None, false, select(&channels, filter("channel"))))
                    (field("language", "filter-language", None, false, select(&languages, filter("language"))))
                    (field("touchpoint", "overview-filter-touchpoint", Some("kpi-touchpoint-hint"), false, plain(filter("touchpoint"))))
                    (field("segment", "overview-filter-segment", Some("kpi-segment-hint"), false, plain(filter("segment"))))
                }
            }
            div.button-row {
                (parts::button(Weight::Primary, &tr.t("save")))
                (parts::link_button_of(Weight::Quiet, &back, &tr.t("cancel")))
            }
        }
    };
    Ok(staff.page_with(title, NavItem::Kpis, None, body, status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::i18n::Lang;
    use jiff::civil::date;
    use radost_app::domain::explain::Period;
    use radost_app::domain::name::{SurveyId, UserId};
    use radost_app::explain::Person;
    use radost_app::stats::IntervalMethod;

    fn status(name: &str, owner: Option<&str>, progress: Progress) -> KpiStatus {
        let kpi = Kpi {
            id: KpiId(Uuid::nil()),
            name: name.into(),
            survey: SurveyId(Uuid::nil()),
            metric: "nps.nps".parse().expect("a metric"),
            location: None,
            filters: BTreeMap::new(),
            direction: Direction::AtLeast,
            target: 70.0,
            days: 90,
            owner: None,
            since: date(2026, 1, 1),
            due: date(2026, 12, 31),
            note: String::new(),
            actions: String::new(),
        };
        KpiStatus {
            selection: None,
            period: Period::ending(date(2026, 11, 1), 90),
            figure: Some(match progress {
                Progress::TooFew => Figure::Withheld,
                _ => Figure::Shown(Estimate {
                    value: 62.0,
                    low: 58.0,
                    high: 66.0,
                    n: 1000,
                    effective_n: 1000.0,
                    method: IntervalMethod::AdjustedWald,
                }),
            }),
            start: Some(50.0),
            pace: Some(67.0),
            progress,
            owner: owner.map(|name| Person {
                id: UserId(Uuid::nil()),
                name: name.into(),
            }),
            minimum: 5,
            kpi,
        }
    }

    fn all(lang: Lang, names: [&str; 2], owner: &str) -> String {
        let found = [
            status("a", None, Progress::OnTrack),
            status(names[0], Some(owner), Progress::AtRisk),
            status("b", None, Progress::Reached),
            status(names[1], None, Progress::Missed),
        ];
        sentence(Tr::new(lang), &found)
    }

    #[test]
    fn the_sentence_counts_and_names_whom_to_talk_to() {
        insta::assert_snapshot!(all(Lang::En, ["Waiting", "Ease"], "Taras"), @"4 targets: 1 reached, 1 on track, 1 at risk and 1 missed. Look first at “Ease” and “Waiting” (Taras).");
        insta::assert_snapshot!(all(Lang::Ru, ["Ожидание", "Лёгкость"], "Тарас"), @"4 цели: достигнуто — 1, по плану — 1, под угрозой — 1 и не достигнуто — 1. В первую очередь посмотрите на «Лёгкость» и «Ожидание» (Тарас).");
        insta::assert_snapshot!(all(Lang::Uk, ["Очікування", "Легкість"], "Тарас"), @"4 цілі: досягнуто — 1, за планом — 1, під загрозою — 1 та не досягнуто — 1. Насамперед погляньте на «Легкість» та «Очікування» (Тарас).");
        insta::assert_snapshot!(all(Lang::Bg, ["Чакане", "Лекота"], "Тарас"), @"4 цели: постигнати — 1, по план — 1, застрашени — 1 и непостигнати — 1. Първо погледнете „Лекота“ и „Чакане“ (Тарас).");
        let calm = [status("a", None, Progress::OnTrack)];
        insta::assert_snapshot!(sentence(Tr::new(Lang::En), &calm), @"One target: 1 on track.");
        insta::assert_snapshot!(sentence(Tr::new(Lang::Ru), &calm), @"1 цель: по плану — 1.");
        insta::assert_snapshot!(sentence(Tr::new(Lang::Uk), &calm), @"1 ціль: за планом — 1.");
        insta::assert_snapshot!(sentence(Tr::new(Lang::Bg), &calm), @"1 цел: по план — 1.");
        insta::assert_snapshot!(sentence(Tr::new(Lang::En), &[]), @"No targets have been set yet.");
    }

    fn one(lang: Lang, progress: Progress) -> String {
        let tr = Tr::new(lang);
        sentence_of(tr, &status("a", None, progress), &tr.t("metric-nps")).replace('\u{a0}', " ")
    }

    #[test]
    fn every_verdict_is_said_in_a_sentence() {
        insta::assert_snapshot!(Progress::ALL.map(|progress| one(Lang::En, progress)).join("\n"), @r#"
        Recommendation (NPS) was 62 [58–66]: the target of at least 70 by 31 December 2026 was missed.
        Recommendation (NPS) is 62 [58–66]: the target of at least 70 by 31 December 2026 is at risk; today it should be 67.
        Recommendation (NPS) was 62 [58–66]: whether the target of at least 70 by 31 December 2026 was reached, the answers do not tell.
        Recommendation (NPS) cannot be shown yet: it takes 5 responses or more. The target is at least 70 by 31 December 2026.
        Recommendation (NPS) is 62 [58–66]: on track for at least 70 by 31 December 2026; today it should be 67.
        Recommendation (NPS) is 62 [58–66]: the target of at least 70 by 31 December 2026 is reached.
        "#);
        insta::assert_snapshot!(Progress::ALL.map(|progress| one(Lang::Ru, progress)).join("\n"), @r#"
        Рекомендация (NPS): 62 [58–66] — цель (не меньше 70 до 31 декабря 2026) не достигнута.
        Рекомендация (NPS): 62 [58–66] — цель (не меньше 70 до 31 декабря 2026) под угрозой; сегодня должно быть 67.
        Рекомендация (NPS): 62 [58–66] — достигнута ли цель (не меньше 70 до 31 декабря 2026), по ответам сказать нельзя.
        Рекомендация (NPS): показывать пока рано, нужно ответов: не меньше 5. Цель (не меньше 70 до 31 декабря 2026) остаётся в силе.
        Рекомендация (NPS): 62 [58–66] — к цели (не меньше 70 до 31 декабря 2026) идём по плану; сегодня должно быть 67.
        Рекомендация (NPS): 62 [58–66] — цель (не меньше 70 до 31 декабря 2026) достигнута.
        "#);
        insta::assert_snapshot!(Progress::ALL.map(|progress| one(Lang::Uk, progress)).join("\n"), @r#"
        Рекомендація (NPS): 62 [58–66] — цілі (щонайменше 70 до 31 грудня 2026 р.) не досягнуто.
        Рекомендація (NPS): 62 [58–66] — ціль (щонайменше 70 до 31 грудня 2026 р.) під загрозою; сьогодні має бути 67.
        Рекомендація (NPS): 62 [58–66] — чи досягнуто цілі (щонайменше 70 до 31 грудня 2026 р.), з відповідей сказати не можна.
        Рекомендація (NPS): показувати ще рано, потрібно відповідей: щонайменше 5. Ціль (щонайменше 70 до 31 грудня 2026 р.) лишається чинною.
        Рекомендація (NPS): 62 [58–66] — до цілі (щонайменше 70 до 31 грудня 2026 р.) рухаємося за планом; сьогодні має бути 67.
        Рекомендація (NPS): 62 [58–66] — цілі (щонайменше 70 до 31 грудня 2026 р.) досягнуто.
        "#);
        insta::assert_snapshot!(Progress::ALL.map(|progress| one(Lang::Bg, progress)).join("\n"), @r#"
        Препоръка (NPS): 62 [58–66] — целта (поне 70 до 31 декември 2026 г.) не е постигната.
        Препоръка (NPS): 62 [58–66] — целта (поне 70 до 31 декември 2026 г.) е застрашена; днес трябва да е 67.
        Препоръка (NPS): 62 [58–66] — дали целта (поне 70 до 31 декември 2026 г.) е постигната, отговорите не казват.
        Препоръка (NPS): още е рано да се покаже, нужни са поне 5 отговора. Целта (поне 70 до 31 декември 2026 г.) остава в сила.
        Препоръка (NPS): 62 [58–66] — вървим по план към целта (поне 70 до 31 декември 2026 г.); днес трябва да е 67.
        Препоръка (NPS): 62 [58–66] — целта (поне 70 до 31 декември 2026 г.) е постигната.
        "#);
    }
}
