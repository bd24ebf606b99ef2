"""Whom to ask, in which language, and with which words."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partnerships.models import TeamMember
from toolkit.actions.inviting import MOST_GUESTS, Guest
from toolkit.actions.links import LONGEST_DAYS
from toolkit.forms.link import mail_languages
from toolkit.mail_words import LONGEST_BODY, LONGEST_SUBJECT, Words, own_words
from toolkit.models import Document
from toolkit.states import LinkScope
from twinning.languages import own_name, words_in


class InviteForm(forms.Form):
    """People of the team, the language of each, and what they may do for how long."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=40, initial=lambda: secrets.token_urlsafe(12))
    who = forms.MultipleChoiceField(label=_("Whom?"), required=False)
    scope = forms.ChoiceField(label=_("What may they do?"), choices=LinkScope.choices, initial=LinkScope.FILL)
    days = forms.IntegerField(
        label=_("For how many days?"),
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=lambda: settings.SHARE_LINK_DAYS,
    )

    def __init__(self, *args, document: Document, team: Sequence[TeamMember], **kwargs):
        super().__init__(*args, **kwargs)
        self.document = document
        self.team = {str(member.pk): member for member in team}
        self.fields["who"].choices = [(pk, str(member.contact)) for pk, member in self.team.items()]
        languages = mail_languages(document)
        for pk in self.team:
            self.fields[f"lang_{pk}"] = forms.ChoiceField(
                label=_("Language"),
                choices=languages,
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def clean_who(self) -> list[str]:
        chosen = self.cleaned_data["who"]
        if not chosen:
            raise ValidationError(_("Choose at least one person."))
        if len(chosen) > MOST_GUESTS:
            raise ValidationError(_("Invite at most %(most)s people at once."), params={"most": MOST_GUESTS})
        return chosen

    @property
    def guests(self) -> list[Guest]:
        """The people that were chosen; each address once."""
        found = {}
        for pk in self.cleaned_data["who"]:
            contact = self.team[pk].contact
            found.setdefault(
                contact.email.lower(),
                Guest(
                    name=contact.name,
                    email=contact.email,
                    side=self.team[pk].side,
                    language=self.cleaned_data.get(f"lang_{pk}", ""),
                ),
            )
        return list(found.values())

    @property
    def rows(self) -> list[dict]:
        """Each person with the field of their language, side by side."""
        chosen = set(self["who"].value() or [])
        return [
            {"pk": pk, "member": member, "language": self[f"lang_{pk}"], "is_chosen": pk in chosen}
            for pk, member in self.team.items()
        ]


class WordsForm(forms.Form):
    """Subject and text of a mail, to be changed before it goes out."""

    subject = forms.CharField(label=_("Subject"), max_length=LONGEST_SUBJECT, strip=True)
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_BODY + 500,  # as browsers send it, with two characters for a line break
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"}),
        help_text=_(
            "Names in braces are filled in for each person: {name}, {title}, {side}, {partnership}, {sender}, "
            "{sender_email}, {due}, {until} and {address}. The address of the link is always there, wherever you leave "
            "{address}."
        ),
    )

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors:
            try:
                self.words = own_words(data["subject"], data["body"])
            except ValidationError as refusal:
                self.add_error(refusal.code if refusal.code in self.fields else None, refusal)
        return data

    words: Words


def words_forms(data, guests: Sequence[Guest], document: Document, ready) -> dict[str, WordsForm]:
    """A form for each language that is spoken to ``guests``, by its code (the document's own where none was chosen).

    ``ready(code)`` gives the words as they come; ``data`` is the post, if it holds words already.
    """
    found = {}
    for code in dict.fromkeys(guest.language or document.language for guest in guests):
        prefix = f"words-{code}"
        has_words = data is not None and f"{prefix}-body" in data
        words = None if has_words else ready(code)
        initial = {"subject": words.subject, "body": words.body} if words else None
        form = WordsForm(data if has_words else None, initial=initial, prefix=prefix)
        form.language, form.language_name = words_in(code), own_name(words_in(code))
        found[code] = form
    return found
