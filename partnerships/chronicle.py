"""The history of a partnership as prose: by month and day, what one person did in a row in one sentence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.mentions import ats_beside_names
from partnerships.models import Comment, HistoryEntry, Partnership
from partnerships.story import apart, tell
from partnerships.things import Thing, things_of

QUOTED = 200
MOST_IN_A_SENTENCE = 5
OTHER = "other"
# What is said once of several people or things, when all else is the same, and the word in which they differ.
GATHERED = {
    "traveller.added": "person",
    "traveller.moved": "person",
    "traveller.undertook": "person",
    "traveller.judged": "person",
    "team.joined": "person",
    "workshop.trainer_added": "person",
    "exchange.agenda_changed": "what",
    "exchange.cost_changed": "what",
    "transfer.item_written": "item",
}
WHY = {"reason", "note", "waived"}
# The parts of a story, by the beginnings of their verbs. What begins otherwise is found under OTHER.
PARTS = {
    "course": (gettext_lazy("Status and phases"), ("partnership.", "cycle.", "phase.", "criterion.")),
    "people": (gettext_lazy("People and organizations"), ("organization.", "team.")),
    "funding": (gettext_lazy("Awards and their reports"), ("award.", "period.")),
    "documents": (gettext_lazy("Documents and tools"), ("document.", "link.", "tool.")),
    "workshops": (gettext_lazy("Workshops"), ("workshop.",)),
    "contributions": (gettext_lazy("Contributions and meetings"), ("contribution.", "meeting.")),
    "resources": (gettext_lazy("Shared resources and equipment"), ("resource.", "transfer.")),
    "exchanges": (gettext_lazy("Exchanges"), ("exchange.", "traveller.")),
    "follow-ups": (gettext_lazy("Follow-ups"), ("follow_up.",)),
    "comments": (gettext_lazy("Comments"), ("comment.",)),
}


@dataclass(frozen=True, kw_only=True)
class Clause:
    """What was done: words, why (``note``), what was said (``quote``), and where. ``before`` joins it to the last."""

    text: str
    note: str = ""
    quote: str = ""
    url: str = ""
    thing: str = ""
    before: str = ""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    who: str
    clauses: list[Clause]


@dataclass(kw_only=True)
class Day:
    on: date
    sentences: list[Sentence] = field(default_factory=list)


@dataclass(kw_only=True)
class Month:
    first: date
    days: list[Day]


def part_choices() -> list[tuple[str, str]]:
    return [*((name, str(label)) for name, (label, _starts) in PARTS.items()), (OTHER, _("Other things"))]


def in_part(entries: QuerySet, part: str) -> QuerySet:
    """The entries of one part of the story."""
    if part == OTHER:
        known = Q()
        for _label, starts in PARTS.values():
            known |= _begins(starts)
        return entries.exclude(known)
    return entries.filter(_begins(PARTS[part][1]))


def _begins(starts: Iterable[str]) -> Q:
    found = Q()
    for start in starts:
        found |= Q(verb__startswith=start)
    return found


def months_of(entries: Iterable[HistoryEntry], partnership: Partnership, reader: User) -> list[Month]:
    """``entries``, in whatever order of days, as months of days of sentences; a day is told from morning to night."""
    entries = list(entries)
    clauses = clauses_of(entries, partnership, reader)
    days: dict[date, list[HistoryEntry]] = {}
    for entry in entries:
        days.setdefault(timezone.localtime(entry.at).date(), []).append(entry)
    told = [
        Day(on=on, sentences=list(_sentences(sorted(rows, key=lambda entry: (entry.at, entry.pk)), clauses)))
        for on, rows in days.items()
    ]
    return [Month(first=first, days=list(rows)) for first, rows in groupby(told, key=lambda day: day.on.replace(day=1))]


def _sentences(entries: list[HistoryEntry], clauses: dict[int, Clause]) -> Iterator[Sentence]:
    for who, rows in groupby(entries, key=lambda entry: (entry.actor_id, entry.actor_name)):
        waiting: list[Clause] = []
        for entry in summed(rows):
            waiting.append(_clause(entry) if entry.pk is None else clauses[entry.pk])
            # A reason or a quotation ends its sentence, and so does breath.
            if waiting[-1].note or waiting[-1].quote or len(waiting) == MOST_IN_A_SENTENCE:
                yield Sentence(who=who[1], clauses=_joined(waiting))
                waiting = []
        if waiting:
            yield Sentence(who=who[1], clauses=_joined(waiting))


def summed(entries: Iterable[HistoryEntry]) -> list[HistoryEntry]:
    """What one person did in a row, steps of one thing as one step, and the same for several people told once.

    An entry that stands for several is a new one without a key, at the place of the first of them.
    """
    return _gathered(_in_one_step(entries))


def _in_one_step(entries: Iterable[HistoryEntry]) -> list[HistoryEntry]:
    """From “A” to “B” and then from “B” to “C” is from “A” to “C”; a step that says why stands for itself."""
    told: list[HistoryEntry] = []
    latest: dict[tuple, int] = {}
    for entry in entries:
        if {"old", "new"} <= entry.data.keys():
            key = (entry.verb, _all_but(entry, {"old", "new", "code", *WHY}))
            at = latest.get(key)
            if at is not None and _continues(told[at], entry):
                told[at] = _standing_for(entry, told[at].data | entry.data | {"old": told[at].data["old"]})
                continue
            latest[key] = len(told)
        told.append(entry)
    return told


def _continues(before: HistoryEntry, entry: HistoryEntry) -> bool:
    is_next = before.data["new"] == entry.data["old"] and before.data["old"] != entry.data["new"]
    return is_next and not any(before.data.get(word) for word in WHY)


def _gathered(entries: list[HistoryEntry]) -> list[HistoryEntry]:
    told: list[HistoryEntry] = []
    for (verb, _same), rows in groupby(entries, key=lambda entry: (entry.verb, _gathering_key(entry))):
        several, word = list(rows), GATHERED.get(verb)
        if word is None or len(several) == 1:
            told += several
            continue
        members = list(dict.fromkeys(str(entry.data[word]) for entry in several))
        words = listed(members) if word == "person" else "; ".join(members)
        told.append(_standing_for(several[0], several[0].data | {word: words}))
    return told


def _gathering_key(entry: HistoryEntry) -> str | int:
    word = GATHERED.get(entry.verb)
    return _all_but(entry, {word}) if word in entry.data else id(entry)


def _all_but(entry: HistoryEntry, words: set[str]) -> str:
    return json.dumps({name: value for name, value in entry.data.items() if name not in words}, sort_keys=True)


def _standing_for(entry: HistoryEntry, data: dict) -> HistoryEntry:
    return HistoryEntry(
        partnership=entry.partnership,
        verb=entry.verb,
        at=entry.at,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        data=data,
    )


def _joined(clauses: list[Clause]) -> list[Clause]:
    """The clauses with what stands between them: “a, b, and c” as the reader's language writes a list."""
    between = separators(len(clauses))
    return [
        Clause(**{**clause.__dict__, "before": before}) for clause, before in zip(clauses, ["", *between], strict=True)
    ]


