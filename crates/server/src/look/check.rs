//! What every page of the staff side must keep. Page tests call [`strict`] on the rendered document.

use std::collections::{HashMap, HashSet};

/// Elements without an end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Faults of a whole page, in words; empty when there are none.
///
/// Checked: one `h1`; `<html lang>` and a `<title>`; no `style=`, no `<style>`, no `on…=`, no script without `src` (the
/// content security policy would drop them); ids unique; every `for`, `aria-labelledby`, `aria-describedby` and
/// `href="#…"` leads to an id; every visible input has a label; every `img` an `alt`; every `svg` hidden or named;
/// posting forms carry a CSRF field; tags balanced.
#[must_use]
pub fn strict(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !html.starts_with("<!DOCTYPE html>") {
        faults.push("the document does not begin with <!DOCTYPE html>".to_owned());
    }
    let tags = tags(html, &mut faults);

    let mut ids: HashMap<&str, usize> = HashMap::new();
    for id in tags.iter().filter_map(|tag| tag.attr("id")) {
        *ids.entry(id).or_default() += 1;
    }
    faults.extend(
        ids.iter()
            .filter(|(_, n)| **n > 1)
            .map(|(id, n)| format!("id \"{id}\" is used {n} times")),
    );

    let headings = tags.iter().filter(|tag| tag.opens("h1")).count();
    if headings != 1 {
        faults.push(format!("the page has {headings} h1, not one"));
    }
    if !tags
        .iter()
        .any(|tag| tag.opens("html") && tag.attr("lang").is_some_and(|lang| !lang.is_empty()))
    {
        faults.push("<html> has no lang".to_owned());
    }
    if !html.contains("<title>") {
        faults.push("the page has no <title>".to_owned());
    }

    let labelled: HashSet<&str> = tags
        .iter()
        .filter(|tag| tag.opens("label"))
        .filter_map(|tag| tag.attr("for"))
        .collect();
    for tag in tags.iter().filter(|tag| !tag.closing) {
        check_policy(tag, &mut faults);
        check_references(tag, &ids, &mut faults);
        check_names(tag, &labelled, &mut faults);
    }
    check_nesting(&tags, &mut faults);
    faults
}

fn check_policy(tag: &Tag, faults: &mut Vec<String>) {
    if tag.name == "style" || tag.attr("style").is_some() {
        faults.push(format!("inline style in {tag}"));
    }
    if tag.name == "script" && tag.attr("src").is_none() {
        faults.push("a <script> without src".to_owned());
    }
    for (name, value) in &tag.attrs {
        if name.starts_with("on") {
            faults.push(format!("inline handler {name} in {tag}"));
        }
        if matches!(*name, "href" | "src" | "action")
            && value
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("javascript:")
        {
            faults.push(format!("a javascript: address in {tag}"));
        }
    }
}

fn check_references(tag: &Tag, ids: &HashMap<&str, usize>, faults: &mut Vec<String>) {
    for name in [
        "for",
        "aria-labelledby",
        "aria-describedby",
        "aria-controls",
        "list",
    ] {
        for id in tag.attr(name).into_iter().flat_map(str::split_whitespace) {
            if !ids.contains_key(id) {
                faults.push(format!("{name}=\"{id}\" leads to no id"));
            }
        }
    }
    if tag.name == "a"
        && let Some(id) = tag.attr("href").and_then(|href| href.strip_prefix('#'))
        && !ids.contains_key(id)
    {
        faults.push(format!("href=\"#{id}\" leads to no id"));
    }
}

fn check_names(tag: &Tag, labelled: &HashSet<&str>, faults: &mut Vec<String>) {
    let named = tag.attr("aria-label").is_some() || tag.attr("aria-labelledby").is_some();
    match tag.name {
        "input" | "select" | "textarea" => {
            let silent = matches!(tag.attr("type"), Some("hidden" | "submit" | "button"));
            if !silent && !named && !tag.attr("id").is_some_and(|id| labelled.contains(id)) {
                faults.push(format!("no label for {tag}"));
            }
        }
        "img" if tag.attr("alt").is_none() => faults.push(format!("no alt in {tag}")),
        "svg" if tag.attr("role") == Some("img") && !named => {
            faults.push(format!("no name for {tag}"))
        }
        _ => {}
    }
}

