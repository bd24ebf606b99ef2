"""Two decide at once, or one signs while the other returns: one of them wins whole, and the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from tests.factories import make_partnership, make_user
from tests.factories.toolkit import make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.returning import Point
from toolkit.actions.saving import save_answers
from toolkit.actions.signing import Signer, sign_submission
from toolkit.actions.submitting import accept_document, return_document, submit_part
from toolkit.models import Decision, Document, ReturnedPoint, Signature
from toolkit.permissions import writer_for_link

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="threads share no database in memory"),
]
FORM = """
  - {id: f_title, name: title, type: text, label: {en: Title}}
  - {id: f_sign, name: sign, type: signature, label: {en: Signature}}
"""


@pytest.fixture
def document():
    alice = make_user(name="Alice", is_coordinator=True)
    document = make_document(partnership=make_partnership(coordinator=alice), version=make_tool(form=FORM))
    response, writer = only_response(document), make_writer("host")
    save_answers(response, {"f_title": "A visit"}, {}, by=writer)
    submit_part(response, by=writer)
    return document


def at_once(document, *acts) -> list[str]:
    """What the acts were refused with, when all of them begin at the same time on what they have read."""
    gate, refused = Barrier(len(acts)), []

    def run(act):
        try:
            fresh = Document.objects.get(pk=document.pk)
            gate.wait(timeout=10)
            act(fresh)
        except ValidationError as error:
            refused.extend(error.messages)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))
    return refused


def test_of_two_who_return_at_once_one_does(document):
    by = document.started_by

    def back(place):
        return lambda each: return_document(each, by=by, reason="", points=[Point(place=place, reason="x")])

    refused = at_once(document, back("f_title"), back("f_sign"))

    assert len(refused) == 1
    assert "cannot become" in refused[0]
    assert ReturnedPoint.objects.count() == Decision.objects.count() == 1


def test_who_accepts_while_another_returns(document):
    by = document.started_by

    refused = at_once(
        document,
        lambda each: accept_document(each, by=by),
        lambda each: return_document(each, by=by, reason="x"),
    )

    assert len(refused) == 1
    document.refresh_from_db()
    assert [document.state] == list(Decision.objects.values_list("kind", flat=True))


def test_who_signs_while_another_returns_or_signs(document):
    writer = writer_for_link(make_link(document))
    seen = only_response(document).submissions.get().content_hash

    def sign(each):
        signer = Signer(name="Hawa", has_consented=True)
        sign_submission(only_response(each), "f_sign", signer, seen_hash=seen, by=writer)

    assert at_once(document, sign, sign) == ["This is signed already."]
    Signature.objects.update(voided_at=document.started_at, voided_by="returned")
    refused = at_once(document, sign, lambda each: return_document(each, by=each.started_by, reason="x"))

    # Either it was signed first and is void now, or it came too late; it never stands under an open document.
    assert len(refused) in (0, 1)
    assert not Signature.objects.live().exists()
