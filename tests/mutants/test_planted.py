"""The mutants that `make mutants` plants still have their places in the source."""

from __future__ import annotations

import pytest

from tests.mutants.planted import MUTANTS, ROOT, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_still_has_its_place_and_its_tests(mutant: Mutant) -> None:
    compile(mutant.planted(), mutant.file, "exec")
    assert mutant.planted() != (ROOT / mutant.file).read_text()
    assert all((ROOT / test).exists() for test in mutant.tests)
