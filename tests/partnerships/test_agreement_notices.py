"""The nightly round: each notice once, the nearest after a pause, and what the calendar moves."""

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command

from partnerships.actions.agreement_family import start_successor
from partnerships.actions.agreement_steps import move_agreement, terminate_agreement
from partnerships.actions.notices import nearest_threshold, send_notices
from partnerships.models import AgreementNotice
from tests.factories import make_contact, make_member, make_partnership
from tests.factories.agreements import STEPS, make_agreement, on_day, sign_all, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(alice):
    partnership = make_partnership(coordinator=alice)
    make_member(partnership, side="host", role="coordinator", contact=make_contact(email="host@example.org"))
    make_member(partnership, side="host", role="lead", contact=make_contact(email="host.lead@example.org"))
    make_member(partnership, side="resource", role="lead", contact=make_contact(email="lead@example.org"))
    make_member(partnership, side="resource", role="technical", contact=make_contact(email="nobody@example.org"))
    return make_agreement(partnership, state="in_force", title="The MoU")


@pytest.mark.parametrize(
    ("days_left", "threshold"),
    [(181, None), (180, 180), (91, 180), (90, 90), (31, 90), (30, 30), (1, 30), (0, 30)],
)
def test_the_nearest_notice_is_due(days_left, threshold):
    assert nearest_threshold(days_left) == threshold


def test_the_coordinators_of_both_sides_are_told(agreement):
    on_day(agreement, runs_until=180)

    call_command("send_notices")

    assert sorted(letter.to[0] for letter in mail.outbox) == [
        "alice@example.org",
        "host@example.org",
        "lead@example.org",  # the resource side has no coordinator
    ]
    assert mail.outbox[0].subject == "[Twinning] Ends in 180 days: The MoU"
    assert agreement.get_absolute_url() in mail.outbox[0].body
    assert "renewal" in mail.outbox[0].body


def test_each_notice_is_sent_once(agreement):
    for day in range(185, -1, -1):
        on_day(agreement, runs_until=day)
        # the same end: only the days until it pass
        AgreementNotice.objects.update(for_date=today(day))
        send_notices()
        send_notices()

    assert list(AgreementNotice.objects.order_by("-days").values_list("days", flat=True)) == [180, 90, 30]
    assert len(mail.outbox) == 9


def test_after_a_pause_only_the_nearest_is_sent(agreement):
    on_day(agreement, runs_until=25)

    assert send_notices().sent == 1
    assert send_notices().sent == 0

    assert [(notice.days, notice.n_recipients) for notice in AgreementNotice.objects.all()] == [(30, 3)]
    assert mail.outbox[0].subject == "[Twinning] Ends in 25 days: The MoU"


def test_a_new_end_has_notices_of_its_own(agreement):
    on_day(agreement, runs_until=20)
    send_notices()
    on_day(agreement, runs_until=170)

    assert send_notices().sent == 1


def test_nothing_is_said_before_its_time(agreement):
    on_day(agreement, runs_until=181)

    assert send_notices().sent == 0


def test_the_review_of_an_open_ended_agreement_is_announced(alice):
    partnership = make_partnership(coordinator=alice)
    make_agreement(partnership, state="in_force", ends_on=None, review_on=today(80), title="Open")

    assert send_notices().sent == 1
    assert mail.outbox[0].subject == "[Twinning] To be reviewed in 80 days: Open"
    assert "amendment" in mail.outbox[0].body


def test_what_is_renewed_already_needs_no_notice(alice, agreement):
    on_day(agreement, runs_until=60)
    renewal = start_successor(agreement, "renewal", by=alice)
    for step in STEPS:
        move_agreement(renewal, step, by=alice)
    sign_all(renewal)
    mail.outbox.clear()

    assert send_notices().sent == 0


def test_what_was_given_notice_needs_none(alice, agreement):
    terminate_agreement(agreement, on=today(60), reason="Over", obligations="", by=alice)

    assert send_notices().sent == 0


@pytest.mark.parametrize(("status", "sent"), [("active", 1), ("on_hold", 1), ("closed", 0), ("terminated", 0)])
def test_a_partnership_that_is_over_is_left_alone(agreement, status, sent):
    on_day(agreement, runs_until=60)
    type(agreement.partnership).objects.update(status=status)

    assert send_notices().sent == sent


def test_the_calendar_moves_what_is_due(alice, agreement):
    waiting = make_agreement(agreement.partnership, state="signed", starts_on=today(5))
    on_day(waiting, in_force_on=0)
    on_day(agreement, runs_until=-1)

    assert send_notices().moved == 2

    agreement.refresh_from_db()
    waiting.refresh_from_db()
    assert (agreement.state, waiting.state) == ("expired", "in_force")
    entry = agreement.partnership.entries.get(verb="agreement.moved", data__new="expired")
    assert (entry.actor, entry.actor_name) == (None, "The calendar")


class Refusing(EmailBackend):
    def send_messages(self, messages):
        if any("MoU" in message.subject for message in messages):
            raise OSError("The mail server is away.")
        return super().send_messages(messages)


def test_a_mail_that_fails_is_tried_again_and_the_others_go_out(agreement, settings):
    on_day(agreement, runs_until=60)
    on_day(make_agreement(agreement.partnership, state="in_force", title="Another"), runs_until=60)
    settings.EMAIL_BACKEND = f"{Refusing.__module__}.Refusing"

    with pytest.raises(CommandError, match="1 could not be done"):
        call_command("send_notices")
    assert {letter.subject for letter in mail.outbox} == {"[Twinning] Ends in 60 days: Another"}

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox.clear()
    assert send_notices().sent == 1
    assert {letter.subject for letter in mail.outbox} == {"[Twinning] Ends in 60 days: The MoU"}
