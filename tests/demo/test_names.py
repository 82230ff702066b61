"""The names of the synthetic authority, beside the words of aliases: an alias must never be anybody's name."""

import re

from kateder.demo.synthetic.names import BACKGROUNDS
from kateder.governance import words


def test_no_word_of_an_alias_is_a_name_of_the_synthetic_authority() -> None:
    names = {
        part.casefold()
        for one in BACKGROUNDS
        for name in (*one.girls, *one.boys, *one.women, *one.men, *one.families)
        for part in re.split(r"[ -]", name)
    }
    aliases = {word.casefold() for word in (*words.ADJECTIVES, *words.NOUNS)}
    assert len(aliases) > 100
    assert names & aliases == set()
