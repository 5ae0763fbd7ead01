//! What respondents see: a survey block by block, without an account and without JavaScript.
//!
//! Every form is answered with a redirect to the address of the block that comes next, so the back button of the browser
//! leads through the survey and never asks whether to send something again. A browser that keeps no cookies is shown the
//! next block at once; the secret that the cookie would hold then travels in the form alone.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use jiff::Timestamp;
use maud::Markup;
use radost_app::domain::listen::answer::Answers;
use radost_app::domain::listen::{Ending, PublishedSurvey, Question, pipe};
use radost_app::domain::{Code, Language, Text};
use radost_app::listen::respond::{
    Asked, KEPT_FOR, Occasion, Outcome, Posted, Respondent, Standing, Step, Walk, glance,
};
use radost_app::{AppError, secret};
use uuid::Uuid;

use self::sheet::{Notice, Sheet, Shown};
use crate::Server;
use crate::problem;
use crate::request::{Fields, OrPage, PageResult, Staff, cookie, same, set_cookie};

mod sheet;

/// The secret under which a browser's answers are kept; its path is the survey's.
const COOKIE: &str = "radost_answers";

/// The addresses.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/s/{workspace}/{survey}", get(show).post(take))
        .route(
            "/s/{workspace}/{survey}/{token}",
            get(show_personal).post(take_personal),
        )
        .route("/surveys/{code}/preview", get(preview))
}

type PublicPath = Path<(String, String)>;
type PersonalPath = Path<(String, String, String)>;

async fn show(
    State(server): State<Server>,
    Path((workspace, survey)): PublicPath,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    Link::new(server, workspace, survey, None, query, headers)
        .show()
        .await
}

async fn show_personal(
    State(server): State<Server>,
    Path((workspace, survey, token)): PersonalPath,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    Link::new(server, workspace, survey, Some(token), query, headers)
        .show()
        .await
}

async fn take(
    State(server): State<Server>,
    Path((workspace, survey)): PublicPath,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    Link::new(server, workspace, survey, None, query, headers)
        .take(request)
        .await
}

async fn take_personal(
    State(server): State<Server>,
    Path((workspace, survey, token)): PersonalPath,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let headers = request.headers().clone();
    Link::new(server, workspace, survey, Some(token), query, headers)
        .take(request)
        .await
}

/// A link to a survey, as somebody has opened it.
struct Link {
    server: Server,
    workspace: String,
    survey: String,
    /// Of a personal link.
    token: Option<String>,
    query: Fields,
    headers: HeaderMap,
}

/// Which block is shown, and how.
#[derive(Debug, Default)]
struct View {
    /// Its code; without one, where the respondent was.
    block: Option<String>,
    /// Whether to say what is at fault.
    check: bool,
    /// Questions that have just appeared: nobody complains about them yet.
    new: Vec<String>,
}

