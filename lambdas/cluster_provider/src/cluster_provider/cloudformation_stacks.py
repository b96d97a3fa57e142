"""The stacks that custom resources are in, as CloudFormation describes them."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

_ON_THE_WAY_OUT = ("DELETE_", "ROLLBACK_")


class CloudFormationStacks:
    """Implements `ports.Stacks`."""

    def __init__(self, *, client: "CloudFormationClient") -> None:
        self._client = client

    def is_wanted(self, stack_id: str) -> bool:
        """Whether the stack still makes or changes what is in it.

        Where CloudFormation can't be asked the answer is yes: a cluster that is not wanted is
        found again by its tags, one that was deleted for a throttled call is not.
        """
        try:
            status = self._client.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
        except ClientError as error:
            return "does not exist" not in error.response["Error"].get("Message", "")
        return not status.startswith(_ON_THE_WAY_OUT)
