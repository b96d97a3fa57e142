"""What all of the application's stacks share: place, name, tag."""

from aws_cdk import Environment, Stack, Tags
from constructs import Construct

from cdk_app.settings import Settings

BILLING_TAG = {"SBO_Billing": "hpc:parallelcluster"}


class EnvironmentStack(Stack):
    """A stack of one environment, named `HpcProvisioner-<id>`."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, description: str) -> None:
        self._zones = settings.zones
        super().__init__(
            scope,
            id_,
            env=Environment(account=settings.account, region=settings.region),
            stack_name=f"HpcProvisioner-{id_}",
            description=description,
            termination_protection=settings.storage.keep_data,
        )
        for key, value in BILLING_TAG.items():
            Tags.of(self).add(key, value)

    @property
    def availability_zones(self) -> list[str]:
        """The settings' zones: CDK would ask AWS for the region's, and synthesis asks nobody."""
        return list(self._zones)
