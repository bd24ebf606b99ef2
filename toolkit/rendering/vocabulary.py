"""What people call the things of the form language, in the editor and wherever versions are compared.

Tests hold each table equal to the language's own.
"""

from django.utils.translation import gettext_lazy as _

# kind → its name, and a line that helps to choose it; in groups, the usual ones first
KINDS = (
    (
        _("Words"),
        (
            ("text", _("Short text"), _("One line, such as a name or a place.")),
            ("long_text", _("Long text"), _("Several lines or paragraphs.")),
        ),
    ),
    (
        _("Choices"),
        (
            ("select_one", _("One of several choices"), _("People pick one answer from your list.")),
            ("select_multiple", _("Several choices"), _("People tick all answers that fit.")),
            ("yes_no", _("Yes or no"), _("The two answers are given.")),
            ("rating", _("Rating from 1 to 5"), _("With “not applicable” beside it.")),
            ("check", _("Something to tick off"), _("Done, not needed or still open, with a day and a note.")),
        ),
    ),
    (
        _("Numbers"),
        (
            ("integer", _("Whole number"), _("Such as a count of people or days.")),
            ("decimal", _("Number with decimals"), _("Such as a weight or a dose.")),
            ("money", _("Amount of money"), _("With its currency.")),
            ("percent", _("Percentage"), _("A share of a hundred; people write 40 and mean 40 %.")),
            ("calculate", _("Worked out by the form"), _("A sum, a mean or any other formula; nobody types it.")),
        ),
    ),
    (
        _("Days and times"),
        (
            ("date", _("Date"), _("Chosen from a calendar.")),
            ("time", _("Time of day"), _("Such as 14:30.")),
            ("datetime", _("Date and time"), _("With the time zone, for calls between countries.")),
            ("year", _("Year"), _("Such as 2026.")),
        ),
    ),
    (
        _("People, places and records"),
        (
            (
                "reference",
                _("Person or other record"),
                _("Such as an organization: offered from what is known, or typed."),
            ),
            ("country", _("Country"), _("From the list of countries.")),
            ("language", _("Language"), _("From the list of languages.")),
            ("email", _("E-mail address"), _("Checked to look like one.")),
            ("phone", _("Telephone number"), _("With the country's code.")),
            ("url", _("Web address"), _("Of a site or a page.")),
        ),
    ),
    (
        _("Files and signatures"),
        (
            ("file", _("File"), _("Up to twenty documents to attach.")),
            ("image", _("Picture"), _("Photographs or a logo.")),
            ("signature", _("Signature"), _("Name, role, day and consent; lines to sign on paper.")),
        ),
    ),
    (
        _("Without an answer"),
        (("note", _("Note to the reader"), _("Words between the questions.")),),
    ),
)
KIND_NAMES = {kind: name for _heading, kinds in KINDS for kind, name, _line in kinds}
KIND_CHOICES = [(heading, [(kind, name) for kind, name, _line in kinds]) for heading, kinds in KINDS]

SIDES = {
    "both": _("Either side"),
    "host": _("The host side"),
    "resource": _("The resource side"),
    "coordinator": _("The coordinator"),
}
APPEARANCES = {
    "short": _("A short field"),
    "wide": _("A wide field"),
    "likert": _("A scale in one row"),
    "smileys": _("A scale with faces"),
    "minimal": _("A list that opens"),
}
# Which of these make a difference to a question of a kind
APPEARANCES_FOR = {
    "text": ("short", "wide"),
    "select_one": ("likert", "smileys", "minimal"),
    "rating": ("likert", "smileys"),
    "select_multiple": ("minimal",),
}

ASKED = {
    "is": _("is"),
    "is_not": _("is not"),
    "more": _("is more (later) than"),
    "less": _("is less (earlier) than"),
    "at_least": _("is at least"),
    "at_most": _("is at most"),
    "not_less": _("is at least"),
    "not_more": _("is at most"),
    "includes": _("includes"),
    "excludes": _("does not include"),
    "contains": _("contains the words"),
    "answered": _("is answered"),
    "unanswered": _("is not answered"),
}
YES_NO = (("yes", _("Yes")), ("no", _("No")))
CHECK_STATES = (("done", _("Done")), ("not_needed", _("Not needed")), ("pending", _("Still open")))