def listed(words: list[str]) -> str:
    between = separators(len(words))
    return "".join(word + after for word, after in zip(map(apart, words), [*between, ""], strict=True))


def separators(n: int) -> list[str]:
    """The ``n - 1`` pieces between the members of a list, in the present language."""
    try:
        locale = Locale.parse(translation.get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    mark = "\0"
    return format_list([mark] * n, locale=locale).split(mark)[1:-1]


def clauses_of(entries: list[HistoryEntry], partnership: Partnership, reader: User) -> dict[int, Clause]:
    """What each of ``entries`` says, by its key, as ``reader`` may read it."""
    comments = {row.pk: row for row in _comments(entries)}
    for comment in comments.values():
        comment.partnership = partnership
    things = things_of(comments.values(), reader)
    clauses = {}
    for entry in entries:
        entry.partnership = partnership
        comment = comments.get(entry.data.get("comment"))
        thing = things[comment.subject_key] if comment else None
        clauses[entry.pk] = _comment_clause(entry, comment, thing) if thing else _clause(entry)
    return clauses


def _comments(entries: list[HistoryEntry]) -> QuerySet:
    wanted = [entry.data["comment"] for entry in entries if isinstance(entry.data.get("comment"), int)]
    return Comment.objects.filter(pk__in=wanted) if wanted else Comment.objects.none()


def _clause(entry: HistoryEntry) -> Clause:
    return Clause(text=tell(entry), note=note_of(entry))


def _comment_clause(entry: HistoryEntry, comment: Comment, thing: Thing) -> Clause:
    """Words of a comment only while they stand, and only for those who may see what it is about."""
    if thing.is_hidden or entry.verb != "comment.added":
        return _clause(entry)
    return Clause(
        text=_("wrote a comment on"),
        thing=thing.title,
        url=f"{thing.talk_url}#comment-{comment.pk}",
        quote=_("removed since") if comment.is_removed else ats_beside_names(Truncator(comment.text).chars(QUOTED)),
    )


def note_of(entry: HistoryEntry) -> str:
    """Why it was done, what was set aside, and what was said with it."""
    waived = ", ".join(entry.data.get("waived", []))
    restart, left = entry.data.get("restart_on"), entry.data.get("obligations")
    notes = [
        entry.data.get("reason") or entry.data.get("note", ""),
        _("Set aside: %(waived)s") % {"waived": waived} if waived else "",
        _("Expected to go on: %(day)s") % {"day": date_format(date.fromisoformat(restart))} if restart else "",
        _("Obligations left: %(obligations)s") % {"obligations": left} if left else "",
    ]
    return " · ".join(filter(None, notes))
