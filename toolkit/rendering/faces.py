"""Faces beside the choices of a scale, for people who would rather point than read (``appearance: smileys``).

The labels stay the names of the choices: a face is only drawn beside them, and nobody hears it read out.
"""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.schema.definition import Definition, Item

RATINGS = ("1", "2", "3", "4", "5")
# From the worst to the best, for so many choices. All of them are in the fonts that print.
FACES = {2: "😞😊", 3: "😞😐😊", 4: "😠😞😊😃", 5: "😠😞😐😊😃", 6: "😠😞😕😊😃😁"}


def faces_of(item: Item, form: Definition) -> Mapping[str, str]:
    """``{name of a choice: its face}``; nothing where the item asks for none or has too few or too many choices.

    Choices with scores stand in the order of these, and one without, such as “Not for me”, has no face. Where none has
    a score, the list goes from the worst to the best.
    """
    if item.appearance != "smileys":
        return {}
    names = _from_worst_to_best(item, form)
    return dict(zip(names, FACES.get(len(names), ""), strict=False))


def _from_worst_to_best(item: Item, form: Definition) -> tuple[str, ...]:
    if item.kind == "rating":
        return RATINGS
    if item.kind != "select_one":
        return ()
    choices = form.lists.get(item.list or "", ())
    scored = [choice for choice in choices if choice.score is not None]
    return tuple(choice.name for choice in sorted(scored, key=lambda choice: choice.score or 0) or choices)
