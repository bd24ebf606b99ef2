"""What each kind of item takes, in which form it keeps it, and what it refuses in which words."""

import datetime as dt
from decimal import Decimal

import pytest

from toolkit.schema.answers import clean_value
from toolkit.schema.errors import AnswerError
from toolkit.schema.kinds import KINDS, TOTALLED
from toolkit.schema.parsing import parse

from .forms import CHOICES, item, table, tool

DEFINITION = parse(
    tool(
        item("f_text", "text"),
        item("f_short", "text", max_length=5),
        item("f_long", "long_text"),
        item("f_brief", "long_text", max_words=3),
        item("f_integer", "integer"),
        item("f_limited", "integer", min=1, max=10),
        item("f_decimal", "decimal"),
        item("f_half", "decimal", min=0.5),
        item("f_percent", "percent", max=100),
        item("f_money", "money"),
        item("f_euro", "money", currency="EUR", min=1),
        item("f_date", "date"),
        item("f_datetime", "datetime"),
        item("f_time", "time"),
        item("f_year", "year"),
        item("f_yes_no", "yes_no"),
        item("f_one", "select_one done"),
        item("f_many", "select_multiple done"),
        item("f_rating", "rating"),
        item("f_email", "email"),
        item("f_phone", "phone"),
        item("f_url", "url"),
        item("f_country", "country"),
        item("f_language", "language"),
        item("f_reference", "reference", of="contact"),
        table("people", item("f_person", "text")),
        item("f_row", "reference", of="rows", rows_of="people", label_from="person"),
        item("f_file", "file"),
        item("f_image", "image"),
        item("f_signature", "signature"),
        item("f_check", "check"),
        item("c_calculate", "calculate", calculation="1"),
        item("n_note", "note"),
        choices=CHOICES,
    )
)
FILE = {"id": "a1", "name": "cv.pdf", "size": 3}
MONEY = {"amount": "12.50", "currency": "EUR"}

