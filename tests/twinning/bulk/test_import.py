"""Organizations and contacts from a spreadsheet: looked at first, all or nothing, and every refusal with its reason."""

import io
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django.asserts import assertContains

from partnerships.models import Contact, Exchange, Organization
from tests.factories import make_contact, make_organization, make_topic
from tests.toolkit.exchange import hostile
from toolkit.exchange.workbook import write_workbook
from twinning.bulk.checking import Fresh
from twinning.bulk.constraints import broken_constraints
from twinning.bulk.kinds import KINDS
from twinning.bulk.reading import MOST_ROWS, Row

pytestmark = pytest.mark.django_db
HEAD = "Name,Country,Type,City,Topics,Year founded\n"
GOOD = "Mwanga Hill,Kenya,Health care provider,Nyeri,Nursing; Safety,1954\nჰოსპიტალი,GE,delivery,თბილისი,,\n"


@pytest.fixture
def topics(db):
    return [make_topic(name=name) for name in ("Nursing", "Safety")]


def csv_file(text: str, name: str = "list.csv", encoding: str = "utf-8") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(encoding), content_type="text/csv")


def look(client, file, kind: str = "organizations"):
    return client.post(reverse("bulk-import", args=[kind]), {"file": file})


def take(client, page, kind: str = "organizations"):
    return client.post(reverse("bulk-take", args=[kind]), {"file": page.context["token"]}, follow=True)


def numbers(page) -> tuple[int, int, int]:
    found = page.context["found"]
    return len(found.new), len(found.known), len(found.faults)


def reasons(page) -> list[str]:
    return [" ".join(fault.reasons) for fault in page.context["found"].faults]


def test_what_is_looked_at_is_kept_only_after_a_yes(client, login, alice, topics):
    client = login(alice)

    page = look(client, csv_file(HEAD + GOOD))

    assert page.status_code == 200
    assert numbers(page) == (2, 0, 0)
    assert not Organization.objects.exists()

    done = take(client, page)

    assert "2 rows were added." in done.text
    kenyan = Organization.objects.get(country="KE")
    assert (kenyan.name, kenyan.type, kenyan.city, kenyan.year_founded) == ("Mwanga Hill", "delivery", "Nyeri", 1954)
    assert {topic.name for topic in kenyan.topics.all()} == {"Nursing", "Safety"}
    assert Organization.objects.get(country="GE").name == "ჰოსპიტალი"
    assert kenyan.history.get().history_user == alice


def test_taking_the_same_file_twice_adds_nothing_more(login, alice, topics):
    client = login(alice)
    page = look(client, csv_file(HEAD + GOOD))
    take(client, page)

    again = take(client, page)
    assert "no longer here" in again.text
    assert numbers(look(client, csv_file(HEAD + GOOD))) == (0, 2, 0)
    assert Organization.objects.count() == 2


def test_what_somebody_added_meanwhile_is_not_added_twice(login, alice, topics):
    client = login(alice)
    page = look(client, csv_file(HEAD + GOOD))
    make_organization(name="MWANGA HILL", country="KE")

    done = take(client, page)

    assert "1 row was added." in done.text
    assert Organization.objects.filter(country="KE").count() == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",KE,delivery,,,", "Name is missing."),
        ("A,,delivery,,,", "Country is missing."),
        ("A,Atlantis,delivery,,,", "“Atlantis” is no country"),
        ("A,KE,palace,,,", "Type: “palace” is none of these"),
        ("A,KE,delivery,,Alchemy,", "Topics: “Alchemy” is not on our list"),
        ("A,KE,delivery,,,soon", "Year founded: “soon” is no year"),
        ("A,KE,delivery,,,54", "Year founded: Write the year with four digits."),
        ("A,KE,delivery,,,3054", "Year founded: This year is still to come."),
        (f"{'A' * 201},KE,delivery,,,", "at most 200 characters"),
    ],
)
def test_a_faulty_row_is_told_and_the_others_are_taken(login, alice, topics, row, reason):
    client = login(alice)

    page = look(client, csv_file(HEAD + row + "\n" + GOOD))

    assert numbers(page) == (2, 0, 1)
    assert page.context["found"].faults[0].row.number == 2
    assert reason in reasons(page)[0]
    assert "Row 2:" in page.text
    take(client, page)
    assert Organization.objects.count() == 2


