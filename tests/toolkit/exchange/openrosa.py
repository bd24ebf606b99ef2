"""A small reader of compiled XForms, so that what an exported form works out can be compared with what ours does.

XPath itself is libxml2's; the functions that OpenRosa adds are here. Dates are numbers of days inside, as they are in
the programs that people fill such forms in with.
"""

import copy
import datetime as dt
import re

from lxml import etree

XF = "{http://www.w3.org/2002/xforms}"
JR = "http://openrosa.org/javarosa"
EPOCH = dt.date(1970, 1, 1)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})")
CLOCK = re.compile(r"(\d{2}):(\d{2})")
# Functions that XPath has and OpenRosa has otherwise
OVERLAID = re.compile(r"(?<![\w-])(round|position|sum|number)\(")
ROUNDS = 12


def _text(value):
    if isinstance(value, list):
        return (value[0].text or "") if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value or abs(value) == float("inf"):
            return "" if value != value else "Infinity"
        return str(int(value)) if value == int(value) else repr(round(value, 10))
    return str(value)


def _number(value):
    if isinstance(value, (float, bool)):
        return float(value)
    text = _text(value)
    try:
        return _counted(text)
    except ValueError:
        return float("nan")


def _counted(text):
    if match := MOMENT.fullmatch(text):
        return (dt.date.fromisoformat(match[1]) - EPOCH).days + (int(match[2]) * 60 + int(match[3])) / 1440
    if match := CLOCK.fullmatch(text):
        return (int(match[1]) * 60 + int(match[2])) / 1440
    if DAY.fullmatch(text):
        return float((dt.date.fromisoformat(text) - EPOCH).days)
    return float(text)


def _numbers(args):
    for arg in args:
        if isinstance(arg, list):
            yield from (_number(node.text or "") for node in arg)
        else:
            yield _number(arg)


def inside(value):
    """An answer as the form keeps it: days and times as numbers."""
    text = _text(value)
    return _text(_number(text)) if any(shape.fullmatch(text) for shape in (DAY, MOMENT, CLOCK)) else text


