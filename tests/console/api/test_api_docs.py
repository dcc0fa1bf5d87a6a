"""What docs/api.md tells developers is what the API does: its curls are sent, its tables compared."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from console.api.gate import BODY_BYTES, KEY_PACE
from console.api.problems import KINDS
from store.api_keys import SCOPES
from store.database import Database
from tests.console.api.campaign_stage import CAMPAIGN, PLANNED, SEGMENT, TEMPLATE
from tests.console.api.segment_stage import GONE, LISTED, REGULAR
from tests.console.api.shop import Shop
from tests.console.api.test_api_specification import DOCUMENT, example, prepare

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def rows(head: str) -> list[list[str]]:
    """The cells of the table under this head."""
    table = PAGE.split(head)[1].split("\n\n")[0]
    return [
        [cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines() if row.startswith("| `")
    ]


def test_every_scope_is_listed_with_its_operations() -> None:
    wanted: dict[str, set[str]] = {scope: set() for scope in SCOPES}
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            wanted[operation["security"][0]["apiKey"][0]].add(f"{method.upper()} {path}")
    told = {scope.strip("`"): set(re.findall(r"`([^`]+)`", cell)) for scope, cell in rows("| scope | operations |")}
    assert told == wanted


def test_every_problem_is_listed_with_its_status_and_the_bounds_are_told() -> None:
    told = {name.strip("`"): int(status) for name, status, _ in rows("| type | status | send it again? |")}
    assert told == {name: kind.status for name, kind in KINDS.items()}
    assert f"{BODY_BYTES // 1024} KB" in PAGE
    assert f"{KEY_PACE.burst:.0f} times at once and {KEY_PACE.per_second:.0f} times a second" in PAGE


async def test_every_curl_of_the_page_does_what_it_says(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    shop, (customer, _) = await prepare(database)
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    script = "".join(blocks)
    names = {"$SAPA": "", "$KEY": shop.key, "$CUSTOMER": customer, "$CODE": example("CodeGiven")["code"]}
    names |= {"$REGULARS": REGULAR, "$LIST": LISTED, "$OLD": GONE}
    names |= {"$SEGMENT": SEGMENT, "$TEMPLATE": TEMPLATE, "$CAMPAIGN": CAMPAIGN, "$OTHER": PLANNED}
    for name, value in names.items():
        script = script.replace(name, value)
    asked = set()
    for command in re.split(r"^curl ", script, flags=re.MULTILINE)[1:]:
        method, path, answer = await sent(shop, shlex.split(command))
        assert answer.status_code in (200, 201), f"{command}: {answer.text}"
        for each in (customer, CAMPAIGN, PLANNED, REGULAR, LISTED, GONE):
            path = path.replace(f"/{each}", "/{id}")
        asked.add((method, path))
    assert asked == {(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item}
    database.close()


async def sent(shop: Shop, words: list[str]) -> tuple[str, str, Any]:
    """Send what a curl command would."""
    headers, body, query, method = {}, "", "", "GET"
    address = next(word for word in words if word.startswith("/"))
    for option, value in pairwise(words):
        if option == "-H":
            name, _, text = value.partition(": ")
            headers[name] = text
        elif option == "-d":
            method, body = method if method != "GET" else "POST", value
        elif option == "-X":
            method = value
        elif option == "--data-urlencode":
            query = "?" + urlencode(dict([value.split("=", 1)]))
    answer = await shop.call(method, address + query, headers=headers, content=body)
    return method, address.partition("?")[0], answer
