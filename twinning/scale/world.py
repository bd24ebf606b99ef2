"""A large made-up world for measuring, the same at every run: one partnership after the other, in flat memory."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from partnerships.models import Organization
from twinning.scale.dice import Dice
from twinning.scale.frame import BEFORE_WORK, STATUSES, Place, furnish, make_place
from twinning.scale.papers import Form, make_forms, make_papers
from twinning.scale.people import DOMAIN, Directory, make_directory
from twinning.scale.plans import make_plan
from twinning.scale.size import Size, dealt
from twinning.scale.teaching import make_workshops
from twinning.scale.together import make_ledger, make_meetings, make_talk
from twinning.scale.travel import make_journeys
from twinning.scale.writing import Writing, own_moments

SEED = "twinning"
LARGE = 5  # the first partnership is as large as five others: programmes have one like that
TALKED_ABOUT = 40  # things that follow-ups and comments are about


def is_here() -> bool:
    return User.objects.filter(email__endswith=f"@{DOMAIN}").exists()


def build(size: Size, *, tell: Callable[[str], None]) -> Writing:
    """The world, beside whatever is in the database; the counts of what was made. ``tell`` hears how far it is."""
    writing = Writing()
    start = Organization.objects.filter(slug__startswith="scale-").count()
    dice = Dice(f"{SEED}-{start}")
    with own_moments():
        with transaction.atomic():
            directory = make_directory(writing, size, start=start, today=timezone.localdate(), dice=dice)
        tell(f"{size.organizations} organizations, {size.contacts} contacts")
        forms, shares = make_forms(dice), _shares(size)
        for number in range(size.partnerships):
            with transaction.atomic():
                _partnership(directory, forms, number, {name: share[number] for name, share in shares.items()})
            if (number + 1) % max(1, size.partnerships // 10) == 0:
                tell(f"{number + 1} of {size.partnerships} partnerships")
    return writing


def _shares(size: Size) -> dict[str, list[int]]:
    """How many of each a partnership gets; what has not begun has none but papers."""
    working = [0 if STATUSES[n % len(STATUSES)] in BEFORE_WORK else 1 for n in range(size.partnerships)]
    writing = [work or 0.02 for work in working]
    working[0] = writing[0] = LARGE
    return {
        "exchanges": dealt(size.exchanges, working),
        "workshops": dealt(size.workshops, working),
        "attendances": [2 * pairs for pairs in dealt(size.attendances // 2, working)],
        "responses": dealt(size.responses, writing),
    }


def _partnership(directory: Directory, forms: list[Form], number: int, share: dict[str, int]) -> None:
    dice = Dice(f"{SEED}-{directory.start}-{number}")
    place: Place = make_place(directory, number, dice)
    furnish(place, directory)
    make_plan(place)
    documents = make_papers(place, forms, share["responses"])
    things = [place.partnership, *documents[-TALKED_ABOUT:]]
    if place.is_at_work:
        journeys = make_journeys(place, share["exchanges"])
        workshops = make_workshops(place, share["workshops"], share["attendances"])
        meetings = make_meetings(place)
        make_ledger(place, journeys)
        things += [*journeys.exchanges[:TALKED_ABOUT], *workshops[:TALKED_ABOUT], *meetings[:TALKED_ABOUT]]
    make_talk(place, things)
    place.writing.put(sorted(place.told, key=lambda entry: entry.at))
