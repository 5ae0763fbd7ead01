//! Places, employees and customers: over the API, on pages, and as CSV files.

mod support;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use radost_app::access::NewPerson;
use radost_app::domain::Language;
use radost_app::domain::access::{Actor, Permission, Role};
use radost_app::listen::NewResponse;
use radost_server::look::check::strict;
use serde_json::{Value, json};
use support::{Answer, PASSWORD, TestApp};

const EVERYTHING: &[Permission] = &[
    Permission::SeePlaces,
    Permission::EditPlaces,
    Permission::SeeCustomers,
    Permission::EditCustomers,
];

const NETWORK: &str = "code,name,kind,parent,time_zone\n\
    all,Уся мережа,network,,Europe/Kyiv\n\
    west,Захід,region,all,\n\
    east,Схід,region,all,\n\
    lviv,Львів,location,west,\n\
    kharkiv,Харків,location,east,\n";

impl TestApp {
    async fn post_csv(&self, path: &str, key: &str, csv: impl Into<Body>) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "text/csv; charset=utf-8")
            .body(csv.into());
        self.send(request.expect("a request")).await
    }

    async fn upload(
        &self,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
        file: &[u8],
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend_from_slice(
                format!(
                    "--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
                )
                .as_bytes(),
            );
        }
        body.extend_from_slice(
            b"--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"t.csv\"\r\nContent-Type: text/csv\r\n\r\n",
        );
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--X--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=X")
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }

    /// A network with two regions, a place in each, an employee in each, three customers, and answers of two of them.
    async fn with_network(self) -> TestApp {
        let test = self.with_survey("post-visit").await;
        let console = &test.console;
        let import = |text: &'static str| std::io::Cursor::new(text.as_bytes());
        let report = test
            .app
            .import_locations(console, import(NETWORK), false)
            .await
            .expect("places");
        assert_eq!((report.added, report.refused), (5, 0));
        let employees = "code,name,job,location\ne1,Оксана,Бариста,lviv\ne2,Petro,Waiter,kharkiv\n";
        test.app
            .import_employees(console, import(employees), false)
            .await
            .expect("employees");
        let customers = "external_id,name,phone,language,segment_size\n\
            K-1,Марія Петренко,+380 (44) 123-45-67,uk,small\n\
            K-2,Іван Бойко,,uk,large\n\
            K-3,Silent Sam,,en,large\n";
        test.app
            .import_customers(console, import(customers), false)
            .await
            .expect("customers");
        for (customer, location) in [("K-1", "lviv"), ("K-1", "kharkiv"), ("K-2", "kharkiv")] {
            test.answer(customer, location).await;
        }
        test
    }

    async fn answer(&self, customer: &str, location: &str) {
        let answers = json!({ "nps": 2, "improve": format!("Cold soup in {location}") });
        let answers = serde_json::from_value(answers).expect("answers");
        let response = NewResponse {
            answers,
            customer: Some(customer.into()),
            location: Some(location.into()),
            ..NewResponse::default()
        };
        self.app
            .record_response(&self.console, "post-visit", response)
            .await
            .expect("recorded");
    }

    async fn place(&self, code: &str) -> radost_app::domain::name::LocationId {
        let directory = self
            .app
            .directory(self.console.workspace)
            .await
            .expect("a directory");
        directory.locations.by_code(code).expect("a place").id
    }

    async fn customer_path(&self, external_id: &str) -> String {
        let found = self
            .app
            .customers(&self.console, Some(external_id), None, 10)
            .await
            .expect("customers");
        format!("/customers/{}", found[0].id)
    }

    /// Somebody who answers for these places alone, signed in.
    async fn manager_of(&self, codes: &[&str]) -> String {
        let mut locations = std::collections::BTreeSet::new();
        for code in codes {
            locations.insert(self.place(code).await);
        }
        let email = format!("manager-{}@example.com", codes.concat());
        let person = NewPerson {
            email: email.parse().expect("an address"),
            name: "Ганна".into(),
            role: Role::Manager,
            locations,
            language: Language::En,
            password: Some(PASSWORD.into()),
        };
        self.app
            .add_user(&self.console, person)
            .await
            .expect("a user");
        self.sign_in(&email, PASSWORD).await
    }
}

