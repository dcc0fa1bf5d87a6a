"""The pictures that a programme file names: found beside it, and cleaned as every picture is."""

from __future__ import annotations

from pathlib import Path

from loyalty.programme import Programme
from loyalty.programme_file.problems import Wrong
from loyalty.programme_file.reading import Reader
from store.media import IMAGE_BYTES
from talk.pictures import Picture, UnreadablePicture, clean


def collect(rules: Programme, reader: Reader, folder: Path) -> dict[str, Picture]:
    """The rewards' pictures by reward code; what cannot be used is noted. Takes up to seconds for each."""
    found: dict[str, Picture] = {}
    for place, reward in enumerate(rules.rewards):
        if reward.picture:
            try:
                found[reward.code] = _clean(folder, reward.picture)
            except (Wrong, UnreadablePicture) as reason:
                reader.say(("rewards", place, "picture"), str(reason))
    return found


def _clean(folder: Path, name: str) -> Picture:
    path = (folder / name).resolve()
    # A file that came from somebody else must not publish what else is on this machine, nor write there when the
    # programme is shown into another folder.
    if not path.is_relative_to(folder.resolve()) or Path(name).is_absolute() or ".." in Path(name).parts:
        raise Wrong("the picture must be in the programme file's folder or below it")
    try:
        if path.stat().st_size > IMAGE_BYTES:
            raise Wrong(f"the picture is larger than {IMAGE_BYTES // 1024**2} MB")
        return clean(path.read_bytes())
    except (OSError, ValueError):
        raise Wrong(f"there is no picture “{name}” beside the programme file") from None
