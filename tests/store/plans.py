"""How SQLite goes about what a repository asks of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.engine import Connection


def plans_of(connection: Connection, work: Callable[[], object]) -> list[tuple[str, list[str]]]:
    """Every statement that `work` runs, its values filled in, and the steps of SQLite's plan for it.

    What triggers do is told as comments, and left out, as is what an index of words does within itself.
    """
    driver: Any = connection.connection.driver_connection
    ran: list[str] = []
    driver.set_trace_callback(ran.append)
    work()
    driver.set_trace_callback(None)
    return [
        (sql, [step for *_, step in driver.execute(f"EXPLAIN QUERY PLAN {sql}")]) for sql in ran if _asked_for(sql)
    ]


def _asked_for(sql: str) -> bool:
    return not sql.startswith("--") and "'main'.'fts_" not in sql
