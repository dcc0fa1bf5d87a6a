"""A survey as somebody works on it: read with what its forms offer, and kept as the draft."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy.engine import Connection

from console.staff import gate
from locales import Language
from loyalty.programme import named
from service import touchpoints
from store import rewards
from surveys import checks, library
from surveys.checks import Known
from surveys.definition import Survey
from surveys.library import Kept, Published, Stale
from surveys.problem import Problem


class Opened(NamedTuple):
    """A survey with its draft (its last version, where nothing differs) and what keeps that from being published.

    `fixed` are the keys of published questions, under which answers are kept. The rest is what may be chosen, its
    name by its code.
    """

    kept: Kept
    draft: Survey
    versions: list[Published]
    problems: list[Problem]
    fixed: frozenset[str]
    touchpoints: dict[str, str]
    departments: dict[str, str]
    vouchers: dict[str, str]

    @property
    def known(self) -> Known:
        """What the house has, as the checks want it."""
        return Known(self.touchpoints, self.departments, self.vouchers)


def opened(connection: Connection, public_id: str, language: Language) -> Opened:
    """The survey with this public id. Raises Refusal 404 for one that is not there."""
    kept = gate.survey(connection, public_id)
    versions = library.versions(connection, kept.public_id)
    draft = kept.draft or versions[0].survey
    found = Opened(
        kept=kept,
        draft=draft,
        versions=versions,
        problems=[],
        fixed=frozenset(question.key for each in versions for question in each.survey.questions),
        touchpoints={
            each.code: touchpoints.name_of(each.names, language) for each in touchpoints.every(connection)
        },
        departments={
            each.code: touchpoints.name_of(each.names, language) for each in touchpoints.departments(connection)
        },
        vouchers={
            each.code: named(each.name, each.names, language)
            for each in rewards.listed(connection)
            if each.kind == "voucher"
        },
    )
    return looked_at(found)


def looked_at(found: Opened) -> Opened:
    """The same with what keeps its draft from being published."""
    earlier = [each.survey for each in found.versions]
    return found._replace(problems=checks.problems(found.draft, earlier, found.known))


def keep(connection: Connection, found: Opened, draft: Survey, edit: int, now: dt.datetime) -> Stale | None:
    """Keep this as the draft that was at `edit`; what says the same as the last version is no draft any more."""
    kept = found.kept
    if edit != kept.draft_edit:
        return Stale(kept.draft_edit)
    if draft == found.draft:
        return None
    if kept.draft and found.versions and draft == found.versions[0].survey:
        saved: object = library.discard(connection, kept.public_id, edit, now)
    else:
        saved = library.save_draft(connection, kept.public_id, draft, edit, now)
    return saved if isinstance(saved, Stale) else None
