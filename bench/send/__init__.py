"""How fast the sender is: against a bare loop of requests, and under the provider's limit with replies between."""
