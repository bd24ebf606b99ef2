"""The answers of both sides beside each other, with what differs marked: one rendering for the page and the PDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.models import AnswerChange, Document, Response
from toolkit.permissions import Writer, sees_sensitive
from toolkit.rendering.display import NOTHING, Drawn, Shown, Voice, show
from toolkit.rendering.html import DocumentReader, FileUrl, drawn, responses_for
from toolkit.rendering.logos import pictures_of
from toolkit.rendering.plain import number_text
from toolkit.rendering.reading import Reader, Told, grouped
from toolkit.rendering.sheet import MUCH, Notice, Section, Sheet
from toolkit.rendering.store import pdf_for
from toolkit.schema import comparing
from toolkit.schema.answers import evaluate_answers
from toolkit.schema.cells import get_cell
from toolkit.schema.comparing import Compared, ComparedRow, Comparison, compare_answers
from toolkit.schema.definition import Group, Item, Repeat, language_of, tr
from toolkit.states import AGREED, Part, ResponseState, Source

WIDE_GAP = 2  # steps of a rating, or of a scale with scores


@dataclass(frozen=True, kw_only=True)
class Marked(Drawn):
    """A question with both answers, what is to be said of them, and what both agreed on. ``state`` as Compared has it,
    or ``hidden`` where the reader may not see one of them."""

    label: str
    left: Shown
    right: Shown
    state: str
    mark: str = ""
    is_far: bool = False
    agreed: Shown | None = None
    agreed_from: str = ""

    @property
    def is_long(self) -> bool:
        return max(len(self.left.text), len(self.right.text)) > MUCH


@dataclass(frozen=True, kw_only=True)
class MarkedBlock(Drawn):
    """Questions that follow each other, or one row of a table under its name."""

    title: str
    left: str
    right: str
    pairs: tuple[Marked, ...]
    is_titled: bool = False
    has_agreed: bool = False
    note: str = ""
    template = "toolkit/read/marked.html"


@dataclass(frozen=True, kw_only=True)
class Summary(Drawn):
    """How many questions were answered alike, differently, and by one side only. Each row that only one side has is
    one of the last."""

    same: int = 0
    differs: int = 0
    left: int = 0
    right: int = 0

    @property
    def alone(self) -> int:
        return self.left + self.right


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Both sides' responses as they may be read; None where nothing came."""

    comparison: Comparison
    left: Reader
    right: Reader
    labels: tuple[str, str]
    agreed: Reader | None = None
    sources: Mapping[str, str] | None = None


def compared_sheet(
    document: Document, *, reader: Writer, only: bool = False, file_url: FileUrl | None = None
) -> tuple[Sheet, Summary]:
    """What ``reader``, who may compare (see permissions), sees of both sides in the language that is active; ``only``
    what differs."""
    form = document.version.form
    voice = Voice(form, language_of(form, document.language), file_url)
    whole = DocumentReader(document, responses_for(document, reader), reader, voice)
    pair = pair_of(document, reader=reader, voice=voice)
    marking = _Marking(pair, only=only)
    sections = tuple(marking.sections())
    sheet = replace(whole.sheet(), sections=sections, body="", signatures=(), body_rest="", dress="", logos=())
    notices = [*_missing(document, pair), *sheet.notices]
    if only and not sections:
        notices.append(Notice(tone="success", title=_("No differences"), text=_("Both sides gave the same answers.")))
    return replace(sheet, notices=tuple(notices)), marking.summary()


def compared_html(
    document: Document, *, reader: Writer, only: bool, file_url: FileUrl | None = None
) -> tuple[SafeString, Summary]:
    """The article for the page, and the summary that stands above it."""
    with translation.override(language_of(document.version.form, document.language)):
        sheet, summary = compared_sheet(document, reader=reader, only=only, file_url=file_url)
        return drawn("document", sheet, is_paper=False), summary


def compared_pdf(document: Document, *, reader: Writer, only: bool) -> tuple[bytes, str]:
    """The same as a PDF file, and a name for it. See pdf.py for what it raises."""
    with translation.override(language_of(document.version.form, document.language)):
        sheet, _summary = compared_sheet(document, reader=reader, only=only)
        html = drawn("document", sheet, is_paper=True)
    return pdf_for(html, pictures_of(document, sheet.logos)), f"{document.reference}-both-sides.pdf"


