"""What can go wrong, each with a code and one sentence that says what to do next."""

from collections.abc import Iterable


class DirectoriesError(Exception):
    """The base of all: `Code: sentence`, the code being the class's name."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"{type(self).__name__}: {sentence}")


class InvalidSettings(DirectoriesError):
    """The environment of the function is not what its stack should give it."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__(f"The function's environment is wrong: {'; '.join(problems)}.")


class InvalidListing(DirectoriesError):
    """A list of what is in use that can't be read: nothing is done on half of one."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(f"{name} is {str(value)[:100]!r}; allowed is {allowed}.")


class ListingTooOld(DirectoriesError):
    """A list of what is in use that may not be true any more."""

    def __init__(self, seconds: float, allowed: float) -> None:
        super().__init__(
            f"What is in use was listed {seconds:.0f} s ago; allowed are {allowed:.0f}. "
            "A cluster may have come since: list again, which the next night does by itself."
        )


class PassIncomplete(DirectoriesError):
    """Some directories could not be dealt with; all others were."""

    def __init__(self, failures: int) -> None:
        super().__init__(
            f"{failures} directories could not be dealt with; the log names each with the reason. "
            "The next night tries them again."
        )
