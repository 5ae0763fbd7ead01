//! Importing a file of responses: upload, check what the columns are, run, see what came of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::Router;
use axum::extract::multipart::{Field as Part, Multipart};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use radost_app::domain::Language;
use radost_app::domain::access::Permission;
use radost_app::domain::listen::{Channel, QuestionKind, Rejection};
use radost_app::listen::import::{
    Confidence, Counts, Encoding, FileError, Format, GuessedColumn, ImportError, ImportView,
    Inspection, MappedColumn, Mapping, Reason, Rejected, State as ImportState, Summary, Target,
    Upload,
};
use radost_app::{App, AppError};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::Server;
use crate::export::csv_file;
use crate::look::i18n::{Tr, Value};
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{
    self, Choice, Column, Control, Crumb, Field, Flash, PageHeader, Table, Tone, Weight,
};
use crate::request::{OrPage, PageResult, Staff, StaffForm, form_expired, same};

/// Largest file.
pub(crate) const MAX_FILE: usize = 2 * 1024 * 1024 * 1024;
/// How often the page of a running import is drawn again, in seconds.
const REFRESH: &str = "2";
/// Encodings offered beside the one that is recognised.
const ENCODINGS: [&str; 5] = [
    "windows-1251",
    "windows-1252",
    "koi8-u",
    "utf-16le",
    "utf-16be",
];

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route(
            "/import",
            get(list)
                .post(upload)
                .layer(DefaultBodyLimit::max(MAX_FILE)),
        )
        .route("/import/{id}", get(show).post(change))
        .route("/import/{id}/stop", post(stop))
        .route("/import/{id}/rejects.csv", get(rejects))
}

async fn list(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let form = UploadForm::default();
    list_page(&app, &staff, &form, StatusCode::OK).await
}

/// What was chosen beside the file, and what is wrong with it.
#[derive(Default)]
struct UploadForm {
    survey: String,
    encoding: String,
    error: Option<(&'static str, String)>,
}

async fn list_page(
    app: &Arc<App>,
    staff: &Staff,
    form: &UploadForm,
    status: StatusCode,
) -> PageResult {
    let tr = staff.tr();
    let imports = app.imports(staff.actor()).await.or_page(&staff.reader)?;
    let title = tr.t("nav-import");
    let surveys: Vec<(String, String)> = staff
        .directory
        .surveys
        .iter()
        .filter(|(_, survey)| survey.accepting)
        .map(|(code, survey)| {
            let title = survey.published.survey().title.best(own(tr)).to_owned();
            (code.to_string(), title)
        })
        .collect();
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&tr.t("import-lead")), ..PageHeader::default() }))
        @if surveys.is_empty() {
            (parts::empty_state(Icon::Surveys, &tr.t("import-no-surveys"), Some(&tr.t("import-no-surveys-text")),
                Some(&parts::link_button("/surveys", &tr.t("nav-surveys")))))
        } @else {
            (upload_form(tr, staff.csrf(), form, &surveys))
        }
        @if !imports.is_empty() {
            (parts::section(&tr.t("import-earlier"), &html! {}, &runs_table(staff, &imports)))
        }
    };
    Ok(staff.page_with(&title, NavItem::Import, None, body, status))
}

