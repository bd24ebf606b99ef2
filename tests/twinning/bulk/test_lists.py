"""Every list of the product leaves as CSV and as a workbook: complete, formula-safe, and only what a person may see."""

import ast
import csv
import inspect
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.factories import make_member, make_partnership, make_user
from tests.factories.exchanges import PASSPORT
from tests.test_conventions import APPS, routes
from tests.twinning.bulk.lists_world import FORMULA, OWN_FILES, World, grow, make_world
from twinning.bulk import views
from twinning.bulk.exports import EXPORTS, EXPORTS_FOR_FEW, EXPORTS_OF
from twinning.bulk.lists_workshop import OF_WORKSHOPS
from twinning.tables import FORMULA_STARTS

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15

# Pages that show rows and have no file, each with the reason.
NO_FILE = {
    "partnerships:agreement-versions": "the changes of one text, one after the other; the agreement itself is a paper",
    "partnerships:calendar-list": "secret addresses of calendars, shown once",
    "partnerships:follow-up-add": "a form; it shows the list only where nothing more is written down",
    "partnerships:notification-list": "a box of messages; what they tell of stands in lists that have files",
    "partnerships:participant-list": "a place to paste a list, not a list; attendance has a file",
    "partnerships:mail-list": "the outbox: what mails said is deleted after a time, and a file would keep it",
    "partnerships:partnership-mails": "the outbox: what mails said is deleted after a time, and a file would keep it",
    "partnerships:thing-talk": "comments on one thing; those of the partnership have a file",
    "toolkit:document-comments": "comments on questions, each shown to those alone who may see the answer",
    "toolkit:document-history": "every change of an answer, shown to those alone who may see the answer",
    "toolkit:shared-comments": "comments on questions, each shown to those alone who may see the answer",
    "toolkit:tool-feedback": "what the public reads about one tool; all feedback has a file, for curators",
    "search": "the best few of every list, by relevance; the lists have files",
}
ALL = [*EXPORTS.values(), *EXPORTS_FOR_FEW.values(), *EXPORTS_OF.values()]


@pytest.fixture(scope="module")
def shared(module_db) -> World:
    return make_world()


def content(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(response).decode("utf-8-sig"))))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


# Which pages show a list


def list_pages() -> Iterator[str]:
    """Addresses that page through rows, or say by their name that they are a list."""
    paging: dict[str, set[str]] = {}
    for name, view in routes():
        if view.__module__.partition(".")[0] not in APPS:
            continue
        if view.__module__ not in paging:
            paging[view.__module__] = functions_that_page(Path(inspect.getsourcefile(inspect.unwrap(view))))
        if name.endswith("-list") or view.__name__ in paging[view.__module__]:
            yield name


def functions_that_page(path: Path) -> set[str]:
    """Functions of a module that call paginate(), or another one there that does; those for posts left out."""
    functions = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    calls = {
        node.name: {
            call.func.id for call in ast.walk(node) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        }
        for node in functions
    }
    posts = {node.name for node in functions if any("require_POST" in ast.dump(each) for each in node.decorator_list)}
    found, before = {"paginate"}, 0
    while len(found) > before:
        before = len(found)
        found |= {name for name, called in calls.items() if called & found}
    return found - posts


def test_every_page_with_a_list_has_both_files_or_says_why_not():
    shown = {export.page for export in ALL} | OWN_FILES
    found = set(list_pages())

    assert len(found) > 30
    assert found - shown - NO_FILE.keys() == set(), "give each of these an entry in twinning/bulk/exports.py"
    known = {name for name, _view in routes()}
    assert shown - known == set()
    assert NO_FILE.keys() - known == set(), "these pages are gone"
    assert not shown & NO_FILE.keys()


def test_every_page_with_a_list_links_to_both_files(shared):
    client = client_of(shared.admin)
    for kind, of in shared.files:
        page = (EXPORTS_OF if of else {**EXPORTS, **EXPORTS_FOR_FEW})[kind].page
        text = client.get(shared.page(page)).content.decode()
        for ending in ("csv", "xlsx"):
            assert shared.file(kind, ending, of=of) in text, f"{page} does not lead to {kind}.{ending}"
    for page in OWN_FILES:
        text = client.get(shared.page(page)).content.decode()
        assert ".csv" in text, page
        assert ".xlsx" in text, page


# What the files hold


def test_every_file_has_headings_and_rows_and_no_formula(shared):
    client = client_of(shared.admin)
    for kind, of in shared.files:
        table = rows_of(client.get(shared.file(kind, of=of)))
        sheet = load_workbook(io.BytesIO(content(client.get(shared.file(kind, "xlsx", of=of))))).active
        assert len(table) > 1, f"{kind} is empty"
        assert [cell.value for cell in sheet[1]] == table[0], kind
        assert sheet.max_row == len(table), kind
        for line in table:
            for cell in line:
                is_number = cell.lstrip("-").replace(".", "", 1).isdecimal()
                assert is_number or not cell.startswith(FORMULA_STARTS), f"{kind}: {cell}"
        assert {cell.data_type for line in sheet.rows for cell in line} <= {"s", "n", "d"}, kind


