//! Who may do what, on every address and page of access.

mod support;

use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use jiff::SignedDuration;
use radost_app::access::NewPerson;
use radost_app::domain::Language;
use radost_app::domain::access::{Actor, Permission, Role};
use radost_server::ServerOptions;
use radost_server::look::check::strict;
use serde_json::{Value, json};
use support::{Answer, PASSWORD, TestApp};

/// What anybody with a valid key or session may see.
const ANYBODY: Option<Permission> = None;

const API: [(&str, Option<Permission>); 6] = [
    ("/api/v1/me", ANYBODY),
    ("/api/v1/workspace", ANYBODY),
    ("/api/v1/users", Some(Permission::ManageAccess)),
    ("/api/v1/users/{id}", Some(Permission::ManageAccess)),
    ("/api/v1/api-keys", Some(Permission::ManageAccess)),
    ("/api/v1/audit-entries", Some(Permission::SeeAudit)),
];

const PAGES: [(&str, Option<Permission>); 9] = [
    ("/profile", ANYBODY),
    ("/password", ANYBODY),
    ("/settings/users", Some(Permission::ManageAccess)),
    ("/settings/users/new", Some(Permission::ManageAccess)),
    ("/settings/users/{id}", Some(Permission::ManageAccess)),
    ("/settings/api-keys", Some(Permission::ManageAccess)),
    ("/settings/api-keys/new", Some(Permission::ManageAccess)),
    ("/settings/audit", Some(Permission::SeeAudit)),
    ("/settings/workspace", Some(Permission::EditWorkspace)),
];

fn person(email: &str, role: Role) -> NewPerson {
    NewPerson {
        email: email.parse().expect("an address"),
        name: "Іван <b>Франко</b>".into(),
        role,
        locations: Default::default(),
        language: Language::Uk,
        password: Some(PASSWORD.into()),
    }
}

/// The id of a user made for the purpose.
async fn somebody(test: &TestApp, email: &str, role: Role) -> String {
    let added = test.app.add_user(&test.console, person(email, role)).await;
    added.expect("a user").0.id.to_string()
}

/// Another workspace with an administrator and a key; returns its console and both ids.
async fn other_workspace(test: &TestApp) -> (Actor, String, String) {
    let slug = "other".parse().expect("a slug");
    let other = test
        .app
        .create_workspace(slug, "Other", "UTC", Language::En)
        .await
        .expect("a workspace");
    let console = Actor::console(other.id);
    let user = test
        .app
        .add_user(&console, person("their@example.com", Role::Admin))
        .await
        .expect("a user");
    let key = test
        .app
        .create_api_key(&console, "theirs", [Permission::SeeAudit].into())
        .await
        .expect("a key");
    (console, user.0.id.to_string(), key.key.id.to_string())
}

