"""Random expressions over the form of the table, for Hypothesis."""

from hypothesis import strategies as st

NAMES = (
    "n z e d p m m2 t te num lt day day2 daye dt time time2 y yes no one onee many r rna c lang ref "
    "file sig unsig chk email h u"
).split()
COLUMNS = "qty price amount level on cost mark low what pay hq bq bd".split()
TEXTS = ("", "a", "good", "12.5", "-3", "2026-02-28", "2026-13-01", "10:30", "é😀", "2026-03-01T08:15")
PATTERNS = ("[0-9]+", r"\d{4}-\d{2}-\d{2}", "[a-z]*", r".+\s.+", "(?:ab|good)", r"[^\w]?.*")
DATE_FORMS = ("%d/%m/%Y", "%e %b %y", "%a %H:%M", "%n-%h")

NUMBERS = st.one_of(
    st.integers(0, 10**15 - 1).map(str),
    st.integers(0, 40).map(str),
    st.decimals(0, 10**6, places=4).map(lambda d: f"{d:f}"),
)
LEAVES = st.one_of(
    NUMBERS,
    st.sampled_from(TEXTS).map(lambda text: f"'{text}'"),
    st.sampled_from(NAMES).map(lambda name: f"${{{name}}}"),
    st.sampled_from(["true()", "false()", "today()", "now()"]),
)
AGGREGATED = st.sampled_from(["sum", "avg", "min", "max"])


def _call(name, *arguments):
    return st.tuples(*arguments).map(lambda given: f"{name}({', '.join(given)})")


def _many(names, argument, least=1):
    return st.tuples(names, st.lists(argument, min_size=least, max_size=3)).map(
        lambda pair: f"{pair[0]}({', '.join(pair[1])})"
    )


def _wider(inner):
    columns = st.sampled_from(COLUMNS).map(lambda name: f"${{{name}}}")
    scores = st.sampled_from(["score(${level})", "score(${mark})", "score(${many})"])
    operators = st.sampled_from("+ - * div mod = != < <= > >= and or".split())
    return st.one_of(
        st.tuples(inner, operators, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda text: f"-{text}"),
        _call("if", inner, inner, inner),
        _call("round", inner, st.sampled_from(["0", "2", "-1", "7"])),
        _call("days-between", inner, inner),
        _call("contains", inner, inner),
        _call("starts-with", inner, inner),
        _call("selected", inner, st.sampled_from(["'good'", "'a'", "''"])),
        _call("regex", inner, st.sampled_from(PATTERNS).map(lambda p: f"'{p}'")),
        _call("format-date", inner, st.sampled_from(DATE_FORMS).map(lambda f: f"'{f}'")),
        _call("count-if", st.just("${lines}"), inner),
        _call("count", columns),
        _call("jr:choice-name", inner, st.just("'${one}'")),
        _many(AGGREGATED, st.one_of(columns, scores, inner)),
        _many(st.just("join"), st.one_of(columns, inner), least=2),
        _many(st.just("concat"), inner),
        _many(st.just("coalesce"), inner, least=2),
        st.tuples(st.sampled_from(["not", "int", "number", "string", "string-length", "date"]), inner).map(
            lambda pair: f"{pair[0]}({pair[1]})"
        ),
    )


EXPRESSIONS = st.recursive(LEAVES, _wider, max_leaves=12)
