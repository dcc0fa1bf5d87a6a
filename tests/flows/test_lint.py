"""The rules for dialogues: every file in `flows/` keeps them, and each is broken by its bad example."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.lint import RULES, check, check_file

FLOWS = sorted((Path(__file__).parents[2] / "flows").glob("*.py"))

BAD = {
    "cleanup_around_a_question": """
        async def flow(talk: Talk) -> None:
            try:
                await talk.ask("sure", SURE, YesNo())
            finally:
                talk.say(BYE)
        async def other(talk: Talk) -> None:
            with something():
                if late:
                    await talk.wait("day", DAY)
        """,
    "catching_everything": """
        async def flow(talk: Talk) -> None:
            try:
                await talk.ask("sure", SURE, YesNo())
            except:
                pass
        async def other(talk: Talk) -> None:
            try:
                await talk.go("menu")
            except (ValueError, BaseException):
                pass
        async def third(talk: Talk) -> None:
            suppress(BaseException)
        """,
    "clock": """
        import datetime as dt
        import time
        from datetime import datetime
        async def flow(talk: Talk) -> None:
            today = dt.date.today()
            start(dt.datetime.now(tz=dt.UTC), datetime.now(), time.monotonic())
        """,
    "chance": """
        import random
        from secrets import token_hex
        async def flow(talk: Talk) -> None:
            code = random.choice(CODES)
            helper()
        def helper() -> str:
            return token_hex()
        """,
    "store_outside_an_effect": """
        import sqlalchemy as sa
        from store import members
        async def flow(talk: Talk) -> None:
            members.has_account(connection, 1)
            sa.select()
        """,
    "language_outside_an_effect": """
        async def flow(talk: Talk) -> None:
            if talk.language == "vi":
                talk.say(HELLO)
        """,
    "waiting_for_something_else": """
        import asyncio
        async def flow(talk: Talk) -> None:
            await asyncio.sleep(1)
            await fetch("points")
            await talk.say(HELLO)
            async for page in pages():
                pass
        """,
    "sentence_put_together": """
        async def flow(talk: Talk) -> None:
            talk.say(_("Hello, ") + name)
            talk.say(verbatim(f"Hello, {name}"))
            await talk.ask("name", _("Hello {}".format(name)), FreeText())
            await talk.ask("name", ASK if known else _("Hello %s" % name), FreeText())
        """,
    "sentence_without_catalogue": """
        async def flow(talk: Talk) -> None:
            talk.say("Hello")
            await talk.ask("name", "Your name?", FreeText())
        """,
    "key_with_a_mark": """
        async def flow(talk: Talk) -> None:
            talk.do("points/all", account)
            await talk.ask("question#1", SURE, YesNo())
        """,
}
BROKEN = {
    "cleanup_around_a_question": 2,
    "catching_everything": 3,
    "clock": 4,
    "chance": 2,
    "store_outside_an_effect": 2,
    "language_outside_an_effect": 1,
    "waiting_for_something_else": 4,
    "sentence_put_together": 4,
    "sentence_without_catalogue": 2,
    "key_with_a_mark": 2,
}
GOOD = """
    import datetime as dt
    from store import members

    async def flow(talk: Talk) -> None:
        started = talk.now().date() + dt.timedelta(days=1)
        name = await talk.ask("name", HELLO if started else _("Your name, " "please?"), FreeText())
        try:
            number = int(name)
        except ValueError:
            number = 0
        finally:
            talk.say(verbatim(name), number=number)
        await _helper(talk, number)
        await talk.go("menu")

    async def _helper(talk: Talk, number: int) -> None:
        talk.do("member", is_member)

    @lookup
    def is_member(act: Act) -> bool:
        return members.has_account(act.connection, act.contact_id)
    """


def unindented(sample: str) -> str:
    import textwrap

    return textwrap.dedent(sample)


@pytest.mark.parametrize("path", FLOWS, ids=[path.name for path in FLOWS])
def test_a_file_of_flows_keeps_the_rules(path: Path) -> None:
    assert "\n".join(map(str, check_file(path))) == ""


@pytest.mark.parametrize("rule", RULES, ids=[rule.__name__ for rule in RULES])
def test_a_rule_is_broken_by_its_bad_example_and_tells_why(rule: object) -> None:
    name = getattr(rule, "__name__", "")
    found = check(unindented(BAD[name]))
    why = " ".join((rule.__doc__ or "").split())
    assert len(why.split()) > 20
    assert [finding.why for finding in found] == [why] * BROKEN[name]


def test_a_dialogue_that_keeps_the_rules_is_let_through() -> None:
    assert check(unindented(GOOD)) == []


def test_a_finding_names_file_and_line() -> None:
    (found,) = check('async def flow(talk: Talk) -> None:\n    talk.say("Hi")\n', "flows/hi.py")
    assert str(found).startswith("flows/hi.py:2: A bare text")
