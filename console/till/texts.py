"""What the till says: its page, and its answers to what cashiers do."""

from __future__ import annotations

from console.staff import service_texts
from locales import Text, _, n_

PAGE: dict[str, Text] = {
    "till": _("Till"),
    "branch": _("Which branch is this till in?"),
    "branch_change": _("Change branch"),
    "find_label": _("Card, member number, phone or voucher"),
    "find": _("Find"),
    "scan": _("Scan a code"),
    "scan_help": _("Hold the code in front of the camera."),
    "scan_close": _("Close the camera"),
    "no_camera": _("The camera can't be used. Please type the code, or allow the camera for this page."),
    "several": _("Several members have this number. Who is it?"),
    "new_member": _("New member"),
    "back": _("Back"),
    "next": _("Next customer"),
    "earn": _("Points for a purchase"),
    "amount": _("Amount ({currency})"),
    "receipt": _("Receipt number (optional)"),
    "products": _("Products with points of their own"),
    "product": _("Product"),
    "quantity": _("Quantity"),
    "product_add": _("Add product"),
    "remove": _("Remove"),
    "see_points": _("See the points"),
    "give": _("Give the points"),
    "change": _("Change"),
    "redeem": _("Redeem"),
    "redeem_sure": _("Redeem this voucher now?"),
    "redeem_yes": _("Yes, redeem"),
    "redeem_no": _("Not now"),
    "show_member": _("Show the member"),
    "link": _("Link a chat"),
    "link_help": _("The customer writes “link my card” in the chat. It then shows six digits."),
    "link_code": _("The six digits"),
    "name": _("Name"),
    "phone": _("Phone number (optional)"),
    "language": _("Language"),
    "join": _("Make a member"),
    "join_anyway": _("It's somebody else: make a member"),
    "card": _("Card number"),
    "join_scan": _("The customer scans this to open the chat. It works once."),
    "recent": _("Last actions"),
    "recent_none": _("Nothing yet."),
    "undo": _("Undo"),
    "undone": _("Undone"),
    "sending": _("Sending…"),
    "slow": _("The network is slow. Please keep this page open: it goes on trying, and nothing is done twice."),
    "stop_trying": _("Stop trying"),
    "stopped": _("Not confirmed. Please look at the last actions: it may have been done."),
    "offline": _("No connection. Please try again in a moment."),
    "no_script": _("The till needs JavaScript. Please allow it for this page."),
}
# What the page's script says; the rest stands in its template.
SCRIPT = ("remove", "several", "no_camera", "undo", "undone", "stopped", "offline")
# What stands beside an action: it can be undone for so long.
LEFT = _("{time} left")

POINTS = n_("{points} point", "{points} points", count="points")
PENDING = n_("{points} point on its way", "{points} points on their way", count="points")
DEBT = n_(
    "{points} point is owed first, from a refund", "{points} points are owed first, from a refund", count="points"
)
VOUCHERS = n_("{vouchers} valid voucher", "{vouchers} valid vouchers", count="vouchers")
NO_VOUCHERS = _("No vouchers")
IN_CHAT = _("Has the chat")
NO_CHAT = _("Not in the chat yet")
NUMBER = _("No. {number}")
NAMELESS = _("Member without a name")

NO_MEMBER = _("Nobody was found. Please check the number, or make a new member.")
BRINGS = n_("{amount} brings {points} point.", "{amount} brings {points} points.", count="points")
BRINGS_NONE = _("{amount} brings no points.")
BRINGS_LATER = _("They can be spent later.")
EARNED = n_("{name} has {points} point more.", "{name} has {points} points more.", count="points")
EARNED_NONE = _("The purchase is noted. It brought no points.")
BALANCE = n_("The balance is {points} point.", "The balance is {points} points.", count="points")
REDEEMED = _("Redeemed: {reward}, for {name}.")
JOINED = _("{name} is a member now.")
LINKED = _("The card of {name} is linked to the chat.")
UNDONE = _("Undone.")

BAD_AMOUNT = service_texts.NO_AMOUNT
BAD_LINES = _("The products cost more than the whole amount. Please check both.")
RECEIPT_THEIRS = _("This receipt has already brought this member points, on {at}.")
RECEIPT_OTHERS = _("This receipt has already brought another member points, on {at}.")
KEY_TAKEN = _("This was sent for something else before. Please begin again.")
BAD_PHONE = _("That isn't a phone number. Please check it, or leave it empty.")
NO_NAME = _("Please write the name.")
PHONE_KNOWN = _("This phone number is a member's already. Is it the same person?")
UNKNOWN_CODE = _("This code is unknown. It holds for ten minutes and works once: please ask for a new one.")
HAS_CARD = _("This chat has a card with points of its own. Please ask your administrator.")
GONE = _("This card can't be linked any more.")
TOO_MANY = _("Too many wrong codes. Please try again at {at}.")
TOO_LATE = _("More than five minutes have passed, so this can't be undone any more.")
NOT_THERE = _("There is nothing to undo.")

VALID = _("Valid")
VALID_UNTIL = _("Valid until {day}")
USED = _("Already used on {at}")
USED_AT = _("Already used on {at}, {branch}")
FROZEN = _("Redeeming is stopped for this member, whose phone or card may be in other hands. Please ask your team.")
USED_BEFORE = _("Already used")
EXPIRED = _("Expired on {day}")
CANCELLED = _("Cancelled")
UNKNOWN = _("No such voucher. Please check the code.")
TIMES = n_("Used {times} time so far", "Used {times} times so far", count="times")
DISCOUNT = _("Discount card")
OF = _("Belongs to {name}")

DID_EARN = n_("{points} point for {name}", "{points} points for {name}", count="points")
DID_EARN_NONE = _("Purchase of {name}, no points")
DID_REDEEM = _("{reward}, for {name}")
DID_JOIN = _("New member: {name}")
DID_LINK = _("Chat linked: {name}")
BY = _("by {name}")
