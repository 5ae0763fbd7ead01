//! The committed OpenAPI document is the one that the code declares.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

#[test]
fn the_committed_document_is_up_to_date() {
    let file = Path::new("openapi.json");
    let mut declared =
        serde_json::to_string_pretty(&radost_server::api::openapi()).expect("a document");
    declared.push('\n');
    if std::env::var_os("RADOST_UPDATE").is_some_and(|value| value == "1") {
        std::fs::write(file, &declared).expect("the document is written");
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    let differs = committed
        .lines()
        .zip(declared.lines())
        .position(|(committed, declared)| committed != declared)
        .map_or("its end".to_owned(), |line| format!("line {}", line + 1));
    assert!(
        committed == declared,
        "openapi.json differs from the code at {differs}; write it anew with\n\n    \
         RADOST_UPDATE=1 cargo test -p radost-server --test openapi\n\nand look at the difference before committing it"
    );
}

#[test]
fn every_operation_says_what_programs_need() {
    let document = serde_json::to_value(radost_server::api::openapi()).expect("a document");
    let mut ids = BTreeSet::new();
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            let place = format!("{method} {path}");
            operations += 1;
            assert!(path.starts_with("/api/v1/"), "{place}");
            assert!(operation["tags"][0].is_string(), "{place} has no tag");
            assert!(operation["summary"].is_string(), "{place} has no summary");
            let id = operation["operationId"].as_str().expect("an id").to_owned();
            assert!(ids.insert(id), "{place}: its id is taken");
            let responses = operation["responses"].as_object().expect("responses");
            assert!(responses.contains_key("401"), "{place}");
            for (status, response) in responses
                .iter()
                .filter(|(status, _)| *status >= &"400".to_owned())
            {
                assert_eq!(
                    response["content"]["application/problem+json"]["schema"]["$ref"],
                    "#/components/schemas/Problem",
                    "{place} {status}"
                );
            }
            let keyed = operation["parameters"]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key"));
            assert_eq!(keyed, method == "post", "{place}");
        }
    }
    assert!(operations >= 10, "{operations}");
    assert_eq!(document["security"][0]["api_key"], Value::Array(vec![]));
    assert_eq!(
        document["components"]["securitySchemes"]["api_key"]["scheme"],
        "bearer"
    );
}

#[test]
fn every_reference_leads_somewhere() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value.as_str().filter(|_| name == "$ref") {
                        Some(target) => {
                            found.insert(target.to_owned());
                        }
                        None => references(value, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = serde_json::to_value(radost_server::api::openapi()).expect("a document");
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.contains("#/components/schemas/Problem"));
    for target in found {
        assert!(
            document.pointer(&target[1..]).is_some(),
            "{target} leads nowhere"
        );
    }
}
