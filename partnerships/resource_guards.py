"""What is missing before a shared resource's next step. The page, the button and the move itself ask here."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.models import SharedResource
from partnerships.resource_states import REVIEWABLE, Licence, ResourceState

S = ResourceState


def missing_for_resource(resource: SharedResource, new: str) -> list[str]:
    """What must be there before ``resource`` may become ``new``, each in words; nothing when it may."""
    if new == S.REVIEWED or (new == S.PUBLISHED and resource.current_state == S.REVIEW_DUE):
        return _before_reviewing(resource)
    if new == S.PUBLISHED:
        return _before_publishing(resource)
    return []


def _before_reviewing(resource: SharedResource) -> list[str]:
    found = []
    files = resource.files.all()
    if not files and not resource.link:
        found.append(_("a file or a link"))
    if resource.licence == Licence.UNKNOWN:
        found.append(_("its licence: what others may do with it"))
    if resource.licence == Licence.LINK_ONLY and files:
        found.append(_("a licence that lets its file be shared: of somebody else’s work only the link is shared"))
    if resource.licence == Licence.PERMISSION and not resource.licence_note:
        found.append(_("who gave the permission, and when"))
    if not resource.has_no_patient_data:
        found.append(_("the word of who shares it that it names and shows no patient"))
    return found


def _before_publishing(resource: SharedResource) -> list[str]:
    found = _before_reviewing(resource)
    if resource.review_on is None or resource.review_on <= timezone.localdate():
        found.append(_("a day of its next review that is still to come: review it once more"))
    return found


def next_state(resource: SharedResource) -> str:
    """The step that leads on from here, or nothing when there is none for now."""
    current = resource.current_state
    return REVIEWABLE.get(current, S.PUBLISHED if current == S.REVIEWED else "")
