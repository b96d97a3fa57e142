"""What all of the application's stacks share: place, name, tag."""

from aws_cdk import Environment, RemovalPolicy, Stack, Tags
from constructs import Construct

from cdk_app.settings import Settings

BILLING_TAG = {"SBO_Billing": "hpc:parallelcluster"}
# CloudFormation begins with it the names of all that a template leaves without one.
STACK_PREFIX = "HpcProvisioner-"
# Below it RDS writes what a database logs, under the database's name.
DATABASE_LOGS = "/aws/rds/instance"


class EnvironmentStack(Stack):
    """A stack of one environment, named `HpcProvisioner-<id>`.

    Attributes:
        removal: what becomes of data when its stack goes: it stays, unless the settings say that
            none is kept.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, description: str) -> None:
        keep = settings.storage.keep_data
        self._zones = settings.zones
        self.removal = RemovalPolicy.RETAIN if keep else RemovalPolicy.DESTROY
        super().__init__(
            scope,
            id_,
            env=Environment(account=settings.account, region=settings.region),
            stack_name=f"{STACK_PREFIX}{id_}",
            description=description,
            termination_protection=keep,
        )
        for key, value in BILLING_TAG.items():
            Tags.of(self).add(key, value)

    @property
    def availability_zones(self) -> list[str]:
        """The settings' zones: CDK would ask AWS for the region's, and synthesis asks nobody."""
        return list(self._zones)
