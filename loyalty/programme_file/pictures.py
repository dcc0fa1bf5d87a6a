"""The pictures that a programme file names: found beside it, and cleaned as every picture is."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from msgspec import structs

from loyalty.programme import Programme
from loyalty.programme_file.reading import Reader
from store.media import IMAGE_BYTES, File
from talk.pictures import UnreadablePicture, clean
from written.problems import Wrong


class Beside(NamedTuple):
    """A picture beside the file: cleaned, and the digest of the file as it lies there."""

    cleaned: File
    found: str

    def to_keep(self, kept: str | None) -> File:
        """The picture to keep where one with the digest `kept` is: one that came from there is not cleaned again.

        A JPEG gets worse each time.
        """
        return structs.replace(self.cleaned, digest=kept) if kept == self.found else self.cleaned


def collect(rules: Programme, reader: Reader, folder: Path) -> dict[str, Beside]:
    """The rewards' pictures by reward code; what cannot be used is noted. Takes up to seconds for each."""
    found: dict[str, Beside] = {}
    for place, reward in enumerate(rules.rewards):
        if reward.picture:
            try:
                found[reward.code] = _clean(folder, reward.picture)
            except (Wrong, UnreadablePicture) as reason:
                reader.say(("rewards", place, "picture"), str(reason))
    return found


def _clean(folder: Path, name: str) -> Beside:
    path = (folder / name).resolve()
    # A file that came from somebody else must not publish what else is on this machine, nor write there when the
    # programme is shown into another folder.
    if not path.is_relative_to(folder.resolve()) or Path(name).is_absolute() or ".." in Path(name).parts:
        raise Wrong("the picture must be in the programme file's folder or below it")
    try:
        if path.stat().st_size > IMAGE_BYTES:
            raise Wrong(f"the picture is larger than {IMAGE_BYTES // 1024**2} MB")
        content = path.read_bytes()
        return Beside(File.of(*clean(content)), File.of("", content).digest)
    except (OSError, ValueError):
        raise Wrong(f"there is no picture “{name}” beside the programme file") from None
