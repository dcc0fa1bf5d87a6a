"""Scripts and styles under an address that changes with their content, so that browsers keep them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"


def version() -> str:
    """A name for the files as they are now."""
    digest = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        digest.update(path.relative_to(FOLDER).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


class VersionedFiles(StaticFiles):
    """Serves `/<version>/<path>`; a page of another version (replicas during an upgrade) gets ours, not kept."""

    def __init__(self, current: str) -> None:
        super().__init__(directory=FOLDER)
        self._current = current

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file without the version before it."""
        asked, _, rest = path.partition("/")
        response = await super().get_response(rest, scope)
        kept = "public, max-age=31536000, immutable" if asked == self._current else "no-cache"
        response.headers["Cache-Control"] = kept
        return response
