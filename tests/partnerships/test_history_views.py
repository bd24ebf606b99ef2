"""The story of a partnership: prose by month and day, narrowed down, page by page, and whole for paper."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import translation
from pytest_django.asserts import assertContains, assertNotContains

from partnerships.actions.partnership import change_status
from partnerships.chronicle import separators, summed
from partnerships.mentions import ats_beside_names
from partnerships.models import HistoryEntry, record
from partnerships.story import tell
from tests.factories import make_member, make_partnership, make_user
from tests.factories.following import make_comment, make_follow_up


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


def story(partnership):
    return reverse("partnerships:partnership-history", args=[partnership.slug])


def happened(partnership, verb, by, *at, **data):
    entry = record(partnership, verb, by=by, **data)
    HistoryEntry.objects.filter(pk=entry.pk).update(at=datetime(*at, tzinfo=UTC))


def prose(response):
    return " ".join(response.content.decode().split())


def test_it_tells_who_did_what_and_why(login, alice, partnership):
    change_status(partnership, "forming", by=alice, reason="Named next week")

    text = prose(login(alice).get(story(partnership)))

    assert "<bdi>Alice</bdi> started the partnership and moved the status from “Proposed” to “Forming”." in text
    waived = (
        "a lead or coordinator named on each side, the decision that selected the partners (scoring or panel sheet)"
    )
    assert f"(Named next week · Set aside: {waived}, or why they were paired directly)" in text


def test_months_and_days_stand_in_order_and_a_day_runs_forward(login, alice, partnership):
    HistoryEntry.objects.all().delete()
    happened(partnership, "cycle.started", alice, 2026, 3, 9, 8, cycle=3)
    happened(partnership, "cycle.started", alice, 2026, 3, 9, 9, cycle=4)
    happened(partnership, "cycle.started", alice, 2026, 3, 2, 9, cycle=2)
    happened(partnership, "cycle.started", alice, 2026, 1, 31, 9, cycle=1)
    client = login(alice)

    months = client.get(story(partnership)).context["months"]

    assert [(month.first.month, [day.on.day for day in month.days]) for month in months] == [(3, [9, 2]), (1, [31])]
    assert [clause.text for clause in months[0].days[0].sentences[0].clauses] == ["started cycle 3", "started cycle 4"]
    months = client.get(story(partnership), {"order": "story"}).context["months"]
    assert [(month.first.month, [day.on.day for day in month.days]) for month in months] == [(1, [31]), (3, [2, 9])]


def test_what_others_did_in_between_begins_a_sentence(login, alice, partnership):
    HistoryEntry.objects.all().delete()
    for minute, who in enumerate([alice, alice, "A guest", alice]):
        happened(partnership, "cycle.started", who, 2026, 3, 9, 8, minute, cycle=minute)

    day = login(alice).get(story(partnership)).context["months"][0].days[0]

    assert [(one.who, len(one.clauses)) for one in day.sentences] == [("Alice", 2), ("A guest", 1), ("Alice", 1)]


@pytest.mark.parametrize(
    ("n", "language", "between"),
    [
        (1, "en", []),
        (2, "en", [" and "]),
        (3, "en", [", ", ", and "]),
        (2, "fr", [" et "]),
        (2, "xx", [" and "]),
    ],
)
def test_lists_are_joined_as_the_language_does(n, language, between):
    with translation.override(language):
        assert separators(n) == between


def test_it_is_read_page_by_page_and_whole(login, alice, partnership):
    for cycle in range(60):
        record(partnership, "cycle.started", by=alice, cycle=cycle)
    client = login(alice)

    assert len(client.get(story(partnership)).context["page"]) == 50
    assert len(client.get(story(partnership), {"page": 2}).context["page"]) == 11
    assert len(client.get(story(partnership), {"whole": "on"}).context["page"]) == 61


def test_it_is_narrowed_down_by_what_and_who(login, alice, partnership):
    hana = make_member(partnership, user=make_user(name="Hana")).contact
    make_follow_up(partnership, owner=hana, title="Send the letter", by=hana.user)
    make_comment(partnership, "Well begun", by=hana.user)
    record(partnership, "moon.landed", by="A visitor")
    client = login(alice)

    def verbs(**chosen):
        return [entry.verb for entry in client.get(story(partnership), chosen).context["page"]]

    assert verbs() == ["moon.landed", "comment.added", "follow_up.taken", "partnership.created"]
    assert verbs(part="course") == ["partnership.created"]
    assert verbs(part="follow-ups") == ["follow_up.taken"]
    assert verbs(part="comments") == ["comment.added"]
    assert verbs(part="other") == ["moon.landed"]
    assert verbs(person="Hana") == ["comment.added", "follow_up.taken"]
    assert verbs(person="Hana", part="comments") == ["comment.added"]
    assert len(verbs(part="odd", person="Nobody")) == 4
    assertContains(client.get(story(partnership), {"part": "people"}), "Nothing of this kind")


def test_follow_ups_and_comments_are_part_of_it(login, alice, partnership):
    hana = make_member(partnership, user=make_user(name="Hana")).contact
    make_follow_up(partnership, owner=hana, title="Send the letter")
    comment = make_comment(partnership, "<b>Well</b> begun", about=partnership.phases.first())

    response = login(alice).get(story(partnership))

    assertContains(response, f"asked {hana} to do this: “Send the letter”")
    assertContains(response, "wrote a comment on")
    assertContains(response, f"#comment-{comment.pk}")
    assertContains(response, "&lt;b&gt;Well&lt;/b&gt; begun")


def test_verbs_it_does_not_know_are_told_by_name(login, alice, partnership):
    record(partnership, "moon.landed", by="A visitor")

    assert "<bdi>A visitor</bdi> moon.landed." in prose(login(alice).get(story(partnership)))


def test_others_do_not_read_it(login, bob, partnership):
    assert login(bob).get(story(partnership)).status_code == 404


def test_an_empty_story_says_so(login, alice, partnership):
    HistoryEntry.objects.all().delete()

    response = login(alice).get(story(partnership))

    assertContains(response, "Nothing has been recorded yet.")
    assertNotContains(response, "to print")


def test_states_are_called_as_those_of_the_thing_that_moved(partnership):
    words = {"reference": "TP-1-X1", "title": "A visit", "number": "A-1", "donor": "Fund", "n": 2}
    told = {
        verb: tell(
            HistoryEntry(partnership=partnership, verb=verb, data=words | {"old": "submitted", "new": "returned"})
        )
        for verb in ("exchange.moved", "period.moved")
    }

    assert told["exchange.moved"].endswith("from “Submitted” to “Travellers are back”")
    assert told["period.moved"].endswith("from “Sent to the donor” to “Returned by the donor”")


def told_of(entries):
    return [(entry.verb, tell(entry)) for entry in summed(entries)]


def moved(partnership, person, old, new, **more):
    words = {"person": person, "reference": "TP-1-X4", "title": "A visit", "old": old, "new": new, **more}
    return HistoryEntry(partnership=partnership, verb="traveller.moved", data=words, actor_name="Alice")


def test_steps_of_one_person_on_one_day_are_one_step(partnership):
    steps = ["nominated", "accepted", "visa_applied", "visa_granted"]
    rows = [moved(partnership, "Ragnhild", old, new) for old, new in zip(steps, steps[1:], strict=False)]
    between = HistoryEntry(partnership=partnership, verb="cycle.started", data={"cycle": 2}, actor_name="Alice")

    assert told_of([rows[0], between, *rows[1:]]) == [
        ("traveller.moved", "moved Ragnhild on TP-1-X4 from “Nominated” to “Visa granted”"),
        ("cycle.started", "started cycle 2"),
    ]


def test_a_step_that_says_why_and_a_step_back_stand_for_themselves(partnership):
    why = [
        moved(partnership, "Ragnhild", "nominated", "accepted", reason="She called"),
        moved(partnership, "Ragnhild", "accepted", "visa_applied"),
    ]
    back = [
        moved(partnership, "Ragnhild", "nominated", "accepted"),
        moved(partnership, "Ragnhild", "accepted", "nominated"),
    ]

    assert len(summed(why)) == 2
    assert len(summed(back)) == 2


def test_what_happened_to_several_people_alike_is_told_once(partnership):
    rows = [
        step
        for name in ("Marit", "Ragnhild", "رانيا")
        for step in (
            moved(partnership, name, "nominated", "accepted"),
            moved(partnership, name, "accepted", "visa_applied"),
        )
    ]

    assert [text for _verb, text in told_of(rows)] == [
        "moved \u2068Marit, Ragnhild, and \u2068رانيا\u2069\u2069 on TP-1-X4 from “Nominated” to “Visa applied for”"
    ]


def test_codes_of_texts_are_not_part_of_the_prose(partnership):
    words = {"organization": "A", "reference": "R", "title": "T", "person": "P", "side": "host", "code": "5f110536f710"}

    for verb in ("agreement.accepted", "workplan.proposed", "workplan.side_approved", "workplan.returned"):
        assert "5f110536f710" not in tell(HistoryEntry(partnership=partnership, verb=verb, data=words)), verb


def test_names_written_from_right_to_left_do_not_turn_the_sentence(partnership):
    entry = HistoryEntry(partnership=partnership, verb="cycle.started", data={"cycle": "واحة"})

    assert tell(entry) == "started cycle \u2068واحة\u2069"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Thank you @Hana, hana@example.org", "Thank you @Hana, hana@example.org"),
        ("شكرًا @Yusuf, your slides", "شكرًا \u200e@Yusuf, your slides"),
        ("Thanks @رانيا", "Thanks \u200f@رانيا"),
    ],
)
def test_an_at_stays_beside_its_name(text, marked):
    assert ats_beside_names(text) == marked
