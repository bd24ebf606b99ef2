"""Participants of one workshop from a table: the list that a partner sends by mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from partnerships.actions.registration import enrol_all
from partnerships.actions.seats import seats_left
from partnerships.models import Registration, Workshop
from partnerships.permissions import can_edit_partnership
from partnerships.workshop_states import RegistrationState
from twinning.bulk.checking import Column, Findings, Fresh, Kind
from twinning.bulk.reading_cells import read_country


class Participants(Kind):
    slug = "participants"
    title = gettext_lazy("Participants")
    list_name = "partnerships:registration-list"
    not_asked = ("workshop",)
    hint = gettext_lazy(
        "Whoever is on the list already, by the e-mail address or by name and organization, stays there once. "
        "When the seats are taken, the rest go on the waiting list in the order of the file."
    )
    columns = (
        Column(
            name="name",
            heading=gettext_lazy("Name"),
            is_needed=True,
            also=("full name", "participant", "person"),
            example="Akinyi Otieno",
        ),
        Column(
            name="email",
            heading=gettext_lazy("E-mail"),
            also=("email", "mail"),
            read=str.lower,
            example="otieno@mwanga-hill.example",
        ),
        Column(
            name="organization",
            heading=gettext_lazy("Organization"),
            also=("organisation", "institution", "facility"),
            example="Mwanga Hill County Hospital",
        ),
        Column(name="country", heading=gettext_lazy("Country"), read=read_country, example="KE"),
        Column(
            name="post",
            heading=gettext_lazy("Profession or post"),
            also=("profession", "post", "cadre", "position", "title"),
            example="Midwife",
        ),
    )

    def __init__(self, user: User, into: str):
        super().__init__(user)
        found = Workshop.objects.visible_to(user).select_related("partnership").filter(reference=into).first()
        if found is None:
            raise Http404
        self.workshop = found

    @property
    def into(self) -> str:
        return self.workshop.reference

    def may(self) -> bool:
        return can_edit_partnership(self.user, self.workshop.partnership)

    def refusal(self) -> str:
        if not self.workshop.partnership.is_open:
            return _("This partnership is closed; nothing more can be changed in it.")
        if not self.workshop.is_enrolling:
            return _("Nobody is put on the list of a workshop that is “%(state)s”.") % {
                "state": self.workshop.get_state_display()
            }
        return ""

    def record(self, values: Mapping[str, Any]) -> tuple[Registration, dict[str, Any]]:
        return Registration(workshop=self.workshop, **values), {}

    def marks(self, values: Mapping[str, Any]) -> Iterable[Any]:
        if values.get("email"):
            yield "email", values["email"]
        yield "name", values["name"].casefold(), values.get("organization", "").casefold()

    def known_marks(self) -> set[Any]:
        on_list = self.workshop.registrations.exclude(state=RegistrationState.LEFT)
        rows = list(on_list.values_list("email", "name", "organization"))
        return {("email", email) for email, _name, _organization in rows if email} | {
            ("name", name.casefold(), organization.casefold()) for _email, name, organization in rows
        }

    def notes(self, found: Findings) -> list[str]:
        """Who gets a seat and who waits, in the order of the file. See also state_for_next()."""
        n, left = len(found.new), seats_left(self.workshop)
        if left is None or not n:
            return []
        n_seats = min(n, max(0, left - self.workshop.registrations.waiting().count()))
        if n_seats == n:
            return [ngettext("There is a seat for %(n)s person.", "There are seats for all %(n)s.", n) % {"n": n}]
        number = found.new[n_seats].row.number
        return [
            _("Seats are left for %(seats)s; the other %(n)s, from row %(number)s on, go on the waiting list.")
            % {"seats": n_seats, "n": n - n_seats, "number": number}
        ]

    @transaction.atomic
    def save_all(self, rows: list[Fresh], *, source: str) -> None:
        if rows:
            enrol_all([fresh.record for fresh in rows], source=source, by=self.user)