KEPT = [
    ("text", "  Ward 3  ", "Ward 3"),
    ("text", "two\nlines", "two lines"),
    ("text", "cut\x00\x0b\x1fup", "cutup"),
    ("text", "e\u0301", "é"),
    ("text", "x" * 500, "x" * 500),
    ("text", "ኢትዮጵያ", "ኢትዮጵያ"),
    ("long", "one\r\ntwo\rthree\tend", "one\ntwo\nthree\tend"),
    ("long", "x" * 20_000, "x" * 20_000),
    ("brief", "one two three", "one two three"),
    ("integer", "12", 12),
    ("integer", 12, 12),
    ("integer", "12.0", 12),
    ("integer", "-3", -3),
    ("integer", "1 234 567", 1234567),
    ("integer", "1\u202f234", 1234),
    ("integer", "1'234", 1234),
    ("integer", "١٢", 12),
    ("integer", "\u22125", -5),
    ("integer", "999999999999999", 999999999999999),
    ("decimal", "12.50", "12.5"),
    ("decimal", "12,5", "12.5"),
    ("decimal", "12,50", "12.5"),
    ("decimal", "0,125", "0.125"),
    ("decimal", "1 234,5678", "1234.5678"),
    ("decimal", "1,2345", "1.2345"),
    ("decimal", ".5", "0.5"),
    ("decimal", "5.", "5"),
    ("decimal", "-0", "0"),
    ("decimal", "+2.0", "2"),
    ("decimal", "١٢٫٥", "12.5"),
    ("decimal", 0.1, "0.1"),
    ("decimal", 1e-7, "0.0000001"),
    ("decimal", Decimal("3.140"), "3.14"),
    ("decimal", "100", "100"),
    ("percent", "40 %", "40"),
    ("percent", "12,5%", "12.5"),
    ("money", MONEY, MONEY),
    ("money", {"amount": "12,5", "currency": "eur"}, MONEY),
    ("money", {"amount": 1500000, "currency": "UGX"}, {"amount": "1500000.00", "currency": "UGX"}),
    ("money", {"amount": "1.234", "currency": "JOD"}, {"amount": "1.234", "currency": "JOD"}),
    ("money", {"amount": "-0", "currency": "EUR"}, {"amount": "0.00", "currency": "EUR"}),
    ("euro", "12.5", MONEY),
    ("euro", {"amount": "12.5", "currency": ""}, MONEY),
    ("date", "2026-02-28", "2026-02-28"),
    ("date", dt.date(2026, 2, 28), "2026-02-28"),
    ("date", dt.datetime.fromisoformat("2026-02-28T10:00"), "2026-02-28"),
    ("date", "2024-02-29", "2024-02-29"),
    (
        "datetime",
        {"at": "2026-01-01 9:05:30", "zone": "Africa/Kampala"},
        {"at": "2026-01-01T09:05", "zone": "Africa/Kampala"},
    ),
    ("time", "9:30", "09:30"),
    ("time", "23:59:59", "23:59"),
    ("time", dt.time(8, 0), "08:00"),
    ("year", "2026", 2026),
    ("yes_no", "yes", "yes"),
    ("yes_no", False, "no"),
    ("one", "fully", "fully"),
    ("many", ["partly", "fully", "partly"], ["fully", "partly"]),
    ("many", "partly fully", ["fully", "partly"]),
    ("rating", "4", 4),
    ("rating", 5, 5),
    ("rating", "na", "na"),
    ("email", " ann@example.org ", "ann@example.org"),
    ("email", "ann.o'neil+x@mail.example.co.ug", "ann.o'neil+x@mail.example.co.ug"),
    ("email", "ánn@exämple.org", "ánn@exämple.org"),
    ("phone", "+256 (0)414-123.456 ext. 12", "+256 (0)414-123.456 ext. 12"),
    ("url", "www.example.org/a?b=c", "https://www.example.org/a?b=c"),
    ("url", "http://example.org:8080", "http://example.org:8080"),
    ("url", "example.org:8080/x", "https://example.org:8080/x"),
    ("country", "ug", "UG"),
    ("language", "pt-br", "pt-BR"),
    ("language", "zh_hant", "zh-Hant"),
    ("language", "ach", "ach"),
    ("reference", "Ann", {"text": "Ann", "ref": None}),
    ("reference", {"text": "Ann", "ref": "contact:12"}, {"text": "Ann", "ref": "contact:12"}),
    ("reference", {"text": "Ann", "ref": ""}, {"text": "Ann", "ref": None}),
    ("row", {"text": "Ann", "ref": "row:abc123"}, {"text": "Ann", "ref": "row:abc123"}),
    ("file", FILE, [FILE]),
    ("file", [FILE, {**FILE, "id": "b2"}], [FILE, {**FILE, "id": "b2"}]),
    ("image", [FILE], [FILE]),
    (
        "signature",
        {"name": "Ann", "title": "", "on": "2026-01-01", "agreed": "on"},
        {"name": "Ann", "on": "2026-01-01", "agreed": True},
    ),
    ("signature", {"name": "Ann", "agreed": ""}, {"name": "Ann", "agreed": False}),
    ("check", "done", {"state": "done"}),
    (
        "check",
        {"state": "not_needed", "on": "2026-01-01", "note": " ok "},
        {"state": "not_needed", "on": "2026-01-01", "note": "ok"},
    ),
    ("check", {"state": "pending", "note": "asked"}, {"state": "pending", "note": "asked"}),
]

EMPTY = [
    *((name, None) for name in ("text", "integer", "many", "file", "check")),
    *((name, "") for name in ("text", "long", "integer", "decimal", "money", "date", "datetime")),
    *((name, "") for name in ("time", "year", "yes_no", "one", "many", "rating", "email", "phone")),
    *((name, "  ") for name in ("url", "country", "language", "reference", "text", "decimal")),
    ("money", {"amount": "", "currency": "EUR"}),
    ("datetime", {"at": "", "zone": "Africa/Kampala"}),
    ("many", []),
    ("file", []),
    ("reference", {"text": "", "ref": None}),
    ("signature", {"name": "", "on": "2026-01-01", "agreed": False}),
    ("check", "pending"),
    ("check", {"state": "", "note": ""}),
]

