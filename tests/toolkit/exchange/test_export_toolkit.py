"""manage.py export_toolkit: the library as files in a folder."""

import io
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from tests.factories import make_partnership
from tests.factories.toolkit import make_tool
from toolkit.actions.exchanging import Made
from toolkit.exchange.pack import read_pack
from toolkit.models import Tool, ToolVersion, WorkedExample

pytestmark = pytest.mark.django_db

PAPER = """
  - {id: f_day, name: day, type: date, required: true, label: {en: Day, fr: Jour}}
  - {id: f_why, name: why, type: long_text, label: {en: Reason, fr: Raison}}
"""


@pytest.fixture
def library(alice):
    """Two tools of the library, one of them in two languages, a guide, and four tools that are not to go out."""
    visit = make_tool(slug="visit", form=PAPER, languages="en, fr", title="Visit")
    make_tool(slug="count", title="Count")
    make_tool(slug="advice", kind="guide", form=" []\n", extra="guidance: {en: Be kind.}\n", title="Advice")
    draft = Tool.objects.create(slug="draft", section=visit.tool.section, kind="form", position=99)
    ToolVersion.objects.create(tool=draft, number=1, definition=dict(visit.definition))
    withdrawn = make_tool(slug="withdrawn").tool
    withdrawn.withdrawn_at = timezone.now()
    withdrawn.save()
    copy = make_tool(slug="copy").tool
    copy.base, copy.partnership = visit.tool, make_partnership(coordinator=alice)
    copy.save()
    return visit.tool


def export(folder, *slugs, form: str = "") -> str:
    out = io.StringIO()
    call_command("export_toolkit", str(folder), *slugs, *(["--format", form] if form else []), stdout=out)
    return out.getvalue()


def names_in(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_pack_holds_the_published_library_and_the_examples_that_fit(library, tmp_path):
    told = {"titles": {"en": "One visit"}, "abouts": {"en": "As it went."}, "language": "en"}
    WorkedExample.objects.create(tool=library, answers={"f_day": "2026-01-31"}, **told)
    folder = tmp_path / "new" / "folder"

    said = export(folder)

    assert said == f"Wrote 1 file to {folder}, of 3 tools.\n"
    assert names_in(folder) == ["toolkit.zip"]
    packed = {each.slug: each for each in read_pack((folder / "toolkit.zip").read_bytes()).tools}
    assert sorted(packed) == ["advice", "count", "visit"]
    assert packed["visit"].example.answers == {"f_day": "2026-01-31"}

    WorkedExample.objects.update(answers={"f_day": "someday"})
    said = export(folder, "visit", form="pack")

    assert "visit: The worked example no longer fits the form and stays behind.\n" in said
    (alone,) = read_pack((folder / "toolkit.zip").read_bytes()).tools
    assert (alone.slug, alone.example) == ("visit", None)


def test_word_documents_come_in_every_language_and_replace_older_ones(library, tmp_path):
    number = library.number
    (tmp_path / f"{number}-visit.en.docx").write_text("old")
    (tmp_path / "mine.txt").write_text("stays")

    said = export(tmp_path, "visit", form="docx")

    assert said == f"Wrote 2 files to {tmp_path}, of 1 tool.\n"
    assert names_in(tmp_path) == [f"{number}-visit.en.docx", f"{number}-visit.fr.docx", "mine.txt"]
    english, french = (Document(tmp_path / f"{number}-visit.{lang}.docx") for lang in ("en", "fr"))
    assert "1. Day  required" in [line.text for line in english.paragraphs]
    assert "2. Raison" in [line.text for line in french.paragraphs]
    assert english.sections[0].header.paragraphs[0].text == f"{number} Visit · version 1"


def test_an_xlsform_is_one_file_in_all_languages_and_what_it_cannot_say_is_told(library, tmp_path):
    said = export(tmp_path, form="xlsform")

    assert "advice: There is nothing to fill in, so there is no XLSForm.\n" in said
    assert said.endswith(f"Wrote 2 files to {tmp_path}, of 3 tools.\n")
    assert sorted(name.partition("-")[2] for name in names_in(tmp_path)) == ["count.xlsx", "visit.xlsx"]
    survey = load_workbook(tmp_path / f"{library.number}-visit.xlsx")["survey"]
    assert {"label::English (en)", "label::French (fr)"} <= {cell.value for cell in survey[1]}


def test_blank_forms_are_printed_in_every_language(library, tmp_path):
    export(tmp_path, "visit", form="blank-pdf")

    contents = [(tmp_path / f"{library.number}-visit.{lang}.pdf").read_bytes() for lang in ("en", "fr")]
    assert all(content.startswith(b"%PDF-") for content in contents)
    assert contents[0] != contents[1]


@pytest.mark.parametrize("slug", ["nowhere", "draft", "withdrawn", "copy"])
def test_a_tool_that_is_not_of_the_published_library_is_refused_by_name(library, tmp_path, slug):
    folder = tmp_path / "new"

    with pytest.raises(CommandError, match=f"no published tool {slug}"):
        export(folder, "visit", slug)

    assert not folder.exists()


def test_a_folder_that_cannot_be_written_to_is_told_and_nothing_is_lost(library, tmp_path):
    file = tmp_path / "file"
    file.write_text("mine")
    taken = tmp_path / "taken"
    (taken / f"{library.number}-visit.fr.docx").mkdir(parents=True)

    with pytest.raises(CommandError, match="is not a folder"):
        export(file)
    with pytest.raises(CommandError, match="could not be written"):
        export(file / "below")
    with pytest.raises(CommandError, match=r"called as a file should be: .*visit\.fr\.docx"):
        export(taken, "visit", form="docx")
    with pytest.raises(CommandError, match="invalid choice"):
        export(tmp_path / "new", form="odt")

    assert file.read_text() == "mine"
    assert names_in(taken) == [f"{library.number}-visit.fr.docx"]
    assert not (tmp_path / "new").exists()


def test_without_a_library_it_says_how_to_get_one(tmp_path):
    with pytest.raises(CommandError, match="load_toolkit"):
        export(tmp_path)


def test_half_a_file_is_never_found(library, tmp_path, monkeypatch):
    """What stood there before stays whole when the disk is full in the middle."""
    old = tmp_path / "toolkit.zip"
    export(tmp_path)
    before = old.read_bytes()

    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(CommandError, match="No space left on device"):
        export(tmp_path, "visit")

    assert old.read_bytes() == before
    assert names_in(tmp_path) == ["toolkit.zip"]
    assert zipfile.is_zipfile(old)


def test_what_an_xlsform_cannot_say_is_counted_and_told_to_those_who_ask(library, tmp_path, monkeypatch):
    def with_notes(version, wanted, *, language):
        return Made(name="x.xlsx", content=b"", content_type="", notes=("One thing.", "Another."))

    monkeypatch.setattr("toolkit.management.commands.export_toolkit.tool_file", with_notes)
    short, long = io.StringIO(), io.StringIO()
    call_command("export_toolkit", str(tmp_path), "visit", "--format", "xlsform", stdout=short)
    call_command("export_toolkit", str(tmp_path), "visit", "--format", "xlsform", verbosity=2, stdout=long)

    assert "visit: 2 things could not be taken along unchanged (-v 2 says what).\n" in short.getvalue()
    assert "Another." not in short.getvalue()
    assert "visit: One thing.\nvisit: Another.\n" in long.getvalue()
