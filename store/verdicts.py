"""What cadence answered, and why: kept for whoever asks why a message came or did not.

A message that waits is asked about again and again. A row is added when the answer or its reason changed; until
then the last one only learns the newer `until`.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared
from store.tables import verdicts

KEPT_FOR = dt.timedelta(days=400)  # a year of greetings can be looked back on
FORGOTTEN_AT_ONCE = 500


class Kept(NamedTuple):
    """An answer that was given `at` this moment: now, later (`until`) or never."""

    kind: str
    subject: str
    verdict: str
    reason: str
    until: dt.datetime | None
    at: dt.datetime


def _bind(*names: str) -> dict[str, sa.BindParameter[object]]:
    return {name: sa.bindparam(name, type_=verdicts.c[name].type) for name in names}


_LAST = Prepared(
    sa.select(verdicts.c.id, verdicts.c.verdict, verdicts.c.reason, verdicts.c.until)
    .where(
        verdicts.c.contact_id == sa.bindparam("contact_id"),
        verdicts.c.kind == sa.bindparam("kind"),
        verdicts.c.subject == sa.bindparam("subject"),
    )
    .order_by(verdicts.c.id.desc())
    .limit(1)
)
_ADD = Prepared(verdicts.insert().values(_bind("contact_id", *Kept._fields)))
_PUT_OFF = Prepared(
    verdicts.update()
    .where(verdicts.c.id == sa.bindparam("verdict_id"))
    .values(until=sa.bindparam("new_until", type_=verdicts.c.until.type))
)
_FIRST = sa.select(verdicts.c.id, verdicts.c.at).order_by(verdicts.c.id).limit(FORGOTTEN_AT_ONCE).subquery()
_FORGET = Prepared(
    verdicts.delete().where(
        verdicts.c.id.in_(
            sa.select(_FIRST.c.id).where(_FIRST.c.at < sa.bindparam("before", type_=verdicts.c.at.type))
        )
    )
)
_OF = Prepared(
    sa.select(*(verdicts.c[name] for name in Kept._fields))
    .where(
        verdicts.c.contact_id == sa.bindparam("contact_id"),
        verdicts.c.at >= sa.bindparam("since", type_=verdicts.c.at.type),
    )
    .order_by(verdicts.c.at.desc(), verdicts.c.id.desc())
)


def keep(connection: Connection, contact_id: int, answer: Kept) -> None:
    """Keep an answer, unless it is the last one again."""
    last = _LAST.row(connection, contact_id=contact_id, kind=answer.kind, subject=answer.subject)
    if last is None or last[1:3] != (answer.verdict, answer.reason):
        _ADD.run(connection, contact_id=contact_id, **answer._asdict())
    elif last[3] != answer.until:
        _PUT_OFF.run(connection, verdict_id=last[0], new_until=answer.until)


def of(connection: Connection, contact_id: int, since: dt.datetime) -> list[Kept]:
    """The answers about a contact since that moment, the newest first."""
    return [Kept(*row) for row in _OF.rows(connection, contact_id=contact_id, since=since)]


def forget(connection: Connection, now: dt.datetime) -> bool:
    """Forget some answers older than KEPT_FOR; whether there may be more.

    Answers are added in the order of time, so only the first ones are looked at.
    """
    return _FORGET.run(connection, before=now - KEPT_FOR) == FORGOTTEN_AT_ONCE