#[tokio::test]
async fn the_permission_table_holds_on_every_address_and_page() {
    let test = TestApp::new().await;
    let id = somebody(&test, "ivan@example.com", Role::Agent).await;
    for role in Role::ALL.iter().copied() {
        let cookie = test.signed_in(role).await;
        for (path, needed) in PAGES {
            let path = path.replace("{id}", &id);
            let page = test.get(&path, &cookie).await;
            let allowed = needed.is_none_or(|needed| role.allows(needed));
            let expected = if allowed {
                StatusCode::OK
            } else {
                StatusCode::FORBIDDEN
            };
            assert_eq!(page.status, expected, "{role} {path}");
            assert_eq!(strict(&page.body), Vec::<String>::new(), "{role} {path}");
            let nobody = test.get(&path, "").await;
            assert_eq!(nobody.status, StatusCode::SEE_OTHER, "{path}");
            assert!(nobody.location().starts_with("/login?next="), "{path}");
        }
        // Forms are refused like their pages; the CSRF token is that of a page that everybody has.
        let csrf = test.get("/profile", &cookie).await.csrf();
        for (path, needed) in [
            ("/settings/users", Permission::ManageAccess),
            ("/settings/users/{id}", Permission::ManageAccess),
            (
                "/settings/users/{id}/reset-password",
                Permission::ManageAccess,
            ),
            ("/settings/api-keys", Permission::ManageAccess),
            ("/settings/api-keys/{id}/revoke", Permission::ManageAccess),
            ("/settings/workspace", Permission::EditWorkspace),
        ] {
            let path = path.replace("{id}", &id);
            let answer = test.post_form(&path, &cookie, &[("csrf", &csrf)]).await;
            let refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, !role.allows(needed), "{role} {path}");
        }
    }
    for scope in Permission::ALL.iter().copied() {
        let key = test.key(&[scope]).await;
        for (path, needed) in API {
            let path = path.replace("{id}", &id);
            let answer = test.api("GET", &path, &key, None).await;
            let allowed = needed.is_none_or(|needed| needed == scope);
            let expected = if allowed {
                StatusCode::OK
            } else {
                StatusCode::FORBIDDEN
            };
            assert_eq!(answer.status, expected, "{scope} {path}");
        }
    }
    for (path, _) in API {
        let answer = test.api("GET", path, "radost_nobody", None).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn who_am_i() {
    let test = TestApp::new().await;
    let key = test.key(&[Permission::RecordResponses]).await;
    let mut me = test.api("GET", "/api/v1/me", &key, None).await.json();
    me["id"].take();
    assert_eq!(
        me,
        json!({
            "kind": "api_key", "id": null, "name": "test", "workspace": "cafe",
            "permissions": ["responses:write"], "locations": null
        })
    );
}

#[tokio::test]
async fn people_are_added_changed_and_shut_out() {
    let test = TestApp::new().await;
    let key = test.key(Permission::ALL).await;
    let body = json!({ "email": "Petro@Example.com", "name": " Петро ", "role": "analyst", "language": "uk" });
    let added = test
        .api("POST", "/api/v1/users", &key, Some(body.clone()))
        .await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    let view = added.json();
    assert_eq!(view["user"]["name"], "Петро");
    assert_eq!(view["user"]["must_change_password"], true);
    let path = added.location().to_owned();
    assert_eq!(
        test.api("GET", &path, &key, None).await.json(),
        view["user"]
    );
    let twice = test.api("POST", "/api/v1/users", &key, Some(body)).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);

    // The one-time password opens nothing but the page that replaces it.
    let one_time = view["one_time_password"].as_str().expect("a password");
    let cookie = test.sign_in("petro@example.com", one_time).await;
    for page in ["/profile", "/settings/users"] {
        assert_eq!(test.get(page, &cookie).await.location(), "/password");
    }
    let form = test.get("/password", &cookie).await;
    assert!(form.body.contains("autocomplete=\"new-password\""));
    let csrf = form.csrf();
    let change = async |current: &str, new: &str| {
        let fields = [("csrf", &*csrf), ("current", current), ("new", new)];
        test.post_form("/password", &cookie, &fields).await
    };
    for (current, new, field) in [
        ("wrong", "a long new password", "f-current"),
        (one_time, "short", "f-new"),
        (one_time, one_time, "f-new"),
    ] {
        let refused = change(current, new).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(strict(&refused.body), Vec::<String>::new());
        assert!(refused.body.contains(&format!("href=\"#{field}\"")));
        assert!(
            !refused.body.contains(one_time),
            "a password is not sent back"
        );
    }
    let changed = change(one_time, "a long new password").await;
    assert_eq!(changed.location(), "/?done=password-changed");
    assert_eq!(test.get("/profile", &cookie).await.status, StatusCode::OK);

    // A reset ends every session, and so does shutting out.
    let reset = test
        .api("POST", &format!("{path}/reset-password"), &key, None)
        .await;
    assert_eq!(reset.status, StatusCode::OK, "{}", reset.body);
    assert_eq!(
        test.get("/profile", &cookie).await.status,
        StatusCode::SEE_OTHER
    );
    let reset = reset.json();
    let one_time = reset["one_time_password"].as_str().expect("a password");
    let cookie = test.sign_in("petro@example.com", one_time).await;
    let shut = test
        .api("PATCH", &path, &key, Some(json!({ "active": false })))
        .await;
    assert_eq!(shut.json()["active"], false);
    assert_eq!(
        test.get("/password", &cookie).await.status,
        StatusCode::SEE_OTHER
    );
    let refused = attempt(&test, "petro@example.com", one_time).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    let check = async |body: Value, field: &str| {
        let answer = test.api("PATCH", &path, &key, Some(body)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json()["field"], field);
    };
    check(json!({ "name": "" }), "name").await;
    check(json!({ "locations": ["nowhere"] }), "locations").await;
    check(json!({ "role": "king" }), "role").await;
}

