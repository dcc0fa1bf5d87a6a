"""The till: what a cashier does for a member, each press once, and how it is undone.

Everything here runs in the transaction of whoever calls, and commits nothing. Refusals are values.
"""
