"""A link for one side."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from partnerships.states import Side
from toolkit.actions.links import MOST_DEVICES
from toolkit.models import Document
from toolkit.states import LinkScope, Mode
from twinning.languages import languages_with_words, own_name, words_in


def mail_languages(document: Document) -> list[tuple[str, str]]:
    """The languages in which a mail can be written; the document's own first, as nothing chosen."""
    own = words_in(document.language)
    return [("", own_name(own)), *((code, own_name(code)) for code in languages_with_words() if code != own)]


class LinkForm(forms.Form):
    """For which side, for whom, for how long, and whether to send it now."""

    side = forms.ChoiceField(label=_("For which side?"), widget=forms.RadioSelect)
    recipient_name = forms.CharField(
        label=_("Name of the recipient"),
        max_length=150,
        required=False,
        help_text=_("Optional. It greets the person and stands beside what they fill in."),
    )
    recipient_email = forms.EmailField(label=_("E-mail of the recipient"), max_length=254, required=False)
    send = forms.BooleanField(label=_("Send the link by e-mail now"), required=False)
    language = forms.ChoiceField(label=_("Language of the mail"), required=False)
    scope = forms.ChoiceField(label=_("What may they do?"), choices=LinkScope.choices, initial=LinkScope.FILL)
    days = forms.IntegerField(label=_("For how many days?"), min_value=1, initial=lambda: settings.SHARE_LINK_DAYS)
    most_devices = forms.IntegerField(
        label=_("On how many devices may it be opened?"),
        min_value=1,
        max_value=MOST_DEVICES,
        required=False,
        help_text=_("Empty: on any number."),
    )

    def __init__(self, *args, document: Document, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = mail_languages(document)
        self.fields["side"].choices = [(side.value, document.part_label(side)) for side in Side]
        if document.mode == Mode.OPEN:  # whoever answers belongs to no side, and a link that only reads shows nothing
            self.fields["side"].widget = forms.HiddenInput()
            self.initial["side"] = Side.HOST.value
            self.fields["scope"].choices = [(LinkScope.FILL.value, LinkScope.FILL.label)]

    def clean(self) -> dict:
        data = super().clean()
        if data.get("send") and not data.get("recipient_email") and "recipient_email" not in self.errors:
            self.add_error("recipient_email", _("Write the e-mail address the link should go to."))
        return data
