from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.zones import zone_choices
from partnerships.forms.layout import GroupedForm
from partnerships.forms.organization_field import OrganizationField
from partnerships.models import Contact, Organization
from partnerships.permissions import can_create_contact
from twinning.stale import VersionedForm


class ContactForm(GroupedForm, VersionedForm):
    """``user`` chooses among the organizations that they may see; partners cannot move themselves to another one."""

    time_zone = forms.ChoiceField(label=_("Time zone"), initial="UTC")

    GROUPS = (
        (_("Who it is"), ("name", "local_name", "post", "organization")),
        (_("How to reach them"), ("email", "phone", "languages", "time_zone")),
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
        here = Q(archived_at__isnull=True) | Q(pk=self.instance.organization_id)
        self.fields["organization"].queryset = Organization.objects.visible_to(user).filter(here)
        self.fields["organization"].disabled = not can_create_contact(user)
        self.fields["time_zone"].choices = self._zones()

    def _zones(self) -> list:
        kept = self.instance.time_zone
        offered = [zone for _region, zones in zone_choices()[1:] for zone, _place in zones]
        # A zone under an older name stays choosable for whoever has it.
        return zone_choices() if kept in ["UTC", *offered] else [*zone_choices(), (kept, kept)]
