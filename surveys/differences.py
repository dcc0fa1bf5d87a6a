"""What a new version of a survey would change: whoever publishes looks at this first."""

from __future__ import annotations

import msgspec

from surveys.definition import Question, Survey

_APART = ("code", "sections")


class Differences(msgspec.Struct, frozen=True):
    """Questions that are new, gone, or asked otherwise, by what they are after (`gone`: before) the change.

    `moved`: those that stay come in another order or stand in other sections. `around` are the names of the
    survey's other fields that changed, `sections` whether headings or conditions of sections did.
    """

    new: tuple[Question, ...]
    gone: tuple[Question, ...]
    changed: tuple[tuple[Question, tuple[str, ...]], ...]
    moved: bool
    sections: bool
    around: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether both say the same."""
        return not (self.new or self.gone or self.changed or self.moved or self.sections or self.around)


def differences(before: Survey, after: Survey) -> Differences:
    """What leads from one definition to the other."""
    was, now = ({each.key: each for each in survey.questions} for survey in (before, after))
    both = [key for key in now if key in was]
    return Differences(
        new=tuple(each for key, each in now.items() if key not in was),
        gone=tuple(each for key, each in was.items() if key not in now),
        changed=tuple((now[key], _fields(was[key], now[key])) for key in both if was[key] != now[key]),
        moved=_places(before, both) != _places(after, both),
        sections=_headings(before) != _headings(after),
        around=tuple(
            name
            for name in Survey.__struct_fields__
            if name not in _APART and getattr(before, name) != getattr(after, name)
        ),
    )


def _fields(before: Question, after: Question) -> tuple[str, ...]:
    return tuple(name for name in Question.__struct_fields__ if getattr(before, name) != getattr(after, name))


def _places(survey: Survey, keys: list[str]) -> list[tuple[str, str]]:
    return [
        (section.key, each.key) for section in survey.sections for each in section.questions if each.key in keys
    ]


def _headings(survey: Survey) -> list[tuple[str, object, object]]:
    return [(section.key, section.texts, section.when) for section in survey.sections]
