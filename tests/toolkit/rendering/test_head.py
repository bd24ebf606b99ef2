"""The head of a paper: who pays, who takes part, and that a copy of what was submitted goes on saying the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.models import AwardShare, Organization
from tests.factories.funding import make_award
from tests.factories.partnerships import make_organization
from tests.factories.toolkit import make_link, make_writer, only_response
from toolkit.actions.submitting import return_document, submit_part
from toolkit.models import Submission
from toolkit.permissions import writer_for_link

from .documents import COORDINATOR, make_visit_report, plain, read, written

pytestmark = pytest.mark.django_db
WRITER = make_writer("host", "resource", "coordinator")


@pytest.fixture
def document(alice):
    return make_visit_report(alice)


@pytest.fixture
def donor():
    return make_organization(name="Norad", type="government")


def submitted(document):
    written(document, f_title="To Bamako", f_late="no", f_days=5)
    submit_part(only_response(document), by=COORDINATOR)
    return Submission.objects.get(response__document=document)


def test_every_award_that_pays_is_named(document, donor):
    for n in range(5):
        make_award(document.partnership, donor=donor, number=f"NO-{n}")

    assert "; ".join(f"NO-{n} (Norad)" for n in range(5)) in plain(read(document))


def test_a_copy_says_what_the_paper_said_when_it_was_submitted(document, donor):
    award = make_award(document.partnership, donor=donor, number="NO-26")
    submission = submitted(document)
    assert submission.head["awards"] == [["NO-26", "Norad"]]

    AwardShare.objects.filter(award=award).delete()
    make_award(document.partnership, donor=donor, number="NO-27")
    Organization.objects.filter(name="Hôpital du Mali").update(name="Hôpital général", country="ML")
    type(document.partnership).objects.filter(pk=document.partnership_id).update(name="Lyon – Ségou")

    text = plain(read(document))
    assert "Award NO-26 (Norad)" in text
    assert "NO-27" not in text
    assert "Partnership Lyon – Bamako" in text
    assert "Southern side Hôpital du Mali (Kenya)" in text


def test_what_is_returned_speaks_of_today_again(alice, document, donor):
    award = make_award(document.partnership, donor=donor, number="NO-26")
    submitted(document)
    AwardShare.objects.filter(award=award).delete()

    return_document(document, by=alice, reason="Add the costs")

    assert "NO-26" not in plain(read(document))


def test_what_was_submitted_before_heads_were_kept_goes_by_the_dates(document, donor):
    submission = submitted(document)
    day = timezone.localdate() - timedelta(500)
    Submission.objects.filter(pk=submission.pk).update(head={}, at=timezone.now() - timedelta(500))
    make_award(document.partnership, donor=donor, number="NO-19", starts_on=day - timedelta(9), ends_on=day)
    make_award(document.partnership, donor=donor, number="NO-26")

    text = plain(read(document))
    assert "Award NO-19 (Norad)" in text
    assert "NO-26" not in text


@pytest.mark.parametrize("is_submitted", [False, True])
def test_who_holds_a_link_learns_who_pays_and_no_more(document, donor, is_submitted):
    make_award(document.partnership, donor=donor, number="NO-26", title="Safer births", amount=81234)
    make_award(document.partnership, donor=donor, number="NO-27")
    if is_submitted:
        submitted(document)

    text = plain(read(document, writer=writer_for_link(make_link(document))))

    assert "Donor Norad Southern side" in text
    for secret in ("NO-26", "NO-27", "Safer births", "81234", "81,234"):
        assert secret not in text
    assert "Award NO-26 (Norad); NO-27 (Norad)" in plain(read(document))
    assert "81" not in plain(read(document)).split("Reference")[0], "what it is worth is no matter of a paper"
