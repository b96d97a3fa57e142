"""The registry: who has a cluster, and which cluster has which subnet."""

from collections.abc import Sequence
from typing import cast

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from cdk_app.key_permissions import read_registry, write_registry


class Registry(dynamodb.Table):
    """One table: records (`cluster`), held subnets (`lease`) and what was (`history`).

    A kind is one partition, so that a list is one query. A few hundred clusters are far below
    what a partition bears (1000 writes and 3000 reads a second).

    Attributes:
        key: encrypts it; who uses the table needs it too, as `reading` and `writing` have it.
    """

    def __init__(
        self, scope: Construct, id_: str, *, key: kms.IKey, removal_policy: RemovalPolicy
    ) -> None:
        super().__init__(
            scope,
            id_,
            partition_key=dynamodb.Attribute(name="kind", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            time_to_live_attribute="expires_at",
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            removal_policy=removal_policy,
        )
        self.key = key
        # Not as the table's own `encryption_key`: CDK would grant it to whoever reads the stream,
        # for more than DynamoDB.
        table = cast(dynamodb.CfnTable, self.node.default_child)
        table.sse_specification = dynamodb.CfnTable.SSESpecificationProperty(
            sse_enabled=True, sse_type="KMS", kms_master_key_id=key.key_arn
        )

    def reading(self, *actions: str) -> list[iam.PolicyStatement]:
        """For who reads it with these actions: without its key DynamoDB would refuse them."""
        return [self._actions(actions), read_registry(self.key)]

    def writing(self, *actions: str) -> list[iam.PolicyStatement]:
        """The same for who writes."""
        return [self._actions(actions), write_registry(self.key)]

    def _actions(self, actions: Sequence[str]) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            sid="Registry", actions=list(actions), resources=[self.table_arn]
        )
