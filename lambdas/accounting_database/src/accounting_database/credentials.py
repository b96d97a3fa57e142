"""Passwords: who holds one, and the form in which the server is told of it."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from accounting_database.errors import SecretUnreadable
from accounting_database.ports import Secrets


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """A user and its password, which is never shown."""

    user: str
    password: str = field(repr=False)


class AdminCredentials:
    """The administrator's, kept for the life of the process until the server refuses them."""

    def __init__(self, *, secrets: Secrets, arn: str) -> None:
        self._secrets = secrets
        self._arn = arn
        self._known: Credentials | None = None

    def known(self) -> Credentials:
        """Those read last. Raises SecretUnreadable, SecretsUnavailable."""
        return self._known or self.fresh()

    def fresh(self) -> Credentials:
        """Those that the secret holds now, after a rotation. Raises as `known`."""
        self._known = _of_master_user(self._arn, self._secrets.text(self._arn))
        return self._known


def _of_master_user(arn: str, text: str) -> Credentials:
    """RDS's own secret: {"username": …, "password": …} and no host.

    Source: RDS User Guide, "Password management with Amazon RDS and AWS Secrets Manager".
    """
    try:
        content = json.loads(text)
        user, password = content["username"], content["password"]
    except (ValueError, TypeError, KeyError):
        user = password = None
    if not isinstance(user, str) or not isinstance(password, str):
        # Without the cause, which would show the secret.
        raise SecretUnreadable(arn, "has no JSON object with username and password") from None
    return Credentials(user=user, password=password)


def bare_password(secrets: Secrets, arn: str) -> str:
    """What the secret of a cluster's user is: the password and nothing else.

    ParallelCluster hands the whole text to Slurm. Raises SecretUnreadable, SecretsUnavailable.
    """
    # Not called what it is: a trace of what failed shows this line, and logs are searched.
    text = secrets.text(arn)
    if not text or text != text.strip() or not text.isprintable():
        raise SecretUnreadable(
            arn, "holds no bare password, or one with white space around it or control characters"
        )
    return text


def unknown_password() -> str:
    """A password that nobody but this process ever has."""
    return secrets.token_urlsafe(32)


def password_hash(password: str) -> str:
    """What mysql_native_password keeps: `*` and 40 hexadecimal digits.

    So no statement, and no log of statements, holds the password. The method is the one that
    both Slurm's client library and RDS for MariaDB have.
    """
    once = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    return f"*{hashlib.sha1(once, usedforsecurity=False).hexdigest().upper()}"
