"""What must fit together in a survey before it is published; each problem says where it stands.

The builder shows a problem at its field, in the reader's language; a file's reader gives it the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from locales import Text, _, render
from surveys.definition import Survey
from talk.split import plain

Path: TypeAlias = tuple[str | int, ...]


class Problem(NamedTuple):
    """One problem: the fields and places that lead there in the definition, and what to do, with its values."""

    path: Path
    text: Text
    values: dict[str, Any]

    @property
    def message(self) -> str:
        """The problem in English, for a file's reader."""
        return plain(render(self.text, "en", self.values))


def problems(survey: Survey, earlier: Sequence[Survey] = ()) -> list[Problem]:
    """Everything that keeps a survey from being published; `earlier` are its versions so far."""
    return list(_whole(survey))


def _whole(survey: Survey) -> Iterator[Problem]:
    if not any(survey.questions):
        yield Problem(("sections",), _("A survey has one question at least."), {})
