"""Ports for servers that another process starts, or that go away and come back."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """A port of 127.0.0.1 that refuses connections until the caller's server listens, and again when it stops.

    It stays bound, so that the system gives it to nobody else meanwhile. Elsewhere than on Linux a second socket
    could not listen then, and it is only free when it is given.
    """
    with closing(socket.socket()) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port = int(holder.getsockname()[1])
        if sys.platform != "linux":
            holder.close()
        yield port