fn problems(report: &Value) -> Vec<String> {
    let said = |p: &Value| {
        let text = |key: &str| p[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}: {}", p["row"], text("column"), text("reason"))
    };
    report["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .map(said)
        .collect()
}

#[tokio::test]
async fn places_are_kept_over_the_api() {
    let test = TestApp::new().await;
    let key = test.key(EVERYTHING).await;
    let post = async |body: Value| {
        test.api("POST", "/api/v1/locations", &key, Some(body))
            .await
    };
    let all = post(json!({ "code": "all", "name": "All", "kind": "network" })).await;
    assert_eq!(all.status, StatusCode::CREATED, "{}", all.body);
    assert_eq!(
        all.json()["time_zone"],
        "Europe/Kyiv",
        "the workspace's zone"
    );
    let sofia =
        json!({ "code": "sofia", "name": "София", "parent": "all", "time_zone": "europe/sofia" });
    let sofia = post(sofia).await.json();
    assert_eq!(sofia["time_zone"], "Europe/Sofia");
    assert_eq!(sofia["parent"], "all");

    let check = async |body: Value, expected: &[(&str, &str)]| {
        let refused = post(body).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.body
        );
        let found: Vec<(String, String)> = refused.json()["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|e| {
                (
                    e["place"].as_str().unwrap().into(),
                    e["message"].as_str().unwrap().into(),
                )
            })
            .collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(found, expected);
    };
    check(
        json!({ "code": "No Good", "name": " ", "kind": "shop", "parent": "nowhere", "time_zone": "Mars/Base" }),
        &[
            ("code", "`No Good` is not a code: small Latin letters, digits, `-` and `_`, at most 63"),
            ("name", "this is needed"),
            ("kind", "`shop` is not a kind of place; kinds are network, region and location"),
            ("parent", "there is no location `nowhere`"),
            ("time_zone", "`Mars/Base` is not a time zone; a time zone is like Europe/Kyiv"),
        ],
    )
    .await;
    check(
        json!({ "code": "sofia", "name": "Again" }),
        &[("code", "`sofia` belongs to another record")],
    )
    .await;
    check(
        json!({ "code": "north", "name": "North", "kind": "region", "parent": "sofia" }),
        &[("parent", "a region cannot stand under a location")],
    )
    .await;

    // A network that becomes a location cannot keep what stands under it.
    let path = format!("/api/v1/locations/{}", all.json()["id"].as_str().unwrap());
    let body = json!({ "code": "all", "name": "All", "kind": "location" });
    let shrunk = test.api("PUT", &path, &key, Some(body)).await;
    assert_eq!(
        shrunk.json()["detail"],
        "kind: `София` stands under it and could not stay there"
    );
    let body = json!({ "code": "all", "name": "All", "kind": "network", "parent": "all" });
    let circle = test.api("PUT", &path, &key, Some(body)).await;
    assert_eq!(
        circle.json()["detail"],
        "parent: a place cannot stand under itself"
    );
    let body =
        json!({ "code": "everything", "name": "Everything", "kind": "network", "active": false });
    let changed = test.api("PUT", &path, &key, Some(body)).await;
    assert_eq!(changed.json()["active"], false);
    assert_eq!(
        test.api("GET", &path, &key, None).await.json(),
        changed.json()
    );

    let list = test
        .api("GET", "/api/v1/locations?limit=1", &key, None)
        .await
        .json();
    assert_eq!(list["items"][0]["code"], "everything");
    let next = format!(
        "/api/v1/locations?limit=1&cursor={}",
        list["next"].as_str().unwrap()
    );
    let rest = test.api("GET", &next, &key, None).await.json();
    assert_eq!(
        (&rest["items"][0]["code"], &rest["next"]),
        (&json!("sofia"), &Value::Null)
    );

    let reader = test.key(&[Permission::SeePlaces]).await;
    let body = json!({ "code": "x", "name": "X" });
    let forbidden = test
        .api("POST", "/api/v1/locations", &reader, Some(body))
        .await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    let missing = "/api/v1/locations/00000000-0000-0000-0000-000000000000";
    assert_eq!(
        test.api("GET", missing, &key, None).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn employees_are_kept_over_the_api() {
    let test = TestApp::new().await.with_network().await;
    let key = test.key(EVERYTHING).await;
    let body = json!({ "code": "e3", "name": "Ada", "job": "Host", "location": "lviv" });
    let ada = test
        .api("POST", "/api/v1/employees", &key, Some(body))
        .await;
    assert_eq!(ada.status, StatusCode::CREATED, "{}", ada.body);
    let path = format!("/api/v1/employees/{}", ada.json()["id"].as_str().unwrap());
    let body = json!({ "code": "e3", "name": "Ada", "location": "atlantis" });
    let lost = test.api("PUT", &path, &key, Some(body)).await;
    assert_eq!(
        lost.json()["detail"],
        "location: there is no location `atlantis`"
    );
    let body = json!({ "code": "e1", "name": "Ada" });
    let taken = test.api("PUT", &path, &key, Some(body)).await;
    assert_eq!(
        taken.json()["detail"],
        "code: `e1` belongs to another record"
    );
    let body = json!({ "code": "e3", "name": "Ada", "location": "kharkiv", "active": false });
    let moved = test.api("PUT", &path, &key, Some(body)).await;
    assert_eq!(moved.json()["location"], "kharkiv");
    assert_eq!(test.api("GET", &path, &key, None).await.json()["job"], "");
    let names = async |path: &str| -> Vec<String> {
        let list = test.api("GET", path, &key, None).await.json();
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["name"].as_str().unwrap().into())
            .collect()
    };
    assert_eq!(names("/api/v1/employees").await, ["Ada", "Petro", "Оксана"]);
    assert_eq!(names("/api/v1/employees?location=west").await, ["Оксана"]);
    assert_eq!(names("/api/v1/employees?limit=1").await, ["Ada"]);
}

