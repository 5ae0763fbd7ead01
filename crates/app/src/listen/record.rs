//! Recording responses: the same function for API, page, command line, import and demo.

use std::collections::BTreeMap;

use jiff::Timestamp;
use radost_domain::access::{Actor, Permission};
use radost_domain::listen::{Channel, Rejection, Response, Submission};
use radost_domain::name::{CustomerId, ResponseId, WorkspaceId};
use radost_domain::retain::Customer;
use radost_domain::{Code, Language};
use radost_store::ResponseRow;
use serde_json::Value;
use uuid::Uuid;

use crate::directory::{Directory, OpenSurvey};
use crate::{App, AppError};

/// An answer set as somebody sends it, with codes for places and people.
#[derive(Debug, Clone, Default)]
pub struct NewResponse {
    /// Made by the sender; the same one makes the same response. Any text up to 200 characters; without it each sending is new.
    pub client_id: Option<String>,
    /// The version that was answered.
    pub version: Option<u32>,
    /// Answers by question code.
    pub answers: BTreeMap<String, Value>,
    /// The customer's external id.
    pub customer: Option<String>,
    /// The customer, where already known.
    pub customer_id: Option<CustomerId>,
    /// The location's code.
    pub location: Option<String>,
    /// The employee's code.
    pub employee: Option<String>,
    /// The moment of the journey.
    pub touchpoint: Option<String>,
    /// The channel.
    pub channel: Option<Channel>,
    /// The language.
    pub language: Option<Language>,
    /// Segment values.
    pub segments: BTreeMap<String, String>,
    /// When the respondent began.
    pub started_at: Option<Timestamp>,
    /// When the respondent was done.
    pub submitted_at: Option<Timestamp>,
    /// Seconds per question.
    pub seconds: BTreeMap<String, f32>,
}

/// What became of one answer set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// The response.
    pub id: ResponseId,
    /// Whether it was recorded now; false when the same client id had been recorded before.
    pub new: bool,
}

/// Most characters of a client id.
const MAX_CLIENT_ID: usize = 200;

impl App {
    /// Records one answer set from a program.
    ///
    /// # Errors
    /// [`AppError::Rejected`] names the question or field; [`AppError::Full`] and [`AppError::Store`] mean "later".
    pub async fn record_response(
        &self,
        actor: &Actor,
        survey: &str,
        response: NewResponse,
    ) -> Result<Recorded, AppError> {
        let mut results = self.record_responses(actor, survey, vec![response]).await?;
        match results.pop() {
            Some(result) => result.map_err(AppError::Rejected),
            None => Err(AppError::NotFound("response")),
        }
    }

    /// Records many answer sets: each is accepted or refused by itself, in the order given.
    ///
    /// # Errors
    /// Those that concern all of them; a refused answer set is its own entry of the result.
    pub async fn record_responses(
        &self,
        actor: &Actor,
        survey: &str,
        responses: Vec<NewResponse>,
    ) -> Result<Vec<Result<Recorded, Rejection>>, AppError> {
        Self::allow(actor, Permission::RecordResponses)?;
        self.accept_responses(actor.workspace, survey, responses)
            .await
    }

    /// Records answer sets without asking who sends them: for respondents, who need no permission.
    pub(crate) async fn accept_responses(
        &self,
        workspace: WorkspaceId,
        survey: &str,
        responses: Vec<NewResponse>,
    ) -> Result<Vec<Result<Recorded, Rejection>>, AppError> {
        let directory = self.directory(workspace).await?;
        let survey = directory
            .survey(survey)
            .ok_or(AppError::NotFound("survey"))?;
        let customers = self.customers_of(workspace, &responses).await?;
        let now = self.now();
        let mut accepted: Vec<ResponseRow> = Vec::with_capacity(responses.len());
        let mut results: Vec<Result<Option<usize>, Rejection>> =
            Vec::with_capacity(responses.len());
        for response in responses {
            let decided = if survey.accepting {
                self.decide(&directory, survey, &customers, response, None, now)
                    .and_then(|response| survey.wanted(response))
            } else {
                Err(Rejection::Closed)
            };
            results.push(match decided {
                Ok(response) => {
                    accepted.push(ResponseRow::new(&response)?);
                    Ok(Some(accepted.len() - 1))
                }
                Err(rejection) => Err(rejection),
            });
        }
        let proposed: Vec<ResponseId> = accepted.iter().map(ResponseRow::id).collect();
        let recorded = self.intake.record(workspace, accepted).await?;
        Ok(results
            .into_iter()
            .map(|result| {
                result.map(|index| {
                    let index = index.unwrap_or_default();
                    Recorded {
                        id: recorded[index],
                        new: recorded[index] == proposed[index],
                    }
                })
            })
            .collect())
    }

