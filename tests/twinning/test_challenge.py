"""The question that strangers answer before they may post."""

import time

import pytest
from django.core import signing
from django.utils.http import urlsafe_base64_decode

from tests.factories.contributing import answered
from twinning import challenge
from twinning.challenge import GROUPS, NUMBERS, new_challenge, plain, refusal, same_challenge, spend


def test_every_kind_of_question_is_answered_by_a_person_in_digits_or_words():
    kinds = set()
    for _try in range(200):
        token, answer = answered()
        asked = challenge._asked(challenge._nonce(token))
        kinds.add(asked.question.split(":")[0].rsplit(" ", 1)[0])
        for words in asked.right:
            assert refusal(token, words) == "", asked.question
            assert refusal(token, f" “{words.upper()}”. ") == ""
        assert "not the answer" in refusal(token, "I do not know")
        if asked.others:
            assert refusal(token, f"It is the {answer}") == ""
            # Pasting the whole question is not an answer.
            assert "not the answer" in refusal(token, asked.question)
    assert len(kinds) > 6


def test_digits_of_other_scripts_and_accents_are_understood():
    assert plain("١٥") == "15"
    assert plain("  Vingt-Deux! ") == "vingt deux"
    assert plain("ZWÖLF") == plain("zwolf")


def test_the_lists_fit_together():
    """A word in two lists would make a question with two right answers."""
    words = [word.strip() for _question, group in GROUPS for word in str(group).split(",")]

    assert len(words) == len(set(words))
    assert len(str(NUMBERS).split(",")) == 21


def test_the_token_names_its_question_by_chance_alone():
    """Without the key nothing can be read from it: twelve random bytes, the time and a signature."""
    made = new_challenge()
    nonce, _time, _signature = made.token.split(":")

    assert len(urlsafe_base64_decode(nonce)) == 12
    assert same_challenge(made.token) == made


def test_another_key_asks_another_question_of_the_same_token(settings):
    """So whoever knows the program, and not the key, learns nothing of the answer."""
    tokens = [challenge._nonce(new_challenge().token) for _n in range(20)]
    asked = [challenge._asked(nonce).question for nonce in tokens]

    settings.SECRET_KEY = "another key, as long as the first one and quite as random"

    assert [challenge._asked(nonce).question for nonce in tokens] != asked


@pytest.mark.parametrize(("age", "said"), [(0, "quicker"), (2, "quicker"), (60, ""), (7100, ""), (7300, "too long")])
def test_an_answer_is_taken_after_three_seconds_and_for_two_hours(age, said):
    token, answer = answered(age=age)

    assert (said in refusal(token, answer)) if said else refusal(token, answer) == ""


def test_a_token_that_is_not_ours_is_asked_anew():
    token, answer = answered()
    forged = signing.TimestampSigner(salt="other").sign("x")
    for wrong in ("", "x", token[:-1], token.replace(":", "-"), forged):
        assert "too long" in refusal(wrong, answer)
        assert same_challenge(wrong).token != wrong
    assert "Please answer" in refusal(token, "  ")


def test_a_token_opens_once():
    token, _answer = answered()
    other, _answer = answered()

    assert [spend(token), spend(token), spend(other)] == [True, False, True]


def test_long_answers_cost_nothing():
    token, _answer = answered()
    start = time.perf_counter()

    assert refusal(token, "nine " * 100_000)
    assert time.perf_counter() - start < 0.1
