"""``./run bench``: what the main pages cost, beside a bare Django page measured in the same run.

Absolute times on a shared machine mean little; the ratios do. ``--quick`` takes fewer rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bench import report
from bench.server import Server, measure
from bench.visit import first_visit


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="15 rounds instead of 60")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database")
    options = parser.parse_args()
    rounds = 15 if options.quick else 60
    databases = {"sqlite": None, "postgresql": os.environ.get("BENCH_POSTGRES_URL") or None}
    for name, url in databases.items():
        if options.only not in (None, name):
            continue
        if name == "postgresql" and not url:
            print("\nPostgreSQL: left out, no server could be reached.")
            continue
        with tempfile.TemporaryDirectory(prefix="twinning-bench-") as folder:
            if url:
                with own_database(url) as own:
                    run_on(name, own, Path(folder), rounds)
            else:
                run_on(name, f"sqlite:///{folder}/bench.sqlite3", Path(folder), rounds)


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """A database of our own on the server that ``url`` names, dropped afterwards."""
    import psycopg2

    name = f"twinning_bench_{os.getpid()}"
    parts = urlsplit(url)
    server = psycopg2.connect(urlunsplit(parts._replace(scheme="postgresql", path="/postgres")))
    server.autocommit = True
    server.cursor().execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        server.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.close()


def run_on(name: str, url: str, folder: Path, rounds: int) -> None:
    with Server(url, folder) as server:
        places = json.loads(server.manage("bench_world"))
        pages = {
            "bare Django list (floor)": "/bench/bare/",
            "partnership list": "/partnerships/",
            "partnership page": places["partnership"],
            "fill page, 100 fields": places["fill"],
            "fill page by link": places["shared"],
            "document page": places["document"],
            "toolkit, 500 tools": "/toolkit/",
            "toolkit, sixty cards": "/toolkit/?show=all",
            "toolkit, a search": "/toolkit/?q=interpreter",
            "a tool": "/toolkit/trip-report/",
            "a tool tried out": "/toolkit/trip-report/try/",
            "what is learnt from use": "/toolkit/learn/",
            "home": "/",
        }
        server.sign_in(places["email"], places["password"])
        rows = measure(server, pages, rounds, save=places["shared"])
        visits = {label: first_visit(server, path) for label, path in pages.items() if not label.startswith("bare")}
        memory = server.memory()
        forms, edits = server.forms(rounds), server.edits(rounds)
    report.pages(name, rows, visits, memory)
    report.forms(forms)
    report.edits(edits)
    report.pdfs(server.papers(rounds))


if __name__ == "__main__":
    sys.exit(main())
