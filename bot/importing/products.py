"""The list of what is sold. It belongs to the business: a product that is listed again takes what the list says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from sqlalchemy.engine import Connection

from bot.importing import values
from bot.importing.columns import Column, Row
from bot.importing.kind import Kind, Outcome
from bot.importing.source import LineRefused, Record
from locales import LANGUAGES
from store import catalog
from store.catalog import Product
from store.imports import Counts
from store.suppressions import Address

OTHERS = tuple(language for language in LANGUAGES if language != "en")


class Listed(NamedTuple):
    """A product of a list; whether it is bought again, if the list says."""

    product: Product
    repeatable: bool | None


class Products(Kind[Listed]):
    """Products by their sku."""

    columns: ClassVar = (
        Column("sku", ("code", "product code", "item code", "product id"), required=True),
        Column("name", ("product", "product name", "name en", "title"), required=True),
        Column("price", ("unit price", "amount"), required=True),
        *(Column(f"name_{language}") for language in OTHERS),
        Column("category", ("group", "department")),
        Column("currency"),
        Column("about", ("description",)),
        *(Column(f"about_{language}") for language in OTHERS),
        Column("cost", ("unit cost", "cost price")),
        Column("stock", ("in stock", "on hand")),
        Column("repeatable", ("bought again",)),
        Column("refill_days", ("refill days", "lasts days")),
        Column("address", ("url", "link", "page")),
    )

    def read(self, row: Row, line: int) -> Listed | None:
        """A product. A sku given before with other details is refused."""
        sku = values.text(row["sku"], "sku", 64)
        name = values.text(row["name"], "name", 200)
        if not (sku and name):
            raise LineRefused(f"{'name' if sku else 'sku'} is empty")
        currency = values.currency(row["currency"]) if row.get("currency") else self.context.rules.currency
        product = Product(
            sku=sku,
            name=name,
            names=_in_others(row, "name", 200),
            category=values.text(row.get("category", ""), "category", 64),
            price=values.amount(row["price"], currency),
            currency=currency,
            about=values.text(row.get("about", ""), "about", 300),
            abouts=_in_others(row, "about", 300) or None,
            cost=values.amount(row["cost"], currency) if row.get("cost") else None,
            stock=_number(row, "stock", 0, 10**9),
            refill_days=_number(row, "refill_days", 1, 3650),
            address=_address(row.get("address", "")),
        )
        again = row.get("repeatable", "")
        listed = Listed(product, values.yes_no(again, "repeatable") if again else None)
        seen = self.tally.see(sku, line, repr(listed))
        if not seen.same:
            raise LineRefused(f"sku {sku} was given with other details on line {seen.first_line}")
        return listed if seen.times == 1 else None

    def addresses(self, given: Listed) -> tuple[Address, ...]:
        """Products are nobody's."""
        return ()

    def preview(self, connection: Connection, read: Sequence[tuple[Record, Listed]]) -> Outcome:
        """How many would be new, and how many changed."""
        return _compared(connection, read)[1]

    def keep(self, connection: Connection, read: Sequence[tuple[Record, Listed]]) -> Outcome:
        """Add the new ones and change the known ones."""
        products, outcome = _compared(connection, read)
        catalog.save_products(connection, products)
        return outcome


def _compared(connection: Connection, read: Sequence[tuple[Record, Listed]]) -> tuple[list[Product], Outcome]:
    before = catalog.find_products(connection, [listed.product.sku for _, listed in read])
    products = [_on_top(listed, before.get(listed.product.sku)) for _, listed in read]
    differ = [product for product in products if product != before.get(product.sku)]
    added = sum(product.sku not in before for product in differ)
    counts = Counts(added=added, changed=len(differ) - added, known=len(read) - len(differ))
    return differ, Outcome(counts)


def _in_others(row: Row, column: str, limit: int) -> dict[str, str]:
    """A column's texts in other languages than English, where the list has them."""
    read = {each: values.text(row.get(f"{column}_{each}", ""), column, limit) for each in OTHERS}
    return {each: given for each, given in read.items() if given}


def _number(row: Row, name: str, low: int, high: int) -> int | None:
    given = row.get(name, "")
    return values.whole(given, name, low, high) if given else None


def _address(given: str) -> str:
    if given and not given.startswith(("https://", "http://")):
        raise LineRefused(f"address {given[:40]!r} does not begin with https://")
    return values.text(given, "address", 500)


def _on_top(listed: Listed, before: Product | None) -> Product:
    """The product, with what the list leaves out kept as it was."""
    product = listed.product
    if before is None:
        return product._replace(repeatable=listed.repeatable is not False)
    return product._replace(
        names={**(before.names or {}), **(product.names or {})},
        category=product.category or before.category,
        about=product.about or before.about,
        abouts={**(before.abouts or {}), **(product.abouts or {})} or None,
        cost=before.cost if product.cost is None else product.cost,
        stock=before.stock if product.stock is None else product.stock,
        active=before.active,
        repeatable=before.repeatable if listed.repeatable is None else listed.repeatable,
        refill_days=product.refill_days or before.refill_days,
        address=product.address or before.address,
    )
