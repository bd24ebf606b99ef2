"""A document with a bit of everything, and what tests read from its rendering."""

import re

from accounts.models import User
from tests.factories import make_organization, make_partnership, make_programme
from tests.factories.toolkit import make_document, make_tool, make_writer
from toolkit.models import Document, Response
from toolkit.rendering.html import document_html

COORDINATOR = make_writer("coordinator")

FORM = """
  - group: visit
    label: {en: The visit}
    items:
      - {id: f_title, name: title, type: text, label: {en: Title}}
      - {id: f_days, name: days, type: integer, label: {en: Working days}}
      - {id: f_late, name: late, type: yes_no, label: {en: "Was it late?"}}
      - {id: f_why, name: why, type: long_text, relevant: "${late} = 'yes'", label: {en: "Why was it late?"}}
      - {id: f_secret, name: secret, type: text, sensitive: true, label: {en: Passport}}
      - {id: f_file, name: papers, type: file, label: {en: Papers}}
      - {id: f_signed, name: signed, type: signature, label: {en: Signed by}}
      - repeat: costs
        id: r_costs
        label: {en: Costs}
        totals: [amount]
        items:
          - {id: f_item, name: item, type: text, label: {en: Item}}
          - {id: f_when, name: when, type: date, label: {en: When}}
          - {id: f_amount, name: amount, type: money, label: {en: Amount}}
      - {id: c_double, name: double, type: calculate, calculation: "${days} * 2", label: {en: Twice the days}}
  - group: later
    label: {en: Later}
    relevant: "${days} > 100"
    items:
      - {id: f_later, name: later_word, type: text, label: {en: A later word}}
"""


def written(document: Document, side: str = "", **answers) -> Response:
    response = document.responses.get(side=side)
    response.document = document
    response.answers = {**response.answers, **answers}
    response.save(update_fields=["answers"])
    return response


def read(document: Document, *, writer=COORDINATOR, **more) -> str:
    document = Document.objects.select_related("partnership__programme", "version__tool__section", "organization").get(
        pk=document.pk
    )
    return str(document_html(document, writer=writer, **more))


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\xa0", " ").split())


def make_visit_report(alice: User) -> Document:
    partnership = make_partnership(
        coordinator=alice,
        name="Lyon – Bamako",
        programme=make_programme(name="Care together", host_label="Southern side"),
        host=make_organization(name="Hôpital du Mali"),
        resource=make_organization(name="Hospices de Lyon"),
    )
    return make_document(
        partnership=partnership, version=make_tool(form=FORM, slug="visit-report", title="Visit report")
    )
