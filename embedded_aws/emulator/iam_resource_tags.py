"""`aws:ResourceTag/...` in a permissions boundary or a session policy.

ministack looks a resource's tags up only if an identity policy of the caller names the key. Here
they are looked up for every request, so that a boundary's Deny sees them too.
"""

from typing import Any

from embedded_aws.emulator.seams import wrap


def install() -> None:
    """Make every evaluation know the tags of its resource."""
    wrap("core.iam_evaluator._names_condition_key", lambda _original: _always_named)


def _always_named(_policies: Any, _prefix: str) -> bool:
    return True
