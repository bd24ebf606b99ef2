from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_link
from toolkit.actions.links import (
    create_share_link,
    name_respondent,
    note_opened,
    resend_share_link,
    revoke_share_link,
)
from toolkit.models import Document, ShareLink
from toolkit.permissions import writer_for_link

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(alice):
    return make_document(partnership=make_partnership(coordinator=alice), title="Trip report")


def test_token_leads_to_its_link_and_no_other(document):
    link, other = make_link(document), make_link(document)

    assert ShareLink.objects.from_token(link.token) == link
    for wrong in (
        "",
        "-",
        link.public_id,
        f"{link.public_id}-",
        f"{link.public_id}-{other.signature}",
        link.token[:-1],
    ):
        with pytest.raises(ShareLink.DoesNotExist):
            ShareLink.objects.from_token(wrong)


def test_token_depends_on_the_secret_of_the_installation(document, settings):
    link = make_link(document)
    token = link.token

    settings.SECRET_KEY = "another secret key that nobody knows either"

    with pytest.raises(ShareLink.DoesNotExist):
        ShareLink.objects.from_token(token)


def test_link_is_over_when_it_expires_or_is_revoked(document, alice):
    link = make_link(document, days=1)
    assert link.is_live
    assert list(ShareLink.objects.live()) == [link]
    past = timezone.now() - timedelta(days=2)
    ShareLink.objects.filter(pk=link.pk).update(created_at=past, expires_at=past + timedelta(days=1))
    link.refresh_from_db()
    assert (link.is_live, link.is_expired, list(ShareLink.objects.live())) == (False, True, [])

    second = make_link(document)
    revoke_share_link(second, by=alice)
    assert not second.is_live
    assert list(ShareLink.objects.live()) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [({"side": "coordinator"}, "side"), ({"days": 0}, "days"), ({"days": 366}, "days"), ({"send": True}, "email")],
)
def test_link_that_cannot_be_is_not_made(document, alice, change, code):
    with pytest.raises(ValidationError) as refused:
        create_share_link(document, **{"side": "host", "days": 5, "by": alice} | change)

    assert refused.value.code == code
    assert not ShareLink.objects.exists()
    assert document.partnership.entries.filter(verb="link.created").count() == 0


def test_link_to_a_withdrawn_document_is_not_made(document, alice):
    Document.objects.update(state="withdrawn")
    document.refresh_from_db()

    with pytest.raises(ValidationError) as refused:
        create_share_link(document, side="host", days=5, by=alice)

    assert refused.value.code == "withdrawn"


def test_mail_is_not_sent_when_the_link_was_not_saved(document, alice, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        create_share_link(document, side="host", days=5, by=alice, recipient_email="g@example.org", send=True)
        transaction.set_rollback(True)

    assert mail.outbox == []
    assert not ShareLink.objects.exists()


def test_subject_holds_no_line_break_that_a_title_brought(document, alice, django_capture_on_commit_callbacks):
    document.title = "Report\r\nBcc: everybody@example.org\n\nBuy now"
    document.save()

    with django_capture_on_commit_callbacks(execute=True):
        create_share_link(document, side="host", days=5, by=alice, recipient_email="g@example.org", send=True)

    (message,) = mail.outbox
    assert message.subject == "Please fill in: Report Bcc: everybody@example.org Buy now"
    assert (message.to, message.cc, message.bcc) == (["g@example.org"], [], [])
    assert "Bcc" not in dict(message.message().items())


def test_resending_says_what_is_missing(document, alice):
    nameless = make_link(document)
    with pytest.raises(ValidationError) as refused:
        resend_share_link(nameless, by=alice)
    assert refused.value.code == "email"

    revoked = make_link(document, recipient_email="g@example.org")
    revoke_share_link(revoked, by=alice)
    with pytest.raises(ValidationError) as refused:
        resend_share_link(revoked, by=alice)
    assert refused.value.code == "closed"
    assert mail.outbox == []


def test_visits_are_counted(document):
    link = make_link(document)

    note_opened(link)
    note_opened(link)

    link.refresh_from_db()
    assert link.n_opened == 2
    assert link.opened_at is not None


def test_writer_of_a_link_is_whoever_gave_their_name(document):
    link = make_link(document, recipient_name="Grace")
    assert writer_for_link(link).name == "Grace"
    assert writer_for_link(link).parts == {"host"}

    name_respondent(link, name="  Peter  ", post="Nurse")

    link.refresh_from_db()
    assert (link.respondent_name, link.respondent_post) == ("Peter", "Nurse")
    assert writer_for_link(link).name == "Peter"


def test_link_that_only_reads_writes_for_nobody(document):
    assert writer_for_link(make_link(document, scope="read")).parts == frozenset()
