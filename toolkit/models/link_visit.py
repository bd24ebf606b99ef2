"""Who opened a share link: one row a browser, without its address."""

from __future__ import annotations

import hashlib

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from toolkit.models.share_link import ShareLink


def hash_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class LinkVisit(models.Model):
    """One browser that opened one link. ``key_hash`` is of the cookie it got; nothing else tells it from another.

    ``is_other``: this is not the person for whom the link was made; they gave their name, post and e-mail.
    ``has_seat``: counted among the devices on which a limited link may be opened.
    """

    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="visits")
    key_hash = models.CharField(max_length=64)
    name = models.CharField(max_length=150, blank=True)
    post = models.CharField(max_length=150, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    is_other = models.BooleanField(default=False)
    has_seat = models.BooleanField(default=False)
    first_seen = models.DateTimeField(default=timezone.now)
    last_seen = models.DateTimeField(default=timezone.now)
    wrote_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-last_seen", "-pk"]
        verbose_name = _("visit of a link")
        verbose_name_plural = _("visits of links")
        constraints = [
            models.UniqueConstraint("link", "key_hash", name="browser_visits_a_link_once"),
            models.CheckConstraint(name="visit_ends_later", condition=Q(last_seen__gte=F("first_seen"))),
            models.CheckConstraint(
                name="other_visitor_has_a_name", condition=Q(is_other=False) | ~Q(name="") & ~Q(email="")
            ),
        ]
        indexes = [models.Index(fields=["link", "-last_seen"], name="visits_of_a_link")]

    def __str__(self):
        return self.name or self.key_hash[:8]
