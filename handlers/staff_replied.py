"""A member of staff answered a customer, or changed what they had answered."""

from __future__ import annotations

from html import escape

import msgspec

from handlers.deed import Gone, Refused, noted
from handlers.scene import Scene
from store import desk, media_sent, said
from store.staff_sessions import Staff
from store.visitors import CHANNEL as WEBCHAT
from talk.messages import Media, Outgoing
from talk.split import CAPTION_LIMIT, TEXT_LIMIT, split

EDITABLE = frozenset({WEBCHAT, "telegram"})  # where an earlier message can be replaced


class Replied(msgspec.Struct, frozen=True, tag=True):
    """The answer is on its way, or was before: a form that is sent twice answers once."""


def staff_replied(
    scene: Scene, staff: Staff, text: str, message: str, address: str, *, media: str = "", edits: str = ""
) -> Replied | Gone | Refused:
    """Say it in their name, if the conversation is theirs. `message` is its id, the same when it comes again.

    `media` is the public id of a file that is kept of this customer; `edits` that of an own earlier message, which
    this one replaces. Refused: `no_file`, or why it cannot be edited (`not_theirs`, `not_sent`, `not_here`,
    `too_long`).
    """
    if said.known(scene.connection, message):
        return Replied()
    if scene.contact.owner != staff.public_id:
        return Gone(scene.contact.owner)
    refusal = _edit(scene, staff, text, message, edits) if edits else _say(scene, staff, text, message, media)
    if refusal is not None:
        return refusal
    desk.answered(scene.connection, scene.contact.id, scene.now, text)
    noted(scene, staff, "edited" if edits else "answered", None, {"message": edits or message}, address)
    return Replied()


def _say(scene: Scene, staff: Staff, text: str, message: str, media: str) -> Refused | None:
    """Say it; a picture has the words under it when they fit there."""
    file = media_sent.described(scene.connection, scene.contact.id, media) if media else None
    if media and file is None:
        return Refused("no_file")
    parts = [Outgoing(text=piece, author=staff.name) for piece in _pieces(staff, text, TEXT_LIMIT)]
    if file is not None:
        shown = Media(ref=media, type=file[0], name=file[1])
        if len(_pieces(staff, text, CAPTION_LIMIT)) == 1:
            parts = [Outgoing(text=parts[0].text, author=staff.name, media=shown)]
        else:
            parts.append(Outgoing(author=staff.name, media=shown))
    for number, part in enumerate(parts):
        scene.send(part, author=staff.public_id, public_id="" if number else message)
    return None


def _edit(scene: Scene, staff: Staff, text: str, message: str, edits: str) -> Refused | None:
    """Replace an own message where it was said."""
    earlier = said.find(scene.connection, scene.contact.id, edits)
    if earlier is None or earlier.author != staff.public_id:
        return Refused("not_theirs")
    if earlier.channel not in EDITABLE or earlier.payload.media is not None:
        return Refused("not_here")
    pieces = _pieces(staff, text, TEXT_LIMIT)
    if len(pieces) > 1 or earlier.parts:
        return Refused("too_long")
    target = (earlier.payload.edits or earlier.public_id) if earlier.channel == WEBCHAT else earlier.external_id
    if not target:
        return Refused("not_sent")
    scene.address = (earlier.channel, earlier.account, earlier.sender)
    scene.send(Outgoing(text=pieces[0], author=staff.name, edits=target), author=staff.public_id, public_id=message)
    return None


def _pieces(staff: Staff, text: str, limit: int) -> list[str]:
    """The words in pieces that a message takes, where a channel puts the speaker's name before them, too."""
    return split(escape(text, quote=False), limit - 2 * len(staff.name) - 2) if text else []
