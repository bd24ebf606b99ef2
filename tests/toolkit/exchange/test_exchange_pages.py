"""Tools go out and come in: what each file is, what it would change, and who may."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from tests.factories import make_partnership
from tests.factories.toolkit import make_tool
from tests.undone import undone
from toolkit.actions.drafting import open_draft
from toolkit.actions.exchanging import bring_in, keep_incoming, pack_of, read_delivery
from toolkit.actions.library import publish_raw
from toolkit.exchange.xlsform_out import to_xlsform
from toolkit.exchange.yaml_out import to_yaml
from toolkit.models import Incoming, Section, Tool, ToolVersion, WorkedExample
from toolkit.schema.editing import set_properties
from toolkit.states import VersionState

pytestmark = pytest.mark.django_db
EXPORT, IMPORT = "/toolkit/export/", "/toolkit/import/"


@pytest.fixture
def version():
    return make_tool(title="Ward visit")


def reworded(raw, words="Reworded"):
    return set_properties(raw, "tool", {"purpose": {"en": words}})


def upload(client, content, name="tools.zip", **extra):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)} | extra)


def pack(*versions):
    return pack_of([version.tool for version in versions]).content


def waiting(by, content, name="tools.zip"):
    return keep_incoming(content, name, by=by)[0]


def what(content):
    return {each.slug: str(each.what) for each in read_delivery(content, "tools.zip").coming}


# --- Out ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["xlsform", "docx", "pack", "yaml"])
def test_a_tool_goes_out_in_each_format_for_everybody(client, version, name):
    page = client.get(reverse("toolkit:tool-export", args=[version.tool.slug]))
    assertContains(page, f"?format={name}")

    answer = client.get(reverse("toolkit:tool-export", args=[version.tool.slug]), {"format": name})

    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    if name == "yaml":
        assert answer.content.decode() == to_yaml(version.form.written)
    else:
        assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None


def test_a_tool_that_is_not_shared_does_not_go_out(client, login, bob, alice, curator, version, settings):
    address = reverse("toolkit:tool-export", args=[version.tool.slug])
    assert client.get(address, {"format": "exe"}).status_code in (302, 404)

    settings.TOOLKIT_IS_PUBLIC = False
    assert client.get(address).status_code == 302
    assert login(bob).get(address).status_code == 200

    copy = make_tool()
    Tool.objects.filter(pk=copy.tool_id).update(base=version.tool, partnership=make_partnership(coordinator=alice))
    assert login(bob).get(reverse("toolkit:tool-export", args=[copy.tool.slug])).status_code == 404
    draft = open_draft(version.tool, by=curator)
    assert draft.title.encode() in login(curator).get(address).content


def test_strangers_wait_before_they_ask_for_more(client, version):
    address = reverse("toolkit:tool-export", args=[version.tool.slug])
    answers = [client.get(address, {"format": "yaml"}).status_code for _n in range(22)]
    assert answers[:20] == [200] * 20
    assert answers[-1] == 429


@pytest.mark.parametrize("name", ["pack", "xlsform", "docx"])
def test_a_selection_goes_out_in_one_file(login, carol, version, name):
    other = make_tool()
    make_tool()

    answer = login(carol).post(EXPORT, {"format": name, "tool": [version.tool.slug, other.tool.slug]})

    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert len([each for each in names if each != "pack.json"]) == 2


def test_a_selection_of_nothing_is_told_and_keeps_the_rest(login, carol, version):
    response = login(carol).post(EXPORT, {"format": "docx"})
    assertContains(response, "Choose at least one tool.", status_code=400)
    response = login(carol).post(EXPORT, {"format": "exe", "tool": [version.tool.slug]})
    assert response.status_code == 400
    assert f'value="{version.tool.slug}" checked' in response.text


def test_strangers_take_one_tool_at_a_time(client):
    assertRedirects(client.get(EXPORT), f"/accounts/login/?next={EXPORT}")


# --- What a file would change ---------------------------------------------------------------------------------------
def test_what_is_here_word_for_word_changes_nothing(version):
    assert what(pack(version)) == {version.tool.slug: "same"}


def test_what_is_not_here_is_new():
    with undone():  # in another installation
        elsewhere = make_tool()
        content = pack(elsewhere)
    assert what(content) == {elsewhere.tool.slug: "new"}


def test_an_update_is_told_from_a_conflict(version):
    before, old = version.raw, pack(version)
    with undone():  # in another installation; here the older version is still in use
        update = pack(publish_raw(version.tool, reworded(before)))
    assert what(update) == {version.tool.slug: "update"}

    # Here, it was changed in another way.
    publish_raw(version.tool, reworded(before, "In our own words"))
    assert what(update) == {version.tool.slug: "conflict"}
    assert what(old) == {version.tool.slug: "older"}


def test_a_tool_file_and_a_workbook_are_known_by_what_they_hold(version):
    yaml = to_yaml(version.form.written).encode()
    assert read_delivery(yaml, "any.zip").sort == "yaml"
    delivery = read_delivery(to_xlsform(version.form).content, "Ward visit.xlsx")
    assert (delivery.sort, delivery.coming[0].slug) == ("xlsform", "ward-visit")


# --- In -------------------------------------------------------------------------------------------------------------
def test_a_pack_is_looked_at_and_then_brought_in_as_drafts(login, curator, version):
    with undone():  # in another installation
        new = make_tool(title="Brand new")
        WorkedExample.objects.create(
            tool=new.tool, titles={"en": "Example"}, abouts={"en": "About."}, answers={"f_title": "Filled in"}
        )
        content = pack(publish_raw(version.tool, reworded(version.raw)), new)
    client = login(curator)

    response = upload(client, content)
    incoming = Incoming.objects.get()
    page = reverse("toolkit:incoming-detail", args=[incoming.public_id])
    assertRedirects(response, page)
    assertContains(client.get(page), "A newer version of the tool here")
    assert ToolVersion.objects.count() == 1  # nothing has changed by looking

    client.post(page, {version.tool.slug: "take", new.tool.slug: "take"})

    assert set(ToolVersion.objects.open().values_list("tool__slug", flat=True)) == {version.tool.slug, new.tool.slug}
    assert ToolVersion.objects.published().get().pk == version.pk
    assert version.tool.versions.open().get().purposes == {"en": "Reworded"}
    assert WorkedExample.objects.get().answers == {"f_title": "Filled in"}
    assert not Incoming.objects.exists()


def test_a_conflict_is_left_out_unless_somebody_decides(login, curator, version):
    newer = publish_raw(version.tool, reworded(version.raw))
    content = pack(version) if version.state == VersionState.PUBLISHED else pack(newer)
    publish_raw(version.tool, reworded(version.raw, "In our own words"))
    incoming = waiting(curator, content)
    page = reverse("toolkit:incoming-detail", args=[incoming.public_id])
    client = login(curator)
    assert client.get(page).context["form"][version.tool.slug].initial == ""

    response = client.post(page, {})
    assertContains(response, "Choose at least one tool.", status_code=400)

    client.post(page, {version.tool.slug: "beside"})
    draft = ToolVersion.objects.open().get()
    assert draft.tool.slug == f"{version.tool.slug}-2"
    assert draft.raw["tool"] == draft.tool.slug


def test_a_tool_somebody_works_on_is_not_touched(curator, admin, version):
    newer = publish_raw(version.tool, reworded(version.raw))
    content = pack(newer)
    publish_raw(version.tool, reworded(version.raw, "In our own words"))
    draft = open_draft(version.tool, by=admin)
    incoming = waiting(curator, content)

    with pytest.raises(Exception, match="Somebody is working on"):
        bring_in(incoming, {version.tool.slug: "take"}, by=curator)

    draft.refresh_from_db()
    assert draft.purposes == {"en": "In our own words"}
    assert Incoming.objects.count() == 1


def test_an_xlsform_becomes_a_draft_to_go_on_with(login, curator, version):
    make_tool(section="implement")
    client = login(curator)
    upload(client, to_xlsform(version.form).content, name="Our visit.xlsx")
    page = reverse("toolkit:incoming-detail", args=[Incoming.objects.get().public_id])

    assert client.get(page).context["rows"][0]["section"].value() == "implement"
    assert client.post(page, {"our-visit": "take", "our-visit:section": "elsewhere"}).status_code == 400
    response = client.post(page, {"our-visit": "take", "our-visit:section": "monitor"})

    assertRedirects(response, reverse("toolkit:tool-edit", args=["our-visit"]))
    draft = ToolVersion.objects.open().get()
    assert [item.id for item in draft.form.items] == [item.id for item in version.form.items]
    assert draft.form.section == draft.tool.section_id == "monitor"


def test_an_xlsform_named_like_a_tool_here_is_told_as_a_change_to_it(curator, version):
    changed = {**version.raw, "purpose": {"en": "Reworded in a spreadsheet"}}
    version_2 = publish_raw(make_tool(slug="other-visit").tool, {**changed, "tool": "other-visit"})
    name = f"{version.tool.number}-{version.tool.slug}.xlsx"

    (coming,) = read_delivery(to_xlsform(version_2.form).content, name).coming

    assert (coming.slug, coming.what) == (version.tool.slug, "conflict")
    assert [change.id for change in coming.changes] == ["tool"]


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"PK\x03\x04 nothing", "a.zip", "damaged"),
        (b"tool: [", "a.yaml", "not valid YAML"),
        (b"zebra: 1", "a.yaml", "“zebra” is not a key"),
        (b"", "a.yaml", "empty"),
        (b"%PDF-1.7", "a.pdf", "extension"),
        (b"not a workbook", "a.xlsx", "no Excel workbook"),
        (b"not a pack", "a.zip", "no toolkit pack"),
        (b"\xff\xfe", "a.yaml", "not UTF-8"),
    ],
)
def test_a_faulty_file_is_refused_with_the_reason_and_not_kept(login, curator, content, name, told):
    response = upload(login(curator), content, name=name)

    assert response.status_code == 400
    assert told in response.text
    assert not Incoming.objects.exists()
    assert not Tool.objects.exists()


def test_no_file_and_a_huge_file_are_told(login, curator, monkeypatch):
    assert login(curator).post(IMPORT).status_code == 400
    monkeypatch.setattr("toolkit.forms.exchange.LARGEST", 10)
    assertContains(upload(login(curator), b"x" * 11, name="a.yaml"), "too big", status_code=400)


@pytest.mark.parametrize("who", ["alice", "carol"])
def test_only_curators_bring_tools_in(request, login, curator, version, who):
    incoming = waiting(curator, to_yaml({**version.form.written, "tool": "other"}).encode(), "a.yaml")
    client = login(request.getfixturevalue(who))
    page = reverse("toolkit:incoming-detail", args=[incoming.public_id])
    assert client.get(IMPORT).status_code == 403
    assert upload(client, b"x").status_code == 403
    assert client.get(page).status_code == 403
    assert client.post(page, {"other": "take"}).status_code == 403
    assert client.post(f"{page}drop/").status_code == 403
    assert Tool.objects.count() == 1


def test_a_curator_does_not_see_what_another_one_uploaded(login, curator, admin, version):
    incoming = waiting(admin, to_yaml({**version.form.written, "tool": "other"}).encode(), "a.yaml")
    page = reverse("toolkit:incoming-detail", args=[incoming.public_id])
    assert login(curator).get(page).status_code == 404
    assert login(curator).post(f"{page}drop/").status_code == 404
    assertRedirects(login(admin).post(f"{page}drop/"), IMPORT)
    assert not Incoming.objects.exists()


def test_what_was_damaged_on_disk_is_not_brought_in(curator, version):
    incoming = waiting(curator, to_yaml({**version.form.written, "tool": "other"}).encode(), "a.yaml")
    with open(incoming.file.path, "ab") as file:
        file.write(b"# more")
    with pytest.raises(Exception, match="damaged on our side"):
        bring_in(incoming, {"other": "take"}, by=curator)
    assert Tool.objects.count() == 1


def test_a_guide_without_questions_is_offered_as_no_form(client):
    guide = make_tool(kind="guide", form=" []", extra="guidance: {en: Read this.}\n")
    address = reverse("toolkit:tool-export", args=[guide.tool.slug])
    assert "format=xlsform" not in client.get(address).text
    assert client.get(address, {"format": "xlsform"}).status_code in (302, 404)
    assert client.get(address, {"format": "docx"}).status_code == 200


def test_of_a_new_tool_the_page_shows_what_is_in_it(login, curator, version):
    incoming = waiting(curator, to_yaml({**version.form.written, "tool": "other"}).encode(), "a.yaml")

    response = login(curator).get(reverse("toolkit:incoming-detail", args=[incoming.public_id]))

    (row,) = response.context["rows"]
    assert row["n_questions"] == sum(item.kind not in ("calculate", "note") for item in version.form.items)
    assert row["n_groups"] == len(version.form.groups)
    assert row["n_tables"] == len(version.form.repeats)
    assertContains(response, "English")
    assertContains(response, "Discard this file")


def test_several_tools_lead_to_the_drafts(login, curator, version):
    with undone():  # in another installation
        content = pack(make_tool(), make_tool())
        slugs = list(Tool.objects.exclude(pk=version.tool_id).values_list("slug", flat=True))
    incoming = waiting(curator, content)

    page = reverse("toolkit:incoming-detail", args=[incoming.public_id])
    response = login(curator).post(page, dict.fromkeys(slugs, "take"))

    assertRedirects(response, reverse("toolkit:tool-drafts"))


def test_without_sections_it_is_said_what_is_missing(login, curator):
    with undone():  # in another installation
        content = to_yaml(make_tool().form.written).encode()
    Section.objects.all().delete()

    response = upload(login(curator), content, name="a.yaml")

    assertContains(response, "load_toolkit", status_code=400)
    assert not Incoming.objects.exists()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            "{% for i in (1..100000000) %}x{% endfor %}",
            "line 1: A loop goes round too often",
        ),
        ("Fine\n\n{{ today | constructor }}", "line 3: There is no filter “constructor” here."),
        ("{% while true %}x{% endwhile %}", "line 1: There is no tag “while” here."),
    ],
)
def test_a_text_that_cannot_be_put_together_is_refused_with_its_line(login, curator, version, body, why):
    written = {**version.form.written, "tool": "letter", "kind": "document", "body": {"en": body}}

    response = upload(login(curator), to_yaml(written).encode(), name="letter.yaml")

    assertContains(response, why, status_code=400)
    assert not Incoming.objects.exists()


def test_what_else_would_stop_publishing_is_told_and_stops_no_draft(login, curator, version, monkeypatch):
    monkeypatch.setattr("toolkit.actions.exchanging.body_problems", lambda form: [("en", "line 1: no answer “x”")])
    written = {**version.form.written, "tool": "letter", "kind": "document", "body": {"en": "Dear all"}}
    incoming = waiting(curator, to_yaml(written).encode(), "letter.yaml")
    page = reverse("toolkit:incoming-detail", args=[incoming.public_id])

    assertContains(login(curator).get(page), "line 1: no answer “x”")
    assert login(curator).post(page, {"letter": "take"}).status_code == 302


def test_a_file_that_is_refused_by_now_can_be_discarded(login, curator, version):
    incoming = waiting(curator, to_yaml({**version.form.written, "tool": "other"}).encode(), "a.yaml")
    with open(incoming.file.path, "ab") as file:
        file.write(b"# more")

    response = login(curator).get(reverse("toolkit:incoming-detail", args=[incoming.public_id]))

    assertContains(response, "damaged on our side", status_code=409)
    assertContains(response, "Discard this file", status_code=409)


def test_more_text_than_the_library_could_ever_have_is_not_looked_through(login, curator, version, monkeypatch):
    monkeypatch.setattr("toolkit.actions.exchanging.LONGEST_TEXTS", 20)
    monkeypatch.setattr("toolkit.actions.exchanging.body_problems", None)
    written = {**version.form.written, "tool": "letter", "kind": "document", "body": {"en": "x" * 21}}

    response = upload(login(curator), to_yaml(written).encode(), name="letter.yaml")

    assertContains(response, "have 21 characters; 20 are read at a time.", status_code=400)
