import re
import shutil
from io import StringIO

import pytest
from django.core.management import call_command

from tests.factories import make_partnership
from tests.factories.toolkit import make_document
from toolkit.actions.library import LIBRARY, LibraryError, load_library
from toolkit.models import Section, Tool, ToolVersion

pytestmark = pytest.mark.django_db
TRIP = "monitor/trip-report.yaml"


@pytest.fixture
def folder(tmp_path):
    """A library of one tool that a test may change."""
    (tmp_path / "monitor").mkdir()
    for name in ("sections.yaml", TRIP):
        shutil.copy(LIBRARY / name, tmp_path / name)
    return tmp_path


def edit(folder, old, new):
    path = folder / TRIP
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_toolkit_loads_and_loading_twice_changes_nothing():
    first = load_library()
    rows = list(ToolVersion.objects.order_by("pk").values_list("pk", "content_hash", "published_at"))

    second = load_library()

    n_tools = len([path for path in LIBRARY.glob("*/*.yaml") if not path.name.endswith(".example.yaml")])
    assert (len(first.added), first.updated, first.unchanged) == (n_tools, [], [])
    assert (second.added, second.updated, len(second.unchanged)) == ([], [], n_tools)
    assert list(ToolVersion.objects.order_by("pk").values_list("pk", "content_hash", "published_at")) == rows
    assert Section.objects.count() == 6


def test_tools_stand_in_the_order_of_their_numbers():
    load_library()

    numbers = list(Tool.objects.order_by("section__number", "position").values_list("number", flat=True))

    own = [number for number in numbers if number[0] not in "GV"]
    parts = [re.fullmatch(r"(\d+)\.(\d+)([a-z]?)", number).groups() for number in own]
    assert own[0] == "1.1"
    assert parts == sorted(parts, key=lambda part: (int(part[0]), int(part[1]), part[2]))
    # Guides and variants stand after the tools of their section.
    monitor = Tool.objects.filter(section="monitor").order_by("position").values_list("number", flat=True)
    assert sorted(monitor, key=lambda number: number[0] in "GV") == list(monitor)


def test_a_changed_tool_becomes_a_new_version_and_documents_stay_on_theirs(folder):
    load_library(folder)
    old = ToolVersion.objects.get()
    document = make_document(partnership=make_partnership(), version=old)
    edit(folder, "minutes: 60", "minutes: 50")

    loaded = load_library(folder)

    new = ToolVersion.objects.published().get()
    old.refresh_from_db()
    document.refresh_from_db()
    assert loaded.updated == ["trip-report"]
    assert (new.number, new.minutes, old.state, old.minutes) == (2, 50, "superseded", 60)
    assert document.version == old


def test_a_faulty_file_is_refused_whole_with_file_and_line(folder):
    edit(folder, "mode: single", "mode: alone")
    edit(folder, "minutes: 60", "minutes: many")

    with pytest.raises(LibraryError) as refused:
        load_library(folder)

    assert len(refused.value.problems) == 2
    for problem in refused.value.problems:
        name, line, _rest = problem.split(":", 2)
        assert name == TRIP
        assert int(line) > 1
    assert not Tool.objects.exists()
    assert not Section.objects.exists()


def test_one_faulty_file_keeps_all_others_out(folder):
    (folder / "monitor" / "second.yaml").write_text("tool: [", encoding="utf-8")

    with pytest.raises(LibraryError):
        load_library(folder)
    assert not Tool.objects.exists()


@pytest.mark.parametrize(
    ("name", "words"), [("monitor/copy.yaml", "is also the name of"), ("workplan/trip-report.yaml", "lies in")]
)
def test_a_tool_is_there_once_and_in_its_section(folder, name, words):
    (folder / "workplan").mkdir(exist_ok=True)
    shutil.copy(LIBRARY / TRIP, folder / name)

    with pytest.raises(LibraryError, match=words):
        load_library(folder)


def test_a_file_that_is_no_text_is_said(folder):
    (folder / "monitor" / "odd.yaml").write_bytes(b"tool: \xff")

    with pytest.raises(LibraryError, match="not UTF-8"):
        load_library(folder)


def test_the_command_says_what_it_did():
    told = StringIO()

    call_command("load_toolkit", stdout=told)

    assert f"{Tool.objects.count()} added" in told.getvalue()


def test_a_published_version_never_changes(folder):
    load_library(folder)
    version = ToolVersion.objects.get()
    version.titles = {"en": "Another"}

    with pytest.raises(TypeError, match="never changes"):
        version.save()
    version.refresh_from_db()
    assert version.title == "Trip report"