fn upload_form(tr: Tr, csrf: &str, form: &UploadForm, surveys: &[(String, String)]) -> Markup {
    let error = |field: &str| {
        form.error
            .as_ref()
            .filter(|(at, _)| *at == field)
            .map(|(_, text)| text.as_str())
    };
    let surveys: Vec<Choice> = surveys
        .iter()
        .map(|(value, label)| Choice { value, label })
        .collect();
    let recognised = tr.t("import-encoding-recognised");
    let mut encodings = vec![Choice {
        value: "",
        label: &recognised,
    }];
    encodings.extend(ENCODINGS.iter().map(|name| Choice {
        value: name,
        label: name,
    }));
    let errors: Vec<(String, String)> = form
        .error
        .iter()
        .map(|(field, text)| (format!("f-{field}"), text.clone()))
        .collect();
    html! {
        (parts::form_errors(tr, &errors))
        form.card.stack.import-upload method="post" action="/import" enctype="multipart/form-data" {
            // The token first: a file from elsewhere is refused before it is read.
            (parts::csrf_field(csrf))
            (parts::field(tr, &Field { name: "survey", label: &tr.t("filter-survey"), error: error("survey"),
                control: Control::Select { choices: &surveys, selected: &form.survey }, ..Field::default() }))
            (parts::field(tr, &Field { name: "encoding", label: &tr.t("import-encoding"), hint: Some(&tr.t("import-encoding-hint")),
                error: error("encoding"), control: Control::Select { choices: &encodings, selected: &form.encoding }, ..Field::default() }))
            (parts::field(tr, &Field { name: "file", label: &tr.t("import-file"), hint: Some(&tr.t("import-file-hint")), required: true,
                error: error("file"), control: Control::File { accept: ".csv,.tsv,.txt,.xlsx,.sav,.zsav,.parquet,text/csv" }, ..Field::default() }))
            div.button-row { (parts::button(Weight::Primary, &tr.t("import-upload"))) }
        }
    }
}

fn runs_table(staff: &Staff, imports: &[ImportView]) -> Markup {
    let tr = staff.tr();
    let rows = imports
        .iter()
        .map(|import| {
            let at = tr.date_time(import.run.created_at, &staff.directory.zone);
            vec![
                html! { a href={ "/import/" (import.run.id) } { (import.run.file_name) } },
                html! { (import.survey) },
                state_badge(tr, import.state),
                html! { (tr.count(import.counts.accepted)) },
                html! { (tr.count(import.counts.duplicates)) },
                html! { (tr.count(import.counts.rejected)) },
                html! { (at) },
            ]
        })
        .collect();
    let words = [
        "import-file",
        "filter-survey",
        "status",
        "import-accepted",
        "import-duplicates",
        "import-rejected",
        "created-at",
    ]
    .map(|id| tr.t(id));
    let columns: Vec<Column> = words
        .iter()
        .enumerate()
        .map(|(i, label)| {
            if (3..6).contains(&i) {
                Column::number(label)
            } else {
                Column::text(label)
            }
        })
        .collect();
    parts::data_table(
        tr,
        &Table {
            caption: &tr.t("import-earlier"),
            columns: &columns,
            rows,
            ..Table::default()
        },
    )
}

fn state_badge(tr: Tr, state: ImportState) -> Markup {
    let tone = match state {
        ImportState::Waiting | ImportState::Running => Tone::Info,
        ImportState::Done => Tone::Good,
        ImportState::Stopped | ImportState::Interrupted => Tone::Warning,
        ImportState::Failed => Tone::Bad,
    };
    parts::badge(tone, &tr.t(&format!("import-state-{}", state.name())))
}

/// The language in which a survey's own texts are shown.
fn own(tr: Tr) -> Language {
    tr.lang.code().parse().unwrap_or(Language::En)
}

/// What can go wrong with an upload.
enum Refused {
    /// The form did not come from us.
    Forged,
    /// The connection broke off, or the form is not one.
    Broken,
    /// The file is too large or cannot be kept.
    Large,
    Import(ImportError),
}

impl From<ImportError> for Refused {
    fn from(error: ImportError) -> Self {
        Refused::Import(error)
    }
}

