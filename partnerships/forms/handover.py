"""Handing over: to whom, what, and what the next person should know."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.forms.layout import long_text
from partnerships.forms.team import ContactField
from partnerships.handing import Item, grouped
from partnerships.models import Handover, TeamMember
from partnerships.people import people_to_choose


class HandoverForm(forms.ModelForm):
    """The note and what is given with it. At first everything that can be given is ticked."""

    taker = ContactField(label=_("To whom"), queryset=None, empty_label=_("Choose a person"))
    given = forms.MultipleChoiceField(
        label=_("What they take over"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Handover
        fields = ["taker", "ends_role", "given", "people", "promises", "files"]
        widgets = {"people": long_text(3), "promises": long_text(3), "files": long_text(3)}
        help_texts = {
            "ends_role": _(
                "Their access to this partnership ends with it, today. Untick it to work side by side for a time."
            ),
            "people": _("Who matters, how to reach them, and what to mind."),
            "promises": _("What was promised to whom, in writing or by word of mouth."),
            "files": _("Folders, mailboxes, paper files, keys, passwords that the next person must ask for."),
        }

    def __init__(self, *args, member: TeamMember, items: list[Item], user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = items
        movable = [item for item in items if item.is_movable]
        self.fields["given"].choices = [(item.key, item.title) for item in movable]
        self.initial.setdefault("given", [item.key for item in movable])
        self.initial.setdefault("ends_role", True)
        known, is_part = people_to_choose(user, member.partnership)
        self.fields["taker"].queryset = known.exclude(pk=member.contact_id)
        if is_part:
            self.fields["taker"].help_text = _(
                "People of the team and of the organizations that take part. Somebody else first joins the team."
            )
        self.fields["ends_role"].label = _("End the role of %(name)s") % {"name": member.contact}

    @property
    def groups(self) -> list[dict]:
        """The list with its boxes, kind by kind: what was ticked stays ticked when the form comes back."""
        ticked = set(self["given"].value() or [])
        return [
            {"label": label, "rows": [{"item": item, "is_ticked": item.key in ticked} for item in items]}
            for label, items in grouped(self.items)
        ]
