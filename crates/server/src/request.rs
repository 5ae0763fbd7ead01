//! What a request brings: who asks, in which language, with which form.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, OriginalUri, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::Markup;
use radost_app::access::SignedIn;
use radost_app::domain::access::{Actor, Permission, Role};
use radost_app::{AppError, Directory};

use crate::Server;
use crate::look::i18n::{Lang, Tr};
use crate::look::layout::{self, ErrorKind, NavItem, Page, Theme, UserBadge};
use crate::look::parts::{Flash, Tone};
use crate::problem::{self, Problem};

/// The cookie that holds a session's token.
pub const SESSION_COOKIE: &str = "radost_session";

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A `Set-Cookie` header. `http_only` keeps it from scripts; an age of 0 removes it.
pub fn set_cookie(
    server: &Server,
    name: &str,
    value: &str,
    path: &str,
    max_age_seconds: i64,
    http_only: bool,
) -> (header::HeaderName, HeaderValue) {
    let secure = if server.options.behind_tls {
        "; Secure"
    } else {
        ""
    };
    let http_only = if http_only { "; HttpOnly" } else { "" };
    let text = format!(
        "{name}={value}; Path={path}; Max-Age={max_age_seconds}; SameSite=Lax{http_only}{secure}"
    );
    (
        header::SET_COOKIE,
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("")),
    )
}

/// The machine that calls, for throttling.
pub fn caller(server: &Server, parts: &Parts) -> String {
    let forwarded = parts
        .headers
        .get_all("x-forwarded-for")
        .iter()
        // The last entry, of the last header if there are several, is the one that our own proxy wrote.
        .next_back()
        .filter(|_| server.options.trust_proxy)
        .and_then(|value| {
            value
                .to_str()
                .ok()?
                .rsplit(',')
                .next()?
                .trim()
                .parse::<IpAddr>()
                .ok()
        });
    let direct = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(address)| address.ip());
    match forwarded.or(direct).map(|address| address.to_canonical()) {
        // One machine has a whole network of these.
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Some(address) => address.to_string(),
        None => "unknown".to_owned(),
    }
}

/// Language and theme of the reader.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Words, numbers and dates in their language.
    pub tr: Tr,
    /// Their theme.
    pub theme: Theme,
    /// Path and query of the request.
    pub path: String,
}

impl Reader {
    /// From the query (just chosen), the cookie (chosen before) or the browser.
    pub fn of(parts: &Parts, fallback: Option<Lang>) -> Self {
        let uri = parts
            .extensions
            .get::<OriginalUri>()
            .map_or(&parts.uri, |OriginalUri(uri)| uri);
        let path = uri
            .path_and_query()
            .map_or("/", |path| path.as_str())
            .to_owned();
        let accepted = || {
            let header = parts.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
            Some(Lang::from_accept_language(header))
        };
        let lang = query_value(&path, "lang")
            .and_then(Lang::parse)
            .or_else(|| cookie(&parts.headers, layout::LANG_COOKIE).and_then(Lang::parse))
            .or(fallback)
            .or_else(accepted)
            .unwrap_or_default();
        let theme = query_value(&path, "theme")
            .and_then(Theme::parse)
            .or_else(|| cookie(&parts.headers, layout::THEME_COOKIE).and_then(Theme::parse))
            .unwrap_or_default();
        Reader {
            tr: Tr::new(lang),
            theme,
            path,
        }
    }

    /// The cookies that keep what was just chosen in the address.
    pub fn choices(&self, server: &Server) -> Vec<(header::HeaderName, HeaderValue)> {
        const YEAR: i64 = 365 * 24 * 3600;
        let mut cookies = Vec::new();
        if let Some(lang) = query_value(&self.path, "lang").and_then(Lang::parse) {
            cookies.push(set_cookie(
                server,
                layout::LANG_COOKIE,
                lang.code(),
                "/",
                YEAR,
                false,
            ));
        }
        if let Some(theme) = query_value(&self.path, "theme").and_then(Theme::parse) {
            cookies.push(set_cookie(
                server,
                layout::THEME_COOKIE,
                theme.code(),
                "/",
                YEAR,
                false,
            ));
        }
        cookies
    }
}

/// A plain value of the query; codes need no decoding.
pub fn query_value<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = path.split_once('?')?;
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

impl FromRequestParts<Server> for Reader {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &Server) -> Result<Self, Infallible> {
        Ok(Reader::of(parts, None))
    }
}

/// A person of the staff, signed in.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Who they are and what they may do.
    pub signed_in: SignedIn,
    /// Their language and theme.
    pub reader: Reader,
    /// Their workspace.
    pub directory: Arc<Directory>,
    /// The token of their session.
    pub token: String,
    server: Server,
}

