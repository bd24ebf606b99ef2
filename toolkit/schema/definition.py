"""What a tool is: frozen, plain, and complete once the parser has made it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

# One text in several languages: {"en": "The visit", "fr": "La visite"}.
Text = dict[str, str]

# A parsed expression: JSON lists, strings, numbers and truth values. See expressions.py.
Tree = list | str | float | bool

SECTIONS = ("initiate", "workplan", "implement", "monitor", "evaluate", "disseminate")
KINDS_OF_TOOL = ("form", "document", "checklist", "guide", "report")
MODES = ("single", "joint", "each", "open")
SIDES = ("host", "resource", "coordinator", "both")
DEFAULT_MAX_ROWS = 200


def tr(text: Mapping[str, str] | None, lang: str) -> str:
    """``text`` in ``lang``, else in its plain language ("pt" for "pt-BR"), else in its first."""
    if not text:
        return ""
    return text.get(lang) or text.get(lang.split("-")[0]) or next(iter(text.values()))


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer a choice list offers."""

    name: str
    label: Text
    score: float | None = None
    # What filters ask for: {"country": "KE"}
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question, calculation or note. ``kind`` is a key of ``kinds.KINDS``.

    ``repeat`` is the id of the table it is a column of, ``group`` the id of its group; ``side``
    is resolved from the item, its table and its group. Expressions are linked trees.
    """

    id: str
    name: str
    kind: str
    label: Text
    side: str = "both"
    group: str | None = None
    repeat: str | None = None
    list: str | None = None
    hint: Text | None = None
    guidance: Text | None = None
    required: Tree = False
    relevant: Tree | None = None
    constraint: Tree | None = None
    constraint_message: Text | None = None
    choice_filter: Tree | None = None
    calculation: Tree | None = None
    default: Any = None
    bind: str | None = None
    appearance: str | None = None
    readonly: bool = False
    sensitive: bool = False
    feeds: Sequence[str] = ()
    max_words: int | None = None
    max_length: int | None = None
    min: float | None = None
    max: float | None = None
    unit: Text | None = None
    currency: str | None = None
    of: str | None = None
    rows_of: str | None = None
    label_from: str | None = None


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A table: rows that people add, or ``fixed`` rows that the author wrote.

    ``totals`` holds item ids. ``rows`` are the seed rows as answers:
    ``{"_row": "lead01", "f_role": "Lead"}``.
    """

    id: str
    name: str
    label: Text
    items: tuple[Item, ...]
    side: str = "both"
    group: str | None = None
    hint: Text | None = None
    guidance: Text | None = None
    relevant: Tree | None = None
    min: int = 0
    max: int = DEFAULT_MAX_ROWS
    prefill: str | None = None
    totals: tuple[str, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()
    fixed: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """A section of the page and of the paper. Its id is ``g_`` and its name."""

    name: str
    label: Text
    nodes: tuple[Item | Repeat, ...]
    side: str = "both"
    guidance: Text | None = None
    relevant: Tree | None = None

    @property
    def id(self) -> str:
        return f"g_{self.name}"


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A whole tool, as one published version holds it.

    ``order`` names every group, table and item so that each stands after all it depends on.
    ``frequency`` is the file's ``repeats`` ("yearly"); ``repeats`` are the tables. ``written`` is
    the tool as its author wrote it, in normal form.
    """

    tool: str
    section: str
    kind: str
    title: Text
    purpose: Text
    languages: tuple[str, ...]
    nodes: tuple[Group | Repeat | Item, ...]
    lists: Mapping[str, tuple[Choice, ...]]
    order: tuple[str, ...]
    number: str = ""
    guidance: Text | None = None
    filled_by: Text | None = None
    subject: str = "partnership"
    mode: str = "single"
    frequency: Text | None = None
    minutes: int | None = None
    source: Text | None = None
    body: Text | None = None
    written: Mapping[str, Any] = field(repr=False, compare=False)

    def named(self, lang: str) -> str:
        """“3.12 Certificate of completion”; a tool of one's own often has no number."""
        return f"{self.number} {tr(self.title, lang)}".strip()

    @property
    def file_stem(self) -> str:
        """What files about it are called: “3.12-certificate-of-completion”."""
        return f"{self.number}-{self.tool}".lstrip("-")

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item in the order of the page, columns of tables included."""
        return tuple(node for node in self._walk() if isinstance(node, Item))

    @cached_property
    def repeats(self) -> tuple[Repeat, ...]:
        return tuple(node for node in self._walk() if isinstance(node, Repeat))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        return tuple(node for node in self.nodes if isinstance(node, Group))

    @cached_property
    def by_id(self) -> Mapping[str, Item | Repeat]:
        return {node.id: node for node in self._walk() if not isinstance(node, Group)}

    def _walk(self) -> Iterator[Group | Repeat | Item]:
        for node in self.nodes:
            yield node
            for child in node.nodes if isinstance(node, Group) else ():
                yield child
                yield from child.items if isinstance(child, Repeat) else ()
            yield from node.items if isinstance(node, Repeat) else ()


def language_of(form: Definition, wanted: str) -> str:
    """The language the form speaks when ``wanted`` is asked of it."""
    plain = wanted.split("-")[0]
    return next((lang for lang in (wanted, plain) if lang in form.languages), form.languages[0])
