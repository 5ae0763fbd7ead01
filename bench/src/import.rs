//! Importing a file of the shape of the airline passengers' survey, with the product's own command.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Args;

#[derive(Debug, Args)]
pub struct Options {
    /// The file; without it one of the same shape is made.
    #[arg(long)]
    file: Option<PathBuf>,
    /// Rows of the file that is made.
    #[arg(long, default_value_t = 129_880)]
    rows: u64,
    /// On PostgreSQL (its URL in RADOST_TEST_POSTGRES) instead of SQLite.
    #[arg(long)]
    postgres: bool,
}

/// What the command `radost` is told to make the airline survey.
pub const SURVEY: [&str; 4] = [
    "survey",
    "import",
    "examples/airline/survey.json",
    "--publish",
];

/// What it is told to import answers to it.
pub fn responses(file: &str) -> [&str; 7] {
    [
        "import",
        "responses",
        file,
        "--survey",
        "airline",
        "--map",
        "examples/airline/mapping.toml",
    ]
}

pub fn run(options: Options) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = match options.file {
        Some(file) => file,
        None => {
            let file = folder.path().join("passengers.csv");
            write_file(&file, options.rows)?;
            file
        }
    };
    let rows = std::fs::read(&file)?
        .iter()
        .filter(|byte| **byte == b'\n')
        .count() as u64
        - 1;
    let postgres = match options.postgres {
        true => Some(crate::intake::fresh_postgres("import")?),
        false => None,
    };
    let radost = |arguments: &[&str]| -> anyhow::Result<Child> {
        let mut command = Command::new(std::env::current_exe()?.with_file_name("radost"));
        command
            .args(arguments)
            .arg("--data")
            .arg(folder.path().join("data"));
        if let Some(postgres) = &postgres {
            command.args(["--database", postgres]);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
            .spawn()
            .context("build the binary `radost` in the same profile first")
    };
    ensure!(
        radost(&["workspace", "add", "main", "--name", "Airline"])?
            .wait()?
            .success(),
        "no workspace"
    );
    ensure!(
        radost(&SURVEY)?.wait()?.success(),
        "no survey: run it from the root of the repository"
    );
    let file = file.display().to_string();
    let import = responses(&file);
    println!("| {rows} rows, 24 columns | rows/s | seconds | peak MB |");
    println!("|---|---:|---:|---:|");
    for name in ["first time", "second time (adds nothing)"] {
        let begin = Instant::now();
        let (seconds, peak) = crate::server::finish(radost(&import)?, begin)?;
        println!(
            "| {name} | {:.0} | {seconds:.2} | {peak:.0} |",
            rows as f64 / seconds
        );
    }
    println!();
    println!("The time is that of the whole command, from start to exit.");
    Ok(())
}

/// A file with the columns and values of the airline survey; numbers from a fixed seed (SplitMix64).
pub fn write_file(path: &Path, rows: u64) -> anyhow::Result<()> {
    let mapping = std::fs::read_to_string("examples/airline/mapping.toml")
        .context("run it from the repository")?;
    ensure!(
        mapping.contains("Inflight wifi service"),
        "the mapping is not that of the airline file"
    );
    const RATINGS: [&str; 14] = [
        "Inflight wifi service",
        "Departure/Arrival time convenient",
        "Ease of Online booking",
        "Gate location",
        "Food and drink",
        "Online boarding",
        "Seat comfort",
        "Inflight entertainment",
        "On-board service",
        "Leg room service",
        "Baggage handling",
        "Checkin service",
        "Inflight service",
        "Cleanliness",
    ];
    let mut out = BufWriter::new(std::fs::File::create(path)?);
    write!(
        out,
        "id,Gender,Customer Type,Age,Type of Travel,Class,Flight Distance"
    )?;
    for rating in RATINGS {
        write!(out, ",{rating}")?;
    }
    writeln!(
        out,
        ",Departure Delay in Minutes,Arrival Delay in Minutes,satisfaction"
    )?;
    let mut state = 20_261_122_u64;
    let mut next = |below: u64| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below
    };
    for id in 1..=rows {
        let gender = ["Male", "Female"][next(2) as usize];
        let customer = ["Loyal Customer", "disloyal Customer"][next(2) as usize];
        let travel = ["Personal Travel", "Business travel"][next(2) as usize];
        let class = ["Eco", "Eco Plus", "Business"][next(3) as usize];
        write!(
            out,
            "{id},{gender},{customer},{},{travel},{class},{}",
            7 + next(79),
            31 + next(4_900)
        )?;
        for _ in RATINGS {
            // As rare as in the public file: nine passengers in ten rate everything.
            let rating = if next(200) == 0 { 0 } else { 1 + next(5) };
            write!(out, ",{rating}")?;
        }
        let delay = next(120);
        let arrival = if next(330) == 0 {
            String::new()
        } else {
            format!("{delay}.0")
        };
        let satisfied = ["neutral or dissatisfied", "satisfied"][next(2) as usize];
        writeln!(out, ",{delay},{arrival},{satisfied}")?;
    }
    out.flush()?;
    Ok(())
}
