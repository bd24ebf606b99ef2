"""How each function of ours is said in XLSForm; what is not here has the same name and meaning there."""

from toolkit.exchange.xlsform_names import Names
from toolkit.exchange.xlsform_xpath import FAR, Place, Unsayable, Writer, Xpath, literal
from toolkit.schema.definition import Definition, Tree
from toolkit.schema.numbers import to_text
from toolkit.schema.words import _

_CLOCK = ("%H", "%h", "%M")


def _name(xpath: Xpath, tree: list, place: Place) -> str:
    return xpath.name(tree, place)


def _choice_column(xpath: Xpath, tree: list, place: Place) -> str:
    """A column of the choices, which stands beside each choice there as it does here."""
    return tree[1]


def _self(xpath: Xpath, tree: list, place: Place) -> str:
    return "."


def _negative(xpath: Xpath, tree: list, place: Place) -> str:
    return f"(0 - ({xpath.number(tree[1], place)}))"


def _not(xpath: Xpath, tree: list, place: Place) -> str:
    return f"not({xpath.condition(tree[1], place)})"


def _if(xpath: Xpath, tree: list, place: Place) -> str:
    test, yes, no = xpath.condition(tree[1], place), xpath.value(tree[2], place), xpath.value(tree[3], place)
    return f"if({test}, {yes}, {no})"


def _coalesce(xpath: Xpath, tree: list, place: Place) -> str:
    said = xpath.value(tree[-1], place)
    for branch in reversed(tree[1:-1]):
        own = xpath.value(branch, place)
        is_plain = not isinstance(branch, list) or branch[0] in ("item", "row") or xpath.sort(branch) != "number"
        said = f"coalesce({own}, {said})" if is_plain else f"if({xpath.empty(branch, place)}, {said}, {own})"
    return said


def _round(xpath: Xpath, tree: list, place: Place) -> str:
    digits = xpath.number(tree[2], place) if len(tree) > 2 else "0"
    return f"round({xpath.number(tree[1], place)}, {digits})"


def _int(xpath: Xpath, tree: list, place: Place) -> str:
    return f"int({xpath.number(tree[1], place)})"


def _number(xpath: Xpath, tree: list, place: Place) -> str:
    said = xpath.number(tree[1], place)
    return said if said.startswith("decimal-") else f"number({said})"


def _position(xpath: Xpath, tree: list, place: Place) -> str:
    if place.is_candidate:
        raise Unsayable(_("the number of a row within a condition on rows"))
    return "position(..)"


def _regex(xpath: Xpath, tree: list, place: Place) -> str:
    # Some readers look for the pattern anywhere in the text, others want it to be the whole.
    return f"regex({xpath.value(tree[1], place)}, {literal(f'^({tree[2]})$')})"


def _days_between(xpath: Xpath, tree: list, place: Place) -> str:
    start, end = (_days(xpath, branch, place) for branch in tree[1:])
    return f"round({end} - {start}, 0)"


def _days(xpath: Xpath, tree: Tree, place: Place) -> str:
    sort = xpath.sort(tree)
    if sort == "moment":
        return f"int(decimal-date-time({xpath.value(tree, place)}))"
    said = xpath.dated(tree, place) if sort == "date" else f"date({xpath.value(tree, place)})"
    return f"decimal-date-time({said})"


def _format_date(xpath: Xpath, tree: list, place: Place) -> str:
    name = "format-date-time" if any(code in tree[2] for code in _CLOCK) else "format-date"
    return f"{name}({xpath.dated(tree[1], place)}, {literal(tree[2])})"


def _date(xpath: Xpath, tree: list, place: Place) -> str:
    return f"date({xpath.value(tree[1], place)})"


# Many values


def _count(xpath: Xpath, tree: list, place: Place) -> str:
    if tree[1][0] == "rows":
        return _if_there(xpath, tree[1][1], f"count(${{{xpath.names.of[tree[1][1]]}}})")
    if tree[1][0] == "col":
        return f"count({xpath.column(tree[1])})"
    return f"if({xpath.counts(tree[1], place)}, 1, 0)"


def _count_if(xpath: Xpath, tree: list, place: Place) -> str:
    table = tree[1][1]
    test = xpath.condition(tree[2], Place(table, is_candidate=True))
    return _if_there(xpath, table, f"count(${{{xpath.names.of[table]}}}[{test}])")


