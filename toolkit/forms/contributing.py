"""What strangers may post: an offer to the toolkit, or a word on a tool. Everything typed survives a refusal."""

from __future__ import annotations

import re
import unicodedata

from django import forms
from django.core import signing
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.forms.layout import long_text
from partnerships.states import ToolkitSection
from toolkit.actions.contributing import ALLOWED, MOST_BYTES
from toolkit.models import Feedback, Proposal, Tool
from toolkit.models.response import random_id
from toolkit.schema.clean_text import CONTROL
from toolkit.states import Licence, ToolKind
from twinning.asking import AskingForm
from twinning.holding import fetch, held_name, hold
from twinning.stale import StampedForm
from twinning.uploads import checked_upload

KEY_SALT = "toolkit.contribution"
# Marks that turn the direction of what follows; each text of a stranger stands in an element of its own direction.
TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
RATINGS = (
    (5, _("5 – very useful")),
    (4, _("4 – useful")),
    (3, _("3 – in part")),
    (2, _("2 – hardly")),
    (1, _("1 – not at all")),
)


class TypedField(forms.CharField):
    """Words of a stranger: one form for each letter, no control characters, nothing that turns the page's direction."""

    def to_python(self, value) -> str:
        text = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")
        text = unicodedata.normalize("NFC", TURNING.sub("", CONTROL.sub("", text))).strip()
        is_long = isinstance(self.widget, forms.Textarea)
        return text if is_long else " ".join(text.split())


class StrangerForm(AskingForm):
    """A form that people without an account may post once they answered a question.

    ``key`` names the page, so that what it sends twice is kept once.
    """

    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, files=None, *, user, **kwargs):
        initial = {"key": signing.Signer(salt=KEY_SALT).sign(random_id()), **kwargs.pop("initial", {})}
        super().__init__(data, files, initial=initial, is_known=user.is_authenticated, **kwargs)
        self.user: User | None = user if user.is_authenticated else None

    @property
    def page_key(self) -> str:
        """What names this page; a new name where the old one is not of our making."""
        try:
            return signing.Signer(salt=KEY_SALT).unsign(self.data.get("key", ""))
        except signing.BadSignature:
            return random_id()


class ProposalForm(StrangerForm):
    """A new tool, or a change to one of ``tools``, which comes under the licence that the tool has."""

    tool = forms.ModelChoiceField(
        label=_("What is it about?"),
        queryset=None,
        to_field_name="slug",
        required=False,
        empty_label=_("A new tool"),
        help_text=_("Choose a tool to propose a change to it."),
    )
    title = TypedField(label=_("Title"), max_length=200, help_text=_("What you propose, in a few words."))
    text = TypedField(
        label=_("What it is and why it helps"),
        max_length=10_000,
        widget=long_text(8),
        help_text=_("Who needs it, what should be asked or changed, what you have seen work."),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "If you have one: PDF, Word, Excel or XLSForm, OpenDocument text, YAML, toolkit pack (zip), plain text or "
            "a picture, up to 5 MB."
        ),
    )
    held = forms.CharField(required=False, widget=forms.HiddenInput)
    drop = forms.BooleanField(label=_("Send it without this file"), required=False)
    licence = forms.ChoiceField(
        label=_("Licence"),
        choices=Licence.choices,
        initial=Licence.CC_BY,
        help_text=_("How others may use it."),
    )
    credit = TypedField(
        label=_("Credit"),
        max_length=200,
        required=False,
        help_text=_("How you or your organization should be named when it is published. Leave it empty for no name."),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        required=False,
        help_text=_("Only to tell you what becomes of it. It is shown to the curators and to nobody else."),
    )

    def __init__(self, data=None, files=None, *, tools, **kwargs):
        super().__init__(data, files, **kwargs)
        self.fields["tool"].queryset = tools
        self.fields["tool"].label_from_instance = lambda tool: f"{tool.number} {tool.current_versions[0].title}".strip()
        self.fields["file"].widget.attrs["accept"] = ",".join(f".{ending}" for ending in ALLOWED)
        if data.get("tool") if data is not None else self.initial.get("tool"):
            del self.fields["licence"]
        if not self.is_bound and self.user:
            self.initial.setdefault("credit", self.user.name)
            self.initial.setdefault("email", self.user.email)
        self.order_fields(
            ["tool", "title", "text", "file", "licence", "credit", "email", "word", "website", "held", "drop", "key"]
        )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload:
            checked_upload(upload, ALLOWED, most=MOST_BYTES)
        return upload

    @property
    def held_name(self) -> str:
        """The name of a file that came with an earlier try of this page and was kept."""
        return held_name(self.data.get("held", "")) if self.is_bound else ""

    def keep_file(self) -> None:
        """Of a form that was refused: the file it brought, so that nobody has to look for it again."""
        upload = self.cleaned_data.get("file")
        if not upload:
            return
        token = hold(upload)
        if token:
            self.data = self.data.copy()
            self.data["held"] = token
        else:
            self.add_error("file", _("Please choose the file again; it could not be kept for you."))

    def forget_file(self) -> None:
        """Nothing of a refused file stays, and the page does not speak of it as kept."""
        self.data = self.data.copy()
        self.data["held"] = ""

    def the_file(self) -> File | None:
        """The new file, else the one that was kept, unless they want none."""
        if self.cleaned_data["file"]:
            return self.cleaned_data["file"]
        return None if self.cleaned_data["drop"] else fetch(self.cleaned_data["held"])

    def offer(self) -> Proposal:
        data = self.cleaned_data
        names = ("tool", "title", "text", "licence", "credit", "email")
        words = {name: data[name] for name in names if name in data}
        return Proposal(public_id=self.page_key, user=self.user, **words)


