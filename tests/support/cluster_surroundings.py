"""What the machine runs the API in: ports in memory, or adapters on the embedded AWS."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from aws_account import CUSTOM_RESOURCE, Account, CustomResource, allow
from cloudformation_driver import Driver, is_guarded
from cloudformation_emulated import EmulatedCloudFormation, project_template
from cloudformation_fake import FakeCloudFormation
from cluster_api.aws.keys import AwsKeys
from cluster_api.aws.leases import DynamoLeases
from cluster_api.aws.owned_clusters import ProvidedClusters
from cluster_api.aws.registry import DynamoRegistry
from cluster_api.aws.stacks import CloudFormationStacks
from cluster_api.clock import SystemClock
from cluster_api.errors import StackBusy
from cluster_api.ports import Keys, Leases, OwnedClusters, Registry
from cluster_api_aws import BUCKET, TABLE, Aws, build_aws
from cluster_api_fake_stacks import FakeOwnedClusters
from cluster_api_fakes import FakeClock, FakeKeys, FakeLeases, FakeRegistry


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Ports with nothing in them, and how to read a secret."""

    registry: Registry
    leases: Leases
    keys: Keys
    driver: Driver
    clusters: OwnedClusters
    clock: FakeClock
    chance: Random
    secret: Callable[[str], str]


def fake_surroundings() -> Surroundings:
    """Everything in memory."""
    clock = FakeClock()
    registry, keys, driver = FakeRegistry(), FakeKeys(clock), FakeCloudFormation(clock)
    return Surroundings(
        registry=registry,
        leases=FakeLeases(registry),
        keys=keys,
        driver=driver,
        clusters=FakeOwnedClusters(driver),
        clock=clock,
        chance=Random(0),  # noqa: S311 - names and choices, the same at each run
        secret=lambda arn: keys.secrets[arn.removeprefix("arn:")],
    )


@dataclass(frozen=True, kw_only=True)
class EmulatedAccount:
    """What all runs on one embedded AWS share; the runs follow each other."""

    aws: Aws
    driver: EmulatedCloudFormation

    def surroundings(self, seed: int) -> Surroundings:
        """The adapters, with nothing left of what was before."""
        self._clear()
        return Surroundings(
            registry=DynamoRegistry(client=self.aws.dynamodb, table=TABLE),
            leases=DynamoLeases(client=self.aws.dynamodb, table=TABLE),
            keys=self._keys(),
            driver=self.driver,
            clusters=ProvidedClusters(
                cloudformation=self.aws.cloudformation,
                functions=self.aws.functions,
                provider_arn="none: nothing here makes a cluster of ParallelCluster's",
            ),
            # The ages of keys and stacks are the emulator's.
            clock=FakeClock(time=SystemClock().now()),
            chance=Random(seed),  # noqa: S311 - as above
            secret=self._secret,
        )

    def _secret(self, arn: str) -> str:
        return self.aws.secrets_manager.get_secret_value(SecretId=arn)["SecretString"]

    def _keys(self) -> AwsKeys:
        return AwsKeys(
            ec2=self.aws.ec2,
            secrets_manager=self.aws.secrets_manager,
            encryption_key_arn="alias/aws/secretsmanager",
        )

    def _clear(self) -> None:
        """A run that went well leaves history only; another one leaves anything."""
        while stacks := self.driver.summaries():
            for asked in self.driver.pending():
                self.driver.answer(asked, well=True)
            for stack in stacks:
                with suppress(StackBusy):
                    self.driver.delete(stack.id)
        for kept in self._keys().kept():
            self._keys().destroy(kept.cluster_name, kept.keys)
        for item in self.aws.dynamodb.scan(TableName=TABLE)["Items"]:
            key = {name: item[name] for name in ("kind", "id")}
            self.aws.dynamodb.delete_item(TableName=TABLE, Key=key)


def build_account(account: Account, aws: Aws) -> EmulatedAccount:
    """The account, with the table and the templates in it."""
    build_aws(aws)
    queue = account.queue()
    token = account.function(CUSTOM_RESOURCE, QUEUE=queue)
    driver = EmulatedCloudFormation(
        account=account,
        custom_resource=CustomResource(token=token, queue=queue),
        stacks=CloudFormationStacks(
            client=aws.cloudformation,
            service_role_arn=account.role("cloudformation.amazonaws.com", allow("*")),
        ),
    )
    for key in ("l.json", "p.json", "pl.json", "pp.json"):
        template = project_template(driver.custom_resource, guarded=is_guarded(key))
        aws.s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(template).encode())
    return EmulatedAccount(aws=aws, driver=driver)
