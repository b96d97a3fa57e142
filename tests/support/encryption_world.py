"""An environment's keys, who asks for them, and what lies where: from its templates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from cdk_app.settings import Settings
from cloudformation_values import resolved
from iam_evaluation import Principal, ResourcePolicy
from synthesised import Synthesised, Template, resources

KEYS = ("Data", "Records", "Secrets")
PUBLISHED = "published "


@dataclass(frozen=True, kw_only=True)
class EncryptionWorld:
    """Templates with questions to ask of them.

    Attributes:
        templates: by stack id; those that are published by `published <construct id>`.
    """

    settings: Settings
    templates: Mapping[str, Template]

    @classmethod
    def of(cls, synthesised: Synthesised) -> Self:
        """The environment as it was synthesised."""
        published = {f"{PUBLISHED}{id_}": it for id_, it in synthesised.published().items()}
        return cls(
            settings=synthesised.configuration.settings,
            templates={**synthesised.stacks(), **published},
        )

    def changed(self, stack: str, template: Template) -> Self:
        """The same with another template of one stack."""
        return replace(self, templates={**self.templates, stack: template})

    def key_arn(self, name: str) -> str:
        """The ARN that stands for a key of KEYS."""
        place = f"{self.settings.region}:{self.settings.account}"
        return f"arn:aws:kms:{place}:key/{name.lower()}"

    def key(self, name: str) -> Mapping[str, Any]:
        """The properties of a key of KEYS."""
        (properties,) = (
            properties
            for id_, properties in self.resources_of("Keys", "AWS::KMS::Key")
            if id_.startswith(name)
        )
        return properties

    def key_policy(self, name: str) -> ResourcePolicy:
        """The policy of a key of KEYS; with KMS identity policies alone don't suffice."""
        return ResourcePolicy(
            document=self.key(name)["KeyPolicy"], account=self.settings.account, must_allow=True
        )

    def resources_of(self, stack: str, *types: str) -> Iterator[tuple[str, Any]]:
        """The properties of a stack's resources of these types, with texts for intrinsics."""
        for id_, resource in resources(self.templates[stack], *types).items():
            yield id_, resolved(resource.get("Properties", {}), self._values)

    def all_resources(self, *types: str) -> Iterator[tuple[str, str, str, Any]]:
        """Stack, logical id, type and properties of every resource of these types."""
        for stack, template in self.templates.items():
            for id_, properties in self.resources_of(stack, *types):
                yield stack, id_, template["Resources"][id_]["Type"], properties

    def role(self, stack: str, begins: str) -> Principal:
        """The role whose logical id begins so, with the policies that its stack gives it."""
        (role_id,) = (
            id_ for id_, _ in self.resources_of(stack, "AWS::IAM::Role") if id_.startswith(begins)
        )
        arn = self._values[f"{role_id}.Arn"]
        return Principal(
            arn=arn,
            account=self.settings.account,
            policies=[
                policy["PolicyDocument"]
                for _, policy in self.resources_of(stack, "AWS::IAM::Policy")
                if role_id in policy["Roles"]
            ],
        )

    def node(self, *more: Mapping[str, Any]) -> Principal:
        """A role of a cluster's nodes, with `more` policies than those that we attach to it."""
        (boundary,) = (
            policy["PolicyDocument"]
            for id_, policy in self.resources_of("Provisioner", "AWS::IAM::ManagedPolicy")
            if id_.startswith("NodePermissionsBoundary")
        )
        attached = self.resources_of(f"{PUBLISHED}DebugLustre", "AWS::IAM::ManagedPolicy")
        return Principal(
            arn=f"arn:aws:iam::{self.settings.account}:role/parallelcluster/pcluster-a/RoleHeadNode",
            account=self.settings.account,
            tags={"parallelcluster:cluster-name": "pcluster-a"},
            boundary=boundary,
            policies=[*(policy["PolicyDocument"] for _, policy in attached), *more],
        )

    def caller(self) -> Principal:
        """The Workflow Service: a role of ours where the settings name none."""
        if self.settings.surroundings:
            return self.role("Surroundings", "WorkflowService")
        return Principal(arn=self.settings.callers[0], account=self.settings.account)

    @cached_property
    def _values(self) -> dict[str, str]:
        own = {"AWS::Region": self.settings.region, "AWS::AccountId": self.settings.account}
        for name in KEYS:
            (id_,) = (
                key
                for key in resources(self.templates["Keys"], "AWS::KMS::Key")
                if key.startswith(name)
            )
            own |= {f"{id_}.Arn": self.key_arn(name), f"{name}KeyArn": self.key_arn(name)}
        for template in self.templates.values():
            for id_, role in resources(template, "AWS::IAM::Role").items():
                name = role["Properties"].get("RoleName", id_)
                own |= {id_: id_, f"{id_}.Arn": f"arn:aws:iam::{self.settings.account}:role/{name}"}
        exports = {
            output["Export"]["Name"]: resolved(output["Value"], own)
            for template in self.templates.values()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }
        return {**own, **exports}
