"""Typed questions: what a flow may `ask`."""

from talk.prompts.base import Accepted, Drafted, Heard, Option, Prompt, Reading, Rejected
from talk.prompts.choice import Choice
from talk.prompts.contact_points import Email, Phone, PhoneNumber
from talk.prompts.date import Date
from talk.prompts.free_text import FreeText
from talk.prompts.multi_choice import MultiChoice
from talk.prompts.number import Number
from talk.prompts.photo import Photo, Photos
from talk.prompts.postponable import POSTPONED, Postponable
from talk.prompts.scale import Scale
from talk.prompts.skippable import Skippable
from talk.prompts.yes_no import YesNo

__all__ = [
    "POSTPONED",
    "Accepted",
    "Choice",
    "Date",
    "Drafted",
    "Email",
    "FreeText",
    "Heard",
    "MultiChoice",
    "Number",
    "Option",
    "Phone",
    "PhoneNumber",
    "Photo",
    "Photos",
    "Postponable",
    "Prompt",
    "Reading",
    "Rejected",
    "Scale",
    "Skippable",
    "YesNo",
]
