//! Writing a survey in the browser and over the API, publishing it, and handing out its links.

#[path = "support/numbers.rs"]
mod numbers;
mod support;

use axum::http::{Request, StatusCode, header};
use radost_app::domain::access::{Permission, Role};
use radost_app::domain::listen::{QuestionKind, Survey};
use radost_app::domain::{Language, Slug};
use radost_server::look::check::strict;
use serde_json::{Value, json};
use support::{Answer, TestApp};

/// A form of a page as a browser would send it: name and value of every field, in order.
#[derive(Debug, Clone)]
struct Form(Vec<(String, String)>);

impl Form {
    /// The form of the page that holds this hidden field.
    fn with(page: &Answer, name: &str, value: &str) -> Form {
        let mark = format!("name=\"{name}\" value=\"{value}\"");
        let form = page
            .body
            .split("<form")
            .skip(1)
            .map(|rest| rest.split("</form>").next().unwrap_or_default())
            .find(|form| form.contains(&mark))
            .unwrap_or_else(|| panic!("no form with {mark} in {}", page.body));
        let mut fields = Vec::new();
        let mut rest = form;
        while let Some(at) = rest.find('<') {
            rest = &rest[at + 1..];
            let end = rest.find('>').expect("tags are closed");
            let (tag, after) = (&rest[..end], &rest[end + 1..]);
            let attribute = |name: &str| {
                let (_, value) = tag.split_once(&format!(" {name}=\""))?;
                value.split('"').next().map(unescape)
            };
            let Some(name) = attribute("name") else {
                continue;
            };
            let is = |word: &str| tag.split_whitespace().any(|part| part == word);
            if tag.starts_with("input") {
                let boxed = matches!(attribute("type").as_deref(), Some("checkbox" | "radio"));
                let value = attribute("value").unwrap_or_else(|| "on".into());
                if !boxed || is("checked") {
                    fields.push((
                        name,
                        if boxed {
                            value
                        } else {
                            attribute("value").unwrap_or_default()
                        },
                    ));
                }
            } else if tag.starts_with("textarea") {
                let text = after.split("</textarea>").next().unwrap_or_default();
                fields.push((name, unescape(text.strip_prefix('\n').unwrap_or(text))));
            } else if tag.starts_with("select") {
                let options = after.split("</select>").next().unwrap_or_default();
                let chosen = options.split("<option").skip(1).find(|option| {
                    option
                        .split('>')
                        .next()
                        .is_some_and(|tag| tag.contains(" selected"))
                });
                let chosen = chosen.or_else(|| options.split("<option").nth(1));
                let value = chosen.and_then(|option| option.split_once("value=\""));
                let value = value.and_then(|(_, rest)| rest.split('"').next());
                fields.push((name, unescape(value.unwrap_or_default())));
            }
        }
        Form(fields)
    }

    fn index(&self, name: &str, nth: usize) -> usize {
        let found = self
            .0
            .iter()
            .enumerate()
            .filter(|(_, (key, _))| key == name);
        found
            .map(|(index, _)| index)
            .nth(nth)
            .unwrap_or_else(|| panic!("no field {name} in {self:?}"))
    }

    fn get(&self, name: &str) -> &str {
        &self.0[self.index(name, 0)].1
    }

    /// Types into a field that is there.
    fn set(self, name: &str, value: &str) -> Form {
        self.set_nth(name, 0, value)
    }

    fn set_nth(mut self, name: &str, nth: usize, value: &str) -> Form {
        let index = self.index(name, nth);
        self.0[index].1 = value.to_owned();
        self
    }

