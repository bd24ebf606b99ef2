"""Comments on single questions: who writes, who reads, who is told, and what nobody is shown."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.utils import timezone

from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.toolkit import SIDES, make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.field_comments import add_field_comment, mark_comment
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import submit_part, withdraw_document
from toolkit.models import Document, FieldComment
from toolkit.permissions import writer_for_link, writer_for_user
from toolkit.talking import talk_of

pytestmark = pytest.mark.django_db
SECRET = """
  - {id: f_open, name: open_word, type: text, label: {en: An open word}}
  - {id: f_secret, name: secret_word, type: text, sensitive: true, side: host, label: {en: A secret word}}
"""
HOST, GUEST = make_writer("host"), make_writer("resource")


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def joint(partnership):
    return only_response(make_document(partnership=partnership, version=make_tool(form=SIDES, mode="joint")))


@pytest.fixture
def host(joint):
    return link_writer(joint, "host")


@pytest.fixture
def guest(joint):
    return link_writer(joint, "resource")


def link_writer(response, side, **fields):
    given = {"recipient_name": side.title(), "recipient_email": f"{side}@example.org"} | fields
    return writer_for_link(make_link(response.document, side=side, **given))


def seen(response, writer):
    document = Document.objects.get(pk=response.document_id)
    talk = talk_of(document, document.responses.all(), writer, here="/")
    return [
        comment.text for _response, _place, threads in talk.threads() for each in threads for comment in each.comments
    ]


def test_each_side_asks_and_answers(joint, host, guest, alice):
    remark = add_field_comment(joint, "f_host", "Is this all?", by=guest)
    add_field_comment(joint, "f_host", "Yes, it is.", by=host, parent=remark.pk)

    coordinator = writer_for_user(alice, joint.document)
    for reader in (host, guest, coordinator):
        assert seen(joint, reader) == ["Is this all?", "Yes, it is."]
    mark_comment(remark, is_done=True, by=host)
    remark.refresh_from_db()
    assert (remark.is_open, remark.resolved_by) == (False, "Host")
    add_field_comment(joint, "f_host", "No, wait.", by=guest, parent=remark.pk)
    remark.refresh_from_db()
    assert remark.is_open
    assert joint.document.partnership.entries.first().verb == "document.commented"
    assert "wait" not in str(joint.document.partnership.entries.first().data)


def test_who_may_not_comment(joint, bob, host):
    reader = link_writer(joint, "resource", scope="read")
    for writer in (reader, make_writer("host") and writer_for_link(make_link(joint.document, scope="read"))):
        with pytest.raises(PermissionDenied):
            add_field_comment(joint, "f_host", "x", by=writer)
    for cell in ("f_none", "", "r_x/row00001", "f_host/row00001", "g_hosts"):
        with pytest.raises(PermissionDenied):
            add_field_comment(joint, cell, "x", by=host)

    assert not FieldComment.objects.exists()


@pytest.mark.parametrize(("text", "words"), [(" ", "Write your comment"), ("x" * 2001, "at most 2000")])
def test_words_that_are_none_or_too_many(joint, host, text, words):
    with pytest.raises(ValidationError, match=words):
        add_field_comment(joint, "f_host", text, by=host)


def test_a_document_out_of_use_takes_no_comments(joint, host, alice):
    withdraw_document(joint.document, by=alice, reason="x")

    with pytest.raises(PermissionDenied):
        add_field_comment(joint, "f_host", "x", by=host)


def test_an_answer_to_nothing_or_to_another_question_is_refused(joint, host):
    remark = add_field_comment(joint, "f_host", "Is this all?", by=host)
    reply = add_field_comment(joint, "f_host", "Yes", by=host, parent=remark.pk)

    for cell, parent in (("f_guest", remark.pk), ("f_host", reply.pk), ("f_host", 9999)):
        with pytest.raises(ValidationError, match="not here any more"):
            add_field_comment(joint, cell, "x", by=host, parent=parent)


def test_a_double_click_says_it_once_and_a_flood_is_stopped(joint, host):
    first = add_field_comment(joint, "f_host", "Twice", by=host)
    assert add_field_comment(joint, "f_host", "Twice", by=host) == first
    for number in range(59):
        add_field_comment(joint, "f_host", f"Number {number}", by=host)

    with pytest.raises(ValidationError, match="60 comments within an hour"):
        add_field_comment(joint, "f_host", "One more", by=host)


def test_what_was_said_never_changes(joint, host):
    remark = add_field_comment(joint, "f_host", "Is this all?", by=host)
    remark.text = "Something else"

    with pytest.raises(TypeError):
        remark.save()


def test_a_row_of_a_table_is_spoken_of_while_it_is_there(partnership):
    response = only_response(make_document(partnership=partnership))
    save_answers(response, {"r_costs/row00001/f_item": "Tickets"}, {}, by=HOST)
    writer = link_writer(response, "host")

    add_field_comment(response, "r_costs/row00001", "Too dear", by=writer)
    with pytest.raises(PermissionDenied):
        add_field_comment(response, "r_costs/row00002", "x", by=writer)

    talk = talk_of(response.document, [response], writer, here="/")
    (thread,) = talk.beside(only_response(response.document), "r_costs").threads
    assert thread.row == "Costs 1: Tickets"


def test_nobody_is_shown_what_is_said_about_an_answer_they_may_not_see(partnership, alice):
    version = make_tool(form=SECRET, mode="joint")
    response = only_response(make_document(partnership=partnership, version=version))
    host, guest = link_writer(response, "host"), link_writer(response, "resource")
    coordinator = writer_for_user(alice, response.document)

    add_field_comment(response, "f_secret", "Not for the others", by=coordinator)

    assert seen(response, host) == seen(response, coordinator) == ["Not for the others"]
    assert seen(response, guest) == []
    with pytest.raises(PermissionDenied):
        add_field_comment(response, "f_secret", "x", by=guest)


def test_sealed_answers_are_not_spoken_of_by_the_other_side(partnership):
    document = make_document(partnership=partnership, version=make_tool(mode="each"))
    own = document.responses.get(side="host")
    own.document = document
    host, guest = link_writer(own, "host"), link_writer(own, "resource")
    add_field_comment(own, "f_title", "Between us", by=host)

    assert seen(own, guest) == []
    with pytest.raises(PermissionDenied):
        add_field_comment(own, "f_title", "x", by=guest)
    for response, writer in zip(document.responses.order_by("side"), (HOST, GUEST), strict=True):
        response.document = document
        save_answers(response, {"f_title": "A"}, {}, by=writer)
        submit_part(response, by=writer)
    assert seen(own, guest) == ["Between us"]


@pytest.fixture
def told(mailoutbox, django_capture_on_commit_callbacks):
    def _told(act):
        mailoutbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return {mail.to[0]: mail for mail in mailoutbox}

    return _told


def test_the_others_are_told_several_comments_in_one_mail(joint, host, guest, told, mailoutbox):
    mails = told(lambda: add_field_comment(joint, "f_host", "First", by=guest))
    assert set(mails) == {"alice@example.org", "host@example.org"}
    assert f"/f/{host.link.token}/comments/" in mails["host@example.org"].body
    assert "The host's word\nResource: First" in mails["alice@example.org"].body

    assert told(lambda: add_field_comment(joint, "f_host", "Second", by=guest)) == {}
    assert told(lambda: add_field_comment(joint, "f_guest", "Third", by=guest)) == {}
    call_command("send_digests", verbosity=0)
    assert "Second" not in "".join(mail.body for mail in mailoutbox)
    FieldComment.objects.filter(text="First").update(told_at=timezone.now() - timedelta(hours=1))
    mailoutbox.clear()
    call_command("send_digests", verbosity=0)

    bodies = {mail.to[0]: mail.body for mail in mailoutbox if "Comments on" in mail.subject}
    assert set(bodies) == {"alice@example.org", "host@example.org"}
    assert all("Second" in body and "Third" in body and "First" not in body for body in bodies.values())


def test_a_mail_speaks_the_language_of_its_reader_and_keeps_secrets(partnership, alice, told):
    version = make_tool(form=SECRET, mode="joint", languages="en, fr")
    document = make_document(partnership=partnership, version=version, language="fr")
    response = only_response(document)
    link_writer(response, "host")
    link_writer(response, "resource")
    marie = make_user(name="Marie Curie", email="marie@example.org")
    make_member(partnership, side="resource", contact=make_contact(user=marie))

    secret = told(
        lambda: add_field_comment(response, "f_secret", "Nobody’s business", by=writer_for_user(alice, document))
    )
    assert set(secret) == {"host@example.org"}
    assert "business" not in secret["host@example.org"].body
    assert secret["host@example.org"].subject.startswith("Commentaires sur")
    FieldComment.objects.update(told_at=timezone.now() - timedelta(hours=1))
    mails = told(
        lambda: add_field_comment(response, "f_open", "@Marie, please look", by=writer_for_user(alice, document))
    )
    assert set(mails) == {"host@example.org", "resource@example.org", "marie@example.org"}


def test_links_that_are_over_or_only_read_are_not_told(joint, guest, told, alice):
    over = link_writer(joint, "host", recipient_email="over@example.org").link
    over.revoked_at = timezone.now()
    over.save()
    link_writer(joint, "host", recipient_email="reads@example.org", scope="read")

    assert set(told(lambda: add_field_comment(joint, "f_host", "x", by=guest))) == {"alice@example.org"}
