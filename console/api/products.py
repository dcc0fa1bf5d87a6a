"""Products: what is sold, so that purchases can name it."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy.engine import Connection

from console.api.fields import (
    About,
    Amount,
    Asked,
    Currency,
    Days,
    Given,
    Name,
    Page,
    ShortName,
    Shown,
    Sku,
    Stock,
    example,
)
from console.api.frame import Caller, Change, needs
from console.api.gate import JsonRoute
from console.api.money import minor, written
from console.api.problems import invalid
from loyalty import programme
from store import catalog
from store.catalog import Product

router = APIRouter(tags=["products"], route_class=JsonRoute)
AT_ONCE = 200  # a transaction of these takes some milliseconds
KEPT = ("category", "about", "stock", "active", "repeatable", "refill_days", "address")  # when they are left out


class NamesGiven(Given):
    """A text in other languages than English."""

    ms: Name | None = None
    vi: Name | None = None
    ar: Name | None = None
    zh: Name | None = None


class AboutsGiven(Given):
    """A sentence about the product in other languages than English."""

    ms: About | None = None
    vi: About | None = None
    ar: About | None = None
    zh: About | None = None


class ProductGiven(Given):
    """A product by its sku. What is left out stays as it is."""

    sku: Sku
    name: Name = Field(description="In English, or in the language for all.", examples=["House blend 250 g"])
    names: NamesGiven | None = None
    category: ShortName | None = Field(None, examples=["coffee"])
    price: Amount
    currency: Currency | None = Field(None, description="The programme's own when left out.")
    about: About | None = Field(None, description="A sentence for customers.")
    abouts: AboutsGiven | None = None
    cost: Amount | None = Field(None, description="What it costs you: no offer goes below it.")
    stock: Stock | None = Field(None, description="What is left; null: as many as are wanted.")
    active: bool | None = Field(None, description="False: it is sold no more.")
    repeatable: bool | None = Field(None, description="False: who has one needs no other.")
    refill_days: Days | None = Field(None, description="How long one lasts.")
    address: Page | None = Field(None, description="Its page in your shop.")


class ProductsGiven(Given):
    """Products, each sku once."""

    model_config = example(
        {
            "products": [
                {"sku": "BEAN-250", "name": "House blend 250 g", "category": "coffee", "price": "32.95"},
            ]
        }
    )

    products: list[ProductGiven] = Field(min_length=1, max_length=AT_ONCE)


class ProductsKept(Shown):
    """What became of the products that were given."""

    added: int
    changed: int
    same: int


class ProductsAsked(Asked):
    """Which products."""

    after: Sku | None = Field(None, description="The `next` of the page before.")
    limit: int = Field(100, ge=1, le=200)


class ProductShown(Shown):
    """A product."""

    sku: str
    name: str
    names: dict[str, str]
    category: str
    price: str
    currency: str
    about: str
    abouts: dict[str, str]
    cost: str | None
    stock: int | None
    active: bool
    repeatable: bool
    refill_days: int | None
    address: str


class ProductList(Shown):
    """Some products, by sku."""

    products: list[ProductShown]
    next: str | None = Field(description="Give it as `after` for the next page; null: that was all.")


@router.post("/products", operation_id="giveProducts")
async def give(given: ProductsGiven, caller: Annotated[Caller, needs("products:write")]) -> ProductsKept:
    """Add products, or bring them up to date; at most 200 at once."""
    seen: set[str] = set()
    for place, each in enumerate(given.products):
        if each.sku in seen:
            raise invalid(f"body.products.{place}.sku", "is in the list twice")
        seen.add(each.sku)
    return await caller.change(partial(_give, given))


@router.get("/products", operation_id="listProducts")
async def listed(
    caller: Annotated[Caller, needs("products:read")], asked: Annotated[ProductsAsked, Query()]
) -> ProductList:
    """Products in pages, sorted by sku."""
    return await caller.read(partial(_page, asked.after or "", asked.limit))


def _give(given: ProductsGiven, change: Change) -> ProductsKept:
    own = programme.read(change.connection).currency
    before = catalog.find_products(change.connection, [each.sku for each in given.products])
    products = [_merged(place, each, own, before.get(each.sku)) for place, each in enumerate(given.products)]
    differ = [each for each in products if each != before.get(each.sku)]
    added = [each.sku for each in differ if each.sku not in before]
    catalog.save_products(change.connection, differ)
    if differ:
        change.note("products.changed", "products", {"skus": [each.sku for each in differ]})
    return ProductsKept(added=len(added), changed=len(differ) - len(added), same=len(products) - len(differ))


def _merged(place: int, given: ProductGiven, own_currency: str, before: Product | None) -> Product:
    at = f"body.products.{place}"
    currency = given.currency or own_currency
    price = minor(given.price, currency, f"{at}.price")
    known = before or Product(given.sku, given.name, {}, "", price, currency)
    told = {name: value for name in KEPT if (value := getattr(given, name)) is not None}
    if given.cost is not None:
        told["cost"] = minor(given.cost, currency, f"{at}.cost")
    names = given.names.model_dump(exclude_none=True) if given.names else {}
    abouts = given.abouts.model_dump(exclude_none=True) if given.abouts else {}
    return known._replace(
        name=given.name,
        names={**(known.names or {}), **names},
        price=price,
        currency=currency,
        abouts={**(known.abouts or {}), **abouts} or None,
        **told,
    )


def _page(after: str, limit: int, connection: Connection) -> ProductList:
    found = catalog.products_after(connection, after, limit + 1)
    listed = found[:limit]
    return ProductList(
        products=[_shown(each) for each in listed],
        next=listed[-1].sku if len(found) > limit else None,
    )


def _shown(product: Product) -> ProductShown:
    plain = product._asdict()
    return ProductShown(
        **{
            **plain,
            "names": dict(product.names or {}),
            "abouts": dict(product.abouts or {}),
            "price": written(product.price, product.currency),
            "cost": None if product.cost is None else written(product.cost, product.currency),
        }
    )
