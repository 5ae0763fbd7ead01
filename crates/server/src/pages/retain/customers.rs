//! Customers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use radost_app::domain::access::Permission;
use radost_app::domain::listen::{Answer, QuestionKind, Response as SurveyResponse};
use radost_app::domain::name::CustomerId;
use radost_app::domain::retain::Customer;
use radost_app::refusal::{Reason, Refusal};
use radost_app::retain::{CustomerDraft, CustomerStory};
use radost_app::table::write_line;
use radost_app::{App, AppError};
use serde::Deserialize;
use uuid::Uuid;

use crate::api::page::{decode, encode};
use crate::export::{CSV_BEGIN, csv_file};
use crate::look::i18n::{Lang, Tr};
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{
    self, Choice, Column, Control, Crumb, Field, Input, InputKind, PageHeader, Pages, Table, Weight,
};
use crate::pages::import_table::TableKind;
use crate::pages::refused::Refused;
use crate::pages::team::{zone_input, zone_list};
use crate::request::{Fields, OrPage, PageError, PageResult, Staff, StaffForm};
use crate::upload::StaffUpload;

/// Customers of one page of the list, and of one piece of a file.
const PAGE: i64 = 50;
const PIECE: i64 = 1_000;
/// Most characters of a comment in the story.
const EXCERPT: usize = 200;

const TABLE: TableKind = TableKind {
    title: "upload-customers-title",
    list: NavItem::Customers,
    needs: Permission::EditCustomers,
    columns: &[
        ("external_id", "column-external-id"),
        ("name", "column-customer-name"),
        ("email", "column-email"),
        ("phone", "column-phone"),
        ("language", "column-language"),
        ("time_zone", "column-customer-zone"),
        ("segment_size", "column-segment"),
    ],
    examples: &[
        &[
            "K-1001",
            "Maria Petrenko",
            "maria@example.com",
            "+380441234567",
            "uk",
            "Europe/Kyiv",
            "small",
        ],
        &[
            "K-1002",
            "Ivan Dimitrov",
            "",
            "+3592123456",
            "bg",
            "",
            "large",
        ],
    ],
};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    search: Option<String>,
    cursor: Option<String>,
}

pub(crate) async fn list(
    State(app): State<Arc<App>>,
    staff: Staff,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> PageResult {
    let query = query.map(|Query(query)| query).unwrap_or_default();
    let tr = staff.tr();
    let title = tr.t("nav-customers");
    let search = query.search.as_deref().unwrap_or_default().trim();
    let after = query.cursor.as_deref().and_then(|c| decode(c).ok());
    let begun = after.is_some();
    let mut found = app
        .customers(staff.actor(), Some(search), after, PAGE + 1)
        .await
        .or_page(&staff.reader)?;
    let total = app
        .customer_count(staff.actor())
        .await
        .or_page(&staff.reader)?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.len() > page;
    found.truncate(page);
    let first = match search {
        "" => "/customers".to_owned(),
        search => with_query("/customers", "search", search),
    };
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| with_query(&first, "cursor", &encode(&(&last.name, last.id))));
    let edits = staff.actor().may_everywhere(Permission::EditCustomers);
    let buttons = html! {
        (parts::link_button_of(Weight::Secondary, "/customers/import", &tr.t("nav-import")))
        (parts::link_button("/customers/new", &tr.t("customer-new")))
    };
    let nobody = found.is_empty() && search.is_empty() && !begun;
    let empty = if nobody {
        let text = tr.t(if edits {
            "customers-empty-text"
        } else {
            "customers-empty-none"
        });
        let title = tr.t("customers-empty-title");
        parts::empty_state(
            Icon::Customers,
            &title,
            Some(&text),
            edits.then_some(&buttons),
        )
    } else {
        parts::empty_state(Icon::Search, &tr.t("table-nothing-found"), None, None)
    };
    let lead = match total {
        Some(total) => tr.ta("customers-count", &[("n", total.into())]),
        None => tr.t("customers-lead-places"),
    };
    let names = [
        "people-name",
        "customer-external-id",
        "customer-contact",
        "language",
        "customer-segments",
    ]
    .map(|id| tr.t(id));
    let columns = names.each_ref().map(|name| Column::text(name));
    let table = Table {
        caption: &title,
        columns: &columns,
        rows: found.iter().map(list_row).collect(),
        csv: Some("/customers.csv"),
        pages: Pages {
            first: begun.then_some(first.as_str()),
            next: next.as_deref(),
        },
        empty: Some(empty),
        ..Table::default()
    };
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: (!nobody).then_some(lead.as_str()),
            actions: if edits && !nobody { buttons.clone() } else { html! {} }, ..PageHeader::default() }))
        @if !nobody {
            (parts::filter_bar(tr, "/customers", (!search.is_empty()).then_some("/customers"), &parts::field(tr, &Field {
                name: "search", label: &tr.t("customers-search"), control: Control::of(InputKind::Search, search),
                ..Field::default() })))
        }
        (parts::data_table(tr, &table))
    };
    Ok(staff.page(&title, NavItem::Customers, body))
}

