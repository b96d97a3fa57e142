"""What can go wrong, each with a code and one sentence that says what to do next.

A message never holds a password, nor the text of a statement or of the server, which may quote it.
"""

from collections.abc import Iterable


class AccountingError(Exception):
    """The base of all: `Code: sentence`, the code being the class's name."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"{type(self).__name__}: {sentence}")


class InvalidSettings(AccountingError):
    """The environment of the function is not what its stack should give it."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__(f"The function's environment is wrong: {'; '.join(problems)}.")


class InvalidRequest(AccountingError):
    """A property, or a field of an event, that can't be read."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(f"{name} is {_shown(value)}; allowed is {allowed}.")


class SchemaTaken(AccountingError):
    """The schema is another cluster's: its history is not for this one."""

    def __init__(self, schema: str, cluster: str) -> None:
        super().__init__(
            f"Schema {schema} holds the accounting of another cluster or project, and was not given"
            f" to {cluster}. Choose a ClusterName that no other project has."
        )


class CreationReleased(AccountingError):
    """The creation was deleted already; this request of it comes late."""

    def __init__(self, cluster: str, creation: str) -> None:
        super().__init__(
            f"Creation {creation} of {cluster} was deleted before. "
            "Create the cluster anew, which is another creation."
        )


class SecretUnreadable(AccountingError):
    """A secret can't be read, or holds something else than a password should be."""

    def __init__(self, arn: str, problem: str) -> None:
        super().__init__(
            f"Secret {arn} {problem}. See that it is there, holds what it should, and that this "
            "function's role may read and decrypt it; then try again."
        )


class SecretsUnavailable(AccountingError):
    """Secrets Manager throttles, fails or can't be reached."""

    def __init__(self, arn: str, problem: str) -> None:
        super().__init__(
            f"Secrets Manager did not give secret {arn} ({problem}). Try again later; if that "
            "lasts, see that the VPC's endpoint for secretsmanager admits this function."
        )


class DatabaseUnavailable(AccountingError):
    """The server can't be reached, doesn't answer, or went away."""

    def __init__(self, host: str, problem: str) -> None:
        super().__init__(
            f"Database {host} is not there ({problem}). See that it runs and that its security "
            "group admits this function; then try again."
        )


class DatabaseUntrusted(AccountingError):
    """The server offers no TLS, or its certificate is not what the CA file vouches for."""

    def __init__(self, host: str, problem: str) -> None:
        super().__init__(
            f"Database {host} is not trusted ({problem}), and was told nothing. See that "
            "DATABASE_CA_FILE names the certificates of its authority, and DATABASE_HOST its name."
        )


class LoginRefused(AccountingError):
    """The server doesn't take a user's password, whatever was tried."""

    def __init__(self, host: str, user: str) -> None:
        super().__init__(
            f"Database {host} refuses user {user}. If that is the administrator, see that the "
            "secret that DATABASE_SECRET_ARN names has the password that the server has."
        )


class DatabaseBusy(AccountingError):
    """Something else has hold of what is needed, for longer than this function waits."""

    def __init__(self, host: str, what: str) -> None:
        super().__init__(
            f"Database {host} is busy: it could not {what} in time, since another request is at it."
            " Try again."
        )


class DatabaseSlow(AccountingError):
    """The server takes longer than whoever asks will wait."""

    def __init__(self, host: str, what: str) -> None:
        super().__init__(
            f"Database {host} is too slow: there was not time enough to {what}. Try again, for less"
            " if it is a report; if that lasts, see what its load is."
        )


class PurgeIncomplete(AccountingError):
    """Schemas that are due could not be dropped; the log says which and why."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} schemas that are due could not be dropped. See this invocation's lines `kept`"
            " in the log; the next run tries again."
        )


class StatementRefused(AccountingError):
    """The server refused a statement; `code` is its own number, `name` MariaDB's name of it."""

    def __init__(self, host: str, what: str, code: int, name: str) -> None:
        self.code = code
        super().__init__(
            f"Database {host} refused to {what} ({code} {name}). See what MariaDB says of this "
            "code; the administrator must have what RDS gives its master user."
        )


class ConnectionsLeft(AccountingError):
    """Connections of a user that goes could not be ended."""

    def __init__(self, host: str, user: str, count: int) -> None:
        super().__init__(
            f"Database {host} still has {count} connections of user {user}, who is to be dropped. "
            "Delete it again."
        )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}…"  # noqa: PLR2004 - enough to recognise it
