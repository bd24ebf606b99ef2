"""The product's own words on forms and papers are said in every language that it claims to know."""

from __future__ import annotations

import re
from datetime import date
from gettext import GNUTranslations
from io import BytesIO

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext, trans_real

from tests.toolkit.rendering.shipped import version_of
from toolkit.actions.library import LIBRARY
from toolkit.actions.trying import everybody, start_trial
from toolkit.forms.page import PageBuilder
from toolkit.rendering.html import render_blank
from toolkit.rendering.sample import sample_html
from toolkit.schema.parsing import parse, read_yaml
from toolkit.schema.sampling import sample_answers
from toolkit.views.language import spoken
from tools import words
from twinning.languages import has_words, languages_with_words, words_in

LANGUAGES = words.languages()
GAP = re.compile(r"%\(\w+\)[sd]|<[^>]+>")


@pytest.fixture(scope="module")
def found() -> dict[words.Words, str]:
    return words.wanted()


def test_the_languages_are_those_that_pages_offer():
    assert LANGUAGES == ["ar", "es", "fr", "pt", "ru"]
    assert languages_with_words() == ("en", *LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_on_a_form_or_its_paper_is_translated(found, language):
    lacking = [f"{each.text!r} ({found[each]})" for each in words.lacking(language, found)]

    assert not lacking, f"{words.po_of(language)} lacks (python -m tools.words --write adds them):\n" + "\n".join(
        lacking
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_no_words_that_nobody_says(found, language):
    known = {(each.text, each.context) for each in found}
    told = {(each.id if isinstance(each.id, str) else each.id[0], each.context or "") for each in words.read(language)}

    assert told - known == {("", "")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_in_gaps_is_the_same_in_every_language(language):
    for message in words.read(language):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        said = [message.string] if isinstance(message.string, str) else list(message.string)
        gaps = sorted(GAP.findall(ids[-1]))
        assert sorted(GAP.findall(said[-1])) == gaps, f"{language}: {said[-1]!r} for {ids[-1]!r}"
        for each in said:
            assert set(GAP.findall(each)) <= set(gaps), f"{language}: {each!r} for {ids[-1]!r}"
            assert each[:1].isspace() == ids[0][:1].isspace(), f"{language}: {each!r} begins otherwise than {ids[0]!r}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language):
    with words.po_of(language).with_suffix(".mo").open("rb") as file:
        held = GNUTranslations(file)
    written = GNUTranslations(BytesIO(words.compiled(language)))

    # Behind the empty key stand a date and the name of what compiled it.
    assert [_sayings(held), _sayings(written)] == [_sayings(written)] * 2, "run python -m tools.words --write"


def _sayings(catalogue: GNUTranslations) -> dict:
    return catalogue._catalog | {"": catalogue.info()["plural-forms"]}


def test_plurals_follow_each_language():
    told = {language: [_minutes(language, n) for n in (1, 2, 5, 11, 21)] for language in ("ar", "ru", "fr")}

    assert told == {
        "ar": ["نحو دقيقة واحدة", "نحو دقيقتين", "نحو 5 دقائق", "نحو 11 دقيقة", "نحو 21 دقيقة"],
        "ru": ["около 1 минуты", "около 2 минут", "около 5 минут", "около 11 минут", "около 21 минуты"],
        "fr": ["environ 1 minute", *(f"environ {n} minutes" for n in (2, 5, 11, 21))],
    }


def _minutes(language: str, n: int) -> str:
    with translation.override(language):
        return ngettext("about %(minutes)s minute", "about %(minutes)s minutes", n) % {"minutes": n}


def test_djangos_own_words_stand_beside_ours():
    with translation.override("fr"):
        assert gettext("This field is required.") == "Ce champ est obligatoire."
        assert pgettext("page 1 of 3", "of") == "sur"


def test_a_language_without_a_catalogue_leaves_our_words_to_the_page():
    assert [has_words(code) for code in ("en", "en-GB", "fr", "pt-BR", "sw", "fa")] == [True] * 4 + [False] * 2
    with translation.override("en"):
        assert (words_in("sw"), words_in("pt-BR")) == ("en", "pt-BR")
    with translation.override("pt-BR"):
        assert gettext("Add a row") == "Acrescentar uma linha"


class Listening:
    """A catalogue that keeps what it was asked for and did not know."""

    def __init__(self, catalogue):
        self.catalogue, self.unknown = catalogue, set()

    def get(self, key, default=None):
        told = self.catalogue.get(key, default)
        if told is default and isinstance(key, str):
            self.unknown.add(key)
        return told

    def plural(self, text, number):
        try:
            return self.catalogue.plural(text, number)
        except KeyError:
            self.unknown.add(text)
            raise

    def __getattr__(self, name):
        return getattr(self.catalogue, name)


@pytest.fixture
def french(monkeypatch):
    """What French was asked for and could not say."""
    spoken = trans_real.translation("fr")
    listening = Listening(spoken._catalog)
    monkeypatch.setattr(spoken, "_catalog", listening)
    return listening


def test_no_shipped_form_meets_a_word_that_the_catalogues_lack(french):
    """Every shipped tool, as if it spoke French: blank, with answers and to be filled in, on page and on paper."""
    own: set[str] = set()
    for path in sorted(set(LIBRARY.glob("*/*.yaml")) - set(LIBRARY.glob("*/*.example.yaml"))):
        form = read_yaml(path.read_text(encoding="utf-8"), name=path.name)
        own.update(each for item in form.items for each in (item.constraint_message or {}).values())
        _draw_all(parse({**form.written, "languages": list(dict.fromkeys((*form.languages, "fr")))}))

    assert french.unknown - own == set()


def _draw_all(form) -> None:
    version = version_of(form)
    for is_paper in (False, True):
        assert render_blank(version, lang="fr", is_paper=is_paper)
        sample_html(
            form, sample_answers(form, lang="fr", today=date(2026, 5, 4)), title="T", lang="fr", is_paper=is_paper
        )
    with translation.override("fr"):
        trial = start_trial(version, "fr")
        evaluation = trial.evaluate()
        page = PageBuilder(
            trial, evaluation, writer=everybody(), references={}, errors=trial.problems(evaluation), lang="fr"
        ).build()
        told = {
            "page": page,
            "rules": {},
            "is_checked": True,
            "result": "",
            "notice": "",
            "here": "/",
            "csrf_token": "",
            "has_files": True,
            "example": {"title": "Exemple", "language": "fr", "url": "/"},
            **spoken(form, "fr", here="/"),
        }
        assert render_to_string("toolkit/try/form.html", told)