fn list_row(customer: &Customer) -> Vec<Markup> {
    vec![
        html! { a href={ "/customers/" (customer.id) } { (customer.name) } },
        html! { code { (customer.external_id) } },
        html! { span.contact { (contact(customer)) } },
        html! { @if let Some(language) = customer.language { (language.own_name()) } },
        segments(customer),
    ]
}

fn contact(customer: &Customer) -> Markup {
    html! {
        @if let Some(email) = &customer.email { a href={ "mailto:" (email) } { (email) } " " }
        @if let Some(phone) = &customer.phone { a.nowrap href={ "tel:" (phone) } { (phone) } }
    }
}

fn segments(customer: &Customer) -> Markup {
    html! {
        span.segments {
            @for (code, value) in &customer.segments { span { span.muted { (code) ": " } (value) } " " }
        }
    }
}

/// All customers seen, read and sent piece by piece.
pub(crate) async fn csv(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let segments: Vec<String> = app
        .customer_segments(staff.actor())
        .await
        .or_page(&staff.reader)?
        .into_iter()
        .map(String::from)
        .collect();
    let mut head = CSV_BEGIN.to_vec();
    let columns: Vec<String> = TABLE
        .columns
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .filter(|name| !name.starts_with("segment_"))
        .chain(segments.iter().map(|code| format!("segment_{code}")))
        .collect();
    write_line(&mut head, columns.iter().map(String::as_str));
    let actor = staff.actor().clone();
    let begin = (Some(head), None::<(String, CustomerId)>, false);
    let pieces = futures_util::stream::try_unfold(begin, move |(head, after, ended)| {
        let (app, actor, segments) = (app.clone(), actor.clone(), segments.clone());
        async move {
            if ended {
                return Ok(None);
            }
            let mut text = head.unwrap_or_default();
            let found = app.customers(&actor, None, after, PIECE).await?;
            let last = found.last().map(|last| (last.name.clone(), last.id));
            for customer in &found {
                let mut draft = CustomerDraft::of(customer);
                let values: Vec<String> = segments
                    .iter()
                    .map(|code| draft.segments.remove(code).unwrap_or_default())
                    .collect();
                let known = [
                    &draft.external_id,
                    &draft.name,
                    &draft.email,
                    &draft.phone,
                    &draft.language,
                    &draft.time_zone,
                ];
                let cells = known.into_iter().chain(&values).map(String::as_str);
                write_line(&mut text, cells);
            }
            let ended = last.is_none();
            Ok::<_, AppError>(Some((Bytes::from(text), (None, last, ended))))
        }
    });
    Ok(csv_file("customers.csv", Body::from_stream(pieces)))
}

