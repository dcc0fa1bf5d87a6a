"""Whether what the team did has solved it: a no opens the case again, at any time."""

from __future__ import annotations

from flows import requesting
from flows.requesting import YES, Gone
from flows.requests import GLAD, GONE, reopen
from talk.engine import Talk


async def case_solved(talk: Talk) -> None:
    """Take the answer; `about` is a mark for yes or no, then the case's public id."""
    mark, about = talk.args.get("about", "")[:1], talk.args.get("about", "")[1:]
    if mark != YES:
        await reopen(talk, about)
    elif isinstance(talk.do("solved", requesting.solved, about), Gone):
        talk.say(GONE)
    else:
        talk.say(GLAD)
