"""What every staff page says, and what the doors say before somebody is known."""

from __future__ import annotations

from locales import Text, _
from store.staff import Role

EVERY_PAGE: dict[str, Text] = {
    "skip": _("Go to the content"),
    "navigation": _("Pages"),
    "logout": _("Log out"),
    "home": _("To the start page"),
    "role_owner": _("Owner"),
    "role_admin": _("Administrator"),
    "role_marketer": _("Marketing"),
    "role_support": _("Customer service"),
    "role_cashier": _("Cashier"),
    "role_viewer": _("Observer"),
    "message": _("Message"),
    "menu": _("Menu"),
    "close_menu": _("Close the menu"),
    "my_account": _("My account"),
    "present": _("Available"),
    "away": _("Away"),
    "go_away": _("Take a break"),
    "come_back": _("I am back"),
}
DOORS: dict[str, Text] = {
    "login": _("Log in"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "new_password": _("New password"),
    "repeat": _("The same again"),
    "password_help": _("At least 12 characters. A few words in a row are easy to remember and hard to guess."),
    "name": _("Name"),
    "name_help": _("Customers see it when you answer them."),
    "language": _("Language"),
    "welcome": _("Welcome, {name}"),
    "welcome_help": _("Please choose a password for {address}. This link works once."),
    "first": _("Open the staff pages"),
    "first_help": _("Nobody works here yet. Whoever fills this in becomes the owner. This link works once."),
    "begin": _("Save and log in"),
    "said_out": _("You are logged out."),
}
OUTREACH = _("Outreach")
LISTENING = _("Listening")
SETTINGS = _("Settings")
FORBIDDEN = _("Your role doesn't cover this page. An owner or administrator can change that.")
STALE_FORM = _(
    "This page was open for too long, so nothing was changed. Please load it again and repeat the last step."
)
SECOND_STEP_OWED = _("Please set up the code from an app first, on the page of your account.")
LOGGED_OUT = _("You are not logged in any more. Please log in again.")
WRONG_LOGIN = _("The e-mail address or the password is not right.")
LINK_VOID = _("This link has been used, has expired or was replaced by a newer one. Please ask for a new one.")
EMAIL_FORM = _("Please write an e-mail address such as {example}.")
EXAMPLE = "name@example.com"
NAME_MISSING = _("Please write a name of at most 100 characters.")
ROLES: dict[Role, Text] = {
    "owner": EVERY_PAGE["role_owner"],
    "admin": EVERY_PAGE["role_admin"],
    "marketer": EVERY_PAGE["role_marketer"],
    "support": EVERY_PAGE["role_support"],
    "cashier": EVERY_PAGE["role_cashier"],
    "viewer": EVERY_PAGE["role_viewer"],
}