RECORDS = {
    "contact": _("Person of the directory"),
    "person": _("Person"),
    "organization": _("Organization"),
    "partnership": _("Partnership"),
    "programme": _("Programme"),
    "objective": _("Objective"),
    "activity": _("Activity"),
    "indicator": _("Indicator"),
    "exchange": _("Exchange"),
    "workshop": _("Workshop"),
    "session": _("Session"),
    "period": _("Reporting period"),
    "award": _("Award"),
    "topic": _("Topic"),
    "document": _("Document"),
    "tool": _("Tool"),
    "meeting": _("Meeting"),
    "risk": _("Risk"),
    "contribution": _("Contribution"),
    "rows": _("A row of a table in this form"),
}
SUBJECTS = {
    "partnership": _("The partnership"),
    "organization": _("An organization"),
    "exchange": _("An exchange"),
    "traveller": _("A traveller"),
    "workshop": _("A workshop"),
    "registration": _("A registration"),
    "session": _("A session"),
    "period": _("A reporting period"),
    "contribution": _("A contribution"),
    "meeting": _("A meeting"),
    "activity": _("An activity"),
    "transfer": _("A transfer of goods"),
    "resource": _("A shared resource"),
    "person": _("A person"),
    "programme": _("The programme"),
}

BINDINGS = {
    "partnership.name": _("Name of the partnership"),
    "partnership.reference": _("Reference of the partnership"),
    "partnership.goal": _("Goal of the partnership"),
    "partnership.starts_on": _("Start of the partnership"),
    "partnership.ends_on": _("End of the partnership"),
    "partnership.countries": _("Countries of the partners"),
    "partnership.topics": _("Topics of the partnership"),
    "partnership.organizations": _("The partners, one row each"),
    "partnership.team": _("The team, one row each"),
    "programme.name": _("Name of the programme"),
    "programme.currency": _("Currency of the programme"),
    "organization.name": _("Name of the organization"),
    "organization.local_name": _("Local name of the organization"),
    "organization.short_name": _("Short name of the organization"),
    "organization.type": _("Type of the organization"),
    "organization.country": _("Country of the organization"),
    "organization.city": _("City of the organization"),
    "organization.address": _("Address of the organization"),
    "organization.website": _("Website of the organization"),
    "organization.year_founded": _("Year in which the organization was founded"),
    "organization.registration_number": _("Registration number of the organization"),
    "organization.languages": _("Languages of the organization"),
    "organization.topics": _("Topics of the organization"),
    "organization.offers": _("What the organization offers"),
    "organization.seeks": _("What the organization seeks"),
    "organization.contacts": _("Contacts of the organization, one row each"),
    "user.name": _("Name of the person who fills it in"),
    "today": _("The day on which it is started"),
    "document.reference": _("Reference of the document"),
}

INDICATORS = {
    "partnerships": _("Partnerships"),
    "graduation": _("Graduation of partnerships"),
    "exchanges": _("Exchanges"),
    "travellers": _("Travellers"),
    "professional_days": _("Days of professional work abroad"),
    "reciprocity": _("Reciprocity of visits"),
    "trip_reports_on_time": _("Trip reports on time"),
    "workshops": _("Workshops"),
    "contact_hours": _("Contact hours"),
    "people_trained": _("People trained"),
    "completion_rate": _("Completion rate"),
    "learning_gain": _("Learning gain"),
    "pass_rate": _("Pass rate"),
    "retention": _("Knowledge retained"),
    "still_in_post": _("Trained people still in post"),
    "online_sessions": _("Online sessions"),
    "online_participants": _("Online participants"),
    "teleconsultations": _("Teleconsultations"),
    "resources_shared": _("Resources shared"),
    "equipment_value": _("Value of equipment"),
    "equipment_in_use": _("Equipment in use"),
    "progress_to_target": _("Progress to target"),
    "workplan_delivery": _("Work plan delivered"),
    "needs_change": _("Change of needs"),
    "client_satisfaction": _("Satisfaction of patients"),
    "partnership_health": _("Health of the partnership"),
    "in_kind_value": _("Value of contributions in kind"),
    "leverage": _("Leverage"),
    "cost_share": _("Share of costs"),
    "burn_rate": _("Budget spent"),
    "cost_per_trainee": _("Cost per person trained"),
    "reports_on_time": _("Reports on time"),
    "open_actions": _("Open actions"),
    "stories": _("Stories"),
    "media_items": _("Items in the media"),
    "publications": _("Publications"),
    "host_authorship": _("Authors of the host side"),
}
