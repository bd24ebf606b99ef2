"""The checklist of a traveller is the pre-departure tool as it is used in the partnership."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from partnerships.models import Exchange
from tests.factories import make_contact, make_partnership
from tests.factories.exchanges import make_exchange, make_traveller
from tests.toolkit.versions.making import make_copy, worded
from toolkit.journey_checklist import TOOL
from toolkit.models import Tool

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


def of_a_new_traveller(partnership) -> dict[str, str]:
    exchange = Exchange.objects.filter(partnership=partnership).first() or make_exchange(partnership)
    traveller = make_traveller(exchange, contact=make_contact())
    return dict(traveller.checklist.values_list("slug", "text"))


def test_new_travellers_get_the_points_and_hazards_of_the_tool_that_is_used_here(alice, partnership):
    assert len(of_a_new_traveller(partnership)) == 18  # the library has no such tool

    call_command("load_toolkit", verbosity=0)
    shipped = of_a_new_traveller(partnership)
    assert shipped["tickets"].startswith("Tickets. The name on the ticket")
    assert shipped["risk-roadcrash"].startswith("Risk: Road accident.")
    assert "advisory" in shipped
    assert all(len(text) <= 300 for text in shipped.values())

    base = Tool.objects.get(slug=TOOL)
    make_copy(partnership, by=alice, base=base, change=lambda raw: worded(raw, "f_leave", "Letter of the ward"))
    assert of_a_new_traveller(partnership) == shipped  # a draft is not used
    other = make_partnership(coordinator=alice, status="active")
    make_copy(other, by=alice, base=base, change=lambda raw: worded(raw, "f_leave", "Own words"), published=True)
    assert of_a_new_traveller(other)["leave"].startswith("Own words. And somebody who does the work")
    assert of_a_new_traveller(partnership) == shipped

    Tool.objects.filter(pk=base.pk).update(withdrawn_at=timezone.now())
    assert len(of_a_new_traveller(partnership)) == 18
