//! Customers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use radost_app::domain::access::Permission;
use radost_app::domain::name::CustomerId;
use radost_app::domain::retain::Customer;
use radost_app::retain::{CustomerDraft, Saved};
use radost_app::{App, AppError};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Server;
use crate::api::page::{ListView, PageQuery};
use crate::api::table::{ImportQuery, ImportView, receive};
use crate::problem::Problem;
use crate::request::Program;

/// Largest body: a batch of 10,000 customers with their segments.
const MAX_BODY: usize = 32 * 1024 * 1024;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(one, change, erase))
        .routes(routes!(batch))
        .routes(routes!(import))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// A customer to be added or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomerBody {
    /// Their id in your own systems.
    external_id: String,
    /// Their name; the external id when left out.
    #[serde(default)]
    name: Option<String>,
    /// Their e-mail address.
    #[serde(default)]
    email: Option<String>,
    /// Their phone number, best with the country: `+380441234567`.
    #[serde(default)]
    phone: Option<String>,
    /// `en`, `ru`, `uk` or `bg`.
    #[serde(default)]
    language: Option<String>,
    /// IANA name of their time zone.
    #[serde(default)]
    time_zone: Option<String>,
    /// Segment values by code.
    #[serde(default)]
    segments: BTreeMap<String, String>,
}

impl From<CustomerBody> for CustomerDraft {
    fn from(body: CustomerBody) -> Self {
        CustomerDraft {
            external_id: body.external_id,
            name: body.name.unwrap_or_default(),
            email: body.email.unwrap_or_default(),
            phone: body.phone.unwrap_or_default(),
            language: body.language.unwrap_or_default(),
            time_zone: body.time_zone.unwrap_or_default(),
            segments: body.segments,
        }
    }
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomerView {
    /// Their id.
    id: Uuid,
    /// Their id in your own systems.
    external_id: String,
    /// Their name.
    name: String,
    /// Their e-mail address.
    email: Option<String>,
    /// Their phone number.
    phone: Option<String>,
    /// The language in which they are spoken to.
    language: Option<&'static str>,
    /// IANA name of their time zone.
    time_zone: Option<String>,
    /// Segment values by code.
    segments: BTreeMap<String, String>,
}

impl From<Customer> for CustomerView {
    fn from(customer: Customer) -> Self {
        CustomerView {
            id: customer.id.0,
            external_id: customer.external_id,
            name: customer.name,
            email: customer.email.map(|email| email.to_string()),
            phone: customer.phone,
            language: customer.language.map(|language| language.code()),
            time_zone: customer.time_zone,
            segments: customer
                .segments
                .into_iter()
                .map(|(code, value)| (code.into(), value))
                .collect(),
        }
    }
}

/// Which customers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CustomersQuery {
    /// What the name, the external id, the e-mail address or the phone number begins with.
    search: Option<String>,
}

/// Customers by name.
#[utoipa::path(
    get, path = "/customers", tag = "customers",
    params(PageQuery, CustomersQuery),
    responses((status = 200, body = ListView<CustomerView>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    page: Result<Query<PageQuery>, QueryRejection>,
    query: Result<Query<CustomersQuery>, QueryRejection>,
) -> Result<Json<ListView<CustomerView>>, Problem> {
    let (Query(page), Query(query)) = (page?, query?);
    let (search, limit) = (query.search.as_deref(), page.limit());
    let found = app
        .customers(&actor, search, page.after()?, limit + 1)
        .await?;
    Ok(Json(ListView::of(
        found,
        limit,
        |customer| (customer.name.clone(), customer.id),
        CustomerView::from,
    )))
}

/// Adds a customer.
#[utoipa::path(
    post, path = "/customers", tag = "customers",
    request_body = CustomerBody,
    responses((status = 201, body = CustomerView), (status = 422, body = Problem)),
)]
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<CustomerBody>, JsonRejection>,
) -> Result<(StatusCode, Json<CustomerView>), Problem> {
    let Json(body) = body?;
    let customer = app.save_customer(&actor, None, &body.into()).await?;
    Ok((StatusCode::CREATED, Json(customer.into())))
}