def pair_of(document: Document, *, reader: Writer, voice: Voice) -> Pair:
    """Both sides' submitted answers; a side that did not submit has none, whatever its draft holds."""
    responses = {each.side: each for each in document.responses.all()}
    for each in responses.values():
        each.document = document
    left, right = (_reader(responses[side], reader, voice) for side in (Part.HOST, Part.RESOURCE))
    agreed = responses.get(AGREED)
    return Pair(
        comparison=compare_answers(document.version.form, _told(left), _told(right)),
        left=left,
        right=right,
        labels=(document.part_label(Part.HOST), document.part_label(Part.RESOURCE)),
        agreed=_reader(agreed, reader, voice) if agreed else None,
        sources=sources_of(agreed) if agreed else None,
    )


def _told(reader: Reader) -> comparing.Told:
    return comparing.Told(answers=reader.told.answers, applies=reader.told.applies)


def _reader(response: Response, reader: Writer, voice: Voice) -> Reader:
    form = voice.definition
    answers: dict[str, Any] = {}
    now = timezone.localtime(response.submitted_at)
    if response.side == AGREED:
        answers = response.answers
    elif response.state == ResponseState.SUBMITTED:
        last = response.submissions.order_by("-number").first()
        answers = last.answers if last else response.answers
    evaluation = evaluate_answers(form, answers, today=now.date(), now=now, lang=voice.lang)
    told = Told(answers=answers, evaluation=evaluation, calculated=evaluation.calculated)
    return Reader(form, told, voice=voice, sensitive=sees_sensitive(reader, response), owners={})


def sources_of(response: Response) -> dict[str, str]:
    """Where the value of each cell that stands in ``response`` came from: the source of its last change."""
    last = AnswerChange.objects.filter(response=response, cell=OuterRef("cell")).order_by("-revision")
    rows = response.changes.annotate(newest=Subquery(last.values("revision")[:1])).filter(revision=F("newest"))
    return dict(rows.values_list("cell", "source"))


def _missing(document: Document, pair: Pair) -> Iterator[Notice]:
    for reader, label in ((pair.left, pair.labels[0]), (pair.right, pair.labels[1])):
        if not reader.told.answers:
            rest = _("The time to answer is over, so the answers of the other side stand alone.")
            yield Notice(tone="warning", title=_("Nothing came from the %(side)s.") % {"side": label}, text=rest)


