"""The five languages: catalogues, and the forms of numbers, dates and money.

A dialogue names its sentences with :func:`_` and :func:`n_`; :func:`render` says them in a language.
"""

from locales.catalogue import Catalogue, catalogue, edition
from locales.text import ARAB, LANGUAGES, Language, Phrase, Text, _, direction, n_, render, verbatim

__all__ = [
    "ARAB",
    "LANGUAGES",
    "Catalogue",
    "Language",
    "Phrase",
    "Text",
    "_",
    "catalogue",
    "direction",
    "edition",
    "n_",
    "render",
    "verbatim",
]
