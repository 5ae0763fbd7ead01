//! The API reference for people, made from the OpenAPI document: nothing from elsewhere, no script.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use serde_json::{Map, Value, json};

use crate::look::i18n::{Lang, Tr};
use crate::look::layout::BarePage;
use crate::look::parts::{self, Column, Table};
use crate::request::Reader;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// The reference is written in English, like the API itself.
const TR: Tr = Tr::new(Lang::En);

/// The page around a [`body`] that was made once.
pub(crate) fn page(reader: &Reader, body: &Markup) -> Response {
    let page = BarePage {
        title: "API reference",
        tr: TR,
        theme: reader.theme,
        path: &reader.path,
        body: body.clone(),
    };
    // Public, and the same for everybody but for the theme.
    let caching = [(header::CACHE_CONTROL, "no-cache")];
    (caching, Html(page.render().into_string())).into_response()
}

/// One endpoint.
struct Endpoint<'a> {
    method: &'static str,
    path: &'a str,
    operation: &'a Value,
}

impl Endpoint<'_> {
    fn id(&self) -> &str {
        text(self.operation, "operationId")
    }

    fn name(&self) -> String {
        format!("{} {}", self.method.to_uppercase(), self.path)
    }
}

/// The whole reference.
pub(crate) fn body(document: &utoipa::openapi::OpenApi) -> Markup {
    let document = serde_json::to_value(document).unwrap_or_default();
    let mut tags: Vec<(&str, Vec<Endpoint>)> = Vec::new();
    for (path, item) in object(&document["paths"]) {
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let tag = operation["tags"][0].as_str().unwrap_or("other");
            let endpoint = Endpoint {
                method,
                path,
                operation,
            };
            match tags.iter_mut().find(|(known, _)| *known == tag) {
                Some((_, endpoints)) => endpoints.push(endpoint),
                None => tags.push((tag, vec![endpoint])),
            }
        }
    }
    tags.sort_by_key(|(tag, _)| *tag);
    let schemas = &document["components"]["schemas"];
    html! {
        div.reference.wide {
            header.stack {
                h1 { "API reference" }
                p.lead { (prose(text(&document["info"], "description"))) }
                p {
                    "Make a key under Settings → API keys and send it as " code { "Authorization: Bearer radost_…" }
                    ". Machines read the same reference as " a href="/api/v1/openapi.json" { "OpenAPI 3.1" }
                    "; the kinds of errors are explained " a href="/problems" { "on their own page" } "."
                }
            }
            nav.reference-contents aria-label="Contents" {
                @for (tag, endpoints) in &tags {
                    div {
                        p.reference-tag { a href={ "#tag-" (tag) } { (tag) } }
                        ul {
                            @for endpoint in endpoints {
                                li { a href={ "#" (endpoint.id()) } { (method_badge(endpoint.method)) (short(endpoint.path)) } }
                            }
                        }
                    }
                }
            }
            @for (tag, endpoints) in &tags {
                section.stack {
                    h2 id={ "tag-" (tag) } { (tag) }
                    @for endpoint in endpoints { (endpoint_card(endpoint, schemas)) }
                }
            }
            section.stack {
                h2 id="schemas" { "Schemas" }
                @for (name, schema) in object(schemas) { (schema_card(name, schema)) }
            }
        }
    }
}

fn endpoint_card(endpoint: &Endpoint, schemas: &Value) -> Markup {
    let operation = endpoint.operation;
    let name = endpoint.name();
    let parameters: Vec<&Value> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    let body = operation["requestBody"]["content"]
        .as_object()
        .and_then(|content| content.iter().next());
    html! {
        article.endpoint.card id=(endpoint.id()) {
            h3 { (method_badge(endpoint.method)) code { (endpoint.path) } }
            p { (prose(text(operation, "summary"))) }
            @let more = text(operation, "description");
            @if !more.is_empty() && more != text(operation, "summary") { p { (prose(more)) } }
            @if !parameters.is_empty() { (parameter_table(&name, &parameters)) }
            @if let Some((media, content)) = body {
                h4 { "Body " span.muted { (media) } }
                @let schema = &content["schema"];
                @match reference(schema).and_then(|name| schemas.get(name)) {
                    Some(found) => (field_table(&format!("Body of {name}"), found)),
                    None => p { (type_of(schema)) },
                }
            }
            (response_table(&name, operation))
            h4 { "Example" }
            pre.code-block tabindex="0" { code { (curl(endpoint, &parameters, body, schemas)) } }
        }
    }
}

fn parameter_table(name: &str, parameters: &[&Value]) -> Markup {
    let rows = parameters.iter().map(|parameter| {
        let required = parameter["required"] == json!(true);
        vec![
            html! { code { (text(parameter, "name")) } @if required { " " span.field-required { "(required)" } } },
            html! { (text(parameter, "in")) },
            type_of(&parameter["schema"]),
            prose(text(parameter, "description")),
        ]
    });
    html! {
        h4 { "Parameters" }
        (parts::data_table(TR, &Table {
            caption: &format!("Parameters of {name}"),
            columns: &[Column::text("Name"), Column::text("In"), Column::text("Type"), Column::text("Meaning")],
            rows: rows.collect(),
            ..Table::default()
        }))
    }
}

