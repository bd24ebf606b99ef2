"""What people say about a question, to stand beside its field on the page that fills a form."""

from __future__ import annotations

from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from toolkit.forms.question import NOTHING
from toolkit.models import Response
from toolkit.talking import Talk


def beside_of(talk: Talk, response: Response) -> Callable[[str], SafeString]:
    """For each question outside tables and each table what is said about it, ready to be drawn."""

    def beside(place: str) -> SafeString:
        aside = talk.beside(response, place)
        if aside is None or not aside.threads:
            return NOTHING
        return render_to_string("toolkit/fill/beside.html", {"aside": aside})

    return beside
