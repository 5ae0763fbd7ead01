//! Responses: one record, whatever the channel.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::{Answers, Rejection};
use super::survey::{PublishedSurvey, Survey};
use crate::name::{CustomerId, EmployeeId, LocationId, ResponseId, SurveyId};
use crate::{Code, Language};

/// Longest value of a segment, in characters.
pub const MAX_SEGMENT_VALUE: usize = 100;
/// Greatest weight of a response.
pub const MAX_WEIGHT: f64 = 1_000.0;
/// Longest reason for leaving a response out of the numbers, in characters.
pub const MAX_REASON: usize = 500;

macro_rules! channels {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// The way on which an answer came.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Channel {$(
            $(#[$doc])*
            #[serde(rename = $code)]
            $name,
        )+}

        impl Channel {
            /// Every channel.
            pub const ALL: &'static [Channel] = &[$(Channel::$name),+];

            /// Its stable code.
            pub fn code(self) -> &'static str {
                match self {$(Channel::$name => $code),+}
            }
        }
    };
}

channels! {
    /// A link on the web.
    Web = "web",
    /// A QR code at the place.
    Qr = "qr",
    /// A personal e-mail.
    Email = "email",
    /// A text message.
    Sms = "sms",
    /// A messenger.
    Messenger = "messenger",
    /// An interview by phone.
    Phone = "phone",
    /// A touch screen at the place.
    Kiosk = "kiosk",
    /// An interviewer at the door.
    ExitPoll = "exit_poll",
    /// A widget on a web site.
    Widget = "widget",
    /// A talk face to face.
    Personal = "personal",
    /// A form on paper.
    Paper = "paper",
    /// Another program.
    Api = "api",
}

/// A text that is no channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a channel; channels are web, qr, email, sms, messenger, phone, kiosk, exit_poll, widget, personal, paper, api"
)]
pub struct UnknownChannel(String);

impl std::str::FromStr for Channel {
    type Err = UnknownChannel;
    fn from_str(text: &str) -> Result<Self, UnknownChannel> {
        Channel::ALL
            .iter()
            .copied()
            .find(|channel| channel.code() == text)
            .ok_or_else(|| UnknownChannel(text.chars().take(40).collect()))
    }
}

impl std::fmt::Display for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// What somebody sends in: answers as plain JSON values, and what is known about the occasion.
/// Codes of places and people have been resolved to ids.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Made by the sender; sending the same one again changes nothing.
    pub client_id: uuid::Uuid,
    /// The version that was answered; the newest when not said.
    pub version: Option<u32>,
    /// Answers by question code.
    pub answers: BTreeMap<String, Value>,
    /// Who answered, when known.
    pub customer: Option<CustomerId>,
    /// Where the service was delivered.
    pub location: Option<LocationId>,
    /// The location's time zone, or the workspace's.
    pub zone: TimeZone,
    /// Who delivered it.
    pub employee: Option<EmployeeId>,
    /// The moment of the journey: `visit`, `delivery`.
    pub touchpoint: Option<Code>,
    /// The way on which it came.
    pub channel: Channel,
    /// The language in which it was answered.
    pub language: Language,
    /// Segment values.
    pub segments: BTreeMap<Code, String>,
    /// When the respondent began.
    pub started_at: Option<Timestamp>,
    /// When the respondent was done; now when not said.
    pub submitted_at: Option<Timestamp>,
    /// Seconds spent per question.
    pub seconds: BTreeMap<Code, f32>,
}

