"""Which responses a page of results is about, as its address says it, and what there is to choose from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from msgspec import structs
from sqlalchemy.engine import Connection
from starlette.requests import Request

from console.staff import customers_texts, service_texts
from console.staff.access import Staff, absent
from console.staff.audit_log import midnight
from console.staff.office import office_of
from console.staff.survey_figures import Asks, asked_of, asks_of
from console.staff.survey_results_texts import MODES, NOBODY_KNOWS
from locales import Language, Text, render
from loyalty import programme
from loyalty.programme import named
from service import touchpoints
from store import survey_progress
from store import touchpoints as kept_touchpoints
from store.survey_progress import Profile
from store.survey_results import DIMENSIONS, Asked, Dimension, Group, Narrow
from store.survey_waves import Wave
from surveys import library, waves
from surveys.definition import Question
from surveys.library import Kept, Published
from surveys.texts import fill

DAYS = ("since", "until")
WITH_IDS = ("branch", "wave")


class Filter(NamedTuple):
    """One thing that results can be narrowed to: its values, as addresses have them, and their names."""

    name: Dimension
    chosen: str
    options: list[tuple[str, str]]


class Sheet(NamedTuple):
    """What every page of one survey's results is made from."""

    kept: Kept
    published: list[Published]
    asks: Asks
    asked: Asked
    waves: list[Wave]
    profiles: list[Profile]
    names: Mapping[str, Mapping[Group, str]]
    values: Mapping[str, Mapping[Group, str]]
    chosen: dict[str, str]
    narrow: Narrow
    language: Language
    business: str

    @property
    def path(self) -> str:
        return f"/staff/surveys/{self.kept.public_id}/results"

    @property
    def query(self) -> str:
        return urlencode(self.chosen)

    def name(self, dimension: str, group: Group) -> str:
        """What a group is called: of nothing that is known, that nobody knows."""
        known = self.names[dimension].get(group)
        return known or (str(group) if group not in (None, "") else render(NOBODY_KNOWS, self.language))

    def filters(self) -> list[Filter]:
        """What there is to choose from, where there is a choice."""
        return [each for each in map(self._filter, DIMENSIONS) if len(each.options) > 1 or each.chosen]

    def groups(self, dimension: Dimension) -> list[Group]:
        """The groups that have answers, the largest first; waves by their time."""
        place = DIMENSIONS.index(dimension)
        found = Counter[Group]()
        for profile in self.profiles:
            found[profile[place]] += profile.n
        if dimension in ("touchpoint", "department"):
            owns = (getattr(own, dimension) for own in self.asked.own)
            found.update(dict.fromkeys(filter(None, owns), 0))  # where no response as a whole belongs
        if dimension == "wave":
            return [wave.id for wave in reversed(self.waves) if wave.id in found]
        return [group for group, _count in found.most_common()]

    def words(self, texts: Mapping[str, str]) -> str:
        """A text of the survey, in the reader's language or the nearest."""
        survey = self.published[0].survey
        return fill(survey, dict(texts), self.language, {}, {"business": self.business})

    def parts(self, question: Question) -> dict[str, str]:
        """What the choices or rows of a question say, by key."""
        return {each.key: self.words(each.texts) for each in (*question.choices, *question.rows)}

    def period(self) -> Narrow:
        """The same with a wave told as its time, for what belongs to none."""
        if self.narrow.wave is None:
            return self.narrow
        starts = [wave.starts_at for wave in reversed(self.waves)]
        place = next(place for place, wave in enumerate(reversed(self.waves)) if wave.id == self.narrow.wave)
        end = starts[place + 1] if place + 1 < len(starts) else None
        since = max(filter(None, (starts[place], self.narrow.since)))
        until = min(filter(None, (end, self.narrow.until)), default=None)
        return structs.replace(self.narrow, wave=None, since=since, until=until)

    def _filter(self, dimension: Dimension) -> Filter:
        values = self.values[dimension]
        options = [
            (values.get(group, str(group)), self.name(dimension, group))
            for group in self.groups(dimension)
            if group not in (None, "")
        ]
        return Filter(dimension, self.chosen.get(dimension, ""), options)


def sheet(connection: Connection, request: Request, staff: Staff) -> Sheet:
    """The results that an address asks for. Raises the 404 of what is not there."""
    kept = library.find(connection, request.path_params["public_id"])
    if kept is None or kept.public_id != request.path_params["public_id"]:
        raise absent()
    published = library.versions(connection, kept.public_id)
    asks = asks_of(published)
    departments = {
        each.code: each.department for each in kept_touchpoints.read_touchpoints(connection) if each.department
    }
    rounds = waves.of(connection, kept.id)
    names, values = _names(connection, rounds, staff.language)
    narrow, chosen = _chosen(request, values)
    return Sheet(
        kept=kept,
        published=published,
        asks=asks,
        asked=asked_of(kept.id, published, asks, departments),
        waves=rounds,
        profiles=survey_progress.profiles(connection, kept.id),
        names=names,
        values=values,
        chosen=chosen,
        narrow=narrow,
        language=staff.language,
        business=office_of(request).business,
    )


def _names(
    connection: Connection, rounds: Sequence[Wave], language: Language
) -> tuple[dict[str, dict[Group, str]], dict[str, dict[Group, str]]]:
    """What groups are called, by dimension, and how addresses name those that have ids."""
    branches = survey_progress.branches_by_id(connection)
    levels = programme.read(connection).tiers.levels
    names: dict[str, dict[Group, str]] = {
        "touchpoint": dict(touchpoints.named_in(connection, language).items()),
        "department": dict(touchpoints.departments_in(connection, language).items()),
        "branch": {each: name for each, (_code, name) in branches.items()},
        "segment": _said(customers_texts.KINDS, language)
        | {level.code: named(level.name, level.names, language) for level in levels},
        "language": _said(service_texts.LANGUAGES, language),
        "mode": _said(MODES, language),
        "wave": {wave.id: wave.name for wave in rounds},
    }
    values: dict[str, dict[Group, str]] = {key: {} for key in DIMENSIONS} | {
        "branch": {each: code for each, (code, _name) in branches.items()},
        "wave": {wave.id: wave.public_id for wave in rounds},
    }
    return names, values


def _said(texts: Mapping[str, Text], language: Language) -> dict[Group, str]:
    return {code: render(text, language) for code, text in texts.items()}


def _chosen(request: Request, values: Mapping[str, Mapping[Group, str]]) -> tuple[Narrow, dict[str, str]]:
    """What the address narrows to; what means nothing here is left aside."""
    chosen, narrow = dict[str, str](), dict[str, Any]()
    for name in DIMENSIONS:
        given = request.query_params.get(name, "")[:64]
        known = {value: group for group, value in values[name].items()}
        if given and (given in known or name not in WITH_IDS):
            chosen[name], narrow[name] = given, known.get(given, given)
    for day, later in zip(DAYS, (0, 1), strict=True):
        given = request.query_params.get(day, "")[:10]
        if (moment := midnight(request, given, later)) is not None:
            chosen[day], narrow[day] = given, moment
    return Narrow(**narrow), chosen
