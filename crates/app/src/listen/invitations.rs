//! Personal links: each asks one customer once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use radost_domain::Code;
use radost_domain::access::{Actor, Change, Permission, Places};
use radost_domain::listen::Channel;
use radost_domain::name::{InvitationId, SurveyId};
use radost_domain::retain::Customer;
use radost_store::Invitation;
use serde_json::json;

use crate::directory::Directory;
use crate::{App, AppError, secret};

/// Whom to ask, and about what.
#[derive(Debug, Clone, Default)]
pub struct NewInvitation {
    /// The customer's external id.
    pub customer: Option<String>,
    /// The location's code.
    pub location: Option<String>,
    /// The employee's code.
    pub employee: Option<String>,
    /// The moment of the journey.
    pub touchpoint: Option<String>,
    /// The way on which the link is sent; `email` when not said.
    pub channel: Option<Channel>,
}

impl App {
    /// Makes a personal link to a survey; returns its token, which is shown now and never again.
    ///
    /// # Errors
    /// [`AppError::Invalid`] names the field that is not known here or lies outside the actor's places.
    pub async fn create_invitation(
        &self,
        actor: &Actor,
        survey: &str,
        invitation: NewInvitation,
    ) -> Result<String, AppError> {
        let mut results = self
            .create_invitations(actor, survey, vec![invitation])
            .await?;
        results.pop().ok_or(AppError::NotFound("invitation"))?
    }

    /// Makes many personal links: each is made or refused by itself, in the order given.
    ///
    /// # Errors
    /// Those that concern all of them; a refused one is its own entry of the result.
    pub async fn create_invitations(
        &self,
        actor: &Actor,
        survey: &str,
        invitations: Vec<NewInvitation>,
    ) -> Result<Vec<Result<String, AppError>>, AppError> {
        Self::allow(actor, Permission::RecordResponses)?;
        let workspace = actor.workspace;
        let directory = self.directory(workspace).await?;
        let open = directory
            .survey(survey)
            .ok_or(AppError::NotFound("survey"))?;
        let mut named: Vec<String> = invitations
            .iter()
            .filter_map(|invitation| invitation.customer.clone())
            .collect();
        named.sort_unstable();
        named.dedup();
        let mut tx = self.store.begin().await?;
        let customers = tx.customers_by_external_id(workspace, &named).await?;
        let mut results = Vec::with_capacity(invitations.len());
        for new in invitations {
            let id = InvitationId(self.new_id());
            let resolved = resolve(actor, &directory, &customers, new, id, open.id, self.now());
            results.push(match resolved {
                Ok(invitation) => {
                    let token = secret::token();
                    tx.insert_invitation(workspace, &invitation, &secret::token_hash(&token))
                        .await?;
                    Ok(token)
                }
                Err(refused) => Err(refused),
            });
        }
        let made = results.iter().filter(|result| result.is_ok()).count();
        if made > 0 {
            let after = json!({ "survey": survey, "links": made });
            let change = Change::created("invitations.created", "survey", survey, after);
            self.audit(&mut tx, actor, change).await?;
        }
        tx.commit().await?;
        Ok(results)
    }
}

/// Resolves codes to ids.
fn resolve(
    actor: &Actor,
    directory: &Directory,
    customers: &BTreeMap<String, Customer>,
    new: NewInvitation,
    id: InvitationId,
    survey: SurveyId,
    now: Timestamp,
) -> Result<Invitation, AppError> {
    let unknown = |field: &'static str, code: &str| {
        let code: String = code.chars().take(80).collect();
        AppError::invalid(field, format!("there is no {field} `{code}`"))
    };
    let customer = new
        .customer
        .map(|id| customers.get(&id).ok_or_else(|| unknown("customer", &id)))
        .transpose()?;
    let location = new
        .location
        .map(|code| {
            let found = directory.locations.by_code(&code);
            found
                .filter(|location| actor.places.include(Some(location.id)))
                .ok_or_else(|| unknown("location", &code))
        })
        .transpose()?;
    let employee = new
        .employee
        .map(|code| {
            let found = directory.employee(&code);
            found
                .filter(|employee| actor.places.include(employee.location))
                .ok_or_else(|| unknown("employee", &code))
        })
        .transpose()?;
    if location.is_none() && employee.is_none() && actor.places != Places::All {
        let message = "say at which of your locations";
        return Err(AppError::invalid("location", message));
    }
    let touchpoint = new
        .touchpoint
        .map(|code| {
            code.parse::<Code>()
                .map_err(|error| AppError::invalid("touchpoint", error))
        })
        .transpose()?;
    Ok(Invitation {
        id,
        survey,
        customer: customer.map(|customer| customer.id),
        location: location.map(|location| location.id),
        employee: employee.map(|employee| employee.id),
        touchpoint,
        channel: new.channel.unwrap_or(Channel::Email),
        created_at: now,
        response: None,
    })
}
