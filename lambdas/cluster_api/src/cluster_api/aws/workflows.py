"""The executions of the deletion's state machine, in Step Functions."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cluster_api.aws.faults import code_of, passing_faults
from cluster_api.export_attempts import order_of
from cluster_api.model import Record

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


# Not frozen: a cached_property is kept in the instance.
@dataclass(kw_only=True)
class StateMachine:
    """Executions of one state machine, whose input is an Order.

    `client` makes the client when one is begun first: most requests need none.
    """

    client: Callable[[], "SFNClient"]
    state_machine_arn: str

    def begin(self, record: Record) -> None:
        """See Workflows.

        The same name and input while it runs is the same execution; of one that has ended, and
        isn't 90 days old, it is ExecutionAlreadyExists (AWS Step Functions, StartExecution).
        """
        if record.export is None:
            raise ValueError(f"{record.cluster_name} has nothing to export")
        order = order_of(record, record.export)
        try:
            with passing_faults("Step Functions"):
                self._client.start_execution(
                    stateMachineArn=self.state_machine_arn,
                    name=order.name,
                    input=json.dumps(asdict(order)),
                )
        except ClientError as error:
            if code_of(error) != "ExecutionAlreadyExists":
                raise

    @cached_property
    def _client(self) -> "SFNClient":
        return self.client()
