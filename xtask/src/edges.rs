//! Which crate may depend on which: `cargo metadata` against what ARCHITECTURE.md draws.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::fault::Fault;
use crate::tree::Tree;

const DRAWING: &str = "ARCHITECTURE.md";

/// The workspace as cargo sees it.
#[derive(Debug, Default)]
pub struct Workspace {
    crates: Vec<Crate>,
    /// Names of what each package, ours or not, is linked with, tests aside.
    links: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug, Default)]
struct Crate {
    name: String,
    /// From the root of the repository.
    manifest: String,
    /// All normal and build dependencies by name, ours and others'.
    uses: BTreeSet<String>,
    tests_with: BTreeSet<String>,
}

impl Workspace {
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        // Without a platform, cargo would fetch the packages of every other one.
        let output = Command::new(cargo)
            .args([
                "metadata",
                "--format-version",
                "1",
                "--filter-platform",
                &host()?,
            ])
            .current_dir(root)
            .output()
            .context("running cargo metadata")?;
        ensure!(
            output.status.success(),
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        let metadata = serde_json::from_slice(&output.stdout).context("reading cargo metadata")?;
        Self::from_metadata(&metadata)
    }

    fn from_metadata(metadata: &Value) -> anyhow::Result<Self> {
        let root = text(metadata, "workspace_root")?;
        let members: BTreeSet<&str> = list(metadata, "workspace_members")
            .filter_map(Value::as_str)
            .collect();
        let mut names = BTreeMap::new();
        let mut crates = Vec::new();
        for package in list(metadata, "packages") {
            let (id, name) = (text(package, "id")?, text(package, "name")?);
            names.insert(id, name);
            if !members.contains(id) {
                continue;
            }
            let manifest = text(package, "manifest_path")?;
            let mut one = Crate {
                name: name.to_owned(),
                manifest: manifest
                    .strip_prefix(root)
                    .unwrap_or(manifest)
                    .trim_start_matches('/')
                    .to_owned(),
                ..Crate::default()
            };
            for dependency in list(package, "dependencies") {
                let kind = if dependency["kind"] == "dev" {
                    &mut one.tests_with
                } else {
                    &mut one.uses
                };
                kind.insert(text(dependency, "name")?.to_owned());
            }
            crates.push(one);
        }
        let mut links: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in list(&metadata["resolve"], "nodes") {
            let linked = list(node, "deps")
                .filter(|dep| list(dep, "dep_kinds").any(|kind| kind["kind"] != "dev"))
                .filter_map(|dep| names.get(dep["pkg"].as_str()?))
                .map(|name| (*name).to_owned());
            let name = names
                .get(text(node, "id")?)
                .context("a resolved package is listed")?;
            links.entry((*name).to_owned()).or_default().extend(linked);
        }
        Ok(Self { crates, links })
    }

    /// The names in `names` that are crates of this workspace.
    fn ours<'a>(&'a self, names: &'a BTreeSet<String>) -> impl Iterator<Item = &'a String> {
        names
            .iter()
            .filter(|name| self.crates.iter().any(|one| one.name == **name))
    }

    /// A shortest chain of dependencies from `from` to a package of `targets`.
    fn path_to(&self, from: &str, targets: &[&str]) -> Option<Vec<String>> {
        let mut seen = BTreeSet::from([from.to_owned()]);
        let mut paths = std::collections::VecDeque::from([vec![from.to_owned()]]);
        while let Some(path) = paths.pop_front() {
            let last = path.last()?;
            if path.len() > 1 && targets.contains(&last.as_str()) {
                return Some(path);
            }
            for next in self.links.get(last).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    paths.push_back([path.as_slice(), std::slice::from_ref(next)].concat());
                }
            }
        }
        None
    }
}

/// The platform we run on, as rustc names it.
fn host() -> anyhow::Result<String> {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .context("running rustc")?;
    let version = String::from_utf8_lossy(&output.stdout);
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}

fn text<'a>(value: &'a Value, key: &str) -> anyhow::Result<&'a str> {
    value[key]
        .as_str()
        .with_context(|| format!("cargo metadata has no `{key}`"))
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

