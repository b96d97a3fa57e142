"""What can go wrong with a cluster's data: none of it is answered to a caller of the API."""

from cluster_api.errors import ClusterApiError


class RepositoryBusy(ClusterApiError):
    """FSx is at another task, the association isn't ready, or a quota is used up.

    Attributes:
        explanation: FSx's own.
    """

    def __init__(self, file_system_id: str, explanation: str) -> None:
        self.explanation = explanation
        super().__init__(f"FSx takes no task of {file_system_id} just now: {explanation}")


class GuardRefused(ClusterApiError):
    """A stack that comes up is not the one that the registry waits for."""

    def __init__(self, project: str, creation: str) -> None:
        super().__init__(
            f"Creation {creation} of {project} is not wanted any more: its scratch is not used. "
            "This stack rolls back; POST makes another."
        )


class ScratchNotExported(ClusterApiError):
    """Somebody deletes a file system that may hold what nobody has saved."""

    def __init__(self, project: str, file_system_id: str, found: str) -> None:
        super().__init__(
            f"The scratch of {project} on {file_system_id} is not exported ({found}), so it stays. "
            "DELETE the cluster through the API, which exports it and then deletes this stack; "
            "an operator's DELETE with force=true gives up what is not exported."
        )


class ScratchReplaced(ClusterApiError):
    """An update of the stack that would put another file system in the place of this one."""

    def __init__(self, held: str, wanted: str) -> None:
        super().__init__(
            f"This update replaces the file system of {held} by {wanted}, and with it what is on "
            "it. DELETE the cluster and POST it again to have another file system."
        )


class ImportFailed(ClusterApiError):
    """What is in a bucket did not become visible on Lustre."""

    def __init__(self, path: str, task_id: str, state: str, explanation: str) -> None:
        super().__init__(
            f"The import of {path} ended as {state} (task {task_id}): "
            f"{explanation.rstrip('. ') or 'FSx gives no reason'}. Mend that, then POST again."
        )
