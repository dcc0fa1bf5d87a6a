"""The root of Sapa's named errors."""


class SapaError(Exception):
    """Something Sapa could not do; the message says what to do next."""