fn crumbs(tr: Tr, customer: Option<&Customer>, title: &str) -> Markup {
    let href = customer.map(|customer| format!("/customers/{}", customer.id));
    let customers = tr.t("nav-customers");
    let mut way = vec![Crumb {
        label: &customers,
        href: Some("/customers"),
    }];
    if let Some(customer) = customer {
        way.push(Crumb {
            label: &customer.name,
            href: href.as_deref(),
        });
    }
    way.push(Crumb {
        label: title,
        href: None,
    });
    parts::breadcrumbs(tr, &way)
}

pub(crate) async fn one(
    State(app): State<Arc<App>>,
    staff: Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> PageResult {
    let id = customer_id(&staff, id)?;
    let CustomerStory {
        customer,
        responses,
    } = app
        .customer_story(staff.actor(), id)
        .await
        .or_page(&staff.reader)?;
    let tr = staff.tr();
    let edit = format!("/customers/{}/edit", customer.id);
    let erase = format!("/customers/{}/erase", customer.id);
    let actions = html! {
        @if staff.actor().may_everywhere(Permission::EraseCustomers) {
            (parts::link_button_of(Weight::Quiet, &erase, &tr.t("customer-erase")))
        }
        @if staff.actor().may(Permission::EditCustomers) {
            (parts::link_button_of(Weight::Secondary, &edit, &tr.t("edit")))
        }
    };
    let none = html! { span.muted { (tr.t("unknown")) } };
    let or_none = |value: Option<Markup>| value.unwrap_or_else(|| none.clone());
    let some_contact = customer.email.is_some() || customer.phone.is_some();
    let some_segments = !customer.segments.is_empty();
    let language = customer
        .language
        .map(|language| html! { (language.own_name()) });
    let zone = customer.time_zone.as_ref().map(|zone| html! { (zone) });
    let body = html! {
        (parts::page_header(&PageHeader { title: &customer.name, crumbs: crumbs(tr, None, &customer.name), actions,
            ..PageHeader::default() }))
        div.card {
            (parts::facts(&[
                (&tr.t("customer-external-id"), html! { code { (customer.external_id) } }),
                (&tr.t("customer-contact"), or_none(some_contact.then(|| contact(&customer)))),
                (&tr.t("language"), or_none(language)),
                (&tr.t("time-zone"), or_none(zone)),
                (&tr.t("customer-segments"), or_none(some_segments.then(|| segments(&customer)))),
            ]))
        }
        @if let Some(responses) = &responses { (story(&staff, responses)) }
    };
    Ok(staff.page(&customer.name, NavItem::Customers, body))
}

/// Everything a customer has told us, newest first.
fn story(staff: &Staff, responses: &[SurveyResponse]) -> Markup {
    let tr = staff.tr();
    let directory = &staff.directory;
    let rows = responses
        .iter()
        .map(|response| {
            let zone = directory.zone_at(response.location);
            let survey = directory.survey_by_id(response.survey);
            let title = survey.map(|survey| {
                let document = survey.published.survey();
                document.title.best(spoken(tr.lang)).to_owned()
            });
            let place = response
                .location
                .and_then(|id| directory.locations.get(id))
                .map(|place| place.name.as_str());
            vec![
                html! { a href={ "/responses/" (response.id) } { (tr.date_time(response.submitted_at, &zone)) } },
                html! { (title.unwrap_or_default()) },
                html! { (place.unwrap_or_default()) },
                said(staff, response),
            ]
        })
        .collect();
    let title = tr.t("customer-story");
    let names = [
        "story-when",
        "filter-survey",
        "filter-location",
        "story-said",
    ]
    .map(|id| tr.t(id));
    let columns = names.each_ref().map(|name| Column::text(name));
    let table = Table {
        caption: &title,
        columns: &columns,
        rows,
        empty: Some(parts::empty_state(
            Icon::Responses,
            &tr.t("customer-story-empty"),
            None,
            None,
        )),
        ..Table::default()
    };
    parts::section(&title, &html! {}, &parts::data_table(tr, &table))
}

/// The first score of a response, and the first thing said in words.
fn said(staff: &Staff, response: &SurveyResponse) -> Markup {
    let tr = staff.tr();
    let Some(survey) = staff.directory.survey_by_id(response.survey) else {
        return html! {};
    };
    let questions = || survey.published.questions().iter().map(|q| &q.question);
    let score = questions().find_map(|question| {
        // A point of a scale that has no better end is no score.
        let (_, most) = question.kind.end_labels().and(question.kind.scale())?;
        match response.answers.get(&question.code)? {
            Answer::Scale(value) => Some((*value, most)),
            _ => None,
        }
    });
    let comment = questions().find_map(|question| match response.answers.get(&question.code)? {
        Answer::Text(text) if matches!(question.kind, QuestionKind::Text { .. }) => {
            let mut excerpt: String = text.chars().take(EXCERPT).collect();
            if excerpt.len() < text.len() {
                excerpt.push('…');
            }
            Some(excerpt)
        }
        _ => None,
    });
    html! {
        span.said {
            @if let Some((value, most)) = score {
                strong.nowrap { (tr.ta("story-score", &[("value", value.into()), ("most", most.into())])) } " "
            }
            @if let Some(comment) = comment { q { (comment) } }
        }
    }
}

/// The language of surveys that the reader speaks.
fn spoken(lang: Lang) -> radost_app::domain::Language {
    use radost_app::domain::Language;
    match lang {
        Lang::En => Language::En,
        Lang::Ru => Language::Ru,
        Lang::Uk => Language::Uk,
        Lang::Bg => Language::Bg,
    }
}

fn customer_id(
    staff: &Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<CustomerId, PageError> {
    id.map(|Path(id)| CustomerId(id))
        .map_err(|_| AppError::NotFound("customer"))
        .or_page(&staff.reader)
}

pub(crate) async fn new(staff: Staff) -> PageResult {
    if !staff.actor().may_everywhere(Permission::EditCustomers) {
        return Err(AppError::Forbidden(Permission::EditCustomers)).or_page(&staff.reader);
    }
    let typed = Typed::of(&CustomerDraft::default());
    let refused = Refused::default();
    Ok(form_page(&staff, None, &typed, &refused, StatusCode::OK))
}

pub(crate) async fn add(
    State(app): State<Arc<App>>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    save(&app, &staff, None, &fields).await
}

pub(crate) async fn edit(
    State(app): State<Arc<App>>,
    staff: Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> PageResult {
    let id = customer_id(&staff, id)?;
    if !staff.actor().may(Permission::EditCustomers) {
        return Err(AppError::Forbidden(Permission::EditCustomers)).or_page(&staff.reader);
    }
    let customer = app
        .customer(staff.actor(), id)
        .await
        .or_page(&staff.reader)?;
    let typed = Typed::of(&CustomerDraft::of(&customer));
    let refused = Refused::default();
    let status = StatusCode::OK;
    Ok(form_page(&staff, Some(&customer), &typed, &refused, status))
}

pub(crate) async fn change(
    State(app): State<Arc<App>>,
    id: Result<Path<Uuid>, PathRejection>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let id = customer_id(&staff, id)?;
    let customer = app
        .customer(staff.actor(), id)
        .await
        .or_page(&staff.reader)?;
    save(&app, &staff, Some(&customer), &fields).await
}

/// What goes and what stays, before it is done.
pub(crate) async fn confirm_erasure(
    State(app): State<Arc<App>>,
    staff: Staff,
    id: Result<Path<Uuid>, PathRejection>,
) -> PageResult {
    let id = customer_id(&staff, id)?;
    if !staff.actor().may_everywhere(Permission::EraseCustomers) {
        return Err(AppError::Forbidden(Permission::EraseCustomers)).or_page(&staff.reader);
    }
    let customer = app
        .customer(staff.actor(), id)
        .await
        .or_page(&staff.reader)?;
    let tr = staff.tr();
    let title = tr.t("customer-erase");
    let page = format!("/customers/{id}");
    let list = |heading: &str, items: &[&str]| {
        html! {
            h2 { (tr.t(heading)) }
            ul { @for item in items { li { (tr.t(item)) } } }
        }
    };
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&customer.name), crumbs: crumbs(tr, Some(&customer), &title),
            ..PageHeader::default() }))
        section.card {
            (list("customer-erase-goes", &["customer-erase-goes-record", "customer-erase-goes-words",
                "customer-erase-goes-invitations", "customer-erase-goes-audit"]))
            (list("customer-erase-stays", &["customer-erase-stays-scores", "customer-erase-stays-audit",
                "customer-erase-stays-files"]))
            p { strong { (tr.t("customer-erase-final")) } }
            form.form method="post" action={ (page) "/erase" } {
                (parts::csrf_field(staff.csrf()))
                div.button-row {
                    (parts::button(Weight::Danger, &title))
                    (parts::link_button_of(Weight::Quiet, &page, &tr.t("cancel")))
                }
            }
        }
    };
    Ok(staff.page(&title, NavItem::Customers, body))
}

