//! `Idempotency-Key`: a request that is sent twice is done once.
//!
//! The key is taken in the database before the request is done, so that it holds over several servers and over a caller
//! who hangs up; the first reply is kept under it for a day. A process that dies between doing a request and keeping its
//! reply leaves the key taken for ten minutes; after that the request may be done again, which is where client-made ids of
//! responses take over.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use radost_app::access::{Claim, Reply};
use radost_app::domain::access::{Actor, Identity};
use sha2::{Digest, Sha256};

use crate::Server;
use crate::problem::Problem;
use crate::request::Program;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAY: HeaderName = HeaderName::from_static("idempotent-replay");
/// Longest key.
const MAX_KEY: usize = 200;
/// Largest body: a batch of responses.
const MAX_BODY: usize = 64 * 1024 * 1024;
/// Largest reply that is kept.
const MAX_REPLY: usize = 1024 * 1024;

/// Marks a reply with a secret in it: it is not kept, and a retry is told so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShownOnce;

/// Does a `POST` with an `Idempotency-Key` once. Requests without one pass.
pub(crate) async fn once(State(server): State<Server>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    keyed(server, request, next)
        .await
        .unwrap_or_else(IntoResponse::into_response)
}

async fn keyed(server: Server, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let key = key(&parts.headers).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "idempotency-key-invalid",
            "The Idempotency-Key cannot be used",
        )
        .detail("send one key of 1 to 200 visible ASCII characters")
    })?;
    let Program(actor) = Program::from_request_parts(&mut parts, &server).await?;
    let body = to_bytes(body, MAX_BODY).await.map_err(|_| {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            "The body is too large",
        )
    })?;
    let request_hash = request_hash(&actor, &parts, &body);
    match server
        .app
        .claim_request(&actor, &key, &request_hash)
        .await?
    {
        Claim::Ours => {}
        Claim::Done(reply) => return Ok(again(reply)),
        Claim::Running => {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                "request-in-progress",
                "The same request is being done",
            )
            .later(1));
        }
        Claim::Reused => {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "idempotency-key-reused",
                "The key was used for another request",
            ));
        }
    }
    let request = Request::from_parts(parts, Body::from(body));
    let (doing, claim) = (server.clone(), (actor.clone(), key.clone()));
    // On a task of its own: when the caller hangs up the request still comes to its end, and the retry gets its reply.
    let done = tokio::spawn(async move {
        let response = next.run(request).await;
        let (actor, key) = claim;
        keep(&doing, &actor, &key, &request_hash, response).await
    });
    match done.await {
        Ok(response) => response,
        Err(stopped) => {
            server.app.release_request(&actor, &key).await?;
            match stopped.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "unavailable",
                    "The server is going down",
                )
                .later(2)),
            }
        }
    }
}

/// The key, unless it is none that can be used.
fn key(headers: &HeaderMap) -> Option<String> {
    let mut given = headers.get_all(KEY).iter();
    let (first, second) = (given.next(), given.next());
    let key = first
        .filter(|_| second.is_none())
        .map(HeaderValue::as_bytes)
        .filter(|key| (1..=MAX_KEY).contains(&key.len()))
        .filter(|key| key.iter().all(u8::is_ascii_graphic))?;
    std::str::from_utf8(key).ok().map(str::to_owned)
}

/// What makes two requests the same: who sends what where. Who, because a reply may tell what another key may not see.
fn request_hash(actor: &Actor, parts: &Parts, body: &Bytes) -> [u8; 32] {
    let who = match actor.identity {
        Identity::ApiKey(id) => id.0,
        Identity::User(id) => id.0,
        Identity::Console => uuid::Uuid::nil(),
    };
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let mut hash = Sha256::new();
    hash.update(who.as_bytes());
    for part in [parts.method.as_str(), path] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(body);
    hash.finalize().into()
}

