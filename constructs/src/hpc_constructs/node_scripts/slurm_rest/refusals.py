"""Requests that are refused: with which status, and why, in words that hold nothing of a token."""

from __future__ import annotations


class Refused(Exception):
    """The message is for the caller.

    Attributes:
        status: of HTTP.
    """

    status = 403


class Unverified(Refused):
    """There is no token, or none that can be believed."""

    status = 401


class Forbidden(Refused):
    """The token is the realm's, and its bearer may not come in."""


class NoKeys(Refused):
    """The realm's keys have never come: no token can be told from another."""

    status = 503
