"""While something is kept of a customer they are nobody else's: no withdrawal or erasure comes in between."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from store import consents, orders
from store.database import Database
from store.tables import contacts
from tests.console.api.shop import Shop


@pytest.mark.parametrize(
    ("path", "asked", "name", "given"),
    [
        ("/events", consents, "granted", {"key": "e-1", "name": "product.viewed"}),
        ("/purchases", orders, "lines", {"order": "2", "lines": [{"amount": "1"}]}),
        ("/refunds", orders, "lines", {"order": "1"}),
    ],
)
async def test_a_customer_is_held_before_anything_is_decided(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, path: str, asked: Any, name: str, given: dict[str, Any]
) -> None:
    database, elsewhere = Database(postgres_url), sa.create_engine(postgres_url)
    shop, refused = await Shop(database).open(), []
    customer = (await shop.customer("C-1"))["id"]
    await shop.agree("C-1")
    await shop.post("/purchases", {"customer": customer, "order": "1", "lines": [{"amount": "1"}]}, key="k1")
    decide = getattr(asked, name)

    def take_and_decide(*arguments: Any) -> Any:
        with elsewhere.connect() as other, pytest.raises(sa.exc.OperationalError) as caught:
            other.execute(sa.select(contacts.c.id).with_for_update(key_share=True, nowait=True))
        refused.append(caught.value)
        return decide(*arguments)

    monkeypatch.setattr(asked, name, take_and_decide)
    answer = await shop.post(path, {"customer": customer, **given}, key="k2")
    assert answer.status_code == 201, answer.text
    assert refused
    elsewhere.dispose()
    database.close()
