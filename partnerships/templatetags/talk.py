"""The way from a thing's own page to its comments and follow-ups."""

from django import template
from django.db.models import Count, Model, Value
from django.urls import reverse

from partnerships.mentions import ats_beside_names
from partnerships.models import Comment, FollowUp, Partnership
from partnerships.things import kinds

register = template.Library()


@register.inclusion_tag("partnerships/_talk_panel.html")
def talk_panel(partnership: Partnership, row: Model) -> dict:
    """``{% talk_panel partnership document %}``: a panel with what is open and said about ``row``, and the way there.

    Only on pages whose reader sees ``row``. One query.
    """
    kind = next(kind for kind in kinds().values() if kind.model is type(row))
    about = {"partnership": partnership, "subject_type_id": kind.type_id, "subject_id": row.pk}
    said = Comment.objects.filter(**about, removed_at__isnull=True).order_by().values_list(Value("said"), Count("pk"))
    asked = FollowUp.objects.filter(**about).open().order_by().values_list(Value("asked"), Count("pk"))
    counts = dict(said.union(asked))
    return {
        "url": reverse("partnerships:thing-talk", args=[partnership.slug, kind.name, row.pk]),
        "n_comments": counts.get("said", 0),
        "n_follow_ups": counts.get("asked", 0),
    }


@register.filter
def ats_beside(text: str) -> str:
    """``text`` of a comment, its “@” beside the names in every direction of writing."""
    return ats_beside_names(text)
