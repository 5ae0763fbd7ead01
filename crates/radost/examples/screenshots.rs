//! Pictures of the demo's pages; run by scripts/screenshot.sh.
//!
//! `screenshots FILE.png` takes the overview for the README. `screenshots --all DIR` takes every main page at the widths of
//! a desk and a phone, light and dark, in every language, for people to look at; pages named after it are taken alone.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use support::{Server, Window, browse};
use thirtyfour::prelude::*;

#[path = "../tests/support/mod.rs"]
mod support;

/// The main pages, by the name of their pictures. Pages of single things are found by following a link.
const PAGES: &[(&str, &str)] = &[
    ("overview", "/"),
    (
        "breakdown",
        "/explain/breakdown?by=location.exact&period=12-months",
    ),
    ("trend", "/explain/trend"),
    ("drivers", "/explain/drivers"),
    ("index", "/explain/index"),
    ("surveys", "/surveys"),
    ("kano", "/explain/kano?by=segment.guest_type"),
    ("segments", "/explain/segments"),
    ("tuning", "/explain/tuning"),
    ("value", "/explain/value"),
    ("survey-new", "/surveys/new"),
    ("survey", "/surveys/post-visit"),
    ("collect", "/collect"),
    ("responses", "/responses"),
    ("import", "/import"),
    ("benchmarks", "/explain/benchmarks"),
    ("benchmark-new", "/explain/benchmarks/new"),
    ("kpis", "/explain/kpis"),
    ("kpi-new", "/explain/kpis/new"),
    ("locations", "/locations"),
    ("employees", "/employees"),
    ("customers", "/customers"),
    ("users", "/settings/users"),
    ("keys", "/settings/api-keys"),
    ("workspace", "/settings/workspace"),
    ("audit", "/settings/audit"),
    ("respond", "/s/demo/post-visit"),
    ("respond-kiosk", "/s/demo/kiosk-pulse"),
    ("respond-kano", "/s/demo/new-features"),
];
/// Found by the first link on a list that leads to a single thing.
const FIRST_OF: &[(&str, &str)] = &[
    ("response", "/responses"),
    ("kpi", "/explain/kpis"),
    ("location", "/locations"),
    ("employee", "/employees"),
    ("customer", "/customers"),
];

enum Wanted {
    Overview(PathBuf),
    All(PathBuf, Vec<String>),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wanted = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [file] => Wanted::Overview(file.into()),
        ["--all", folder, ..] => Wanted::All(folder.into(), arguments[2..].to_vec()),
        _ => bail!("usage: screenshots FILE.png | --all DIR [PAGE…]"),
    };
    let server = Server::start("demo", &["--still"])?;
    browse(&server, async move |window: Window| {
        window.sign_in("admin@lypa.example", "radost-demo").await?;
        match wanted {
            Wanted::Overview(file) => {
                window.resize(1360, 1000).await?;
                window.open("/?lang=en&theme=light").await?;
                window.picture(&file, false).await
            }
            Wanted::All(folder, names) => all(&window, &folder, &names).await,
        }
    })
    .await
}

async fn all(window: &Window, folder: &Path, names: &[String]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let mut pages: Vec<(String, String)> = PAGES
        .iter()
        .map(|(name, path)| ((*name).to_owned(), (*path).to_owned()))
        .collect();
    for (name, list) in FIRST_OF {
        window.open(list).await?;
        let others = ["new", "import", "csv"];
        for link in window
            .driver
            .find_all(By::Css(format!("main a[href^='{list}/']")))
            .await?
        {
            let path = link.attr("href").await?.unwrap_or_default();
            if !others.iter().any(|other| path.ends_with(other)) {
                pages.push(((*name).to_owned(), path));
                break;
            }
        }
    }
    pages.retain(|(name, _)| names.is_empty() || names.contains(name));
    for language in ["en", "ru", "uk", "bg"] {
        for theme in ["light", "dark"] {
            for width in [1360, 390] {
                window
                    .resize(width, if width < 600 { 844 } else { 1000 })
                    .await?;
                for (name, path) in &pages {
                    let mark = if path.contains('?') { '&' } else { '?' };
                    window
                        .open(&format!("{path}{mark}lang={language}&theme={theme}"))
                        .await?;
                    let file = folder.join(format!("{name}-{language}-{theme}-{width}.png"));
                    window.picture(&file, true).await?;
                }
            }
        }
    }
    Ok(())
}