/// What ARCHITECTURE.md draws, with the line of each crate.
#[derive(Debug, Default, PartialEq, Eq)]
struct Drawing {
    edges: BTreeMap<String, (usize, BTreeSet<String>)>,
    tests: BTreeMap<String, (usize, BTreeSet<String>)>,
    /// Where the block of edges begins.
    line: usize,
}

impl Drawing {
    /// Reads the fenced blocks `edges` and `dev-edges`, one `crate -> crate, crate` or `crate -> (none)` a line.
    fn parse(markdown: &str) -> Result<Self, Vec<Fault>> {
        let mut drawing = Self {
            line: 1,
            ..Self::default()
        };
        let mut faults = Vec::new();
        let mut fence = None;
        let mut drawn = false;
        for (number, line) in (1..).zip(markdown.lines().map(str::trim)) {
            if let Some(info) = line.strip_prefix("```") {
                fence = fence.is_none().then_some(info);
                if fence == Some("edges") {
                    (drawing.line, drawn) = (number, true);
                }
                continue;
            }
            let block = match fence {
                Some("edges") => &mut drawing.edges,
                Some("dev-edges") => &mut drawing.tests,
                _ => continue,
            };
            if line.is_empty() {
                continue;
            }
            let Some((from, to)) = line.split_once("->") else {
                faults.push(Fault::new(
                    DRAWING,
                    number,
                    format!("not an edge: `{line}`"),
                    "write `crate -> crate, crate` or `crate -> (none)`",
                ));
                continue;
            };
            let to = to
                .split(',')
                .map(str::trim)
                .filter(|name| *name != "(none)")
                .map(str::to_owned)
                .collect();
            if block.insert(from.trim().to_owned(), (number, to)).is_some() {
                faults.push(Fault::new(
                    DRAWING,
                    number,
                    format!("`{}` is drawn twice", from.trim()),
                    "put all its edges on one line",
                ));
            }
        }
        if !drawn {
            faults.push(Fault::new(
                DRAWING,
                1,
                "no block of edges",
                "draw the crates in a fenced block that opens with ```edges",
            ));
        }
        if faults.is_empty() {
            Ok(drawing)
        } else {
            Err(faults)
        }
    }
}

pub fn check(tree: &Tree, workspace: &Workspace) -> Vec<Fault> {
    let Some(page) = tree.file(DRAWING) else {
        return vec![Fault::new(
            DRAWING,
            1,
            "the page is missing",
            "write it: it draws which crate may use which",
        )];
    };
    match Drawing::parse(&page.text) {
        Ok(drawing) => compare(tree, workspace, &drawing),
        Err(faults) => faults,
    }
}

fn compare(tree: &Tree, workspace: &Workspace, drawing: &Drawing) -> Vec<Fault> {
    let mut faults = Vec::new();
    let nothing = BTreeSet::new();
    for one in &workspace.crates {
        let name = &one.name;
        let Some((line, drawn)) = drawing.edges.get(name) else {
            faults.push(Fault::new(
                DRAWING,
                drawing.line,
                format!("the crate `{name}` is not drawn"),
                format!("add the line `{name} -> …` with the crates it may use"),
            ));
            continue;
        };
        for other in workspace
            .ours(&one.uses)
            .filter(|other| !drawn.contains(*other))
        {
            faults.push(Fault::new(
                &one.manifest,
                line_in(tree, &one.manifest, other),
                format!("an arrow that is not drawn: {name} -> {other}"),
                format!("go through a crate that {name} may use; if the design has changed, draw it in {DRAWING}"),
            ));
        }
        for other in drawn.iter().filter(|other| !one.uses.contains(*other)) {
            faults.push(Fault::new(
                DRAWING,
                *line,
                format!("an arrow that is not there: {name} -> {other}"),
                "take it out of the drawing",
            ));
        }
        let drawn_for_tests = drawing.tests.get(name).map_or(&nothing, |(_, drawn)| drawn);
        for other in workspace
            .ours(&one.tests_with)
            .filter(|other| *other != name)
        {
            if !drawn.contains(other) && !drawn_for_tests.contains(other) {
                faults.push(Fault::new(
                    &one.manifest,
                    line_in(tree, &one.manifest, other),
                    format!("an arrow of tests that is not drawn: {name} -> {other}"),
                    format!("test through the crates that {name} may use, or draw it in the dev-edges of {DRAWING}"),
                ));
            }
        }
    }
    for (name, (line, _)) in drawing.edges.iter().chain(&drawing.tests) {
        if !workspace.crates.iter().any(|one| one.name == *name) {
            faults.push(Fault::new(
                DRAWING,
                *line,
                format!("there is no crate `{name}`"),
                "take out its line",
            ));
        }
    }
    faults
}