def _if_there(xpath: Xpath, table: str, count: str) -> str:
    """The count of a table that may not apply: some readers count its rows all the same."""
    repeat = xpath.definition.by_id[table]
    around = [group for group in xpath.definition.groups if group.id == repeat.group]
    tests = [xpath.condition(node.relevant, Place()) for node in (*around, repeat) if node.relevant is not None]
    if not tests:
        return count
    return f"if({tests[0] if len(tests) == 1 else ' and '.join(f'({test})' for test in tests)}, {count}, 0)"


def _sum_if(xpath: Xpath, tree: list, place: Place) -> str:
    """A column that holds what counts, and its sum."""
    table = tree[1][1]
    row = Place(table)
    said = f"if({xpath.condition(tree[2], row)}, {xpath.number(tree[3], row)}, '')"
    name = xpath.in_each_row(table, f"{xpath.names.of[table][:48]}_counted", said)
    return f"sum(${{{name}}}[. != ''])"


def _count_words(xpath: Xpath, tree: list, place: Place) -> str:
    return f"count-selected(normalize-space({xpath.value(tree[1], place)}))"


def _sum(xpath: Xpath, tree: list, place: Place) -> str:
    terms = [_summed(xpath, branch, place) for branch in tree[1:]]
    return terms[0] if len(terms) == 1 else f"({' + '.join(terms)})"


def _summed(xpath: Xpath, tree: Tree, place: Place) -> str:
    """One argument of a sum, 0 when it is empty."""
    if isinstance(tree, list) and tree[0] == "col":
        return f"sum({xpath.column(tree)})"
    if _is_score_of_column(tree):
        column = xpath.column(tree[1])[: -len("[. != '']")] if tree[2] else ""
        if not column:
            return f"sum({xpath.column(tree[1])})"
        terms = [f"count({column}[{test}]) * {score}" for test, score in _scored(xpath, tree)]
        return f"({' + '.join(terms)})"
    return f"if({xpath.counts(tree, place)}, {xpath.number(tree, place)}, 0)"


def _counted(xpath: Xpath, tree: Tree, place: Place) -> str:
    """How many values one argument has."""
    if isinstance(tree, list) and tree[0] == "col":
        return f"count({xpath.column(tree)})"
    if _is_score_of_column(tree):
        if not tree[2]:
            return f"count({xpath.column(tree[1])})"
        column = xpath.column(tree[1])[: -len("[. != '']")]
        return f"count({column}[{' or '.join(test for test, _score in _scored(xpath, tree))}])"
    return f"if({xpath.counts(tree, place)}, 1, 0)"


def _is_score_of_column(tree: Tree) -> bool:
    return isinstance(tree, list) and tree[0] == "score" and tree[1][0] == "col"


def _scored(xpath: Xpath, tree: list) -> list[tuple[str, str]]:
    """A test for each choice that has a score, and the score."""
    item = xpath.definition.by_id[tree[1][-1]]
    test = "selected(., '{}')" if item.kind == "select_multiple" else ". = '{}'"
    choices = xpath.definition.lists[tree[2]]
    return [(test.format(each.name), to_text(float(each.score))) for each in choices if each.score is not None]


def _mean(xpath: Xpath, tree: list, place: Place) -> str:
    total = _sum(xpath, tree, place)
    counts = [_counted(xpath, branch, place) for branch in tree[1:]]
    count = counts[0] if len(counts) == 1 else f"({' + '.join(counts)})"
    return f"if({count} = 0, '', {total} div {count})"


def _extreme(xpath: Xpath, tree: list, place: Place) -> str:
    if any(_is_score_of_column(branch) for branch in tree[1:]):
        return _extreme_score(xpath, tree)
    name, is_date = tree[0], xpath.sort(tree) == "date"
    far = FAR if name == "min" else f"-{FAR}"
    values, counts = [], [_counted(xpath, branch, place) for branch in tree[1:]]
    for branch in tree[1:]:
        if isinstance(branch, list) and branch[0] == "col":
            values.append(xpath.column(branch))
        else:
            values.append(f"if({xpath.counts(branch, place)}, {xpath.number(branch, place)}, {far})")
    if len(values) > 1:
        values = [
            f"if({count} = 0, {far}, {name}({value}))" if "[" in value else value
            for value, count in zip(values, counts, strict=True)
        ]
    said = f"{name}({', '.join(values)})"
    count = counts[0] if len(counts) == 1 else f"({' + '.join(counts)})"
    return f"if({count} = 0, '', {f'date({said})' if is_date else said})"


