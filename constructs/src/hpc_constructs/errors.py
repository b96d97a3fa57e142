"""What can be wrong with what a construct is given."""

from collections.abc import Iterable


class HpcConstructsError(ValueError):
    """Base of the errors that these constructs raise, at synthesis."""


class InvalidTier(HpcConstructsError):
    """A tier that ParallelCluster or EC2 would refuse."""

    def __init__(self, found: str, allowed: str) -> None:
        super().__init__(f"{found}: allowed is {allowed}. Change the tier's definition.")


class InvalidClusterName(HpcConstructsError):
    """A name that ParallelCluster would refuse."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"'{name}' can't be a cluster's name: allowed are 2 to 40 letters, digits and hyphens,"
            " a letter first. Choose another."
        )


class MissingTag(HpcConstructsError):
    """A bucket that is mounted where a tag says so, for a cluster that hasn't the tag."""

    def __init__(self, key: str, keys: Iterable[str]) -> None:
        super().__init__(
            f"A bucket is mounted only with the tag '{key}', which the cluster hasn't: allowed are"
            f" its tags ({', '.join(keys) or 'none'}). Add it to `tags`, as 'true' or 'false'."
        )


class FunctionWithoutOwnRole(HpcConstructsError):
    """A function whose role was made elsewhere, so that it is not ours to confine."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} was given its role: allowed is the role that CDK makes for it. Leave the"
            " function's role out, or grant that role the log group where it is made."
        )