    /// Ticks a box or presses a named button.
    fn with_field(mut self, name: &str, value: &str) -> Form {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    async fn post(&self, test: &TestApp, path: &str, cookie: &str) -> Answer {
        let fields: Vec<(&str, &str)> = self
            .0
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        test.post_form(path, cookie, &fields).await
    }
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

const DRAFT: &str = "/surveys/visit/draft";

/// A draft of the ready survey after a visit, and an analyst signed in.
async fn draft() -> (TestApp, String) {
    let test = TestApp::new().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let page = test.get("/surveys/new", &cookie).await;
    let form = Form::with(&page, "template", "post-visit").set("code", "visit");
    let made = form.post(&test, "/surveys/new", &cookie).await;
    assert_eq!(made.location(), "/surveys/visit?done=survey-created");
    (test, cookie)
}

/// The same with `liked` as a choice of several options.
async fn draft_with_choice() -> (TestApp, String) {
    let (test, cookie) = draft().await;
    let mut survey = stored(&test).await;
    let choice = TestApp::ready("kiosk-pulse");
    let kind = &choice.question("influenced").expect("a choice").kind;
    for question in survey
        .blocks
        .iter_mut()
        .flat_map(|block| &mut block.questions)
    {
        if question.code.as_str() == "liked" {
            question.kind = kind.clone();
        }
    }
    test.app
        .save_draft(&test.console, "visit", survey, 1)
        .await
        .expect("saved");
    (test, cookie)
}

async fn stored(test: &TestApp) -> Survey {
    test.app
        .survey(&test.console, "visit")
        .await
        .expect("a survey")
        .draft
}

/// The form of one question, opened.
async fn question(test: &TestApp, cookie: &str, code: &str) -> Form {
    let page = test.get(&format!("/surveys/visit?q={code}"), cookie).await;
    assert_eq!(strict(&page.body), Vec::<String>::new(), "{code}");
    Form::with(&page, "edit", "question")
}

fn questions(survey: &Survey) -> Vec<&str> {
    survey
        .questions()
        .map(|(_, _, question)| question.code.as_str())
        .collect()
}

#[tokio::test]
async fn a_manager_takes_a_ready_survey_to_its_publication() {
    let (test, cookie) = draft().await;
    let page = test
        .get("/surveys/visit?done=survey-created", &cookie)
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("The draft is ready to be changed."));
    assert!(page.body.contains("src=\"/surveys/visit/preview?lang=en\""));
    assert!(!page.body.contains("to mend before publication"));

    // A question more, with what a phone interviewer heard often.
    let form = Form::with(&page, "edit", "add-question")
        .set("kind", "single")
        .set("after", "nps")
        .set("text", "How did you find us?");
    assert_eq!(form.get("block"), "overall");
    let added = form.post(&test, DRAFT, &cookie).await;
    assert_eq!(
        added.location(),
        "/surveys/visit?q=how_did_you_find&preview=en#q-how_did_you_find"
    );
    let page = test.get("/surveys/visit?q=how_did_you_find", &cookie).await;
    assert!(page.body.contains("The translation is missing."));
    assert!(page.body.contains("0 options; 2 to 100 are possible."));
    assert!(
        page.body
            .contains("the text is missing: Русский, Українська, Български."),
        "one line for one text"
    );

    let mut form = Form::with(&page, "edit", "question");
    for (language, text) in [
        ("ru", "Как вы нас нашли?"),
        ("uk", "Як ви нас знайшли?"),
        ("bg", "Как ни намерихте?"),
    ] {
        form = form.set(&format!("text.{language}"), text);
    }
    for (row, text) in ["Friends", "Map"].into_iter().enumerate() {
        for language in Language::ALL {
            form = form.set_nth(&format!("options.text.{language}"), row, text);
        }
    }
    let saved = form.post(&test, DRAFT, &cookie).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let survey = stored(&test).await;
    let added = survey.question("how_did_you_find").expect("the question");
    let codes: Vec<&str> = added
        .kind
        .options()
        .iter()
        .map(|option| option.code.as_str())
        .collect();
    assert_eq!(codes, ["friends", "map"], "codes are made from the texts");

    let page = test.get("/surveys/visit/publish", &cookie).await;
    assert!(page.body.contains("Publish version 1"), "{}", page.body);
    let published = Form::with(&page, "revision", "3")
        .post(&test, "/surveys/visit/publish", &cookie)
        .await;
    assert_eq!(
        published.location(),
        "/surveys/visit/versions?done=survey-published"
    );
    let version = test
        .app
        .survey_version(&test.console, "visit", 1)
        .await
        .expect("version 1");
    assert_eq!(version.document, survey);
    let page = test.get(published.location(), &cookie).await;
    assert!(page.body.contains("Published. The survey takes answers."));

    let links = test.get("/collect", &cookie).await;
    assert!(links.body.contains("/s/cafe/visit"));
}

#[tokio::test]
async fn every_field_of_every_kind_is_edited() {
    let (test, cookie) = draft().await;
    let add = async |kind: &str| {
        let page = test.get("/surveys/visit", &cookie).await;
        let form = Form::with(&page, "edit", "add-question")
            .set("kind", kind)
            .set("text", &format!("About {kind}"));
        let added = form.post(&test, DRAFT, &cookie).await;
        let location = added.location().to_owned();
        let code = location
            .split("q=")
            .nth(1)
            .and_then(|rest| rest.split('&').next());
        code.unwrap_or_else(|| panic!("{kind}: {}", added.body))
            .to_owned()
    };
    let save = async |code: &str, form: Form| {
        let saved = form.post(&test, DRAFT, &cookie).await;
        assert_eq!(
            saved.status,
            StatusCode::SEE_OTHER,
            "{code}: {}",
            saved.body
        );
        let survey = stored(&test).await;
        serde_json::to_value(survey.question(code)).expect("JSON")
    };
    let common = |form: Form, code: &str| {
        form.set("code", code)
            .set("text.en", "Text")
            .set("hint.uk", "Підказка")
            .with_field("required", "on")
            .set("show_if", "nps <= 6")
    };
    let rest = |code: &str, kind: Value| {
        let mut expected = json!({
            "code": code, "text": { "en": "Text" }, "hint": { "uk": "Підказка" }, "required": true, "show_if": "nps <= 6",
        });
        for (key, value) in kind.as_object().expect("an object") {
            expected[key] = value.clone();
        }
        expected
    };

    for kind in ["nps", "ces"] {
        let code = add(kind).await;
        let form = common(question(&test, &cookie, &code).await, &format!("{kind}_x"))
            .set("low_label.bg", "не")
            .set("high_label.ru", "да");
        let expected =
            json!({ "kind": kind, "low_label": { "bg": "не" }, "high_label": { "ru": "да" } });
        assert_eq!(
            save(&format!("{kind}_x"), form).await,
            rest(&format!("{kind}_x"), expected)
        );
    }
    let code = add("csat").await;
    let form = common(question(&test, &cookie, &code).await, "csat_x")
        .set("points", "7")
        .set("style", "faces")
        .set("low_label.en", "Bad");
    let expected = json!({ "kind": "csat", "points": 7, "style": "faces", "low_label": { "en": "Bad" }, "high_label": {} });
    assert_eq!(save("csat_x", form).await, rest("csat_x", expected));

    let code = add("rating").await;
    let form = common(question(&test, &cookie, &code).await, "rating_x")
        .set("points", "11")
        .set("style", "stars")
        .with_field("not_applicable", "on");
    let expected = json!({ "kind": "rating", "points": 11, "style": "stars", "not_applicable": true, "low_label": {}, "high_label": {} });
    assert_eq!(save("rating_x", form).await, rest("rating_x", expected));

    let code = add("importance").await;
    let form = common(question(&test, &cookie, &code).await, "importance_x")
        .set("of", "rating_x")
        .set("points", "10");
    let expected = json!({ "kind": "importance", "of": "rating_x", "points": 10, "low_label": {}, "high_label": {} });
    assert_eq!(
        save("importance_x", form).await,
        rest("importance_x", expected)
    );

    let code = add("multi").await;
    let form = common(question(&test, &cookie, &code).await, "multi_x")
        .set("max_choices", "1")
        .set_nth("options.code", 0, "yes")
        .set_nth("options.text.en", 0, "Yes")
        .set_nth("options.text.en", 1, "No");
    let options = json!([{ "code": "yes", "text": { "en": "Yes" } }, { "code": "no", "text": { "en": "No" } }]);
    assert_eq!(
        save("multi_x", form).await,
        rest(
            "multi_x",
            json!({ "kind": "multi", "max_choices": 1, "options": options })
        )
    );

    let code = add("text").await;
    let mut form = common(question(&test, &cookie, &code).await, "text_x").set("max_length", "140");
    form.0.retain(|(name, _)| name != "long");
    assert_eq!(
        save("text_x", form).await,
        rest(
            "text_x",
            json!({ "kind": "text", "long": false, "max_length": 140 })
        )
    );

    let code = add("number").await;
    let form = common(question(&test, &cookie, &code).await, "number_x")
        .set("min", "-1,5")
        .set("max", "99")
        .set("decimals", "2");
    assert_eq!(
        save("number_x", form).await,
        rest(
            "number_x",
            json!({ "kind": "number", "min": -1.5, "max": 99.0, "decimals": 2 })
        )
    );

    let code = add("date").await;
    let form = common(question(&test, &cookie, &code).await, "date_x")
        .set("min", "2026-01-01")
        .set("max", "2026-12-31");
    assert_eq!(
        save("date_x", form).await,
        rest(
            "date_x",
            json!({ "kind": "date", "min": "2026-01-01", "max": "2026-12-31" })
        )
    );

    let options =
        json!([{ "code": "a", "text": { "en": "A" } }, { "code": "b", "text": { "en": "B" } }]);
    let code = add("ranking").await;
    let form = common(question(&test, &cookie, &code).await, "ranking_x")
        .set("places", "1")
        .set_nth("options.text.en", 0, "A")
        .set_nth("options.text.en", 1, "B");
    let expected = json!({ "kind": "ranking", "places": 1, "options": options });
    assert_eq!(save("ranking_x", form).await, rest("ranking_x", expected));

    let code = add("best_worst").await;
    let form = common(question(&test, &cookie, &code).await, "best_worst_x")
        .set_nth("options.text.en", 0, "A")
        .set_nth("options.text.en", 1, "B");
    let expected = json!({ "kind": "best_worst", "options": options });
    assert_eq!(
        save("best_worst_x", form).await,
        rest("best_worst_x", expected)
    );

    let code = add("price").await;
    let form = common(question(&test, &cookie, &code).await, "price_x")
        .set("points", "7")
        .set("low_label.en", "Poor");
    let expected =
        json!({ "kind": "price", "points": 7, "low_label": { "en": "Poor" }, "high_label": {} });
    assert_eq!(save("price_x", form).await, rest("price_x", expected));

    for kind in ["email", "phone"] {
        let code = add(kind).await;
        let own = format!("{kind}_x");
        let form = common(question(&test, &cookie, &code).await, &own);
        assert_eq!(save(&own, form).await, rest(&own, json!({ "kind": kind })));
    }

    let code = add("contact").await;
    let mut form = common(question(&test, &cookie, &code).await, "contact_x");
    form.0
        .retain(|(name, value)| name != "fields" || value != "phone");
    let expected = json!({ "kind": "contact", "fields": ["name", "email"] });
    assert_eq!(save("contact_x", form).await, rest("contact_x", expected));

    let code = add("consent").await;
    let form = common(question(&test, &cookie, &code).await, "consent_x");
    assert_eq!(
        save("consent_x", form).await,
        rest("consent_x", json!({ "kind": "consent" }))
    );

    let code = add("statement").await;
    let form = question(&test, &cookie, &code)
        .await
        .set("text.en", "Nearly done")
        .set("code", "statement_x");
    let expected = json!({ "code": "statement_x", "kind": "statement", "text": { "en": "Nearly done" }, "hint": {}, "required": false, "show_if": null });
    assert_eq!(save("statement_x", form).await, expected);

    // The survey itself.
    let page = test.get("/surveys/visit?open=survey", &cookie).await;
    let last = 1;
    let form = Form::with(&page, "edit", "survey")
        .set("title.en", "Your stay")
        .set("intro.uk", "Добрий день")
        .set("thank_you.bg", "Благодарим")
        .set_nth("segments.code", last, "size")
        .set_nth("segments.label.en", last, "Size")
        .set("default", "uk");
    let mut form = form;
    form.0
        .retain(|(name, value)| name != "languages" || value != "ru");
    let saved = form.post(&test, DRAFT, &cookie).await;
    assert_eq!(
        saved.location(),
        "/surveys/visit?open=survey&preview=en&done=survey-saved"
    );
    let survey = stored(&test).await;
    assert_eq!(survey.languages, [Language::Uk, Language::En, Language::Bg]);
    assert_eq!(survey.title.in_language(Language::En), Some("Your stay"));
    assert_eq!(
        survey.title.in_language(Language::Ru),
        Some("Ваш визит"),
        "texts of a dropped language stay"
    );
    assert_eq!(survey.intro.in_language(Language::Uk), Some("Добрий день"));
    assert_eq!(
        survey.thank_you.in_language(Language::Bg),
        Some("Благодарим")
    );
    let segments: Vec<&str> = survey
        .segments
        .iter()
        .map(|segment| segment.code.as_str())
        .collect();
    assert_eq!(segments, ["customer_type", "size"]);

    // A block.
    let page = test.get("/surveys/visit?block=overall", &cookie).await;
    let form = Form::with(&page, "edit", "block")
        .set("title.en", "First")
        .set("show_if", "x");
    form.post(&test, DRAFT, &cookie).await;
    let survey = stored(&test).await;
    assert_eq!(
        survey.blocks[0].title.in_language(Language::En),
        Some("First")
    );
    assert_eq!(survey.blocks[0].show_if.as_deref(), Some("x"));
}

#[tokio::test]
async fn order_tables_endings_and_quotas_are_edited() {
    let (test, cookie) = draft_with_choice().await;
    let open = async |query: &str, edit: &str| {
        let page = test.get(&format!("/surveys/visit?{query}"), &cookie).await;
        assert_eq!(strict(&page.body), Vec::<String>::new(), "{query}");
        Form::with(&page, "edit", edit)
    };
    // Options in random order, the last of which stays the last.
    let form = question(&test, &cookie, "liked").await;
    let last = stored(&test)
        .await
        .question("liked")
        .expect("there")
        .kind
        .options()
        .len()
        - 1;
    let form = form
        .with_field("random", "on")
        .with_field("options.anchored", &last.to_string());
    assert_eq!(
        form.post(&test, DRAFT, &cookie).await.status,
        StatusCode::SEE_OTHER
    );
    let survey = stored(&test).await;
    let liked = serde_json::to_value(survey.question("liked")).expect("JSON");
    assert_eq!(liked["random"], true);
    let anchored: Vec<bool> = survey
        .question("liked")
        .expect("there")
        .kind
        .options()
        .iter()
        .map(|o| o.anchored)
        .collect();
    assert_eq!(anchored.iter().position(|&anchored| anchored), Some(last));
    assert!(
        test.get("/surveys/visit", &cookie)
            .await
            .body
            .contains("random order")
    );

    // Random blocks make it possible to keep one in its place.
    let form = open("open=survey", "survey").await;
    let form = form
        .with_field("random_blocks", "on")
        .set("endings.code", "review")
        .set("endings.show_if", "nps >= 9")
        .set("endings.title.en", "Wonderful!")
        .set("endings.text.en", "Would you tell others?")
        .set("endings.text.uk", "Розкажете іншим?")
        .set("endings.link", "https://example.com/review");
    assert_eq!(
        form.post(&test, DRAFT, &cookie).await.status,
        StatusCode::SEE_OTHER
    );
    let form = open("open=survey", "survey").await;
    let form = form
        .set_nth("endings.code", 1, "enough")
        .set_nth("endings.text.en", 1, "We have heard enough.")
        .set("quotas.code", "happy")
        .set("quotas.counts_if", "nps >= 9")
        .set("quotas.limit", "200")
        .set("quotas.then", "review");
    assert_eq!(
        form.post(&test, DRAFT, &cookie).await.status,
        StatusCode::SEE_OTHER
    );
    let page = test.get("/surveys/visit?open=survey", &cookie).await;
    test.keep("editor-endings", &page.body).await;
    let form = Form::with(&page, "edit", "survey")
        .set_nth("quotas.code", 1, "all")
        .set_nth("quotas.limit", 1, "1000");
    assert_eq!(
        form.post(&test, DRAFT, &cookie).await.status,
        StatusCode::SEE_OTHER
    );
    let survey = stored(&test).await;
    assert!(survey.random_blocks);
    let kept = serde_json::to_value(&survey).expect("JSON");
    assert_eq!(
        kept["endings"],
        json!([
            { "code": "review", "show_if": "nps >= 9", "title": { "en": "Wonderful!" },
              "text": { "en": "Would you tell others?", "uk": "Розкажете іншим?" }, "link": "https://example.com/review" },
            { "code": "enough", "show_if": null, "title": {}, "text": { "en": "We have heard enough." }, "link": null },
        ])
    );
    assert_eq!(
        kept["quotas"],
        json!([
            { "code": "happy", "counts_if": "nps >= 9", "limit": 200, "then": { "end": "review" } },
            { "code": "all", "counts_if": null, "limit": 1000, "then": "close" },
        ])
    );
    // An end page that nobody reaches, and a text that is missing, are said where they stand.
    let page = test.get("/surveys/visit?open=survey", &cookie).await;
    assert!(page.body.contains("nobody gets here"), "{}", page.body);

    // What cannot be read comes back as it was typed.
    let refused = Form::with(&page, "edit", "survey")
        .set_nth("endings.code", 1, "review")
        .set_nth("quotas.limit", 0, "many")
        .post(&test, DRAFT, &cookie)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("value=\"many\""));
    assert_eq!(stored(&test).await, survey);

