import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest

from tests.toolkit.exchange.hostile import Spent, encrypted
from tests.toolkit.schema.forms import item, table, tool
from toolkit.actions.library import read_all
from toolkit.exchange.pack import PackedTool, fitting_example, read_pack, write_pack
from toolkit.exchange.refusals import PackRefused
from toolkit.schema.examples import Example
from toolkit.schema.parsing import content_hash, parse

FORM = parse(
    tool(
        item("f_name", "text", required=True),
        table("things", item("f_thing", "text"), rows=[{"_row": "first01", "thing": "Water"}], fixed=True),
    )
)
EXAMPLE = Example(
    title={"en": "Filled"},
    about={"en": "For tests."},
    language="en",
    answers={"f_name": "Ann", "r_things": [{"_row": "first01", "f_thing": "Water"}], "f_gone": "kept by nobody"},
    partnership={"name": "Ring – Dal", "parties": [{"name": "Bagmati Hospital", "country": "NP", "side": "host"}]},
)
AT = datetime(2026, 3, 15, 10, 20, tzinfo=UTC)
TOOL = PackedTool(
    definition=FORM,
    licence="cc-by-4.0",
    credit="By Ann",
    version=3,
    history=("a" * 64,),
    example=EXAMPLE,
    blank_pdf=b"%PDF-1.7",
    files={"letter (1).txt": b"hello"},
)
PACK = write_pack([TOOL], source="https://example.org", exported_at=AT)


def repacked(change):
    """The pack with its files, a mapping, changed; checksums stay as they were."""
    with zipfile.ZipFile(io.BytesIO(PACK)) as archive:
        files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    change(files)
    return zipped(files.items())


def zipped(files, **keys):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content, **keys)
    return made.getvalue()


def retold(change):
    """The pack with another pack.json."""

    def rewrite(files):
        about = json.loads(files["pack.json"])
        change(about)
        files["pack.json"] = json.dumps(about).encode()

    return repacked(rewrite)


def refusals(content):
    with Spent() as spent, pytest.raises(PackRefused) as refused:
        read_pack(content)
    assert spent.is_within
    return [str(problem) for problem in refused.value.problems]


# What travels


def test_a_tool_arrives_as_it_was_sent_with_all_that_goes_with_it():
    pack = read_pack(PACK)
    (arrived,) = pack.tools

    assert (pack.source, pack.exported_at) == ("https://example.org", "2026-03-15T10:20:00+00:00")
    assert content_hash(arrived.definition.written) == content_hash(FORM.written)
    assert (arrived.slug, arrived.licence, arrived.credit, arrived.version) == ("sample", "cc-by-4.0", "By Ann", 3)
    assert arrived.history == ("a" * 64,)
    assert arrived.example.answers == {"f_name": "Ann", "r_things": [{"_row": "first01", "f_thing": "Water"}]}
    assert arrived.example.partnership == EXAMPLE.partnership
    # What goes along beside the tool is looked over, and not kept
    assert (arrived.blank_pdf, arrived.files) == (None, {})


def test_the_whole_library_travels_in_one_pack_and_the_same_pack_has_the_same_bytes():
    tools = [PackedTool(definition=definition, example=example) for definition, example in read_all()]

    content = write_pack(tools)
    arrived = {tool.slug: tool for tool in read_pack(content).tools}

    assert content == write_pack(reversed(tools))
    for each in tools:
        assert content_hash(arrived[each.slug].definition.written) == content_hash(each.definition.written)
        assert (arrived[each.slug].example is None) == (each.example is None)


def test_an_example_that_no_longer_fits_stays_behind():
    old = Example(title=EXAMPLE.title, about=EXAMPLE.about, language="en", answers={"r_things": []})

    assert fitting_example(FORM, EXAMPLE)
    assert fitting_example(FORM, old) is None
    (arrived,) = read_pack(write_pack([PackedTool(definition=FORM, example=old)])).tools
    assert arrived.example is None


@pytest.mark.parametrize("name", ["../x.txt", "a/../../b", "con\\aux", "/etc/x", "", "x\0y"])
def test_no_file_goes_along_under_a_name_that_could_not_be_read_again(name):
    with pytest.raises(ValueError):
        write_pack([PackedTool(definition=FORM, files={name: b""})])


# What is refused


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../outside.yaml", "“../outside.yaml” leads out of the pack."),
        ("tools/../../etc/passwd", "“tools/../../etc/passwd” leads out of the pack."),
        ("/etc/passwd", "“/etc/passwd” leads to another place on the disk."),
        ("C:/windows/x", "“C:/windows/x” leads to another place on the disk."),
        ("tools\\..\\x.yaml", "“tools\\..\\x.yaml” leads to another place on the disk."),
        ("tools//x.yaml", "“tools//x.yaml” leads out of the pack."),
        ("./pack.json", "“./pack.json” leads out of the pack."),
        ("tools/Sample.yaml", "“tools/Sample.yaml” is not a file that a pack holds."),
        ("tools/sample.yaml.", "“tools/sample.yaml.” is not a file that a pack holds."),
        ("setup.py", "“setup.py” is not a file that a pack holds."),
        ("files/sample/a/b/c/d/e/f", "“files/sample/a/b/c/d/e/f” is not a file that a pack holds."),
        (
            "files/sample/LETTER (1).txt",
            "“files/sample/LETTER (1).txt” and “files/sample/letter (1).txt” have the same name.",
        ),
        ("files/sample/other.txt", "“files/sample/other.txt” is not listed in pack.json."),
        ("../", "“../” leads out of the pack."),
    ],
)
def test_names_that_play_tricks_are_refused(name, why):
    assert why in refusals(repacked(lambda files: files.update({name: b"x"})))


