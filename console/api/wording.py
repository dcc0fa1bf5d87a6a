"""What is wrong with a field, in words for whoever wrote the request; the framework speaks of Python's types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.api.fields import MEANT
from console.api.problems import Wrong

OBJECT, WHOLE = "must be an object", "must be a whole number, without quotation marks"
WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not known here; check its name",
    "string_type": "must be text, in quotation marks",
    "string_too_short": "must have {min_length} or more characters",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": WHOLE,
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "int_from_float": WHOLE,
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "list_type": "must be a list",
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "too_short": "must have {min_length} or more entries",
    "too_long": "must have at most {max_length} entries",
}
"""By the framework's name of the error."""
MOST_OF_A_NAME, MOST_OF_A_PLACE, MOST_WORDS = 64, 300, 300  # of these a stranger chooses some


def wrong(error: Mapping[str, Any]) -> Wrong:
    """What the framework found wrong with a field."""
    place = ".".join(str(part)[:MOST_OF_A_NAME] for part in error["loc"] if part != "[key]")
    return Wrong(place[:MOST_OF_A_PLACE], _words(error)[:MOST_WORDS])


def _words(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    if meant := MEANT.get(context.get("pattern", "")):
        return meant
    if words := WORDS.get(error["type"]):
        return words.format_map(context)
    return str(error["msg"]).removeprefix("Value error, ")
