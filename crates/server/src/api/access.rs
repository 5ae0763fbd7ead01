//! Users, keys, settings and the audit log.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, response::AppendHeaders};
use radost_app::access::{AuditFilter, NewPerson, PersonChange, WorkspaceChange};
use radost_app::domain::Language;
use radost_app::domain::access::{
    Actor, ApiKey, AuditEntry, EmailAddress, Identity, Permission, Places, Role, User, Workspace,
};
use radost_app::domain::name::{ApiKeyId, AuditId, LocationId, UserId};
use radost_app::{App, AppError, Directory};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::idempotency::ShownOnce;
use super::page::{ListView, decode};
use crate::Server;
use crate::problem::Problem;
use crate::request::Program;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(me))
        .routes(routes!(workspace, update_workspace))
        .routes(routes!(users, add_user))
        .routes(routes!(user, update_user))
        .routes(routes!(reset_password))
        .routes(routes!(api_keys, create_api_key))
        .routes(routes!(revoke_api_key))
        .routes(routes!(audit_entries))
}

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeView {
    /// `api_key` or `user`.
    kind: &'static str,
    /// The key or user.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// What the audit log calls it.
    name: String,
    /// The workspace's name in addresses.
    workspace: String,
    /// What it may do.
    permissions: Vec<&'static str>,
    /// The codes of the locations that it sees; nothing when it sees all.
    locations: Option<Vec<String>>,
}

/// Who am I, and what may I do?
#[utoipa::path(
    get, path = "/me", tag = "access",
    responses((status = 200, description = "The key of this request", body = MeView))
)]
pub(crate) async fn me(
    State(app): State<Arc<App>>,
    Program(actor): Program,
) -> Result<Json<MeView>, Problem> {
    let directory = app.directory(actor.workspace).await?;
    let (kind, id) = match actor.identity {
        Identity::ApiKey(id) => ("api_key", Some(id.0)),
        Identity::User(id) => ("user", Some(id.0)),
        Identity::Console => ("console", None),
    };
    let locations = match &actor.places {
        Places::All => None,
        Places::Only(places) => Some(codes(&directory, places)),
    };
    let permissions = Permission::ALL.iter().filter(|&&p| actor.may(p));
    Ok(Json(MeView {
        kind,
        id,
        permissions: permissions.map(|permission| permission.code()).collect(),
        workspace: directory.workspace.slug.to_string(),
        locations,
        name: actor.name,
    }))
}

/// The settings of the workspace.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkspaceView {
    id: Uuid,
    /// Its name in addresses.
    slug: String,
    /// Its name for people.
    name: String,
    /// IANA name of the time zone in which days begin where no location says otherwise.
    time_zone: String,
    /// The language in which new people see it: `en`, `ru`, `uk` or `bg`.
    #[schema(value_type = String)]
    language: Language,
    /// Groups smaller than this are withheld from every result.
    minimum_group: u32,
}

impl From<Workspace> for WorkspaceView {
    fn from(workspace: Workspace) -> Self {
        WorkspaceView {
            id: workspace.id.0,
            slug: workspace.slug.to_string(),
            name: workspace.name,
            time_zone: workspace.time_zone,
            language: workspace.language,
            minimum_group: workspace.minimum_group,
        }
    }
}

/// Settings to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkspaceBody {
    /// Its name for people.
    name: Option<String>,
    /// IANA name: `Europe/Kyiv`.
    time_zone: Option<String>,
    /// `en`, `ru`, `uk` or `bg`.
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    /// 1 to 100.
    minimum_group: Option<u32>,
}

/// The settings of the workspace.
#[utoipa::path(
    get, path = "/workspace", tag = "access",
    responses((status = 200, description = "The settings", body = WorkspaceView))
)]
pub(crate) async fn workspace(
    State(app): State<Arc<App>>,
    Program(actor): Program,
) -> Result<Json<WorkspaceView>, Problem> {
    let directory = app.directory(actor.workspace).await?;
    Ok(Json(directory.workspace.clone().into()))
}

