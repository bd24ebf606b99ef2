"""What the editor calls things: every word of the language has a name, and nothing else has."""

import json
from pathlib import Path

import pytest

from tests.toolkit.editor.conftest import address, text_of
from toolkit.forms.editor.outline import _PLAIN
from toolkit.forms.editor.texts import KEY_NAMES, SORT_NAMES
from toolkit.rendering import vocabulary as words
from toolkit.schema import bindings, checking, conditions, indicators, kinds, structure, texts


@pytest.mark.parametrize(
    ("named", "known"),
    [
        (words.KIND_NAMES, kinds.KINDS),
        (words.BINDINGS, bindings.BINDINGS),
        (words.INDICATORS, indicators.INDICATORS),
        (words.SUBJECTS, structure.SUBJECTS),
        (words.RECORDS, structure.RECORDS),
        (words.APPEARANCES, structure.APPEARANCES),
        (words.SIDES, structure.SIDES),
        (words.ASKED, conditions.ASKED),
        ({*KEY_NAMES, "label"}, {key for keys in texts.KEYS.values() for key in keys}),
        (SORT_NAMES, {sort for sort, keys in texts.KEYS.items() if "label" in keys}),
    ],
)
def test_every_word_of_the_language_has_a_name(named, known):
    assert set(named) == set(known)


def test_plain_sentences_stand_for_sentences_of_the_language():
    sources = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (checking, structure))

    assert [template for template, _key in _PLAIN if template not in sources] == []


def test_the_picker_of_the_browser_knows_each_kind(draft, curator, login):
    page = login(curator).get(f"{address(draft.tool)}?at=f_day")
    asked = json.loads(text_of(page).split('id="asked" type="application/json">')[1].split("</script>")[0])

    assert asked["late"] == {"kind": "yes_no", "number": False, "choices": [["yes", "Yes"], ["no", "No"]]}
    assert asked["total"]["number"] is True
    assert asked["."]["kind"] == "date"
