"""Organizations that are gone: archived when they have a past, deleted only when they never had one."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.archiving import missing_to_archive, ties_of
from partnerships.models import Organization


def _locked(organization: Organization) -> Organization:
    return Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)


@transaction.atomic
def archive_organization(organization: Organization, *, reason: str, by: User) -> None:
    """Take an organization out of every list to choose from. What it was part of keeps its name."""
    locked = _locked(organization)
    if locked.is_archived:
        raise ValidationError(_("This organization is archived already."), code="archived")
    if ties := missing_to_archive(locked, by):
        raise ValidationError(
            _("It is still part of something: it %(ties)s. End that first."),
            code="ties",
            params={"ties": "; ".join(tie.text for tie in ties)},
        )
    if not reason.strip():
        raise ValidationError(_("Please say why."), code="reason")
    _save(locked, organization, archived_at=timezone.now(), archive_reason=reason.strip(), by=by)


@transaction.atomic
def restore_organization(organization: Organization, *, by: User) -> None:
    locked = _locked(organization)
    if not locked.is_archived:
        raise ValidationError(_("This organization is in use."), code="in_use")
    _save(locked, organization, archived_at=None, archive_reason="", by=by)


def _save(locked: Organization, organization: Organization, *, archived_at, archive_reason: str, by: User) -> None:
    locked.archived_at, locked.archive_reason = archived_at, archive_reason
    locked.version += 1
    locked._history_user = by
    locked.save(update_fields=["archived_at", "archive_reason", "version"])
    organization.archived_at, organization.archive_reason = archived_at, archive_reason
    organization.version = locked.version


@transaction.atomic
def delete_organization(organization: Organization, *, by: User) -> None:
    """Delete an organization that was written down by mistake; one with a past is refused, with what it is part of."""
    locked = _locked(organization)
    ties = ties_of(locked, by)
    refusal = ValidationError(
        _("It has a past: it %(ties)s. Archive it instead."),
        code="ties",
        params={"ties": "; ".join(tie.text for tie in ties) or _("is named in other records")},
    )
    if ties:
        raise refusal
    locked._history_user = by
    try:
        locked.delete()
    except (ProtectedError, RestrictedError):
        raise refusal from None
