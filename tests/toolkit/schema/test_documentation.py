"""The documentation of the language: its examples are sound, and it leaves nothing out."""

import re
from pathlib import Path

import pytest
import yaml

from toolkit.schema.bindings import BINDINGS
from toolkit.schema.functions import FUNCTIONS
from toolkit.schema.kinds import KINDS
from toolkit.schema.parsing import parse, read_yaml
from toolkit.schema.structure import APPEARANCES, GROUP, ITEM, RECORDS, REPEAT, SUBJECTS, TOOL

from .forms import tool

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "toolkit-language.md").read_text("utf-8")
ITEMS = re.findall(r"`(\{id: .*?\})` \|", TEXT)
STATES = [{"name": name, "label": name} for name in ("good", "fair", "poor")]


def test_whole_example_is_sound():
    [example] = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)

    assert read_yaml(example, name="ward-visit.yaml").tool == "ward-visit"


@pytest.mark.parametrize("written", ITEMS)
def test_example_of_a_type_is_sound(written):
    parse(tool(yaml.safe_load(written), choices={"state": STATES}))


def test_every_type_has_its_example():
    assert {yaml.safe_load(written)["type"].split()[0] for written in ITEMS} == set(KINDS)


@pytest.mark.parametrize(
    "words",
    [TOOL.keys() - {"compiled"}, GROUP, REPEAT, ITEM, SUBJECTS, RECORDS, APPEARANCES],
    ids="tool group repeat item subjects records appearances".split(),
)
def test_every_key_and_word_is_named(words):
    assert [word for word in words if f"`{word}`" not in TEXT] == []


def test_every_function_is_named():
    assert [name for name in FUNCTIONS if f"`{name}(" not in TEXT] == []


def test_every_path_is_named():
    def named(path):
        start, _, rest = path.partition(".")
        return f"`{path}`" in TEXT or (f"`{start}." in TEXT and f"`.{rest}`" in TEXT)

    assert [path for path in BINDINGS if not named(path)] == []
    keys = {key for binding in BINDINGS.values() for key in binding.keys}
    assert [key for key in keys if f"`{key}`" not in TEXT] == []
