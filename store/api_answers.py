"""What requests with an Idempotency-Key were answered, kept in the transaction of what they changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared, insert
from store.tables import api_answers

KEPT_FOR = dt.timedelta(days=30)
FORGOTTEN_AT_ONCE = 500
_UNANSWERED = 0


class Answer(msgspec.Struct, frozen=True):
    """A request, by its digest, and what it was answered."""

    digest: str
    status: int
    answer: Any


_KEY = (
    api_answers.c.api_key_id == sa.bindparam("of", type_=sa.BigInteger()),
    api_answers.c.key == sa.bindparam("the_key", type_=sa.String()),
)
_CLAIM = Prepared(
    insert(api_answers)
    .values(
        {
            name: sa.bindparam(name, type_=api_answers.c[name].type)
            for name in ("api_key_id", "key", "digest", "answer", "at")
        }
    )
    .values(status=_UNANSWERED)
    .on_conflict_do_nothing()
)
_FIND = Prepared(sa.select(*(api_answers.c[name] for name in Answer.__struct_fields__)).where(*_KEY))
_KEEP = Prepared(
    api_answers.update()
    .where(*_KEY)
    .values(
        status=sa.bindparam("new_status", type_=sa.SmallInteger()),
        answer=sa.bindparam("new_answer", type_=api_answers.c.answer.type),
    )
)
_OLD = (
    sa.select(api_answers.c.api_key_id, api_answers.c.key)
    .where(api_answers.c.at < sa.bindparam("before", type_=api_answers.c.at.type))
    .order_by(api_answers.c.at)
    .limit(FORGOTTEN_AT_ONCE)
)
_FORGET = Prepared(
    api_answers.delete().where(sa.tuple_(api_answers.c.api_key_id, api_answers.c.key).in_(_OLD.scalar_subquery()))
)


def claim(connection: Connection, api_key_id: int, key: str, digest: str, now: dt.datetime) -> Answer | None:
    """Take the key for this request, whose answer `keep` then writes; or what it was answered before.

    Of several at once one takes it; the others wait here until that one has committed, and find its answer.
    """
    if _CLAIM.run(connection, api_key_id=api_key_id, key=key, digest=digest, answer={}, at=now):
        return None
    row = _FIND.row(connection, of=api_key_id, the_key=key)
    assert row is not None
    return Answer(*row)


def keep(connection: Connection, api_key_id: int, key: str, status: int, answer: Any) -> None:
    """Keep what the request was answered: an HTTP status and a JSON document."""
    _KEEP.run(connection, of=api_key_id, the_key=key, new_status=status, new_answer=answer)


def forget(connection: Connection, now: dt.datetime) -> bool:
    """Forget some answers older than KEPT_FOR; whether there may be more."""
    return _FORGET.run(connection, before=now - KEPT_FOR) == FORGOTTEN_AT_ONCE
