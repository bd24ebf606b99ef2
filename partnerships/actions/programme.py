"""Who works for a programme."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.models import Programme, ProgrammeStaff


@transaction.atomic
def add_staff(staff: ProgrammeStaff) -> ProgrammeStaff:
    """Give a person with an account a role in a programme: from now on they read all its partnerships."""
    Programme.objects.select_for_update(of=("self",)).get(pk=staff.programme_id)
    if not staff.user.is_active:
        raise ValidationError({"user": _("%(name)s’s account is closed.") % {"name": staff.user}}, code="account")
    staff.full_clean()
    staff.save()
    return staff


@transaction.atomic
def end_staff(staff: ProgrammeStaff) -> None:
    """End a person's role; it stays on record, and what they saw through it is closed to them."""
    locked = ProgrammeStaff.objects.select_for_update(of=("self",)).get(pk=staff.pk)
    if locked.ends_on is not None:
        raise ValidationError(_("This role has already ended."), code="ended")
    # Somebody may have been written down ahead of the day on which they begin.
    locked.ends_on = max(timezone.localdate(), locked.starts_on)
    locked.save(update_fields=["ends_on"])
    staff.ends_on = locked.ends_on
