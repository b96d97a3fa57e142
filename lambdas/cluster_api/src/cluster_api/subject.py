"""Whom the lines of the log are about: every line that follows says it, a library's too."""

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

from cluster_api.model import Project
from cluster_api.names import cluster_name

_NOBODY: Mapping[str, str] = MappingProxyType({})
_subject: ContextVar[Mapping[str, str]] = ContextVar("subject", default=_NOBODY)


def is_about(project: Project) -> None:
    """From here on it is this project's cluster, until another is named or the invocation ends."""
    _subject.set(
        {
            "vlab_id": project.vlab_id,
            "project_id": project.project_id,
            "cluster": cluster_name(project),
        }
    )


def is_about_cluster(name: str) -> None:
    """From here on it is the cluster of that name, whosever it was."""
    _subject.set({"cluster": name})


def is_about_lab(vlab_id: str) -> None:
    """From here on it is the lab, and none of its clusters."""
    _subject.set({"vlab_id": vlab_id})


def is_about_nobody() -> None:
    """From here on it is no cluster's: a new invocation begins so."""
    _subject.set(_NOBODY)


def subject() -> Mapping[str, str]:
    """`vlab_id`, `project_id` and `cluster`, as far as they are known."""
    return _subject.get()