/// A response that was accepted. A value of this type fits its survey version.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Its id.
    pub id: ResponseId,
    /// The sender's id, see [`Submission::client_id`].
    pub client_id: uuid::Uuid,
    /// The survey.
    pub survey: SurveyId,
    /// The version that was answered.
    pub version: u32,
    /// Who answered, when known.
    pub customer: Option<CustomerId>,
    /// Where the service was delivered.
    pub location: Option<LocationId>,
    /// Who delivered it.
    pub employee: Option<EmployeeId>,
    /// The moment of the journey.
    pub touchpoint: Option<Code>,
    /// The way on which it came.
    pub channel: Channel,
    /// The language in which it was answered.
    pub language: Language,
    /// Segment values.
    pub segments: BTreeMap<Code, String>,
    /// When the respondent began.
    pub started_at: Option<Timestamp>,
    /// When the respondent was done.
    pub submitted_at: Timestamp,
    /// When Radost accepted it.
    pub received_at: Timestamp,
    /// The day of `submitted_at` at the place.
    pub day: Date,
    /// What was answered.
    pub answers: Answers,
    /// Seconds spent per question.
    pub seconds: BTreeMap<Code, f32>,
    /// The answers to scale questions, one character per slot of the survey: `0`–`9`, `A` for 10, `-` for none.
    /// One short text that SQL can group by, for any number of questions.
    pub scores: String,
    /// For how many responses it stands: 1 unless corrected.
    pub weight: f64,
    /// Whether it is left out of every number.
    pub excluded: bool,
    /// Why it is left out, where somebody said so.
    pub exclusion_reason: String,
}

/// A correction of how a response counts: what is not given stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Correction {
    /// For how many responses it is to stand.
    pub weight: Option<f64>,
    /// Whether it is to be left out of every number.
    pub excluded: Option<bool>,
    /// Why it is left out.
    pub reason: Option<String>,
}

impl Response {
    /// Decides on a correction: the response as it is with it.
    ///
    /// # Errors
    /// A [`Rejection`] that names the field.
    pub fn corrected(&self, correction: &Correction) -> Result<Response, Rejection> {
        let refused = |field, message: String| Err(Rejection::Field { field, message });
        let mut response = self.clone();
        if let Some(weight) = correction.weight {
            if !(weight > 0.0 && weight <= MAX_WEIGHT) {
                let message = format!("must be greater than 0 and at most {MAX_WEIGHT}");
                return refused("weight", message);
            }
            response.weight = weight;
        }
        response.excluded = correction.excluded.unwrap_or(self.excluded);
        if let Some(reason) = &correction.reason {
            response.exclusion_reason = reason.trim().to_owned();
        }
        let reason = &response.exclusion_reason;
        if reason.chars().count() > MAX_REASON || reason.contains('\0') {
            let message = format!("must be a text of at most {MAX_REASON} characters");
            return refused("reason", message);
        }
        if !response.excluded {
            if correction.reason.is_some() && !reason.is_empty() {
                let message = "belongs to a response that is left out of the numbers".to_owned();
                return refused("reason", message);
            }
            response.exclusion_reason.clear();
        }
        Ok(response)
    }

    /// The response without what could tell who answered: the customer, everything that was put in freely, and what the
    /// staff wrote about it. What was chosen from what the survey offers stays, and so do segments, place and times.
    /// `survey` is the version that was answered; without it no answer stays.
    #[must_use]
    pub fn anonymous(&self, survey: Option<&Survey>) -> Response {
        let mut response = self.clone();
        let offered: BTreeSet<&Code> = survey
            .into_iter()
            .flat_map(|survey| &survey.blocks)
            .flat_map(|block| &block.questions)
            .filter(|question| !question.kind.is_free())
            .map(|question| &question.code)
            .collect();
        response.answers.retain(|code, _| offered.contains(code));
        response.customer = None;
        response.exclusion_reason.clear();
        response
    }
}

/// The character that stands for no score.
pub const NO_SCORE: char = '-';

/// The character that stands for a score in [`Response::scores`].
///
/// ```
/// use radost_domain::listen::response::{score_char, char_score};
/// assert_eq!(score_char(10), 'A');
/// assert_eq!(char_score('A'), Some(10));
/// assert_eq!(char_score('-'), None);
/// ```
pub fn score_char(score: i64) -> char {
    u32::try_from(score)
        .ok()
        .and_then(|digit| char::from_digit(digit, 36))
        .map_or(NO_SCORE, |c| c.to_ascii_uppercase())
}

/// The score for which a character of [`Response::scores`] stands.
pub fn char_score(c: char) -> Option<i64> {
    c.to_digit(36).map(i64::from)
}

