//! Checks that read source text line by line.

use crate::fault::Fault;
use crate::tree::Tree;

/// Folders of the crates that compute and decide, and never look at the world.
const PURE: [&str; 3] = ["crates/domain/src", "crates/stats/src", "crates/text/src"];

/// What a pure crate must not say, and what it would be doing.
const IMPURE: [(&str, &str); 12] = [
    ("Timestamp::now", "reads the clock"),
    ("Zoned::now", "reads the clock"),
    ("SystemTime", "reads the clock"),
    ("Instant::now", "reads the clock"),
    ("TimeZone::system", "reads the machine's time zone"),
    ("Uuid::now_v7", "makes an id out of the clock"),
    ("Uuid::new_v4", "makes a random id"),
    ("std::fs", "touches the disk"),
    ("std::net", "touches the network"),
    ("std::env", "reads the environment"),
    ("std::process", "starts or ends a process"),
    ("tokio::", "is asynchronous"),
];

pub fn check_pure(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in PURE.iter().flat_map(|folder| tree.rust(folder)) {
        for (line, text) in file.code() {
            for (token, what) in IMPURE.iter().filter(|(token, _)| text.contains(token)) {
                faults.push(Fault::new(
                    &file.path,
                    line,
                    format!("a pure crate {what}: `{token}`"),
                    "let the caller in app or the binary do it and pass the result as an argument",
                ));
            }
        }
    }
    faults
}

/// Folders where records are reached through the store's methods only.
const NO_SQL: [&str; 4] = [
    "crates/domain/src",
    "crates/app/src",
    "crates/server/src",
    "crates/radost/src",
];

pub fn check_sql(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in NO_SQL.iter().flat_map(|folder| tree.rust(folder)) {
        for (line, text) in file.code() {
            let what = if text.contains("sqlx::") {
                "sqlx outside the store"
            } else if has_sql(text) {
                "SQL outside the store"
            } else {
                continue;
            };
            faults.push(Fault::new(
                &file.path,
                line,
                what,
                "give crates/store a method named for what is wanted, with the SQL beside it, and call that",
            ));
        }
    }
    faults
}

/// Whether a line writes SQL: keywords in capitals, as the store writes them.
fn has_sql(line: &str) -> bool {
    let follows = |first: &str, second: &str| {
        line.split_once(first).is_some_and(|(before, after)| {
            !before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && after.contains(second)
        })
    };
    follows("SELECT ", " FROM ")
        || follows("INSERT INTO ", "")
        || follows("DELETE FROM ", "")
        || follows("UPDATE ", " SET ")
        || follows("CREATE TABLE ", "")
        || follows("ALTER TABLE ", "")
}

pub fn check_names(tree: &Tree) -> Vec<Fault> {
    let vague = |stem: &str| ["util", "utils", "common", "helper", "helpers"].contains(&stem);
    tree.files
        .iter()
        .filter(|file| {
            let mut parts = file.path.strip_suffix(".rs").unwrap_or("").rsplit('/');
            match parts.next() {
                Some("mod") => parts.next().is_some_and(vague),
                Some(stem) => vague(stem),
                None => false,
            }
        })
        .map(|file| {
            Fault::new(
                &file.path,
                1,
                "a file name that says nothing",
                "name the file after the one idea it holds",
            )
        })
        .collect()
}

/// Folders of the machines the code was written on. Split, so that this file passes its own check.
const MACHINE_PATHS: [&str; 2] = [concat!("/wo", "rk/"), concat!("/ro", "ot/")];

pub fn check_paths(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in &tree.files {
        for (line, text) in (1..).zip(file.text.lines()) {
            for path in MACHINE_PATHS.iter().filter(|path| names_path(text, path)) {
                faults.push(Fault::new(
                    &file.path,
                    line,
                    format!("a path of one particular machine, `{path}…`"),
                    "write it relative to the repository, or take it from an argument or the environment",
                ));
            }
        }
    }
    faults
}

/// Whether `path` stands in `line` as the beginning of a path, not inside a longer one or a URL.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        !line[..at].ends_with(|c: char| {
            c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '~' | '/' | '}' | ')')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(faults: &[Fault]) -> Vec<String> {
        faults
            .iter()
            .map(|fault| format!("{}:{}", fault.file, fault.line))
            .collect()
    }

    #[test]
    fn a_clock_in_the_domain_is_found_and_one_in_the_binary_is_not() {
        let tree = Tree::of(&[
            (
                "crates/domain/src/a.rs",
                "// Timestamp::now in words\nlet now = jiff::Timestamp::now();\n",
            ),
            (
                "crates/stats/src/lib.rs",
                "use std::fs;\n#[cfg(test)]\nmod tests { use std::env; }\n",
            ),
            (
                "crates/radost/src/main.rs",
                "let now = jiff::Timestamp::now();\n",
            ),
        ]);
        let faults = check_pure(&tree);
        assert_eq!(
            places(&faults),
            ["crates/domain/src/a.rs:2", "crates/stats/src/lib.rs:1"]
        );
        assert_eq!(
            faults[0].what,
            "a pure crate reads the clock: `Timestamp::now`"
        );
    }

    #[test]
    fn sql_and_sqlx_belong_to_the_store() {
        let tree = Tree::of(&[
            ("crates/app/src/a.rs", "use sqlx::Row;\n"),
            (
                "crates/server/src/b.rs",
                "\nrun(\"SELECT id FROM survey\")\n",
            ),
            (
                "crates/store/src/c.rs",
                "use sqlx::Row;\n\"DELETE FROM survey\"\n",
            ),
        ]);
        assert_eq!(
            places(&check_sql(&tree)),
            ["crates/app/src/a.rs:1", "crates/server/src/b.rs:2"]
        );
    }

    #[test]
    fn sql_is_told_from_prose_and_names() {
        let cases = [
            ("SELECT a FROM b", true),
            ("\"INSERT INTO survey (id) VALUES ($1)\"", true),
            ("UPDATE survey SET title = $1", true),
            ("CREATE TABLE survey (", true),
            ("select one from the list", false),
            ("SELECT one", false),
            ("const MULTI_SELECT : &str = \" FROM \";", false),
            ("UPDATE available", false),
        ];
        for (line, expected) in cases {
            assert_eq!(has_sql(line), expected, "{line}");
        }
    }

    #[test]
    fn vague_file_names_are_found_in_both_module_layouts() {
        let tree = Tree::of(&[
            ("crates/app/src/utils.rs", ""),
            ("crates/app/tests/common/mod.rs", ""),
            ("crates/app/src/common_cold.rs", ""),
            ("crates/app/src/mod.rs", ""),
            ("common.md", ""),
        ]);
        assert_eq!(
            places(&check_names(&tree)),
            [
                "crates/app/src/utils.rs:1",
                "crates/app/tests/common/mod.rs:1"
            ]
        );
    }

    #[test]
    fn machine_paths_are_told_from_longer_paths() {
        let [first, second] = MACHINE_PATHS;
        let tree = Tree::of(&[(
            "a.md",
            &format!(
                "see {first}x\nfine: a{first}x\n\"{second}y\"\nhttps://example.org{first}\n{first}"
            ),
        )]);
        assert_eq!(places(&check_paths(&tree)), ["a.md:1", "a.md:3", "a.md:5"]);
    }
}