async fn upload(
    State(app): State<Arc<App>>,
    staff: Staff,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> PageResult {
    let mut form = UploadForm::default();
    let received = match multipart {
        Ok(multipart) => receive(&app, &staff, multipart, &mut form).await,
        Err(_) => Err(Refused::Broken),
    };
    let tr = staff.tr();
    form.error = Some(match received {
        Ok(id) => return Ok(Redirect::to(&format!("/import/{id}")).into_response()),
        Err(Refused::Forged) => return Ok(form_expired(&staff.reader)),
        Err(Refused::Broken) => ("file", tr.t("import-error-broken")),
        Err(Refused::Large) => ("file", tr.t("import-error-large")),
        Err(Refused::Import(ImportError::File(error))) => (
            if matches!(error, FileError::Encoding { .. } | FileError::Nul) {
                "encoding"
            } else {
                "file"
            },
            file_error(tr, &error),
        ),
        Err(Refused::Import(ImportError::App(AppError::NotFound("survey")))) => {
            ("survey", tr.t("import-error-survey"))
        }
        Err(Refused::Import(ImportError::App(error))) => {
            return Err::<Response, _>(error).or_page(&staff.reader);
        }
        Err(Refused::Import(error)) => {
            tracing::error!(%error, "a file could not be taken");
            ("file", tr.t("import-error-broken"))
        }
    });
    list_page(&app, &staff, &form, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// Reads the form: the token, the choices, then the file, straight to the disk.
async fn receive(
    app: &Arc<App>,
    staff: &Staff,
    mut multipart: Multipart,
    form: &mut UploadForm,
) -> Result<Uuid, Refused> {
    let mut ours = false;
    while let Some(part) = multipart.next_field().await.map_err(|_| Refused::Broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "csrf" => {
                let token = part.text().await.map_err(|_| Refused::Broken)?;
                ours = same(&token, staff.csrf());
            }
            _ if !ours => return Err(Refused::Forged),
            "survey" => form.survey = part.text().await.map_err(|_| Refused::Broken)?,
            "encoding" => form.encoding = part.text().await.map_err(|_| Refused::Broken)?,
            "file" => {
                let file_name = part.file_name().unwrap_or_default().to_owned();
                if file_name.is_empty() {
                    return Err(ImportError::from(FileError::Empty).into());
                }
                let upload = app.begin_upload(staff.actor()).await?;
                store(app, &upload, part).await?;
                let format = Format {
                    delimiter: None,
                    encoding: known_encoding(&form.encoding),
                };
                app.add_import(
                    staff.actor(),
                    &upload,
                    &form.survey,
                    &file_name,
                    None,
                    format,
                )
                .await?;
                return Ok(upload.id);
            }
            _ => {}
        }
    }
    if ours {
        Err(ImportError::from(FileError::Empty).into())
    } else {
        Err(Refused::Forged)
    }
}

/// Writes a part to the disk as it comes in; what did not come in whole is removed.
async fn store(app: &App, upload: &Upload, mut part: Part<'_>) -> Result<(), Refused> {
    let write = async {
        let io = |error: std::io::Error| Refused::Import(FileError::from(error).into());
        let mut file = tokio::fs::File::create(&upload.path).await.map_err(io)?;
        while let Some(chunk) = part.chunk().await.map_err(|error| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Refused::Large
            } else {
                Refused::Broken
            }
        })? {
            file.write_all(&chunk).await.map_err(io)?;
        }
        file.flush().await.map_err(io)
    };
    let written = write.await;
    if written.is_err() {
        app.discard_upload(upload).await;
    }
    written
}

fn known_encoding(name: &str) -> Option<&'static Encoding> {
    ENCODINGS
        .contains(&name)
        .then(|| Encoding::for_label(name.as_bytes()))
        .flatten()
}

fn file_error(tr: Tr, error: &FileError) -> String {
    match error {
        FileError::Empty => tr.t("import-error-empty"),
        FileError::DuplicateHeader {
            name,
            first,
            second,
        } => tr.ta(
            "import-error-duplicate",
            &[
                ("name", name.as_str().into()),
                ("first", (*first).into()),
                ("second", (*second).into()),
            ],
        ),
        FileError::HeaderTooLong => tr.t("import-error-header-long"),
        FileError::Encoding { row, encoding } => tr.ta(
            "import-error-encoding",
            &[("row", (*row).into()), ("encoding", (*encoding).into())],
        ),
        FileError::Nul => tr.t("import-error-nul"),
        FileError::Other(error) => {
            tracing::info!(
                error = error as &dyn std::error::Error,
                "an uploaded file is damaged"
            );
            tr.t("import-error-damaged")
        }
        FileError::Io(error) => {
            tracing::error!(%error, "an uploaded file cannot be read or written");
            tr.t("import-error-broken")
        }
    }
}

// ── One import ─────────────────────────────────────────────────────────────────────────────────────────────────────

async fn show(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<Uuid>) -> PageResult {
    let import = app.import(staff.actor(), id).await.or_page(&staff.reader)?;
    import_page(&app, &staff, &import, None, StatusCode::OK).await
}

