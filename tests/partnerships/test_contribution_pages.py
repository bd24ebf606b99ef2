"""Pages of contributions: who may do what on them, what is refused, and what the ledger shows."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from partnerships.actions.contribution_steps import reverse_contribution
from partnerships.models import Contribution
from tests.factories import make_contact, make_member, make_partnership, make_user
from tests.factories.contributions import bring, day, make_contribution, make_evidence, make_role_rate

pytestmark = pytest.mark.django_db


@pytest.fixture
def partnership(alice):
    return make_partnership(coordinator=alice, status="active", name="Lyon – Bamako")


@pytest.fixture
def rolf(partnership):
    """On the team of the resource side, and works at its organization."""
    organization = partnership.participations.get(side="resource").organization
    contact = make_contact(name="Rolf", user=make_user(name="Rolf"), organization=organization)
    make_member(partnership, side="resource", role="member", contact=contact)
    return contact


@pytest.fixture
def hana(partnership):
    """On the team of the host side."""
    return make_member(partnership, side="host", role="member", user=make_user(name="Hana")).contact.user


def address(name, partnership, *more):
    return reverse(f"partnerships:{name}", args=[partnership.slug, *more])


def typed(partnership, side="resource", **fields):
    return {
        "participation": partnership.participations.get(side=side).pk,
        "person": "",
        "kind": "supplies",
        "description": "Two boxes of gloves",
        "starts_on": day(-3).isoformat(),
        "ends_on": "",
        "quantity": "2",
        "unit": "package",
        "role": "",
        "rate": "50",
        "currency": "usd",
        "rate_basis": "market",
        "match": "yes",
        **fields,
    }


# --- Writing down -----------------------------------------------------------------------------------------------------
def test_a_gift_is_written_down(partnership, alice, login):
    response = login(alice).post(address("contribution-create", partnership), typed(partnership))

    one = Contribution.objects.get()
    assertRedirects(response, one.get_absolute_url())
    assert (one.value, one.currency, one.ends_on, one.state, one.created_by) == (100, "USD", day(-3), "draft", alice)
    assert partnership.entries.first().verb == "contribution.added"


def test_working_time_takes_its_value_from_the_table(partnership, rolf, alice, login):
    make_role_rate("Trainer", 40, currency="EUR")
    time = {"kind": "time", "unit": "hour", "role": "Trainer", "rate": "", "rate_basis": "", "person": rolf.pk}

    login(alice).post(address("contribution-create", partnership), typed(partnership, **time))

    one = Contribution.objects.get()
    assert (one.rate, one.value, one.currency, one.rate_basis) == (40, 80, "EUR", "programme")
    page = login(alice).get(one.get_absolute_url())
    assertContains(page, "no exchange rate between EUR and USD")
    assertContains(login(alice).get(f"{one.get_absolute_url()}edit/"), 'value="Trainer" selected')


def test_cash_needs_no_reason_for_its_amount(partnership, alice, login):
    cash = {"kind": "cash", "quantity": "1", "unit": "sum", "rate": "250.50", "rate_basis": ""}

    login(alice).post(address("contribution-create", partnership), typed(partnership, **cash))

    one = Contribution.objects.get()
    assert (one.value, one.rate_basis) == (Decimal("250.50"), "amount")


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"ends_on": "2001-01-01"}, "ends_on", "before the first"),
        ({"starts_on": "soon"}, "starts_on", "valid date"),
        ({"quantity": "0"}, "quantity", "greater than or equal"),
        ({"quantity": "NaN"}, "quantity", "number"),
        ({"rate": "-1"}, "rate", "more than zero"),
        ({"rate_basis": ""}, "rate_basis", "Say why"),
        ({"currency": "XXQ"}, "currency", "not a currency"),
        ({"participation": "999999"}, "participation", "valid choice"),
        ({"kind": "time", "unit": "week", "rate": ""}, "unit", "hours or days"),
        ({"kind": "time", "unit": "hour", "rate": ""}, "person", "Say who worked"),
        ({"kind": "time", "unit": "hour", "rate": ""}, "role", "Choose the role"),
        ({"description": "  "}, "description", "required"),
    ],
)
def test_bad_input_is_said_at_its_field_and_loses_nothing(partnership, alice, login, wrong, field, message):
    data = typed(partnership, **{"description": "Gloves in boxes", **wrong})
    response = login(alice).post(address("contribution-create", partnership), data)

    assert response.status_code == 400
    assert message in " ".join(response.context["form"].errors[field])
    if "description" not in wrong:
        assertContains(response, "Gloves in boxes", status_code=400)
    assert not Contribution.objects.exists()


def test_an_edit_that_somebody_overtook_shows_both(partnership, alice, login):
    one = make_contribution(partnership)
    Contribution.objects.update(quantity=9, value=450, version=2)

    response = login(alice).post(
        f"{one.get_absolute_url()}edit/", typed(partnership, description="Mine", quantity="3", version="1")
    )

    assertContains(response, "9.00", status_code=409)
    one.refresh_from_db()
    assert (one.quantity, one.description) == (9, one.description)


def test_a_counted_one_is_not_edited(partnership, alice, login):
    one = make_contribution(partnership, state="counted")

    assert login(alice).get(f"{one.get_absolute_url()}edit/").status_code == 409
    assertNotContains(login(alice).get(one.get_absolute_url()), f"{one.get_absolute_url()}edit/")


# --- Who may ----------------------------------------------------------------------------------------------------------
def test_a_side_writes_for_itself(partnership, rolf, hana, login):
    page = login(rolf.user).get(address("contribution-create", partnership))
    offered = page.context["form"].fields["participation"].queryset
    assert [party.side for party in offered] == ["resource"]

    login(rolf.user).post(address("contribution-create", partnership), typed(partnership))
    refused = login(rolf.user).post(address("contribution-create", partnership), typed(partnership, side="host"))
    assert refused.status_code == 400
    one = Contribution.objects.get()
    assert login(rolf.user).get(f"{one.get_absolute_url()}edit/").status_code == 200
    assert login(hana).get(one.get_absolute_url()).status_code == 200
    assert login(hana).get(f"{one.get_absolute_url()}edit/").status_code == 403


STEPS = ("confirm", "verify", "count", "reject", "reverse", "convert")


@pytest.mark.parametrize("step", STEPS)
def test_who_may_take_a_step(partnership, hana, bob, client, login, step):
    one = make_contribution(partnership)
    url = address(f"contribution-{step}", partnership, one.number)

    assert login(hana).post(url).status_code == 403
    assert login(hana).post(url, {"how": "email", "note": "x"}).status_code == 403
    assert login(bob).post(url).status_code == 404
    assert client.post(url).status_code == 302
    assert login(bob).get(url).status_code == 405
    one.refresh_from_db()
    assert one.state == "draft"


@pytest.mark.parametrize("step", ["verify", "count", "reverse", "convert"])
def test_a_step_in_the_wrong_state_is_told_on_the_page(partnership, alice, login, step):
    one = make_contribution(partnership)

    response = login(alice).post(address(f"contribution-{step}", partnership, one.number), {"reason": "Because"})

    assert response.status_code == 409
    one.refresh_from_db()
    assert one.state == "draft"


def test_a_gift_goes_all_the_way(partnership, rolf, alice, login):
    one = make_contribution(partnership, kind="time", person=rolf)
    assertContains(login(rolf.user).get(one.get_absolute_url()), "Yes, I confirm it")

    login(rolf.user).post(address("contribution-confirm", partnership, one.number))
    assertContains(login(rolf.user).get(one.get_absolute_url()), "Now the coordinator looks at it")
    for step in ("verify", "count"):
        response = login(alice).post(address(f"contribution-{step}", partnership, one.number))
        assertRedirects(response, one.get_absolute_url())

    one.refresh_from_db()
    assert (one.state, one.confirmed_by, one.verified_by, one.counted_by) == ("counted", rolf.user, alice, alice)
    assertContains(login(rolf.user).get(address("contribution-ledger", partnership)), "Together: 40.00")


def test_a_giver_without_an_account_is_written_down_by_the_coordinator(partnership, alice, login):
    one = make_contribution(partnership)
    url = address("contribution-confirm", partnership, one.number)

    assert login(alice).post(url).status_code == 403
    assert login(alice).post(url, {"how": "email", "note": ""}).status_code == 400
    login(alice).post(url, {"how": "paper", "note": "Dr Sow signed on 3 May"})

    one.refresh_from_db()
    assert (one.state, one.confirmed_how, one.confirm_note) == ("confirmed", "paper", "Dr Sow signed on 3 May")


def test_the_page_says_for_whom_it_waits(partnership, rolf, alice, login):
    for one, words in (
        (
            make_contribution(partnership, kind="time", person=rolf),
            f"for the giver: {rolf}, or a lead or coordinator of",
        ),
        (make_contribution(partnership), "for the giver: a lead or coordinator of"),
    ):
        assertContains(login(alice).get(one.get_absolute_url()), words)


def test_twins_are_counted_only_after_a_look(partnership, alice, login):
    first = make_contribution(partnership, state="counted")
    second = make_contribution(partnership, state="verified")
    url = address("contribution-count", partnership, second.number)

    assertContains(login(alice).post(url), f"{first.code} may be the same gift", status_code=409)
    assertRedirects(login(alice).post(url, {"looked": "on"}), second.get_absolute_url())


def test_rejecting_and_reversing_want_a_reason(partnership, alice, login):
    draft, counted = make_contribution(partnership), make_contribution(partnership, state="counted")
    for name, one in (("reject", draft), ("reverse", counted)):
        url = address(f"contribution-{name}", partnership, one.number)
        assertContains(login(alice).post(url, {"reason": " "}), "Please say why", status_code=400)
        assert login(alice).post(url, {"reason": "A mistake"}).status_code == 302

    assert Contribution.objects.get(reverses=counted).reason == "A mistake"
    assertContains(login(alice).get(counted.get_absolute_url()), "A mistake")


# --- Evidence ---------------------------------------------------------------------------------------------------------
def test_evidence_is_attached_and_given_back_as_a_download(partnership, rolf, hana, bob, client, login):
    one = make_contribution(partnership)
    url = address("evidence-add", partnership, one.number)

    login(rolf.user).post(url, {"file": SimpleUploadedFile("receipt.pdf", b"%PDF-1.7 x")})
    file = one.files.get()
    back = address("evidence-file", partnership, one.number, file.public_id)

    response = login(hana).get(back)
    assert b"".join(response.streaming_content) == b"%PDF-1.7 x"
    assert response["Content-Disposition"].startswith("attachment")
    assert login(bob).get(back).status_code == 404
    assert client.get(back).status_code == 302
    assert login(hana).post(url, {"file": SimpleUploadedFile("r.pdf", b"%PDF-1.7 y")}).status_code == 403
    assert login(hana).post(address("evidence-remove", partnership, one.number, file.public_id)).status_code == 403
    login(rolf.user).post(address("evidence-remove", partnership, one.number, file.public_id))
    assert not one.files.exists()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("page.html", b"<script>", "cannot be attached"), ("x.pdf", b"no", "not a PDF file"), ("x.pdf", b"", "empty")],
)
def test_files_that_are_not_what_they_say_are_refused(partnership, alice, login, name, content, message):
    one = make_contribution(partnership)

    response = login(alice).post(
        address("evidence-add", partnership, one.number), {"file": SimpleUploadedFile(name, content)}
    )

    assertContains(response, message, status_code=400)
    assert not one.files.exists()


def test_the_same_file_is_attached_once_and_none_to_what_was_rejected(partnership, alice, login):
    one = make_contribution(partnership)
    make_evidence(one, by=alice, content=b"%PDF-1.7 same")
    url = address("evidence-add", partnership, one.number)

    again = login(alice).post(url, {"file": SimpleUploadedFile("b.pdf", b"%PDF-1.7 same")})
    assertContains(again, "attached already", status_code=400)
    bring(one, "rejected", by=alice)
    assert login(alice).post(url, {"file": SimpleUploadedFile("c.pdf", b"%PDF-1.7 z")}).status_code == 409


# --- Lists and files --------------------------------------------------------------------------------------------------
def test_the_list_is_narrowed_down(partnership, rolf, alice, login):
    own = make_contribution(partnership, kind="time", person=rolf, description="Taught suturing")
    other = make_contribution(partnership, side="host", state="counted", description="Lent a hall", starts_on=day(-90))
    kenya = make_contribution(partnership, side="host", currency="KES", description="Paid a driver")
    slug = partnership.participations.get(side="host").organization.slug
    cases = {
        "": [own, other, kenya],
        "q=suturing": [own],
        "q=rolf": [own],
        "state=counted": [other],
        "state=on_the_way": [own, kenya],
        "state=unconverted": [kenya],
        "side=host": [other, kenya],
        f"organization={slug}": [other, kenya],
        "kind=time": [own],
        f"since={day(-20)}": [own, kenya],
        f"until={day(-20)}": [other],
        "giver=me": [own],
    }
    for query, expected in cases.items():
        user = rolf.user if query == "giver=me" else alice
        page = login(user).get(f"{address('contribution-list', partnership)}?{query}").context["page"]
        assert {row.pk for row in page} == {row.pk for row in expected}, query
    assert login(alice).get(f"{address('contribution-list', partnership)}?state=odd").status_code == 400


def test_the_ledger_tells_what_is_in_no_sum(partnership, alice, login):
    make_contribution(partnership, currency="KES", state="counted")

    page = login(alice).get(address("contribution-ledger", partnership))

    assertContains(page, "in none of these sums")
    assertContains(page, "100.00\N{NO-BREAK SPACE}KES")
    assertContains(page, "Together: 0.00")
    assertContains(login(alice).get(address("contribution-side", partnership, "resource")), "100.00")
    assert login(alice).get(address("contribution-side", partnership, "middle")).status_code == 404


def test_the_export_is_safe_for_spreadsheets(partnership, alice, bob, login):
    one = make_contribution(partnership, description="=HYPERLINK(1)", state="counted")
    reverse_contribution(one, reason="Wrong", by=alice)
    url = reverse("toolkit:contribution-export", args=[partnership.slug, "csv"])

    text = b"".join(login(alice).get(url).streaming_content).decode()
    assert "'=HYPERLINK(1)" in text
    assert ",-100.00," in text
    assert login(bob).get(url).status_code == 404
    narrowed = b"".join(login(alice).get(f"{url}?side=host").streaming_content).decode()
    assert narrowed.count("\n") == 1

    book = login(alice).get(url.replace(".csv", ".xlsx"))
    rows = list(openpyxl.load_workbook(io.BytesIO(book.content)).active.values)
    assert (len(rows), rows[2][17], rows[1][17]) == (3, 100, -100)
    assert login(alice).get(url.replace(".csv", ".pdf")).status_code == 404
