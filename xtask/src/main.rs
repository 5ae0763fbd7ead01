//! Checks of the house itself. `cargo xtask tidy` holds what ARCHITECTURE.md promises and no compiler sees.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line program"
)]

mod edges;
mod fault;
mod fluent;
mod sources;
mod tree;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use fault::Fault;
use tree::Tree;

const USAGE: &str = "usage: cargo xtask tidy    check what ARCHITECTURE.md promises";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tidy"] => tidy(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(64);
        }
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn tidy() -> anyhow::Result<ExitCode> {
    // Asked when it runs: a compiled path would be that of whichever clone filled the shared target directory.
    let own = std::env::var_os("CARGO_MANIFEST_DIR").context("run it as `cargo xtask`")?;
    let root = Path::new(&own)
        .parent()
        .context("xtask lives in the workspace")?;
    let tree = Tree::read(root)?;
    let workspace = edges::Workspace::read(root)?;

    let checks = [
        ("edges", edges::check(&tree, &workspace)),
        (
            "pure",
            [
                edges::check_pure(&tree, &workspace),
                sources::check_pure(&tree),
            ]
            .concat(),
        ),
        (
            "sql",
            [
                edges::check_sql(&tree, &workspace),
                sources::check_sql(&tree),
            ]
            .concat(),
        ),
        ("fluent", fluent::check(&tree)),
        ("names", sources::check_names(&tree)),
        ("paths", sources::check_paths(&tree)),
    ];
    for (name, faults) in &checks {
        match faults.len() {
            0 => println!("{name}: ok"),
            1 => println!("{name}: 1 fault"),
            n => println!("{name}: {n} faults"),
        }
        for fault in faults {
            println!("{fault}");
        }
    }
    let sound = checks
        .iter()
        .all(|(_, faults): &(_, Vec<Fault>)| faults.is_empty());
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
