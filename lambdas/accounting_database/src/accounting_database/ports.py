"""What the functions need of others, in their words."""

from typing import Protocol


class Secrets(Protocol):
    """Where passwords are kept."""

    def text(self, arn: str) -> str:
        """What the secret holds now. Raises SecretUnreadable, SecretsUnavailable."""


class Clock(Protocol):
    """The time."""

    def now(self) -> int:
        """Seconds since 1970, as Slurm counts."""
