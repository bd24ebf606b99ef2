"""The first administrator, or one more, from the command line of the machine."""

import os
import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User

TRIES = 3


class Command(BaseCommand):
    help = (
        "Make an administrator. Asks for e-mail address, name and password; "
        "without a terminal ADMIN_EMAIL, ADMIN_PASSWORD and ADMIN_NAME are read from the environment."
    )
    stealth_options = ("stdin",)

    def handle(self, *args, **options) -> None:
        stdin = options.get("stdin") or sys.stdin
        if os.environ.get("ADMIN_EMAIL") or not stdin.isatty():
            user, password = self.from_environment()
        else:
            user, password = self.from_questions()
        user.set_password(password)
        user.save()
        self.stdout.write(self.style.SUCCESS(f"{user.email} can sign in as an administrator."))

    def from_environment(self) -> tuple[User, str]:
        email, password = os.environ.get("ADMIN_EMAIL", ""), os.environ.get("ADMIN_PASSWORD", "")
        if not (email and password):
            raise CommandError("Set ADMIN_EMAIL and ADMIN_PASSWORD (and ADMIN_NAME), or run this in a terminal.")
        try:
            user = new_admin(email, os.environ.get("ADMIN_NAME", "").strip() or email.partition("@")[0])
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        return user, password

    def from_questions(self) -> tuple[User, str]:
        for _try in range(TRIES):
            try:
                user = new_admin(input("E-mail address: "), input("Name: ").strip())
            except ValidationError as error:
                self.complain(error.messages)
            else:
                return user, self.asked_password(user)
        raise CommandError("No administrator was made.")

    def asked_password(self, user: User) -> str:
        for _try in range(TRIES):
            password = getpass("Password: ")
            if password != getpass("The same password again: "):
                self.complain(["The two passwords are not the same."])
                continue
            try:
                validate_password(password, user)
            except ValidationError as error:
                self.complain(error.messages)
            else:
                return password
        raise CommandError("No administrator was made.")

    def complain(self, messages: list[str]) -> None:
        self.stderr.write("\n".join(messages))


def new_admin(email: str, name: str) -> User:
    """An unsaved, valid administrator; ValidationError names what is wrong, an address in use included."""
    user = User(email=email.strip().lower(), name=name, is_admin=True)
    user.full_clean(exclude=["password"])
    return user
