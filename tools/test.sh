# Sourced by ./run test: every check, then the tests on both databases. Needs tools/setup.sh and tools/postgres.sh.

# What a public installation would have in its environment.
as_in_production() {
    env -u DEBUG SECRET_KEY="$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        ALLOWED_HOSTS=twinning.example.org SITE_URL=https://twinning.example.org DATABASE_URL=sqlite:///:memory: "$@"
}

failed=""
check() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        say "  ok      $name"
    else
        say "  FAILED  $name"
        printf '%s\n' "$output" | sed 's/^/          /' >&2
        failed="$failed, $name"
    fi
}

run_checks() {
    say "Checks"
    check "ruff: rules" .venv/bin/python -m ruff check --output-format concise .
    check "ruff: layout" .venv/bin/python -m ruff format --check --output-format concise .
    check "djlint: templates" .venv/bin/djlint --lint --quiet templates
    check "import-linter: who may import whom" .venv/bin/lint-imports --no-cache
    check "migrations: none missing" env DATABASE_URL=sqlite:///:memory: .venv/bin/python manage.py makemigrations --check --dry-run
    check "settings: ready for production" as_in_production .venv/bin/python manage.py check --deploy --fail-level WARNING
    [ -z "$failed" ] || stop "Stopped before the tests: ${failed#, }"
}

# tests DATABASE_URL [pytest's arguments]
tests() {
    DATABASE_URL=$1
    export DATABASE_URL
    shift
    .venv/bin/python -m pytest "$@"
}

run_everything() {
    unset DEBUG SECRET_KEY ALLOWED_HOSTS 2>/dev/null || true
    run_checks
    browser=""
    find_browser || browser="not browser"
    status=0
    # Before anything is said about SQLite, for the last line printed is pytest's own.
    if ! postgres_start; then
        say "PostgreSQL is left out: $POSTGRES_WHY"
        [ "${CI:-}" != true ] || stop "On CI the tests must run on PostgreSQL too."
    fi
    # The whole suite takes both processors; whoever asks for some tests wants to see them one after the other.
    [ $# -gt 0 ] || set -- -n "$(.venv/bin/python -c 'import os; print(min(4, len(os.sched_getaffinity(0))))')" --dist loadfile
    # A minute of work, once in a checkout. Otherwise the first page that hands out a PDF keeps a browser waiting.
    .venv/bin/python manage.py make_fonts --verbosity 0 || stop "The fonts for PDF files could not be made."
    say ""
    say "Tests on SQLite"
    tests "" -m "$browser" "$@" || status=$?
    if [ -n "$POSTGRES_URL" ]; then
        say ""
        say "Tests on PostgreSQL (those that open a database; browsers were driven before)"
        again=0
        # Our own cluster goes as a whole. Dropping its databases one by one fails where a connection is still open.
        [ -z "$POSTGRES_DIR" ] || set -- --reuse-db --create-db "$@"
        tests "$POSTGRES_URL" -m "not browser" -p tools.only_database "$@" || again=$?
        # 5: none of the tests that were asked for opens a database.
        [ "$again" = 0 ] || [ "$again" = 5 ] || status=$again
    fi
    # Said here only when it matters, for the last line of a good run is pytest's own.
    [ -z "$browser" ] || {
        say "Left out: the tests that drive a browser."
        [ "$status" != 0 ] || status=1
    }
    return "$status"
}
