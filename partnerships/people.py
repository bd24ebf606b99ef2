"""Who takes part in a partnership today: people who can sign in, and contacts who may be asked to do something."""

from django.db.models import Q, QuerySet

from accounts.models import User
from partnerships.models import Contact, Partnership, TeamMember


def people_of(partnership: Partnership) -> list[User]:
    """Who takes part and can sign in: the responsible coordinator and the team of today, by name."""
    team = TeamMember.objects.current().filter(partnership=partnership)
    own = Q(pk=partnership.coordinator_id) | Q(contact__in=team.values("contact"))
    return list(User.objects.filter(own, is_active=True).order_by("name", "pk"))


def possible_owners(partnership: Partnership) -> QuerySet[Contact]:
    """Contacts who may be asked to do something: the team of today, and the responsible coordinator."""
    team = TeamMember.objects.current().filter(partnership=partnership)
    asked = Q(pk__in=team.values("contact")) | Q(user=partnership.coordinator_id)
    return Contact.objects.filter(asked).select_related("organization").order_by("name", "pk")
