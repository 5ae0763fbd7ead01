//! The audit log: who, what, when, and how it was before.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use maud::{Markup, html};
use radost_app::App;
use radost_app::access::AuditFilter;
use radost_app::domain::access::AuditEntry;
use radost_app::domain::name::AuditId;
use serde_json::Value;
use uuid::Uuid;

use crate::api::page::{decode, encode};
use crate::look::i18n::Tr;
use crate::look::icon::Icon;
use crate::look::layout::{NavItem, with_query};
use crate::look::parts::{self, Choice, Column, Control, Field, PageHeader, Pages, Table};
use crate::request::{Fields, OrPage, PageResult, Staff};

const ADDRESS: &str = "/settings/audit";
const ON_A_PAGE: usize = 50;
/// Most fields of one change that are shown.
const MOST_FIELDS: usize = 12;
/// Most characters of a value.
const MOST_CHARS: usize = 140;

/// Kinds of records that have a word; others are shown by their code.
const ENTITIES: [&str; 11] = [
    "survey",
    "response",
    "invitation",
    "import",
    "customer",
    "location",
    "employee",
    "user",
    "api_key",
    "workspace",
    "annotation",
];
/// Acts that have a word.
const ACTS: [&str; 19] = [
    "created",
    "updated",
    "draft_saved",
    "published",
    "opened",
    "closed",
    "archived",
    "deleted",
    "removed",
    "moved",
    "merged",
    "imported",
    "excluded",
    "included",
    "corrected",
    "erased",
    "revoked",
    "password_changed",
    "password_reset",
];

fn word(tr: Tr, kind: &str, known: &[&str], code: &str) -> String {
    if known.contains(&code) {
        tr.t(&format!("audit-{kind}-{}", code.replace('_', "-")))
    } else {
        code.replace('_', " ")
    }
}

pub(crate) async fn list(State(app): State<Arc<App>>, staff: Staff) -> PageResult {
    let path = &staff.reader.path;
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let query = Fields::parse(query.as_bytes());
    let filter = AuditFilter {
        entity: query.given("entity").map(str::to_owned),
        entity_id: query.given("id").map(str::to_owned),
        actor: query.given("actor").and_then(|id| id.parse().ok()),
    };
    let before = query.given("before");
    let cursor: Option<Uuid> = before.and_then(|cursor| decode(cursor).ok());
    let mut entries = app
        .audit_entries(
            staff.actor(),
            &filter,
            cursor.map(AuditId),
            ON_A_PAGE as i64 + 1,
        )
        .await
        .or_page(&staff.reader)?;
    let more = entries.len() > ON_A_PAGE;
    entries.truncate(ON_A_PAGE);
    let next = entries.last().filter(|_| more);
    let next = next.map(|last| with_query(&without(path, "before"), "before", &encode(&last.id.0)));
    let first = cursor.map(|_| without(path, "before"));

    let tr = staff.tr();
    let title = tr.t("nav-audit");
    let filtered = filter != AuditFilter::default();
    let rows = entries.iter().map(|entry| row(&staff, entry));
    let nothing = if filtered {
        parts::empty_state(Icon::Search, &tr.t("table-nothing-found"), None, None)
    } else {
        parts::empty_state(Icon::Audit, &tr.t("table-empty"), None, None)
    };
    let body = html! {
        (parts::page_header(&PageHeader { title: &title, lead: Some(&tr.t("audit-lead")), ..PageHeader::default() }))
        (parts::filter_bar(tr, ADDRESS, filtered.then_some(ADDRESS), &filters(tr, &filter)))
        (parts::data_table(tr, &Table {
            caption: &title,
            columns: &[Column::text(&tr.t("audit-when")), Column::text(&tr.t("audit-who")),
                Column::text(&tr.t("audit-what")), Column::text(&tr.t("audit-change"))],
            rows: rows.collect(),
            pages: Pages { first: first.as_deref(), next: next.as_deref() },
            empty: Some(nothing),
            ..Table::default()
        }))
    };
    Ok(staff.page(&title, NavItem::Audit, body))
}

fn filters(tr: Tr, filter: &AuditFilter) -> Markup {
    let all = tr.t("filter-all");
    let words: Vec<String> = ENTITIES
        .iter()
        .map(|entity| word(tr, "entity", &ENTITIES, entity))
        .collect();
    let mut choices = vec![Choice {
        value: "",
        label: &all,
    }];
    choices.extend(
        ENTITIES
            .iter()
            .zip(&words)
            .map(|(value, label)| Choice { value, label }),
    );
    let selected = filter.entity.as_deref().unwrap_or_default();
    html! {
        (parts::field(tr, &Field { name: "entity", label: &tr.t("audit-entity"),
            control: Control::Select { choices: &choices, selected }, ..Field::default() }))
        // Chosen by the links in the table; kept when the kind changes.
        @if let Some(actor) = filter.actor { input type="hidden" name="actor" value=(actor); }
    }
}

