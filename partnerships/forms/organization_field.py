"""Choosing an organization, or naming a new one in place."""

from __future__ import annotations

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from partnerships.forms.find_select import FindChoiceField
from partnerships.models import Organization, OrganizationType


class OrganizationField(FindChoiceField):
    """Organizations with their place, so that two of one name can be told apart."""

    def label_from_instance(self, organization: Organization) -> str:
        place = ", ".join(filter(None, [organization.city, str(organization.country.name)]))
        return f"{organization} – {place}"


class PartyFields:
    """Three more fields beside an organization field, for an organization that is not in the list yet."""

    def __init__(self, form: forms.Form, name: str):
        self.form, self.name = form, name
        form.fields[self.part("name")] = forms.CharField(
            label=self._label(_("legal name")), max_length=200, required=False
        )
        form.fields[self.part("country")] = forms.ChoiceField(
            label=self._label(_("country")), choices=[("", _("Choose a country")), *countries], required=False
        )
        form.fields[self.part("type")] = forms.ChoiceField(
            label=self._label(_("type")), choices=[("", _("Choose a type")), *OrganizationType.choices], required=False
        )

    def _label(self, part: str) -> str:
        # Said in full, for two organizations may be described on one page.
        return format_lazy("{whose}: {part}", whose=self.form.fields[self.name].label, part=part)

    def part(self, part: str) -> str:
        return f"{self.name}_new_{part}"

    @property
    def parts(self) -> list[str]:
        return [self.part("name"), self.part("country"), self.part("type")]

    @property
    def bound(self) -> list[forms.BoundField]:
        return [self.form[part] for part in self.parts]

    @property
    def is_used(self) -> bool:
        """Was anything typed about a new organization?"""
        return any(field.value() for field in self.bound)

    def clean(self) -> Organization | None:
        """The organization chosen, or a new unsaved one; what is wrong is written at its field."""
        if self.is_used and not self.form[self.name].value():
            # Searched in vain: what is described instead counts.
            self.form.errors.pop(self.name, None)
        chosen = self.form.cleaned_data.get(self.name)
        name, country, type_ = (self.form.cleaned_data.get(part) for part in self.parts)
        if chosen and (name or country or type_):
            self.form.add_error(self.name, _("Choose an organization or describe a new one, not both."))
        elif chosen:
            return chosen
        elif not self.is_used:
            if self.name not in self.form.errors:
                self.form.add_error(self.name, _("Choose an organization, or add the one that is missing."))
        else:
            return self._new(name, country, type_)
        return None

    def _new(self, name: str, country: str, type_: str) -> Organization | None:
        for part, value in zip(self.parts, (name, country, type_), strict=True):
            if not value and part not in self.form.errors:
                self.form.add_error(part, _("This is needed for a new organization."))
        if not (name and country and type_):
            return None
        if Organization.objects.filter(name__iexact=name, country=country).exists():
            self.form.add_error(
                self.part("name"),
                _("An organization of this name in this country is already here; choose it from the list."),
            )
            return None
        return Organization(name=name, country=country, type=type_)