fn check_nesting(tags: &[Tag], faults: &mut Vec<String>) {
    let mut open: Vec<&str> = Vec::new();
    let mut posting: Option<bool> = None;
    for tag in tags {
        if tag.closing {
            if tag.name == "form"
                && let Some(false) = posting.take()
            {
                faults.push("a posting form without its csrf field".to_owned());
            }
            match open.pop() {
                Some(expected) if expected == tag.name => {}
                found => faults.push(format!(
                    "</{}> closes {}",
                    tag.name,
                    found.unwrap_or("nothing")
                )),
            }
            continue;
        }
        if tag.name == "form"
            && tag
                .attr("method")
                .is_some_and(|m| m.eq_ignore_ascii_case("post"))
        {
            posting = Some(false);
        }
        if tag.name == "input" && tag.attr("name") == Some("csrf") && posting.is_some() {
            posting = Some(true);
        }
        if !tag.self_closed && !VOID.contains(&tag.name) {
            open.push(tag.name);
        }
    }
    if !open.is_empty() {
        faults.push(format!("never closed: {open:?}"));
    }
}

#[derive(Debug)]
struct Tag<'a> {
    name: &'a str,
    attrs: Vec<(&'a str, &'a str)>,
    closing: bool,
    self_closed: bool,
}

impl<'a> Tag<'a> {
    fn attr(&self, name: &str) -> Option<&'a str> {
        self.attrs
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, value)| *value)
    }

    fn opens(&self, name: &str) -> bool {
        !self.closing && self.name == name
    }
}

impl std::fmt::Display for Tag<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{}", self.name)?;
        for (name, value) in &self.attrs {
            write!(f, " {name}=\"{value}\"")?;
        }
        f.write_str(">")
    }
}

/// The tags of a document as our own writers make them: attributes in double quotes, text escaped. Not a parser for
/// foreign HTML; what it cannot read is a fault.
fn tags<'a>(html: &'a str, faults: &mut Vec<String>) -> Vec<Tag<'a>> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with('!') || rest.starts_with('?') {
            rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
            continue;
        }
        let closing = rest.starts_with('/');
        let body = if closing { &rest[1..] } else { rest };
        let name_end = body
            .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
            .unwrap_or(body.len());
        let mut tag = Tag {
            name: &body[..name_end],
            attrs: Vec::new(),
            closing,
            self_closed: false,
        };
        let mut tail = &body[name_end..];
        loop {
            tail = tail.trim_start();
            if let Some(after) = tail.strip_prefix('>') {
                tail = after;
                break;
            }
            if let Some(after) = tail.strip_prefix("/>") {
                tag.self_closed = true;
                tail = after;
                break;
            }
            let name_end = tail
                .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))
                .unwrap_or(tail.len());
            if name_end == 0 {
                faults.push(format!("unreadable tag <{}", tag.name));
                return found;
            }
            let name = &tail[..name_end];
            tail = &tail[name_end..];
            let value = match tail.strip_prefix("=\"") {
                Some(quoted) => {
                    let Some(end) = quoted.find('"') else {
                        faults.push(format!("unreadable attribute {name} in <{}", tag.name));
                        return found;
                    };
                    tail = &quoted[end + 1..];
                    &quoted[..end]
                }
                None => "",
            };
            tag.attrs.push((name, value));
        }
        found.push(tag);
        rest = tail;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::strict;

    fn page(body: &str) -> String {
        format!(
            "<!DOCTYPE html><html lang=\"en\"><head><title>t</title></head><body><h1>t</h1>{body}</body></html>"
        )
    }

    #[test]
    fn a_good_page_has_no_faults() {
        let body = r#"<form method="post" action="/x"><input type="hidden" name="csrf" value="1"><label for="a">A</label>
            <input id="a" name="a"></form><img src="/a.png" alt=""><a href="?x=1&amp;y=2">link</a>"#;
        assert_eq!(strict(&page(body)), Vec::<String>::new());
    }

    #[test]
    fn every_fault_is_found() {
        let check = |body: &str, expected: &str| {
            let faults = strict(&page(body));
            assert!(
                faults.iter().any(|fault| fault.contains(expected)),
                "{expected}: {faults:?}"
            );
        };
        check("<h1>again</h1>", "2 h1");
        check(r#"<p style="color:red">x</p>"#, "inline style");
        check("<script>alert(1)</script>", "script");
        check(r#"<p onclick="x()">x</p>"#, "inline handler");
        check(r#"<p id="a"></p><p id="a"></p>"#, "used 2 times");
        check(r#"<label for="nowhere">x</label>"#, "leads to no id");
        check(r##"<a href="#nowhere">x</a>"##, "leads to no id");
        check(r#"<input name="a">"#, "no label");
        check(r#"<form method="post"></form>"#, "csrf");
        check("<div><p></div>", "closes");
        check(r#"<a href="javascript:x()">x</a>"#, "javascript:");
        check(r#"<svg role="img"></svg>"#, "no name");
        assert!(strict("<html><body></body></html>").len() >= 4);
    }
}
