"""Contests: every contestant in a process of its own on one core, round after round, medians compared.

A contestant is a command that prints one line of JSON last: at least `work` (how much it did), `wall` and `cpu`
(how many seconds that took, of the clock and of the process).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import msgspec

from bot import heap

Command = Sequence[str]
Result = dict[str, Any]


class ContestError(Exception):
    """A contestant failed, or did other work than the rest; no figure is worth printing."""


@dataclass(slots=True)
class Stopwatch:
    """Seconds of the clock and of this process; they run inside `measured`."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def measured() -> Iterator[Stopwatch]:
    """Measure what happens inside, with the heap settled for every contestant as Sapa settles its own."""
    heap.settle()
    watch = Stopwatch()
    wall, cpu = time.perf_counter(), time.process_time()
    yield watch
    watch.wall, watch.cpu = time.perf_counter() - wall, time.process_time() - cpu


def pin() -> None:
    """Keep this process on one core, the last of those it may use."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def play(command: Command) -> Result:
    """Run one contestant once. Raises ContestError when it fails."""
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ContestError(f"{' '.join(command)}: {done.stderr.strip()[-2_000:]}")
    result: Result = msgspec.json.decode(done.stdout.splitlines()[-1])
    return result


@dataclass(slots=True)
class Standing:
    """What one contestant did in all rounds."""

    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count one round, per piece of work."""
        self.walls.append(result["wall"] / result["work"])
        self.cpus.append(result["cpu"] / result["work"])

    @property
    def wall(self) -> float:
        """Median seconds of the clock for a piece of work."""
        return median(self.walls)

    @property
    def cpu(self) -> float:
        """Median CPU-seconds for a piece of work."""
        return median(self.cpus)


def compete(
    contestants: Mapping[str, Callable[[int], Command]], rounds: int, check: Callable[[dict[str, Result]], None]
) -> dict[str, Standing]:
    """Let all play in turn, round after round; `check` sees each round's results and raises ContestError."""
    standings = {name: Standing() for name in contestants}
    for number in range(rounds):
        results = {name: play(command(number)) for name, command in contestants.items()}
        check(results)
        for name, result in results.items():
            standings[name].add(result)
    return standings


def ratios(standings: Mapping[str, Standing], ours: str, against: Mapping[str, str]) -> dict[str, float]:
    """How many times as fast `ours` is as each of the others, by the clock and (`_cpu`) by CPU-seconds."""
    mine = standings[ours]
    found: dict[str, float] = {}
    for key, name in against.items():
        other = standings[name]
        found[key] = round(other.wall / mine.wall, 3)
        found[f"{key}_cpu"] = round(other.cpu / mine.cpu, 3)
    return found


def table(standings: Mapping[str, Standing], ours: str, unit: str) -> str:
    """The standings as lines for people."""
    mine = standings[ours]
    lines = [f"{'':<10}{unit + '/s':>10}{unit + '/CPU-s':>14}{'ours is':>10}{'(CPU)':>9}"]
    lines += [
        f"{name:<10}{1 / one.wall:>10,.0f}{1 / one.cpu:>14,.0f}"
        f"{one.wall / mine.wall:>9.2f}x{one.cpu / mine.cpu:>8.2f}x"
        for name, one in standings.items()
    ]
    return "\n".join(lines)
