"""The page of what a report to a donor was locked with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partnerships.locked_figures import n_hidden, seen_of, told
from partnerships.models import LockedFigures, Partnership
from partnerships.views.award import get_award


@require_safe
def period_figures(request: HttpRequest, *, pk: int, number: int) -> HttpResponse:
    """The frozen figures, of those partnerships that the person sees."""
    award = get_award(request, pk)
    figures = get_object_or_404(
        LockedFigures.objects.select_related("period"), period__award=award, period__number=number
    )
    seen = seen_of(figures, Partnership.objects.visible_to(request.user))
    context = {"award": award, "figures": figures, "told": told(figures, seen), "n_hidden": n_hidden(figures, seen)}
    return render(request, "partnerships/period_figures.html", context)
