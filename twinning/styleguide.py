"""Every component of the interface on one page, for whoever builds pages. Only routed while DEBUG is on.

Its words are for builders and stay in English.
"""

from datetime import UTC, datetime

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from twinning.templatetags.ui import STATUS_LOOKS

SECTIONS = ("initiate", "workplan", "implement", "monitor", "evaluate", "disseminate")
TONES = ("neutral", "info", "brand", "success", "warning", "danger")
SIDES = (("host", "Host side"), ("resource", "Resource side"))
STEPS = (
    ("Getting to know each other", "done", "Done", ""),
    ("Planning together", "done", "Done", ""),
    ("Doing the work", "open", "Open", "2 of 5 criteria met"),
    ("Watching progress", "open", "Open", ""),
    ("Judging results", "planned", "Planned", ""),
    ("Sharing what we learned", "skipped", "Skipped", ""),
)
TABS = (("Overview", "?tab=1", True, ""), ("Documents", "?tab=2", False, 3), ("History", "?tab=3", False, ""))


class SampleForm(forms.Form):
    name = forms.CharField(help_text="As it should appear to others.")
    email = forms.EmailField()
    country = forms.ChoiceField(choices=[("KG", "Kyrgyzstan"), ("UG", "Uganda")])
    about = forms.CharField(widget=forms.Textarea, required=False)
    services = forms.MultipleChoiceField(choices=SIDES, widget=forms.CheckboxSelectMultiple, required=False)
    side = forms.ChoiceField(choices=SIDES, widget=forms.RadioSelect)
    starts_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)
    agreed = forms.BooleanField(label="I have read this")
    file = forms.FileField(required=False)


class SampleFilter(forms.Form):
    q = forms.CharField(label="Words", required=False)
    country = forms.ChoiceField(choices=[("", "Any"), ("KG", "Kyrgyzstan")], required=False)
    topic = forms.ChoiceField(choices=[("", "Any"), ("m", "Maternity")], required=False)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    steps = [
        {
            "number": number,
            "title": title,
            "state": state,
            "state_label": label,
            "note": note,
            "url": "",
            "section": slug,
        }
        for number, ((title, state, label, note), slug) in enumerate(zip(STEPS, SECTIONS, strict=True), start=1)
    ]
    return render(
        request,
        "components/styleguide.html",
        {
            "page": Paginator(range(400), 25).get_page(request.GET.get("page", 7)),
            "steps": steps,
            "tabs": [dict(zip(("label", "url", "current", "count"), tab, strict=True)) for tab in TABS],
            "conflicts": [
                {"label": "Goal", "mine": "Fewer infections", "theirs": "Half as many infections by 2027"},
                {"label": "City", "mine": "", "theirs": "Osh"},
            ],
            "form": SampleForm({"email": "x", "country": "KG"}),
            "filter_form": SampleFilter(),
            "moment": datetime(2026, 5, 3, 14, 2, tzinfo=UTC),
            "statuses": list(STATUS_LOOKS),
            "tones": TONES,
            "sections": SECTIONS,
        },
    )