fn row(staff: &Staff, entry: &AuditEntry) -> Vec<Markup> {
    let tr = staff.tr();
    let act = entry
        .action
        .rsplit_once('.')
        .map_or(entry.action.as_str(), |(_, act)| act);
    let record = with_query(
        &with_query(ADDRESS, "entity", &entry.entity),
        "id",
        &entry.entity_id,
    );
    vec![
        html! { span.nowrap { (tr.date_time(entry.at, &staff.directory.zone)) } },
        html! {
            @match entry.actor_id {
                Some(id) => a href=(with_query(ADDRESS, "actor", &id.to_string())) { (entry.actor) },
                None => span.nowrap { (tr.t("audit-console")) },
            }
        },
        html! {
            (word(tr, "entity", &ENTITIES, &entry.entity)) ": " (word(tr, "act", &ACTS, act))
            a.sub href=(record) { (name_of(entry)) }
        },
        difference(tr, entry.before.as_ref(), entry.after.as_ref()),
    ]
}

/// What people call the record: its name where it has one, else its id.
fn name_of(entry: &AuditEntry) -> &str {
    let value = entry.after.as_ref().or(entry.before.as_ref());
    let name = value.and_then(|value| value.get("name")?.as_str());
    name.filter(|name| !name.is_empty())
        .unwrap_or(&entry.entity_id)
}

/// The fields that differ, each before and after.
fn difference(tr: Tr, before: Option<&Value>, after: Option<&Value>) -> Markup {
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    if let Some(before) = before {
        leaves("", before, &mut old);
    }
    if let Some(after) = after {
        leaves("", after, &mut new);
    }
    let mut changes: Vec<(&str, Option<&Value>, Option<&Value>)> = Vec::new();
    for (field, value) in &old {
        if new.get(field) != Some(value) {
            changes.push((field, Some(value), new.get(field).copied()));
        }
    }
    for (field, value) in &new {
        if !old.contains_key(field) {
            changes.push((field, None, Some(value)));
        }
    }
    // Of something new, what it does not have says nothing.
    let empty = |value: Option<&Value>| value.is_none_or(Value::is_null);
    changes.retain(|(field, old, new)| *field != "id" && !(empty(*old) && empty(*new)));
    changes.sort_by_key(|(field, _, _)| *field);
    let hidden = changes.len().saturating_sub(MOST_FIELDS);
    html! {
        @if changes.is_empty() { span.muted { "–" } } @else {
            ul.difference {
                @for (field, old, new) in changes.iter().take(MOST_FIELDS) {
                    li {
                        code { (field) } " "
                        @if let Some(old) = old { del { (shown(tr, old)) } }
                        @if old.is_some() && new.is_some() { span.arrow { " → " } }
                        @if let Some(new) = new { ins { (shown(tr, new)) } }
                    }
                }
                @if hidden > 0 { li.muted { (tr.ta("audit-more", &[("n", hidden.into())])) } }
            }
        }
    }
}

/// Every value of a document under its path: `blocks[0].title.en`.
fn leaves<'a>(path: &str, value: &'a Value, found: &mut BTreeMap<String, &'a Value>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                leaves(&path, value, found);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (i, item) in items.iter().enumerate() {
                leaves(&format!("{path}[{i}]"), item, found);
            }
        }
        value => {
            found.insert(path.to_owned(), value);
        }
    }
}

fn shown(tr: Tr, value: &Value) -> String {
    let text = match value {
        Value::Null => tr.t("none"),
        Value::Bool(value) => tr.t(if *value { "yes" } else { "no" }),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => tr.t("none"),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| shown(tr, item)).collect();
            items.join(", ")
        }
        other => other.to_string(),
    };
    if text.chars().count() > MOST_CHARS {
        let start: String = text.chars().take(MOST_CHARS).collect();
        format!("{start}…")
    } else {
        text
    }
}

/// An address without one parameter of its query.
fn without(path: &str, name: &str) -> String {
    let (base, query) = path.split_once('?').unwrap_or((path, ""));
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name))
        .collect();
    if kept.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", kept.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::i18n::Lang;
    use serde_json::json;

    #[test]
    fn a_change_is_told_field_by_field() {
        let before = json!({ "id": 1, "name": "Olena", "active": true, "locations": ["a", "b"], "title": { "en": "x" } });
        let after = json!({ "id": 2, "name": "Olena", "active": false, "locations": ["a"], "title": { "en": "y" } });
        let markup = difference(Tr::new(Lang::En), Some(&before), Some(&after)).into_string();
        let plain = markup.replace("<li>", "\n");
        let plain: String = plain
            .split('<')
            .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
            .collect();
        assert_eq!(
            plain.trim(),
            "active Yes → No\nlocations a, b → a\ntitle.en x → y"
        );
    }

    #[test]
    fn a_parameter_is_taken_out_of_an_address() {
        let check = |path, expected| assert_eq!(without(path, "before"), expected);
        check("/a", "/a");
        check("/a?before=x", "/a");
        check("/a?b=1&before=x&c=2", "/a?b=1&c=2");
    }
}
