"""The form of a contact, and the time zones it offers."""

import zoneinfo
from collections import defaultdict
from functools import cache

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.forms.layout import grouped
from partnerships.forms.organization_field import OrganizationField
from partnerships.models import Contact, Organization
from partnerships.permissions import can_create_contact
from twinning.stale import VersionedForm

REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def time_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every zone named after a place, by region; “Africa/Addis_Ababa” reads “Addis Ababa”."""
    places = defaultdict(list)
    for zone in sorted(zoneinfo.available_timezones()):
        region, _slash, place = zone.partition("/")
        if region in REGIONS and place:
            places[region].append((zone, place.replace("_", " ").replace("/", " – ")))
    return [("UTC", [("UTC", "UTC")]), *places.items()]


class ContactForm(VersionedForm):
    """``user`` chooses among the organizations that they may see; partners cannot move themselves to another one."""

    time_zone = forms.ChoiceField(label=_("Time zone"), initial="UTC")

    helper = grouped(
        (_("Who it is"), ["name", "local_name", "post", "organization"]),
        (_("How to reach them"), ["email", "phone", "languages", "time_zone"]),
    )

    class Meta:
        model = Contact
        fields = ["name", "local_name", "post", "organization", "email", "phone", "languages", "time_zone"]
        field_classes = {"organization": OrganizationField}
        help_texts = {
            "name": _("As the person writes it; one name is enough."),
            "phone": _("With the country code, for example +254 700 000000."),
            "languages": _("Separated by commas, for example: Amharic, English."),
        }

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.visible_to(user)
        self.fields["organization"].disabled = not can_create_contact(user)
        self.fields["time_zone"].choices = self._zones()

    def _zones(self) -> list:
        kept = self.instance.time_zone
        known = {zone for _region, zones in time_zones() for zone, _place in zones}
        # A zone under an older name stays choosable for whoever has it.
        return time_zones() if kept in known else [*time_zones(), (kept, kept)]
