"""A table of what one cluster's roles may do to the things of every cluster, and evaluating it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

from generated_cluster import NAME
from iam_evaluation import Principal, ResourcePolicy, evaluate
from node_roles import SUFFIX, OurPolicies

CLUSTERS = {
    "A": NAME,
    "B": "pcluster-c-d-4e5f6a7b",
    # Names that continue A's, by as much as is appended to a name elsewhere.
    "A1": f"{NAME}1",
    "A-x": f"{NAME}-x",
    "A-creation": f"{NAME}-9f8e7d6c",
    "A-minute": f"{NAME}-202611261200",
    "A-directory": f"{NAME}-{SUFFIX}",
}
"""The one whose roles ask, and those whose things it asks about."""

PREFIXES = {
    "A": "a/b/",
    "B": "c/d/",
    "A1": "a/b1/",
    "A-x": "a/b-x/",
    "A-creation": "a/9f8e7d6c/",
    "A-minute": "a1/b/",
    "A-directory": "b/a/",
}
"""Of their projects in the buckets; most have A's lab or project, or one whose id continues it."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What roles ask for, and of which clusters' things it is allowed.

    Attributes:
        what: in words.
        who: kinds of roles.
        actions: all of these.
        resources: patterns of ARNs; see `_filled`.
        context: condition keys of the request, with values to be filled in too.
        allowed: names in CLUSTERS.
    """

    what: str
    who: tuple[str, ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    context: Mapping[str, Any]
    allowed: frozenset[str]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read it."""
        allowed = row["allowed"]
        return cls(
            what=row["what"],
            who=_listed(row["who"]),
            actions=_listed(row["action"]),
            resources=_listed(row["resource"]),
            context=row.get("context", {}),
            allowed=frozenset(CLUSTERS if allowed == "all" else allowed),
        )


@dataclass(frozen=True, kw_only=True)
class Tenants:
    """Cluster A's roles, and what resources say themselves.

    Attributes:
        roles: by kind.
        ours: the policies of resources among them.
        parameters: that A was launched with.
    """

    roles: Mapping[str, Sequence[Principal]]
    ours: OurPolicies
    parameters: Mapping[str, str]

    def differences(self, rows: Sequence[Row]) -> list[str]:
        """Every request whose answer isn't the table's, in a sentence that begins with the row."""
        return [said for row in rows for said in self._differences(row)]

    def differ(self, rows: Sequence[Row]) -> bool:
        """Whether there is any."""
        return any(True for row in rows for _ in self._differences(row))

    def _differences(self, row: Row) -> Iterator[str]:
        for label, name in CLUSTERS.items():
            prefix = PREFIXES[label]
            for role in (role for kind in row.who for role in self.roles[kind]):
                for action in row.actions:
                    for pattern in row.resources:
                        resource = self._filled(pattern, name, prefix)
                        decision = evaluate(
                            role,
                            action,
                            resource,
                            self._context(row, name, prefix),
                            resource_policy=self._resource_policy(resource),
                        )
                        if decision.allowed != (label in row.allowed):
                            yield (
                                f"{row.what}: {role.arn.rpartition('/')[2]} {action} on {resource} "
                                f"of {label} is {decision.effect} ({decision.sid})"
                            )

    def _context(self, row: Row, name: str, prefix: str) -> dict[str, Any]:
        filled = {
            self._filled(key, name, prefix): (
                [self._filled(one, name, prefix) for one in value]
                if isinstance(value, list)
                else self._filled(str(value), name, prefix)
            )
            for key, value in row.context.items()
        }
        return {"aws:SecureTransport": "true", **filled}

    def _filled(self, text: str, name: str, prefix: str = PREFIXES["A"]) -> str:
        """The text with a cluster's name and prefix, and what is A's own or somebody else's.

        `{ec2}` and its like begin an ARN. `{subnet}`, `{access_point}` and `{key_pair}` are A's if
        the cluster is A, else others.
        """
        parameters = self.parameters
        place = f"{parameters['AWS::Region']}:{parameters['AWS::AccountId']}"
        services = ("ec2", "dynamodb", "logs", "cloudformation", "elasticfilesystem", "kms")
        own = name == NAME
        other = "0fedcba9876543210"
        return text.format(
            name=name,
            prefix=prefix,
            A=NAME,
            account=parameters["AWS::AccountId"],
            region=parameters["AWS::Region"],
            artifacts=f"arn:aws:s3:::{parameters['ArtifactsBucket']}",
            projects=f"arn:aws:s3:::{parameters['ProjectBucket']}",
            public=f"arn:aws:s3:::{parameters['PublicBucket']}",
            scratch=f"arn:aws:s3:::{parameters['ScratchBucket']}",
            directory=f"parallelcluster/3.16.1/clusters/{name}-{SUFFIX}",
            data_key=parameters["DataKeyArn"],
            scripts=f"arn:aws:s3:::{parameters['NodeScriptBucket']}",
            file_system=f"file-system/{parameters['FileSystemId']}",
            subnet=parameters["SubnetId"] if own else f"subnet-{other}",
            access_point="fsap-0123456789abcdef0" if own else f"fsap-{other}",
            **{service: f"arn:aws:{service}:{place}:" for service in services},
        )

    def _resource_policy(self, resource: str) -> ResourcePolicy | None:
        account = self.parameters["AWS::AccountId"]
        artifacts = self._filled("{artifacts}", NAME)
        if resource == artifacts or resource.startswith(f"{artifacts}/"):
            return ResourcePolicy(document=self.ours.artifacts, account=account)
        if resource == self._filled("{elasticfilesystem}{file_system}", NAME):
            return ResourcePolicy(document=self.ours.file_system, account=account)
        return None


def read_table(file: Path) -> list[Row]:
    """The rows of a YAML table."""
    return [Row.of(row) for row in yaml.safe_load(file.read_text())]


def _listed(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
