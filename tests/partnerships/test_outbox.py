"""The outbox: nothing is lost when the mail server is away, nothing goes out twice, and secrets stay secret."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships.actions.mailing import cancel_mail, post, send, send_due, send_mail_again
from partnerships.mail_states import MOST_TRIES, PAUSES
from partnerships.models import ADDRESS, OutgoingMail
from tests.factories import make_partnership
from tests.factories.mails import make_mail
from tests.factories.toolkit import make_document, make_link
from toolkit.actions.links import revoke_share_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def away(settings):
    """A mail server that is not there."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


def server(settings, name: str) -> None:
    settings.EMAIL_BACKEND = f"tests.mail_servers.{name}"


def unsaved(partnership, **fields) -> OutgoingMail:
    words = {"kind": "link", "to_email": "g@example.org", "language": "en", "subject": "S", "body": "B"}
    return OutgoingMail(partnership=partnership, **words | fields)


def reread(row: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.objects.get(pk=row.pk)


def test_a_mail_is_sent_after_commit_and_not_before(partnership, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = post(unsaved(partnership, reply_to="alice@example.org"))
        assert (row.state, mail.outbox) == ("queued", [])

    assert (reread(row).state, reread(row).tries) == ("sent", 1)
    assert reread(row).sent_at is not None
    assert [(each.to, each.reply_to) for each in mail.outbox] == [(["g@example.org"], ["alice@example.org"])]
    assert mail.outbox[0].extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_rolled_back_act_leaves_no_mail(partnership, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        post(unsaved(partnership))
        transaction.set_rollback(True)

    assert (OutgoingMail.objects.count(), mail.outbox) == (0, [])


def test_a_server_that_is_away_loses_nothing(partnership, away, settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first, second = post(unsaved(partnership)), post(unsaved(partnership, to_email="h@example.org"))

    first, second = reread(first), reread(second)
    assert (first.state, first.tries, first.reason) == ("queued", 1, "ConnectionRefusedError")
    assert timedelta(minutes=4) < first.next_try_at - timezone.now() <= PAUSES[0]
    # The second did not wait for the same server in vain.
    assert (second.state, second.tries) == ("queued", 0)

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    OutgoingMail.objects.update(next_try_at=timezone.now())
    assert send_due() == (2, 0)
    assert {row.state for row in OutgoingMail.objects.all()} == {"sent"}
    assert send_due() == (0, 0)
    assert len(mail.outbox) == 2


def test_it_is_tried_ever_more_rarely_and_then_no_more(partnership, settings):
    server(settings, "ComeBackLater")
    row = make_mail(partnership)

    for n in range(1, MOST_TRIES + 1):
        OutgoingMail.objects.update(next_try_at=timezone.now())
        assert not send(row.pk)
        assert not send(row.pk), "not before its turn"
        row = reread(row)
        assert row.tries == n
        if n < MOST_TRIES:
            assert abs(row.next_try_at - timezone.now() - PAUSES[n - 1]) < timedelta(minutes=1)
    assert row.state == "failed"
    OutgoingMail.objects.update(next_try_at=timezone.now())
    assert send_due() == (0, 0)


@pytest.mark.parametrize(("name", "words"), [("NoSuchPerson", "No such user"), ("TooMuch", "too big")])
def test_a_final_no_is_final(partnership, settings, name, words):
    server(settings, name)
    row = make_mail(partnership)

    assert not send(row.pk)

    row = reread(row)
    assert (row.state, row.tries) == ("failed", 1)
    assert words in row.reason


def test_one_refused_person_holds_up_nobody(partnership, settings):
    server(settings, "NoSuchPerson")
    first, second = make_mail(partnership), make_mail(partnership)

    assert send_due() == (0, 2)
    assert (reread(first).tries, reread(second).tries) == (1, 1)


def test_whatever_goes_wrong_the_page_goes_on(login, alice, partnership, settings, django_capture_on_commit_callbacks):
    server(settings, "Broken")
    document = make_document(partnership=partnership)
    sent = {"side": "host", "days": "5", "scope": "fill", "recipient_email": "g@example.org", "send": "on"}

    with django_capture_on_commit_callbacks(execute=True):
        response = login(alice).post(f"{document.get_absolute_url()}links/", sent)

    assert response.status_code == 302
    assert [(row.state, row.reason) for row in OutgoingMail.objects.all()] == [("queued", "RuntimeError")]


def test_a_subject_with_a_line_break_forges_no_header(partnership, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        post(unsaved(partnership, subject="Report\r\nBcc: all@example.org"))

    (message,) = mail.outbox
    assert message.subject == "Report Bcc: all@example.org"
    assert message.bcc == []


def test_an_address_that_cannot_be_fails_and_says_so(partnership):
    row = make_mail(partnership, to_email="a@example.org\nBcc: all@example.org")

    assert not send(row.pk)

    assert reread(row).state == "failed"
    assert mail.outbox == []


def test_one_occasion_has_one_mail(partnership):
    assert post(unsaved(partnership, once="reminder:1"))
    assert post(unsaved(partnership, once="reminder:1")) is None
    assert post(unsaved(partnership, once="reminder:2"))
    assert post(unsaved(partnership))
    assert post(unsaved(partnership))
    assert OutgoingMail.objects.count() == 4


def test_what_is_wrong_with_a_mail_is_not_taken_for_a_repetition(partnership):
    with pytest.raises(IntegrityError):
        post(unsaved(partnership, once="new", state="lost"))


def test_whoever_took_a_mail_and_died_is_replaced(partnership):
    row = make_mail(partnership, state="sending", tries=1, next_try_at=timezone.now() + timedelta(minutes=10))
    assert not send(row.pk)

    OutgoingMail.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))

    assert send(row.pk)
    assert (reread(row).state, reread(row).tries) == ("sent", 2)


def test_a_secret_address_is_in_the_mail_and_not_in_the_database(partnership):
    link = make_link(make_document(partnership=partnership), recipient_email="g@example.org")
    row = make_mail(partnership, body=f"Open {ADDRESS} please", address_of=f"link:{link.public_id}")

    assert send(row.pk)

    assert mail.outbox[0].body == f"Open {link.url} please"
    assert link.signature not in repr(OutgoingMail.objects.values_list())


def test_a_mail_with_a_dead_link_is_not_sent(partnership, alice):
    link = make_link(make_document(partnership=partnership), recipient_email="g@example.org")
    row = make_mail(partnership, body=ADDRESS, address_of=f"link:{link.public_id}")
    revoke_share_link(link, by=alice)

    assert not send(row.pk)

    assert (reread(row).state, reread(row).reason) == ("cancelled", "The link no longer works.")
    assert mail.outbox == []


def test_cancelling_is_for_what_waits(partnership, alice):
    row = make_mail(partnership)
    cancel_mail(row, by=alice)
    assert (reread(row).state, reread(row).reason) == ("cancelled", "Cancelled by Alice.")
    assert send_due() == (0, 0)

    for state in ("sent", "failed", "sending", "cancelled"):
        with pytest.raises(ValidationError):
            cancel_mail(make_mail(partnership, state=state), by=alice)


def test_sending_again_is_a_mail_of_its_own(partnership, alice, django_capture_on_commit_callbacks):
    row = make_mail(partnership, state="failed", reason="550 no", once="invite:1")

    with django_capture_on_commit_callbacks(execute=True):
        again = send_mail_again(row, by=alice)

    assert reread(row).state == "failed"
    assert (reread(again).state, again.to_email, again.body, again.once) == ("sent", row.to_email, row.body, None)
    assert len(mail.outbox) == 1


def test_what_waits_or_has_no_words_or_no_live_link_is_not_sent_again(partnership, alice):
    link = make_link(make_document(partnership=partnership))
    revoke_share_link(link, by=alice)
    refused = [
        make_mail(partnership),
        make_mail(partnership, subject="other", state="sent", body="", forgotten_at=timezone.now()),
        make_mail(partnership, subject="third", state="sent", address_of=f"link:{link.public_id}"),
    ]
    twice = make_mail(partnership, subject="fourth", state="failed")
    send_mail_again(twice, by=alice)

    for row in [*refused, twice]:
        with pytest.raises(ValidationError):
            send_mail_again(row, by=alice)
    assert OutgoingMail.objects.count() == 5


def test_old_words_are_deleted_and_later_the_mails(partnership, settings, capsys):
    settings.MAIL_BODY_DAYS = 90
    now = timezone.now()
    fresh = make_mail(partnership, state="sent", created_at=now - timedelta(days=89))
    old = make_mail(partnership, state="sent", created_at=now - timedelta(days=91))
    make_mail(partnership, state="sent", created_at=now - timedelta(days=401))

    call_command("send_mails")

    assert "the words of 1 deleted" in capsys.readouterr().out
    assert set(OutgoingMail.objects.values_list("pk", flat=True)) == {fresh.pk, old.pk}
    assert (reread(fresh).body, reread(old).body) == ("Hello Grace", "")
    assert reread(old).forgotten_at is not None
