"""The types of an XLSForm's rows, in all the spellings that forms in the field have."""

import re
from dataclasses import dataclass

from toolkit.schema.words import Message, _


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a row is. ``sort``: item, begin_group, begin_repeat, end_group, end_repeat, or nothing that stays.

    ``kind`` and ``list`` are those of our language; ``told`` says what is not as it was.
    """

    sort: str = "item"
    kind: str = "text"
    list: str = ""
    or_other: bool = False
    told: Message | None = None


_OTHER = r"(?P<other>\s+or[ _](?:specify[ _])?other)?"
_FROM_LIST = re.compile(
    r"(?P<kind>select[ _]?(?:one|1)|select1|select[ _]?multiple|select[ _]all[ _]that[ _]apply|select|rank)"
    r"(?:[ _]from)?\s+(?P<list>\S+)" + _OTHER,
    re.IGNORECASE,
)
_FROM_FILE = re.compile(r"select[ _](?:one|multiple)[ _](?:from[ _]file|external)\b.*", re.IGNORECASE)
_BEGIN_OR_END = re.compile(r"(begin|end)[ _]+(?:the[ _]+)?(.+)", re.IGNORECASE)

_SAME = {
    "text": "text", "string": "text", "int": "integer", "integer": "integer", "decimal": "decimal", "date": "date",
    "time": "time", "datetime": "datetime", "note": "note", "calculate": "calculate", "calculation": "calculate",
    "file": "file", "image": "image", "photo": "image", "picture": "image",
}  # fmt: skip
_PLACE = _("A place on the map becomes a line of text: coordinates or a description.")
_SOUND = _("A recording becomes a file that somebody attaches.")
_NEAR = {
    "geopoint": ("text", _PLACE),
    "location": ("text", _PLACE),
    "gps": ("text", _PLACE),
    "geotrace": ("text", _PLACE),
    "geoshape": ("text", _PLACE),
    "barcode": ("text", _("A bar code becomes a line of text.")),
    "audio": ("file", _SOUND),
    "video": ("file", _SOUND),
    "range": ("decimal", None),
    "acknowledge": ("acknowledge", None),
    "trigger": ("acknowledge", None),
    "score row": ("score", None),
    "rank level": ("rank", None),
}
_META = frozenset(
    "start end deviceid device id subscriberid subscriber id simserial sim id phonenumber phone number username email "
    "audit start-geopoint background-geopoint background-audio hidden csv-external xml-external osm "
    "last-saved".split()
) | {"device id", "subscriber id", "sim id", "phone number", "start geopoint", "xml external", "csv external"}
_GROUPS = frozenset({"group", "lgroup", "score", "rank", "matrix", "kobomatrix"})
_REPEATS = frozenset({"repeat", "lrepeat", "loop"})


def read_type(cell: str) -> Typed:
    """What the type of a row asks for."""
    spelled = " ".join(cell.replace("_", " ").split()).casefold()
    if match := _BEGIN_OR_END.fullmatch(cell.strip()):
        return _branch(match[1].casefold(), match[2])
    if _FROM_FILE.fullmatch(cell.strip()):
        return Typed(told=_("The choices lie in a file that is not here. This becomes a line of text."))
    if match := _FROM_LIST.fullmatch(" ".join(cell.split())):
        return _from_list(match)
    if spelled in _SAME:
        return Typed(kind=_SAME[spelled])
    if spelled == "today":
        return Typed(kind="today")
    near = spelled.removesuffix(" question")
    near = "score row" if near in ("score  row", "score row") else near
    if near in _NEAR:
        kind, told = _NEAR[near]
        return Typed(kind=kind, told=told)
    if spelled in _META:
        return Typed(sort="nothing", told=_("“%(type)s” is noted by a device and has no place here.", type=cell[:60]))
    return Typed(
        told=_("“%(type)s” is no type of question that is known here. It becomes a line of text.", type=cell[:60])
    )


def _branch(word: str, rest: str) -> Typed:
    what = rest.replace("_", " ").split()[0].casefold() if rest.split() else ""
    sort = "repeat" if what in _REPEATS else "group"
    told = None
    if what not in _GROUPS | _REPEATS:
        told = _("“%(type)s” is not known here and is taken for a group.", type=f"{word} {rest}"[:60])
    elif what in ("matrix", "kobomatrix", "loop"):
        told = _("A grid of questions becomes plain questions.")
    name = rest.replace("_", " ").split()[1] if what == "score" and len(rest.replace("_", " ").split()) > 1 else ""
    return Typed(sort=f"{word}_{sort}", list=name, told=told if word == "begin" else None)


def _from_list(match: re.Match[str]) -> Typed:
    spelled = match["kind"].replace("_", " ").casefold()
    is_one = spelled in ("select one", "selectone", "select1", "select 1")
    told = _("The order in which people rank is not asked; they choose what matters.") if spelled == "rank" else None
    if match["list"].startswith("${"):
        return Typed(told=_("Choices that are rows of a table become a line of text."))
    return Typed(
        kind="select_one" if is_one else "select_multiple",
        list=match["list"],
        or_other=bool(match["other"]),
        told=told,
    )
