"""The base of every error that the user can mend."""


class UserError(Exception):
    """What the user asked for cannot be done; the message says why and what to do instead.

    The helper command prints such an error as plain text without a traceback and exits with 1.
    """