def test_what_looks_like_a_formula_is_in_the_files(shared):
    client = client_of(shared.admin)
    for kind in ("exchanges", "agreements", "meetings", "risks", "comments", "funding"):
        assert f"'{FORMULA}" in str(rows_of(client.get(shared.file(kind, of=True)))), kind


def test_no_file_costs_more_with_its_rows(shared):
    world = replace(shared)
    client = client_of(world.admin)
    counts = []
    for rows in (0, 3):
        grow(world, rows)
        found = {}
        for kind, of in world.files:
            address = world.file(kind, of=of)
            content(client.get(address))
            with CaptureQueriesContext(connection) as seen:
                content(client.get(address))
            found[kind, of] = len(seen)
        counts.append(found)
    grown = {kind: (counts[0][kind], n) for kind, n in counts[1].items() if n != counts[0][kind]}
    assert grown == {}
    assert max(counts[0].values()) <= MOST_QUERIES, counts[0]


def test_files_are_narrowed_down_as_their_pages(shared):
    client = client_of(shared.admin)

    def names(kind: str, of: bool, **query) -> int:
        return len(rows_of(client.get(shared.file(kind, of=of), query))) - 1

    assert names("follow-ups", True, state="done") == 0
    assert names("follow-ups", True, state="all") == 2 * shared.rows
    assert names("people", False, q="nobody at all") == 0
    assert names("tools", False, q="nothing like this") == 0
    assert names("documents", False, q="nothing like this") == 0
    assert names("history", True, part="exchanges") < names("history", True)
    assert names("awards", False, programme=shared.programme.slug) == shared.rows
    assert client.get(shared.file("awards"), {"programme": "none"}).status_code == 404
    assert client.get(shared.file("documents"), {"state": "none"}).status_code == 404


# Who gets them


def test_lists_of_a_partnership_are_for_those_who_see_it(shared):
    stranger, reader = make_user(is_coordinator=True), make_user()
    make_partnership(coordinator=stranger)
    make_member(shared.partnership, user=reader)
    for kind in EXPORTS_OF:
        address = shared.file(kind, of=True)
        expected = 403 if kind == "participants" else 200
        assert client_of(stranger).get(address).status_code == 404, kind
        assert client_of(reader).get(address).status_code == expected, kind
        assert Client().get(address).status_code == 302, kind
        assert client_of(shared.admin).post(address).status_code == 405, kind


def test_lists_of_the_office_and_of_curators_are_for_them(shared):
    curator, coordinator = make_user(is_curator=True), make_user(is_coordinator=True)
    of_curators = {"offers", "feedback", "use"}
    for kind in EXPORTS_FOR_FEW:
        address = shared.file(kind)
        assert client_of(coordinator).get(address).status_code == 403, kind
        assert client_of(curator).get(address).status_code == (200 if kind in of_curators else 403), kind
        assert Client().get(address).status_code == 302, kind


def test_lists_for_everybody_hold_nothing_of_partnerships_that_a_person_does_not_see(shared):
    stranger = client_of(make_user())
    for kind in EXPORTS:
        if kind != "tools":
            assert len(rows_of(stranger.get(shared.file(kind)))) == 1, kind


def test_a_list_asks_for_what_it_belongs_to(shared):
    client = client_of(shared.admin)

    assert client.get("/export/exchanges.csv").status_code == 404
    assert client.get(f"/export/contacts/{shared.partnership.slug}.csv").status_code == 404
    assert client.get("/export/exchanges/nowhere.csv").status_code == 404
    assert client.get(f"/export/participants/{shared.partnership.slug}.csv").status_code == 404


def test_sealed_travel_data_leave_in_no_file(shared):
    """Not even for whoever may read them on their page."""
    secrets = {value for name, value in PASSPORT.items() if name != "passport_family_name"}
    for kind, of in shared.files:
        for ending in ("csv", "xlsx"):
            made = content(client_of(shared.admin).get(shared.file(kind, ending, of=of)))
            if ending == "xlsx":
                sheet = load_workbook(io.BytesIO(made)).active
                text = str([[cell.value for cell in line] for line in sheet.rows])
            else:
                text = made.decode()
            found = [secret for secret in secrets if secret in text]
            assert found == [], f"{kind}.{ending}"


def test_a_list_that_no_workbook_holds_is_offered_as_csv(shared, monkeypatch):
    monkeypatch.setattr(views, "MOST_IN_A_WORKBOOK", 0)
    client = client_of(shared.admin)
    for kind, of in shared.files:
        answer = client.get(shared.file(kind, "xlsx", of=of), follow=True)
        assert answer.redirect_chain, kind
        assert "Take it as CSV" in answer.content.decode(), kind


def test_addresses_of_participants_are_in_their_own_list_alone(shared):
    client = client_of(shared.admin)

    assert "p1@example.org" in str(rows_of(client.get(shared.file("participants"))))
    for kind in OF_WORKSHOPS.keys() - {"participants"}:
        assert "p1@example.org" not in str(rows_of(client.get(shared.file(kind)))), kind
