"""What a poster says: the programme in three sentences, the way into the chat, and the codes to scan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from locales import Language, Text, _, n_, render, verbatim
from locales.formats import Money
from loyalty.programme import Programme, Reward, decimals, named
from store.joins import Poster, source_of
from talk.errors import SapaError
from talk.split import plain

BENEFITS = 3

HEADING = _("Collect points at {business}")
HEADING_PLAIN = _("Collect points with every purchase")
EARN = n_("{points} point for every {amount} you spend", "{points} points for every {amount} you spend", "points")
REWARD = n_(
    "Rewards from {points} point, such as: {reward}", "Rewards from {points} points, such as: {reward}", "points"
)
BIRTHDAY = _("A present on your birthday")
TIERS = _("The more you collect, the more each visit brings")
ANY_TIME = _("Your points and rewards in a chat, at any time")
PERSON = _("A member of our team answers when you'd like a person")
STEPS = (
    _("Open your phone's camera and point it at a code"),
    _("Open the link and say hello"),
    _("Show your member card in the chat when you pay"),
)
TELEGRAM = verbatim("Telegram")
BROWSER = _("In your browser, no app needed")
LEAVE = _("You can leave at any time: just send “stop”.")


class Code(NamedTuple):
    """A code to scan: its address, what stands under it, and the address as people type it."""

    address: str
    caption: str
    typed: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that stands on one poster, in its language."""

    language: Language
    business: str
    branch: str
    heading: str
    benefits: tuple[str, ...]
    steps: tuple[str, ...]
    codes: tuple[Code, ...]
    leave: str

    @property
    def texts(self) -> Iterator[str]:
        """Every line, so that it can be seen whether there are letters for all of them."""
        yield from (self.business, self.branch, self.heading, self.leave, *self.benefits, *self.steps)
        for code in self.codes:
            yield from (code.caption, code.typed)


def compose(
    rules: Programme, code: str, branch: str, language: Language, *, chat: str, bot: str, today: dt.date
) -> Content:
    """The poster of a branch (its code and name) in a language.

    `chat` is the house's public address, `bot` the Telegram bot's name, empty where there is none. Raises SapaError
    when a link cannot carry the branch's code.
    """

    def say(text: Text, **values: object) -> str:
        return plain(render(text, language, values))

    source = source_of(Poster(code, language))
    if source is None:
        raise SapaError(
            f"The code of the branch {code!r} cannot stand in a link: use A-Z, a-z, 0-9, - and _ in the programme."
        )
    codes = [Code(f"{chat}/chat?from={source}", say(BROWSER), f"{chat.partition('://')[2]}/chat")]
    if bot:
        codes.insert(0, Code(f"https://t.me/{bot}?start={source}", say(TELEGRAM), f"@{bot}"))
    return Content(
        language=language,
        business=rules.business,
        branch=branch,
        heading=say(HEADING, business=_together(rules.business)) if rules.business else say(HEADING_PLAIN),
        benefits=tuple(say(text, **values) for text, values in _benefits(rules, language, today))[:BENEFITS],
        steps=tuple(map(say, STEPS)),
        codes=tuple(codes),
        leave=say(LEAVE),
    )


def _together(name: str) -> str:
    """A name that is not broken between its words, if it is short."""
    return name.replace(" ", "\u00a0") if len(name) <= 20 else name


def _benefits(
    rules: Programme, language: Language, today: dt.date
) -> Iterator[tuple[Text, dict[str, int | str | Money]]]:
    """What the programme has to offer, the most telling first; the last two are true of every programme."""
    every = rules.earn.every or 10 ** decimals(rules.currency)
    yield EARN, {"points": rules.earn.points, "amount": Money(every, rules.currency)}
    offered = [reward for reward in rules.rewards if _offered(reward, today)]
    if offered:
        first = min(offered, key=lambda reward: reward.points)
        yield REWARD, {"points": first.points, "reward": named(first.name, first.names, language)}
    birthday = rules.occasions.birthday
    if birthday.points or birthday.reward:
        yield BIRTHDAY, {}
    if any(tier.multiplier > 1 for tier in rules.tiers.levels):
        yield TIERS, {}
    yield ANY_TIME, {}
    yield PERSON, {}


def _offered(reward: Reward, today: dt.date) -> bool:
    """Whether customers can have it now and it stays long enough to be printed."""
    begun = reward.starts is None or reward.starts <= today
    return begun and reward.ends is None and reward.listed and reward.kind != "donation" and not reward.tier
