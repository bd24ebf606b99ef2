"""Forms about people. What a form does not name cannot be sent: roles are in PersonForm and InviteForm alone."""

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.states import AccountState, Role
from accounts.zones import zone_choices
from twinning.stale import VersionedForm

ROLES = [role.value for role in Role]


class TimeZoneField(forms.ChoiceField):
    """The zones of the world by region."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Time zone"))
        kwargs.setdefault("help_text", _("Dates and times are shown to you in this zone."))
        super().__init__(choices=zone_choices, **kwargs)


class ProfileForm(VersionedForm):
    """What people say about themselves."""

    time_zone = TimeZoneField()

    class Meta:
        model = User
        fields = ["name", "language", "time_zone", "digest"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _offer_own_zone(self.fields["time_zone"], self.instance.time_zone)


class PersonForm(VersionedForm):
    """What administrators say about somebody."""

    class Meta:
        model = User
        fields = ["name", "email", *ROLES]


class InviteForm(forms.Form):
    """Who is asked in. Not a ModelForm: whether the address is free is the action's question, for somebody who never
    came may be asked in again."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.update(forms.fields_for_model(User, fields=["email", "name", *ROLES]))


class AcceptForm(forms.Form):
    """The one page of an invitation: who I am and how I will sign in."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        help_text=User._meta.get_field("name").help_text,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    time_zone = TimeZoneField(initial="UTC")

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.initial.setdefault("name", user.name)
        self.initial.setdefault("time_zone", user.time_zone)
        _offer_own_zone(self.fields["time_zone"], user.time_zone)
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self) -> dict:
        cleaned = super().clean()
        password, again = cleaned.get("password"), cleaned.get("password_again")
        if not password:
            return cleaned
        if again and password != again:
            self.add_error("password_again", _("The two passwords are not the same."))
        # A copy that is never saved: the password must not resemble the name that was typed just now.
        someone = User(email=self.user.email, name=cleaned.get("name", ""))
        try:
            validate_password(password, someone)
        except ValidationError as error:
            self.add_error("password", error)
        return cleaned


class SignInForm(allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self.fields["login"], _("E-mail"))
        _name(self.fields["password"], _("Password"))


class ForgottenPasswordForm(allauth.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self.fields["email"], _("E-mail"))


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self.fields["password1"], _("New password"))
        _name(self.fields["password2"], _("The same password again"))


class ChangePasswordForm(allauth.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name(self.fields["oldpassword"], _("Present password"))
        _name(self.fields["password1"], _("New password"))
        _name(self.fields["password2"], _("The same password again"))


def _name(field: forms.Field, label: str) -> None:
    """Our word for it, and not a second time inside the box, where it vanishes as soon as one types."""
    field.label = label
    field.widget.attrs.pop("placeholder", None)


class PeopleFilterForm(forms.Form):
    """The search above the list. Nonsense in the address narrows nothing down."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=200)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("All")), *Role.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *AccountState.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.full_clean()
        self.chosen = {name: value for name, value in self.cleaned_data.items() if value}

    def found(self) -> QuerySet:
        """The people who were chosen, by name, with their state."""
        people = User.objects.with_state().order_by("name", "pk")
        if words := self.chosen.get("q"):
            people = people.search(words)
        if role := self.chosen.get("role"):
            people = people.with_role(role)
        if state := self.chosen.get("state"):
            people = people.filter(state=state)
        return people


def _offer_own_zone(field: TimeZoneField, zone: str) -> None:
    """Add the zone that a row already holds, should the list not have it."""
    listed = [name for _region, group in zone_choices()[1:] for name, _words in group]
    if zone not in ("UTC", *listed):
        field.choices = [(zone, zone), *zone_choices()]