/// One customer.
#[utoipa::path(
    get, path = "/customers/{id}", tag = "customers",
    params(("id" = Uuid, Path)),
    responses((status = 200, body = CustomerView), (status = 404, body = Problem)),
)]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Json<CustomerView>, Problem> {
    let Path(id) = id?;
    Ok(Json(app.customer(&actor, CustomerId(id)).await?.into()))
}

/// Changes a customer: what is left out is empty afterwards.
#[utoipa::path(
    put, path = "/customers/{id}", tag = "customers",
    params(("id" = Uuid, Path)),
    request_body = CustomerBody,
    responses((status = 200, body = CustomerView), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
    body: Result<Json<CustomerBody>, JsonRejection>,
) -> Result<Json<CustomerView>, Problem> {
    let (Path(id), Json(body)) = (id?, body?);
    let id = Some(CustomerId(id));
    let customer = app.save_customer(&actor, id, &body.into()).await?;
    Ok(Json(customer.into()))
}

/// Erases a customer for good: their record, their invitations and what they wrote. How they scored stays, without them.
#[utoipa::path(
    delete, path = "/customers/{id}", tag = "customers",
    params(("id" = Uuid, Path)),
    responses((status = 204, description = "The customer is erased"), (status = 404, body = Problem)),
)]
pub(crate) async fn erase(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id?;
    app.erase_customer(&actor, CustomerId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Up to 10,000 customers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomersBody {
    /// Each is the whole record of its external id.
    customers: Vec<CustomerBody>,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomerBatchView {
    /// How many are new.
    added: usize,
    /// How many were different before.
    changed: usize,
    /// How many were so already.
    unchanged: usize,
    /// How many were refused.
    refused: usize,
    /// Each in the order given.
    results: Vec<CustomerBatchItemView>,
}

/// One of a batch: taken or refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomerBatchItemView {
    /// Its index in the batch, from 0.
    index: usize,
    /// The customer, unless refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    /// `added`, `changed`, `unchanged` or `refused`.
    result: &'static str,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// Adds customers and changes those whose external id is known: each is taken or refused by itself.
#[utoipa::path(
    post, path = "/customers/batch", tag = "customers",
    request_body = CustomersBody,
    responses((status = 200, body = CustomerBatchView), (status = 422, body = Problem)),
)]
pub(crate) async fn batch(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<CustomersBody>, JsonRejection>,
) -> Result<Json<CustomerBatchView>, Problem> {
    let Json(body) = body?;
    let drafts: Vec<CustomerDraft> = body.customers.into_iter().map(Into::into).collect();
    let results = app.save_customers(&actor, &drafts).await?;
    let count = |saved: Saved| {
        results
            .iter()
            .filter(|result| result.as_ref().is_ok_and(|upsert| upsert.saved == saved))
            .count()
    };
    let (added, changed, unchanged) = (
        count(Saved::Added),
        count(Saved::Changed),
        count(Saved::Unchanged),
    );
    Ok(Json(CustomerBatchView {
        added,
        changed,
        unchanged,
        refused: results.len() - added - changed - unchanged,
        results: results
            .into_iter()
            .enumerate()
            .map(|(index, result)| match result {
                Ok(upsert) => CustomerBatchItemView {
                    index,
                    id: Some(upsert.id.0),
                    result: match upsert.saved {
                        Saved::Added => "added",
                        Saved::Changed => "changed",
                        Saved::Unchanged => "unchanged",
                    },
                    problem: None,
                },
                Err(refusals) => CustomerBatchItemView {
                    index,
                    id: None,
                    result: "refused",
                    problem: Some(AppError::Refused(refusals).into()),
                },
            })
            .collect(),
    }))
}

/// Adds and changes customers from a CSV file of any length: `external_id`, `name`, `email`, `phone`, `language`,
/// `time_zone`, `segment_…`.
#[utoipa::path(
    post, path = "/customers/import", tag = "customers",
    params(ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ImportView), (status = 422, body = Problem)),
)]
pub(crate) async fn import(
    State(server): State<Server>,
    Program(actor): Program,
    query: Result<Query<ImportQuery>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ImportView>, Problem> {
    let Query(query) = query?;
    let file = receive(&server, &actor, Permission::EditCustomers, &headers, body).await?;
    let source = file.open()?;
    let report = server.app.import_customers(&actor, source, query.dry_run);
    Ok(Json(report.await?.into()))
}
