"""What the participant lists of meeting programs call their columns, and how they write moments and lengths of time.

Programs export in the language of their user. Heads that name a person are known word by word; heads of times by a
part of the word, for every program has its own. Lengths are numbers with units, in whatever order and script.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

NAMES: dict[str, tuple[str, ...]] = {
    "name": (
        *("name", "name (original name)", "full name", "participant", "participant name", "attendee"),
        *("display name", "user name", "vollständiger name", "teilnehmer", "teilnehmername", "nom complet", "nom"),
        *("nombre completo", "nombre", "nome completo", "nome", "полное имя", "имя", "ad soyad", "ad"),
        *(
            "imię i nazwisko",
            "nazwa",
            "الاسم الكامل",
            "الاسم",
            "姓名",
            "名前",
            "氏名",
            "이름",
            "họ và tên",
            "nama lengkap",
        ),
        *("nama", "jina"),
    ),
    "first": ("first name", "given name", "vorname", "prénom", "nombre", "nome", "имя", "imię", "الاسم الأول"),
    "last": (
        *("last name", "surname", "family name", "nachname", "nom", "nom de famille", "apellidos", "apellido"),
        *("sobrenome", "cognome", "фамилия", "soyad", "soyadı", "nazwisko", "اسم العائلة"),
    ),
    "email": (
        *("email", "e-mail", "user email", "email address", "e-mail address", "e-mail-adresse", "adresse e-mail"),
        *("correo electrónico", "correo", "endereço de e-mail", "электронная почта", "e-posta", "adres e-mail"),
        *("البريد الإلكتروني", "电子邮件", "メール", "participant id (upn)", "teilnehmer-id (upn)", "upn"),
    ),
}
TIMES_HEADS: dict[str, tuple[str, ...]] = {
    "minutes": (
        *("duration", "minutes", "online time", "dauer", "durée", "duración", "duração", "durata", "длительность"),
        *("продолжительность", "süre", "czas trwania", "المدة", "时长", "期間", "時間", "thời lượng", "durasi", "muda"),
        "time in session",
    ),
    "join": (
        *("join", "start time", "beitritt", "beigetret", "heure d’arrivée", "heure d'arrivée", "rejoin", "unión"),
        *("incorpora", "entrada", "ingress", "вход", "подключен", "katıl", "dołącz", "انضمام", "加入", "参加"),
    ),
    "leave": (
        *("leave", "left", "exited", "end time", "verlassen", "austritt", "départ", "sortie", "salida", "abandon"),
        *("saída", "uscita", "выход", "отключен", "ayrıl", "opuszcz", "مغادرة", "离开", "退出"),
    ),
    "lobby": (
        *("in waiting room", "warteraum", "salle d’attente", "salle d'attente", "sala de espera", "sala d'attesa"),
        *("зале ожидания", "bekleme odası", "poczekalni", "غرفة الانتظار", "等候室"),
    ),
}
YES = ("yes", "y", "true", "ja", "oui", "sí", "si", "sì", "sim", "да", "evet", "tak", "نعم", "是", "はい")
NOTHING = ("", "-", "–", "—", "n/a")

DAYS = ("%m/%d/%Y", "%m/%d/%y", "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d.%m.%y", "%d-%m-%Y", "%Y-%m-%d", "%Y/%m/%d")
HOURS = ("%I:%M:%S %p", "%I:%M %p", "%H:%M:%S", "%H:%M")
FORMS = (*(f"{day} {hour}" for day in DAYS for hour in HOURS), "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", *HOURS)

# Beginnings of the words for units. Hours come first: “std” and “sa” begin like seconds.
UNITS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (3600, ("h", "std", "stu", "sa", "ora", "ore", "ч", "год", "godz", "jam", "giờ", "時", "小时", "시간", "ساع")),
    (60, ("m", "м", "хв", "dk", "dak", "phút", "分", "분", "دق")),
    (1, ("s", "с", "giây", "秒", "초", "ثا", "ثو")),
)
PART = re.compile(r"(\d+)\s*([^\W\d_]+)\.?")
LONGEST = 100_000  # minutes; whatever a list says beyond that is a slip


def columns_of(cells: list[str]) -> dict[str, int]:
    """Where each kind of column stands in this line of heads: name (or first and last), email, join, leave, …"""
    heads = [plain(cell) for cell in cells]
    found: dict[str, int] = {}
    for kind, names in NAMES.items():
        known = [heads.index(name) for name in names if name in heads]
        if known:
            found[kind] = known[0]
    for kind, parts in TIMES_HEADS.items():
        known = [n for n, head in enumerate(heads) if n not in found.values() and any(part in head for part in parts)]
        if known:
            found[kind] = known[0]
    if "first" in found and "name" in found:
        found.setdefault("last", found["name"])  # “Name, Vorname”
    if found.get("first", found.get("last")) == found.get("last"):
        found.pop("first", None)  # no two columns, so no name in two parts
        found.pop("last", None)
    return found


def plain(text: str) -> str:
    """To compare heads: small letters, single spaces of one kind, no marks of the file."""
    return " ".join(unicodedata.normalize("NFC", text).strip().strip("\ufeff").casefold().split())


def is_yes(text: str) -> bool:
    return plain(text) in YES


def is_nothing(text: str) -> bool:
    return plain(text) in NOTHING


def span_of(start: str, end: str) -> tuple[datetime, datetime] | None:
    """From when to when, both written in one way; None when they cannot be read, or the end is before the start.

    Hours without a date may pass midnight.
    """
    start, end = (" ".join(text.replace(",", " ").split()) for text in (start, end))
    for form in FORMS:
        try:
            first, last = datetime.strptime(start, form), datetime.strptime(end, form)  # noqa: DTZ007 - differences only
        except ValueError:
            continue
        if last < first and form in HOURS:
            last += timedelta(days=1)
        if last >= first:
            return first, last
    return None


def length_of(text: str) -> timedelta | None:
    """``45``, ``45,5`` (minutes), ``1:05:00``, ``1h 5m 12s``, ``2 Min 50 Sek``; None for anything else."""
    text = plain(text)
    if re.fullmatch(r"\d{1,9}([.,]\d{1,4})?", text):
        return timedelta(minutes=min(float(text.replace(",", ".")), LONGEST))
    if clock := re.fullmatch(r"(\d{1,3}):(\d{2}):(\d{2})", text):
        hours, minutes, seconds = map(int, clock.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    parts = PART.findall(text)
    if not parts or PART.sub("", text).strip(" ,;·"):
        return None
    seconds = 0
    for number, word in parts:
        unit = next((size for size, starts in UNITS if word.startswith(starts)), None)
        if unit is None:
            return None
        seconds += int(number[:6]) * unit
    return timedelta(seconds=min(seconds, LONGEST * 60))
