"""Texts of an XLSForm as ours: labels that hold mark-up, answers or far too much."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from toolkit.exchange.refusals import RowNote
from toolkit.exchange.xlsform_sheets import Languages, Line
from toolkit.schema.definition import Text
from toolkit.schema.words import Message, _

LABEL_LENGTH = 1000
SHORT = 200
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_ANSWER = re.compile(r"\$\{\s*([^{}]{1,60}?)\s*\}")


def label_for(
    text: Text, name: str, languages: Languages, notes: list[RowNote], line: Line, *, is_ours: bool, tells: bool = True
) -> Text:
    """A label that has words in the first language: those of another, or the name, where there are none.

    A text of ours has no mark-up to be taken out. Without ``tells`` it is not said that a long text was cut.
    """

    def note(message: Message) -> None:
        notes.append(RowNote(line.sheet, line.row, message))

    text = text if is_ours else without_markup(text, note)
    if languages.first not in text:
        if text:
            note(_("The text in the first language is missing; that of another stands in its place."))
        text = {languages.first: next(iter(text.values()), "") or humanized(name), **text}
    if is_long(text) and tells:
        note(_("The text is longer than %(limit)d characters; only its beginning is kept.", limit=LABEL_LENGTH))
    return {tag: words if len(words) <= LABEL_LENGTH else cut(words) for tag, words in text.items()}


def without_markup(text: Text, note: Callable[[Message], None]) -> Text:
    """``text`` without HTML, and with the names of questions in brackets where their answers would be shown."""
    plain = {tag: _MARKUP.sub("", words).strip() for tag, words in text.items()}
    if plain != text:
        note(_("Mark-up in the text is left out."))
    if any(_ANSWER.search(words) for words in plain.values()):
        note(_("Answers are not repeated in a text here; the name of the question stands in brackets."))
        plain = {tag: _ANSWER.sub(r"[\1]", words) for tag, words in plain.items()}
    return {tag: words for tag, words in plain.items() if words}


def is_long(text: Text) -> bool:
    return any(len(words) > LABEL_LENGTH for words in text.values())


def cut(words: str) -> str:
    """The beginning of a long text, up to a whole word."""
    line = words.strip().splitlines()[0]
    if len(line) <= SHORT:
        return line
    return line[:SHORT].rsplit(" ", 1)[0] + " …"


def joined(texts: Sequence[Text], languages: Languages) -> Text:
    """Texts below each other, language by language; where one has no words, those of the first language."""
    tags = [tag for tag in languages.all if any(tag in text for text in texts)]
    return {tag: "\n\n".join(text.get(tag) or next(iter(text.values())) for text in texts if text) for tag in tags}


def humanized(name: str) -> str:
    words = re.sub(r"[_.-]+", " ", name).strip()
    return words[:1].upper() + words[1:] if words else "…"
