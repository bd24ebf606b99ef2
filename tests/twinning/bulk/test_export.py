"""Lists as files: what one sees, narrowed down as on the page, and never a formula."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import make_contact, make_member, make_organization, make_partnership, make_topic
from twinning.bulk.exports import EXPORTS

pytestmark = pytest.mark.django_db


def get(client, kind: str, ending: str = "csv", **query):
    return client.get(reverse("bulk-export", args=[kind, ending]), query)


def text_of(response) -> str:
    return b"".join(response.streaming_content).decode()


def test_an_export_holds_what_the_list_shows_and_no_formula(login, alice):
    organization = make_organization(name="=HYPERLINK(1)", country="KE", city="Nyeri")
    organization.topics.set([make_topic(name="Nursing"), make_topic(name="Safety")])
    make_organization(name="Elsewhere", country="NO")

    response = get(login(alice), "organizations", q="nyeri")

    assert response["Content-Type"].startswith("text/csv")
    assert response["Content-Disposition"] == 'attachment; filename="organizations.csv"'
    text = text_of(response)
    assert "'=HYPERLINK(1),KE," in text
    assert "Nursing; Safety" in text
    assert "Elsewhere" not in text


def test_a_workbook_holds_the_same_and_no_formula(login, alice):
    make_contact(name="=1+1", email="a@example.org")

    response = get(login(alice), "contacts", "xlsx")

    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet["A1"].value == "Name"
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("=1+1", "s")


def test_what_went_out_comes_in_again(login, alice):
    make_organization(name="-Minus Hospital", country="KE")
    client = login(alice)
    out = get(client, "organizations", "xlsx").content

    page = client.post(reverse("bulk-import", args=["organizations"]), {"file": SimpleUploadedFile("again.xlsx", out)})

    found = page.context["found"]
    assert (len(found.new), len(found.known), len(found.faults)) == (0, 1, 0)


def test_partners_get_the_rows_they_may_see(login, carol, alice):
    own = make_partnership(name="Own", coordinator=alice)
    make_member(own, user=carol)
    make_partnership(name="Hidden", coordinator=alice)
    make_contact(name="Hidden person", email="hidden@example.org")

    for kind in EXPORTS:
        assert "Hidden" not in text_of(get(login(carol), kind)), kind
    assert "Own" in text_of(get(login(carol), "partnerships"))


def test_partnerships_name_their_sides(login, alice):
    partnership = make_partnership(name="Two", coordinator=alice)
    names = [party.organization.name for party in partnership.participations.all()]

    text = text_of(get(login(alice), "partnerships"))

    assert all(name in text for name in names)
    assert partnership.reference in text


@pytest.mark.parametrize(("kind", "ending"), [("users", "csv"), ("contacts", "pdf")])
def test_no_other_lists_and_files_go_out(login, admin, kind, ending):
    assert login(admin).get(f"/export/{kind}.{ending}").status_code == 404


def test_a_filter_that_does_not_exist_is_refused(login, alice):
    assert get(login(alice), "organizations", country="XX").status_code == 404


@pytest.mark.parametrize("kind", EXPORTS)
def test_queries_do_not_grow_with_rows(login, alice, kind, django_assert_num_queries):
    client = login(alice)

    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            text_of(get(client, kind))
        return len(seen)

    make_partnership(coordinator=alice)
    make_contact()
    few = count()
    for _each in range(4):
        make_partnership(coordinator=alice)
        make_contact()
    assert count() == few
