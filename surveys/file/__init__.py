"""A survey as a YAML file: read whole with every problem in its line, and written so that it reads back the same.

`docs/surveys.md` explains the file to its writers; the document it becomes is `surveys.definition.Survey`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from locales import Text
from surveys.checks import Known, problems
from surveys.definition import Survey
from surveys.file.reading import Reader
from surveys.file.writing import written
from surveys.references import MAY_LACK, UNKNOWN_NAME, UNSAYABLE
from talk.errors import SapaError
from written import nodes
from written.problems import FileWrong

__all__ = ["read", "read_file", "written"]

EXAMPLE = "code: after_purchase"
QUESTION = 4  # the parts of a path that lead to a question


def read(content: bytes, earlier: Sequence[Survey] = (), known: Known | None = None) -> Survey:
    """The survey that a file says; it could be published. `earlier` and `known` as for `surveys.checks.problems`.

    Raises FileWrong with every problem, its line, and what to write.
    """
    reader = Reader()
    survey = reader.survey(nodes.parse(content, EXAMPLE))
    for path, text, values in problems(survey, earlier, known):
        if _tells(reader, path, text):
            reader.add(path, text, values)
    if reader.problems:
        raise FileWrong(reader.problems)
    return survey


def _tells(reader: Reader, path: tuple[str | int, ...], text: Text) -> bool:
    """Whether this would be a problem, too, if all that could not be read were put right."""
    about_others = "when" in path or text in (UNKNOWN_NAME, UNSAYABLE, MAY_LACK)
    kind = (*path[:QUESTION], "kind")
    return reader.sound(*path) and reader.sound(*kind) and (reader.sound("sections") or not about_others)


def read_file(path: Path, earlier: Sequence[Survey] = (), known: Known | None = None) -> Survey:
    """The survey of the file at `path`. Raises FileWrong, and SapaError when it cannot be opened."""
    try:
        with path.open("rb") as file:
            content = file.read(nodes.MOST_BYTES + 1)
    except OSError as error:
        raise SapaError(f"{path} cannot be read ({error.strerror}).") from None
    return read(content, earlier, known)
