//! Importing a file on a page and by a program.

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use radost_app::domain::access::{Permission, Role};
use radost_server::look::check;
use support::{Answer, TestApp};

const FILE: &str =
    "id,nps,Comment,Weather\n1,9,Great,sun\n2,99,Too much,rain\n3,7,,sun\n4,ten,,sun\n";

/// Sends a form with a file; the fields come before it.
async fn send_form(
    test: &TestApp,
    path: &str,
    (name, value): (&str, &str),
    fields: &[(&str, &str)],
    file: Option<(&str, &[u8])>,
) -> Answer {
    let mut body = Vec::new();
    for (field, value) in fields {
        let part =
            format!("--xx\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend(part.bytes());
    }
    if let Some((file_name, content)) = file {
        let part = format!(
            "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\nContent-Type: text/csv\r\n\r\n"
        );
        body.extend(part.bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--xx--\r\n");
    let request = Request::post(path)
        .header(name, value)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=xx")
        .body(Body::from(body));
    test.send(request.expect("a request")).await
}

/// The page of an import once it has come to its end.
async fn ended(test: &TestApp, path: &str, cookie: &str) -> Answer {
    loop {
        let page = test.get(path, cookie).await;
        if !page.headers.contains_key(header::REFRESH) {
            return page;
        }
        strict(&page, path);
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

fn strict(page: &Answer, what: &str) {
    assert_eq!(check::strict(&page.body), Vec::<String>::new(), "{what}");
    // A message without words shows its id.
    assert!(!page.body.contains(">import-"), "{what}: {}", page.body);
}

async fn post_survey() -> TestApp {
    TestApp::new().await.with_survey("post-visit").await
}

#[tokio::test]
async fn a_file_is_uploaded_checked_and_imported() {
    let test = post_survey().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let empty = test.get("/import", &cookie).await;
    strict(&empty, "before the first import");
    let csrf = empty.csrf();
    let fields = [("csrf", &*csrf), ("survey", "post-visit"), ("encoding", "")];
    let sent = send_form(
        &test,
        "/import",
        ("cookie", &cookie),
        &fields,
        Some(("answers.csv", FILE.as_bytes())),
    )
    .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let path = sent.location().to_owned();
    for lang in ["en", "ru", "uk", "bg"] {
        let page = test.get(&format!("{path}?lang={lang}"), &cookie).await;
        strict(&page, lang);
        let list = test.get(&format!("/import?lang={lang}"), &cookie).await;
        strict(&list, lang);
    }
    let page = test.get(&path, &cookie).await;
    assert!(
        page.body.contains("Rows tried: 4. Would be rejected: 2."),
        "{}",
        page.body
    );
    assert!(page.body.contains("nps takes whole numbers from 0 to 10."));
    assert!(page.body.contains("<option value=\"answer nps\" selected>"));
    assert!(
        page.body.contains("not recognised"),
        "the weather is left out, and said to be"
    );

    // Two columns for one question: the form comes back with what was chosen, and the fault beside it.
    let twice = [
        ("csrf", &*csrf),
        ("t0", "client_id"),
        ("t1", "answer nps"),
        ("t2", "ignore"),
        ("t3", "answer nps"),
        ("channel", "phone"),
        ("language", "uk"),
        ("action", "start"),
    ];
    let refused = test.post_form(&path, &cookie, &twice).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    strict(&refused, "two columns for one question");
    assert!(
        refused
            .body
            .contains("The column “nps” already becomes this."),
        "{}",
        refused.body
    );
    assert!(refused.body.contains("<option value=\"phone\" selected>"));

    // Another meaning for `ten` leaves one row that is refused.
    let mut right = twice;
    right[4] = ("t3", "ignore");
    let right: Vec<(&str, &str)> = right.into_iter().chain([("v1", "ten = 10")]).collect();
    let checked: Vec<(&str, &str)> = right
        .iter()
        .map(|&(k, v)| if k == "action" { (k, "check") } else { (k, v) })
        .collect();
    let again = test.post_form(&path, &cookie, &checked).await;
    let again = test.get(again.location(), &cookie).await;
    strict(&again, "checked again");
    assert!(again.body.contains("Rows tried: 4. Would be rejected: 1."));
    let started = test.post_form(&path, &cookie, &right).await;
    assert_eq!(
        (started.status, started.location()),
        (StatusCode::SEE_OTHER, &*path)
    );
    let done = ended(&test, &path, &cookie).await;
    for lang in ["en", "ru", "uk", "bg"] {
        let page = test.get(&format!("{path}?lang={lang}"), &cookie).await;
        strict(&page, lang);
    }
    assert!(
        done.body.contains("/responses?survey=post-visit"),
        "{}",
        done.body
    );
    let rejects = test.get(&format!("{path}/rejects.csv"), &cookie).await;
    assert_eq!(
        rejects.headers[header::CONTENT_TYPE],
        "text/csv; charset=utf-8"
    );
    assert_eq!(
        rejects.body,
        "row,column,reason,id,nps,Comment,Weather\n\
         3,nps,\"`nps` takes whole numbers from 0 to 10, not 99\",2,99,Too much,rain\n"
    );
    let once_more = test.post_form(&path, &cookie, &right).await;
    assert_ne!(once_more.status, StatusCode::OK, "it is done");
}

#[tokio::test]
async fn a_file_that_is_no_table_comes_back_with_the_reason() {
    let test = post_survey().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let csrf = test.get("/import", &cookie).await.csrf();
    let fields = [("csrf", &*csrf), ("survey", "post-visit")];
    for (content, lang, expected) in [
        (&b""[..], "en", "The file is empty."),
        (
            b"a,b,a\n1,2,3\n",
            "en",
            "Columns 1 and 3 are both called “a”.",
        ),
        (
            b"nps;\xcf\xf0\xe8\n9;1\n",
            "en",
            "Row 1 is not UTF-8. Choose the encoding of the file and upload it again.",
        ),
        (
            b"nps;\xcf\xf0\xe8\n9;1\n",
            "uk",
            "Рядок 1 не в кодуванні UTF-8.",
        ),
        (b"a\0b\0\n", "bg", "В заглавния ред има знаци NUL."),
    ] {
        let path = format!("/import?lang={lang}");
        let page = send_form(
            &test,
            &path,
            ("cookie", &cookie),
            &fields,
            Some(("a.csv", content)),
        )
        .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.body.contains(expected), "{expected}: {}", page.body);
        strict(&page, expected);
    }
    let named = [
        ("csrf", &*csrf),
        ("survey", "post-visit"),
        ("encoding", "windows-1251"),
    ];
    let taken = send_form(
        &test,
        "/import",
        ("cookie", &cookie),
        &named,
        Some(("a.csv", b"nps;\xcf\xf0\xe8\n9;1\n")),
    )
    .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    let page = test.get(taken.location(), &cookie).await;
    assert!(page.body.contains("При"), "{}", page.body);
    let none = send_form(&test, "/import", ("cookie", &cookie), &fields, None).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_file_from_elsewhere_is_refused_before_it_is_read() {
    let test = post_survey().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let file = Some(("a.csv", FILE.as_bytes()));
    for fields in [
        &[("survey", "post-visit")][..],
        &[("csrf", "guess"), ("survey", "post-visit")],
    ] {
        let answer = send_form(&test, "/import", ("cookie", &cookie), fields, file).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    assert!(
        test.app
            .imports(&test.console)
            .await
            .expect("a list")
            .is_empty()
    );
    let away = send_form(&test, "/import", ("cookie", ""), &[], file).await;
    assert_eq!(away.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_program_imports_a_file() {
    let test = post_survey().await;
    let key = test.key(&[Permission::RecordResponses]).await;
    let bearer = format!("Bearer {key}");
    let csv = async |query: &str, content: &'static str| {
        let request = Request::post(format!("/api/v1/imports{query}"))
            .header(header::AUTHORIZATION, &bearer)
            .header(header::CONTENT_TYPE, "text/csv")
            .body(Body::from(content));
        test.send(request.expect("a request")).await
    };
    let begun = csv("?survey=post-visit", FILE).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.body);
    let id = begun.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/imports/{id}");
    let done = loop {
        let import = test.api("GET", &path, &key, None).await.json();
        if import["state"] != "running" {
            break import;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    assert_eq!(
        [
            &done["state"],
            &done["rows"],
            &done["accepted"],
            &done["rejected"]
        ],
        [&"done".into(), &serde_json::json!(4), &2.into(), &2.into()]
    );
    let rejects = test
        .api("GET", &format!("{path}/rejects"), &key, None)
        .await;
    assert_eq!(rejects.body.lines().count(), 3);

    let unknown = csv("?survey=nowhere", FILE).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let unsaid = csv("", FILE).await;
    assert_eq!(unsaid.status, StatusCode::BAD_REQUEST);
    let empty = csv("?survey=post-visit", "").await;
    assert_eq!(
        (empty.status, &empty.json()["detail"]),
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            &"the file is empty".into()
        )
    );

    let mapping =
        "survey = \"post-visit\"\n[columns]\n\"nps\" = { to = \"answer\", code = \"npss\" }\n";
    let form = [("mapping", mapping)];
    let file = Some(("a.csv", FILE.as_bytes()));
    let misspelt = send_form(
        &test,
        "/api/v1/imports",
        ("authorization", &bearer),
        &form,
        file,
    )
    .await;
    assert_eq!(misspelt.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        misspelt.json()["detail"],
        "the mapping, line 3, column 33, columns.\"nps\".code: the survey has no question `npss`; did you mean `nps`?"
    );
    // Another key of the same workspace may look, one without the scope may not, and nobody else finds it.
    let reader = test.key(&[Permission::SeeResponses]).await;
    assert_eq!(
        test.api("GET", &path, &reader, None).await.status,
        StatusCode::FORBIDDEN
    );
    let other = test
        .app
        .create_workspace(
            "other".parse().expect("a slug"),
            "Other",
            "UTC",
            radost_app::domain::Language::En,
        )
        .await
        .expect("a workspace");
    let other = radost_app::domain::access::Actor::console(other.id);
    let id = id.parse().expect("an id");
    assert!(test.app.import(&other, id).await.is_err());
    assert!(test.app.import_rejects(&other, id).await.is_err());
    assert!(test.app.imports(&other).await.expect("a list").is_empty());
}

#[tokio::test]
async fn an_interrupted_import_says_so_and_can_be_started_again() {
    let test = post_survey().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let csrf = test.get("/import", &cookie).await.csrf();
    let fields = [("csrf", &*csrf), ("survey", "post-visit")];
    let sent = send_form(
        &test,
        "/import",
        ("cookie", &cookie),
        &fields,
        Some(("a.csv", FILE.as_bytes())),
    )
    .await;
    let path = sent.location().to_owned();
    let id = path
        .rsplit('/')
        .next()
        .expect("an id")
        .parse()
        .expect("an id");
    // As a process leaves it that went down in the middle.
    let mut run = test.app.import(&test.console, id).await.expect("there").run;
    run.status = "running".into();
    run.rows_read = 2;
    let mut tx = test.app.store().begin().await.expect("a transaction");
    tx.save_import_run(test.console.workspace, &run)
        .await
        .expect("saved");
    tx.commit().await.expect("committed");
    for lang in ["en", "ru", "uk", "bg"] {
        strict(
            &test.get(&format!("{path}?lang={lang}"), &cookie).await,
            lang,
        );
    }
    let page = test.get(&path, &cookie).await;
    assert!(
        page.body
            .contains("The server was restarted before the end."),
        "{}",
        page.body
    );
    let again = [
        ("csrf", &*csrf),
        ("t0", "client_id"),
        ("t1", "answer nps"),
        ("action", "start"),
    ];
    test.post_form(&path, &cookie, &again).await;
    let done = ended(&test, &path, &cookie).await;
    assert!(
        done.body.contains("The whole file has been read."),
        "{}",
        done.body
    );
}
