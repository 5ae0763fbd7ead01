//! Every language says everything: the Fluent files of all languages define the same messages.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::Fault;
use crate::tree::{TextFile, Tree};

const FOLDER: &str = "crates/server/i18n/";
const LANGUAGES: [&str; 4] = ["en", "ru", "uk", "bg"];

pub fn check(tree: &Tree) -> Vec<Fault> {
    // What follows the language in the path (`/pages.ftl` in `en/pages.ftl`) pairs the files of all languages.
    let mut files: BTreeMap<&str, BTreeMap<&str, &TextFile>> = BTreeMap::new();
    for file in &tree.files {
        if let Some((language, rest)) = language_of(&file.path) {
            files.entry(rest).or_default().insert(language, file);
        }
    }
    let mut faults = Vec::new();
    for (rest, by_language) in &files {
        let ids: BTreeMap<&str, BTreeMap<String, usize>> = by_language
            .iter()
            .map(|(language, file)| (*language, message_ids(&file.path, &file.text, &mut faults)))
            .collect();
        let everywhere: BTreeSet<&String> = ids.values().flat_map(BTreeMap::keys).collect();
        for language in LANGUAGES {
            let path = format!("{FOLDER}{language}{rest}");
            let Some(own) = ids.get(language) else {
                faults.push(Fault::new(
                    &path,
                    1,
                    "the file is missing",
                    "translate the file of another language",
                ));
                continue;
            };
            for id in everywhere.iter().filter(|id| !own.contains_key(**id)) {
                let elsewhere = by_language
                    .iter()
                    .find_map(|(other, file)| {
                        Some(format!("{}:{}", file.path, ids[other].get(*id)?))
                    })
                    .unwrap_or_default();
                faults.push(Fault::new(
                    &path,
                    own.values().copied().max().unwrap_or(1),
                    format!("`{id}` is missing"),
                    format!("translate it from {elsewhere}, or delete it there if nothing uses it"),
                ));
            }
        }
    }
    faults
}

fn language_of(path: &str) -> Option<(&str, &str)> {
    let name = path.strip_prefix(FOLDER)?;
    let (language, rest) = name.split_at_checked(2)?;
    let ours = LANGUAGES.contains(&language)
        && rest.ends_with(".ftl")
        && rest.starts_with(['.', '/', '-', '_']);
    ours.then_some((language, rest))
}

/// The messages and their attributes (`send`, `send.title`) with the line of each. Terms (`-brand`) are left
/// out: a language may need its own.
fn message_ids(path: &str, text: &str, faults: &mut Vec<Fault>) -> BTreeMap<String, usize> {
    let mut ids = BTreeMap::new();
    let mut message: Option<&str> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let id = if line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-') {
            let name = identifier_before_equals(line.trim_start_matches('-'));
            message = name.filter(|_| !line.starts_with('-'));
            message.map(str::to_owned)
        } else if let Some(attribute) = line
            .trim_start()
            .strip_prefix('.')
            .filter(|_| line.starts_with(' '))
        {
            message
                .zip(identifier_before_equals(attribute))
                .map(|(message, name)| format!("{message}.{name}"))
        } else {
            None
        };
        if let Some(id) = id
            && let Some(first) = ids.insert(id.clone(), number)
        {
            faults.push(Fault::new(
                path,
                number,
                format!("`{id}` is defined a second time"),
                format!("keep one; the first is on line {first}"),
            ));
        }
    }
    ids
}

fn identifier_before_equals(line: &str) -> Option<&str> {
    let name = line.split_once('=')?.0.trim_end();
    let sound = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    sound.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        let mut faults = Vec::new();
        let ids = message_ids("x.ftl", text, &mut faults);
        assert_eq!(faults, []);
        ids.into_keys().collect()
    }

    #[test]
    fn messages_and_attributes_are_read_and_terms_and_variants_are_not() {
        let text = "# send = a comment\n-brand = Radost\n    .gender = f\nsend = Send\n    .title = Send it\n\
                    count = { $n ->\n    [one] { $n } answer = one\n   *[other] { $n } answers\n}\nopen_all=Open\n";
        assert_eq!(ids(text), ["count", "open_all", "send", "send.title"]);
    }

    #[test]
    fn a_message_defined_twice_is_a_fault() {
        let mut faults = Vec::new();
        message_ids("x.ftl", "a = 1\nb = 2\na = 3\n", &mut faults);
        assert_eq!(faults.len(), 1);
        assert_eq!(
            (faults[0].line, faults[0].what.as_str()),
            (3, "`a` is defined a second time")
        );
    }

    #[test]
    fn what_one_language_lacks_is_reported_in_its_own_file() {
        let tree = Tree::of(&[
            ("crates/server/i18n/en/pages.ftl", "a = 1\nb = 2\n"),
            ("crates/server/i18n/ru/pages.ftl", "b = 2\n"),
            ("crates/server/i18n/uk/pages.ftl", "a = 1\nb = 2\nc = 3\n"),
            ("crates/server/i18n/en.ftl.bak", "z = 1\n"),
        ]);
        let found: Vec<String> = check(&tree)
            .iter()
            .map(|fault| format!("{} {}", fault.file, fault.what))
            .collect();
        assert_eq!(
            found,
            [
                "crates/server/i18n/en/pages.ftl `c` is missing",
                "crates/server/i18n/ru/pages.ftl `a` is missing",
                "crates/server/i18n/ru/pages.ftl `c` is missing",
                "crates/server/i18n/bg/pages.ftl the file is missing",
            ]
        );
    }

    #[test]
    fn the_same_messages_in_every_language_pass_and_so_does_no_folder_at_all() {
        let files = LANGUAGES.map(|language| (format!("{FOLDER}{language}.ftl"), "a = 1\n"));
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (path.as_str(), *text))
            .collect();
        assert_eq!(check(&Tree::of(&files)), []);
        assert_eq!(check(&Tree::default()), []);
    }
}