/// Changes settings of the workspace. Needs `workspace:write`.
#[utoipa::path(
    patch, path = "/workspace", tag = "access",
    request_body = WorkspaceBody,
    responses((status = 200, description = "The settings as they are now", body = WorkspaceView))
)]
pub(crate) async fn update_workspace(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<WorkspaceBody>, JsonRejection>,
) -> Result<Json<WorkspaceView>, Problem> {
    let Json(body) = body?;
    let change = WorkspaceChange {
        name: body.name,
        time_zone: body.time_zone,
        language: body.language,
        minimum_group: body.minimum_group,
    };
    Ok(Json(app.update_workspace(&actor, change).await?.into()))
}

/// Somebody who signs in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserView {
    id: Uuid,
    /// With which they sign in.
    email: String,
    name: String,
    /// `admin`, `analyst`, `manager` or `agent`.
    #[schema(value_type = String)]
    role: Role,
    /// For managers: the codes of their locations; everything under these belongs to them too.
    locations: Vec<String>,
    /// The language of their pages.
    #[schema(value_type = String)]
    language: Language,
    /// Whether they may sign in.
    active: bool,
    /// Whether they still have a one-time password.
    must_change_password: bool,
}

impl UserView {
    fn of(user: User, directory: &Directory) -> Self {
        UserView {
            id: user.id.0,
            email: user.email.to_string(),
            locations: codes(directory, &user.locations),
            name: user.name,
            role: user.role,
            language: user.language,
            active: user.active,
            must_change_password: user.must_change_password,
        }
    }
}

fn codes(directory: &Directory, places: &BTreeSet<LocationId>) -> Vec<String> {
    places
        .iter()
        .filter_map(|id| directory.locations.get(*id))
        .map(|location| location.code.to_string())
        .collect()
}

fn places(directory: &Directory, codes: Vec<String>) -> Result<BTreeSet<LocationId>, AppError> {
    codes
        .into_iter()
        .map(|code| match directory.locations.by_code(&code) {
            Some(location) => Ok(location.id),
            None => Err(AppError::invalid(
                "locations",
                format!("there is no location `{code}`"),
            )),
        })
        .collect()
}

/// Somebody to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUserBody {
    /// With which they will sign in.
    email: String,
    name: String,
    /// `admin`, `analyst`, `manager` or `agent`.
    #[schema(value_type = String, example = "analyst")]
    role: Role,
    /// For managers: the codes of their locations.
    #[serde(default)]
    locations: Vec<String>,
    /// The language of their pages; the workspace's when left out.
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
}

/// What to change about somebody; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UserBody {
    name: Option<String>,
    /// `admin`, `analyst`, `manager` or `agent`.
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    /// For managers: the codes of all their locations.
    locations: Option<Vec<String>>,
    /// `en`, `ru`, `uk` or `bg`.
    #[schema(value_type = Option<String>)]
    language: Option<Language>,
    /// Whether they may sign in; `false` signs them out at once.
    active: Option<bool>,
}

/// Somebody with a new one-time password.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OneTimePasswordView {
    user: UserView,
    /// Shown now and never again; to be replaced at the next sign-in.
    one_time_password: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsersView {
    /// By name.
    items: Vec<UserView>,
}

/// Everybody who signs in. Needs `access:write`.
#[utoipa::path(
    get, path = "/users", tag = "access",
    responses((status = 200, description = "By name", body = UsersView))
)]
pub(crate) async fn users(
    State(app): State<Arc<App>>,
    Program(actor): Program,
) -> Result<Json<UsersView>, Problem> {
    let users = app.users(&actor).await?;
    let directory = app.directory(actor.workspace).await?;
    let items = users.into_iter().map(|user| UserView::of(user, &directory));
    Ok(Json(UsersView {
        items: items.collect(),
    }))
}

