#!/usr/bin/env bash
# Measures everything under bench/ and writes BENCHMARKS.md: the machine, the versions, and what the programs printed.
#
#   scripts/bench.sh              about ten minutes; nothing else should run on the machine meanwhile
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/radost/target}
seconds=${SECONDS_PER_RUN:-4}

cargo build --release --locked --quiet -p radost-bench -p radost
bench=$CARGO_TARGET_DIR/release/radost-bench
out=$(mktemp)
trap 'rm -f "$out"' EXIT

fact() { printf -- '- %s: %s\n' "$1" "$2"; }
{
    cat <<'TEXT'
# Benchmarks

Written by `scripts/bench.sh`; every figure below was printed by a program under `bench/` in one run on one machine. The load generator, the server and the
database share that machine's cores.

## Machine
TEXT
    fact "Processor" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
    fact "Memory" "$(awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo)"
    fact "System" "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), Linux $(uname -r)"
    fact "Rust" "$(rustc --version)"
    fact "PostgreSQL" "$("$(scripts/with-postgres.sh --find)/postgres" --version), fsync on"
    fact "Radost" "$(git describe --always --dirty 2>/dev/null || echo 'not in git')"
    fact "Date" "$(date -u +%F)"
    printf '\n## Answers taken in\n\nDurable responses per second over HTTP, each response its own request but for the batches; a request is answered when its\nresponse is on the disk. "One transaction per response" is the same server with group commit switched off.\n\n'
    "$bench" intake --seconds "$seconds"
    printf '\n'
    RADOST_PG_FSYNC=on scripts/with-postgres.sh "$bench" intake --postgres --seconds "$seconds"
    printf '\n## kill -9 under load\n\n```text\n'
    "$bench" kill --rounds 5
    RADOST_PG_FSYNC=on scripts/with-postgres.sh "$bench" kill --postgres --rounds 5
    printf '```\n'
    printf '\n## Importing a file\n\n'
    "$bench" import
    printf '\n## Pages\n\n'
    "$bench" pages --binary "$CARGO_TARGET_DIR/release/radost"
} | tee "$out"
mv "$out" BENCHMARKS.md
chmod 644 BENCHMARKS.md
trap - EXIT
