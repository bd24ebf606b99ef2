"""What a first visit to a form asks of the server: on a bad line every request is a wait."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.factories import make_partnership
from tests.factories.toolkit import make_document, make_link

MOST = 12


def asked(html: str) -> set[str]:
    """The static files of a page, with the modules that its scripts import; a stylesheet for the dark is counted."""
    found = set(re.findall(r'(?:src|href)="/static/([^"?]+)', html))
    waiting = [name for name in found if name.endswith(".js")]
    while waiting:
        name = waiting.pop()
        text = Path(finders.find(name)).read_text(encoding="utf-8")
        for other in re.findall(r'(?:from|import) "\./([\w-]+\.js)"', text):
            module = f"js/{other}"
            if module not in found:
                found.add(module)
                waiting.append(module)
    return found


@pytest.mark.django_db
def test_a_form_is_there_after_few_requests(client):
    html = client.get(make_link(make_document(partnership=make_partnership())).url).content.decode()

    files = asked(html)

    assert {"js/fill.js", "js/fill-save.js", "js/fill-page.js", "js/expressions.js"} <= files
    assert len(files) + 1 <= MOST, sorted(files)
