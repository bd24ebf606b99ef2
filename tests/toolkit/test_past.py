"""Any earlier state can be read again, by those who may read it now; and what changed between two of them."""

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.toolkit import SIDES, make_document, make_tool, make_writer, only_response
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import return_document, submit_part
from toolkit.models import AnswerChange, Document, Submission
from toolkit.past import moment_of

pytestmark = pytest.mark.django_db
HOST, GUEST = make_writer("host", name="Hawa"), make_writer("resource", name="Gro")
SECRET = """
  - {id: f_open, name: open_word, type: text, label: {en: An open word}}
  - {id: f_secret, name: secret_word, type: text, sensitive: true, label: {en: A secret word}}
"""


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def single(partnership):
    return only_response(make_document(partnership=partnership))


def save(response, by=HOST, **changes):
    fresh = only_response(Document.objects.get(pk=response.document_id))
    result = save_answers(
        fresh, {key.replace("__", "/"): value for key, value in changes.items()}, fresh.revisions, by=by
    )
    assert result.is_clean
    return AnswerChange.objects.last().pk


def state(response, key):
    document = Document.objects.get(pk=response.document_id)
    moment = moment_of(document, [only_response(document)], key)
    return moment and dict(moment.answers[response.pk])


def test_the_answers_after_any_change(single):
    one = save(single, f_title="First")
    two = save(single, f_title="Second", f_days="3")
    save(single, f_title=None)

    assert state(single, "start") == {}
    assert state(single, f"c{one}") == {"f_title": "First"}
    assert state(single, f"c{two}") == {"f_title": "Second", "f_days": 3}
    assert state(single, "now") == {"f_days": 3}
    assert state(single, f"d{timezone.localdate().isoformat()}") == {"f_days": 3}
    assert state(single, "d2020-01-01") == {}


def test_rows_come_back_whole_and_in_their_place(single):
    before = save(single, r_costs__row00001__f_item="Tickets", r_costs__row00001__f_amount="5")
    both = save(single, r_costs__row00002__f_item="Hotel")
    save(single, r_costs__row00001=None)
    last = save(single, r_costs__row00003__f_item="Visa")

    assert [row["f_item"] for row in state(single, f"c{last}")["r_costs"]] == ["Hotel", "Visa"]
    assert state(single, f"c{both}")["r_costs"] == [
        {"_row": "row00001", "f_item": "Tickets", "f_amount": "5"},
        {"_row": "row00002", "f_item": "Hotel"},
    ]
    assert [row["_row"] for row in state(single, f"c{before}")["r_costs"]] == ["row00001"]
    assert "r_costs" not in state(single, "start")


@pytest.mark.parametrize(
    "key", ["", "x", "c", "s", "c-1", "c99999", "s99999", "c" + "9" * 40, "d2026-13-01", "d", "d9999-12-31", "s1 or 1"]
)
def test_a_moment_that_is_none(single, key):
    save(single, f_title="First")

    found = state(single, key)

    assert found is None


def test_what_was_submitted_is_read_again_with_its_sums(single, alice, login):
    save(single, f_title="First", f_late="no", r_costs__row00001__f_item="Tickets", r_costs__row00001__f_amount="5")
    submit_part(single, by=HOST)
    return_document(single.document, by=alice, reason="x")
    save(single, f_title="Second", r_costs__row00001__f_amount="7")
    submission = Submission.objects.get()

    page = login(alice).get(f"{single.document.get_absolute_url()}history/state/?at=s{submission.pk}")

    assertContains(page, "First")
    assertNotContains(page, "Second")
    assertContains(page, submission.content_hash[:12])
    assertContains(page, "An earlier state")


def test_the_page_tells_who_changed_what_and_narrows_it_down(single, alice, login):
    save(single, f_title="A visit to the ward", r_costs__row00001__f_item="Tickets")
    save(single, by=make_writer("resource", name="Gro"), f_title="A visit to the theatre")
    client, url = login(alice), f"{single.document.get_absolute_url()}history/"

    page = client.get(url)
    assertContains(page, "<del>ward</del>")
    assertContains(page, "<ins>theatre</ins>")
    assertContains(page, "Costs, row 1")
    assert page.context["page"].paginator.count == 3
    for query, n in (("question=f_title", 2), ("question=r_costs", 1), ("who=Gro", 1), ("who=Gro&question=r_costs", 0)):
        assert client.get(f"{url}?{query}").context["page"].paginator.count == n
    for query in ("question=f_none", "who=Nobody"):
        assert client.get(f"{url}?{query}").status_code == 400


def test_what_changed_between_two_states(single, alice, login):
    save(single, f_title="A visit to the ward", r_costs__row00001__f_item="Tickets")
    first = save(single, f_days="3")
    save(single, f_title="A visit to the theatre", r_costs__row00001=None, r_costs__row00002__f_item="Hotel")
    url = f"{single.document.get_absolute_url()}history/differences/"

    rows = login(alice).get(f"{url}?before=c{first}").context["rows"]

    assert [(row.id, row.whats) for row in rows] == [
        ("f_title", ("changed",)),
        ("r_costs/row00002/f_item", ("added",)),
        ("r_costs/row00001", ("removed",)),
    ]
    assert rows[2].shifts[0].before == "Tickets"
    assert login(alice).get(f"{url}?before=now&after=now").context["rows"] == ()
    assert login(alice).get(f"{url}?before=c99999").status_code == 404


def test_sensitive_answers_stay_unsaid_in_the_history_too(partnership, alice, login):
    version = make_tool(form=SECRET.replace("sensitive: true", "sensitive: true, side: host"), mode="joint")
    response = only_response(make_document(partnership=partnership, version=version))
    save(response, f_open="Seen", f_secret="Hidden")
    rolf = make_user(name="Rolf")
    make_member(partnership, side="resource", contact=make_contact(user=rolf))
    base = response.document.get_absolute_url()

    for page in ("history/", "history/state/?at=now", "history/differences/"):
        assertNotContains(login(rolf).get(base + page), "Hidden")
        assertContains(login(alice).get(base + page), "Hidden")
    assert login(rolf).get(f"{base}history/?question=f_secret").status_code == 400


def test_sealed_answers_have_a_sealed_history(partnership, login):
    document = make_document(partnership=partnership, version=make_tool(mode="each"))
    own = document.responses.get(side="host")
    own.document = document
    save_answers(own, {"f_title": "Sealed words"}, {}, by=HOST)
    change = AnswerChange.objects.get(cell="f_title")
    rolf = make_user(name="Rolf")
    make_member(partnership, side="resource", contact=make_contact(user=rolf))
    base = document.get_absolute_url()

    for page in ("history/", "history/state/", "history/differences/"):
        page = login(rolf).get(base + page)
        assert page.status_code == 200
        assertNotContains(page, "Sealed words")
        assertNotContains(page, "Hawa")
    for page in (f"history/state/?at=c{change.pk}", f"history/differences/?before=c{change.pk}"):
        assert login(rolf).get(base + page).status_code == 404


def test_pages_of_the_history_ask_no_more_for_more_changes(partnership, alice, login, django_assert_max_num_queries):
    response = only_response(make_document(partnership=partnership, version=make_tool(form=SIDES, mode="joint")))
    for number in range(60):
        save(response, f_shared=f"Word {number}", f_host=f"Host {number}")
    client, base = login(alice), response.document.get_absolute_url()
    for page in ("history/", "history/state/?at=start", "history/differences/"):
        client.get(base + page)
        with django_assert_max_num_queries(12):
            client.get(base + page)
