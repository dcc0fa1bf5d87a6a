"""Understanding what a customer typed, in five languages. Pure functions; nothing here raises on any text."""
