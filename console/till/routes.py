"""The till's addresses: its page, and what the page asks and does, in JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Annotated, TypeVar

import msgspec
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console import refusals
from console import texts as chat_texts
from console.refusals import Refusal
from console.staff import amounts
from console.staff.access import Staff, address, page, posted
from console.staff.office import Office, office_of
from console.staff.rendering import NO_STORE, StaffRoute, render_page
from console.till import texts
from console.till.answers import Speaker, code_to_scan
from locales.formats import Money
from loyalty import programme
from loyalty.programme import named
from loyalty.till import earning, members, redeeming, undoing
from loyalty.till.earning import Bought, Line
from loyalty.till.members import Member, Newcomer
from loyalty.till.presses import Done, Press
from store import links, till
from store.staff import Role
from store.till import Branch

T = TypeVar("T")
ROLES: frozenset[Role] = frozenset({"owner", "admin", "support", "cashier"})
LINK_LIFETIME = dt.timedelta(days=7)
CAMERA = "camera=(self), microphone=(), geolocation=()"


Short = Annotated[str, msgspec.Meta(max_length=100)]
Key = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9-]{8,36}$")]


class Sought(msgspec.Struct, frozen=True):
    """The body of `POST /till/find`: what was scanned or typed."""

    typed: Short


class Entered(msgspec.Struct, frozen=True):
    """A purchase as it was entered: the amount as it was typed, the products with what they cost together."""

    member: Short
    amount: Short
    receipt: Short = ""
    lines: Annotated[tuple[Line, ...], msgspec.Meta(max_length=20)] = ()
    branch: Short = ""


class Earned(Entered, frozen=True, kw_only=True):
    """The body of `POST /till/earn`."""

    key: Key


class Coded(msgspec.Struct, frozen=True):
    """The body of `POST /till/voucher`: a voucher's code."""

    code: Short
    branch: Short = ""


class Redeemed(Coded, frozen=True, kw_only=True):
    """The body of `POST /till/redeem`."""

    key: Key


class Joined(Newcomer, frozen=True, kw_only=True):
    """The body of `POST /till/join`."""

    key: Key
    branch: Short = ""


class Linked(msgspec.Struct, frozen=True):
    """The body of `POST /till/link`: a member, and the digits that the customer's chat shows."""

    key: Key
    member: Short
    code: Short
    branch: Short = ""


class Reversed(msgspec.Struct, frozen=True):
    """The body of `POST /till/undo`."""

    action: Short


async def show(request: Request, staff: Staff) -> Response:
    """`GET /till`: the page."""
    office = office_of(request)
    settings = await office.database.read(partial(_settings, office, staff))
    currency = (await office.database.read(programme.read)).currency
    response = render_page(
        request, staff, "till/till.html", texts.PAGE, settings=settings, currency=currency, names=chat_texts.NAMES
    )
    response.headers["Permissions-Policy"] = CAMERA
    return response


async def find(request: Request, staff: Staff) -> Response:
    """`POST /till/find`: the members who are meant."""
    sought, office = await _body(request, Sought), office_of(request)
    work = partial(
        members.find, typed=sought.typed, region=office.region, now=_now(office), language=staff.language
    )
    found = await office.database.read(work)
    speaker = _speaker(request, staff)
    if not found:
        return speaker.refuse(texts.NO_MEMBER, 404)
    return JSONResponse({"members": [speaker.member(member) for member in found]}, headers=NO_STORE)


async def member(request: Request, staff: Staff) -> Response:
    """`GET /till/members/{member}`: a member as they are now."""
    office = office_of(request)
    wanted = request.path_params["member"]
    work = partial(members.member_of, public_id=wanted, now=_now(office), language=staff.language)
    found = await office.database.read(work)
    speaker = _speaker(request, staff)
    if not isinstance(found, Member):
        return speaker.answer(found)
    return JSONResponse({"members": [speaker.member(found)]}, headers=NO_STORE)


async def quote(request: Request, staff: Staff) -> Response:
    """`POST /till/quote`: what a purchase would bring."""
    entered, office = await _body(request, Entered), office_of(request)
    bought = await _bought(request, entered)
    if isinstance(bought, Money):
        return _speaker(request, staff).refuse(texts.BAD_AMOUNT, example=bought)

    def work(connection: Connection) -> tuple[object, str]:
        branch = _branch(connection, entered.branch)
        found = earning.quote(connection, branch, bought, _now(office))
        return found, programme.read(connection).currency

    result, currency = await office.database.read(work)
    return _speaker(request, staff).answer(result, amount=Money(bought.amount, currency))


async def earn(request: Request, staff: Staff) -> Response:
    """`POST /till/earn`: give the points of a purchase."""
    entered = await _body(request, Earned)
    bought = await _bought(request, entered)
    if isinstance(bought, Money):
        return _speaker(request, staff).refuse(texts.BAD_AMOUNT, example=bought)
    return await _pressed(request, staff, entered.key, entered.branch, partial(earning.earn, bought=bought))


async def voucher(request: Request, staff: Staff) -> Response:
    """`POST /till/voucher`: what a voucher is good for."""
    coded = await _body(request, Coded)
    return await _pressed(request, staff, "", coded.branch, partial(redeeming.check, code=coded.code))


async def redeem(request: Request, staff: Staff) -> Response:
    """`POST /till/redeem`: use a voucher."""
    coded = await _body(request, Redeemed)
    return await _pressed(request, staff, coded.key, coded.branch, partial(redeeming.redeem, code=coded.code))