REFUSED = [
    ("text", 5, "type", "as text"),
    ("text", ["a"], "type", "as text"),
    ("text", "x" * 501, "too_long", "501 characters long; keep it to 500"),
    ("text", "x" * 10_000, "too_long", "keep it to 500"),
    ("short", "abcdef", "too_long", "keep it to 5"),
    ("text", "a\ud800b", "characters", "broken characters"),
    ("long", "x" * 20_001, "too_long", "keep it to 20000"),
    ("brief", "one two three four", "too_many_words", "4 words; keep it to 3"),
    ("integer", "1,234", "number_comma", "two things"),
    ("integer", "1,234,567", "number_comma", "without a comma"),
    ("decimal", "12,345", "number_comma", "two things"),
    ("decimal", "1.234,5", "number", "such as 12 or 12.5"),
    ("decimal", "1,234.5", "number", "such as 12 or 12.5"),
    ("integer", "12.5", "integer", "whole number"),
    ("integer", "12,5", "integer", "whole number"),
    ("integer", "twelve", "number", "Write a number"),
    ("integer", "1e3", "number", "Write a number"),
    ("integer", True, "number", "Write a number"),
    ("integer", [1], "number", "Write a number"),
    ("integer", "10 00", "number", "Write a number"),
    ("integer", 10**15, "digits", "at most 15 digits"),
    ("integer", 10**5000, "digits", "at most 15 digits"),
    ("integer", "9" * 101, "digits", "at most 15 digits"),
    ("decimal", "1234567890.123456", "digits", "at most 15 digits"),
    ("decimal", "0.12345678901", "places", "10 digits after the point"),
    ("decimal", float("nan"), "digits", "15 digits"),
    ("decimal", float("inf"), "digits", "15 digits"),
    ("decimal", Decimal("NaN"), "digits", "15 digits"),
    ("decimal", Decimal("sNaN"), "digits", "15 digits"),
    ("decimal", Decimal("1e999999"), "digits", "15 digits"),
    ("limited", "0", "min", "1 or more"),
    ("limited", "11", "max", "10 or less"),
    ("half", "0.4", "min", "0.5 or more"),
    ("percent", "101", "max", "100 or less"),
    ("money", {"amount": "5"}, "currency_missing", "Choose the currency"),
    ("money", {"amount": "5", "currency": "XXX"}, "currency", "three letters"),
    ("money", {"amount": "5", "currency": ["EUR"]}, "currency", "three letters"),
    ("money", {"amount": "5", "currency": "EUR", "rate": 1}, "type", "nothing else"),
    ("money", {"amount": "5.001", "currency": "EUR"}, "places", "2 digits after"),
    ("money", {"amount": "99999999999999", "currency": "EUR"}, "digits", "15 digits"),
    ("money", {"amount": "1,000", "currency": "EUR"}, "number_comma", "two things"),
    ("euro", "0.5", "min", "1 or more"),
    ("date", "31/01/2026", "date", "such as 2026-01-31"),
    ("date", "2026-1-5", "date", "such as 2026-01-31"),
    ("date", 20260101, "date", "2026-01-31"),
    ("date", "2026-02-30", "date_unknown", "2026-02-30 does not exist"),
    ("date", "2026-13-01", "date_unknown", "does not exist"),
    ("date", "0026-01-01", "date_range", "Check the year"),
    ("date", "٢٠٢٦-٠١-٠١", "date", "such as"),
    ("datetime", {"at": "2026-01-01", "zone": "UTC"}, "datetime", "both a date and a time"),
    ("datetime", {"at": "2026-01-01T", "zone": "UTC"}, "datetime", "both a date and a time"),
    ("datetime", {"at": 5, "zone": "UTC"}, "datetime", "both a date and a time"),
    ("datetime", {"at": "2026-01-01T10:00"}, "zone_missing", "time zone"),
    ("datetime", {"at": "2026-01-01T10:00", "zone": "Mars/Base"}, "zone", "Africa/Kampala"),
    ("datetime", {"at": "2026-01-01T10:00", "zone": "../UTC"}, "zone", "from the list"),
    ("datetime", {"at": "2026-01-01T10:00", "zone": ["UTC"]}, "zone", "from the list"),
    ("datetime", {"at": "2026-01-01T10:00", "zone": "UTC", "x": 1}, "type", "nothing else"),
    ("datetime", {"at": "2026-02-30T10:00", "zone": "UTC"}, "date_unknown", "does not exist"),
    ("time", "25:00", "time", "such as 14:30"),
    ("time", "9.30", "time", "such as 14:30"),
    ("time", 930, "time", "14:30"),
    ("year", "99", "year", "four digits"),
    ("year", "20266", "year", "four digits"),
    ("yes_no", "maybe", "choice", "yes or no"),
    ("yes_no", 1, "choice", "Choose one"),
    ("one", "never", "choice", "“never” is not one of the answers"),
    ("one", ["fully"], "choice", "Choose one"),
    ("many", ["fully", "never"], "choice", "“never” is not one"),
    ("many", 5, "choice", "from the answers offered"),
    ("many", [["fully"]], "choice", "from the answers offered"),
    ("rating", 6, "rating", "1 to 5"),
    ("rating", "0", "rating", "1 to 5"),
    ("rating", "2.5", "rating", "1 to 5"),
    ("rating", "high", "rating", "1 to 5"),
    ("email", "ann", "email", "name@example.org"),
    ("email", "ann@example", "email", "name@example.org"),
    ("email", "a b@example.org", "email", "name@example.org"),
    ("email", "a@b@example.org", "email", "name@example.org"),
    ("email", "a" * 250 + "@example.org", "too_long", "254"),
    ("phone", "call me", "phone", "in digits"),
    ("phone", "+2", "phone", "in digits"),
    ("url", "javascript:alert(1)", "url", "web address"),
    ("url", "ftp://example.org", "url", "web address"),
    ("url", "http://localhost", "url", "web address"),
    ("url", "http://user:secret@example.org", "url", "web address"),
    ("url", "https://exa mple.org", "url", "web address"),
    ("url", "https://example.org:99999", "url", "web address"),
    ("url", "https://[::1", "url", "web address"),
    ("country", "Uganda", "country", "from the list"),
    ("country", 256, "choice", "Choose one"),
    ("language", "English", "language", "from the list"),
    ("language", "xx", "language", "from the list"),
    ("reference", {"text": "", "ref": "contact:1"}, "reference", "Write the name"),
    ("reference", {"text": "Ann", "ref": "user:1"}, "reference", "Choose again"),
    ("reference", {"text": "Ann", "ref": "contact:../1"}, "reference", "Choose again"),
    ("reference", {"text": "Ann", "ref": 12}, "reference", "Choose again"),
    ("reference", {"text": "Ann", "id": 1}, "type", "the parts it should have"),
    ("reference", 5, "type", "the parts it should have"),
    ("row", {"text": "Ann", "ref": "contact:1"}, "reference", "Choose again"),
    ("file", "cv.pdf", "file", "Choose a file"),
    ("file", [FILE] * 21, "too_many_files", "at most 20"),
    ("file", [{**FILE, "id": "../x"}], "file", "cannot be attached"),
    ("file", [{**FILE, "name": "a/b"}], "file", "cannot be attached"),
    ("file", [{**FILE, "size": -1}], "file", "cannot be attached"),
    ("file", [{**FILE, "size": True}], "file", "cannot be attached"),
    ("file", [{"id": "a1"}], "file", "cannot be attached"),
    ("file", [5], "type", "the parts it should have"),
    ("file", [{**FILE, "path": "/etc"}], "type", "the parts it should have"),
    ("signature", {"agreed": True, "on": "2026-01-01"}, "signature_name", "Write the name"),
    ("signature", {"agreed": True, "name": "Ann"}, "signature_date", "Give the day"),
    ("signature", {"name": "Ann", "agreed": "maybe"}, "type", "the parts it should have"),
    ("signature", {"name": "Ann", "agreed": [1]}, "type", "the parts it should have"),
    ("signature", "Ann", "type", "the parts it should have"),
    ("signature", {"name": "Ann", "on": "2026-02-30", "agreed": False}, "date_unknown", "not exist"),
    ("check", "maybe", "choice", "done, not needed or pending"),
    ("check", {"state": ["done"]}, "choice", "done, not needed or pending"),
    ("check", {"state": "done", "by": "Ann"}, "type", "the parts it should have"),
    ("calculate", "5", "computed", "worked out by the form"),
    ("note", "5", "note", "takes no answer"),
]


