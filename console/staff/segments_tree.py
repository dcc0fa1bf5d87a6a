"""A condition as it stands in the builder: groups with rows and groups in them, and what its buttons do to them.

Every part has a place: the way to it from the whole, which is the empty one. The fields of a part are named by it:
`n-1-0-fact` is the fact of the first row in the group that is the second part of the whole. A group is known by its
field `how`. Buttons say `add:n-1`, `group:n-1`, `drop:n-1-0`, `wrap:n-1-0` and `unwrap:n-1`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import count, takewhile
from typing import Literal, NamedTuple, TypeAlias, get_args

from outreach.segments.definition import DEEPEST, MOST_TESTS

How: TypeAlias = Literal["all", "any", "none", "not_all"]
Place: TypeAlias = tuple[int, ...]
HOWS: tuple[How, ...] = get_args(How)
WHOLE: Place = ()

_FIELD = re.compile(r"n((?:-\d{1,3})*)-([a-z_]+(?:~.*)?)", re.DOTALL)
_NAME = re.compile(r"n((?:-\d{1,3})*)")


class Row(NamedTuple):
    """One test as it is typed; `fields` without their place."""

    fields: Mapping[str, str]


class Group(NamedTuple):
    """Parts of which all hold, at least one does, none does, or not all do."""

    how: How
    parts: tuple[Part, ...]


Part: TypeAlias = Group | Row
EMPTY_ROW = Row({})


class Done(NamedTuple):
    """What became of the whole, and the part at which the work goes on."""

    whole: Group
    at: Place


def name_of(place: Place) -> str:
    """What the names of a part's fields begin with."""
    return "".join(("n", *(f"-{number}" for number in place)))


def typed(form: Mapping[str, str]) -> Group:
    """The condition that stands in a form; deeper or longer than conditions may be is left out."""
    found: dict[Place, dict[str, str]] = defaultdict(dict)
    for name, value in form.items():
        if field := _FIELD.fullmatch(name):
            found[_place(field[1])][field[2]] = value
    return _group(WHOLE, found)


def _group(place: Place, found: Mapping[Place, dict[str, str]]) -> Group:
    here = takewhile(found.__contains__, ((*place, number) for number in count()))
    parts = tuple(_part(each, found) for each in here) if len(place) <= DEEPEST else ()
    said = found.get(place, {}).get("how", "")
    return Group(next((how for how in HOWS if how == said), "all"), parts[: 2 * MOST_TESTS])


def _part(place: Place, found: Mapping[Place, dict[str, str]]) -> Part:
    return _group(place, found) if "how" in found[place] else Row(found[place])


def done(whole: Group, deed: str) -> Done | None:
    """The condition after a button was pressed; None where there is no such button (any more)."""
    word, _colon, name = deed.partition(":")
    found = _NAME.fullmatch(name)
    work = _DEEDS.get(word)
    place = _place(found[1]) if found else WHOLE
    part = at(whole, place) if found else None
    return work(whole, place, part) if work and part is not None else None


def _add(whole: Group, place: Place, part: Part) -> Done | None:
    return _grown(whole, place, part, EMPTY_ROW, ()) if isinstance(part, Group) else None


def _add_group(whole: Group, place: Place, part: Part) -> Done | None:
    if not isinstance(part, Group):
        return None
    return _grown(whole, place, part, Group(_other(part.how), (EMPTY_ROW,)), (0,))


def _grown(whole: Group, place: Place, group: Group, more: Part, inside: Place) -> Done:
    grown = Group(group.how, (*group.parts, more))
    return Done(_put(whole, place, grown), (*place, len(group.parts), *inside))


def _drop(whole: Group, place: Place, _part: Part) -> Done | None:
    """A group of which nothing is left goes, too."""
    if not place:
        return None
    *above, number = place
    group = at(whole, tuple(above))
    assert isinstance(group, Group)  # it has the part
    left = (*group.parts[:number], *group.parts[number + 1 :])
    if not left and above:
        return _drop(whole, tuple(above), group)
    next_one = (*above, min(number, len(left) - 1)) if left else WHOLE
    return Done(_put(whole, tuple(above), Group(group.how, left)), next_one)


def _wrap(whole: Group, place: Place, part: Part) -> Done | None:
    """Put a part into a group of its own, with an empty row beside it: that is what one wants it for."""
    if not place:
        return None
    above = at(whole, place[:-1])
    assert isinstance(above, Group)
    return Done(_put(whole, place, Group(_other(above.how), (part, EMPTY_ROW))), (*place, 1))


def _unwrap(whole: Group, place: Place, part: Part) -> Done | None:
    """Put a group's parts in its place."""
    if not place or not isinstance(part, Group):
        return None
    *above, number = place
    group = at(whole, tuple(above))
    assert isinstance(group, Group)
    parts = (*group.parts[:number], *part.parts, *group.parts[number + 1 :])
    return Done(_put(whole, tuple(above), Group(group.how, parts)), place if parts else WHOLE)


def places(part: Part, place: Place = WHOLE) -> Iterator[Place]:
    """The places of a part and of everything in it."""
    yield place
    if isinstance(part, Group):
        for number, each in enumerate(part.parts):
            yield from places(each, (*place, number))


_DEEDS: Mapping[str, Callable[[Group, Place, Part], Done | None]] = {
    "add": _add,
    "group": _add_group,
    "drop": _drop,
    "wrap": _wrap,
    "unwrap": _unwrap,
}


def at(whole: Group, place: Place) -> Part | None:
    """The part at this place, if there is one."""
    part: Part = whole
    for number in place:
        if not isinstance(part, Group) or number >= len(part.parts):
            return None
        part = part.parts[number]
    return part


def _put(part: Part, place: Place, new: Part) -> Group:
    """The whole with another part at this place."""
    if not place:
        assert isinstance(new, Group)  # the whole stays a group
        return new
    assert isinstance(part, Group)
    number, *rest = place
    inner = new if not rest else _put(part.parts[number], tuple(rest), new)
    return Group(part.how, (*part.parts[:number], inner, *part.parts[number + 1 :]))


def _other(how: How) -> How:
    """What a group within such a one is for: of these at least one, where the others must all hold."""
    return "any" if how in ("all", "not_all") else "all"


def _place(written: str) -> Place:
    return tuple(int(number) for number in written.split("-")[1:])
