"""What people say about a thing: reading it, adding to it, putting it right, taking it away."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from partnerships import permissions
from partnerships.actions.commenting import add_comment, change_comment, remove_comment
from partnerships.forms import CommentForm
from partnerships.models import Comment, Partnership
from partnerships.things import Thing, find_thing, kinds, readers_of, things_of, visible_subjects
from partnerships.views.follow_up import follow_up_rows
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.page import get_partnership, tabs
from twinning.paginate import paginate

MOST_FOLLOW_UPS = 20


@require_safe
def partnership_comments(request: HttpRequest, *, slug: str) -> HttpResponse:
    """All that is said in a partnership, the newest first, and a place to say something about the whole."""
    partnership = get_partnership(request, slug)
    return _show_all(request, partnership)


def _show_all(
    request: HttpRequest, partnership: Partnership, *, form: CommentForm | None = None, status: int = 200
) -> HttpResponse:
    seen = partnership.comments.filter(visible_subjects(request.user)).order_by("-created_at", "-pk")
    page = paginate(request, _with_people(seen))
    comments = _rows(page, request.user, partnership)
    things = things_of([row["comment"] for row in comments], request.user)
    for row in comments:
        row["thing"] = things[row["comment"].subject_key]
    own = find_thing(partnership, "partnership", partnership.pk, request.user)
    return render(
        request,
        "partnerships/partnership_comments.html",
        {
            "partnership": partnership,
            "page": page,
            "comments": comments,
            "thing": own,
            "form": _form(request, partnership, own, form),
            "tabs": tabs(
                partnership,
                "partnership-comments",
                can_edit=permissions.can_edit_partnership(request.user, partnership),
            ),
        },
        status=status,
    )


@require_safe
def thing_talk(request: HttpRequest, *, slug: str, kind: str, pk: int) -> HttpResponse:
    partnership = get_partnership(request, slug)
    return _show(request, partnership, _thing(partnership, kind, pk, request.user))


def _thing(partnership: Partnership, kind: str, pk: int, user: User) -> Thing:
    thing = find_thing(partnership, kind, pk, user)
    if thing is None:
        raise Http404
    return thing


def _show(
    request: HttpRequest,
    partnership: Partnership,
    thing: Thing,
    *,
    form: CommentForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    type_id, pk = thing.key
    about = {"subject_type_id": type_id, "subject_id": pk}
    said = partnership.comments.filter(**about).order_by("-created_at", "-pk")
    page = paginate(request, _with_people(said))
    takes_follow_ups = kinds()[thing.kind].takes_follow_ups
    follow_ups = partnership.followups.filter(**about).for_list()[:MOST_FOLLOW_UPS] if takes_follow_ups else []
    return render(
        request,
        "partnerships/thing_talk.html",
        {
            "partnership": partnership,
            "thing": thing,
            "follow_ups": follow_up_rows(follow_ups, request.user),
            "takes_follow_ups": takes_follow_ups,
            "can_add": permissions.can_follow_up(partnership),
            "page": page,
            "comments": _rows(page, request.user, partnership),
            "form": _form(request, partnership, thing, form),
            "refusal": refusal,
        },
        status=status,
    )


def _with_people(comments):
    return comments.select_related("author", "removed_by").prefetch_related("mentioned")


def _rows(comments, user: User, partnership: Partnership) -> list[dict]:
    """Each comment with what ``user`` may do about it."""
    rows = []
    for comment in comments:
        comment.partnership = partnership
        rows.append(
            {
                "comment": comment,
                "can_edit": permissions.can_edit_comment(user, comment),
                "can_remove": not comment.is_removed and permissions.can_remove_comment(user, comment),
                "told": ", ".join(str(person) for person in comment.mentioned.all()),
            }
        )
    return rows


def _form(
    request: HttpRequest, partnership: Partnership, thing: Thing, tried: CommentForm | None
) -> CommentForm | None:
    if not permissions.can_follow_up(partnership):
        return None
    return tried or CommentForm(people=readers_of(thing, partnership), user=request.user)


@require_POST
def comment_add(request: HttpRequest, *, slug: str, kind: str, pk: int) -> HttpResponse:
    partnership = get_partnership(request, slug)
    thing = _thing(partnership, kind, pk, request.user)
    form = CommentForm(request.POST, people=readers_of(thing, partnership), user=request.user)
    outcome = attempt(
        form,
        lambda: add_comment(partnership, thing, form.cleaned_data["text"], by=request.user, picked=form.picked),
    )
    if outcome.done:
        comment, unknown = outcome.saved
        messages.success(request, _("Your comment has been added."))
        _say_unknown(request, unknown)
        return redirect(f"{thing.talk_url}#comment-{comment.pk}")
    return _show(request, partnership, thing, form=form, refusal=_refusal(form), status=outcome.status)


def _refusal(form: CommentForm) -> str:
    """Why nothing was kept, where no field is to blame: the form may be gone from the page."""
    return " ".join(str(error) for error in form.non_field_errors())


def _say_unknown(request: HttpRequest, unknown: list[str]) -> None:
    if unknown:
        names = ", ".join(f"@{name}" for name in unknown[:5])
        text = _("Nobody was told for %(names)s: no one here has this name, or several have. Pick them from the list.")
        messages.warning(request, text % {"names": names})


def _comment(request: HttpRequest, pk: int) -> tuple[Comment, Partnership, Thing]:
    """The comment if the person may see what it is about, else 404."""
    seen = Comment.objects.filter(partnership__in=Partnership.objects.visible_to(request.user))
    comment = get_object_or_404(
        seen.filter(visible_subjects(request.user)).select_related("partnership__programme", "author"), pk=pk
    )
    thing = things_of([comment], request.user)[comment.subject_key]
    return comment, comment.partnership, thing


@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: HttpRequest, *, pk: int) -> HttpResponse:
    comment, partnership, thing = _comment(request, pk)
    if comment.author_id != request.user.pk:
        raise PermissionDenied
    people = readers_of(thing, partnership)
    initial = {"mentioned": [person.pk for person in comment.mentioned.all()]}
    # The form writes on a row of its own, so that the page around it keeps speaking of what is saved.
    own = Comment.objects.select_related("partnership", "author").get(pk=pk)
    form = CommentForm(posted(request), instance=own, initial=initial, people=people, user=request.user)
    outcome = attempt(
        form,
        lambda: change_comment(
            form.instance, about=thing, seen_version=form.seen_version, by=request.user, picked=form.picked
        ),
    )
    if outcome.done:
        messages.success(request, _("Your comment has been changed."))
        _say_unknown(request, outcome.saved)
        return redirect(f"{thing.talk_url}#comment-{pk}")
    return render(
        request,
        "partnerships/comment_edit.html",
        {
            "partnership": partnership,
            "thing": thing,
            "comment": comment,
            "form": form,
            "clash": outcome.clash,
            "can_edit": permissions.can_edit_comment(request.user, comment),
        },
        status=outcome.status,
    )


@require_POST
def comment_remove(request: HttpRequest, *, pk: int) -> HttpResponse:
    comment, partnership, thing = _comment(request, pk)
    if not permissions.can_remove_comment(request.user, comment):
        raise PermissionDenied
    try:
        remove_comment(comment, by=request.user)
    except ValidationError as error:
        return _show(request, partnership, thing, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, _("The comment has been removed. That it was there stays visible."))
    return redirect(thing.talk_url)
