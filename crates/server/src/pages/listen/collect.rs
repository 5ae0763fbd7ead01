//! Links under which surveys are answered.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use radost_app::domain::access::Permission;
use radost_app::domain::listen::{Channel, Survey};
use radost_app::domain::team::Employee;
use radost_app::domain::{Code, Language};
use radost_app::listen::NewInvitation;
use radost_app::{AppError, OpenSurvey};

use super::surveys::words;
use crate::Server;
use crate::look::i18n::{Lang, Tr};
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{self, Choice, Control, Field, Input, PageHeader, Tone, Weight};
use crate::look::qr::Qr;
use crate::request::{Fields, OrPage, PageError, PageResult, Staff, StaffForm};

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/collect", get(page))
        .route("/collect/personal", post(personal))
        .route("/collect/qr.svg", get(qr_svg))
        .route("/collect/qr.png", get(qr_png))
        .route("/collect/sheet", get(sheet))
}

/// The channels that a link can stand for; the others come by a program, by phone or on paper.
const LINK_CHANNELS: [Channel; 9] = [
    Channel::Web,
    Channel::Qr,
    Channel::Email,
    Channel::Sms,
    Channel::Messenger,
    Channel::Kiosk,
    Channel::ExitPoll,
    Channel::Widget,
    Channel::Personal,
];

async fn page(State(server): State<Server>, headers: HeaderMap, staff: Staff) -> PageResult {
    if !staff.actor().may(Permission::SeeSurveys) {
        let error = AppError::Forbidden(Permission::SeeSurveys);
        return Err(PageError::new(error, staff.reader));
    }
    Ok(render(&staff, &origin(&server, &headers), None))
}

/// A personal link that was asked for: what was typed, and the link or what was wrong.
struct Personal<'a> {
    fields: &'a Fields,
    made: Result<String, String>,
}

/// Makes a personal link. Its token is shown in this answer alone, so there is no redirect to a page that could be
/// opened again.
async fn personal(
    State(server): State<Server>,
    headers: HeaderMap,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let origin = origin(&server, &headers);
    let survey = fields.get("survey");
    let invitation = NewInvitation {
        customer: fields.given("customer").map(str::to_owned),
        ..NewInvitation::default()
    };
    let refused = || Err(staff.tr().t("collect-error-customer"));
    let made = if invitation.customer.is_none() {
        refused()
    } else {
        let workspace = &staff.directory.workspace.slug;
        match server
            .app
            .create_invitation(staff.actor(), survey, invitation)
            .await
        {
            Ok(token) => Ok(format!("{origin}/s/{workspace}/{survey}/{token}")),
            Err(AppError::Invalid { .. } | AppError::Rejected(_)) => refused(),
            Err(error) => return Err(PageError::new(error, staff.reader)),
        }
    };
    Ok(render(
        &staff,
        &origin,
        Some(Personal {
            fields: &fields,
            made,
        }),
    ))
}

/// The survey and the link that an address of a QR code asks for, as a code that stands on paper.
fn asked_link(staff: &Staff, origin: &str, fields: &Fields) -> Result<(String, String), AppError> {
    if !staff.actor().may(Permission::SeeSurveys) {
        return Err(AppError::Forbidden(Permission::SeeSurveys));
    }
    let survey = find(staff, fields).ok_or(AppError::NotFound("survey"))?;
    let code = survey.published.survey().code.to_string();
    let link = format!("{origin}/s/{}/{code}", staff.directory.workspace.slug);
    let built = build(staff, fields, survey, &link);
    let built = built.map_err(|(field, message)| AppError::invalid(field, message))?;
    Ok((code, on_paper(fields, built)))
}

/// What is scanned comes from a code, unless another channel was chosen.
fn on_paper(fields: &Fields, link: String) -> String {
    match fields.given("channel") {
        Some(_) => link,
        None => with_query(&link, "channel", Channel::Qr.code()),
    }
}

fn find<'s>(staff: &'s Staff, fields: &Fields) -> Option<&'s OpenSurvey> {
    let mut surveys = staff.directory.surveys.values();
    surveys.find(|survey| survey.published.survey().code.as_str() == fields.get("survey"))
}

fn query(staff: &Staff) -> Fields {
    let query = staff.reader.path.split_once('?').map_or("", |(_, q)| q);
    Fields::parse(query.as_bytes())
}

fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, bytes).into_response()
}

/// What the file of a code is called: `post-visit-center.svg`.
fn file_name(survey: &str, fields: &Fields, extension: &str) -> String {
    let parts = ["location", "employee"]
        .into_iter()
        .filter_map(|name| fields.given(name));
    let parts: Vec<&str> = std::iter::once(survey).chain(parts).collect();
    format!("{}.{extension}", parts.join("-"))
}

