"""Where customers meet the business, and the departments that answer for it there."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import departments, touchpoints


class Department(msgspec.Struct, frozen=True):
    """A part of the business that answers for something; `names` by language."""

    code: str
    names: Mapping[str, str]
    active: bool = True


class Touchpoint(msgspec.Struct, frozen=True):
    """A place or way in which customers meet the business; `department` answers for it, empty: nobody.

    `at_branch`: it is worth asking at which branch.
    """

    code: str
    names: Mapping[str, str]
    department: str = ""
    at_branch: bool = False
    active: bool = True


def read_departments(connection: Connection) -> list[Department]:
    """Every department in its order, closed ones too."""
    found = sa.select(departments.c.code, departments.c.names, departments.c.active)
    return [Department(*row) for row in connection.execute(found.order_by(*_order(departments)))]


def read_touchpoints(connection: Connection) -> list[Touchpoint]:
    """Every touchpoint in its order, closed ones too."""
    found = sa.select(*(touchpoints.c[name] for name in Touchpoint.__struct_fields__))
    return [Touchpoint(*row) for row in connection.execute(found.order_by(*_order(touchpoints)))]


def save_department(connection: Connection, one: Department, position: int) -> None:
    """Keep a department at its place in the order, new or changed."""
    _save(connection, departments, {**msgspec.structs.asdict(one), "position": position})


def save_touchpoint(connection: Connection, one: Touchpoint, position: int) -> None:
    """Keep a touchpoint at its place in the order, new or changed."""
    _save(connection, touchpoints, {**msgspec.structs.asdict(one), "position": position})


def _save(connection: Connection, table: sa.Table, values: dict[str, object]) -> None:
    new = insert(table).values({**values, "names": dict(values["names"])})  # type: ignore[call-overload]
    changed = {name: new.excluded[name] for name in values if name != "code"}
    connection.execute(new.on_conflict_do_update(index_elements=["code"], set_=changed))


def _order(table: sa.Table) -> tuple[sa.ColumnElement[object], ...]:
    return table.c.position, table.c.id
