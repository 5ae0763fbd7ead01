//! The application over a fresh store of either engine, with a clock that stands and numbered ids.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use radost_app::domain::access::Actor;
use radost_app::domain::name::LocationId;
use radost_app::domain::team::{Location, LocationKind};
use radost_app::lake::Lake;
use radost_app::listen::intake::IntakeOptions;
use radost_app::listen::{NewResponse, NewSurvey};
use radost_app::{App, AppOptions, Store};

/// Sunday, 1 November 2026, noon UTC.
pub const NOW: &str = "2026-11-01T12:00:00Z";
pub const SURVEY: &str = "post-visit";

static NEXT: AtomicU64 = AtomicU64::new(1);

/// A new id: numbered, and not that of another test of this run.
pub fn new_id() -> uuid::Uuid {
    let number = u128::from(NEXT.fetch_add(1, Ordering::Relaxed));
    let process = u128::from(std::process::id());
    uuid::Uuid::from_u128((process << 96) | (0x7 << 76) | (0x2 << 62) | number)
}

pub struct Fixture {
    pub app: Arc<App>,
    pub store: Store,
    pub console: Actor,
    _folder: tempfile::TempDir,
}

/// Every engine at hand: SQLite, and PostgreSQL where `RADOST_TEST_POSTGRES` names a server.
pub async fn on_every_engine() -> Vec<Fixture> {
    let folder = || tempfile::tempdir().expect("a folder");
    let first = folder();
    let file = first.path().join("radost.db").display().to_string();
    let mut fixtures = vec![on(first, &file).await];
    if let Ok(address) = std::env::var("RADOST_TEST_POSTGRES") {
        fixtures.push(on(folder(), &address).await);
    }
    fixtures
}

async fn on(folder: tempfile::TempDir, address: &str) -> Fixture {
    let store = Store::open(address).await.expect("a store");
    let app = app_on(&store, None, &folder);
    // A server is shared by all tests: each has a workspace of its own.
    let slug = format!("cafe-{}", new_id().simple());
    let workspace = app
        .create_workspace(
            slug.parse().expect("a slug"),
            "Кав’ярні",
            "Europe/Kyiv",
            radost_app::domain::Language::En,
        )
        .await
        .expect("a workspace");
    Fixture {
        app,
        store,
        console: Actor::console(workspace.id),
        _folder: folder,
    }
}

fn app_on(store: &Store, lake: Option<Lake>, folder: &tempfile::TempDir) -> Arc<App> {
    let now: jiff::Timestamp = NOW.parse().expect("a time");
    App::new(AppOptions {
        store: store.clone(),
        lake,
        clock: Arc::new(move || now),
        ids: Arc::new(new_id),
        intake: IntakeOptions::default(),
        files: folder.path().join("files"),
    })
}

impl Fixture {
    /// The bytes of the database, where it is a file.
    pub fn file(&self) -> Vec<u8> {
        std::fs::read(self._folder.path().join("radost.db")).expect("a file")
    }

    /// Another process on the same records.
    pub fn another_process(&self) -> Arc<App> {
        app_on(&self.store, None, &self._folder)
    }

    /// Another process, which asks a lake as well.
    pub fn with_lake(&self, lake: &Lake) -> Arc<App> {
        app_on(&self.store, Some(lake.clone()), &self._folder)
    }

    /// A place at the top.
    pub async fn place(&self, code: &str, time_zone: &str) -> LocationId {
        let location = Location {
            id: LocationId(new_id()),
            parent: None,
            kind: LocationKind::Location,
            code: code.parse().expect("a slug"),
            name: code.into(),
            time_zone: time_zone.into(),
            active: true,
        };
        let mut tx = self.store.begin().await.expect("a transaction");
        let saved = tx.save_location(self.console.workspace, &location).await;
        assert!(saved.expect("saved"));
        tx.commit().await.expect("committed");
        location.id
    }

    /// The survey, open for answers.
    pub async fn survey(&self) {
        let new = NewSurvey::Ready {
            template: SURVEY.into(),
            code: SURVEY.parse().expect("a slug"),
        };
        self.app
            .create_survey(&self.console, new)
            .await
            .expect("a survey");
        self.app
            .publish_survey(&self.console, SURVEY)
            .await
            .expect("published");
    }

    pub async fn record(&self, responses: Vec<NewResponse>) {
        let results = self
            .app
            .record_responses(&self.console, SURVEY, responses)
            .await;
        for result in results.expect("recorded") {
            result.expect("accepted");
        }
    }
}

/// An answer of so many points.
pub fn nps(location: &str, at: &str, score: i64) -> NewResponse {
    NewResponse {
        answers: [("nps".to_owned(), score.into())].into(),
        location: Some(location.to_owned()).filter(|code| !code.is_empty()),
        submitted_at: Some(at.parse().expect("a time")),
        ..NewResponse::default()
    }
}
