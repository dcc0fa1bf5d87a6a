"""Effects of recommendations: what is shown to a customer, and what they say to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import msgspec

from insights.recommend import Place, Recommended, recommend
from loyalty import offers
from loyalty.programme import named
from store import offers as kept_offers
from store import shown_products, tastes
from talk.engine import Act

SIZE = 3  # cards a page: more of them bury the first
GOING_ON = ("bought", "alike", "offer")  # reasons that have to do with what was bought just now


class Card(msgspec.Struct, frozen=True):
    """A product as it is shown; `shown` names this showing in buttons and in the link `url`, which may be empty.

    Money is in minor units of `currency`. `until` is the last day of an offer, None where `price` is the usual one.
    `because` is the product that explains `why`.
    """

    shown: str
    product_id: int
    name: str
    about: str
    picture: str
    price: int
    usual: int
    currency: str
    until: dt.date | None
    why: str
    because: str
    url: str


def cards(act: Act, about: str, seen: tuple[int, ...]) -> tuple[Card, ...]:
    """The next products for the customer, without those `seen`; more like what was shown under `about`, if any."""
    like = shown_products.find(act.connection, about) if about else None
    place: Place = "asked" if like is None else "alike"
    most = SIZE + len(seen)
    product_id = like.product_id if like else None
    found = recommend(act.connection, act.contact_id, size=most, now=act.now, place=place, like=product_id)
    return _shown(act, [each for each in found if each.item.id not in seen][:SIZE], place)


def after_purchase(act: Act, product_id: int) -> tuple[Card, ...]:
    """What goes with a product that the customer has bought; something better instead for the tiers that get it."""
    who = tastes.shopper(act.connection, act.contact_id)
    if who is None or not who.personalised:
        return ()
    better = bool(who.tier) and who.tier in offers.read(act.connection).upsell
    place: Place = "upsell" if better else "cross_sell"
    found = recommend(act.connection, act.contact_id, size=1, now=act.now, place=place, like=product_id)
    return _shown(act, [each for each in found if better or each.why in GOING_ON], place)


def on_offer(act: Act, public_id: str) -> tuple[Card, ...]:
    """The product of an offer that the customer waits for; none when it is over, or not theirs any more."""
    offer, who = kept_offers.find(act.connection, public_id), tastes.shopper(act.connection, act.contact_id)
    if offer is None or who is None:
        return ()
    margin = offers.read(act.connection).least_margin
    running = tastes.offered(act.connection, who.tier, act.now, margin).get(offer.product_id)
    item = tastes.items(act.connection, [offer.product_id]).get(offer.product_id)
    if item is None or not item.product.active or running is None or running.id != offer.id:
        return ()
    told = Recommended(item=item._replace(offer=running), why="offer", because=None, relevance=1.0)
    return _shown(act, [told], "offer")


def not_interested(act: Act, about: str) -> str:
    """Show the customer this product no more; its name, empty when there is none."""
    return _of_product(act, about, lambda it: shown_products.refuse(act.connection, act.contact_id, it, act.now))


def interested(act: Act, about: str) -> str:
    """Take back that the customer does not want to see this product; its name, empty when there is none."""
    return _of_product(act, about, lambda it: shown_products.take_back(act.connection, act.contact_id, it))


def watch(act: Act, about: str) -> str:
    """Tell the customer when this product is on offer; its name, empty when there is none."""
    return _of_product(act, about, lambda it: kept_offers.watch(act.connection, act.contact_id, it, act.now))


def unwatch(act: Act, about: str) -> str:
    """Tell the customer nothing of offers of this product; its name, empty when there is none."""
    return _of_product(act, about, lambda it: kept_offers.unwatch(act.connection, act.contact_id, it))


def _of_product(act: Act, about: str, do: Callable[[int], object]) -> str:
    """Do something about the product that was shown to this customer under a public id."""
    shown = shown_products.find(act.connection, about)
    if shown is None or shown.contact_id != act.contact_id:
        return ""
    do(shown.product_id)
    product = tastes.items(act.connection, [shown.product_id])[shown.product_id].product
    return named(product.name, product.names, act.language)


def _shown(act: Act, found: Sequence[Recommended], place: Place) -> tuple[Card, ...]:
    rows = [(each.item.id, each.item.offer.id if each.item.offer else None, each.why) for each in found]
    kept = shown_products.keep(act.connection, act.contact_id, rows, key=act.key, place=place, at=act.now)
    return tuple(_card(act, each, public_id) for each, public_id in zip(found, kept, strict=True))


def _card(act: Act, found: Recommended, public_id: str) -> Card:
    item, because = found.item, found.because
    product, offer = item.product, item.offer
    return Card(
        shown=public_id,
        product_id=item.id,
        name=named(product.name, product.names, act.language),
        about=named(product.about, product.abouts, act.language),
        picture=item.picture or "",
        price=item.price,
        usual=product.price,
        currency=product.currency,
        until=(offer.ends_at - dt.timedelta(seconds=1)).astimezone(act.now.tzinfo).date() if offer else None,
        why=found.why,
        because=named(because.name, because.names, act.language) if because else "",
        url=shown_products.link(act.secret, act.address, public_id) if product.address else "",
    )
