"""What the pages around files cost: queries that do not grow with files, rows or answers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_link, make_tool
from tests.toolkit.actions.test_handing_in import typed

pytestmark = pytest.mark.django_db
MOST = 14
LINES = "\n".join(f"  - {{id: f_q{n}, name: q{n}, type: text, label: {{en: Question {n}}}}}" for n in range(60))


@pytest.fixture
def document(alice):
    version = make_tool(form=f"\n{LINES}\n", mode="joint")
    return make_document(partnership=make_partnership(coordinator=alice), version=version)


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def bring(client, url, workbook, n):
    content = typed(workbook, **{f"f_q{i}": f"Answer {n}" for i in range(n)})
    return client.post(url, {"file": SimpleUploadedFile("mine.xlsx", content)}).url


def test_pages_do_not_cost_more_with_files_and_answers(document, alice, login):
    client = login(alice)
    take = reverse("toolkit:document-take", args=[document.reference])
    workbook = client.get(reverse("toolkit:document-workbook", args=[document.reference])).content
    screen = bring(client, take, workbook, 1)
    few = queries(client, take), queries(client, screen)
    for n in range(2, 8):
        bring(client, take, workbook, n)
    many = queries(client, take), queries(client, bring(client, take, workbook, 50))

    assert many == few
    assert max(many) <= MOST


def test_a_workbook_costs_few_queries(document, alice, login, client):
    link = make_link(document)

    assert queries(login(alice), reverse("toolkit:document-workbook", args=[document.reference])) <= MOST
    assert queries(client, reverse("toolkit:shared-workbook", args=[link.token])) <= MOST
    assert queries(client, reverse("toolkit:shared-take", args=[link.token])) <= MOST
