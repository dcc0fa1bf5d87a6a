"""Plays transcripts again and writes down how they go now: `python -m tests.flows.record_again FILE...`"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.rehearsal import play


def main() -> None:
    for path in map(Path, sys.argv[1:]):
        path.write_text(asyncio.run(play(path.read_text(encoding="utf-8"))), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
