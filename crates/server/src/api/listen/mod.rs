//! Surveys and answers.

use utoipa_axum::router::OpenApiRouter;

use crate::Server;

mod answers;
mod imports;
mod invitations;
mod responses;
mod surveys;

/// The addresses.
pub(crate) fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .merge(responses::routes())
        .merge(answers::routes())
        .merge(surveys::routes())
        .merge(invitations::routes())
        .merge(imports::routes())
}