/// A mapping that was sent and is not right: what was chosen, and the column at fault with what is wrong.
struct Mistake {
    mapping: Mapping,
    column: usize,
    text: String,
}

async fn import_page(
    app: &Arc<App>,
    staff: &Staff,
    import: &ImportView,
    mistake: Option<Mistake>,
    status: StatusCode,
) -> PageResult {
    let tr = staff.tr();
    let title = import.run.file_name.clone();
    let href = format!("/import/{}", import.run.id);
    let mapped = if import.state.startable() && import.has_file {
        let mapping = match &mistake {
            Some(mistake) => mistake.mapping.clone(),
            None => Mapping::from_toml(&import.run.mapping).unwrap_or_default(),
        };
        let tried = app
            .try_import(staff.actor(), import.run.id, mapping.clone())
            .await;
        match tried {
            Ok((inspection, summary)) => mapping_section(
                staff,
                import,
                &inspection,
                &mapping,
                Some(&summary),
                mistake.as_ref(),
            ),
            // Two columns for one question: the form comes back without a trial.
            Err(ImportError::Mapping(_)) => {
                let format = Format {
                    delimiter: mapping.delimiter,
                    encoding: mapping.encoding,
                };
                match app
                    .inspect_import(staff.actor(), import.run.id, format)
                    .await
                {
                    Ok(inspection) => mapping_section(
                        staff,
                        import,
                        &inspection,
                        &mapping,
                        None,
                        mistake.as_ref(),
                    ),
                    Err(error) => trouble(tr, &error),
                }
            }
            Err(error) => trouble(tr, &error),
        }
    } else {
        html! {}
    };
    let lead = tr.t(&format!("import-{}-lead", import.state.name()));
    let crumbs = parts::breadcrumbs(
        tr,
        &[
            Crumb {
                label: &tr.t("nav-import"),
                href: Some("/import"),
            },
            Crumb {
                label: &title,
                href: None,
            },
        ],
    );
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&lead), crumbs, ..PageHeader::default() }))
        @match import.state {
            ImportState::Waiting => {},
            ImportState::Running => (progress_section(tr, staff, import)),
            _ => (summary_section(tr, staff, import)),
        }
        (mapped)
    };
    let flash = (import.state == ImportState::Failed).then(|| tr.t("import-failed"));
    let flash = flash.as_deref().map(|title| Flash {
        tone: Tone::Bad,
        title,
        text: import.run.message.as_deref(),
    });
    let mut response = staff.page_with(&title, NavItem::Import, flash, body, status);
    if import.state == ImportState::Running {
        // Without JavaScript too: the browser asks again by itself.
        let refresh = HeaderValue::from_str(&format!("{REFRESH}; url={href}"));
        if let Ok(refresh) = refresh {
            response.headers_mut().insert(header::REFRESH, refresh);
        }
    }
    Ok(response)
}

fn trouble(tr: Tr, error: &ImportError) -> Markup {
    let text = match error {
        ImportError::File(error) => file_error(tr, error),
        other => other.to_string(),
    };
    parts::flash(&Flash {
        tone: Tone::Bad,
        title: &tr.t("import-trouble"),
        text: Some(&text),
    })
}

fn counts(tr: Tr, counts: &Counts) -> Markup {
    let number = |n: u64| html! { (tr.count(n)) };
    parts::facts(&[
        (&tr.t("import-rows"), number(counts.rows)),
        (&tr.t("import-accepted"), number(counts.accepted)),
        (&tr.t("import-duplicates"), number(counts.duplicates)),
        (&tr.t("import-rejected"), number(counts.rejected)),
    ])
}

fn progress_section(tr: Tr, staff: &Staff, import: &ImportView) -> Markup {
    let stop = parts::post_form(
        &format!("/import/{}/stop", import.run.id),
        staff.csrf(),
        None,
        &parts::button(Weight::Secondary, &tr.t("import-stop")),
    );
    let total = import.counts.total_bytes;
    let share = import.counts.bytes.saturating_mul(100).checked_div(total);
    let body = html! {
        (parts::progress(tr, &tr.t("import-state-running"), share.unwrap_or(0), share.map(|_| 100)))
        (counts(tr, &import.counts))
    };
    parts::section(&tr.t("import-progress"), &stop, &body)
}