def test_a_name_that_stands_twice_is_refused():
    with zipfile.ZipFile(io.BytesIO(PACK)) as archive:
        files = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped([*files, ("tools/sample.yaml", b"tool: other")])

    assert refusals(content) == ["“tools/sample.yaml” is in the pack twice."]


def test_a_link_is_refused():
    def link(files):
        entry = zipfile.ZipInfo("files/sample/link.txt")
        entry.external_attr = 0o120777 << 16
        files[entry] = b"/etc/passwd"

    assert refusals(repacked(link)) == ["“files/sample/link.txt” is a link or something other than a file."]


def test_zip_bombs_and_lies_about_sizes_are_refused():
    bomb = repacked(lambda files: files.update({"files/sample/zero.txt": b"\0" * 60_000_000}))
    huge = zipped([(f"files/sample/{n}.txt", b"\0" * 30_000_000) for n in range(4)])
    many = zipped([(f"files/sample/{n}.txt", b"") for n in range(2001)])
    entry = zipfile.ZipFile(io.BytesIO(PACK)).getinfo("tools/sample.yaml")
    size = entry.file_size.to_bytes(4, "little")
    place = PACK.rindex(b"PK\x01\x02", 0, PACK.rindex(b"tools/sample.yaml"))
    lying = PACK[: place + 24] + (10).to_bytes(4, "little") + PACK[place + 28 :]

    assert refusals(bomb) == ["This zip file unpacks to far more than it holds, as a zip bomb does."]
    assert refusals(huge) == ["Unpacked, this would be larger than 100 MB."]
    assert refusals(many) == ["This zip file holds more than 2000 files."]
    assert PACK[place + 24 : place + 28] == size
    assert refusals(lying) == ["“tools/sample.yaml” in this zip file is damaged."]
    assert refusals(b"PK\x03\x04" + b"\0" * 20_000_000) == ["This file is larger than 20 MB."]


def test_what_is_no_pack_is_refused():
    assert refusals(b"") == ["This is not a zip file."]
    assert refusals(b"tool: x") == ["This is not a zip file."]
    assert refusals(PACK[:-30]) == ["This zip file is damaged and cannot be read."]
    assert refusals(encrypted(PACK)) == ["This zip file is protected by a password. Save it without one."]
    assert refusals(zipped([("tools/a.yaml", b"x")])) == ["This is no toolkit pack: it has no pack.json."]
    assert refusals(zipped([("pack.json", b"{")])) == ["pack.json cannot be read."]
    assert refusals(zipped([("pack.json", b"[" * 100_000)])) == ["pack.json cannot be read."]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda about: about.update(format=2), "This pack is of format 2; format 1 is read here."),
        (lambda about: about.update(tools=[]), "pack.json does not list its tools as it should."),
        (
            lambda about: about.update(tools=[{"slug": "../x", "files": {}}]),
            "pack.json does not list its tools as it should.",
        ),
        (lambda about: about["tools"].append(about["tools"][0]), "The tool “sample” is listed twice."),
        (
            lambda about: about["tools"][0]["files"].pop("tools/sample.yaml"),
            "The file of the tool “sample” is not listed.",
        ),
        (
            lambda about: about["tools"][0]["files"].update({"tools/other.yaml": ""}),
            "“tools/other.yaml” does not belong to the tool “sample”.",
        ),
        (
            lambda about: about["tools"][0]["files"].update({"files/sample/x.txt": ""}),
            "“files/sample/x.txt” is missing.",
        ),
        (
            lambda about: about["tools"][0]["files"].update({"tools/sample.yaml": "0" * 64}),
            "“tools/sample.yaml” is not as it was sent: its checksum is wrong.",
        ),
    ],
)
def test_a_pack_that_contradicts_itself_is_refused(change, why):
    assert why in refusals(retold(change))


def test_every_fault_of_every_file_is_told_with_its_line():
    def spoil(files):
        about = json.loads(files["pack.json"])
        sums = about["tools"][0]["files"]
        files["tools/sample.yaml"] = files["tools/sample.yaml"].replace(b"type: text", b"type: txet")
        sums["tools/sample.yaml"] = hashlib.sha256(files["tools/sample.yaml"]).hexdigest()
        files["pack.json"] = json.dumps(about).encode()

    problems = refusals(repacked(spoil))

    assert problems[0].startswith("tools/sample.yaml, line ")
    assert "“txet” is unknown. Did you mean “text”?" in problems[0]
    assert len(problems) == 2
