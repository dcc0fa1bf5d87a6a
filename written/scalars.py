"""Texts as they are written into a YAML file, so that people can read and change them there."""

from __future__ import annotations

from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString


def scalar(text: str) -> str:
    """The text; in lines of its own where it has several, and with marks that are no letters written out."""
    lines = text.split("\n")
    if not all(line.isprintable() and line == line.strip() for line in lines):
        return str.__new__(DoubleQuotedScalarString, text)
    return str.__new__(LiteralScalarString, text) if len(lines) > 1 and lines[0] else text
