"""“1 days”: a number before a noun is said with a singular too, or is never one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "partnerships", "toolkit", "twinning")
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b(.*?)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
COUNTED = re.compile(
    r"(?:\{\{\s*(?P<a>\w+)\s*\}\}|%\((?P<b>\w+)\)[sd])\s+(?:(?:more|working|adapted|evaluation)\s+)?"
    r"(?P<word>[a-z]+s|people|criteria)\b"
)
SINGULAR_ONLY = {"_", "gettext", "gettext_lazy", "pgettext", "pgettext_lazy"}
# Placeholders of names, codes and days; what follows them is a verb.
NAMES = frozenset(
    "answer award award_name before by changed_by code cycle date day donor email end first giver heading host inviter"
    " kind label language line moved_by name new number organization other part person place programme question reader"
    " reference respondent sender side site_name state subject taker title what who when found_on known".split()
)
VERBS = frozenset("has is was does as its this less yes".split())
# Limits that stand in our own code, all of them far from one; what an author of tools sets is told otherwise.
LIMITS = frozenset("few limit most pages".split())
# Sentences that are never said of one, and why.
NEVER_ONE = {
    "all {{ n }} pages": "tabs fold when there are more than four",
    "After {{ n }} months of use": "checks come after 6 and 12 months",
    "Check after %(n)s months": "checks come after 6 and 12 months",
    "Check after %(n)s months of use": "checks come after 6 and 12 months",
    "Check after %(n)s months: %(title)s": "checks come after 6 and 12 months",
    "the check after %(n)s months, due on %(day)s": "checks come after 6 and 12 months",
    "the check after %(n)s months, which comes first": "checks come after 6 and 12 months",
    "made the check after %(months)s months of the transfer %(code)s, “%(title)s”": "checks come after 6 and 12 months",
    "All {{ n }} adapted tools": "told where more are there than are shown",
    "{{ n }} answers in all.": "told of more than 25",
    "That would be %(n)s reports. Look at the dates again.": "told of more than an award can have",
    "You have written %(n)s comments within an hour. Please wait a little.": "a limit",
    "Mention %(n)s people at most.": "a limit",
    "There are %(n)s files already; that is enough.": "a limit",
    "A transfer has up to %(n)s items.": "a limit",
    "A workshop has at most %(n)s sessions.": "a limit",
    "A list may have %(n)s lines at most.": "a limit",
    "A line is longer than %(n)s characters.": "a limit",
    "There are more than %(n)s travellers. Split the exchange.": "a limit",
    "evidence, such as a time sheet: these are more than %(n)s hours a day": "a limit",
    "This pack holds %(n)s tools. Download it, then choose from it under “Import”.": "a pack of one tool is taken",
    "The texts of the documents in this file have %(found)d characters; %(limit)d are read at a time.": "over a limit",
    "This pack lists %(found)d tools; %(limit)d are read at a time.": "over a limit",
    "The conditions and calculations of this form have %(found)d characters; %(limit)d are read here.": "over a limit",
    "This is %(length)d characters long; keep it to %(limit)d.": "over a limit of one at least",
    "This is %(count)d words; keep it to %(limit)d.": "over a limit of one at least",
    "This table takes %(limit)d rows; it has %(count)d.": "one is told by another sentence",
    "%(name)s cannot have been there for %(minutes)s minutes: the meeting had %(all)s.": "none, or more than it had",
    "The median of {{ n }} responses: half took less, half took more.": "told of three and more",
    "{{ n }} documents, {{ open }} under way": "below three it is told as “fewer than 3”",
    "{{ n }} of {{ all }} answers, chosen at random": "told where more are there than are shown",
    "Counted over the newest {{ n }} answers.": "a limit",
    "%(n)s files are waiting here already. Decide on those first.": "a limit",
    "Without names answers are told from %(n)s people on.": "a limit",
    "A workbook holds up to %(n)s answers. Take the CSV file.": "a limit",
    "%(name)s() takes %(count)d arguments.": "one is told by another sentence",
}
LIMITED = {
    "In the last {{ days }} days it was": "thirty and more, in our own code",
    "Opened and tried are counted for the last {{ days }} days": "thirty and more, in our own code",
}


def sentences() -> Iterator[tuple[str, str]]:
    """Every translated sentence without a plural, with the place where it stands."""
    for path in sorted((ROOT / "templates").rglob("*.*")):
        for head, body in BLOCK.findall(path.read_text(encoding="utf-8")):
            if not re.search(r"\bcount\b", head):
                yield str(path.relative_to(ROOT)), " ".join(body.split())
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SINGULAR_ONLY and node.args:
                    said = node.args[-1]
                    if isinstance(said, ast.Constant) and isinstance(said.value, str):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", said.value


def counted(sentence: str) -> list[str]:
    found = ((match["a"] or match["b"], match["word"], match[0]) for match in COUNTED.finditer(sentence))
    return [whole for name, word, whole in found if name not in NAMES | LIMITS and word not in VERBS]


def is_never_one(sentence: str) -> bool:
    return sentence in NEVER_ONE or sentence.startswith(tuple(LIMITED))


@pytest.mark.parametrize(
    ("sentence", "is_counted"),
    [
        ("%(n)s rows", True),
        ("{{ days }} working days", True),
        ("{{ n_met }} of {{ all }} criteria met", True),
        ("%(name)s begins", False),
        ("Rows: %(n)s", False),
    ],
)
def test_what_a_counted_word_is(sentence, is_counted):
    assert bool(counted(sentence)) == is_counted


def test_a_counted_word_has_a_singular():
    found = [f"{place}: {said}" for place, said in sentences() if counted(said) and not is_never_one(said)]

    assert not found, "count them (blocktranslate count, ngettext), or say why they are never one:\n" + "\n".join(found)


def test_every_exception_is_still_said():
    said = {sentence for _place, sentence in sentences()}

    assert NEVER_ONE.keys() <= said
    assert all(any(sentence.startswith(begin) for sentence in said) for begin in LIMITED)
