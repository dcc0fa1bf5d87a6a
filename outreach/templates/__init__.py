"""Templates: what a campaign says, in five languages, checked before it is saved and said in bounded time."""