class FeedbackForm(StrangerForm):
    """A rating, words, or both."""

    rating = forms.TypedChoiceField(
        label=_("How useful is it to you?"),
        choices=RATINGS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    text = TypedField(
        label=_("What do you think of it?"),
        max_length=4000,
        required=False,
        widget=long_text(5),
        help_text=_("Everybody who reads about this tool can read it. Please name no patients and no private matters."),
    )
    name = TypedField(
        label=_("Your name"), max_length=150, required=False, help_text=_("Optional, and shown beside your words.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound and self.user:
            self.initial.setdefault("name", self.user.name)
        self.order_fields(["rating", "text", "name", "word", "website", "key"])

    def clean(self) -> dict:
        data = super().clean()
        is_silent = data.get("rating") is None and not data.get("text")
        if is_silent and not {"rating", "text"} & set(self.errors):
            self.add_error("text", _("Choose how useful it is, or write what you think."))
        return data

    def feedback(self, tool: Tool, *, number: int) -> Feedback:
        data = self.cleaned_data
        words = {name: data[name] for name in ("rating", "text", "name")}
        return Feedback(tool=tool, version_number=number, user=self.user, **words)


class DecisionForm(forms.Form):
    """``seen`` is the state that the page had shown, so that nobody decides on what they have not read."""

    seen = forms.CharField(max_length=20, widget=forms.HiddenInput)


class AnswerForm(DecisionForm):
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=4000,
        widget=long_text(4),
        help_text=_("The sender reads it at their own address, and by e-mail if they gave one."),
    )


class DeclineForm(DecisionForm):
    answer = forms.CharField(
        label=_("Why not"),
        max_length=4000,
        required=False,
        widget=long_text(4),
        help_text=_("The sender reads it. Leave it empty for what nobody meant seriously: then no mail is sent."),
    )


class AcceptForm(DecisionForm):
    """Taking a proposal in: from its file or not, where it belongs, how its sender is named."""

    use_file = forms.BooleanField(label=_("Take the tool from the file"), required=False)
    section = forms.ChoiceField(label=_("Section"), choices=ToolkitSection.choices)
    kind = forms.ChoiceField(label=_("Kind"), choices=ToolKind.choices)
    credit = forms.CharField(
        label=_("Credit"),
        max_length=200,
        required=False,
        help_text=_("It stands with the version when it is published."),
    )
    answer = forms.CharField(
        label=_("A word to the sender"),
        max_length=4000,
        required=False,
        widget=long_text(3),
        help_text=_("They are told in any case that it was accepted."),
    )

    def __init__(self, *args, proposal: Proposal, can_read: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["credit"].initial = proposal.credit
        if not can_read:
            del self.fields["use_file"]
        if proposal.tool_id:
            del self.fields["section"], self.fields["kind"]


class ReplyForm(StampedForm):
    """A curator's public answer to feedback; empty takes it back."""

    stamped = ("answer",)
    answer = forms.CharField(label=_("Answer"), max_length=4000, required=False, widget=long_text(3))

    class Meta:
        model = Feedback
        fields = ("answer",)

    def show_theirs(self, current: Feedback) -> None:
        """Say what another curator has written meanwhile; who publishes again has seen it."""
        self.clash(current)
        told = _("Another curator answered meanwhile: “%(theirs)s”. Publish again to put your answer in its place.")
        gone = _("Another curator took the answer back meanwhile. Publish again to put yours there.")
        self.add_error("answer", told % {"theirs": current.answer} if current.answer else gone)
