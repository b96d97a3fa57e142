"""Where that ends up which was called without anybody waiting for the answer, and failed.

A message says by itself whose it is. Lambda's has the function, the event and the error; of a batch
of the registry's stream it has the place in the stream. EventBridge's has the event, and in its
attributes the rule and the error. So one queue does for all, and one alarm.

Sources: Lambda developer guide, "Adding a destination"; EventBridge user guide, "Using dead-letter
queues".
"""

from aws_cdk import Duration
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class DeadLetters(Construct):
    """The queue, and how functions and rules come to have it.

    Attributes:
        queue: keeps a letter for two weeks.
    """

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )

    def take_from(self, function: lambda_.IFunction, *, retry_attempts: int = 2) -> None:
        """Take what the function fails at for good, where nobody waits for its answer."""
        function.configure_async_invoke(
            on_failure=destinations.SqsDestination(self.queue), retry_attempts=retry_attempts
        )

    def target(
        self, function: lambda_.IFunction, *, retry_attempts: int, of_function: int = 2
    ) -> targets.LambdaFunction:
        """The function as a rule's target; what it can't be handed, and what it fails at, is taken.

        Args:
            function: of this stack.
            retry_attempts: how often EventBridge tries again to hand it over.
            of_function: how often Lambda tries again what the function failed at.
        """
        self.take_from(function, retry_attempts=of_function)
        return targets.LambdaFunction(
            function, retry_attempts=retry_attempts, dead_letter_queue=self.queue
        )
