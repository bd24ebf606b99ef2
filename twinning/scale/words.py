"""Names and titles of the world for measuring: countries with their time zones, and people in several scripts."""

from __future__ import annotations

from dataclasses import dataclass

from twinning.scale.dice import Dice


@dataclass(frozen=True, kw_only=True)
class Land:
    """Where an organization is: ``given`` and ``family`` names as (in Latin letters, in the own script)."""

    code: str
    zone: str
    language: str
    cities: tuple[str, ...]
    given: tuple[tuple[str, str], ...]
    family: tuple[tuple[str, str], ...]


def _same(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((word, "") for word in text.split())


def _both(text: str) -> tuple[tuple[str, str], ...]:
    """“Olena/Олена Iryna/Ірина” as pairs."""
    return tuple((latin, own) for latin, _slash, own in (word.partition("/") for word in text.split()))


LANDS = (
    Land(
        code="KE", zone="Africa/Nairobi", language="sw", cities=("Kisumu", "Mombasa", "Eldoret", "Nyeri"),
        given=_same("Akinyi Baraka Wanjiru Otieno Njeri Kamau Achieng Mwangi"),
        family=_same("Ochieng Kariuki Mutua Wekesa Cheruiyot Omondi Nyambura"),
    ),
    Land(
        code="ET", zone="Africa/Addis_Ababa", language="am", cities=("Bahir Dar", "Jimma", "Hawassa"),
        given=_both("Almaz/አልማዝ Bekele/በቀለ Hirut/ሂሩት Tesfaye/ተስፋዬ Meron/ሜሮን"),
        family=_both("Tadesse/ታደሰ Girma/ግርማ Haile/ኃይሌ Worku/ወርቁ"),
    ),
    Land(
        code="UA", zone="Europe/Kyiv", language="uk", cities=("Lviv", "Poltava", "Chernivtsi"),
        given=_both("Olena/Олена Iryna/Ірина Taras/Тарас Mykola/Микола Oksana/Оксана"),
        family=_both("Shevchenko/Шевченко Kovalenko/Коваленко Bondar/Бондар Melnyk/Мельник"),
    ),
    Land(
        code="EG", zone="Africa/Cairo", language="ar", cities=("Aswan", "Assiut", "Tanta"),
        given=_both("Mona/منى Ahmed/أحمد Fatma/فاطمة Youssef/يوسف Hoda/هدى"),
        family=_both("Hassan/حسن Mansour/منصور Farouk/فاروق Selim/سليم"),
    ),
    Land(
        code="VN", zone="Asia/Ho_Chi_Minh", language="vi", cities=("Huế", "Cần Thơ", "Đà Nẵng"),
        given=_same("Hương Minh Lan Tuấn Ngọc Thảo"),
        family=_same("Nguyễn Trần Phạm Lê Đặng"),
    ),
    Land(
        code="NP", zone="Asia/Kathmandu", language="ne", cities=("Pokhara", "Dhulikhel", "Biratnagar"),
        given=_both("Sita/सीता Ram/राम Gita/गीता Hari/हरि Maya/माया"),
        family=_both("Thapa/थापा Gurung/गुरुङ Shrestha/श्रेष्ठ Rai/राई"),
    ),
    Land(
        code="KH", zone="Asia/Phnom_Penh", language="km", cities=("Siem Reap", "Battambang", "Kampot"),
        given=_both("Sophea/សុភា Dara/ដារា Bopha/បុប្ផា Vuthy/វុទ្ធី"),
        family=_both("Chea/ជា Sok/សុខ Keo/កែវ Heng/ហេង"),
    ),
    Land(
        code="NO", zone="Europe/Oslo", language="no", cities=("Bergen", "Tromsø", "Oslo"),
        given=_same("Ingrid Lars Solveig Åse Håkon Marit"),
        family=_same("Haugen Bjørnstad Ødegård Lie Nilsen"),
    ),
    Land(
        code="FR", zone="Europe/Paris", language="fr", cities=("Lyon", "Nantes", "Évreux"),
        given=_same("Hélène Amélie Étienne Zoé Jérôme Noël"),
        family=_same("Lefèvre Dubois Girard Besançon Château"),
    ),
    Land(
        code="US", zone="America/New_York", language="en", cities=("Cleveland", "Boston", "Portland"),
        given=_same("Maria James Linda Robert Denise Kevin"),
        family=_same("Johnson Rivera Carter Nguyen Goldberg"),
    ),
    Land(
        code="GB", zone="Europe/London", language="en", cities=("Leeds", "Cardiff", "Aberdeen"),
        given=_same("Siân Angus Priya Thomas Grace Owen"),
        family=_same("Evans MacLeod Patel Wright O’Neill"),
    ),
    Land(
        code="CN", zone="Asia/Shanghai", language="zh", cities=("Chengdu", "Kunming", "Xi’an"),
        given=_both("Fang/芳 Wei/伟 Li/丽 Jun/军 Ming/明"),
        family=_both("Wang/王 Zhang/张 Chen/陈 Liu/刘"),
    ),
)  # fmt: skip
HOUSES = ("District Hospital", "University Hospital", "School of Nursing", "Midwives’ Association", "Regional Clinic")
HOUSES += ("Ministry of Health, Department", "Mission Hospital", "Medical Faculty", "Health Foundation", "City Council")
TYPES = ("delivery", "delivery", "training", "association", "delivery", "regulator", "faith", "university", "ngo")
TYPES += ("government",)
POSTS = ("Midwife", "Nurse in charge", "Medical officer", "Matron", "Biomedical engineer", "Pharmacist", "Registrar")
POSTS += ("Director", "Finance officer", "Lecturer", "Head of the laboratory", "Quality officer")
FIELDS = ("safe birth", "newborn care", "infection prevention", "nursing leadership", "tuberculosis", "mental health")
FIELDS += ("emergency care", "laboratory quality", "diabetes", "palliative care", "surgery", "medical records")
COMMENTS = (
    "Thank you, this is clear now.",
    "Could the other side look at this before Friday?",
    "I spoke with the ward.",
)
COMMENTS += (
    "The figures of last month are missing.",
    "Merci, c’est noté.",
    "Дякую, все гаразд.",
    "شكرا جزيلا",
    "धन्यवाद",
)
TASKS = ("Send the list of participants", "Ask for the visa letters", "Book the hall", "Check the stock of gloves")
TASKS += ("Write to the ministry", "Collect the signatures", "Translate the hand-outs", "Pay the invoice")


def person(dice: Dice, land: Land) -> tuple[str, str]:
    """A name in Latin letters, and in the own script where there is another one."""
    given, family = dice.choice(land.given), dice.choice(land.family)
    return f"{given[0]} {family[0]}", f"{given[1]} {family[1]}".strip()
