"""What the pages of workshops may cost: see also tests/test_budgets.py."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.actions.registration import enrol, make_registration_link
from partnerships.actions.results import save_results
from partnerships.models import Registration
from tests.factories import make_contact, make_member, make_partnership
from tests.factories.workshops import MORNING, make_running, make_session, make_trainer, make_workshop, put
from tests.partnerships.test_workshop_states import noted

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
PAGES = ("detail", "edit", "results")
OTHERS = ("registration-list", "attendance-sheet", "sign-in-sheet", "session-add", "trainer-add")


def addresses(workshop, own_token: str) -> list[str]:
    shop, session = workshop.reference, workshop.sessions.first().pk
    return [
        *(reverse(f"partnerships:workshop-{page}", args=[shop]) for page in PAGES),
        *(reverse(f"partnerships:{page}", args=[shop]) for page in OTHERS),
        *(reverse("bulk-export-of", args=[kind, shop, "csv"]) for kind in ("participants", "attendance", "results")),
        reverse("partnerships:test-entry", args=[shop, "post"]),
        reverse("partnerships:session-code", args=[shop, session]),
        reverse("partnerships:workshop-list", args=[workshop.partnership.slug]),
        reverse("bulk-export-of", args=["workshops", workshop.partnership.slug, "csv"]),
        reverse("partnerships:register", args=[own_token]),
        "/waiting/",
        "/",
        workshop.partnership.get_absolute_url(),
    ]


def grow(workshop, n: int) -> None:
    for number in range(n):
        day = workshop.sessions.count() + 1
        put(workshop, "running")
        trainer = make_trainer(workshop, contact=make_contact())
        make_session(workshop, title=f"Day {day}", starts_at=MORNING + timedelta(days=day), trainers=(trainer,))
        person = enrol(Registration(workshop=workshop, name=f"Person {day} {number}"), by=workshop.created_by)
        other = make_workshop(workshop.partnership, title=f"Other {day}", place=f"Place {day}")
        make_session(other)
        put(other, "delivered")
        noted(workshop)
        save_results(workshop, "pre", n_questions=1, scores={person.pk: [1]}, seen={}, by=workshop.created_by)


def test_pages_do_not_cost_more_with_sessions_people_and_workshops(alice, login):
    partnership = make_partnership(coordinator=alice, status="active")
    make_member(partnership, side="host", role="coordinator", contact=make_contact(time_zone="Asia/Tokyo"))
    workshop = make_running(partnership)
    put(workshop, "approved")
    _workshop, token = make_registration_link(workshop, by=alice)
    client, counts = login(alice), []
    for rows in (1, 4):
        grow(workshop, rows)
        found = {}
        for address in addresses(workshop, token):
            client.get(address)
            with CaptureQueriesContext(connection) as seen:
                response = client.get(address)
                b"".join(response) if response.streaming else response.content
            assert response.status_code == 200, address
            found[address] = len(seen)
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= MOST_QUERIES, counts[0]
