"""What must fit together in a programme: codes, references, tiers, days, and what a reward may be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from zoneinfo import ZoneInfo, available_timezones

from loyalty.programme import Gift, PeriodRule, Programme, Reward
from loyalty.programme_file.reading import Reader
from written.notes import Path
from written.values import did_you_mean


def check(rules: Programme, reader: Reader, kinds: Collection[str]) -> None:
    """Note everything that does not fit together; what already has a problem of its own is left out.

    `kinds` are those of messages that can be capped.
    """
    for each in CHECKS:
        each(rules, reader)
    for kind in rules.outreach.kinds:
        _known(kind, kinds or [kind], ("outreach", "kinds", kind), reader, "kind of message", ())


def _business(rules: Programme, reader: Reader) -> None:
    if not rules.business and reader.sound("business"):
        reader.say(("business",), "business is missing: the name that customers know")


def _currency(rules: Programme, reader: Reader) -> None:
    from babel.numbers import is_currency

    if not is_currency(rules.currency):
        reader.say(
            ("currency",), f"a currency's three letters are expected, such as MYR; it says “{rules.currency}”"
        )


def _codes(rules: Programme, reader: Reader) -> None:
    lists: tuple[tuple[Path, Sequence[str]], ...] = (
        (("tiers", "levels"), [each.code for each in rules.tiers.levels]),
        (("rewards",), [each.code for each in rules.rewards]),
        (("branches",), [each.code for each in rules.branches]),
    )
    for path, codes in lists:
        seen = set[str]()
        for place, code in enumerate(codes):
            if code.lower() in seen:
                reader.say((*path, place, "code"), f"the code “{code}” is taken; give each its own")
            seen.add(code.lower())


def _tiers(rules: Programme, reader: Reader) -> None:
    levels = rules.tiers.levels
    for place, level in enumerate(levels):
        here: Path = ("tiers", "levels", place, "threshold")
        if not reader.sound(*here) or not reader.sound("tiers", "levels", max(0, place - 1), "threshold"):
            continue
        if place == 0 and level.threshold != 0:
            reader.say(here, "the first tier begins at 0: everybody is in it")
        if place and level.threshold <= levels[place - 1].threshold:
            reader.say(here, f"tiers ascend: more than {levels[place - 1].threshold:,} is expected here")


def _products(rules: Programme, reader: Reader) -> None:
    seen = set[tuple[str, str]]()
    for place, rule in enumerate(rules.earn.products):
        named = (rule.sku, rule.category)
        if named in seen and any(named):
            reader.say(("earn", "products", place), "there is a rule for it above already; write one")
        seen.add(named)
        if bool(rule.sku) == bool(rule.category) and reader.sound("earn", "products", place):
            reader.say(
                ("earn", "products", place), "a rule is for one sku or for one category; write one of the two"
            )


def _periods(rules: Programme, reader: Reader) -> None:
    branches = [each.code for each in rules.branches]
    for place, period in enumerate(rules.earn.periods):
        here: Path = ("earn", "periods", place)
        _in_order(period, here, reader)
        for number, branch in enumerate(period.branches):
            _known(branch, branches, (*here, "branches", number), reader, "branch", ("branches",))


def _rewards(rules: Programme, reader: Reader) -> None:
    tiers = [each.code for each in rules.tiers.levels]
    for place, reward in enumerate(rules.rewards):
        here: Path = ("rewards", place)
        _in_order(reward, here, reader)
        if reward.tier:
            _known(reward.tier, tiers, (*here, "tier"), reader, "tier", ("tiers", "levels"))
        if reader.sound(*here) and (wrong := _wrong_with(reward)):
            reader.say((*here, wrong[0]), wrong[1])


def _wrong_with(reward: Reward) -> tuple[str, str] | None:
    """The key that is wrong with a reward as a whole, and what to write."""
    if reward.kind == "donation":
        if not reward.points:
            return "points", "a donation is of 1 point or more"
        if reward.valid_days:
            return "valid_days", "a donation has no voucher that could end; leave valid_days out"
        if not reward.listed:
            return "listed", "a donation is chosen, never given; leave listed out"
    if reward.kind == "card" and not reward.valid_days:
        return "valid_days", "valid_days is missing: a card is good until it ends"
    if reward.kind == "voucher" and reward.listed and not reward.points and not reward.per_member:
        return "per_member", "per_member is missing: for 0 points it could be had without end"
    return None


def _branches(rules: Programme, reader: Reader) -> None:
    for place, branch in enumerate(rules.branches):
        if branch.timezone and not _is_zone(branch.timezone):
            # GMT+8 and its like are left out: they have the sign that nobody expects.
            places = [each for each in available_timezones() if "/" in each and not each.startswith("Etc/")]
            close = did_you_mean(branch.timezone, places)
            hint = close if "mean" in close else "write it like Asia/Kuala_Lumpur"
            reader.say(("branches", place, "timezone"), f"“{branch.timezone}” is no time zone; {hint}")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, or no name at all but a path
        return False
    return True


def _gifts(rules: Programme, reader: Reader) -> None:
    gifts: dict[str, Gift] = {"birthday": rules.occasions.birthday, "membership": rules.occasions.membership}
    vouchers = [each.code for each in rules.rewards if each.kind != "donation"]
    for name, gift in gifts.items():
        if gift.reward:
            _known(gift.reward, vouchers, ("occasions", name, "reward"), reader, "reward", ("rewards",))


def _countries(rules: Programme, reader: Reader) -> None:
    from phonenumbers import SUPPORTED_REGIONS

    for code, country in rules.outreach.countries.items():
        here: Path = ("outreach", "countries", code)
        if code not in SUPPORTED_REGIONS:
            reader.say(here, f"“{code}” is no country's code; {_country_meant(code, SUPPORTED_REGIONS)}")
        if country.hours is not None and country.hours[0] == country.hours[1]:
            reader.say((*here, "hours"), "that is the whole day or none of it; leave hours out if any hour will do")


def _country_meant(written: str, codes: Collection[str]) -> str:
    from babel import Locale

    names = {name.lower(): code for code, name in Locale("en").territories.items() if code in codes}
    meant = written.upper() if written.upper() in codes else names.get(written.lower())
    return f"did you mean “{meant}”?" if meant else "write its two letters by ISO 3166, such as MY or VN"


def _in_order(dated: PeriodRule | Reward, path: Path, reader: Reader) -> None:
    if dated.starts and dated.ends and dated.ends < dated.starts:
        reader.say((*path, "ends"), f"it ends before it starts ({dated.starts})")


def _known(code: str, codes: Iterable[str], path: Path, reader: Reader, what: str, where: Path) -> None:
    """Say so when a code names nothing, unless its own list could not be read."""
    known = list(codes)
    if code in known or not reader.sound(*path) or (where and not reader.sound(*where)):
        return
    hint = did_you_mean(code, known) if known else "the file names none"
    reader.say(path, f"there is no {what} “{code}”; {hint}")


CHECKS: tuple[Callable[[Programme, Reader], None], ...] = (
    _business,
    _currency,
    _codes,
    _tiers,
    _products,
    _branches,
    _rewards,
    _periods,
    _gifts,
    _countries,
)
