"""What the node reads first: its user data, and its stack's metadata as cfn-init does."""

import base64
import binascii
import copy
import json
import re
from typing import Any

from ministack.services.cloudformation import engine, handlers

CFN_INIT = re.compile(r"cfn-init -s (\S+) .*?-r (\S+)")


class UserDataError(Exception):
    """The user data is not that of a ParallelCluster head node."""


def read_user_data(encoded: str) -> tuple[str, str]:
    """Give the stack's name and the logical id that cfn-init is called with."""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = encoded
    found = CFN_INIT.search(text)
    if found is None:
        raise UserDataError("the user data calls no cfn-init: nothing says which stack this is of")
    return found[1], found[2]


def node_attributes(stack_name: str, logical_id: str) -> dict[str, Any]:
    """Give the `cluster` part of dna.json, which cfn-init writes on the node.

    cfn-init shows the instance's identity document, not a role: no permission is needed.
    """
    stack = handlers._resolve_stack(stack_name)
    template = stack["_template"]
    metadata = engine._resolve_refs(
        copy.deepcopy(template["Resources"][logical_id]["Metadata"]),
        stack["_resources"],
        stack["_resolved_params"],
        stack["_conditions"],
        template.get("Mappings", {}),
        stack["StackName"],
        stack["StackId"],
    )
    files = metadata["AWS::CloudFormation::Init"]["deployConfigFiles"]["files"]
    content = next(f["content"] for path, f in files.items() if path.endswith("/dna.json"))
    cluster: dict[str, Any] = json.loads(content)["cluster"]
    return cluster
