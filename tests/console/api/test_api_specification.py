"""The API does what its specification says: schemathesis asks for everything that it allows and forbids."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import schemathesis
import sqlalchemy as sa
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode
from starlette.applications import Starlette

from console.api.application import framework
from console.api.problems import KINDS
from loyalty import voucher_codes, vouchers
from store import tables
from store.database import Database
from tests.conftest import SECRET
from tests.console.api import campaign_stage, segment_stage
from tests.console.api.shop import Shop

DOCUMENT: dict[str, Any] = json.loads(json.dumps(framework().openapi()))
OPERATIONS = {
    operation["operationId"]: operation for path in DOCUMENT["paths"].values() for operation in path.values()
}
DONE = {200, 201}
# What no JSON schema can say; everything else that fits the specification must be accepted.
BEYOND_SCHEMAS = (
    "twice",
    "in the future",
    "decimals",
    "more than nothing",
    "not a phone number",
    "not an e-mail address",
    "not a time zone",
    "no day of that year",
    "between 1900 and today",
    "no moment that there is",
    "before 2200",
)


class Told(NamedTuple):
    """What schemathesis found: failures in words, and the statuses that each operation answered with."""

    failures: list[str]
    statuses: dict[str, set[int]]


class Prepared(NamedTuple):
    """A shop where what the specification's examples name is there; another customer's id beside theirs."""

    shop: Shop
    customers: list[str]


def example(name: str) -> dict[str, Any]:
    """The example of a body."""
    body: dict[str, Any] = DOCUMENT["components"]["schemas"][name]["examples"][0]
    return body


async def prepare(database: Database) -> Prepared:
    """The customer of the examples, who agreed and has an order and a voucher, and another one."""
    shop = await Shop(database).open()
    await shop.post("/products", example("ProductsGiven"))
    await shop.post("/customers", example("CustomerGiven"))
    bought = example("PurchaseGiven")
    await shop.agree("C-1042")
    await database.transact(lambda c: stage(c, bought["customer"], shop))
    await database.transact(lambda c: campaign_stage.stage(c, shop.now))
    await database.transact(lambda c: segment_stage.stage(c, shop.now))
    assert (await shop.post("/purchases", bought, key="first")).status_code == 201
    return Prepared(shop, [bought["customer"], (await shop.customer("C-2"))["id"]])


def stage(connection: sa.Connection, public_id: str, shop: Shop) -> None:
    """Give the one customer the id, and a voucher the code, of the examples."""
    connection.execute(tables.contacts.update().values(public_id=public_id))
    connection.execute(tables.rewards.insert().values(code="latte", name="A latte", points=100))
    contact_id = connection.scalar(sa.select(tables.contacts.c.id)) or 0
    vouchers.issue(connection, SECRET, contact_id, "latte", key="gift", now=shop.now)
    code = voucher_codes.meant(example("CodeGiven")["code"]) or ""
    connection.execute(tables.vouchers.update().values(digest=voucher_codes.digest(SECRET, code)))


@pytest.fixture
def prepared(database_url: str) -> Iterator[Prepared]:
    """A prepared shop on either database, outside of any event loop: schemathesis brings its own."""
    database = Database(database_url)
    ready = asyncio.run(prepare(database))
    known = st.sampled_from(ready.customers) | st.from_regex(r"\A[A-Za-z0-9_-]{16}\Z")
    schemathesis.openapi.format("customer-id", known)
    schemathesis.openapi.format("phone", st.sampled_from(["+60123456789", "012-345 6789", "+84 912 345 678"]))
    schemathesis.openapi.format("timezone", st.sampled_from(["Asia/Kuala_Lumpur", "Asia/Ho_Chi_Minh", "UTC"]))
    schemathesis.openapi.format("birthday", st.dates().map(lambda day: f"{day:%m-%d}"))
    schemathesis.openapi.format("amount", st.integers(0, 10**9).map(str))
    yield ready
    database.close()


def explore(app: Starlette, key: str, phases: dict[str, Any], examples: int) -> Told:
    """Ask everything, and say what was answered otherwise than the specification says."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "auth": {"openapi": {"apiKey": {"bearer": key}}},
            "phases": phases,
            "generation": {
                "deterministic": True,
                "no-shrink": True,
                "database": "none",
                "max-examples": examples,
            },
            "checks": {"positive_data_acceptance": {"enabled": False}},
            "continue-on-failure": True,
        }
    )
    schema = schemathesis.openapi.from_dict(DOCUMENT, config=config)
    schema.app = app
    told = Told([], defaultdict(set))
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            told.failures.append(str(event))
        if isinstance(event, events.ScenarioFinished):
            note(event, told)
    return told


