"""What the inbox says."""

from __future__ import annotations

from console.staff import service_texts
from locales import Text, _, n_

INBOX = _("Inbox")
VIEWS: dict[str, Text] = {
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "all": _("All open"),
    "snoozed": _("Snoozed"),
    "mentions": _("Mentions"),
    "closed": _("Closed"),
}
EMPTIES: dict[str, Text] = {
    "mine": _("Nothing of yours is open. Take a conversation from the unassigned ones."),
    "unassigned": _("Nobody is waiting here. New conversations appear by themselves."),
    "all": _("No conversation is open. New ones appear by themselves."),
    "snoozed": _("Nothing is snoozed."),
    "mentions": _("Nobody has mentioned you in a note yet."),
    "closed": _("No conversation has been closed yet."),
}
ROW: dict[str, Text] = service_texts.PEOPLE | {
    **{f"wait_{unit}": text for unit, text in service_texts.WAITS.items()},
    "from_team": _("Team: {text}"),
    "from_bot": _("Bot: {text}"),
    "types": _("{name} is typing"),
    "target_warned": _("Answer is due soon"),
    "target_escalated": _("Answer is overdue"),
    "new": n_("{count} new message", "{count} new messages", "count"),
    "snoozed_until": _("Until {moment}"),
    "closed_at": _("Closed {moment}"),
    "nobodys": _("Unassigned"),
}
KEYS: dict[str, Text] = {
    "j": _("Next conversation"),
    "k": _("Previous conversation"),
    "enter": _("Open it"),
    "t": _("Take it"),
    "r": _("Write an answer"),
    "n": _("Write a note"),
    "e": _("Close it"),
    "z": _("Snooze it"),
    "slash": _("Search"),
    "question": _("This help"),
}
LIST: dict[str, Text] = ROW | {
    "inbox": INBOX,
    "views": _("Views"),
    "conversations": _("Conversations"),
    **{f"view_{name}": text for name, text in VIEWS.items()},
    **{f"empty_{name}": text for name, text in EMPTIES.items()},
    "language_filter": _("Language"),
    "every_language": _("All languages"),
    "show": _("Show"),
    "show_more": _("Show more"),
    "search": _("Search people and messages"),
    "no_results": _("Nothing was found for {words}."),
    "people_found": _("Customers"),
    "lines_found": _("Messages"),
    "search_ended": _("Back to the list"),
    "choose": _("Choose a conversation from the list."),
    "keys": _("Keyboard shortcuts"),
    "close": _("Close"),
    "sound": _("Sound"),
    "notify": _("Notifications"),
    "notify_title": _("New message from {name}"),
    "stream_lost": _("Connection lost. Trying again …"),
    **{f"key_{name}": text for name, text in KEYS.items()},
}
