"""Effects of what customers tell: what they may choose from, whom they name, and keeping it."""

from __future__ import annotations

import datetime as dt

import msgspec

from service import cases, colleagues, touchpoints, urgent
from service.cases import NewCase
from service.urgent import Raised, Urgent
from store import contacts, media, product_names, staff
from store.cases import Kind
from talk.engine import Act, lookup

BOUGHT = 5  # products that are offered
ALIKE = 5
MOST_BRANCHES = 40  # more would be no choice


class Place(msgspec.Struct, frozen=True):
    """Where customers meet the business, in their language; `at_branch`: it is worth asking at which."""

    code: str
    name: str
    at_branch: bool


class Thing(msgspec.Struct, frozen=True):
    """A branch or a product: its id and its name."""

    id: int
    name: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer told; `photos` are the platform's names for them."""

    kind: Kind
    text: str = ""
    photos: tuple[str, ...] = ()
    touchpoint: str = ""
    branch_id: int | None = None
    product_id: int | None = None
    stars: int | None = None
    order_number: str = ""
    happened_on: dt.date | None = None
    praised: str = ""


class Kept(msgspec.Struct, frozen=True, tag=True):
    """It is kept under this number; `promised_at` by when the customer hears, on their clock, if an answer is due.

    `colleague` is whose praise it is, where that is known.
    """

    number: str
    promised_at: dt.datetime | None
    colleague: str = ""


@lookup
def places(act: Act) -> tuple[Place, ...]:
    """Where customers meet the business."""
    return tuple(
        Place(each.code, touchpoints.name_of(each.names, act.language), each.at_branch)
        for each in touchpoints.every(act.connection)
    )


@lookup
def branches(act: Act) -> tuple[Thing, ...]:
    """The branches that are open; none where there are too many to choose from."""
    found = staff.all_branches(act.connection)
    return tuple(Thing(*each) for each in found) if len(found) <= MOST_BRANCHES else ()


@lookup
def bought(act: Act) -> tuple[Thing, ...]:
    """What the customer bought last."""
    found = product_names.bought_lately(act.connection, act.contact_id, act.language, BOUGHT)
    return tuple(Thing(*each) for each in found)


@lookup
def called(act: Act, typed: str) -> tuple[Thing, ...]:
    """The products that are called something like this."""
    return tuple(Thing(*each) for each in product_names.alike(act.connection, typed, act.language, ALIKE))


def tell(act: Act, told: Told) -> Kept:
    """Keep what was told, and let the team hear of what needs an answer, and of praise."""
    colleague = colleagues.named(act.connection, told.praised) if told.praised else None
    new = NewCase(
        language=act.language,
        photos=files(act, told.photos),
        praised_id=colleague.id if colleague else None,
        **{name: getattr(told, name) for name in Told.__struct_fields__ if name != "photos"},
    )
    opened = cases.open_new(act.connection, act.contact_id, new, key=f"chat:{act.key}", now=act.now)
    if told.kind == "praise":
        act.tell("praise", {"for": colleague.name if colleague else told.praised or "–"})
    elif opened.promised_at is not None:
        act.tell("case_opened", {"kind": told.kind})
    return Kept(opened.number, opened.promised_at, colleague.name if colleague else "")


def alarm(act: Act, kind: Urgent, text: str) -> Raised:
    """Open an urgent case with what was said, and let the team hear of it at once."""
    act.tell("urgent", {"kind": kind})
    key, now = f"chat:{act.key}", act.now
    return urgent.raise_alarm(act.connection, act.contact_id, kind, text, key=key, language=act.language, now=now)


def files(act: Act, refs: tuple[str, ...]) -> tuple[str, ...]:
    """Our names for photos, by the platform's; one that could not be noted is left out."""
    if not refs:
        return ()
    channel, account, _sender = contacts.address(act.connection, act.identity_id)
    known = (media.public_id_of(act.connection, channel, account, ref, act.contact_id) for ref in refs)
    return tuple(public_id for public_id in known if public_id is not None)
