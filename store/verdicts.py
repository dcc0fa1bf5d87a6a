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