impl PublishedSurvey {
    /// Decides on a submission: the response it makes, or why it is refused.
    ///
    /// # Errors
    /// A [`Rejection`] that names the question or field.
    pub fn accept(
        &self,
        survey: SurveyId,
        id: ResponseId,
        submission: Submission,
        now: Timestamp,
    ) -> Result<Response, Rejection> {
        self.check_version(&submission)?;
        let answers = self.check_answers(&submission.answers)?;
        self.complete(survey, id, submission, answers, now)
    }

    /// Decides like [`accept`](Self::accept) on a submission whose answers stand in the order of
    /// [`questions`](Self::questions), `null` where nothing was answered; those of the submission itself are not looked at.
    ///
    /// # Errors
    /// A [`Rejection`] that names the question or field.
    pub fn accept_in_order(
        &self,
        survey: SurveyId,
        id: ResponseId,
        submission: Submission,
        answers: &[Value],
        now: Timestamp,
    ) -> Result<Response, Rejection> {
        self.check_version(&submission)?;
        let answers = self.check_in_order(answers)?;
        self.complete(survey, id, submission, answers, now)
    }

    fn check_version(&self, submission: &Submission) -> Result<(), Rejection> {
        match submission.version {
            Some(version) if version != self.version() => Err(Rejection::WrongVersion {
                given: version,
                newest: self.version(),
            }),
            _ => Ok(()),
        }
    }

    /// Checks what stands beside the answers.
    fn complete(
        &self,
        survey: SurveyId,
        id: ResponseId,
        submission: Submission,
        answers: Answers,
        now: Timestamp,
    ) -> Result<Response, Rejection> {
        let field = |field, message: &str| Rejection::Field {
            field,
            message: message.to_owned(),
        };
        let submitted_at = submission.submitted_at.unwrap_or(now);
        // Clocks of tablets run a little fast; more than an hour ahead is a mistake.
        if submitted_at > now + jiff::SignedDuration::from_hours(1) {
            return Err(field("submitted_at", "lies in the future"));
        }
        if submission
            .started_at
            .is_some_and(|started| started > submitted_at)
        {
            return Err(field("started_at", "is after submitted_at"));
        }
        for (code, value) in &submission.segments {
            if !self
                .survey()
                .segments
                .iter()
                .any(|segment| segment.code == *code)
            {
                let known: Vec<&str> = self
                    .survey()
                    .segments
                    .iter()
                    .map(|s| s.code.as_str())
                    .collect();
                let known = if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                };
                return Err(field(
                    "segments",
                    &format!("`{code}` is not a segment of this survey; its segments: {known}"),
                ));
            }
            if value.is_empty() || value.chars().count() > MAX_SEGMENT_VALUE || value.contains('\0')
            {
                return Err(field(
                    "segments",
                    &format!("the value of `{code}` must have 1 to {MAX_SEGMENT_VALUE} characters"),
                ));
            }
        }
        if let Some(code) = submission
            .seconds
            .keys()
            .find(|code| self.question(code.as_str()).is_none())
        {
            return Err(field(
                "seconds",
                &format!("`{code}` is not a question of this survey"),
            ));
        }
        if let Some((code, _)) = submission
            .seconds
            .iter()
            .find(|(_, s)| !(0.0..=86_400.0).contains(*s))
        {
            return Err(field(
                "seconds",
                &format!("`{code}` must lie between 0 and 86400"),
            ));
        }
        let scores = self
            .slots()
            .iter()
            .map(|code| {
                answers
                    .get(code)
                    .and_then(|answer| answer.score())
                    .map_or(NO_SCORE, score_char)
            })
            .collect();
        let day = submission.zone.to_datetime(submitted_at).date();
        Ok(Response {
            id,
            client_id: submission.client_id,
            survey,
            version: self.version(),
            customer: submission.customer,
            location: submission.location,
            employee: submission.employee,
            touchpoint: submission.touchpoint,
            channel: submission.channel,
            language: submission.language,
            segments: submission.segments,
            started_at: submission.started_at,
            submitted_at,
            received_at: now,
            day,
            answers,
            seconds: submission.seconds,
            scores,
            weight: 1.0,
            excluded: false,
            exclusion_reason: String::new(),
        })
    }
}