async fn qr_svg(State(server): State<Server>, headers: HeaderMap, staff: Staff) -> PageResult {
    let fields = query(&staff);
    let (survey, link) =
        asked_link(&staff, &origin(&server, &headers), &fields).or_page(&staff.reader)?;
    let code = Qr::of(&link)
        .ok_or(AppError::NotFound("code"))
        .or_page(&staff.reader)?;
    let bytes = code.svg(&link).into_string().into_bytes();
    Ok(file(
        "image/svg+xml",
        &file_name(&survey, &fields, "svg"),
        bytes,
    ))
}

async fn qr_png(State(server): State<Server>, headers: HeaderMap, staff: Staff) -> PageResult {
    let fields = query(&staff);
    let (survey, link) =
        asked_link(&staff, &origin(&server, &headers), &fields).or_page(&staff.reader)?;
    let code = Qr::of(&link).and_then(|code| code.png().ok());
    let bytes = code
        .ok_or(AppError::NotFound("code"))
        .or_page(&staff.reader)?;
    Ok(file(
        "image/png",
        &file_name(&survey, &fields, "png"),
        bytes,
    ))
}

/// A sheet of codes to print and cut: one for each place, or for each person.
async fn sheet(State(server): State<Server>, headers: HeaderMap, staff: Staff) -> PageResult {
    let fields = query(&staff);
    let origin = origin(&server, &headers);
    let (code, link) = asked_link(&staff, &origin, &fields).or_page(&staff.reader)?;
    let tr = staff.tr();
    let Some(survey) = find(&staff, &fields) else {
        return Err(PageError::new(AppError::NotFound("survey"), staff.reader));
    };
    let document = survey.published.survey();
    let each = fields.get("each");
    let mut cards: Vec<(&str, String)> = Vec::new();
    if each == "employee" {
        for employee in directory_employees(&staff) {
            cards.push((
                employee.name.as_str(),
                with_query(&link, "employee", employee.code.as_str()),
            ));
        }
    } else {
        for (_, location) in staff.directory.locations.in_order() {
            if location.active && staff.actor().places.include(Some(location.id)) {
                cards.push((
                    location.name.as_str(),
                    with_query(&link, "location", location.code.as_str()),
                ));
            }
        }
    }
    let language = fields.given("language").and_then(|code| code.parse().ok());
    let language = language
        .or(document.languages.first().copied())
        .unwrap_or(Language::En);
    let scan = Tr::new(Lang::parse(language.code()).unwrap_or_default()).t("collect-scan");
    let title = tr.t("collect-sheet");
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&tr.t("collect-sheet-lead")), ..PageHeader::default() }))
        @if cards.is_empty() {
            (parts::empty_state(Icon::Collect, &tr.t("collect-sheet-empty"), None, None))
        }
        div.qr-sheet {
            @for (name, link) in &cards {
                @if let Some(code) = Qr::of(link) {
                    section.qr-card {
                        p.qr-title lang=(language) { (document.title.best(language)) }
                        (code.svg(link))
                        p.qr-scan lang=(language) { (scan) }
                        p.qr-whose { (name) }
                        p.qr-address { (link) }
                    }
                }
            }
        }
        p.no-print { a href={ "/collect?survey=" (code) } { (tr.t("nav-collect")) } }
    };
    Ok(staff.page_with(&title, NavItem::Collect, None, body, StatusCode::OK))
}

/// The people of the places that the reader sees, by name.
fn directory_employees(staff: &Staff) -> Vec<&Employee> {
    let seen =
        |employee: &&Employee| employee.active && staff.actor().places.include(employee.location);
    let mut employees: Vec<&Employee> = staff.directory.employees.values().filter(seen).collect();
    employees.sort_by(|a, b| a.name.cmp(&b.name));
    employees
}

/// Scheme and host under which people reach this server.
fn origin(server: &Server, headers: &HeaderMap) -> String {
    let scheme = if server.options.behind_tls {
        "https"
    } else {
        "http"
    };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let forwarded = text("x-forwarded-host").filter(|_| server.options.trust_proxy);
    let host = forwarded.or_else(|| text(header::HOST.as_str()));
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}

