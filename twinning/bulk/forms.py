from django import forms
from django.utils.translation import gettext_lazy as _

from twinning.bulk.reading import ENDINGS, MOST_BYTES
from twinning.uploads import checked_upload


class TableForm(forms.Form):
    """A file with a table. What stands in it is looked at by reading.py."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8, or an Excel workbook (.xlsx): its first sheet, with the headings in the first row."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        try:
            checked_upload(upload, ENDINGS, most=MOST_BYTES)
        except forms.ValidationError as error:
            # Of a text in another encoding reading.py can say more than that it is damaged.
            if error.code != "content" or not upload.name.lower().endswith(".csv"):
                raise
        return upload
