//! Both engines, each test in a fresh schema, and records to put into them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use jiff::civil::{Date, date};
use radost_domain::access::Workspace;
use radost_domain::listen::{Answer, Channel, Response, Survey};
use radost_domain::name::{LocationId, ResponseId, SurveyId, WorkspaceId};
use radost_domain::{Language, Text};
use radost_store::{ResponseRow, Store, StoreError, StoredSurvey, StoredVersion, Tx};
use serde_json::json;
use sqlx::Connection;
use uuid::Uuid;

/// A store in a place of its own.
pub struct Fresh {
    pub store: Store,
    /// Opens the same records once more, as another process would.
    pub address: String,
    _folder: Option<tempfile::TempDir>,
}

pub async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().expect("a folder");
    let address = folder.path().join("radost.db").display().to_string();
    Fresh {
        store: Store::open(&address).await.expect("a store"),
        address,
        _folder: Some(folder),
    }
}

pub async fn postgres() -> Fresh {
    let address = fresh_postgres(&postgres_url()).await;
    Fresh {
        store: Store::open(&address).await.expect("a store"),
        address,
        _folder: None,
    }
}

pub fn postgres_url() -> String {
    std::env::var("RADOST_TEST_POSTGRES")
        .expect("RADOST_TEST_POSTGRES is not set: run scripts/test.sh, or scripts/with-postgres.sh cargo test")
}

/// Makes a schema of its own at `url` and returns the address that leads into it.
pub async fn fresh_postgres(url: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let schema = format!(
        "t{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let mut connection = sqlx::PgConnection::connect(url).await.expect("PostgreSQL");
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    sqlx::query(create)
        .execute(&mut connection)
        .await
        .expect("a schema");
    connection.close().await.expect("closed");
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}options=-c%20search_path%3D{schema}")
}

/// Writes every case as two tests, one per engine.
macro_rules! contract {
    ($($(#[$doc:meta])* async fn $name:ident($fresh:ident) $body:block)+) => {
        mod sqlite {$(
            #[tokio::test]
            async fn $name() {
                super::$name(super::support::sqlite().await).await;
            }
        )+}
        mod postgres {$(
            #[tokio::test]
            async fn $name() {
                super::$name(super::support::postgres().await).await;
            }
        )+}
        $($(#[$doc])* async fn $name($fresh: support::Fresh) $body)+
    };
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A workspace with one published survey: `nps` at slot 0 and `food` at slot 1.
pub struct Tenant {
    pub workspace: WorkspaceId,
    pub survey: SurveyId,
}

pub fn document() -> Survey {
    Survey::from_json(&json!({
        "code": "visit", "title": { "en": "Visit" }, "languages": ["en"],
        "segments": [{ "code": "size" }],
        "blocks": [{ "code": "main", "questions": [
            { "code": "nps", "kind": "nps", "text": { "en": "Recommend?" } },
            { "code": "food", "kind": "rating", "text": { "en": "Food?" } },
            { "code": "why", "kind": "text", "text": { "en": "Why?" } },
        ]}]
    }))
    .expect("a document")
}

/// Every tenant uses the same codes and, where it may, the same ids: only the workspace tells them apart.
pub async fn tenant(store: &Store, number: u128) -> Tenant {
    let workspace = Workspace {
        id: WorkspaceId(id(number)),
        slug: format!("w{number}").parse().expect("a slug"),
        name: format!("Workspace {number}"),
        time_zone: "Europe/Kyiv".into(),
        language: Language::Uk,
        minimum_group: 5,
    };
    let survey = StoredSurvey {
        id: SurveyId(id(number * 100 + 1)),
        code: "visit".parse().expect("a slug"),
        draft: document(),
        draft_revision: 1,
        slots: Vec::new(),
        accepting: false,
        created_at: at("2026-01-01T00:00:00Z"),
        newest_version: None,
    };
    let mut tx = store.begin().await.expect("a transaction");
    assert!(tx.insert_workspace(&workspace).await.expect("added"));
    assert!(
        tx.insert_survey(workspace.id, &survey)
            .await
            .expect("added")
    );
    let version = StoredVersion {
        version: 1,
        document: document(),
        published_at: at("2026-01-02T00:00:00Z"),
    };
    let slots = document()
        .publish(1, &[])
        .expect("no defects")
        .slots()
        .to_vec();
    assert!(
        tx.insert_survey_version(workspace.id, survey.id, &version, &slots)
            .await
            .expect("added")
    );
    tx.commit().await.expect("committed");
    Tenant {
        workspace: workspace.id,
        survey: survey.id,
    }
}

/// A response with an NPS; everything else can be changed.
pub fn response(tenant: &Tenant, number: u128, day: Date, nps: i64) -> Response {
    let submitted_at = day
        .at(10, 0, 0, 0)
        .in_tz("UTC")
        .expect("a time")
        .timestamp();
    let score = radost_domain::listen::response::score_char(nps);
    Response {
        id: ResponseId(id(1_000_000 + number)),
        client_id: id(2_000_000 + number),
        survey: tenant.survey,
        version: 1,
        customer: None,
        location: None,
        employee: None,
        touchpoint: None,
        channel: Channel::Web,
        language: Language::En,
        segments: BTreeMap::new(),
        started_at: None,
        submitted_at,
        received_at: submitted_at,
        day,
        answers: BTreeMap::from([("nps".parse().expect("a code"), Answer::Scale(nps))]),
        seconds: BTreeMap::from([("nps".parse().expect("a code"), 2.5)]),
        scores: format!("{score}-"),
        weight: 1.0,
        excluded: false,
        exclusion_reason: String::new(),
    }
}

/// Writes responses in a transaction.
pub async fn record(
    tx: &mut Tx,
    workspace: WorkspaceId,
    responses: &[Response],
    now: Timestamp,
) -> Result<Vec<ResponseId>, StoreError> {
    let rows = rows(responses);
    let rows: Vec<&ResponseRow> = rows.iter().collect();
    tx.insert_responses(workspace, &rows, now).await
}

pub fn rows(responses: &[Response]) -> Vec<ResponseRow> {
    let row = |response| ResponseRow::new(response).expect("a row");
    responses.iter().map(row).collect()
}

/// Writes responses the way intake does.
pub async fn insert(store: &Store, tenant: &Tenant, responses: &[Response]) -> Vec<ResponseId> {
    let rows = rows(responses);
    let groups = [(tenant.workspace, rows.iter().collect())];
    let ids = store
        .recorder()
        .record(&groups, at("2026-11-01T12:00:00Z"))
        .await
        .expect("inserted");
    ids.concat()
}

pub const LOCATION: LocationId = LocationId(Uuid::from_u128(77));
pub const MAY: Date = date(2026, 5, 1);

pub fn text(words: &str) -> Text {
    Text::of(Language::En, words)
}
