"""The error that the database cannot be used; apart, so that to know it costs no driver."""


class DatabaseUnavailable(Exception):  # noqa: N818 - a state of the database, not a mistake
    """The database cannot be used; the message says what to do about it, without any password."""
