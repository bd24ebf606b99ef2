"""A document as HTML: what is told, to whom, and from which answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import make_partnership
from tests.factories.funding import make_award
from tests.factories.partnerships import make_organization
from tests.factories.toolkit import make_document, make_link, make_tool, make_writer
from toolkit.actions.submitting import submit_part
from toolkit.models import Document
from toolkit.permissions import writer_for_link
from toolkit.rendering.html import document_html

from .documents import COORDINATOR, make_visit_report, plain, read, written

pytestmark = pytest.mark.django_db

EACH = """
  - group: views
    label: {en: Views}
    items:
      - {id: f_trust, name: trust, type: rating, label: {en: Trust}}
      - {id: f_years, name: years, type: integer, label: {en: Years}}
      - {id: c_mean, name: mean, type: calculate, calculation: "${years} div 2", label: {en: Half the years}}
      - {id: f_words, name: words, type: long_text, label: {en: In your words}}
      - {id: f_quiet, name: quiet, type: rating, sensitive: true, label: {en: In confidence}}
      - repeat: people
        id: r_people
        label: {en: People}
        items:
          - {id: f_person, name: person, type: text, label: {en: Person}}
"""


@pytest.fixture
def document(alice) -> Document:
    return make_visit_report(alice)


def test_head_says_what_it_is_and_whose(document):
    text = plain(read(document))

    for said in (
        "Lyon – Bamako",
        "Care together",
        "Southern side Hôpital du Mali",
        "Hospices de Lyon",
        document.reference,
    ):
        assert said in text
    assert "Visit report, version 1" in text


def test_head_names_award_countries_and_language(document):
    partnership = document.partnership
    today = timezone.localdate()
    donor = make_organization(name="Norad", type="government")
    make_award(partnership, donor=donor, number="NO-26")
    make_award(
        partnership, donor=donor, number="NO-19", starts_on=today - timedelta(900), ends_on=today - timedelta(400)
    )
    make_award(donor=donor, number="NO-33")

    text = plain(read(document))

    assert "Award NO-26 (Norad)" in text
    assert "NO-19" not in text  # it ended before this was written
    assert "NO-33" not in text  # it pays for others
    assert "Hôpital du Mali (Kenya)" in text
    assert "Language English" in text

    document.period_from = document.period_until = today - timedelta(500)
    document.save(update_fields=["period_from", "period_until"])
    assert "Award NO-19 (Norad)" in plain(read(document))


def test_only_what_applied_is_told_and_what_is_open_is_marked(document):
    written(document, f_title="To Bamako", f_late="no", f_days=5)

    text = plain(read(document))

    assert "Title To Bamako" in text
    assert "Why was it late?" not in text
    assert "A later word" not in text
    assert "Later" not in text
    assert "Papers — No answer" in text
    assert "Twice the days 10" in text


def test_applying_questions_follow_the_answers(document):
    written(document, f_late="yes", f_days=120, f_why="A strike.\n\nAnd rain.")

    html = read(document)

    assert '<p class="doc-text" dir="ltr">A strike.</p><p class="doc-text" dir="ltr">And rain.</p>' in html
    assert "<h2>Later</h2>" in html


def test_table_has_caption_heads_and_totals(document):
    rows = [
        {
            "_row": "aaaaaa",
            "f_item": "Bus",
            "f_when": "2027-03-03",
            "f_amount": {"amount": "1000.50", "currency": "EUR"},
        },
        {"_row": "bbbbbb", "f_item": "Hotel", "f_amount": {"amount": "200", "currency": "EUR"}},
        {"_row": "cccccc", "f_item": "Meals", "f_amount": {"amount": "5000", "currency": "XOF"}},
    ]
    written(document, r_costs=rows)

    html = read(document)

    assert "<caption>Costs</caption>" in html
    assert html.count('<th scope="col"') == 3
    assert '<th scope="row" data-label="Item" class="short"><bdi dir="ltr">Bus</bdi></th>' in html
    assert '<td data-label="Amount" class="number">' in html
    text = plain(html)
    assert "Bus 3 March 2027 1 000.50 EUR" in text
    assert "Hotel — 200.00 EUR" in text
    assert "Total 1 200.50 EUR; 5 000 XOF" in text


def test_empty_table_says_so(document):
    assert "No rows." in read(document)


def test_table_with_too_much_for_its_width_becomes_records(alice):
    columns = "".join(
        f"      - {{id: f_{n}, name: n{n}, type: long_text, label: {{en: Column number {n}}}}}\n" for n in range(9)
    )
    form = f"\n  - repeat: plan\n    id: r_plan\n    label: {{en: Plan}}\n    items:\n{columns}"
    document = make_document(partnership=make_partnership(coordinator=alice), version=make_tool(form=form))
    written(document, r_plan=[{"_row": "aaaaaa"} | {f"f_{n}": "word " * 60 for n in range(9)}])

    html = read(document)

    assert "<table" not in html
    assert html.count("Column number 8") == 1
    assert "<h2>Plan</h2>" in html


def test_draft_is_marked_until_it_is_submitted(document):
    response = written(document, f_title="First", f_days=4, f_signed={"name": "A", "on": "2027-03-03", "agreed": True})
    assert "<strong>Draft</strong>" in read(document)

    submit_part(response, by=COORDINATOR)
    html = read(document)

    assert "Draft" not in html
    assert "by Writer" in html
    assert response.submissions.get().content_hash[:12] in html
    assert "Agreed electronically" in html


def test_submitted_document_tells_what_was_submitted(document):
    response = written(document, f_title="As handed in", f_days=4)
    submit_part(response, by=COORDINATOR)
    written(document, f_title="Changed behind its back", f_days=9)

    text = plain(read(document))

    assert "As handed in" in text
    assert "Changed" not in text
    assert "Twice the days 8" in text


def test_unsigned_signature_has_lines_for_paper(document):
    html = read(document)

    assert "Not signed yet" in html
    assert "doc-signature__hand" in html


def test_sensitive_answers_are_for_coordinators(document):
    written(document, f_secret="P1234567")

    assert "P1234567" in read(document)
    for writer in (make_writer("host"), make_writer("resource"), make_writer()):
        html = read(document, writer=writer)
        assert "P1234567" not in html
        assert "Restricted" in html


def test_files_are_links_where_the_page_says_so(document):
    written(document, f_file=[{"id": "abc", "name": "Plan <b>.pdf", "size": 2048}])

    assert "<a " not in read(document)
    html = read(document, file_url=lambda key: f"/documents/x/files/{key}")
    assert '<a href="/documents/x/files/abc"><bdi>Plan &lt;b&gt;.pdf</bdi></a>' in html


def test_owners_of_groups_are_named_in_joint_documents(alice):
    form = """
  - group: hosts
    side: host
    label: {en: Host part}
    items:
      - {id: f_a, name: a, type: text, label: {en: A}}
  - group: all
    label: {en: All}
    items:
      - {id: f_b, name: b, type: text, side: resource, label: {en: B}}
