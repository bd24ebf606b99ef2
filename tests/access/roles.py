"""Who is asked, in the order of every row of the tables."""

ROLES = ("anonymous", "alice", "bob", "hana", "rolf", "curator", "admin")
LOGIN = 302