#[tokio::test]
async fn customers_are_kept_and_found_over_the_api() {
    let test = TestApp::new().await.with_network().await;
    let key = test.key(EVERYTHING).await;
    let body = json!({ "external_id": "K-9", "name": "Анна-Марія", "email": "Anna@Example.com", "phone": "00359 2 123 456",
        "language": "bg", "time_zone": "Europe/Sofia", "segments": { "size": "medium" } });
    let anna = test
        .api("POST", "/api/v1/customers", &key, Some(body))
        .await;
    assert_eq!(anna.status, StatusCode::CREATED, "{}", anna.body);
    let anna = anna.json();
    assert_eq!(
        (&anna["email"], &anna["phone"]),
        (&json!("anna@example.com"), &json!("+3592123456"))
    );
    let path = format!("/api/v1/customers/{}", anna["id"].as_str().unwrap());
    assert_eq!(test.api("GET", &path, &key, None).await.json(), anna);

    let body = json!({ "external_id": "K-1", "email": "nobody", "phone": "1", "language": "xx", "time_zone": "Mars",
        "segments": { "Size!": "1" } });
    let refused = test.api("PUT", &path, &key, Some(body)).await.json();
    let places: Vec<&str> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["place"].as_str().unwrap())
        .collect();
    assert_eq!(
        places,
        ["email", "phone", "language", "time_zone", "segment_Size!"]
    );
    for (method, path) in [("PUT", path.as_str()), ("POST", "/api/v1/customers")] {
        let taken = test
            .api(method, path, &key, Some(json!({ "external_id": "K-1" })))
            .await;
        assert_eq!(
            taken.json()["detail"],
            "external_id: `K-1` belongs to another record"
        );
    }
    let renamed = test
        .api("PUT", &path, &key, Some(json!({ "external_id": "K-10" })))
        .await
        .json();
    assert_eq!(
        (&renamed["id"], &renamed["name"], &renamed["email"]),
        (&anna["id"], &json!("K-10"), &Value::Null)
    );

    let found = async |search: &str| -> Vec<String> {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("search", search)
            .finish();
        let list = test
            .api("GET", &format!("/api/v1/customers?{query}"), &key, None)
            .await
            .json();
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["external_id"].as_str().unwrap().into())
            .collect()
    };
    assert_eq!(
        found("марія п").await,
        ["K-1"],
        "small letters find capital ones"
    );
    assert_eq!(found("k-1").await, ["K-10", "K-1"]);
    assert_eq!(found("+380 44").await, ["K-1"]);
    assert_eq!(found("%").await, Vec::<String>::new(), "no wildcards");
    let first = test
        .api("GET", "/api/v1/customers?limit=3", &key, None)
        .await
        .json();
    let next = format!(
        "/api/v1/customers?limit=3&cursor={}",
        first["next"].as_str().unwrap()
    );
    let rest = test.api("GET", &next, &key, None).await.json();
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    let nonsense = test
        .api("GET", "/api/v1/customers?cursor=nonsense", &key, None)
        .await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_batch_takes_each_customer_by_itself() {
    let test = TestApp::new().await.with_network().await;
    let key = test.key(EVERYTHING).await;
    let batch = json!({ "customers": [
        { "external_id": "K-2", "name": "Іван Бойко", "language": "uk", "segments": { "size": "large" } },
        { "external_id": "N-1", "name": "New" },
        { "external_id": "N-1", "name": "New again" },
        { "external_id": "", "name": "Nobody" },
        { "external_id": "N-2", "email": "@" },
    ] });
    let done = test
        .api("POST", "/api/v1/customers/batch", &key, Some(batch.clone()))
        .await
        .json();
    let results: Vec<&str> = done["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["result"].as_str().unwrap())
        .collect();
    assert_eq!(
        results,
        ["unchanged", "added", "changed", "refused", "refused"]
    );
    assert_eq!(done["results"][1]["id"], done["results"][2]["id"]);
    assert_eq!(
        done["results"][3]["problem"]["detail"],
        "external_id: this is needed"
    );
    assert_eq!((&done["added"], &done["refused"]), (&json!(1), &json!(2)));
    let many: Vec<Value> = (0..10_001)
        .map(|n| json!({ "external_id": n.to_string() }))
        .collect();
    let too_many = test
        .api(
            "POST",
            "/api/v1/customers/batch",
            &key,
            Some(json!({ "customers": many })),
        )
        .await;
    assert_eq!(too_many.json()["detail"], "customers: at most 10000 rows");
}

#[tokio::test]
async fn a_file_of_places_is_taken_row_by_row() {
    let test = TestApp::new().await;
    let key = test.key(EVERYTHING).await;
    let import = async |query: &str, csv: &'static [u8]| {
        let path = format!("/api/v1/locations/import{query}");
        test.post_csv(&path, &key, csv).await
    };
    // Parents later in the file, a circle, a place under it, a wrong zone, a place under that one, a place twice.
    let file = "\u{feff}Code;Name;Kind;Parent;Time_zone;Note\r\n\
        lviv;Львів;location;west;Europe/Kyiv;a\r\n\
        a;A;region;b;;\r\n\
        b;B;region;a;;\r\n\
        c;C;location;a;;\r\n\
        west;Захід;region;all;;\r\n\
        mars;Mars;region;all;Mars/Base;\r\n\
        base;Base;location;mars;;\r\n\
        all;Уся мережа;network;;Europe/Kyiv;\r\n\
        lviv;Again;location;west;;\r\n\
        lost;Lost;location;nowhere;;\r\n\
        ragged;Ragged\r\n\
        ;;;;;\r\n";
    let file: &'static [u8] = file.as_bytes();
    let dry = import("?dry_run=true", file).await.json();
    insta::assert_snapshot!(problems(&dry).join("\n"), @r"
    3 parent: a place cannot stand under itself
    4 parent: a place cannot stand under itself
    5 parent: the row of the place above it, `a`, was refused
    7 time_zone: `Mars/Base` is not a time zone; a time zone is like Europe/Kyiv
    8 parent: the row of the place above it, `mars`, was refused
    10 code: row 2 has the same code
    11 parent: there is no location `nowhere`
    12 : the row has 2 cells, the header has 6
    ");
    assert_eq!(
        (&dry["rows"], &dry["added"], &dry["refused"]),
        (&json!(11), &json!(3), &json!(8))
    );
    assert_eq!(dry["not_used"], json!(["note"]));
    let list = async || {
        test.api("GET", "/api/v1/locations", &key, None)
            .await
            .json()["items"]
            .clone()
    };
    assert_eq!(list().await, json!([]), "a check adds nothing");
    assert_eq!(import("", file).await.json()["added"], 3);
    let kept: Vec<String> = list()
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["code"].as_str().unwrap().into())
        .collect();
    assert_eq!(kept, ["all", "west", "lviv"]);
    let again = import("", file).await.json();
    assert_eq!(
        (&again["added"], &again["changed"], &again["unchanged"]),
        (&json!(0), &json!(0), &json!(3))
    );
    // Columns that are not there leave things as they are.
    let renamed = import("", b"code,name\nlviv,Lviv\n").await.json();
    assert_eq!(renamed["changed"], 1);
    assert_eq!(list().await[2]["parent"], "west");
    // A known place under itself.
    let circle = import("", b"code,parent\nwest,west\n").await.json();
    assert_eq!(
        problems(&circle),
        ["2 parent: a place cannot stand under itself"]
    );

    let refused = async |csv: &'static [u8]| {
        let answer = import("", csv).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            answer.body
        );
        answer.json()["detail"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(
        refused(b"name,kind\nA,region\n").await,
        "code: this column is missing"
    );
    assert_eq!(
        refused(b"code,name,CODE\n").await,
        "code: this column stands in the header twice"
    );
    assert_eq!(refused(b"").await, "the file is missing or empty");
    assert_eq!(
        refused(b"PK\x03\x04").await,
        "file: the file cannot be read"
    );
    let encoding = import("", b"code,name\nok,Fine\nbad,\xcb\xfc\xe2\xb3\xe2\n")
        .await
        .json();
    assert_eq!(
        problems(&encoding),
        ["3 name: the text is not UTF-8; save the table as CSV (UTF-8)"]
    );
    assert_eq!(encoding["added"], 1);
    let not_csv = test
        .api("POST", "/api/v1/locations/import", &key, Some(json!({})))
        .await;
    assert_eq!(not_csv.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_file_of_customers_keeps_good_rows() {
    let test = TestApp::new().await.with_network().await;
    let key = test.key(EVERYTHING).await;
    let import = async |csv: &'static str| {
        test.post_csv("/api/v1/customers/import", &key, csv)
            .await
            .json()
    };
    let file = "external_id\tname\tphone\tlanguage\tsegment_size\tcustomer_type\tfavourite\n\
        K-1\tМарія Петренко\t+380441234567\tuk\tsmall\t\ttea\n\
        K-2\tІван Бойко\t\tuk\t\t\t\n\
        N-1\t\t(02) 123-456\tBG\tlarge\tguest\t\n\
        \tNobody\t\t\t\t\t\n\
        N-2\tLoud\tcall me\tfr\t\t\t\n";
    let report = import(file).await;
    assert_eq!(
        problems(&report),
        [
            "5 external_id: this is needed",
            "6 phone: `call me` is not a phone number: 5 to 15 digits, with a leading + for the country",
            "6 language: `fr` is not a language Radost speaks; it speaks en, ru, uk and bg",
        ]
    );
    assert_eq!(report["not_used"], json!(["favourite"]));
    let counts =
        ["added", "changed", "unchanged", "refused"].map(|key| report[key].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1, 2]);
    let found = test
        .api("GET", "/api/v1/customers?search=N-1", &key, None)
        .await
        .json();
    let new = &found["items"][0];
    assert_eq!(
        (&new["name"], &new["phone"], &new["language"]),
        (&json!("N-1"), &json!("02123456"), &json!("bg"))
    );
    let declared = json!({ "size": "large", "customer_type": "guest" });
    assert_eq!(
        new["segments"], declared,
        "the survey's own segment needs no prefix"
    );
    let found = test
        .api("GET", "/api/v1/customers?search=K-2", &key, None)
        .await
        .json();
    assert_eq!(
        found["items"][0]["segments"],
        json!({}),
        "an empty cell empties"
    );
    let again = import(file).await;
    let counts =
        ["added", "changed", "unchanged", "refused"].map(|key| again[key].as_u64().unwrap());
    assert_eq!(counts, [0, 0, 3, 2]);
}

