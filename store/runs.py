"""Running processes: one row each, so that the next one knows whether the last stopped cleanly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import runs

STALE = dt.timedelta(seconds=30)


def begin(
    connection: Connection, host: str, pid: int, roles: str, now: dt.datetime, alive: Callable[[int], bool]
) -> tuple[int, bool]:
    """Register this process: its run's id, and whether an earlier process died without saying goodbye.

    A process of this host is dead when `alive` says so (or its number is ours now), one of another host when it
    has not been seen for 30 seconds.
    """
    open_runs = connection.execute(
        sa.select(runs.c.id, runs.c.host, runs.c.pid, runs.c.seen_at).where(runs.c.ended_at.is_(None))
    ).all()
    dead = [
        run.id
        for run in open_runs
        if (run.host == host and (run.pid == pid or not alive(run.pid))) or now - run.seen_at > STALE
    ]
    if dead:
        connection.execute(sa.update(runs).where(runs.c.id.in_(dead)).values(ended_at=now, unclean=True))
    made = connection.execute(
        sa.insert(runs).values(host=host, pid=pid, roles=roles, started_at=now, seen_at=now).returning(runs.c.id)
    ).scalar_one()
    return made, bool(dead)


def seen(connection: Connection, run_id: int, now: dt.datetime) -> None:
    """This process is alive."""
    connection.execute(sa.update(runs).where(runs.c.id == run_id).values(seen_at=now))


def end(connection: Connection, run_id: int, now: dt.datetime) -> None:
    """This process stops cleanly."""
    connection.execute(sa.update(runs).where(runs.c.id == run_id).values(seen_at=now, ended_at=now))
