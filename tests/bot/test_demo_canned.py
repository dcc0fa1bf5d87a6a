"""The sample business's canned replies can be sent in every language."""

from __future__ import annotations

import re

import pytest

from bot.demo_data.canned import REPLIES
from locales import LANGUAGES
from service import canned
from talk.reading.words import match


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: str(reply[0]))
def test_a_reply_says_the_same_in_five_languages(reply: tuple[str, str]) -> None:
    texts = REPLIES[reply]
    assert set(texts) == set(LANGUAGES)
    assert len({frozenset(canned.unfilled(text)) - {"name"} for text in texts.values()}) == 1
    for language, text in texts.items():
        assert canned.unknown(text) == ()
        for word in re.findall("[“«]([^”»]+)[”»]", text):
            assert match(word, language), word
