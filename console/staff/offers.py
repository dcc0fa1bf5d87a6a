"""Recommendations and offers: what came of them, the offers that run, and their rules."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import access, amounts, offer_texts
from console.staff.access import Form, Staff
from console.staff.login import note
from console.staff.office import Office, office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Text, render
from locales.formats import Money
from loyalty import offers, programme
from loyalty.offers import BelowMargin, CostUnknown, NoTime, NotLess, Refusal, Rules, Taken
from loyalty.programme import named
from store import catalog, recommenders, shown_products
from store import offers as kept_offers
from store.catalog import Product
from store.offers import Listed, Offer

PAGE = "/staff/offers"
LABEL = offer_texts.LABEL
MONTH, DAY = dt.timedelta(days=30), dt.timedelta(days=1)
MOST_PRODUCTS = 1_000  # that the form lists


class Wrong(Exception):
    """The form cannot be taken: why, in words for its reader."""

    def __init__(self, text: Text, **values: object) -> None:
        super().__init__(text.one)
        self.text = text
        self.values = values


class Asked(NamedTuple):
    """An offer as it was asked for."""

    product: Product
    product_id: int
    price: int
    segment: str
    starts_at: dt.datetime
    ends_at: dt.datetime


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/offers`."""
    return await _show(request, staff)


async def make(request: Request, staff: Staff) -> Response:
    """`POST /staff/offers`: a new offer."""
    office, form = office_of(request), await access.form(request)
    try:
        await office.database.transact(partial(_make, request=request, staff=staff, form=form, office=office))
    except Wrong as wrong:
        return await _show(request, staff, wrong=wrong, form=form)
    return RedirectResponse(f"{PAGE}?said=made", 303, NO_STORE)


async def withdraw(request: Request, staff: Staff) -> Response:
    """`POST /staff/offers/{public_id}`: withdraw an offer, or bring it back."""
    office, form = office_of(request), await access.form(request)
    public_id, back = request.path_params["public_id"], "back" in form

    def work(connection: Connection) -> None:
        if not kept_offers.withdraw(connection, public_id, None if back else office.now()):
            raise access.absent()
        note(connection, request, staff.actor, "offer.withdrawn", f"offer:{public_id}", None, {"active": back})

    await office.database.transact(work)
    return RedirectResponse(f"{PAGE}?said={'back' if back else 'withdrawn'}", 303, NO_STORE)


async def rule(request: Request, staff: Staff) -> Response:
    """`POST /staff/offers/rules`."""
    office, form = office_of(request), await access.form(request)
    margin, hours = whole_number(form.get("least_margin", "")), whole_number(form.get("after_hours", ""))
    if margin is None or margin > 95 or hours is None or not 1 <= hours <= 240:
        return await _show(request, staff, wrong=Wrong(offer_texts.NO_NUMBERS), form=form)

    def save(connection: Connection) -> None:
        before = offers.read(connection)
        tiers = [each.code for each in programme.read(connection).tiers.levels]
        upsell = tuple(code for code in tiers if f"upsell-{code}" in form)
        after = Rules(least_margin=margin, cross_sell="cross_sell" in form, after_hours=hours, upsell=upsell)
        if after != before:
            offers.save(connection, after, office.now())
            was, becomes = msgspec.structs.asdict(before), msgspec.structs.asdict(after)
            note(connection, request, staff.actor, "offers.changed", "offers:rules", was, becomes)

    await office.database.transact(save)
    return RedirectResponse(f"{PAGE}?said=saved", 303, NO_STORE)


def _make(connection: Connection, request: Request, staff: Staff, form: Form, office: Office) -> None:
    asked = _asked(connection, form, office)
    made = offers.make(
        connection,
        asked.product_id,
        asked.product,
        price=asked.price,
        segment=asked.segment,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        by=staff.actor,
        now=office.now(),
    )
    if not isinstance(made, Offer):
        raise _wrong(made, asked.product)
    told = {"sku": asked.product.sku, "price": asked.price, "tier": asked.segment}
    days = {"from": asked.starts_at.isoformat(), "until": asked.ends_at.isoformat()}
    note(connection, request, staff.actor, "offer.made", f"offer:{made.public_id}", None, {**told, **days})


def _asked(connection: Connection, form: Form, office: Office) -> Asked:
    sku = form.get("sku", "").strip()
    product = catalog.find_products(connection, [sku]).get(sku)
    if product is None:
        raise Wrong(offer_texts.NO_PRODUCT)
    price = amounts.typed(form.get("price", ""), product.currency)
    if price is None:
        raise Wrong(offer_texts.NO_PRICE, example=amounts.example(product.currency))
    try:
        first, last = (dt.date.fromisoformat(form.get(name, "")) for name in ("from", "until"))
    except ValueError:
        raise Wrong(offer_texts.NO_DAYS) from None
    starts, ends = (dt.datetime.combine(day, dt.time(0), office.zone) for day in (first, last + DAY))
    tiers = {each.code for each in programme.read(connection).tiers.levels}
    segment = form.get("tier", "")
    product_id = catalog.product_ids(connection)[sku]
    return Asked(product, product_id, price, segment if segment in tiers else "", starts, ends)


def _wrong(refusal: Refusal, product: Product) -> Wrong:
    match refusal:
        case NoTime():
            return Wrong(offer_texts.NO_DAYS)
        case NotLess():
            return Wrong(offer_texts.NOT_LESS, usual=Money(product.price, product.currency))
        case CostUnknown():
            return Wrong(offer_texts.COST_UNKNOWN)
        case BelowMargin(least=least):
            return Wrong(offer_texts.BELOW_MARGIN, price=Money(least, product.currency))
        case Taken():
            return Wrong(offer_texts.TAKEN)


async def _show(
    request: Request, staff: Staff, *, wrong: Wrong | None = None, form: Form | None = None
) -> Response:
    office = office_of(request)
    values = await office.database.read(partial(_read, now=office.now()))
    rules: Rules = values["rules"]
    problem = render(wrong.text, staff.language, wrong.values) if wrong else ""
    return render_page(
        request,
        staff,
        "staff/offers.html",
        offer_texts.WORDS,
        status=422 if wrong else 200,
        problem=Markup(problem),  # noqa: S704 - render escapes what it inserts
        state=partial(_state, rules=rules, now=office.now()),
        named=partial(named, language=staff.language),
        second=dt.timedelta(seconds=1),
        today=office.now().astimezone(office.zone).date().isoformat(),
        form=form or {},
        **values,
    )


def _read(connection: Connection, now: dt.datetime) -> dict[str, Any]:
    goods = [each for each in catalog.products_after(connection, "", MOST_PRODUCTS) if each.active]
    ready = [each for each in recommenders.statuses(connection, 10) if each.ready_at is not None and each.products]
    return {
        "rules": offers.read(connection),
        "listed": kept_offers.listed(connection, now),
        "tallies": shown_products.tallies(connection, now - MONTH),
        "products": goods,
        "no_cost": sum(each.cost is None for each in goods),
        "tiers": programme.read(connection).tiers.levels,
        "model": ready[0] if ready else None,
    }


def _state(listed: Listed, rules: Rules, now: dt.datetime) -> str:
    offer = listed.offer
    if offer.withdrawn_at is not None:
        return "withdrawn"
    if offer.ends_at <= now:
        return "over"
    if listed.cost is None or offer.price < offers.least_price(listed.cost, rules.least_margin):
        return "below"
    return "is_running" if offer.starts_at <= now else "to_come"
