"""Documents that people answer on their own: sides compared, many people's answers, their terms. See __init__.py."""

from partnerships.models import Partnership
from tests.access.roles import LOGIN
from tests.factories.toolkit import make_answers, make_document, make_link, make_tool, make_writer
from toolkit.actions.agreeing import begin_agreed
from toolkit.actions.collecting import key_of
from toolkit.actions.saving import save_answers
from toolkit.actions.submitting import submit_part

STEERED = (LOGIN, 200, 404, 403, 403, 404, 200)
ALL = (200,) * 7
GET = {
    "toolkit:document-compare": (LOGIN, 200, 404, 200, 200, 404, 200),
    "toolkit:document-agree": (LOGIN, 200, 404, 200, 200, 404, 200),
    "toolkit:document-terms": STEERED,
    "toolkit:document-close": STEERED,
    "toolkit:document-results": STEERED,
    "toolkit:document-results-export": STEERED,
    "toolkit:shared-agree": ALL,
    "toolkit:shared-begin": ALL,
    "toolkit:shared-respond": ALL,
    "toolkit:shared-respond-done": ALL,
    "toolkit:shared-respond-file": (404,) * 7,
}
POST = {}
PAPERS = {"toolkit:document-compare-pdf"}


def arguments(partnership: Partnership) -> dict[str, list]:
    each = make_document(partnership=partnership, version=make_tool(mode="each"))
    for side in ("host", "resource"):
        response = each.responses.get(side=side)
        save_answers(response, {"f_title": side}, {}, by=make_writer(side))
        submit_part(response, by=make_writer(side))
    each.refresh_from_db()
    begin_agreed(each, by=partnership.coordinator)
    many = make_document(partnership=partnership, version=make_tool(mode="open"))
    response = make_answers(many, f_title="Begun")
    response.document = many
    link, agreeing = many.links.get(), make_link(each)
    own = [link.token, key_of(response)]
    return {
        **{f"toolkit:document-{page}": [each.reference] for page in ("compare", "agree")},
        **{f"toolkit:document-{page}": [many.reference] for page in ("terms", "close", "results")},
        "toolkit:document-results-export": [many.reference, "csv"],
        "toolkit:shared-agree": [agreeing.token],
        "toolkit:shared-begin": [link.token],
        **{f"toolkit:{page}": own for page in ("shared-respond", "shared-respond-done")},
        "toolkit:shared-respond-file": [*own, "none"],
    }
