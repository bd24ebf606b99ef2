"""What may be written about anything in a partnership: which thing it is about."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from partnerships.models.partnership import Partnership


class AboutSomething(models.Model):
    """A row about the smallest thing it concerns. For which things there are, and who sees them, see things.py."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="%(class)ss")
    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    subject_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")

    class Meta:
        abstract = True

    @property
    def subject_key(self) -> tuple[int, int]:
        return (self.subject_type_id, self.subject_id)