#[tokio::test]
async fn another_workspace_sees_and_changes_nothing() {
    let test = TestApp::new().await.with_network().await;
    let slug = "rival".parse().expect("a slug");
    let rival = test
        .app
        .create_workspace(slug, "Rival", "UTC", Language::En)
        .await
        .expect("a workspace");
    let rival = Actor::console(rival.id);
    let scopes = EVERYTHING.iter().copied().collect();
    let key = test
        .app
        .create_api_key(&rival, "rival", scopes)
        .await
        .expect("a key")
        .secret;
    for list in ["locations", "employees", "customers"] {
        let found = test
            .api("GET", &format!("/api/v1/{list}"), &key, None)
            .await
            .json();
        assert_eq!(found["items"], json!([]), "{list}");
    }
    let customer = format!("/api/v1{}", test.customer_path("K-1").await);
    let place = format!("/api/v1/locations/{}", test.place("lviv").await);
    for path in [&customer, &place] {
        assert_eq!(
            test.api("GET", path, &key, None).await.status,
            StatusCode::NOT_FOUND
        );
    }
    let body = json!({ "external_id": "K-1", "name": "Stolen" });
    assert_eq!(
        test.api("PUT", &customer, &key, Some(body)).await.status,
        StatusCode::NOT_FOUND
    );
    // The same codes and numbers are free there.
    let same = test
        .post_csv(
            "/api/v1/customers/import",
            &key,
            "external_id,name\nK-1,Other\n",
        )
        .await
        .json();
    assert_eq!(same["added"], 1);
    let under = json!({ "code": "x", "name": "X", "parent": "all" });
    let under = test
        .api("POST", "/api/v1/locations", &key, Some(under))
        .await;
    assert_eq!(under.json()["detail"], "parent: there is no location `all`");
    let ours = test.customer_path("K-1").await;
    assert_eq!(format!("/api/v1{ours}"), customer);
}

