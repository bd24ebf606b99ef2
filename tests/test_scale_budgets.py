"""What keeps pages light in a large installation: what is read does not grow with the years that lie behind."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships import people
from partnerships.contribution_sources import all_proposals
from partnerships.models import Contact, Partnership, Trainer
from partnerships.waiting import rows_waiting
from tests.factories import make_contact, make_member, make_partnership
from tests.factories.exchanges import make_exchange, make_traveller, submit
from tests.factories.following import make_follow_up
from tests.factories.toolkit import make_document, make_tool
from tests.factories.workplan import make_leads
from tests.factories.workshops import make_running, make_workshop, put
from toolkit.facts import delivered_in
from toolkit.models import Document
from toolkit.panels import RECENT
from toolkit.states import DocumentState
from toolkit.statistics import counts_of, partnerships_using
from toolkit.waiting import desk_of

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


def accept(*documents: Document) -> None:
    Document.objects.filter(pk__in=[each.pk for each in documents]).update(state=DocumentState.ACCEPTED)


@pytest.fixture
def partnership(alice) -> Partnership:
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def small_list(monkeypatch):
    monkeypatch.setattr(people, "MOST_IN_A_LIST", 3)


def test_the_page_of_a_partnership_reads_the_newest_documents_of_each_kind(partnership, alice, login):
    version, old = make_tool(), make_tool()
    first = make_document(partnership=partnership, version=old)
    many = [make_document(partnership=partnership, version=version) for _each in range(RECENT + 4)]
    accept(first, *many[:-1])

    kept = Document.objects.filter(partnership=partnership).newest_of_a_kind(RECENT + 1)

    assert set(kept) == {first, *many[-RECENT - 2 :]}
    shown = login(alice).get(partnership.get_absolute_url())
    assert many[-1].reference in shown.content.decode()
    assert many[0].reference not in shown.content.decode()


def test_a_list_of_documents_leaves_their_forms_in_the_database(partnership):
    make_document(partnership=partnership)

    (document,) = Document.objects.for_list()

    assert {"definition", "words"} <= document.version.get_deferred_fields()
    assert (document.n_responses, document.n_submitted) == (1, 0)


def test_the_list_of_documents_counts_sides_for_the_rows_of_a_page_only(partnership, alice, login):
    make_document(partnership=partnership)

    with CaptureQueriesContext(connection) as seen:
        login(alice).get("/documents/")

    counting = [query["sql"] for query in seen if "n_submitted" in query["sql"]]
    assert len(counting) == 1
    counted, inside, chosen = counting[0].partition('"toolkit_document"."id" IN (')
    assert inside
    assert "LIMIT" not in counted
    assert "n_submitted" not in chosen


def test_what_was_accepted_is_on_nobodys_desk_and_still_proves_what_it_proved(partnership, alice):
    done, todo = make_document(partnership=partnership), make_document(partnership=partnership)
    accept(done)

    assert desk_of(alice).documents == [todo]
    slug = done.version.tool.slug
    assert list(delivered_in([partnership])) == [(partnership.pk, slug, "accepted")]


def test_what_is_delivered_comes_once_however_often(partnership):
    version = make_tool()
    accept(*(make_document(partnership=partnership, version=version) for _each in range(3)))

    with CaptureQueriesContext(connection) as seen:
        assert len(list(delivered_in([partnership]))) == 1
    assert len(seen) == 1


def test_the_use_of_a_tool_counts_every_partnership_once(partnership, alice):
    version = make_tool()
    for each in (partnership, partnership, make_partnership(coordinator=alice)):
        accept(make_document(partnership=each, version=version))

    assert partnerships_using([version.tool_id]) == {version.tool_id: 2}
    counts = counts_of([version.tool_id])[version.tool_id]
    assert (counts.started, counts.submitted, counts.accepted, counts.partnerships) == (3, 3, 3, 2)


def test_proposals_for_the_ledger_take_no_more_queries_for_more_workshops(partnership):
    counts = []
    for n in (1, 3):
        for each in range(n):
            put(make_running(partnership, place=f"Hall {n}-{each}"), "delivered")
        with CaptureQueriesContext(connection) as seen:
            list(all_proposals(Partnership.objects.get(pk=partnership.pk)))
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_requests_that_others_answer_are_found_by_one_query(partnership, alice):
    leads = make_leads(partnership)
    for _each in range(2):
        exchange = make_exchange(partnership)
        make_traveller(exchange)
        submit(exchange)

    for user, found in ((alice, 0), (leads["host"], 2), (leads["resource"], 0)):
        with CaptureQueriesContext(connection) as seen:
            told = [one for one in rows_waiting(user) if one.kind == "exchange-approval"]
        assert len(told) == found, user
        assert len(seen) == 1


def test_a_long_directory_is_offered_by_the_organizations_that_take_part(partnership, alice, small_list):
    here = make_contact(organization=partnership.participations.first().organization)
    others = [make_contact() for _each in range(2)]
    assert people.people_to_choose(alice, partnership)[1] is False

    others += [make_contact() for _each in range(2)]
    offered, is_part = people.people_to_choose(alice, partnership)

    assert is_part
    assert here in offered
    assert not set(others) & set(offered)


def test_a_trainer_who_is_not_in_the_list_is_found_by_address(partnership, alice, login, small_list):
    workshop = make_workshop(partnership)
    outside = make_contact(name="Dr Elsewhere", email="elsewhere@example.org")
    for _each in range(4):
        make_contact()
    address = f"/workshops/{workshop.reference}/trainers/new/"
    client = login(alice)

    nobody = client.post(address, {"other_email": "nobody@example.org", "side": ""})
    neither = client.post(address, {"side": ""})
    found = client.post(address, {"other_email": "Elsewhere@example.org", "side": ""})

    assert (nobody.status_code, neither.status_code, found.status_code) == (400, 400, 302)
    assert "Nobody in the directory has this address" in nobody.content.decode()
    assert Trainer.objects.get(workshop=workshop).contact == outside


def test_a_member_who_is_not_in_the_list_is_not_written_down_twice(partnership, alice, login, small_list):
    outside = make_contact(name="Dr Elsewhere", email="elsewhere@example.org")
    for _each in range(4):
        make_contact()
    data = {"side": "host", "role": "member", "starts_on": "2026-01-01"}

    response = login(alice).post(
        f"{partnership.get_absolute_url()}team/people/",
        data | {"new_name": "Elsewhere", "new_email": "elsewhere@example.org"},
    )

    assert response.status_code == 302
    assert partnership.team.get(contact=outside).role == "member"
    assert Contact.objects.filter(email="elsewhere@example.org").count() == 1


@pytest.mark.parametrize(
    "page", ["contributions/proposed/", "team/organizations/{party}/end/", "follow-ups/{task}/edit/"]
)
def test_pages_that_the_bench_found_too_costly_stay_within_their_queries(partnership, alice, login, page):
    make_member(partnership, side="host")
    put(make_running(partnership), "delivered")
    client = login(alice)
    parts = {"party": partnership.participations.first().pk, "task": make_follow_up(partnership).pk}
    address = f"{partnership.get_absolute_url()}{page}".format(**parts)

    client.get(address)  # what is read once a process, such as the types of things
    with CaptureQueriesContext(connection) as seen:
        response = client.get(address)

    assert response.status_code == 200
    assert len(seen) <= MOST_QUERIES, "\n".join(query["sql"][:160] for query in seen)
