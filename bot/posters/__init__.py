"""Posters by which customers join: what they say, how they are drawn, and the command that prints them."""
