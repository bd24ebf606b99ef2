"""What people say of a tool: the public page of it, and what curators do with it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from toolkit.actions.feedback import answer_feedback, give_feedback, hide_feedback
from toolkit.contribution_filters import FeedbackFilterSet
from toolkit.forms.contributing import RATINGS, FeedbackForm, ReplyForm
from toolkit.models import Feedback, ToolVersion
from toolkit.permissions import can_curate
from toolkit.views.contribute import base_of, post, shown_again, title_of
from toolkit.views.outcome import attempt
from toolkit.views.public import draw, open_to_all
from twinning.locking import StaleError
from twinning.paginate import paginate

DOOR = "feedback"
FEEDBACK_PER_HOUR = 10


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tool_feedback(request: HttpRequest, *, slug: str) -> HttpResponse:
    version = base_of(request, slug)
    if version.tool.slug != slug:
        return redirect("toolkit:tool-feedback", slug=version.tool.slug)
    form = FeedbackForm(request.POST if request.method == "POST" else None, user=request.user)
    status = 200
    if form.is_bound:
        kept, status = post(
            request, form, lambda may_add: _give(form, version, may_add), door=DOOR, limit=FEEDBACK_PER_HOUR
        )
        if kept:
            messages.success(request, _("Thank you. What you said stands below."))
            return redirect("toolkit:tool-feedback", slug=slug)
    return shown_again(_show(request, version, form, status=status))


def _give(form: FeedbackForm, version: ToolVersion, may_add: bool) -> tuple[Feedback, bool]:
    said = form.feedback(version.tool, number=version.number)
    return said, give_feedback(said, key=form.page_key, token=form.token, may_add=may_add)


def _show(request: HttpRequest, version: ToolVersion, form: FeedbackForm, *, status: int) -> HttpResponse:
    tool = version.tool
    said = tool.feedback.published().exclude(text="")
    context = {
        "tool": tool,
        "version": version,
        "form": form,
        "page": paginate(request, said),
        "rating": Feedback.objects.rating_of([tool]).get(tool.pk),
        "bars": _bars(tool),
        "can_curate": can_curate(request.user),
    }
    return draw(request, "toolkit/contribute/tool_feedback.html", context, status=status)


def _bars(tool) -> list[dict]:
    """How often each rating was given, the best first."""
    rows = Feedback.objects.ratings().filter(tool=tool).order_by().values("rating").annotate(n=Count("pk"))
    counts = {row["rating"]: row["n"] for row in rows}
    return [{"label": label, "n": counts.get(value, 0)} for value, label in RATINGS]


@require_safe
def feedback_list(request: HttpRequest) -> HttpResponse:
    return _show_list(request)


def _show_list(
    request: HttpRequest, *, form: ReplyForm | None = None, about: int = 0, status: int = 200
) -> HttpResponse:
    if not can_curate(request.user):
        raise PermissionDenied
    rows = Feedback.objects.visible_to(request.user).for_list()
    found = FeedbackFilterSet(request.GET, rows, user=request.user)
    page = paginate(request, found.qs)
    items = []
    for row in page:
        own = ReplyForm(instance=row, prefix=f"f{row.pk}")
        is_asked = row.pk == about
        items.append(
            {"feedback": row, "title": title_of(row.tool), "form": form if is_asked else own, "is_open": is_asked}
        )
    context = {"page": page, "items": items, "filter": found}
    return render(request, "toolkit/contribute/feedback_list.html", context, status=max(status, found.status))


def _feedback(request: HttpRequest, pk: int) -> Feedback:
    if not can_curate(request.user):
        raise PermissionDenied
    return get_object_or_404(Feedback.objects.visible_to(request.user), pk=pk)


@require_POST
def feedback_answer(request: HttpRequest, *, pk: int) -> HttpResponse:
    feedback = _feedback(request, pk)
    form = ReplyForm(request.POST, instance=_feedback(request, pk), prefix=f"f{pk}")
    outcome = attempt(form, lambda: _answer(request, feedback, form))
    if not outcome.done:
        return _show_list(request, form=form, about=pk, status=outcome.status)
    messages.success(request, _("Your answer stands below it.") if feedback.answer else _("The answer was taken back."))
    return redirect(f"{reverse('toolkit:feedback-list')}#feedback-{pk}")


def _answer(request: HttpRequest, feedback: Feedback, form: ReplyForm) -> None:
    answer = form.cleaned_data["answer"]
    try:
        answer_feedback(feedback, seen_stamp=form.seen_stamp, by=request.user, answer=answer)
    except StaleError as error:
        form.show_theirs(error.current)
        raise


@require_POST
def feedback_hide(request: HttpRequest, *, pk: int) -> HttpResponse:
    feedback = _feedback(request, pk)
    is_hidden = request.POST.get("hide") == "on"
    hide_feedback(feedback, by=request.user, is_hidden=is_hidden)
    told = _("It is hidden, and its rating no longer counts.") if is_hidden else _("Everybody can read it again.")
    messages.success(request, told)
    return redirect(f"{reverse('toolkit:feedback-list')}#feedback-{pk}")
