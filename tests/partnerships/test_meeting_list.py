"""Lists of people as meeting programs export them, read without a database: who was there, for how many minutes."""

import pytest

from partnerships.meeting_columns import length_of, span_of
from partnerships.meeting_list import Unreadable, read_list


def times(text: str, **more) -> dict[str, int | None]:
    return {one.name or one.email: one.minutes for one in read_list(text, **more)}


def test_who_left_and_came_back_counts_for_the_time_that_was_measured():
    teams = (
        "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tRole\n"
        "Akinyi\t3/2/26, 10:50:11\u202fPM\t3/2/26, 11:55:01\u202fPM\t5m 12s\ta@example.org\tAttendee\n"
        "Baraka\t3/2/26, 10:50:11 PM\t3/2/26, 11:55:01 PM\t1h 4m 50s\tb@example.org\tAttendee\n"
    )
    assert times(teams) == {"Akinyi": 5, "Baraka": 65}


def test_two_devices_at_a_time_count_once_even_with_their_lengths():
    zoom = (
        "Name,Email,Join Time,Leave Time,Duration (Minutes)\n"
        "A,a@example.org,03/02/2026 09:00:00 AM,03/02/2026 10:00:00 AM,60\n"
        "A,a@example.org,03/02/2026 09:00:00 AM,03/02/2026 10:00:00 AM,60\n"
        "A,a@example.org,03/02/2026 11:00:00 AM,03/02/2026 11:10:00 AM,10\n"
    )
    assert times(zoom) == {"A": 70}


def test_waiting_to_be_let_in_is_no_attendance():
    zoom = (
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,{lobby}\n"
        "A,a@example.org,03/02/2026 09:00:00 AM,03/02/2026 09:30:00 AM,30,Yes,{yes}\n"
        "A,a@example.org,03/02/2026 09:30:00 AM,03/02/2026 09:40:00 AM,10,Yes,{no}\n"
        "Never let in,n@example.org,03/02/2026 09:00:00 AM,03/02/2026 09:30:00 AM,30,Yes,{yes}\n"
    )
    for lobby, yes, no in (("In Waiting Room", "Yes", "No"), ("Im Warteraum", "Ja", "Nein")):
        assert times(zoom.format(lobby=lobby, yes=yes, no=no)) == {"A": 10}, lobby


def test_heads_and_units_of_other_languages_are_known():
    lists = {
        "German Teams": (
            "Name\tErster Beitritt\tLetztes Verlassen\tBesprechungsdauer\tE-Mail\tTeilnehmer-ID (UPN)\tRolle\n"
            "Ann Otieno\t02.03.26, 09:00:11\t02.03.26, 10:05:01\t2 Min 50 Sek\tann@example.org\t\tTeilnehmer\n"
        ),
        "older German Teams": (
            "Vollständiger Name;Beitrittszeit;Verlassen um;Dauer;E-Mail\n"
            "Ann Otieno;2.3.2026, 09:00:00;2.3.2026, 09:03:00;3 Min. 0 Sek.;ann@example.org\n"
        ),
        "French": "Nom complet,Durée,E-mail\nAnn Otieno,3 min,ann@example.org\n",
        "two columns of names": "Name;Vorname;Dauer\nOtieno;Ann;3 Minuten\n",
    }
    for program, text in lists.items():
        assert times(text) == {"Ann Otieno": 3}, program


def test_a_list_of_google_meet_has_names_in_two_columns_and_hours_without_a_day():
    meet = (
        "First name,Last name,Email,Duration,Time joined,Time exited\n"
        "Ann,Otieno,ann@example.org,1 hr 5 min,11:30 PM,12:45 AM\n"
        "Ben,,,,9:00 AM,9:40 AM\n"
    )
    assert times(meet) == {"Ann Otieno": 65, "Ben": 40}


def test_names_without_heads_are_a_list_when_somebody_on_it_is_known():
    bare = (
        "1. OTIENO, Ann (Host)\n2) Ben Mwangi <ben@example.org>\n\n• cara@example.org\nDan\tMentor\n"
        "Ben Mwangi; ben@example.org\n"
    )
    expected = {"OTIENO, Ann (Host)": None, "Ben Mwangi": None, "cara@example.org": None, "Dan": None}

    for known in ("Ann Otieno", "CARA@example.org"):
        assert times(bare, known=[known, ""]) == expected, known
    for strangers in ([], ["Somebody Else", ""]):
        with pytest.raises(Unreadable, match="No line with the names"):
            read_list(bare, known=strangers)
    with pytest.raises(Unreadable, match="5000 lines at most"):
        read_list("Ann\n" * 5001, known=["Ann"])


def test_a_time_that_cannot_be_read_is_told_and_never_taken_for_the_whole_session():
    with pytest.raises(Unreadable, match=r"“a while” of Ann cannot be read"):
        read_list("Name,Duration\nAnn,a while\n")
    assert times("Name,Duration\nAnn,–\nBen,\n") == {"Ann": None, "Ben": None}


def test_lengths_of_time_in_whatever_unit():
    minutes = {
        "45": 45, "12,5": 12.5, "1:05:00": 65, "1h 30m": 90, "1h 5m 12s": 65.2, "2 Min 50 Sek": 170 / 60,
        "1 Std. 5 Min. 30 Sek.": 65.5, "1 hr 5 min": 65, "1 hour, 2 minutes": 62, "1 ч 5 мин 30 с": 65.5,
        "1 sa 5 dk": 65, "2時間 5分": 125, "1 heure 5 minutes": 65, "٥ دقيقة": 5, "30s": 0.5,
    }  # fmt: skip
    for text, expected in minutes.items():
        assert length_of(text).total_seconds() / 60 == pytest.approx(expected), text
    for text in ("", "–", "soon", "5 apples", "5:12", "h", "1h and a bit"):
        assert length_of(text) is None, text


def test_moments_are_read_in_pairs_of_one_way():
    lengths = {
        ("3/2/26, 9:00:04 AM", "3/2/26, 10:30:04 AM"): 90,
        ("2026-03-02T09:00:00", "2026-03-02T09:30:00"): 30,
        ("12/11/2026 23:50", "13/11/2026 00:05"): 15,
        ("11:50 PM", "12:10 AM"): 20,
    }
    for pair, minutes in lengths.items():
        first, last = span_of(*pair)
        assert (last - first).total_seconds() / 60 == minutes, pair
    assert span_of("2026-03-02 09:00", "2026-03-02 08:00") is None
    assert span_of("", "") is None
