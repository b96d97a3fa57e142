"""What roles asked for on an embedded AWS, and whether they were allowed it."""

import json
from dataclasses import dataclass
from pathlib import Path

from embedded_aws.emulator_environment import Places


@dataclass(frozen=True, kw_only=True)
class Decision:
    """IAM's answer to one question, however often it was asked.

    Attributes:
        role: the name of the role whose session asked, or for which a service did.
        action: as IAM spells it, `ec2:CreateKeyPair`.
        resource: the ARN, or `*` where the action knows none.
        allowed: whether it was allowed.
    """

    role: str
    action: str
    resource: str
    allowed: bool


def decisions(state: Path) -> frozenset[Decision]:
    """All decisions so far on the embedded AWS with this state directory."""
    file = Places(state).permissions
    lines = file.read_text().splitlines() if file.exists() else []
    return frozenset(Decision(**json.loads(line)) for line in lines)
