"""What each kind of answer looks like in words, and that no old or odd value stops a page."""

import pytest
from django.utils import translation

from toolkit.rendering.display import DISPLAY, Voice, display_text, show, total_text
from toolkit.rendering.plain import amount_text, direction_of, number_text, tidy
from toolkit.rendering.spaces import PAPER
from toolkit.schema.definition import Choice, Item
from toolkit.schema.kinds import KINDS

LISTS = {
    "colours": (Choice(name="red", label={"en": "Red", "fr": "Rouge"}, score=2), Choice(name="b", label={"en": "Blue"}))
}


class Form:
    """The one thing a display asks of a definition."""

    lists = LISTS


def item(kind: str, **more) -> Item:
    return Item(id="f_x", name="x", kind=kind, label={"en": "X"}, list="colours", **more)


def words(kind: str, value, lang: str = "en", **more) -> str:
    return display_text(item(kind, **more), value, definition=Form, lang=lang).replace("\xa0", " ")


def test_every_kind_can_be_said_and_has_room_on_paper():
    assert set(DISPLAY) == set(KINDS)
    assert set(PAPER) == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("text", "Mbarara", "Mbarara"),
        ("long_text", "One\n\nTwo", "One\n\nTwo"),
        ("integer", 1250, "1 250"),
        ("decimal", "1234567.5", "1 234 567.5"),
        ("decimal", "-0.25", "-0.25"),
        ("percent", "45.5", "45.5%"),
        ("money", {"amount": "1250", "currency": "EUR"}, "1 250.00 EUR"),
        ("money", {"amount": "1250", "currency": "JPY"}, "1 250 JPY"),
        ("money", {"amount": "0.125", "currency": "TND"}, "0.125 TND"),
        ("date", "2027-03-03", "3 March 2027"),
        ("datetime", {"at": "2027-03-03T14:30", "zone": "Africa/Kampala"}, "3 March 2027, 14:30 (Africa/Kampala)"),
        ("time", "09:05", "09:05"),
        ("year", 2019, "2019"),
        ("yes_no", "yes", "Yes"),
        ("yes_no", "no", "No"),
        ("select_one", "red", "Red"),
        ("select_multiple", ["red", "b"], "Red; Blue"),
        ("rating", 4, "4 of 5"),
        ("rating", "na", "Not applicable"),
        ("email", "a@example.org", "a@example.org"),
        ("phone", "+256 414 123456", "+256 414 123456"),
        ("url", "https://example.org/a", "https://example.org/a"),
        ("country", "UG", "Uganda"),
        ("country", "XK", "Kosovo"),
        ("language", "sw", "Swahili"),
        ("language", "pt-BR", "Portuguese (Brazil)"),
        ("reference", {"text": "Amina Okello", "ref": "contact:12"}, "Amina Okello"),
        ("file", [{"id": "a", "name": "plan.pdf", "size": 2048}], "plan.pdf (2.0 KB)"),
        (
            "image",
            [{"id": "a", "name": "a.png", "size": 1}, {"id": "b", "name": "b.png", "size": 1}],
            "a.png (1 byte); b.png (1 byte)",
        ),
        (
            "signature",
            {"name": "Dr Okello", "title": "Director", "organization": "Mbarara", "on": "2027-03-03", "agreed": True},
            "Dr Okello, Director, Mbarara, 3 March 2027, agreed electronically",
        ),
        ("signature", {"name": "Dr Okello", "agreed": False}, "Dr Okello, not signed"),
        ("check", {"state": "done", "on": "2027-03-03", "note": "Fine"}, "Done, 3 March 2027: Fine"),
        ("check", {"state": "not_needed"}, "Not needed"),
        ("calculate", 12.5, "12.5"),
        ("calculate", "2027-03-03", "3 March 2027"),
        ("calculate", "Ward A, Ward B", "Ward A, Ward B"),
        ("calculate", True, "Yes"),
        ("note", "whatever", ""),
    ],
)
def test_kind_is_said_in_words(kind, value, expected):
    assert words(kind, value) == expected


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_no_answer_is_no_words(kind, empty):
    assert words(kind, empty) == ""


