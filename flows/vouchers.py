"""My vouchers: what there is, each shown again for the till, or given back."""

from __future__ import annotations

from flows.customers import for_customers
from flows.rewards import STOPPED
from flows.voucher import show_voucher
from locales import _, n_, verbatim
from loyalty import effects as loyalty
from loyalty.vouchers import Cancelled, NotCancellable, Voucher
from talk.engine import Talk
from talk.prompts import Choice, YesNo
from talk.prompts.base import Option

NONE = _("You have no vouchers at the moment.")
HEAD = _("These are your vouchers:")
LINE = _("• {reward}, with no expiry date")
LINE_UNTIL = _("• {reward}, until {day}")
WHICH = _("Which one shall I show?")
NEXT = _("What would you like to do next?")

REWARDS = Option("rewards", _("See rewards"))
MORE = Option("more", _("More vouchers"))
OTHERS = Option("others", _("All my vouchers"))
GIVE_BACK = Option("give-back", _("Cancel this voucher"))
DONE = Option("done", _("That's all, thanks"), declines=True)

COMES_BACK = n_(
    "If I cancel <b>{reward}</b>, you get {points} point back.",
    "If I cancel <b>{reward}</b>, you get {points} points back.",
    count="points",
)
SURE = _("Shall I cancel <b>{reward}</b>?")
CANCELLED = n_(
    "Done. {points} point is back, and the voucher can't be used any more.",
    "Done. {points} points are back, and the voucher can't be used any more.",
    count="points",
)
CANCELLED_ALONE = _("Done. The voucher can't be used any more.")
KEPT = _("All right, the voucher stays as it is.")
NOT_CANCELLED = {
    "used": _("This voucher has been used already, so it can't be cancelled."),
    "expired": _("This voucher has expired, so it can't be cancelled."),
    "gift": _("This voucher was a gift from us, so there are no points to give back."),
    "unknown": _("I can't find that voucher any more."),
}


async def vouchers(talk: Talk) -> None:
    """Show the vouchers in pages, and the one that is chosen with its picture."""
    if not for_customers(talk):
        return
    number = 1
    while True:
        page = talk.do("page", loyalty.vouchers_page, number)
        if page.stopped:
            talk.say(STOPPED)
            return
        if not page.vouchers:
            await _none(talk)
            return
        chosen = await _choose(talk, page, only=number == 1 and len(page.vouchers) == 1 and not page.more)
        if isinstance(chosen, Voucher):
            await _shown(talk, chosen, others=number > 1 or len(page.vouchers) > 1)
        if chosen is not MORE:
            return
        number += 1


async def _none(talk: Talk) -> None:
    talk.say(NONE)
    if talk.args.get("brief"):
        return
    if await talk.ask("next", NEXT, Choice(REWARDS, DONE)) is REWARDS:
        await talk.go("rewards")


async def _choose(talk: Talk, page: loyalty.VouchersPage, *, only: bool) -> Voucher | Option | None:
    """The voucher that is to be shown, MORE, or None; the only one there is needs no choosing."""
    if only:
        return page.vouchers[0]
    talk.say(HEAD)
    offered = dict[Option, Voucher]()
    for name, voucher in zip(_told_apart(page.vouchers), page.vouchers, strict=True):
        if voucher.expires_at is None:
            talk.say(LINE, line=True, reward=name)
        else:
            talk.say(LINE_UNTIL, line=True, reward=name, day=voucher.expires_at.date())
        offered[Option(f"voucher-{len(offered)}", verbatim(name))] = voucher
    if talk.args.get("brief"):
        return None
    wish = await talk.ask("which", WHICH, Choice(*offered, *([MORE] if page.more else []), DONE))
    return offered.get(wish, wish if wish is MORE else None)


def _told_apart(vouchers: tuple[Voucher, ...]) -> list[str]:
    """What they are called, with their places where some have one name: no two buttons may read the same."""
    names = [voucher.name for voucher in vouchers]
    if len(set(names)) == len(names):
        return names
    return [f"{name} · {place}" for place, name in enumerate(names, start=1)]


async def _shown(talk: Talk, voucher: Voucher, *, others: bool) -> None:
    show_voucher(talk, voucher)
    ways = [*([OTHERS] if others else []), *([GIVE_BACK] if voucher.cancellable else []), DONE]
    if talk.args.get("brief") or ways == [DONE]:
        return
    wish = await talk.ask("next", NEXT, Choice(*ways))
    if wish is GIVE_BACK:
        await _give_back(talk, voucher)
    elif wish is OTHERS:
        await talk.go("vouchers")


async def _give_back(talk: Talk, voucher: Voucher) -> None:
    if voucher.points:
        talk.say(COMES_BACK, reward=voucher.name, points=voucher.points)
    if not await talk.ask("sure", SURE, YesNo(), reward=voucher.name):
        talk.say(KEPT)
        return
    _answer(talk, talk.do("cancel", loyalty.cancel_voucher, voucher.public_id))


def _answer(talk: Talk, result: Cancelled | NotCancellable) -> None:
    if isinstance(result, Cancelled) and result.points:
        talk.say(CANCELLED, points=result.points)
    elif isinstance(result, Cancelled):
        talk.say(CANCELLED_ALONE)
    else:
        talk.say(NOT_CANCELLED[result.reason])