fn summary_section(tr: Tr, staff: &Staff, import: &ImportView) -> Markup {
    let rejects = format!("/import/{}/rejects.csv", import.run.id);
    let responses = with_query("/responses", "survey", &import.survey);
    let actions = html! {
        @if import.has_rejects {
            (parts::link_button_of(Weight::Secondary, &rejects, &tr.t("import-download-rejects")))
        }
        @if staff.actor().may(Permission::SeeResponses) && import.counts.accepted + import.counts.duplicates > 0 {
            (parts::link_button_of(Weight::Secondary, &responses, &tr.t("import-see-responses")))
        }
    };
    let body = html! {
        p { (state_badge(tr, import.state)) }
        (counts(tr, &import.counts))
        @if import.has_rejects { p.muted { (tr.t("import-rejects-kept")) } }
        @if import.state.startable() && !import.has_file { p.muted { (tr.t("import-file-gone")) } }
    };
    parts::section(&tr.t("import-result"), &actions, &body)
}

fn mapping_section(
    staff: &Staff,
    import: &ImportView,
    inspection: &Inspection,
    mapping: &Mapping,
    summary: Option<&Summary>,
    mistake: Option<&Mistake>,
) -> Markup {
    let tr = staff.tr();
    let targets = targets(tr, staff, &import.survey);
    let by_name: HashMap<&str, &MappedColumn> = mapping
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column))
        .collect();
    let headings = [
        "import-column",
        "import-samples",
        "import-becomes",
        "import-values",
    ]
    .map(|id| tr.t(id));
    let columns: Vec<Column> = headings.iter().map(|label| Column::text(label)).collect();
    let rows = inspection
        .guess
        .columns
        .iter()
        .enumerate()
        .map(|(index, guessed)| {
            let mapped = by_name.get(guessed.name.as_str()).copied();
            let error = mistake
                .filter(|mistake| mistake.column == index)
                .map(|mistake| mistake.text.as_str());
            column_row(tr, index, guessed, mapped, &targets, error)
        })
        .collect();
    let channels: Vec<(String, String)> = Channel::ALL
        .iter()
        .map(|channel| {
            let label = tr.t(&format!(
                "import-channel-{}",
                channel.code().replace('_', "-")
            ));
            (channel.code().to_owned(), label)
        })
        .collect();
    let channel_choices: Vec<Choice> = channels
        .iter()
        .map(|(value, label)| Choice { value, label })
        .collect();
    let not_said = tr.t("import-language-default");
    let mut languages = vec![Choice {
        value: "",
        label: &not_said,
    }];
    languages.extend(Language::ALL.iter().map(|language| Choice {
        value: language.code(),
        label: language.own_name(),
    }));
    let channel = mapping.constants.channel.unwrap_or(Channel::Paper);
    let language = mapping.constants.language.map_or("", Language::code);
    let written = tr.ta(
        "import-written",
        &[
            ("encoding", inspection.encoding.into()),
            ("columns", inspection.guess.columns.len().into()),
        ],
    );
    let form = html! {
        form.stack.import-mapping method="post" action={ "/import/" (import.run.id) } {
            (parts::csrf_field(staff.csrf()))
            p.muted { (written) @if let Some(program) = inspection.program { " " (tr.ta("import-program", &[("program", program.name().into())])) } }
            (parts::data_table(tr, &Table { caption: &tr.t("import-columns"), columns: &columns, rows, ..Table::default() }))
            div.import-constants {
                (parts::field(tr, &Field { name: "channel", label: &tr.t("filter-channel"), hint: Some(&tr.t("import-constant-hint")),
                    control: Control::Select { choices: &channel_choices, selected: channel.code() }, ..Field::default() }))
                (parts::field(tr, &Field { name: "language", label: &tr.t("filter-language"), hint: Some(&tr.t("import-constant-hint")),
                    control: Control::Select { choices: &languages, selected: language }, ..Field::default() }))
            }
            div.button-row {
                (parts::button_named(Weight::Secondary, &tr.t("import-check"), "action", "check"))
                (parts::button_named(Weight::Primary, &tr.t("import-start"), "action", "start"))
            }
        }
    };
    let errors: Vec<(String, String)> = mistake
        .iter()
        .map(|mistake| (format!("f-t{}", mistake.column), mistake.text.clone()))
        .collect();
    html! {
        (parts::form_errors(tr, &errors))
        @if let Some(summary) = summary { (trial_section(tr, summary)) }
        (parts::section(&tr.t("import-columns"), &html! {}, &form))
    }
}

