"""Follow-ups: what is to be done, by whom, about what."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from partnerships.actions import follow_up as actions
from partnerships.actions.follow_up import change_follow_up, move_follow_up
from partnerships.models import FollowUp, Notification, Partnership
from partnerships.states import FollowUpState, Status
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.following import make_follow_up, thing

ALLOWED = {("open", "done"), ("open", "dropped"), ("done", "open"), ("dropped", "open")}
PAIRS = [(old, new) for old in FollowUpState.values for new in FollowUpState.values]


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active", name="Lyon – Bamako")


@pytest.fixture
def hana(partnership):
    return make_member(partnership, side="host", contact=make_contact(name="Hana", user=make_user(name="Hana"))).contact


@pytest.fixture
def rolf(partnership):
    """On the team, and neither owner nor author of anything."""
    contact = make_contact(name="Rolf", user=make_user(name="Rolf"))
    return make_member(partnership, side="resource", contact=contact).contact


def address(name, partnership, *more):
    return reverse(f"partnerships:{name}", args=[partnership.slug, *more])


def days(n):
    return timezone.localdate() + timedelta(days=n)


def typed(owner, **fields):
    partnership = owner.memberships.first().partnership
    return {
        "title": "Send the letter",
        "owner": owner.pk,
        "priority": "normal",
        "about": f"partnership:{partnership.pk}",
        **fields,
    }


def set_state(follow_up, state, *, by):
    if state == "open":
        return
    FollowUp.objects.filter(pk=follow_up.pk).update(
        state=state, closed_at=timezone.now(), closed_by=by, reason="No need" if state == "dropped" else ""
    )


# --- The state table --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("old", "new"), sorted(ALLOWED))
def test_allowed_moves_are_saved_and_recorded(partnership, alice, hana, old, new):
    follow_up = make_follow_up(partnership, owner=hana)
    set_state(follow_up, old, by=alice)

    move_follow_up(follow_up, new, by=alice, reason="Because")

    follow_up.refresh_from_db()
    assert follow_up.state == new
    assert (follow_up.closed_by, follow_up.version) == (None if new == "open" else alice, 2)
    assert partnership.entries.first().verb == {"done": "follow_up.done", "dropped": "follow_up.dropped"}.get(
        new, "follow_up.reopened"
    )


@pytest.mark.parametrize(("old", "new"), sorted(set(PAIRS) - ALLOWED))
def test_forbidden_moves_change_nothing(partnership, alice, hana, old, new):
    follow_up = make_follow_up(partnership, owner=hana)
    set_state(follow_up, old, by=alice)
    told = partnership.entries.count()

    with pytest.raises(ValidationError, match="cannot become"):
        move_follow_up(follow_up, new, by=alice, reason="Because")

    follow_up.refresh_from_db()
    assert (follow_up.state, partnership.entries.count()) == (old, told)


def test_dropping_wants_a_reason(partnership, alice, hana):
    follow_up = make_follow_up(partnership, owner=hana)

    with pytest.raises(ValidationError, match="say why"):
        move_follow_up(follow_up, "dropped", by=alice, reason="  ")
    move_follow_up(follow_up, "dropped", by=alice, reason="Not needed any more")

    assert follow_up.reason == "Not needed any more"
    assert partnership.entries.first().data["reason"] == "Not needed any more"


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "odd"},
        {"priority": "odd"},
        {"state": "done"},
        {"closed_at": timezone.now()},
        {"state": "dropped", "closed_at": timezone.now(), "reason": ""},
    ],
)
def test_the_database_keeps_the_rules_too(partnership, alice, hana, wrong):
    follow_up = make_follow_up(partnership, owner=hana)
    if "closed_at" in wrong and "state" in wrong:
        wrong = {**wrong, "closed_by": alice}

    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.filter(pk=follow_up.pk).update(**wrong)


@pytest.mark.parametrize("status", Status.values)
def test_in_partnerships_that_are_over_things_are_only_closed(partnership, alice, hana, status):
    follow_up, closed = make_follow_up(partnership, owner=hana), make_follow_up(partnership, owner=hana)
    set_state(closed, "done", by=alice)
    Partnership.objects.update(status=status)
    partnership.refresh_from_db()
    is_over = status in ("closed", "terminated", "declined")

    for act in (
        lambda: make_follow_up(partnership, owner=hana),
        lambda: move_follow_up(closed, "open", by=alice),
        lambda: change_follow_up(follow_up, about=thing(partnership), seen_version=1, by=alice),
    ):
        if is_over:
            with pytest.raises(ValidationError, match="nothing more is written down"):
                act()
        else:
            act()
    move_follow_up(FollowUp.objects.get(pk=follow_up.pk), "done", by=alice)


# --- Writing one down -------------------------------------------------------------------------------------------------
def test_quick_add_is_saved_recorded_and_told(login, alice, partnership, hana, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = login(alice).post(address("follow-up-add", partnership), typed(hana, due_on=days(9).isoformat()))

    assertRedirects(response, address("partnership-follow-ups", partnership))
    follow_up = FollowUp.objects.get()
    assert (follow_up.title, follow_up.owner, follow_up.subject, follow_up.created_by) == (
        "Send the letter", hana, partnership, alice,
    )  # fmt: skip
    assert partnership.entries.first().verb == "follow_up.added"
    assert Notification.objects.get().kind == "assigned"
    assert [letter.to for letter in mail.outbox] == [[hana.user.email]]
    assert "Send the letter" in mail.outbox[0].body
    assert follow_up.get_absolute_url() in mail.outbox[0].body


def test_who_gives_something_to_themselves_is_not_told(login, partnership, hana, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        login(hana.user).post(address("follow-up-add", partnership), typed(hana))

    assert FollowUp.objects.count() == 1
    assert partnership.entries.first().verb == "follow_up.taken"
    assert (Notification.objects.count(), mail.outbox) == (0, [])


def test_an_owner_without_an_account_is_asked_all_the_same(login, alice, partnership):
    contact = make_member(partnership).contact

    login(alice).post(address("follow-up-add", partnership), typed(contact))

    assert FollowUp.objects.get().owner == contact
    assert not Notification.objects.exists()


def test_the_form_offers_the_team_of_today_and_whoever_looks_first(login, alice, partnership, hana):
    make_contact(name="Stranger")
    past = make_member(partnership, starts_on="2020-01-01", ends_on="2020-12-31").contact

    form = login(hana.user).get(address("partnership-follow-ups", partnership)).context["form"]

    assert list(form.fields["owner"].queryset) == [hana]
    assert form["owner"].value() == hana.pk
    wrong = login(alice).post(address("follow-up-add", partnership), typed(hana) | {"owner": past.pk})
    assert wrong.status_code == 400
    assertContains(wrong, "Send the letter", status_code=400)
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("owner", ""),
        ("owner", str(2**70)),
        ("due_on", "31 February"),
        ("priority", "urgent"),
        ("about", ""),
        ("about", "document:none"),
        ("about", "user:1"),
        ("about", f"partnership:{2**70}"),
        ("about", "follow-up:1"),
        ("details", "x" * 4001),
    ],
)
def test_bad_input_is_said_at_its_field_and_loses_nothing(login, alice, partnership, hana, field, value):
    sent = typed(hana, details="Keep me") | {field: value}

    response = login(alice).post(address("follow-up-add", partnership), sent)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    if field not in ("details", "title"):
        assertContains(response, "Keep me", status_code=400)
    assert not FollowUp.objects.exists()


def test_what_it_is_about_may_not_be_another_partnerships(login, alice, bob, partnership, hana):
    theirs = make_partnership(coordinator=bob).phases.first()

    for value in (f"phase:{theirs.pk}", f"partnership:{theirs.partnership_id}"):
        response = login(alice).post(address("follow-up-add", partnership), typed(hana, about=value))
        assert list(response.context["form"].errors) == ["about"]
    assert not FollowUp.objects.exists()


def test_it_is_about_the_smallest_thing(login, alice, partnership, hana):
    phase = partnership.phases.first()
    client = login(alice)

    form = client.get(address("follow-up-add", partnership), {"about": f"phase:{phase.pk}"}).context["form"]
    assert form["about"].value() == f"phase:{phase.pk}"
    client.post(address("follow-up-add", partnership), typed(hana, about=f"phase:{phase.pk}"))

    assert FollowUp.objects.get().subject == phase
    assertContains(
        client.get(reverse("partnerships:phase-detail", args=[partnership.slug, phase.pk])), "one thing to be"
    )
    assertContains(client.get(address("thing-talk", partnership, "phase", phase.pk)), "Send the letter")


def test_adding_twice_to_a_closed_partnership_is_refused(login, alice, partnership, hana):
    Partnership.objects.update(status="terminated")

    response = login(alice).post(address("follow-up-add", partnership), typed(hana))

    assertContains(response, "This partnership is terminated", status_code=409)
    assert not FollowUp.objects.exists()


def test_too_many_within_an_hour_have_to_wait(login, alice, partnership, hana, monkeypatch):
    monkeypatch.setattr(actions, "MOST_AN_HOUR", 1)
    make_follow_up(partnership, owner=hana)

    response = login(alice).post(address("follow-up-add", partnership), typed(hana))

    assertContains(response, "Please wait a little", status_code=409)
    assertContains(response, "Send the letter", status_code=409)
    FollowUp.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert login(alice).post(address("follow-up-add", partnership), typed(hana)).status_code == 302


# --- Changing and closing ---------------------------------------------------------------------------------------------
def edited(follow_up, **fields):
    return {
        "title": follow_up.title,
        "owner": follow_up.owner_id,
        "priority": "high",
        "about": f"partnership:{follow_up.partnership_id}",
        "version": follow_up.version,
        **fields,
    }


def test_edit_saves_and_tells_the_new_owner(login, alice, partnership, hana, rolf, django_capture_on_commit_callbacks):
    follow_up = make_follow_up(partnership, owner=hana)

    with django_capture_on_commit_callbacks(execute=True):
        response = login(alice).post(
            address("follow-up-edit", partnership, follow_up.pk), edited(follow_up, owner=rolf.pk)
        )

    assertRedirects(response, follow_up.get_absolute_url())
    follow_up.refresh_from_db()
    assert (follow_up.owner, follow_up.priority, follow_up.version) == (rolf, "high", 2)
    assert [letter.to for letter in mail.outbox] == [[rolf.user.email]]


def test_a_stale_edit_is_answered_with_both(login, alice, partnership, hana):
    follow_up = make_follow_up(partnership, owner=hana, title="Old words")
    FollowUp.objects.update(title="Their words", version=2)

    response = login(alice).post(
        address("follow-up-edit", partnership, follow_up.pk), edited(follow_up, title="My words")
    )

    assert response.status_code == 409
    assertContains(response, "My words", status_code=409)
    assertContains(response, "Their words", status_code=409)
    assert FollowUp.objects.get().title == "Their words"


def test_a_closed_one_is_opened_before_it_is_changed(login, alice, partnership, hana):
    follow_up = make_follow_up(partnership, owner=hana)
    set_state(follow_up, "done", by=alice)

    response = login(alice).post(address("follow-up-edit", partnership, follow_up.pk), edited(follow_up))

    assertContains(response, "Open it again to change it", status_code=409)


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 302), ("author", 302), ("alice", 302), ("rolf", 403), ("bob", 404), ("nobody", 302)]
)
def test_who_may_close_it(client, partnership, alice, bob, hana, rolf, who, status):
    author = make_member(partnership, user=make_user(name="Author")).contact
    follow_up = make_follow_up(partnership, owner=hana, by=author.user)
    people = {"owner": hana.user, "author": author.user, "alice": alice, "rolf": rolf.user, "bob": bob}
    if who in people:
        client.force_login(people[who])

    response = client.post(address("follow-up-move", partnership, follow_up.pk), {"to": "done"})

    follow_up.refresh_from_db()
    assert response.status_code == status
    assert (follow_up.state == "done") == (who in ("owner", "author", "alice"))
    if who == "nobody":
        assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize(
    ("back", "lands"),
    [("/follow-ups/?state=all", True), ("//evil.example/", False), ("https://evil.example/", False)],
)
def test_one_button_leads_back_to_the_list_it_was_pressed_on(login, partnership, hana, back, lands):
    follow_up = make_follow_up(partnership, owner=hana)

    response = login(hana.user).post(address("follow-up-move", partnership, follow_up.pk), {"to": "done", "next": back})

    assert response["Location"] == (back if lands else address("partnership-follow-ups", partnership))


def test_a_refused_move_shows_why(login, alice, partnership, hana):
    follow_up = make_follow_up(partnership, owner=hana)
    url = address("follow-up-move", partnership, follow_up.pk)
    client = login(alice)

    assertContains(client.post(url, {"to": "dropped"}), "Please say why", status_code=400)
    assertContains(client.post(url, {"to": "open"}), "cannot become", status_code=409)
    assertContains(client.post(url, {"to": "moon"}), "cannot become moon", status_code=409)