fn render(staff: &Staff, origin: &str, asked: Option<Personal>) -> Response {
    let tr = staff.tr();
    let title = tr.t("nav-collect");
    let workspace = &staff.directory.workspace.slug;
    let surveys: Vec<&OpenSurvey> = staff.directory.surveys.values().collect();
    let link = |survey: &OpenSurvey| {
        let code = &survey.published.survey().code;
        format!("{origin}/s/{workspace}/{code}")
    };
    let fields = query(staff);
    let built = find(staff, &fields).map(|survey| build(staff, &fields, survey, &link(survey)));
    let refused =
        matches!(&built, Some(Err(_))) || matches!(&asked, Some(Personal { made: Err(_), .. }));
    let status = if refused {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&tr.t("collect-lead")), ..PageHeader::default() }))
        @if surveys.is_empty() {
            (parts::empty_state(Icon::Collect, &tr.t("collect-empty"), Some(&tr.t("collect-empty-text")),
                Some(&parts::link_button("/surveys", &tr.t("nav-surveys")))))
        } @else {
            (parts::section(&tr.t("collect-links"), &html! {}, &html! {
                ul.collect-links {
                    @for survey in &surveys {
                        @let document = survey.published.survey();
                        li {
                            div {
                                a.collect-title href={ "/surveys/" (document.code) } { (name(tr, document)) }
                                " "
                                @if survey.accepting { (parts::badge(Tone::Good, &tr.t("survey-status-open"))) }
                                @else { (parts::badge(Tone::Bad, &tr.t("survey-status-closed"))) }
                            }
                            (parts::copy_text(tr, &link(survey)))
                        }
                    }
                }
            }))
            (builder(staff, &fields, &surveys, built.as_ref()))
            @if staff.actor().may(Permission::RecordResponses) { (personal_form(staff, &surveys, asked.as_ref())) }
        }
    };
    staff.page_with(&title, NavItem::Collect, None, body, status)
}

fn personal_form(staff: &Staff, surveys: &[&OpenSurvey], asked: Option<&Personal>) -> Markup {
    let tr = staff.tr();
    let typed = |name: &str| asked.map_or("", |asked| asked.fields.get(name));
    let choices: Vec<Choice> = surveys
        .iter()
        .map(|survey| survey.published.survey())
        .map(|survey| Choice {
            value: survey.code.as_str(),
            label: name(tr, survey),
        })
        .collect();
    let survey = Field {
        name: "survey",
        id_prefix: Some("personal"),
        label: &tr.t("filter-survey"),
        control: Control::Select {
            choices: &choices,
            selected: typed("survey"),
        },
        ..Field::default()
    };
    let customer = Field {
        name: "customer",
        id_prefix: Some("personal"),
        label: &tr.t("collect-personal-customer"),
        hint: Some(&tr.t("collect-personal-customer-hint")),
        error: asked
            .and_then(|asked| asked.made.as_ref().err())
            .map(String::as_str),
        required: true,
        control: Control::Input(Input {
            value: typed("customer"),
            autocomplete: Some("off"),
            code: true,
            ..Input::default()
        }),
    };
    parts::section(
        &tr.t("collect-personal"),
        &html! {},
        &html! {
            p { (tr.t("collect-personal-lead")) }
            @if let Some(Personal { made: Ok(link), .. }) = asked {
                div.built-link role="status" {
                    p.built-link-title { (Icon::Good.draw()) (tr.t("collect-personal-created")) }
                    (parts::copy_text(tr, link))
                    p { (tr.t("collect-personal-shown-once")) }
                }
            }
            form.link-builder method="post" action="/collect/personal" {
                (parts::csrf_field(staff.csrf()))
                (parts::field(tr, &survey))
                (parts::field(tr, &customer))
                div.link-builder-end { (parts::button(Weight::Primary, &tr.t("collect-personal-create"))) }
            }
        },
    )
}

fn name(tr: Tr, survey: &Survey) -> &str {
    match survey.title.best(words::language(tr)) {
        "" => survey.code.as_str(),
        title => title,
    }
}

/// The link with everything that was chosen, or the field that was refused.
fn build(
    staff: &Staff,
    fields: &Fields,
    survey: &OpenSurvey,
    link: &str,
) -> Result<String, (&'static str, String)> {
    let tr = staff.tr();
    let directory = &staff.directory;
    let mut link = link.to_owned();
    if let Some(code) = fields.given("location") {
        let location = directory.locations.by_code(code);
        let seen = location.filter(|location| staff.actor().places.include(Some(location.id)));
        let location = seen.ok_or_else(|| ("location", tr.t("collect-error-location")))?;
        link = with_query(&link, "location", location.code.as_str());
    }
    if let Some(code) = fields.given("employee") {
        let employee = directory.employee(code);
        let seen = employee.filter(|employee| staff.actor().places.include(employee.location));
        let employee = seen.ok_or_else(|| ("employee", tr.t("collect-error-employee")))?;
        link = with_query(&link, "employee", employee.code.as_str());
    }
    if let Some(touchpoint) = fields.given("touchpoint") {
        let touchpoint: Code = touchpoint
            .parse()
            .map_err(|_| ("touchpoint", tr.t("survey-error-code")))?;
        link = with_query(&link, "touchpoint", touchpoint.as_str());
    }
    if let Some(channel) = fields.given("channel") {
        let channel: Channel = channel
            .parse()
            .map_err(|_| ("channel", tr.t("collect-error-channel")))?;
        link = with_query(&link, "channel", channel.code());
    }
    if let Some(language) = fields.given("language") {
        let offered = &survey.published.survey().languages;
        let language: Option<Language> = language.parse().ok();
        let language = language.filter(|language| offered.contains(language));
        let language = language.ok_or_else(|| ("language", tr.t("collect-error-language")))?;
        link = with_query(&link, "lang", language.code());
    }
    Ok(link)
}