/// Adds somebody. Needs `access:write` and every right of the role that is given.
#[utoipa::path(
    post, path = "/users", tag = "access",
    request_body = NewUserBody,
    responses(
        (status = 201, description = "Added; the one-time password is shown now and never again", body = OneTimePasswordView),
        (status = 409, description = "Somebody already signs in with this address", body = Problem),
    )
)]
pub(crate) async fn add_user(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<NewUserBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(body) = body?;
    let email: EmailAddress = body
        .email
        .parse()
        .map_err(|error| AppError::invalid("email", error))?;
    let directory = app.directory(actor.workspace).await?;
    let person = NewPerson {
        email,
        name: body.name,
        role: body.role,
        locations: places(&directory, body.locations)?,
        language: body.language.unwrap_or(directory.workspace.language),
        password: None,
    };
    let (user, password) = app.add_user(&actor, person).await?;
    let location = format!("/api/v1/users/{}", user.id);
    let view = OneTimePasswordView {
        user: UserView::of(user, &directory),
        one_time_password: password,
    };
    Ok((
        StatusCode::CREATED,
        AppendHeaders([(header::LOCATION, location)]),
        Extension(ShownOnce),
        Json(view),
    )
        .into_response())
}

/// Somebody who signs in. Needs `access:write`.
#[utoipa::path(
    get, path = "/users/{id}", tag = "access",
    params(("id" = Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "The user", body = UserView),
        (status = 404, description = "There is no such user", body = Problem),
    )
)]
pub(crate) async fn user(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Json<UserView>, Problem> {
    let Path(id) = id?;
    let user = app.user(&actor, UserId(id)).await?;
    let directory = app.directory(actor.workspace).await?;
    Ok(Json(UserView::of(user, &directory)))
}

/// Changes somebody. Needs `access:write` and every right of the role, the one before and the one after.
#[utoipa::path(
    patch, path = "/users/{id}", tag = "access",
    params(("id" = Uuid, Path, description = "The user")),
    request_body = UserBody,
    responses(
        (status = 200, description = "The user as they are now", body = UserView),
        (status = 404, description = "There is no such user", body = Problem),
        (status = 422, description = "A field is not valid, or nobody would be left to manage access", body = Problem),
    )
)]
pub(crate) async fn update_user(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<UserBody>, JsonRejection>,
) -> Result<Json<UserView>, Problem> {
    let (Path(id), Json(body)) = (id?, body?);
    let directory = app.directory(actor.workspace).await?;
    let locations = body.locations.map(|codes| places(&directory, codes));
    let change = PersonChange {
        name: body.name,
        role: body.role,
        locations: locations.transpose()?,
        language: body.language,
        active: body.active,
    };
    let user = app.update_user(&actor, UserId(id), change).await?;
    Ok(Json(UserView::of(user, &directory)))
}

/// Replaces somebody's password by a one-time password and signs them out everywhere. Needs `access:write` and every
/// right of their role.
#[utoipa::path(
    post, path = "/users/{id}/reset-password", tag = "access",
    params(("id" = Uuid, Path, description = "The user")),
    responses(
        (status = 200, description = "The one-time password is shown now and never again", body = OneTimePasswordView),
        (status = 404, description = "There is no such user", body = Problem),
    )
)]
pub(crate) async fn reset_password(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(id) = id?;
    let (user, password) = app.reset_password(&actor, UserId(id)).await?;
    let directory = app.directory(actor.workspace).await?;
    let mut user = UserView::of(user, &directory);
    user.must_change_password = true;
    let view = OneTimePasswordView {
        user,
        one_time_password: password,
    };
    Ok((Extension(ShownOnce), Json(view)).into_response())
}

/// A key with which a program signs in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiKeyView {
    id: Uuid,
    /// What it is for.
    name: String,
    /// Its first characters, by which people recognise it.
    prefix: String,
    /// What it may do.
    #[schema(value_type = Vec<String>)]
    scopes: BTreeSet<Permission>,
    #[schema(value_type = String, format = DateTime)]
    created_at: jiff::Timestamp,
    /// When it was revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<jiff::Timestamp>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        ApiKeyView {
            id: key.id.0,
            name: key.name,
            prefix: key.prefix,
            scopes: key.scopes,
            created_at: key.created_at,
            revoked_at: key.revoked_at,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiKeysView {
    /// Newest first, revoked ones included.
    items: Vec<ApiKeyView>,
}

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApiKeyBody {
    /// What it is for.
    name: String,
    /// What it may do: `responses:write`, `results:read`, …
    #[schema(value_type = Vec<String>, example = json!(["responses:write"]))]
    scopes: BTreeSet<Permission>,
}

/// A key just made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewApiKeyView {
    key: ApiKeyView,
    /// Shown now and never again.
    secret: String,
}

