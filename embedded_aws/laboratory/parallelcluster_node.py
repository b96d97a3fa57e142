"""What ParallelCluster has done on a node before it runs our script, and how it runs it.

As far as our scripts can tell. The sources are AWS ParallelCluster's own: of its cookbook, below
`cookbooks/`, `aws-parallelcluster-shared/attributes/users.rb` (system users),
`…-environment/resources/efs` and `…/lustre`, `partial/_mount_umount.rb` (mounts, the mode of their
roots), `…-environment/files/custom_action_executor/custom_action_executor.py` (how a script is run,
what becomes of its failure), `aws-parallelcluster-config/templates` (cfnconfig); and of its
command line, `pcluster/resources/head_node/user_data.sh` (the reason of a failed bootstrap).
"""

import json
import time
from collections.abc import Mapping, Sequence
from enum import StrEnum

from embedded_aws.laboratory.node import Done, Node

BOOTSTRAP_ERROR = "/var/log/parallelcluster/bootstrap_error_msg"
SECONDS_UNTIL_SIGNAL = 10
SYSTEM_USERS = {"pcluster-admin": 400, "slurm": 401, "munge": 402, "ec2-user": 1000}
_IN_THE_IMAGE = ("slurm", "munge")
_LONGEST_SCRIPT_SECONDS = 1800


class Kind(StrEnum):
    """What cfnconfig calls a node."""

    HEAD = "HeadNode"
    COMPUTE = "ComputeFleet"


class Event(StrEnum):
    """When a custom action's scripts run."""

    START = "OnNodeStart"
    CONFIGURED = "OnNodeConfigured"
    UPDATED = "OnNodeUpdated"


def prepare(
    node: Node, kind: Kind, mounts: Mapping[str, str], *, region: str = "us-east-1"
) -> None:
    """Make the node what it is when the script runs.

    `mounts` are the shared file systems: directories below the node's `/lab` by where they are
    mounted. They come again at each boot, as those of ParallelCluster do.
    """
    for name, uid in SYSTEM_USERS.items():
        if name in _IN_THE_IMAGE:
            continue
        node.must("groupadd", "--gid", str(uid), name)
        node.must("useradd", "--uid", str(uid), "--gid", name, "--no-create-home", name)
    node.must("mkdir", "-p", "/opt/parallelcluster/shared", "/opt/parallelcluster/scripts")
    node.must("mkdir", "-p", "/opt/slurm/etc", "/var/log/parallelcluster")
    node.write("/etc/parallelcluster/cfnconfig", f"cfn_node_type={kind}\ncfn_region={region}\n")
    lines = [f"/lab/{source} {path} none bind,_netdev 0 0" for path, source in mounts.items()]
    node.write("/etc/fstab", "".join(f"{line}\n" for line in lines))
    node.must("systemctl", "daemon-reload")
    for path in mounts:
        node.must("mkdir", "-p", path)
        node.must("mount", path)
        # /home is the head node's own, exported by NFS: its mode is let alone.
        if kind is Kind.HEAD and path != "/home":
            node.must("chown", "root:root", path)
            node.must("chmod", "1777", path)


def run_custom_action(
    node: Node,
    kind: Kind,
    script: bytes,
    arguments: Sequence[str],
    *,
    event: Event = Event.CONFIGURED,
    number: int = 1,
    environment: Mapping[str, str] | None = None,
) -> Done:
    """Run a script of an action; a failure is told as ParallelCluster tells it."""
    node.write("/tmp/tmpscript", script, mode=0o600)  # noqa: S108 - the node's own
    node.must("chmod", "+x", "/tmp/tmpscript")  # noqa: S108
    program = ("/tmp/tmpscript", *arguments)  # noqa: S108
    done = node.run(*program, environment=environment, seconds=_LONGEST_SCRIPT_SECONDS)
    if done.returncode:
        failed = f"Failed to execute {event} script {number}, return code: {done.returncode}."
        error = {"exit_code": done.returncode, "stderr": done.stderr}
        detail = {
            "event-type": "custom-action-error",
            "message": failed,
            "detail": {"error": error},
        }
        advice = "Please check /var/log/cfn-init.log in the head node."
        told = f"fetch_and_run - {failed} {advice}" if kind is Kind.HEAD else json.dumps(detail)
        node.write(BOOTSTRAP_ERROR, f"{told}\n")
    return done


def signalled_reason(node: Node, words: str) -> str:
    """What a head node signals to CloudFormation: read when `words` are there, or too late."""
    end = time.monotonic() + SECONDS_UNTIL_SIGNAL
    while True:
        reason = node.must("head", "--bytes=3800", BOOTSTRAP_ERROR)
        if words in reason or time.monotonic() > end:
            return reason
        time.sleep(0.1)
