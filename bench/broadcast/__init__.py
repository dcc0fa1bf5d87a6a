"""How fast a campaign goes out: from the moment it may start to the last recipient's row."""
