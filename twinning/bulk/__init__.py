"""Many records at once: lists in from spreadsheets, with a look before anything is kept, and lists out."""