pub(crate) async fn erase(
    State(app): State<Arc<App>>,
    id: Result<Path<Uuid>, PathRejection>,
    StaffForm { staff, .. }: StaffForm,
) -> PageResult {
    let id = customer_id(&staff, id)?;
    app.erase_customer(staff.actor(), id)
        .await
        .or_page(&staff.reader)?;
    Ok(Redirect::to(&with_query("/customers", "done", "customer-erased")).into_response())
}

/// What was typed: the draft, and the segments as lines `code = value`.
struct Typed {
    draft: CustomerDraft,
    segments: String,
}

impl Typed {
    fn of(draft: &CustomerDraft) -> Self {
        let lines: Vec<String> = draft
            .segments
            .iter()
            .map(|(code, value)| format!("{code} = {value}"))
            .collect();
        Typed {
            draft: draft.clone(),
            segments: lines.join("\n"),
        }
    }

    /// The draft, or the line of the segments that is none.
    fn read(fields: &Fields) -> (Self, Option<Refusal>) {
        let typed = fields.get("segments").replace("\r\n", "\n");
        let mut segments = BTreeMap::new();
        let mut refusal = None;
        for line in typed.lines().filter(|line| !line.trim().is_empty()) {
            match line.split_once('=') {
                Some((code, value)) => {
                    segments.insert(code.trim().to_owned(), value.trim().to_owned());
                }
                None => {
                    let line = line.trim().chars().take(60).collect();
                    refusal = Some(Refusal::new("segments", Reason::NotSegment(line)));
                }
            }
        }
        let draft = CustomerDraft {
            external_id: fields.get("external_id").to_owned(),
            name: fields.get("name").to_owned(),
            email: fields.get("email").to_owned(),
            phone: fields.get("phone").to_owned(),
            language: fields.get("language").to_owned(),
            time_zone: fields.get("time_zone").to_owned(),
            segments,
        };
        (
            Typed {
                draft,
                segments: typed,
            },
            refusal,
        )
    }
}

