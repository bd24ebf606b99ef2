"""What an account may be: waiting for its owner, in use, or closed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountState(models.TextChoices):
    ACTIVE = "active", _("Active")
    INVITED = "invited", _("Invited")
    CLOSED = "closed", _("Closed")


class Role(models.TextChoices):
    """The roles an account may hold anywhere; the role on a partnership's team is the partnership's matter."""

    COORDINATOR = "is_coordinator", _("Coordinator")
    CURATOR = "is_curator", _("Curator")
    ADMIN = "is_admin", _("Administrator")


class Digest(models.TextChoices):
    """How often a person wants mails about what happens to them."""

    IMMEDIATE = "immediate", _("At once")
    DAILY = "daily", _("Once a day, in one mail")
    WEEKLY = "weekly", _("Once a week, on Monday")
    NONE = "none", _("Never")
