"""Slugs for addresses and references for paper, each one free when it is handed out."""

import secrets

from twinning.slugs import latin_slug

# Letters and digits that are not mistaken for one another when read out over a bad line.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# Slugs that would be read as a page of their own, such as /partnerships/new/.
TAKEN_SLUGS = frozenset({"new"})


def free_slug(model, name: str) -> str:
    """A slug for ``name`` that no row of ``model`` has; a name without a letter or digit gets a random one."""
    own = latin_slug(name)[:60].strip("-")
    base = own or model._meta.model_name
    slug = own if own not in TAKEN_SLUGS else ""
    while not slug or model.objects.filter(slug=slug).exists():
        slug = f"{base}-{random_code(4).lower()}"
    return slug


def free_reference(model) -> str:
    """A short reference such as ``TP-7K2MQ``, to be written on paper and read out."""
    while True:
        reference = f"TP-{random_code(5)}"
        if not model.objects.filter(reference=reference).exists():
            return reference


def random_code(length: int) -> str:
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _position in range(length))
