//! What customers see: answering a survey from a link to the thank-you, as a browser without JavaScript does it.

mod support;

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use radost_app::domain::access::{Permission, Role};
use radost_app::domain::listen::{Channel, Response, Survey, templates};
use radost_app::domain::name::{EmployeeId, LocationId};
use radost_app::domain::retain::Customer;
use radost_app::domain::team::{Employee, Location, LocationKind};
use radost_app::domain::{Language, name::CustomerId};
use radost_app::listen::{NewInvitation, NewSurvey};
use serde_json::{Value, json};
use support::{Answer, TestApp};

const COOKIE: &str = "radost_answers";
const VISIT: &str = "/s/cafe/post-visit";

/// A browser without JavaScript: it keeps cookies, follows redirects, and sends the forms that it is shown.
struct Browser<'a> {
    test: &'a TestApp,
    cookie: Option<String>,
    keeps_cookies: bool,
    accepts: &'static str,
    /// The address of the page that is shown.
    at: String,
    page: String,
    status: StatusCode,
}

impl<'a> Browser<'a> {
    fn new(test: &'a TestApp, accepts: &'static str) -> Self {
        Browser {
            test,
            cookie: None,
            keeps_cookies: true,
            accepts,
            at: String::new(),
            page: String::new(),
            status: StatusCode::OK,
        }
    }

    async fn open(&mut self, path: &str) -> &mut Self {
        self.request("GET", path, None).await
    }

    async fn request(&mut self, method: &str, path: &str, body: Option<String>) -> &mut Self {
        let answer = self.send(method, path, body).await;
        let next = answer.location().to_owned();
        self.take(path, answer);
        if !next.is_empty() {
            assert_eq!(self.status, StatusCode::SEE_OTHER);
            let answer = self.send("GET", &next, None).await;
            assert_eq!(answer.location(), "", "one redirect is enough");
            self.take(&next, answer);
        }
        let faults = faults(&self.page);
        assert!(faults.is_empty(), "{}: {faults:#?}\n{}", self.at, self.page);
        self
    }

    async fn send(&self, method: &str, path: &str, body: Option<String>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT_LANGUAGE, self.accepts)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, format!("{COOKIE}={cookie}"));
        }
        let body = body.map_or(Body::empty(), Body::from);
        self.test.send(request.body(body).expect("a request")).await
    }

    fn take(&mut self, path: &str, answer: Answer) {
        if let Some(cookie) = answer.cookie(COOKIE).filter(|_| self.keeps_cookies) {
            self.cookie = Some(cookie).filter(|cookie| !cookie.is_empty());
        }
        self.at = path.to_owned();
        self.status = answer.status;
        self.page = answer.body;
    }

    /// What would be sent: the form as it is shown, with some fields filled in and one button pressed.
    fn filled(&self, fields: &[(&str, &str)], button: (&str, &str)) -> String {
        let mut sent: Vec<(String, String)> = controls(&self.page)
            .into_iter()
            .filter(|(name, _)| !fields.iter().any(|(other, _)| name == other))
            .collect();
        sent.extend(
            fields
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
        );
        sent.push((button.0.to_owned(), button.1.to_owned()));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(sent)
            .finish()
    }

    fn action(&self) -> String {
        let form = tags(&self.page, "form").next().expect("a form");
        attribute(form, "action").expect("an address")
    }

    async fn press(&mut self, fields: &[(&str, &str)], button: (&str, &str)) -> &mut Self {
        let (body, action) = (self.filled(fields, button), self.action());
        self.request("POST", &action, Some(body)).await
    }

    async fn next(&mut self, fields: &[(&str, &str)]) -> &mut Self {
        self.press(fields, ("go", "next")).await
    }

    async fn back(&mut self, fields: &[(&str, &str)]) -> &mut Self {
        self.press(fields, ("go", "back")).await
    }

    fn shows(&self, text: &str) -> bool {
        self.page.contains(text)
    }

    /// The value of a field as it is shown.
    fn field(&self, name: &str) -> Option<String> {
        let fields = controls(&self.page);
        fields
            .into_iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value)
    }

    /// The name of what has the focus when the page is there; of what has none, the element.
    fn focus(&self) -> Option<String> {
        let tag = tags(&self.page, "").find(|tag| attribute(tag, "autofocus").is_some())?;
        Some(
            attribute(tag, "name")
                .unwrap_or_else(|| tag.split(' ').next().unwrap_or_default().to_owned()),
        )
    }
}

