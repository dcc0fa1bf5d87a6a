"""Plant every fault and see it caught: `python -m tests.mutants [word of a name ...]`; exit code 1 otherwise."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.planted import MUTANTS, ROOT, Mutant

SIDE_BY_SIDE = 2
SECONDS = 900.0
PASSED, FAILED = 0, 1  # pytest's exit codes; any other says that there was nothing to see
_CULPRIT = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def main() -> int:
    """Run the mutants; 0 when the tests pass without a fault and notice each."""
    chosen = [mutant for mutant in MUTANTS if not sys.argv[1:] or any(word in mutant.name for word in sys.argv[1:])]
    code, said = _tried(sorted({test for mutant in chosen for test in mutant.tests}))
    if code != PASSED:
        print(f"The tests do not pass without a fault:\n{said}")
        return 1
    print("Without a fault every test passes.", flush=True)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as side_by_side:
        caught = sum(side_by_side.map(_caught, chosen))
    print(f"{caught} of {len(chosen)} mutants were caught.")
    return caught < len(chosen)


def _caught(mutant: Mutant) -> bool:
    code, said = _tried(mutant.tests, mutant)
    culprit = _CULPRIT.search(said)
    if code == FAILED and culprit:
        print(f"caught    {mutant.name}: {culprit[1]}", flush=True)
        return True
    what = "SURVIVED" if code == PASSED else "BROKEN"
    print(f"{what}  {mutant.name}: {' '.join(mutant.tests)}\n{'' if code == PASSED else said}", flush=True)
    return False


def _tried(tests: Sequence[str], mutant: Mutant | None = None) -> tuple[int, str]:
    """Run tests in a copy of the tree, with the fault in it; pytest's exit code and what it said."""
    with tempfile.TemporaryDirectory(prefix="sapa-mutant-") as folder:
        root = Path(folder) / "sapa"
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(".*", "node_modules", "data", "screenshots"))
        if mutant is not None:
            (root / mutant.file).write_text(mutant.planted())
        options = ["-x", "--tb=no", "-rfE", "-p", "no:cacheprovider", "-m", "not browser"]
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", *options, *tests],
                cwd=root,
                env={**os.environ, "PYTHONPATH": str(root)},
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return -1, f"The tests did not end within {SECONDS:.0f} seconds."
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
