import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.toolkit.exchange.rich import RICH
from toolkit.actions.library import read_library
from toolkit.exchange.yaml_out import WIDTH, to_yaml
from toolkit.schema.clean_text import CONTROL
from toolkit.schema.parsing import content_hash, parse, read_yaml
from toolkit.schema.yaml_file import load

SAFE = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).filter(lambda text: not CONTROL.search(text))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(-1e14, 1e14).map(lambda n: round(n, 8))
    | SAFE
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SAFE.filter(bool), inner, max_size=4),
    max_leaves=12,
)


def test_every_tool_of_the_library_reads_back_as_it_was():
    for definition in read_library():
        text = to_yaml(definition.written)
        assert content_hash(read_yaml(text, name=definition.tool).written) == content_hash(definition.written)
        assert text == to_yaml(read_yaml(text, name=definition.tool).written), definition.tool


def test_every_tool_of_the_library_is_written_for_every_reader_of_yaml():
    """Without libyaml too; and others take ``no`` and ``on`` for truth values."""
    for definition in read_library():
        text = to_yaml(definition.written)
        assert yaml.load(text, Loader=yaml.SafeLoader) == load(text)[0], definition.tool


def test_a_tool_is_written_as_an_author_would():
    text = to_yaml(parse(RICH).written)

    assert text.startswith(
        'tool: sample\nnumber: "4.9"\nsection: monitor\nkind: document\ntitle: {en: Everything, fr: Tout}\n'
    )
    assert "    - {name: good, label: {en: Good, fr: Bon}, score: 2}\n" in text
    assert '    - {name: "1.0", label: {en: One}}\n' in text  # a name, not a number
    assert "  - {id: f_year, name: year, type: year, label: {en: Year}, min: 1950}\n" in text
    assert (
        "    label: {en: Places}\n    guidance: {en: For the group, fr: For the group (fr)}\n    side: resource\n"
        in text
    )
    assert max(len(line) for line in text.splitlines() if "Text Text" not in line and "http" not in line) <= WIDTH


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("no", 'default: "no"'),
        ("Norway", "default: Norway"),
        ("12", 'default: "12"'),
        ("a: b", 'default: "a: b"'),
        ("[x]", 'default: "[x]"'),
        ("it's", "default: it's"),
        (" padded", 'default: " padded"'),
        ("two\nlines", "default: |-\n  two\n  lines"),
        ("two\n\nlines\n", 'default: "two\\n\\nlines\\n"'),
        ("tab\there", 'default: "tab\\there"'),
        ("line\u2028break", 'default: "line\\u2028break"'),
        ("Ω — ق", 'default: "Ω — ق"'),
        ("word " * 60 + "end", "default: >-\n  word"),
        ("#1", 'default: "#1"'),
        ("", 'default: ""'),
    ],
)
def test_a_text_stands_as_plainly_as_it_can(text, line):
    written = to_yaml({"default": text})

    assert written.startswith(line)
    assert load(written)[0] == {"default": text}


@given(st.dictionaries(SAFE.filter(bool), DATA, max_size=5))
def test_any_data_read_back_as_they_were(data):
    kept = {key: value for key, value in data.items() if key not in ("compiled", "form", "choices")}

    assert load(to_yaml({"tool": "x", **kept}))[0] == {"tool": "x", **kept}


@given(
    st.lists(st.dictionaries(st.sampled_from(["id", "name", "label", "hint", "default"]), DATA, min_size=1), max_size=4)
)
def test_any_form_reads_back_as_it_was(form):
    written = {"tool": "x", "choices": {"one": form} if form else {}, "form": form}

    assert load(to_yaml(written))[0] == written