async fn keep(
    server: &Server,
    actor: &Actor,
    key: &str,
    request_hash: &[u8],
    response: Response,
) -> Result<Response, Problem> {
    let shown_once = response.extensions().get::<ShownOnce>().is_some();
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        server.app.release_request(actor, key).await?;
        return Err(Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on the server",
        ));
    };
    // What failed or came too early may go better the next time.
    let passing = parts.status.is_server_error() || parts.status == StatusCode::TOO_MANY_REQUESTS;
    let text = |name: HeaderName| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let reply = if shown_once {
        Some(shown_once_reply(request_hash, server))
    } else {
        std::str::from_utf8(&body)
            .ok()
            .filter(|body| body.len() <= MAX_REPLY && !passing)
            .map(|body| Reply {
                request_hash: request_hash.to_vec(),
                created_at: server.app.now(),
                status: Some(parts.status.as_u16()),
                content_type: text(header::CONTENT_TYPE),
                location: text(header::LOCATION),
                body: body.to_owned(),
            })
    };
    let kept = match &reply {
        Some(reply) => server.app.keep_reply(actor, key, reply).await,
        None => server.app.release_request(actor, key).await,
    };
    if let Err(error) = kept {
        // The request was done: its reply is worth more than the record of it.
        tracing::warn!(%error, "a reply could not be kept under its idempotency key");
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn shown_once_reply(request_hash: &[u8], server: &Server) -> Reply {
    let problem = Problem::new(
        StatusCode::CONFLICT,
        "secret-shown-once",
        "It was done, and its secret was shown then",
    )
    .detail("secrets are not kept; revoke this one and make another under a new key");
    Reply {
        request_hash: request_hash.to_vec(),
        created_at: server.app.now(),
        status: Some(problem.status),
        content_type: Some("application/problem+json".into()),
        location: None,
        body: serde_json::to_string(&problem).unwrap_or_default(),
    }
}

/// The first reply again.
fn again(reply: Reply) -> Response {
    let status = reply
        .status
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, reply.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    let kept = [
        (header::CONTENT_TYPE, reply.content_type),
        (header::LOCATION, reply.location),
    ];
    for (name, value) in kept {
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAY, HeaderValue::from_static("true"));
    response
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::post;
    use radost_app::listen::intake::IntakeOptions;
    use radost_app::{App, AppOptions, Store};
    use tokio::sync::Notify;
    use tower::ServiceExt;

    use super::*;
    use crate::ServerOptions;

    struct Bench {
        router: Router,
        keys: [String; 2],
        calls: Arc<AtomicUsize>,
        go: Arc<Notify>,
        begun: Arc<Notify>,
        _folder: tempfile::TempDir,
    }

    impl Bench {
        async fn new() -> Bench {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("radost.db").display().to_string();
            let store = Store::open(&file);
            let now: jiff::Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
            let next = AtomicUsize::new(1);
            let app = App::new(AppOptions {
                store: store.await.unwrap(),
                lake: None,
                clock: Arc::new(move || now),
                ids: Arc::new(move || {
                    uuid::Uuid::from_u128(next.fetch_add(1, Ordering::Relaxed) as u128)
                }),
                intake: IntakeOptions::default(),
                files: folder.path().join("files"),
            });
            let language = radost_app::domain::Language::En;
            let slug = "cafe".parse().unwrap();
            let workspace = app.create_workspace(slug, "Café", "UTC", language).await;
            let console = Actor::console(workspace.unwrap().id);
            let scopes = || [radost_app::domain::access::Permission::SeeResults].into();
            let keys = [
                app.create_api_key(&console, "a", scopes()).await.unwrap(),
                app.create_api_key(&console, "b", scopes()).await.unwrap(),
            ];
            let server = Server {
                app,
                options: ServerOptions::default(),
            };
            let calls = Arc::new(AtomicUsize::new(0));
            let (go, begun) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
            let count = {
                let calls = calls.clone();
                move || calls.fetch_add(1, Ordering::Relaxed) + 1
            };
            let (counted, flaky, large, panics) =
                (count.clone(), count.clone(), count.clone(), count.clone());
            let slow = {
                let (go, begun) = (go.clone(), begun.clone());
                async move || {
                    begun.notify_one();
                    go.notified().await;
                    count().to_string()
                }
            };
            let router = Router::new()
                .route(
                    "/count",
                    post(async move || {
                        let location = [(header::LOCATION, "/made/1")];
                        (StatusCode::CREATED, location, counted().to_string())
                    }),
                )
                .route(
                    "/flaky",
                    post(async move || match flaky() {
                        1 => (StatusCode::SERVICE_UNAVAILABLE, "later".to_owned()),
                        n => (StatusCode::OK, n.to_string()),
                    }),
                )
                .route(
                    "/large",
                    post(async move || format!("{}{}", large(), "x".repeat(MAX_REPLY))),
                )
                .route(
                    "/panics",
                    post(async move || -> String {
                        match panics() {
                            1 => panic!("on purpose"),
                            n => n.to_string(),
                        }
                    }),
                )
                .route("/slow", post(slow))
                .layer(from_fn_with_state(server, once))
                .layer(tower_http::catch_panic::CatchPanicLayer::new());
            Bench {
                router,
                keys: keys.map(|key| key.secret),
                calls,
                go,
                begun,
                _folder: folder,
            }
        }

        fn request(&self, path: &str, caller: usize, key: &str, body: &str) -> Request {
            Request::post(path)
                .header(
                    header::AUTHORIZATION,
                    format!("Bearer {}", self.keys[caller]),
                )
                .header(KEY, key)
                .body(Body::from(body.to_owned()))
                .unwrap()
        }

        async fn send(&self, path: &str, caller: usize, key: &str, body: &str) -> (u16, String) {
            let request = self.request(path, caller, key, body);
            read(self.router.clone().oneshot(request).await.unwrap()).await
        }
    }

    /// Status and, before the body, whether it is a replay.
    async fn read(response: Response) -> (u16, String) {
        let status = response.status().as_u16();
        let again = if response.headers().contains_key(REPLAY) {
            "again "
        } else {
            ""
        };
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&body)
            .chars()
            .take(60)
            .collect::<String>();
        (status, format!("{again}{body}"))
    }

    #[tokio::test]
    async fn the_same_request_is_done_once() {
        let bench = Bench::new().await;
        assert_eq!(bench.send("/count", 0, "k", "a").await, (201, "1".into()));
        assert_eq!(
            bench.send("/count", 0, "k", "a").await,
            (201, "again 1".into())
        );
        let replay = bench.request("/count", 0, "k", "a");
        let replay = bench.router.clone().oneshot(replay).await.unwrap();
        assert_eq!(replay.headers()[header::LOCATION], "/made/1");
        for (path, caller, body) in [("/count", 0, "b"), ("/flaky", 0, "a"), ("/count", 1, "a")] {
            let (status, text) = bench.send(path, caller, "k", body).await;
            assert_eq!(status, 422, "{path} by {caller} with {body}");
            assert!(text.contains("idempotency-key-reused"), "{text}");
        }
        assert_eq!(bench.send("/count", 0, "other", "a").await.1, "2");
        assert_eq!(bench.calls.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_failure_or_a_reply_too_large_is_not_kept() {
        let bench = Bench::new().await;
        assert_eq!(
            bench.send("/flaky", 0, "k", "").await,
            (503, "later".into())
        );
        assert_eq!(bench.send("/flaky", 0, "k", "").await, (200, "2".into()));
        assert_eq!(
            bench.send("/flaky", 0, "k", "").await,
            (200, "again 2".into())
        );
        assert!(bench.send("/large", 0, "l", "").await.1.starts_with("3x"));
        assert!(bench.send("/large", 0, "l", "").await.1.starts_with("4x"));
    }

    #[tokio::test]
    async fn a_panic_gives_the_key_back() {
        let bench = Bench::new().await;
        assert_eq!(bench.send("/panics", 0, "k", "").await.0, 500);
        assert_eq!(bench.send("/panics", 0, "k", "").await, (200, "2".into()));
    }

    #[tokio::test]
    async fn while_it_is_being_done_others_wait_and_hanging_up_changes_nothing() {
        let bench = Bench::new().await;
        let request = bench.request("/slow", 0, "k", "a");
        let caller = tokio::spawn(bench.router.clone().oneshot(request));
        bench.begun.notified().await;
        let second = bench.request("/slow", 0, "k", "a");
        let second = bench.router.clone().oneshot(second).await.unwrap();
        assert_eq!(second.headers()[header::RETRY_AFTER], "1");
        let (status, text) = read(second).await;
        assert_eq!(status, 409);
        assert!(text.contains("request-in-progress"), "{text}");
        // The caller hangs up; the request comes to its end all the same.
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        bench.go.notify_one();
        loop {
            let (status, text) = bench.send("/slow", 0, "k", "a").await;
            if status == 200 {
                assert_eq!(text, "again 1");
                break;
            }
            assert_eq!(status, 409);
            tokio::task::yield_now().await;
        }
        assert_eq!(bench.calls.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_key_is_short_and_visible() {
        let check = |given: &[&[u8]], right: bool| {
            let mut headers = HeaderMap::new();
            for value in given {
                headers.append(KEY, HeaderValue::from_bytes(value).unwrap());
            }
            assert_eq!(key(&headers).is_some(), right, "{given:?}");
        };
        check(&[b"8a4f-!~"], true);
        check(&[&[b'a'; 200]], true);
        check(&[&[b'a'; 201]], false);
        check(&[b""], false);
        check(&[b"a b"], false);
        check(&["ключ".as_bytes()], false);
        check(&[b"a", b"b"], false);
    }
}
