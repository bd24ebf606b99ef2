import json
import time
from collections.abc import Callable

from django.core.management.base import BaseCommand

from toolkit.models import Document, ToolVersion
from toolkit.permissions import writer_for_user
from toolkit.rendering.html import render_blank, render_document
from toolkit.rendering.pdf import close_pool, html_to_pdf


class Command(BaseCommand):
    help = "Time PDFs through our door beside a bare WeasyPrint call on the same HTML; prints seconds as JSON."

    def add_arguments(self, parser):
        parser.add_argument("rounds", type=int)

    def handle(self, *args, rounds: int, **options):
        bare = bare_call()
        papers = {}
        for label, html in pages().items():
            html_to_pdf(html)
            bare(html)
            times = []
            for _round in range(rounds):
                times += [seconds(lambda html=html: html_to_pdf(html)), seconds(lambda html=html: bare(html))]
            papers[label] = times
        close_pool()
        self.stdout.write(json.dumps(papers))


def pages() -> dict[str, str]:
    """Whole pages as the door gets them: a blank form, a filled one of a hundred answers, a long blank one."""
    document = Document.objects.select_related("partnership__programme", "version__tool").get(
        version__tool__slug="bench-form"
    )
    writer = writer_for_user(document.started_by, document)
    responses = list(document.responses.all())
    return {
        "meeting record, blank": render_blank(version_of("meeting-record"), is_paper=True),
        "a hundred answers": render_document(document, responses=responses, reader=writer, is_paper=True),
        "needs assessment, blank": render_blank(version_of("needs-assessment"), is_paper=True),
    }


def version_of(slug: str) -> ToolVersion:
    return ToolVersion.objects.published().get(tool__slug=slug)


def bare_call() -> Callable[[str], bytes]:
    """WeasyPrint as its manual shows it, in this process, already imported: tagged, with our stylesheet and fonts."""
    import weasyprint
    from django.contrib.staticfiles import finders

    path = finders.find("css/print.css")

    def call(html: str) -> bytes:
        return weasyprint.HTML(string=html).write_pdf(stylesheets=[path], pdf_variant="pdf/ua-1")

    return call


def seconds(act: Callable[[], bytes]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