@schemathesis.hook("before_call")
def name_change(_context: object, case: schemathesis.Case[Any], _kwargs: object) -> None:
    """Give a change that fits a key of its own: schemathesis would name one thing after the other the same."""
    if fits(case) and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex


def fits(case: schemathesis.Case[Any]) -> bool:
    """Whether everything about a request is as the specification says."""
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE


def note(event: events.ScenarioFinished, told: Told) -> None:
    """Add what a scenario found."""
    for case_id, node in event.recorder.cases.items():
        case, interaction = node.value, event.recorder.interactions.get(case_id)
        for check in event.recorder.checks.get(case_id, []):
            if check.failure_info is not None:
                told.failures.append(f"{case.operation.label}: {check.name}: {check.failure_info.failure.message}")
        if interaction is None or interaction.response is None:
            continue
        answer = interaction.response
        told.statuses[case.operation.label].add(answer.status_code)
        if fits(case) and answer.status_code == 422 and not excused(answer.json()):
            told.failures.append(f"{case.operation.label}: fits, but was refused: {case.body!r}: {answer.text}")


def excused(problem: dict[str, Any]) -> bool:
    """Whether a request that fits the schema was refused for what no schema can say."""
    if problem["type"].endswith(":idempotency-key-reused"):
        return True
    # What a condition may say is the reader's to know.
    wrong = [each["problem"] for each in problem.get("errors", []) if not each["at"].startswith("body.condition")]
    beyond = all(any(reason in each for reason in BEYOND_SCHEMAS) for each in wrong)
    return bool(problem.get("errors")) and beyond


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_example_of_the_specification_is_answered_as_it_says(prepared: Prepared) -> None:
    only = {name: {"enabled": name == "examples"} for name in ("examples", "coverage", "fuzzing", "stateful")}
    told = explore(prepared.shop.app, prepared.shop.key, only, 1)
    assert told.failures == []
    assert [name for name, statuses in told.statuses.items() if not statuses & DONE] == []
    assert len(told.statuses) == len(OPERATIONS)


@pytest.mark.slow
def test_everything_the_specification_allows_and_forbids_is_answered_as_it_says(prepared: Prepared) -> None:
    told = explore(prepared.shop.app, prepared.shop.key, {}, 4)
    assert told.failures == []
    assert [name for name, statuses in told.statuses.items() if not statuses & DONE] == []


def test_the_headers_of_an_answer_are_declared() -> None:
    for name, operation in OPERATIONS.items():
        changes_once = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
        for status in DONE & {int(each) for each in operation["responses"]}:
            declared = operation["responses"][str(status)]["headers"]
            assert ("Idempotent-Replayed" in declared, "X-Request-Id" in declared) == (changes_once, True), name
    for problem in DOCUMENT["components"]["responses"].values():
        assert "X-Request-Id" in problem["headers"]


def test_every_operation_is_explained_and_names_its_scope_and_problems() -> None:
    for name, operation in OPERATIONS.items():
        assert operation["description"], name
        assert len(operation["security"][0]["apiKey"]) == 1, name
        assert {"401", "403", "404", "422", "429", "500", "503"} <= operation["responses"].keys(), name
        if "requestBody" in operation:
            assert {"400", "408", "409", "413", "415"} <= operation["responses"].keys(), name
    declared = DOCUMENT["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
    assert declared == [f"urn:sapa:problem:{kind}" for kind in KINDS]
