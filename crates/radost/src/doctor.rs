//! Checks of what Radost needs from the machine.
#![expect(clippy::print_stdout, reason = "commands answer on standard output")]

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use radost_app::{Engine, Store};

use crate::Place;

/// Less free space than this is a fault: a full disk refuses answers.
const LEAST_FREE: u64 = 500 * 1024 * 1024;

/// Looks at everything, changes nothing, and says what it found.
pub(crate) async fn run(place: &Place) -> anyhow::Result<()> {
    let folder = folder(&place.data);
    let checks = [
        ("data folder", folder),
        ("free space", free_space(&place.data)),
        ("database", database(place).await),
        ("time zones", time_zones()),
    ];
    let mut faults = 0;
    for (name, result) in checks {
        match result {
            Ok(found) => println!("ok     {name}: {found}"),
            Err(error) => {
                faults += 1;
                println!("FAULT  {name}: {error:#}");
            }
        }
    }
    match faults {
        0 => Ok(()),
        1 => bail!("1 fault"),
        n => bail!("{n} faults"),
    }
}

/// The folder itself, or where it would be made.
fn nearest(data: &Path) -> anyhow::Result<PathBuf> {
    let data = std::path::absolute(data)?;
    let nearest = data.ancestors().find(|folder| folder.exists());
    nearest
        .map(Path::to_owned)
        .context("no folder above it exists")
}

fn folder(data: &Path) -> anyhow::Result<String> {
    let nearest = nearest(data)?;
    let probe = nearest.join(format!(".radost-doctor-{}", std::process::id()));
    std::fs::write(&probe, b"probe")
        .with_context(|| format!("{} cannot be written to", nearest.display()))?;
    std::fs::remove_file(&probe)?;
    Ok(if data.exists() {
        format!("{} can be written to", data.display())
    } else {
        format!("{} does not exist yet and can be made", data.display())
    })
}

fn free_space(data: &Path) -> anyhow::Result<String> {
    let found = rustix::fs::statvfs(&nearest(data)?)?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let gib = free as f64 / f64::from(1 << 30);
    if free < LEAST_FREE {
        bail!("only {gib:.1} GiB are free");
    }
    Ok(format!("{gib:.1} GiB"))
}

async fn database(place: &Place) -> anyhow::Result<String> {
    let Some(found) = Store::inspect(&place.database()).await? else {
        return Ok("SQLite; the file will be made at the first start".to_owned());
    };
    let engine = match found.engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    let oldest_postgres = found
        .version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    if found.engine == Engine::Postgres && oldest_postgres.is_some_and(|major| major < 15) {
        bail!(
            "PostgreSQL {} is too old; Radost needs 15 or newer",
            found.version
        );
    }
    let newest = found.newest_schema;
    let schema = match found.schema {
        Some(schema) if schema > newest => bail!(
            "schema version {schema} is newer than this program's {newest}: start the newer program"
        ),
        Some(schema) if schema < newest => {
            format!("schema version {schema}, brought to {newest} at the next start")
        }
        Some(schema) => format!("schema version {schema}"),
        None => "empty".to_owned(),
    };
    Ok(format!("{engine} {}, {schema}", found.version))
}

fn time_zones() -> anyhow::Result<String> {
    for name in ["Europe/Kyiv", "Europe/Sofia", "Asia/Almaty"] {
        jiff::tz::TimeZone::get(name).with_context(|| format!("{name} is not known"))?;
    }
    Ok(format!("{} known", jiff::tz::db().available().count()))
}
