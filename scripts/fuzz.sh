#!/usr/bin/env bash
# Feeds the readers of files and documents what nobody would write, for some seconds each, one after the other.
#
#   scripts/fuzz.sh 600                 all targets, ten minutes each
#   scripts/fuzz.sh 60 sav parquet      these, a minute each
#
# Needs a nightly Rust and cargo-fuzz (cargo install cargo-fuzz). An input that ends the process, takes more than ten seconds or
# more than 512 MB of memory ends the run and lies in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../fuzz"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/radost/target}/fuzz
if [ -z "${TMPDIR:-}" ] && [ -w /dev/shm ]; then
    export TMPDIR=/dev/shm # the readers want a file; it need not reach a disk
fi

seconds=${1:?usage: scripts/fuzz.sh SECONDS [TARGET...]}
shift
python3 seeds.py
cargo +nightly fuzz build --fuzz-dir . --sanitizer none
for target in $([ $# -gt 0 ] && echo "$@" || cargo +nightly fuzz list --fuzz-dir .); do
    printf '\n%s\n' "$target"
    cargo +nightly fuzz run --fuzz-dir . --sanitizer none "$target" -- -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=0 -max_len=20000 -print_final_stats=1 2>&1 |
        grep -E '^(stat::|SUMMARY|==|thread|panicked|artifact|ALARM|Failing|.*DONE)|panicked|assertion' || true
    if [ -n "$(ls -A "artifacts/$target" 2>/dev/null)" ]; then
        printf 'fuzz.sh: %s failed; see fuzz/artifacts/%s\n' "$target" "$target" >&2
        exit 1
    fi
done
rm -f "${TMPDIR:-/tmp}"/radost-fuzz-*
