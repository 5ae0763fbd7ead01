//! The real router over the real store, with a fixed clock and numbered ids.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use jiff::SignedDuration;
use radost_app::access::NewPerson;
use radost_app::domain::access::{Actor, Permission, Role};
use radost_app::domain::listen::{Survey, templates};
use radost_app::listen::NewSurvey;
use radost_app::listen::intake::IntakeOptions;
use radost_app::{App, AppOptions, Store};
use radost_server::ServerOptions;
use tower::ServiceExt;

pub const PASSWORD: &str = "correct horse battery";
/// Sunday, 1 November 2026, noon UTC.
pub const NOW: &str = "2026-11-01T12:00:00Z";

pub struct TestApp {
    pub app: Arc<App>,
    pub router: Router,
    /// The workspace `cafe` in Europe/Kyiv.
    pub console: Actor,
    pub store: Store,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

/// An answer that was read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .map_or("", |value| value.to_str().expect("text"))
    }

    /// The value of a cookie that was set.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.headers
            .get_all(header::SET_COOKIE)
            .iter()
            .find_map(|value| {
                let (key, rest) = value.to_str().ok()?.split_once('=')?;
                (key == name).then(|| rest.split(';').next().unwrap_or_default().to_owned())
            })
    }

    /// The hidden field of the first form.
    pub fn csrf(&self) -> String {
        let (_, after) = self
            .body
            .split_once("name=\"csrf\" value=\"")
            .expect("a form with a CSRF token");
        after.split('"').next().unwrap_or_default().to_owned()
    }
}

impl TestApp {
    pub async fn new() -> TestApp {
        TestApp::with_intake(IntakeOptions::default()).await
    }

    pub async fn with_intake(intake: IntakeOptions) -> TestApp {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("radost.db").display().to_string())
            .await
            .expect("a store");
        let now: jiff::Timestamp = NOW.parse().expect("a time");
        // Version 7 ids of the fixed moment, numbered: they sort in the order in which they were made.
        let next = AtomicU64::new(1);
        let ids = move || {
            let millis = u128::from(now.as_millisecond().unsigned_abs());
            let number = u128::from(next.fetch_add(1, Ordering::Relaxed));
            uuid::Uuid::from_u128((millis << 80) | (0x7 << 76) | (0x2 << 62) | number)
        };
        let clock = Arc::new(AtomicI64::new(0));
        let told = clock.clone();
        let app = App::new(AppOptions {
            store: store.clone(),
            lake: None,
            clock: Arc::new(move || now + SignedDuration::from_secs(told.load(Ordering::Relaxed))),
            ids: Arc::new(ids),
            intake,
            files: folder.path().join("files"),
        });
        let slug = "cafe".parse().expect("a slug");
        let workspace = app
            .create_workspace(
                slug,
                "Кав’ярні",
                "Europe/Kyiv",
                radost_app::domain::Language::En,
            )
            .await
            .expect("a workspace");
        let router = radost_server::router(app.clone(), ServerOptions::default());
        TestApp {
            app,
            router,
            console: Actor::console(workspace.id),
            store,
            clock,
            _folder: folder,
        }
    }

    /// Sets the clock forward.
    pub fn wait(&self, time: SignedDuration) {
        self.clock.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    /// A published ready survey under its own code.
    pub async fn with_survey(self, template: &str) -> TestApp {
        let new = NewSurvey::Ready {
            template: template.into(),
            code: template.parse().expect("a slug"),
        };
        self.app
            .create_survey(&self.console, new)
            .await
            .expect("a survey");
        self.app
            .publish_survey(&self.console, template)
            .await
            .expect("published");
        self
    }

    pub fn ready(template: &str) -> Survey {
        let ready = templates::ready()
            .iter()
            .find(|ready| ready.code() == template)
            .expect("a ready survey");
        ready.survey().expect("a document")
    }

    pub async fn user(&self, email: &str, role: Role) -> NewPerson {
        let person = NewPerson {
            email: email.parse().expect("an address"),
            name: "Олена Коваль".into(),
            role,
            locations: Default::default(),
            language: radost_app::domain::Language::En,
            password: Some(PASSWORD.into()),
        };
        self.app
            .add_user(&self.console, person.clone())
            .await
            .expect("a user");
        person
    }

    /// A new person of this role, signed in; returns the `Cookie` header.
    pub async fn signed_in(&self, role: Role) -> String {
        let email = format!("{}@example.com", role.code());
        self.user(&email, role).await;
        self.sign_in(&email, PASSWORD).await
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> String {
        let form = self.get("/login", "").await;
        let cookie = format!(
            "radost_form={}",
            form.cookie("radost_form").expect("a form cookie")
        );
        let answer = self
            .post_form(
                "/login",
                &cookie,
                &[
                    ("csrf", &form.csrf()),
                    ("email", email),
                    ("password", password),
                ],
            )
            .await;
        format!(
            "radost_session={}",
            answer.cookie("radost_session").expect("a session")
        )
    }

    /// An API key with these scopes.
    pub async fn key(&self, scopes: &[Permission]) -> String {
        let scopes = scopes.iter().copied().collect();
        self.app
            .create_api_key(&self.console, "test", scopes)
            .await
            .expect("a key")
            .secret
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("infallible");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let body = String::from_utf8(body.to_vec())
            .unwrap_or_else(|bytes| format!("{:?}", bytes.as_bytes()));
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path)
            .header(header::COOKIE, cookie)
            .body(Body::empty());
        self.send(request.expect("a request")).await
    }

    /// Writes a page beside its assets for people to look at, when `RADOST_SAMPLES` names a folder.
    pub async fn keep(&self, name: &str, page: &str) {
        let Some(folder) = std::env::var_os("RADOST_SAMPLES").map(std::path::PathBuf::from) else {
            return;
        };
        std::fs::create_dir_all(folder.join("assets")).expect("a folder");
        for part in page.split('"').filter(|part| part.starts_with("/assets/")) {
            let asset = self.get(part, "").await;
            std::fs::write(folder.join(&part[1..]), asset.body).expect("written");
        }
        let local = page.replace("\"/assets/", "\"assets/");
        std::fs::write(folder.join(format!("{name}.html")), local).expect("written");
    }

    pub async fn post_form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let body: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    /// A call of the API with a key and a JSON body (none for `GET`).
    pub async fn api(
        &self,
        method: &str,
        path: &str,
        key: &str,
        body: Option<serde_json::Value>,
    ) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map_or(Body::empty(), |body| Body::from(body.to_string())));
        self.send(request.expect("a request")).await
    }
}