/// Whether a text can be one of our secrets.
fn is_token(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

impl Link {
    fn new(
        server: Server,
        workspace: String,
        survey: String,
        token: Option<String>,
        query: Option<String>,
        headers: HeaderMap,
    ) -> Self {
        Link {
            server,
            workspace,
            survey,
            token,
            query: Fields::parse(query.unwrap_or_default().as_bytes()),
            headers,
        }
    }

    /// The address without its query.
    fn base(&self) -> String {
        let Link {
            workspace, survey, ..
        } = self;
        match &self.token {
            None => format!("/s/{workspace}/{survey}"),
            Some(token) => format!("/s/{workspace}/{survey}/{token}"),
        }
    }

    /// The same link with what it says of the occasion, a language, and more.
    fn address(&self, asked: &Asked, language: Option<Language>, more: &[(&str, &str)]) -> String {
        let occasion = self.occasion().known(&asked.directory);
        let known = [
            ("location", &occasion.location),
            ("employee", &occasion.employee),
            ("touchpoint", &occasion.touchpoint),
            ("channel", &occasion.channel),
        ];
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, code) in known {
            if let Some(code) = code {
                query.append_pair(name, code);
            }
        }
        if let Some(language) = language {
            query.append_pair("lang", language.code());
        }
        query.extend_pairs(more);
        match query.finish() {
            query if query.is_empty() => self.base(),
            query => format!("{}?{query}", self.base()),
        }
    }

    fn occasion(&self) -> Occasion {
        // A personal link says itself what it is about.
        if self.token.is_some() {
            return Occasion::default();
        }
        let given = |name| self.query.given(name).map(str::to_owned);
        Occasion {
            location: given("location"),
            employee: given("employee"),
            touchpoint: given("touchpoint"),
            channel: given("channel"),
        }
    }

    /// The language that the address asks for, if it is one of these.
    fn chosen(&self, offered: &[Language]) -> Option<Language> {
        let language = self.query.given("lang")?.parse().ok()?;
        offered.contains(&language).then_some(language)
    }

    /// The language to speak: the address's, the one chosen before, the browser's, the first one.
    fn language(&self, offered: &[Language], before: Option<Language>) -> Language {
        let browser = || {
            let header = self.headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
            Language::negotiate(header, offered)
        };
        self.chosen(offered)
            .or(before.filter(|before| offered.contains(before)))
            .or_else(browser)
            .or(offered.first().copied())
            .unwrap_or(Language::En)
    }

    fn cookie(&self) -> Option<&str> {
        cookie(&self.headers, COOKIE).filter(|token| is_token(token))
    }

    async fn show(self) -> Response {
        match self.shown().await {
            Ok(response) => response,
            Err(error) => self.sorry(&error),
        }
    }

    async fn shown(&self) -> Result<Response, AppError> {
        let app = &self.server.app;
        let asked = app.asked(&self.workspace, &self.survey).await?;
        let done = self.query.get("done") == "1";
        let ending = self.query.given("end").and_then(|code| code.parse().ok());
        let thanks = || self.thanks(&asked, ending.as_ref(), &Answers::new());
        if self.query.get("full") == "1" {
            return Ok(self.enough(&asked, ending.as_ref()));
        }
        if done && self.token.is_none() {
            return Ok(thanks());
        }
        let secret = match self.token.as_deref().or(self.cookie()) {
            Some(token) => token.to_owned(),
            None => secret::token(),
        };
        let who = match (&self.token, self.cookie()) {
            (Some(_), _) => Respondent::Invited(&secret),
            (None, Some(_)) => Respondent::Browser(&secret),
            (None, None) => Respondent::New(&secret),
        };
        let walk = app.walk(&asked, who).await?;
        match walk.standing {
            Standing::Closed => return Ok(self.closed(&asked, StatusCode::OK)),
            Standing::Answered if done => return Ok(thanks()),
            Standing::Answered => return Ok(self.answered(&asked)),
            Standing::Open => {}
        }
        let view = View {
            block: self.query.given("block").map(str::to_owned),
            check: self.query.get("check") == "1",
            new: self
                .query
                .get("see")
                .split('.')
                .map(str::to_owned)
                .collect(),
        };
        let offered = &asked.published().survey().languages;
        let language = self.language(offered, walk.language);
        let mut response = html(
            StatusCode::OK,
            self.sheet(&asked, &walk, &view, language, &secret),
        );
        if matches!(who, Respondent::New(_)) {
            self.keep_cookie(&mut response, &secret, KEPT_FOR.as_secs());
        }
        Ok(response)
    }

    fn keep_cookie(&self, response: &mut Response, secret: &str, seconds: i64) {
        let path = format!("/s/{}/{}", self.workspace, self.survey);
        let (name, value) = set_cookie(&self.server, COOKIE, secret, &path, seconds, true);
        response.headers_mut().append(name, value);
    }

    async fn take(self, request: Request) -> Response {
        match self.taken(request).await {
            Ok(response) => response,
            Err(error) => self.sorry(&error),
        }
    }

    async fn taken(&self, request: Request) -> Result<Response, AppError> {
        let app = &self.server.app;
        let asked = app.asked(&self.workspace, &self.survey).await?;
        let survey = asked.published().survey();
        if self.token.as_deref().is_some_and(|token| !is_token(token)) {
            return Err(AppError::NotFound("personal link"));
        }
        let Ok(body) = to_bytes(request.into_body(), asked.largest_form()).await else {
            return Err(AppError::invalid("answers", "too long"));
        };
        let fields = Fields::parse(&body);
        let quiet = fields.get("go") == "keep";
        let given = fields.get("csrf");
        // The address of a personal link is a secret itself. Elsewhere the form must know the browser's; a browser
        // without one has nothing that a forged form could end.
        let expected = self.token.as_deref().or(self.cookie()).unwrap_or(given);
        if !is_token(given) || !same(given, expected) {
            return Ok(self.expired(&asked));
        }
        let who = match &self.token {
            Some(token) => Respondent::Invited(token),
            None => Respondent::Browser(given),
        };
        let switched = fields.given("lang").and_then(|code| code.parse().ok());
        let switched = switched.filter(|language| survey.languages.contains(language));
        // The form's own address says in which language it was shown.
        let language = switched.unwrap_or_else(|| self.language(&survey.languages, None));
        let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, value) in fields.pairs() {
            if let Some(code) = sheet::code(name) {
                values.entry(code).or_default().push(value);
            }
        }
        let posted = Posted {
            block: fields.get("block"),
            shown: fields.get("shown").split_whitespace().collect(),
            fields: values,
            step: match fields.get("go") {
                _ if switched.is_some() || quiet => Step::Stay,
                "back" => Step::Back,
                _ => Step::Next,
            },
            language,
            began: fields
                .given("began")
                .and_then(|text| Timestamp::from_second(text.parse().ok()?).ok()),
        };
        let outcome = app.answer(&asked, who, self.occasion(), &posted).await?;
        if quiet {
            return Ok(StatusCode::NO_CONTENT.into_response());
        }
        let (block, check, new) = match outcome {
            Outcome::Show { block, check, new } => (block, check, new),
            Outcome::Closed => return Ok(self.closed(&asked, StatusCode::CONFLICT)),
            Outcome::Enough(ending) => {
                let end = at_end("full", ending.as_ref());
                let address = self.address(&asked, Some(language), &end);
                return Ok(Redirect::to(&address).into_response());
            }
            Outcome::Finished { ending, answers } => {
                // What was answered is said back only here: it must not stand in an address.
                let mut response = match has_pipes(asked.published(), ending.as_ref()) {
                    true => self.thanks(&asked, ending.as_ref(), &answers),
                    false => {
                        let end = at_end("done", ending.as_ref());
                        let address = self.address(&asked, Some(language), &end);
                        Redirect::to(&address).into_response()
                    }
                };
                if self.token.is_none() {
                    // What this browser answers next time is another response.
                    self.keep_cookie(&mut response, "", 0);
                }
                return Ok(response);
            }
        };
        let code = survey.blocks.get(block).map(|block| block.code.as_str());
        let new: Vec<String> = new.iter().map(ToString::to_string).collect();
        if self.token.is_none() && self.cookie().is_none() {
            let walk = app.walk(&asked, who).await?;
            let view = View {
                block: code.map(str::to_owned),
                check,
                new,
            };
            let status = if check {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::OK
            };
            return Ok(html(
                status,
                self.sheet(&asked, &walk, &view, language, given),
            ));
        }
        let see = new.join(".");
        let mut more: Vec<(&str, &str)> = code.map(|code| ("block", code)).into_iter().collect();
        if check {
            more.push(("check", "1"));
        }
        if !see.is_empty() {
            more.push(("see", &see));
        }
        let mut response =
            Redirect::to(&self.address(&asked, Some(language), &more)).into_response();
        if self.token.is_none() {
            self.keep_cookie(&mut response, given, KEPT_FOR.as_secs());
        }
        Ok(response)
    }

    /// The page of a block.
    fn sheet(
        &self,
        asked: &Asked,
        walk: &Walk,
        view: &View,
        language: Language,
        secret: &str,
    ) -> Markup {
        let published = asked.published();
        let survey = published.survey();
        let glance = glance(published, &walk.typed, walk.seed);
        let index = |code: &String| {
            survey
                .blocks
                .iter()
                .position(|block| block.code.as_str() == code)
        };
        let wanted = view.block.as_ref().and_then(index);
        let here = glance.place(wanted.or(walk.block));
        let tr = sheet::tr(language);
        let is_new =
            |question: &Question| view.new.iter().any(|code| code == question.code.as_str());
        let mut questions: Vec<Shown> = glance
            .questions(here)
            .enumerate()
            .map(|(index, q)| {
                let question = &published.questions()[q].question;
                let fault = glance.fault(q).filter(|_| view.check && !is_new(question));
                Shown {
                    question,
                    index,
                    value: walk.typed.get(question.code.as_str()),
                    fault: fault.map(|fault| sheet::complaint(tr, question, fault)),
                    focus: false,
                }
            })
            .collect();
        let at_fault = questions.iter().position(|shown| shown.fault.is_some());
        let appeared = || questions.iter().position(|shown| is_new(shown.question));
        let focus = at_fault.or_else(appeared);
        if let Some(shown) = focus.and_then(|focus| questions.get_mut(focus)) {
            shown.focus = true;
        }
        let blocks = glance.blocks();
        let n = blocks.iter().position(|&block| block == here);
        let n = n.map_or(1, |before| before + 1);
        let blank = view.check && at_fault.is_none() && glance.is_blank();
        let action = self.address(asked, Some(language), &[]);
        let sheet = Sheet {
            language,
            survey,
            who: &asked.directory.workspace.name,
            block: here,
            questions,
            step: (n, blocks.len().max(1)),
            action: Some(&action),
            csrf: secret,
            began: walk
                .started_at
                .is_none()
                .then(|| self.server.app.now().as_second()),
            message: blank.then(|| tr.t("respond-error-empty")),
            moved: wanted.is_some() && focus.is_none() && !blank,
            personal: self.token.is_some(),
            seed: walk.seed,
            piped: Some((published, &glance.answers)),
        };
        sheet.render()
    }

    fn notice(&self, asked: &Asked, title: &str, lines: &[&str]) -> Markup {
        let offered = &asked.published().survey().languages;
        let notice = Notice {
            language: self.language(offered, None),
            offered,
            who: &asked.directory.workspace.name,
            title,
            lines,
            way: None,
            joy: false,
        };
        notice.render(|language| self.address(asked, Some(language), &[]))
    }

    /// The last page, with what was answered put into its words.
    fn thanks(&self, asked: &Asked, ending: Option<&Code>, answers: &Answers) -> Response {
        let ending = ending.and_then(|code| asked.published().ending_of(code));
        let tr = sheet::tr(self.language(&asked.published().survey().languages, None));
        let received = tr.t("respond-thanks-received");
        let page = self.last(asked, ending, answers, "done", &received);
        html(StatusCode::OK, page)
    }

    /// There are enough responses like this one.
    fn enough(&self, asked: &Asked, ending: Option<&Code>) -> Response {
        match ending.and_then(|code| asked.published().ending_of(code)) {
            None => self.closed(asked, StatusCode::OK),
            Some(ending) => {
                let page = self.last(asked, Some(ending), &Answers::new(), "full", "");
                html(StatusCode::OK, page)
            }
        }
    }

    /// An end page, or the usual one, and a last line.
    fn last(
        &self,
        asked: &Asked,
        ending: Option<&Ending>,
        answers: &Answers,
        state: &'static str,
        below: &str,
    ) -> Markup {
        let published = asked.published();
        let survey = published.survey();
        let language = self.language(&survey.languages, None);
        let tr = sheet::tr(language);
        let words = |text: &Text| {
            let text = text.best(language).trim();
            pipe::fill(text, answers, published, language).into_owned()
        };
        let title = ending
            .map(|ending| words(&ending.title))
            .unwrap_or_default();
        let text = words(ending.map_or(&survey.thank_you, |ending| &ending.text));
        let (title, rest) = match title.as_str() {
            "" => first_sentence(&text),
            title => (title, text.as_str()),
        };
        let thanks = tr.t("respond-thanks");
        let title = if title.is_empty() { &thanks } else { title };
        let lines = [rest, below].into_iter().filter(|line| !line.is_empty());
        let lines: Vec<&str> = lines.collect();
        let go_on = tr.t("respond-go-on");
        let link = ending.and_then(|ending| ending.link.as_deref());
        let notice = Notice {
            language,
            offered: &survey.languages,
            who: &asked.directory.workspace.name,
            title,
            lines: &lines,
            way: link.map(|link| (go_on.as_str(), link)),
            joy: true,
        };
        notice.render(|language| {
            let end = at_end(state, ending.map(|ending| &ending.code));
            self.address(asked, Some(language), &end)
        })
    }

    fn closed(&self, asked: &Asked, status: StatusCode) -> Response {
        let tr = sheet::tr(self.language(&asked.published().survey().languages, None));
        let body = tr.t("respond-closed-body");
        html(
            status,
            self.notice(asked, &tr.t("respond-closed-title"), &[&body]),
        )
    }

    fn answered(&self, asked: &Asked) -> Response {
        let tr = sheet::tr(self.language(&asked.published().survey().languages, None));
        let body = tr.t("respond-answered-body");
        html(
            StatusCode::OK,
            self.notice(asked, &tr.t("respond-answered-title"), &[&body]),
        )
    }

    /// A form that does not know the browser's secret: an old window, or somebody else's page.
    fn expired(&self, asked: &Asked) -> Response {
        let offered = &asked.published().survey().languages;
        let language = self.language(offered, None);
        let tr = sheet::tr(language);
        let address = self.address(asked, self.chosen(offered), &[]);
        let notice = Notice {
            language,
            offered: &[],
            who: &asked.directory.workspace.name,
            title: &tr.t("respond-expired-title"),
            lines: &[&tr.t("respond-expired-body")],
            way: Some((&tr.t("respond-expired-link"), &address)),
            joy: false,
        };
        html(StatusCode::FORBIDDEN, notice.render(|_| address.clone()))
    }

    /// What is said when there is nothing to show: to a customer, in words that help.
    fn sorry(&self, error: &AppError) -> Response {
        let (status, topic) = match error {
            AppError::NotFound(_) => (StatusCode::NOT_FOUND, "missing"),
            AppError::Invalid { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too-long"),
            AppError::Full => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            AppError::Store(store) => {
                problem::log(store);
                (StatusCode::SERVICE_UNAVAILABLE, "busy")
            }
            other => {
                tracing::error!(error = %other, "a respondent could not be served");
                (StatusCode::INTERNAL_SERVER_ERROR, "busy")
            }
        };
        let language = self.language(&Language::ALL, None);
        let tr = sheet::tr(language);
        let notice = Notice {
            language,
            offered: &[],
            who: "",
            title: &tr.t(&format!("respond-{topic}-title")),
            lines: &[&tr.t(&format!("respond-{topic}-body"))],
            way: None,
            joy: false,
        };
        let mut response = html(status, notice.render(|_| self.base()));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

fn html(status: StatusCode, page: Markup) -> Response {
    (status, Html(page.into_string())).into_response()
}

/// What the address of a last page says.
fn at_end<'c>(state: &'static str, ending: Option<&'c Code>) -> Vec<(&'static str, &'c str)> {
    let ending = ending.map(|code| ("end", code.as_str()));
    [(state, "1")].into_iter().chain(ending).collect()
}

/// Whether the last page says something back that was answered.
fn has_pipes(survey: &PublishedSurvey, ending: Option<&Code>) -> bool {
    let texts = match ending.and_then(|code| survey.ending_of(code)) {
        Some(ending) => vec![&ending.title, &ending.text],
        None => vec![&survey.survey().thank_you],
    };
    let mut words = texts.iter().flat_map(|text| text.0.values());
    words.any(|words| !pipe::codes(words).is_empty())
}

/// A short first sentence makes a heading, the rest follows it.
fn first_sentence(text: &str) -> (&str, &str) {
    const LONGEST: usize = 60;
    let end = text
        .char_indices()
        .find(|(at, c)| {
            let after = &text[at + c.len_utf8()..];
            matches!(c, '!' | '.' | '?' | '…')
                && (after.is_empty() || after.starts_with(char::is_whitespace))
        })
        .map_or(text.len(), |(at, c)| at + c.len_utf8());
    let (first, rest) = text.split_at(end);
    if first.chars().count() > LONGEST {
        return ("", text);
    }
    (first, rest.trim_start())
}

/// One block of the draft as respondents would see it, with all that could appear in it; its buttons do nothing.
async fn preview(
    staff: Staff,
    State(server): State<Server>,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
) -> PageResult {
    let stored = server.app.survey(staff.actor(), &code).await;
    let draft = stored.or_page(&staff.reader)?.draft;
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let language = query.given("lang").and_then(|code| code.parse().ok());
    let language = language
        .or(draft.languages.first().copied())
        .unwrap_or(Language::En);
    let last = draft.blocks.len().saturating_sub(1);
    let block = query.get("block").parse().unwrap_or(0).min(last);
    let questions = draft
        .blocks
        .get(block)
        .map(|block| block.questions.as_slice());
    let questions = questions.unwrap_or_default().iter().enumerate();
    let questions = questions.map(|(index, question)| Shown {
        question,
        index,
        value: None,
        fault: None,
        focus: false,
    });
    let sheet = Sheet {
        language,
        survey: &draft,
        who: &staff.directory.workspace.name,
        block,
        questions: questions.collect(),
        step: (block + 1, last + 1),
        action: None,
        csrf: "",
        began: None,
        message: None,
        moved: false,
        personal: false,
        // One of the orders in which respondents see what comes in random order.
        seed: Uuid::nil(),
        piped: None,
    };
    Ok(html(StatusCode::OK, sheet.render()))
}
