"""What is to be done, by whom and until when; and what somebody says."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.forms.layout import DateInput, GroupedForm, PlainTextField, RowsField, long_text
from partnerships.forms.team import ContactField
from partnerships.models import Comment, Contact, FollowUp, Partnership
from partnerships.models.follow_up import LONGEST_COMMENT
from partnerships.people import possible_owners
from partnerships.things import Thing, choices_for, parse_choice
from twinning.stale import VersionedForm


class FollowUpForm(GroupedForm, VersionedForm):
    """A follow-up. ``thing`` is what it concerns until somebody chooses; a quick form does not draw the choice."""

    GROUPS = (
        (_("Who does what, and until when"), ("title", "owner", "due_on", "priority")),
        (_("More about it"), ("about", "details")),
    )

    title = PlainTextField(label=_("What is to be done"), max_length=200)
    owner = ContactField(label=_("Who does it"), queryset=None, empty_label=_("Choose a person"))
    about = forms.ChoiceField(
        label=_("What it is about"), help_text=_("The smallest thing it concerns: its page will show it.")
    )
    details = PlainTextField(label=_("Details"), max_length=4000, required=False, widget=long_text(4))

    class Meta:
        model = FollowUp
        fields = ["title", "owner", "due_on", "priority", "details"]
        widgets = {"due_on": DateInput}

    def __init__(
        self, *args, partnership: Partnership, user: User, thing: Thing | None = None, is_quick: bool = False, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.partnership, self.user = partnership, user
        self.instance.partnership = partnership
        owners = possible_owners(partnership)
        if self.instance.pk:
            # Who left the team keeps what was theirs until somebody gives it away.
            kept = Q(pk__in=owners.order_by().values("pk")) | Q(pk=self.instance.owner_id)
            owners = Contact.objects.filter(kept).select_related("organization").order_by("name", "pk")
        self.fields["owner"].queryset = owners
        chosen = thing.value if thing else f"partnership:{partnership.pk}"
        if not is_quick:
            self.fields["about"].choices = choices_for(partnership, user, chosen=self._asked_about() or chosen)
        self.initial.setdefault("about", chosen)
        if not self.instance.pk:
            me = possible_owners(partnership).filter(user=user).first()
            self.initial.setdefault("owner", me.pk if me else None)

    def _asked_about(self) -> str:
        return str(self.data.get(self.add_prefix("about"), ""))[:60]

    def clean_about(self) -> Thing:
        thing = parse_choice(self.partnership, self.user, self.cleaned_data["about"])
        if thing is None:
            raise forms.ValidationError(_("This is not here any more. Choose something else."), code="gone")
        return thing


class CommentForm(VersionedForm):
    """Plain words, and the people who should be told of them."""

    text = PlainTextField(
        label=_("Your comment"),
        max_length=LONGEST_COMMENT,
        widget=long_text(4),
        help_text=_("Write @ and a name to tell somebody. Everybody who may see this page can read it."),
        error_messages={"required": _("Write something first.")},
    )
    mentioned = RowsField(
        label=_("Tell these people"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Comment
        fields = ["text"]

    def __init__(self, *args, people: list[User], user: User, **kwargs):
        super().__init__(*args, **kwargs)
        others = [person for person in people if person.pk != user.pk]
        self.people = others
        self.fields["mentioned"].queryset = User.objects.filter(pk__in=[person.pk for person in others])
        self.fields["mentioned"].choices = [(person.pk, str(person)) for person in others]
        if not others:
            del self.fields["mentioned"]

    @property
    def picked(self) -> list[User]:
        return list(self.cleaned_data.get("mentioned") or [])
