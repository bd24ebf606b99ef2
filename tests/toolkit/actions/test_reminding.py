"""Reminders: before, on and after the due date, so many and no more, and only while something is to be done."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from partnerships.models import OutgoingMail, Partnership
from tests.factories import make_partnership
from tests.factories.toolkit import SIDES, make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.links import mail_share_link, remind_by_hand, revoke_share_link
from toolkit.actions.reminding import send_reminders, step_on
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import submit_part
from toolkit.models import Document, ShareLink

pytestmark = pytest.mark.django_db
DUE = date(2027, 3, 20)
STEPS = [DUE + timedelta(days=days) for days in (-7, -1, 0, 3, 10, 20)]


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), title="Trip report", due_on=DUE)


def make_mailed(document, **fields) -> ShareLink:
    """A link that was mailed long before the due date."""
    link = make_link(document, recipient_email="grace@example.org", recipient_name="Grace", **fields)
    mail_share_link(link, by=document.started_by)
    before = timezone.make_aware(timezone.datetime(2027, 1, 1))
    ShareLink.objects.filter(pk=link.pk).update(mailed_at=before, expires_at=before + timedelta(days=300))
    link.refresh_from_db()
    OutgoingMail.objects.all().delete()
    return link


def reminders() -> list[str]:
    return list(OutgoingMail.objects.filter(kind="reminder").order_by("pk").values_list("subject", flat=True))


def test_each_step_is_reminded_of_once_and_then_no_more(document):
    make_mailed(document)

    for day in range(-30, 60):
        for _run in range(2):
            send_reminders(DUE + timedelta(days=day))

    assert reminders() == [
        "Reminder: Trip report",
        "Reminder: Trip report",
        "Due today: Trip report",
        "Overdue: Trip report",
        "Overdue: Trip report",
        "Overdue: Trip report",
    ]


@pytest.mark.parametrize(
    ("today", "mailed", "expected"),
    [
        (DUE - timedelta(days=8), date(2027, 1, 1), None),
        (DUE - timedelta(days=7), date(2027, 1, 1), -7),
        (DUE - timedelta(days=2), date(2027, 1, 1), -7),  # nobody looked for some days
        (DUE + timedelta(days=2), date(2027, 1, 1), 0),
        (DUE + timedelta(days=300), date(2027, 1, 1), 20),
        (DUE - timedelta(days=7), DUE - timedelta(days=7), None),  # asked on that very day
        (DUE - timedelta(days=4), DUE - timedelta(days=5), None),  # asked after it
        (DUE, DUE - timedelta(days=5), 0),
        (DUE + timedelta(days=40), DUE + timedelta(days=39), None),  # asked when all was late already
    ],
)
def test_which_step_it_is(today, mailed, expected):
    assert step_on(today, due_on=DUE, mailed_on=mailed) == expected


def test_the_days_are_those_of_the_installation(document, settings):
    settings.REMIND_BEFORE, settings.REMIND_AFTER = [3], []
    make_mailed(document)

    for day in range(-30, 60):
        send_reminders(DUE + timedelta(days=day))

    assert reminders() == ["Reminder: Trip report", "Due today: Trip report"]


def test_a_new_due_date_begins_anew(document):
    make_mailed(document)
    send_reminders(DUE)
    Document.objects.update(due_on=DUE + timedelta(days=30))

    send_reminders(DUE + timedelta(days=30))

    assert reminders() == ["Due today: Trip report"] * 2


def _revoked(link, alice):
    revoke_share_link(link, by=alice)


def _expired(link, alice):
    ShareLink.objects.filter(pk=link.pk).update(
        created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(days=1)
    )


def _handed_in(link, alice):
    response = only_response(link.document)
    save_answers(response, {"f_title": "A visit"}, {}, by=make_writer("host"))
    submit_part(response, by=make_writer("host"))


def _without_mail(link, alice):
    ShareLink.objects.filter(pk=link.pk).update(recipient_email="")


def _only_copied(link, alice):
    ShareLink.objects.filter(pk=link.pk).update(mailed_at=None)


def _not_wanted(link, alice):
    ShareLink.objects.filter(pk=link.pk).update(is_reminded=False)


def _for_reading(link, alice):
    ShareLink.objects.filter(pk=link.pk).update(scope="read")


def _for_comments(link, alice):
    ShareLink.objects.filter(pk=link.pk).update(scope="review")


def _withdrawn(link, alice):
    Document.objects.update(state="withdrawn")


def _accepted(link, alice):
    Document.objects.update(state="accepted")


def _closed(link, alice):
    Partnership.objects.update(status="closed")


def _without_date(link, alice):
    Document.objects.update(due_on=None)


NOBODY = [
    _revoked, _expired, _handed_in, _without_mail, _only_copied, _not_wanted, _for_reading, _for_comments, _withdrawn,
    _accepted, _closed, _without_date,
]  # fmt: skip


@pytest.mark.parametrize("stop", NOBODY)
def test_nobody_is_reminded_of_what_is_done_or_over(document, alice, stop):
    stop(make_mailed(document), alice)

    assert send_reminders(DUE) == (0, 0)
    assert reminders() == []


def test_the_other_side_is_still_reminded(alice):
    document = make_document(
        partnership=make_partnership(coordinator=alice), version=make_tool(form=SIDES, mode="joint"), due_on=DUE
    )
    make_mailed(document)
    make_mailed(document, side="resource")
    response = only_response(document)
    save_answers(response, {"f_host": "Our word"}, {}, by=make_writer("host"))
    submit_part(response, by=make_writer("host"))
    OutgoingMail.objects.all().delete()

    assert send_reminders(DUE) == (1, 0)
    assert "Resource side" in OutgoingMail.objects.get().body


def test_a_reminder_that_waited_is_not_sent_once_all_is_done(document, alice, settings):
    settings.EMAIL_BACKEND = "tests.mail_servers.ComeBackLater"
    link = make_mailed(document)
    send_reminders(DUE)
    call_command("send_mails", verbosity=0)
    row = OutgoingMail.objects.get()
    assert (row.state, row.tries) == ("queued", 1)

    _handed_in(link, alice)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    OutgoingMail.objects.update(next_try_at=timezone.now())
    call_command("send_mails", verbosity=0)

    row.refresh_from_db()
    assert (row.state, row.reason) == ("cancelled", "Nothing is to be filled in any more.")
    assert [message.subject for message in mail.outbox if "Due" in message.subject] == []


def test_the_nightly_round_sends_them(document, django_capture_on_commit_callbacks):
    link = make_mailed(document)
    Document.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    ShareLink.objects.update(
        created_at=timezone.now() - timedelta(days=90),
        mailed_at=timezone.now() - timedelta(days=80),
        expires_at=timezone.now() + timedelta(days=9),
    )

    with django_capture_on_commit_callbacks(execute=True):
        call_command("send_notices", verbosity=0)
        call_command("send_notices", verbosity=0)

    (message,) = mail.outbox
    assert message.subject == "Overdue: Trip report"
    assert message.to == ["grace@example.org"]
    assert link.url in message.body


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("ar", "موعده اليوم: Trip report", "السلام عليكم Grace،"),
        ("ru", "Срок – сегодня: Trip report", "Здравствуйте, Grace!"),
        ("fr", "Attendu aujourd’hui : Trip report", "Bonjour Grace,"),
        ("es", "Vence hoy: Trip report", "Buenos días, Grace:"),
        ("pt", "Termina hoje: Trip report", "Bom dia, Grace,"),
        ("", "Due today: Trip report", "Hello Grace,"),
    ],
)
def test_a_reminder_speaks_the_language_of_its_reader(
    document, language, subject, words, django_capture_on_commit_callbacks
):
    link = make_mailed(document, language=language)

    with django_capture_on_commit_callbacks(execute=True):
        send_reminders(DUE)

    (message,) = mail.outbox
    assert message.subject == subject
    assert words in message.body
    assert link.url in message.body
    assert "{" not in message.body


def test_reminding_by_hand_once_a_day(document, alice, django_capture_on_commit_callbacks):
    link = make_mailed(document)

    with django_capture_on_commit_callbacks(execute=True):
        remind_by_hand(link, by=alice)
        with pytest.raises(ValidationError) as refused:
            remind_by_hand(link, by=alice)

    assert refused.value.code == "stale"
    assert len(mail.outbox) == 1
    assert document.partnership.entries.first().verb == "link.reminded"


@pytest.mark.parametrize("stop", [_revoked, _expired, _handed_in, _without_mail, _for_reading, _withdrawn, _closed])
def test_nobody_is_reminded_by_hand_of_what_is_over(document, alice, stop):
    link = make_mailed(document)
    stop(link, alice)
    again = ShareLink.objects.with_document().get(pk=link.pk)
    n = OutgoingMail.objects.filter(kind="reminder").count()

    with pytest.raises(ValidationError):
        remind_by_hand(again, by=alice)

    assert OutgoingMail.objects.filter(kind="reminder").count() == n


@pytest.mark.parametrize("n", [1, 4])
def test_looking_for_whom_to_remind_asks_the_database_once(document, django_assert_num_queries, n):
    for _each in range(n):
        make_mailed(document)

    with django_assert_num_queries(1):
        assert send_reminders(DUE - timedelta(days=8)) == (0, 0)