/// Crates that only compute and decide, and what must be nowhere beneath them.
const PURE: [&str; 3] = ["radost-domain", "radost-stats", "radost-text"];
const WORLD: [&str; 7] = [
    "tokio",
    "async-std",
    "mio",
    "sqlx",
    "axum",
    "hyper",
    "reqwest",
];

pub fn check_pure(tree: &Tree, workspace: &Workspace) -> Vec<Fault> {
    let pure = workspace
        .crates
        .iter()
        .filter(|one| PURE.contains(&one.name.as_str()));
    pure.filter_map(|one| {
        let path = workspace.path_to(&one.name, &WORLD)?;
        Some(Fault::new(
            &one.manifest,
            line_in(tree, &one.manifest, path.get(1)?),
            format!("a pure crate reaches the world: {}", path.join(" -> ")),
            "leave that dependency, or the feature that brings it, to app or the binary",
        ))
    })
    .collect()
}

pub fn check_sql(tree: &Tree, workspace: &Workspace) -> Vec<Fault> {
    let others = workspace
        .crates
        .iter()
        .filter(|one| !["radost-store", "radost-bench"].contains(&one.name.as_str()));
    others
        .filter(|one| one.uses.contains("sqlx") || one.tests_with.contains("sqlx"))
        .map(|one| {
            Fault::new(
                &one.manifest,
                line_in(tree, &one.manifest, "sqlx"),
                format!("`{}` depends on sqlx", one.name),
                "reach records through the methods of crates/store",
            )
        })
        .collect()
}

