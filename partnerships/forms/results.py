"""Forms for what came of a workshop: participant lists, tests, the evaluation, the report."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import PlainTextField, long_text
from partnerships.meeting_list import MOST_BYTES, Unreadable, decoded, plain_name
from partnerships.models import Evaluation, Registration, Workshop
from partnerships.models.workshop import MOST_QUESTIONS
from twinning.stale import StampedForm, VersionedForm

CRITERIA = {
    "relevance": _("It was relevant for my work"),
    "clarity": _("The trainers were clear"),
    "methods": _("There was enough practice and discussion"),
    "logistics": _("Place, technology and organization were good"),
    "overall": _("The workshop as a whole"),
}
MARKS = (5, 4, 3, 2, 1)
NO_LINE = _("No line with results was found. Write the name, then a result for each question.")


class MeetingListForm(forms.Form):
    """The list as text or as the exported file; the file wins."""

    file = forms.FileField(
        label=_("The exported file"), required=False, help_text=_("CSV, as Zoom, Teams and other programs export it.")
    )
    text = forms.CharField(
        label=_("Or paste the list"),
        required=False,
        max_length=MOST_BYTES,
        widget=long_text(8),
        help_text=_(
            "Best with the line of column names: name, e-mail, times. Names alone, one a line, will do too; "
            "then everybody counts for the whole session."
        ),
    )

    def clean(self) -> dict:
        data = super().clean()
        if data.get("file"):
            try:
                data["text"] = decoded(data["file"].read(MOST_BYTES + 1))
            except Unreadable as problem:
                self.add_error("file", str(problem))
        elif not data.get("text", "").strip() and not self.errors:
            self.add_error("text", _("Paste the list here, or choose the file."))
        return data


def read_scores(text: str, n_questions: int | None) -> list[float] | None:
    """Results of one test as people type them: ``10110`` or ``1 0.5 0 1 1``; a dash is a question left out.

    None when nothing was typed; ``n_questions`` None takes any number. ValidationError says what is wrong.
    """
    text = text.strip()
    if not text:
        return None
    bare = re.sub(r"[\s;|]+|,(?=\s|$)", " ", text).strip()
    parts = bare.split(" ")
    if len(parts) == 1 and len(bare) > 1 and re.fullmatch(r"[01\-–]+", bare):
        parts = list(bare)
    if len(parts) == 1 and "," in bare:
        parts = bare.split(",")
    scores = [_score(part) for part in parts]
    if n_questions is not None and len(scores) != n_questions:
        raise ValidationError(
            _("Results: %(found)s. Questions: %(n)s."), params={"found": len(scores), "n": n_questions}, code="count"
        )
    return scores


def _score(part: str) -> float:
    if part in ("-", "–", ""):
        return 0
    try:
        value = float(part.replace(",", "."))
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise ValidationError(
            _("“%(part)s” is no result. Right is 1, wrong is 0, half right is 0.5."),
            params={"part": part[:20]},
            code="score",
        )
    return value


def write_scores(scores: list[float]) -> str:
    """``scores`` as read_scores() reads them."""
    if all(score in (0, 1) for score in scores):
        written = [str(int(score)) for score in scores]
        return "".join(written) if len(written) > 1 else written[0]
    return " ".join(f"{score:g}" for score in scores)


class TestForm(forms.Form):
    """One test: a line for each participant. Empty means that somebody did not take it.

    Beside each line lies, unseen, what it said when the page was read: see save_results().
    """

    __test__ = False

    n_questions = forms.IntegerField(label=_("How many questions has the test?"), min_value=1, max_value=MOST_QUESTIONS)
    pasted = forms.CharField(
        label=_("Or paste a table"),
        required=False,
        max_length=500_000,
        widget=long_text(6),
        help_text=_("A line a person: name or e-mail, then a result for each question, as copied from a spreadsheet."),
    )

    def __init__(self, data=None, *, people: list[Registration], taken: dict[int, list[float]], **kwargs):
        super().__init__(data, **kwargs)
        self.people = people
        for person in people:
            line = write_scores(taken[person.pk]) if person.pk in taken else ""
            self.fields[f"p{person.pk}"] = forms.CharField(
                label=person.name,
                required=False,
                max_length=400,
                initial=line,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )
            self.fields[f"seen{person.pk}"] = forms.CharField(
                required=False, max_length=400, initial=line, widget=forms.HiddenInput
            )
        self.order_fields(["n_questions", *(f"p{person.pk}" for person in people), "pasted"])

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each line with what it said when the page was read."""
        return [(self[f"p{person.pk}"], self[f"seen{person.pk}"]) for person in self.people]

    @property
    def seen(self) -> dict[int, list[float] | None]:
        return {person.pk: self._seen(self.cleaned_data.get(f"seen{person.pk}", "")) for person in self.people}

    def _seen(self, line: str) -> list[float] | None:
        try:
            return read_scores(line, None)
        except ValidationError:  # not what our page had written
            return None

    def show_theirs(self, current: dict[int, list[float] | None]) -> None:
        """Say what somebody else has written meanwhile; who saves again has seen it."""
        self.data = self.data.copy()
        for pk, scores in current.items():
            line = write_scores(scores) if scores else ""
            self.data[f"seen{pk}"] = line
            told = _("Somebody else wrote “%(theirs)s” here meanwhile.") if line else _("Somebody else emptied this.")
            keep = _("Nothing was saved. Save again to keep what you wrote.")
            self.add_error(f"p{pk}", f"{told % {'theirs': line}} {keep}")

    @property
    def scores(self) -> dict[int, list[float] | None]:
        return {person.pk: self.cleaned_data[f"p{person.pk}"] for person in self.people}

    def fill_from_table(self) -> int:
        """Write what was pasted into the lines of the people it names, to be looked at and saved; returns how many.

        0 when a line names nobody, or somebody whom nothing tells apart: the field says which.
        """
        filled, strange = {}, []
        known = {person.email: person for person in self.people if person.email}
        names: dict[str, list[Registration]] = {}
        for person in self.people:
            names.setdefault(plain_name(person.name), []).append(person)
        for line in self.data.get("pasted", "").splitlines():
            head, *rest = re.split(r"\t|;", line.strip()) if re.search(r"\t|;", line) else line.strip().split(",")
            if not any(part.strip() for part in rest):
                continue
            same = names.get(plain_name(head), [])
            person = known.get(head.strip().lower()) or (same[0] if len(same) == 1 else None)
            if person is None:
                strange.append(head.strip()[:60])
            else:
                filled[f"p{person.pk}"] = " ".join(part.strip() or "-" for part in rest)
        self.data = self.data.copy()
        if strange or not filled:
            text = _("Not on the list, or there twice: %(names)s. Nothing was filled in.") if strange else NO_LINE
            self.add_error("pasted", text % {"names": ", ".join(strange[:10])} if strange else text)
            return 0
        self.data.update({**filled, "pasted": ""})
        return len(filled)

    def clean(self) -> dict:
        data = super().clean()
        n_questions = data.get("n_questions")
        if n_questions is None:
            return data
        for person in self.people:
            name = f"p{person.pk}"
            try:
                data[name] = read_scores(data.get(name, ""), n_questions)
            except ValidationError as error:
                self.add_error(name, error)
        return data


