"""The list of what is sold. It belongs to the business: a product that is listed again takes what the list says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

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


class Products(Kind[Product]):
    """Products by their sku."""

    columns: ClassVar = (
        Column("sku", ("code", "product code", "item code", "product id"), required=True),
        Column("name", ("product", "product name", "name en", "title"), required=True),
        Column("price", ("unit price", "amount"), required=True),
        *(Column(f"name_{language}") for language in OTHERS),
        Column("category", ("group", "department")),
        Column("currency"),
    )

    def read(self, row: Row, line: int) -> Product | None:
        """A product. A sku given before with other details is refused."""
        sku = values.text(row["sku"], "sku", 64)
        name = values.text(row["name"], "name", 200)
        if not (sku and name):
            raise LineRefused(f"{'name' if sku else 'sku'} is empty")
        currency = values.currency(row["currency"]) if row.get("currency") else self.context.rules.currency
        product = Product(
            sku=sku,
            name=name,
            names={
                each: given for each in OTHERS if (given := values.text(row.get(f"name_{each}", ""), "name", 200))
            },
            category=values.text(row.get("category", ""), "category", 64),
            price=values.amount(row["price"], currency),
            currency=currency,
        )
        seen = self.tally.see(sku, line, repr(product))
        if not seen.same:
            raise LineRefused(f"sku {sku} was given with other details on line {seen.first_line}")
        return product if seen.times == 1 else None

    def addresses(self, given: Product) -> tuple[Address, ...]:
        """Products are nobody's."""
        return ()

    def preview(self, connection: Connection, read: Sequence[tuple[Record, Product]]) -> Outcome:
        """How many would be new, and how many changed."""
        return _compared(connection, read)[1]

    def keep(self, connection: Connection, read: Sequence[tuple[Record, Product]]) -> Outcome:
        """Add the new ones and change the known ones."""
        products, outcome = _compared(connection, read)
        catalog.save_products(connection, products)
        return outcome


def _compared(connection: Connection, read: Sequence[tuple[Record, Product]]) -> tuple[list[Product], Outcome]:
    before = catalog.find_products(connection, [product.sku for _, product in read])
    products = [_on_top(product, before.get(product.sku)) for _, product in read]
    differ = [product for product in products if product != before.get(product.sku)]
    added = sum(product.sku not in before for product in differ)
    counts = Counts(added=added, changed=len(differ) - added, known=len(read) - len(differ))
    return differ, Outcome(counts)


def _on_top(product: Product, before: Product | None) -> Product:
    """The product, with names and a category the list leaves out kept as they were."""
    if before is None:
        return product
    names = {**(before.names or {}), **(product.names or {})}
    return product._replace(names=names, category=product.category or before.category)
