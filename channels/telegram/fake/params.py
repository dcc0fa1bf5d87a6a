"""Reading the parameters of a request, in every form real clients send them.

The Bot API takes a query string, JSON, urlencoded and multipart bodies. In the last two (and in JSON as
python-telegram-bot writes it) every value is a string, and structures are JSON inside that string; hence
the typed getters.
"""

from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from channels.telegram.fake.errors import bad_request

T = TypeVar("T")

_decode = msgspec.json.Decoder().decode


class Upload(msgspec.Struct, frozen=True):
    """A file that came with a multipart request."""

    name: str
    content: bytes
    mime_type: str


class Params:
    """The parameters of one request."""

    __slots__ = ("uploads", "values")

    def __init__(self, values: dict[str, Any], uploads: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.uploads = uploads or {}

    def text(self, name: str) -> str:
        """Return a string, empty when it was not given."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number; what is no number counts as not given, as on the real server."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """Return whether a boolean was given as true."""
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes", "t", "y")

    def structure(self, name: str, label: str, kind: type[T]) -> T | None:
        """Return a list or object, None when not given. Raises `bad_request` naming `label` for anything else."""
        value = self.values.get(name)
        if isinstance(value, str) and value:
            try:
                value = _decode(value)
            except msgspec.DecodeError:
                raise bad_request(f"can't parse {label} JSON object") from None
        if value in (None, ""):
            return None
        if not isinstance(value, kind):
            raise bad_request(f"can't parse {label} JSON object")
        return value

    def upload(self, name: str) -> Upload | None:
        """Return the file sent as `name`, directly or by an `attach://` reference."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.uploads.get(value.removeprefix("attach://"))
        return self.uploads.get(name)

    def logged(self) -> dict[str, Any]:
        """Return the parameters as the wire's log keeps them: a file by its name and size."""
        if not self.uploads:
            return self.values
        files = {key: {"name": file.name, "size": len(file.content)} for key, file in self.uploads.items()}
        return {**self.values, **files}


async def read(request: web.Request) -> Params:
    """Return the parameters of a request, whatever form its body has."""
    kind = request.content_type
    values: dict[str, Any] = dict(request.query) if request.query_string else {}
    if kind == "multipart/form-data":
        return await _multipart(request, values)
    body = await request.read()
    if not body:
        return Params(values)
    if kind == "application/json":
        values.update(_object(body))
    elif kind == "application/x-www-form-urlencoded":
        values.update(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    return Params(values)


def _object(body: bytes) -> dict[str, Any]:
    try:
        values = _decode(body)
    except msgspec.DecodeError:
        values = None
    if not isinstance(values, dict):
        raise bad_request("can't parse request body as a JSON object")
    return values


async def _multipart(request: web.Request, values: dict[str, Any]) -> Params:
    uploads: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename, value.file.read(), value.content_type)
            value.file.close()
        else:
            values[name] = value
    return Params(values, uploads)
