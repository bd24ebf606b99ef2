"""Returning single questions, commenting on them, signing, and narrowing a history down."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.forms.layout import DateInput, PlainTextField, long_text
from toolkit.actions.returning import Point
from toolkit.actions.signing import NAME_LENGTH
from toolkit.forms.steer import StepForm
from toolkit.models import Document, Response
from toolkit.models.review import REASON_LENGTH
from toolkit.permissions import Writer, can_read_response
from toolkit.returned import WHOLE, sides_of_place
from toolkit.review_permissions import EVERYBODYS, sees_within
from toolkit.schema.definition import Group, Item, Repeat, tr
from toolkit.states import AGREED, Mode

PREFIX = "point"


@dataclass(kw_only=True)
class Offered:
    """A place that may be returned: a line to write on, which returns it when there is something on it."""

    name: str
    point: tuple[str, str]
    label: str
    is_whole: bool = False
    value: str = ""
    said: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class OfferedGroup:
    label: str
    rows: list[Offered]

    @property
    def is_open(self) -> bool:
        return any(row.value or row.said for row in self.rows)


class ReturnForm(StepForm):
    """The reason for all of it, or a reason for each place; ``offered`` are the places that this reader may return."""

    reason = forms.CharField(max_length=REASON_LENGTH, widget=long_text(4), required=False)

    def __init__(self, *args, document: Document, writer: Writer, sides: frozenset[str], question: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.document, self.writer, self.sides = document, writer, sides
        self.fields["reason"].label = question
        self.fields["reason"].help_text = gettext_lazy(
            "The history keeps it, and everybody on the team can read it. What you write at single questions is read "
            "by those who see their answers."
        )
        # Read with their comments by the view; of what many people sent nothing is returned.
        responses = [] if document.mode == Mode.OPEN else document.responses.all()
        standing = [each for each in responses if not document.agreed_at or each.side == AGREED]
        self.offered = [group for response in standing for group in self._of(response)]
        if self.is_bound:
            for row in self._rows():
                row.value = self.data.get(row.name, "").strip()

    def clean(self) -> dict:
        data = super().clean()
        longest = max((len(row.value) for row in self._rows()), default=0)
        if longest > REASON_LENGTH:
            raise ValidationError(
                _("Use at most %(most)s characters at a question.") % {"most": REASON_LENGTH}, code="reason"
            )
        if self.sides != EVERYBODYS and not self.points:
            raise ValidationError(_("Say at the questions below what should change."), code="points")
        if not data.get("reason") and not self.points and "reason" not in self.errors:
            self.add_error("reason", _("Please say what should change."))
        return data

    @property
    def points(self) -> list[Point]:
        return [Point(side=row.point[0], place=row.point[1], reason=row.value) for row in self._rows() if row.value]

    def _rows(self) -> list[Offered]:
        return [row for group in self.offered for row in group.rows]

    def _of(self, response: Response) -> list[OfferedGroup]:
        response.document = self.document
        mode, side = self.document.mode, response.side
        if (mode == Mode.EACH and side not in self.sides) or not can_read_response(self.writer, response):
            return []
        lang = self.document.language
        said = {}
        for comment in response.comments.all():
            if comment.is_open:
                said.setdefault(comment.place, []).append(comment.text)
        groups = [OfferedGroup(label=_("Whole parts"), rows=self._wholes(side))]
        loose: list[Item | Repeat] = []
        for node in self.document.version.form.nodes:
            if isinstance(node, Group):
                groups.append(self._group(response, node, said, lang))
            else:
                loose.append(node)
        if loose:
            rows = self._questions(response, loose, said, lang)
            groups.append(OfferedGroup(label=_("Other questions"), rows=rows))
        if mode == Mode.EACH:
            for group in groups:
                group.label = f"{self.document.part_label(side)}: {group.label}"
        return [group for group in groups if group.rows]

    def _wholes(self, side: str) -> list[Offered]:
        if self.document.mode == Mode.EACH:
            return [self._row(side, WHOLE, _("All answers"), is_whole=True)]
        if self.document.mode != Mode.JOINT:
            return []
        parts = (part for part in self.document.parts if part in self.sides and part != "")
        return [self._row(side, part, self.document.part_label(part), is_whole=True) for part in parts]

    def _group(self, response: Response, group: Group, said: dict, lang: str) -> OfferedGroup:
        rows = self._questions(response, group.nodes, said, lang)
        is_whole = len(rows) > 1 and self._is_theirs(group.id)
        whole = [self._row(response.side, group.id, _("The whole section"), is_whole=True)] if is_whole else []
        return OfferedGroup(label=tr(group.label, lang), rows=[*whole, *rows])

    def _questions(self, response: Response, nodes, said: dict, lang: str) -> list[Offered]:
        return [
            self._row(response.side, node.id, tr(node.label, lang), said=said.get(node.id, []))
            for node in nodes
            if not (isinstance(node, Item) and node.kind in ("note", "calculate"))
            and self._is_theirs(node.id)
            and sees_within(self.writer, response, node)
        ]

    def _is_theirs(self, place: str) -> bool:
        if self.sides == EVERYBODYS or self.document.mode == Mode.EACH:
            return True
        return sides_of_place(self.document.version.form, place) <= self.sides

    def _row(self, side: str, place: str, label: str, *, is_whole: bool = False, said: list | None = None) -> Offered:
        name = f"{PREFIX}:{side or '-'}:{place}"
        return Offered(name=name, point=(side, place), label=label, is_whole=is_whole, said=said or [])


class CommentForm(forms.Form):
    """A remark on a question, or the answer to one; ``row`` says of which row of a table."""

    text = PlainTextField(label=gettext_lazy("Your comment"), max_length=REASON_LENGTH, widget=long_text(3))
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SignForm(forms.Form):
    """Name, post, organization and consent; or the scan of what was signed on paper."""

    seen_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    name = PlainTextField(label=gettext_lazy("Name of the person who signs"), max_length=NAME_LENGTH)
    post = PlainTextField(label=gettext_lazy("Post"), max_length=NAME_LENGTH, required=False)
    organization = PlainTextField(label=gettext_lazy("Organization"), max_length=NAME_LENGTH, required=False)
    scan = forms.FileField(
        label=gettext_lazy("Scan or photo of the signed page"),
        required=False,
        help_text=gettext_lazy("Only if it was signed on paper: a PDF or a picture."),
    )
    on = forms.DateField(
        label=gettext_lazy("Day on the paper"),
        required=False,
        widget=DateInput,
        help_text=gettext_lazy("Empty: today. Without a scan it is always today."),
    )
    agree = forms.BooleanField(required=False)

    def __init__(self, *args, code: str, needs_scan: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.needs_scan = needs_scan
        self.fields["agree"].label = (
            _("The scan shows this document as it stands here (check code %(code)s), signed by this person.")
            if needs_scan
            else _("I have read this document as it stands here (check code %(code)s), and I sign it.")
        ) % {"code": code}

    def clean_scan(self):
        scan = self.cleaned_data.get("scan")
        if self.needs_scan and not scan:
            raise ValidationError(_("Add a scan or photo of the signed page."))
        return scan


class ChangesForm(forms.Form):
    """Which changes of a document are listed: those of a question, of a person."""

    question = forms.ChoiceField(label=gettext_lazy("Question"), required=False)
    who = forms.ChoiceField(label=gettext_lazy("Who"), required=False)

    def __init__(self, *args, questions: list[tuple[str, str]], people: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = [("", _("All questions")), *questions]
        self.fields["who"].choices = [("", _("Everybody")), *((name, name) for name in people)]
