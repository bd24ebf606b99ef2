"""Forms about the people of a workshop: the list, the public page, attendance by phone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.forms.layout import PlainTextField
from partnerships.models import Registration
from twinning.asking import AskingForm
from twinning.stale import StampedForm

PLAIN = dict.fromkeys(("name", "organization", "post"), PlainTextField)


class PersonForm(StampedForm):
    """Somebody on the list, written down by a coordinator."""

    stamped = Registration.EDITED

    class Meta:
        model = Registration
        fields = ["name", "email", "organization", "country", "post"]
        field_classes = PLAIN

    came = forms.BooleanField(
        label=_("Was there"),
        required=False,
        initial=True,
        help_text=_("Then there is a seat, even if all are taken. Without the tick: the end of the waiting list."),
    )

    def __init__(self, *args, asks_who_came: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_who_came:
            del self.fields["came"]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class RegisterForm(AskingForm, forms.ModelForm):
    """What a stranger fills in to register."""

    consent = forms.BooleanField(
        label=_("The organizers may keep these data to hold the workshop and to issue my certificate."),
        error_messages={"required": _("Without your consent we cannot keep your data.")},
    )

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

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


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
