"""`python -m bench turn`: the same ten-question survey, from Telegram's JSON to the committed turn."""
