"""The page of a partnership, its edit form and its history."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.partnership import change_status
from partnerships.actions.phase import check_criterion
from partnerships.models import HistoryEntry, Participation, Partnership, Phase, record
from tests.factories import (
    make_contact,
    make_member,
    make_organization,
    make_partnership,
    make_phase_model,
    make_programme,
    make_topic,
    make_user,
)


def page(name, partnership):
    return reverse(f"partnerships:{name}", args=[partnership.slug])


PAGES = ("partnership-detail", "partnership-team", "partnership-history", "partnership-status", "partnership-edit")
READ, WRITE = PAGES[:3], PAGES[3:]


# --- Who may open what ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PAGES)
def test_pages_do_not_exist_for_others(login, bob, curator, carol, name):
    partnership = make_partnership()

    for user in (bob, curator, carol):
        assert login(user).get(page(name, partnership)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_strangers_to_sign_in(client, db, name):
    address = page(name, make_partnership())

    assertRedirects(client.get(address), f"/accounts/login/?next={address}", fetch_redirect_response=False)


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_open_to_the_coordinator_and_administrators(login, alice, admin, name):
    partnership = make_partnership(coordinator=alice)

    for user in (alice, admin):
        assert login(user).get(page(name, partnership)).status_code == 200


@pytest.mark.parametrize(
    ("role", "may_write"), [("technical", False), ("lead", False), ("coordinator", True), ("alternate", True)]
)
def test_partners_read_and_their_coordinators_write(login, carol, role, may_write):
    partnership = make_partnership()
    make_member(partnership, user=carol, role=role)
    client = login(carol)

    assert [client.get(page(name, partnership)).status_code for name in READ] == [200, 200, 200]
    assert {client.get(page(name, partnership)).status_code for name in WRITE} == {200 if may_write else 403}


def test_pages_close_when_the_role_ends(login, carol):
    partnership = make_partnership()
    member = make_member(partnership, user=carol)
    type(member).objects.update(starts_on="2020-01-01", ends_on="2020-02-01")

    assert login(carol).get(page("partnership-detail", partnership)).status_code == 404


@pytest.mark.parametrize("name", ["partnership-detail", "partnership-history"])
def test_pages_to_read_refuse_posts(login, alice, name):
    assert login(alice).post(page(name, make_partnership(coordinator=alice))).status_code == 405


# --- Detail -----------------------------------------------------------------------------------------------------------
def test_detail_shows_the_partnership(login, alice):
    partnership = make_partnership(
        name="Kisumu – Bergen",
        coordinator=alice,
        programme=make_programme(name="Better Births", host_label="Country team"),
        goal="Fewer infections",
        starts_on="2026-01-15",
    )
    partnership.topics.add(make_topic(name="Nursing"))
    make_member(partnership, contact=make_contact(name="Grace"), role="lead")

    response = login(alice).get(page("partnership-detail", partnership))

    expected = ("Kisumu – Bergen", partnership.reference, "Better Births", "Country team", "Resource side", "Nursing")
    for words in (*expected, "Fewer infections", "15 January 2026", "Grace", "Kenya", "Norway", "Proposed"):
        assertContains(response, words)


def selected(partnership):
    return {"document:proposal-panel-sheet:submitted"}


def test_detail_says_what_is_missing_before_the_next_step(login, alice, settings):
    settings.FACT_PROVIDERS = [*settings.FACT_PROVIDERS, f"{__name__}.selected"]
    partnership = make_partnership(coordinator=alice)
    address = page("partnership-detail", partnership)
    assertContains(login(alice).get(address), "a lead or coordinator named on each side")

    make_member(partnership, side="host", role="lead")
    make_member(partnership, side="resource", role="lead")

    assertContains(login(alice).get(address), "Nothing is missing")


def test_detail_shows_phases_as_a_track(login, alice):
    partnership = make_partnership(coordinator=alice, phase_model=make_phase_model(criteria=2))
    first, second, third, *_rest = partnership.phases.all()
    check_criterion(first, first.definition.criteria.first(), is_met=True, by=alice)
    Phase.objects.filter(pk=second.pk).update(state="open")
    Phase.objects.filter(pk=third.pk).update(state="skipped", closed_on="2026-03-01")

    response = login(alice).get(page("partnership-detail", partnership))

    track = response.context["track"]
    assert [step["state"] for step in track] == ["open", "open", "skipped", "planned", "planned", "planned"]
    assert [step["note"] for step in track[:3]] == ["1 of 2 criteria met", "0 of 2 criteria met", ""]
    assert [item["phase"] for item in response.context["open_phases"]] == [first, second]
    assertNotContains(response, "Cycle 1")


def test_what_is_open_in_an_earlier_cycle_is_open_on_the_track_too(login, alice):
    partnership = make_partnership(coordinator=alice)
    old = list(partnership.phases.all())
    for phase in old:
        Phase.objects.create(partnership=partnership, definition=phase.definition, cycle=2)
    partnership.phases.filter(cycle=2, definition=old[1].definition).update(state="open")

    response = login(alice).get(page("partnership-detail", partnership))

    track = response.context["track"]
    assert [(step["state"], step["state_label"]) for step in track[:3]] == [
        ("open", "Open in cycle 1"),
        ("open", "Open"),
        ("planned", "Planned"),
    ]
    assert track[0]["url"].endswith(f"/phases/{old[0].pk}/")
    assert {item["phase"].definition.number for item in response.context["open_phases"]} == {1, 2}
    listed = login(alice).get(reverse("partnerships:partnership-list"))
    for words in ("Phase 1, Phase 2", "Cycle 2", "0 of 6 phases done"):
        assertContains(listed, words)


def test_nothing_is_open_once_a_partnership_has_ended(login, alice):
    partnership = make_partnership(coordinator=alice)
    for status in ("graduated", "closed", "terminated", "declined"):
        type(partnership).objects.filter(pk=partnership.pk).update(status=status)
        response = login(alice).get(page("partnership-detail", partnership))
        first = response.context["track"][0]
        assert (first["state"], first["state_label"]) == ("planned", "Not finished"), status
        assertNotContains(response, "What is open now")
        assertNotContains(response, 'aria-current="step"')
        assertNotContains(login(alice).get(reverse("partnerships:partnership-list")), "Working on:", msg_prefix=status)


def test_detail_shows_the_latest_cycle(login, alice):
    partnership = make_partnership(coordinator=alice)
    for phase in list(partnership.phases.all()):
        Phase.objects.create(partnership=partnership, definition=phase.definition, cycle=2)

    response = login(alice).get(page("partnership-detail", partnership))

    assert len(response.context["track"]) == 6
    assertContains(response, "Cycle 2")


def test_detail_shows_the_last_five_events(login, alice):
    partnership = make_partnership(coordinator=alice)
    for number in range(6):
        record(partnership, "cycle.started", by=alice, cycle=f"number {number}")

    response = login(alice).get(page("partnership-detail", partnership))

    assert [entry["text"] for entry in response.context["recent"]] == [
        f"Alice started cycle number {number}." for number in (5, 4, 3, 2, 1)
    ]


def test_detail_escapes_what_people_type(login, alice):
    partnership = make_partnership(coordinator=alice, name="<script>alert(1)</script>", goal="<b>bold</b>")
    make_member(partnership, contact=make_contact(name="<i>Grace</i>"))

    for name in PAGES:
        response = login(alice).get(page(name, partnership))
        for tag in ("<script>alert", "<b>bold", "<i>Grace"):
            assertNotContains(response, tag)


def test_detail_includes_the_panels_of_other_apps(login, alice, settings):
    settings.PARTNERSHIP_PANELS = [f"{__name__}.hello_panel", f"{__name__}.no_panel"]
    partnership = make_partnership(coordinator=alice, name="P & Q")

    response = login(alice).get(page("partnership-detail", partnership))

    assertContains(response, "<p>Hello Alice, this is P &amp; Q</p>", html=True)


def hello_panel(user, partnership):
    return {
        "template": "components/alert.html",
        "context": {"tone": "info", "text": f"Hello {user}, this is {partnership}"},
    }


def no_panel(user, partnership):
    return None


def fill(partnership, n):
    """``n`` of everything that may be many."""
    for _index in range(n):
        organization = make_organization()
        Participation.objects.create(partnership=partnership, organization=organization, side="host")
        make_member(partnership, contact=make_contact(organization=organization, user=make_user()))
        partnership.topics.add(make_topic())
    phases = list(partnership.phases.all()[:n])
    Phase.objects.filter(pk__in=[phase.pk for phase in phases]).update(state="open")
    for phase in phases:
        check_criterion(phase, phase.definition.criteria.first(), is_met=True, by=make_user())


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["alice", "carol"])
def test_query_count_does_not_grow(login, request, alice, name, who):
    counts = []
    for n in (1, 3):
        partnership = make_partnership(coordinator=alice)
        user = alice if who == "alice" else make_user()
        if who == "carol":
            make_member(partnership, user=user, role="alternate")
        fill(partnership, n)
        client = login(user)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(name, partnership)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 13


# --- Edit -------------------------------------------------------------------------------------------------------------
def data(**changes):
    return {"name": "New name", "goal": "Fewer infections", "version": "1"} | changes


def test_edit_saves_records_and_counts_up_the_version(login, alice):
    partnership = make_partnership(coordinator=alice)
    topic, programme = make_topic(), make_programme()

    response = login(alice).post(
        page("partnership-edit", partnership),
        data(topics=[topic.pk], programme=programme.pk, starts_on="2026-01-01", ends_on="2026-12-31"),
    )

    partnership.refresh_from_db()
    assertRedirects(response, partnership.get_absolute_url())
    assert (partnership.name, partnership.programme, partnership.version) == ("New name", programme, 2)
    assert list(partnership.topics.all()) == [topic]
    assert partnership.entries.first().verb == "partnership.changed"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "required"),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"starts_on": "2026-02-30"}, "valid date"),
        ({"starts_on": "2026-02-02", "ends_on": "2026-02-01"}, "must be after the start date"),
        ({"programme": "999"}, "not one of the available choices"),
        ({"topics": "999"}, "not one of the available choices"),
        ({"version": ""}, "required"),
    ],
)
def test_edit_says_what_is_wrong_and_saves_nothing(login, alice, changes, message):
    partnership = make_partnership(name="Before", coordinator=alice)

    response = login(alice).post(page("partnership-edit", partnership), data(**changes))

    assert response.status_code == 400
    assert message in str(response.context["form"].errors)
    assertContains(response, "<bdi>Before</bdi>", status_code=400)
    partnership.refresh_from_db()
    assert (partnership.name, partnership.version) == ("Before", 1)


def test_edit_cannot_change_what_the_form_does_not_show(login, alice, bob):
    partnership = make_partnership(coordinator=alice)
    before = (partnership.reference, partnership.slug, partnership.status, partnership.phase_model_id)
    other = make_phase_model()

    login(alice).post(
        page("partnership-edit", partnership),
        data(
            reference="TP-HACK",
            slug="hack",
            status="graduated",
            phase_model=other.pk,
            coordinator=bob.pk,
            id=partnership.pk,
        ),
    )

    partnership.refresh_from_db()
    assert (partnership.reference, partnership.slug, partnership.status, partnership.phase_model_id) == before
    assert partnership.coordinator == alice


def test_edit_lets_administrators_hand_it_over(login, alice, bob, carol, admin):
    partnership = make_partnership(coordinator=alice)
    address = page("partnership-edit", partnership)

    assert login(admin).post(address, data(coordinator=carol.pk)).status_code == 400
    assert login(admin).post(address, data(coordinator=bob.pk)).status_code == 302

    assert Partnership.objects.get().coordinator == bob
    assert bob.contact.name == "Bob", "who is handed it can be asked to do something"
    assert login(alice).get(address).status_code == 404


def test_edit_works_when_the_coordinator_has_left(login, alice, carol):
    partnership = make_partnership(coordinator=alice)
    make_member(partnership, user=carol, role="coordinator")
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)

    assert login(carol).post(page("partnership-edit", partnership), data()).status_code == 302


def test_edit_that_is_stale_shows_both_and_saves_nothing(login, alice, admin):
    partnership = make_partnership(coordinator=alice, name="Before")
    address = page("partnership-edit", partnership)
    login(admin).post(address, data(name="Ada’s", ends_on="2027-01-01", coordinator=alice.pk))

    response = login(alice).post(address, data(name="Alice’s"))

    assert response.status_code == 409
    clash = response.context["clash"]
    assert clash.who == "Ada"
    assert clash.rows == [
        {"label": "Name", "mine": "Alice’s", "theirs": "Ada’s"},
        {"label": "End date", "mine": "", "theirs": "2027-01-01"},
    ]
    assertContains(response, "Somebody else changed this while you were writing", status_code=409)
    assertContains(response, 'value="Alice’s"', status_code=409)
    assertContains(response, 'name="version" value="2"', status_code=409)
    assert Partnership.objects.get().name == "Ada’s"

    assertRedirects(login(alice).post(address, data(name="Alice’s", version="2")), partnership.get_absolute_url())
    assert Partnership.objects.get().name == "Alice’s"


def test_edit_notices_a_status_that_moved_meanwhile(login, alice):
    partnership = make_partnership(coordinator=alice)
    change_status(partnership, "declined", by=alice, reason="No funds")

    assert login(alice).post(page("partnership-edit", partnership), data()).status_code == 409


# --- History ----------------------------------------------------------------------------------------------------------
def test_history_is_only_added_to(alice):
    entry = make_partnership(coordinator=alice).entries.get()

    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    assert HistoryEntry.objects.count() == 1
