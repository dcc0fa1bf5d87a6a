"""Kiosks: tablets in branches on which visitors answer a survey. Of a kiosk's address only a hash is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import branches, kiosks, surveys

NAME_LENGTH = 64


class Kiosk(msgspec.Struct, frozen=True):
    """A kiosk: its survey (by id and code), where it stands, and when somebody used it last."""

    id: int
    public_id: str
    name: str
    survey_id: int
    branch_id: int | None
    touchpoint: str
    active: bool
    seen_at: dt.datetime | None
    branch: str
    survey: str


_KIOSK = sa.select(
    *(kiosks.c[name] for name in Kiosk.__struct_fields__[:-2]),
    sa.func.coalesce(branches.c.name, "").label("branch"),
    surveys.c.code.label("survey"),
).select_from(
    kiosks.join(surveys, surveys.c.id == kiosks.c.survey_id).outerjoin(
        branches, branches.c.id == kiosks.c.branch_id
    )
)


def add(
    connection: Connection, survey_id: int, name: str, branch_id: int | None, touchpoint: str, now: dt.datetime
) -> tuple[Kiosk, str]:
    """A new kiosk, and the secret that stands in its address."""
    public_id, secret = secrets.token_urlsafe(12), secrets.token_urlsafe(24)
    connection.execute(
        kiosks.insert().values(
            public_id=public_id,
            name=name,
            survey_id=survey_id,
            branch_id=branch_id,
            touchpoint=touchpoint,
            digest=_digest(secret),
            created_at=now,
        )
    )
    made = find(connection, public_id)
    assert made is not None
    return made, secret


def of_survey(connection: Connection, survey_id: int) -> list[Kiosk]:
    """The kiosks of a survey, by name."""
    found = _KIOSK.where(kiosks.c.survey_id == survey_id).order_by(kiosks.c.name, kiosks.c.id)
    return [Kiosk(**row._mapping) for row in connection.execute(found)]


def find(connection: Connection, public_id: str) -> Kiosk | None:
    """The kiosk of this public id."""
    row = connection.execute(_KIOSK.where(kiosks.c.public_id == public_id)).one_or_none()
    return Kiosk(**row._mapping) if row else None


def opened(connection: Connection, secret: str) -> Kiosk | None:
    """The kiosk that an address opens; None for one that is unknown or off."""
    mine = kiosks.c.digest == _digest(secret), kiosks.c.active
    row = connection.execute(_KIOSK.where(*mine)).one_or_none()
    return Kiosk(**row._mapping) if row else None


def switch(connection: Connection, public_id: str, active: bool) -> None:
    """Switch a kiosk on or off."""
    connection.execute(kiosks.update().where(kiosks.c.public_id == public_id).values(active=active))


def renew(connection: Connection, public_id: str) -> str:
    """Give a kiosk another address, for one that somebody took along; the secret in it."""
    secret = secrets.token_urlsafe(24)
    changed = kiosks.update().where(kiosks.c.public_id == public_id)
    connection.execute(changed.values(digest=_digest(secret), active=True))
    return secret


def seen(connection: Connection, kiosk_id: int, now: dt.datetime) -> None:
    """Somebody answers on the kiosk."""
    connection.execute(kiosks.update().where(kiosks.c.id == kiosk_id).values(seen_at=now))


def _digest(secret: str) -> str:
    # 192 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()
