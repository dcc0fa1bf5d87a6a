"""A photo came, and nothing was asked: does it belong to the request that is open?"""

from __future__ import annotations

from flows import requesting
from flows.missing_points import NO_PHOTO
from flows.requests import ADDED
from flows.telling_prompts import PhotosAndYes
from locales import _
from talk.engine import Talk

QUESTION = _("Thank you, I've received your photo. Shall I add it to your request <code>{number}</code>?")
LEFT = _("All right, I haven't added it.")


async def add_photo(talk: Talk) -> None:
    """Ask, and add `ref` with the `words` under it, and what else of an album came meanwhile.

    Without a `ref` it is the photo that came last.
    """
    one = talk.do("one", requesting.open_one)
    ref = talk.args.get("ref") or talk.do("photo", requesting.newest_photo)
    if one is None or not ref:
        await talk.go("menu")
        return
    refs = await talk.ask("add", QUESTION, PhotosAndYes(ref), number=one.number)
    if not refs:
        talk.say(LEFT)
        return
    if isinstance(talk.do("photos", requesting.add_photos, one.about, refs), requesting.NotKept):
        talk.say(NO_PHOTO)
        return
    if words := talk.args.get("words"):
        talk.do("words", requesting.add_words, one.about, words)
    talk.say(ADDED, number=one.number)
