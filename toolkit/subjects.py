"""What one document may be about: a record of its partnership, by the subject of its tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.models import Exchange, Organization, Partnership, Registration, Traveller, Workshop, WorkshopSession
from partnerships.workshop_states import RegistrationState
from toolkit.models import Document

# How many records of a kind the form that starts a document lists, the newest of them.
MOST_LISTED = 200


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A kind of record. ``name`` is the word of the language and the field of Document.

    ``rows`` gives the records of a partnership, the newest first, ``words`` what one is called in a list, ``address``
    the page on which it is read. ``within``
    names the lookups that narrow the rows to those of one exchange or workshop, by the name of that record. Without
    ``is_required`` a document may be about one that is in no records yet.
    """

    name: str
    question: str
    choose: str
    wrong: str
    rows: Callable[[Partnership], QuerySet]
    words: Callable[[Model], str] = str
    address: Callable[[Model], str] = lambda row: row.get_absolute_url()
    within: tuple[tuple[str, str], ...] = ()
    is_required: bool = False

    def narrowed(self, partnership: Partnership, inside: Model | None) -> QuerySet:
        """The records of ``partnership``, of the exchange or the workshop ``inside`` alone if one is given."""
        rows = self.rows(partnership)
        lookup = dict(self.within).get(inside._meta.model_name) if inside else None
        return rows.filter(**{lookup: inside.pk}) if lookup else rows


def _organizations(partnership: Partnership) -> QuerySet:
    return Organization.objects.filter(participations__in=partnership.participations.current())


def _exchanges(partnership: Partnership) -> QuerySet:
    return Exchange.objects.filter(partnership=partnership).order_by("-starts_on", "-pk")


def _travellers(partnership: Partnership) -> QuerySet:
    rows = Traveller.objects.filter(exchange__partnership=partnership).select_related("exchange", "contact")
    return rows.order_by("-exchange__starts_on", "-exchange", "contact__name", "pk")


def _workshops(partnership: Partnership) -> QuerySet:
    return Workshop.objects.filter(partnership=partnership)


def _sessions(partnership: Partnership) -> QuerySet:
    rows = WorkshopSession.objects.filter(workshop__partnership=partnership).select_related("workshop")
    return rows.order_by("-starts_at", "-pk")


def _registrations(partnership: Partnership) -> QuerySet:
    rows = Registration.objects.filter(workshop__partnership=partnership).exclude(state=RegistrationState.LEFT)
    return rows.select_related("workshop").order_by("-workshop__created_at", "-workshop", "name", "pk")


def _session_words(session: Model) -> str:
    return f"{session.workshop} – {session}, {session.day_in(session.workshop.zone).isoformat()}"


SUBJECTS: dict[str, Subject] = {
    subject.name: subject
    for subject in (
        Subject(
            name="organization",
            question=_("About which organization?"),
            choose=_("Choose an organization"),
            wrong=_("This organization does not take part in the partnership."),
            rows=_organizations,
            is_required=True,
        ),
        Subject(
            name="exchange",
            question=_("About which exchange?"),
            choose=_("None that is in the records"),
            wrong=_("This is no exchange of the partnership."),
            rows=_exchanges,
            words=lambda row: f"{row} ({row.reference})",
            within=(("exchange", "pk"),),
        ),
        Subject(
            name="traveller",
            question=_("About which traveller?"),
            choose=_("None that is in the records"),
            wrong=_("Nobody of this name is on an exchange of the partnership."),
            rows=_travellers,
            words=lambda row: f"{row} – {row.exchange}",
            within=(("exchange", "exchange"),),
        ),
        Subject(
            name="workshop",
            question=_("About which workshop?"),
            choose=_("None that is in the records"),
            wrong=_("This is no workshop of the partnership."),
            rows=_workshops,
            words=lambda row: f"{row} ({row.reference})",
            within=(("workshop", "pk"),),
        ),
        Subject(
            name="session",
            question=_("About which session?"),
            choose=_("None that is in the records"),
            wrong=_("This is no session of a workshop of the partnership."),
            rows=_sessions,
            words=_session_words,
            address=lambda row: row.workshop.get_absolute_url(),
            within=(("workshop", "workshop"),),
        ),
        Subject(
            name="registration",
            question=_("About which participant?"),
            choose=_("Nobody who is in the records"),
            wrong=_("Nobody of this name is on the list of a workshop of the partnership."),
            rows=_registrations,
            words=lambda row: f"{row} – {row.workshop}",
            address=lambda row: reverse("partnerships:registration-list", args=[row.workshop.reference]),
            within=(("workshop", "workshop"),),
        ),
    )
}


def subjects_within(inside: Model) -> list[str]:
    """The subjects of which the records stand in an exchange or a workshop, itself among them."""
    return [name for name, subject in SUBJECTS.items() if inside._meta.model_name in dict(subject.within)]


def address_of(document: Document) -> str:
    """The page of the record that ``document`` is about, or nothing."""
    row = document.about
    subject = next((each for each in SUBJECTS.values() if getattr(document, f"{each.name}_id")), None)
    return subject.address(row) if subject and row else ""