#[tokio::test]
async fn a_manager_sees_their_region_alone() {
    let test = TestApp::new().await.with_network().await;
    let cookie = test.manager_of(&["west"]).await;
    let page = test.get("/locations", &cookie).await.body;
    assert!(
        page.contains("Львів") && page.contains("Захід"),
        "their own"
    );
    assert!(
        page.contains("Уся мережа") && !page.contains("<code>all</code>"),
        "the name above, for orientation"
    );
    assert!(
        !page.contains("Схід") && !page.contains("Харків"),
        "nobody else's"
    );
    assert!(!page.contains("/locations/new"));
    for (code, status) in [
        ("lviv", StatusCode::OK),
        ("all", StatusCode::NOT_FOUND),
        ("kharkiv", StatusCode::NOT_FOUND),
    ] {
        let path = format!("/locations/{}", test.place(code).await);
        assert_eq!(test.get(&path, &cookie).await.status, status, "{code}");
    }
    for path in [
        "/locations/new",
        "/locations/import",
        "/employees/new",
        "/customers/new",
        "/customers/import",
    ] {
        assert_eq!(
            test.get(path, &cookie).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    let employees = test.get("/employees", &cookie).await.body;
    assert!(employees.contains("Оксана") && !employees.contains("Petro"));
    let csv = test.get("/employees.csv?location=all", &cookie).await.body;
    assert!(csv.contains("e1") && !csv.contains("e2"), "{csv}");

    let customers = test.get("/customers", &cookie).await.body;
    assert!(
        customers.contains("Марія") && !customers.contains("Іван") && !customers.contains("Silent")
    );
    assert!(
        !customers.contains("3 customers"),
        "how many there are elsewhere is not told"
    );
    let search = test.get("/customers?search=K-2", &cookie).await.body;
    assert!(!search.contains("Іван"));
    let csv = test.get("/customers.csv", &cookie).await.body;
    assert!(csv.contains("K-1") && !csv.contains("K-2"), "{csv}");
    let mine = test
        .get(&test.customer_path("K-1").await, &cookie)
        .await
        .body;
    assert!(mine.contains("Cold soup in lviv") && !mine.contains("Cold soup in kharkiv"));
    let other = test.customer_path("K-2").await;
    for path in [other.clone(), format!("{other}/edit")] {
        assert_eq!(test.get(&path, &cookie).await.status, StatusCode::NOT_FOUND);
    }
    let csrf = test.get("/customers", &cookie).await.csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("external_id", "K-2"),
        ("name", "Taken over"),
    ];
    let forged = test
        .post_form(&format!("{other}/edit"), &cookie, &fields)
        .await;
    assert_eq!(forged.status, StatusCode::NOT_FOUND);
    let added = test.post_form("/customers/new", &cookie, &fields).await;
    assert_eq!(added.status, StatusCode::FORBIDDEN);
    // A customer of theirs they may change.
    let own = format!("{}/edit", test.customer_path("K-1").await);
    let fields = [
        ("csrf", csrf.as_str()),
        ("external_id", "K-1"),
        ("name", "Марія П."),
    ];
    assert_eq!(
        test.post_form(&own, &cookie, &fields).await.status,
        StatusCode::SEE_OTHER
    );

    let nowhere = test.manager_of(&[]).await;
    for path in ["/locations", "/employees", "/customers"] {
        let page = test.get(path, &nowhere).await;
        assert_eq!(
            (page.status, strict(&page.body)),
            (StatusCode::OK, vec![]),
            "{path}"
        );
        assert!(
            !page.body.contains("Львів") && !page.body.contains("Марія"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn forms_add_and_change_and_say_what_is_wrong() {
    let test = TestApp::new().await.with_network().await;
    let cookie = test.signed_in(Role::Admin).await;
    let csrf = test.get("/locations/new", &cookie).await.csrf();
    let send = async |path: &str, fields: &[(&str, &str)]| {
        let mut fields = fields.to_vec();
        fields.push(("csrf", &csrf));
        test.post_form(path, &cookie, &fields).await
    };
    let wrong = send(
        "/locations/new",
        &[
            ("name", "Київ <1>"),
            ("code", "Kyiv 1"),
            ("kind", "location"),
            ("parent", "lviv"),
            ("time_zone", "Mars"),
        ],
    )
    .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(strict(&wrong.body), Vec::<String>::new());
    assert!(
        wrong.body.contains("value=\"Київ &lt;1&gt;\""),
        "what was typed is kept"
    );
    assert!(wrong.body.contains("There is no time zone “Mars”"));
    assert!(wrong.body.contains("id=\"f-code-error\""));
    let level = send(
        "/locations/new",
        &[
            ("name", "K"),
            ("code", "k"),
            ("kind", "location"),
            ("parent", "lviv"),
        ],
    )
    .await;
    assert!(
        level
            .body
            .contains("“Location” cannot stand under “Location”")
    );
    let fields = [
        ("name", "Київ"),
        ("code", "kyiv"),
        ("kind", "location"),
        ("parent", "east"),
        ("active", "on"),
    ];
    let added = send("/locations/new", &fields).await;
    assert_eq!(added.location(), "/locations?done=location-added");
    let list = test.get(added.location(), &cookie).await.body;
    assert!(list.contains("The location is added.") && list.contains("Київ"));
    let path = format!("/locations/{}", test.place("kyiv").await);
    let closed = send(&path, &fields[..4]).await;
    assert_eq!(closed.location(), "/locations?done=location-saved");
    assert!(
        test.get("/locations", &cookie)
            .await
            .body
            .contains("closed")
    );

    let wrong = send("/employees/new", &[("name", ""), ("code", "e1")]).await;
    assert_eq!(
        (wrong.status, strict(&wrong.body)),
        (StatusCode::UNPROCESSABLE_ENTITY, vec![])
    );
    let added = send(
        "/employees/new",
        &[
            ("name", "Ада"),
            ("code", "e9"),
            ("location", "kyiv"),
            ("active", "on"),
        ],
    )
    .await;
    assert_eq!(added.location(), "/employees?done=employee-added");
    assert!(
        test.get("/employees?location=east", &cookie)
            .await
            .body
            .contains("Ада")
    );

    let typed = [
        ("external_id", "K-1"),
        ("name", "A"),
        ("email", "x"),
        ("segments", "size = small\r\nnonsense"),
    ];
    let wrong = send("/customers/new", &typed).await;
    assert!(wrong.body.contains("“nonsense” is not a segment"));
    let typed = [
        ("external_id", "K-1"),
        ("phone", "12"),
        ("segments", "Size = small"),
    ];
    let wrong = send("/customers/new", &typed).await;
    assert_eq!(
        (wrong.status, strict(&wrong.body)),
        (StatusCode::UNPROCESSABLE_ENTITY, vec![])
    );
    assert!(wrong.body.contains("Size = small") && wrong.body.contains("id=\"f-segments-error\""));
    let wrong = send("/customers/new", &[("external_id", "K-1")]).await;
    assert!(wrong.body.contains("“K-1” is taken already"));
    let added = send(
        "/customers/new",
        &[
            ("external_id", "K-7"),
            ("segments", "size = small\nregion = west"),
        ],
    )
    .await;
    assert_eq!(
        added.location(),
        format!("{}?done=customer-added", test.customer_path("K-7").await)
    );
    let page = test.get(added.location(), &cookie).await.body;
    assert!(page.contains("The customer is added.") && page.contains("No responses yet"));
    let path = format!("{}/edit", test.customer_path("K-7").await);
    let saved = send(&path, &[("external_id", "K-8"), ("name", "Renamed")]).await;
    assert!(
        test.get(saved.location(), &cookie)
            .await
            .body
            .contains("Renamed")
    );
}

#[tokio::test]
async fn a_customers_story_is_told_on_one_page() {
    let test = TestApp::new().await.with_network().await;
    let admin = test.signed_in(Role::Admin).await;
    let path = test.customer_path("K-1").await;
    let page = test.get(&path, &admin).await.body;
    assert!(page.contains("+380441234567") && page.contains("Українська"));
    assert!(
        page.contains("href=\"/responses/"),
        "each leads to the response itself"
    );
    assert!(page.contains("Cold soup in lviv") && page.contains("Cold soup in kharkiv"));
    assert!(page.contains("2 of 10"));
    // An agent talks with customers but may not read responses.
    let agent = test.signed_in(Role::Agent).await;
    let page = test.get(&path, &agent).await.body;
    assert!(page.contains("+380441234567") && !page.contains("Cold soup"));
}

#[tokio::test]
async fn a_customer_is_erased_after_a_page_that_says_what_goes() {
    let test = TestApp::new().await.with_network().await;
    let path = test.customer_path("K-1").await;
    let erase = format!("{path}/erase");
    // Those who change customers do not erase them.
    for role in [Role::Analyst, Role::Agent] {
        let cookie = test.signed_in(role).await;
        let page = test.get(&path, &cookie).await;
        assert!(!page.body.contains("Erase this customer"), "{role}");
        assert_eq!(
            test.get(&erase, &cookie).await.status,
            StatusCode::FORBIDDEN
        );
        let refused = test
            .post_form(&erase, &cookie, &[("csrf", &page.csrf())])
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role}");
    }
    let admin = test.signed_in(Role::Admin).await;
    assert!(
        test.get(&path, &admin)
            .await
            .body
            .contains(&format!("href=\"{erase}\""))
    );
    let asked = test.get(&erase, &admin).await;
    for words in [
        "Марія Петренко",
        "What goes for good",
        "What stays",
        "This cannot be undone.",
    ] {
        assert!(asked.body.contains(words), "{words}");
    }
    let response = test.get(&path, &admin).await.body;
    let (_, response) = response
        .split_once("href=\"/responses/")
        .expect("a response");
    let response = format!("/responses/{}", response.split('"').next().expect("an id"));
    let csrf = asked.csrf();
    let form = [("csrf", csrf.as_str())];
    assert_eq!(
        test.post_form(&erase, &admin, &[]).await.status,
        StatusCode::FORBIDDEN,
        "no token"
    );
    let done = test.post_form(&erase, &admin, &form).await;
    assert_eq!(done.location(), "/customers?done=customer-erased");
    let list = test.get(done.location(), &admin).await;
    assert!(list.body.contains("The customer is erased."));
    assert!(!list.body.contains("Марія Петренко") && list.body.contains("Іван Бойко"));
    for gone in [&path, &erase] {
        assert_eq!(test.get(gone, &admin).await.status, StatusCode::NOT_FOUND);
    }
    let twice = test.post_form(&erase, &admin, &form).await;
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
    let page = test.get(&response, &admin).await;
    assert_eq!((page.status, strict(&page.body)), (StatusCode::OK, vec![]));
    assert!(!page.body.contains("Cold soup") && !page.body.contains("Марія Петренко"));
    let log = test.get("/settings/audit?entity=customer", &admin).await;
    assert!(log.body.contains("Customer: erased") && !log.body.contains("Марія Петренко"));
    assert_eq!(strict(&log.body), Vec::<String>::new());
}

#[tokio::test]
async fn programs_erase_a_customer_once() {
    let test = TestApp::new().await.with_network().await;
    let path = format!("/api/v1{}", test.customer_path("K-2").await);
    let writer = test.key(EVERYTHING).await;
    let refused = test.api("DELETE", &path, &writer, None).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    let eraser = test.key(&[Permission::EraseCustomers]).await;
    let done = test.api("DELETE", &path, &eraser, None).await;
    assert_eq!(
        (done.status, done.body.as_str()),
        (StatusCode::NO_CONTENT, "")
    );
    let twice = test.api("DELETE", &path, &eraser, None).await;
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
    assert_eq!(twice.json()["type"], "/problems/not-found");
    let found = test.api("GET", &path, &writer, None).await;
    assert_eq!(found.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_is_checked_first_and_then_imported() {
    let test = TestApp::new().await.with_network().await;
    let cookie = test.signed_in(Role::Analyst).await;
    let csrf = test.get("/customers/import", &cookie).await.csrf();
    let file = "external_id,name\nU-1,Uploaded\nU-2,\"Two\",3\n".as_bytes();
    let fields = [("csrf", csrf.as_str()), ("dry_run", "on")];
    let checked = test
        .upload("/customers/import", &cookie, &fields, file)
        .await;
    assert_eq!(
        (checked.status, strict(&checked.body)),
        (StatusCode::OK, vec![])
    );
    assert!(checked.body.contains("Nothing has been changed yet"));
    assert!(
        checked
            .body
            .contains("The row has 3 cells, the first row has 2.")
    );
    assert!(
        !test
            .get("/customers?search=U-1", &cookie)
            .await
            .body
            .contains("Uploaded")
    );
    let done = test
        .upload("/customers/import", &cookie, &fields[..1], file)
        .await;
    assert!(done.body.contains("was imported"));
    assert!(
        test.get("/customers?search=U-1", &cookie)
            .await
            .body
            .contains("Uploaded")
    );

    let forged = test
        .upload("/customers/import", &cookie, &[("csrf", "guess")], file)
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let late = test
        .upload(
            "/customers/import",
            &cookie,
            &[("dry_run", "on"), ("csrf", &csrf)],
            file,
        )
        .await;
    assert_eq!(late.status, StatusCode::FORBIDDEN, "the token comes first");
    let away = test.upload("/customers/import", "", &fields, file).await;
    assert_eq!(away.status, StatusCode::SEE_OTHER);
    for (file, said) in [
        (&b""[..], "Choose a file that is not empty."),
        (
            b"\x89PNG\r\n\0\0\0",
            "This is neither a text file nor an Excel workbook (.xlsx).",
        ),
        (
            b"name\nA\n",
            "Column “external_id”: this column is missing.",
        ),
    ] {
        let refused = test
            .upload("/customers/import", &cookie, &fields, file)
            .await;
        assert_eq!(
            (refused.status, strict(&refused.body)),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![])
        );
        assert!(refused.body.contains(said), "{said}");
    }
    let left = std::fs::read_dir(test.app.files())
        .expect("a folder")
        .count();
    assert_eq!(left, 0, "no upload stays behind");
}

#[tokio::test]
async fn lists_leave_as_files_that_come_back() {
    let test = TestApp::new().await.with_network().await;
    let cookie = test.signed_in(Role::Admin).await;
    let key = test.key(EVERYTHING).await;
    test.post_csv(
        "/api/v1/customers/import",
        &key,
        "external_id,name\nF-1,=HYPERLINK(\"x\")\n",
    )
    .await;
    let file = test.get("/customers.csv", &cookie).await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    insta::assert_snapshot!(file.body.trim_start_matches('\u{feff}').replace("\r\n", "\n"), @r#"
    external_id,name,email,phone,language,time_zone,segment_size
    F-1,"'=HYPERLINK(""x"")",,,,,
    K-3,Silent Sam,,,en,,large
    K-2,Іван Бойко,,,uk,,large
    K-1,Марія Петренко,,'+380441234567,uk,,small
    "#);
    for list in ["locations", "employees", "customers"] {
        let file = test.get(&format!("/{list}.csv"), &cookie).await;
        let back = test
            .post_csv(&format!("/api/v1/{list}/import"), &key, file.body)
            .await
            .json();
        assert_eq!(
            (&back["changed"], &back["added"], &back["refused"]),
            (&json!(0), &json!(0), &json!(0)),
            "{list}: {back}"
        );
        let template = test
            .get(&format!("/{list}/template.csv"), &cookie)
            .await
            .body;
        let path = format!("/api/v1/{list}/import?dry_run=true");
        let report = test.post_csv(&path, &key, template).await.json();
        assert_eq!(report["not_used"], json!([]), "{list}");
        assert!(
            list == "employees" || report["refused"] == 0,
            "{list}: {report}"
        );
    }
}

#[tokio::test]
async fn every_page_is_sound_in_every_language() {
    let test = TestApp::new().await;
    let cookie = test.signed_in(Role::Admin).await;
    let langs = ["en", "ru", "uk", "bg"];
    let check = async |test: &TestApp, path: &str, cookie: &str| {
        for lang in langs {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = test.get(&format!("{path}{joint}lang={lang}"), cookie).await;
            assert_eq!(
                (page.status, strict(&page.body)),
                (StatusCode::OK, vec![]),
                "{path} {lang}"
            );
            for id in [
                ">upload-",
                ">refused-",
                ">location-",
                ">employee-",
                ">customer-",
                ">story-",
                ">column-",
                ">done-",
            ] {
                assert!(
                    !page.body.contains(id),
                    "{path} {lang}: a word is missing, {id}"
                );
            }
        }
    };
    let lists = ["/locations", "/employees", "/customers"];
    for list in lists {
        check(&test, list, &cookie).await;
    }
    let test = test.with_network().await;
    for list in lists {
        for page in [
            "",
            "/new",
            "/import",
            "?done=location-added",
            "?done=employee-saved",
        ] {
            check(&test, &format!("{list}{page}"), &cookie).await;
        }
    }
    let place = format!("/locations/{}", test.place("lviv").await);
    let customer = test.customer_path("K-1").await;
    let staff = test
        .app
        .employees(&test.console, None)
        .await
        .expect("employees");
    let employee = format!("/employees/{}", staff[0].id);
    let edit = format!("{customer}/edit");
    let seen = [
        "/employees?location=nowhere",
        "/customers?search=nobody",
        "/customers?search=K",
        &place,
        &employee,
        &customer,
    ];
    let erase = format!("{customer}/erase");
    for path in seen.iter().copied().chain([edit.as_str(), &erase]) {
        check(&test, path, &cookie).await;
    }
    let agent = test.signed_in(Role::Agent).await;
    for path in ["/locations", &place, &employee, &customer, &edit] {
        check(&test, path, &agent).await;
    }
    let unknown = "/customers/00000000-0000-0000-0000-000000000000";
    assert_eq!(
        test.get(unknown, &cookie).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        test.get("/locations/nonsense", &cookie).await.status,
        StatusCode::NOT_FOUND
    );
    let csrf = test.get("/locations/import", &cookie).await.csrf();
    let file = "code,name,parent,note\nx,X,nowhere,1\nall,All,lviv,1\n".as_bytes();
    for lang in langs {
        let path = format!("/locations/import?lang={lang}");
        for fields in [
            &[("csrf", csrf.as_str()), ("dry_run", "on")][..],
            &[("csrf", csrf.as_str())],
        ] {
            let page = test.upload(&path, &cookie, fields, file).await;
            assert_eq!(
                (page.status, strict(&page.body)),
                (StatusCode::OK, vec![]),
                "{lang}"
            );
            assert!(
                page.body.contains("nowhere") && !page.body.contains(">refused-"),
                "{lang}"
            );
        }
    }
}
