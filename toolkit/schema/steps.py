"""What a merge is made of: one step for each thing that a new version brings."""

from dataclasses import dataclass, field
from typing import Any, Literal

from .parts import Part

Side = Literal["theirs", "ours"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing the new version brings. ``taken`` is whose is in the result; the other may be chosen by ``key``.

    ``what`` is added, removed, off, property, place or order; ``part`` is the part as ours has it, else as theirs.
    For a property ``base``, ``theirs`` and ``ours`` are its values, None where it is absent.

    ``parts`` are others that it is about. Of an order they are those that move, of something left out what is new
    inside it. Otherwise ``why`` says what they are: ``users`` depend on it, ``needs`` are what it depends on and the
    copy leaves out, a ``twin`` is our own part of the same name, which is called ``gives_way`` if theirs is taken.
    """

    key: str
    what: str
    part: Part
    taken: Side
    is_conflict: bool = False
    name: str = ""
    lang: str = ""
    base: Any = None
    theirs: Any = None
    ours: Any = None
    why: str = ""
    parts: tuple[Part, ...] = ()
    gives_way: str = ""


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The tool that comes out, and all that the new version brought to it."""

    raw: dict[str, Any]
    steps: tuple[Step, ...]

    @property
    def conflicts(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.is_conflict)


@dataclass
class Held:
    """What cannot simply be taken, by the keys of steps: why, and the parts it is about. ``wanted`` are parts that the
    copy left out and something new speaks of."""

    why: dict[str, tuple[str, dict[str, Part]]] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)

    def hold(self, key: str, why: str, part: Part) -> bool:
        """Whether this was not known."""
        parts = self.why.setdefault(key, (why, {}))[1]
        is_new = part.id not in parts
        parts[part.id] = part
        return is_new