    // An empty row is none.
    let form = open("open=survey", "survey").await;
    let form = ["code", "text.en"].iter().fold(form, |form, field| {
        form.set_nth(&format!("endings.{field}"), 1, "")
    });
    let form = form
        .set_nth("quotas.code", 1, "")
        .set_nth("quotas.limit", 1, "");
    assert_eq!(
        form.post(&test, DRAFT, &cookie).await.status,
        StatusCode::SEE_OTHER
    );
    let survey = stored(&test).await;
    assert_eq!((survey.endings.len(), survey.quotas.len()), (1, 1));

    // Blocks: as a table, in random order, and in their place.
    let form = open("block=overall", "block").await;
    let form = form
        .with_field("matrix", "on")
        .with_field("random_questions", "on")
        .with_field("anchored", "on");
    assert_eq!(
        form.post(&test, DRAFT, &cookie).await.status,
        StatusCode::SEE_OTHER
    );
    let block = serde_json::to_value(&stored(&test).await.blocks[0]).expect("JSON");
    assert_eq!(
        (
            &block["layout"],
            &block["random_questions"],
            &block["anchored"]
        ),
        (&json!("matrix"), &json!(true), &json!(true))
    );
    let page = test.get("/surveys/visit?block=overall", &cookie).await;
    assert_eq!(strict(&page.body), Vec::<String>::new());
    assert!(page.body.contains("as a table"));
    let form = open("block=overall", "block").await;
    assert_eq!((form.get("matrix"), form.get("anchored")), ("on", "on"));
}

