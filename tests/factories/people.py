from itertools import count

from accounts.models import User
from partnerships.models import Contact, Organization

PASSWORD = "correct horse battery"
number = count(1)


def make_user(*, name: str = "", email: str = "", **fields) -> User:
    n = next(number)
    user = User(email=email or f"person{n}@example.org", name=name or f"Person {n}", **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def make_contact(
    *, name: str = "", organization: Organization | None = None, user: User | None = None, **fields
) -> Contact:
    n = next(number)
    fields.setdefault("email", f"contact{n}@example.org")
    return Contact.objects.create(name=name or f"Contact {n}", organization=organization, user=user, **fields)
