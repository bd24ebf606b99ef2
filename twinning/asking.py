"""The part of a form that keeps machines away: a question in words, and a field that people leave empty."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from twinning import challenge
from twinning.challenge import EMPTY


class AskingForm(forms.Form):
    """A form that people without an account may post once they answered a question (twinning/challenge.py).

    ``website`` is left empty by people, who do not see it. What was answered right stays answered while other things
    are put right. Whoever takes the form in spends ``token``.
    """

    challenge = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(label=_("Leave this field empty"), required=False)
    word = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "off"}), error_messages={"required": EMPTY})

    def __init__(self, data=None, *args, is_known: bool = False, **kwargs):
        """``is_known``: somebody with an account, who is asked nothing."""
        super().__init__(data, *args, **kwargs)
        self.is_known = is_known
        if is_known:
            for name in ("challenge", "website", "word"):
                del self.fields[name]
            return
        self._ask(
            challenge.same_challenge(data.get("challenge", "")) if data is not None else challenge.new_challenge()
        )
        self.fields["website"].widget.attrs |= {"tabindex": "-1", "autocomplete": "off"}

    def _ask(self, asked: challenge.Challenge) -> None:
        self.initial["challenge"] = asked.token
        # The field of the page too: checking made it, and it has kept the label of the question before.
        self.fields["word"].label = self["word"].label = asked.question
        self.fields["word"].help_text = _("So that we know a person is writing. A word or a number is enough.")

    def ask_anew(self) -> None:
        """Another question, with everything else as it was typed."""
        asked = challenge.new_challenge()
        self._ask(asked)
        self.data = self.data.copy()
        self.data["challenge"], self.data["word"] = asked.token, ""

    @property
    def token(self) -> str:
        return self.cleaned_data.get("challenge", "")

    def clean(self) -> dict:
        data = super().clean()
        if self.is_known:
            return data
        if data.get("website"):
            self.add_error("website", _("This field must stay empty; machines fill it in. Empty it and send again."))
        refusal = challenge.refusal(data.get("challenge", ""), data.get("word", ""))
        if refusal and "word" not in self.errors:
            self.add_error("word", refusal)
        if "word" in self.errors and refusal != str(challenge.TOO_QUICK):
            self.ask_anew()
        return data
