"""Mails as often as people want them: once, in their own language and day, and nothing of what they no longer see."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from partnerships.actions import digest
from partnerships.actions.commenting import remove_comment
from partnerships.actions.digest import is_wanted
from partnerships.actions.follow_up import move_follow_up
from partnerships.actions.notifying import note_dates
from partnerships.models import FollowUp, Notification
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.following import make_comment, make_follow_up
from tests.factories.toolkit import make_document

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def partnership(alice):
    alice.digest = "none"
    alice.save(update_fields=["digest"])
    return make_partnership(coordinator=alice, status="active", name="Lyon – Bamako")


@pytest.fixture
def hana(partnership):
    contact = make_contact(name="Hana", user=make_user(name="Hana", digest="daily"))
    return make_member(partnership, side="host", contact=contact).contact


@pytest.fixture
def clock(monkeypatch):
    """Sets what time it is for everything that asks Django."""

    def _clock(now: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now)

    _clock(MONDAY)
    return _clock


def send() -> list[mail.EmailMessage]:
    mail.outbox.clear()
    call_command("send_digests", verbosity=0)
    return list(mail.outbox)


def wants(contact, how: str, **fields) -> None:
    User.objects.filter(pk=contact.user_id).update(digest=how, **fields)


@pytest.mark.parametrize(
    ("how", "at", "last", "wanted"),
    [
        ("immediate", (23, 3), None, True),
        ("none", (23, 9), None, False),
        ("daily", (23, 9), None, True),
        ("daily", (23, 5), None, False),  # in the night
        ("daily", (23, 9), 23, False),
        ("daily", (24, 9), 23, True),
        ("weekly", (23, 9), None, True),
        ("weekly", (23, 5), 16, False),
        ("weekly", (23, 9), 22, True),
        ("weekly", (25, 9), 22, True),  # Monday was missed
        ("weekly", (25, 9), 23, False),
        ("weekly", (29, 9), 23, False),
        ("weekly", (30, 9), 23, True),
    ],
)
def test_when_a_mail_is_wanted(how, at, last, wanted):
    user = User(digest=how, digested_on=date(2026, 11, last) if last else None)

    assert is_wanted(user, datetime(2026, 11, *at, tzinfo=UTC)) == wanted


def test_one_mail_a_day_holds_all_that_is_new_and_all_that_waits(clock, partnership, hana, alice):
    make_comment(partnership, "Look at this, @Hana", about=partnership.phases.first())
    make_follow_up(partnership, owner=hana, title="Send the letter", due_on=date(2026, 11, 20))
    make_document(partnership=partnership, title="Work plan")

    (letter,) = send()

    assert (letter.to, letter.subject) == ([hana.user.email], "[Twinning] 3 new things for you")
    for words in (
        "Hello Hana,",
        "Alice mentioned you in “Phase 1”",
        "“Look at this, @Hana”",
        "Alice asked you to do this by 20 November 2026: “Send the letter”",
        "“Send the letter” was due on 20 November 2026",
        "[overdue since 20 November 2026] Send the letter",
        "Work plan",
        "To be filled in · Lyon – Bamako",
    ):
        assert words in letter.body
    assert send() == []
    clock(MONDAY + timedelta(days=1))
    assert send() == [], "nothing is new, so there is nothing to say"
    make_comment(partnership, "@Hana again")
    assert len(send()) == 1
    assert send() == []


def test_once_a_week_also_when_only_old_things_wait(clock, partnership, hana):
    wants(hana, "weekly")
    make_document(partnership=partnership, title="Work plan")
    assert len(send()) == 1

    for days in range(1, 7):
        clock(MONDAY + timedelta(days=days))
        assert send() == []
    clock(MONDAY + timedelta(days=7))
    (letter,) = send()

    assert letter.subject == "[Twinning] 1 thing waits for you"
    assert "Work plan" in letter.body


def test_at_once_means_each_thing_once(clock, partnership, hana, django_capture_on_commit_callbacks):
    wants(hana, "immediate")
    hana.user.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        make_comment(partnership, "@Hana")
    assert len(mail.outbox) == 1

    make_document(partnership=partnership, title="Work plan")
    (letter,) = send()
    assert "Work plan" in letter.body
    assert "mentioned you" not in letter.body
    assert send() == []


def test_none_means_none_and_the_site_still_tells(clock, partnership, hana, django_capture_on_commit_callbacks):
    wants(hana, "none")
    hana.user.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        make_comment(partnership, "@Hana")
        make_follow_up(partnership, owner=hana, due_on=date(2026, 11, 24))
    assert mail.outbox == []

    assert send() == []
    assert sorted(Notification.objects.filter(user=hana.user).values_list("kind", flat=True)) == [
        "assigned", "due", "mentioned",
    ]  # fmt: skip


def test_what_is_read_on_the_site_is_not_mailed_again(clock, partnership, hana):
    make_comment(partnership, "@Hana")
    client = Client()
    client.force_login(hana.user)
    client.post("/notifications/read/")

    assert send() == []


def test_nothing_is_told_of_what_is_no_longer_seen(clock, partnership, hana):
    make_comment(partnership, "A secret for @Hana")
    make_follow_up(partnership, owner=hana, title="A task", due_on=date(2026, 11, 20))
    make_document(partnership=partnership, title="Work plan")
    partnership.team.filter(contact=hana).update(starts_on="2020-01-01", ends_on="2020-12-31")

    assert send() == []


def test_nothing_is_told_of_what_is_done_removed_or_moved(clock, partnership, hana, alice):
    done = make_follow_up(partnership, owner=hana, title="Done", due_on=date(2026, 11, 20))
    moved = make_follow_up(partnership, owner=hana, title="Moved", due_on=date(2026, 11, 20))
    given = make_follow_up(partnership, owner=hana, title="Given away")
    comment = make_comment(partnership, "Regretted, @Hana")

    note_dates(hana.user)
    remove_comment(comment, by=alice)
    move_follow_up(done, "done", by=alice)
    FollowUp.objects.filter(pk=moved.pk).update(due_on=date(2027, 3, 1))
    FollowUp.objects.filter(pk=given.pk).update(owner=make_member(partnership).contact)

    (letter,) = send()

    assert "asked you to do this by 1 March 2027: “Moved”" in letter.body
    for words in ("Done", "was due", "Given away", "Regretted"):
        assert words not in letter.body


def test_due_and_overdue_are_told_once_for_each_date(clock, partnership, hana):
    make_follow_up(partnership, owner=hana, title="A task", due_on=date(2026, 11, 25))
    Notification.objects.all().delete()
    assert "“A task” is due on 25 November 2026" in send()[0].body

    clock(MONDAY + timedelta(days=1))
    assert send() == []
    clock(MONDAY + timedelta(days=3))
    assert "“A task” was due on 25 November 2026" in send()[0].body
    clock(MONDAY + timedelta(days=4))
    assert send() == []


def test_days_are_those_of_the_reader(clock, partnership, hana):
    wants(hana, "daily", time_zone="Pacific/Auckland")
    make_comment(partnership, "@Hana")
    clock(datetime(2026, 11, 23, 16, tzinfo=UTC))  # 5 o'clock on the 24th over there
    assert send() == []

    clock(datetime(2026, 11, 23, 18, tzinfo=UTC))
    assert len(send()) == 1
    assert User.objects.get(pk=hana.user_id).digested_on == date(2026, 11, 24)


def test_words_and_dates_are_in_the_readers_language(clock, partnership, hana):
    wants(hana, "daily", language="fr")
    make_follow_up(partnership, owner=hana, title="A task", due_on=date(2026, 11, 20))

    assert "20 novembre 2026" in send()[0].body


def test_a_mail_server_that_is_down_loses_nothing(clock, partnership, hana, settings, monkeypatch):
    make_comment(partnership, "@Hana")

    def refuse(self, fail_silently=False):
        raise ConnectionRefusedError

    with monkeypatch.context() as down:
        down.setattr(mail.EmailMessage, "send", refuse)
        assert send() == []

    assert len(send()) == 1
    assert send() == []


def test_what_comes_back_is_new_again(clock, partnership, hana):
    document = make_document(partnership=partnership, title="Work plan")
    assert len(send()) == 1
    type(document).objects.update(state="accepted")
    clock(MONDAY + timedelta(days=1))
    assert send() == []
    type(document).objects.update(state="in_progress")

    assert len(send()) == 1


def test_closed_accounts_get_nothing(clock, partnership, hana):
    make_comment(partnership, "@Hana")
    User.objects.filter(pk=hana.user_id).update(is_active=False)

    assert send() == []


def test_old_notices_are_forgotten(clock, partnership, hana):
    make_comment(partnership, "@Hana")
    Notification.objects.update(at=MONDAY - timedelta(days=401))

    send()

    assert not Notification.objects.exists()


def test_what_was_missed_long_ago_is_no_news(clock, partnership, hana):
    make_comment(partnership, "@Hana")
    Notification.objects.update(at=MONDAY - digest.FRESH - timedelta(hours=1))

    assert send() == []


def test_a_subject_is_one_line(clock, partnership, hana, django_capture_on_commit_callbacks):
    wants(hana, "immediate")
    hana.user.refresh_from_db()
    type(partnership).objects.update(name="Two\nBcc: everybody@example.org")
    partnership.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        make_comment(partnership, "@Hana")

    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].bcc == []
