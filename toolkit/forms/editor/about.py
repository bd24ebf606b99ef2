"""Starting a tool, adding a part, and what is said about a tool as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import long_text
from partnerships.states import ToolkitSection
from toolkit.actions.drafting import SLUG_LENGTH, is_free, stem_of
from toolkit.forms.editor.base import HOW_TO_WRITE, Block, PartForm, WholeField, in_language
from toolkit.models import ToolVersion
from toolkit.rendering.vocabulary import KINDS, SUBJECTS
from toolkit.schema.editing import Raw, set_properties
from toolkit.schema.parts import TOOL, parts_of
from toolkit.schema.report import Report
from toolkit.schema.structure import MISSING, SLUG
from toolkit.states import Licence, Mode, ToolKind
from twinning.languages import language_options

ABOVE_FORM = format_lazy("{} {}", _("People read it above the form."), HOW_TO_WRITE)
LONGEST_LABEL = 1000
LONGEST_BULK = 20_000
SORTS = ("item", "table", "group")


class NewToolForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("As people will find it in the toolkit."))
    section = forms.ChoiceField(label=_("Section"), choices=ToolkitSection.choices)
    kind = forms.ChoiceField(label=_("Kind"), choices=ToolKind.choices)
    language = forms.ChoiceField(
        label=_("First language"), help_text=_("The one in which all texts are written. Others can follow.")
    )
    slug = forms.CharField(
        label=_("Address"),
        max_length=SLUG_LENGTH,
        required=False,
        help_text=_(
            "How the page of the tool is called in the address bar, for ever: small Latin letters, digits and hyphens, "
            "such as night-rounds. Leave it empty to have it made from the title."
        ),
    )

    def __init__(self, data: QueryDict | None, *, lang: str):
        super().__init__(data)
        self.fields["language"].choices = language_options(lang)
        self.initial["language"] = lang.split("-")[0]
        self.fields["title"].widget.attrs["dir"] = "auto"
        self.fields["slug"].widget.attrs.update(dir="ltr", autocapitalize="none", spellcheck="false")

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug and SLUG(Report(), (), slug) is MISSING:
            raise forms.ValidationError(_("Use small Latin letters, digits and single hyphens, a letter first."))
        if slug and not is_free(slug):
            raise forms.ValidationError(_("Another page has this address already. Choose another one."))
        return slug

    def clean(self) -> dict[str, Any]:
        title = self.cleaned_data.get("title", "")
        if title and not self.cleaned_data.get("slug") and "slug" not in self.errors and not stem_of(title):
            self.add_error("slug", _("The title has no letters to make an address from, so write one here."))
        return self.cleaned_data


class AddForm(forms.Form):
    """A new question, table or group: its words and, for a question, its type."""

    label = forms.CharField(label=_("What do you ask?"), max_length=LONGEST_LABEL, required=False)
    kind = forms.CharField(max_length=40, required=False)
    choices = forms.CharField(
        label=_("The choices, one on each line"),
        max_length=LONGEST_BULK,
        required=False,
        widget=long_text(4),
        help_text=_("For a question with choices. More can be added later."),
    )

    def __init__(self, data: QueryDict | None, *, sort: str, lang: str):
        super().__init__(data)
        self.sort = sort
        for key in ("label", "choices"):
            self.fields[key].widget.attrs.update(in_language(lang))
        if sort != "item":
            del self.fields["choices"], self.fields["kind"]
            self.fields["label"].label = _("Heading")
        self.fields["label"].widget.attrs["autofocus"] = True

    def clean_kind(self) -> str:
        kind = self.cleaned_data["kind"] or "text"
        if not any(kind == known for _heading, kinds in KINDS for known, _name, _line in kinds):
            raise forms.ValidationError(_("Choose a type."))
        return kind

    @property
    def kinds(self) -> list[tuple[Any, list[tuple[str, Any, Any, bool]]]]:
        chosen = self.data.get("kind", "text")
        return [(heading, [(*each, each[0] == chosen) for each in kinds]) for heading, kinds in KINDS]


class AboutForm(PartForm):
    """What a tool says of itself, in its first language."""

    TEXTS = ("title", "purpose", "guidance", "filled_by", "repeats", "source")

    def __init__(self, data: QueryDict | None, *, draft: ToolVersion, raw: Raw, locked: frozenset[str]):
        self.draft = draft
        super().__init__(data, raw=raw, part=parts_of(raw)[TOOL], locked=locked)

    def _lock(self) -> None:
        """A copy stays where its base stands."""
        for key in ("number", "section", "kind", "subject") if self.draft.tool.is_copy else ():
            self.fields[key].disabled = True

    def build(self) -> None:
        self.text("title", _("Title"), limit=200)
        self.text("purpose", _("Purpose"), rows=3, limit=2000, help_text=_("What it is for, in one or two sentences."))
        self.text("guidance", _("How to use it"), rows=8, limit=20_000, help_text=ABOVE_FORM)
        self.plain("section", forms.ChoiceField(label=_("Section"), choices=ToolkitSection.choices))
        self.plain("kind", forms.ChoiceField(label=_("Kind"), choices=ToolKind.choices))
        number = forms.CharField(label=_("Number"), max_length=10, required=False)
        number.help_text = _("Its place in the section, such as 3.16; G2 for a guide, V1 for a variant.")
        self.plain("number", number)
        self.text("filled_by", _("Filled in by"), help_text=_("Such as “the visiting team”."))
        self.plain("subject", forms.ChoiceField(label=_("What it is about"), choices=list(SUBJECTS.items())))
        self.initial["subject"] = self.entry.get("subject") or "partnership"
        self.plain("mode", forms.ChoiceField(label=_("How it is shared"), choices=Mode.choices))
        self.initial["mode"] = self.entry.get("mode") or Mode.SINGLE
        self.text("repeats", _("How often"), help_text=_("Such as “once a year”."))
        minutes = _("An honest guess of the time it takes.")
        self.plain("minutes", WholeField(label=_("Minutes to fill in"), help_text=minutes))
        self.text("source", _("Source"), rows=2, limit=2000, help_text=_("Where its wording and ideas come from."))
        self.fields["licence"] = forms.ChoiceField(label=_("Licence"), choices=Licence.choices)
        self.fields["licence"].help_text = _("On what terms others may use the tool. This holds as soon as you save.")
        self.initial["licence"] = self.draft.tool.licence
        self.fields["credit"] = forms.CharField(
            label=_("Credit"), max_length=300, required=False, help_text=_("Whom to thank for this version.")
        )
        self.initial["credit"] = self.draft.credit

    def values(self) -> dict[str, Any]:
        found = super().values()
        usual = {"subject": "partnership", "mode": Mode.SINGLE}
        silent = {key for key, value in usual.items() if key not in self.entry and found.get(key) == value}
        return {key: value for key, value in found.items() if key not in ("licence", "credit", *silent)}

    def value_of(self, key: str) -> Any:
        value = super().value_of(key)
        return value or {} if key in ("title", "purpose") else value

    def change(self, raw: Raw) -> Raw:
        self.fresh = raw
        return set_properties(raw, TOOL, self.values())

    @property
    def watched(self) -> list[str]:
        return [TOOL]

    @property
    def blocks(self) -> list[Block]:
        return [
            self.block("", "title", "purpose", "guidance"),
            self.block(_("Where it stands"), "section", "number", "kind"),
            self.block(_("How it is used"), "filled_by", "subject", "mode", "repeats", "minutes"),
            self.block(_("Where it comes from"), "source", "licence", "credit"),
        ]


def chosen_sort(data: Mapping[str, Any]) -> str:
    return data.get("sort") if data.get("sort") in SORTS else "item"
