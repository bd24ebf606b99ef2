"""Sharing resources: handing them in, reviewing and publishing them, newer files, and counting downloads."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.actions.contribution import lock_partnership
from partnerships.actions.follow_up import refuse_unless_followed
from partnerships.models import Contact, ResourceFile, SharedResource, record
from partnerships.resource_guards import missing_for_resource
from partnerships.resource_states import REVIEWABLE, ResourceState, resource_can_become
from twinning.locking import claim_version
from twinning.uploads import IMAGES, OFFICE, PDF, TEXTS, checked_upload, digest_of, safe_name

S = ResourceState
ALLOWED = {**PDF, **OFFICE, **IMAGES, **TEXTS}
MOST_VERSIONS = 100
FIELDS = (
    "title kind description audience languages owner authors edition licence licence_note link translation_of "
    "has_no_patient_data changed_at"
).split()
# What a reviewer has read; who changes one of them asks for a new review.
REVIEWED_FIELDS = ("licence", "link", "has_no_patient_data")
REVIEW = ("reviewer", "reviewed_on", "review_note", "review_on", "published_on")


@transaction.atomic
def add_resource(resource: SharedResource, *, upload: UploadedFile | None = None, by: User) -> SharedResource:
    """Hand in something to be shared, with its first file if there is one."""
    partnership = lock_partnership(resource.partnership)
    refuse_unless_followed(partnership)
    last = partnership.resources.aggregate(last=Max("number"))["last"] or 0
    resource.partnership, resource.number, resource.submitted_by = partnership, last + 1, by
    _refuse_stranger(resource)
    resource.full_clean()
    resource.save()
    _tell(resource, "resource.submitted", by=by)
    if upload is not None:
        add_file(resource, upload, note="", by=by)
    return resource


@transaction.atomic
def change_resource(resource: SharedResource, *, seen_version: int, by: User) -> SharedResource:
    """Save an edited one if nobody else did meanwhile; with other rights or another link it is to be reviewed anew."""
    lock_partnership(resource.partnership)
    claim_version(resource, seen_version)
    before = SharedResource.objects.get(pk=resource.pk)
    _refuse_archived(before)
    _refuse_stranger(resource)
    again = before.state != S.SUBMITTED and any(
        getattr(before, name) != getattr(resource, name) for name in REVIEWED_FIELDS
    )
    cleared = _ask_again(resource) if again else []
    resource.full_clean()
    resource.save(update_fields=[*FIELDS, *cleared, "version"])
    _tell(resource, "resource.changed_again" if again else "resource.changed", by=by)
    return resource


@transaction.atomic
def add_file(resource: SharedResource, upload: UploadedFile, *, note: str, by: User) -> ResourceFile:
    """Keep a file as the newest version; older ones stay. A resource that was reviewed is to be reviewed again."""
    try:
        content_type = checked_upload(upload, ALLOWED, most=settings.MAX_UPLOAD_BYTES)
    except ValidationError as error:
        raise ValidationError({"file": error}) from None
    locked = _lock(resource)
    _refuse_archived(locked)
    last = locked.files.aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_VERSIONS:
        raise ValidationError(_("There are too many versions of this file. Hand it in anew."), code="many")
    digest = digest_of(upload)
    if locked.files.filter(sha256=digest).exists():
        raise ValidationError({"file": _("This file is here already, as one of its versions.")})
    kept = ResourceFile(
        resource=locked,
        number=last + 1,
        name=safe_name(upload.name),
        content_type=content_type,
        size=upload.size,
        sha256=digest,
        note=note.strip(),
        added_by=by,
    )
    kept.file.save(kept.name, upload, save=False)
    kept.save()
    again = locked.state != S.SUBMITTED
    cleared = _ask_again(locked) if again else []
    _put(locked, *cleared)
    verb = "resource.file_again" if again else "resource.file_added"
    _tell(locked, verb, by=by, name=kept.name, number=kept.number, note=kept.note)
    return kept


@transaction.atomic
def review_resource(
    resource: SharedResource, *, reviewer: Contact, review_on: date, note: str = "", by: User
) -> SharedResource:
    """Write down that ``reviewer`` read it and finds it right, and when it is to be looked at again."""
    locked = _lock(resource)
    old = locked.current_state
    new = REVIEWABLE.get(old)
    if new is None:
        raise _no_way(old, S.REVIEWED)
    _refuse_missing(locked, new)
    if reviewer.user_id is not None and reviewer.user_id == locked.submitted_by_id:
        raise ValidationError({"reviewer": _("Somebody else than who handed it in reads it: four eyes see more.")})
    if review_on <= timezone.localdate():
        raise ValidationError({"review_on": _("Choose a day that is still to come.")})
    locked.reviewer, locked.reviewed_on = reviewer, timezone.localdate()
    locked.review_note, locked.review_on, locked.state = note.strip(), review_on, new
    _put(locked, "reviewer", "reviewed_on", "review_note", "review_on", "state")
    verb = "resource.reviewed" if old == S.SUBMITTED else "resource.renewed"
    _tell(locked, verb, by=by, person=str(reviewer), day=review_on.isoformat(), note=locked.review_note)
    return locked


@transaction.atomic
def move_resource(resource: SharedResource, new: str, *, reason: str = "", by: User) -> SharedResource:
    """Publish or archive it. Reviews and newer files make the other moves."""
    locked = _lock(resource)
    old = locked.current_state
    # To “published” from “review due” leads a review, and never a button alone.
    by_hand = (new == S.PUBLISHED and old == S.REVIEWED) or new == S.ARCHIVED
    if not by_hand or not resource_can_become(old, new):
        raise _no_way(old, new)
    if new == S.ARCHIVED and not reason.strip():
        raise ValidationError({"reason": _("Please say why.")})
    _refuse_missing(locked, new)
    locked.state, locked.state_reason = new, reason.strip() if new == S.ARCHIVED else ""
    if new == S.PUBLISHED:
        locked.published_on = timezone.localdate()
    _put(locked, "state", "state_reason", "published_on")
    _tell(locked, f"resource.{new}", by=by, reason=locked.state_reason)
    return locked


def count_download(file: ResourceFile) -> None:
    """One more, and nothing about whose."""
    ResourceFile.objects.filter(pk=file.pk).update(n_downloads=F("n_downloads") + 1)


def _lock(resource: SharedResource) -> SharedResource:
    partnership = lock_partnership(resource.partnership)
    refuse_unless_followed(partnership)
    locked = SharedResource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    locked.partnership = partnership
    return locked


def _refuse_archived(resource: SharedResource) -> None:
    if resource.state == S.ARCHIVED:
        raise ValidationError(_("What is archived is not changed any more. Hand it in anew."), code="frozen")


def _refuse_missing(resource: SharedResource, new: str) -> None:
    missing = missing_for_resource(resource, new)
    if missing:
        raise ValidationError(
            _("This is still missing: %(missing)s."), code="missing", params={"missing": "; ".join(missing)}
        )


def _refuse_stranger(resource: SharedResource) -> None:
    if resource.owner.partnership_id != resource.partnership.pk:
        raise ValidationError({"owner": _("This organization does not take part in the partnership.")})
    original = resource.translation_of
    if original and (original.partnership_id != resource.partnership.pk or original.pk == resource.pk):
        raise ValidationError({"translation_of": _("Choose another resource of this partnership.")})


def _no_way(old: str, new: str) -> ValidationError:
    return ValidationError(
        _("A resource that is “%(old)s” cannot become “%(new)s”."),
        code="transition",
        params={"old": S(old).label, "new": S(new).label if new in S.values else new},
    )


def _ask_again(resource: SharedResource) -> list[str]:
    """Back to what nobody has reviewed, unsaved. Gives the names of the fields."""
    resource.state = S.SUBMITTED
    resource.reviewer = resource.reviewed_on = resource.review_on = resource.published_on = None
    resource.review_note = ""
    return ["state", *REVIEW]


def _put(resource: SharedResource, *fields: str) -> None:
    resource.version += 1
    resource.save(update_fields=[*fields, "version", "changed_at"])


def _tell(resource: SharedResource, verb: str, *, by: User, **words) -> None:
    record(resource.partnership, verb, by=by, code=resource.code, title=resource.title, **words)