/// The form that makes a link for a place, a person, a moment and a channel.
fn builder(
    staff: &Staff,
    fields: &Fields,
    surveys: &[&OpenSurvey],
    built: Option<&Result<String, (&'static str, String)>>,
) -> Markup {
    let tr = staff.tr();
    let directory = &staff.directory;
    let any = || (String::new(), tr.t("collect-any"));
    let survey_choices = surveys.iter().map(|survey| {
        let document = survey.published.survey();
        (document.code.to_string(), name(tr, document).to_owned())
    });
    let survey_choices: Vec<(String, String)> = survey_choices.collect();
    let mut locations = vec![any()];
    for (depth, location) in directory.locations.in_order() {
        if location.active && staff.actor().places.include(Some(location.id)) {
            // A no-break space is not cut from the front of an option.
            let indent = "\u{a0}\u{a0}".repeat(depth);
            locations.push((
                location.code.to_string(),
                format!("{indent}{}", location.name),
            ));
        }
    }
    let mut employees = vec![any()];
    let people = directory_employees(staff).into_iter();
    employees.extend(people.map(|employee| (employee.code.to_string(), employee.name.clone())));
    let mut channels = vec![any()];
    for channel in LINK_CHANNELS {
        let id = format!("collect-channel-{}", channel.code().replace('_', "-"));
        channels.push((channel.code().to_owned(), tr.t(&id)));
    }
    let mut languages = vec![(String::new(), tr.t("collect-any-language"))];
    for language in Language::ALL {
        languages.push((language.code().to_owned(), language.own_name().to_owned()));
    }
    let error = |name: &str| match built {
        Some(Err((field, text))) if *field == name => Some(text.as_str()),
        _ => None,
    };
    let select = |name: &str, label: &str, choices: &[(String, String)]| {
        let choices: Vec<Choice> = choices
            .iter()
            .map(|(value, label)| Choice { value, label })
            .collect();
        let control = Control::Select {
            choices: &choices,
            selected: fields.get(name),
        };
        let field = Field {
            name,
            label,
            error: error(name),
            control,
            ..Field::default()
        };
        parts::field(tr, &field)
    };
    let touchpoint = Field {
        name: "touchpoint",
        label: &tr.t("collect-touchpoint"),
        hint: Some(&tr.t("collect-touchpoint-hint")),
        error: error("touchpoint"),
        control: Control::Input(Input {
            value: fields.get("touchpoint"),
            placeholder: Some("visit"),
            code: true,
            ..Input::default()
        }),
        ..Field::default()
    };
    parts::section(
        &tr.t("collect-builder"),
        &html! {},
        &html! {
            p { (tr.t("collect-builder-lead")) }
            @if let Some(Ok(link)) = built {
                div.built-link role="status" {
                    p.built-link-title { (Icon::Good.draw()) (tr.t("collect-built")) }
                    (parts::copy_text(tr, link))
                    p { a href=(link) { (tr.t("collect-try")) } }
                    @let asked = staff.reader.path.split_once('?').map_or("", |(_, query)| query);
                    @if let Some(code) = Qr::of(&on_paper(fields, link.clone())) {
                        div.built-code {
                            (code.svg(&tr.t("collect-qr")))
                            div.button-row {
                                (parts::link_button_of(Weight::Quiet, &format!("/collect/qr.svg?{asked}"), "SVG"))
                                (parts::link_button_of(Weight::Quiet, &format!("/collect/qr.png?{asked}"), "PNG"))
                                @if fields.given("location").is_none() && fields.given("employee").is_none() {
                                    (parts::link_button_of(Weight::Quiet, &format!("/collect/sheet?{asked}&each=location"), &tr.t("collect-sheet-locations")))
                                    (parts::link_button_of(Weight::Quiet, &format!("/collect/sheet?{asked}&each=employee"), &tr.t("collect-sheet-employees")))
                                }
                            }
                        }
                    }
                }
            }
            form.link-builder method="get" action="/collect" {
                (select("survey", &tr.t("filter-survey"), &survey_choices))
                (select("location", &tr.t("filter-location"), &locations))
                (select("employee", &tr.t("collect-employee"), &employees))
                (parts::field(tr, &touchpoint))
                (select("channel", &tr.t("filter-channel"), &channels))
                (select("language", &tr.t("filter-language"), &languages))
                div.link-builder-end { (parts::button(Weight::Primary, &tr.t("collect-build"))) }
            }
        },
    )
}
