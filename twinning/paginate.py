"""Pages of a list."""

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 25


def paginate(request: HttpRequest, rows: QuerySet | list, *, per_page: int = PER_PAGE) -> Page:
    """The page named by ``?page=``; anything that is not a page gives the nearest one."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
