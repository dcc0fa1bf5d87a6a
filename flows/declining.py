"""Effects of a no to an invitation, or to all surveys."""

from __future__ import annotations

from typing import Literal

from flows import preferring
from surveys import inviting
from surveys.inviting import KIND
from talk.engine import Act, lookup


def decline(act: Act, about: str) -> Literal["declined", "answered", "nothing"]:
    """Say no to an invitation of the contact's, named by its public id; what was begun may still be finished."""
    invitation = inviting.find(act.connection, about)
    if invitation is None or invitation.contact_id != act.contact_id:
        return "nothing"
    if invitation.state == "done":
        return "answered"
    inviting.settle(act.connection, invitation.id, "declined", act.now)
    return "declined"


def never_again(act: Act) -> None:
    """Ask the contact in no survey any more."""
    preferring.set_topic(act, KIND, False)


@lookup
def is_refused(act: Act) -> bool:
    """Whether the contact wants no surveys."""
    return KIND in preferring.refused(act)
