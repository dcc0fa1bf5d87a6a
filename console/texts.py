"""What the chat's page says of itself, in the catalogues' languages."""

from __future__ import annotations

from locales import LANGUAGES, Language, Text, _, render
from talk.split import plain

PAGE: dict[str, Text] = {
    "skip": _("Go to the message box"),
    "conversation": _("Conversation"),
    "write": _("Write a message"),
    "send": _("Send"),
    "attach": _("Send a picture"),
    "language": _("Language"),
    "online": _("Online"),
    "connecting": _("Connecting…"),
    "offline": _("You're offline. What you write will be sent when you're back."),
    "lost": _("The connection was lost. Trying again…"),
    "typing": _("Typing…"),
    "sending": _("Sending…"),
    "sent": _("Sent"),
    "failed": _("Not sent"),
    "retry": _("Try again"),
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "new": _("New messages"),
    "earlier": _("Show earlier messages"),
    "you": _("You"),
    "person": _("Team member"),
    "replies": _("Suggested replies"),
    "enlarge": _("Enlarge the picture"),
    "picture": _("Picture"),
    "close": _("Close"),
    "closeChat": _("Close the chat"),
    "hello": _("Hello, how can we help?"),
    "invite": _("Ask in your own words. We usually answer at once."),
    "suggestions": _("Suggested questions"),
    "noPlace": _("Your location couldn't be found. Please type it instead."),
    "pictureTooBig": _("That picture is too big. Please send one of at most 10 MB."),
    "noPicture": _("That file can't be shown as a picture. Please send a JPEG, PNG, WebP or GIF."),
    "photo": _("Picture"),
    "voice": _("Voice message"),
    "video": _("Video"),
    "document": _("Document"),
    "sticker": _("Sticker"),
    "location": _("Location"),
    "contact": _("Contact"),
}
SUGGESTIONS: tuple[Text, ...] = (
    _("How many points do I have?"),
    _("Which rewards can I get?"),
    _("What can you help me with?"),
    _("I'd like to talk to a person"),
)
NAMES: dict[Language, str] = {
    "en": "English",
    "ms": "Bahasa Melayu",
    "vi": "Tiếng Việt",
    "ar": "العربية",
    "zh": "简体中文",
}
NO_SCRIPT = _("This chat needs JavaScript. Please allow it for this page, or write to us another way.")
OPENING = _("Opening your chat…")
CONTINUE = _("Continue to the chat")
ANOTHER = _("You're already chatting on this device. This link opens a different chat.")
LINK_USED = _("This link has already been used. Please ask us for a new one.")
LINK_EXPIRED = _("This link has expired. Please ask us for a new one.")
LINK_UNKNOWN = _("This link doesn't work. Please ask us for a new one.")
WIDGET: dict[str, Text] = {"open": _("Open the chat"), "close": PAGE["closeChat"], "chat": PAGE["conversation"]}


def said(text: Text, language: Language) -> str:
    """A sentence as plain text: where these stand, tags are no tags and nothing is escaped."""
    return plain(render(text, language))


def page(language: Language) -> dict[str, str]:
    """The page's own texts."""
    return {name: said(text, language) for name, text in PAGE.items()}


def suggestions(language: Language) -> list[str]:
    """First questions that a new visitor may ask with one press."""
    return [said(text, language) for text in SUGGESTIONS]


def widget() -> dict[Language, dict[str, str]]:
    """What the widget says on another site, whose language only the browser knows."""
    return {language: {name: said(text, language) for name, text in WIDGET.items()} for language in LANGUAGES}
