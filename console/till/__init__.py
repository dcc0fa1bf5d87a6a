"""The till: a page for a cashier's phone, and what it asks and does. Every press is done once (docs/till.md)."""
