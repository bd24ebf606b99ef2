"""When people may answer, how many of them, and whether their names are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms import TimeZoneField
from accounts.zones import zone_of
from partnerships.forms.meeting import MomentInput
from toolkit.actions.terms import ASKED, Terms
from toolkit.states import Mode

MOST = 1_000_000


class LocalMomentField(forms.Field):
    """A day and an hour on some clock; which one, another field says. Without seconds and without a zone."""

    widget = MomentInput

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            moment = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise ValidationError(_("Write a day and a time, such as 2027-03-31 17:00."), code="invalid") from None
        return moment.replace(tzinfo=None, second=0, microsecond=0)


class AsksTerms:
    """For forms that ask for the terms of a document; ``terms`` is what was asked for, once the form is valid."""

    def ask_terms(self, mode: str, standing: Terms) -> None:
        """Put the questions that ``mode`` knows behind those of the form, answered as ``standing``."""
        zone = zone_of(standing.time_zone)
        known = {
            "opens_at": LocalMomentField(
                label=_("Opens"), required=False, help_text=_("Leave it empty to take answers at once.")
            ),
            "closes_at": LocalMomentField(label=_("Closes"), required=False, help_text=_CLOSES[mode])
            if mode in _CLOSES
            else None,
            "time_zone": TimeZoneField(label=_("Time zone of these hours"), help_text=_("Everybody is told the zone.")),
            "capacity": forms.IntegerField(
                label=_("Most answers"),
                required=False,
                min_value=1,
                max_value=MOST,
                help_text=_("Leave it empty to take any number. After the last place the link says that it is full."),
            ),
            "is_anonymous": forms.BooleanField(
                label=_("Without names"),
                required=False,
                help_text=_(
                    "Nobody is asked who they are; no account, address or hour is kept with an answer, and results "
                    "are shown from five answers on. It cannot be changed once somebody has begun."
                ),
            ),
        }
        for name in ASKED.get(mode, ()):
            value = getattr(standing, name)
            known[name].initial = value.astimezone(zone).replace(tzinfo=None) if isinstance(value, datetime) else value
            self.fields[name] = known[name]
        self.asked = ASKED.get(mode, ())

    def clean_terms(self, found: dict) -> None:
        """Make ``terms`` of what was cleaned; what does not fit together is said at its field."""
        self.terms = Terms()
        if not self.asked or self.errors.keys() & set(self.asked):
            return
        values = {name: found.get(name) for name in self.asked}
        zone = zone_of(values["time_zone"])
        for name in ("opens_at", "closes_at"):
            if values.get(name) is None:
                continue
            moment = values[name].replace(tzinfo=zone).astimezone(UTC)
            if moment.astimezone(zone).replace(tzinfo=None) != values[name]:
                self.add_error(name, _("The clocks go forward then, so this hour does not exist in that zone."))
                return
            values[name] = moment
        self.terms = Terms(**values)


_CLOSES = {
    Mode.EACH: _(
        "Then both sides see what was submitted, and nothing more can be. Leave it empty to wait until both are in."
    ),
    Mode.OPEN: _("Leave it empty to close it by hand."),
}


class TermsForm(AsksTerms, forms.Form):
    """The terms of a document under way. ``seen`` is what the page had shown of them."""

    seen = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args, mode: str, standing: Terms, **kwargs):
        super().__init__(*args, **kwargs)
        self.ask_terms(mode, standing)

    def clean(self) -> dict:
        found = super().clean()
        self.clean_terms(found)
        return found
