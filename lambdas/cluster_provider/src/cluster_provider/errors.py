"""What can go wrong, each with a code and one sentence that says what to do next."""

from collections.abc import Sequence

from cluster_provider.model import Failure

LIMIT_BYTES = 1500
"""Of a raised message: CDK's Provider adds a stack trace, and an answer may have 4096 bytes."""


class ProviderError(Exception):
    """A request that failed: `code: reasons`, at most 1500 bytes; `failures` has the whole text."""

    def __init__(self, *failures: Failure) -> None:
        self.failures = failures
        super().__init__(_sentence(failures))


class InvalidRequest(ProviderError):
    """The custom resource's properties can't be read."""

    def __init__(self, reason: str) -> None:
        super().__init__(_failure("InvalidRequest", reason))


class InvalidConfiguration(ProviderError):
    """ParallelCluster refuses the configuration; its own messages say why."""

    def __init__(self, name: str, messages: Sequence[str]) -> None:
        reasons = messages or [f"ParallelCluster refuses cluster {name} and does not say why."]
        super().__init__(*(_failure("InvalidConfiguration", reason) for reason in reasons))


class ClusterExists(ProviderError):
    """A cluster or stack of that name is there and isn't this custom resource's."""

    def __init__(self, name: str, owner: str = "") -> None:
        whose = f"it belongs to {owner}" if owner else "it was not made by this provider"
        super().__init__(
            _failure(
                "ClusterExists",
                f"A stack named {name} exists already and {whose}. "
                "Delete that cluster first, or choose another ClusterName.",
            )
        )


class CreationCancelled(ProviderError):
    """The stack went while its cluster was made; the cluster goes too."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _failure(
                "CreationCancelled",
                f"The stack of cluster {name} was deleted or rolled back while ParallelCluster"
                " created it; it is deleted again. Create it anew if it is still wanted.",
            )
        )


class ClusterGone(ProviderError):
    """The cluster to update, or just being created, is not there."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _failure(
                "ClusterGone",
                f"Cluster {name} is gone: its stack was deleted by somebody else. "
                "Delete this resource and create it again.",
            )
        )


class ClusterBusy(ProviderError):
    """Something is in progress that must end first."""

    def __init__(self, name: str, stack_status: str) -> None:
        super().__init__(
            _failure(
                "ClusterBusy",
                f"Cluster {name} is {stack_status}. Try again when that has ended.",
            )
        )


class UpdateRefused(ProviderError):
    """ParallelCluster doesn't change a cluster that way; its messages say what would help."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__(*(_failure("UpdateRefused", message) for message in messages))


class ClusterFailed(ProviderError):
    """Creation, update or deletion began and failed."""


class LibraryFailed(ProviderError):
    """ParallelCluster, or AWS for it, answered with an error that has no name of its own."""

    def __init__(self, reason: str) -> None:
        super().__init__(_failure("ParallelClusterError", reason))


class TemporarilyUnavailable(ProviderError):
    """AWS throttles or can't be reached; the same call may succeed later."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            _failure("TemporarilyUnavailable", f"AWS did not answer: {reason} Try again later.")
        )


class RegistryUnavailable(Exception):
    """The registry could not be written. It never hides the failure that was to be recorded."""


def _failure(code: str, reason: str) -> Failure:
    return Failure(code=code, reason=reason)


def _sentence(failures: Sequence[Failure]) -> str:
    """The first code, then every reason; cut at a character, with a count of what is left out."""
    text = f"{failures[0].code}: {'; '.join(failure.reason.rstrip('. ') for failure in failures)}"
    encoded = text.encode()
    if len(encoded) <= LIMIT_BYTES:
        return text
    ending = f"… ({len(failures)} failures, cut here)"
    return encoded[: LIMIT_BYTES - len(ending.encode())].decode(errors="ignore") + ending