#[tokio::test]
async fn questions_blocks_and_options_are_moved_and_removed() {
    let (test, cookie) = draft_with_choice().await;
    let before = stored(&test).await;
    let step = async |edit: &str, name: &str, code: &str, direction: &str| {
        let page = test.get("/surveys/visit", &cookie).await;
        let form = Form::with(&page, "edit", edit)
            .set(name, code)
            .with_field("direction", direction);
        let done = form.post(&test, DRAFT, &cookie).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{edit} {code}");
        stored(&test).await
    };
    let moved = step("move-question", "question", "nps", "down").await;
    assert_eq!(questions(&moved)[..2], ["improve", "nps"]);
    assert_eq!(step("move-question", "question", "nps", "up").await, before);
    let last = before.blocks[0]
        .questions
        .last()
        .expect("a question")
        .code
        .to_string();
    let moved = step("move-question", "question", &last, "down").await;
    assert_eq!(
        moved.blocks[1].questions[0].code.as_str(),
        last,
        "over into the next block"
    );
    assert_eq!(step("move-question", "question", &last, "up").await, before);
    let block = before.blocks[0].code.as_str();
    let moved = step("move-block", "block", block, "down").await;
    assert_eq!(moved.blocks[1], before.blocks[0]);
    assert_eq!(step("move-block", "block", block, "up").await, before);

    // The first one cannot go further up: its button is off, and a form that asks for it is told so.
    let page = test.get("/surveys/visit", &cookie).await;
    let form = Form::with(&page, "edit", "move-question").with_field("direction", "up");
    assert_eq!(form.get("question"), "nps");
    let refused = form.post(&test, DRAFT, &cookie).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("It cannot go further."));
    assert_eq!(strict(&refused.body), Vec::<String>::new());

    // Options: a button of a row saves what was typed and then does what it says.
    let options = |survey: &Survey| {
        let options = survey.question("liked").expect("liked").kind.options();
        options
            .iter()
            .map(|option| option.code.to_string())
            .collect::<Vec<_>>()
    };
    let was = options(&before);
    let form = question(&test, &cookie, "liked")
        .await
        .set("text.en", "What pleased you?")
        .with_field("then", "option-down:0");
    form.post(&test, DRAFT, &cookie).await;
    let survey = stored(&test).await;
    assert_eq!(options(&survey)[..2], [was[1].clone(), was[0].clone()]);
    assert_eq!(
        survey
            .question("liked")
            .expect("liked")
            .text
            .in_language(Language::En),
        Some("What pleased you?")
    );
    question(&test, &cookie, "liked")
        .await
        .with_field("then", "option-remove:0")
        .post(&test, DRAFT, &cookie)
        .await;
    assert_eq!(
        options(&stored(&test).await),
        [vec![was[0].clone()], was[2..].to_vec()].concat()
    );

    // Nothing is removed without a page between.
    let page = test.get("/surveys/visit?q=liked&remove=1", &cookie).await;
    assert!(page.body.contains("Remove this question?"));
    assert_eq!(strict(&page.body), Vec::<String>::new());
    Form::with(&page, "edit", "remove-question")
        .post(&test, DRAFT, &cookie)
        .await;
    assert!(stored(&test).await.question("liked").is_none());
    let page = test
        .get(&format!("/surveys/visit?block={block}&remove=1"), &cookie)
        .await;
    assert_eq!(strict(&page.body), Vec::<String>::new());
    Form::with(&page, "edit", "remove-block")
        .post(&test, DRAFT, &cookie)
        .await;
    assert_eq!(stored(&test).await.blocks[0], before.blocks[1]);
    let page = test.get("/surveys/visit", &cookie).await;
    Form::with(&page, "edit", "add-block")
        .set("title", "About you")
        .post(&test, DRAFT, &cookie)
        .await;
    assert_eq!(
        stored(&test)
            .await
            .blocks
            .last()
            .map(|block| block.code.to_string())
            .as_deref(),
        Some("about_you")
    );
}

#[tokio::test]
async fn a_missing_translation_is_named_and_keeps_the_survey_from_publication() {
    let (test, cookie) = draft().await;
    question(&test, &cookie, "csat")
        .await
        .set("text.uk", " ")
        .post(&test, DRAFT, &cookie)
        .await;
    let page = test.get("/surveys/visit", &cookie).await;
    assert!(page.body.contains("One thing to mend before publication"));
    assert!(page.body.contains("the text is missing: Українська."));
    assert!(
        page.body
            .contains("href=\"/surveys/visit?q=csat&amp;preview=en#q-csat\"")
    );
    let open = test.get("/surveys/visit?q=csat&lang=uk", &cookie).await;
    let (_, after) = open
        .body
        .split_once("id=\"f-question-text.uk\"")
        .expect("the field");
    assert!(
        after
            .split("</div>")
            .next()
            .is_some_and(|field| field.contains("Перекладу немає."))
    );
    let page = test.get("/surveys/visit/publish?lang=en", &cookie).await;
    assert!(page.body.contains("This draft cannot be published yet."));
    assert!(!page.body.contains("name=\"revision\""), "no button");
    let forced = Form(vec![
        ("csrf".into(), page.csrf()),
        ("revision".into(), "2".into()),
    ]);
    let refused = forced.post(&test, "/surveys/visit/publish", &cookie).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(strict(&refused.body), Vec::<String>::new());
}

