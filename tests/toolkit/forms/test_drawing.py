"""Every kind of question as HTML: typed words stay words, and what belongs together says so to a screen reader."""

from html.parser import HTMLParser

import pytest

from tests.toolkit.schema.forms import item, tool
from toolkit.forms.drawing import INPUTS, draw_field
from toolkit.forms.field import FieldView
from toolkit.forms.options import offered, options_of
from toolkit.forms.question import LOOKS, Question, look_of, parts_of
from toolkit.schema.kinds import KINDS
from toolkit.schema.parsing import parse

HOSTILE = "<script>\"'&</textarea>"
SILENT = ("calculate", "note")
CHOSEN = ("select_one", "yes_no", "rating", "country", "language")
LIST = [{"name": "a", "label": {"en": HOSTILE}}, {"name": "b", "label": {"en": "B"}}]
# What was typed, in the shape in which the page gets it; a text for all others
TYPED = {
    "money": {"amount": HOSTILE, "currency": HOSTILE},
    "datetime": {"at": HOSTILE, "zone": HOSTILE},
    "signature": {"name": HOSTILE, "title": HOSTILE, "organization": HOSTILE, "on": HOSTILE, "agreed": True},
    "check": {"state": "done", "on": HOSTILE, "note": HOSTILE},
    "file": [{"id": HOSTILE, "name": HOSTILE, "size": 12}],
    "image": [{"id": HOSTILE, "name": HOSTILE, "size": 12}],
    "select_multiple": ["a"],
}


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data

    def all(self, *names: str) -> list[str]:
        return [value for name, value in self.attributes if name in names]


def view_of(kind: str, *, is_open: bool = True, required: bool = True, value=HOSTILE, **more) -> FieldView:
    keys = {"label": {"en": HOSTILE}}
    if kind not in SILENT:
        keys["required"] = required
    if kind == "calculate":
        keys["calculation"] = "1"
    if kind == "reference":
        keys["of"] = "organization"
    type_name = f"{kind} few" if kind.startswith("select") else kind
    key = {"note": "n_x", "calculate": "c_x"}.get(kind, "f_x")
    form = parse(tool(item(key, type_name, **keys), choices={"few": LIST}))
    asked = form.by_id[key]
    question = Question(
        item=asked,
        look=look_of(asked, form) if is_open and kind not in SILENT else "shown",
        label=HOSTILE,
        hint=HOSTILE,
        guidance=HOSTILE,
        unit=HOSTILE,
        options=offered([("organization:1", HOSTILE)] if kind == "reference" else options_of(asked, form, "en")),
    )
    return FieldView(cell=key, question=question, parts=parts_of(asked, TYPED.get(kind, value)), **more)


def test_every_look_has_its_function():
    assert set(INPUTS) == {*LOOKS.values(), "line", "shown"}


@pytest.mark.parametrize("kind", KINDS)
def test_typed_words_stay_words(kind):
    trouble = {"error": HOSTILE, "theirs": HOSTILE, "theirs_name": HOSTILE, "shown": HOSTILE}
    for is_open in (True, False):
        html = draw_field(view_of(kind, is_open=is_open, **trouble))
        page = Page(html)

        assert "script" not in page.tags
        assert html.count("</textarea>") == page.tags.count("textarea")
        assert HOSTILE in page.text
        if is_open and kind not in (*CHOSEN, *SILENT, "select_multiple", "long_text"):
            assert HOSTILE in page.all("value"), "a refused answer stays in its input"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in SILENT])
def test_inputs_are_tied_to_their_words(kind):
    page = Page(draw_field(view_of(kind, error="Too long.")))
    ids = page.all("id")

    assert len(ids) == len(set(ids))
    assert "f_x" in ids, "where the summary of errors leads"
    pointed = page.all("for", "aria-labelledby")
    assert pointed
    assert set(pointed) <= set(ids)
    if not page.all("aria-labelledby") or kind == "signature":
        assert page.all("aria-describedby") == ["f_x-hint f_x-error"]
        assert page.all("aria-required") == page.all("aria-invalid") == ["true"]
    assert {"f_x-hint", "f_x-error"} <= set(ids)


def test_a_choice_is_shown_and_can_be_taken_back():
    page = Page(draw_field(view_of("yes_no", value="no")))
    assert [name for name, _value in page.attributes].count("checked") == 1
    assert page.all("value") == ["1", "yes", "no"], "an answer that is needed cannot be taken back"

    optional = Page(draw_field(view_of("yes_no", value="no", required=False)))
    assert optional.all("value") == ["1", "yes", "no", ""]


def test_an_unchosen_list_chooses_nothing():
    assert "selected" not in draw_field(view_of("country", value=""))
    assert draw_field(view_of("country", value="UG")).count(" selected") == 1
