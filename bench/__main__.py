"""``./run bench``: what the pages cost on the world of seed_scale.

The main pages are held against a bare Django page, and all pages against the demonstration world, in the same run:
absolute times on a shared machine mean little; the ratios do. ``--quick`` takes fewer rounds and a tenth of the world.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bench import report
from bench.scale import compare
from bench.server import Server, measure
from bench.visit import first_visit


@dataclass(frozen=True, kw_only=True)
class Plan:
    """``parts``: “scale” for all pages on two worlds, “pages” for the main ones."""

    rounds: int
    fraction: float
    parts: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="15 rounds instead of 60, on a tenth of the world")
    parser.add_argument("--part", choices=["pages", "scale"], help="the main pages, or all pages on two worlds")
    parser.add_argument("--fraction", type=float, help="how much of the whole world; 1 unless --quick")
    parser.add_argument("--only", choices=["sqlite", "postgresql"], help="one database")
    options = parser.parse_args()
    plan = Plan(
        rounds=15 if options.quick else 60,
        fraction=options.fraction or (0.1 if options.quick else 1.0),
        parts=[options.part] if options.part else ["scale", "pages"],
    )
    databases = {"sqlite": None, "postgresql": os.environ.get("BENCH_POSTGRES_URL") or None}
    for name, url in databases.items():
        if options.only not in (None, name):
            continue
        if name == "postgresql" and not url:
            print("\nPostgreSQL: left out, no server could be reached.")
            continue
        with tempfile.TemporaryDirectory(prefix="twinning-bench-") as folder:
            if url:
                with own_database(url, "scale") as scale, own_database(url, "demo") as demo:
                    run_on(name, scale, demo, Path(folder), plan)
            else:
                here = f"sqlite:///{folder}"
                run_on(name, f"{here}/scale.sqlite3", f"{here}/demo.sqlite3", Path(folder), plan)


@contextmanager
def own_database(url: str, world: str) -> Iterator[str]:
    """A database of our own on the server that ``url`` names, dropped afterwards."""
    import psycopg2

    name = f"twinning_bench_{world}_{os.getpid()}"
    parts = urlsplit(url)
    server = psycopg2.connect(urlunsplit(parts._replace(scheme="postgresql", path="/postgres")))
    server.autocommit = True
    server.cursor().execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        server.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.close()


def run_on(name: str, url: str, demo_url: str, folder: Path, plan: Plan) -> None:
    with Server(url, folder) as server:
        begun = time.monotonic()
        server.manage("seed_scale", "--fraction", str(plan.fraction))
        print(f"\n{name}: {plan.fraction:g} of the world made in {time.monotonic() - begun:.0f} s")
        if "scale" in plan.parts:
            with Server(demo_url, folder) as demo:
                demo.manage("seed_demo", "--force")
                report.scale(name, compare(server, demo, max(5, plan.rounds // 4)))
        if "pages" in plan.parts:
            main_pages(name, server, plan)


def main_pages(name: str, server: Server, plan: Plan) -> None:
    """The pages that everybody opens, the form language, the editor and paper, with 500 tools."""
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
    server.forget()
    server.sign_in(places["email"], places["password"])
    rows = measure(server, pages, plan.rounds, save=places["shared"])
    visits = {label: first_visit(server, path) for label, path in pages.items() if not label.startswith("bare")}
    report.pages(name, rows, visits, server.memory())
    report.forms(server.forms(plan.rounds))
    report.edits(server.edits(plan.rounds))
    report.pdfs(server.papers(plan.rounds))


if __name__ == "__main__":
    sys.exit(main())
