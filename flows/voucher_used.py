"""Told unasked when a voucher is used: its owner may not have been there."""

from __future__ import annotations

from flows.menu import PERSON
from locales import _
from loyalty import effects as loyalty
from talk.engine import Talk

USED = _("Your voucher has just been used: {reward}.")
USED_AT = _("Your voucher has just been used at {branch}: {reward}.")
NOT_YOU = _("If that wasn't you, please tell us at once.")


async def voucher_used(talk: Talk) -> None:
    """Tell which `voucher` (its public id) was used, and at which `branch` where that is known."""
    reward = talk.do("reward", loyalty.voucher_name, talk.args["voucher"])
    branch = talk.args.get("branch", "")
    talk.say(USED_AT if branch else USED, reward=reward, branch=branch)
    talk.say(NOT_YOU, line=True, commands=(PERSON,))
