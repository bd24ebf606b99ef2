"""Forms with conditions, checks and several sets of answers, for both evaluators."""

import datetime as dt

from toolkit.schema.answers import evaluate_answers


def item(key, kind, **keys):
    return {"id": key, "name": key[2:], "type": kind, "label": {"en": key[2:].title()}, **keys}


def tool(*form, **keys):
    return {
        "tool": "sample",
        "section": "monitor",
        "kind": "form",
        "title": {"en": "Sample"},
        "purpose": {"en": "For tests."},
        "form": list(form),
    } | keys


def group(name, *items, **keys):
    return {"group": name, "label": {"en": name.title()}, "items": list(items), **keys}


def table(name, *items, **keys):
    return {
        "repeat": name,
        "id": f"r_{name}",
        "label": {"en": name.title()},
        "items": list(items),
        **keys,
    }


def evaluation_of(definition, answers, **keys):
    return evaluate_answers(
        definition,
        answers,
        today=dt.date(2026, 3, 15),
        now=dt.datetime.fromisoformat("2026-03-15T10:20"),
        **keys,
    )


CHOICES = {
    "done": [
        {"name": "fully", "label": {"en": "Fully"}},
        {"name": "partly", "label": {"en": "Partly"}},
    ]
}

FORMS = [
    {
        "name": "dates in order",
        "tool": tool(
            item("f_from", "date", required=True),
            item("f_to", "date", required=True, constraint=". >= ${from}"),
        ),
        "answers": [
            {},
            {"f_from": "2026-01-02"},
            {"f_from": "2026-01-02", "f_to": "2026-01-01"},
            {"f_from": "2026-01-02", "f_to": "2026-01-02"},
            {"f_to": "2026-01-02"},
        ],
    },
    {
        "name": "conditions that hang on each other, written last to first",
        "tool": tool(
            item("f_third", "text", relevant="${second} = 'yes'", required=True),
            item("f_second", "yes_no", relevant="${first} = 'yes'", required=True),
            item("f_first", "yes_no"),
            item("c_sum", "calculate", calculation="if(${third} = '', 'none', ${third})"),
        ),
        "answers": [
            {},
            {"f_first": "yes"},
            {"f_first": "yes", "f_second": "yes"},
            {"f_first": "yes", "f_second": "yes", "f_third": "x"},
            {"f_first": "no", "f_second": "yes", "f_third": "x"},
        ],
    },
    {
        "name": "a group and a table that may not apply",
        "tool": tool(
            item("f_has", "yes_no"),
            group(
                "more",
                item("f_why", "text", required="${has} = 'yes'"),
                table(
                    "rows",
                    item("f_what", "select_one done", required=True),
                    item("f_rest", "text", relevant="${what} != 'fully'", required=True),
                    item("f_mark", "rating", constraint=". != 'na' and . > 1"),
                ),
                relevant="${has} = 'yes'",
            ),
            item("c_number", "calculate", calculation="count(${rows})"),
            choices=CHOICES,
        ),
        "answers": [
            {"f_has": "no", "f_why": "x", "r_rows": [{"_row": "row001", "f_what": "fully"}]},
            {
                "f_has": "yes",
                "r_rows": [
                    {"_row": "row001", "f_what": "fully", "f_rest": "kept", "f_mark": 1},
                    {"_row": "row002", "f_what": "partly", "f_mark": "na"},
                    {"_row": "row003", "f_mark": 3},
                ],
            },
        ],
    },
    {
        "name": "a signature and a check that do not count yet",
        "tool": tool(
            item("f_sign", "signature", required=True),
            item("f_check", "check", required=True),
            item("c_done", "calculate", calculation="concat(${sign}, '/', ${check})"),
        ),
        "answers": [
            {},
            {"f_sign": {"name": "Ann", "agreed": False}, "f_check": {"state": "pending", "note": "x"}},
            {
                "f_sign": {"name": "Ann", "on": "2026-01-01", "agreed": True},
                "f_check": {"state": "not_needed"},
            },
        ],
    },
    {
        "name": "a table within its limits, and a value once fixed",
        "tool": tool(
            table("lines", item("f_sum", "money"), totals=["sum"]),
            item("c_stamp", "calculate", calculation="once(today())"),
            item("c_all", "calculate", calculation="sum(${sum})"),
            item("c_high", "calculate", calculation="${all} > 100 and ${stamp} != ''"),
        ),
        "answers": [
            {},
            {"c_stamp": "2025-01-01"},
            {"r_lines": [{"_row": "row001", "f_sum": {"amount": "120.00", "currency": "EUR"}}]},
        ],
    },
]