/// What a column can become: values and words, in groups.
type Targets = Vec<(String, Vec<(String, String)>)>;

fn targets(tr: Tr, staff: &Staff, survey: &str) -> Targets {
    let mut groups = Vec::new();
    let plain = Target::plain()
        .map(|target| {
            let word = tr.t(&format!(
                "import-target-{}",
                target.name().replace('_', "-")
            ));
            (target.to_string(), word)
        })
        .collect();
    if let Some(open) = staff.directory.survey(survey) {
        let survey = open.published.survey();
        let short = |text: &str, code: &str| {
            let text = if text.is_empty() { code } else { text };
            let mut short: String = text.chars().take(70).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            short
        };
        let asked = survey.questions().map(|(_, _, question)| question);
        let mut answers: Vec<(String, String)> = Vec::new();
        for question in asked.filter(|question| question.kind.takes_answer()) {
            let text = short(question.text.best(own(tr)), question.code.as_str());
            let target = Target::Answer(question.code.clone());
            answers.push((target.to_string(), text.clone()));
            if let QuestionKind::Multi { options, .. } = &question.kind {
                answers.extend(options.iter().map(|option| {
                    let target = Target::Option(question.code.clone(), option.code.clone());
                    let option = short(option.text.best(own(tr)), option.code.as_str());
                    (target.to_string(), format!("{text}: {option}"))
                }));
            }
        }
        groups.push((tr.t("import-group-answers"), answers));
        let segments: Vec<(String, String)> = survey
            .segments
            .iter()
            .map(|segment| {
                let target = Target::Segment(segment.code.clone());
                let text = short(segment.label.best(own(tr)), segment.code.as_str());
                (target.to_string(), text)
            })
            .collect();
        if !segments.is_empty() {
            groups.push((tr.t("import-group-segments"), segments));
        }
    }
    groups.push((tr.t("import-group-rest"), plain));
    groups
}

fn column_row(
    tr: Tr,
    index: usize,
    guessed: &GuessedColumn,
    mapped: Option<&MappedColumn>,
    targets: &Targets,
    error: Option<&str>,
) -> Vec<Markup> {
    let selected = mapped.map_or(Target::Ignore, |column| column.target.clone());
    let same = selected == guessed.target;
    let selected = selected.to_string();
    let values: Vec<String> = mapped
        .map(|column| column.values.iter())
        .into_iter()
        .flatten()
        .map(|(cell, meaning)| format!("{cell} = {meaning}"))
        .collect();
    let id = format!("f-t{index}");
    let error_id = format!("{id}-error");
    vec![
        html! {
            (guessed.name)
            @if !guessed.question.is_empty() { p.muted { (guessed.question) } }
        },
        html! { span.import-samples { (guessed.samples.join(" · ")) } },
        html! {
            div.import-target {
                select.mui-native-select__select id=(id) name={ "t" (index) } aria-label={ (guessed.name) ": " (tr.t("import-becomes")) }
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| error_id.as_str())] {
                    @for (group, options) in targets {
                        optgroup label=(group) {
                            @for (value, label) in options { option value=(value) selected[*value == selected] { (label) } }
                        }
                    }
                }
                @if same && guessed.confidence == Confidence::Likely { (parts::badge(Tone::Info, &tr.t("import-likely"))) }
                @if same && guessed.confidence == Confidence::None { (parts::badge(Tone::Neutral, &tr.t("import-not-recognised"))) }
                @if let Some(error) = error { p.field-error id=(error_id) { (Icon::Warning.draw()) (error) } }
            }
        },
        html! {
            textarea.mui-textarea name={ "v" (index) } rows=(values.len().clamp(1, 5)) placeholder="0 = n/a"
                aria-label={ (guessed.name) ": " (tr.t("import-values")) } { "\n" (values.join("\n")) }
        },
    ]
}

