"""Names that are derived from ids, so that nobody has to look them up."""

import hashlib
import re

from cluster_api.model import Project, Record

_PREFIX = "pcluster-"
_SLUG_LENGTH = 8
_HASH_LENGTH = 8
# What the names of all secrets begin with.
SECRETS = f"hpc/{_PREFIX}"

_CLUSTER = rf"(?P<cluster>{_PREFIX}[a-z0-9-]+-[0-9a-f]{{8}})"
_KEYS = r"(?P<keys>[0-9a-f]{8})"
_CLUSTER_NAME = re.compile(_CLUSTER)
_STACK_NAME = re.compile(r"hpc-(?P<cluster>[a-z0-9-]+-[0-9a-f]{8})-(?P<creation>[0-9a-f]{8})")
_KEY_PAIR_NAME = re.compile(f"{_CLUSTER}-{_KEYS}-(?:admin|sim)")
_SECRET_NAME = re.compile(f"hpc/{_CLUSTER}/{_KEYS}/(?:admin|sim)")


def cluster_name(project: Project) -> str:
    """`pcluster-<lab>-<project>-<hash>`, at most 35 characters.

    ParallelCluster allows 40 with accounting; two UUIDs would make 82. The hash is of the exact
    pair, so that lab `a-b` with project `c` never meets lab `a` with project `b-c`.
    """
    digest = hashlib.sha256(project.id.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{_PREFIX}{_slug(project.vlab_id)}-{_slug(project.project_id)}-{digest}"


def stack_name(cluster: str, creation: str) -> str:
    """The project's stack; ParallelCluster's own stack has the cluster's name."""
    return f"hpc-{cluster.removeprefix(_PREFIX)}-{creation}"


def key_pair_name(cluster: str, keys: str, user: str) -> str:
    """The EC2 key pair of a user of the cluster."""
    return f"{cluster}-{keys}-{user}"


def secret_name(cluster: str, keys: str, user: str) -> str:
    """The secret with the private key of a user; never used twice, as `keys` never is."""
    return f"hpc/{cluster}/{keys}/{user}"


def is_cluster_name(name: str) -> bool:
    """Whether the name is one that `cluster_name` gives; nested stacks have longer ones."""
    return _CLUSTER_NAME.fullmatch(name) is not None


def creation_of_stack(name: str) -> str | None:
    """The creation in a name that `stack_name` gives; None for another name."""
    found = _STACK_NAME.fullmatch(name)
    return found["creation"] if found else None


def cluster_of_stack(name: str) -> str | None:
    """The cluster in a name that `stack_name` gives; None for another name."""
    found = _STACK_NAME.fullmatch(name)
    return f"{_PREFIX}{found['cluster']}" if found else None


def owner_of_key_pair(name: str) -> tuple[str, str] | None:
    """The cluster and the keys in a name that `key_pair_name` gives; None for another name."""
    found = _KEY_PAIR_NAME.fullmatch(name)
    return (found["cluster"], found["keys"]) if found else None


def owner_of_secret(name: str) -> tuple[str, str] | None:
    """The cluster and the keys in a name that `secret_name` gives; None for another name."""
    found = _SECRET_NAME.fullmatch(name)
    return (found["cluster"], found["keys"]) if found else None


def project_tags(project: Project) -> dict[str, str]:
    """The tags of everything that bears tags."""
    return {
        "obp:costcenter:vlabid": project.vlab_id,
        "obp:costcenter:project": project.project_id,
        "SBO_Billing": "hpc:parallelcluster",
    }


def stack_tags(record: Record) -> dict[str, str]:
    """The tags of the project's stack, by which its events find the record again."""
    ours = {"hpc:creation": record.creation, "hpc:cluster": record.cluster_name}
    return project_tags(record.project) | ours


def _slug(text: str) -> str:
    words = re.sub("[^a-z0-9]+", "-", text.lower())
    return words[:_SLUG_LENGTH].strip("-")
