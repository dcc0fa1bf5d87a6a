"""How fast purchases come in: against sqlite3 by hand, and how long a chat's replies take meanwhile."""
