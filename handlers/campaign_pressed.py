"""A button under a campaign's message was pressed: it is counted, and does what the template said."""

from __future__ import annotations

from typing import NamedTuple

from handlers.scene import Scene
from outreach.campaigns.buttons import button, place_of
from outreach.templates.content import Press
from outreach.templates.pressing import CAMPAIGN, GIFT, WHY, read_about
from store import campaign_presses, campaign_reactions, campaigns
from talk.exchange import ABOUT_MARK, COMMAND

BESIDE = {WHY: campaign_presses.WHY, GIFT: campaign_presses.GIFT}  # the template's own buttons
STOP = f"{COMMAND}.stop"


class Pressed(NamedTuple):
    """A campaign's button: where it leads, by a flow with what it is about, a survey, or nowhere any more."""

    flow: str = ""
    about: str = ""


def campaign_pressed(scene: Scene) -> Pressed | None:
    """Count the press of a campaign's button, whoever has the conversation; None where it is none.

    It counts for who was sent the message, and for who was joined with them. Others may have it, too: who tries a
    campaign out before it starts.
    """
    connection, contact, inbound = scene.connection, scene.contact, scene.inbound
    assert inbound is not None
    if inbound.button == STOP:
        campaign_reactions.stopped_by_button(connection, contact.id, inbound.message, scene.now)
        return None
    command, _mark, about = inbound.button.partition(ABOUT_MARK)
    public_id, place = read_about(about)
    campaign = campaigns.find(connection, public_id) if command == f"{COMMAND}.{CAMPAIGN}" else None
    if campaign is None:
        return None
    by = campaign_presses.recipient(connection, campaign.id, contact.id)
    if place in BESIDE:
        counts_as, pressed = BESIDE[place], Pressed(f"{CAMPAIGN}_{place}", public_id)
    else:
        number = place_of(place)
        found = button(connection, campaign, by.variant if by else "", number) if number is not None else None
        if number is None or found is None:
            return Pressed()
        counts_as, pressed = number, _leads(scene, found)
    if by is not None:
        campaign_presses.press(connection, campaign.id, by, counts_as, scene.now)
    return pressed


def _leads(scene: Scene, press: Press) -> Pressed:
    if press.does == "survey":
        return Pressed("survey", press.target)
    there = press.does == "flow" and press.target in scene.house.book
    return Pressed(press.target) if there else Pressed()
