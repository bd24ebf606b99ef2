"""The languages that partnerships meet most, under their names."""

from functools import lru_cache
from gettext import find

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import get_language, get_language_info, to_locale

LANGUAGES = (
    "am", "ar", "az", "bn", "de", "en", "es", "fa", "fr", "ha", "hi", "hy", "id", "ig", "it", "ja", "ka", "kk", "km",
    "ko", "ky", "lo", "mg", "mn", "my", "ne", "nl", "no", "ny", "om", "pl", "ps", "pt", "ro", "ru", "rw", "si", "so",
    "sv", "sw", "ta", "tg", "th", "ti", "tk", "tr", "uk", "ur", "uz", "vi", "wo", "xh", "yo", "zh", "zu",
)  # fmt: skip


@lru_cache(maxsize=16)
def language_options(lang: str) -> tuple[tuple[str, str], ...]:
    """Languages under their names in ``lang``, sorted by name."""
    try:
        names = Locale.parse(lang, sep="-").languages
    except (UnknownLocaleError, ValueError):
        names = Locale("en").languages
    return tuple(sorted(((code, names.get(code, code)) for code in LANGUAGES), key=lambda pair: pair[1].casefold()))


def own_name(code: str) -> str:
    """A language by its own name; one that nobody knows by its code."""
    try:
        return get_language_info(code)["name_local"]
    except KeyError:
        return code


def name_here(code: str) -> str:
    """What a language is called in the language of the page; one that nobody knows by its code."""
    try:
        name = Locale.parse(code, sep="-").get_display_name((get_language() or "en").split("-")[0])
    except (UnknownLocaleError, ValueError):
        return code
    return name or code


@lru_cache(maxsize=64)
def has_words(code: str) -> bool:
    """Whether the product's own words on forms and papers are known in this language: by a catalogue in ``locale/``.

    Regions speak as their language does: pt-BR as pt. English needs no catalogue.
    """
    if code.partition("-")[0].lower() == "en":
        return True
    return any(find("django", str(folder), [to_locale(code)]) for folder in settings.LOCALE_PATHS)


def words_in(code: str) -> str:
    """The language of the product's own words beside texts in ``code``: that, or the language of the page."""
    return code if has_words(code) else get_language() or settings.LANGUAGE_CODE


def languages_with_words() -> tuple[str, ...]:
    """The languages that the product knows on forms and papers, English first."""
    found = {path.parent.parent.name for folder in settings.LOCALE_PATHS for path in folder.glob("*/LC_MESSAGES/*.mo")}
    return ("en", *sorted(code.replace("_", "-") for code in found - {"en"}))
