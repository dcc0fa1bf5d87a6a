"""The values of facts in words, where they are always the same."""

from __future__ import annotations

from locales import Text, _, verbatim

STAGES: dict[str, Text] = {
    "prospect": _("Prospect"),
    "new": _("New customer"),
    "active": _("Active customer"),
    "loyal": _("Loyal customer"),
    "at_risk": _("At risk"),
    "lapsed": _("Lapsed"),
}
RFM: dict[str, Text] = {
    "champions": _("Champions"),
    "loyal_customers": _("Loyal customers"),
    "potential_loyalists": _("Potential loyalists"),
    "new_customers": _("New customers"),
    "promising": _("Promising"),
    "needs_attention": _("Needs attention"),
    "about_to_sleep": _("About to sleep"),
    "at_risk": _("At risk"),
    "cannot_lose": _("Cannot lose them"),
    "hibernating": _("Hibernating"),
}
KINDS: dict[str, Text] = {
    "customer": _("Customer"),
    "supplier": _("Supplier"),
    "distributor": _("Distributor"),
    "agency": _("Agency"),
    "intermediary": _("Intermediary"),
    "shareholder": _("Shareholder"),
    "investor": _("Investor"),
    "analyst": _("Analyst"),
}
LANGUAGES: dict[str, Text] = {
    "en": verbatim("English"),
    "ms": verbatim("Bahasa Melayu"),
    "vi": verbatim("Tiếng Việt"),
    "ar": verbatim("العربية"),
    "zh": verbatim("中文"),
}
NEWS: dict[str, Text] = {
    "granted": _("Agreed to offers"),
    "unasked": _("Not asked about offers yet"),
    "withdrawn": _("Withdrawn"),
}
CHANNELS: dict[str, Text] = {"webchat": _("Web chat"), "telegram": verbatim("Telegram")}
