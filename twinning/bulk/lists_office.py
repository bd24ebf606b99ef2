"""Lists of the office as files, for administrators: people with an account, rates, phase models."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.forms import PeopleFilterForm
from accounts.permissions import can_manage_people
from accounts.states import AccountState, Role
from partnerships.models import ExchangeRate, PhaseModel, RoleRate
from partnerships.permissions import can_edit_programmes, can_edit_rates
from twinning.bulk.listing import Export, label, said


def _roles(user) -> str:
    return "; ".join(str(role.label) for role in Role if getattr(user, role.value))


OFFICE = {
    "people": Export(
        title=_("People"),
        page="accounts:user-list",
        may=can_manage_people,
        rows=lambda asked: PeopleFilterForm(asked.query).found(),
        cells=(
            (_("Name"), said("name")),
            (_("E-mail"), said("email")),
            (_("Roles"), _roles),
            (_("State"), lambda row: AccountState(row.state).label),
            (_("Language"), said("language")),
            (_("Time zone"), said("time_zone")),
            (_("Joined"), lambda row: row.joined_at.date()),
        ),
    ),
    "rates": Export(
        title=_("Rates of roles"),
        page="partnerships:rate-list",
        may=can_edit_rates,
        rows=lambda asked: RoleRate.objects.select_related("added_by"),
        cells=(
            (_("Role"), said("role")),
            (_("Country"), said("country.code")),
            (_("For one"), label("unit")),
            (_("Amount"), said("rate")),
            (_("Currency"), said("currency")),
            (_("Valid from"), said("valid_from")),
            (_("Source"), said("source")),
            (_("Added by"), said("added_by")),
        ),
    ),
    "exchange-rates": Export(
        title=_("Exchange rates"),
        page="partnerships:exchange-rate-list",
        may=can_edit_rates,
        rows=lambda asked: ExchangeRate.objects.select_related("added_by"),
        cells=(
            (_("One unit of"), said("currency")),
            (_("Is worth"), said("rate")),
            (_("In"), said("into")),
            (_("On the day"), said("valid_on")),
            (_("Source"), said("source")),
            (_("Added by"), said("added_by")),
        ),
    ),
    "phase-models": Export(
        title=_("Phase models"),
        page="partnerships:phase-model-list",
        may=can_edit_programmes,
        rows=lambda asked: PhaseModel.objects.for_list(),
        cells=(
            (_("Name"), said("name")),
            (_("Summary"), said("summary")),
            (_("Source"), said("source")),
            (_("Phases"), said("n_phases")),
            (_("Partnerships"), said("n_partnerships")),
        ),
    ),
}
