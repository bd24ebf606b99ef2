"""What happened in workshops, as sentences. They name no participants: a history is kept longer than a list."""

from django.utils.translation import gettext as _


def workshop_sentences() -> dict[str, str]:
    return {
        "workshop.created": _("wrote down the workshop %(reference)s, “%(title)s”"),
        "workshop.changed": _("changed the plan of the workshop “%(title)s”"),
        "workshop.moved": _("moved the workshop “%(title)s” from “%(old)s” to “%(new)s”"),
        "workshop.trainer_added": _("made %(person)s a trainer of the workshop “%(title)s”"),
        "workshop.trainer_removed": _("took %(person)s off the trainers of the workshop “%(title)s”"),
        "workshop.session_added": _("added the session “%(session)s” (%(n)s in all) to the workshop “%(title)s”"),
        "workshop.session_changed": _("changed the session “%(session)s” of the workshop “%(title)s”"),
        "workshop.session_removed": _("removed the session “%(session)s” from the workshop “%(title)s”"),
        "workshop.link_made": _("made an address for registering for the workshop “%(title)s”"),
        "workshop.link_ended": _("ended the address for registering for the workshop “%(title)s”"),
        "workshop.list_changed": _("put something right on the list of the workshop “%(title)s”"),
        "workshop.list_imported": _(
            "put people on the list of the workshop “%(title)s” (%(n)s), from the file “%(file)s”"
        ),
        "workshop.attendance_noted": _("wrote down who was at the workshop “%(title)s” (%(sessions)s)"),
        "workshop.attendance_corrected": _("put right who was at the workshop “%(title)s” (%(sessions)s): %(reason)s"),
        "workshop.tests_entered": _("entered tests (%(moment)s: %(n)s) of the workshop “%(title)s”"),
        "workshop.no_tests": _("noted why the workshop “%(title)s” has no tests"),
        "workshop.evaluated": _("summed up the evaluation sheets of the workshop “%(title)s” (%(n)s)"),
        "workshop.reported": _("wrote the report of the workshop “%(title)s”"),
        "workshop.certified": _("issued certificates of the workshop “%(title)s” (%(n)s)"),
        "workshop.certificate_revoked": _("revoked the certificate %(number)s of the workshop “%(title)s”"),
    }
