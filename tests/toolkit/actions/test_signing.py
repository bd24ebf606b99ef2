"""Signatures are bound to the hash of what was submitted; whatever changes voids them, visibly."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.toolkit import make_document, make_link, make_tool, make_writer, only_response
from toolkit.actions.returning import Point
from toolkit.actions.saving import save_answers
from toolkit.actions.signing import Signer, sign_submission
from toolkit.actions.submitting import accept_document, reopen_document, return_document, submit_part
from toolkit.models import AnswerChange, Document, Signature
from toolkit.permissions import writer_for_link, writer_for_user
from toolkit.rendering.html import document_html

pytestmark = pytest.mark.django_db
FORM = """
  - group: hosts
    side: host
    label: {en: "The host's part"}
    items:
      - {id: f_host, name: host_word, type: text, label: {en: "The host's word"}}
      - {id: f_host_sign, name: host_sign, type: signature, label: {en: For the host side}}
  - group: guests
    side: resource
    label: {en: "The resource side's part"}
    items:
      - {id: f_guest, name: guest_word, type: text, label: {en: "The resource side's word"}}
      - {id: f_guest_sign, name: guest_sign, type: signature, label: {en: For the resource side}}
"""
HOST, GUEST = make_writer("host", name="Hawa"), make_writer("resource", name="Gro")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
GIVEN = {"name": "Hawa Abdi", "title": "Director", "organization": "Coast", "on": "2026-03-01", "agreed": "true"}


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice)


@pytest.fixture
def draft(partnership):
    return only_response(make_document(partnership=partnership, version=make_tool(form=FORM, mode="joint")))


@pytest.fixture
def submitted(draft):
    save_answers(draft, {"f_host": "ours"}, {}, by=HOST)
    save_answers(draft, {"f_guest": "theirs"}, {}, by=GUEST)
    submit_part(draft, by=HOST)
    submit_part(draft, by=GUEST)
    return fresh(draft)


@pytest.fixture
def host(draft):
    return writer_for_link(make_link(draft.document, side="host", recipient_name="Hawa"))


def fresh(response):
    return only_response(Document.objects.get(pk=response.document_id))


def hash_of(response):
    return response.submissions.order_by("-number").first().content_hash


def signer(**more):
    return Signer(**({"name": "Hawa Abdi", "post": "Director", "organization": "Coast", "has_consented": True} | more))


def sign(response, by, cell="f_host_sign", **more):
    return sign_submission(response, cell, signer(**more), seen_hash=hash_of(response), by=by)


def page_of(response, user):
    document = Document.objects.get(pk=response.document_id)
    return document_html(document, writer=writer_for_user(user, document))


def test_a_party_signs_what_was_submitted_through_its_link(submitted, host, alice):
    signature = sign(submitted, host)

    assert (signature.how, signature.link, signature.user) == ("link", host.link, None)
    assert (signature.side, signature.signed_on) == ("host", timezone.localdate())
    assert signature.content_hash == hash_of(submitted)
    html = page_of(submitted, alice)
    assert "Hawa Abdi" in html
    assert signature.code in html
    assert submitted.document.partnership.entries.first().verb == "document.signed"


def test_a_person_with_an_account_signs_for_their_side_alone(submitted, partnership):
    hana = make_user(name="Hana")
    make_member(partnership, side="host", contact=make_contact(user=hana))
    writer = writer_for_user(hana, submitted.document)

    assert sign(submitted, writer).how == "account"
    with pytest.raises(PermissionDenied):
        sign(submitted, writer, cell="f_guest_sign")


def test_who_may_not_sign(submitted, partnership, alice, bob):
    reader = writer_for_link(make_link(submitted.document, side="host", scope="read"))
    other = writer_for_link(make_link(submitted.document, side="resource"))
    for writer in (reader, other, writer_for_user(bob, submitted.document), writer_for_user(alice, submitted.document)):
        with pytest.raises(PermissionDenied):
            sign(submitted, writer)
    for cell in ("f_host", "f_none", "r_x/row00001/f_y", ""):
        with pytest.raises(PermissionDenied):
            sign(submitted, other, cell=cell)

    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": " "}, "name of the person"),
        ({"has_consented": False}, "you have read it"),
        ({"post": "x" * 201}, "at most 200"),
    ],
)
def test_a_signature_without_what_it_needs_is_refused(submitted, host, more, words):
    with pytest.raises(ValidationError, match=words):
        sign(submitted, host, **more)


def test_a_draft_and_what_was_replaced_meanwhile_cannot_be_signed(draft, host, alice):
    save_answers(draft, {"f_host": "ours"}, {}, by=HOST)
    with pytest.raises(PermissionDenied):
        sign_submission(draft, "f_host_sign", signer(), seen_hash="", by=host)
    submit_part(draft, by=HOST)
    submit_part(draft, by=GUEST)
    before = hash_of(draft)
    return_document(draft.document, by=alice, reason="x")
    with pytest.raises(ValidationError, match="open for changes"):
        sign_submission(draft, "f_host_sign", signer(), seen_hash=before, by=host)
    response = fresh(draft)
    save_answers(response, {"f_host": "better"}, response.revisions, by=HOST)
    submit_part(response, by=HOST)
    submit_part(response, by=GUEST)
    with pytest.raises(ValidationError, match="replaced meanwhile"):
        sign_submission(draft, "f_host_sign", signer(), seen_hash=before, by=host)


def test_a_place_is_signed_once(submitted, host):
    first = sign(submitted, host)

    with pytest.raises(ValidationError, match="signed already"):
        sign(submitted, host, name="Somebody else")
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(
            response=submitted,
            submission=first.submission,
            cell=first.cell,
            how="link",
            signer="X",
            signed_on=timezone.localdate(),
            has_consented=True,
        )
    assert Signature.objects.count() == 1


def test_nothing_but_voiding_changes_a_signature(submitted, host):
    signature = sign(submitted, host)
    signature.signer = "Another"

    with pytest.raises(TypeError):
        signature.save()
    with pytest.raises(TypeError):
        signature.delete()


def test_a_coordinator_attaches_what_was_signed_on_paper(submitted, alice):
    writer = writer_for_user(alice, submitted.document)
    scan = SimpleUploadedFile("../signed.pdf", PDF, "application/pdf")

    signature = sign(submitted, writer, cell="f_guest_sign", scan=scan, on=timezone.localdate())

    assert (signature.how, signature.side, signature.scan_name) == ("scan", "resource", "signed.pdf")
    assert (len(signature.scan_sha256), signature.content_hash) == (64, hash_of(submitted))
    assert signature.scan.name.startswith("signatures/")
    assert "signed" not in signature.scan.name.removeprefix("signatures/")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", b"MZ", "cannot be attached"),
        ("a.pdf", b"<script>", "not a PDF"),
        ("a.pdf", b"", "empty"),
        ("a.svg", b"<svg/>", "cannot be attached"),
    ],
)
def test_a_scan_is_judged_by_what_is_in_it(submitted, host, name, content, words):
    with pytest.raises(ValidationError, match=words):
        sign(submitted, host, scan=SimpleUploadedFile(name, content))

    assert not Signature.objects.exists()


def test_a_day_to_come_is_no_day_of_a_signature(submitted, host):
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    with pytest.raises(ValidationError, match="still to come"):
        sign(submitted, host, scan=SimpleUploadedFile("a.pdf", PDF), on=tomorrow)


@pytest.mark.parametrize("is_accepted", [False, True])
def test_any_later_change_voids_it_and_it_never_looks_valid_again(submitted, host, alice, is_accepted):
    signature = sign(submitted, host)
    if is_accepted:
        accept_document(submitted.document, by=alice)
        reopen_document(submitted.document, by=alice, reason="A date was wrong")
    else:
        return_document(submitted.document, by=alice, reason="x")

    signature.refresh_from_db()
    assert not signature.is_live
    assert signature.voided_by == ("reopened" if is_accepted else "returned")
    assert signature.voided_by_name == "Alice"
    assert signature.code not in page_of(submitted, alice)
    response = fresh(submitted)
    submit_part(response, by=HOST)
    submit_part(response, by=GUEST)
    assert hash_of(submitted) == signature.content_hash  # nothing was changed, and still it was open
    assert signature.code not in page_of(submitted, alice).partition("doc-section")[2]
    assert sign(fresh(submitted), host).is_live
    assert Signature.objects.count() == 2


def test_a_signature_in_the_form_is_bound_when_it_is_handed_in(draft, alice):
    save_answers(draft, {"f_host": "ours"}, {}, by=HOST)
    submit_part(draft, by=HOST)
    given = GIVEN | {"name": "Gro Lie"}
    save_answers(draft, {"f_guest": "theirs", "f_guest_sign": given}, draft.revisions, by=GUEST)
    submit_part(draft, by=GUEST)

    signature = Signature.objects.get()
    assert (signature.how, signature.cell, signature.signer) == ("form", "f_guest_sign", "Gro Lie")
    assert (signature.content_hash, signature.signed_on.isoformat()) == (hash_of(draft), "2026-03-01")
    assert signature.code in page_of(draft, alice)


def test_a_signature_after_which_others_wrote_is_bound_to_nothing_and_can_be_given_anew(draft, host, alice):
    save_answers(draft, {"f_host": "ours", "f_host_sign": GIVEN}, {}, by=HOST)
    submit_part(draft, by=HOST)
    save_answers(draft, {"f_guest": "written afterwards"}, draft.revisions, by=GUEST)
    submit_part(draft, by=GUEST)

    assert not Signature.objects.exists()
    html = page_of(draft, alice)
    assert "Agreed electronically" in html
    assert "Check code</dt><dd><bdi" not in html
    assert sign(fresh(draft), host).how == "link"


def test_consent_in_the_form_must_be_given_anew_after_a_return(draft, alice):
    save_answers(draft, {"f_host": "ours", "f_host_sign": GIVEN}, {}, by=HOST)
    submit_part(draft, by=HOST)
    submit_part(draft, by=GUEST)
    assert Signature.objects.live().count() == 1

    return_document(draft.document, by=alice, reason="", points=[Point(place="f_host", reason="More")])

    response = fresh(draft)
    assert response.answers["f_host_sign"]["agreed"] is False
    change = AnswerChange.objects.filter(cell="f_host_sign").last()
    assert (change.source, change.name, change.before["agreed"]) == ("void", "Alice", True)
    result = save_answers(response, {"f_host": "More", "f_host_sign": GIVEN}, response.revisions, by=HOST)
    assert result.is_clean
    submit_part(response, by=HOST)
    assert [each.is_live for each in Signature.objects.all()] == [False, True]
