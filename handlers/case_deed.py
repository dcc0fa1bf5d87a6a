"""What the things that members of staff do to a case have in common."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.engine import Connection

from handlers.scene import Scene
from store import audit, cases, customers
from store.cases import Case
from store.customers import Customer
from store.staff_sessions import Staff


class NoSuchCase(msgspec.Struct, frozen=True, tag=True):
    """This customer has no such case."""


class CaseStands(msgspec.Struct, frozen=True, tag=True):
    """Nothing changed: the case stood so already, or as `state` says."""

    state: str


@dataclass(frozen=True, slots=True)
class Chatless:
    """What a scene is to a deed on the case of a customer whom no chat reaches; the customer is locked."""

    connection: Connection
    contact: Customer
    now: dt.datetime
    zone: ZoneInfo


At: TypeAlias = Scene | Chatless


def chatless(connection: Connection, contact: str, now: dt.datetime, zone: ZoneInfo) -> Chatless | None:
    """The place for a deed where `Turn.act` finds no chat of this contact (its public id), which it locks."""
    found = next(iter(customers.find(connection, "public_id", contact)), None)
    locked = customers.lock(connection, found.id) if found is not None else None
    return Chatless(connection, locked, now, zone) if locked is not None else None


def case_of(scene: At, public_id: str) -> Case | None:
    """The customer's case with this public id, locked."""
    found = cases.find(scene.connection, public_id, lock=True)
    return found if found is not None and found.contact_id == scene.contact.id else None


def clock(scene: At) -> dt.datetime:
    """The moment on the business's clock, by which answers are promised."""
    return scene.now.astimezone(scene.zone if isinstance(scene, Chatless) else scene.house.zone)


def noted(scene: At, staff: Staff, action: str, case: Case, before: Any, after: Any, address: str) -> None:
    """Note the deed in the audit log, in its transaction; never what was written."""
    about, number = f"contact:{scene.contact.public_id}", {"case": case.number}
    was = {**number, **before} if before is not None else None
    audit.note(scene.connection, staff.actor, f"case.{action}", about, was, number | after, address, scene.now)
