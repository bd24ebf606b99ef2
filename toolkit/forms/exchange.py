"""Choosing what to take out of the toolkit, and saying yes to what a file would bring into it."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

from partnerships.states import ToolkitSection
from toolkit.actions.exchanging import LARGEST, Coming, What
from toolkit.models import Tool

PACK_FORMAT = ("pack", _("Toolkit pack, for another installation of this product"))
FORMATS = {
    "pack": PACK_FORMAT[1],
    "xlsform": _("XLSForm, for KoboToolbox, ODK and others"),
    "docx": _("Word documents, to mark up"),
    "pdf": _("Blank forms as PDF, to print"),
}


class ExportForm(forms.Form):
    """Which tools, and as what. ``tools`` are those that may be chosen."""

    format = forms.ChoiceField(label=_("As what"), choices=list(FORMATS.items()), widget=forms.RadioSelect)
    tool = forms.ModelMultipleChoiceField(queryset=None, to_field_name="slug", label=_("Tools"))

    def __init__(self, *args, tools: Iterable[Tool], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tool"].queryset = tools
        self.fields["tool"].error_messages["required"] = _("Choose at least one tool.")
        self.initial.setdefault("format", "pack")

    def chosen(self, *, everything: bool) -> set[str]:
        """The tools that are ticked; before anything was sent, none or all of them."""
        if self.is_bound:
            return set(self.data.getlist("tool"))
        return set(self.fields["tool"].queryset.values_list("slug", flat=True)) if everything else set()


# What is a zip inside, and what to do about one that is not
ZIPPED = {
    "xlsx": _("This is no Excel workbook: it is damaged, or has a wrong ending. Save it again as .xlsx."),
    "zip": _("This is no toolkit pack: it is damaged, or has a wrong ending. Export or download it again."),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        validators=[FileExtensionValidator(["zip", "xlsx", "yaml", "yml"])],
        help_text=_("A toolkit pack (.zip), an XLSForm (.xlsx) or one tool (.yaml), up to %(n)d MB.")
        % {"n": LARGEST // 1_000_000},
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.xlsx,.yaml,.yml"}),
    )

    def clean_file(self) -> UploadedFile:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(_("This file is too big."), code="size")
        start = upload.read(2)
        upload.seek(0)
        ending = (upload.name or "").rpartition(".")[2].lower()
        if ending in ZIPPED and start != b"PK":
            raise forms.ValidationError(ZIPPED[ending], code="damaged")
        return upload


HOW = {
    What.NEW: [("take", _("Bring it in"))],
    What.UPDATE: [("take", _("As a new version of the tool here")), ("beside", _("Beside it, as a tool of its own"))],
    What.OLDER: [("take", _("As a new version of the tool here")), ("beside", _("Beside it, as a tool of its own"))],
    What.CONFLICT: [("beside", _("Beside it, as a tool of its own")), ("take", _("In its place, as a new version"))],
}
# What is chosen unless somebody chooses otherwise: nothing that would undo work done here
USUAL = {What.NEW: "take", What.UPDATE: "take"}


class BringInForm(forms.Form):
    """What is to become of each tool of a delivery."""

    def __init__(self, *args, coming: Iterable[Coming], **kwargs):
        super().__init__(*args, **kwargs)
        self.coming = [each for each in coming if each.is_offered]
        for each in self.coming:
            how = [(key, label) for key, label in HOW[each.what] if key == "beside" or not each.has_draft]
            self.fields[each.slug] = forms.ChoiceField(
                label=each.slug,
                choices=[*how, ("", _("Leave it out"))],
                required=False,
                initial=USUAL.get(each.what, "") if not each.has_draft else "",
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
            )
            if each.asks_section:
                self.fields[f"{each.slug}:section"] = forms.ChoiceField(
                    label=_("To which section does it belong?"),
                    choices=ToolkitSection.choices,
                    initial=each.raw["section"],
                    required=False,
                )

    @property
    def chosen(self) -> dict[str, str]:
        return {slug: how for slug, how in self.cleaned_data.items() if how and ":" not in slug}

    @property
    def sections(self) -> dict[str, str]:
        """Where to put what did not say it itself."""
        return {each.slug: self.cleaned_data.get(f"{each.slug}:section", "") for each in self.coming}
