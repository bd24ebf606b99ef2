"""What the text of a document speaks of, read from its Liquid without putting it together.

A name that is not there leaves its gap empty and its clause out, in silence. So the text is held against the
questions: when the problems of a tool are listed, when somebody asks who needs a question, when one gets a new name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import liquid
from liquid.builtin.expressions import FilteredExpression, Path, StringLiteral
from liquid.builtin.expressions.logical import EqExpression, NeExpression
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.case_tag import CaseNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.exceptions import LiquidError

from .errors import Problem
from .parts import Part, parts_of
from .words import Message, _

# What a text may say besides answers, with the words that may follow; docs/documents.md tells what each is.
RECORDS: dict[str, frozenset[str]] = {
    "partnership": frozenset({"name", "reference", "goal", "starts_on", "ends_on", "countries"}),
    "programme": frozenset({"name", "currency"}),
    "parties": frozenset({"name", "legal_name", "local_name", "address", "country", "side"}),
    "document": frozenset({"reference", "title"}),
    "today": frozenset(),
    "signatures": frozenset(),
}
PICKED = frozenset({"select_one", "yes_no"})
_YES_NO = ("yes", "no")
_ROW, _UNKNOWN = "*", "?"  # one row of a list; something that only the answers can tell
_ENDS = frozenset({"first", "last"})
_KEEP_ROWS = frozenset({"where", "sort", "reverse", "slice", "uniq", "compact"})
_NAME_COLUMNS = frozenset({"where", "sort", "map", "uniq", "compact"})
_PLAIN = re.compile(r"\b(?:answers|picked)\.([a-z0-9_]+)")
_ROOT = re.compile(r"[\w-]+\??")
_STEP = re.compile(r"\s*(?:\.\s*([\w-]+\??)|\[\s*[\"']([^\"']*)[\"']\s*\]|\[\s*-?\d+\s*\])")

# Words of Liquid's own, which may not follow a point.
_RESERVED = frozenset(
    "limit offset cols reversed in contains and or not if else true false nil null empty blank for with as required "
    "continue".split()
)

Steps = tuple[str, ...]
Span = tuple[int, int] | None


@dataclass(frozen=True)
class Mention:
    """One place of a text: ``("answers", "costs", "*", "amount")`` is a column in a loop over a table.

    ``spans`` say where in the text each step stands, None for those that the loop said. ``word`` is what the answer is
    compared with, if it is.
    """

    steps: Steps
    spans: tuple[Span, ...]
    line: int
    word: str | None = None


@lru_cache(maxsize=256)
def mentions(text: str) -> tuple[Mention, ...]:
    """All that ``text`` speaks of, in its order; nothing of one that is no Liquid (body_fault() says why)."""
    try:
        return tuple(_Walk(text).found)
    except (LiquidError, RecursionError):
        return ()


class _Walk:
    """One pass over a text. ``known`` says what a name of the text itself stands for, None where that is not known."""

    def __init__(self, text: str):
        self.text, self.found = text, list[Mention]()
        template = liquid.Environment().from_string(text)
        self.context = liquid.RenderContext(template)
        self.assigned: dict[str, Steps | None] = {}
        self.loops: list[dict[str, Steps | None]] = []
        self.ever = set(template.analyze(include_partials=False).locals)
        for node in template.nodes:
            self.node(node)

    def node(self, node: Any, case: Steps | None = None) -> None:
        for expression in node.expressions():
            self.expression(expression)
            for literal in getattr(expression, "expressions", ()) if case else ():
                self.compared(case, literal)
        for name in node.template_scope():
            meant = self.meant(node.expression) if isinstance(node, AssignNode) else None
            is_other = str(name) in self.assigned and self.assigned[str(name)] != meant
            self.assigned[str(name)] = None if is_other else meant
        scope: dict[str, Steps | None] = dict.fromkeys(map(str, node.block_scope()))
        if isinstance(node, ForNode):
            rows = self.meant(node.expression.iterable)
            scope[str(node.expression.identifier)] = (*rows, _ROW) if rows else None
        asked = self.meant(node.expression) if isinstance(node, CaseNode) else None
        self.loops.append(scope)
        for child in node.children(self.context, include_partials=False):
            self.node(child, asked)
        self.loops.pop()

    def expression(self, expression: Any) -> None:
        if isinstance(expression, Path):
            self.mention(expression)
        if isinstance(expression, EqExpression | NeExpression):
            for answer, word in ((expression.left, expression.right), (expression.right, expression.left)):
                self.compared(self.meant(answer), word)
        if isinstance(expression, FilteredExpression):
            self.filtered(expression)
        for child in expression.children():
            self.expression(child)

    def mention(self, path: Path) -> None:
        steps = self.steps(path)
        if steps:
            start = path.token.start_index
            n_base = len(steps) - len(path.path) + 1
            spans = (*[None] * n_base, *_spans(self.text, start, len(path.path) - 1))
            self.add(steps, spans if len(spans) == len(steps) else (None,) * len(steps), start)

    def compared(self, steps: Steps | None, word: Any) -> None:
        if steps and isinstance(word, StringLiteral):
            self.add(steps, (None,) * len(steps), word.token.start_index, word=word.value)

    def filtered(self, expression: FilteredExpression) -> None:
        """Columns that filters name in quotation marks: ``answers.costs | map: "amount"``."""
        rows = self.meant(expression.left)
        for each in expression.filters if rows else ():
            argument = each.args[0].value if each.name in _NAME_COLUMNS and each.args else None
            if isinstance(argument, StringLiteral):
                at = argument.token.start_index + 1
                self.add((*rows, _ROW, argument.value), (*[None] * (len(rows) + 1), (at, at + len(argument.value))), at)
            if each.name not in _KEEP_ROWS:
                break

    def add(self, steps: Steps, spans: tuple[Span, ...], at: int, *, word: str | None = None) -> None:
        self.found.append(Mention(steps, spans, self.text.count("\n", 0, at) + 1, word))

    def meant(self, expression: Any) -> Steps | None:
        """What an expression stands for, if it is nothing but a name, or rows that were chosen and put in order."""
        if isinstance(expression, FilteredExpression):
            kept = all(each.name in _KEEP_ROWS for each in expression.filters)
            return self.meant(expression.left) if kept else None
        return self.steps(expression) if isinstance(expression, Path) else None

    def steps(self, path: Path) -> Steps | None:
        root = str(path.path[0])
        base: Steps | None = (root,)
        for scope in (*reversed(self.loops), self.assigned):
            if root in scope:
                base = scope[root]
                break
        else:
            base = None if root in self.ever else base
        return None if base is None else (*base, *map(_step, path.path[1:]))


def _step(each: Any) -> str:
    return each if isinstance(each, str) else _ROW if isinstance(each, int) else _UNKNOWN


def _spans(text: str, start: int, count: int) -> list[Span]:
    root = _ROOT.match(text, start)
    at, spans = root.end() if root else start, list[Span]()
    for _n in range(count):
        match = _STEP.match(text, at)
        if not match:
            break
        group = match.lastindex
        spans.append(match.span(group) if group else None)
        at = match.end()
    return spans


# What is meant


def spelled(root: str, name: str) -> str:
    """How a text names an answer: ``answers.limit`` would be a fault of Liquid, ``answers["limit"]`` is none."""
    return f'{root}["{name}"]' if name in _RESERVED else f"{root}.{name}"


class Names:
    """The questions of a raw tool as its text may call them."""

    def __init__(self, raw: Mapping[str, Any]):
        self.parts = parts_of(raw)
        self.lists = raw.get("choices") if isinstance(raw.get("choices"), Mapping) else {}
        self.form: dict[str, Part] = {}
        self.columns: dict[str, dict[str, Part]] = {}
        for part in self.parts.values():
            table = self.parts.get(part.parent)
            if part.sort == "item" and table is not None and table.sort == "table":
                self.columns.setdefault(table.id, {}).setdefault(part.name, part)
            elif part.sort in ("item", "table"):
                self.form.setdefault(part.name, part)

    def is_meant(self, part: Part) -> bool:
        """Whether the name of ``part`` stands for it; of two with one name it stands for the first."""
        known = self.columns.get(part.parent, self.form)
        return part.name in known and known[part.name].id == part.id

    def meant(self, mention: Mention) -> Iterator[tuple[Part, int]]:
        """The parts that a mention speaks of, each with the step that names it."""
        steps = mention.steps
        part = self.form.get(steps[1]) if len(steps) > 1 and steps[0] in ("answers", "picked") else None
        if part is None:
            return
        yield part, 1
        at = _past_row(steps)
        column = self.columns.get(part.id, {}).get(steps[at]) if part.sort == "table" and at < len(steps) else None
        if column is not None:
            yield column, at

    def fault(self, mention: Mention) -> Message | None:
        steps = mention.steps
        if steps[0] == "picked" and len(steps) > 1 and steps[1] not in (_UNKNOWN, _ROW):
            return self._picked(steps, mention)
        if steps[0] == "answers":
            return self._answer(steps, mention.line) if len(steps) > 1 else None
        return _record(steps, mention.line)

    def _answer(self, steps: Steps, line: int) -> Message | None:
        name = steps[1]
        if name in (_UNKNOWN, _ROW):
            return None
        part = self.form.get(name)
        if part is None:
            return self._no_question(f"answers.{name}", name, self.form, line)
        at = _past_row(steps)
        if part.sort != "table" or at >= len(steps) or steps[at] in (_UNKNOWN, _ROW, "size"):
            return None
        columns = self.columns.get(part.id, {})
        if steps[at] in columns and at > 2:
            return None
        words = {"line": line, "name": steps[at][:60], "table": part.name}
        if steps[at] in columns:
            return _(
                "In line %(line)d “answers.%(table)s.%(name)s” says nothing: the text has to go through the rows of "
                "the table. Insert it from the list.",
                **words,
            )
        return _(
            "In line %(line)d the text speaks of “%(name)s” in the table “%(table)s”, which has no such column.",
            **words,
        )

    def _picked(self, steps: Steps, mention: Mention) -> Message | None:
        name, line = steps[1], mention.line
        part = self.form.get(name)
        if part is None:
            return self._no_question(f"picked.{name}", name, self.form, line)
        kind, _space, choices = str(part.entry.get("type", "")).partition(" ")
        if kind not in PICKED:
            return _(
                "In line %(line)d the text asks what was picked in “%(name)s”, but that is no question with one "
                "answer to choose.",
                line=line,
                name=name,
            )
        if part.entry.get("sensitive"):
            return _(
                "In line %(line)d the text depends on “%(name)s”, whose answers few may see. It never appears.",
                line=line,
                name=name,
            )
        listed = self.lists.get(choices) if kind == "select_one" else None
        known = [str(each.get("name")) for each in listed or () if isinstance(each, Mapping)] or list(_YES_NO)
        if mention.word is None or mention.word in known or (kind == "select_one" and not listed):
            return None
        return _(
            "In line %(line)d the text asks whether “%(name)s” is “%(word)s”, which is not among its answers: "
            "%(known)s.",
            line=line,
            name=name,
            word=mention.word[:60],
            known=", ".join(known[:12]),
        )

    def _no_question(self, said: str, name: str, known: Mapping[str, Part], line: int) -> Message:
        near = get_close_matches(name, list(known), n=1)
        if near:
            return _(
                "In line %(line)d the text speaks of “%(said)s”, but no question has that short name. "
                "Did you mean “%(near)s”?",
                line=line,
                said=said[:90],
                near=near[0],
            )
        return _(
            "In line %(line)d the text speaks of “%(said)s”, but no question has that short name.",
            line=line,
            said=said[:90],
        )


def _past_row(steps: Steps) -> int:
    """Where in the steps of a table the column stands."""
    at = 2
    while at < len(steps) and (steps[at] == _ROW or steps[at] in _ENDS):
        at += 1
    return at


def _record(steps: Steps, line: int) -> Message | None:
    root, rest = steps[0], [each for each in steps[1:] if each not in (_ROW, *_ENDS, "size")]
    unknown = _("In line %(line)d the text speaks of “%(said)s”, which it cannot know. Insert what you need from the "
                "list.", line=line, said=".".join([root, *rest])[:90])  # fmt: skip
    if root not in ("forloop", "tablerowloop", "picked", *RECORDS):
        return unknown
    fields = RECORDS.get(root)
    return unknown if fields and rest and rest[0] != _UNKNOWN and rest[0] not in fields else None


def unknown_names(raw: Mapping[str, Any]) -> list[Problem]:
    """What the text of a document speaks of, in any language, that is not there; each name once a language."""
    body = raw.get("body")
    texts = {lang: text for lang, text in body.items() if isinstance(text, str)} if isinstance(body, Mapping) else {}
    if not texts:
        return []
    names, problems = Names(raw), list[Problem]()
    for lang, text in texts.items():
        seen: set[tuple] = set()
        for mention in mentions(text):
            fault = names.fault(mention)
            key = (fault.template, *(value for name, value in fault.params.items() if name != "line")) if fault else ()
            if fault and key not in seen:
                seen.add(key)
                problems.append(Problem(path=f"body.{lang}", message=fault))
    return problems


def spoken_in(text: str, names: Names) -> Iterator[Part]:
    """The questions, tables and columns that a text speaks of; of one that is no Liquid what stands there plainly."""
    found = mentions(text)
    for mention in found:
        for part, _step in names.meant(mention):
            yield part
    for name in () if found else _PLAIN.findall(text):
        if name in names.form:
            yield names.form[name]


def renamed(text: str, names: Names, part: Part, new: str) -> str:
    """``text`` with the name ``new`` for ``part`` wherever it speaks of it; ``names`` are those of before.

    In a text that is no Liquid yet only what cannot be anything else is carried along.
    """
    if not mentions(text) and part in names.form.values():
        return re.sub(rf"\b(answers|picked)\.{re.escape(part.name)}\b", rf"\1.{new}", text)
    spans = {
        mention.spans[step]
        for mention in mentions(text)
        for meant, step in names.meant(mention)
        if meant.id == part.id and mention.spans[step]
    }
    for start, end in sorted((span for span in spans if span), reverse=True):
        after_point = text[start - 1] == "."
        text = spelled(text[: start - 1], new) + text[end:] if after_point else text[:start] + new + text[end:]
    return text
