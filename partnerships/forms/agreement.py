"""Forms of agreements: terms and parties, texts, acceptances, and the end."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.agreement_content import SCANS, PartyChoice
from partnerships.agreement_states import AcceptanceMode
from partnerships.forms.layout import DateInput, GroupedForm, long_text
from partnerships.models import Agreement, Contact, Participation, Partnership
from twinning.holding import fetch, held_name, hold
from twinning.languages import language_options
from twinning.stale import VersionedForm
from twinning.uploads import checked_upload

# A party must sign, may sign, or is none.
MUST, MAY, NO = "must", "may", "no"


class AgreementForm(GroupedForm, VersionedForm):
    """Terms of an agreement, and for each organization that takes part whether it signs, and who does."""

    GROUPS = (
        (_("What it is"), ("kind", "title")),
        (_("How long it lasts"), ("starts_on", "ends_on", "review_on", "notice_days")),
    )

    class Meta:
        model = Agreement
        fields = ["kind", "title", "starts_on", "ends_on", "review_on", "notice_days"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput, "review_on": DateInput}

    def __init__(self, *args, partnership: Partnership, **kwargs):
        super().__init__(*args, **kwargs)
        self.participations = list(partnership.participations.current().select_related("organization"))
        parties = {party.participation_id: party for party in self.instance.parties.all()} if self.instance.pk else {}
        people = Contact.objects.filter(memberships__in=partnership.team.current()).distinct().order_by("name")
        for each in self.participations:
            known = parties.get(each.pk)
            standing = MUST if known and known.is_required or not self.instance.pk else MAY if known else NO
            self._add_party(each, partnership, standing, known.signatory_id if known else None, people)

    def _add_party(self, each: Participation, partnership: Partnership, standing: str, signatory, people) -> None:
        words = {"name": each.organization, "side": partnership.side_label(each.side)}
        self.fields[f"party_{each.pk}"] = forms.ChoiceField(
            label=_("%(name)s (%(side)s)") % words,
            choices=[(MUST, _("must sign")), (MAY, _("may sign")), (NO, _("does not sign"))],
            initial=standing,
        )
        self.fields[f"signatory_{each.pk}"] = forms.ModelChoiceField(
            label=_("Who signs for %(name)s") % words,
            queryset=people,
            required=False,
            initial=signatory,
            empty_label=_("A lead or coordinator who works there"),
            help_text=_("Somebody of the team. With an account they accept here, without one by e-mail or on paper."),
        )

    @property
    def groups(self) -> list:
        names = [name for each in self.participations for name in (f"party_{each.pk}", f"signatory_{each.pk}")]
        return [*super().groups, (_("Who signs"), [self[name] for name in names])]

    @property
    def parties(self) -> dict[Participation, PartyChoice]:
        """For the action; read it when the form is valid."""
        data = self.cleaned_data
        return {
            each: PartyChoice(is_required=data[f"party_{each.pk}"] == MUST, signatory=data[f"signatory_{each.pk}"])
            for each in self.participations
            if data[f"party_{each.pk}"] != NO
        }

    def clean(self) -> dict:
        data = super().clean()
        starts, ends, review = (data.get(name) for name in ("starts_on", "ends_on", "review_on"))
        if starts and ends and ends <= starts:
            self.add_error("ends_on", _("The end date must be after the start date."))
        if starts and review and review <= starts:
            self.add_error("review_on", _("The review date must be after the start date."))
        elif ends and review and review >= ends:
            self.add_error("review_on", _("The review date must be before the end date."))
        return data

    def clash(self, current: Agreement) -> list[dict[str, str]]:
        return [*super().clash(current), *state_row(current)]


def state_row(current: Agreement) -> list[dict[str, str]]:
    """Somebody may have signed it, or moved it, and changed no word."""
    return [{"label": str(_("Where it stands now")), "mine": "", "theirs": current.standing_label}]


class _OfAgreement(forms.Form):
    """A form over one text of an agreement; it carries the version of the agreement that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, *args, agreement: Agreement, language: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        self.initial["version"] = agreement.version
        known = {text.language: text for text in agreement.texts.all()}
        self.text = known.get(language)
        names = language_options(get_language() or "en")
        if self.text:
            self.fields["language"].choices = [pair for pair in names if pair[0] == language]
            self.initial["language"] = language
            self.initial["prevails"] = self.text.prevails
        else:
            free = [pair for pair in names if pair[0] not in known]
            self.fields["language"].choices = [("", _("Choose a language")), *free]
            self.initial["language"] = "" if known else "en"

    def clash(self, current: Agreement) -> list[dict[str, str]]:
        """Where somebody else changed or signed the agreement meanwhile; the next try is made knowingly."""
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(current.version)
        return state_row(current)


