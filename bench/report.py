"""The tables that ``./run bench`` prints."""

from __future__ import annotations

from typing import Any

from bench.server import Row, median, p95

TARGETS = (
    "to reach: ≤ 12 queries · HTML ≤ 14 kB gzipped with 25 rows · first visit ≤ 90 kB in ≤ 12 requests · "
    "library of 500 tools ≤ 100 kB gzipped · "
    "fill page ≤ 60 ms of CPU"
)


def pages(name: str, rows: dict[str, Row], visits: dict[str, tuple[int, int] | None], memory: float) -> None:
    floor = next(iter(rows.values()))
    print(f"\n{name}: 1,000 partnerships; one server process; times in ms ({TARGETS})\n")
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
