//! A file larger than memory, scored by the product's own command: rows per second and the memory it takes.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Context;
use clap::Args;

#[derive(Debug, Args)]
pub struct Options {
    /// Size of the file, in units of 10⁹ bytes.
    #[arg(long, default_value_t = 2.0)]
    gigabytes: f64,
    /// Only makes this file and leaves it there.
    #[arg(long, value_name = "FILE")]
    make: Option<PathBuf>,
}

/// Makes a file in the folder for temporary files (`TMPDIR`), scores it, and removes it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let bytes = (options.gigabytes * 1e9) as u64;
    if let Some(file) = &options.make {
        let made = write_file(file, bytes)?;
        println!("{{\"rows\": {}, \"bytes\": {}}}", made.rows, made.bytes);
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("answers.csv");
    let made = write_file(&file, bytes)?;
    let mut command = Command::new(std::env::current_exe()?.with_file_name("radost"));
    command
        .arg("score")
        .arg(&file)
        .args(["--nps", "recommend", "--csat", "satisfied", "--by", "store"])
        .args(["--format", "json"])
        .stdin(Stdio::null())
        .stdout(Stdio::from(tempfile::tempfile()?))
        .stderr(Stdio::null());
    let begin = Instant::now();
    let child = command
        .spawn()
        .context("build the binary `radost` in the same profile first")?;
    let (seconds, peak) = crate::server::finish(child, begin)?;
    println!("| file | rows | seconds | rows/s | MB/s | peak MB |");
    println!("|---|---:|---:|---:|---:|---:|");
    println!(
        "| {:.1} GB of CSV, {COLUMNS} columns | {} | {seconds:.1} | {:.0} | {:.0} | {peak:.0} |",
        made.bytes as f64 / 1e9,
        made.rows,
        made.rows as f64 / seconds,
        made.bytes as f64 / 1e6 / seconds,
    );
    Ok(())
}

const COLUMNS: usize = 12;

struct Made {
    rows: u64,
    bytes: u64,
}

/// Answers of customers of 200 stores, some missing, some in words, some comments with commas and quotation marks; numbers from a fixed
/// seed (SplitMix64).
fn write_file(path: &Path, bytes: u64) -> anyhow::Result<Made> {
    const COMMENTS: [&str; 6] = [
        "",
        "",
        "",
        "quick and friendly",
        "\"slow, and the till said \"\"closed\"\"\"",
        "\"дуже добре, дякую\"",
    ];
    let file = File::create(path).with_context(|| path.display().to_string())?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let header =
        "id,day,store,channel,recommend,satisfied,effort,quality,speed,price,comment,amount\n";
    out.write_all(header.as_bytes())?;
    let mut made = Made {
        rows: 0,
        bytes: header.len() as u64,
    };
    let mut state = 20_261_122_u64;
    let mut next = |below: u64| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below
    };
    let mut row = Vec::with_capacity(256);
    while made.bytes < bytes {
        made.rows += 1;
        row.clear();
        let (day, store) = (next(28) + 1, next(200));
        let channel = ["web", "mail", "kiosk", "phone"][next(4) as usize];
        write!(
            row,
            "{},2026-{:02}-{day:02},store {store},{channel},",
            made.rows,
            next(12) + 1
        )?;
        match next(40) {
            0 => row.push(b','),
            1 => row.extend(b"10 - Extremely likely,"),
            _ => write!(row, "{},", 10 - next(11).min(next(11)))?,
        }
        write!(row, "{},", 5 - next(5).min(next(5)))?;
        for _ in 0..4 {
            write!(row, "{},", next(7) + 1)?;
        }
        let comment = COMMENTS.get(next(6) as usize).copied().unwrap_or_default();
        writeln!(row, "{comment},{}.{:02}", next(900), next(100))?;
        out.write_all(&row)?;
        made.bytes += row.len() as u64;
    }
    out.flush()?;
    Ok(made)
}