/// The keys of the workspace. Needs `access:write`.
#[utoipa::path(
    get, path = "/api-keys", tag = "access",
    responses((status = 200, description = "Newest first", body = ApiKeysView))
)]
pub(crate) async fn api_keys(
    State(app): State<Arc<App>>,
    Program(actor): Program,
) -> Result<Json<ApiKeysView>, Problem> {
    let keys = app.api_keys(&actor).await?;
    Ok(Json(ApiKeysView {
        items: keys.into_iter().map(ApiKeyView::from).collect(),
    }))
}

/// Makes a key. Needs `access:write` and every scope that is given.
#[utoipa::path(
    post, path = "/api-keys", tag = "access",
    request_body = ApiKeyBody,
    responses((status = 201, description = "Made; the secret is shown now and never again", body = NewApiKeyView))
)]
pub(crate) async fn create_api_key(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<ApiKeyBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(body) = body?;
    let made = app.create_api_key(&actor, &body.name, body.scopes).await?;
    let view = NewApiKeyView {
        key: made.key.into(),
        secret: made.secret,
    };
    Ok((StatusCode::CREATED, Extension(ShownOnce), Json(view)).into_response())
}

/// Revokes a key: requests with it are refused at once, on other servers within two seconds. Needs `access:write`.
#[utoipa::path(
    delete, path = "/api-keys/{id}", tag = "access",
    params(("id" = Uuid, Path, description = "The key")),
    responses(
        (status = 204, description = "Revoked"),
        (status = 404, description = "There is no such key, or it was revoked before", body = Problem),
    )
)]
pub(crate) async fn revoke_api_key(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id?;
    app.revoke_api_key(&actor, ApiKeyId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which entries of the audit log.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuditQuery {
    /// The `next` of the page before; the newest entries without it.
    cursor: Option<String>,
    /// Most entries, 1 to 500; 100 when left out.
    limit: Option<i64>,
    /// The kind of record: `user`, `survey`.
    entity: Option<String>,
    /// The record's id or code.
    entity_id: Option<String>,
    /// The user or key who did it.
    actor: Option<Uuid>,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntryView {
    id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    at: jiff::Timestamp,
    /// The user or key; nothing for the command line.
    actor_id: Option<Uuid>,
    /// Their name at the time.
    actor: String,
    /// What was done: `user.updated`.
    action: String,
    /// The kind of record.
    entity: String,
    /// Its id or code.
    entity_id: String,
    /// How it was; nothing for something new.
    #[schema(value_type = Option<Object>)]
    before: Option<serde_json::Value>,
    /// How it is; nothing for something removed.
    #[schema(value_type = Option<Object>)]
    after: Option<serde_json::Value>,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        AuditEntryView {
            id: entry.id.0,
            at: entry.at,
            actor_id: entry.actor_id,
            actor: entry.actor,
            action: entry.action,
            entity: entry.entity,
            entity_id: entry.entity_id,
            before: entry.before,
            after: entry.after,
        }
    }
}

/// The audit log, newest first. Needs `audit:read`.
#[utoipa::path(
    get, path = "/audit-entries", tag = "access",
    params(AuditQuery),
    responses((status = 200, description = "One page", body = ListView<AuditEntryView>))
)]
pub(crate) async fn audit_entries(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    query: Result<Query<AuditQuery>, QueryRejection>,
) -> Result<Json<ListView<AuditEntryView>>, Problem> {
    let Query(query) = query?;
    let before = query.cursor.as_deref().map(decode).transpose()?;
    let limit = query.limit.unwrap_or(100).clamp(1, 500);
    let filter = AuditFilter {
        entity: query.entity,
        entity_id: query.entity_id,
        actor: query.actor,
    };
    let found = audit_page(&app, &actor, &filter, before, limit).await?;
    Ok(Json(ListView::of(
        found,
        limit,
        |entry| entry.id.0,
        AuditEntryView::from,
    )))
}

/// One more than shown tells whether there is a next page.
async fn audit_page(
    app: &App,
    actor: &Actor,
    filter: &AuditFilter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<AuditEntry>, AppError> {
    app.audit_entries(actor, filter, before.map(AuditId), limit + 1)
        .await
}
