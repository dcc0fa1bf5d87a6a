"""The one gate to what staff may look at and change: a function a kind of object.

Each returns the object, or raises the same 404 for one that is not there and for one that this person may not see.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from console.staff.access import absent
from store import cases, claims, customer_pages, media, talks
from store import staff as accounts
from store.cases import Case
from store.claims import Claim
from store.customer_pages import Person
from store.staff import MANAGERS, Account, Role
from store.staff import SERVING as SERVICE
from store.staff_sessions import Staff
from store.talks import Talk
from surveys import library
from surveys.library import Kept

__all__ = [
    "LOOKERS",
    "MANAGERS",
    "MARKETERS",
    "SERVICE",
    "case",
    "claim",
    "colleague",
    "customer",
    "may_give",
    "picture",
    "survey",
    "talk",
]
MARKETERS: tuple[Role, ...] = (*MANAGERS, "marketer")  # who decide what customers are offered and asked
LOOKERS: tuple[Role, ...] = (*SERVICE, "marketer")  # at who the customers are


def may_give(staff: Staff) -> tuple[Role, ...]:
    """The roles that this person may give and take: an administrator those that manage nobody."""
    if staff.role == "owner":
        return accounts.ROLES
    return ("marketer", "support", "cashier", "viewer") if staff.role == "admin" else ()


def colleague(connection: Connection, staff: Staff, public_id: str) -> Account:
    """An account that this person may change; their own they change on their own page."""
    found = accounts.by_public_id(connection, public_id)
    if found is None or found.role not in may_give(staff) or found.id == staff.id:
        raise absent()
    return found


def talk(connection: Connection, staff: Staff, public_id: str) -> Talk:
    """A customer's conversation, whoever has it; one that the bot has is read, and taken before it is answered."""
    found = talks.find(connection, public_id) if staff.role in SERVICE else None
    if found is None:
        raise absent()
    return found


def customer(connection: Connection, staff: Staff, public_id: str, *, lock: bool = False) -> Person:
    """A customer, locked until the transaction ends if asked; those who were erased are not there."""
    found = customer_pages.find(connection, public_id, lock=lock) if staff.role in LOOKERS else None
    if found is None:
        raise absent()
    return found


def case(connection: Connection, staff: Staff, public_id: str) -> Case:
    """What a customer told the business."""
    found = cases.find(connection, public_id) if staff.role in SERVICE else None
    if found is None:
        raise absent()
    return found


def claim(connection: Connection, staff: Staff, public_id: str) -> Claim:
    """A claim of missing points."""
    found = claims.find(connection, public_id) if staff.role in SERVICE else None
    if found is None:
        raise absent()
    return found


def picture(connection: Connection, staff: Staff, public_id: str) -> tuple[str, bytes]:
    """Type and bytes of a customer's file or of the business's own."""
    kind = talks.shows(connection, public_id) if staff.role in SERVICE else None
    content = media.load(connection, public_id) if kind else None
    if kind is None or content is None:
        raise absent()
    return kind, content


def survey(connection: Connection, public_id: str) -> Kept:
    """A survey, put away or not; who may look at surveys may look at all of them."""
    found = library.find(connection, public_id)
    if found is None or found.public_id != public_id:
        raise absent()
    return found
