"""What becomes of a proposal: who may decide, once, and what the draft then holds."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile

from tests.factories import make_user
from tests.factories.contributing import make_proposal
from tests.factories.toolkit import FORM, make_tool
from toolkit.actions.contributing import accept_proposal, answer_proposal, decline_proposal
from toolkit.actions.drafting import edit_draft, open_draft
from toolkit.actions.exchanging import pack_of, tool_file
from toolkit.actions.offered_files import read_offer
from toolkit.exchange.workbook import write_workbook
from toolkit.models import Proposal, Tool, ToolVersion
from toolkit.schema.parsing import content_hash
from toolkit.states import ProposalState

pytestmark = pytest.mark.django_db
NEW = {"section": "monitor", "kind": "form"}
FILE = f"""\
tool: ward-round
number: "9.99"
section: implement
kind: checklist
title: {{en: Ward round}}
purpose: {{en: What to look at on a ward.}}
languages: [en]
form:{FORM}"""


def decide(name: str, proposal: Proposal, *, by, **fields) -> Proposal:
    if name == "accepted":
        new = {} if proposal.tool_id else NEW
        return accept_proposal(proposal, by=by, **new, **fields)
    if name == "answered":
        return answer_proposal(proposal, by=by, answer="Tell us more.")
    return decline_proposal(proposal, by=by, answer="")


def put(proposal: Proposal, state: str, curator) -> Proposal:
    return proposal if state == "waiting" else decide(state, proposal, by=curator)


ALLOWED = {
    ("waiting", "accepted"),
    ("waiting", "answered"),
    ("waiting", "declined"),
    ("answered", "accepted"),
    ("answered", "declined"),
}


def test_every_pair_of_states(curator):
    make_tool(section="monitor")
    for old in ProposalState.values:
        for new in ("accepted", "answered", "declined"):
            proposal = put(make_proposal(), old, curator)
            before = (proposal.state, proposal.answer, ToolVersion.objects.count())
            if (old, new) in ALLOWED:
                assert decide(new, proposal, by=curator).state == new
                continue
            with pytest.raises(ValidationError, match="already") as refused:
                decide(new, proposal, by=curator)
            assert refused.value.code == "transition"
            proposal.refresh_from_db()
            assert (proposal.state, proposal.answer, ToolVersion.objects.count()) == before


def test_only_those_who_look_after_the_toolkit_decide(alice, admin):
    proposal = make_proposal(tool=make_tool().tool)
    for name in ("accepted", "answered", "declined"):
        with pytest.raises(PermissionDenied):
            decide(name, proposal, by=alice)
    proposal.refresh_from_db()
    assert proposal.state == "waiting"
    assert decide("accepted", proposal, by=admin).state == "accepted"


def test_a_new_tool_becomes_a_draft_with_credit_and_licence(curator):
    make_tool(section="monitor")
    proposal = make_proposal(title="Ward round", text="What to look at.\nTwice a day.", licence="cc-by-sa-4.0")

    accept_proposal(proposal, by=curator, **NEW)

    proposal.refresh_from_db()
    draft = proposal.draft
    assert (draft.state, draft.number, draft.credit) == ("draft", 1, "Hawa Njeri, Nyeri")
    assert (draft.title, draft.purpose) == ("Ward round", "What to look at.\nTwice a day.")
    assert draft.created_by == curator
    tool = draft.tool
    assert (tool.slug, tool.section_id, tool.kind, tool.licence) == ("ward-round", "monitor", "form", "cc-by-sa-4.0")
    # Nothing of it is in the library yet.
    assert not Tool.objects.published().filter(pk=tool.pk).exists()
    assert (proposal.decided_by, proposal.tool) == (curator, None)


def test_a_very_long_text_is_cut_in_the_purpose_and_whole_in_the_proposal(curator):
    make_tool(section="monitor")
    proposal = make_proposal(text="x" * 10_000)

    accept_proposal(proposal, by=curator, **NEW)

    proposal.refresh_from_db()
    assert len(proposal.text) == 10_000
    assert len(proposal.draft.purpose) == 2000


def test_a_new_tool_needs_a_place(curator):
    proposal = make_proposal()
    for place in ({}, {"section": "nowhere", "kind": "form"}, {"section": "monitor", "kind": "poem"}):
        with pytest.raises(ValidationError, match="where in the toolkit"):
            accept_proposal(proposal, by=curator, **place)
    assert not Tool.objects.exists()


def test_a_new_tool_is_read_from_its_file(curator):
    make_tool(slug="ward-round", section="monitor")
    proposal = make_proposal(file=("ward.yaml", FILE.encode()))
    offered = read_offer(proposal)
    assert offered.problems == ()

    accept_proposal(proposal, by=curator, raw=offered.raw, **NEW)

    proposal.refresh_from_db()
    draft = proposal.draft
    assert draft.problems() == ()
    # The curator's choice of a place holds, and a name that is taken stays with whom it belongs to.
    assert (draft.tool.section_id, draft.tool.kind, draft.raw["section"]) == ("monitor", "form", "monitor")
    assert draft.tool.slug == draft.raw["tool"] != "ward-round"
    assert draft.title == "Ward round"
    assert "f_title" in draft.form.by_id


def test_a_faulty_file_is_told_line_by_line(curator):
    faulty = FILE.replace("kind: checklist", "kind: poem").replace("type: text", "type: song", 1)
    offered = read_offer(make_proposal(file=("ward.yaml", faulty.encode())))

    assert offered.raw is None
    assert [problem.split(":")[0] for problem in offered.problems] == ["ward.yaml, line 4", "ward.yaml, line 12"]


def test_packs_and_workbooks_are_read_too(curator):
    here, other = make_tool(slug="visit", title="Ward visit"), make_tool(slug="round")
    pack, both = (pack_of(tools).content for tools in ([here.tool], [here.tool, other.tool]))
    sheet = tool_file(here, "xlsform", language="en").content
    foreign = write_workbook(
        {"survey": [["type", "name", "label"], ["text", "beds", "Beds"], ["geopoint", "at", "At"]]}
    )

    for name, content in (("p.zip", pack), ("both.zip", both), ("9.1-visit.xlsx", sheet)):
        offered = read_offer(make_proposal(tool=here.tool, file=(name, content)))
        assert content_hash(offered.raw) == here.content_hash, name
    offered = read_offer(make_proposal(tool=here.tool, file=("ours.xlsx", foreign)))
    assert (offered.raw["title"], offered.raw["purpose"]) == (here.raw["title"], here.raw["purpose"])
    assert [item["label"] for item in offered.raw["form"]][0] == {"en": "Beds"}
    assert "row 3" in offered.notes[0]
    # Of several tools, nobody guesses which one was meant.
    assert "holds 2 tools" in read_offer(make_proposal(file=("both.zip", both))).problems[0]
    for name, content in (("x.zip", b"PK\x03\x04"), ("x.xlsx", write_workbook({"other": [["a"]]}))):
        offered = read_offer(Proposal.objects.get(pk=put_file(make_proposal(), name, content).pk))
        assert offered.raw is None
        assert offered.problems


def put_file(proposal: Proposal, name: str, content: bytes) -> Proposal:
    proposal.file_name = name
    proposal.file.save(name, ContentFile(content))
    return proposal


def test_a_change_opens_the_draft_as_it_is(curator):
    version = make_tool()
    proposal = make_proposal(tool=version.tool, title="Ask for the ward too")

    accept_proposal(proposal, by=curator)

    proposal.refresh_from_db()
    draft = proposal.draft
    assert (draft.tool, draft.number, draft.state) == (version.tool, 2, "draft")
    assert draft.raw == version.raw
    assert (draft.credit, draft.change_note) == ("Hawa Njeri, Nyeri", "Ask for the ward too")
    version.refresh_from_db()
    assert version.state == "published"


def test_credits_add_up_and_nobody_is_named_twice(curator):
    version = make_tool()
    for credit in ("Ann", "Ben", "Ann", ""):
        accept_proposal(make_proposal(tool=version.tool, credit=credit), by=curator)
    assert version.tool.versions.open().get().credit == "Ann; Ben"

    accept_proposal(make_proposal(tool=version.tool, credit="Spam"), by=curator, credit="Cho")
    assert version.tool.versions.open().get().credit == "Ann; Ben; Cho"

    accept_proposal(make_proposal(tool=version.tool, credit="D" * 200), by=curator)
    last = make_proposal(tool=version.tool, credit="E" * 200)
    with pytest.raises(ValidationError, match="longer than 300"):
        accept_proposal(last, by=curator)
    last.refresh_from_db()
    assert last.state == "waiting"


def test_a_change_is_read_from_its_file_but_overwrites_nobodys_draft(curator):
    version = make_tool(slug="visit")
    text = FILE.replace("ward-round", "some-other-name").replace("Working days", "Days at work")
    first, second = (make_proposal(tool=version.tool, file=("v.yaml", text.encode())) for _each in range(2))
    raw = read_offer(first).raw

    accept_proposal(first, by=curator, raw=raw)

    first.refresh_from_db()
    assert first.draft.raw["tool"] == "visit"
    assert "Days at work" in str(first.draft.raw)
    with pytest.raises(ValidationError, match="working on a draft"):
        accept_proposal(second, by=curator, raw=raw)
    assert accept_proposal(second, by=curator).draft == first.draft


def test_what_is_in_review_is_left_alone(curator):
    version = make_tool()
    draft = open_draft(version.tool, by=curator)
    ToolVersion.objects.filter(pk=draft.pk).update(state="in_review", review_asked_at="2026-01-01T00:00Z")
    proposal = make_proposal(tool=version.tool)

    with pytest.raises(ValidationError, match="in review"):
        accept_proposal(proposal, by=curator)

    proposal.refresh_from_db()
    draft.refresh_from_db()
    assert (proposal.state, draft.credit) == ("waiting", "")


def test_a_proposal_outlives_its_draft(curator):
    make_tool(section="monitor")
    proposal = accept_proposal(make_proposal(), by=curator, **NEW)
    draft = edit_draft(proposal.draft, lambda raw: raw, by=curator)
    draft.tool.delete()

    proposal.refresh_from_db()
    assert (proposal.state, proposal.draft) == ("accepted", None)


def test_the_sender_is_written_to_and_nothing_they_typed_goes_out(curator, django_capture_on_commit_callbacks):
    version = make_tool()
    typed = {"title": "WIN MONEY http://evil.example", "text": "http://evil.example", "credit": "http://evil.example"}
    proposal = make_proposal(tool=version.tool, email="hawa@example.org", **typed)
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        answer_proposal(proposal, by=curator, answer="Which wards?")
    with django_capture_on_commit_callbacks(execute=True):
        accept_proposal(proposal, by=curator, answer="Taken.")

    assert [letter.to for letter in mail.outbox] == [["hawa@example.org"]] * 2
    for letter, words in zip(mail.outbox, ("Which wards?", "was accepted"), strict=True):
        assert words in letter.body
        assert proposal.status_url in letter.body
        assert "evil" not in f"{letter.subject} {letter.body}"
    proposal.refresh_from_db()
    assert proposal.answer == "Which wards?\n\nTaken."


def test_no_letter_without_an_address_and_none_for_a_silent_refusal(curator, django_capture_on_commit_callbacks):
    spam, nobody = make_proposal(email="hawa@example.org"), make_proposal()
    mail.outbox.clear()

    with django_capture_on_commit_callbacks(execute=True):
        decline_proposal(spam, by=curator, answer="  ")
        decline_proposal(nobody, by=curator, answer="Thank you, but no.")

    assert mail.outbox == []


def test_answers_have_to_say_something_and_to_fit(curator):
    proposal = make_proposal()
    with pytest.raises(ValidationError, match="Write an answer"):
        answer_proposal(proposal, by=curator, answer=" \n ")
    answer_proposal(proposal, by=curator, answer="x" * 3999)
    with pytest.raises(ValidationError, match="longer than"):
        decline_proposal(proposal, by=curator, answer="no")
    proposal.refresh_from_db()
    assert proposal.state == "answered"


def test_a_mail_server_that_is_down_undoes_nothing(curator, settings, django_capture_on_commit_callbacks, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with django_capture_on_commit_callbacks(execute=True):
        proposal = make_proposal(email="hawa@example.org")
        decline_proposal(proposal, by=curator, answer="No.")

    proposal.refresh_from_db()
    assert proposal.state == "declined"


def test_curators_hear_of_proposals_once_an_hour(curator, django_capture_on_commit_callbacks):
    make_user(name="Closed", is_curator=True, is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        for _each in range(3):
            make_proposal(title="WIN http://evil.example", text="http://evil.example")

    [letter] = mail.outbox
    assert letter.to == [curator.email]
    assert "/toolkit/proposals/" in letter.body
    assert "evil" not in f"{letter.subject} {letter.body}"


def test_administrators_hear_of_them_where_nobody_is_a_curator(admin, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_proposal()

    assert [letter.to for letter in mail.outbox] == [[admin.email]]