impl Staff {
    /// What they may do.
    pub fn actor(&self) -> &Actor {
        &self.signed_in.actor
    }

    /// Words in their language.
    pub fn tr(&self) -> Tr {
        self.reader.tr
    }

    /// What their forms must send back.
    pub fn csrf(&self) -> &str {
        &self.signed_in.csrf
    }

    /// A page of the staff side around `body`.
    pub fn page(&self, title: &str, active: NavItem, body: Markup) -> Response {
        self.page_with(title, active, None, body, StatusCode::OK)
    }

    /// A page with a message above it, sent with a status: a form that was refused comes back with 422.
    pub fn page_with(
        &self,
        title: &str,
        active: impl Into<Option<NavItem>>,
        flash: Option<Flash<'_>>,
        body: Markup,
        status: StatusCode,
    ) -> Response {
        let tr = self.tr();
        let role = tr.t(role_message(self.signed_in.user.role));
        // After a redirect the address says what was done: `?done=location-saved`.
        let done = query_value(&self.reader.path, "done").map(|done| tr.t(&format!("done-{done}")));
        let done = done.filter(|text| !text.starts_with("done-"));
        let flash = flash.or(done.as_deref().map(|title| Flash {
            tone: Tone::Good,
            title,
            text: None,
        }));
        let page = Page {
            title,
            tr,
            theme: self.reader.theme,
            user: Some(UserBadge {
                name: &self.signed_in.user.name,
                role: &role,
                workspace: &self.directory.workspace.name,
            }),
            nav: &nav_of(self.actor()),
            active: active.into(),
            csrf: self.csrf(),
            path: &self.reader.path,
            flash,
            body,
        };
        let mut response = (status, Html(page.render().into_string())).into_response();
        for (name, value) in self.reader.choices(&self.server) {
            response.headers_mut().append(name, value);
        }
        response
    }
}

/// The word for a role.
pub fn role_message(role: Role) -> &'static str {
    match role {
        Role::Admin => "role-admin",
        Role::Analyst => "role-analyst",
        Role::Manager => "role-manager",
        Role::Agent => "role-agent",
    }
}

/// The entries of the rail that an actor may use.
fn nav_of(actor: &Actor) -> Vec<NavItem> {
    let needs = |item: NavItem| match item {
        NavItem::Overview
        | NavItem::Breakdown
        | NavItem::Trend
        | NavItem::Drivers
        | NavItem::Kano
        | NavItem::Index
        | NavItem::Segments
        | NavItem::Tuning
        | NavItem::ValueMap
        | NavItem::Benchmarks
        | NavItem::Kpis => Permission::SeeResults,
        NavItem::Surveys | NavItem::Collect => Permission::SeeSurveys,
        NavItem::Responses => Permission::SeeResponses,
        NavItem::Import => Permission::RecordResponses,
        NavItem::Customers => Permission::SeeCustomers,
        NavItem::Locations | NavItem::Employees => Permission::SeePlaces,
        NavItem::Users | NavItem::ApiKeys => Permission::ManageAccess,
        NavItem::Audit => Permission::SeeAudit,
        NavItem::Workspace => Permission::EditWorkspace,
    };
    NavItem::ALL
        .into_iter()
        .filter(|&item| actor.may(needs(item)))
        .collect()
}

impl FromRequestParts<Server> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Response> {
        let reader = Reader::of(parts, None);
        let fail = |error: AppError| PageError::new(error, reader.clone()).into_response();
        let token = cookie(&parts.headers, SESSION_COOKIE)
            .unwrap_or_default()
            .to_owned();
        let signed_in = server.app.signed_in(&token).await.map_err(fail)?;
        let Some(signed_in) = signed_in else {
            // An address that takes forms cannot be opened again after signing in.
            let next = if parts.method == Method::GET {
                layout::with_query("/login", "next", &reader.path)
            } else {
                "/login".to_owned()
            };
            return Err(Redirect::to(&next).into_response());
        };
        let directory = server
            .app
            .directory(signed_in.actor.workspace)
            .await
            .map_err(fail)?;
        let own = Lang::parse(signed_in.user.language.code());
        let reader = Reader::of(parts, own);
        // A password that somebody else chose is replaced before anything else.
        if signed_in.user.must_change_password
            && !["/password", "/logout"].contains(&parts.uri.path())
        {
            return Err(Redirect::to("/password").into_response());
        }
        Ok(Staff {
            signed_in,
            reader,
            directory,
            token,
            server: server.clone(),
        })
    }
}

