//! Measures Radost under load, beside a peer in the same run, and writes down what it saw.
//!
//! ```text
//! cargo run --release -p radost-bench -- intake                       # SQLite
//! RADOST_PG_FSYNC=on scripts/with-postgres.sh cargo run --release -p radost-bench -- intake --postgres
//! cargo run --release -p radost-bench -- kill --rounds 5              # kill -9 in the middle of a load
//! cargo run --release -p radost-bench -- import                       # needs the binary `radost` beside it
//! cargo run --release -p radost-bench -- pages
//! cargo run --release -p radost-bench -- large --gigabytes 2        # needs the binary `radost` beside it
//! cargo run --release -p radost-bench -- fresh                        # the lake beside 20,000 responses a second
//! bench/peers/lake.py                                                # a lake of 100 million responses beside its peers
//! bench/peers/peers.py                                               # statistics beside their peers
//! scripts/bench.sh                                                    # everything, into BENCHMARKS.md
//! ```
//! The server is a process of its own; the generator shares the machine with it and is part of what is measured.
#![expect(clippy::print_stdout, reason = "a program for people at a terminal")]

mod fresh;
mod import;
mod intake;
mod kill;
mod lake;
mod large;
mod load;
mod pages;
mod problems;
mod server;
mod stats;

use clap::{Parser, Subcommand};

/// That of the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Durable responses per second: one by one, in groups, in batches, on a slow disk, beside pgbench.
    Intake(intake::Options),
    /// Rows per second and memory of importing a file, with the product's own command.
    Import(import::Options),
    /// Time to the first byte and weight of the pages that most people see, on the demo business.
    Pages(pages::Options),
    /// Rows per second and memory of scoring a file that is larger than memory, with the product's own command.
    Large(large::Options),
    /// Whether the lake keeps up with responses that come in all the time, and whether queries see them at once.
    Fresh(fresh::Options),
    /// Seconds that questions to a lake of many responses take, from tallies and from rows; `bench/peers/lake.py` runs this.
    Lake(lake::Options),
    /// Seconds that radost-stats takes for a problem of `bench/peers`, which runs this beside the peer.
    Stats(problems::Options),
    /// Kills the server with SIGKILL under load and looks for what was acknowledged.
    Kill(kill::Options),
    /// The server of the other commands; not for people.
    #[command(hide = true)]
    Server(server::Options),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Server(options) => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(server::run(options)),
        // The generator takes as little of the machine as it can: one thread.
        Command::Intake(options) => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(intake::run(options)),
        Command::Fresh(options) => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(fresh::run(options)),
        Command::Import(options) => import::run(options),
        Command::Lake(options) => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(lake::run(options)),
        Command::Large(options) => large::run(&options),
        Command::Stats(options) => problems::run(&options),
        Command::Pages(options) => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(pages::run(options)),
        Command::Kill(options) => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?
            .block_on(kill::run(options)),
    }
}
