"""What the house has set about its team's accounts."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Connection

from store import choices
from store.staff import MANAGERS
from store.staff_sessions import Staff

NAME = "staff"


class Team(msgspec.Struct, frozen=True, omit_defaults=True):
    """The rules of the team: whether whoever manages accounts must log in with a code from an app, too."""

    managers_need_second_step: bool = False


def read(connection: Connection) -> Team:
    """The rules as they hold now."""
    return msgspec.convert(choices.read(connection, NAME) or {}, Team)


def save(connection: Connection, team: Team, now: dt.datetime) -> None:
    """Set the rules; they hold from the next page on."""
    choices.save(connection, NAME, msgspec.to_builtins(team), now)


def owes_second_step(connection: Connection, staff: Staff) -> bool:
    """Whether this person must set a second step up before they go on."""
    if staff.role not in MANAGERS or staff.second_since is not None:
        return False
    return read(connection).managers_need_second_step