#[tokio::test]
async fn a_condition_that_cannot_be_read_is_shown_at_its_field_with_the_place() {
    let (test, cookie) = draft().await;
    let form = question(&test, &cookie, "csat")
        .await
        .set("show_if", "nps <= 6 and nps > 11");
    let saved = form.post(&test, DRAFT, &cookie).await;
    assert_eq!(
        saved.status,
        StatusCode::SEE_OTHER,
        "a draft may have defects: nothing is lost"
    );
    let page = test.get("/surveys/visit?q=csat", &cookie).await;
    let (_, after) = page
        .body
        .split_once("id=\"f-question-show_if\"")
        .expect("the field");
    let field = after.split("</details>").next().unwrap_or_default();
    assert!(
        field.contains("At character 20: “nps” takes values from 0 to 10."),
        "{field}"
    );
    assert!(
        field.contains("nps &lt;= 6 and nps &gt; 11\n                   ^"),
        "{field}"
    );
    let page = test.get("/surveys/visit?q=csat&lang=bg", &cookie).await;
    assert!(
        page.body
            .contains("Знак 20: „nps“ приема стойности от 0 до 10.")
    );
}

#[tokio::test]
async fn what_cannot_be_read_comes_back_with_what_was_typed() {
    let (test, cookie) = draft().await;
    let form = question(&test, &cookie, "csat")
        .await
        .set("code", "Not a code")
        .set("text.en", "Typed & kept");
    let refused = form.post(&test, DRAFT, &cookie).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(strict(&refused.body), Vec::<String>::new());
    let back = Form::with(&refused, "edit", "question");
    assert_eq!(
        (back.get("code"), back.get("text.en")),
        ("Not a code", "Typed & kept")
    );
    assert!(refused.body.contains("href=\"#f-question-code\""));
    let form = question(&test, &cookie, "csat").await.set("code", "nps");
    let refused = form.post(&test, DRAFT, &cookie).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("The code “nps” is taken."));
    let reloaded = test.get("/surveys/visit/draft?lang=uk", &cookie).await;
    assert_eq!(reloaded.location(), "/surveys/visit");
    let page = test.get("/surveys/new", &cookie).await;
    let form = Form::with(&page, "template", "post-visit");
    let check = async |code: &str, status: StatusCode, message: &str| {
        let refused = form
            .clone()
            .set("code", code)
            .post(&test, "/surveys/new", &cookie)
            .await;
        assert_eq!(refused.status, status, "{code}");
        assert!(refused.body.contains(message), "{code}");
        assert_eq!(strict(&refused.body), Vec::<String>::new(), "{code}");
    };
    check(
        "visit",
        StatusCode::CONFLICT,
        "There is already a survey with this code.",
    )
    .await;
    check(
        "My visit",
        StatusCode::UNPROCESSABLE_ENTITY,
        "Small Latin letters",
    )
    .await;
    check(
        "new",
        StatusCode::UNPROCESSABLE_ENTITY,
        "an address of Radost itself",
    )
    .await;
    let blank = form
        .clone()
        .set("template", "blank")
        .set("code", "own")
        .post(&test, "/surveys/new", &cookie)
        .await;
    assert_eq!(
        blank.location(),
        "/surveys/own?open=survey&done=survey-created"
    );
}