class EvaluationForm(VersionedForm):
    """How often each mark was given, criterion by criterion, and the words in short."""

    # Whoever saw none, and finds that somebody else has written it meanwhile, sends no version.
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Evaluation
        fields = ["n_sheets", "best", "better"]
        field_classes = {"best": PlainTextField, "better": PlainTextField}
        widgets = {"best": long_text(3), "better": long_text(3)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for key, label in CRITERIA.items():
            self.fields[key] = forms.CharField(label=label, required=False, max_length=60)
        self.initial |= self._marks(self.instance)

    def _marks(self, evaluation: Evaluation) -> dict[str, str]:
        return {key: " ".join(map(str, counts)) for key, counts in (evaluation.counts or {}).items() if key in CRITERIA}

    def values_of(self, row: Evaluation) -> dict:
        return super().values_of(row) | dict.fromkeys(CRITERIA, "") | self._marks(row)

    @property
    def criteria(self) -> list[forms.BoundField]:
        return [self[key] for key in CRITERIA]

    def clean(self) -> dict:
        data = super().clean()
        counts = {}
        for key in CRITERIA:
            parts = re.split(r"[\s,;/]+", (data.get(key) or "").strip())
            if parts == [""]:
                continue
            if len(parts) != len(MARKS) or not all(part.isdecimal() and len(part) < 7 for part in parts):
                self.add_error(key, _("Five whole numbers: how many gave 5, 4, 3, 2 and 1."))
                continue
            counts[key] = [int(part) for part in parts]
            if data.get("n_sheets") is not None and sum(counts[key]) > data["n_sheets"]:
                self.add_error(key, _("These are more marks than sheets."))
        self.instance.counts = counts
        return data


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=2000, required=False, widget=long_text(2))


class ReportForm(StampedForm):
    stamped = ("report",)

    class Meta:
        model = Workshop
        fields = ()

    report = PlainTextField(
        label=_("Event report"),
        max_length=20_000,
        widget=long_text(8),
        help_text=_("What was done, what was decided, quotes, media, lessons – or where the report lies."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["report"] = self.instance.report

    def values_of(self, row: Workshop) -> dict:
        return {"report": row.report}
