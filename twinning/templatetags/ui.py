"""Small tags every template may use: icons, status badges, breadcrumbs and the main menu."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

from django import template
from django.template import Context, TemplateSyntaxError
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from toolkit.waiting import proposals_waiting

register = template.Library()

# status → (tone, icon). A colour never stands alone: the badge always shows the icon and the word too.
STATUS_LOOKS = {
    "proposed": ("neutral", "sparkles"),
    "forming": ("info", "sprout"),
    "active": ("success", "circle-check"),
    "on_hold": ("warning", "circle-pause"),
    "graduating": ("brand", "flag"),
    "graduated": ("brand", "circle-check"),
    "closed": ("neutral", "archive"),
    "terminated": ("danger", "circle-x"),
    "declined": ("danger", "circle-slash"),
    "applied": ("success", "circle-check"),
    "expected": ("neutral", "circle-dashed"),
    "upcoming": ("neutral", "circle-dashed"),
    "due": ("warning", "hourglass"),
    "waived": ("neutral", "circle-slash"),
    "in_negotiation": ("info", "messages-square"),
    "final_text": ("brand", "file-check"),
    "out_for_signature": ("brand", "send"),
    "partly_signed": ("warning", "pen-line"),
    "in_force": ("success", "circle-check"),
    "expiring": ("warning", "hourglass"),
    "renewed": ("neutral", "refresh-cw"),
    "planned": ("neutral", "circle-dashed"),
    "idea": ("neutral", "lightbulb"),
    "registration_open": ("brand", "door-open"),
    "registration_closed": ("info", "door-closed"),
    "running": ("info", "circle-dot"),
    "delivered": ("brand", "flag"),
    "results_entered": ("brand", "clipboard-check"),
    "postponed": ("warning", "circle-pause"),
    "seated": ("success", "circle-check"),
    "left": ("neutral", "undo-2"),
    "valid": ("success", "circle-check"),
    "open": ("info", "circle-dot"),
    "done": ("success", "circle-check"),
    "skipped": ("neutral", "circle-slash"),
    "draft": ("neutral", "pencil"),
    "assigned": ("neutral", "inbox"),
    "in_progress": ("info", "pen-line"),
    "submitted": ("brand", "send"),
    "in_review": ("brand", "eye"),
    "under_review": ("brand", "eye"),
    "returned": ("warning", "undo-2"),
    "resubmitted": ("brand", "send"),
    "accepted": ("success", "circle-check"),
    "signed": ("success", "pen-line"),
    "locked": ("neutral", "lock"),
    "published": ("success", "circle-check"),
    "superseded": ("neutral", "history"),
    "archived": ("neutral", "archive"),
    "withdrawn": ("neutral", "undo-2"),
    "void": ("danger", "ban"),
    "pending": ("warning", "hourglass"),
    "waiting": ("warning", "hourglass"),
    "hidden": ("neutral", "eye-off"),
    "answered": ("info", "message-square-reply"),
    "expired": ("neutral", "clock"),
    "revoked": ("danger", "ban"),
    "invited": ("warning", "mail"),
    "inactive": ("neutral", "circle-slash"),
    "added": ("success", "plus"),
    "removed": ("danger", "minus"),
    "reworded": ("info", "pen-line"),
    "changed": ("warning", "wrench"),
    "moved": ("neutral", "arrow-up-down"),
    "confirmed": ("info", "user-check"),
    "verified": ("brand", "eye"),
    "counted": ("success", "lock"),
    "rejected": ("danger", "circle-x"),
    "under_way": ("info", "circle-dot"),
    "late": ("danger", "clock-alert"),
    "cancelled": ("neutral", "circle-slash"),
    "approved": ("success", "circle-check"),
    "amended": ("warning", "pen-line"),
    "watching": ("info", "eye"),
    "happened": ("danger", "triangle-alert"),
    "low": ("neutral", "signal-low"),
    "medium": ("info", "signal-medium"),
    "high": ("warning", "signal-high"),
    "very_high": ("danger", "signal"),
    "sending_approved": ("brand", "check"),
    "host_approved": ("brand", "check-check"),
    "cleared": ("success", "badge-check"),
    "preparing": ("info", "luggage"),
    "ready": ("success", "circle-check"),
    "travelling": ("info", "plane"),
    "back": ("success", "house"),
    "reporting": ("info", "pen-line"),
    "changes": ("warning", "undo-2"),
    "nominated": ("neutral", "user-plus"),
    "visa_applied": ("info", "stamp"),
    "visa_granted": ("success", "stamp"),
    "visa_refused": ("danger", "circle-x"),
    "visa_not_needed": ("neutral", "stamp"),
    "departed": ("info", "plane-takeoff"),
    "arrived": ("info", "plane-landing"),
    "extended": ("warning", "clock"),
    "no_show": ("neutral", "circle-slash"),
    "did_not_return": ("danger", "triangle-alert"),
    "reported": ("success", "file-check"),
    "reviewed": ("brand", "eye"),
    "review_due": ("warning", "calendar-clock"),
    "offered": ("neutral", "gift"),
    "need_confirmed": ("info", "hand"),
    "shipped": ("info", "truck"),
    "customs": ("warning", "stamp"),
    "received": ("brand", "package-check"),
    "installed": ("brand", "plug"),
    "in_use": ("success", "circle-check"),
    "idle": ("warning", "circle-pause"),
    "broken": ("danger", "wrench"),
    "retired": ("neutral", "archive"),
    "lost": ("danger", "search-x"),
    "go": ("success", "circle-check"),
    "controls": ("warning", "shield-check"),
    "no_go": ("danger", "octagon-x"),
}

TONE_ICONS = {
    "neutral": "info",
    "info": "info",
    "brand": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "danger": "octagon-x",
}

# label, icon, address, starts of the view names that belong to it (the longest start wins), the role it is for
MAIN_MENU = (
    (_("Home"), "house", "home", ("home",), ""),
    (_("Partnerships"), "handshake", "partnerships:partnership-list", ("partnerships:", "toolkit:agreement"), ""),
    (
        _("Organizations"),
        "hospital",
        "partnerships:organization-list",
        ("partnerships:organization", "partnerships:contact"),
        "",
    ),
    (
        _("Toolkit"),
        "library",
        "toolkit:tool-list",
        (
            "toolkit:tool",
            "toolkit:section",
            "toolkit:version",
            "toolkit:adapt",
            "toolkit:proposal-new",
            "toolkit:proposal-status",
            "toolkit:proposal-thanks",
            "toolkit:pack",
            "toolkit:incoming",
        ),
        "",
    ),
    (_("Proposals"), "inbox", "toolkit:proposal-list", ("toolkit:proposal", "toolkit:feedback-"), "is_curator"),
    (_("Documents"), "files", "toolkit:document-list", ("toolkit:",), ""),
    (_("People"), "users", "accounts:user-list", ("accounts:user",), "is_admin"),
    (_("Search"), "search", "search", ("search",), ""),
)


@cache
def _icon_archive() -> bytes:
    return (files("lucide") / "lucide.zip").read_bytes()


@cache
def draw_icon(name: str, size: int = 20, css: str = "") -> SafeString:
    """The drawing ``name`` of the Lucide set as inline SVG, hidden from screen readers: the words beside it speak."""
    with ZipFile(BytesIO(_icon_archive())) as archive:
        try:
            svg = archive.read(f"{name}.svg").decode()
        except KeyError:
            raise TemplateSyntaxError(f"There is no icon “{name}”.") from None
    inside = re.sub(r"\s*\n\s*", "", svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")])
    return format_html(
        '<svg class="icon{}" width="{}" height="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        f" {css}" if css else "",
        size,
        size,
        mark_safe(inside),  # noqa: S308  # the file of a pinned package, not text from a person
    )


@register.simple_tag
def icon_symbols(*names: str) -> SafeString:
    """Drawings to be used again and again on a page with many: ``<svg class="icon"><use href="#i-house"/></svg>``."""
    symbols = [
        re.sub("<svg .*? viewBox", f'<symbol id="i-{name}" viewBox', draw_icon(name)).replace("</svg>", "</symbol>")
        for name in names
    ]
    return mark_safe(f'<svg class="d-none" aria-hidden="true">{"".join(symbols)}</svg>')  # noqa: S308  # our own icons


@register.simple_tag
def icon(name: str, size: int = 20, css: str = "") -> SafeString:
    return draw_icon(name, size, css)


@register.simple_tag
def tone_icon(tone: str, size: int = 20) -> SafeString:
    return draw_icon(TONE_ICONS.get(tone, "info"), size)


@register.inclusion_tag("components/status_badge.html")
def status_badge(status: str, label: str) -> dict:
    """A status with its own colour and icon; one that nobody gave a look is drawn as neutral."""
    tone, picture = STATUS_LOOKS.get(str(status).replace("-", "_"), ("neutral", "circle-dot"))
    return {"tone": tone, "icon_name": picture, "label": label}


@register.simple_tag
def days(first: date | None, last: date | None) -> str:
    """“3 May 2027 – 5 May 2027”, and a single day once."""
    told = [date_format(day) for day in (first, last) if day]
    return " – ".join(dict.fromkeys(told))


@register.filter
def either(names: list[str]) -> str:
    """“A”, “A or B”, “A, B or C”."""
    *others, last = names or [""]
    return _("%(others)s or %(last)s") % {"others": ", ".join(others), "last": last} if others else last


@register.filter
def tone(message) -> str:
    """The tone of a Django message; our own names are Bootstrap's but for ``error``."""
    return {"error": "danger", "debug": "neutral"}.get(message.level_tag, message.level_tag or "info")


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict:
    """``{% breadcrumbs label url label url here %}``: the last word is the page itself and has no address."""
    if len(parts) % 2 == 0:
        raise TemplateSyntaxError("breadcrumbs wants pairs of label and address, then the name of the page.")
    *pairs, here = parts
    return {"crumbs": list(zip(pairs[::2], pairs[1::2], strict=True)), "here": here}


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> list[dict]:
    """The entries of the main menu for the person who is looking, the current one marked."""
    request = context["request"]
    match = request.resolver_match
    here = _longest_start(match.view_name if match else "")
    return [
        {
            "label": label,
            "icon": picture,
            "url": reverse(name),
            "current": here in starts,
            "count": proposals_waiting(request.user) if role == "is_curator" else 0,
        }
        for label, picture, name, starts, role in MAIN_MENU
        if not role or getattr(request.user, role)
    ]


def _longest_start(view_name: str) -> str:
    known = (start for entry in MAIN_MENU for start in entry[3])
    return max((start for start in known if view_name.startswith(start)), key=len, default="")


@register.filter
def initials(name: str) -> str:
    """One or two letters to stand for a person: “Abebe Kebede” → “AK”."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def page_numbers(page) -> list[int]:
    """The numbers a pagination shows; 0 stands for a gap."""
    gap = page.paginator.ELLIPSIS
    return [
        0 if number == gap else number
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