/// The tags with this name (any with none), without their brackets.
fn tags<'p>(page: &'p str, name: &'p str) -> impl Iterator<Item = &'p str> {
    page.split('<').skip(1).filter_map(move |rest| {
        let tag = rest.split('>').next()?;
        let own = tag.split_whitespace().next().unwrap_or_default();
        (name.is_empty() || own == name).then_some(tag)
    })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    if let Some((_, rest)) = tag.split_once(&format!(" {name}=\"")) {
        return rest.split('"').next().map(unescaped);
    }
    tag.split_whitespace()
        .any(|word| word == name)
        .then(String::new)
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// The fields that a browser would send: texts, hidden ones, and what is ticked.
fn controls(page: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for rest in page.split('<').skip(1) {
        let (tag, after) = rest.split_once('>').unwrap_or((rest, ""));
        let Some(name) = attribute(tag, "name") else {
            continue;
        };
        let value = || attribute(tag, "value");
        match tag.split_whitespace().next() {
            Some("textarea") => {
                found.push((name, unescaped(after.strip_prefix('\n').unwrap_or(after))))
            }
            Some("input") => {
                let ticks = matches!(
                    attribute(tag, "type").as_deref(),
                    Some("radio" | "checkbox")
                );
                if !ticks || attribute(tag, "checked").is_some() {
                    found.push((name, value().unwrap_or_default()));
                }
            }
            _ => {}
        }
    }
    found
}

/// Faults of a page: those of every page, and what forms need for people who listen or use a keyboard.
fn faults(page: &str) -> Vec<String> {
    let mut faults = radost_server::look::check::strict(page);
    // Every control has a label with words in it.
    for tag in tags(page, "input")
        .chain(tags(page, "textarea"))
        .chain(tags(page, "select"))
        .chain(tags(page, "progress"))
    {
        if attribute(tag, "type").as_deref() == Some("hidden") {
            continue;
        }
        let id = attribute(tag, "id").unwrap_or_default();
        let label = page
            .split(&format!("for=\"{id}\">"))
            .nth(1)
            .unwrap_or_default();
        if words(label.split("</label>").next().unwrap_or_default()).is_empty() {
            faults.push(format!("no words in the label of {tag}"));
        }
    }
    // Every radio button stands in a group with words above it; a name belongs to one group.
    let mut outside = String::new();
    for (index, part) in page.split("<fieldset").enumerate() {
        let (group, after) = if index == 0 {
            ("", part)
        } else {
            part.split_once("</fieldset>").unwrap_or((part, ""))
        };
        outside.push_str(after);
        if index == 0 {
            continue;
        }
        let legend = group
            .split("<legend>")
            .nth(1)
            .and_then(|rest| rest.split("</legend>").next());
        if words(legend.unwrap_or_default()).is_empty() {
            faults.push(format!("a group without a legend: {group}"));
        }
        // What stands behind a point tells the two ends of one question apart.
        let names: std::collections::BTreeSet<_> = tags(group, "input")
            .chain(tags(group, "select"))
            .filter_map(|tag| attribute(tag, "name")?.split('.').next().map(str::to_owned))
            .collect();
        if names.len() != 1 {
            faults.push(format!("a group of {names:?}"));
        }
    }
    if tags(&outside, "input").any(|tag| attribute(tag, "type").as_deref() == Some("radio")) {
        faults.push("a radio button outside a group".into());
    }
    // One thing at most asks for the focus, and it can have it.
    let focused: Vec<&str> = tags(page, "")
        .filter(|tag| attribute(tag, "autofocus").is_some())
        .collect();
    if focused.len() > 1 {
        faults.push(format!("several want the focus: {focused:?}"));
    }
    // What is at fault says so to everybody.
    for tag in tags(page, "").filter(|tag| attribute(tag, "aria-invalid").is_some()) {
        if attribute(tag, "aria-describedby").is_none() {
            faults.push(format!("at fault without saying why: {tag}"));
        }
    }
    faults
}

/// The text of a piece of markup.
fn words(markup: &str) -> String {
    let mut text = String::new();
    for (index, part) in markup.split('<').enumerate() {
        text.push_str(if index == 0 {
            part
        } else {
            part.split_once('>').map_or("", |(_, after)| after)
        });
    }
    text.trim().to_owned()
}

/// Every response that was recorded, in order.
async fn responses(test: &TestApp) -> Vec<Response> {
    let workspace = test.console.workspace;
    let mut tx = test.store.read().await.expect("a transaction");
    let events = tx.events_after(workspace, 0, 1000).await.expect("events");
    let mut found = Vec::new();
    for event in events {
        found.extend(
            tx.response(workspace, event.event.response())
                .await
                .expect("a response"),
        );
    }
    found
}

fn answers(response: &Response) -> Value {
    serde_json::to_value(&response.answers).expect("answers")
}

async fn published(test: &TestApp, document: Value) {
    let survey = Survey::from_json(&document).expect("a document");
    let code = survey.code.to_string();
    let new = NewSurvey::Document(Box::new(survey));
    test.app
        .create_survey(&test.console, new)
        .await
        .expect("a survey");
    test.app
        .publish_survey(&test.console, &code)
        .await
        .expect("published");
}

/// Changes a survey and publishes it anew.
async fn republished(test: &TestApp, code: &str, change: impl FnOnce(&mut Survey)) {
    let stored = test
        .app
        .survey(&test.console, code)
        .await
        .expect("a survey");
    let mut draft = stored.draft.clone();
    change(&mut draft);
    // What a change takes away can be driven by nothing.
    for block in &mut draft.blocks {
        for question in &mut block.questions {
            question.drives = None;
        }
    }
    let saved = test
        .app
        .save_draft(&test.console, code, draft, stored.draft_revision)
        .await;
    saved.expect("saved");
    test.app
        .publish_survey(&test.console, code)
        .await
        .expect("published");
}

fn all_kinds() -> Value {
    let text = |text: &str| json!({ "en": text, "ru": format!("{text} (ru)"), "uk": format!("{text} (uk)"), "bg": format!("{text} (bg)") });
    json!({
        "code": "all-kinds", "title": text("All kinds"), "languages": ["en", "ru", "uk", "bg"], "intro": text("Intro"),
        "blocks": [{ "code": "one", "questions": [
            { "code": "nps", "kind": "nps", "text": text("NPS?"), "required": true },
            { "code": "stars", "kind": "rating", "style": "stars", "text": text("Stars?"), "not_applicable": true, "low_label": text("low"), "high_label": text("high") },
            { "code": "faces", "kind": "csat", "style": "faces", "text": text("Faces?"), "hint": text("A hint.") },
            { "code": "weight", "kind": "importance", "of": "stars", "points": 7, "text": text("Important?") },
            { "code": "one", "kind": "single", "text": text("One?"), "required": true, "options": [
                { "code": "a", "text": text("A") }, { "code": "b", "text": text("B") }] },
            { "code": "some", "kind": "multi", "max_choices": 2, "text": text("Some?"), "options": [
                { "code": "a", "text": text("A") }, { "code": "b", "text": text("B") }, { "code": "c", "text": text("C") }] },
            { "code": "words", "kind": "text", "max_length": 10, "text": text("Words?") },
            { "code": "story", "kind": "text", "long": true, "max_length": 20, "text": text("Story?") },
            { "code": "guests", "kind": "number", "min": 1.0, "max": 12.0, "text": text("Guests?") },
            { "code": "paid", "kind": "number", "min": 0.0, "decimals": 2, "text": text("Paid?") },
            { "code": "day", "kind": "date", "min": "2026-01-01", "max": "2026-11-30", "text": text("Day?") },
            { "code": "agree", "kind": "consent", "text": text("Agree?"), "required": true },
            { "code": "note", "kind": "statement", "text": text("Just words.") }
        ]}],
        "thank_you": text("That was all. See you!")
    })
}

#[tokio::test]
async fn a_customer_answers_in_ukrainian_from_the_link_to_the_thanks() {
    let test = TestApp::new().await.with_survey("post-visit").await;
    let mut browser = Browser::new(&test, "uk-UA,uk;q=0.9,en;q=0.5");
    browser.open(VISIT).await;
    assert_eq!(browser.status, StatusCode::OK);
    assert!(browser.shows("<html lang=\"uk\">") && browser.shows("Дякуємо, що завітали до нас!"));
    assert!(browser.shows("<p class=\"who\">Кав’ярні</p>"));
    assert!(
        browser.shows("Крок 1 з 4")
            && browser.shows("<progress id=\"steps\" value=\"1\" max=\"4\">")
    );
    assert!(
        browser.shows("0<span class=\"vh\"> – Точно не порекомендую</span>"),
        "the ends say what they mean"
    );
    assert!(
        !browser.shows("Назад"),
        "there is nothing before the first block"
    );

    // Nothing answered: the page says what is wanted, and the keyboard starts there.
    browser.next(&[]).await;
    assert!(
        browser.shows("Перевірте, будь ласка, 1 відповідь")
            && browser.shows("Виберіть, будь ласка, відповідь.")
    );
    assert_eq!(browser.focus().as_deref(), Some("q-nps"));
    assert!(!browser.shows("Що нам варто поліпшити?"), "not asked yet");

    // A low score: the same block once more, with the question that it raises.
    browser.next(&[("q-nps", "3"), ("q-csat", "2")]).await;
    assert!(browser.shows("Що нам варто поліпшити?") && browser.shows("Крок 1 з 4"));
    assert_eq!(browser.focus().as_deref(), Some("q-improve"));
    assert_eq!(browser.field("q-nps").as_deref(), Some("3"));
    assert!(
        !browser.shows("class=\"fault\""),
        "nobody complains about a question just asked"
    );

    browser
        .next(&[("q-improve", "Довго чекали.\r\nКава холодна.")])
        .await;
    assert!(browser.shows("Крок 2 з 4") && browser.shows("Як усе було цього разу?"));
    assert_eq!(browser.focus().as_deref(), Some("h1"));

    // Back, with what was typed here kept, and forward again.
    browser.back(&[("q-speed", "1"), ("q-value", "n/a")]).await;
    assert!(browser.shows("Крок 1 з 4"));
    assert_eq!(
        browser.field("q-improve").as_deref(),
        Some("Довго чекали.\nКава холодна.")
    );
    browser.next(&[]).await;
    assert_eq!(
        (
            browser.field("q-speed").as_deref(),
            browser.field("q-value").as_deref()
        ),
        (Some("1"), Some("n/a"))
    );
    browser.next(&[("q-friendliness", "4")]).await;
    assert!(browser.shows("Крок 3 з 4"));
    browser.next(&[("q-speed_importance", "5")]).await;
    assert!(browser.shows("Крок 4 з 4") && browser.shows("Надіслати відповіді"));
    browser.next(&[("q-contact", "1")]).await;
    assert!(browser.at.ends_with("?lang=uk&done=1"), "{}", browser.at);
    assert!(browser.shows("<h1>Дякуємо!</h1>") && browser.shows("Ми читаємо кожну відповідь."));

    let responses = responses(&test).await;
    assert_eq!(responses.len(), 1);
    let expected = json!({
        "nps": 3, "improve": "Довго чекали.\nКава холодна.", "csat": 2, "friendliness": 4, "speed": 1, "value": "n/a",
        "speed_importance": 5, "contact": true
    });
    assert_eq!(answers(&responses[0]), expected);
    assert_eq!(
        (responses[0].language, responses[0].channel),
        (Language::Uk, Channel::Web)
    );
    assert_eq!(responses[0].started_at, Some(test.app.now()));
    assert!(
        responses[0].seconds.is_empty(),
        "what was not measured is not said"
    );
    assert_eq!(
        browser.cookie, None,
        "the next answers are another response"
    );
}

#[tokio::test]
async fn a_break_loses_nothing() {
    let test = TestApp::new().await.with_survey("post-visit").await;
    let mut browser = Browser::new(&test, "en");
    let first = browser.open(VISIT).await.cookie.clone();
    let set = browser.send("GET", VISIT, None).await;
    assert!(
        set.cookie(COOKIE).is_none(),
        "a cookie that is there is not replaced"
    );
    browser.next(&[("q-nps", "10"), ("q-liked", "Tea")]).await;
    assert!(browser.shows("What did you like?"));
    browser.next(&[]).await.next(&[("q-speed", "5")]).await;
    assert_eq!(browser.cookie, first);
    assert!(browser.shows("Step 3 of 4"));

    // The browser was closed and started again: only the cookie is left.
    let mut later = Browser::new(&test, "en");
    later.cookie = first;
    later.open(VISIT).await;
    assert!(later.shows("Step 3 of 4"));
    later.back(&[]).await;
    assert_eq!(later.field("q-speed").as_deref(), Some("5"));
    later.back(&[]).await;
    assert_eq!(
        later.field("q-liked").as_deref(),
        Some(""),
        "asked once the score was known, and left empty"
    );
    assert_eq!(later.field("q-nps").as_deref(), Some("10"));

    // Another browser sees nothing of it.
    let mut other = Browser::new(&test, "en");
    other.open(&format!("{VISIT}?block=expectations")).await;
    assert!(other.shows("Step 1 of 4") && other.field("q-nps").is_none());
}

#[tokio::test]
async fn the_cookie_belongs_to_the_survey_alone() {
    let test = TestApp::new().await.with_survey("post-visit").await;
    let answer = test.get(VISIT, "").await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().expect("text");
    assert!(
        cookie.contains("; Path=/s/cafe/post-visit; Max-Age=2592000; SameSite=Lax; HttpOnly"),
        "{cookie}"
    );
}

#[tokio::test]
async fn what_is_typed_is_kept_quietly_too() {
    let test = TestApp::new().await.with_survey("post-visit").await;
    let mut browser = Browser::new(&test, "en");
    browser.open(VISIT).await;
    let body = browser.filled(&[("q-nps", "8")], ("go", "keep"));
    let kept = browser.send("POST", &browser.action(), Some(body)).await;
    assert_eq!(
        (kept.status, kept.body.as_str()),
        (StatusCode::NO_CONTENT, "")
    );
    browser.open(VISIT).await;
    assert_eq!(browser.field("q-nps").as_deref(), Some("8"));
}

#[tokio::test]
async fn a_switch_of_language_keeps_the_answers() {
    let test = TestApp::new().await.with_survey("post-visit").await;
    let mut browser = Browser::new(&test, "de-DE,de");
    browser.open(&format!("{VISIT}?channel=qr")).await;
    assert!(
        browser.shows("<html lang=\"en\">"),
        "the first language of the survey"
    );
    browser
        .press(&[("q-nps", "9"), ("q-csat", "4")], ("lang", "bg"))
        .await;
    assert!(
        browser.shows("<html lang=\"bg\">")
            && browser.shows("Доколко е вероятно да ни препоръчате")
    );
    assert_eq!(
        (
            browser.field("q-nps").as_deref(),
            browser.field("q-csat").as_deref()
        ),
        (Some("9"), Some("4"))
    );
    assert!(!browser.shows("class=\"fault\""));
    assert_eq!(browser.action(), "/s/cafe/post-visit?channel=qr&lang=bg");
    browser
        .next(&[])
        .await
        .next(&[])
        .await
        .next(&[])
        .await
        .next(&[])
        .await;
    assert!(browser.shows("Благодарим Ви!"));
    let responses = responses(&test).await;
    assert_eq!(
        (responses[0].language, responses[0].channel),
        (Language::Bg, Channel::Qr)
    );
    // The thank-you page, too, can be read in another language.
    assert!(browser.shows("href=\"/s/cafe/post-visit?channel=qr&amp;lang=uk&amp;done=1\""));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_makes_one_response() {
    let test = TestApp::new().await.with_survey("kiosk-pulse").await;
    let mut browser = Browser::new(&test, "en");
    browser.open("/s/cafe/kiosk-pulse").await;
    let body = browser.filled(&[("q-csat", "5"), ("q-nps", "10")], ("go", "next"));
    let action = browser.action();
    let (one, two) = tokio::join!(
        browser.send("POST", &action, Some(body.clone())),
        browser.send("POST", &action, Some(body.clone())),
    );
    assert!(one.location().ends_with("done=1") && two.location().ends_with("done=1"));
    // Once more, after the cookie is gone, and with the old cookie still there.
    let old = browser.cookie.take();
    let again = browser.send("POST", &action, Some(body.clone())).await;
    assert!(again.location().ends_with("done=1"));
    browser.cookie = old;
    let again = browser.send("POST", &action, Some(body)).await;
    assert!(again.location().ends_with("done=1"));
    assert_eq!(responses(&test).await.len(), 1);
}

#[tokio::test]
async fn a_forged_form_ends_nobodys_survey() {
    let test = TestApp::new().await.with_survey("kiosk-pulse").await;
    let mut browser = Browser::new(&test, "ru");
    browser.open("/s/cafe/kiosk-pulse").await;
    browser.press(&[("q-csat", "2")], ("lang", "ru")).await;
    let stranger = Browser::new(&test, "ru")
        .open("/s/cafe/kiosk-pulse")
        .await
        .field("csrf")
        .expect("a token");
    for csrf in ["", "guess", &*stranger] {
        let body = browser.filled(&[("q-csat", "5"), ("csrf", csrf)], ("go", "next"));
        let forged = browser
            .send("POST", "/s/cafe/kiosk-pulse", Some(body))
            .await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        assert!(forged.body.contains("Продолжим с того же места"));
        assert_eq!(faults(&forged.body), Vec::<String>::new());
    }
    assert_eq!(responses(&test).await, []);
    browser.open("/s/cafe/kiosk-pulse").await;
    assert_eq!(browser.field("q-csat").as_deref(), Some("2"));
}

#[tokio::test]
async fn a_browser_without_cookies_can_answer_too() {
    let test = TestApp::new().await.with_survey("post-visit").await;
    let mut browser = Browser::new(&test, "en");
    browser.keeps_cookies = false;
    browser.open(VISIT).await.next(&[]).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.next(&[("q-nps", "9"), ("q-csat", "5")]).await;
    assert!(browser.shows("What did you like?"));
    browser.next(&[]).await;
    assert!(browser.shows("Step 2 of 4"));
    browser.next(&[("q-speed", "3")]).await.back(&[]).await;
    assert_eq!(browser.field("q-speed").as_deref(), Some("3"));
    browser.next(&[]).await.next(&[]).await.next(&[]).await;
    assert!(browser.shows("Thank you!"));
    assert_eq!(
        answers(&responses(&test).await[0]),
        json!({ "nps": 9, "csat": 5, "speed": 3, "contact": false })
    );
}

#[tokio::test]
async fn an_answer_whose_question_is_hidden_again_is_dropped() {
    let test = TestApp::new().await.with_survey("kiosk-pulse").await;
    let mut browser = Browser::new(&test, "en");
    browser.open("/s/cafe/kiosk-pulse").await;
    browser.next(&[("q-csat", "1")]).await;
    assert_eq!(browser.focus().as_deref(), Some("q-influenced"));
    // Sent without a script, the form still holds the question that the new score hides.
    browser
        .next(&[("q-csat", "5"), ("q-influenced", "waiting")])
        .await;
    assert!(browser.shows("Thank you"), "{}", browser.page);
    assert_eq!(answers(&responses(&test).await[0]), json!({ "csat": 5 }));
}

#[tokio::test]
async fn a_personal_link_takes_one_response() {
    let test = TestApp::new()
        .await
        .with_survey("support-effort")
        .await
        .with_survey("kiosk-pulse")
        .await;
    let workspace = test.console.workspace;
    let location = Location {
        id: LocationId(test.app.new_id()),
        parent: None,
        kind: LocationKind::Location,
        code: "podil".parse().expect("a slug"),
        name: "Поділ".into(),
        time_zone: "Europe/Kyiv".into(),
        active: true,
    };
    let customer = Customer {
        id: CustomerId(test.app.new_id()),
        external_id: "C-17".into(),
        name: "Оксана".into(),
        email: None,
        phone: None,
        language: None,
        time_zone: None,
        segments: BTreeMap::from([("contacted_by".parse().expect("a code"), "phone".into())]),
    };
    let mut tx = test.store.begin().await.expect("a transaction");
    tx.save_location(workspace, &location).await.expect("saved");
    tx.save_customers(workspace, std::slice::from_ref(&customer))
        .await
        .expect("saved");
    tx.commit().await.expect("committed");

    let key = test.key(&[Permission::RecordResponses]).await;
    let body = json!({ "survey": "support-effort", "invitations": [
        { "customer": "C-17", "location": "podil", "touchpoint": "ticket", "channel": "sms" },
        { "customer": "nobody" }, { "touchpoint": "Not a code" }
    ]});
    let made = test
        .api("POST", "/api/v1/invitations", &key, Some(body.clone()))
        .await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let view = made.json();
    assert_eq!((&view["created"], &view["refused"]), (&json!(1), &json!(2)));
    assert_eq!(
        view["results"][1]["problem"]["detail"],
        "customer: there is no customer `nobody`"
    );
    assert_eq!(view["results"][2]["problem"]["field"], "touchpoint");
    let path = view["results"][0]["path"]
        .as_str()
        .expect("a path")
        .to_owned();
    let token = view["results"][0]["token"].as_str().expect("a token");
    assert_eq!(path, format!("/s/cafe/support-effort/{token}"));
    let reader = test.key(&[Permission::SeeResponses]).await;
    let refused = test
        .api("POST", "/api/v1/invitations", &reader, Some(body))
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let mut phone = Browser::new(&test, "bg");
    phone.open(&path).await;
    assert_eq!(phone.cookie, None, "the link itself is the key");
    phone.next(&[("q-ces", "2"), ("q-solved", "partly")]).await;
    // On another device the same link goes on where the first one stopped.
    let mut desk = Browser::new(&test, "bg");
    desk.open(&path).await;
    assert_eq!(desk.field("q-solved").as_deref(), Some("partly"));
    assert!(desk.shows("със същата връзка"));
    let last = desk.filled(&[("q-comment", "По-бързо")], ("go", "next"));
    desk.next(&[("q-comment", "По-бързо")]).await;
    assert!(desk.shows("Благодарим Ви!"));
    phone.open(&path).await;
    assert!(phone.shows("Вече сте отговорили"));
    let again = phone.send("POST", &path, Some(last)).await;
    assert!(again.location().ends_with("done=1"));

    let responses = responses(&test).await;
    assert_eq!(responses.len(), 1);
    let response = &responses[0];
    assert_eq!(
        answers(response),
        json!({ "ces": 2, "solved": "partly", "comment": "По-бързо" })
    );
    assert_eq!(
        (response.customer, response.location),
        (Some(customer.id), Some(location.id))
    );
    assert_eq!(
        (
            response.channel,
            response.touchpoint.as_ref().map(|code| code.as_str())
        ),
        (Channel::Sms, Some("ticket"))
    );
    assert_eq!(response.segments.values().collect::<Vec<_>>(), ["phone"]);

    // The link leads to its own survey in its own workspace alone.
    for path in [
        format!("/s/cafe/kiosk-pulse/{token}"),
        format!("/s/cafe/support-effort/{token}x"),
    ] {
        let missing = test.get(&path, "").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn another_workspace_knows_nothing_of_a_link() {
    let test = TestApp::new().await.with_survey("kiosk-pulse").await;
    let slug = "other".parse().expect("a slug");
    let other = test
        .app
        .create_workspace(slug, "Other", "UTC", Language::En)
        .await
        .expect("a workspace");
    let console = radost_app::domain::access::Actor::console(other.id);
    let survey = NewSurvey::Ready {
        template: "kiosk-pulse".into(),
        code: "kiosk-pulse".parse().expect("a slug"),
    };
    test.app
        .create_survey(&console, survey)
        .await
        .expect("a survey");
    test.app
        .publish_survey(&console, "kiosk-pulse")
        .await
        .expect("published");
    let token = test
        .app
        .create_invitation(&test.console, "kiosk-pulse", NewInvitation::default())
        .await
        .expect("a link");
    assert_eq!(
        test.get(&format!("/s/cafe/kiosk-pulse/{token}"), "")
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(
        test.get(&format!("/s/other/kiosk-pulse/{token}"), "")
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    let mut browser = Browser::new(&test, "en");
    browser
        .open("/s/cafe/kiosk-pulse")
        .await
        .press(&[("q-csat", "4")], ("lang", "en"))
        .await;
    // Even with the same cookie, the other workspace's survey of the same name starts empty.
    browser.open("/s/other/kiosk-pulse").await;
    assert_eq!(browser.field("q-csat"), None);
}

#[tokio::test]
async fn the_link_says_where_and_by_whom() {
    let test = TestApp::new().await.with_survey("kiosk-pulse").await;
    let workspace = test.console.workspace;
    let location = Location {
        id: LocationId(test.app.new_id()),
        parent: None,
        kind: LocationKind::Location,
        code: "podil".parse().expect("a slug"),
        name: "Поділ".into(),
        time_zone: "Europe/Kyiv".into(),
        active: true,
    };
    let employee = Employee {
        id: EmployeeId(test.app.new_id()),
        code: "ivan".parse().expect("a slug"),
        name: "Іван".into(),
        job: "бариста".into(),
        location: Some(location.id),
        active: true,
    };
    let mut tx = test.store.begin().await.expect("a transaction");
    tx.save_location(workspace, &location).await.expect("saved");
    tx.save_employee(workspace, &employee).await.expect("saved");
    tx.commit().await.expect("committed");
    // Codes that nobody knows are no reason to frighten a customer.
    let link = "/s/cafe/kiosk-pulse?location=podil&employee=nobody&touchpoint=Ex%20it&channel=telepathy&utm=x";
    let mut browser = Browser::new(&test, "en");
    browser.open(link).await;
    assert_eq!(
        (browser.status, browser.action().as_str()),
        (StatusCode::OK, "/s/cafe/kiosk-pulse?location=podil&lang=en")
    );
    browser.next(&[("q-csat", "5")]).await;
    browser
        .open("/s/cafe/kiosk-pulse?employee=ivan&touchpoint=exit&channel=kiosk")
        .await;
    browser.next(&[("q-csat", "4")]).await;
    let responses = responses(&test).await;
    let shown = |response: &Response| {
        let touchpoint = response.touchpoint.as_ref().map(ToString::to_string);
        (
            response.location,
            response.employee,
            touchpoint,
            response.channel,
        )
    };
    assert_eq!(
        shown(&responses[0]),
        (Some(location.id), None, None, Channel::Web)
    );
    let expected = (
        Some(location.id),
        Some(employee.id),
        Some("exit".to_owned()),
        Channel::Kiosk,
    );
    assert_eq!(shown(&responses[1]), expected);
}

#[tokio::test]
async fn a_closed_survey_says_so() {
    let test = TestApp::new().await.with_survey("kiosk-pulse").await;
    let mut browser = Browser::new(&test, "uk");
    browser.open("/s/cafe/kiosk-pulse").await;
    let body = browser.filled(&[("q-csat", "5")], ("go", "next"));
    test.app
        .set_accepting(&test.console, "kiosk-pulse", false)
        .await
        .expect("closed");
    let late = browser
        .send("POST", "/s/cafe/kiosk-pulse", Some(body))
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("Опитування закрито"));
    browser.open("/s/cafe/kiosk-pulse").await;
    assert!(browser.shows("<h1>Опитування закрито</h1>"));
    assert_eq!(responses(&test).await, []);
}

#[tokio::test]
async fn a_survey_published_anew_goes_on_with_the_answers_that_fit() {
    let test = TestApp::new().await.with_survey("support-effort").await;
    let mut browser = Browser::new(&test, "en");
    browser.open("/s/cafe/support-effort").await;
    browser
        .next(&[
            ("q-ces", "3"),
            ("q-solved", "partly"),
            ("q-reason", "fault"),
        ])
        .await;
    assert!(browser.shows("What could have been easier?"));
    republished(&test, "support-effort", |draft| {
        let mut document = serde_json::to_value(&*draft).expect("a document");
        let questions = document["blocks"][0]["questions"].as_array_mut().expect("questions");
        // An option and a question go, another comes, and it must be answered.
        questions[1]["options"].as_array_mut().expect("options").remove(1);
        questions[4]["show_if"] = json!("ces <= 5");
        questions.remove(2);
        questions.push(json!({ "code": "again", "kind": "consent", "text": { "en": "Again?", "ru": "?", "uk": "?", "bg": "?" }, "required": true }));
        *draft = Survey::from_json(&document).expect("a document");
    })
    .await;
    browser.next(&[("q-comment", "Fewer forms")]).await;
    assert!(browser.shows("Again?") && !browser.shows("Partly"));
    assert_eq!(
        browser.focus().as_deref(),
        Some("q-solved"),
        "the answer of old does not fit: choose again"
    );
    browser.next(&[("q-solved", "no"), ("q-again", "1")]).await;
    assert!(browser.shows("Thank you"), "{}", browser.page);
    let responses = responses(&test).await;
    assert_eq!(responses[0].version, 2);
    let expected = json!({ "ces": 3, "solved": "no", "reason": "fault", "comment": "Fewer forms", "again": true });
    assert_eq!(answers(&responses[0]), expected);
}

#[tokio::test]
async fn a_block_that_is_new_before_here_is_asked_before_the_end() {
    let test = TestApp::new().await.with_survey("post-visit").await;
    let mut browser = Browser::new(&test, "en");
    browser
        .open(VISIT)
        .await
        .next(&[("q-nps", "10")])
        .await
        .next(&[])
        .await;
    assert!(browser.shows("Step 2 of 4"));
    republished(&test, "post-visit", |draft| {
        let mut document = serde_json::to_value(&*draft).expect("a document");
        document["blocks"][0]["questions"][3]["required"] = json!(true);
        *draft = Survey::from_json(&document).expect("a document");
    })
    .await;
    browser.next(&[("q-speed", "4")]).await;
    assert!(browser.shows("Step 1 of 4") && browser.shows("Please choose an answer."));
    assert_eq!(browser.focus().as_deref(), Some("q-csat"));
    browser.next(&[("q-csat", "5")]).await;
    assert_eq!(browser.field("q-speed").as_deref(), Some("4"));
}

#[tokio::test]
async fn every_mistake_is_explained_in_the_language_of_the_reader() {
    let test = TestApp::new().await;
    published(&test, all_kinds()).await;
    let wrong = [
        ("q-nps", "11"),
        ("q-one", "c"),
        ("q-words", "eleven chars"),
        ("q-story", "<b>more than twenty characters</b>"),
        ("q-guests", "13"),
        ("q-paid", "1,234"),
        ("q-day", "31.12.2026"),
    ];
    let mut seen = Vec::new();
    for language in Language::ALL {
        let mut browser = Browser::new(&test, "en");
        browser
            .open(&format!("/s/cafe/all-kinds?lang={language}"))
            .await;
        let body = browser.filled(&wrong, ("go", "next")) + "&q-some=a&q-some=b&q-some=c";
        browser.request("POST", &browser.action(), Some(body)).await;
        assert_eq!(browser.focus().as_deref(), Some("q-nps"));
        let faults: Vec<String> = browser
            .page
            .split("class=\"fault\"")
            .skip(1)
            .map(|rest| {
                words(&rest[rest.find('>').map_or(0, |at| at + 1)..rest.find("</p>").unwrap_or(0)])
            })
            .collect();
        seen.push(format!("{language}\n  {}", faults.join("\n  ")));
        // What was typed is still there.
        assert_eq!(
            browser.field("q-story").as_deref(),
            Some("<b>more than twenty characters</b>")
        );
        assert_eq!(browser.field("q-guests").as_deref(), Some("13"));
        assert_eq!(
            browser.field("q-paid").as_deref(),
            Some(if language == Language::En {
                "1.234"
            } else {
                "1,234"
            })
        );
        assert_eq!(browser.field("q-day").as_deref(), Some("2026-12-31"));
        browser
            .next(&[
                ("q-guests", "a few"),
                ("q-day", "last week"),
                ("q-paid", ""),
            ])
            .await;
        assert_eq!(
            (
                browser.field("q-guests").as_deref(),
                browser.field("q-day").as_deref()
            ),
            (Some("a few"), Some("last week"))
        );
    }
    insta::assert_snapshot!(seen.join("\n"), @r"
    en
      Please choose one of the answers shown.
      Please choose one of the answers shown.
      Please choose at most 2; 3 are chosen now.
      Please shorten this: at most 10 characters, and it has 12 now.
      Please shorten this: at most 20 characters, and it has 34 now.
      Please enter a value from 1 to 12.
      Please enter at most 2 digits after the decimal point.
      Please choose a day from 1 January 2026 to 30 November 2026.
      Please tick this box to continue.
    ru
      Выберите, пожалуйста, один из предложенных ответов.
      Выберите, пожалуйста, один из предложенных ответов.
      Можно выбрать не больше 2, а сейчас выбрано 3.
      Сократите, пожалуйста: не больше 10 символов, а сейчас 12.
      Сократите, пожалуйста: не больше 20 символов, а сейчас 34.
      Введите, пожалуйста, значение от 1 до 12.
      После запятой может быть не больше 2 цифр.
      Выберите, пожалуйста, день с 1 января 2026 по 30 ноября 2026.
      Чтобы продолжить, поставьте, пожалуйста, эту отметку.
    uk
      Виберіть, будь ласка, одну із запропонованих відповідей.
      Виберіть, будь ласка, одну із запропонованих відповідей.
      Можна вибрати не більше ніж 2, а зараз вибрано 3.
      Скоротіть, будь ласка: не більше ніж 10 символів, а зараз 12.
      Скоротіть, будь ласка: не більше ніж 20 символів, а зараз 34.
      Введіть, будь ласка, значення від 1 до 12.
      Після коми може бути не більше ніж 2 цифри.
      Виберіть, будь ласка, день від 1 січня 2026 р. до 30 листопада 2026 р. включно.
      Щоб продовжити, поставте, будь ласка, цю позначку.
    bg
      Моля, изберете един от показаните отговори.
      Моля, изберете един от показаните отговори.
      Моля, изберете най-много 2; сега са избрани 3.
      Моля, съкратете текста: най-много 10 знака, а сега са 12.
      Моля, съкратете текста: най-много 20 знака, а сега са 34.
      Моля, въведете стойност от 1 до 12.
      След десетичната запетая може да има най-много 2 цифри.
      Моля, изберете ден от 1 януари 2026 г. до 30 ноември 2026 г. включително.
      За да продължите, моля, поставете тази отметка.
    ");
}

#[tokio::test]
async fn every_kind_of_answer_arrives() {
    let test = TestApp::new().await;
    published(&test, all_kinds()).await;
    let mut browser = Browser::new(&test, "bg");
    browser.open("/s/cafe/all-kinds").await;
    let fields = [
        ("q-nps", "0"),
        ("q-stars", "n/a"),
        ("q-faces", "5"),
        ("q-weight", "7"),
        ("q-one", "b"),
        ("q-some", "a"),
        ("q-words", " слова "),
        ("q-story", "\r\nред"),
        ("q-guests", "2"),
        ("q-paid", "1 012,50"),
        ("q-day", "5.11.2026"),
        ("q-agree", "1"),
    ];
    browser.next(&fields).await;
    assert!(browser.shows("<h1>That was all.</h1>") && browser.shows("See you! (bg)"));
    let expected = json!({
        "nps": 0, "stars": "n/a", "faces": 5, "weight": 7, "one": "b", "some": ["a"], "words": "слова", "story": "ред",
        "guests": 2.0, "paid": 1012.5, "day": "2026-11-05", "agree": true
    });
    assert_eq!(answers(&responses(&test).await[0]), expected);
}

#[tokio::test]
async fn orders_ends_of_a_set_and_contacts_are_answered() {
    let test = TestApp::new().await;
    let text = |text: &str| json!({ "en": text, "uk": format!("{text} (uk)") });
    let options = json!([
        { "code": "a", "text": text("Taste") }, { "code": "b", "text": text("Speed") }, { "code": "c", "text": text("Price") }
    ]);
    let document = json!({
        "code": "ends", "title": text("Ends"), "languages": ["en", "uk"], "blocks": [{ "code": "one", "questions": [
            { "code": "order", "kind": "ranking", "text": text("Order?"), "options": options },
            { "code": "top", "kind": "ranking", "places": 1, "text": text("First?"), "options": options },
            { "code": "set", "kind": "best_worst", "text": text("Which?"), "options": options, "required": true },
            { "code": "worth", "kind": "price", "text": text("Worth it?"), "low_label": text("poor"), "high_label": text("good") },
            { "code": "mail", "kind": "email", "text": text("Mail?") },
            { "code": "number", "kind": "phone", "text": text("Number?") },
            { "code": "me", "kind": "contact", "text": text("Who?") },
        ] }],
    });
    published(&test, document).await;
    let mut browser = Browser::new(&test, "uk");
    browser.open("/s/cafe/ends").await;
    assert_eq!(faults(&browser.page), Vec::<String>::new());
    test.keep("ends", &browser.page).await;
    assert_eq!(browser.page.matches("<select").count(), 4, "a place each");
    assert!(browser.shows("autocomplete=\"tel\"") && browser.shows("type=\"email\""));

    // What does not fit is said at its question, and what was chosen stays.
    let wrong = [
        ("q-order", "b"),
        ("q-order", "b"),
        ("q-order", ""),
        ("q-top", ""),
        ("q-set.b", "+a"),
        ("q-worth", "4"),
        ("q-mail", "olena"),
        ("q-number", "044 123"),
        ("q-me", "Олена"),
        ("q-me", "at home"),
        ("q-me", ""),
    ];
    browser.next(&wrong).await;
    for said in [
        "оберіть 3 різні варіанти",
        "один варіант як найкращий, а інший як найгірший",
        "напишіть адресу пошти",
        "напишіть номер із + і кодом країни",
        "заповніть те, про що питають",
    ] {
        assert!(browser.shows(said), "{said}");
    }
    test.keep("ends-faults", &browser.page).await;
    assert_eq!(browser.page.matches("class=\"fault\"").count(), 5);
    assert_eq!(browser.page.matches("value=\"b\" selected").count(), 2);
    assert!(browser.shows("value=\"+a\" checked") && browser.shows("value=\"at home\""));
    assert_eq!(faults(&browser.page), Vec::<String>::new());

    let right = [
        ("q-order", "b"),
        ("q-order", "a"),
        ("q-order", "c"),
        ("q-top", "c"),
        ("q-set.b", "+a"),
        ("q-set.w", "-c"),
        ("q-mail", "Olena@Example.com"),
        ("q-number", "+380 (44) 123-45-67"),
        ("q-me", "Олена"),
        ("q-me", ""),
        ("q-me", "00380441234567"),
    ];
    browser.next(&right).await;
    let expected = json!({
        "order": ["b", "a", "c"], "top": ["c"], "set": ["a", "c"], "worth": 4, "mail": "olena@example.com",
        "number": "+380441234567", "me": { "name": "Олена", "phone": "+380441234567" }
    });
    let recorded = responses(&test).await;
    assert_eq!(answers(&recorded[0]), expected);

    // And on the page of the response.
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test
        .get(&format!("/responses/{}", recorded[0].id), &cookie)
        .await;
    for shown in [
        "<ol><li>Speed</li>",
        "Worst: Price",
        "<li>+380441234567</li>",
    ] {
        assert!(page.body.contains(shown), "{shown}");
    }
    let csv = test.get("/responses.csv?survey=ends", &cookie).await;
    assert!(
        csv.body
            .contains(",b a c,c,a c,4,olena@example.com,'+380441234567,\"Олена; +380441234567\""),
        "{}",
        csv.body
    );
}

/// The codes that follow `start` on the page, in order.
fn after(page: &str, start: &str) -> Vec<String> {
    let rest = page.split(start).skip(1);
    rest.map(|rest| rest.split('"').next().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn a_respondent_keeps_an_order_of_their_own() {
    let test = TestApp::new().await;
    let text = |text: &str| json!({ "en": text });
    let options: Vec<Value> = ["a", "b", "c", "d", "e", "other"]
        .iter()
        .map(|code| json!({ "code": code, "text": text(code), "anchored": *code == "other" }))
        .collect();
    let blocks: Vec<Value> = (0..4)
        .map(|i| {
            let questions: Vec<Value> = (0..4)
                .map(|j| json!({ "code": format!("q{i}{j}"), "kind": "single", "random": j == 0, "text": text("?"), "options": options }))
                .collect();
            json!({ "code": format!("b{i}"), "anchored": i == 3, "random_questions": i == 0, "questions": questions })
        })
        .collect();
    let document = json!({ "code": "mixed", "title": text("Mixed"), "languages": ["en"], "random_blocks": true, "blocks": blocks });
    published(&test, document).await;
    let mut orders = std::collections::BTreeSet::new();
    for _ in 0..12 {
        let mut browser = Browser::new(&test, "en");
        browser.open("/s/cafe/mixed").await;
        let first = browser.page.clone();
        let mut walked = Vec::new();
        let mut seen = Vec::new();
        for _ in 0..4 {
            let block = browser.field("block").expect("a block");
            let mut shown = browser.field("shown").expect("questions");
            let options = after(
                &browser.page,
                &format!("name=\"q-q{}0\" value=\"", &block[1..]),
            );
            assert_eq!(options.len(), 6);
            assert_eq!(options[5], "other", "stays the last");
            if block != "b0" {
                let mut sorted: Vec<&str> = shown.split(' ').collect();
                sorted.sort_unstable();
                assert_eq!(shown, sorted.join(" "));
            }
            shown.push_str(&options.concat());
            walked.push(block.clone());
            seen.push(shown);
            // The whole way in order: one answer a page, or the last would find an empty form.
            let name = format!("q-q{}1", &block[1..]);
            browser.next(&[(name.as_str(), "a")]).await;
        }
        assert!(browser.at.contains("done=1"), "{}", browser.at);
        assert_eq!(walked[3], "b3", "stays the last");
        let mut sorted = walked.clone();
        sorted.sort();
        assert_eq!(sorted, ["b0", "b1", "b2", "b3"]);
        assert!(first.contains("Step 1 of 4") || first.contains("value=\"1\" max=\"4\""));
        orders.insert((walked, seen));
    }
    // Twelve draws of 3! × 4! × (5!)⁴ orders.
    assert_eq!(orders.len(), 12);
    assert!(orders.iter().any(|(walked, _)| walked[0] != "b0"));

    // Whoever comes back, goes back or switches finds everything where it was.
    let mut browser = Browser::new(&test, "en");
    browser.open("/s/cafe/mixed").await;
    let (block, page) = (browser.field("block"), browser.page.clone());
    let code = &block.as_ref().expect("a block")[1..].to_owned();
    let name = format!("q-q{code}1");
    browser.next(&[(name.as_str(), "a")]).await;
    assert_ne!(browser.field("block"), block);
    let second = browser.field("block");
    browser.back(&[]).await;
    assert_eq!(browser.field("block"), block);
    let options = |page: &str| after(page, &format!("name=\"q-q{code}0\" value=\""));
    assert_eq!(options(&browser.page), options(&page));
    browser.next(&[]).await;
    assert_eq!(browser.field("block"), second);
    browser.open("/s/cafe/mixed").await;
    assert_eq!(browser.field("block"), second, "where they were");
}

#[tokio::test]
async fn ratings_of_one_scale_make_a_table() {
    let test = TestApp::new().await;
    let text = |text: &str| json!({ "en": text, "bg": format!("{text} (bg)") });
    let rating = |code: &str| {
        json!({ "code": code, "kind": "rating", "points": 5, "not_applicable": true, "text": text(code),
            "low_label": text("poor"), "high_label": text("excellent") })
    };
    let weight = |of: &str| {
        json!({ "code": format!("{of}_weight"), "kind": "importance", "of": of, "points": 5, "text": text("How important is it?"),
            "low_label": text("not at all"), "high_label": text("very") })
    };
    let document = json!({ "code": "grid", "title": text("Table"), "languages": ["en", "bg"], "blocks": [
        { "code": "service", "layout": "matrix", "title": text("Our service"), "questions": [
            rating("speed"), weight("speed"), rating("taste"), weight("taste"), rating("price"), weight("price"),
            { "code": "why", "kind": "text", "text": text("Why?") },
        ] },
        { "code": "team", "layout": "matrix", "title": text("Our team"), "questions": [rating("smile"), rating("advice"), rating("patience")] },
        { "code": "last", "questions": [{ "code": "nps", "kind": "nps", "text": text("Recommend?") }] },
    ] });
    published(&test, document).await;
    let mut browser = Browser::new(&test, "en");
    browser.open("/s/cafe/grid").await;
    test.keep("table-pairs", &browser.page).await;
    assert!(browser.shows("/assets/respond-table-"));
    assert_eq!(browser.page.matches("<div class=\"table\">").count(), 1);
    assert_eq!(browser.page.matches("<div class=\"pair\">").count(), 3);
    // A table is the same questions in the same form: a mistake is said at its row, and what was chosen stays.
    let fields = [
        ("q-speed", "4"),
        ("q-speed_weight", "5"),
        ("q-taste", "n/a"),
        ("q-price_weight", "9"),
    ];
    browser.next(&fields).await;
    test.keep("table-fault", &browser.page).await;
    assert_eq!(browser.page.matches("class=\"fault\"").count(), 1);
    browser.next(&[("q-price_weight", "2")]).await;
    test.keep("table", &browser.page).await;
    assert!(browser.shows("Our team") && !browser.shows("class=\"pair\""));
    browser.next(&[("q-smile", "5"), ("q-advice", "3")]).await;
    assert!(
        !browser.shows("respond-table-"),
        "only where there is a table"
    );
    browser.next(&[("q-nps", "9")]).await;
    assert_eq!(
        answers(&responses(&test).await[0]),
        json!({ "speed": 4, "speed_weight": 5, "taste": "n/a", "price_weight": 2, "smile": 5, "advice": 3, "nps": 9 })
    );
}

#[tokio::test]
async fn earlier_answers_stand_in_later_words() {
    let test = TestApp::new().await;
    let document = json!({ "code": "echo", "title": { "en": "Echo" }, "languages": ["en"], "blocks": [
        { "code": "one", "questions": [
            { "code": "name", "kind": "text", "text": { "en": "Your name?" } },
            { "code": "dish", "kind": "single", "text": { "en": "Which {{dish}?" }, "options": [
                { "code": "soup", "text": { "en": "the <soup>" } }, { "code": "cake", "text": { "en": "the cake" } }] },
        ] },
        { "code": "two", "title": { "en": "About {dish}" }, "questions": [
            { "code": "taste", "kind": "rating", "text": { "en": "{name}, how was {dish}?" }, "hint": { "en": "Yes, {dish}." } },
        ] },
    ], "thank_you": { "en": "Thank you, {name}! See you." } });
    published(&test, document).await;
    let mut browser = Browser::new(&test, "en");
    browser.open("/s/cafe/echo").await;
    assert!(browser.shows("Which {dish}?"), "two braces are one");
    browser
        .next(&[("q-name", "<b>Ада"), ("q-dish", "soup")])
        .await;
    assert!(
        browser.shows("&lt;b&gt;Ада, how was the &lt;soup&gt;?"),
        "{}",
        browser.page
    );
    assert!(browser.shows("About the &lt;soup&gt;") && browser.shows("Yes, the &lt;soup&gt;."));
    browser.next(&[("q-taste", "5")]).await;
    assert!(
        browser.shows("<h1>Thank you, &lt;b&gt;Ада!</h1>"),
        "{}",
        browser.page
    );
    assert!(
        !browser.at.contains("%D0") && !browser.at.contains("name"),
        "{}",
        browser.at
    );
    // Sent once more, it is known, and says no names.
    assert_eq!(responses(&test).await.len(), 1);
    browser.open("/s/cafe/echo?done=1").await;
    assert!(browser.shows("Thank you") && !browser.shows("Ада"));
}

#[tokio::test]
async fn a_survey_ends_by_what_was_answered() {
    let test = TestApp::new().await;
    let document = json!({ "code": "ends", "title": { "en": "Ends", "uk": "Кінці" }, "languages": ["en", "uk"],
        "blocks": [{ "code": "one", "questions": [{ "code": "nps", "kind": "nps", "text": { "en": "Recommend?", "uk": "Порадите?" } }] }],
        "endings": [
            { "code": "review", "show_if": "nps >= 9", "title": { "en": "Wonderful!", "uk": "Чудово!" },
              "text": { "en": "Would you tell others?", "uk": "Розкажете іншим?" }, "link": "https://example.com/review?place=1&x=2" },
            { "code": "sorry", "show_if": "nps <= 6", "text": { "en": "We are sorry. Somebody will call.", "uk": "Нам прикро. Ми зателефонуємо." } },
        ], "thank_you": { "en": "Thank you. Bye!", "uk": "Дякуємо. Бувайте!" } });
    published(&test, document).await;
    let finish = async |nps: &str| {
        let mut browser = Browser::new(&test, "en");
        browser.open("/s/cafe/ends").await;
        browser.next(&[("q-nps", nps)]).await;
        browser
    };
    let happy = finish("10").await;
    test.keep("ending", &happy.page).await;
    assert!(happy.at.contains("done=1&end=review"), "{}", happy.at);
    assert!(happy.shows("<h1>Wonderful!</h1>") && happy.shows("Would you tell others?"));
    assert!(happy.shows("href=\"https://example.com/review?place=1&amp;x=2\""));
    assert!(
        happy.shows("end=review") && happy.shows("Українська"),
        "the same page in Ukrainian"
    );
    // The same form sent once more, by an impatient finger, ends on the same page.
    let mut twice = Browser::new(&test, "en");
    twice.open("/s/cafe/ends").await;
    let (form, action) = (
        twice.filled(&[("q-nps", "9")], ("go", "next")),
        twice.action(),
    );
    let cookie = twice.cookie.clone();
    twice.request("POST", &action, Some(form.clone())).await;
    twice.cookie = cookie;
    twice.request("POST", &action, Some(form)).await;
    assert!(twice.at.contains("done=1&end=review"), "{}", twice.at);
    let unhappy = finish("0").await;
    assert!(unhappy.shows("<h1>We are sorry.</h1>") && unhappy.shows("Somebody will call."));
    let other = finish("8").await;
    assert!(other.shows("<h1>Thank you.</h1>") && !other.at.contains("end="));
    let mut browser = Browser::new(&test, "uk");
    browser.open("/s/cafe/ends?done=1&end=none").await;
    assert!(
        browser.shows("Дякуємо."),
        "an end page that is none is the usual one"
    );
}

#[tokio::test]
async fn enough_is_enough() {
    let test = TestApp::new().await;
    let document = json!({ "code": "quotas", "title": { "en": "Quotas" }, "languages": ["en"],
        "blocks": [
            { "code": "one", "questions": [{ "code": "who", "kind": "single", "text": { "en": "Who?" }, "options": [
                { "code": "guest", "text": { "en": "A guest" } }, { "code": "staff", "text": { "en": "Staff" } }, { "code": "press", "text": { "en": "Press" } }] }] },
            { "code": "two", "questions": [{ "code": "nps", "kind": "nps", "text": { "en": "Recommend?" } }] }],
        "endings": [{ "code": "elsewhere", "text": { "en": "We have heard enough of you. Thank you all the same." }, "link": "https://example.com" }],
        "quotas": [
            { "code": "guests", "counts_if": "who = guest", "limit": 2, "then": { "end": "elsewhere" } },
            { "code": "staff", "counts_if": "who = staff", "limit": 1, "then": "close" },
        ] });
    published(&test, document).await;
    let answer = async |who: &str| {
        let mut browser = Browser::new(&test, "en");
        browser.open("/s/cafe/quotas").await;
        browser.next(&[("q-who", who)]).await;
        if browser.field("block").as_deref() == Some("two") {
            browser.next(&[("q-nps", "9")]).await;
        }
        test.app.consume_events().await.expect("counted");
        browser
    };
    for who in ["guest", "guest", "staff", "press", "press"] {
        assert!(answer(who).await.at.contains("done=1"), "{who}");
    }
    // The third is told before the second page.
    let guest = answer("guest").await;
    assert!(guest.at.contains("full=1&end=elsewhere"), "{}", guest.at);
    assert!(guest.shows("We have heard enough of you.") && guest.shows("https://example.com"));
    assert!(!guest.shows("have received"), "nothing was taken");
    let staff = answer("staff").await;
    assert!(
        staff.at.contains("full=1") && !staff.at.contains("end="),
        "{}",
        staff.at
    );
    assert!(staff.shows("closed"), "{}", staff.page);
    assert!(
        answer("press").await.at.contains("done=1"),
        "of these there is no limit"
    );
    assert_eq!(responses(&test).await.len(), 6);

    // Programs are told as well, response by response.
    let key = test.key(&[Permission::RecordResponses]).await;
    let sent =
        json!({ "survey": "quotas", "response": { "answers": { "who": "guest", "nps": 3 } } });
    let refused = test
        .api("POST", "/api/v1/responses", &key, Some(sent))
        .await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(refused.json()["type"], "/problems/quota-full");
    let sent =
        json!({ "survey": "quotas", "response": { "answers": { "who": "press", "nps": 3 } } });
    let taken = test
        .api("POST", "/api/v1/responses", &key, Some(sent))
        .await;
    assert_eq!(taken.status, StatusCode::CREATED);

    // What staff leave out of the numbers makes room again.
    let one = responses(&test).await.remove(0);
    let correction = radost_app::domain::listen::Correction {
        excluded: Some(true),
        reason: Some("a test".into()),
        ..Default::default()
    };
    let corrected = test
        .app
        .correct_response(&test.console, one.id, &correction);
    corrected.await.expect("corrected");
    test.app.consume_events().await.expect("counted");
    assert!(answer("guest").await.at.contains("done=1"));
    assert!(answer("guest").await.at.contains("full=1"));

    // A new condition counts what came before it, too.
    republished(&test, "quotas", |survey| {
        survey.quotas[1].counts_if = Some("who in (staff, press)".into());
        survey.quotas[1].limit = 6;
    })
    .await;
    test.app.consume_events().await.expect("counted");
    assert!(
        answer("press").await.at.contains("done=1"),
        "the fifth and sixth"
    );
    assert!(answer("press").await.at.contains("full=1"));
    assert!(answer("staff").await.at.contains("full=1"));
}

#[tokio::test]
async fn an_empty_form_is_no_response() {
    let test = TestApp::new().await;
    let document = json!({ "code": "open", "title": { "en": "Open" }, "languages": ["en"], "blocks": [{ "code": "a", "questions": [
        { "code": "why", "kind": "text", "text": { "en": "Why?" } }, { "code": "ok", "kind": "consent", "text": { "en": "OK?" } }] }] });
    published(&test, document).await;
    let mut browser = Browser::new(&test, "uk");
    browser.open("/s/cafe/open").await.next(&[]).await;
    assert!(browser.shows("Nothing is answered yet. One answer is enough."));
    assert!(
        !browser.shows("class=\"languages\""),
        "there is one language alone"
    );
    browser.next(&[("q-why", "Because")]).await;
    assert_eq!(
        answers(&responses(&test).await[0]),
        json!({ "why": "Because", "ok": false })
    );
}

#[tokio::test]
async fn words_are_never_markup() {
    let test = TestApp::new().await;
    let evil = "</textarea><script>alert('&\"')</script>";
    let words = |text: &str| json!({ "en": text, "uk": text });
    let document = json!({
        "code": "evil", "title": words(evil), "languages": ["en", "uk"], "intro": words(evil), "thank_you": words(evil),
        "blocks": [
            { "code": "a", "title": words(evil), "questions": [
                { "code": "story", "kind": "text", "long": true, "text": words(evil), "hint": words(evil) },
                { "code": "line", "kind": "text", "text": words(evil) },
                { "code": "when", "kind": "date", "text": words("?") },
                { "code": "pick", "kind": "single", "text": words(evil), "options": [
                    { "code": "x", "text": words(evil) }, { "code": "y", "text": words("y") }] },
                { "code": "nps", "kind": "nps", "text": words(evil), "low_label": words(evil), "high_label": words(evil) }] },
            { "code": "b", "questions": [{ "code": "ok", "kind": "consent", "text": words(evil) }] } ]
    });
    published(&test, document).await;
    let mut browser = Browser::new(&test, "en");
    browser
        .open("/s/cafe/evil?lang=%3Cscript%3E&location=%3Cscript%3E&block=%22%3E%3Cscript%3E")
        .await;
    let given = [
        ("q-story", evil),
        ("q-line", evil),
        ("q-when", evil),
        ("q-pick", evil),
    ];
    browser.next(&given).await;
    assert_eq!(
        (
            browser.field("q-story").as_deref(),
            browser.field("q-line").as_deref()
        ),
        (Some(evil), Some(evil))
    );
    for page in [
        &browser.page,
        &test.get("/s/cafe/evil?done=1", "").await.body,
        &test.get("/s/%3Cscript%3E/evil", "").await.body,
    ] {
        assert_eq!(
            page.matches("<script").count(),
            page.matches("<script defer src=").count()
        );
        assert!(!page.contains("alert('&\""));
    }
}

#[tokio::test]
async fn an_address_that_leads_nowhere_says_so_kindly() {
    let test = TestApp::new().await.with_survey("kiosk-pulse").await;
    let new = NewSurvey::Ready {
        template: "post-visit".into(),
        code: "draft".parse().expect("a slug"),
    };
    test.app
        .create_survey(&test.console, new)
        .await
        .expect("a draft");
    for path in [
        "/s/nobody/kiosk-pulse",
        "/s/cafe/nothing",
        "/s/cafe/draft",
        "/s/CAFE!/x",
        "/s/cafe/kiosk-pulse/short",
    ] {
        let request = Request::get(path)
            .header(header::ACCEPT_LANGUAGE, "bg")
            .body(Body::empty());
        let answer = test.send(request.expect("a request")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("Тук няма анкета"), "{path}");
        assert_eq!(faults(&answer.body), Vec::<String>::new());
        assert_eq!(
            test.post_form(path, "", &[("go", "next")]).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_form_has_a_size() {
    let test = TestApp::new().await.with_survey("kiosk-pulse").await;
    let answer = test
        .post_form(
            "/s/cafe/kiosk-pulse",
            "",
            &[("q-csat", &"5".repeat(65 * 1024))],
        )
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(faults(&answer.body), Vec::<String>::new());
    // Long words where they are asked for are no reason to lose them: two thousand Cyrillic letters in each of many texts.
    let texts: Vec<Value> = (0..8)
        .map(|i| json!({ "code": format!("t{i}"), "kind": "text", "long": true, "text": { "uk": "?" } }))
        .collect();
    published(&test, json!({ "code": "wordy", "title": { "uk": "?" }, "languages": ["uk"], "blocks": [{ "code": "a", "questions": texts }] })).await;
    let long = "щ".repeat(2000);
    let names: Vec<String> = (0..8).map(|i| format!("q-t{i}")).collect();
    let fields: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (name.as_str(), long.as_str()))
        .collect();
    let mut browser = Browser::new(&test, "uk");
    browser.open("/s/cafe/wordy").await.next(&fields).await;
    assert!(browser.shows("Дякуємо!"));
    assert_eq!(responses(&test).await[0].answers.len(), 8);
}

/// Style sheet, script, icon and page together, as they leave the server before compression.
#[tokio::test]
async fn every_page_of_every_ready_survey_is_light() {
    const LIGHT: usize = 20 * 1024;
    let mut test = TestApp::new().await;
    for ready in templates::ready() {
        test = test.with_survey(ready.code()).await;
    }
    let mut shared = 0;
    let page = test.get(VISIT, "").await.body;
    for address in page.split('"').filter(|text| text.starts_with("/assets/")) {
        let answer = test.get(address, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        shared += answer.body.len();
    }
    for ready in templates::ready() {
        for language in Language::ALL {
            let mut browser = Browser::new(&test, "en");
            let path = format!("/s/cafe/{}?lang={language}", ready.code());
            browser.open(&path).await;
            // First a page full of complaints, then low scores everywhere, so that every question is asked.
            let mut scores: Vec<(String, &str)> = Vec::new();
            for _ in 0..20 {
                let weight = shared + browser.page.len();
                assert!(
                    weight < LIGHT,
                    "{} weighs {weight} bytes, {shared} of them shared",
                    browser.at
                );
                if browser.at.contains("done=1") {
                    break;
                }
                let fields: Vec<(&str, &str)> = scores
                    .iter()
                    .map(|(name, value)| (name.as_str(), *value))
                    .collect();
                browser.next(&fields).await;
                scores = tags(&browser.page, "input")
                    .filter(|tag| attribute(tag, "value").as_deref() == Some("1"))
                    .filter(|tag| attribute(tag, "type").as_deref() == Some("radio"))
                    .filter_map(|tag| Some((attribute(tag, "name")?, "1")))
                    .collect();
            }
            assert!(browser.at.contains("done=1"), "{path} does not end");
        }
    }
}

#[tokio::test]
async fn staff_see_their_draft_as_respondents_will() {
    let test = TestApp::new().await;
    let new = NewSurvey::Ready {
        template: "post-visit".into(),
        code: "visit".parse().expect("a slug"),
    };
    test.app
        .create_survey(&test.console, new)
        .await
        .expect("a draft");
    let path = "/surveys/visit/preview?lang=uk&block=0";
    assert!(test.get(path, "").await.location().starts_with("/login"));
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get(path, &cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(faults(&page.body), Vec::<String>::new());
    assert!(
        page.body.contains("Що нам варто поліпшити?") && page.body.contains("Що вам сподобалося?"),
        "all that can appear"
    );
    assert!(
        page.body
            .contains("<meta name=\"robots\" content=\"noindex\">")
    );
    assert!(
        !page.body.contains("method=\"post\"") && !page.body.contains("type=\"submit\""),
        "it can send nothing"
    );
    assert_eq!(page.headers["x-frame-options"], "SAMEORIGIN");
    assert!(page.headers.get(header::SET_COOKIE).is_none());
    let last = test
        .get("/surveys/visit/preview?lang=xx&block=99", &cookie)
        .await;
    assert!(last.body.contains("Step 4 of 4"));
    assert_eq!(
        test.get("/surveys/none/preview", &cookie).await.status,
        StatusCode::NOT_FOUND
    );
}
