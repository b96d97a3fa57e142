"""Everything that can be taken away from the roles' policies, one at a time."""

from collections.abc import Container, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from environment_roles import EnvironmentRoles
from permission_rows import Row
from role_policies import short
from synthesised import Template, resources

ROLES = (
    "ApiFunctionServiceRole",
    "ReconcilerFunctionServiceRole",
    "StackEventsFunctionServiceRole",
    "ClusterEventsFunctionServiceRole",
    "ReservationFunctionServiceRole",
    "ProjectStacksRole",
    "ClusterProviderOnEventServiceRole",
    "ClusterProviderIsCompleteServiceRole",
)
# Only where settings say how long directories are kept.
ROLES_OF_RETENTION = (
    "DirectoryRetentionListingServiceRole",
    "DirectoryRetentionPassesServiceRole",
)
# Only where settings name a realm.
ROLES_OF_SLURM_REST = ("RealmKeysFunctionServiceRole",)
_STACK = "Provisioner"

Statement = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class RoleMutation:
    """One thing taken away.

    Attributes:
        role: whose policy.
        name: the statement, and what of it is gone.
        template: the changed template.
    """

    role: str
    name: str
    template: Template

    def noticed(self, granted: EnvironmentRoles, rows: list[Row]) -> list[str]:
        """What the rows of the role say about it."""
        changed = granted.changed(_STACK, self.template)
        return changed.differences([row for row in rows if row.role == self.role])


def role_mutations(
    granted: EnvironmentRoles, roles: Container[str] = ROLES
) -> Iterator[RoleMutation]:
    """Every statement gone, every condition key gone, every list of resources widened to `*`."""
    template = granted.templates[_STACK]
    for id_, policy in resources(template, "AWS::IAM::Policy").items():
        role = short(policy["Properties"]["Roles"][0]["Ref"])
        if role in roles:
            statements = policy["Properties"]["PolicyDocument"]["Statement"]
            for number, statement in enumerate(statements):
                for what, others in _changes(statement):
                    changed = [*statements[:number], *others, *statements[number + 1 :]]
                    yield RoleMutation(
                        role=role,
                        name=f"{_title(statement)} {what}",
                        template=_with(template, id_, changed),
                    )


def _changes(statement: Statement) -> Iterator[tuple[str, list[Statement]]]:
    """What is changed, and the statements that are there instead."""
    yield "gone", []
    for operator, keys in statement.get("Condition", {}).items():
        for key in keys:
            without = deepcopy(statement)
            del without["Condition"][operator][key]
            yield f"without {key}", [without]
    if statement["Resource"] != "*" and statement["Effect"] == "Allow":
        yield "on *", [{**statement, "Resource": "*"}]


def _title(statement: Statement) -> str:
    action = statement["Action"]
    return str(statement.get("Sid") or (action if isinstance(action, str) else action[0]))


def _with(template: Template, policy: str, statements: list[Statement]) -> Template:
    """The template with these statements; everything else is shared with the original."""
    resource = template["Resources"][policy]
    document = {**resource["Properties"]["PolicyDocument"], "Statement": statements}
    properties = {**resource["Properties"], "PolicyDocument": document}
    changed = {**template["Resources"], policy: {**resource, "Properties": properties}}
    return {**template, "Resources": changed}