"""
    document = make_document(
        partnership=make_partnership(coordinator=alice), version=make_tool(form=form, mode="joint")
    )

    html = read(document)

    assert '<h2>Host part <span class="doc-owner">Host side</span></h2>' in html
    assert '<dt>B <span class="doc-owner">Resource side</span></dt>' in html


@pytest.fixture
def both(alice):
    document = make_document(
        partnership=make_partnership(coordinator=alice), version=make_tool(form=EACH, mode="each", slug="check")
    )
    written(
        document,
        "host",
        f_trust=5,
        f_years=8,
        f_words="We are proud.",
        f_quiet=1,
        r_people=[{"_row": "aaaaaa", "f_person": "Awa"}],
    )
    written(document, "resource", f_trust=3, f_years=5, f_words="We are learning.", f_quiet=5)
    return document


def test_answers_of_each_side_are_sealed_until_all_are_in(both):
    assert "We are" not in read(both)
    assert "sealed" in read(both)
    host = read(both, writer=make_writer("host"))
    assert "We are proud." in host
    assert "We are learning." not in host
    assert "Answers of the Host side" in host


def test_answers_of_both_sides_stand_beside_each_other(both):
    for side in ("host", "resource"):
        submit_part(both.responses.get(side=side), by=make_writer(side))

    html = read(both)
    text = plain(html)

    assert "Question Host side Resource side Gap" in text
    assert "Trust 5 of 5 3 of 5 2 wide gap" in text
    assert "Half the years 4 2.5 1.5 wide gap" in text
    assert "Years 8 5 Half the years" in text
    assert "We are proud. We are learning." in text
    assert "People: Host side" in text
    assert "Awa" in text
    hidden = plain(read(both, writer=make_writer("host")))
    assert "In confidence 1 of 5 Restricted" in hidden, "its own answer a side may read, the other side's not"
    assert "4 wide gap" not in hidden


def test_a_link_shows_the_other_side_when_both_have_submitted(both):
    writer = writer_for_link(make_link(both, side="host"))
    submit_part(both.responses.get(side="resource"), by=make_writer("resource"))
    assert "We are learning." not in read(both, writer=writer)

    submit_part(both.responses.get(side="host"), by=make_writer("host"))

    html = read(both, writer=writer)
    assert "We are proud." in html
    assert "We are learning." in html


def test_half_submitted_document_of_each_is_still_a_draft(both):
    submit_part(both.responses.get(side="host"), by=make_writer("host"))

    assert "Draft" in read(both, writer=make_writer("host"))


def test_queries_do_not_grow(document, both, django_assert_max_num_queries):
    rows = [{"_row": f"row{n:04d}", "f_item": "x"} for n in range(150)]
    submit_part(written(document, f_title="x", r_costs=rows), by=COORDINATOR)
    for side in ("host", "resource"):
        submit_part(both.responses.get(side=side), by=make_writer(side))
    for one in (document, both):
        ready = Document.objects.select_related("partnership__programme", "version__tool", "organization").get(
            pk=one.pk
        )
        with django_assert_max_num_queries(4):
            document_html(ready, writer=COORDINATOR)


def test_languages_and_directions_are_marked(document):
    written(document, f_title="مستشفى القاهرة", f_late="yes", f_why="Больница\n\nمستشفى\n\nBệnh viện\n\nሆስፒታል")

    html = read(document)

    assert '<article class="doc doc--draft" lang="en" dir="ltr">' in html
    assert '<bdi dir="rtl">مستشفى القاهرة</bdi>' in html
    assert '<p class="doc-text" dir="rtl">مستشفى</p>' in html
    assert '<p class="doc-text" dir="ltr">Больница</p>' in html
