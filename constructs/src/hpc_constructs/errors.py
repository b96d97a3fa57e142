"""What can be wrong with what a construct is given."""


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
