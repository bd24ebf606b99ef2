"""What can be changed about a link that is out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from toolkit.actions.links import LONGEST_DAYS, MOST_DEVICES, stamp_of
from toolkit.models import ShareLink


class LinkChangeForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=100, required=False)
    days = forms.IntegerField(
        label=_("Let it work for so many days from today"),
        min_value=1,
        max_value=LONGEST_DAYS,
        required=False,
        help_text=_("Leave this empty to keep the day on which it ends."),
    )
    most_devices = forms.IntegerField(
        label=_("On how many devices may it be opened?"),
        min_value=1,
        max_value=MOST_DEVICES,
        required=False,
        help_text=_(
            "Empty: on any number. A device counts once its user presses “Open”; reloading, and programs that check "
            "mails, use up nothing."
        ),
    )
    is_reminded = forms.BooleanField(label=_("Remind by e-mail before and after the due date"), required=False)

    @classmethod
    def of(cls, link: ShareLink) -> "LinkChangeForm":
        return cls(initial={"seen": stamp_of(link), "most_devices": link.most_devices, "is_reminded": link.is_reminded})
