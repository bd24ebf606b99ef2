"""Putting a tool to work: for which partnership, about whom, until when."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.forms.layout import DateInput
from partnerships.models import Organization, Partnership
from toolkit.models import Tool, ToolVersion
from toolkit.permissions import may_start_in
from toolkit.schema.definition import language_of
from twinning.languages import own_name


class UseForm(forms.Form):
    """From a tool's own page: the partnership that it should be used in. An adapted copy is used by its owner alone."""

    partnership = forms.ModelChoiceField(
        label=_("In which partnership?"), queryset=None, to_field_name="slug", empty_label=_("Choose a partnership")
    )

    def __init__(self, *args, user: User, tool: Tool, **kwargs):
        super().__init__(*args, **kwargs)
        offered = may_start_in(user).only("name", "slug").order_by("name", "pk")
        if tool.partnership_id:
            offered = offered.filter(pk=tool.partnership_id)
        elif tool.programme_id:
            offered = offered.filter(programme=tool.programme_id)
        field = self.fields["partnership"]
        field.queryset = offered
        # Read once, for the page asks whether there are any before it draws them.
        self.partnerships = list(offered)
        field.choices = [("", field.empty_label), *((each.slug, each.name) for each in self.partnerships)]

    @property
    def has_choices(self) -> bool:
        return bool(self.partnerships)


class StartForm(forms.Form):
    """A document of ``version``; the organization is asked for when the tool is about one, the language when it speaks
    several."""

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    organization = forms.ModelChoiceField(
        label=_("About which organization?"), queryset=None, empty_label=_("Choose an organization")
    )
    language = forms.ChoiceField(
        label=_("In which language?"),
        help_text=_("The form opens and is printed in it. Whoever fills it in can read it in the others too."),
    )
    due_on = forms.DateField(label=_("Due date"), required=False, widget=DateInput)

    def __init__(self, *args, version: ToolVersion, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text = _("Leave it empty and it will be called “%(title)s”.") % {
            "title": version.title
        }
        self.fields["due_on"].help_text = _("From the day after it, this document is shown as overdue.")
        self.fields["due_on"].widget.attrs["min"] = timezone.localdate().isoformat()
        if version.form.subject == "organization":
            self.fields["organization"].queryset = Organization.objects.filter(
                participations__in=partnership.participations.current()
            )
        else:
            del self.fields["organization"]
        spoken = version.form.languages
        if len(spoken) > 1:
            self.fields["language"].choices = [(code, own_name(code)) for code in spoken]
            self.fields["language"].initial = language_of(version.form, get_language() or "")
            self.fields["title"].help_text = _("Leave it empty and it will be called as the tool is in its language.")
        else:
            del self.fields["language"]

    def clean_due_on(self) -> date | None:
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < timezone.localdate():
            raise forms.ValidationError(_("The due date has passed already. Choose today or a later day."))
        return due_on
