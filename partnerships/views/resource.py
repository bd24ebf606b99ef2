"""Pages of shared resources: the list, one, handing one in, its review, its files."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import sharing_permissions
from partnerships.actions.resource import (
    add_file,
    add_resource,
    change_resource,
    count_download,
    move_resource,
    review_resource,
)
from partnerships.forms.contribution import ReasonForm
from partnerships.forms.resource import FileForm, ResourceForm, ReviewForm
from partnerships.models import SharedResource
from partnerships.resource_states import ResourceState
from partnerships.sharing_filters import ResourceFilterSet
from partnerships.views.outcome import attempt, posted, refusal_status
from partnerships.views.page import get_partnership
from partnerships.views.sharing_page import (
    editable_resource,
    get_resource,
    own_sides,
    page_of,
    show_list,
    show_resource,
    steered_resource,
)
from twinning.downloads import download


@require_safe
def resource_list(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    rows, template = partnership.resources.for_list(), "partnerships/resource_list.html"
    return show_list(request, partnership, "resource", rows, ResourceFilterSet, template=template)


@require_safe
def resource_detail(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    return show_resource(request, get_resource(request, slug, number))


@require_http_methods(["GET", "HEAD", "POST"])
def resource_create(request: HttpRequest, *, slug: str) -> HttpResponse:
    partnership = get_partnership(request, slug)
    if not sharing_permissions.can_share(request.user, partnership):
        raise PermissionDenied
    form = ResourceForm(
        posted(request), request.FILES or None, partnership=partnership, sides=own_sides(request.user, partnership)
    )
    outcome = attempt(
        form,
        lambda: add_resource(form.save(commit=False), upload=form.cleaned_data["file"], by=request.user),
    )
    if outcome.done:
        messages.success(request, _("Thank you: %(code)s waits for its review.") % {"code": outcome.saved.code})
        return redirect(outcome.saved)
    context = {**page_of(request, partnership), "form": form, "resource": None, "clash": None}
    return render(request, "partnerships/resource_form.html", context, status=outcome.status)


@require_http_methods(["GET", "HEAD", "POST"])
def resource_edit(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    resource = editable_resource(request, slug, number)
    partnership = resource.partnership
    if not resource.is_open:
        refusal = _("What is archived is not changed any more. Hand it in anew.")
        return show_resource(request, resource, refusal=refusal, status=409)
    form = ResourceForm(
        posted(request),
        instance=SharedResource.objects.select_related("owner").get(pk=resource.pk),
        partnership=partnership,
        sides=own_sides(request.user, partnership),
    )
    outcome = attempt(form, lambda: change_resource(form.instance, seen_version=form.seen_version, by=request.user))
    if outcome.done:
        messages.success(request, _("Your changes have been saved."))
        return redirect(resource)
    context = {**page_of(request, partnership), "form": form, "resource": resource, "clash": outcome.clash}
    return render(request, "partnerships/resource_form.html", context, status=outcome.status)


@require_POST
def resource_review(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    resource = steered_resource(request, slug, number)
    form = ReviewForm(request.POST, partnership=resource.partnership, auto_id="review-%s")
    outcome = attempt(form, lambda: review_resource(resource, **form.cleaned_data, by=request.user))
    if outcome.done:
        messages.success(request, _("The review of %(code)s is written down.") % {"code": resource.code})
        return redirect(resource)
    return show_resource(request, resource, review=form, status=outcome.status)


@require_POST
def resource_publish(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    resource = steered_resource(request, slug, number)
    return _step(
        request,
        resource,
        lambda: move_resource(resource, ResourceState.PUBLISHED, by=request.user),
        _("%(code)s is published."),
    )


@require_POST
def resource_archive(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    resource = steered_resource(request, slug, number)
    form = ReasonForm(request.POST, auto_id="archive-%s")
    outcome = attempt(
        form,
        lambda: move_resource(resource, ResourceState.ARCHIVED, reason=form.cleaned_data["reason"], by=request.user),
    )
    if outcome.done:
        messages.success(request, _("%(code)s is archived.") % {"code": resource.code})
        return redirect(resource)
    return show_resource(request, resource, archive=form, status=outcome.status)


@require_POST
def resource_file_add(request: HttpRequest, *, slug: str, number: int) -> HttpResponse:
    resource = editable_resource(request, slug, number)
    form = FileForm(request.POST, request.FILES, auto_id="file-%s")
    outcome = attempt(
        form,
        lambda: add_file(resource, form.cleaned_data["file"], note=form.cleaned_data["note"], by=request.user),
    )
    if outcome.done:
        messages.success(request, _("“%(name)s” has been added.") % {"name": outcome.saved.name})
        return redirect(resource)
    return show_resource(request, resource, newer=form, status=outcome.status)


@require_safe
@never_cache
def resource_file(request: HttpRequest, *, slug: str, number: int, public_id: str) -> HttpResponse:
    """A version of the file as it was uploaded, for whoever may read the resource. Counted when all of it is asked for:
    neither a look at its head nor a piece of it is a download."""
    resource = get_resource(request, slug, number)
    file = get_object_or_404(resource.files.all(), public_id=public_id)
    answer = download(file.file, name=file.name, content_type=file.content_type)
    if request.method == "GET" and "Range" not in request.headers:
        count_download(file)
    return answer


def _step(request: HttpRequest, resource: SharedResource, act: Callable[[], SharedResource], said: str) -> HttpResponse:
    """A step without a form: done, or refused above the page as it stands now."""
    try:
        done = act()
    except ValidationError as error:
        fresh = get_resource(request, resource.partnership.slug, resource.number)
        return show_resource(request, fresh, refusal=" ".join(error.messages), status=refusal_status(error))
    messages.success(request, said % {"code": done.code})
    return redirect(done)