    /// Customers named by external id, in as few queries as possible.
    async fn customers_of(
        &self,
        workspace: WorkspaceId,
        responses: &[NewResponse],
    ) -> Result<BTreeMap<String, Customer>, AppError> {
        let mut named: Vec<String> = responses
            .iter()
            .filter_map(|response| response.customer.clone())
            .collect();
        named.sort_unstable();
        named.dedup();
        self.customers_named(workspace, &named).await
    }

    /// Customers by external id; who is not there is missing from the result.
    pub(crate) async fn customers_named(
        &self,
        workspace: WorkspaceId,
        named: &[String],
    ) -> Result<BTreeMap<String, Customer>, AppError> {
        if named.is_empty() {
            return Ok(BTreeMap::new());
        }
        Ok(self
            .store
            .read()
            .await?
            .customers_by_external_id(workspace, named)
            .await?)
    }

    /// Resolves codes to ids and lets the survey decide, on answers in the order of its questions where they are given so.
    pub(crate) fn decide(
        &self,
        directory: &Directory,
        survey: &OpenSurvey,
        customers: &BTreeMap<String, Customer>,
        given: NewResponse,
        in_order: Option<&[Value]>,
        now: Timestamp,
    ) -> Result<Response, Rejection> {
        let field = |field, message: String| Rejection::Field { field, message };
        let unknown = |name: &'static str, code: &str| {
            let code: String = code.chars().take(80).collect();
            field(name, format!("there is no {name} `{code}`"))
        };
        let id = ResponseId(self.new_id());
        let client_id = match &given.client_id {
            None => id.0,
            Some(text) if text.is_empty() || text.chars().count() > MAX_CLIENT_ID => {
                return Err(field(
                    "client_id",
                    format!("must have 1 to {MAX_CLIENT_ID} characters"),
                ));
            }
            // Any text names the same UUID in the same survey; a UUID is taken as it is.
            Some(text) => text
                .parse()
                .unwrap_or_else(|_| Uuid::new_v5(&survey.id.0, text.as_bytes())),
        };
        let location = given
            .location
            .as_deref()
            .map(|code| {
                directory
                    .locations
                    .by_code(code)
                    .ok_or_else(|| unknown("location", code))
            })
            .transpose()?;
        let employee = given
            .employee
            .as_deref()
            .map(|code| {
                directory
                    .employee(code)
                    .ok_or_else(|| unknown("employee", code))
            })
            .transpose()?;
        let customer = given
            .customer
            .as_deref()
            .map(|external_id| {
                customers
                    .get(external_id)
                    .ok_or_else(|| unknown("customer", external_id))
            })
            .transpose()?;
        let touchpoint = given
            .touchpoint
            .map(|text| {
                text.parse::<Code>()
                    .map_err(|error| field("touchpoint", error.to_string()))
            })
            .transpose()?;
        let mut segments = BTreeMap::new();
        for (code, value) in given.segments {
            let code: Code = code
                .parse()
                .map_err(|error: radost_domain::NameError| field("segments", error.to_string()))?;
            segments.insert(code, value);
        }
        // What is known of the customer counts where the sender said nothing.
        for segment in &survey.published.survey().segments {
            if let Some(value) = customer.and_then(|customer| customer.segments.get(&segment.code))
            {
                segments
                    .entry(segment.code.clone())
                    .or_insert_with(|| value.clone());
            }
        }
        let mut seconds = BTreeMap::new();
        for (code, spent) in given.seconds {
            let code: Code = code
                .parse()
                .map_err(|error: radost_domain::NameError| field("seconds", error.to_string()))?;
            seconds.insert(code, spent);
        }
        let location = location
            .map(|location| location.id)
            .or_else(|| employee.and_then(|employee| employee.location));
        let offered = &survey.published.survey().languages;
        let submission = Submission {
            client_id,
            version: given.version,
            answers: given.answers,
            customer: customer.map(|customer| customer.id).or(given.customer_id),
            location,
            zone: directory.zone_at(location),
            employee: employee.map(|employee| employee.id),
            touchpoint,
            channel: given.channel.unwrap_or(Channel::Api),
            language: given
                .language
                .or(offered.first().copied())
                .unwrap_or(Language::En),
            segments,
            started_at: given.started_at,
            submitted_at: given.submitted_at,
            seconds,
        };
        match in_order {
            None => survey.published.accept(survey.id, id, submission, now),
            Some(answers) => survey
                .published
                .accept_in_order(survey.id, id, submission, answers, now),
        }
    }
}
