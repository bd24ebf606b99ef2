"""Every list of the product that leaves as a file, by its name in the address. A new list is one entry more here."""

from twinning.bulk.lists_directory import DIRECTORY
from twinning.bulk.lists_office import OFFICE
from twinning.bulk.lists_partnership import OF_PARTNERSHIPS
from twinning.bulk.lists_toolkit import OF_CURATORS, TOOLKIT
from twinning.bulk.lists_workshop import OF_WORKSHOPS

# For everybody: the rows that a person may see.
EXPORTS = DIRECTORY | TOOLKIT
# For people with a task.
EXPORTS_FOR_FEW = OFFICE | OF_CURATORS
# Of one partnership or one workshop.
EXPORTS_OF = OF_PARTNERSHIPS | OF_WORKSHOPS