def test_what_the_table_would_refuse_is_told_before_with_its_row(login, alice, topics):
    client = login(alice)
    rows = [f"Hospital {n},KE,delivery,,,{54 if n % 25 == 0 else 1000 + n}\n" for n in range(100)]

    page = look(client, csv_file(HEAD + "".join(rows)))

    assert numbers(page) == (96, 0, 4)
    assert [fault.row.number for fault in page.context["found"].faults] == [2, 27, 52, 77]


def test_every_kind_asks_the_constraints_of_its_rows():
    exchange = Exchange(starts_on=date(2025, 3, 2), ends_on=date(2025, 3, 1))
    for record, names in (
        (exchange, {"exchange_ends_after_it_starts"}),
        (Exchange(starts_on=date(2025, 3, 1), ends_on=date(2025, 3, 2)), set()),
        (Organization(name="A", type="palace", country="KE", year_founded=54), {"organization_type_is_known"}),
    ):
        found = broken_constraints([record], exclude=["year_founded", "sending", "receiving", "activity"])
        assert names <= {check.name for checks in found.values() for check in checks}, record
        assert bool(found) == bool(names), (record, found)


def test_a_row_that_is_refused_after_all_is_named(alice):
    twice = [
        Fresh(row=Row(number=n, cells={}), record=Organization(name="A", type="ngo", country="KE"), more={"topics": ()})
        for n in (2, 7)
    ]

    with pytest.raises(ValidationError, match="Row 7: An organization of this name"):
        KINDS["organizations"](alice).save_all(twice, source="list.csv")


def test_a_workbook_with_too_many_rows_says_how_many_and_that_nothing_was_kept(login, alice):
    for made in (
        write_workbook({"A": [["Name"], *[["A"]] * (MOST_ROWS + 1)]}),
        hostile.with_part(hostile.SHEET, hostile.rows(100_000)),
    ):
        page = look(login(alice), SimpleUploadedFile("list.xlsx", made))
        assertContains(page, "more than 1000 rows. Send it in parts; nothing was kept.", status_code=400)


def test_all_reasons_of_a_row_are_told_at_once(login, alice, topics):
    page = look(login(alice), csv_file(HEAD + "A,Atlantis,palace,,Alchemy,soon\n"))

    assert all(word in reasons(page)[0] for word in ("Atlantis", "palace", "Alchemy", "soon"))


def test_two_rows_of_one_file_that_say_the_same(login, alice, topics):
    page = look(login(alice), csv_file(HEAD + "A,KE,delivery,,,\na,Kenya,ngo,,,\n"))

    assert numbers(page) == (1, 0, 1)
    assert reasons(page) == ["The same as row 2."]


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (csv_file(""), "empty"),
        (csv_file("\n\n"), "nothing in this file"),
        (csv_file("Name,Country\nA,KE\n"), "these are missing: Type"),
        (csv_file("Name,name *,Country,Type\n"), "stands over two columns"),
        (csv_file(HEAD + "Hôpital,FR,delivery,,,\n", encoding="latin-1"), "not written in UTF-8"),
        (csv_file(HEAD + "A,KE,delivery,x,,,,more\n"), "Row 2 has more cells"),
        (csv_file(HEAD + '"A,KE,delivery\n'), "cannot be read"),
        (csv_file(HEAD + "A,KE,delivery,,,\n" * (MOST_ROWS + 1)), "more than 1000 rows"),
        (csv_file(HEAD + f"{'A' * 11_000},KE,delivery,,,\n"), "more than 10000 characters"),
        (csv_file(HEAD, name="list.pdf"), "cannot be attached"),
        (csv_file(HEAD, name="list.xlsx"), "not a XLSX file"),
        (SimpleUploadedFile("list.xlsx", b"PK\x03\x04" + b"0" * 200), "damaged"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(login, alice, topics, file, told):
    file.seek(0)
    page = look(login(alice), file)

    assert page.status_code == 400
    assert told in page.text
    assert not Organization.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [";", "\t"])
def test_lists_of_other_programs_are_read(login, alice, topics, encoding, sign):
    text = (HEAD + "Хоспіс,UA,ngo,Львів,Nursing,1999\n").replace(",", sign)

    page = look(login(alice), csv_file(text, encoding=encoding))

    assert numbers(page) == (1, 0, 0)
    assert page.context["found"].new[0].record.city == "Львів"