fn trial_section(tr: Tr, summary: &Summary) -> Markup {
    let fine = summary.counts.rejected == 0;
    let sentence = tr.ta(
        if fine {
            "import-trial-fine"
        } else {
            "import-trial-faults"
        },
        &[
            ("rows", count(summary.counts.rows)),
            ("rejected", count(summary.counts.rejected)),
        ],
    );
    let known = (summary.counts.duplicates > 0).then(|| {
        tr.ta(
            "import-trial-known",
            &[("n", count(summary.counts.duplicates))],
        )
    });
    let words = [
        "import-row",
        "import-column",
        "import-cell",
        "import-reason",
    ]
    .map(|id| tr.t(id));
    let columns = [
        Column::text(&words[0]),
        Column::text(&words[1]),
        Column::text(&words[2]),
        Column::text(&words[3]),
    ];
    let rows = summary
        .rejected
        .iter()
        .map(|rejected| {
            vec![
                html! { (tr.count(rejected.row)) },
                html! { (rejected.column.as_deref().unwrap_or("—")) },
                html! { span.import-samples { (cell_of(rejected)) } },
                html! { (reason(tr, &rejected.reason)) },
            ]
        })
        .collect();
    let body = html! {
        (parts::flash(&Flash { tone: if fine { Tone::Good } else { Tone::Warning }, title: &sentence, text: known.as_deref() }))
        @if !fine {
            (parts::data_table(tr, &Table { caption: &tr.t("import-trial"), columns: &columns, rows, ..Table::default() }))
        }
    };
    parts::section(&tr.t("import-trial"), &html! {}, &body)
}

fn count(n: u64) -> Value<'static> {
    n.into()
}

/// The beginning of the row, or of the cell at fault.
fn cell_of(rejected: &Rejected) -> String {
    let given = rejected.given.as_ref().or(rejected.cells.first());
    given.map_or("—", String::as_str).chars().take(60).collect()
}

/// A reason in the reader's words.
fn reason(tr: Tr, reason: &Reason) -> String {
    let id = format!("import-reason-{}", reason.kind());
    let text = |text: &str| -> Value<'static> { text.to_owned().into() };
    match reason {
        Reason::Ragged { expected, found } => tr.ta(
            &id,
            &[("expected", (*expected).into()), ("found", (*found).into())],
        ),
        Reason::NotText { encoding } => tr.ta(&id, &[("encoding", (*encoding).into())]),
        Reason::Refused(rejection) => {
            let question = rejection.place().unwrap_or_default();
            let numbers = |min: &str, max: &str| {
                tr.ta(
                    &id,
                    &[
                        ("question", text(question)),
                        ("min", text(min)),
                        ("max", text(max)),
                    ],
                )
            };
            match rejection {
                Rejection::OffScale { min, max, .. } => numbers(&min.to_string(), &max.to_string()),
                Rejection::OutOfRange { min, max, .. } => numbers(min, max),
                Rejection::NoOption { options, .. } => tr.ta(
                    &id,
                    &[("question", text(question)), ("options", text(options))],
                ),
                Rejection::TooMany { most, .. } => tr.ta(
                    &id,
                    &[("question", text(question)), ("most", (*most).into())],
                ),
                Rejection::TooLong { most, .. } => tr.ta(
                    &id,
                    &[
                        ("question", text(question)),
                        ("most", count(u64::from(*most))),
                    ],
                ),
                Rejection::TooPrecise { decimals, .. } => tr.ta(
                    &id,
                    &[
                        ("question", text(question)),
                        ("decimals", usize::from(*decimals).into()),
                    ],
                ),
                Rejection::Field { field, .. } => {
                    let known = [
                        "location",
                        "employee",
                        "customer",
                        "submitted_at",
                        "started_at",
                    ];
                    if known.contains(field) {
                        tr.t(&format!("import-reason-field-{}", field.replace('_', "-")))
                    } else {
                        tr.t(&id)
                    }
                }
                _ => tr.ta(&id, &[("question", text(question))]),
            }
        }
        _ => tr.t(&id),
    }
}

