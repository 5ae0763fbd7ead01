use jiff::Timestamp;
use radost_domain::Code;
use radost_domain::listen::Channel;
use radost_domain::name::{
    CustomerId, EmployeeId, InvitationId, LocationId, ResponseId, SurveyId, WorkspaceId,
};
use uuid::Uuid;

use crate::store::Tx;
use crate::{StoreError, sql_types};

/// A personal link: who was asked, about what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its id; also the client id of the one response it can make.
    pub id: InvitationId,
    /// The survey.
    pub survey: SurveyId,
    /// Who was asked.
    pub customer: Option<CustomerId>,
    /// About which place.
    pub location: Option<LocationId>,
    /// About whose service.
    pub employee: Option<EmployeeId>,
    /// About which moment.
    pub touchpoint: Option<Code>,
    /// On which way.
    pub channel: Channel,
    /// When.
    pub created_at: Timestamp,
    /// The answer, once there is one.
    pub response: Option<ResponseId>,
}

/// What somebody has answered so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialResponse {
    /// The client id that the finished response will carry.
    pub client_id: Uuid,
    /// Answers and place in the survey, as the page wrote them.
    pub state: String,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

type InvitationRow = (
    Uuid,
    Uuid,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    Option<String>,
    String,
    i64,
    Option<Uuid>,
);

impl Tx {
    /// Adds a personal link under the hash of its token.
    pub async fn insert_invitation(
        &mut self,
        workspace: WorkspaceId,
        invitation: &Invitation,
        token_hash: &[u8],
    ) -> Result<(), StoreError> {
        sql!(
            self, execute,
            "INSERT INTO invitation (id, workspace_id, survey_id, token_hash, customer_id, location_id, employee_id,
                                     touchpoint, channel, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            invitation.id.0, workspace.0, invitation.survey.0, token_hash, invitation.customer.map(|id| id.0),
            invitation.location.map(|id| id.0), invitation.employee.map(|id| id.0),
            invitation.touchpoint.as_ref().map(|code| code.as_str()), invitation.channel.code(),
            invitation.created_at.as_microsecond()
        )?;
        Ok(())
    }

    /// The personal link with this token.
    pub async fn invitation(
        &mut self,
        workspace: WorkspaceId,
        token_hash: &[u8],
    ) -> Result<Option<Invitation>, StoreError> {
        let row = sql!(
            self, fetch_optional as InvitationRow,
            "SELECT id, survey_id, customer_id, location_id, employee_id, touchpoint, channel, created_at, response_id
             FROM invitation WHERE workspace_id = $1 AND token_hash = $2",
            workspace.0, token_hash
        )?;
        row.map(
            |(
                id,
                survey,
                customer,
                location,
                employee,
                touchpoint,
                channel,
                created_at,
                response,
            )| {
                Ok(Invitation {
                    id: InvitationId(id),
                    survey: SurveyId(survey),
                    customer: customer.map(CustomerId),
                    location: location.map(LocationId),
                    employee: employee.map(EmployeeId),
                    touchpoint: sql_types::optional("invitation", touchpoint)?,
                    channel: sql_types::parsed("invitation", &channel)?,
                    created_at: sql_types::timestamp(created_at)?,
                    response: response.map(ResponseId),
                })
            },
        )
        .transpose()
    }

    /// Notes that an invitation was answered.
    pub async fn answer_invitation(
        &mut self,
        workspace: WorkspaceId,
        id: InvitationId,
        response: ResponseId,
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "UPDATE invitation SET response_id = $3 WHERE workspace_id = $1 AND id = $2",
            workspace.0,
            id.0,
            response.0
        )?;
        Ok(())
    }

    /// What was answered so far under this token.
    pub async fn partial_response(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
        token_hash: &[u8],
    ) -> Result<Option<PartialResponse>, StoreError> {
        let row = sql!(
            self,
            fetch_optional as (Uuid, String, i64),
            "SELECT client_id, state, updated_at FROM partial_response
             WHERE workspace_id = $1 AND survey_id = $2 AND token_hash = $3",
            workspace.0,
            survey.0,
            token_hash
        )?;
        row.map(|(client_id, state, updated_at)| {
            Ok(PartialResponse {
                client_id,
                state,
                updated_at: sql_types::timestamp(updated_at)?,
            })
        })
        .transpose()
    }

    /// Keeps what was answered so far.
    pub async fn save_partial_response(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
        token_hash: &[u8],
        partial: &PartialResponse,
    ) -> Result<(), StoreError> {
        sql!(
            self, execute,
            "INSERT INTO partial_response (workspace_id, survey_id, token_hash, client_id, state, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (survey_id, token_hash) DO UPDATE SET state = $5, updated_at = $6",
            workspace.0, survey.0, token_hash, partial.client_id, partial.state.as_str(),
            partial.updated_at.as_microsecond()
        )?;
        Ok(())
    }

    /// Forgets what was answered so far.
    pub async fn delete_partial_response(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
        token_hash: &[u8],
    ) -> Result<(), StoreError> {
        sql!(
            self,
            execute,
            "DELETE FROM partial_response WHERE workspace_id = $1 AND survey_id = $2 AND token_hash = $3",
            workspace.0,
            survey.0,
            token_hash
        )?;
        Ok(())
    }

    /// Forgets what was left lying since before `before`, and the oldest beyond `most`; returns how many went.
    pub async fn trim_partial_responses(
        &mut self,
        workspace: WorkspaceId,
        survey: SurveyId,
        before: Timestamp,
        most: i64,
    ) -> Result<u64, StoreError> {
        // SQLite knows no OFFSET without a LIMIT; the limit stands for "all of the rest".
        let gone = sql!(
            self,
            execute,
            "DELETE FROM partial_response
             WHERE workspace_id = $1 AND survey_id = $2
               AND (updated_at < $3 OR token_hash IN (
                   SELECT token_hash FROM partial_response WHERE workspace_id = $1 AND survey_id = $2
                   ORDER BY updated_at DESC, token_hash LIMIT 1000000000 OFFSET $4))",
            workspace.0,
            survey.0,
            before.as_microsecond(),
            most
        )?;
        Ok(gone)
    }
}