class TextForm(_OfAgreement):
    body = forms.CharField(
        label=_("Text"),
        max_length=100_000,
        widget=long_text(24),
        help_text=_(
            "Type or paste it. A line that begins with “## ” becomes a heading, one that begins with “- ” a point of a "
            "list, and an empty line begins a new paragraph."
        ),
    )
    prevails = forms.BooleanField(
        label=_("This language version prevails"),
        required=False,
        help_text=_("It decides when two language versions differ. One of them must, as soon as there are two."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.text:
            self.initial["body"] = self.text.body

    def clash(self, current: Agreement) -> list[dict[str, str]]:
        saved = current.texts.filter(language=self.cleaned_data["language"]).first()
        theirs = saved.body if saved else ""
        rows = [{"label": str(_("Text")), "mine": self.cleaned_data["body"], "theirs": theirs}]
        return [*(rows if theirs != self.cleaned_data["body"] else []), *super().clash(current)]


class UploadForm(_OfAgreement):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,  # the action says what is wrong with an empty one
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.odt"}),
        help_text=_("PDF, DOCX or ODT. Its content counts: another file is another text."),
    )
    prevails = TextForm.base_fields["prevails"]


class AcceptForm(forms.Form):
    """A signatory accepts the text they were shown."""

    seen_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Your name"), max_length=150)
    post = forms.CharField(label=_("Your post or title"), max_length=120, required=False)
    agree = forms.BooleanField(
        label=_("I have read this text, I may sign for my organization, and I accept it on its behalf.")
    )


class EnterForm(forms.Form):
    """What a coordinator writes down for a party that answered by e-mail or signed on paper."""

    seen_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    mode = forms.ChoiceField(
        label=_("How was it accepted?"),
        choices=[(mode.value, mode.label) for mode in (AcceptanceMode.INK, AcceptanceMode.EMAIL)],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Who signed"), max_length=150)
    post = forms.CharField(label=_("Post or title"), max_length=120, required=False)
    signed_on = forms.DateField(label=_("On which day"), widget=DateInput)
    scan = forms.FileField(
        label=_("Scan of the signed page, or the e-mail as a file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.gif,.webp"}),
        help_text=_("PDF or a picture. Needed when it was signed on paper."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=long_text(3),
        help_text=_("For an e-mail: who wrote, and what."),
    )
    held = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_signed_on(self):
        day = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."), code="future")
        return day

    def clean_scan(self):
        upload = self.cleaned_data["scan"]
        if upload:
            checked_upload(upload, SCANS, most=settings.MAX_UPLOAD_BYTES)
        return upload

    def hold_scan(self) -> None:
        """Keep a good file while the rest of the form is put right: a browser sends it only once."""
        upload = self.cleaned_data.get("scan")
        if not upload:
            return
        token = hold(upload)
        if token:
            self.data = self.data.copy()
            self.data["held"] = token
        else:
            self.add_error("scan", _("Please choose the file again; it could not be kept for you."))

    @property
    def held_name(self) -> str:
        return held_name(self.data.get("held", "")) if self.is_bound else ""

    @property
    def scan_file(self):
        """The file that came now, or the one that came with an earlier try."""
        return self.cleaned_data["scan"] or fetch(self.cleaned_data["held"])


class TerminateForm(forms.Form):
    on = forms.DateField(
        label=_("Last day"),
        widget=DateInput,
        help_text=_("The agreement holds until then. With a day to come, this is notice; with today, it ends now."),
    )
    reason = forms.CharField(label=_("Why"), max_length=2000, widget=long_text(3))
    obligations = forms.CharField(
        label=_("What each party still has to do"),
        max_length=4000,
        required=False,
        widget=long_text(5),
        help_text=_("For example: hand back equipment, finish a course, keep patient data confidential, final report."),
    )

    def __init__(self, *args, agreement: Agreement, **kwargs):
        super().__init__(*args, **kwargs)
        days = timedelta(days=agreement.notice_days or 0)
        self.initial["on"] = min(filter(None, [timezone.localdate() + days, agreement.runs_until]))
