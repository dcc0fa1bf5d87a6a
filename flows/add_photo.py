"""A photo came, and nothing was asked: does it belong to the request that is open?"""

from __future__ import annotations

from flows import requesting
from flows.requests import ADDED
from flows.telling_prompts import PhotosAndYes
from locales import _
from talk.engine import Talk

QUESTION = _("Thank you, I've received your photo. Shall I add it to your request <code>{number}</code>?")
LEFT = _("All right, I haven't added it.")


async def add_photo(talk: Talk) -> None:
    """Ask, and add `ref`, and what else of an album came meanwhile."""
    one = talk.do("one", requesting.open_one)
    if one is None:
        await talk.go("menu")
        return
    refs = await talk.ask("add", QUESTION, PhotosAndYes(talk.args["ref"]), number=one.number)
    if not refs:
        talk.say(LEFT)
        return
    talk.do("photos", requesting.add_photos, one.about, refs)
    talk.say(ADDED, number=one.number)