def _day(value):
    number = _number(value)
    return "" if number != number else float(number // 1)


def _round(value, digits=0.0):
    number = _number(value)
    places = _number(digits)
    if number != number or places != places:
        return float("nan")
    step = 10.0 ** int(places)
    scaled = round(abs(number) * step, 9)
    return (1 if number >= 0 else -1) * float(int(scaled + 0.5)) / step


def _format(value, form):
    number = _number(value)
    if number != number:
        return ""
    at = dt.datetime.combine(EPOCH, dt.time()) + dt.timedelta(minutes=round(number * 1440))
    codes = {"%e": str(at.day), "%n": str(at.month), "%h": str(at.hour)}
    return re.sub(r"%.", lambda match: codes.get(match[0]) or at.strftime(match[0]), _text(form))


class Form:
    """A compiled form with answers in it. ``today`` is what today() says."""

    def __init__(self, xml, today):
        self.root = etree.fromstring(xml.encode())
        self.today = today
        model = self.root.find(f".//{XF}model")
        self.data = copy.deepcopy(model.find(f"{XF}instance")[0])
        for node in [each for each in self.data.iter() if each.get(f"{{{JR}}}template") is not None]:
            node.getparent().remove(node)
        for node in self.data.iter():
            node.tag = etree.QName(node).localname
        self.binds = {bind.get("nodeset"): bind for bind in model.iter(f"{XF}bind")}
        self.labels = self._labels(model)
        self.given = {}

    def _labels(self, model):
        first = next(model.iter(f"{XF}translation"), ())
        texts = {text.get("id"): text.findtext(f"{XF}value") for text in first}
        labels = {}
        for instance in list(model.iter(f"{XF}instance"))[1:]:
            for item in instance.iter(f"{XF}item"):
                own = texts.get(item.findtext(f"{XF}itextId"), item.findtext(f"{XF}label"))
                labels[item.findtext(f"{XF}name")] = own
        return labels

    # Answers

    def rows(self, name, count):
        """So many rows of a table, of which the form begins with one."""
        first = next(self.data.iter(name))
        for _n in range(count - 1):
            first.addnext(copy.deepcopy(first))
        if not count:
            first.getparent().remove(first)
        return list(self.data.iter(name))

    def answer(self, name, value, within=None):
        node = next((self.data if within is None else within).iter(name))
        self.given[node] = inside(value)

    # Working out

    def work_out(self):
        functions = self._functions()
        tree = etree.ElementTree(self.data)
        nodes = [(node, self.binds.get(re.sub(r"\[\d+\]", "", tree.getpath(node)))) for node in self.data.iter()]
        before = None
        for _turn in range(ROUNDS):
            self._turn(nodes, functions)
            now = [node.text for node, _bind in nodes]
            if now == before:
                return
            before = now
        raise AssertionError("The form never comes to rest.")

    def _turn(self, nodes, functions):
        hidden = set()
        for node, bind in nodes:
            relevant = bind.get("relevant") if bind is not None else None
            if node.getparent() in hidden or (relevant and not self._truth(self._value(relevant, node, functions))):
                hidden.add(node)
        for node, bind in nodes:
            if len(node):
                continue
            if node in hidden:
                node.text = None
            elif bind is not None and bind.get("calculate"):
                node.text = _text(self._value(bind.get("calculate"), node, functions)) or None
            else:
                node.text = self.given.get(node) or None

    @staticmethod
    def _truth(value):
        return _text(value) not in ("", "false") if not isinstance(value, list) else bool(value)

    def _value(self, expression, node, functions):
        expression = OVERLAID.sub(r"or-\1(", expression)
        try:
            return node.xpath(expression, extensions=functions, namespaces={"jr": JR})
        except etree.XPathError as error:
            raise AssertionError(f"{expression}: {error}") from error

    def constraint(self, node):
        """Whether what stands in ``node`` meets what it must."""
        bind = self.binds[re.sub(r"\[\d+\]", "", etree.ElementTree(self.data).getpath(node))]
        if not bind.get("constraint") or not node.text:
            return True
        return self._truth(self._value(bind.get("constraint"), node, self._functions()))

    def _functions(self):
        moment = _number(f"{self.today}T10:20")
        plain = {
            "if": lambda _c, test, yes, no: yes if self._truth(test) else no,
            "coalesce": lambda _c, a, b: _text(a) or _text(b),
            "selected": lambda _c, value, name: _text(name) in _text(value).split(),
            "count-selected": lambda _c, value: float(len(_text(value).split())),
            "int": lambda _c, value: float(int(_number(value))) if _number(value) == _number(value) else _number(value),
            "round": lambda _c, value, digits=0.0: _round(value, digits),
            "number": lambda _c, value: _number(value),
            "min": lambda _c, *args: min(_numbers(args), default=float("nan")),
            "max": lambda _c, *args: max(_numbers(args), default=float("nan")),
            "sum": lambda _c, *args: float(sum(_numbers(args))),
            "today": lambda _c: _number(str(self.today)),
            "now": lambda _c: moment,
            "date": lambda _c, value: _day(value),
            "decimal-date-time": lambda _c, value: _number(value),
            "decimal-time": lambda _c, value: _number(value),
            "format-date": lambda _c, value, form: _format(value, form),
            "format-date-time": lambda _c, value, form: _format(value, form),
            "join": lambda _c, sep, *args: _text(sep).join(
                part
                for arg in args
                for part in ([n.text or "" for n in arg] if isinstance(arg, list) else [_text(arg)])
            ),
            "regex": lambda _c, value, pattern: re.search(_text(pattern), _text(value)) is not None,
            "once": lambda _c, value: value,
            "position": self._position,
        }
        plain |= {f"or-{name}": plain[name] for name in ("round", "position", "sum", "number")}
        functions = {(None, name): function for name, function in plain.items()}
        functions[(JR, "choice-name")] = lambda _c, value, _path: self.labels.get(_text(value), "")
        return functions

    @staticmethod
    def _position(_context, nodes):
        node = nodes[0]
        return float(1 + len(list(node.itersiblings(node.tag, preceding=True))))
