"""What a person reads when a request cannot be answered: the right status, one clear sentence, what to do next."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.urls import is_valid_path
from django.utils.translation import gettext_lazy as _

TEMPLATES = {400: "400.html", 403: "403.html", 404: "404.html", 405: "405.html", 413: "413.html"}
RETRY_AFTER_SECONDS = 5

UNCLEAR = _("This request could not be understood. Go back, reload the page and try again.")
CUT_OFF = _("Your answer did not arrive whole, so nothing was saved. Check your connection, go back and send it again.")
TOO_LARGE = _("What you sent is too large, so nothing was saved. Send fewer or smaller files and try again.")
NO_LENGTH = _("The size of this request is not known in advance, so it was not read. Send it with its length.")
NOT_TEXT = _("Some characters did not arrive as readable text, so nothing was saved. Type them again and send it.")
TOO_MANY_FIELDS = _(
    "This page sent more answers than can be read at once, so nothing was saved. "
    "Save a long table in parts, or remove rows that are not needed."
)
TOO_MANY_FILES = _("Too many files were sent at once, so nothing was saved. Send them in smaller groups.")
FORBIDDEN = _("You may not open this page. Ask the coordinator of the partnership if you need it.")
NOT_FOUND = _("This page does not exist, or it is not yours to see. Check the address, or start from the home page.")
BUSY = _("The service is busy for a moment. Nothing was saved; wait a few seconds and try again.")
NO_PAGE = _("This address only takes what a form sends; there is no page to read here. Nothing was changed.")
FAILED = _("Something went wrong on our side. It has been written down; please try again in a while.")


def wants_json(request: HttpRequest) -> bool:
    return (
        request.content_type == "application/json"
        or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )


def refuse(request: HttpRequest, status: int, message: str, *, code: str) -> HttpResponse:
    """The page (or, for a program, the JSON) that says why a request was not carried out."""
    if wants_json(request):
        return JsonResponse({"error": code, "message": str(message)}, status=status)
    template = loader.get_template(TEMPLATES.get(status, "400.html"))
    return HttpResponse(template.render(_words(request, message), request), status=status)


def refuse_plainly(request: HttpRequest, status: int, message: str, *, code: str) -> HttpResponse:
    """As `refuse`, for when the database may be gone: the page knows neither the request nor the user."""
    if wants_json(request):
        return JsonResponse({"error": code, "message": str(message)}, status=status)
    return HttpResponse(loader.get_template(f"{status}.html").render(_words(request, message)), status=status)


def _words(request: HttpRequest, message: str) -> dict[str, str]:
    return {"message": message, "reference": getattr(request, "id", "")}


def busy(request: HttpRequest) -> HttpResponse:
    response = refuse_plainly(request, 503, BUSY, code="busy")
    response["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return refuse(request, 413, TOO_LARGE, code="too_large")
    if isinstance(exception, TooManyFieldsSent):
        return refuse(request, 413, TOO_MANY_FIELDS, code="too_many_fields")
    if isinstance(exception, TooManyFilesSent):
        return refuse(request, 413, TOO_MANY_FILES, code="too_many_files")
    return refuse(request, 400, UNCLEAR, code="unclear")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 403, FORBIDDEN, code="forbidden")


def not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What a view refused because of its method, as a page with a way back; ``Allow`` says what it takes."""
    if wants_json(request):
        page = refuse(request, 405, NO_PAGE, code="method")
    else:
        words = {**_words(request, NO_PAGE), "back": page_above(request.path_info)}
        page = HttpResponse(loader.get_template("405.html").render(words, request), status=405)
    page["Allow"] = response["Allow"]
    return page


def page_above(path: str) -> str:
    """The nearest address above ``path`` that exists: “/a/b/” for “/a/b/move/”."""
    parts = path.strip("/").split("/")
    for n in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:n])}/"
        if is_valid_path(above):
            return above
    return "/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 404, NOT_FOUND, code="not_found")


def server_error(request: HttpRequest) -> HttpResponse:
    return refuse_plainly(request, 500, FAILED, code="failed")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A forged form, or an honest one whose cookie is gone; Django has logged ``reason``."""
    if wants_json(request):
        return JsonResponse({"error": "forgery_check", "message": str(UNCLEAR)}, status=403)
    return HttpResponse(loader.get_template("403_csrf.html").render({}, request), status=403)
