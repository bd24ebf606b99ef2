"""One rendering of a document: the same HTML is worn by the page and by the PDF. See docs/documents.md."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from partnerships.states import Side
from toolkit.models import Document, FieldComment, Response, Signature, Submission, ToolVersion
from toolkit.permissions import Writer, can_read_response, sees_sensitive
from toolkit.rendering.blank import blank_sheet
from toolkit.rendering.body import body_markdown, render_body
from toolkit.rendering.display import Voice
from toolkit.rendering.gaps import gaps_of
from toolkit.rendering.head import head_facts, head_of
from toolkit.rendering.logos import logos_of, pictures_of
from toolkit.rendering.plain import date_text, direction_of, locale_of
from toolkit.rendering.reading import PairReader, Reader, Told, nothing_beside
from toolkit.rendering.sheet import Fact, Notice, Section, Sheet, dress_of
from toolkit.rendering.store import pdf_for
from toolkit.schema.answers import evaluate_answers
from toolkit.schema.definition import Definition, language_of, tr
from toolkit.signing import with_signatures
from toolkit.states import DocumentState, Mode, Part, ResponseState
from toolkit.talking import Talk
from twinning.languages import own_name

FileUrl = Callable[[str], str]


def document_html(
    document: Document,
    *,
    writer: Writer,
    file_url: FileUrl | None = None,
    talk: Talk | None = None,
    responses: Sequence[Response] | None = None,
) -> SafeString:
    """``document`` as an article for a page, as ``writer`` may read it; files are links where ``file_url`` says.

    The page links ``css/document.css`` and has the title of the document as its ``<h1>``. With ``talk`` what people say
    about a question stands beside it, and the page links ``css/review.css`` too. ``responses`` are those of
    responses_for(), from whoever has read them already.
    """
    responses = responses_for(document, writer) if responses is None else responses
    return render_document(document, responses=responses, reader=writer, file_url=file_url, talk=talk)


def document_pdf(document: Document, *, writer: Writer) -> tuple[bytes, str]:
    """The PDF file of ``document`` as ``writer`` may read it, and a name for it. See pdf.py for what it raises."""
    with translation.override(language_of(document.version.form, document.language)):
        sheet = sheet_of(document, responses=responses_for(document, writer), reader=writer)
        html = drawn("document", sheet, is_paper=True)
    return pdf_for(html, pictures_of(document, sheet.logos)), f"{document.reference}-{document.version.form.tool}.pdf"


def document_markdown(document: Document, *, writer: Writer) -> str:
    """The text of ``document`` as Markdown, with its answers in the gaps, as ``writer`` may read it.

    Raises ValueError when its tool has no text of its own, or nobody may read the answers yet.
    """
    form = document.version.form
    lang = language_of(form, document.language)
    with translation.override(lang):
        reader = DocumentReader(document, responses_for(document, writer), writer, Voice(form, lang))
        return reader.markdown()


def blank_html(version: ToolVersion, *, lang: str = "") -> SafeString:
    """The empty form of ``version`` as an article for a page, in ``lang`` or the language of the reader."""
    return render_blank(version, lang=lang)


def blank_pdf(version: ToolVersion, *, lang: str = "") -> tuple[bytes, str]:
    """The empty form of ``version`` to print and write on, and a name for the file."""
    return pdf_for(render_blank(version, lang=lang, is_paper=True)), blank_name(version.form, lang)


def blank_name(form: Definition, lang: str = "") -> str:
    """``4.1-trip-report-blank.pdf``; a form in several languages says which this is."""
    which = f".{_spoken(form, lang)}" if len(form.languages) > 1 else ""
    return f"{form.file_stem}-blank{which}.pdf"


def render_document(
    document: Document,
    *,
    responses: Sequence[Response],
    reader: Writer,
    file_url: FileUrl | None = None,
    talk: Talk | None = None,
    is_paper: bool = False,
) -> SafeString:
    """The HTML of ``document``: an article for a page, or with ``is_paper`` a whole page for the PDF door."""
    with translation.override(language_of(document.version.form, document.language)):
        sheet = sheet_of(document, responses=responses, reader=reader, file_url=file_url, talk=talk)
        return drawn("document", sheet, is_paper=is_paper)


def sheet_of(
    document: Document,
    *,
    responses: Sequence[Response],
    reader: Writer,
    file_url: FileUrl | None = None,
    talk: Talk | None = None,
) -> Sheet:
    """What ``reader`` sees of ``document``, in the language that is active."""
    form = document.version.form
    voice = Voice(form, language_of(form, document.language), file_url)
    return DocumentReader(document, responses, reader, voice, talk=talk).sheet()


def render_blank(version: ToolVersion, *, lang: str = "", is_paper: bool = False) -> SafeString:
    lang = _spoken(version.form, lang)
    with translation.override(lang):
        return drawn("blank", blank_sheet(version, lang), is_paper=is_paper)


def drawn(name: str, sheet: Sheet, *, is_paper: bool) -> SafeString:
    context = {"sheet": sheet, "is_paper": is_paper, "paper_size": getattr(settings, "PAPER", "A4")}
    template = "layouts/print.html" if is_paper else f"toolkit/read/{name}.html"
    return render_to_string(template, {**context, "article": f"toolkit/read/{name}.html"})


def _spoken(form: Definition, wanted: str) -> str:
    return language_of(form, wanted or translation.get_language() or "en")


def responses_for(document: Document, reader: Writer) -> list[Response]:
    """The responses that stand for ``document``, with the number of their last submission, hosts first. Of what many
    people answered only the reader's own: it may be any number.

    They know whether anybody signed them, or spoke of their questions: most pages need not ask for what is not there.
    """
    counting = document.counting_responses()
    if document.mode == Mode.OPEN:
        counting = counting.filter(respondent=reader.respondent) if reader.respondent else counting.none()
    signed = Exists(Signature.objects.filter(response=OuterRef("pk")))
    discussed = Exists(FieldComment.objects.filter(response=OuterRef("pk")))
    rows = counting.annotate(last_submission=Max("submissions__pk"))
    return list(rows.annotate(has_signatures=signed, has_comments=discussed).order_by("side"))


class DocumentReader:
    """Gathers what one reader sees of one document."""

    def __init__(
        self,
        document: Document,
        responses: Sequence[Response],
        reader: Writer,
        voice: Voice,
        *,
        talk: Talk | None = None,
    ):
        self.document, self.reader, self.voice, self.talk = document, reader, voice, talk
        self.form, self.lang = document.version.form, voice.lang
        self.sensitive = sees_sensitive(reader)
        self.responses = list(responses)
        for response in self.responses:
            response.document = document
        self.readable = self._readable()
        self.submissions = self._submissions()
        self.signatures = self._signatures()
        self.parties = list(document.partnership.participations.current().select_related("organization"))

    def sheet(self) -> Sheet:
        document, partnership = self.document, self.document.partnership
        programme = partnership.programme.name if partnership.programme else ""
        last = max(self.submissions.values(), key=lambda submission: submission.at, default=None)
        code = self._hash()
        version = _("version %(number)s") % {"number": document.version.number}
        sheet = Sheet(
            title=document.title,
            kicker=" · ".join((document.version.tool.get_kind_display(), f"{self.form.named(self.lang)}, {version}")),
            lang=self.lang,
            direction=locale_of(self.lang).text_direction,
            running=" · ".join(filter(None, (programme, partnership.name))),
            footing=" · ".join(filter(None, (document.reference, version, code))),
            facts=tuple(self._facts(last)),
            notices=tuple(self._notices()),
            sections=(),
            mark=self._mark(),
            code=code,
            created=last.at.isoformat(timespec="seconds") if last and not self._mark() else "",
        )
        if not self.readable:
            return sheet
        if document.mode == Mode.EACH and len(self.readable) > 1:
            return replace(sheet, sections=tuple(self._side_by_side()))
        reader = self._reader(self.readable[0])
        sheet = replace(sheet, sections=tuple(reader.sections()))
        return self._with_body(sheet, reader) if self.form.body else sheet

    def markdown(self) -> str:
        if not self.form.body or not self.readable:
            raise ValueError("This document has no text of its own.")
        told = self._reader(self.readable[0]).told
        return body_markdown(
            tr(self.form.body, self.lang),
            gaps_of(self.document, told, self.parties, voice=self.voice, sensitive=self.sensitive),
        )

    # Whose answers

    def _readable(self) -> list[Response]:
        """The responses this reader may read. All of them are known, so nothing is asked of the database."""
        return [each for each in self.responses if can_read_response(self.reader, each, among=self.responses)]

    def _submissions(self) -> dict[int, Submission]:
        """The last submission of each response that is submitted, by response."""
        wanted = [r for r in self.readable if r.state == ResponseState.SUBMITTED]
        numbers = [getattr(response, "last_submission", None) for response in wanted]
        if not any(numbers):
            return {}
        found = Submission.objects.filter(pk__in=[number for number in numbers if number])
        return {submission.response_id: submission for submission in found}

    def _signatures(self) -> Sequence[Signature]:
        """Who signed what is shown; void ones too, for they must not look as if they were never there."""
        if not any(getattr(each, "has_signatures", False) for each in self.readable) or not self.submissions:
            return ()
        prefetch_related_objects(self.readable, "signatures")
        wanted = {submission.pk for submission in self.submissions.values()}
        every = (signature for response in self.readable for signature in response.signatures.all())
        return [signature for signature in every if signature.submission_id in wanted]

    def _told(self, response: Response) -> Told:
        """The answers as submitted, with what was calculated then; else as they stand now."""
        submission = self.submissions.get(response.pk)
        answers = response.answers
        if submission:
            answers = with_signatures(submission.answers, submission.pk, self.signatures)
        now = timezone.localtime(submission.at if submission else None)
        evaluation = evaluate_answers(self.form, answers, today=now.date(), now=now, lang=self.lang)
        calculated = submission.calculated if submission else evaluation.calculated
        return Told(answers=answers, evaluation=evaluation, calculated=calculated)

    def _reader(self, response: Response) -> Reader:
        joint = self.document.mode == Mode.JOINT
        owners = {part: self.document.part_label(part) for part in Part.values} if joint else {}
        return Reader(
            self.form,
            self._told(response),
            voice=self.voice,
            sensitive=sees_sensitive(self.reader, response),
            owners=owners,
            beside=partial(self.talk.beside, response) if self.talk else nothing_beside,
        )

    def _side_by_side(self) -> Sequence[Section]:
        left, right = (self._reader(response) for response in self.readable[:2])
        labels = [self.document.part_label(response.side) for response in self.readable[:2]]
        return tuple(PairReader(left, right, left_label=labels[0], right_label=labels[1]).sections())

    def _with_body(self, sheet: Sheet, reader: Reader) -> Sheet:
        gaps = gaps_of(self.document, reader.told, self.parties, voice=self.voice, sensitive=self.sensitive)
        body = render_body(tr(self.form.body, self.lang), gaps)
        if body.problem:
            broken = Notice(
                tone="danger",
                title=_("The text of this document cannot be put together."),
                text=_("The answers are shown instead. Please tell a curator: %(problem)s") % {"problem": body.problem},
            )
            return replace(sheet, notices=(*sheet.notices, broken))
        return replace(
            sheet,
            body=body.html,
            signatures=tuple(reader.signatures()),
            body_rest=body.rest,
            dress=dress_of(self.form),
            logos=logos_of(self.form, reader.told, voice=self.voice, sensitive=reader.sensitive),
        )

    # What stands around the answers

    def _facts(self, last: Submission | None) -> Sequence[Fact]:
        document = self.document
        head = (last.head if last else None) or head_of(
            document, timezone.localdate(last.at if last else None), self.parties
        )
        labels = {side: document.part_label(side) for side in Side.values}
        facts = head_facts(head, labels=labels, is_for_link=self.reader.link is not None)
        if document.about:
            facts.append((_("About"), str(document.about)))
        if document.period_from:
            facts.append((_("Period"), " – ".join(date_text(day.isoformat(), self.lang) for day in document.period)))
        facts += [(_("Reference"), document.reference), (_("Language"), own_name(self.lang))]
        facts.append((_("Status"), str(document.get_state_display())))
        if last:
            on = date_text(timezone.localdate(last.at).isoformat(), self.lang)
            said = _("%(date)s by %(name)s") % {"date": on, "name": last.name} if last.name else on
            facts.append((_("Submitted"), said))
        elif document.due_on:
            facts.append((_("Due"), date_text(document.due_on.isoformat(), self.lang)))
        return [Fact(label=label, value=value, direction=direction_of(value)) for label, value in facts if value]

    def _mark(self) -> str:
        """What stands on every page of a paper that is not the final one."""
        if self.document.state == DocumentState.WITHDRAWN:
            return _("Withdrawn")
        if self._is_of_many:
            return ""
        is_final = self.responses and all(response.state == ResponseState.SUBMITTED for response in self.responses)
        return "" if is_final else _("Draft")

    def _hash(self) -> str:
        """The start of the hash of what was submitted, to hold a printed copy against it."""
        if self._mark() or not self.submissions:
            return ""
        hashes = [self.submissions[response.pk].content_hash for response in self.readable]
        whole = hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
        return whole[:12]

    def _notices(self) -> Sequence[Notice]:
        notices = []
        if self.document.state == DocumentState.WITHDRAWN:
            notices.append(Notice(tone="warning", title=_("Withdrawn"), text=_("This document is no longer in use.")))
        elif self._mark():
            own_is_in = self.readable and all(each.state == ResponseState.SUBMITTED for each in self.readable)
            rest = _("One side has not submitted yet.") if own_is_in else _("These answers may still change.")
            notices.append(Notice(tone="warning", title=_("Draft"), text=rest))
        if self._is_of_many:
            rest = _("Its coordinators see what they answered, counted question by question.")
            notices.append(Notice(tone="info", title=_("Many people answer this, each on their own."), text=rest))
        if self.document.mode == Mode.EACH and len(self.readable) < len(self.responses):
            notices.append(self._missing() if self.document.has_closed else self._sealed())
        return notices

    @property
    def _is_of_many(self) -> bool:
        """Whether this is read by somebody who is none of the many people that answer it."""
        return self.document.mode == Mode.OPEN and not self.reader.respondent

    def _missing(self) -> Notice:
        known = {each.pk for each in self.readable}
        names = ", ".join(self.document.part_label(each.side) for each in self.responses if each.pk not in known)
        rest = _("The time to answer is over; nothing came from: %(sides)s.") % {"sides": names}
        return Notice(tone="warning", title=_("Nothing came"), text=rest)

    def _sealed(self) -> Notice:
        rest = _("The answers of each side are sealed until both sides have submitted.")
        if not self.readable:
            return Notice(tone="info", title=_("Sealed"), text=rest)
        side = self.document.part_label(self.readable[0].side)
        return Notice(tone="info", title=_("Answers of the %(side)s") % {"side": side}, text=rest)