/// The mapping that a form says, on the ground of the one that was there.
async fn change(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    StaffForm { staff, fields }: StaffForm,
) -> PageResult {
    let import = app.import(staff.actor(), id).await.or_page(&staff.reader)?;
    let tr = staff.tr();
    let before = Mapping::from_toml(&import.run.mapping).unwrap_or_default();
    let format = Format {
        delimiter: before.delimiter,
        encoding: before.encoding,
    };
    let inspection = match app.inspect_import(staff.actor(), id, format).await {
        Ok(inspection) => inspection,
        Err(ImportError::App(error)) => return Err::<Response, _>(error).or_page(&staff.reader),
        // The page says what is the matter with the file.
        Err(_) => return Ok(Redirect::to(&format!("/import/{id}")).into_response()),
    };
    let mut mapping = Mapping {
        columns: Vec::new(),
        ..before.clone()
    };
    mapping.constants.channel = fields
        .get("channel")
        .parse()
        .ok()
        .or(before.constants.channel);
    mapping.constants.language = fields.get("language").parse().ok();
    let mut taken: BTreeMap<Target, &str> = BTreeMap::new();
    let mut mistake: Option<(usize, String)> = None;
    for (index, guessed) in inspection.guess.columns.iter().enumerate() {
        let target: Target = fields
            .get(&format!("t{index}"))
            .parse()
            .unwrap_or(Target::Ignore);
        if target != Target::Ignore
            && let Some(first) = taken.insert(target.clone(), &guessed.name)
            && mistake.is_none()
        {
            mistake = Some((
                index,
                tr.ta("import-error-twice", &[("column", first.into())]),
            ));
        }
        let mut column = MappedColumn::new(guessed.name.as_str(), target);
        for line in fields.get(&format!("v{index}")).lines() {
            match line.split_once('=') {
                Some((cell, meaning)) => {
                    let meaning = meaning.trim().to_owned();
                    column.values.insert(cell.trim().to_owned(), meaning);
                }
                None if line.trim().is_empty() => {}
                None if mistake.is_none() => {
                    mistake = Some((index, tr.t("import-error-values")));
                }
                None => {}
            }
        }
        column.format = before
            .columns
            .iter()
            .find(|c| c.name == guessed.name && c.target == column.target)
            .and_then(|c| c.format.clone());
        mapping.columns.push(column);
    }
    if let Some((column, text)) = mistake {
        let mistake = Mistake {
            mapping,
            column,
            text,
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return import_page(&app, &staff, &import, Some(mistake), status).await;
    }
    app.set_import_mapping(staff.actor(), id, &mapping)
        .await
        .or_page(&staff.reader)?;
    let mut to = format!("/import/{id}");
    if fields.get("action") == "start" {
        match app.start_import(staff.actor(), id).await {
            Ok(()) => {}
            Err(ImportError::App(error)) => {
                return Err::<Response, _>(error).or_page(&staff.reader);
            }
            Err(error) => {
                tracing::warn!(%error, import = %id, "an import could not be started");
            }
        }
    } else {
        to = with_query(&to, "done", "import-checked");
    }
    Ok(Redirect::to(&to).into_response())
}

async fn stop(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    StaffForm { staff, .. }: StaffForm,
) -> PageResult {
    app.stop_import(staff.actor(), id)
        .await
        .or_page(&staff.reader)?;
    Ok(Redirect::to(&format!("/import/{id}")).into_response())
}

async fn rejects(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<Uuid>) -> PageResult {
    let path = app
        .import_rejects(staff.actor(), id)
        .await
        .or_page(&staff.reader)?;
    send_csv(&path, &format!("import-{id}.rejects.csv"))
        .await
        .or_page(&staff.reader)
}

/// A file of the disk as a download, read as it is sent.
pub(crate) async fn send_csv(path: &std::path::Path, name: &str) -> Result<Response, AppError> {
    let file = tokio::fs::File::open(path)
        .await
        .map_err(|_| AppError::NotFound("rejected rows"))?;
    let chunks = tokio_util::io::ReaderStream::new(file);
    Ok(csv_file(name, axum::body::Body::from_stream(chunks)))
}
