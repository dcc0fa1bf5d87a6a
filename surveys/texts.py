"""A survey's texts for one person: in their language or the nearest, with what was answered before put in.

A text may name an earlier question, `{nps}`, or one of `NAMES`. What may be unknown has words that stand in for it:
`{product|your purchase}`. Everything here is plain text; whoever says it escapes it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from locales import formats
from surveys.definition import Answer, Answers, Question, Survey, Texts

NAMES = ("call_me", "business", "branch", "product")
ALWAYS = ("business",)
"""Of the names those that are never unknown."""
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)(?:\|([^{}]*))?\}")
_ISOLATE, _POP = "\u2068", "\u2069"
_QUOTED = 200  # the most letters of an answer in words that are said back


def said(texts: Texts, language: str, base: str) -> str:
    """The text in this language, else in the survey's own, else in English, else in whatever there is."""
    found = (texts[each] for each in (language, base, "en", *texts) if texts.get(each))
    return next(found, "")


def fill(survey: Survey, texts: Texts, language: str, answers: Answers, names: Mapping[str, str]) -> str:
    """The text as this person sees it; `names` are those of `NAMES` that are known of them.

    An answer is said in their language: a choice by its text, a day and a number as the language writes them.
    """

    def value(found: re.Match[str]) -> str:
        question = survey.question(found[1])
        known = _shown(survey, question, language, answers.get(found[1])) if question else names.get(found[1], "")
        known = known or found[2] or ""
        # In right-to-left text a Latin name or a number reorders its neighbours unless it stands alone.
        return f"{_ISOLATE}{known}{_POP}" if language == "ar" and known else known

    return _PLACEHOLDER.sub(value, said(texts, language, survey.language))


def placeholders(text: str) -> Iterator[tuple[str, bool]]:
    """What a text names, and whether words stand in where that is not known."""
    return ((found[1], bool(found[2])) for found in _PLACEHOLDER.finditer(text))


def without_placeholders(text: str) -> str:
    """The words of a text, for whatever looks only at them."""
    return _PLACEHOLDER.sub("", text)


def _shown(survey: Survey, question: Question, language: str, answer: Answer) -> str:
    if isinstance(answer, int):
        return formats.number(answer, language)
    if question.kind in ("single", "multiple"):
        chosen = [answer] if isinstance(answer, str) else answer or ()
        texts = {each.key: said(each.texts, language, survey.language) for each in question.choices}
        return formats.listed([texts[key] for key in chosen if key in texts], language)
    if isinstance(answer, str) and question.kind == "date":
        return formats.date(dt.date.fromisoformat(answer), language)
    return answer[:_QUOTED] if isinstance(answer, str) else ""
