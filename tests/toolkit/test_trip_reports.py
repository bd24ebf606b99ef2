"""Trip reports: begun from the exchange, by an account or by a link that opens on the day of return."""

from decimal import Decimal

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.travelling import take_report
from partnerships.exchange_guards import missing_for
from partnerships.models import Contact, Exchange, FollowUp, Traveller
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.exchanges import bring_to, days, fresh, make_crew, make_exchange, make_traveller
from tests.factories.workplan import make_leads
from toolkit.actions.submitting import return_document, submit_part
from toolkit.actions.trip_reports import report_of, start_trip_report
from toolkit.models import Document
from toolkit.permissions import Writer
from toolkit.report_links import report_token, report_url, traveller_pk

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def library(module_db):
    call_command("load_toolkit", verbosity=0)


@pytest.fixture
def partnership(library, alice):
    return make_partnership(coordinator=alice, status="active")


@pytest.fixture
def traveller(partnership):
    """Back home, with an account, on an exchange of two objectives."""
    traveller = make_crew(partnership)
    Exchange.objects.update(objectives="Use the vacuum\n- Set up a skills corner")
    bring_to(fresh(traveller.exchange), "reporting")
    return fresh(traveller.exchange).travellers.get()


def door(traveller):
    return reverse("toolkit:trip-report-door", args=[report_token(traveller)])


def start(traveller):
    return reverse("toolkit:trip-report-start", args=[traveller.exchange.reference, traveller.pk])


def reread(traveller) -> Traveller:
    return fresh(traveller.exchange).travellers.get(pk=traveller.pk)


def hand_in(document, by, days_told="2"):
    """Answer what is required, and submit."""
    response = document.responses.get()
    row = {"_row": "abcdefgh"}
    response.answers |= {
        "f_new_skills": "Skin to skin",
        "f_safeguarding": "no",
        "f_recommendations": "Stay longer",
        "f_prepared_by": str(by),
        "f_prepared_on": days(0).isoformat(),
        "f_working_days": days_told,
        "r_objectives": [{"_row": "obj00001", "f_objective": "Use", "f_achieved": "fully", "f_what_happened": "Done"}],
        "r_changes": [row | {"f_change": "Kangaroo care"}],
        "r_follow_up": [
            row | {"f_follow_up_action": "Order the models", "f_follow_up_who": {"text": "Hana", "ref": None}},
            {"_row": "ijklmnop", "f_follow_up_action": "Invite the head nurse"},
        ],
    }
    response.save(update_fields=["answers"])
    submit_part(response, by=Writer(name=str(by), parts=frozenset({"host"}), user=by))


def test_a_traveller_begins_the_report_with_what_is_known(login, traveller):
    response = login(traveller.contact.user).post(start(traveller))

    document = Document.objects.get()
    assertRedirects(
        response, reverse("toolkit:document-fill", args=[document.reference]), fetch_redirect_response=False
    )
    assert reread(traveller).report_reference == document.reference
    assert document.due_on == traveller.report_due_on == days(-2 + 14)
    answers = document.responses.get().answers
    assert answers["f_exchange"]["text"] == traveller.exchange.title
    assert (answers["f_from"], answers["f_to"]) == (days(-12).isoformat(), days(-2).isoformat())
    assert [row["f_objective"] for row in answers["r_objectives"]] == ["Use the vacuum", "Set up a skills corner"]


def test_a_report_is_begun_once(login, alice, traveller):
    for user in (traveller.contact.user, alice, traveller.contact.user):
        login(user).post(start(traveller))

    assert Document.objects.count() == 1


def test_handing_it_in_reports_and_makes_follow_ups(alice, partnership, traveller):
    make_member(partnership, contact=make_contact(name="Hana"))
    document = start_trip_report(traveller, by=alice)

    hand_in(document, traveller.contact.user)

    assert reread(traveller).state == "reported"
    found = FollowUp.objects.order_by("pk")
    assert [(each.title, each.owner.name, each.subject_id) for each in found] == [
        ("Order the models", "Hana", traveller.exchange_id),
        ("Invite the head nurse", "Tabitha Wanjiru", traveller.exchange_id),
    ]


def test_the_days_that_the_report_tells_are_those_that_were_given(alice, traveller):
    """Two were planned; nothing goes to the ledger before somebody said how many there were."""
    Traveller.objects.update(days_given=None)
    Exchange.objects.update(no_costs=True)
    assert any("working days that Tabitha" in text for text in missing_for(fresh(traveller.exchange), "closed"))
    document = start_trip_report(reread(traveller), by=alice)
    assert document.responses.get().answers["f_working_days"] in (2, "2", "2.0")

    hand_in(document, traveller.contact.user, "0.5")

    assert reread(traveller).days_given == Decimal("0.5")
    assert missing_for(fresh(traveller.exchange), "closed") == []
    return_document(Document.objects.get(), by=alice, reason="More, please")
    hand_in(Document.objects.get(), traveller.contact.user, "11")
    Traveller.objects.update(departed_on=days(-3), arrived_on=days(-3))
    take_report(reread(traveller), by=alice, days=Decimal(11))
    assert reread(traveller).days_given == 2  # the journey had no more


def test_handed_in_again_after_a_return_nothing_is_twice(alice, traveller):
    document = start_trip_report(traveller, by=alice)
    hand_in(document, traveller.contact.user)
    return_document(Document.objects.get(), by=alice, reason="More, please")

    hand_in(Document.objects.get(), traveller.contact.user)

    assert (reread(traveller).state, FollowUp.objects.count()) == ("reported", 2)


