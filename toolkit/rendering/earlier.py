"""A document as it stood at another time, in the same rendering as today's, for the same readers."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from toolkit.models import Response, Signature, Submission
from toolkit.past import Moment
from toolkit.permissions import Writer
from toolkit.rendering.display import Voice
from toolkit.rendering.html import DocumentReader, FileUrl, drawn
from toolkit.rendering.reading import Told
from toolkit.rendering.sheet import Fact, Notice
from toolkit.schema.answers import evaluate_answers
from toolkit.schema.definition import language_of
from toolkit.signing import is_signed, with_signatures


def earlier_html(
    moment: Moment, responses: Sequence[Response], *, writer: Writer, file_url: FileUrl | None = None
) -> SafeString:
    """The document as it stood at ``moment``, as ``writer`` may read it now; what is sealed or sensitive stays so."""
    document = moment.document
    lang = language_of(document.version.form, document.language)
    with translation.override(lang):
        own = [copy(response) for response in responses]
        voice = Voice(document.version.form, lang, file_url)
        return drawn("document", _EarlierReader(moment, own, writer, voice).sheet(), is_paper=False)


class _EarlierReader(DocumentReader):
    """Reads the answers of a moment in place of those of today."""

    def __init__(self, moment: Moment, responses: Sequence[Response], reader: Writer, voice: Voice):
        self.moment = moment
        super().__init__(moment.document, responses, reader, voice)

    def _submissions(self) -> dict[int, Submission]:
        return {}

    def _signatures(self) -> Sequence[Signature]:
        if self.moment.submission is None or not is_signed(self.form):
            return ()
        return list(Signature.objects.filter(submission=self.moment.submission))

    def _told(self, response: Response) -> Told:
        answers, submission = self.moment.answers[response.pk], self.moment.submission
        if submission and submission.response_id == response.pk:
            answers = with_signatures(answers, submission.pk, self.signatures)
        now = timezone.localtime(self.moment.at)
        evaluation = evaluate_answers(self.form, answers, today=now.date(), now=now, lang=self.lang)
        calculated = self.moment.calculated.get(response.pk, evaluation.calculated)
        return Told(answers=answers, evaluation=evaluation, calculated=calculated)

    def _facts(self, last: Submission | None) -> Sequence[Fact]:
        """Without what is said of today: the state, the day by which it is due, and what pays for it."""
        today = {_("Status"), _("Due"), _("Award")}
        facts = [fact for fact in super()._facts(None) if fact.label not in today]
        submission = self.moment.submission
        return [*facts, Fact(label=_("Submitted"), value=submission.name)] if submission else facts

    def _mark(self) -> str:
        return ""

    def _hash(self) -> str:
        return self.moment.submission.content_hash[:12] if self.moment.submission else ""

    def _notices(self) -> Sequence[Notice]:
        return [Notice(tone="info", title=_("An earlier state"), text=_("This is how it stood then, not now."))]
