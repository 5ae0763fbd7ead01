#!/usr/bin/env bash
# Measures everything under bench/ and writes BENCHMARKS.md: the machine, the versions, and what the programs printed.
#
#   scripts/bench.sh                     half an hour and 10 GB; nothing else should run on the machine meanwhile
#   scripts/bench.sh --only statistics   prints one section and writes nothing: statistics, lake or large
#
# The peers of the statistics and the lake come from PyPI, at the versions of bench/peers/requirements.txt, into a folder of the user's cache.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/radost/target}
seconds=${SECONDS_PER_RUN:-4}

cargo build --release --locked --quiet -p radost-bench -p radost
bench=$CARGO_TARGET_DIR/release/radost-bench

# The Python with the peers in it, made once for each list of versions.
peers() {
    local wanted=bench/peers/requirements.txt folder=${XDG_CACHE_HOME:-$HOME/.cache}/radost/peers
    if ! cmp -s "$wanted" "$folder/requirements.txt"; then
        python3 -m venv --clear "$folder" >&2
        "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted" >&2
        cp "$wanted" "$folder/requirements.txt"
    fi
    printf '%s/bin/python' "$folder"
}

statistics() {
    cat <<'TEXT'

## Statistics

The problems of `bench/peers/peers.py`: the same numbers for radost-stats and for the peer, one after the other. Both are timed from data in
memory to the result, and both may use every core; reading a CSV is timed as a whole, ours with the start of the command. The fastest of three
runs counts, for a peer that takes longer than five seconds its only one. "Answers apart" is the greatest relative difference of the answers:
the run ends where they differ by more than the peer's own tolerance explains. The bar is what Radost has to reach, as a time or as a ratio.

TEXT
    local python
    python=$(peers)
    "$python" bench/peers/peers.py --binaries "$CARGO_TARGET_DIR/release"
}

lake() {
    cat <<'TEXT'

## The lake

Two questions to generated responses over three years: 500 places, 6 channels, 3 segments, NPS and CSAT. All read the same Parquet files, those of the lake
itself; Radost also answers from the tallies kept beside them, as it does when a page asks. The fastest of three runs counts, and the run ends where the
answers differ.

TEXT
    local folder=${LAKE_FOLDER:-${CARGO_TARGET_DIR}/bench-lake} python
    python=$(peers)
    "$python" bench/peers/lake.py --binaries "$CARGO_TARGET_DIR/release" --folder "$folder" --rows "${ROWS:-100000000}"
    [ -n "${LAKE_FOLDER:-}" ] || rm -rf "$folder"
    printf '\nThe lake beside a steady load of responses, on the same cores:\n\n'
    "$bench" fresh
}

large() {
    printf '\n## A large file\n\nNPS and CSAT of 200 stores, each with its interval, by `radost score`; the file is made first and has been written to the disk.\n\n'
    "$bench" large --gigabytes "${GIGABYTES:-2}"
}

if [ "${1:-}" = --only ]; then
    case "${2:-}" in
        statistics | lake | large) "$2" ;;
        *)
            printf 'usage: scripts/bench.sh [--only statistics|lake|large]\n' >&2
            exit 64
            ;;
    esac
    exit
fi

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
    fact "The disk and the processors in this run" "$(python3 bench/peers/floors.py)"
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
    statistics
    lake
    large
} | tee "$out"
mv "$out" BENCHMARKS.md
chmod 644 BENCHMARKS.md
trap - EXIT
