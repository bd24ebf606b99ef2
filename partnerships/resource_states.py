"""Kinds and licences of what a partnership shares, and what its state may become. The one place that knows.

Source: submitted → reviewed → published → review due → archived. “Review due” is never stored: it is what a published
resource is from the day of its next review on, see SharedResource.current_state.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ResourceState(models.TextChoices):
    SUBMITTED = "submitted", _("Submitted, to be reviewed")
    REVIEWED = "reviewed", _("Reviewed")
    PUBLISHED = "published", _("Published")
    REVIEW_DUE = "review_due", _("To be reviewed again")
    ARCHIVED = "archived", _("Archived")


S = ResourceState
RESOURCE_TRANSITIONS: dict[str, tuple[str, ...]] = {
    S.SUBMITTED: (S.REVIEWED, S.ARCHIVED),
    # Back to submitted: a newer file, another link or another licence, which nobody has reviewed.
    S.REVIEWED: (S.PUBLISHED, S.SUBMITTED, S.ARCHIVED),
    S.PUBLISHED: (S.REVIEW_DUE, S.SUBMITTED, S.ARCHIVED),
    S.REVIEW_DUE: (S.PUBLISHED, S.SUBMITTED, S.ARCHIVED),
    S.ARCHIVED: (),
}
STORED = (S.SUBMITTED, S.REVIEWED, S.PUBLISHED, S.ARCHIVED)
# From these a review leads on: to “reviewed” the first time, to “published” when it is renewed.
REVIEWABLE = {S.SUBMITTED: S.REVIEWED, S.REVIEW_DUE: S.PUBLISHED}
RESOURCE_NEEDS_REASON = (S.ARCHIVED,)


def resource_can_become(current: str, new: str) -> bool:
    return new in RESOURCE_TRANSITIONS.get(current, ())


class ResourceKind(models.TextChoices):
    PROTOCOL = "protocol", _("Protocol or clinical guideline")
    CURRICULUM = "curriculum", _("Curriculum or course")
    SLIDES = "slides", _("Slides")
    VIDEO = "video", _("Video or recording")
    FORM = "form", _("Form or checklist")
    JOB_AID = "job_aid", _("Job aid, poster or pocket card")
    POLICY = "policy", _("Policy or procedure")
    DATA_TOOL = "data_tool", _("Data tool, such as a spreadsheet or register")
    ARTICLE = "article", _("Article or report")
    OTHER = "other", _("Something else")


class Licence(models.TextChoices):
    """Why it may be shared, and what others may do with it."""

    CC0 = "cc0", _("Free for everybody (CC0)")
    CC_BY = "cc_by", _("Use and change it, and name its authors (CC BY)")
    CC_BY_SA = "cc_by_sa", _("The same, and share changed versions alike (CC BY-SA)")
    CC_BY_NC = "cc_by_nc", _("Use and change it, but do not sell it (CC BY-NC)")
    CC_BY_ND = "cc_by_nd", _("Pass it on unchanged, and name its authors (CC BY-ND)")
    OWN_WORK = "own_work", _("Our own work: others must ask us first")
    PERMISSION = "permission", _("Somebody else’s work, with their written permission")
    LINK_ONLY = "link_only", _("Somebody else’s work, of which only the link is shared")
    UNKNOWN = "unknown", _("Not known yet")
