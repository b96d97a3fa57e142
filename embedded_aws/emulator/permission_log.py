"""What roles asked for, and whether they were allowed it.

ministack forgets each decision. Here every decision on the request of a role's session, and every
one that a service makes on a role's behalf (what CloudFormation does for a stack), is a line in the
file `permissions.jsonl` of the state directory: role, action, resource, decision, once for each
combination. Nothing else of the request is written. `embedded_aws/permissions.py` reads it.

What only a resource's own policy admits counts as allowed too. Not in it: calls that need no
permission (sts:GetCallerIdentity), and what services do with a role that ministack doesn't check.
"""

import json
import os
import threading
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from ministack.core import iam_evaluator

from embedded_aws.emulator.seams import wrap
from embedded_aws.emulator_environment import Places
from embedded_aws.processes import MARKER

Enforce = Callable[..., Any]

# What the policies of the request's principal were asked, until the request is decided.
_asked: ContextVar[Any] = ContextVar("embedded_aws_asked", default=None)
_written: set[str] = set()
# Stacks are worked on in threads.
_writing = threading.Lock()


def install() -> None:
    """Write down how requests are decided."""
    wrap("core.iam_evaluator.evaluate", _remembering)
    wrap("core.iam_evaluator.enforce", _recording)


def record(*, principal_arn: str, action: str, resource: str, allowed: bool) -> None:
    """Write the decision, if the principal is a role and the decision is the first of its kind."""
    if ":assumed-role/" not in principal_arn:
        return
    line = json.dumps(
        {
            "role": iam_evaluator._role_name_from_assumed_arn(principal_arn),
            "action": action,
            "resource": resource,
            "allowed": allowed,
        }
    )
    with _writing:
        if line in _written:
            return
        _written.add(line)
        with Places(Path(os.environ[MARKER])).permissions.open("a") as file:
            file.write(f"{line}\n")


def _remembering(original: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate(context: Any, *policies: Any) -> Any:
        # The first: a resource's own policy is asked after those of the caller.
        if _asked.get() is None:
            _asked.set(context)
        return original(context, *policies)

    return evaluate


def _recording(original: Enforce) -> Enforce:
    def enforce(*arguments: Any, **more: Any) -> Any:
        _asked.set(None)
        refusal = original(*arguments, **more)
        asked = _asked.get()
        if asked is not None:
            record(
                principal_arn=asked.principal_arn,
                action=asked.action,
                resource=asked.resource_arn,
                allowed=refusal is None,
            )
        return refusal

    return enforce
