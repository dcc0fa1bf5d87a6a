"""My data: what we hold of a customer, in plain words, to take along, and to have erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flows import holding
from flows.holding import Done, Person
from locales import Text, _, n_, verbatim
from locales.formats import DayOfYear
from talk.engine import Talk
from talk.prompts import Choice, Option

SEE = Option("see", _("See my data"))
EXPORT = Option("export", _("Download my data"))
ERASE = Option("erase", _("Erase my data"))
KEEP = Option("keep_data", _("Keep my data after all"))
MORE = Option("more", _("Go on"))
DONE = Option("done", _("That's all, thanks"), declines=True)
SURE = Option("sure", _("Yes, erase everything"))
REALLY = Option("really", _("Erase it for good"))
NOT_NOW = Option("not_now", _("No, keep everything"))

QUESTION = _("What would you like to do with the data we hold about you?")
WHO = _("<b>Who you are to us</b>")
WHAT = _("<b>What you did with us</b>")
AGREED = _("<b>What you agreed to</b>")
NEXT = _("There's more. Shall I go on?")
CHANNELS = {
    "telegram": verbatim("Telegram"),
    "whatsapp": verbatim("WhatsApp"),
    "webchat": _("the chat on our website"),
}
SINCE = _("• We've known you since {day}")
CHATS = _("• We write to you by: {chats}")
NAME = _("• Name: {name}")
CALLED = _("• What we call you: {name}")
NUMBER = _("• Customer number: {number}")
PHONE = _("• Phone: {phone}")
EMAIL = _("• E-mail: {address}")
CITY = _("• City: {city}")
BORN = _("• Birthday: {day}")
MESSAGES = n_("• {count} message to and from you", "• {count} messages to and from you", count="count")
FILES = n_("• {count} picture or file you sent", "• {count} pictures or files you sent", count="count")
PURCHASES = n_("• {count} purchase", "• {count} purchases", count="count")
POINTS = n_("• {count} point", "• {count} points", count="count")
VOUCHERS = n_("• {count} voucher", "• {count} vouchers", count="count")
CLAIMS = n_("• {count} request for missing points", "• {count} requests for missing points", count="count")
BEHAVIOURS = n_("• {count} visit to our shop's pages", "• {count} visits to our shop's pages", count="count")
GAVE = {
    "marketing": _("• {day}: yes to news and offers"),
    "profiling": _("• {day}: yes to personalised messages"),
}
TOOK_BACK = {
    "marketing": _("• {day}: no to news and offers"),
    "profiling": _("• {day}: no to personalised messages"),
}
NOTHING_AGREED = _("• Nothing so far")

LINK = _("You can download everything here, once, within 24 hours. Please don't pass the address on:")
EXPLAINED = _(
    "If you erase your data, your name, number, addresses, messages, pictures and settings go, and I won't know "
    "you any more. Purchases and points entries stay in our books without your name, as the law asks, and a coded "
    "note that we mustn't write to you again."
)
LOSES_POINTS = n_("You'd lose {count} point.", "You'd lose {count} points.", count="count")
LOSES_VOUCHERS = n_("You'd lose {count} voucher.", "You'd lose {count} vouchers.", count="count")
ASK_ONCE = _("Would you like us to erase everything?")
ASK_TWICE = _("Please confirm it once more. You can take it back for 24 hours; after that nobody can.")
ASKED = _("We'll erase your data on {moment}. Until then you can take it back here.")
PENDING = _("Your data will be erased on {moment}.")
KEPT = _("All right, everything stays as it is.")


async def my_data(talk: Talk) -> None:
    """Show it, give an address to download it from, or have it erased, as wished."""
    due_at = talk.do("due", holding.erasure_due)
    if due_at is not None:
        talk.say(PENDING, moment=due_at)
    wish = await talk.ask("wish", QUESTION, Choice(SEE, EXPORT, KEEP if due_at else ERASE, DONE))
    if wish.key == SEE.key:
        await _see(talk)
    elif wish.key == EXPORT.key:
        talk.say(LINK)
        talk.say(verbatim(talk.do("export", holding.export_link)), line=True)
    elif wish.key == ERASE.key:
        await _erase(talk)
    elif wish.key == KEEP.key:
        await talk.go("keep_data")
    if wish.key in (SEE.key, EXPORT.key):
        await talk.go("my_data")


async def _see(talk: Talk) -> None:
    talk.say(WHO)
    for sentence, values in _who(talk.do("person", holding.person)):
        talk.say(sentence, line=True, **values)
    if await talk.ask("did", NEXT, Choice(MORE, DONE, columns=2)) is DONE:
        return
    talk.say(WHAT)
    for sentence, count in _what(talk.do("done", holding.done)):
        talk.say(sentence, line=True, count=count)
    if await talk.ask("agreed", NEXT, Choice(MORE, DONE, columns=2)) is DONE:
        return
    talk.say(AGREED)
    said = talk.do("consents", holding.agreed)
    for each in said:
        talk.say((GAVE if each.granted else TOOK_BACK)[each.purpose], line=True, day=each.day)
    if not said:
        talk.say(NOTHING_AGREED, line=True)


def _who(person: Person) -> Iterator[tuple[Text, dict[str, Any]]]:
    yield SINCE, {"day": person.since}
    if person.chats:
        yield CHATS, {"chats": tuple(CHANNELS.get(each, verbatim(each)) for each in person.chats)}
    for sentence, name, text in (
        (NAME, "name", person.name),
        (CALLED, "name", person.call_me),
        (NUMBER, "number", person.number),
        (PHONE, "phone", person.phone),
        (EMAIL, "address", person.email),
        (CITY, "city", person.city),
    ):
        if text:
            yield sentence, {name: text}
    if person.birthday:
        yield BORN, {"day": DayOfYear(*person.birthday)}


def _what(done: Done) -> list[tuple[Text, int]]:
    kept = (
        (MESSAGES, done.messages),
        (FILES, done.files),
        (PURCHASES, done.purchases),
        (POINTS, done.points),
        (VOUCHERS, done.vouchers),
        (CLAIMS, done.claims),
        (BEHAVIOURS, done.behaviours),
    )
    return [(sentence, count) for sentence, count in kept if count]


async def _erase(talk: Talk) -> None:
    talk.say(EXPLAINED)
    lost = talk.do("forfeit", holding.forfeit)
    if lost.points:
        talk.say(LOSES_POINTS, count=lost.points)
    if lost.vouchers:
        talk.say(LOSES_VOUCHERS, line=bool(lost.points), count=lost.vouchers)
    if (
        await talk.ask("once", ASK_ONCE, Choice(SURE, NOT_NOW)) is NOT_NOW
        or await talk.ask("twice", ASK_TWICE, Choice(REALLY, NOT_NOW)) is NOT_NOW
    ):
        talk.say(KEPT)
    else:
        talk.say(ASKED, moment=talk.do("erase", holding.erase), commands=(KEEP,))