class _Marking:
    """Walks a form with both sides' answers."""

    def __init__(self, pair: Pair, *, only: bool):
        self.pair, self.only = pair, only
        self.lang = pair.left.voice.lang
        self.form = pair.left.definition

    def sections(self) -> Iterator[Section]:
        for group in grouped(self.form):
            blocks = tuple(self._blocks(group))
            if blocks:
                yield Section(id=group.id, label=tr(group.label, self.lang), blocks=blocks)

    def summary(self) -> Summary:
        states = Counter(
            "hidden" if self._is_hidden(each.item) else each.state for each in self.pair.comparison.items.values()
        )
        for rows in self.pair.comparison.rows.values():
            for row in rows:
                if row.is_shared:
                    states.update("hidden" if self._is_hidden(each.item) else each.state for each in row.cells)
                else:
                    states["left" if row.has_left else "right"] += 1
        return Summary(**{name: states[name] for name in ("same", "differs", "left", "right")})

    def _blocks(self, group: Group) -> Iterator[MarkedBlock]:
        loose: list[Marked] = []
        for node in group.nodes:
            if isinstance(node, Repeat):
                yield from self._block(tr(group.label, self.lang), loose)
                loose = []
                yield from self._table(node)
            elif (found := self._marked(node)) is not None:
                loose.append(found)
        yield from self._block(tr(group.label, self.lang), loose)

    def _block(self, title: str, pairs: list[Marked], **more: Any) -> Iterator[MarkedBlock]:
        if pairs:
            left, right = self.pair.labels
            has_agreed = self.pair.agreed is not None
            yield MarkedBlock(title=title, left=left, right=right, pairs=tuple(pairs), has_agreed=has_agreed, **more)

    def _table(self, repeat: Repeat) -> Iterator[MarkedBlock]:
        label = tr(repeat.label, self.lang)
        for number, row in enumerate(self.pair.comparison.rows[repeat.id], start=1):
            pairs = [found for each in row.cells if (found := self._cell(each)) is not None]
            name = next((each.left.text or each.right.text for each in pairs if each.state != "hidden"), "")
            title = _("%(table)s, row %(number)s: %(name)s") if name else _("%(table)s, row %(number)s")
            title %= {"table": label, "number": number, "name": name[:80]}
            yield from self._block(title, pairs, is_titled=True, note=self._row_note(row))

    def _row_note(self, row: ComparedRow) -> str:
        if row.is_shared:
            return ""
        return _("Only the %(side)s has this row.") % {"side": self.pair.labels[0 if row.has_left else 1]}

    def _marked(self, item: Item) -> Marked | None:
        if item.kind == "calculate":
            return self._calculated(item)
        found = self.pair.comparison.items.get(item.id)
        return self._cell(found) if found else None

    def _cell(self, each: Compared) -> Marked | None:
        state = "hidden" if self._is_hidden(each.item) else each.state
        if state == "none" or self.only and state == "same":
            return None
        left, right = self._shown(self.pair.left, each, each.left), self._shown(self.pair.right, each, each.right)
        mark, is_far = self._mark(each, state, left, right)
        agreed, agreed_from = self._agreed(each)
        return Marked(
            label=tr(each.item.label, self.lang),
            left=left,
            right=right,
            state=state,
            mark=mark,
            is_far=is_far,
            agreed=agreed,
            agreed_from=agreed_from,
        )

    def _calculated(self, item: Item) -> Marked | None:
        left, right = (
            reader.shown(item, item.id, None) if reader.told.applies(item.id) else NOTHING
            for reader in (self.pair.left, self.pair.right)
        )
        alike = left.text == right.text
        if item.sensitive or not (left.text or right.text) or self.only and alike:
            return None
        mark, is_far = ("", False) if alike else self._distance(left, right)
        agreed = None
        if self.pair.agreed is not None:
            agreed = self.pair.agreed.shown(item, item.id, None)
        label = tr(item.label, self.lang)
        state = "same" if alike else "differs"
        return Marked(label=label, left=left, right=right, state=state, mark=mark, is_far=is_far, agreed=agreed)

    def _shown(self, reader: Reader, each: Compared, value: Any) -> Shown:
        return NOTHING if value is None else reader.shown(each.item, each.cell, value)

    def _is_hidden(self, item: Item) -> bool:
        """Whether the reader may not see one of the answers: then not even whether they are the same is told."""
        return item.sensitive and not (self.pair.left.sensitive and self.pair.right.sensitive)

    def _mark(self, each: Compared, state: str, left: Shown, right: Shown) -> tuple[str, bool]:
        names = dict(zip(("left", "right"), self.pair.labels, strict=True))
        if state in names:
            return _("only the %(side)s answered") % {"side": names[state]}, False
        if state != "differs":
            return (_("the same") if state == "same" else ""), False
        if each.item.kind == "select_multiple":
            return self._only_here(each), False
        return self._distance(left, right, self._scores(each), is_scale=each.item.kind == "rating")

    def _scores(self, each: Compared) -> tuple[float, float] | None:
        """The scores of two choices on a scale."""
        scores = {choice.name: choice.score for choice in self.form.lists.get(each.item.list or "", ())}
        found = [scores.get(value) for value in (each.left, each.right) if isinstance(value, str)]
        return (found[0], found[1]) if len(found) == 2 and None not in found else None

    def _distance(
        self, left: Shown, right: Shown, scores: tuple[float, float] | None = None, *, is_scale: bool = False
    ) -> tuple[str, bool]:
        one, other = scores or (left.number, right.number)
        if one is None or other is None:
            return _("different"), False
        gap = abs(Decimal(str(one)) - Decimal(str(other)))
        is_far = (is_scale or scores is not None) and gap >= WIDE_GAP
        return _("%(gap)s apart") % {"gap": number_text(gap, self.lang)}, is_far

    def _only_here(self, each: Compared) -> str:
        """What one side chose and the other did not."""
        said = []
        for values, others, label in (
            (each.left, each.right, self.pair.labels[0]),
            (each.right, each.left, self.pair.labels[1]),
        ):
            alone = [self.pair.left.voice.choice(each.item, name) for name in values if name not in others]
            if alone:
                said.append(_("only %(side)s: %(choices)s") % {"side": label, "choices": ", ".join(alone)})
        return "; ".join(said)

    def _agreed(self, each: Compared) -> tuple[Shown | None, str]:
        """What both agreed on, and where that came from."""
        reader = self.pair.agreed
        if reader is None:
            return None, ""
        value = get_cell(reader.told.answers, each.cell)
        if value is None:
            return NOTHING, ""
        if each.item.sensitive and not reader.sensitive:
            return reader.shown(each.item, each.cell, value), ""
        source = (self.pair.sources or {}).get(each.cell, "")
        shown = show(each.item, value, reader.voice)
        return shown, told_source(source, self.pair.labels)


def told_source(source: str, labels: tuple[str, str]) -> str:
    """Where an agreed value came from, in the words of the partnership."""
    if source == Source.HOST:
        return _("from the %(side)s") % {"side": labels[0]}
    if source == Source.RESOURCE:
        return _("from the %(side)s") % {"side": labels[1]}
    if source == Source.BOTH:
        return _("the same on both sides")
    return _("written anew") if source else ""
