"""docs/cadence.md says how cadence decides: every reason in its order, and one customer's week as it would be."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.why import REASONS
from loyalty import programme_file
from loyalty.programme import Outreach
from outreach.cadence import Cadence, Later, Never, Now, Verdict
from outreach.hold_out import is_held
from outreach.kinds import KINDS
from store.standing import Standing, Touch

PAGE = (Path(__file__).parents[2] / "docs" / "cadence.md").read_text(encoding="utf-8")
DECIDES, AROUND = PAGE.split("## How it decides")[1].split("## Countries")[0].split("Around it,")
RULES = programme_file.read(b"business: B\n" + PAGE.split("```yaml\n")[1].split("```")[0].encode()).outreach
KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")
AGREED: dict[str, Any] = {"marketing": "granted", "reachable": True}
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
HELD = next(number for number in range(1, 1_000) if is_held(number, 5))
FREE = next(number for number in range(1, 1_000) if not is_held(number, 20))


def reasons(part: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)


def touched(*ago: dt.timedelta, kind: str = "offer") -> tuple[Touch, ...]:
    return tuple(Touch(kind, HOLIDAY_NIGHT - each) for each in ago)


HOLIDAY_NIGHT = dt.datetime(2026, 9, 15, 23, tzinfo=dt.UTC)  # seven in the morning of Malaysia Day
# What makes each reason hold beside all that stand below it; of what two of them say, the upper one counts.
HOLDS: dict[str, dict[str, Any]] = {
    "merged": {"merged": True},
    "erased": {"erased": True},
    "deceased": {"deceased": True},
    "no chat": {"reachable": None},
    "blocked": {"reachable": False},
    "spam": {"owner": "blocked"},
    "people only": {"people_only": True},
    "not wanted": {"refused": ("greeting", "offer")},
    "not personalised": {"personalised": False},
    "opted out": {"marketing": "withdrawn"},
    "no consent": {"marketing": "unasked"},
    "switched off": {"rules": {"a_day": 0}},
    "hold-out": {"id": HELD, "rules": {"hold_out": 5}},
    "too late": {"expires_at": HOLIDAY_NIGHT},
    "with a person": {"owner": "queue"},
    "in a dialogue": {"asking": True, "seen_at": HOLIDAY_NIGHT},
    "open request": {"request": True},
    "paused": {"paused_until": HOLIDAY_NIGHT + DAY},
    "public holiday": {"at": HOLIDAY_NIGHT},
    "quiet hours": {"at": HOLIDAY_NIGHT - DAY},
    "country hours": {"at": HOLIDAY_NIGHT - DAY + HOUR},
    "daily limit": {"touches": touched(DAY - 4 * HOUR, 2 * DAY, 3 * DAY)},
    "weekly limit": {"touches": touched(2 * DAY, 3 * DAY, 4 * DAY)},
    "enough of its kind": {"touches": touched(2 * DAY, 3 * DAY)},
    "too soon after another": {"touches": touched(2 * DAY, kind="expiry_notice"), "rules": {"gap_hours": 72}},
    "an answer is owed first": {"waiting": True},
}
NIGHTS = ("public holiday", "quiet hours", "country hours")


def judged(left: list[str], kind: str) -> Verdict:
    """The answer to a message of this kind while these reasons hold."""
    known: dict[str, Any] = dict(AGREED) | {"id": FREE, "at": HOLIDAY_NIGHT - DAY + 6 * HOUR}
    rules: dict[str, Any] = {}
    for reason in reversed(left):
        known |= {name: value for name, value in HOLDS[reason].items() if name != "rules"}
        rules |= HOLDS[reason].get("rules", {})
    at, expires_at = known.pop("at"), known.pop("expires_at", None)
    house = {name: getattr(RULES, name) for name in ("countries",)} | {"kinds": {"offer": 2}} | rules
    return Cadence(KUALA_LUMPUR.key, Outreach(**house)).judge(kind, Standing(**known), expires_at, at)


def test_the_reasons_stand_in_the_order_in_which_they_are_looked_at() -> None:
    order = reasons(DECIDES)
    assert order == list(HOLDS)
    for place, reason in enumerate(order):
        left = order[place:]
        if reason == "not personalised":  # of which offers are free
            verdict = judged(left, "greeting")
        else:
            verdict = judged([each for each in left if each != "not personalised"], "offer")
        assert isinstance(verdict, Never | Later), reason
        assert verdict.reason == reason
    assert isinstance(judged([], "offer"), Now)


def test_every_reason_stands_in_one_of_the_tables() -> None:
    assert sorted([*reasons(DECIDES), *reasons(AROUND)]) == sorted(REASONS)


SITUATIONS: dict[str, dict[str, Any]] = {
    "": {},
    "a person has the conversation": {"owner": "queue"},
    "a request of hers is open": {"request": True},
    "she is held out": {"id": HELD},
    "she said stop": {"marketing": "withdrawn"},
}


def local(text: str) -> dt.datetime:
    moment = dt.datetime.strptime(f"2026 {text}", "%Y %a %d %b %H:%M").replace(tzinfo=KUALA_LUMPUR)
    assert moment.strftime("%a %d %b %H:%M") == text
    return moment.astimezone(dt.UTC)


def said(verdict: Verdict) -> str:
    match verdict:
        case Later(until=until, reason=reason):
            return f"later, from {until.astimezone(KUALA_LUMPUR):%a %d %b %H:%M}: `{reason}`"
        case Never(reason=reason):
            return f"never: `{reason}`"
    return "goes"


def test_the_week_of_the_example_goes_as_it_is_told() -> None:
    week = PAGE.split("## One customer, one week")[1].split("## Where")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\| .*:.*", week, re.M)]
    assert len(rows) == 14
    rules = Outreach(kinds={"offer": 2}, countries=RULES.countries, hold_out=5)
    touches: tuple[Touch, ...] = ()
    for when, what, how, answer in rows:
        now, (kind, _until, end) = local(when), what.partition(", until ")
        assert kind in KINDS
        if open_since := re.fullmatch(r"a question of hers is open since (\d\d:\d\d)", how):
            stands: dict[str, Any] = {"asking": True, "seen_at": local(f"{when[:-5]}{open_since[1]}")}
        else:
            stands = SITUATIONS[how]
        known = AGREED | {"id": FREE, "phone": "+60123456789", "touches": touches} | stands
        verdict = Cadence(KUALA_LUMPUR.key, rules).judge(kind, Standing(**known), local(end) if end else None, now)
        assert said(verdict) == answer, when
        if isinstance(verdict, Now):
            touches = (Touch(kind, now), *touches)
