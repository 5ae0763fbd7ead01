#!/usr/bin/env bash
# Runs everything that says whether Radost is sound, on a fresh Debian or Ubuntu machine with Rust:
# installs what the tests need, checks the house, runs all tests, and ends with a count.
#
#   scripts/test.sh               install what is missing (apt, as root or through sudo), then run
#   scripts/test.sh --no-install  say what is missing instead of installing it
#
# Compiled files go to CARGO_TARGET_DIR, by default ~/.cache/radost/target.
# RADOST_TEST_CHROMIUM and RADOST_TEST_CHROMEDRIVER name a browser and its driver when they are
# somewhere unusual; RADOST_PG_BIN does the same for PostgreSQL (see scripts/with-postgres.sh).
# RADOST_TEST_PYTHON names a Python with deltalake, duckdb, pandas and moto; without it one is made beside the
# compiled files, and where that is not possible the tests that need it are skipped.
# cargo-nextest is used when it is installed, plain `cargo test` when it is not.
#
# The last line is `N passed, N failed, N skipped`. Each check of the house counts as one. A test that
# lacks outside data prints "skipped: …" and counts as skipped. The exit code is 0 only if nothing failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null # nothing here may wait for an answer

install=yes
for argument in "$@"; do
    case "$argument" in
        --no-install) install=no ;;
        *)
            printf 'usage: scripts/test.sh [--no-install]\n' >&2
            exit 64
            ;;
    esac
done

die() {
    printf 'test.sh: %s\n' "$*" >&2
    exit 70
}

# ---------------------------------------------------------------- what the tests need

# Prints the first of the given programs that is there and runs. (On Ubuntu, chromium-browser
# can be there as a stub that only asks for a snap.)
first_working() {
    local program
    for program in "$@"; do
        if [ -n "$program" ] && "$program" --version >/dev/null 2>&1; then
            command -v "$program"
            return 0
        fi
    done
    return 1
}

find_chromium() {
    first_working "${RADOST_TEST_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
        /snap/bin/chromium
}

find_chromedriver() {
    first_working "${RADOST_TEST_CHROMEDRIVER:-}" "${CHROMEWEBDRIVER:+$CHROMEWEBDRIVER/chromedriver}" chromedriver \
        /usr/lib/chromium/chromedriver /usr/lib/chromium-browser/chromedriver \
        /snap/bin/chromium.chromedriver
}

has_font_for() {
    command -v fc-list >/dev/null && [ -n "$(fc-list ":lang=$1" family)" ]
}

# Fills the array `missing` with the names of the Debian or Ubuntu packages that would help.
find_missing() {
    missing=()
    command -v cc >/dev/null || missing+=(build-essential)
    [ -n "${RADOST_TEST_PYTHON:-}" ] || python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
    scripts/with-postgres.sh --find >/dev/null 2>&1 || missing+=(postgresql)
    if ! find_chromium >/dev/null || ! find_chromedriver >/dev/null; then
        if grep -qs '^ID=ubuntu' /etc/os-release; then
            missing+=(chromium-browser chromium-chromedriver)
        else
            missing+=(chromium chromium-driver)
        fi
    fi
    command -v fc-list >/dev/null || missing+=(fontconfig)
    has_font_for ru || missing+=(fonts-noto-core)
    has_font_for und-zsye || missing+=(fonts-noto-color-emoji)
}

install_missing() {
    find_missing
    if [ ${#missing[@]} -eq 0 ]; then
        return 0
    fi
    local by_hand="Install by hand, as root: apt-get update && apt-get install ${missing[*]}"
    if [ "$install" = no ]; then
        die "missing: ${missing[*]}. $by_hand"
    fi
    command -v apt-get >/dev/null ||
        die "this machine has no apt-get. The tests need a C compiler, PostgreSQL 15 or newer, Chromium with chromedriver, and fonts with Cyrillic and emoji; what is missing goes in Debian by the names ${missing[*]}."
    local -a as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "not root and there is no sudo. $by_hand"
        as_root=(sudo)
        [ -t 2 ] || as_root=(sudo -n) # nobody is there to type a password
    fi
    printf 'Installing %s\n' "${missing[*]}"
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
    "${as_root[@]}" update || die "apt-get update failed. $by_hand"
    "${as_root[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null ||
        die "apt-get install failed. $by_hand"

    find_missing
    case " ${missing[*]:-} " in
        *' postgresql '*) die "still no PostgreSQL 15 or newer: the packaged one is older, or RADOST_PG_BIN points elsewhere. Install a newer one (https://www.postgresql.org/download/linux/) and run again." ;;
        *' chromium'*) die "Chromium or chromedriver is still not usable (on Ubuntu both are snaps). Install Google Chrome and its chromedriver, point RADOST_TEST_CHROMIUM and RADOST_TEST_CHROMEDRIVER at them, and run again." ;;
    esac
}

