"""The story of a partnership, to be read, narrowed down and printed."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from partnerships import permissions
from partnerships.chronicle import in_part, months_of, part_choices
from partnerships.models import Partnership
from partnerships.views.page import get_partnership, tabs
from twinning.paginate import paginate

PER_PAGE = 50
MOST_PRINTED = 2000
MOST_PEOPLE = 300


class StoryFilterForm(forms.Form):
    """What of the story is read. Nonsense in the address narrows nothing down."""

    part = forms.ChoiceField(label=_("What"), required=False)
    person = forms.ChoiceField(label=_("Who"), required=False)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("The newest first")), ("story", _("From the beginning"))],
    )

    def __init__(self, *args, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        names = partnership.entries.order_by("actor_name").values_list("actor_name", flat=True).distinct()
        self.fields["part"].choices = [("", _("Everything")), *part_choices()]
        self.fields["person"].choices = [("", _("Everybody")), *((name, name) for name in names[:MOST_PEOPLE])]
        self.full_clean()
        self.chosen = {name: value for name, value in self.cleaned_data.items() if value}
        self.partnership = partnership

    def found(self) -> QuerySet:
        """The entries that were chosen, in the order that was chosen."""
        entries = self.partnership.entries.all()
        if part := self.chosen.get("part"):
            entries = in_part(entries, part)
        if person := self.chosen.get("person"):
            entries = entries.filter(actor_name=person)
        return entries.order_by("at", "pk") if self.chosen.get("order") else entries


@require_safe
def partnership_history(request: HttpRequest, *, slug: str) -> HttpResponse:
    """With ``?whole=on`` the whole of it on one page, for paper."""
    partnership = get_partnership(request, slug)
    form = StoryFilterForm(request.GET, partnership=partnership)
    whole = request.GET.get("whole") == "on"
    page = paginate(request, form.found(), per_page=MOST_PRINTED if whole else PER_PAGE)
    can_edit = permissions.can_edit_partnership(request.user, partnership)
    return render(
        request,
        "partnerships/partnership_history.html",
        {
            "partnership": partnership,
            "page": page,
            "months": months_of(page, partnership, request.user),
            "form": form,
            "narrowed": bool(form.chosen),
            "whole": whole,
            "tabs": tabs(partnership, "partnership-history", can_edit=can_edit),
        },
    )
