"""How the demonstration tells what it sees, and how it ends when that is not as promised."""

from collections.abc import Callable

from embedded_aws.errors import NotAsPromisedError

Say = Callable[[str], None]


def expect(holds: bool, otherwise: str) -> None:
    """Go on only if it holds.

    Raises:
        NotAsPromisedError: it doesn't; says what is the case instead.
    """
    if not holds:
        raise NotAsPromisedError(otherwise)