find_rust() {
    if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
        PATH=$HOME/.cargo/bin:$PATH
    fi
    command -v cargo >/dev/null || die "Rust is not installed. Install it from https://rustup.rs and run again."
    if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
        if [ "$install" = yes ] && command -v rustup >/dev/null; then
            rustup component add rustfmt clippy || true
        fi
        if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
            die "rustfmt or clippy is missing: rustup component add rustfmt clippy"
        fi
    fi
}

# What reads the tables of the lake as analysts do, and an S3 server to keep them on.
python_packages=(deltalake==1.6.6 duckdb==2.0.0 pandas==2.3.3 pyarrow 'moto[s3,server]==5.2.5')

# Prints the Python that has those packages, after making it where allowed.
find_python() {
    if [ -n "${RADOST_TEST_PYTHON:-}" ]; then
        printf '%s\n' "$RADOST_TEST_PYTHON"
        return 0
    fi
    local place=${XDG_CACHE_HOME:-$HOME/.cache}/radost/python
    local made=$place/packages
    if [ "$(cat "$made" 2>/dev/null)" != "${python_packages[*]}" ]; then
        [ "$install" = yes ] || return 1
        {
            python3 -m venv "$place" && "$place/bin/pip" install --quiet "${python_packages[@]}"
        } >&2 || return 1
        printf '%s\n' "${python_packages[*]}" >"$made"
    fi
    printf '%s\n' "$place/bin/python"
}

# ---------------------------------------------------------------- running and counting

passed=0 failed=0 skipped=0

# step NAME COMMAND…: runs the command under a heading and prints how long it took.
step() {
    local name=$1 began=$SECONDS status=0
    shift
    printf '\n== %s\n' "$name"
    "$@" || status=$?
    if [ "$status" -eq 0 ]; then
        printf -- '-- %s: ok, %d s\n' "$name" $((SECONDS - began))
    else
        printf -- '-- %s: FAILED, %d s\n' "$name" $((SECONDS - began))
    fi
    return "$status"
}

# A step that counts as one in the sum.
check() {
    if step "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
}

# A run of a test runner, from which the caller has read how many tests did what. A runner that
# failed without naming a failed test (it crashed, it did not compile) counts as one failure.
count() {
    local status=$1 run_passed=$2 run_failed=$3 run_ignored=$4 run_without_data=$5
    if [ "$status" -ne 0 ] && [ "$run_failed" -eq 0 ]; then
        run_failed=1
    fi
    passed=$((passed + run_passed - run_without_data))
    failed=$((failed + run_failed))
    skipped=$((skipped + run_ignored + run_without_data))
}

# Prints one line per passing test that said "skipped: …", from the report of nextest.
without_data_nextest() {
    awk '
        /<testcase / { name = $0; sub(/.* name="/, "", name); sub(/".*/, "", name); seen = 0; bad = 0 }
        /<(failure|error)[ >]/ { bad = 1 }
        match($0, /(^|>|\.\.\. )skipped: /) && !seen && !bad {
            seen = 1
            reason = substr($0, RSTART); sub(/.*skipped: /, "", reason); sub(/<\/system-.*/, "", reason)
            print name ": " reason
        }' "$1" | sed -e 's/&quot;/"/g' -e "s/&apos;/'/g" -e 's/&lt;/</g' -e 's/&gt;/>/g' -e 's/&amp;/\&/g'
}

# The same from the output of `cargo test -- --show-output`.
without_data_libtest() {
    awk '
        /^successes:$/ { good = 1 }
        /^failures:$/ || /^test result:/ { good = 0 }
        good && /^---- .* stdout ----$/ { name = $2; seen = 0 }
        good && /^skipped: / && !seen { seen = 1; print name ": " substr($0, 10) }' "$1"
}

# Lets through what a person wants to see of `cargo test -- --show-output`.
brief_libtest() {
    awk '
        /^successes:$/ { quiet = 1 }
        /^failures:$/ { quiet = 0; failures = 1 }
        /^test result:/ { quiet = 0; failures = 0 }
        quiet { next }
        !failures && (/^test .* \.\.\. (ok|ignored)/ || /^running [0-9]+ tests?$/ || /^test result: ok\. 0 passed/ || /^$/) { next }
        { print; fflush() }'
}

# sum_libtest WORD LOG: adds up `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
sum_libtest() {
    awk -v word="$1" '
        /^test result: / { for (i = 2; i <= NF; i++) if ($i ~ "^" word "[;.]?$") sum += $(i - 1) }
        END { print sum + 0 }' "$2"
}

