"""The form of a question, a calculation or a note: what is asked, of which type, when, and what is taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import long_text
from toolkit.forms.editor.base import LONGER_HELP, Block, NumberField, PartForm, WholeField
from toolkit.forms.editor.choices import ChoiceGrid
from toolkit.forms.editor.condition import Asked
from toolkit.forms.editor.filter import ChoiceFilter
from toolkit.forms.editor.group import ALWAYS
from toolkit.forms.editor.values import default_field, from_text, offered_paths, takes_default, to_text
from toolkit.forms.options import CURRENCIES
from toolkit.rendering.vocabulary import APPEARANCES, APPEARANCES_FOR, BINDINGS, INDICATORS, KIND_CHOICES, RECORDS
from toolkit.schema import bindings
from toolkit.schema.conditions import SELF
from toolkit.schema.editing import Raw
from toolkit.schema.kinds import KINDS
from toolkit.schema.parts import label_of, parts_of
from toolkit.schema.retyping import choices_in, kind_of, list_of, retype, use_list, without_unused
from toolkit.schema.structure import ONLY_FOR

MORE = "parent side appearance sensitive readonly name guidance feeds".split()


class ItemForm(PartForm):
    TEXTS = ("label", "hint", "guidance", "unit", "constraint_message")

    def build(self) -> None:
        self.kind = kind_of(self.entry)
        self.new_id = self.part.id
        note = self.kind == "note"
        self.text("label", _("Note") if note else _("Question"), rows=3 if note else 2)
        self.text("hint", _("Hint"), limit=2000, help_text=_("One line below the question."))
        self.text("guidance", _("Guidance"), rows=4, limit=20_000, help_text=LONGER_HELP)
        self.plain("type", forms.ChoiceField(label=_("Type"), choices=KIND_CHOICES))
        self.fields["type"].help_text = _("After another type is chosen, save to see what it can be set to.")
        self.initial["type"] = self.kind
        self._type_fields()
        self._answer_fields()
        self.place_field(("group", "table"))
        self.side_field()
        self.name_field("name", _("What formulas and texts call this question. They follow when you change it."))
        self._conditions()

    def takes(self, key: str) -> bool:
        return self.kind in ONLY_FOR[key]

    def _type_fields(self) -> None:
        """What only some types have."""
        if self.takes("min"):
            self.plain("min", NumberField(label=_("Smallest that is taken")))
            self.plain("max", NumberField(label=_("Largest that is taken")))
        if self.takes("unit"):
            self.text("unit", _("Unit"), limit=40, help_text=_("Written after the answer, such as “days”."))
        if self.takes("max_words"):
            self.plain("max_words", WholeField(label=_("Words at most")))
            self.plain("max_length", WholeField(label=_("Characters at most")))
        if self.takes("currency"):
            codes = sorted({*CURRENCIES, *([self.entry["currency"]] if self.entry.get("currency") else [])})
            known = [("", _("Chosen by whoever fills it in")), *((code, code) for code in codes)]
            self.plain("currency", forms.ChoiceField(label=_("Usual currency"), choices=known, required=False))
        if self.takes("calculation"):
            help_text = _("For example sum(${amount}), or ${days} * 50. The names are listed below.")
            made = forms.CharField(
                label=_("Formula"), max_length=2000, required=False, widget=long_text(3), help_text=help_text
            )
            self.plain("calculation", made)
            made.widget.attrs.update(spellcheck="false", autocapitalize="none")
        if self.takes("of"):
            self._reference_fields()
        if list_of(self.entry):
            self._choice_fields()

    def _reference_fields(self) -> None:
        self.plain("of", forms.ChoiceField(label=_("Refers to"), choices=list(RECORDS.items()), required=False))
        pairs = [("", "–")]
        for table in (part for part in self.parts.values() if part.sort == "table"):
            columns = [part for part in self.parts.values() if part.parent == table.id]
            label = label_of(table, self.lang)
            pairs += [(f"{table.name}|{each.name}", f"{label} – {label_of(each, self.lang)}") for each in columns]
        made = forms.ChoiceField(label=_("Rows of which table, called by which column"), choices=pairs, required=False)
        made.help_text = _("Only where it refers to a row of a table in this form.")
        self.fields["rows_from"] = made
        rows_of, label_from = self.entry.get("rows_of"), self.entry.get("label_from")
        self.initial["rows_from"] = f"{rows_of}|{label_from}" if rows_of else ""
        made.disabled = self.is_locked

    def _choice_fields(self) -> None:
        name = list_of(self.entry)
        lists = self.raw.get("choices")
        others = [each for each in lists if each != name] if isinstance(lists, dict) else []
        if others:
            known = [("", _("The list below")), *((each, self._list_label(each)) for each in others)]
            made = forms.ChoiceField(label=_("Choose from"), choices=known, required=False)
            self.fields["list"] = made
        self.choices = ChoiceGrid(
            self.raw, name, lang=self.lang, own=self.part.id, is_locked=f"list:{name}" in self.locked
        )
        if self.choices.users:
            self.fields["own_list"] = forms.BooleanField(
                label=_("Give this question a list of its own first"), required=False
            )
        for key in ("list", "own_list"):
            if key in self.fields:
                self.fields[key].disabled = self.is_locked
        self.filter = ChoiceFilter(
            self.entry.get("choice_filter"),
            scope=self.scope,
            columns=lambda: self.choices.columns,
            is_locked=self.is_locked,
        )
        self.grids += [self.choices, self.filter]

    def _list_label(self, name: str) -> str:
        labels = [str(each["label"].get(self.lang, "")) for each in choices_in(self.raw, name) if "label" in each]
        shown = ", ".join(labels[:3]) + (", …" if len(labels) > 3 else "")
        return f"{name}: {shown}"

    def _answer_fields(self) -> None:
        if takes_default(self.kind):
            self.fields["default"] = default_field(self.raw, self.entry, self.lang)
            value = self.entry.get("default")
            is_list = self.kind == "select_multiple" and isinstance(value, list)
            self.initial["default"] = value if is_list else to_text(self.kind, value)
        if self.takes("bind"):
            kinds = {kind for kind, fills in bindings.FILLS.items() if self.kind in fills}
            fitting = offered_paths(self.raw, kinds, chosen=self.entry.get("bind"))
            if fitting:
                known = [("", _("Nothing")), *((key, BINDINGS[key]) for key in fitting)]
                made = forms.ChoiceField(label=_("Filled in from"), choices=known, required=False)
                made.help_text = _("What the records know already; people may change it.")
                self.plain("bind", made)
        if self.takes("constraint"):
            self.text("constraint_message", _("What to say when an answer is not taken"))
        if KINDS[self.kind].answered if self.kind in KINDS else True:
            hidden = _("Sensitive: few may see the answers, and exports leave them out")
            self.plain("sensitive", forms.BooleanField(label=hidden, required=False))
            self.plain("readonly", forms.BooleanField(label=_("Shown, but not to be changed"), required=False))
        looks = [*APPEARANCES_FOR.get(self.kind, ())]
        looks += [each for each in [self.entry.get("appearance")] if each in APPEARANCES and each not in looks]
        if looks:
            known = [("", _("As usual")), *((key, APPEARANCES[key]) for key in looks)]
            self.plain("appearance", forms.ChoiceField(label=_("Looks like"), choices=known, required=False))
        if self.takes("feeds"):
            made = forms.MultipleChoiceField(
                label=_("Counts for these indicators"),
                choices=list(INDICATORS.items()),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Adapted copies of the tool cannot change such a question."),
            )
            self.plain("feeds", made)

    def _conditions(self) -> None:
        self.condition("relevant", legend=_("Shown"), plain=[ALWAYS], rows_label=_("Only when"))
        if self.takes("required"):
            plain = [("no", _("No"), None), ("yes", _("Yes"), True)]
            self.condition("required", legend=_("Must be answered"), plain=plain, rows_label=_("Only when"))
        if self.takes("constraint"):
            options = {"yes_no": (("yes", str(_("Yes"))), ("no", str(_("No"))))}.get(self.kind, ())
            if list_of(self.entry):
                options = [(row.was, row.label) for row in self.choices.rows if row.was]
            own = Asked(name=SELF, label=str(_("This answer")), kind=self.kind, choices=tuple(options))
            plain = [("any", _("Every answer"), None)]
            self.condition(
                "constraint", legend=_("Takes"), plain=plain, rows_label=_("Only answers for which"), own=own
            )

    # Writing

    def value_of(self, key: str) -> Any:
        value = self.cleaned_data[key]
        if key != "default":
            return super().value_of(key)
        if value == self.initial[key]:
            return self.entry.get("default")
        return (value or None) if isinstance(value, list) else from_text(self.entry, value)

    def values(self) -> dict[str, Any]:
        found = super().values()
        for key in ("type", "list", "own_list"):
            found.pop(key, None)
        if "rows_from" in found:
            rows_of, _bar, label_from = (found.pop("rows_from") or "").partition("|")
            found |= {"rows_of": rows_of or None, "label_from": label_from or None}
        if list_of(self.entry) and not self.filter.is_locked:
            found["choice_filter"] = self.filter.value
        return found

    def change(self, raw: Raw) -> Raw:
        tool = raw
        if list_of(self.entry):
            if self.cleaned_data.get("own_list"):
                tool = use_list(tool, self.part.id, "")
                self.choices.list_name = list_of(parts_of(tool)[self.part.id].entry)
            tool = self.choices.change(tool)
        tool = super().change(tool)
        if wanted := self.cleaned_data.get("list"):
            tool = use_list(tool, self.part.id, wanted)
        kind = self.cleaned_data["type"]
        if kind != self.kind and not self.fields["type"].disabled:
            tool, self.new_id = retype(tool, self.part.id, kind)
        return without_unused(tool, raw)

    @property
    def watched(self) -> list[str]:
        name = list_of(self.entry)
        return [self.part.id, *([f"list:{name}"] if name else [])]

    @property
    def blocks(self) -> list[Block]:
        grid = [("choices", self.choices), ("filter", self.filter)] if list_of(self.entry) else []
        settings = "min max unit max_words max_length currency calculation of rows_from".split()
        blocks = [
            self.block("", "label", "type", "hint"),
            self.block(_("Choices"), "list", "own_list", extra=lambda: grid),
            self.block(_("Settings of this type"), *settings),
            self.block(_("When it is asked"), "relevant", "required"),
            self.block(_("Which answers are taken"), "constraint", "constraint_message", is_more=True),
            self.block(_("What it starts with"), "bind", "default", is_more=True),
            self.block(_("More"), *MORE, is_more=True),
        ]
        return [block for block in blocks if block.nodes]
