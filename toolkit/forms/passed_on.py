"""Somebody to whom a link was passed on says who they are."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PassedOnForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    post = forms.CharField(
        label=_("Your post"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title", "dir": "auto"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    wants_own = forms.BooleanField(
        label=_("Send me a link of my own"),
        required=False,
        help_text=_("It opens the same as this one, and comes to the e-mail address above."),
    )

    def __init__(self, *args, may_have_own: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_have_own:
            del self.fields["wants_own"]
