"""What staff are told of their own account by mail: a link they asked for, and what happened there."""

from __future__ import annotations

from starlette.background import BackgroundTask
from starlette.requests import Request

from console.staff.office import office_of
from locales import Text, _, n_, render
from store.staff import Account
from store.staff_sessions import Staff
from talk.split import plain

HELLO = _("Hello {name},")
SUBJECT_LINK = _("Choose a new password – {business}")
LINK = n_(
    "Somebody asked for a new password for your account. If it was you, open this link within {minutes} minute:",
    "Somebody asked for a new password for your account. If it was you, open this link within {minutes} minutes:",
    "minutes",
)
NOT_YOU = _("If it wasn't you, ignore this mail; your password stays as it is.")
SUBJECT_NOTICE = _("Your account at {business}")
PASSWORD_CHANGED = _("Your password was changed, and you were logged out everywhere else.")
SECOND_ADDED = _("From now on your account asks for a code from your app when you log in.")
SECOND_REMOVED = _("Your account doesn't ask for a code from your app any more when you log in.")
RECOVERY_USED = n_(
    "Somebody logged in to your account with one of your recovery codes. {count} is left.",
    "Somebody logged in to your account with one of your recovery codes. {count} are left.",
    "count",
)
NEW_CODES = _("New recovery codes were made for your account. The earlier ones don't work any more.")
NEW_BROWSER = _("Somebody logged in to your account with a browser that hasn't been used for it before:")
COMPANY_LINKED = _("Your account was linked with the company log-in, {provider}.")
WHERE = _("{browser}, address {address}")
WARN = _("If that wasn't you, choose another password at {link} and tell an owner or administrator.")


def send(
    request: Request, to: Account | Staff, subject: Text, *lines: Text | str, **values: object
) -> BackgroundTask | None:
    """A mail in the person's language, to go once the page is answered; None where no mail server is set.

    A line that is no sentence (a link) stands as it is.
    """
    office = office_of(request)
    if office.mail is None:
        return None
    known = {"business": office.business, "name": to.name, **values}

    def said(line: Text | str) -> str:
        return line if isinstance(line, str) else plain(render(line, to.language, known))

    text = "\n\n".join(map(said, (HELLO, *lines)))
    return BackgroundTask(office.mail, to.email, said(subject), f"{text}\n")


def notice(request: Request, to: Account | Staff, *lines: Text | str, **values: object) -> BackgroundTask | None:
    """Tell somebody what happened to their account, and what to do when it was not them."""
    link = f"{office_of(request).address}/staff/forgotten"
    return send(request, to, SUBJECT_NOTICE, *lines, WARN, link=link, **values)
