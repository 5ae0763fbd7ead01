#!/usr/bin/env bash
# Runs a command with a private PostgreSQL that lives exactly as long as the command:
#
#   scripts/with-postgres.sh cargo test -p radost-store
#   RADOST_PG_FSYNC=on scripts/with-postgres.sh cargo bench
#
# The command finds the server in RADOST_TEST_POSTGRES (the URL of its maintenance database).
# It listens on a free loopback port, its data is in a temporary directory, and no other
# PostgreSQL on the machine is touched. The exit code is the command's own.
#
#   RADOST_PG_FSYNC=on  commits reach the disk, as in production (for benchmarks; off for tests)
#   RADOST_PG_BIN=DIR   the folder with initdb and postgres, when several versions are installed
#   TMPDIR=DIR          where the data directory is made
#
# `scripts/with-postgres.sh --find` prints the folder of the server it would use and starts nothing.
set -euo pipefail

oldest=15

die() {
    printf 'with-postgres: %s\n' "$*" >&2
    exit 70
}

[ $# -gt 0 ] || die "usage: scripts/with-postgres.sh COMMAND [ARGUMENT…]"

# Prints the folder of the newest PostgreSQL server that is new enough.
find_postgres() {
    local dir version best='' best_version=0
    local -a dirs=(/usr/lib/postgresql/*/bin /usr/pgsql-*/bin)
    if [ -n "${RADOST_PG_BIN:-}" ]; then
        dirs=("$RADOST_PG_BIN")
    elif command -v postgres >/dev/null; then
        dirs+=("$(dirname "$(readlink -f "$(command -v postgres)")")")
    fi
    for dir in "${dirs[@]}"; do
        [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ] || continue
        version=$("$dir/postgres" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/')
        if [ "$version" -gt "$best_version" ]; then
            best=$dir best_version=$version
        fi
    done
    [ "$best_version" -ge "$oldest" ] || return 1
    printf '%s\n' "$best"
}

bin=$(find_postgres) ||
    die "no PostgreSQL server $oldest or newer was found. Install one (Debian, Ubuntu: apt-get install postgresql) or point RADOST_PG_BIN at the folder with initdb and postgres."
if [ "$1" = --find ]; then
    printf '%s\n' "$bin"
    exit 0
fi

# PostgreSQL refuses to run as root: root becomes the user the package made. The death signal
# stops the server even when this script is killed with no chance to clean up.
as_server=(setpriv --pdeathsig QUIT)
if [ "$(id -u)" -eq 0 ]; then
    id -u postgres >/dev/null 2>&1 || die "PostgreSQL does not run as root and there is no user postgres to run it as."
    as_server=(setpriv --reuid postgres --regid postgres --init-groups --pdeathsig QUIT)
fi

base=${TMPDIR:-/tmp}
"${as_server[@]}" test -x "$base" || die "the user that runs PostgreSQL cannot enter $base: set TMPDIR to a folder it can enter."
dir=$(mktemp -d "$base/radost-pg.XXXXXX")
pid=''

# Nothing here outlives the command: the server is told to drop everything and go, then its files go.
# shellcheck disable=SC2329 # called by the trap
stop() {
    trap - EXIT INT TERM HUP
    cd /
    if [ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null; then
        wait "$pid" 2>/dev/null || true
    fi
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$dir"
fi

# The server's user may not be allowed into the folder we were called from.
called_from=$PWD
cd "$dir"
(umask 077 && "${as_server[@]}" "$bin/initdb" --pgdata="$dir/data" --username=postgres --auth=trust \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1) || {
    cat "$dir/initdb.log" >&2
    die "initdb failed, see above."
}

settings=(
    -c listen_addresses=127.0.0.1
    -c max_connections=200
    -c timezone=UTC
    -c "log_min_messages=warning"
)
# A socket path holds about a hundred characters; a server without a socket serves tests as well.
if [ ${#dir} -lt 80 ]; then
    settings+=(-c "unix_socket_directories=$dir")
else
    settings+=(-c "unix_socket_directories=")
fi
case "${RADOST_PG_FSYNC:-off}" in
    on) ;;
    off) settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off) ;;
    *) die "RADOST_PG_FSYNC is on or off, not '$RADOST_PG_FSYNC'." ;;
esac

# Starts the server on $1. Fails when it does not come up, a taken port among the reasons.
start() {
    local port=$1 waited=0
    "${as_server[@]}" "$bin/postgres" -D "$dir/data" -p "$port" "${settings[@]}" \
        </dev/null >"$dir/server.log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        # The last line of postmaster.pid becomes "ready" once connections are accepted.
        if grep -qs '^ready' "$dir/data/postmaster.pid"; then
            return 0
        fi
        sleep 0.1
        waited=$((waited + 1))
        if [ "$waited" -gt 600 ]; then
            cat "$dir/server.log" >&2
            die "PostgreSQL did not become ready within a minute, see above."
        fi
    done
    wait "$pid" || true
    pid=''
    return 1
}

# Below the range that the kernel hands out for outgoing connections; PostgreSQL itself says when a port is taken.
started=''
for _ in 1 2 3 4 5 6 7 8; do
    port=$((20000 + RANDOM % 12000))
    if start "$port"; then
        started=yes
        break
    fi
done
if [ -z "$started" ]; then
    cat "$dir/server.log" >&2
    die "PostgreSQL did not start, see above."
fi

cd "$called_from"
export RADOST_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
status=0
"$@" || status=$?
exit "$status"
