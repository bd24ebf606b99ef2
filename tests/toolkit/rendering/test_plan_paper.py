"""A work plan as a file: on paper with the drawing of the page, and as tables in which nothing is a formula."""

import csv
import io
import re

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django.asserts import assertContains

from partnerships.models import PlanVersion
from tests.factories import make_contact, make_member, make_partnership
from tests.factories.workplan import make_activity, make_approved, make_leads, make_objective, make_plan, make_risk
from toolkit.rendering import workplan as rendering
from toolkit.rendering.pdf import close_pool

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(alice):
    plan = make_plan(make_partnership(coordinator=alice, name="Lyon – Bamako"))
    owner = make_member(plan.partnership, side="host", contact=make_contact(name="Grace"))
    objective = make_objective(plan, title="Fewer deaths")
    make_activity(objective, title="=cmd|' /C calc'!A0", host_owner=owner, budget="1200.50", in_kind_days="4.5")
    make_activity(objective, title="+1 nurse", description="-2\n@x", starts_on=None, ends_on=None)
    make_risk(plan, title="Visas may come late")
    return plan


@pytest.fixture
def html_of(monkeypatch):
    """What goes to the PDF door, instead of the file that comes out of it."""
    kept = []
    monkeypatch.setattr(rendering, "pdf_for", lambda html: kept.append(html) or b"%PDF")
    return kept


def url(plan, name, *more):
    return reverse(f"toolkit:{name}", args=[plan.partnership.slug, *more])


def test_paper_holds_all_parts_and_is_marked_a_draft(plan, html_of):
    rendering.plan_pdf(plan)

    (html,) = html_of
    for words in (
        "Lyon – Bamako",
        "Safer births",
        "Fewer deaths",
        "Grace",
        "1,200.50 USD",
        "Visas may come late",
        "High",
    ):
        assert words in html
    assert 'data-mark="Draft"' in html
    assert "not approved by both sides" in html
    assert "=cmd|&#x27; /C calc&#x27;!A0" in html


def test_drawing_is_the_same_on_the_page_and_on_paper(login, alice, plan, html_of):
    page = login(alice).get(reverse("partnerships:workplan-timeline", args=[plan.partnership.slug]))
    rendering.plan_pdf(plan)

    def shapes(html):
        return re.findall(r'<(?:rect|line|text|path) class="chart__[^>]*>', html)

    assert shapes(page.content.decode()) == shapes(html_of[0])
    assert len(shapes(html_of[0])) > 5


def test_version_on_paper_never_changes(plan, html_of):
    plan.activities.filter(number=2).update(starts_on="2026-01-01", ends_on="2026-02-01")
    version = make_approved(plan, leads=make_leads(plan.partnership), reason="Year one")
    rendering.version_pdf(PlanVersion.objects.select_related("plan__partnership").get(pk=version.pk))
    plan.activities.update(title="Something else")
    plan.risks.all().delete()
    rendering.version_pdf(PlanVersion.objects.select_related("plan__partnership").get(pk=version.pk))

    first, second = html_of
    assert first == second
    for words in ("Lead of host", "Lead of resource", version.code, "Year one", "Visas may come late"):
        assert words in first
    assert 'data-mark=""' in first


def test_real_paper_comes_out(login, alice, plan):
    response = login(alice).get(url(plan, "workplan-pdf"))
    close_pool()

    assert response.status_code == 200, response.content[:300]
    assert response.content.startswith(b"%PDF")
    assert response["Content-Disposition"].startswith(f'inline; filename="{plan.partnership.reference}-work-plan')


def test_table_as_csv_holds_no_formula(login, alice, plan):
    response = login(alice).get(url(plan, "workplan-export", "csv"))

    text = response.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 3
    assert rows[1][2] == "'=cmd|' /C calc'!A0"
    assert (rows[2][2], rows[2][4]) == ("'+1 nurse", "'-2\n@x")
    assert "1200.50" in rows[1]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert "attachment" in response["Content-Disposition"]


def test_table_as_workbook_holds_no_formula(login, alice, plan):
    response = login(alice).get(url(plan, "workplan-export", "xlsx"))

    sheet = load_workbook(io.BytesIO(response.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    assert sheet["C2"].value == "=cmd|' /C calc'!A0"
    assert 1200.5 in [cell.value for cell in cells]


PATHS = [("workplan-pdf",), ("workplan-export", "csv"), ("workplan-export", "xlsx"), ("workplan-version-pdf", 1)]


@pytest.mark.parametrize("path", PATHS)
def test_files_are_for_who_may_see_the_partnership(login, client, bob, curator, plan, path):
    assert client.get(url(plan, *path)).status_code == 302
    assert login(bob).get(url(plan, *path)).status_code == 404
    assert login(curator).get(url(plan, *path)).status_code == 404


def test_readers_get_the_files(login, carol, plan):
    make_member(plan.partnership, user=carol)
    assert login(carol).get(url(plan, "workplan-export", "csv")).status_code == 200
    assert login(carol).get(url(plan, "workplan-export", "doc")).status_code == 404
    assert login(carol).get(url(plan, "workplan-version-pdf", 7)).status_code == 404


def test_refused_paper_leads_to_the_page(login, alice, plan, monkeypatch):
    from toolkit.rendering.pdf import PdfUnavailable

    def refuse(html):
        raise PdfUnavailable("library")

    monkeypatch.setattr(rendering, "pdf_for", refuse)
    response = login(alice).get(url(plan, "workplan-pdf"))

    assertContains(response, reverse("partnerships:workplan-detail", args=[plan.partnership.slug]), status_code=503)
