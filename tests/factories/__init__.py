"""Rows for tests. Every factory is a function with keyword arguments; what is not named gets an ordinary value."""

from tests.factories.partnerships import (
    make_member,
    make_organization,
    make_partnership,
    make_phase_model,
    make_programme,
    make_topic,
)
from tests.factories.people import make_contact, make_user

__all__ = [
    "make_contact",
    "make_member",
    "make_organization",
    "make_partnership",
    "make_phase_model",
    "make_programme",
    "make_topic",
    "make_user",
]
