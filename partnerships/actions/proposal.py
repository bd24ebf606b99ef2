"""Taking what the records propose into the ledger, or leaving it out."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.contribution import add_contribution, lock_partnership
from partnerships.contribution_sources import find_proposal, taken_sources
from partnerships.models import Contact, Contribution, DismissedSource, Partnership, record


@transaction.atomic
def take_proposal(partnership: Partnership, source: str, *, by: User) -> Contribution:
    """Make a draft of what ``source`` proposes now. Taken twice, the second is refused, whoever is quicker."""
    locked = lock_partnership(partnership)
    refuse_taken(locked, source)
    proposal = find_proposal(locked, source)
    if proposal and proposal.person:
        # The same hours may be proposed to another partnership at this moment: the person's come one after the other.
        Contact.objects.select_for_update(of=("self",)).get(pk=proposal.person.pk)
        proposal = find_proposal(locked, source)
    if proposal is None:
        raise ValidationError(_("This is not proposed any more: the record has changed meanwhile."), code="gone")
    locked.dismissed_sources.filter(source=source).delete()
    return add_contribution(proposal.contribution(locked), from_table=proposal.from_table, by=by)


def refuse_taken(partnership: Partnership, source: str) -> None:
    if source in taken_sources(partnership):
        raise ValidationError(_("This has been taken into the ledger already; nothing counts twice."), code="taken")


@transaction.atomic
def dismiss_proposal(partnership: Partnership, source: str, *, reason: str, by: User) -> DismissedSource:
    """Leave it out of the ledger, and say why. It can be taken all the same, later."""
    locked = lock_partnership(partnership)
    refuse_taken(locked, source)
    proposal = find_proposal(locked, source)
    if proposal is None:
        raise ValidationError(_("This is not proposed any more: the record has changed meanwhile."), code="gone")
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})
    row, is_new = DismissedSource.objects.get_or_create(
        partnership=locked, source=source, defaults={"reason": reason.strip(), "by": by}
    )
    if is_new:
        person = str(proposal.person or proposal.participation.organization)
        record(locked, "contribution.dismissed", by=by, title=proposal.title, person=person, reason=reason.strip())
    return row
