"""Measurements: `python -m bench turn`, `python -m bench import`; docs/benchmarks.md says what they mean."""