async fn save(
    app: &App,
    staff: &Staff,
    customer: Option<&Customer>,
    fields: &Fields,
) -> PageResult {
    let (typed, refusal) = Typed::read(fields);
    let saved = match refusal {
        Some(refusal) => Err(AppError::Refused(vec![refusal])),
        None => {
            let id = customer.map(|customer| customer.id);
            app.save_customer(staff.actor(), id, &typed.draft).await
        }
    };
    match saved {
        Ok(saved) => {
            let done = match customer {
                None => "customer-added",
                Some(_) => "customer-saved",
            };
            let page = format!("/customers/{}", saved.id);
            Ok(Redirect::to(&with_query(&page, "done", done)).into_response())
        }
        Err(AppError::Refused(mut refusals)) => {
            // The form has one field for all segments.
            for refusal in &mut refusals {
                if refusal.field.starts_with("segment_") {
                    refusal.field = "segments".to_owned();
                }
            }
            let refused = Refused::of(staff.tr(), &refusals);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(form_page(staff, customer, &typed, &refused, status))
        }
        Err(error) => Err(error).or_page(&staff.reader),
    }
}

fn form_page(
    staff: &Staff,
    customer: Option<&Customer>,
    typed: &Typed,
    refused: &Refused,
    status: StatusCode,
) -> axum::response::Response {
    let tr = staff.tr();
    let Typed { draft, segments } = typed;
    let title = tr.t(match customer {
        None => "customer-new",
        Some(_) => "customer-edit",
    });
    let (action, back) = match customer {
        None => ("/customers/new".to_owned(), "/customers".to_owned()),
        Some(customer) => {
            let page = format!("/customers/{}", customer.id);
            (format!("{page}/edit"), page)
        }
    };
    let unknown = tr.t("unknown");
    let languages: Vec<Choice> = std::iter::once(Choice {
        value: "",
        label: &unknown,
    })
    .chain(
        radost_app::domain::Language::ALL
            .iter()
            .map(|language| Choice {
                value: language.code(),
                label: language.own_name(),
            }),
    )
    .collect();
    let input = |kind, value| {
        Control::Input(Input {
            kind,
            value,
            autocomplete: Some("off"),
            ..Input::default()
        })
    };
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, crumbs: crumbs(tr, customer, &title), ..PageHeader::default() }))
        (refused.summary(tr))
        form.card.form method="post" action=(action) {
            (parts::csrf_field(staff.csrf()))
            (parts::field(tr, &Field { name: "external_id", label: &tr.t("customer-external-id"), required: true,
                hint: Some(&tr.t("customer-external-id-hint")), error: refused.get("external_id"),
                control: input(InputKind::Text, &draft.external_id), ..Field::default() }))
            (parts::field(tr, &Field { name: "name", label: &tr.t("people-name"), error: refused.get("name"),
                control: input(InputKind::Text, &draft.name), ..Field::default() }))
            (parts::field(tr, &Field { name: "email", label: &tr.t("customer-email"), error: refused.get("email"),
                control: input(InputKind::Email, &draft.email), ..Field::default() }))
            (parts::field(tr, &Field { name: "phone", label: &tr.t("customer-phone"), error: refused.get("phone"),
                hint: Some(&tr.t("customer-phone-hint")), control: input(InputKind::Phone, &draft.phone), ..Field::default() }))
            (parts::field(tr, &Field { name: "language", label: &tr.t("language"), error: refused.get("language"),
                control: Control::Select { choices: &languages, selected: &draft.language }, ..Field::default() }))
            (parts::field(tr, &Field { name: "time_zone", label: &tr.t("time-zone"), error: refused.get("time_zone"),
                control: zone_input(&draft.time_zone), ..Field::default() }))
            (zone_list())
            (parts::field(tr, &Field { name: "segments", label: &tr.t("customer-segments"), error: refused.get("segments"),
                hint: Some(&tr.t("customer-segments-hint")), control: Control::TextArea { value: segments, rows: 4 },
                ..Field::default() }))
            div.button-row {
                (parts::button(Weight::Primary, &tr.t("save")))
                (parts::link_button_of(Weight::Quiet, &back, &tr.t("cancel")))
            }
        }
    };
    staff.page_with(&title, NavItem::Customers, None, body, status)
}

pub(crate) async fn import_form(staff: Staff) -> PageResult {
    TABLE.form(&staff)
}

pub(crate) async fn import(State(app): State<Arc<App>>, upload: StaffUpload) -> PageResult {
    let actor = upload.staff.actor().clone();
    let import = async |file, dry_run| app.import_customers(&actor, file, dry_run).await;
    TABLE.take(upload, import).await
}

pub(crate) async fn template(staff: Staff) -> PageResult {
    TABLE.template(&staff)
}
