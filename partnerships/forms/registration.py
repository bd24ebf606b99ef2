"""Forms about the people of a workshop: the list, the public page, attendance by phone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import PlainTextField
from partnerships.models import Registration
from twinning import challenge
from twinning.challenge import EMPTY

PLAIN = dict.fromkeys(("name", "organization", "post"), PlainTextField)


class PersonForm(forms.ModelForm):
    """Somebody on the list, written down by a coordinator."""

    class Meta:
        model = Registration
        fields = ["name", "email", "organization", "country", "post"]
        field_classes = PLAIN

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class RegisterForm(forms.ModelForm):
    """What a stranger fills in to register. ``website`` is left empty by people, who do not see it."""

    consent = forms.BooleanField(
        label=_("The organizers may keep these data to hold the workshop and to issue my certificate."),
        error_messages={"required": _("Without your consent we cannot keep your data.")},
    )
    challenge = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(label=_("Leave this field empty"), required=False)
    word = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off"}), error_messages={"required": EMPTY})

    class Meta:
        model = Registration
        fields = ["name", "email", "organization", "country", "post"]
        field_classes = PLAIN
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "organization": forms.TextInput(attrs={"autocomplete": "organization"}),
        }

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        for name in ("email", "organization", "country"):
            self.fields[name].required = True
        token = data.get("challenge", "") if data is not None else ""
        self._ask(challenge.same_challenge(token) if data is not None else challenge.new_challenge())
        self.fields["word"].help_text = _("So that we know a person is writing. A word or a number is enough.")
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}

    def _ask(self, asked: challenge.Challenge) -> None:
        self.initial["challenge"] = asked.token
        self.fields["word"].label = asked.question

    def ask_anew(self) -> None:
        """Another question, with everything else as it was typed."""
        asked = challenge.new_challenge()
        self._ask(asked)
        self.data = self.data.copy()
        self.data["challenge"], self.data["word"] = asked.token, ""

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean(self) -> dict:
        data = super().clean()
        if data.get("website"):
            self.add_error("website", _("This field must stay empty; machines fill it in. Empty it and send again."))
        refusal = challenge.refusal(data.get("challenge", ""), data.get("word", ""))
        if refusal and "word" not in self.errors:
            self.add_error("word", refusal)
        if "word" in self.errors and refusal != str(challenge.TOO_QUICK):
            self.ask_anew()
        return data


class CheckInForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text=_("Six digits, shown in the room or on the screen."),
    )
    who = forms.CharField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
        help_text=_("The one you registered with. If you have none, your full name."),
    )