def _extreme_score(xpath: Xpath, tree: list) -> str:
    """The best or worst score in a column: the first that anybody picked, tried in order."""
    branch = tree[1]
    if len(tree) > 2 or xpath.definition.by_id[branch[1][-1]].kind == "select_multiple":
        raise Unsayable(_("the highest or lowest of several scores"))
    if not branch[2]:
        return _extreme(xpath, [tree[0], branch[1]], Place())
    column = xpath.column(branch[1])[: -len("[. != '']")]
    said = "''"
    for test, score in sorted(_scored(xpath, branch), key=lambda each: float(each[1]), reverse=tree[0] == "min"):
        said = f"if(count({column}[{test}]) > 0, {score}, {said})"
    return said


def _score(xpath: Xpath, tree: list, place: Place) -> str:
    said = xpath.value(tree[1], place)
    if not tree[2]:
        return f"if({xpath.counts(tree[1], place)}, {said}, '')"
    item = xpath.definition.by_id[tree[1][-1]]
    scores = [
        (each.name, to_text(float(each.score))) for each in xpath.definition.lists[tree[2]] if each.score is not None
    ]
    if item.kind == "select_multiple":
        terms = [f"if(selected({said}, '{name}'), {score}, 0)" for name, score in scores]
        any_of = " or ".join(f"selected({said}, '{name}')" for name, _score in scores)
        return f"if({any_of}, {' + '.join(terms)}, '')"
    written = "''"
    for name, score in reversed(scores):
        written = f"if({said} = '{name}', {score}, {written})"
    return written


def _concat(xpath: Xpath, tree: list, place: Place) -> str:
    return _together([xpath.value(branch, place) for branch in tree[1:]])


def _together(pieces: list[str]) -> str:
    return f"concat({', '.join(pieces)})" if len(pieces) > 1 else f"string({pieces[0]})"


def _join(xpath: Xpath, tree: list, place: Place) -> str:
    separator = xpath.value(tree[1], place)
    columns, others = xpath.pieces(tree[2:], place)
    if len(columns) == 1 and not others:
        return f"join({separator}, {columns[0]})"
    pieces, before = [], []
    for branch in tree[2:]:
        is_column = isinstance(branch, list) and branch[0] == "col"
        said = f"join({separator}, {xpath.column(branch)})" if is_column else xpath.value(branch, place)
        if before:
            pieces.append(f"if(({' or '.join(before)}) and {said} != '', {separator}, '')")
        pieces.append(said)
        before.append(f"{said} != ''")
    return _together(pieces)


def _choice_name(xpath: Xpath, tree: list, place: Place) -> str:
    value = tree[1]
    asked = xpath.definition.by_id.get(value[-1]) if isinstance(value, list) and value[0] in ("item", "row") else None
    if asked is None or asked.list != tree[2]:
        asked = next(
            item
            for item in xpath.definition.items
            if item.list == tree[2] and item.kind == "select_one" or item.list == tree[2]
        )
    if asked.kind == "select_multiple" or place.is_candidate:
        raise Unsayable(_("the labels of several choices"))
    return f"jr:choice-name({xpath.value(value, place)}, '${{{xpath.names.of[asked.id]}}}')"


WRITERS: dict[str, Writer] = {
    "item": _name,
    "row": _name,
    "choice": _choice_column,
    "self": _self,
    "neg": _negative,
    "not": _not,
    "if": _if,
    "coalesce": _coalesce,
    "round": _round,
    "int": _int,
    "number": _number,
    "position": _position,
    "regex": _regex,
    "days-between": _days_between,
    "format-date": _format_date,
    "date": _date,
    "count": _count,
    "count-if": _count_if,
    "sum-if": _sum_if,
    "count-words": _count_words,
    "sum": _sum,
    "avg": _mean,
    "min": _extreme,
    "max": _extreme,
    "score": _score,
    "concat": _concat,
    "join": _join,
    "jr:choice-name": _choice_name,
}


def writer_for(definition: Definition, names: Names) -> Xpath:
    return Xpath(definition, names, WRITERS)
