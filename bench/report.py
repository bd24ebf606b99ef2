"""The tables that ``./run bench`` prints."""

from __future__ import annotations

from typing import Any

from bench.scale import MOST_MEMORY, MOST_QUERIES, MOST_TIMES, Comparison, missed
from bench.server import Row, median, p95

TARGETS = (
    "to reach: ≤ 12 queries · HTML ≤ 14 kB gzipped with 25 rows · first visit ≤ 90 kB in ≤ 12 requests · "
    "library of 500 tools ≤ 100 kB gzipped · "
    "fill page ≤ 60 ms of CPU"
)


def pages(name: str, rows: dict[str, Row], visits: dict[str, tuple[int, int] | None], memory: float) -> None:
    floor = next(iter(rows.values()))
    print(f"\n{name}: the world of seed_scale; one server process; times in ms ({TARGETS})\n")
    print(
        f"{'page':28}{'queries':>8}{'median':>8}{'p95':>8}{'× floor':>8}{'CPU':>8}{'× floor':>8}"
        f"{'HTML kB':>9}{'gz kB':>7}{'visit kB':>10}{'requests':>9}"
    )
    for label, row in rows.items():
        visit = visits.get(label)
        print(
            f"{label:28}{row.queries or '–':>8}{median(row.wall) * 1000:8.1f}{p95(row.wall) * 1000:8.1f}"
            f"{median(row.wall) / median(floor.wall):8.2f}{mean(row.cpu) * 1000:8.1f}"
            f"{mean(row.cpu) / (mean(floor.cpu) or 1):8.2f}{row.plain / 1000:9.1f}{row.gzipped / 1000:7.1f}"
            + (f"{visit[0] / 1000:10.1f}{visit[1]:9}" if visit else f"{'–':>10}{'–':>9}")
        )
    print(f"memory of the server (proportional set size): {memory:.0f} MB")


def forms(found: dict[str, Any]) -> None:
    """``times``: CPU seconds of each work, the floor first; ``limits`` in milliseconds; ``check`` in seconds."""
    _works("the form language on large forms, in ms of CPU", found)
    print(f"check_toolkit over the whole shipped toolkit: {found['check']:.0f} s")


def edits(found: dict[str, Any]) -> None:
    """``times`` and ``limits`` as for forms()."""
    _works("the editor on 150 questions, in ms of CPU", found)


def _works(title: str, found: dict[str, Any]) -> None:
    floor = median(next(iter(found["times"].values())))
    print(f"\n{title:46}{'median':>9}{'p95':>9}{'× floor':>9}{'to reach':>10}")
    for label, times in found["times"].items():
        limit = found["limits"][label]
        print(
            f"{label:46}{median(times) * 1000:9.1f}{p95(times) * 1000:9.1f}{median(times) / floor:9.1f}"
            f"{f'≤ {limit:g}' if limit else '–':>10}"
        )


def scale(name: str, found: Comparison) -> None:
    """Every page on both worlds, the export, the memory, and which targets were missed."""
    print(
        f"\n{name}: every page on the large world beside the demonstration world; times are medians in ms "
        f"(to reach: ≤ {MOST_QUERIES} queries · ≤ {MOST_TIMES:g} × the demonstration world · ≤ {MOST_MEMORY} MB)"
    )
    for who, rows in found.pages.items():
        print(f"\n{'as ' + who:44}{'queries':>8}{'demo':>6}{'ms':>9}{'demo':>9}{'×':>7}{'kB':>9}{'demo':>9}")
        for page in sorted(rows, key=lambda page: -page.ratio):
            demo = page.demo
            print(
                f"{page.name:44}{page.scale.queries:8}{demo.queries if demo else '–':>6}"
                f"{median(page.scale.wall) * 1000:9.1f}"
                + (f"{median(demo.wall) * 1000:9.1f}{page.ratio:7.2f}" if demo else f"{'–':>9}{'–':>7}")
                + f"{page.scale.plain / 1000:9.1f}"
                + (f"{demo.plain / 1000:9.1f}" if demo else f"{'–':>9}")
                + ("  missed: " + ", ".join(page.missed) if page.missed else "")
            )
    export = found.export
    print(
        f"\nCSV of {export.rows:,} contacts, {export.size / 1e6:.1f} MB: "
        f"first byte after {export.first * 1000:.0f} ms, whole after {export.whole:.1f} s; "
        f"memory {export.before:.0f} MB before, {export.most:.0f} MB at most"
    )
    print("memory at the end: " + ", ".join(f"{world} {held:.0f} MB" for world, held in found.memory.items()))
    late = list(missed(found))
    print("\nmissed: " + ("nothing" if not late else f"{len(late)}"))
    for line in late:
        print(f"  {line}")


def mean(values: list[float]) -> float:
    """CPU time is read in ticks of 10 ms: only the mean over many batches says something."""
    return sum(values) / len(values) if values else 0.0


def pdfs(papers: dict[str, list[float]]) -> None:
    """``{label: [ours, bare, ours, bare …]}`` in seconds, taken in turn."""
    print(f"\n{'PDF through our door, beside bare WeasyPrint':46}{'ours ms':>9}{'bare ms':>9}{'ratio':>8}")
    for label, times in papers.items():
        ours, bare = times[::2], times[1::2]
        ratios = sorted(a / b for a, b in zip(ours, bare, strict=True))
        print(f"{label:46}{median(ours) * 1000:9.0f}{median(bare) * 1000:9.0f}{ratios[len(ratios) // 2]:8.2f}")
