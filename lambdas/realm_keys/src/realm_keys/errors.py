"""What can go wrong, each with a code and one sentence that says what to do next."""

from collections.abc import Iterable


class RealmKeysError(Exception):
    """The base of all: `Code: sentence`, the code being the class's name."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"{type(self).__name__}: {sentence}")


class InvalidSettings(RealmKeysError):
    """The environment of the function is not what its stack should give it."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__(f"The function's environment is wrong: {'; '.join(problems)}.")


class RealmAway(RealmKeysError):
    """The realm doesn't answer, or not with its keys."""

    def __init__(self, url: str, said: str) -> None:
        super().__init__(
            f"{url}: {said}. What is published stays; see that Keycloak is up, that the function"
            " has a way to it, and that its certificate is of an authority that the settings name."
        )


class KeysRefused(RealmKeysError):
    """A set of keys that is in doubt is none."""

    def __init__(self, said: str) -> None:
        super().__init__(f"The realm's keys are refused: {said}. What is published stays.")


class BucketRefused(RealmKeysError):
    """S3 doesn't give or take the published keys."""

    def __init__(self, where: str, said: str) -> None:
        super().__init__(f"{where}: {said}. The next pass tries it again.")


class PublishedMeanwhile(RealmKeysError):
    """Somebody else has published since this pass began; its view is old."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where} has changed during this pass. The next pass looks at it anew.")