def _item(name):
    return next(item for item in DEFINITION.items if item.name == name)


def _ids(rows):
    """Short ids: some answers here are too long, or too broken, to be printed."""
    return [f"{row[0]}-{number}" for number, row in enumerate(rows)]


@pytest.mark.parametrize(("name", "raw", "value"), KEPT, ids=_ids(KEPT))
def test_clean_value_is_canonical_and_stays_so(name, raw, value):
    cleaned = clean_value(_item(name), raw, definition=DEFINITION)

    assert cleaned == value
    assert type(cleaned) is type(value)
    assert clean_value(_item(name), cleaned, definition=DEFINITION) == value


@pytest.mark.parametrize(("name", "raw"), EMPTY, ids=_ids(EMPTY))
def test_empty_answer_is_none(name, raw):
    assert clean_value(_item(name), raw, definition=DEFINITION) is None


@pytest.mark.parametrize(("name", "raw", "code", "words"), REFUSED, ids=_ids(REFUSED))
def test_bad_answer_is_refused_with_a_sentence(name, raw, code, words):
    with pytest.raises(AnswerError) as refusal:
        clean_value(_item(name), raw, definition=DEFINITION)

    assert (refusal.value.code, words in refusal.value.message) == (code, True)


def test_kinds_are_exactly_those_of_the_language():
    assert sorted(KINDS) == sorted(
        "text long_text integer decimal percent money date datetime time year yes_no select_one "
        "select_multiple rating email phone url country language reference file image signature "
        "check calculate note".split()
    )
    assert KINDS.keys() >= TOTALLED
    assert {item.kind for item in DEFINITION.items} == set(KINDS)


def test_every_kind_keeps_and_refuses_something():
    kept, refused = ({_item(row[0]).kind for row in rows} for rows in (KEPT, REFUSED))

    assert kept == set(KINDS) - {"calculate", "note"}
    assert refused == set(KINDS) - {"image"}, "an image is refused as a file is"


def test_message_is_translated_with_its_numbers():
    with pytest.raises(AnswerError) as refusal:
        clean_value(_item("short"), "abcdef", definition=DEFINITION)

    french = refusal.value.message.translated(lambda _: "%(length)d lettres, %(limit)d au plus")

    assert french == "6 lettres, 5 au plus"


@pytest.mark.parametrize(
    ("name", "value", "empty"),
    [
        ("signature", {"name": "Ann", "agreed": False}, True),
        ("signature", {"name": "Ann", "on": "2026-01-01", "agreed": True}, False),
        ("check", {"state": "pending", "note": "x"}, True),
        ("check", {"state": "done"}, False),
        ("text", "x", False),
    ],
)
def test_what_is_kept_but_does_not_answer_counts_as_empty(name, value, empty):
    assert KINDS[_item(name).kind].is_empty(value) is empty
