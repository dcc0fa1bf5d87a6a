"""The programme as a shop owner writes it: a YAML file, read whole, with every problem told at once.

`docs/programme.md` explains the file to its writers; the document it becomes is `loyalty.programme.Programme`.
"""

from __future__ import annotations

from pathlib import Path

from loyalty.programme import Programme
from loyalty.programme_file import checks, nodes
from loyalty.programme_file.problems import Problem, ProgrammeWrong
from loyalty.programme_file.reading import Reader

__all__ = ["STARTER", "Problem", "ProgrammeWrong", "read"]

STARTER = Path(__file__).with_name("starter.yaml")


def read(content: bytes) -> Programme:
    """The programme that a file says. Raises ProgrammeWrong with every problem, its line, and what to write."""
    found = nodes.parse(content)
    reader = Reader()
    rules = reader.programme(found)
    checks.check(rules, reader)
    if reader.problems:
        raise ProgrammeWrong([problem for _path, problem in reader.problems])
    return rules
