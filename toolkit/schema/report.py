"""The faults of one tool, collected while it is read."""

from collections.abc import Iterable, Mapping, Sequence

from .errors import Problem
from .suggestions import nearest
from .words import _
from .yaml_file import Path, spell

# Of so many unknown names it is said what may have been meant; whoever has more is helped by that already.
MOST_SUGGESTIONS = 20
# Who has more faults than this in a file has one cause for many of them.
MOST_PROBLEMS = 200


class Report:
    """Collects problems while a tool is read, with the line each stands on; those beyond ``most`` are only counted."""

    def __init__(self, lines: Mapping[Path, int] | None = None, *, most: int | None = None):
        self.lines = lines or {}
        self.most = most
        self.problems: list[Problem] = []
        self.n_more = 0
        self.n_suggested = 0
        self.languages: tuple[str, ...] = ("en",)

    def add(self, path: Path, message) -> None:
        if self.is_full:
            self.n_more += 1
            return
        at = path
        while at and at not in self.lines:
            at = at[:-1]
        self.problems.append(Problem(spell(path), message, self.lines.get(at)))

    def take(self, found: Sequence[Problem]) -> None:
        """Problems that were found before."""
        room = len(found) if self.most is None else max(self.most - len(self.problems), 0)
        self.problems += found[:room]
        self.n_more += len(found[room:])

    @property
    def is_full(self) -> bool:
        return self.most is not None and len(self.problems) >= self.most

    def in_order(self) -> tuple[Problem, ...]:
        found = sorted(self.problems, key=lambda problem: problem.line or 0)
        if self.n_more:
            found.append(Problem("", _("Faults that are not listed: %(more)d.", more=self.n_more)))
        return tuple(found)

    def near(self, name: str, known: Iterable[str]) -> str:
        """What may have been meant by ``name``; empty when nothing is like it, or when that was said often enough."""
        if self.is_full or self.n_suggested >= MOST_SUGGESTIONS:
            return ""
        self.n_suggested += 1
        return nearest(name, known)

    def has_under(self, path: Path) -> bool:
        start = spell(path)
        return any(problem.path.startswith(start) for problem in self.problems)
