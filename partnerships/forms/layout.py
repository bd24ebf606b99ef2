"""How crispy draws our forms: fields only, in groups with a heading; the template writes the form tag itself."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms


def grouped(*groups: tuple[str, list[str]]) -> FormHelper:
    """A helper that draws ``groups`` of (heading, names of fields)."""
    helper = plain()
    helper.layout = Layout(*(Fieldset(heading, *names, css_class="group") for heading, names in groups))
    return helper


def plain() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.render_hidden_fields = True
    helper.form_show_errors = True
    return helper


class DateInput(forms.DateInput):
    """The browser's own calendar. It reads and writes ISO dates whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


def long_text(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})
