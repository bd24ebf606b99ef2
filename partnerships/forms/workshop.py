"""Forms of a workshop's plan: the workshop, its sessions, its trainers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import TimeZoneField
from accounts.models import User
from partnerships.forms.layout import DateInput, GroupedForm, PlainTextField, RowsField, long_text
from partnerships.models import Activity, Contact, Partnership, Topic, Trainer, Workshop, WorkshopSession
from partnerships.people import people_to_choose
from partnerships.states import Side
from twinning.stale import StampedForm, VersionedForm


class WorkshopForm(GroupedForm, VersionedForm):
    """A workshop: a title is enough to begin with."""

    GROUPS = (
        (_("The workshop"), ("title", "purpose", "activity", "languages", "topics")),
        (_("Where"), ("mode", "place", "meeting_url", "time_zone")),
        (_("Seats"), ("capacity",)),
        (_("When somebody has completed it"), ("attendance_percent", "score_percent", "valid_months", "needs_report")),
    )
    time_zone = TimeZoneField(help_text=_("The zone of the hours that you give to the sessions."))

    class Meta:
        model = Workshop
        fields = [
            "title",
            "purpose",
            "activity",
            "languages",
            "topics",
            "mode",
            "place",
            "meeting_url",
            "time_zone",
            "capacity",
            "attendance_percent",
            "score_percent",
            "valid_months",
            "needs_report",
        ]
        field_classes = {"topics": RowsField, "title": PlainTextField}
        widgets = {"purpose": long_text(3), "topics": forms.CheckboxSelectMultiple}

    def __init__(self, *args, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.partnership = partnership
        activities = Activity.objects.filter(plan__partnership=partnership).select_related("objective", "plan")
        self.fields["activity"].queryset = activities.order_by("number")
        self.fields["activity"].empty_label = _("None")
        self.fields["meeting_url"].assume_scheme = "https"
        if not self.fields["topics"].queryset.exists():
            del self.fields["topics"]

    @property
    def chosen_topics(self) -> list[Topic]:
        return list(self.cleaned_data.get("topics") or [])


class SessionForm(StampedForm):
    """A session on the workshop's own clock. A new one may be repeated every week."""

    stamped = WorkshopSession.EDITED
    day = forms.DateField(label=_("Day"), widget=DateInput)
    start = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    end = forms.TimeField(
        label=_("Until"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("An earlier hour than the start is on the next day."),
    )
    weeks = forms.IntegerField(
        label=_("How many weeks in a row"),
        min_value=1,
        max_value=52,
        initial=1,
        required=False,
        help_text=_("For a series: the same session is added every week at the same hour."),
    )

    class Meta:
        model = WorkshopSession
        fields = ["title", "room", "trainers"]
        field_classes = {"trainers": RowsField, "title": PlainTextField, "room": PlainTextField}
        widgets = {"trainers": forms.CheckboxSelectMultiple}

    field_order = ["title", "day", "start", "end", "room", "trainers", "weeks"]

    def __init__(self, *args, workshop: Workshop, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.workshop = workshop
        self.fields["trainers"].queryset = workshop.trainers.select_related("contact")
        self.fields["trainers"].required = False
        self.fields["trainers"].help_text = _("Nobody ticked: all trainers of the workshop.")
        if not workshop.trainers.exists():
            del self.fields["trainers"]
        if self.instance.pk:
            del self.fields["weeks"]
            self.initial |= self._clock(self.instance)

    def _clock(self, session: WorkshopSession) -> dict[str, date | time]:
        zone = self.instance.workshop.zone
        start, end = session.local_start(zone), session.local_end(zone)
        return {"day": start.date(), "start": start.time(), "end": end.time()}

    def values_of(self, row: WorkshopSession) -> dict:
        return super().values_of(row) | self._clock(row)

    def clean(self) -> dict:
        data = super().clean()
        day, start, end = data.get("day"), data.get("start"), data.get("end")
        if not (day and start and end):
            return data
        if start == end:
            self.add_error("end", _("The end must be after the start."))
            return data
        try:
            until = day if end > start else day.fromordinal(day.toordinal() + 1)
            moments = {"start": self._moment(day, start), "end": self._moment(until, end)}
        except (ValueError, OverflowError):
            self.add_error("day", _("This is not a day that we can plan."))
            return data
        for name, moment in moments.items():
            if moment is None:
                self.add_error(name, _("The clocks are put forward then, so this hour does not exist."))
        if all(moments.values()):
            self.instance.starts_at, self.instance.ends_at = moments["start"], moments["end"]
        return data

    def _moment(self, day, hour) -> datetime | None:
        local = datetime.combine(day, hour, tzinfo=self.instance.workshop.zone)
        moment = local.astimezone(UTC)
        back = moment.astimezone(self.instance.workshop.zone)
        return moment if back.replace(tzinfo=None) == local.replace(tzinfo=None) else None

    @property
    def chosen_trainers(self) -> list[Trainer]:
        return list(self.cleaned_data.get("trainers") or [])

    @property
    def n_weeks(self) -> int:
        return self.cleaned_data.get("weeks") or 1


class TrainerForm(forms.ModelForm):
    """Who teaches. Where the directory is too long for a list, anybody in it is found by their e-mail address."""

    other_email = forms.EmailField(label=_("Or somebody else: their e-mail"), required=False)
    field_order = ["contact", "other_email", "side", "is_paid"]

    class Meta:
        model = Trainer
        fields = ["contact", "side", "is_paid"]

    def __init__(self, *args, workshop: Workshop, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.workshop, self.user = workshop, user
        contacts, is_part = people_to_choose(user, workshop.partnership)
        self.fields["contact"].queryset = contacts.exclude(trainings__workshop=workshop)
        self.fields["contact"].empty_label = _("Choose a person")
        if is_part:
            self.fields["contact"].required = False
            self.fields["contact"].help_text = _("People of the team and of the organizations that take part.")
            self.fields["other_email"].help_text = _("Of a person who is written down under “People”.")
        else:
            del self.fields["other_email"]
        labels = [(side, workshop.partnership.side_label(side)) for side in Side.values]
        self.fields["side"].choices = [("", _("From outside the partnership")), *labels]

    def clean(self) -> dict:
        data = super().clean()
        email = data.get("other_email")
        if "other_email" not in self.fields or self.errors:
            return data
        if bool(data.get("contact")) == bool(email):
            self.add_error("contact", _("Choose a person from the list, or write the e-mail of another one."))
        elif email:
            data["contact"] = self._by_email(email)
        return data

    def _by_email(self, email: str) -> Contact | None:
        found = Contact.objects.visible_to(self.user).filter(email__iexact=email).order_by("pk").first()
        if found is None:
            self.add_error("other_email", _("Nobody in the directory has this address. Write them down first."))
        return found
