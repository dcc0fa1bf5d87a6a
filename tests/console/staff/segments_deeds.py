"""A shop with customers, and one deed for each way to change its segments, with the audit log's name of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from sqlalchemy.engine import Connection

from console.staff.segments_frame import PAGE, SEGMENT
from store import segments
from store.segments import Segment
from store.tables import contact_tags, customer_scores
from tests.conftest import NOON
from tests.console.staff.team import Team
from tests.store.rows import add_contact

Deed: TypeAlias = Callable[[Team], Awaitable[object]]
LANGUAGES = ("en", "ms", "vi", "ar", "zh")
AT_RISK = {"n-how": "all", "n-0-fact": "stage", "n-0-op": "is", "n-0-value": "at_risk"}
FIFTHS = {"recency": 2, "frequency": 3, "monetary": 4}


def customers_of_a_shop(connection: Connection) -> list[int]:
    """Six customers, one of each language and one more, half of them at risk; their ids."""
    made = []
    for number in range(6):
        name = ("Tan Mei Ling", "Siti", "Linh", "محمد", "李伟", "Ali")[number]
        row = {"name": name, "number": f"C-{number}", "language": LANGUAGES[number % 5]}
        contact = add_contact(connection, f"s{number}", NOON, public_id=f"customer-{number}", **row)
        scored = {"first_at": NOON, "last_at": NOON, "orders": number, "spent": 1000 * number, "computed_at": NOON}
        stage = "at_risk" if number % 2 == 0 else "active"
        connection.execute(
            customer_scores.insert().values(contact_id=contact, rfm="at_risk", stage=stage, **scored, **FIFTHS)
        )
        made.append(contact)
    tagged = [{"contact_id": each, "tag": "vip", "at": NOON} for each in made[2:4]]
    connection.execute(contact_tags.insert(), tagged)
    return made


async def a_segment(team: Team, condition: Any, name: str = "At risk") -> str:
    """The address of a segment that says this, or of a list where it is None."""

    def make(connection: Connection) -> Segment:
        made = segments.add(connection, name=name, condition=condition, by="test", now=team.house.now)
        assert isinstance(made, Segment)
        return made

    return f"{PAGE}/{(await team.database.transact(make)).public_id}"


async def a_list(team: Team, *numbers: int) -> str:
    """The address of a list with these of the shop's customers."""
    home = await a_segment(team, None, "Guests")

    def fill(connection: Connection) -> None:
        ids = customers_of_a_shop(connection)
        found = segments.find(connection, home.rpartition("/")[2])
        assert found is not None
        segments.put_on(connection, found.id, [ids[number] for number in numbers], team.house.now)

    await team.database.transact(fill)
    return home


async def _add(team: Team) -> object:
    return await (await team.browser("marketer")).submit(f"{PAGE}/new", deed="save", name="At risk", **AT_RISK)


async def _add_list(team: Team) -> object:
    return await (await team.browser("marketer")).submit(f"{PAGE}/lists", name="Guests")


def _to(tail: str, condition: Any = {"all": []}, **fields: str) -> Deed:  # noqa: B006 - only read
    async def deed(team: Team) -> object:
        home = await (a_segment(team, condition) if condition is not None else a_list(team, 0, 1))
        return await (await team.browser("marketer")).submit(f"{home}{tail}", **fields)

    return deed


async def _restore(team: Team) -> object:
    home, browser = await a_segment(team, {"all": []}), await team.browser("marketer")
    await browser.submit(f"{home}/remove")
    return await browser.submit(f"{home}/restore")


async def read_file(team: Team, home: str, content: bytes, **fields: str) -> Any:
    """A marketer has a list read this file; the page that comes back."""
    browser = await team.browser("marketer")
    return await browser.post(
        f"{home}/file", data={"csrf": browser.csrf, **fields}, files={"file": ("guests.csv", content)}
    )


async def _import(team: Team) -> object:
    return await read_file(team, await a_list(team), b"number\nC-0\n")


SEGMENT_DEEDS: dict[str, tuple[str, Deed]] = {
    f"{PAGE}/new": ("segment.added", _add),
    f"{PAGE}/lists": ("segment.added", _add_list),
    SEGMENT: ("segment.changed", _to("", deed="save", name="At risk", edit="0", **AT_RISK)),
    f"{SEGMENT}/remove": ("segment.removed", _to("/remove")),
    f"{SEGMENT}/restore": ("segment.restored", _restore),
    f"{SEGMENT}/name": ("segment.changed", _to("/name", None, name="Friends", edit="0")),
    f"{SEGMENT}/file": ("segment.imported", _import),
    f"{SEGMENT}/members": ("segment.members", _to("/members", None, **{"who~customer-0": "yes"})),
}
SEGMENT_QUIET = {
    f"{PAGE}/new/count": "that somebody looks who is meant changes nothing",
    f"{SEGMENT}/count": "nor that the figures of a list are as of now",
    f"{SEGMENT}/missed.csv": "what was just told comes back as a file",
}
