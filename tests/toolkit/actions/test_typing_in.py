"""Papers: who types for whom, what is kept, and what the history says."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.factories import make_partnership
from tests.factories.toolkit import SIDES, make_document, make_tool, make_writer
from toolkit.actions.saving import save_answers
from toolkit.actions.typing_in import response_for_side, start_paper, writer_for_paper
from toolkit.models import AnswerChange, HandedFile, Response
from toolkit.permissions import Writer, can_read_scan, can_type_paper
from toolkit.states import Source

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def document_of(alice, mode="joint", form=SIDES):
    return make_document(partnership=make_partnership(coordinator=alice), version=make_tool(form=form, mode=mode))


def paper(document, by, *, side="host", scan=PDF, name="scan.pdf", on=None):
    rows = list(document.responses.all())
    for row in rows:
        row.document = document
    return start_paper(
        response_for_side(rows, side),
        SimpleUploadedFile(name, scan),
        side=side,
        writer_name="Hana Bekele",
        writer_post="Midwife",
        written_on=on or dt.date(2026, 1, 5),
        by=by,
    )


@pytest.fixture
def typist(alice):
    return Writer(name="Alice", parts=frozenset({"coordinator"}), user=alice)


def test_the_history_names_both_and_keeps_the_paper(alice, typist):
    handed = paper(document_of(alice), typist)
    writer = writer_for_paper(typist, handed)
    result = save_answers(handed.response, {"f_host": "By hand"}, {}, by=writer)

    assert result.saved == {"f_host": 1}
    change = AnswerChange.objects.get(cell="f_host")
    assert (change.name, change.source, change.side) == (
        "Alice, from the paper of Hana Bekele",
        Source.PAPER,
        "host",
    )
    assert change.handed == handed
    assert change.user == alice


def test_a_paper_of_one_side_writes_nothing_of_the_other(alice, typist):
    handed = paper(document_of(alice), typist)
    result = save_answers(handed.response, {"f_guest": "Not mine"}, {}, by=writer_for_paper(typist, handed))

    assert set(result.refused) == {"f_guest"}


@pytest.mark.parametrize(
    ("scan", "name"),
    [(b"<script>", "scan.pdf"), (PNG, "scan.pdf"), (PDF, "scan.exe"), (b"", "scan.pdf"), (PDF, "scan.jpg")],
)
def test_a_scan_is_judged_by_its_content(alice, typist, scan, name):
    with pytest.raises(ValidationError):
        paper(document_of(alice), typist, scan=scan, name=name)
    assert not HandedFile.objects.exists()


def test_a_photo_is_taken(alice, typist):
    assert paper(document_of(alice), typist, scan=PNG, name="page.png").content_type == "image/png"


def test_a_paper_of_tomorrow_is_refused(alice, typist):
    with pytest.raises(ValidationError, match="lies in the future"):
        paper(document_of(alice), typist, on=timezone.localdate() + dt.timedelta(days=1))


def test_a_huge_scan_is_refused(alice, typist, settings):
    settings.MAX_UPLOAD_BYTES = 20

    with pytest.raises(ValidationError, match="too big"):
        paper(document_of(alice), typist)


def test_a_closed_document_takes_no_paper(alice, typist):
    document = document_of(alice)
    document.state = "accepted"
    document.save()

    with pytest.raises(ValidationError, match="can no longer be changed"):
        paper(document, typist)


def test_only_coordinators_and_people_of_the_side_type(alice, carol):
    document = document_of(alice)
    guest = Writer(name="Rolf", parts=frozenset({"resource"}), user=carol)

    with pytest.raises(PermissionDenied):
        paper(document, guest)
    with pytest.raises(PermissionDenied):
        paper(document, make_writer("host"))  # a link
    assert paper(document, Writer(name="Rolf", parts=frozenset({"resource"}), user=carol), side="resource")


def test_what_a_side_wrote_alone_is_not_opened_by_a_paper(alice, typist):
    document = document_of(alice, mode="each", form="\n  - {id: f_a, name: a, type: text, label: {en: A}}\n")
    assert can_type_paper(typist, document, "host")
    own = Response.objects.get(document=document, side="host")
    own.document = document
    save_answers(own, {"f_a": "Sealed"}, {}, by=make_writer("host"))

    assert not can_type_paper(typist, document, "host")
    assert can_type_paper(typist, document, "resource")


def test_a_scan_with_sensitive_answers_is_not_for_the_other_side(alice, typist, carol):
    form = "\n  - {id: f_a, name: a, type: text, sensitive: true, label: {en: A}}\n"
    handed = paper(document_of(alice, mode="single", form=form), typist)
    other = Writer(name="Rolf", parts=frozenset({"resource"}), user=carol)

    assert can_read_scan(typist, handed)
    assert can_read_scan(Writer(name="Hana", parts=frozenset({"host"}), user=carol), handed)
    assert not can_read_scan(other, handed)
    assert not can_read_scan(Writer(name="Nobody", parts=frozenset(), user=carol), handed)
