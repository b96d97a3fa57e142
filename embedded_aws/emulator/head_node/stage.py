"""Which head nodes are played, each by a thread of its own."""

import contextvars
import threading
from typing import Any

from embedded_aws.emulator.ec2_tags import tags_of
from embedded_aws.emulator.head_node.node import HeadNode

NODE_TYPE, CLUSTER_NAME = "parallelcluster:node-type", "parallelcluster:cluster-name"

_playing: dict[str, HeadNode] = {}
_lock = threading.Lock()


def enter(instance: dict[str, Any]) -> None:
    """Play an instance that was launched, if it is a head node."""
    tags = {tag["Key"]: tag["Value"] for tag in tags_of(instance["InstanceId"])}
    if tags.get(NODE_TYPE) != "HeadNode":
        return
    node = HeadNode(instance=instance, cluster=tags.get(CLUSTER_NAME, ""))
    with _lock:
        _playing[instance["InstanceId"]] = node
    # The thread acts in the account and region of the launch, which ministack keeps in the context.
    context = contextvars.copy_context()
    name = f"head-node-{instance['InstanceId']}"
    threading.Thread(target=context.run, args=(node.play,), name=name, daemon=True).start()


def leave(instance: dict[str, Any]) -> None:
    """End the play of an instance that was terminated, whatever it is doing."""
    with _lock:
        node = _playing.pop(instance["InstanceId"], None)
    if node is not None:
        node.stop()