#[tokio::test]
async fn two_people_at_one_survey_lose_nothing() {
    let (test, cookie) = draft().await;
    let mine = question(&test, &cookie, "csat")
        .await
        .set("text.en", "My words");
    question(&test, &cookie, "nps")
        .await
        .set("text.en", "Their words")
        .post(&test, DRAFT, &cookie)
        .await;
    let conflict = mine.post(&test, DRAFT, &cookie).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    assert!(conflict.body.contains("Somebody else changed this survey"));
    assert_eq!(strict(&conflict.body), Vec::<String>::new());
    let again = Form::with(&conflict, "edit", "question");
    assert_eq!(again.get("text.en"), "My words");
    let saved = again.post(&test, DRAFT, &cookie).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    let survey = stored(&test).await;
    let text = |code: &str| {
        survey
            .question(code)
            .expect(code)
            .text
            .in_language(Language::En)
            .map(str::to_owned)
    };
    assert_eq!(
        (text("csat").as_deref(), text("nps").as_deref()),
        (Some("My words"), Some("Their words"))
    );

    // The question went away while it stood open.
    let mine = question(&test, &cookie, "csat")
        .await
        .set("text.en", "Words worth keeping");
    let page = test.get("/surveys/visit?q=csat&remove=1", &cookie).await;
    Form::with(&page, "edit", "remove-question")
        .post(&test, DRAFT, &cookie)
        .await;
    let gone = mine.post(&test, DRAFT, &cookie).await;
    assert_eq!(gone.status, StatusCode::CONFLICT);
    assert!(gone.body.contains("What you typed") && gone.body.contains("Words worth keeping"));
    assert_eq!(strict(&gone.body), Vec::<String>::new());

    // Publication means the draft that was read.
    let page = test.get("/surveys/visit/publish", &cookie).await;
    let publish = Form(vec![
        ("csrf".into(), page.csrf()),
        ("revision".into(), "1".into()),
    ]);
    let stale = publish.post(&test, "/surveys/visit/publish", &cookie).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(
        test.app
            .survey_version(&test.console, "visit", 1)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn what_was_published_never_changes() {
    let (test, cookie) = draft_with_choice().await;
    test.app
        .publish_survey(&test.console, "visit")
        .await
        .expect("published");
    let key = test.key(&[Permission::SeeSurveys]).await;
    let first = test
        .api("GET", "/api/v1/surveys/visit/versions/1", &key, None)
        .await
        .body;

    let form = question(&test, &cookie, "liked").await;
    assert!(
        form.0
            .iter()
            .any(|(name, value)| name == "code" && value == "liked")
    );
    let page = test.get("/surveys/visit?q=liked", &cookie).await;
    assert!(
        page.body
            .contains("Published: answers are stored under this code")
    );
    let renamed = form
        .clone()
        .set("code", "pleased")
        .post(&test, DRAFT, &cookie)
        .await;
    assert_eq!(renamed.status, StatusCode::UNPROCESSABLE_ENTITY);
    let option = form.get("options.code").to_owned();
    let renamed = form
        .clone()
        .set("options.code", "other")
        .post(&test, DRAFT, &cookie)
        .await;
    assert_eq!(renamed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(renamed.body.contains(&format!("“{option}” is published")));

    question(&test, &cookie, "csat")
        .await
        .set("points", "7")
        .set("text.en", "How was it?")
        .post(&test, DRAFT, &cookie)
        .await;
    let page = test.get("/surveys/visit?q=csat&remove=1", &cookie).await;
    assert!(page.body.contains("Answers already given stay"));
    let page = test.get("/surveys/visit/publish", &cookie).await;
    assert!(
        page.body
            .contains("csat: the scale has another number of points.")
    );
    assert!(
        page.body
            .contains("Results before and after cannot simply be compared")
    );
    assert!(page.body.contains("csat: other words."));
    let published = Form::with(&page, "revision", "3")
        .post(&test, "/surveys/visit/publish", &cookie)
        .await;
    assert_eq!(published.status, StatusCode::SEE_OTHER);

    let again = test
        .api("GET", "/api/v1/surveys/visit/versions/1", &key, None)
        .await
        .body;
    assert_eq!(again, first, "byte for byte");
    let page = test.get("/surveys/visit/versions/1", &cookie).await;
    assert!(
        page.body
            .contains("/surveys/visit/preview?version=1&amp;lang=en")
    );
    assert_eq!(
        test.get("/surveys/visit/versions/3", &cookie).await.status,
        StatusCode::NOT_FOUND
    );

    let page = test.get("/surveys/visit/versions", &cookie).await;
    let close = Form(vec![("csrf".into(), page.csrf())]);
    close.post(&test, "/surveys/visit/close", &cookie).await;
    let page = test
        .get("/surveys/visit/versions?done=survey-closed", &cookie)
        .await;
    assert!(page.body.contains("/surveys/visit/open\"") && page.body.contains(">Closed<"));
    assert!(
        !test
            .app
            .survey(&test.console, "visit")
            .await
            .expect("a survey")
            .accepting
    );
    close.post(&test, "/surveys/visit/open", &cookie).await;
    assert!(
        test.app
            .survey(&test.console, "visit")
            .await
            .expect("a survey")
            .accepting
    );
}

#[tokio::test]
async fn a_survey_past_four_minutes_is_warned_of() {
    let (test, cookie) = draft().await;
    let page = test.get("/surveys/visit", &cookie).await;
    assert!(!page.body.contains("Longer than"));
    let mut survey = stored(&test).await;
    let long = survey.question("improve").expect("improve").clone();
    for n in 0..8 {
        let mut more = long.clone();
        more.code = format!("more_{n}").parse().expect("a code");
        more.required = true;
        more.show_if = None;
        more.kind = QuestionKind::Text {
            long: true,
            max_length: 2_000,
        };
        survey.blocks[0].questions.push(more);
    }
    test.app
        .save_draft(&test.console, "visit", survey, 1)
        .await
        .expect("saved");
    let page = test.get("/surveys/visit", &cookie).await;
    let (_, after) = page
        .body
        .split_once("Longer than 4 minutes")
        .expect("a warning");
    let longest = after.split("</ol>").next().unwrap_or_default();
    assert_eq!(longest.matches("<li>").count(), 3);
    assert!(longest.contains("?q=more_0"), "{longest}");
}

#[tokio::test]
async fn the_survey_doctor_says_what_spoils_answers() {
    let (test, cookie) = draft().await;
    let page = test.get("/surveys/visit", &cookie).await;
    assert!(
        page.body
            .contains("No remarks: nothing here spoils answers."),
        "{}",
        page.body
    );
    let mut survey = stored(&test).await;
    let question = &mut survey.blocks[1].questions[0];
    let code = question.code.to_string();
    question.text.set(
        Language::En,
        "How <much> did you love the food and the music?",
    );
    question.show_if = Some("nps >= 9 and nps <= 6".into());
    test.app
        .save_draft(&test.console, "visit", survey, 1)
        .await
        .expect("saved");
    let page = test.get("/surveys/visit?open=survey", &cookie).await;
    test.keep("editor-doctor", &page.body).await;
    assert_eq!(strict(&page.body), Vec::<String>::new());
    let panel = page.body.split("card doctor").nth(1).expect("a panel");
    let panel = panel.split("</section>").next().expect("its end");
    for said in [
        "3 remarks. They keep nothing from being published.",
        "Nobody gets here",
        "Leading",
        "Two questions in one",
        "<q>food and the</q>",
        "English",
        &format!("q={code}"),
        &format!("#q-{code}"),
    ] {
        assert!(panel.contains(said), "{said}: {panel}");
    }
    // Remarks keep nothing from being published, and programs read them as well.
    let key = test.key(&[Permission::SeeSurveys]).await;
    let read = test.api("GET", "/api/v1/surveys/visit", &key, None).await;
    let remarks = &read.json()["remarks"];
    let kinds: Vec<&str> = remarks
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|remark| remark["kind"].as_str())
        .collect();
    assert_eq!(kinds, ["unreachable", "leading", "double_barrelled"]);
    assert_eq!(remarks[1]["words"], "How <much> did you love");
    assert_eq!(remarks[1]["languages"], json!(["en"]));
    assert_eq!(read.json()["defects"], json!([]));
    for language in ["ru", "uk", "bg"] {
        let page = test
            .get(&format!("/surveys/visit?lang={language}"), &cookie)
            .await;
        assert!(!page.body.contains("Survey doctor"), "{language}");
        assert_eq!(strict(&page.body), Vec::<String>::new(), "{language}");
    }
}

#[tokio::test]
async fn programs_write_and_publish_surveys() {
    let test = TestApp::new().await;
    let key = test
        .key(&[Permission::SeeSurveys, Permission::EditSurveys])
        .await;
    let ready = test
        .api("GET", "/api/v1/ready-surveys?limit=3", &key, None)
        .await
        .json();
    assert_eq!(ready["items"].as_array().map(Vec::len), Some(3));
    let next = format!(
        "/api/v1/ready-surveys?cursor={}",
        ready["next"].as_str().expect("a cursor")
    );
    assert_eq!(
        test.api("GET", &next, &key, None).await.json()["items"][0]["code"],
        "kiosk-pulse"
    );

    let body = json!({ "template": "kiosk-pulse", "code": "lobby" });
    let made = test
        .api("POST", "/api/v1/surveys", &key, Some(body.clone()))
        .await;
    assert_eq!(made.status, StatusCode::CREATED);
    let view = made.json();
    assert_eq!(
        (&view["status"], &view["revision"], &view["defects"]),
        (&json!("draft"), &json!(1), &json!([]))
    );
    assert_eq!(view["duration"]["too_long"], false);
    assert_eq!(
        test.api("POST", "/api/v1/surveys", &key, Some(body))
            .await
            .status,
        StatusCode::CONFLICT
    );
    let both = json!({ "template": "kiosk-pulse", "document": {} });
    assert_eq!(
        test.api("POST", "/api/v1/surveys", &key, Some(both))
            .await
            .status,
        StatusCode::BAD_REQUEST
    );

    // A misspelt key is named with its place.
    let mut document = view["document"].clone();
    document["blocks"][0]["questions"][0]["requierd"] = json!(true);
    let body = json!({ "revision": 1, "document": document });
    let refused = test
        .api("PUT", "/api/v1/surveys/lobby/draft", &key, Some(body))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = refused.json();
    assert_eq!(problem["type"], "/problems/survey-defects");
    assert_eq!(
        problem["errors"],
        json!([{ "place": "blocks[0].questions[0].requierd", "message": "no such field" }])
    );

    // A draft may have defects; publication names them.
    let mut document = view["document"].clone();
    document["blocks"][0]["questions"][1]["show_if"] = json!("csat <= 9");
    let body = json!({ "revision": 1, "document": document });
    let saved = test
        .api(
            "PUT",
            "/api/v1/surveys/lobby/draft",
            &key,
            Some(body.clone()),
        )
        .await;
    assert_eq!(saved.json()["revision"], 2);
    let place = "blocks[0].questions[1].show_if";
    assert_eq!(saved.json()["defects"][0]["place"], place);
    let problem = test
        .api("POST", "/api/v1/surveys/lobby/publish", &key, None)
        .await
        .json();
    let fault =
        json!({ "place": place, "message": "column 9: `csat` takes whole numbers from 1 to 5" });
    assert_eq!(problem["errors"], json!([fault]));
    let stale = test
        .api("PUT", "/api/v1/surveys/lobby/draft", &key, Some(body))
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);

    let closed = test
        .api("POST", "/api/v1/surveys/lobby/close", &key, None)
        .await;
    assert_eq!(closed.status, StatusCode::CONFLICT, "never published");
    let body = json!({ "revision": 2, "document": view["document"] });
    test.api("PUT", "/api/v1/surveys/lobby/draft", &key, Some(body))
        .await;
    let published = test
        .api("POST", "/api/v1/surveys/lobby/publish", &key, None)
        .await;
    assert_eq!(
        (published.status, published.json()),
        (StatusCode::CREATED, json!({ "version": 1 }))
    );
    let version = test
        .api("GET", "/api/v1/surveys/lobby/versions/1", &key, None)
        .await
        .json();
    assert_eq!(
        (&version["document"], &version["published_at"]),
        (&view["document"], &json!("2026-11-01T12:00:00Z"))
    );
    assert_eq!(
        test.api("POST", "/api/v1/surveys/lobby/close", &key, None)
            .await
            .status,
        StatusCode::NO_CONTENT
    );
    let own = json!({ "document": { "code": "own", "title": { "en": "Own" }, "languages": ["en"], "blocks": [] } });
    assert_eq!(
        test.api("POST", "/api/v1/surveys", &key, Some(own))
            .await
            .status,
        StatusCode::CREATED
    );
    let list = test
        .api("GET", "/api/v1/surveys?limit=1", &key, None)
        .await
        .json();
    assert_eq!(
        (&list["items"][0]["code"], &list["items"][0]["status"]),
        (&json!("own"), &json!("draft"))
    );
    let next = format!(
        "/api/v1/surveys?limit=1&cursor={}",
        list["next"].as_str().expect("a cursor")
    );
    let list = test.api("GET", &next, &key, None).await.json();
    assert_eq!(
        (
            &list["items"][0]["status"],
            &list["items"][0]["unpublished_changes"],
            &list["next"]
        ),
        (&json!("closed"), &json!(false), &Value::Null)
    );
    assert_eq!(
        test.api("POST", "/api/v1/surveys/lobby/open", &key, None)
            .await
            .status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        test.api("GET", "/api/v1/surveys/lobby", &key, None)
            .await
            .json()["status"],
        "open"
    );

    let reader = test.key(&[Permission::SeeSurveys]).await;
    assert_eq!(
        test.api("POST", "/api/v1/surveys/lobby/publish", &reader, None)
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    let blind = test.key(&[Permission::RecordResponses]).await;
    assert_eq!(
        test.api("GET", "/api/v1/surveys", &blind, None)
            .await
            .status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn agents_read_and_do_not_write() {
    let (test, analyst) = draft().await;
    let agent = test.signed_in(Role::Agent).await;
    let page = test.get("/surveys/visit?q=csat", &agent).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(strict(&page.body), Vec::<String>::new());
    assert!(
        !page.body.contains("name=\"edit\""),
        "no form that changes it"
    );
    assert!(
        !test
            .get("/surveys", &agent)
            .await
            .body
            .contains("/surveys/new")
    );
    for path in ["/surveys/new", "/surveys/visit/publish"] {
        assert_eq!(
            test.get(path, &agent).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    let csrf = page.csrf();
    let theirs = question(&test, &analyst, "csat").await.set("csrf", &csrf);
    assert_eq!(
        theirs.post(&test, DRAFT, &agent).await.status,
        StatusCode::FORBIDDEN
    );
    for path in [
        "/surveys/new",
        "/surveys/visit/publish",
        "/surveys/visit/close",
        "/surveys/visit/open",
    ] {
        let fields = [
            ("csrf", csrf.as_str()),
            ("template", "post-visit"),
            ("code", "x"),
            ("revision", "1"),
        ];
        assert_eq!(
            test.post_form(path, &agent, &fields).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    assert_eq!(
        stored(&test).await,
        TestApp::ready("post-visit").with_code("visit")
    );
}

trait WithCode {
    fn with_code(self, code: &str) -> Self;
}

impl WithCode for Survey {
    fn with_code(mut self, code: &str) -> Self {
        self.code = code.parse().expect("a slug");
        self
    }
}

#[tokio::test]
async fn another_workspace_has_its_own_surveys() {
    let (test, _) = draft().await;
    test.app
        .publish_survey(&test.console, "visit")
        .await
        .expect("published");
    let slug: Slug = "rival".parse().expect("a slug");
    let rival = test
        .app
        .create_workspace(slug, "Rival", "Europe/Sofia", Language::Bg)
        .await
        .expect("a workspace");
    let console = radost_app::domain::access::Actor::console(rival.id);
    let scopes = [Permission::SeeSurveys, Permission::EditSurveys].into();
    let key = test
        .app
        .create_api_key(&console, "rival", scopes)
        .await
        .expect("a key")
        .secret;
    let person = radost_app::access::NewPerson {
        email: "boss@rival.example".parse().expect("an address"),
        name: "Boss".into(),
        role: Role::Admin,
        locations: Default::default(),
        language: Language::Bg,
        password: Some(support::PASSWORD.into()),
    };
    test.app.add_user(&console, person).await.expect("a user");
    let cookie = test.sign_in("boss@rival.example", support::PASSWORD).await;
    for path in [
        "/surveys/visit",
        "/surveys/visit/publish",
        "/surveys/visit/versions",
        "/surveys/visit/versions/1",
    ] {
        assert_eq!(
            test.get(path, &cookie).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    for path in ["/surveys", "/collect"] {
        assert!(
            !test.get(path, &cookie).await.body.contains("visit\""),
            "{path}"
        );
    }
    let csrf = test.get("/surveys/new", &cookie).await.csrf();
    let step = [
        ("csrf", csrf.as_str()),
        ("edit", "remove-question"),
        ("question", "nps"),
        ("revision", "1"),
    ];
    assert_eq!(
        test.post_form(DRAFT, &cookie, &step).await.status,
        StatusCode::NOT_FOUND
    );
    for (method, path) in [
        ("GET", ""),
        ("POST", "/publish"),
        ("POST", "/close"),
        ("GET", "/versions/1"),
    ] {
        let path = format!("/api/v1/surveys/visit{path}");
        assert_eq!(
            test.api(method, &path, &key, None).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert_eq!(
        test.api("GET", "/api/v1/surveys", &key, None).await.json()["items"],
        json!([])
    );
}

#[tokio::test]
async fn links_are_drawn_as_codes_for_paper() {
    let test = numbers::cafes().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let location = {
        let directory = test
            .app
            .directory(test.console.workspace)
            .await
            .expect("a directory");
        let first = directory
            .locations
            .in_order()
            .into_iter()
            .next()
            .map(|(_, location)| location.code.to_string());
        first.expect("a place")
    };
    let query = format!("survey=post-visit&location={location}&touchpoint=visit");
    let page = test.get(&format!("/collect?{query}"), &cookie).await;
    assert_eq!(strict(&page.body), Vec::<String>::new());
    test.keep("collect-code", &page.body).await;
    assert!(
        page.body.contains("<svg class=\"qr\"")
            && page.body.contains("/collect/qr.png?survey=post-visit")
    );
    let svg = test.get(&format!("/collect/qr.svg?{query}"), &cookie).await;
    assert_eq!(svg.headers["content-type"], "image/svg+xml");
    let named = format!("filename=\"post-visit-{location}.svg\"");
    assert!(
        svg.headers["content-disposition"]
            .to_str()
            .expect("text")
            .contains(&named)
    );
    // Where it is scanned is said by the link, and that it was scanned.
    let link =
        format!("/s/cafe/post-visit?location={location}&amp;touchpoint=visit&amp;channel=qr");
    assert!(svg.body.contains(&link), "{}", svg.body);
    let png = test.get(&format!("/collect/qr.png?{query}"), &cookie).await;
    assert_eq!(
        (png.status, &png.headers["content-type"]),
        (StatusCode::OK, &"image/png".parse().expect("a type"))
    );

    // One for each place that the reader sees.
    let sheet = test
        .get("/collect/sheet?survey=post-visit&each=location", &cookie)
        .await;
    assert_eq!(strict(&sheet.body), Vec::<String>::new());
    test.keep("collect-sheet", &sheet.body).await;
    let directory = test
        .app
        .directory(test.console.workspace)
        .await
        .expect("a directory");
    let places = directory
        .locations
        .in_order()
        .into_iter()
        .filter(|(_, location)| location.active)
        .count();
    assert_eq!(sheet.body.matches("<svg class=\"qr\"").count(), places);
    let people = test
        .get("/collect/sheet?survey=post-visit&each=employee", &cookie)
        .await;
    assert_eq!(people.status, StatusCode::OK);
    assert_eq!(strict(&people.body), Vec::<String>::new());

    for path in ["/collect/qr.svg?survey=none", "/collect/sheet?survey="] {
        assert_eq!(
            test.get(path, &cookie).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert!(
        test.get("/collect/sheet?survey=post-visit", "")
            .await
            .location()
            .starts_with("/login")
    );
}

#[tokio::test]
async fn links_are_built_for_places_people_and_moments() {
    let (test, cookie) = draft().await;
    let empty = test.get("/collect", &cookie).await;
    assert!(empty.body.contains("No survey is published yet"));
    assert_eq!(strict(&empty.body), Vec::<String>::new());
    test.app
        .publish_survey(&test.console, "visit")
        .await
        .expect("published");
    let get = async |query: &str| {
        let request = Request::get(format!("/collect{query}"))
            .header(header::COOKIE, &cookie)
            .header(header::HOST, "radost.example:8080")
            .body(axum::body::Body::empty());
        let page = test.send(request.expect("a request")).await;
        assert_eq!(strict(&page.body), Vec::<String>::new(), "{query}");
        page
    };
    let page = get("").await;
    assert!(
        page.body
            .contains("data-copy=\"http://radost.example:8080/s/cafe/visit\"")
    );
    let page =
        get("?survey=visit&location=&employee=&touchpoint=table_4&channel=qr&language=uk").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("data-copy=\"http://radost.example:8080/s/cafe/visit?touchpoint=table_4&amp;channel=qr&amp;lang=uk\""), "{}", page.body);
    for (query, message) in [
        ("?survey=visit&touchpoint=Table+4", "A code begins with"),
        (
            "?survey=visit&location=nowhere",
            "There is no such location.",
        ),
        (
            "?survey=visit&employee=nobody",
            "There is no such employee.",
        ),
        ("?survey=visit&channel=pigeon", "There is no such channel."),
        ("?survey=visit&language=de", "not offered in this language"),
    ] {
        let page = get(query).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(page.body.contains(message), "{query}");
    }
}

#[tokio::test]
async fn every_page_is_sound_in_every_language_and_theme() {
    let (test, cookie) = draft().await;
    let check = async |paths: &[&str]| {
        for path in paths {
            for language in ["en", "ru", "uk", "bg"] {
                for theme in ["light", "dark"] {
                    let mark = if path.contains('?') { '&' } else { '?' };
                    let page = test
                        .get(
                            &format!("{path}{mark}lang={language}&theme={theme}"),
                            &cookie,
                        )
                        .await;
                    assert_eq!(page.status, StatusCode::OK, "{path} {language}");
                    assert_eq!(
                        strict(&page.body),
                        Vec::<String>::new(),
                        "{path} {language} {theme}"
                    );
                    for id in ["survey-", "surveys-", "collect-"] {
                        let shown = page.body.contains(&format!(">{id}"));
                        assert!(!shown, "{path} {language}: a message has no words: {id}");
                    }
                }
            }
        }
    };
    check(&[
        "/surveys",
        "/surveys/new",
        "/surveys/visit",
        "/surveys/visit?open=survey",
        "/surveys/visit?block=overall",
        "/surveys/visit/publish",
        "/surveys/visit/versions",
        "/collect",
    ])
    .await;
    test.app
        .publish_survey(&test.console, "visit")
        .await
        .expect("published");
    let mut survey = stored(&test).await;
    survey.title = Default::default();
    survey.languages.clear();
    survey.blocks[0].questions[0].text = Default::default();
    survey.blocks[0].questions[1].show_if = Some("nps =< 3".into());
    survey.blocks[1].questions.clear();
    test.app
        .save_draft(&test.console, "visit", survey, 1)
        .await
        .expect("saved");
    check(&[
        "/surveys",
        "/surveys/visit",
        "/surveys/visit?open=survey",
        "/surveys/visit?q=improve",
        "/surveys/visit/publish",
        "/surveys/visit/versions",
        "/surveys/visit/versions/1",
        "/collect?survey=visit&channel=qr",
    ])
    .await;
}
