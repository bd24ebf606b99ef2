# Sourced by ./run: a PostgreSQL server for tests. The one that TEST_DATABASE_URL or DATABASE_URL names, if it answers;
# otherwise a throw-away cluster of our own, gone when the script ends. Needs tools/setup.sh.
#
# postgres_start sets POSTGRES_URL, or fails and sets POSTGRES_WHY.

POSTGRES_URL=""
POSTGRES_WHY=""
POSTGRES_DIR=""

postgres_start() {
    for url in "${TEST_DATABASE_URL:-}" "${DATABASE_URL:-}"; do
        case "$url" in
        postgres*)
            if postgres_answers "$url"; then
                POSTGRES_URL=$url
                return 0
            fi
            POSTGRES_WHY="the server that TEST_DATABASE_URL or DATABASE_URL names does not answer."
            return 1
            ;;
        esac
    done
    find_postgres || { [ "${CI:-}" = true ] && install_postgres && find_postgres; } || {
        POSTGRES_WHY="no server is named by TEST_DATABASE_URL, and its programs (initdb, pg_ctl) are not installed: apt-get install postgresql"
        return 1
    }
    cluster_start
}

# The URL goes in by the environment, for a command line can be read by everybody on the machine.
postgres_answers() {
    PROBE_URL=$1 python - <<'CODE' 2>/dev/null
import os, environ, psycopg2
told = environ.Env.db_url_config(os.environ["PROBE_URL"])
psycopg2.connect(dbname="postgres", user=told["USER"], password=told["PASSWORD"], host=told["HOST"],
                 port=told["PORT"] or None, connect_timeout=5).close()
CODE
}

find_postgres() {
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) "$(dirname "$(command -v initdb 2>/dev/null || echo /none/x)")"; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
            POSTGRES_BIN=$folder
            return 0
        fi
    done
    return 1
}

# Only on CI: a developer's machine gets no server that nobody asked for. No cluster is made of the package's own.
install_postgres() {
    [ "$(id -u)" = 0 ] || return 1
    install_packages postgresql-common || return 1
    sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    install_packages postgresql
}

# PostgreSQL refuses to run as root.
as_postgres() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    elif command -v runuser >/dev/null 2>&1; then
        runuser -u "$POSTGRES_USER" -- "$@"
    else
        setpriv --reuid "$POSTGRES_USER" --clear-groups "$@"
    fi
}

cluster_start() {
    POSTGRES_USER=postgres
    id "$POSTGRES_USER" >/dev/null 2>&1 || POSTGRES_USER=nobody
    POSTGRES_DIR=$(mktemp -d)
    trap cluster_stop EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    password=$(python -c 'import secrets; print(secrets.token_urlsafe(24))')
    printf '%s\n' "$password" >"$POSTGRES_DIR/password"
    # No fsync, no WAL worth the name: this cluster is never read again. What waits for ever is an error that says where.
    cat >"$POSTGRES_DIR/settings" <<'CONF'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
shared_buffers = 128MB
max_connections = 60
listen_addresses = '127.0.0.1'
log_min_messages = fatal
lock_timeout = 30s
statement_timeout = 120s
CONF
    [ "$(id -u)" != 0 ] || chown -R "$POSTGRES_USER" "$POSTGRES_DIR"
    if ! as_postgres "$POSTGRES_BIN/initdb" -D "$POSTGRES_DIR/data" -U twinning --pwfile="$POSTGRES_DIR/password" \
        -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --no-sync >"$POSTGRES_DIR.log" 2>&1; then
        POSTGRES_WHY="initdb failed: $(tail -n 1 "$POSTGRES_DIR.log")"
        return 1
    fi
    as_postgres sh -c 'cat "$1/settings" >>"$1/data/postgresql.conf"' sh "$POSTGRES_DIR"
    for attempt in 1 2 3; do
        port=$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        if as_postgres "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/data" -o "-p $port -k $POSTGRES_DIR" -w -t 60 -s \
            -l "$POSTGRES_DIR/server.log" start >>"$POSTGRES_DIR.log" 2>&1 </dev/null; then
            POSTGRES_URL="postgres://twinning:$password@127.0.0.1:$port/twinning"
            return 0
        fi
    done
    POSTGRES_WHY="the throw-away cluster did not start after $attempt tries: $(tail -n 1 "$POSTGRES_DIR/server.log" 2>/dev/null)"
    return 1
}

cluster_stop() {
    [ -n "$POSTGRES_DIR" ] || return 0
    as_postgres "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/data" -m immediate -s stop >/dev/null 2>&1 || true
    rm -rf "$POSTGRES_DIR" "$POSTGRES_DIR.log"
    POSTGRES_DIR=""
}