def test_a_workbook_is_read_and_what_has_no_heading_of_ours_is_named(login, alice, topics):
    made = write_workbook({"Anything": [["Type", "NAME *", "Country", "Colour"], ["ngo", "A", "KE", "red"]]})

    page = look(login(alice), SimpleUploadedFile("list.xlsx", made))

    assert numbers(page) == (1, 0, 0)
    assert "Not read, for no heading of ours is meant: Colour" in page.text


def test_the_faulty_rows_come_back_as_a_workbook_that_can_be_put_right_and_sent(login, alice, topics):
    client = login(alice)
    page = look(client, csv_file(HEAD + "=1+1,Atlantis,delivery,Nyeri,,\n" + GOOD))

    file = client.post(reverse("bulk-faults", args=["organizations"]), {"file": page.context["token"]})

    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(file.content)).active.rows]
    assert rows[0][:3] == ["What is wrong", "Name", "Country"]
    assert len(rows) == 2
    assert "Atlantis" in rows[1][0]
    assert rows[1][1] == "=1+1"
    assert load_workbook(io.BytesIO(file.content)).active["B2"].data_type == "s"
    rows[1][2] = "Kenya"
    again = look(client, SimpleUploadedFile("right.xlsx", write_workbook({"x": rows})))
    assert numbers(again) == (1, 0, 0)


def test_contacts_find_their_organization_and_are_known_by_mail_or_name(login, alice):
    home = make_organization(name="Mwanga Hill County Hospital", short_name="Mwanga Hill")
    make_contact(name="Peter Kamau", email="kamau@example.org", organization=home)
    make_organization(name="Twin", country="KE")
    make_organization(name="Twin", country="UG")
    text = (
        "Name,E-mail,Organization,Time zone\n"
        "Grace Achieng,achieng@example.org,mwanga hill,Africa/Nairobi\n"
        "P. Kamau,KAMAU@example.org,,\n"
        "peter kamau,,Mwanga Hill County Hospital,\n"
        "Amina,amina,Mwanga Hill,\n"
        "Hawa,,Nowhere,\n"
        "Ines,,Twin,\n"
        "Odile,,,Mars/Crater\n"
    )
    client = login(alice)

    page = look(client, csv_file(text), "contacts")

    assert numbers(page) == (1, 2, 4)
    told = reasons(page)
    assert "valid email" in told[0]
    assert "“Nowhere” is not here yet" in told[1]
    assert "the name of several" in told[2]
    assert told[3].startswith("Time zone:")
    take(client, page, "contacts")
    assert Contact.objects.get(email="achieng@example.org").organization == home


def test_a_partner_may_neither_look_nor_take(login, carol, alice, topics):
    page = look(login(alice), csv_file(HEAD + GOOD))

    assert look(login(carol), csv_file(HEAD + GOOD)).status_code == 403
    assert take(login(carol), page).status_code == 403
    assert not Organization.objects.exists()


@pytest.mark.parametrize("token", ["", "made-up", "x" * 5000])
def test_a_made_up_token_fetches_nothing(login, alice, token):
    done = login(alice).post(reverse("bulk-take", args=["organizations"]), {"file": token}, follow=True)

    assert "no longer here" in done.text


def test_no_other_lists_come_in(login, alice):
    assert login(alice).get(reverse("bulk-import", args=["users"])).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_the_empty_workbook_shows_how_and_is_taken(login, alice, kind):
    make_organization(name="Mwanga Hill County Hospital", country="UG")
    for name in ("Nursing and midwifery", "Patient safety"):
        make_topic(name=name)
    client = login(alice)
    made = client.get(reverse("bulk-template", args=[kind])).content

    assert numbers(look(client, SimpleUploadedFile("template.xlsx", made), kind)) == (1, 0, 0)


def test_a_thousand_rows_are_looked_at_with_few_questions(login, alice, topics, django_assert_max_num_queries):
    text = HEAD + "".join(f"Hospital {n},KE,delivery,,Nursing,\n" for n in range(MOST_ROWS))
    client = login(alice)

    with django_assert_max_num_queries(8):
        page = look(client, csv_file(text))

    assert numbers(page) == (MOST_ROWS, 0, 0)
