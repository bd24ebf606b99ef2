"""People, whether or not they ever sign in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User, known_zone
from partnerships.models.organization import Organization, works_with


class ContactQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ContactQuerySet:
        """Programme staff see everybody; partners see the people of their own partnerships and themselves."""
        if user.is_admin or user.is_coordinator:
            return self
        shared = works_with(user, through="memberships")
        return self.filter(pk__in=self.model.objects.filter(Q(user=user) | shared).values("pk"))

    def search(self, words: str) -> ContactQuerySet:
        found = self
        for word in words.split()[:8]:
            found = found.filter(
                Q(name__icontains=word)
                | Q(local_name__icontains=word)
                | Q(post__icontains=word)
                | Q(email__icontains=word)
                | Q(organization__name__icontains=word)
            )
        return found

    def for_list(self) -> ContactQuerySet:
        return self.select_related("organization", "user").order_by("name", "pk")


class Contact(models.Model):
    """One person, once. One name is enough; the name in the person's own script stands beside it."""

    name = models.CharField(_("name"), max_length=150)
    local_name = models.CharField(_("name in own script"), max_length=150, blank=True)
    post = models.CharField(_("post or title"), max_length=120, blank=True)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="contacts", verbose_name=_("organization"), null=True, blank=True
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone or messenger"), max_length=60, blank=True)
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_zone])
    user = models.OneToOneField(
        User, models.SET_NULL, related_name="contact", verbose_name=_("account"), null=True, blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ContactQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:contact-detail", args=[self.pk])
