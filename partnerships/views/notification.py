"""What a person is told: the list, opening one, having seen them all."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships.actions.notifying import mark_read
from partnerships.notices import lines_of, notices_for
from twinning.paginate import paginate


@require_safe
def notification_list(request: HttpRequest) -> HttpResponse:
    notices = notices_for(request.user)
    page = paginate(request, notices.for_list())
    return render(
        request,
        "partnerships/notification_list.html",
        {
            "page": page,
            "lines": lines_of(page, request.user),
            "n_unread": notices.unread().count(),
        },
    )


@require_POST
def notification_open(request: HttpRequest, *, pk: int) -> HttpResponse:
    """Note that it was seen, and lead to what it is about."""
    lines = lines_of(notices_for(request.user).for_list().filter(pk=pk), request.user)
    if not lines:
        raise Http404
    mark_read(request.user, pk=pk)
    return redirect(lines[0].url)


@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    if mark_read(request.user):
        messages.success(request, _("All marked as read."))
    return redirect("partnerships:notification-list")
