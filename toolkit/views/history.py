"""Who changed what in a document, how it stood at any time, and what is different between two of its states."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from toolkit.forms.review import ChangesForm
from toolkit.models import AnswerChange, Decision, Document, Response, Submission
from toolkit.past import NOW, START, Moment, moment_of, when_text
from toolkit.permissions import Writer, can_read_response, writer_for_user
from toolkit.rendering.answer_differences import AnswerTeller, answer_differences
from toolkit.rendering.earlier import earlier_html
from toolkit.review_permissions import sees_within
from toolkit.schema.definition import Item, tr
from toolkit.states import Mode, Part, Source
from toolkit.views.document import file_url_of
from toolkit.views.filling import get_document
from twinning.paginate import paginate

PER_PAGE = 50
MOST_DIFFERENCES = 500
MOST_PEOPLE = 100


def _readable(document: Document, writer: Writer) -> list[Response]:
    responses = list(document.discussed_responses())
    for response in responses:
        response.document = document
    return [response for response in responses if can_read_response(writer, response, among=responses)]


@require_safe
def document_history(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = get_document(request, reference)
    writer = writer_for_user(request.user, document)
    responses = _readable(document, writer)
    changes = AnswerChange.objects.filter(response__in=responses).order_by("-pk")
    people = changes.order_by("name").values_list("name", flat=True).distinct()[:MOST_PEOPLE]
    form = ChangesForm(request.GET, questions=list(_questions(document, responses, writer)), people=list(people))
    is_sound = form.is_valid()
    page = paginate(request, _narrowed(changes, form.cleaned_data) if is_sound else changes.none(), per_page=PER_PAGE)
    by_pk = {response.pk: response for response in responses}
    teller = AnswerTeller(document, writer)
    page.object_list = [_row(document, by_pk[change.response_id], change, teller) for change in page.object_list]
    context = {
        "document": document,
        "form": form,
        "is_filtered": any(request.GET.get(name) for name in ("question", "who")),
        "page": page,
        "submissions": list(_submissions(document, responses)),
        "state_url": reverse("toolkit:document-state", args=[reference]),
        "today": timezone.localdate().isoformat(),
        "differences_url": reverse("toolkit:document-differences", args=[reference]),
        "is_sealed": len(responses) < (2 if document.mode == Mode.EACH else 1),
    }
    return render(request, "toolkit/review/history.html", context, status=200 if is_sound else 400)


def _questions(document: Document, responses: list[Response], writer: Writer) -> Iterator[tuple[str, str]]:
    """The questions and tables to choose from; nothing that this reader is not shown."""
    for node in document.version.form.by_id.values():
        if isinstance(node, Item) and (node.repeat or node.kind in ("note", "calculate")):
            continue
        if any(sees_within(writer, response, node) for response in responses):
            yield node.id, tr(node.label, document.language)[:90]


def _narrowed(changes: QuerySet[AnswerChange], wanted: dict[str, str]) -> QuerySet[AnswerChange]:
    if wanted["question"]:
        changes = changes.filter(Q(cell=wanted["question"]) | Q(cell__startswith=f"{wanted['question']}/"))
    if wanted["who"]:
        changes = changes.filter(name=wanted["who"])
    return changes


def _row(document: Document, response: Response, change: AnswerChange, teller: AnswerTeller) -> dict:
    form = document.version.form
    state = reverse("toolkit:document-state", args=[document.reference])
    return {
        "at": change.at,
        "name": change.name,
        "side": _side(document, change.side or response.side),
        "source": str(Source(change.source).label) if change.source in Source.values else change.source,
        "label": teller.label(form, change.cell),
        "place": teller.place(form, change.cell, response.answers),
        "shift": teller.shift(form, response, change.cell, change.before, change.after),
        "url": f"{state}?{urlencode({'at': f'c{change.pk}'})}",
    }


def _side(document: Document, side: str) -> str:
    return document.part_label(side) if side in Part.values else ""


def _submissions(document: Document, responses: list[Response]) -> Iterator[dict]:
    """What was submitted, latest first, each with what was decided about it and how to hold it against the rest."""
    decisions = list(Decision.objects.filter(document=document).order_by("pk"))
    rows = list(Submission.objects.filter(response__in=responses).defer("answers", "calculated").order_by("pk"))
    sides = {response.pk: response.side for response in responses}
    compare = reverse("toolkit:document-differences", args=[document.reference])
    before: dict[int, Submission] = {}
    told = []
    for at, row in enumerate(rows):
        next_at = next((each.at for each in rows[at + 1 :] if each.response_id == row.response_id), None)
        last = before.get(row.response_id)
        told.append(
            {
                "submission": row,
                "side": _side(document, sides[row.response_id]),
                "code": row.content_hash[:12],
                "decisions": [each for each in decisions if row.at <= each.at and (not next_at or each.at < next_at)],
                "url": f"{reverse('toolkit:document-state', args=[document.reference])}?at=s{row.pk}",
                "since_url": f"{compare}?before=s{row.pk}&after={NOW}",
                "before_url": f"{compare}?before=s{last.pk}&after=s{row.pk}" if last else "",
            }
        )
        before[row.response_id] = row
    yield from reversed(told)


def _moment(request: HttpRequest, document: Document, responses: list[Response], name: str, usual: str) -> Moment:
    """The moment that the address names; 404 for one that is not there, or not for this reader."""
    found = moment_of(document, responses, request.GET.get(name) or usual)
    if found is None:
        raise Http404
    return found


@require_safe
def document_state(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = get_document(request, reference)
    writer = writer_for_user(request.user, document)
    responses = _readable(document, writer)
    day = request.GET.get("day", "")
    moment = _moment(request, document, responses, "at", f"d{day}" if day else NOW)
    compare = reverse("toolkit:document-differences", args=[reference])
    # All responses, for the page says also what of them is sealed.
    every = list(document.discussed_responses())
    context = {
        "document": document,
        "moment": moment,
        "html": earlier_html(moment, every, writer=writer, file_url=file_url_of(document)),
        "differences_url": f"{compare}?{urlencode({'before': moment.key, 'after': NOW})}",
    }
    return render(request, "toolkit/review/state.html", context)


@require_safe
def document_differences(request: HttpRequest, *, reference: str) -> HttpResponse:
    document = get_document(request, reference)
    writer = writer_for_user(request.user, document)
    responses = _readable(document, writer)
    before = _moment(request, document, responses, "before", START)
    after = _moment(request, document, responses, "after", NOW)
    rows = answer_differences(before, after, responses, writer=writer)
    submissions = Submission.objects.filter(response__in=responses).order_by("pk").values_list("pk", "number", "at")
    choices = [(f"s{pk}", _numbered(number, at)) for pk, number, at in submissions]
    choices = [(START, _("at the start")), *choices, (NOW, _("now"))]
    for moment in (before, after):
        if moment.key not in dict(choices):
            choices.append((moment.key, moment.label))
    context = {
        "document": document,
        "before": before,
        "after": after,
        "rows": rows[:MOST_DIFFERENCES],
        "n_more": max(0, len(rows) - MOST_DIFFERENCES),
        "choices": choices,
    }
    return render(request, "toolkit/review/differences.html", context)


def _numbered(number: int, at) -> str:
    return _("as submitted on %(when)s (number %(number)s)") % {"number": number, "when": when_text(at)}
