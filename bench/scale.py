"""Every page on the world of seed_scale, beside the same page on the demonstration world, taken in turn."""

from __future__ import annotations

import json
import time
import urllib.error
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.server import Server, median

MOST_QUERIES, MOST_TIMES, MOST_MEMORY = 15, 1.5, 180
FASTER = 0.005  # seconds that a page may take more whatever the ratio: a tick of the machine


@dataclass
class Seen:
    """One page on one world. ``refused``: the status of a page that did not come; nothing else is known of it."""

    queries: int = 0
    plain: int = 0
    refused: int = 0
    wall: list[float] = field(default_factory=list)


@dataclass
class Page:
    """A page as one person opens it: on the demonstration world and on the large one."""

    name: str
    demo: Seen | None
    scale: Seen

    @property
    def ratio(self) -> float:
        """How many times as long the large world takes; 0 where there is nothing to compare."""
        return median(self.scale.wall) / median(self.demo.wall) if self.demo and self.demo.wall else 0.0

    @property
    def missed(self) -> list[str]:
        """The targets that it misses."""
        found = [f"{world.refused} on one world" for world in (self.scale, self.demo) if world and world.refused]
        if found:
            return found
        if self.scale.queries > MOST_QUERIES:
            found.append(f"{self.scale.queries} queries")
        if self.ratio > MOST_TIMES and median(self.scale.wall) - median(self.demo.wall) > FASTER:
            found.append(f"{self.ratio:.1f} × the demonstration world")
        return found


@dataclass
class Export:
    """A list of many rows given as a file. Memory is in megabytes, time in seconds."""

    rows: int
    size: int
    first: float
    whole: float
    before: float
    most: float


@dataclass
class Comparison:
    pages: dict[str, list[Page]]
    export: Export
    memory: dict[str, float]


def compare(scale: Server, demo: Server, rounds: int) -> Comparison:
    """All pages as an administrator, then a coordinator's own; the export, and what the servers hold at the end."""
    worlds = {"scale": scale, "demo": demo}
    told = {name: json.loads(server.manage("bench_places")) for name, server in worlds.items()}
    found = {}
    for label, at in (("administrator", 0), ("coordinator", 1)):
        places = {}
        for name, server in worlds.items():
            email, places[name] = list(told[name]["people"].items())[at]
            server.forget()
            server.sign_in(email, told[name]["password"])
        found[label] = _in_turn(worlds, places, rounds)
        if not at:
            export = _export(scale, told["scale"]["export"])
    return Comparison(pages=found, export=export, memory={name: server.memory() for name, server in worlds.items()})


def _in_turn(worlds: dict[str, Server], places: dict[str, dict[str, str]], rounds: int) -> list[Page]:
    """Page by page, one request on each world after the other, so that a slow moment touches both alike."""
    pages = []
    for name, path in places["scale"].items():
        paths = {world: places[world].get(name) for world in worlds}
        seen = {world: _first_look(worlds[world], path) for world, path in paths.items() if path}
        page = Page(name=name, demo=seen.get("demo"), scale=seen["scale"])
        for _round in range(0 if any(one.refused for one in seen.values()) else rounds):
            for world, one in seen.items():
                start = time.perf_counter()
                worlds[world].get(paths[world])
                one.wall.append(time.perf_counter() - start)
        pages.append(page)
    return pages


def _first_look(server: Server, path: str) -> Seen:
    try:
        server.get(path)  # what is read once a process
    except urllib.error.HTTPError as error:
        return Seen(refused=error.code)
    body, headers = server.get(path, **{"X-Bench-Count": "1"})
    return Seen(queries=int(headers.get("X-Bench-Queries", 0)), plain=len(body))


def _export(server: Server, path: str) -> Export:
    """Twice, for the first one warms up; memory is read while the file comes."""
    server.get(path)
    before = most = server.memory()
    start, first, size, lines = time.perf_counter(), 0.0, 0, 0
    for piece in server.pieces(path):
        first = first or time.perf_counter() - start
        size += len(piece)
        lines += piece.count(b"\n")
        most = max(most, server.memory())
    whole = time.perf_counter() - start
    return Export(rows=lines - 1, size=size, first=first, whole=whole, before=before, most=most)


def missed(comparison: Comparison) -> Iterator[str]:
    """Every target that was not reached, in words."""
    for who, pages in comparison.pages.items():
        for page in pages:
            for what in page.missed:
                yield f"{page.name} ({who}): {what}"
    if comparison.memory["scale"] > MOST_MEMORY:
        yield f"memory of the server: {comparison.memory['scale']:.0f} MB"
