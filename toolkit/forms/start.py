"""Putting a tool to work: for which partnership, about whom, until when."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.forms.layout import DateInput
from partnerships.models import Exchange, Partnership, Workshop
from toolkit.actions.terms import Terms
from toolkit.forms.terms import AsksTerms
from toolkit.models import Tool, ToolVersion
from toolkit.permissions import may_start_in
from toolkit.schema.definition import language_of
from toolkit.subjects import MOST_LISTED, SUBJECTS
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


class StartForm(AsksTerms, forms.Form):
    """A document of ``version``. The record that it is about is asked for when the tool is about one, under the name of
    the tool's subject; the days of a period, and the language when the tool speaks several.

    ``inside``: the exchange or the workshop from whose page somebody comes; then its own people alone are offered.
    """

    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    period_from = forms.DateField(label=_("First day of the period"), required=False, widget=DateInput)
    period_until = forms.DateField(label=_("Last day of the period"), required=False, widget=DateInput)
    language = forms.ChoiceField(
        label=_("In which language?"),
        help_text=_("The form opens and is printed in it. Whoever fills it in can read it in the others too."),
    )
    due_on = forms.DateField(label=_("Due date"), required=False, widget=DateInput)

    def __init__(
        self, *args, version: ToolVersion, partnership: Partnership, inside: Exchange | Workshop | None = None, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text = _("Leave it empty and it will be called “%(title)s”.") % {
            "title": version.title
        }
        self.fields["due_on"].help_text = _("From the day after it, this document is shown as overdue.")
        self.fields["due_on"].widget.attrs["min"] = timezone.localdate().isoformat()
        self._ask_about(version.form.subject, partnership, inside)
        spoken = version.form.languages
        if len(spoken) > 1:
            self.fields["language"].choices = [(code, own_name(code)) for code in spoken]
            self.fields["language"].initial = language_of(version.form, get_language() or "")
            self.fields["title"].help_text = _("Leave it empty and it will be called as the tool is in its language.")
        else:
            del self.fields["language"]
        self.ask_terms(version.form.mode, Terms(time_zone=timezone.get_current_timezone_name()))

    def _ask_about(self, name: str, partnership: Partnership, inside: Exchange | Workshop | None) -> None:
        if name == "period":
            self.fields["period_from"].help_text = _("What the records know of these days is filled in.")
        else:
            del self.fields["period_from"], self.fields["period_until"]
        subject = SUBJECTS.get(name)
        if subject is None:
            return
        rows = subject.narrowed(partnership, inside)
        field = forms.ModelChoiceField(
            label=subject.question, queryset=rows, empty_label=subject.choose, required=subject.is_required
        )
        listed = list(rows[: MOST_LISTED + 1])
        field.choices = [("", subject.choose), *((row.pk, subject.words(row)) for row in listed[:MOST_LISTED])]
        if not subject.is_required:
            field.help_text = _("What is known about it is filled in; people may change it.")
        if len(listed) > MOST_LISTED:
            field.help_text = _(
                "The newest %(n)s are listed. Begin on the page of an exchange or a workshop to see all of its people."
            ) % {"n": MOST_LISTED}
        if inside and rows.model is type(inside):
            self.initial[name] = inside.pk
        self.fields = {"title": self.fields.pop("title"), name: field, **self.fields}

    @property
    def period(self) -> tuple[date, date] | None:
        """The days that were asked for, once the form is valid."""
        first, last = self.cleaned_data.get("period_from"), self.cleaned_data.get("period_until")
        return (first, last) if first and last else None

    def clean(self) -> dict:
        found = super().clean()
        self.clean_terms(found)
        first, last = found.get("period_from"), found.get("period_until")
        if {"period_from", "period_until"} & self.errors.keys():
            return found
        if bool(first) != bool(last):
            self.add_error("period_until" if first else "period_from", _("A period has a first and a last day."))
        elif first and last < first:
            self.add_error("period_until", _("The last day cannot be before the first."))
        return found

    def clean_due_on(self) -> date | None:
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < timezone.localdate():
            raise forms.ValidationError(_("The due date has passed already. Choose today or a later day."))
        return due_on
