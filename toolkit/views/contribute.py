"""Offering something to the toolkit, without an account, and following at a secret address what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from toolkit.actions.contributing import ALLOWED, propose
from toolkit.forms.contributing import ProposalForm, StrangerForm
from toolkit.models import Proposal, Tool, ToolVersion
from toolkit.views.outcome import write_on
from toolkit.views.public import draw, open_to_all
from toolkit.views.shared import private
from twinning.downloads import download
from twinning.holding import let_go
from twinning.throttle import HOUR, WINDOW_SECONDS, is_blocked, note_miss, seconds_to_wait

DOOR = "proposal"
STATUS_DOOR = "proposal-status"
PROPOSALS_PER_HOUR = 5
FAULTY_FILES_PER_HOUR = 20


def base_of(request: HttpRequest, slug: str) -> ToolVersion:
    """The published version of the library's tool ``slug``, for a copy that of the tool it was made from, or 404.

    What is offered to the toolkit and said of it is about the tools of everybody.
    """
    seen = Tool.objects.visible_to(request.user).published()
    tool = get_object_or_404(seen.select_related("base"), slug=slug)
    while tool.base_id:
        tool = tool.base
    return get_object_or_404(ToolVersion.objects.offered_to(request.user).select_related("tool__section"), tool=tool)


def title_of(tool: Tool | None) -> str:
    """What people call a tool from for_list(), published or not."""
    if tool is None:
        return ""
    return next((version.title for version in tool.current_versions), tool.slug)


def post(
    request: HttpRequest, form: StrangerForm, act: Callable[[bool], tuple], *, door: str, limit: int
) -> tuple[object, int]:
    """What ``act`` kept of a sound form, and 200; or None and the status of the page that says what is wrong.

    People with an account are counted each for themselves, all others by their network.
    """
    door = f"{door}-{form.user.pk}" if form.user else door
    if not form.is_valid():
        return None, 400
    may_add = not is_blocked(request, door, limit=limit, seconds=HOUR) and not is_blocked(
        request, f"{door}-faulty", limit=FAULTY_FILES_PER_HOUR, seconds=HOUR
    )
    try:
        kept, is_new = act(may_add)
    except ValidationError as error:
        write_on(form, error)
        if "word" in form.errors:
            form.ask_anew()
        if "file" in form.errors:  # it was read, which costs something
            note_miss(request, f"{door}-faulty", seconds=HOUR)
        return None, 400 if may_add else 429
    if is_new:
        note_miss(request, door, seconds=HOUR)
    return kept, 200


def shown_again(answer: HttpResponse) -> HttpResponse:
    """A form that was not taken, with the hint to machines when to come back."""
    if answer.status_code == 429:
        answer["Retry-After"] = str(seconds_to_wait(HOUR))
    return answer


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_new(request: HttpRequest) -> HttpResponse:
    about = base_of(request, request.GET["tool"]) if request.GET.get("tool") else None
    form = ProposalForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        user=request.user,
        tools=Tool.objects.visible_to(request.user).library().published().for_list(),
        initial={"tool": about.tool.slug} if about else {},
    )
    status = 200
    if form.is_bound:
        proposal, status = post(
            request,
            form,
            lambda may_add: propose(form.offer(), file=form.the_file(), token=form.token, may_add=may_add),
            door=DOOR,
            limit=PROPOSALS_PER_HOUR,
        )
        if proposal:
            let_go(form.cleaned_data["held"])
            return redirect("toolkit:proposal-thanks", public_id=proposal.public_id)
        if "file" in form.errors and not request.FILES.get("file"):  # the one kept from an earlier try
            let_go(form.data.get("held", ""))
            form.forget_file()
        form.keep_file()
    context = {"form": form, "about": about}
    return shown_again(draw(request, "toolkit/contribute/proposal_new.html", context, status=status))


def secret_address(view: Callable[..., HttpResponse]):
    """Pass the Proposal that the address names to the view; whoever guesses is slowed down."""

    @login_not_required
    @never_cache
    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *, public_id: str) -> HttpResponse:
        rows = Proposal.objects.select_related("tool", "draft__tool", "user")
        proposal = rows.filter(public_id=public_id).first()
        if proposal is None:
            if is_blocked(request, STATUS_DOOR, limit=settings.SHARE_MISSES_PER_MINUTE):
                answer = render(request, "toolkit/shared/wait.html", status=429)
                answer["Retry-After"] = str(WINDOW_SECONDS)
                return private(answer)
            note_miss(request, STATUS_DOOR)
            return private(render(request, "toolkit/contribute/unknown.html", status=404))
        return private(view(request, proposal=proposal))

    return wrapper


@secret_address
def proposal_status(request: HttpRequest, *, proposal: Proposal) -> HttpResponse:
    return _show_status(request, proposal)


@secret_address
def proposal_thanks(request: HttpRequest, *, proposal: Proposal) -> HttpResponse:
    """The same page with thanks, and the address to keep."""
    return _show_status(request, proposal, is_new=True)


def _show_status(request: HttpRequest, proposal: Proposal, *, is_new: bool = False) -> HttpResponse:
    tool = proposal.draft.tool if proposal.draft else proposal.tool
    context = {
        "proposal": proposal,
        "is_new": is_new,
        "version": ToolVersion.objects.offered_to(request.user).filter(tool=tool).first() if tool else None,
    }
    return draw(request, "toolkit/contribute/proposal_status.html", context)


@secret_address
def proposal_own_file(request: HttpRequest, *, proposal: Proposal) -> HttpResponse:
    return send_file(proposal)


def send_file(proposal: Proposal) -> HttpResponse:
    if not proposal.file:
        raise Http404
    ending = proposal.file_name.rpartition(".")[2].lower()
    kind = ALLOWED.get(ending, "application/octet-stream")
    return download(proposal.file, name=proposal.file_name, content_type=kind)
