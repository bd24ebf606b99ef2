"""Who takes part in a partnership today: people who can sign in, and contacts who may be asked to do something."""

from django.db.models import Q, QuerySet

from accounts.models import User
from partnerships.models import Contact, Partnership, TeamMember

# More people than this make a list that nobody reads, and a page of a megabyte.
MOST_IN_A_LIST = 300


def people_to_choose(user: User, partnership: Partnership) -> tuple[QuerySet[Contact], bool]:
    """The contacts to offer in a form of ``partnership``, and whether ``user`` sees others besides.

    A small directory is offered whole, of a large one the people of the organizations that take part, and the team.
    """
    known = Contact.objects.visible_to(user).select_related("organization").order_by("name", "pk")
    if not known.order_by("pk")[MOST_IN_A_LIST : MOST_IN_A_LIST + 1].exists():
        return known, False
    parties = partnership.participations.current().values("organization")
    near = Q(organization__in=parties) | Q(pk__in=partnership.team.values("contact"))
    return known.filter(near), True


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
