"""The buttons under a campaign's message: what comes back when one is pressed.

A press is the command `campaign` about the campaign's public id and the button: its place in the template from 0,
`why`, or `gift`. To stop is the ordinary command, which works without any campaign.
"""

from __future__ import annotations

from talk.exchange import ABOUT_MARK, COMMAND

CAMPAIGN = "campaign"
STOP = "stop"
WHY, GIFT = "why", "gift"


def press(campaign: str, button: int | str) -> str:
    """What a button of this campaign, by its public id, sends back: some 35 bytes of the 64 it may have."""
    return f"{COMMAND}.{CAMPAIGN}{ABOUT_MARK}{about(campaign, button)}"


def about(campaign: str, button: int | str) -> str:
    """What the command is about."""
    return f"{campaign}.{button}"


def read_about(text: str) -> tuple[str, str]:
    """The campaign's public id and the button, as they were sent; a button may say anything."""
    campaign, _dot, button = text.rpartition(".")
    return campaign, button
