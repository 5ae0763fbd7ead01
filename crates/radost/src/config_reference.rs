//! The configuration reference, written from the command line itself so that it cannot disagree with it.

use std::fmt::Write;

use clap::{Arg, ArgAction, Command, CommandFactory};

use crate::Cli;

/// Prints `docs/CONFIG.md`.
#[expect(clippy::print_stdout, reason = "commands answer on standard output")]
pub(crate) fn print() -> anyhow::Result<()> {
    print!("{}", reference());
    Ok(())
}

const BEGINNING: &str = "\
# Configuration

Everything is set on the command line or, where a variable is named, in the environment; the command line wins. There is no
configuration file. This page is written by `radost config-reference`.

";

fn reference() -> String {
    let mut command = Cli::command();
    command.build();
    let mut page = BEGINNING.to_owned();
    page.push_str("## Every command\n\n");
    table(
        &mut page,
        command.get_arguments().filter(|arg| arg.is_global_set()),
    );
    describe(&mut page, "radost", &command);
    while page.ends_with("\n\n") {
        page.pop();
    }
    page
}

fn describe(page: &mut String, above: &str, command: &Command) {
    for sub in command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set() && sub.get_name() != "help")
    {
        let name = format!("{above} {}", sub.get_name());
        if sub.has_subcommands() {
            describe(page, &name, sub);
            continue;
        }
        let _ = writeln!(page, "## {name}\n");
        if let Some(about) = sub.get_about() {
            let _ = writeln!(page, "{about}.\n");
        }
        let of_every_command = |arg: &&Arg| matches!(arg.get_id().as_str(), "log");
        table(
            page,
            sub.get_arguments().filter(|arg| !of_every_command(arg)),
        );
    }
}

fn table<'a>(page: &mut String, args: impl Iterator<Item = &'a Arg>) {
    let shown =
        |arg: &&Arg| !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version");
    let rows: Vec<String> = args.filter(shown).map(row).collect();
    if rows.is_empty() {
        return;
    }
    page.push_str("| option | variable | default | meaning |\n|---|---|---|---|\n");
    page.extend(rows);
    page.push('\n');
}

fn row(arg: &Arg) -> String {
    let code = |text: &str| format!("`{text}`");
    let takes_value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let value = arg
        .get_value_names()
        .and_then(|names| names.first())
        .map_or("", |name| name.as_str());
    let option = match arg.get_long() {
        Some(long) if takes_value => format!("--{long} {value}"),
        Some(long) => format!("--{long}"),
        None => value.to_owned(),
    };
    let variable = arg
        .get_env()
        .map_or(String::new(), |name| code(&name.to_string_lossy()));
    let default: Vec<String> = arg
        .get_default_values()
        .iter()
        .map(|value| code(&value.to_string_lossy()))
        .collect();
    let default = match takes_value {
        true if arg.is_required_set() => "required".to_owned(),
        true => default.join(", "),
        false => String::new(),
    };
    let meaning = arg.get_help().map(ToString::to_string).unwrap_or_default();
    format!(
        "| {} | {variable} | {default} | {} |\n",
        code(&option),
        meaning.replace('|', "\\|")
    )
}