async def join(request: Request, staff: Staff) -> Response:
    """`POST /till/join`: make a member; the answer has a code that opens the chat as them, once."""
    joined, office = await _body(request, Joined), office_of(request)
    newcomer = Newcomer(joined.name.strip(), joined.phone, joined.language, joined.anyway)
    if not newcomer.name:
        return _speaker(request, staff).refuse(texts.NO_NAME)
    work = partial(members.join, newcomer=newcomer, region=office.region)
    result = await _do(request, staff, joined.key, joined.branch, work)
    if not isinstance(result, Done):
        return _speaker(request, staff).answer(result)
    token = links.sign(office.secret.decode(), result.member, office.now() + LINK_LIFETIME)
    return _speaker(request, staff).answer(result, scan=code_to_scan(f"{office.address}/chat?as={token}"))


async def link(request: Request, staff: Staff) -> Response:
    """`POST /till/link`: give a card to the chat that shows a code."""
    linked = await _body(request, Linked)
    work = partial(members.link, member=linked.member, code=linked.code)
    return await _pressed(request, staff, linked.key, linked.branch, work)


async def undo(request: Request, staff: Staff) -> Response:
    """`POST /till/undo`: take an action back."""
    wanted = await _body(request, Reversed)
    return await _pressed(request, staff, "", "", partial(undoing.undo, action=wanted.action))


async def recent(request: Request, staff: Staff) -> Response:
    """`GET /till/actions`: what was done lately, and how long it can be undone by the server's clock."""
    office = office_of(request)
    found = await office.database.read(partial(undoing.recent, staff=staff, now=office.now()))
    speaker = _speaker(request, staff)
    listed = [speaker.recent(action) for action in found]
    return JSONResponse({"now": office.now().timestamp(), "actions": listed}, headers=NO_STORE)


ROUTES: tuple[StaffRoute, ...] = (
    page("/till", show, roles=ROLES, label=texts.PAGE["till"], icon="till"),
    page("/till/find", find, roles=ROLES, methods=["POST"]),
    page("/till/members/{member}", member, roles=ROLES),
    page("/till/quote", quote, roles=ROLES, methods=["POST"]),
    page("/till/earn", earn, roles=ROLES, methods=["POST"]),
    page("/till/voucher", voucher, roles=ROLES, methods=["POST"]),
    page("/till/redeem", redeem, roles=ROLES, methods=["POST"]),
    page("/till/join", join, roles=ROLES, methods=["POST"]),
    page("/till/link", link, roles=ROLES, methods=["POST"]),
    page("/till/undo", undo, roles=ROLES, methods=["POST"]),
    page("/till/actions", recent, roles=ROLES),
)


async def _body(request: Request, shape: type[T]) -> T:
    """The posted JSON. Raises Refusal 422 for another shape."""
    content = await posted(request)
    try:
        # PostgreSQL keeps no NUL; a space in its place cannot let what stands around it become another.
        return msgspec.json.decode(content.replace(b"\\u0000", b" "), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(422, refusals.UNREADABLE) from error


async def _pressed(
    request: Request, staff: Staff, key: str, branch: str, work: Callable[[Connection, Press], object]
) -> Response:
    return _speaker(request, staff).answer(await _do(request, staff, key, branch, work))


async def _do(request: Request, staff: Staff, key: str, branch: str, work: Callable[[Connection, Press], T]) -> T:
    """Do a press's work in one transaction."""
    office = office_of(request)

    def transaction(connection: Connection) -> T:
        place = _branch(connection, branch)
        return work(connection, Press(key, staff, place, office.secret, address(request), _now(office)))

    return await office.database.transact(transaction)


async def _bought(request: Request, entered: Entered) -> Bought | Money:
    """The purchase that was entered; when its amount is none, an example of one."""
    currency = (await office_of(request).database.read(programme.read)).currency
    amount = amounts.typed(entered.amount, currency)
    if amount is None:
        return amounts.example(currency)
    return Bought(entered.member, amount, entered.receipt, entered.lines)


def _branch(connection: Connection, code: str) -> Branch | None:
    return next((branch for branch in till.open_branches(connection) if branch.code == code), None)


def _speaker(request: Request, staff: Staff) -> Speaker:
    return Speaker(staff.language, office_of(request).zone)


def _now(office: Office) -> dt.datetime:
    return office.now().astimezone(office.zone)


def _settings(office: Office, staff: Staff, connection: Connection) -> dict[str, object]:
    """What the page needs to know before anything is asked."""
    rules = programme.read(connection)
    branches = till.open_branches(connection)
    speaker = Speaker(staff.language, office.zone)
    return {
        "staff": staff.public_id,
        "language": staff.language,
        "branch": next((branch.code for branch in branches if branch.id == staff.branch_id), ""),
        "branches": [{"code": branch.code, "name": branch.name} for branch in branches],
        "decimals": programme.decimals(rules.currency),
        "products": [
            {
                "sku": product.sku,
                "name": named(product.name, product.names, staff.language),
                "category": product.category,
                "price": product.price if product.currency == rules.currency else 0,
            }
            for product in earning.offered(connection)
        ],
        "left": speaker.say(texts.LEFT, time="{time}"),
        "texts": {name: speaker.say(texts.PAGE[name]) for name in texts.SCRIPT},
    }