/// The fields of a form, in order; a name may stand several times.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn parse(body: &[u8]) -> Self {
        Fields(form_urlencoded::parse(body).into_owned().collect())
    }

    /// From pairs: for tests and for forms with files.
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        Fields(pairs)
    }

    /// The first value of a name; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// The trimmed value of a name, unless it is blank.
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|value| !value.is_empty())
    }

    /// Every value of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// Every pair.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}

/// A form sent by somebody signed in, with the right CSRF token.
#[derive(Debug)]
pub struct StaffForm {
    /// Who sent it.
    pub staff: Staff,
    /// What was sent.
    pub fields: Fields,
}

impl FromRequest<Server> for StaffForm {
    type Rejection = Response;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let staff = Staff::from_request_parts(&mut parts, server).await?;
        let request = Request::from_parts(parts, body);
        let body = Bytes::from_request(request, server)
            .await
            .map_err(IntoResponse::into_response)?;
        let fields = Fields::parse(&body);
        if !same(fields.get("csrf"), staff.csrf()) {
            return Err(form_expired(&staff.reader));
        }
        Ok(StaffForm { staff, fields })
    }
}

/// The page that says that a form is out of date.
pub fn form_expired(reader: &Reader) -> Response {
    let kind = ErrorKind::FormExpired;
    let page = layout::error_page(kind, reader.tr, reader.theme, &reader.path, None);
    (StatusCode::FORBIDDEN, Html(page.into_string())).into_response()
}

/// Compares secrets in a time that does not tell how much of them agrees.
pub fn same(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && !a.is_empty()
        && a.bytes()
            .zip(b.bytes())
            .fold(0, |diff, (x, y)| diff | (x ^ y))
            == 0
}

/// A program with an API key.
#[derive(Debug, Clone)]
pub struct Program(pub Actor);

impl FromRequestParts<Server> for Program {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        let key = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(AppError::SignedOut)?;
        Ok(Program(server.app.actor_of_key(key.trim()).await?))
    }
}

/// An error as a page, in the reader's language.
#[derive(Debug)]
pub struct PageError {
    error: AppError,
    reader: Reader,
}

impl PageError {
    /// An error for this reader.
    pub fn new(error: AppError, reader: Reader) -> Self {
        PageError { error, reader }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let Reader { tr, theme, path } = &self.reader;
        let kind = match &self.error {
            AppError::NotFound(_) => ErrorKind::NotFound,
            AppError::Forbidden(_) | AppError::SignedOut => ErrorKind::Forbidden,
            AppError::Full | AppError::HistoryAway | AppError::TooMany { .. } => ErrorKind::Busy,
            AppError::Store(store) => {
                problem::log(store);
                if store.is_temporary() {
                    ErrorKind::Busy
                } else {
                    ErrorKind::Internal
                }
            }
            other => {
                // A form that can be refused shows it itself; what gets here was not made by one of our forms.
                tracing::info!(error = %other, "a request was refused");
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                let page = layout::error_page(
                    ErrorKind::NotFound,
                    *tr,
                    *theme,
                    path,
                    Some(&other.to_string()),
                );
                return (status, Html(page.into_string())).into_response();
            }
        };
        let status =
            StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (
            status,
            Html(layout::error_page(kind, *tr, *theme, path, None).into_string()),
        )
            .into_response();
        if kind == ErrorKind::Busy {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

/// What a page handler returns.
pub type PageResult = Result<Response, PageError>;

/// `?` for pages: `app.call().await.or_page(&staff.reader)?`.
pub trait OrPage<T> {
    /// The value, or the error as a page for this reader.
    fn or_page(self, reader: &Reader) -> Result<T, PageError>;
}

impl<T, E: Into<AppError>> OrPage<T> for Result<T, E> {
    fn or_page(self, reader: &Reader) -> Result<T, PageError> {
        self.map_err(|error| PageError::new(error.into(), reader.clone()))
    }
}

/// No such address.
pub(crate) async fn not_found(State(_): State<Server>, reader: Reader) -> Response {
    PageError::new(AppError::NotFound("page"), reader).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("a=1; radost_session=x.y; ab=2"),
        );
        assert_eq!(cookie(&headers, "radost_session"), Some("x.y"));
        assert_eq!(cookie(&headers, "session"), None);
    }

    #[test]
    fn secrets_are_compared_whole() {
        assert!(same("abc", "abc"));
        assert!(!same("abc", "abd"));
        assert!(!same("", ""), "no token is no token");
    }

    #[test]
    fn a_form_may_name_a_field_twice() {
        let fields = Fields::parse("a=1&b=%D0%BA+%D0%BE&a=2".as_bytes());
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(fields.get("b"), "к о");
        assert_eq!(fields.given("c"), None);
    }
}
