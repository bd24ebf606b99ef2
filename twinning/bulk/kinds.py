"""What may come in as a table: organizations and contacts; participants.py and past_exchanges.py have the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.actions.directory import create_contact, create_organization
from partnerships.models import Contact, Organization, OrganizationType, Topic
from partnerships.permissions import can_create_contact, can_create_organization
from twinning.bulk.checking import Column, Fresh, Kind
from twinning.bulk.participants import Participants
from twinning.bulk.past_exchanges import PastExchanges
from twinning.bulk.reading_cells import read_choice, read_country, read_list


def read_year(text: str) -> int:
    if not text.isdecimal():
        raise ValidationError(_("“%(text)s” is no year.") % {"text": text[:20]})
    return int(text)


class Organizations(Kind):
    slug = "organizations"
    title = gettext_lazy("Organizations")
    list_name = "partnerships:organization-list"
    columns = (
        Column(
            name="name",
            heading=gettext_lazy("Name"),
            is_needed=True,
            also=("legal name", "organization", "organisation"),
            example="Mwanga Hill County Hospital",
        ),
        Column(name="country", heading=gettext_lazy("Country"), is_needed=True, read=read_country, example="KE"),
        Column(
            name="type",
            heading=gettext_lazy("Type"),
            is_needed=True,
            read=read_choice(OrganizationType),
            example="Health care provider",
        ),
        Column(name="local_name", heading=gettext_lazy("Name in own language or script"), also=("local name",)),
        Column(name="short_name", heading=gettext_lazy("Short name"), also=("abbreviation",), example="Mwanga Hill"),
        Column(name="city", heading=gettext_lazy("City"), also=("town",), example="Nyeri"),
        Column(name="address", heading=gettext_lazy("Address")),
        Column(
            name="website", heading=gettext_lazy("Website"), also=("web", "url"), example="https://mwanga-hill.example"
        ),
        Column(
            name="year_founded", heading=gettext_lazy("Year founded"), also=("founded",), read=read_year, example="1954"
        ),
        Column(name="registration_number", heading=gettext_lazy("Registration number")),
        Column(
            name="languages", heading=gettext_lazy("Working languages"), also=("languages",), example="English, Swahili"
        ),
        Column(name="topics", heading=gettext_lazy("Topics"), example="Nursing and midwifery; Patient safety"),
        Column(name="offers", heading=gettext_lazy("What it can offer"), also=("offers",)),
        Column(name="seeks", heading=gettext_lazy("What it hopes to gain"), also=("seeks",)),
    )

    def may(self) -> bool:
        return can_create_organization(self.user)

    @cached_property
    def _topics(self) -> dict[str, Topic]:
        topics = list(Topic.objects.all())
        return {topic.name.casefold(): topic for topic in topics} | {topic.slug: topic for topic in topics}

    def _values(self, row, by_heading):
        values, reasons = super()._values(row, by_heading)
        topics = read_list(values.get("topics", ""))
        unknown = [name for name in topics if name.casefold() not in self._topics]
        if unknown:
            reasons.append(
                _("Topics: “%(unknown)s” is not on our list. Separate topics by semicolons.")
                % {"unknown": unknown[0][:60]}
            )
        else:
            values["topics"] = [self._topics[name.casefold()] for name in topics]
        return values, reasons

    def record(self, values: Mapping[str, Any]) -> tuple[Organization, dict[str, Any]]:
        fields = {name: value for name, value in values.items() if name != "topics"}
        if "website" in fields and "://" not in fields["website"]:
            fields["website"] = f"https://{fields['website']}"
        return Organization(**fields), {"topics": values.get("topics", ())}

    def marks(self, values: Mapping[str, Any]) -> Iterable[Any]:
        yield values["name"].casefold(), values["country"]

    def known_marks(self) -> set[Any]:
        return {(name.casefold(), country) for name, country in Organization.objects.values_list("name", "country")}

    def save(self, fresh: Fresh) -> None:
        create_organization(fresh.record, topics=fresh.more["topics"], by=self.user)


class Contacts(Kind):
    slug = "contacts"
    title = gettext_lazy("Contacts")
    list_name = "partnerships:contact-list"
    columns = (
        Column(
            name="name",
            heading=gettext_lazy("Name"),
            is_needed=True,
            also=("full name", "person"),
            example="Grace Achieng",
        ),
        Column(name="local_name", heading=gettext_lazy("Name in own script"), also=("local name",)),
        Column(
            name="post",
            heading=gettext_lazy("Post or title"),
            also=("post", "title", "position"),
            example="Quality officer",
        ),
        Column(
            name="organization",
            heading=gettext_lazy("Organization"),
            also=("organisation", "institution"),
            example="Mwanga Hill County Hospital",
        ),
        Column(
            name="email", heading=gettext_lazy("E-mail"), also=("email", "mail"), example="achieng@mwanga-hill.example"
        ),
        Column(
            name="phone",
            heading=gettext_lazy("Phone or messenger"),
            also=("phone", "telephone", "mobile"),
            example="+254 700 555 012",
        ),
        Column(name="languages", heading=gettext_lazy("Languages"), example="English, Dholuo"),
        Column(name="time_zone", heading=gettext_lazy("Time zone"), example="Africa/Nairobi"),
    )

    def may(self) -> bool:
        return can_create_contact(self.user)

    @cached_property
    def _organizations(self) -> dict[str, list[Organization]]:
        found: dict[str, list[Organization]] = {}
        for organization in Organization.objects.visible_to(self.user).only("name", "short_name", "local_name"):
            names = {organization.name, organization.short_name, organization.local_name} - {""}
            for name in {each.casefold() for each in names}:
                found.setdefault(name, []).append(organization)
        return found

    def _values(self, row, by_heading):
        values, reasons = super()._values(row, by_heading)
        name = values.get("organization")
        if name:
            found = self._organizations.get(name.casefold(), [])
            if len(found) == 1:
                values["organization"] = found[0]
            elif found:
                reasons.append(_("Organization: “%(name)s” is the name of several.") % {"name": name[:80]})
            else:
                reasons.append(
                    _("Organization: “%(name)s” is not here yet. Add it first, or import the organizations.")
                    % {"name": name[:80]}
                )
        return values, reasons

    def record(self, values: Mapping[str, Any]) -> tuple[Contact, dict[str, Any]]:
        return Contact(**values), {}

    def marks(self, values: Mapping[str, Any]) -> Iterable[Any]:
        if values.get("email"):
            yield "email", values["email"].casefold()
        organization = values.get("organization")
        yield "name", values["name"].casefold(), organization.pk if organization else None

    def known_marks(self) -> set[Any]:
        rows = list(Contact.objects.values_list("email", "name", "organization"))
        return {("email", email.casefold()) for email, _name, _org in rows if email} | {
            ("name", name.casefold(), organization) for _email, name, organization in rows
        }

    def save(self, fresh: Fresh) -> None:
        create_contact(fresh.record, by=self.user)


KINDS = {kind.slug: kind for kind in (Organizations, Contacts)}
# Kinds whose rows go into something: a workshop, a partnership.
KINDS_INTO = {kind.slug: kind for kind in (Participants, PastExchanges)}
