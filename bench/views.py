"""The floor that our pages are measured against, and the counter of queries."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines

from partnerships.models import Partnership

BARE = """<!doctype html><title>Bare</title><p>{{ request.user }}</p><ul>
{% for row in page %}<li><a href="/x/{{ row.slug }}/">{{ row.name }}</a> {{ row.status }} {{ row.coordinator }}</li>
{% endfor %}</ul>{{ page.paginator.num_pages }}"""


@login_not_required
def bare_list(request: HttpRequest) -> HttpResponse:
    """The least a list page can be: session, user, one count, one query, twenty-five rows."""
    rows = Partnership.objects.select_related("coordinator").order_by("name", "pk")
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return HttpResponse(engines["django"].from_string(BARE).render({"page": page}, request))


class QueryCountMiddleware:
    """Tells in a header how many queries an answer took, when the bench asks; it stands inside all other middleware,
    so the session and the user, which others read lazily, are counted when the view reads them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "X-Bench-Count" not in request.headers:
            return self.get_response(request)
        count = 0

        def counted(execute, sql, params, many, context):
            nonlocal count
            count += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(counted):
            response = self.get_response(request)
        response["X-Bench-Queries"] = str(count)
        return response
