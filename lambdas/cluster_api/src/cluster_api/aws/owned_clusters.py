"""ParallelCluster's own stacks: seen in CloudFormation, deleted by the cluster provider."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cluster_api.aws.faults import message_of, passing_faults
from cluster_api.survey import OWNER_TAG, owner_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient

_MISSING = "does not exist"


@dataclass(frozen=True, kw_only=True)
class ProvidedClusters:
    """Clusters whose deletion is the provider's: only its role may delete what they consist of."""

    cloudformation: "CloudFormationClient"
    functions: "LambdaClient"
    provider_arn: str

    def owner(self, name: str) -> str | None:
        """See OwnedClusters."""
        try:
            with passing_faults("CloudFormation"):
                (stack,) = self.cloudformation.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if _MISSING in message_of(error):
                return None
            raise
        tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
        return tags.get(OWNER_TAG)

    def delete(self, name: str, owner: str) -> None:
        """See OwnedClusters.

        The provider is told what CloudFormation would have told it. It compares the owner again,
        so a cluster that is another's by now stays.
        """
        stack, logical_id = owner_of(owner)
        request = {
            "RequestType": "Delete",
            "StackId": stack,
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": name,
            "ResourceProperties": {"ClusterName": name},
        }
        with passing_faults("Lambda"):
            self.functions.invoke(
                FunctionName=self.provider_arn,
                InvocationType="Event",
                Payload=json.dumps(request).encode(),
            )
