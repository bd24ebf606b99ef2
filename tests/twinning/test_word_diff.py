import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinning.word_diff import MOST_LINES, MOST_WORDS, word_diff

WORDS = st.lists(st.sampled_from(["one", "two", "three", "\n", ".", "  ", "ርእስ", "كلمة"]), max_size=30).map(" ".join)


def marked(before, after):
    brackets = {"same": "%s", "gone": "[-%s]", "new": "[+%s]", "skipped": "…%s"}
    return "".join(brackets[piece.op] % piece.text for piece in word_diff(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("same", "same", "same"),
        ("", "new", "[+new]"),
        ("gone", "", "[-gone]"),
        ("The red car is here", "The blue bus is here", "The [-red car][+blue bus] is here"),
        ("Day you left.", "Day you left home.", "Day you left[+ home]."),
        ("Title", "Something else altogether", "[-Title][+Something else altogether]"),
        ("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nd\ne\nf\nG", "…\nf\n[-g][+G]"),
        ("x\na\nb\nc\nd\ne", "y\na\nb\nc\nd\ne", "[-x\n][+y\n]a\n…\n"),
    ],
)
def test_words_that_changed_are_marked(before, after, expected):
    assert marked(before, after) == expected


@settings(max_examples=150, deadline=None)
@given(before=WORDS, after=WORDS)
def test_both_texts_can_be_read_from_the_pieces(before, after):
    pieces = word_diff(before, after)
    if any(piece.op == "skipped" for piece in pieces):
        return
    assert "".join(piece.text for piece in pieces if piece.op != "new") == before
    assert "".join(piece.text for piece in pieces if piece.op != "gone") == after


@pytest.mark.parametrize(("one", "most"), [("w ", MOST_WORDS), ("\n", MOST_LINES)])
def test_what_is_too_long_is_shown_whole(one, most):
    before, after = one * (most + 1) + "a", one * (most + 1) + "b"
    assert [piece.op for piece in word_diff(before, after)] == ["gone", "new"]
