"""The network with any number of cluster subnets, and two clusters in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml
from aws_cdk import App

from cdk_app.application import build_foundation
from cdk_app.configuration_files import DIRECTORY
from cdk_app.feature_flags import feature_flags
from cdk_app.settings import Settings
from deployed_templates import DeployedTemplates
from keycloak_in_main_vpc import STACK as KEYCLOAK
from keycloak_in_main_vpc import keycloak_stack
from network_facts import NetworkFacts
from network_hosts import hosts
from reachability import Host
from synthesised import Synthesised, Template, templates_of


@dataclass(frozen=True, kw_only=True)
class NetworkWorld:
    """What is deployed before the provisioner, and clusters A and B.

    Attributes:
        templates: of all of it, A and B being launched from a published template.
        prefix_lists: what security groups call S3 and DynamoDB.
    """

    templates: DeployedTemplates
    prefix_lists: Mapping[str, str]

    @classmethod
    def of(cls, settings: Settings, directory: Path, *, published: Synthesised) -> Self:
        """Synthesise the settings' network; clusters in its first and its last subnet.

        Args:
            settings: of an environment with surroundings; a realm's Keycloak is in their Main VPC.
            directory: for the assembly.
            published: an environment that is synthesised already, for the clusters' template and
                the parameters that the API launches it with.
        """
        app = App(context=feature_flags(), outdir=str(directory))
        build_foundation(app, settings)
        app.synth()
        foundation = templates_of(directory)
        if settings.slurm_rest:
            made = DeployedTemplates(templates=foundation, parameters={})
            foundation[KEYCLOAK] = keycloak_stack(made)
        template = published.published()["DebugLustre"]
        shared = _launch_parameters(published)
        last = settings.network.cluster_subnets
        stack_of_last = len(settings.network.plan().shards())
        return cls(
            templates=DeployedTemplates(
                templates={**foundation, "ClusterA": template, "ClusterB": template},
                parameters={
                    "ClusterA": {**shared, "SubnetId": "ClusterSubnets1.Subnet001"},
                    "ClusterB": {
                        **shared,
                        "SubnetId": f"ClusterSubnets{stack_of_last}.Subnet{last:03}",
                    },
                },
            ),
            prefix_lists=settings.network.gateway_prefix_lists.model_dump(),
        )

    @property
    def has_keycloak(self) -> bool:
        """Whether Keycloak is in the Main VPC."""
        return KEYCLOAK in self.templates.templates

    def facts(self) -> NetworkFacts:
        """What decides where traffic goes."""
        return NetworkFacts.of(self.templates)

    def hosts(self) -> dict[str, Host]:
        """Who is there."""
        return hosts(self.templates, self.facts(), dict(self.prefix_lists))

    def changed(self, stack: str, template: Template) -> Self:
        """The same with another template of one stack."""
        templates = DeployedTemplates(
            templates={**self.templates.templates, stack: template},
            parameters=self.templates.parameters,
        )
        return type(self)(templates=templates, prefix_lists=self.prefix_lists)


def network_settings(cluster_subnets: int, **network: Any) -> Settings:
    """The settings of `local` with that many cluster subnets and other changes to the network."""
    content = yaml.safe_load((DIRECTORY / "local.yaml").read_text())
    content["network"] |= {"cluster_subnets": cluster_subnets, **network}
    return Settings.model_validate({**content, "environment": "local"})


def _launch_parameters(published: Synthesised) -> dict[str, str]:
    """What the API's function is told to launch a template with; ids as names of resources."""
    templates = DeployedTemplates(templates=published.stacks(), parameters={})
    [identities] = [it for _, it in templates.resources("AWS::SSM::Parameter", "Provisioner")]
    return {str(k): str(v) for k, v in json.loads(identities["Value"]).items()}
