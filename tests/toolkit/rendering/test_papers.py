"""Shipped tools on paper: what hangs on a wall, what is signed at a door, what finance fills in by hand."""

import pytest

from toolkit.rendering.blank import PARTS, BlankTable, Worked, blank_sheet
from toolkit.rendering.html import blank_html, blank_pdf
from toolkit.rendering.sample import sample_html
from toolkit.rendering.store import pdf_for
from toolkit.schema.definition import Definition, tr
from toolkit.schema.parsing import read_yaml

from .documents import plain
from .pdfs import text_of
from .shipped import page_shapes, place_of, shipped, version_of

CERTIFICATE = {
    "f_name": "Nomvuyo Esther Mabaso-Khumalo",
    "f_profession": "Registered midwife",
    "f_facility": {"text": "Lakeside District Hospital", "ref": None},
    "f_workshop": {"text": "Safe vaginal birth and newborn resuscitation", "ref": None},
    "f_first_day": "2026-03-02",
    "f_last_day": "2026-03-06",
    "f_mode": "room",
    "f_place": "Kisumu, Kenya",
    "f_hours": "32",
    "f_statement": "The participant attended the required hours, took an active part in the discussions and the "
    "practical work, and showed at the end the knowledge and skills that the workshop set out to teach.",
    "f_second": "no",
    "f_reference": "TP-7K2MQ-014",
    "f_list_number": 7,
    "f_issued_on": "2026-03-06",
    "f_issued_at": "Kisumu",
    "f_verify": "training@example.org",
    "f_status": "issued",
    "f_signers": ["trainer", "host"],
}
LONG = {
    **CERTIFICATE,
    "f_name": "Dr. Ramanantsoanirina Andriamampionona Rakotomalala-Razafindrakoto",
    "f_local_name": "დოქტორი ნინო ქავთარაძე-ჭიჭინაძე",
    "f_profession": "Specialist nurse in neonatal intensive care and infection prevention",
    "f_facility": {"text": "Centre Hospitalier Universitaire Joseph Ravoahangy Andrianavalona", "ref": None},
    "f_workshop": {
        "text": "Advanced obstetric emergencies, blood transfusion and team communication",
        "ref": None,
    },
    "f_cpd_points": "24",
    "f_cpd_body": "Ordre National des Sages-Femmes de Madagascar",
    "r_objectives": [
        {
            "_row": f"aaaaaaa{n}",
            "f_objective": "recognize and manage a haemorrhage in the first hour of care",
        }
        for n in range(4)
    ],
    "f_second": "yes",
    "f_second_statement": "Les deux partenaires certifient que la participante a suivi avec succès l’atelier du 2 au "
    "13 mars 2026, soit 64,5 heures d’enseignement et de pratique.",
    "f_sign_trainer": {
        "name": "Prof. Maria Fernanda de Oliveira Gonçalves",
        "title": "Professor of obstetrics and gynaecology",
        "organization": "Faculdade de Medicina da Universidade de Lisboa",
        "on": "2026-03-13",
        "agreed": True,
    },
}


def paper(form: Definition, answers: dict) -> str:
    return str(sample_html(form, answers, title=tr(form.title, "en"), lang="en", is_paper=True))


def tables(sheet) -> dict[str, BlankTable]:
    blocks = (block for section in sheet.sections for block in section.blocks)
    return {block.id: block for block in blocks if isinstance(block, BlankTable)}


def worked(sheet) -> list[str]:
    blocks = (block for section in sheet.sections for block in section.blocks)
    return [name for block in blocks if isinstance(block, Worked) for name in block.names]


@pytest.mark.parametrize("answers", [CERTIFICATE, LONG, {**LONG, "f_signers": ["trainer", "host", "resource"]}])
def test_a_certificate_is_one_framed_page(answers):
    html = paper(shipped("certificate-of-completion"), answers)

    pdf = pdf_for(html)

    assert page_shapes(pdf) == ["upright"]
    assert 'class="certificate"' in html
    text = " ".join(text_of(pdf).split())
    assert "hereby certify that" in text
    assert text.count("Organization") == len(answers["f_signers"])
    assert "Document ·" not in text


