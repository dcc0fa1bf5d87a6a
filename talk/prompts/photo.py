"""Pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from locales import _
from talk.messages import Inbound
from talk.prompts.base import Accepted, Drafted, Heard, Option, Reading, Rejected
from talk.prompts.labels import by_label
from talk.prompts.multi_choice import DONE
from talk.prompts.typed import Typed, words

SEND_A_PICTURE = _("Please send a picture.")


@dataclass(frozen=True, slots=True)
class Photo(Typed):
    """One picture: a photo, or a document that is an image. The answer is the platform's name for the file."""

    def read(self, heard: Heard) -> Reading[str]:
        """The picture's `ref`."""
        pictures = _pictures(heard.inbound)
        return Accepted(pictures[0]) if pictures else Rejected(SEND_A_PICTURE)

    def dump(self, value: Any) -> Any:
        """The picture's `ref`."""
        return value

    def load(self, plain: Any) -> str:
        """The picture's `ref`. Raises ValueError when there is none."""
        if not isinstance(plain, str) or not plain:
            raise ValueError(f"{plain!r} names no picture.")
        return plain


@dataclass(frozen=True, slots=True)
class Photos(Typed):
    """One to `at_most` pictures, sent one after the other or together; a button ends before there are as many."""

    at_most: int

    def __post_init__(self) -> None:
        if self.at_most < 1:
            raise ValueError(f"Nobody can send at most {self.at_most} pictures.")

    def options(self, draft: Any) -> tuple[tuple[Option, ...], ...]:
        """The button that ends, as soon as there is a picture."""
        return ((DONE,),) if _refs(draft) else ()

    def read(self, heard: Heard) -> Reading[tuple[str, ...]]:
        """The pictures' `ref`s, or those sent so far."""
        sent, new = _refs(heard.draft), _pictures(heard.inbound)
        done = heard.pressed == DONE.key or (
            not new and by_label(words(heard), heard.language, (DONE,), whole=True) is not None
        )
        pictures = tuple(dict.fromkeys((*sent, *new)))[: self.at_most]
        if pictures and (done or len(pictures) == self.at_most):
            return Accepted(pictures)
        return Drafted(list(pictures)) if new else Rejected(SEND_A_PICTURE)

    def dump(self, value: Any) -> Any:
        """The pictures' `ref`s."""
        return list(value)

    def load(self, plain: Any) -> tuple[str, ...]:
        """The pictures' `ref`s. Raises ValueError when there are none or too many."""
        refs = _refs(plain)
        if not refs or len(refs) > self.at_most or len(refs) != len(plain):
            raise ValueError(f"{plain!r} does not name 1 to {self.at_most} pictures.")
        return refs


def _pictures(inbound: Inbound) -> tuple[str, ...]:
    if inbound.kind == "photo":
        return tuple(media.ref for media in inbound.media if media.ref)
    if inbound.kind == "document":
        return tuple(media.ref for media in inbound.media if media.ref and media.type.startswith("image/"))
    return ()


def _refs(plain: Any) -> tuple[str, ...]:
    return tuple(ref for ref in plain if isinstance(ref, str) and ref) if isinstance(plain, list) else ()