def test_another_document_that_is_submitted_is_no_report(alice, traveller):
    from tests.factories.toolkit import make_document

    document = make_document(partnership=traveller.exchange.partnership)
    Traveller.objects.update(report_reference="TP-OTHER-001")

    from toolkit.actions.trip_reports import report_handed_in

    report_handed_in(document, by=alice)
    assert reread(traveller).state == "returned"


# --- The link ---------------------------------------------------------------------------------------------------------
def test_the_link_opens_on_the_day_of_return(client, partnership):
    traveller = make_traveller(make_exchange(partnership), contact=make_contact(name="Yaw"))
    bring_to(fresh(traveller.exchange), "travelling")
    Exchange.objects.update(ends_on=days(1))

    closed = client.get(door(traveller))
    assertContains(closed, "The report opens on")
    assert client.post(door(traveller)).status_code == 200
    assert not Document.objects.exists()

    Exchange.objects.update(ends_on=days(0))
    assertContains(client.get(door(traveller)), "Begin the report")
    opened = client.post(door(traveller), follow=True)
    assertContains(opened, "Trip report")
    assert Document.objects.get().links.get().recipient_name == "Yaw"

    client.post(door(traveller))
    assert Document.objects.get().links.count() == 1


@pytest.mark.parametrize("token", ["1-none", "x", "999999-aaaa", "-", "1", "٣-abc", "9" * 40 + "-a"])
def test_a_wrong_token_says_nothing(client, traveller, token):
    response = client.get(f"/trip-report/{token}/")

    assert response.status_code == 404
    assert traveller.exchange.title not in response.content.decode()
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]


def test_the_token_names_one_traveller_under_one_key(settings, traveller):
    token = report_token(traveller)

    assert traveller_pk(token) == traveller.pk
    assert traveller_pk(f"{traveller.pk + 1}{token[len(str(traveller.pk)) :]}") is None
    settings.SECRET_KEY = "another"
    assert traveller_pk(token) is None


def test_guessing_is_slowed_down_and_good_links_still_open(client, settings, traveller):
    settings.SHARE_MISSES_PER_MINUTE = 2
    codes = [client.get(f"/trip-report/1-{n}/").status_code for n in range(4)]

    assert codes == [404, 404, 429, 429]
    assert client.get(door(traveller)).status_code == 200


def test_no_report_is_asked_for_any_more(client, traveller):
    Traveller.objects.update(report_waived_reason="In the joint report")

    assertContains(client.get(door(traveller)), "No report is asked for.")
    client.post(door(traveller))
    assert not Document.objects.exists()


def test_after_the_end_the_link_says_that_nothing_is_to_be_done(client, traveller):
    over = {"state": "closed", "closed_on": days(0), "delete_data_on": days(30)}
    for exchange, fields, words in (
        (over, {"state": "reported", "reported_at": timezone.now()}, "The report was handed in on"),
        (over, {"state": "returned", "reported_at": None}, "no report is asked for any more"),
        ({"state": "travelling", "closed_on": None, "delete_data_on": None}, {"state": "no_show"}, "did not travel"),
    ):
        Exchange.objects.update(**exchange)
        Traveller.objects.update(**fields)
        response = client.get(door(traveller))
        assertContains(response, words)
        assertContains(response, "This link is no longer needed.")
        assertNotContains(response, "come back then")


# --- Who --------------------------------------------------------------------------------------------------------------
def test_others_on_the_team_do_not_begin_it(login, partnership, traveller):
    leads = make_leads(partnership)

    assert login(leads["resource"]).post(start(traveller)).status_code == 403
    assert login(make_user()).post(start(traveller)).status_code == 404
    assert report_of(reread(traveller)) is None


def test_before_the_return_there_is_none(login, alice, partnership):
    traveller = make_crew(partnership)

    response = login(alice).post(start(traveller), follow=True)

    assertContains(response, "The report is written after the journey.")


# --- Reminders --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("left", "n"), [(4, 0), (3, 1), (0, 1), (-1, 1), (-20, 1)])
def test_a_report_is_reminded_of_once_a_step(traveller, left, n, django_capture_on_commit_callbacks):
    Traveller.objects.update(report_due_on=days(left))

    with django_capture_on_commit_callbacks(execute=True):
        call_command("send_notices", verbosity=0)
        call_command("send_notices", verbosity=0)

    assert [message.to for message in mail.outbox] == [[traveller.contact.user.email]] * n
    if n:
        assert report_url(traveller) in mail.outbox[0].body
        assert ("is late" in mail.outbox[0].subject) == (left < 0)


def test_every_step_is_reminded_of_as_its_day_comes(traveller, django_capture_on_commit_callbacks):
    for left in (3, 2, -1, -2, -7, -14, -30):
        Traveller.objects.update(report_due_on=days(20))  # the due day is part of what was sent
        Traveller.objects.update(report_due_on=days(left))
        with django_capture_on_commit_callbacks(execute=True):
            call_command("send_notices", verbosity=0)

    assert len(mail.outbox) == 7


@pytest.mark.parametrize("fields", [{"report_waived_reason": "Ill"}, {"state": "no_show"}])
def test_who_owes_nothing_is_not_reminded(traveller, fields):
    Traveller.objects.update(report_due_on=days(-5), **fields)

    call_command("send_notices", verbosity=0)

    assert mail.outbox == []


def test_a_traveller_without_an_address_is_passed_over(traveller):
    Contact.objects.update(email="", user=None)
    Traveller.objects.update(report_due_on=days(-5))

    call_command("send_notices", verbosity=0)

    assert mail.outbox == []