def test_the_text_of_an_example_speaks_of_its_own_partnership():
    form = shipped("certificate-of-completion")
    parties = [
        {"name": "Bagmati Hospital", "country": "NP", "side": "host"},
        {"name": "Dal Clinic", "address": "1 Dal Street", "country": "CA", "side": "resource"},
    ]

    html = sample_html(form, CERTIFICATE, title="", lang="en", partnership={"name": "Ring – Dal", "parties": parties})

    text = plain(str(html))
    assert "Bagmati Hospital and Dal Clinic , working together in the partnership “Ring – Dal”" in text
    assert "Lakeside – St Elin" not in text
    assert "Lakeside – St Elin" in plain(str(sample_html(form, CERTIFICATE, title="", lang="en")))


def test_signatures_below_a_text_stand_beside_each_other():
    pdf = pdf_for(paper(shipped("steering-committee-terms"), {}))

    host, resource = (place_of(f"For the {side} side", pdf) for side in ("host", "resource"))
    assert resource[0] > host[0] + 200
    assert abs(resource[1] - host[1]) < 1


def test_every_column_of_a_printed_table_gets_what_it_asks_for():
    sheet = blank_sheet(version_of(shipped("attendance-sheet")), "en")

    for table in (table for table in tables(sheet).values() if table.form != "records"):
        assert sum(column.share for column in table.columns) == PARTS
        assert min(column.share for column in table.columns) >= 2
    names = [column.label for column in tables(sheet)["r_participants"].columns]
    shares = [column.share for column in tables(sheet)["r_participants"].columns]
    assert shares[names.index("Name")] == max(shares)
    assert shares[names.index("Signature")] >= PARTS / 10


def test_what_is_worked_out_has_no_room_of_its_own():
    sheet = blank_sheet(version_of(shipped("attendance-sheet")), "en")

    assert "Hours attended" not in [column.label for column in tables(sheet)["r_participants"].columns]
    assert "r_by_cadre" not in tables(sheet)
    assert {"Contact hours held", "Person-hours, everybody included", "Present by profession"} <= set(worked(sheet))


def test_a_short_row_keeps_the_result_and_drops_the_steps_to_it():
    form = read_yaml(
        """
tool: bill
section: implement
kind: form
title: {en: Bill}
purpose: {en: What was bought.}
languages: [en]
form:
  - repeat: lines
    id: r_lines
    label: {en: Lines}
    totals: [with_tax]
    items:
      - {id: f_what, name: what, type: text, label: {en: What}}
      - {id: f_price, name: price, type: decimal, label: {en: Price}}
      - {id: c_tax, name: tax, type: calculate, calculation: "${price} * 0.2", label: {en: Tax}}
      - {id: c_with_tax, name: with_tax, type: calculate, calculation: "${price} + ${tax}", label: {en: With tax}}
      - {id: c_short, name: short, type: calculate, calculation: "round(${price})", label: {en: Rounded}}
  - {id: c_sum, name: sum_all, type: calculate, calculation: "sum(${with_tax})", label: {en: All}}
""",
        name="bill.yaml",
    )

    sheet = blank_sheet(version_of(form), "en")

    assert [column.label for column in tables(sheet)["r_lines"].columns] == ["What", "Price", "With tax", "Rounded"]
    assert worked(sheet) == ["All"]


def test_the_page_after_a_wide_table_is_upright_again():
    pdf, _name = blank_pdf(version_of(shipped("attendance-sheet")))

    shapes = page_shapes(pdf)
    first = shapes.index("wide")
    last = len(shapes) - 1 - shapes[::-1].index("wide")
    assert shapes[first : last + 1] == ["wide"] * (last + 1 - first)
    assert shapes[-1] == "upright"
    pages = text_of(pdf).split("Totals")
    assert "Remarks and signature" in pages[-1]


def test_the_budget_is_short_enough_to_print():
    pdf, _name = blank_pdf(version_of(shipped("budget-and-cost-share")))

    assert len(page_shapes(pdf)) <= 8


def test_long_forms_lead_to_their_sections_on_the_page_alone():
    version = version_of(shipped("budget-and-cost-share"))
    html = str(blank_html(version))

    groups = version.form.groups
    for group in groups:
        assert f'href="#blank-{group.id}"' in html
        assert f'id="blank-{group.id}"' in html
    assert "Contents" in plain(html)
    report = shipped("trip-report")
    answers = {"f_from": "2026-03-02"}
    page = str(sample_html(report, answers, title="Trip", lang="en"))
    assert page.count('href="#part-g_') == page.count('id="part-g_') > 5
    assert "doc-contents" not in paper(report, answers)
    assert "doc-contents" not in str(blank_html(version_of(shipped("attendance-sheet"))))
