//! Commands of the machine's own console: whoever can read the database needs no password.
#![expect(clippy::print_stdout, reason = "commands answer on standard output")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use radost_app::access::NewPerson;
use radost_app::domain::access::{Actor, EmailAddress, Permission, Role};
use radost_app::domain::{Language, Slug, listen};
use radost_app::lake::Lake;
use radost_app::listen::NewSurvey;
use radost_app::{App, AppError};

use crate::{Place, open};

/// In which workspace.
#[derive(Debug, Args)]
pub(crate) struct Within {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The workspace.
    #[arg(long, env = "RADOST_WORKSPACE", default_value = "main")]
    workspace: String,
}

impl Within {
    pub(crate) async fn open(&self) -> anyhow::Result<(Arc<App>, Actor)> {
        self.open_beside(None).await
    }

    /// The same with a lake that is asked for numbers.
    pub(crate) async fn open_beside(
        &self,
        lake: Option<Lake>,
    ) -> anyhow::Result<(Arc<App>, Actor)> {
        let app = open(&self.place, lake).await?;
        match app.console(&self.workspace).await {
            Ok(actor) => Ok((app, actor)),
            Err(AppError::NotFound(_)) => {
                let known: Vec<String> = app
                    .workspaces()
                    .await?
                    .into_iter()
                    .map(|w| w.slug.to_string())
                    .collect();
                let known = if known.is_empty() {
                    "there is none yet (`radost workspace add`, or the first `radost serve`)"
                        .to_owned()
                } else {
                    format!("there are: {}", known.join(", "))
                };
                bail!("there is no workspace `{}`; {known}", self.workspace)
            }
            Err(error) => Err(error.into()),
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Add somebody; prints a one-time password.
    Add {
        /// E-mail address, with which they sign in.
        email: EmailAddress,
        /// Name.
        #[arg(long)]
        name: String,
        /// admin, analyst, manager or agent.
        #[arg(long)]
        role: Role,
        /// For managers: codes of the locations they answer for, with everything under them.
        #[arg(long, value_delimiter = ',')]
        locations: Vec<String>,
        /// Language of their pages; without it the workspace's.
        #[arg(long)]
        language: Option<Language>,
        #[command(flatten)]
        within: Within,
    },
    /// List those who sign in.
    List {
        #[command(flatten)]
        within: Within,
    },
    /// Replace a password by a one-time password and print it.
    ResetPassword {
        /// E-mail address.
        email: EmailAddress,
        #[command(flatten)]
        within: Within,
    },
}

pub(crate) async fn user(command: User) -> anyhow::Result<()> {
    match command {
        User::Add {
            email,
            name,
            role,
            locations,
            language,
            within,
        } => {
            let (app, actor) = within.open().await?;
            let directory = app.directory(actor.workspace).await?;
            let mut ids = BTreeSet::new();
            for code in &locations {
                let location = directory.locations.by_code(code);
                ids.insert(
                    location
                        .with_context(|| format!("there is no location `{code}`"))?
                        .id,
                );
            }
            if role == Role::Manager && ids.is_empty() {
                bail!("a manager needs --locations: without any they would see nothing");
            }
            let person = NewPerson {
                email,
                name,
                role,
                locations: ids,
                language: language.unwrap_or(directory.workspace.language),
                password: None,
            };
            let (user, password) = app.add_user(&actor, person).await?;
            println!(
                "{} signs in with the one-time password {password}",
                user.email
            );
        }
        User::List { within } => {
            let (app, actor) = within.open().await?;
            let directory = app.directory(actor.workspace).await?;
            let mut rows =
                vec![["E-MAIL", "NAME", "ROLE", "LOCATIONS", "ACTIVE"].map(str::to_owned)];
            for user in app.users(&actor).await? {
                let codes: Vec<&str> = user
                    .locations
                    .iter()
                    .filter_map(|id| Some(directory.locations.get(*id)?.code.as_str()))
                    .collect();
                rows.push([
                    user.email.to_string(),
                    user.name,
                    user.role.to_string(),
                    codes.join(","),
                    yes(user.active).to_owned(),
                ]);
            }
            print_table(&rows);
        }
        User::ResetPassword { email, within } => {
            let (app, actor) = within.open().await?;
            let users = app.users(&actor).await?;
            let user = users.into_iter().find(|user| user.email == email);
            let user = user.with_context(|| format!("nobody signs in with {email}"))?;
            let (user, password) = app.reset_password(&actor, user.id).await?;
            println!(
                "{} signs in with the one-time password {password}",
                user.email
            );
        }
    }
    Ok(())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Workspace {
    /// Add a workspace.
    Add {
        /// Its name in addresses.
        slug: Slug,
        /// Its name for people.
        #[arg(long)]
        name: String,
        /// IANA name of the time zone in which its days begin.
        #[arg(long, default_value = "UTC")]
        time_zone: String,
        /// en, ru, uk or bg.
        #[arg(long, default_value = "en")]
        language: Language,
        #[command(flatten)]
        place: Place,
    },
    /// List the workspaces.
    List {
        #[command(flatten)]
        place: Place,
    },
}

pub(crate) async fn workspace(command: Workspace) -> anyhow::Result<()> {
    match command {
        Workspace::Add {
            slug,
            name,
            time_zone,
            language,
            place,
        } => {
            let app = open(&place, None).await?;
            let workspace = app
                .create_workspace(slug, &name, &time_zone, language)
                .await?;
            println!("added {}", workspace.slug);
        }
        Workspace::List { place } => {
            let app = open(&place, None).await?;
            let mut rows = vec![["SLUG", "NAME", "TIME ZONE", "LANGUAGE"].map(str::to_owned)];
            for workspace in app.workspaces().await? {
                rows.push([
                    workspace.slug.to_string(),
                    workspace.name,
                    workspace.time_zone,
                    workspace.language.to_string(),
                ]);
            }
            print_table(&rows);
        }
    }
    Ok(())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Survey {
    /// List the surveys.
    List {
        #[command(flatten)]
        within: Within,
    },
    /// Read a survey from a JSON document; one with the same code gets a new draft.
    Import {
        /// The document.
        file: PathBuf,
        /// Publish it as well.
        #[arg(long)]
        publish: bool,
        #[command(flatten)]
        within: Within,
    },
    /// Print a survey's draft as a JSON document.
    Export {
        /// The survey's code.
        code: String,
        #[command(flatten)]
        within: Within,
    },
}

pub(crate) async fn survey(command: Survey) -> anyhow::Result<()> {
    match command {
        Survey::List { within } => {
            let (app, actor) = within.open().await?;
            let mut rows = vec![["CODE", "VERSION", "OPEN", "CHANGED", "TITLE"].map(str::to_owned)];
            let directory = app.directory(actor.workspace).await?;
            for summary in app.surveys(&actor).await? {
                let survey = summary.survey;
                rows.push([
                    survey.code.to_string(),
                    survey
                        .newest_version
                        .map_or("draft".to_owned(), |version| version.to_string()),
                    yes(survey.accepting).to_owned(),
                    yes(summary.unpublished_changes).to_owned(),
                    survey
                        .draft
                        .title
                        .best(directory.workspace.language)
                        .to_owned(),
                ]);
            }
            print_table(&rows);
        }
        Survey::Import {
            file,
            publish,
            within,
        } => {
            let survey = read_survey(&file)?;
            let faults = |error| match error {
                AppError::Defects(defects) => named_faults(&file, &defects),
                other => anyhow::Error::from(other),
            };
            // A document that could not be published is refused before anything is written.
            if publish {
                survey
                    .publish(1, &[])
                    .map_err(AppError::Defects)
                    .map_err(faults)?;
            }
            let (app, actor) = within.open().await?;
            let code = survey.code.to_string();
            match app.survey(&actor, &code).await {
                Ok(stored) => {
                    app.save_draft(&actor, &code, survey, stored.draft_revision)
                        .await?;
                    println!("{code}: new draft");
                }
                Err(AppError::NotFound(_)) => {
                    let new = NewSurvey::Document(Box::new(survey));
                    app.create_survey(&actor, new).await?;
                    println!("{code}: added");
                }
                Err(error) => return Err(error.into()),
            }
            if publish {
                let version = app.publish_survey(&actor, &code).await.map_err(faults)?;
                println!("{code}: version {version} published");
            }
        }
        Survey::Export { code, within } => {
            let (app, actor) = within.open().await?;
            let survey = app.survey(&actor, &code).await?;
            println!("{}", serde_json::to_string_pretty(&survey.draft)?);
        }
    }
    Ok(())
}

fn read_survey(file: &std::path::Path) -> anyhow::Result<listen::Survey> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let document =
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
    listen::Survey::from_json(&document).map_err(|defects| named_faults(file, &defects))
}

/// One line for each fault with its place, then an error that counts them.
fn named_faults(file: &std::path::Path, defects: &[listen::Defect]) -> anyhow::Error {
    #[expect(clippy::print_stderr, reason = "a list of faults is not an answer")]
    for defect in defects {
        eprintln!("{}: {defect}", file.display());
    }
    let count = match defects.len() {
        1 => "1 fault".to_owned(),
        n => format!("{n} faults"),
    };
    anyhow::anyhow!("{} has {count}; nothing was changed", file.display())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a key and print its secret, once.
    Add {
        /// What it is for.
        name: String,
        /// What it may do: responses:write, results:read, …; several with commas.
        #[arg(long = "scope", required = true, value_delimiter = ',')]
        scopes: Vec<Permission>,
        #[command(flatten)]
        within: Within,
    },
    /// List the keys.
    List {
        #[command(flatten)]
        within: Within,
    },
}

pub(crate) async fn key(command: Key) -> anyhow::Result<()> {
    match command {
        Key::Add {
            name,
            scopes,
            within,
        } => {
            let (app, actor) = within.open().await?;
            let new = app
                .create_api_key(&actor, &name, scopes.into_iter().collect())
                .await?;
            println!("{}", new.secret);
        }
        Key::List { within } => {
            let (app, actor) = within.open().await?;
            let mut rows = vec![["BEGINS", "NAME", "SCOPES", "VALID"].map(str::to_owned)];
            for key in app.api_keys(&actor).await? {
                let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.code()).collect();
                rows.push([
                    key.prefix,
                    key.name,
                    scopes.join(","),
                    yes(key.revoked_at.is_none()).to_owned(),
                ]);
            }
            print_table(&rows);
        }
    }
    Ok(())
}

pub(crate) fn openapi() -> anyhow::Result<()> {
    println!(
        "{}",
        serde_json::to_string_pretty(&radost_server::api::openapi())?
    );
    Ok(())
}

fn yes(so: bool) -> &'static str {
    if so { "yes" } else { "no" }
}

/// Columns as wide as their widest cell.
pub(crate) fn print_table(rows: &[impl AsRef<[String]>]) {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (column, cell) in row.as_ref().iter().enumerate() {
            widths.resize(widths.len().max(column + 1), 0);
            widths[column] = widths[column].max(cell.chars().count());
        }
    }
    for row in rows {
        let cells: Vec<String> = row
            .as_ref()
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:<width$}"))
            .collect();
        println!("{}", cells.join("  ").trim_end());
    }
}