# of_summary WORD LINE: reads `Summary [ 1.2s] 9 tests run: 7 passed (1 slow), 2 failed, 1 skipped`.
of_summary() {
    local number
    number=$(sed -nE "s/.*[ ,(]([0-9]+) $1([ ,(].*)?\$/\1/p" <<<"$2")
    printf '%s\n' "${number:-0}"
}

run_nextest() {
    scripts/with-postgres.sh cargo nextest run --profile house --cargo-quiet --workspace --locked \
        --no-fail-fast --color never 2>&1 | tee "$logs/tests"
}

run_libtest() {
    scripts/with-postgres.sh cargo test --quiet --workspace --locked --tests --no-fail-fast \
        -- --show-output --format pretty --color never 2>&1 | tee "$logs/tests" | brief_libtest
}

run_doctests() {
    cargo test --quiet --workspace --locked --doc --no-fail-fast \
        -- --format pretty --color never 2>&1 | tee "$logs/doctests" | brief_libtest
}

tests_with_nextest() {
    local status=0 summary
    local report=target/nextest/house/junit.xml # nextest keeps its own files beside Cargo.toml
    if ! step 'build the tests' cargo nextest run --no-run ${quiet:+--cargo-quiet} --workspace --locked; then
        count 1 0 0 0 0
        return
    fi
    rm -f "$report"
    step 'tests' run_nextest || status=$?
    if [ -f "$report" ]; then
        without_data_nextest "$report" >"$logs/without-data"
    fi
    summary=$(grep -E '^ *Summary \[' "$logs/tests" | tail -n 1 || true)
    count "$status" "$(of_summary passed "$summary")" \
        "$(($(of_summary failed "$summary") + $(of_summary 'exec failed' "$summary") + $(of_summary 'timed out' "$summary")))" \
        "$(of_summary skipped "$summary")" "$(wc -l <"$logs/without-data")"
}

tests_with_libtest() {
    local status=0
    if ! step 'build the tests' cargo test --no-run ${quiet:+--quiet} --workspace --locked --tests; then
        count 1 0 0 0 0
        return
    fi
    step 'tests' run_libtest || status=$?
    without_data_libtest "$logs/tests" >"$logs/without-data"
    count "$status" "$(sum_libtest passed "$logs/tests")" "$(sum_libtest failed "$logs/tests")" \
        "$(sum_libtest ignored "$logs/tests")" "$(wc -l <"$logs/without-data")"
}

doctests() {
    local status=0
    step 'documentation tests' run_doctests || status=$?
    count "$status" "$(sum_libtest passed "$logs/doctests")" "$(sum_libtest failed "$logs/doctests")" \
        "$(sum_libtest ignored "$logs/doctests")" 0
}

# ---------------------------------------------------------------- the run

main() {
    logs=$(mktemp -d "${TMPDIR:-/tmp}/radost-test.XXXXXX")
    trap 'rm -rf "$logs"' EXIT
    : >"$logs/without-data"

    export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/radost/target}
    # A terminal gets cargo's progress; a log gets only what went wrong.
    quiet=yes
    if [ -t 2 ]; then
        quiet=''
    fi

    find_rust
    install_missing
    RADOST_TEST_CHROMIUM=$(find_chromium)
    RADOST_TEST_CHROMEDRIVER=$(find_chromedriver)
    export RADOST_TEST_CHROMIUM RADOST_TEST_CHROMEDRIVER
    if RADOST_TEST_PYTHON=$(find_python); then
        export RADOST_TEST_PYTHON
    else
        unset RADOST_TEST_PYTHON
    fi
    printf '%s, PostgreSQL in %s, browser %s, driver %s\n' "$(cargo --version)" \
        "$(scripts/with-postgres.sh --find)" "$RADOST_TEST_CHROMIUM" "$RADOST_TEST_CHROMEDRIVER"

    check 'formatting' cargo fmt --all --check
    check 'tidy' cargo --locked xtask tidy
    check 'clippy' cargo clippy ${quiet:+--quiet} --workspace --all-targets --locked -- -D warnings
    if cargo nextest --version >/dev/null 2>&1; then
        tests_with_nextest
    else
        tests_with_libtest
    fi
    doctests

    if [ -s "$logs/without-data" ]; then
        printf '\n== skipped for want of outside data\n'
        cat "$logs/without-data"
    fi
    printf '\nThe whole run took %d s.\n%d passed, %d failed, %d skipped\n' "$SECONDS" "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
}

# Sourced, this file only defines its functions.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    main
fi
