"""Forms of shared resources: what is handed in, a newer file, a review."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.forms.contribution import PartyField
from partnerships.forms.layout import DateInput, GroupedForm, PlainTextField, long_text
from partnerships.forms.team import ContactField
from partnerships.models import Partnership, SharedResource
from partnerships.people import possible_owners
from partnerships.resource_states import ResourceState
from twinning.languages import language_options
from twinning.stale import VersionedForm

# What is offered as the day of the next review: two years, as clinical guidance is usually given.
REVIEW_AGAIN = timedelta(days=730)
ACCEPT = ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.png,.jpg,.jpeg,.gif,.webp,.txt,.csv"


def file_field(*, required: bool) -> forms.FileField:
    return forms.FileField(
        label=_("File"),
        required=required,
        allow_empty_file=True,  # the action says what is wrong with an empty one
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


def file_help() -> str:
    most = settings.MAX_UPLOAD_BYTES // 1_000_000
    return _("PDF, picture, text or office file of up to %(most)s MB; the one that can be changed, if you have it.") % {
        "most": most
    }


class ResourceForm(GroupedForm, VersionedForm):
    """One thing to be shared. Its first file comes along when it is new; newer ones have a form of their own."""

    GROUPS = (
        (_("What it is"), ("title", "kind", "description", "audience", "languages", "translation_of")),
        (_("The file, or where it is"), ("file", "link")),
        (_("Whose it is"), ("owner", "authors", "edition", "licence", "licence_note", "has_no_patient_data")),
    )

    title = PlainTextField(label=_("Title"), max_length=200)
    description = PlainTextField(label=_("What it is and whom it helps"), max_length=4000, widget=long_text(4))
    audience = PlainTextField(
        label=_("For whom"), max_length=200, required=False, help_text=_("For example: nurses and midwives.")
    )
    languages = forms.MultipleChoiceField(label=_("Languages"), widget=forms.SelectMultiple(attrs={"size": 6}))
    authors = PlainTextField(
        label=_("Authors"), max_length=1000, widget=long_text(2), help_text=_("One in each line: name, organization.")
    )
    owner = PartyField(label=_("Organization that shares it"), queryset=None)
    file = file_field(required=False)

    class Meta:
        model = SharedResource
        fields = [
            "title", "kind", "description", "audience", "languages", "translation_of", "link", "owner", "authors",
            "edition", "licence", "licence_note", "has_no_patient_data",
        ]  # fmt: skip

    def __init__(self, *args, partnership: Partnership, sides: set[str] | None = None, **kwargs):
        """``sides`` are those for which the person may write; None means all of them."""
        super().__init__(*args, **kwargs)
        self.instance.partnership = partnership
        parties = partnership.participations.select_related("organization")
        if sides is not None:
            parties = parties.filter(side__in=sides)
        owner = self.fields["owner"]
        owner.queryset, owner.partnership = parties.order_by("side", "-is_lead", "pk"), partnership
        others = partnership.resources.exclude(pk=self.instance.pk).exclude(state=ResourceState.ARCHIVED)
        self.fields["translation_of"].queryset = others.order_by("title", "pk")
        self.fields["translation_of"].empty_label = _("It is no translation of another one here")
        self.fields["languages"].choices = language_options(get_language() or "en")
        self.fields["languages"].help_text = _("One or more; with a keyboard, hold Ctrl.")
        self.fields["link"].help_text = _("If you only know where it is, or it is too big for a file.")
        self.fields["licence_note"].help_text = _("For example: Dr. Berg by e-mail, 3 May 2026.")
        self.fields["file"].help_text = file_help()
        if self.instance.pk:
            del self.fields["file"]
            self.initial["languages"] = self.instance.languages.split()

    def clean_languages(self) -> str:
        return f" {' '.join(self.cleaned_data['languages'])} "

    def validate_constraints(self) -> None:
        """The action checks them, when the row has its state."""


class FileForm(forms.Form):
    """A newer version of the file."""

    file = file_field(required=True)
    note = PlainTextField(label=_("What changed"), max_length=300, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = file_help()


class ReviewForm(forms.Form):
    """Who read it, and when somebody reads it again."""

    reviewer = ContactField(label=_("Reviewed by"), queryset=None, empty_label=_("Choose who read it"))
    review_on = forms.DateField(
        label=_("Review again on"), widget=DateInput, help_text=_("An old protocol is worse than none.")
    )
    note = PlainTextField(label=_("Note"), max_length=1000, required=False, widget=long_text(2))

    def __init__(self, *args, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = possible_owners(partnership)
        self.fields["review_on"].initial = timezone.localdate() + REVIEW_AGAIN
