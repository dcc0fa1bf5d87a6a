"""How Python's garbage collector is to go about a process that runs for months."""

from __future__ import annotations

import gc

YOUNG = 10_000  # objects between two looks at the youngest


def settle() -> None:
    """Leave alone what has been made so far, which stays anyway, and look less often at what is new.

    Otherwise the collector goes through some hundred thousand objects of imported modules again and again: of a
    broadcast's time it took an eighth, and everybody waited a tenth of a second each time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
