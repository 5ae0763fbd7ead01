//! Personal links.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use radost_app::App;
use radost_app::domain::listen::Channel;
use radost_app::listen::NewInvitation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Server;
use crate::problem::Problem;
use crate::request::Program;

/// Most invitations of one request.
const MAX_BATCH: usize = 1_000;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(create))
}

/// Up to 1,000 invitations to one survey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateInvitationsBody {
    /// The survey's code.
    survey: String,
    /// Whom to ask.
    invitations: Vec<InvitationBody>,
}

/// Whom to ask, and about what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InvitationBody {
    /// The customer's external id.
    #[serde(default)]
    customer: Option<String>,
    /// The location's code.
    #[serde(default)]
    location: Option<String>,
    /// The employee's code.
    #[serde(default)]
    employee: Option<String>,
    /// The moment of the journey: `visit`, `delivery`.
    #[serde(default)]
    touchpoint: Option<String>,
    /// The way on which you send the link; `email` when left out.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    channel: Option<Channel>,
}

/// What became of the invitations.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationsView {
    /// How many links were made.
    created: usize,
    /// How many were refused.
    refused: usize,
    /// Each in the order given.
    results: Vec<InvitationView>,
}

/// One invitation: a link, or why there is none.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationView {
    /// Its index in the batch, from 0.
    index: usize,
    /// The secret of the link: shown now and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// The path of the link, to be put behind the address of this server.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// Makes personal links: each takes one response. A refused one does not hinder the others.
#[utoipa::path(
    post, path = "/invitations", tag = "invitations",
    request_body = CreateInvitationsBody,
    responses(
        (status = 200, description = "The batch was worked through", body = InvitationsView),
        (status = 403, description = "The key lacks the scope responses:write", body = Problem),
        (status = 404, description = "There is no such published survey", body = Problem),
    )
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Program(actor): Program,
    body: Result<Json<CreateInvitationsBody>, JsonRejection>,
) -> Result<Json<InvitationsView>, Problem> {
    let Json(body) = body?;
    if body.invitations.len() > MAX_BATCH {
        return Err(Problem::bad_request(format!(
            "a batch takes at most {MAX_BATCH} invitations, not {}",
            body.invitations.len()
        )));
    }
    let invitations = body.invitations.into_iter().map(|body| NewInvitation {
        customer: body.customer,
        location: body.location,
        employee: body.employee,
        touchpoint: body.touchpoint,
        channel: body.channel,
    });
    let results = app
        .create_invitations(&actor, &body.survey, invitations.collect())
        .await?;
    let directory = app.directory(actor.workspace).await?;
    let workspace = &directory.workspace.slug;
    let results: Vec<InvitationView> = results
        .into_iter()
        .enumerate()
        .map(|(index, result)| {
            let (token, problem) = match result {
                Ok(token) => (Some(token), None),
                Err(refused) => (None, Some(Problem::from(refused))),
            };
            let path = token
                .as_deref()
                .map(|token| format!("/s/{workspace}/{}/{token}", body.survey));
            InvitationView {
                index,
                token,
                path,
                problem,
            }
        })
        .collect();
    let created = results.iter().filter(|view| view.token.is_some()).count();
    Ok(Json(InvitationsView {
        created,
        refused: results.len() - created,
        results,
    }))
}
