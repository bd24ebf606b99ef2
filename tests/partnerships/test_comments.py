"""Comments: who may read and write them, whom they mention, and what stays when they go."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions import commenting
from partnerships.actions.commenting import add_comment, change_comment, remove_comment
from partnerships.mentions import find_mentions
from partnerships.models import Comment, Notification, Organization, Partnership
from partnerships.people import people_of
from partnerships.things import kinds, readers_of
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.contributions import make_contribution, make_meeting
from tests.factories.exchanges import make_exchange
from tests.factories.following import make_comment, make_follow_up, thing
from tests.factories.funding import make_award
from tests.factories.sharing import make_resource, make_transfer
from tests.factories.toolkit import make_document
from tests.factories.workshops import make_workshop


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def hana(partnership):
    contact = make_contact(user=make_user(name="Hana Desta"))
    return make_member(partnership, side="host", contact=contact).contact.user


@pytest.fixture
def rolf(partnership):
    contact = make_contact(user=make_user(name="Rolf"))
    return make_member(partnership, side="resource", contact=contact).contact.user


def talk(row, partnership=None):
    return thing(row, partnership).talk_url


def say(client, row, text, partnership=None, **more):
    return client.post(f"{talk(row, partnership)}comment/", {"text": text, **more})


# --- Who is meant -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "meant", "unknown"),
    [
        ("@Hana Desta please", ["Hana Desta"], []),
        ("Ask @hana desta, or @ROLF.", ["Hana Desta", "Rolf"], []),
        ("@Hana and again @Hana", ["Hana Desta"], []),
        ("@Ana is two people", [], ["Ana"]),
        ("@Ana Li is one", ["Ana Li"], []),
        ("write to rolf@Rolf.example", [], []),
        ("@Rolfson is another", [], ["Rolfson"]),
        ("@Nobody (@) @ Rolf", [], ["Nobody"]),
        ("@Жанна and @አበበ", ["Жанна", "አበበ"], []),
        ("@José, in two forms: @Jose\u0301", ["José"], []),
        ("", [], []),
    ],
)
def test_mentions_are_found_by_name(db, text, meant, unknown):
    names = ["Hana Desta", "Rolf", "Ana Li", "Ana Li Berg", "Жанна", "አበበ", "José"]
    people = [make_user(name=name) for name in names]

    found = find_mentions(text, people)

    assert ([person.name for person in found.people], found.unknown) == (meant, unknown)


# --- Saying something -------------------------------------------------------------------------------------------------
def test_a_comment_is_kept_recorded_and_told(login, partnership, alice, hana, django_capture_on_commit_callbacks):
    phase = partnership.phases.first()

    with django_capture_on_commit_callbacks(execute=True):
        response = say(login(alice), phase, "Is it ready, @Hana Desta?")

    comment = Comment.objects.get()
    assertRedirects(response, f"{talk(phase)}#comment-{comment.pk}", fetch_redirect_response=False)
    assert (comment.subject, comment.author, list(comment.mentioned.all())) == (phase, alice, [hana])
    entry = partnership.entries.first()
    assert (entry.verb, entry.data) == ("comment.added", {"comment": comment.pk})
    letter = mail.outbox[0]
    assert letter.to == [hana.email]
    assert "Alice mentioned you in “Phase 1”" in letter.subject
    assert "Is it ready, @Hana Desta?" in letter.body
    assert f"#comment-{comment.pk}" in letter.body
    assert "accounts/mail/" in letter.extra_headers["List-Unsubscribe"]
    assertContains(login(hana).get(talk(phase)), "Told: Hana Desta")


def test_people_are_picked_from_the_list_too(login, alice, partnership, hana, rolf):
    client = login(alice)
    offered = client.get(talk(partnership)).context["form"].people

    say(client, partnership, "Dear both", mentioned=[hana.pk, rolf.pk])

    assert offered == [hana, rolf]
    assert {notice.user for notice in Notification.objects.all()} == {hana, rolf}


def test_nobody_else_can_be_mentioned(login, alice, bob, admin, partnership, hana):
    response = say(login(alice), partnership, "@Bob @Ada what do you think?")

    assert Comment.objects.get().mentioned.count() == 0
    assert "@Bob, @Ada" in [str(message) for message in response.wsgi_request._messages][1]
    picked = say(login(alice), partnership, "And you?", mentioned=[bob.pk])
    assert picked.status_code == 400
    assertContains(picked, "And you?", status_code=400)
    with_bob, _unknown = add_comment(partnership, thing(partnership), "Forged", by=alice, picked=[bob])
    assert not with_bob.mentioned.exists()
    assert (Notification.objects.count(), mail.outbox) == (0, [])


def test_closed_accounts_and_people_who_left_are_not_mentioned(partnership, alice, hana, rolf):
    partnership.team.filter(contact__user=rolf).update(starts_on="2020-01-01", ends_on="2020-12-31")
    type(hana).objects.filter(pk=hana.pk).update(is_active=False)

    comment = make_comment(partnership, "@Hana Desta @Rolf @Alice")

    assert not comment.mentioned.exists()
    assert people_of(partnership) == [alice]


def test_readers_of_a_thing_are_those_who_see_it(partnership, alice, hana, rolf, bob):
    document = make_document(partnership=partnership)
    rows = [
        partnership, partnership.phases.first(), partnership.participations.first().organization, document,
        make_follow_up(partnership), make_contribution(partnership), make_meeting(partnership),
        make_award(partnership), make_exchange(partnership),
        make_workshop(partnership), make_resource(partnership), make_transfer(partnership),
    ]  # fmt: skip

    assert {type(row) for row in rows} == {kind.model for kind in kinds().values()}
    for row in rows:
        one = thing(row, partnership)
        for person in (alice, hana, rolf, bob):
            sees = kinds()[one.kind].visible_to(person).filter(pk=row.pk).exists()
            reads = person in readers_of(one, partnership)
            # Bob coordinates another partnership: he knows every organization, and takes no part here.
            assert reads == sees or (person == bob and one.kind == "organization" and not reads)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("see https://example.org/a?b=1&c=2", '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow">'),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ('https://x.example/"onmouseover=alert(1)', "&quot;onmouseover"),
        ("one\r\n\r\ntwo", "<p>one</p>\n\n<p>two</p>"),
        ("tur\u202ened\x07", "turned"),
    ],
)
def test_words_are_plain_and_links_are_safe(login, alice, partnership, typed, kept):
    client = login(alice)
    say(client, partnership, typed)

    text = client.get(talk(partnership)).content.decode()

    assert kept in text
    assert "<script>alert" not in text
    assert " onmouseover=" not in text


@pytest.mark.parametrize("text", ["", "   \n ", "\u202e", "x" * 4001])
def test_empty_and_endless_comments_are_refused_at_their_field(login, alice, partnership, text):
    response = say(login(alice), partnership, text)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["text"]
    assert not Comment.objects.exists()


def test_a_post_that_comes_twice_is_kept_once(login, alice, partnership, hana):
    for _time in range(2):
        assert say(login(alice), partnership, "Once, @Hana").status_code == 302

    assert (Comment.objects.count(), Notification.objects.count()) == (1, 1)
    assert partnership.entries.filter(verb="comment.added").count() == 1


def test_too_many_comments_have_to_wait(login, alice, bob, partnership, monkeypatch):
    monkeypatch.setattr(commenting, "MOST_AN_HOUR", 2)
    for n in range(2):
        make_comment(partnership, f"Words {n}", by=alice)

    response = say(login(alice), partnership, "Too many")

    assertContains(response, "Please wait a little", status_code=409)
    assertContains(response, "Too many", status_code=409)
    assert Comment.objects.count() == 2
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert say(login(alice), partnership, "Too many").status_code == 302


@pytest.mark.parametrize("status", ["closed", "terminated", "declined"])
def test_in_partnerships_that_are_over_nothing_is_said(login, alice, partnership, status):
    comment = make_comment(partnership, "Before")
    Partnership.objects.update(status=status)
    client = login(alice)

    assert client.get(talk(partnership)).context["form"] is None
    assertContains(say(client, partnership, "After"), "nothing more is written down", status_code=409)
    edit = client.post(reverse("partnerships:comment-edit", args=[comment.pk]), {"text": "x", "version": 1})
    assert edit.status_code == 409
    assert Comment.objects.get().text == "Before"


@pytest.mark.parametrize(("who", "status"), [("hana", 200), ("alice", 200), ("admin", 200), ("bob", 404), (None, 302)])
def test_who_may_read(client, request, partnership, hana, alice, who, status):
    make_comment(partnership, "A word", about=partnership.phases.first())
    if who:
        client.force_login(request.getfixturevalue(who))

    for url in (
        talk(partnership.phases.first()),
        reverse("partnerships:partnership-comments", args=[partnership.slug]),
    ):
        assert client.get(url).status_code == status
    assert say(client, partnership.phases.first(), "Mine too").status_code == (302 if status != 404 else 404)
    assert Comment.objects.count() == (2 if status == 200 else 1)


def test_a_thing_of_another_partnership_is_not_spoken_of_here(login, alice, bob, partnership):
    theirs = make_partnership(coordinator=bob).phases.first()
    forged = reverse("partnerships:thing-talk", args=[partnership.slug, "phase", theirs.pk])

    assert login(alice).get(forged).status_code == 404
    assert login(alice).post(f"{forged}comment/", {"text": "x"}).status_code == 404
    assert login(alice).get(forged.replace("phase", "user")).status_code == 404


def test_comments_on_hidden_things_are_hidden_everywhere(login, partnership, alice, hana, monkeypatch):
    organization = partnership.participations.first().organization
    comment = make_comment(partnership, "A word about them, @Hana", about=organization)
    make_comment(partnership, "A word about us", about=partnership)
    client = login(hana)
    stream = reverse("partnerships:partnership-comments", args=[partnership.slug])
    story = reverse("partnerships:partnership-history", args=[partnership.slug])
    told = reverse("partnerships:notification-list")
    for page in (stream, story, told):
        assertContains(client.get(page), "A word about them")

    monkeypatch.setattr(Organization.objects.all().__class__, "visible_to", lambda self, user: self.none())
    for page in (stream, story, told):
        assertNotContains(client.get(page), "A word about them")
        assertNotContains(client.get(page), str(organization))
    assertContains(client.get(stream), "A word about us")
    assert client.get(reverse("partnerships:comment-edit", args=[comment.pk])).status_code == 404


# --- Putting it right, taking it away ---------------------------------------------------------------------------------
def change(client, comment, text, **more):
    url = reverse("partnerships:comment-edit", args=[comment.pk])
    return client.post(url, {"text": text, "version": comment.version, **more})


def test_the_author_puts_it_right_and_new_people_are_told(login, alice, partnership, hana, rolf):
    comment = make_comment(partnership, "Helo @Hana")

    response = change(login(alice), comment, "Hello @Hana and @Rolf")

    assert response.status_code == 302
    comment.refresh_from_db()
    assert (comment.text, comment.version) == ("Hello @Hana and @Rolf", 2)
    assert comment.edited_at
    assert sorted(notice.user.name for notice in Notification.objects.all()) == ["Hana Desta", "Rolf"]
    assertContains(login(hana).get(talk(partnership)), "changed afterwards")


def test_after_half_an_hour_it_stands(login, alice, partnership):
    comment = make_comment(partnership, "Said")
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    client = login(alice)

    assertContains(client.get(reverse("partnerships:comment-edit", args=[comment.pk])), "Too late")
    assertContains(change(client, comment, "Unsaid"), "half an hour", status_code=409)
    assertNotContains(client.get(talk(partnership)), ">Change<")
    assert Comment.objects.get().text == "Said"


def test_a_stale_change_is_answered_with_both(login, alice, partnership):
    comment = make_comment(partnership, "First")
    Comment.objects.update(text="On another device", version=2)

    response = change(login(alice), comment, "Here")

    assertContains(response, "On another device", status_code=409)
    assertContains(response, "Here", status_code=409)


@pytest.mark.parametrize(
    ("who", "edits", "removes"), [("hana", 302, 302), ("alice", 403, 302), ("rolf", 403, 403), ("bob", 404, 404)]
)
def test_who_may_change_and_remove(login, request, partnership, hana, alice, rolf, bob, who, edits, removes):
    comment = make_comment(partnership, "Hana’s", by=hana)
    client = login(request.getfixturevalue(who))

    assert change(client, comment, "Other words").status_code == edits
    assert client.post(reverse("partnerships:comment-remove", args=[comment.pk])).status_code == removes
    assert Comment.objects.get().is_removed == (removes == 302)


def test_what_is_removed_leaves_a_trace_and_no_words(login, alice, partnership, hana):
    comment = make_comment(partnership, "Regretted, @Alice", by=hana)
    client = login(hana)

    client.post(reverse("partnerships:comment-remove", args=[comment.pk]))

    comment.refresh_from_db()
    assert (comment.text, comment.removed_by, comment.mentioned.count()) == ("", hana, 0)
    assertContains(client.get(talk(partnership)), "Removed by the author.")
    for page in ("partnership-history", "partnership-comments"):
        assertNotContains(client.get(reverse(f"partnerships:{page}", args=[partnership.slug])), "Regretted")
    assertNotContains(login(alice).get(reverse("partnerships:notification-list")), "Regretted")
    assert [entry.verb for entry in partnership.entries.all()[:2]] == ["comment.removed", "comment.added"]
    again = client.post(reverse("partnerships:comment-remove", args=[comment.pk]))
    assertContains(again, "removed already", status_code=409)


def test_a_coordinator_who_removes_it_is_named(login, alice, partnership, hana):
    comment = make_comment(partnership, "Rude", by=hana)

    remove_comment(comment, by=alice)

    assertContains(login(hana).get(talk(partnership)), "Removed by Alice.")


def test_actions_ask_for_themselves(partnership, alice, hana, rolf):
    comment = make_comment(partnership, "Hana’s", by=hana)

    with pytest.raises(PermissionDenied):
        change_comment(comment, about=thing(partnership), seen_version=1, by=alice)
    with pytest.raises(PermissionDenied):
        remove_comment(comment, by=rolf)
    with pytest.raises(ValidationError):
        add_comment(partnership, thing(partnership), "", by=hana)


@pytest.mark.parametrize("wrong", [{"text": ""}, {"removed_at": timezone.now()}])
def test_the_database_keeps_words_and_removal_apart(partnership, wrong):
    comment = make_comment(partnership)

    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(**wrong)
