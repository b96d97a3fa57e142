"""Log in to a head node of an embedded AWS that runs, as those do who were told its keys."""

from pathlib import Path

from embedded_aws.errors import NoHeadNodeError
from embedded_aws.head_nodes.records import RunningHeadNode, running
from embedded_aws.laboratory.administrator import ADMINISTRATOR
from embedded_aws.laboratory.secure_shell import SecureShell
from embedded_aws.workflow_service import WorkflowService


def head_node(state: Path, cluster: str, why_none_boots: str | None) -> RunningHeadNode:
    """The one of this cluster, or, if no name is given, the only one there is.

    Raises:
        NoHeadNodeError: there is none, or more than one; with what to do.
    """
    found = {node.cluster: node for node in running(state)}
    if cluster in found:
        return found[cluster]
    if cluster or len(found) != 1:
        raise NoHeadNodeError(cluster, [*found], why_none_boots)
    return found.popitem()[1]


def login(client: WorkflowService, node: RunningHeadNode, *, administrator: bool) -> SecureShell:
    """A login as the cluster's user or as its administrator, with the key from Secrets Manager.

    Raises:
        NoHeadNodeError: the API doesn't know the cluster any more.
    """
    listed = client.get().body["clusters"]
    projects = [
        {"project_id": each["project_id"], "vlab_id": each["vlab_id"]}
        for each in listed
        if each["clusterName"] == node.cluster
    ]
    if not projects:
        raise NoHeadNodeError(node.cluster, [], None)
    cluster = client.get(**projects[0]).body
    kind, user = ("admin", ADMINISTRATOR) if administrator else ("user", cluster["ssh_user"])
    return SecureShell(
        node.leader,
        user=user,
        private_key=client.private_key(cluster[f"{kind}_private_ssh_key_arn"]),
        address=node.address,
    )
