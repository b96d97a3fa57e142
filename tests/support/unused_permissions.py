"""The table of the reasons why a permission is not used in the flow."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from tools.permission_usage import Usage

FILE = Path(__file__).parents[1] / "flow" / "unused_permissions.yaml"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why some roles' actions are not used; `sometimes`: why they need not be."""

    roles: tuple[str, ...]
    actions: tuple[str, ...]
    reason: str
    sometimes: bool = False

    def holds_for(self, role: str, action: str) -> bool:
        """Whether it is about this action of this role."""
        return action in self.actions and any(fnmatchcase(role, each) for each in self.roles)


def load() -> list[Reason]:
    """The rows of the table."""
    return [
        Reason(**{**row, "roles": tuple(row["roles"]), "actions": tuple(row["actions"])})
        for row in yaml.safe_load(FILE.read_text())
    ]


def given(reasons: Iterable[Reason], usages: Iterable[Usage]) -> dict[tuple[str, str], str]:
    """The reason for each role and action that is not used, as far as there is one."""
    return {
        (usage.role, grant.action): row.reason
        for usage in usages
        for grant in usage.unused()
        for row in reasons
        if row.holds_for(usage.role, grant.action)
    }


def dead(reasons: Iterable[Reason], usages: Iterable[Usage]) -> Iterator[tuple[str, str]]:
    """Roles and actions of rows that no unused grant needs; of `sometimes`, no grant at all."""
    rows = [
        (usage.role, grant.action, not count) for usage in usages for grant, count in usage.grants
    ]
    for reason in reasons:
        for pattern in reason.roles:
            for action in reason.actions:
                needed = any(
                    fnmatchcase(role, pattern)
                    and granted == action
                    and (unused or reason.sometimes)
                    for role, granted, unused in rows
                )
                if not needed:
                    yield pattern, action
