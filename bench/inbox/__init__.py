"""Two hundred agents who listen while customers write."""