fn line_in(tree: &Tree, manifest: &str, dependency: &str) -> usize {
    tree.file(manifest)
        .map_or(1, |file| file.line_of(dependency))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn one(name: &str, uses: &[&str], tests_with: &[&str]) -> Crate {
        let manifest = format!("crates/{name}/Cargo.toml");
        Crate {
            name: name.to_owned(),
            manifest,
            uses: names(uses),
            tests_with: names(tests_with),
        }
    }

    fn check(crates: Vec<Crate>, markdown: &str) -> Vec<String> {
        let manifest = "[dependencies]\ndomain.workspace = true\nstore.workspace = true\n";
        let tree = Tree::of(&[(DRAWING, markdown), ("crates/store/Cargo.toml", manifest)]);
        let faults = super::check(
            &tree,
            &Workspace {
                crates,
                ..Workspace::default()
            },
        );
        faults
            .iter()
            .map(|fault| format!("{}:{} {}", fault.file, fault.line, fault.what))
            .collect()
    }

    const DRAWN: &str = "# Page\n```edges\ndomain -> (none)\nstore -> domain\n```\n```dev-edges\nstore -> app\n```\n\
                         ```text\nelse -> where\n```\n";

    #[test]
    fn what_is_drawn_passes() {
        let crates = vec![
            one("domain", &["serde"], &[]),
            one("store", &["domain", "sqlx"], &["store", "domain"]),
        ];
        assert_eq!(check(crates, DRAWN), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_that_is_not_drawn_is_found_in_the_manifest() {
        let crates = vec![
            one("domain", &[], &["store"]),
            one("store", &["domain", "app"], &[]),
            one("app", &[], &[]),
        ];
        assert_eq!(
            check(crates, DRAWN),
            [
                "crates/domain/Cargo.toml:1 an arrow of tests that is not drawn: domain -> store",
                "crates/store/Cargo.toml:1 an arrow that is not drawn: store -> app",
                "ARCHITECTURE.md:2 the crate `app` is not drawn",
            ]
        );
    }

    #[test]
    fn the_place_is_the_line_of_the_dependency() {
        let page = "```edges\nstore -> (none)\ndomain -> (none)\n```\n";
        let crates = vec![one("domain", &[], &[]), one("store", &["domain"], &[])];
        assert_eq!(
            check(crates, page),
            ["crates/store/Cargo.toml:2 an arrow that is not drawn: store -> domain"]
        );
    }

    #[test]
    fn a_drawing_of_what_is_not_there_is_stale() {
        let crates = vec![one("store", &[], &[])];
        assert_eq!(
            check(crates, DRAWN),
            [
                "ARCHITECTURE.md:4 an arrow that is not there: store -> domain",
                "ARCHITECTURE.md:3 there is no crate `domain`"
            ]
        );
    }

    #[test]
    fn a_page_without_a_drawing_or_with_a_broken_one_is_a_fault() {
        assert_eq!(
            check(Vec::new(), "# Page\n"),
            ["ARCHITECTURE.md:1 no block of edges"]
        );
        assert_eq!(
            check(Vec::new(), "```edges\nstore: domain\n```\n"),
            ["ARCHITECTURE.md:2 not an edge: `store: domain`"]
        );
        assert_eq!(
            check(Vec::new(), "```edges\na -> b\na -> c\n```\n"),
            ["ARCHITECTURE.md:3 `a` is drawn twice"]
        );
    }

    /// domain is linked with time, which is linked with tokio; its tests use axum.
    fn metadata() -> Value {
        json!({
            "workspace_root": "/repository",
            "workspace_members": ["d#1"],
            "packages": [
                { "id": "d#1", "name": "radost-domain", "manifest_path": "/repository/crates/domain/Cargo.toml",
                  "dependencies": [{ "name": "time", "kind": null }, { "name": "axum", "kind": "dev" }] },
                { "id": "t#1", "name": "time", "manifest_path": "/registry/time/Cargo.toml", "dependencies": [] },
                { "id": "a#1", "name": "axum", "manifest_path": "/registry/axum/Cargo.toml", "dependencies": [] },
                { "id": "k#1", "name": "tokio", "manifest_path": "/registry/tokio/Cargo.toml", "dependencies": [] },
            ],
            "resolve": { "nodes": [
                { "id": "d#1", "deps": [
                    { "pkg": "a#1", "dep_kinds": [{ "kind": "dev" }] },
                    { "pkg": "t#1", "dep_kinds": [{ "kind": null }] } ] },
                { "id": "t#1", "deps": [{ "pkg": "k#1", "dep_kinds": [{ "kind": "build" }, { "kind": null }] }] },
            ] },
        })
    }

    #[test]
    fn cargo_metadata_is_read_with_kinds_and_relative_manifests() {
        let workspace = Workspace::from_metadata(&metadata()).unwrap();
        assert_eq!(workspace.crates.len(), 1);
        assert_eq!(workspace.crates[0].manifest, "crates/domain/Cargo.toml");
        assert_eq!(workspace.crates[0].uses, names(&["time"]));
        assert_eq!(workspace.crates[0].tests_with, names(&["axum"]));
        assert_eq!(workspace.links["radost-domain"], names(&["time"]));
    }

    #[test]
    fn a_runtime_beneath_the_domain_is_found_through_others_and_tests_do_not_count() {
        let workspace = Workspace::from_metadata(&metadata()).unwrap();
        let tree = Tree::of(&[(
            "crates/domain/Cargo.toml",
            "[dependencies]\nuuid = \"1\"\ntime = \"1\"\n",
        )]);
        let faults = check_pure(&tree, &workspace);
        assert_eq!(faults.len(), 1);
        assert_eq!(
            (faults[0].file.as_str(), faults[0].line),
            ("crates/domain/Cargo.toml", 3)
        );
        assert_eq!(
            faults[0].what,
            "a pure crate reaches the world: radost-domain -> time -> tokio"
        );
    }

    #[test]
    fn sqlx_is_the_store_s_alone() {
        let crates = vec![
            one("radost-store", &["sqlx"], &[]),
            one("radost-app", &[], &["sqlx"]),
        ];
        let faults = check_sql(
            &Tree::default(),
            &Workspace {
                crates,
                ..Workspace::default()
            },
        );
        let found: Vec<&str> = faults.iter().map(|fault| fault.what.as_str()).collect();
        assert_eq!(found, ["`radost-app` depends on sqlx"]);
    }
}
