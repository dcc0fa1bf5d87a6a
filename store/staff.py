"""Who works here: accounts, their roles, and the hash of each one's password.

An account is invited first and has no password until its owner chose one (`store.invitations`).
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, Literal, TypeAlias, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales import Language
from store.prepared import insert
from store.tables import branches, staff

Role: TypeAlias = Literal["owner", "admin", "marketer", "support", "cashier", "viewer"]
ROLES: tuple[Role, ...] = ("owner", "admin", "marketer", "support", "cashier", "viewer")
MANAGERS: tuple[Role, ...] = ("owner", "admin")  # who manage the accounts of others
SERVING: tuple[Role, ...] = ("owner", "admin", "support")  # who answer customers


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff.

    `password` is the argon2id hash, empty while nobody chose one; `totp_at` is since when they log in with a code,
    too; `oidc` is whom the company's login knows them as; `branch` is a name.
    """

    id: int
    public_id: str
    email: str
    name: str
    role: Role
    language: Language
    password: str
    branch_id: int | None
    active: bool
    created_at: dt.datetime
    totp_at: dt.datetime | None = None
    oidc: str | None = None
    branch: str = ""

    @property
    def shown(self) -> dict[str, Any]:
        """What the audit log may keep of it."""
        kept = ("email", "name", "role", "language", "branch", "active")
        return {field: getattr(self, field) for field in kept}


_ACCOUNT = sa.select(
    *(staff.c[field] for field in Account.__struct_fields__ if field != "branch"),
    sa.func.coalesce(branches.c.name, "").label("branch"),
).select_from(staff.outerjoin(branches, branches.c.id == staff.c.branch_id))


def plain_email(email: str) -> str:
    """An e-mail address as accounts are known by it."""
    return email.strip().lower()


def add(
    connection: Connection,
    email: str,
    name: str,
    role: Role,
    language: str,
    now: dt.datetime,
    branch_id: int | None = None,
) -> Account | None:
    """A new account without a password; None when the e-mail address has one already."""
    public_id = secrets.token_urlsafe(12)
    values = {
        "public_id": public_id,
        "email": plain_email(email),
        "name": name.strip(),
        "role": role,
        "language": language,
        "branch_id": branch_id,
        "created_at": now,
    }
    made = connection.execute(insert(staff).values(values).on_conflict_do_nothing(index_elements=["email"]))
    return by_public_id(connection, public_id) if made.rowcount else None


def by_public_id(connection: Connection, public_id: str) -> Account | None:
    """The account with this public id."""
    return _one(connection, staff.c.public_id == public_id)


def by_email(connection: Connection, email: str) -> Account | None:
    """The account with this e-mail address, however its letters are written."""
    return _one(connection, staff.c.email == plain_email(email))


def by_company(connection: Connection, who: str) -> Account | None:
    """The account of whom the company's login knows as `who`."""
    return _one(connection, staff.c.oidc == who)


def by_id(connection: Connection, staff_id: int) -> Account | None:
    """The account with this id."""
    return _one(connection, staff.c.id == staff_id)


def every(connection: Connection) -> list[Account]:
    """All accounts: those who may log in first, then by name."""
    rows = connection.execute(_ACCOUNT.order_by(staff.c.active.desc(), sa.func.lower(staff.c.name), staff.c.id))
    return [_account(row) for row in rows]


def any_there(connection: Connection) -> bool:
    """Whether anybody works here yet."""
    return bool(connection.scalar(sa.select(sa.exists().select_from(staff))))


def lock_owners(connection: Connection) -> list[int]:
    """The ids of the owners who can log in, locked until the transaction ends.

    Two owners who demote each other at the same moment must not leave the house without one.
    """
    comes_in = sa.or_(staff.c.password != "", staff.c.oidc.is_not(None))
    owners = sa.select(staff.c.id).where(staff.c.role == "owner", staff.c.active, comes_in)
    return list(connection.scalars(owners.order_by(staff.c.id).with_for_update()))


def change(connection: Connection, staff_id: int, **values: object) -> None:
    """Change columns of an account."""
    connection.execute(staff.update().where(staff.c.id == staff_id).values(values))


def all_branches(connection: Connection) -> list[tuple[int, str]]:
    """Id and name of each branch that is open."""
    rows = connection.execute(
        sa.select(branches.c.id, branches.c.name).where(branches.c.active).order_by(branches.c.name)
    )
    return [(row.id, row.name) for row in rows]


def names(connection: Connection, public_ids: set[str]) -> dict[str, str]:
    """The names of those with these public ids."""
    rows = connection.execute(sa.select(staff.c.public_id, staff.c.name).where(staff.c.public_id.in_(public_ids)))
    return {row.public_id: row.name for row in rows}


def _one(connection: Connection, which: sa.ColumnElement[bool]) -> Account | None:
    row = connection.execute(_ACCOUNT.where(which)).one_or_none()
    return _account(row) if row else None


def _account(row: sa.Row[*tuple[Any, ...]]) -> Account:
    return Account(**cast(dict[str, Any], row._mapping))
