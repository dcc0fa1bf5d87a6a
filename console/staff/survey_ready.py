"""What a new question and a new survey begin with, in all five languages: words that can stay or be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from console.staff.survey_conditions import label
from locales import LANGUAGES, Language, Text, _
from locales.catalogue import original
from surveys import editing, templates
from surveys.definition import Kind, Question, Survey, Texts, Thanks
from surveys.texts import said
from talk.prompts.scale import FIVE_AGREEMENTS

QUESTIONS: Mapping[Kind, Text] = {
    "nps": _("How likely are you to recommend {business} to a friend or colleague?"),
    "csat": _("How satisfied are you with us?"),
    "ces": _("How easy was it to get done what you came for?"),
    "stars": _("How many stars do you give us?"),
    "matrix": _("How far do you agree?"),
    "text": _("What should we do better?"),
    "photo": _("Would you like to show us? Please send a photo."),
}
ENDS: Mapping[Kind, tuple[Text, Text]] = {
    "nps": (_("Not at all likely"), _("Extremely likely")),
    "csat": (_("Very dissatisfied"), _("Very satisfied")),
    "ces": (_("Very difficult"), _("Very easy")),
    "matrix": (FIVE_AGREEMENTS[0], FIVE_AGREEMENTS[-1]),
}
INTRO = _("We'd love to hear how you find us.")
THANKS = _("Thank you very much for your answers.")


def everywhere(text: Text) -> Texts:
    """A sentence of ours in every language, its values left to be filled in."""
    return {language: original(language).sentence(text.one) for language in LANGUAGES}


def furnished(question: Question) -> Question:
    """The question with words of ours, where its kind has any."""
    low, high = ENDS.get(question.kind, (None, None))
    asked = QUESTIONS.get(question.kind)
    return structs.replace(
        question,
        texts=everywhere(asked) if asked else {},
        low=everywhere(low) if low else {},
        high=everywhere(high) if high else {},
        required=question.kind in ("nps", "csat", "ces", "stars"),
    )


def blank(code: str, name: str, language: Language) -> Survey:
    """A survey without questions that greets and thanks in every language."""
    survey = editing.blank(code, name, language)
    return structs.replace(survey, intro=everywhere(INTRO), thanks=(Thanks(everywhere(THANKS)),))


def offered(language: Language) -> list[tuple[str, str, list[tuple[Question, str]]]]:
    """The questions of shipped surveys: of each its code, its name, and its questions with what they ask."""
    return [
        (
            each.code,
            said(each.names, language, each.language),
            [(question, label(question, each, language)) for question in each.questions],
        )
        for each in templates.every()
    ]


def taken(survey: Survey, named: Sequence[str]) -> Question | None:
    """A question of a shipped survey, named by the survey's code and its key, to be asked of everybody."""
    template = next((each for each in templates.every() if each.code == named[0]), None)
    question = template.question(named[1]) if template and len(named) > 1 else None
    if question is None:
        return None
    key = editing.free_key(question.key, (each.key for each in survey.questions))
    return structs.replace(question, key=key, when=())
