#!/usr/bin/env bash
# Takes pictures of the demo in Chromium:
#
#   scripts/screenshot.sh            docs/overview.png, the picture in the README
#   scripts/screenshot.sh --all DIR  every main page, for a desk and a phone, light and dark, in every language
#   scripts/screenshot.sh --all DIR drivers trend   these pages alone
#
# Builds the release, starts `radost demo --still` on a free port with a folder of its own, and stops it again. Chromium and its
# driver are looked for as scripts/test.sh does (RADOST_TEST_CHROMIUM, RADOST_TEST_CHROMEDRIVER).
set -euo pipefail

case "$#:${1:-}" in
    0:) ;;
    [2-9]:--all | [1-9][0-9]:--all) ;;
    *)
        printf 'usage: scripts/screenshot.sh [--all DIR [PAGE…]]\n' >&2
        exit 64
        ;;
esac
# A folder is meant as seen from where the script was called.
arguments=("$(dirname "${BASH_SOURCE[0]}")/../docs/overview.png")
if [ $# -ge 2 ]; then
    mkdir -p "$2"
    arguments=(--all "$(cd "$2" && pwd)" "${@:3}")
else
    mkdir -p "$(dirname "${arguments[0]}")"
    arguments=("$(cd "$(dirname "${arguments[0]}")" && pwd)/overview.png")
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# shellcheck source=scripts/test.sh
find_functions() {
    # Sourced, that file only defines its functions; it reads the arguments, so there must be none.
    set --
    source scripts/test.sh
}
find_functions
RADOST_TEST_CHROMIUM=$(find_chromium) || die "Chromium was not found; scripts/test.sh installs it."
RADOST_TEST_CHROMEDRIVER=$(find_chromedriver) || die "chromedriver was not found; scripts/test.sh installs it."
export RADOST_TEST_CHROMIUM RADOST_TEST_CHROMEDRIVER

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/radost/target}
cargo build --release --locked -p radost
export RADOST_BIN=$CARGO_TARGET_DIR/release/radost
cargo run --quiet --locked -p radost --example screenshots -- "${arguments[@]}"