# A value of an older version of a tool, or of another kind altogether
ODD = [
    "gone",
    "2027-02-30",
    7,
    7.5,
    True,
    ["a", {"b": 1}],
    {"a": None, "text": ["x"]},
    {"state": []},
    "\ud800\x00",
    [[[]]],
]


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_value_is_shown_as_text(kind, odd):
    shown = words(kind, odd)

    assert isinstance(shown, str)
    assert "\ud800" not in shown
    assert "\x00" not in shown


def test_old_choices_are_shown_by_their_names():
    assert words("select_one", "green") == "green"
    assert words("select_multiple", ["red", "green"]) == "Red; green"


def test_words_follow_the_language():
    assert words("date", "2027-03-03", "fr") == "3 mars 2027"
    assert words("decimal", "1250.5", "fr") == "1 250,5"
    assert words("decimal", "1250.5", "de") == "1 250,5"
    assert words("percent", "45", "fr") == "45 %"
    assert words("select_one", "red", "fr") == "Rouge"
    assert words("language", "sw", "fr") == "Swahili"
    with translation.override("fr"):
        assert words("country", "DE", "fr") == "Allemagne"
    assert words("date", "2027-03-03", "xx-nonsense") == "3 March 2027"


def test_unit_stands_after_the_number():
    assert words("integer", 6, unit={"en": "months"}) == "6 months"
    assert words("calculate", 1200, unit={"en": "hours"}) == "1 200 hours"


def test_percent_is_said_in_one_way_however_it_came_about():
    for lang, said in (("en", "40%"), ("fr", "40 %"), ("es", "40 %")):
        assert words("percent", "40", lang) == words("calculate", 40, lang, unit={"en": "%"}) == said
        assert words("decimal", "40", lang, unit={"en": "%"}) == said


def test_numbers_keep_their_digits():
    assert number_text("123456789012345") == "123\xa0456\xa0789\xa0012\xa0345"
    assert number_text("0.0000000001") == "0.0000000001"
    assert amount_text({"amount": "99.999", "currency": "EUR"}) == "99.999\xa0EUR"
    with pytest.raises(ValueError):
        number_text("NaN")


def test_totals():
    assert total_text(1250.5) == "1\xa0250.5"
    assert total_text(0) == "0"
    assert total_text("") == total_text(None) == ""
    money = [{"amount": "10", "currency": "EUR"}, {"amount": "5", "currency": "KES"}]
    assert total_text(money) == "10.00\xa0EUR; 5.00\xa0KES"
    assert total_text({"EUR": "10", "KES": "5"}) == total_text(money)
    assert total_text([{"odd": 1}]) == "1"


def test_texts_cannot_turn_their_neighbours_or_hide():
    assert tidy("a\u202eb\u2066c\u2069\x00\x1b") == "abc"
    assert tidy("a\n b\t c") == "a b c"
    assert tidy("a\r\nb\rc", lines=True) == "a\nb\nc"
    # Joiners shape Persian and Indic words and stay.
    assert tidy("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Hello مرحبا", "ltr"),
        ("مرحبا Hello", "rtl"),
        ("(12) שלום", "rtl"),
        ("Привіт", "ltr"),
        ("ሰላም", "ltr"),
        ("12 – 5", "auto"),
        ("", "auto"),
    ],
)
def test_direction_is_that_of_the_first_letter(text, direction):
    assert direction_of(text) == direction


def test_only_real_addresses_become_links():
    voice = Voice(Form)

    assert show(item("url"), "https://example.org", voice).href == "https://example.org"
    assert show(item("email"), "a@example.org", voice).href == "mailto:a@example.org"
    for odd in ("javascript:alert(1)", "data:text/html,x", "https://a b", "//example.org"):
        assert show(item("url"), odd, voice).href == ""
    for odd in ("javascript:alert(1)", "a@b@c", "x?subject=y@z"):
        assert show(item("email"), odd, voice).href == ""


def test_files_are_links_only_where_an_address_is_given():
    value = [{"id": "abc", "name": "plan.pdf", "size": 10}]

    assert show(item("file"), value, Voice(Form)).parts[0].url == ""
    assert show(item("file"), value, Voice(Form, "en", lambda key: f"/files/{key}")).parts[0].url == "/files/abc"
