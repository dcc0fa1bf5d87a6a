"""What is wrong with a field is told in words that a shop's developer can act on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from console.api.application import framework
from console.api.customers import CustomerGiven
from console.api.events import TEXT, EventGiven
from console.api.fields import MEANT
from console.api.purchases import PurchaseGiven
from console.api.wording import wrong

BOUGHT = {"customer": "C", "order": "1", "lines": [{"amount": "1"}]}
SEEN = {"key": "e-1", "customer": "C", "name": "seen"}
LETTERS = "must be letters, digits and _ . : - and begin with a letter or digit"


def patterns(document: object) -> Iterator[str]:
    """Every pattern that the specification has."""
    if isinstance(document, dict):
        if isinstance(pattern := document.get("pattern"), str):
            yield pattern
        document = list(document.values())
    if isinstance(document, list):
        for each in document:
            yield from patterns(each)


@pytest.mark.parametrize(
    ("model", "body", "place", "words"),
    [
        (CustomerGiven, {}, "number", "is missing"),
        (CustomerGiven, {"number": 7}, "number", "must be text, in quotation marks"),
        (CustomerGiven, {"number": ""}, "number", "must have 1 or more characters"),
        (CustomerGiven, {"number": "x" * 65}, "number", "must have at most 64 characters"),
        (CustomerGiven, {"number": "1", "nmae": "x"}, "nmae", "is not known here; check its name"),
        (CustomerGiven, {"number": "1", "language": "fr"}, "language", "must be 'en', 'ms', 'vi', 'ar' or 'zh'"),
        (PurchaseGiven, [], "", "must be an object"),
        (PurchaseGiven, BOUGHT | {"lines": {}}, "lines", "must be a list"),
        (PurchaseGiven, BOUGHT | {"lines": []}, "lines", "must have 1 or more entries"),
        (PurchaseGiven, BOUGHT | {"lines": [{"amount": "1"}] * 101}, "lines", "must have at most 100 entries"),
        (PurchaseGiven, BOUGHT | {"lines": [{"amount": "1", "quantity": 0}]}, "quantity", "must be at least 1"),
        (EventGiven, SEEN | {"details": {"a b": 1}}, "details.a b", LETTERS),
        (EventGiven, SEEN | {"details": {"a": []}}, "a", "must be a text, a number, true, false or null"),
        (EventGiven, SEEN | {"details": {"a": -1e16}}, "a", "must be between"),
        (EventGiven, SEEN | {"details": {"a": "\x00"}}, "a", "none of them control characters"),
    ],
)
def test_what_is_wrong_is_told_once_in_words(model: Any, body: Any, place: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(body)
    (told,) = [wrong({**error}) for error in refused.value.errors()]
    assert told.at.endswith(place)
    assert words in told.problem


def test_every_pattern_of_the_specification_is_put_into_words() -> None:
    assert set(patterns(framework().openapi())) <= {*MEANT, TEXT}