async fn attempt(test: &TestApp, email: &str, password: &str) -> Answer {
    let form = test.get("/login", "").await;
    let cookie = form.cookie("radost_form").expect("a cookie");
    let fields = [
        ("csrf", &*form.csrf()),
        ("email", email),
        ("password", password),
    ];
    let cookie = format!("radost_form={cookie}");
    test.post_form("/login", &cookie, &fields).await
}

#[tokio::test]
async fn an_administrator_cannot_shut_themselves_out() {
    let test = TestApp::new().await;
    let cookie = test.signed_in(Role::Admin).await;
    let own = test.app.users(&test.console).await.expect("users")[0].id;
    let path = format!("/settings/users/{own}");
    let csrf = test.get(&path, &cookie).await.csrf();
    let mut fields = vec![
        ("csrf", &*csrf),
        ("name", "Олена"),
        ("role", "agent"),
        ("language", "en"),
        ("active", "on"),
    ];
    let demoted = test.post_form(&path, &cookie, &fields).await;
    assert_eq!(demoted.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(strict(&demoted.body), Vec::<String>::new());
    assert!(demoted.body.contains("cannot shut yourself out"));
    assert!(
        demoted.body.contains("value=\"agent\" checked"),
        "what was chosen stays"
    );
    fields[2].1 = "admin";
    fields.pop();
    let shut = test.post_form(&path, &cookie, &fields).await;
    assert_eq!(shut.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shut.body.contains("href=\"#f-active\""));
    let reset = format!("{path}/reset-password");
    let reset = test.post_form(&reset, &cookie, &[("csrf", &csrf)]).await;
    assert_eq!(reset.status, StatusCode::UNPROCESSABLE_ENTITY);
    fields.push(("active", "on"));
    let saved = test.post_form(&path, &cookie, &fields).await;
    assert_eq!(saved.location(), "/settings/users?done=user-saved");
    let list = test.get(saved.location(), &cookie).await;
    assert!(list.body.contains("The user is saved."));
}

#[tokio::test]
async fn a_key_gives_and_takes_over_no_more_than_it_has() {
    let test = TestApp::new().await;
    let admin = somebody(&test, "admin@example.com", Role::Admin).await;
    let key = test.key(&[Permission::ManageAccess]).await;
    let check = async |method: &str, path: &str, body: Option<Value>, expected: StatusCode| {
        let answer = test.api(method, path, &key, body).await;
        assert_eq!(answer.status, expected, "{path}: {}", answer.body);
    };
    let forbidden = StatusCode::FORBIDDEN;
    let new = json!({ "email": "m@example.com", "name": "M", "role": "admin" });
    check("POST", "/api/v1/users", Some(new), forbidden).await;
    let path = format!("/api/v1/users/{admin}");
    check("PATCH", &path, Some(json!({ "active": false })), forbidden).await;
    check("POST", &format!("{path}/reset-password"), None, forbidden).await;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    let wider = json!({ "name": "wider", "scopes": ["access:write", "audit:read"] });
    check("POST", "/api/v1/api-keys", Some(wider), unprocessable).await;
    let same = json!({ "name": "same", "scopes": ["access:write"] });
    check("POST", "/api/v1/api-keys", Some(same), StatusCode::CREATED).await;
}

#[tokio::test]
async fn keys_are_made_used_and_revoked() {
    let test = TestApp::new().await;
    let cookie = test.signed_in(Role::Admin).await;
    let empty = test.get("/settings/api-keys", &cookie).await;
    assert!(empty.body.contains("No keys yet"));
    let csrf = test.get("/settings/api-keys/new", &cookie).await.csrf();
    let none = [("csrf", &*csrf), ("name", "till")];
    let refused = test.post_form("/settings/api-keys", &cookie, &none).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(strict(&refused.body), Vec::<String>::new());
    assert!(refused.body.contains("value=\"till\""));
    let fields = [
        ("csrf", &*csrf),
        ("name", "till"),
        ("scopes", "audit:read"),
        ("scopes", "access:write"),
    ];
    let made = test.post_form("/settings/api-keys", &cookie, &fields).await;
    assert_eq!(made.status, StatusCode::OK);
    assert_eq!(strict(&made.body), Vec::<String>::new());
    let (_, rest) = made.body.split_once("data-copy=\"").expect("a copy button");
    let secret = rest.split('"').next().expect("a secret").to_owned();
    assert!(secret.starts_with("radost_") && secret.len() == 50);
    let list = test.get("/settings/api-keys", &cookie).await;
    assert!(!list.body.contains(&secret), "shown once");
    assert!(list.body.contains(&secret[..13]));

    let keys = test.api("GET", "/api/v1/api-keys", &secret, None).await;
    let id = keys.json()["items"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert!(!keys.body.contains(&secret));
    let revoke = format!("/settings/api-keys/{id}/revoke");
    let revoked = test.post_form(&revoke, &cookie, &[("csrf", &csrf)]).await;
    assert_eq!(revoked.location(), "/settings/api-keys?done=key-revoked");
    let refused = test.api("GET", "/api/v1/api-keys", &secret, None).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let twice = test.post_form(&revoke, &cookie, &[("csrf", &csrf)]).await;
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nothing_of_another_workspace_is_seen_or_changed() {
    let test = TestApp::new().await;
    let (_, user, api_key) = other_workspace(&test).await;
    let key = test.key(Permission::ALL).await;
    let cookie = test.signed_in(Role::Admin).await;
    let csrf = test.get("/profile", &cookie).await.csrf();
    for (method, path, body) in [
        ("GET", format!("/api/v1/users/{user}"), None),
        (
            "PATCH",
            format!("/api/v1/users/{user}"),
            Some(json!({ "name": "X" })),
        ),
        ("POST", format!("/api/v1/users/{user}/reset-password"), None),
        ("DELETE", format!("/api/v1/api-keys/{api_key}"), None),
    ] {
        let answer = test.api(method, &path, &key, body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    let page = test.get(&format!("/settings/users/{user}"), &cookie).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    for path in [
        format!("/settings/users/{user}"),
        format!("/settings/users/{user}/reset-password"),
        format!("/settings/api-keys/{api_key}/revoke"),
    ] {
        let answer = test.post_form(&path, &cookie, &[("csrf", &csrf)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in [
        "/api/v1/users",
        "/api/v1/api-keys",
        "/api/v1/audit-entries?limit=500",
        "/api/v1/workspace",
    ] {
        let answer = test.api("GET", path, &key, None).await;
        assert_eq!(answer.status, StatusCode::OK);
        for theirs in [
            user.as_str(),
            api_key.as_str(),
            "their@example.com",
            "Other",
        ] {
            assert!(!answer.body.contains(theirs), "{path} shows {theirs}");
        }
    }
    for path in ["/settings/users", "/settings/api-keys", "/settings/audit"] {
        let page = test.get(path, &cookie).await;
        for theirs in [user.as_str(), api_key.as_str(), "their@example.com"] {
            assert!(!page.body.contains(theirs), "{path} shows {theirs}");
        }
    }
    // Their cursor in our log leads into our log.
    let entries = test
        .api("GET", "/api/v1/audit-entries?limit=1", &key, None)
        .await
        .json();
    let next = entries["next"].as_str().expect("a next page");
    let path = format!("/api/v1/audit-entries?limit=1&cursor={next}");
    let second = test.api("GET", &path, &key, None).await.json();
    assert_ne!(second["items"][0]["id"], entries["items"][0]["id"]);
}

#[tokio::test]
async fn the_audit_log_tells_before_and_after_and_no_secret() {
    let test = TestApp::new().await;
    let key = test.key(Permission::ALL).await;
    let post = async |path: &str, body: Option<Value>| test.api("POST", path, &key, body).await;
    let new = json!({ "email": "petro@example.com", "name": "Petro", "role": "agent" });
    let added = post("/api/v1/users", Some(new)).await;
    let one_time = added.json()["one_time_password"].clone();
    let path = added.location().to_owned();
    let reset = post(&format!("{path}/reset-password"), None).await;
    let second = reset.json()["one_time_password"].clone();
    let change = json!({ "role": "analyst", "name": "Petro P." });
    test.api("PATCH", &path, &key, Some(change.clone())).await;
    test.api("PATCH", &path, &key, Some(change)).await;
    let till = json!({ "name": "till", "scopes": ["responses:write"] });
    let till = post("/api/v1/api-keys", Some(till)).await.json();
    let till_path = format!(
        "/api/v1/api-keys/{}",
        till["key"]["id"].as_str().expect("an id")
    );
    test.api("DELETE", &till_path, &key, None).await;
    let zone = json!({ "time_zone": "Europe/Sofia", "minimum_group": 10 });
    test.api("PATCH", "/api/v1/workspace", &key, Some(zone))
        .await;

    let log = test.api("GET", "/api/v1/audit-entries", &key, None).await;
    for secret in [&one_time, &second, &till["secret"]] {
        assert!(!log.body.contains(secret.as_str().expect("a secret")));
    }
    for word in ["argon2", "hash", "$v=19", "one_time", "secret", "csrf"] {
        assert!(!log.body.contains(word), "{word}");
    }
    let log = log.json();
    let entries = log["items"].as_array().expect("entries");
    let actions: Vec<&str> = entries
        .iter()
        .map(|entry| entry["action"].as_str().expect("an action"))
        .collect();
    assert_eq!(
        actions,
        [
            "workspace.updated",
            "api_key.revoked",
            "api_key.created",
            "user.updated",
            "user.password_reset",
            "user.created",
            "api_key.created",
            "workspace.created",
        ],
        "newest first; what changes nothing is no change"
    );
    let updated = &entries[3];
    assert_eq!(
        (&updated["before"]["role"], &updated["after"]["role"]),
        (&json!("agent"), &json!("analyst"))
    );
    assert_eq!(updated["actor"], "test");
    assert_eq!(entries[1]["before"]["name"], "till");
    assert_eq!(entries[0]["before"]["minimum_group"], 5);

    let filtered = async |query: &str| {
        let path = format!("/api/v1/audit-entries?{query}");
        let page = test.api("GET", &path, &key, None).await.json();
        page["items"].as_array().expect("entries").len()
    };
    assert_eq!(filtered("entity=user").await, 3);
    let actor = updated["actor_id"].as_str().expect("an id");
    assert_eq!(
        filtered(&format!("entity=workspace&actor={actor}")).await,
        1
    );
    let till_id = till["key"]["id"].as_str().expect("an id");
    assert_eq!(filtered(&format!("entity_id={till_id}")).await, 2);

    let cookie = test.signed_in(Role::Admin).await;
    let page = test.get("/settings/audit?entity=user", &cookie).await;
    assert!(
        page.body.contains(
            "<code>role</code> <del>agent</del><span class=\"arrow\"> → </span><ins>analyst</ins>"
        ),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Europe/Sofia"));
}

#[tokio::test]
async fn the_audit_page_goes_on_page_by_page() {
    let test = TestApp::new().await;
    let cookie = test.signed_in(Role::Admin).await;
    for n in 0..60 {
        let name = format!("key {n}");
        test.app
            .create_api_key(&test.console, &name, [Permission::SeeAudit].into())
            .await
            .expect("a key");
    }
    let mut seen = BTreeSet::new();
    let mut path = "/settings/audit?entity=api_key".to_owned();
    let mut pages = 0;
    loop {
        let page = test.get(&path, &cookie).await;
        assert_eq!(strict(&page.body), Vec::<String>::new());
        pages += 1;
        seen.extend((0..60).filter(|n| page.body.contains(&format!(">key {n}<"))));
        let Some((before, _)) = page.body.split_once("\" rel=\"next\"") else {
            break;
        };
        let (_, href) = before.rsplit_once("href=\"").expect("an address");
        path = href.replace("&amp;", "&");
    }
    assert_eq!((pages, seen.len()), (2, 60));
}

#[tokio::test]
async fn the_workspace_is_changed_by_its_form() {
    let test = TestApp::new().await;
    let cookie = test.signed_in(Role::Admin).await;
    let form = test.get("/settings/workspace", &cookie).await;
    assert!(form.body.contains("value=\"Europe/Kyiv\" selected"));
    let csrf = form.csrf();
    let save = async |zone: &str, minimum: &str| {
        let fields = [
            ("csrf", &*csrf),
            ("name", "Кав’ярні Львова"),
            ("time_zone", zone),
            ("language", "uk"),
            ("minimum_group", minimum),
        ];
        test.post_form("/settings/workspace", &cookie, &fields)
            .await
    };
    for (zone, minimum, field) in [
        ("Mars/Olympus", "5", "time_zone"),
        ("UTC", "0", "minimum_group"),
        ("UTC", "101", "minimum_group"),
        ("UTC", "some", "minimum_group"),
    ] {
        let refused = save(zone, minimum).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(strict(&refused.body), Vec::<String>::new());
        assert!(refused.body.contains(&format!("href=\"#f-{field}\"")));
        assert!(
            refused.body.contains("Кав’ярні Львова"),
            "what was typed stays"
        );
    }
    let saved = save("Europe/Sofia", "100").await;
    assert_eq!(saved.location(), "/settings/workspace?done=workspace-saved");
    let key = test.key(&[Permission::SeeResults]).await;
    let workspace = test
        .api("GET", "/api/v1/workspace", &key, None)
        .await
        .json();
    assert_eq!(workspace["time_zone"], "Europe/Sofia");
    assert_eq!(workspace["minimum_group"], 100);
    let refused = test
        .api(
            "PATCH",
            "/api/v1/workspace",
            &key,
            Some(json!({ "name": "X" })),
        )
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn ones_own_language_is_seen_at_once() {
    let test = TestApp::new().await;
    let cookie = test.signed_in(Role::Agent).await;
    let csrf = test.get("/profile", &cookie).await.csrf();
    let fields = [("csrf", &*csrf), ("name", "Олена К."), ("language", "uk")];
    let saved = test.post_form("/profile", &cookie, &fields).await;
    assert_eq!(saved.location(), "/profile?done=profile-saved");
    assert_eq!(saved.cookie("radost_lang").as_deref(), Some("uk"));
    let page = test.get(saved.location(), &cookie).await;
    assert!(page.body.contains("Профіль збережено."));
    assert!(page.body.contains("Олена К."));
    let fields = [("csrf", &*csrf), ("name", " "), ("language", "uk")];
    let refused = test.post_form("/profile", &cookie, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(strict(&refused.body), Vec::<String>::new());
}

#[tokio::test]
async fn cookies_carry_their_flags() {
    let mut test = TestApp::new().await;
    test.user("olena@example.com", Role::Admin).await;
    for behind_tls in [false, true] {
        let options = ServerOptions {
            behind_tls,
            ..ServerOptions::default()
        };
        test.router = radost_server::router(test.app.clone(), options);
        let form = test.get("/login", "").await;
        let signed_in = attempt(&test, "olena@example.com", PASSWORD).await;
        assert_eq!(signed_in.location(), "/");
        for answer in [&form, &signed_in] {
            for cookie in answer.headers.get_all(header::SET_COOKIE) {
                let cookie = cookie.to_str().expect("text");
                assert!(cookie.contains("; HttpOnly"), "{cookie}");
                assert!(cookie.contains("; SameSite=Lax"), "{cookie}");
                assert_eq!(cookie.contains("; Secure"), behind_tls, "{cookie}");
            }
        }
        let strict_transport = form.headers.contains_key(header::STRICT_TRANSPORT_SECURITY);
        assert_eq!(strict_transport, behind_tls);
    }
}

#[tokio::test]
async fn a_stranger_and_a_wrong_password_look_the_same() {
    let test = TestApp::new().await;
    test.user("olena@example.com", Role::Admin).await;
    let plain = |answer: &Answer, email: &str| {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(strict(&answer.body), Vec::<String>::new());
        answer
            .body
            .replace(&answer.csrf(), "CSRF")
            .replace(email, "EMAIL")
    };
    let known = attempt(&test, "olena@example.com", "not the password").await;
    let stranger = attempt(&test, "olga@example.com", "not the password").await;
    assert_eq!(
        plain(&known, "olena@example.com"),
        plain(&stranger, "olga@example.com")
    );
    assert!(!known.body.contains("not the password"));
    let no_address = attempt(&test, "x", "not the password").await;
    assert_eq!(no_address.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn signing_in_leads_only_to_ourselves() {
    let test = TestApp::new().await;
    test.user("olena@example.com", Role::Admin).await;
    let check = async |next: &str, expected: &str| {
        let form = test.get("/login", "").await;
        let cookie = format!(
            "radost_form={}",
            form.cookie("radost_form").expect("a cookie")
        );
        let fields = [
            ("csrf", &*form.csrf()),
            ("email", "olena@example.com"),
            ("password", PASSWORD),
        ];
        let path = format!("/login?next={next}");
        let answer = test.post_form(&path, &cookie, &fields).await;
        assert_eq!(answer.location(), expected, "{next}");
    };
    check("%2Fsurveys%3Fq%3D%25D0%25B0", "/surveys?q=%D0%B0").await;
    check("%2F%2Felsewhere.example", "/").await;
    check("https%3A%2F%2Felsewhere.example", "/").await;
    check("%2F%5Celsewhere.example", "/").await;
    check("%2F%09%2Felsewhere.example", "/").await;
    check("%2F%0A%2Felsewhere.example", "/").await;
    check("%2F%D0%B0", "/").await;
    let posted = test.post_form("/settings/users", "", &[]).await;
    assert_eq!(posted.location(), "/login", "a form's address is no page");
}

#[tokio::test]
async fn signing_in_again_replaces_the_session() {
    let test = TestApp::new().await;
    let cookie = test.signed_in(Role::Agent).await;
    let form = test.get("/login", &cookie).await;
    let both = format!(
        "{cookie}; radost_form={}",
        form.cookie("radost_form").expect("a cookie")
    );
    let fields = [
        ("csrf", &*form.csrf()),
        ("email", "agent@example.com"),
        ("password", PASSWORD),
    ];
    let again = test.post_form("/login", &both, &fields).await;
    let new = again.cookie("radost_session").expect("a session");
    assert!(!cookie.contains(&new));
    assert_eq!(
        test.get("/profile", &cookie).await.status,
        StatusCode::SEE_OTHER
    );
    let new = format!("radost_session={new}");
    assert_eq!(test.get("/profile", &new).await.status, StatusCode::OK);
    test.wait(SignedDuration::from_hours(14 * 24 + 1));
    assert_eq!(
        test.get("/profile", &new).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn every_page_is_right_in_every_language_and_theme() {
    let test = TestApp::new().await;
    let id = somebody(&test, "ivan@example.com", Role::Manager).await;
    test.key(Permission::ALL).await;
    let cookie = test.signed_in(Role::Admin).await;
    let csrf = test.get("/profile", &cookie).await.csrf();
    // Every id of a message: none may stand on a page instead of its words.
    let messages = include_str!("../i18n/en/settings.ftl");
    let ids: Vec<&str> = messages
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(id, _)| id)
        .filter(|id| id.contains('-'))
        .collect();
    assert!(ids.len() > 100);
    for lang in ["en", "ru", "uk", "bg"] {
        for theme in ["light", "dark"] {
            let query = format!("lang={lang}&theme={theme}");
            let mut pages = Vec::new();
            for (path, _) in PAGES {
                let path = path.replace("{id}", &id);
                pages.push(test.get(&format!("{path}?{query}"), &cookie).await);
            }
            pages.push(test.get(&format!("/login?{query}"), "").await);
            let bad = [("csrf", &*csrf), ("role", "manager"), ("name", "")];
            for path in [
                "/settings/users",
                &format!("/settings/users/{id}"),
                "/settings/api-keys",
                "/settings/workspace",
                "/profile",
            ] {
                let page = test
                    .post_form(&format!("{path}?{query}"), &cookie, &bad)
                    .await;
                assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
                pages.push(page);
            }
            let reset = format!("/settings/users/{id}/reset-password?{query}");
            pages.push(test.post_form(&reset, &cookie, &[("csrf", &csrf)]).await);
            for page in pages {
                let start = format!("<!DOCTYPE html><html lang=\"{lang}\" data-theme=\"{theme}\">");
                assert!(page.body.starts_with(&start), "{}", &page.body[..200]);
                assert_eq!(strict(&page.body), Vec::<String>::new());
                for id in &ids {
                    assert!(!page.body.contains(&format!(">{id}<")), "{lang}: {id}");
                }
                assert!(!page.body.contains("<b>Франко"), "a name is not markup");
            }
        }
    }
}