fn response_table(name: &str, operation: &Value) -> Markup {
    let rows = object(&operation["responses"]).map(|(status, response)| {
        let content = response["content"].as_object();
        let schema = content.and_then(|content| content.values().next());
        vec![
            html! { code { (status) } },
            prose(text(response, "description")),
            html! { @if let Some(content) = schema { (type_of(&content["schema"])) } @else { "no body" } },
        ]
    });
    html! {
        h4 { "Responses" }
        (parts::data_table(TR, &Table {
            caption: &format!("Responses of {name}"),
            columns: &[Column::text("Status"), Column::text("Meaning"), Column::text("Body")],
            rows: rows.collect(),
            ..Table::default()
        }))
    }
}

fn schema_card(name: &str, schema: &Value) -> Markup {
    html! {
        article.endpoint.card id={ "schema-" (name) } {
            h3 { code { (name) } }
            @let description = text(schema, "description");
            @if !description.is_empty() { p { (prose(description)) } }
            @if schema["properties"].is_object() { (field_table(&format!("Fields of {name}"), schema)) } @else { p { (type_of(schema)) } }
        }
    }
}

fn field_table(caption: &str, schema: &Value) -> Markup {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let rows = object(&schema["properties"]).map(|(name, field)| {
        vec![
            html! { code { (name) } @if required.contains(&name) { " " span.field-required { "(required)" } } },
            type_of(field),
            prose(text(field, "description")),
        ]
    });
    parts::data_table(
        TR,
        &Table {
            caption,
            columns: &[
                Column::text("Field"),
                Column::text("Type"),
                Column::text("Meaning"),
            ],
            rows: rows.collect(),
            ..Table::default()
        },
    )
}

/// A type in words, with links to the schemas that it names.
fn type_of(schema: &Value) -> Markup {
    if let Some(name) = reference(schema) {
        return html! { a href={ "#schema-" (name) } { (name) } };
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema[several].as_array() {
            return html! { @for (i, option) in options.iter().enumerate() { @if i > 0 { " or " } (type_of(option)) } };
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        return html! { @for (i, value) in values.iter().enumerate() { @if i > 0 { ", " } code { (plain(value)) } } };
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if kinds.is_empty() {
        return html! { "any value" };
    }
    html! {
        @for (i, kind) in kinds.iter().enumerate() {
            @if i > 0 { " or " }
            @match *kind {
                "array" => { "list of " (type_of(&schema["items"])) },
                "object" if schema["additionalProperties"].is_object() => {
                    "names with " (type_of(&schema["additionalProperties"]))
                },
                other => {
                    (other)
                    @let format = text(schema, "format");
                    @if !format.is_empty() && other != "null" { " " span.muted { "(" (format) ")" } }
                },
            }
        }
    }
}

fn curl(
    endpoint: &Endpoint,
    parameters: &[&Value],
    body: Option<(&String, &Value)>,
    schemas: &Value,
) -> String {
    let mut lines = vec![format!(
        "curl{} \"$RADOST{}\"",
        if endpoint.method == "get" {
            String::new()
        } else {
            format!(" -X {}", endpoint.method.to_uppercase())
        },
        endpoint.path
    )];
    lines.push("-H \"Authorization: Bearer $RADOST_KEY\"".into());
    if parameters.iter().any(|p| p["name"] == "Idempotency-Key") {
        lines.push("-H \"Idempotency-Key: $(uuidgen)\"".into());
    }
    if let Some((media, content)) = body {
        lines.push(format!("-H \"Content-Type: {media}\""));
        if media == "application/json" {
            let example = example(&content["schema"], schemas, 0);
            let example = serde_json::to_string(&example).unwrap_or_default();
            lines.push(format!("-d '{}'", example.replace('\'', "'\\''")));
        } else {
            lines.push("--data-binary @file".into());
        }
    }
    lines.join(" \\\n  ")
}

/// A value that fits a schema: what is required, or everything where nothing is.
fn example(schema: &Value, schemas: &Value, depth: usize) -> Value {
    if let Some(example) = schema.get("example") {
        return example.clone();
    }
    if let Some(name) = reference(schema) {
        return match schemas.get(name) {
            Some(found) if depth < 4 => example(found, schemas, depth + 1),
            _ => json!({}),
        };
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema[several].as_array() {
            let first = options.iter().find(|option| option["type"] != "null");
            return first.map_or(Value::Null, |first| example(first, schemas, depth));
        }
    }
    if let Some(value) = schema["enum"].as_array().and_then(|values| values.first()) {
        return value.clone();
    }
    let kind = match &schema["type"] {
        Value::String(kind) => kind.as_str(),
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null")
            .unwrap_or_default(),
        _ => "",
    };
    match kind {
        "integer" => json!(1),
        "number" => json!(1.0),
        "boolean" => json!(true),
        "array" => json!([example(&schema["items"], schemas, depth)]),
        "object" => {
            let required: Vec<&Value> = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .collect();
            let fields = object(&schema["properties"])
                .filter(|(name, _)| required.is_empty() || required.iter().any(|r| *r == name))
                .map(|(name, field)| (name.to_owned(), example(field, schemas, depth + 1)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        _ => match text(schema, "format") {
            "date-time" => json!("2026-11-01T12:00:00Z"),
            "date" => json!("2026-11-01"),
            "uuid" => json!("0192f0c1-2a3b-7c4d-8e5f-000000000000"),
            _ => json!("…"),
        },
    }
}

fn method_badge(method: &str) -> Markup {
    html! { span class={ "method method-" (method) } { (method.to_uppercase()) } " " }
}

fn short(path: &str) -> &str {
    path.strip_prefix("/api/v1").unwrap_or(path)
}

/// Text with `code` in it.
fn prose(text: &str) -> Markup {
    html! {
        @for (i, part) in text.split('`').enumerate() {
            @if i % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

fn object(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
