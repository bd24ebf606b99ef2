"""One tool that has everything: each type, in the form and in a table, two languages of which one is not complete."""

from tests.toolkit.schema.forms import group, item, table, tool

CHOICES = {
    "state": [
        {"name": "good", "label": {"en": "Good", "fr": "Bon"}, "score": 2},
        {"name": "fair", "label": {"en": "Fair"}, "score": 0.5},
        {"name": "unknown", "label": {"en": "“Don’t know”"}},
    ],
    "yes_no": [{"name": "1.0", "label": {"en": "One"}}, {"name": "no_idea", "label": {"en": "= None"}}],
}


def both(text):
    return {"en": text, "fr": f"{text} (fr)"}


EVERY = [
    item("f_text", "text", default="it's “odd” – (1 + 1)", max_length=40, hint=both("A ${line}")),
    item(
        "f_long", "long_text", max_words=20, default='One line\nand "another" it\'s', guidance=both("**Help**\n\n- one")
    ),
    item("f_int", "integer", min=0, max=10, unit=both("beds"), required=True),
    item("f_dec", "decimal", max=2.5, constraint=". != 1", constraint_message=both("Not one.")),
    item("f_share", "percent", min=0),
    item("f_cost", "money", currency="EUR", default={"amount": "12.50", "currency": "EUR"}, feeds=["in_kind_value"]),
    item("f_day", "date", bind="today", constraint=". <= today()"),
    item("f_call", "datetime"),
    item("f_start", "time", default="09:30"),
    item("f_year", "year", min=1950),
    item("f_yes", "yes_no", default="no", side="host"),
    item("f_one", "select_one state", appearance="smileys"),
    item("f_many", "select_multiple state", default=["good", "fair"], appearance="minimal"),
    item("f_list", "select_one yes_no", required="${yes} = 'yes'"),
    item("f_mark", "rating", appearance="wide"),
    item("f_mail", "email", required=False),
    item("f_phone", "phone", sensitive=True),
    item("f_web", "url", relevant="${mail} != ''"),
    item("f_land", "country", default="UG"),
    item("f_tongue", "language", default="pt-BR"),
    item("f_lead", "reference", of="contact", bind="user.name"),
    item("f_row", "reference", of="rows", rows_of="things", label_from="thing"),
    item("f_file", "file", required=True),
    item("f_logo", "image", readonly=True),
    item(
        "f_sign",
        "signature",
        required=True,
        constraint=". != 'Me'",
        constraint_message=both("Not me."),
        hint=both("Sign"),
    ),
    item("f_check", "check", default={"state": "done", "note": "by Ann"}, readonly=False),
    item("c_sum", "calculate", calculation="${int} + ${dec}", unit={"en": "pieces"}, hint=both("Worked out")),
    item("c_true", "calculate", calculation="${int} > 3 and ${sign} != ''"),
    item("n_note", "note", relevant="${true} = true()"),
]
COLUMNS = [
    item("f_thing", "text", readonly=True),
    item("f_qty", "integer", default=1),
    item("f_state", "select_one state"),
    item("f_price", "money"),
    item("f_paid", "yes_no", default="yes"),
    item("f_by", "signature"),
    item("c_line", "calculate", calculation="${qty} * ${price}"),
    item("c_part", "calculate", calculation="round(${line} div sum(${things.line}) * 100, 1)"),
]
ROWS = [
    {"_row": "first01", "thing": 'It\'s "here"', "qty": 2, "price": {"amount": "1.00", "currency": "UGX"}},
    {"_row": "second", "thing": "12", "paid": "no", "state": "fair"},
    {"_row": "third03"},
]
RICH = tool(
    *EVERY[:9],
    group("places", *EVERY[9:20], guidance=both("For the group"), relevant="${int} > 1", side="resource"),
    table(
        "things",
        *COLUMNS,
        rows=ROWS,
        fixed=True,
        totals=["qty", "line"],
        hint=both("Each thing"),
        guidance=both("More on things"),
        relevant="${yes} = 'yes'",
    ),
    group(
        "things",
        *EVERY[20:26],
        table(
            "costs",
            item("f_cost_qty", "integer") | {"name": "qty"},
            item("f_what", "text"),
            min=1,
            max=4,
            totals=["qty"],
        ),
        table(
            "meta",
            item("f_role", "text"),
            item("f_data", "text"),
            prefill="partnership.team",
            fixed=False,
            side="coordinator",
        ),
    ),
    *EVERY[26:],
    languages=["en", "fr"],
    choices=CHOICES,
    title={"en": "Everything", "fr": "Tout"},
    purpose=both("To try everything, ${even} this."),
    guidance=both("# How\n\n* one\n* two"),
    filled_by={"en": "Anyone"},
    repeats={"en": "yearly"},
    source={"en": "Our own"},
    minutes=5,
    number="4.9",
    mode="joint",
    subject="exchange",
    kind="document",
    body={"en": "Text " * 9000, "fr": "{{ answers.text }}"},
)
