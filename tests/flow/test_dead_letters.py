"""What nobody waited for and failed for good is in the queue, and says whose it is."""

import json
import time
from typing import Any

from deployed_application import PATIENCE_SECONDS, Application

# No event of CloudFormation's: the function can't even find the stack that it is about.
NONSENSE = {"detail": {"what": "nonsense"}}


def test_an_event_that_a_function_fails_at_again_and_again_is_a_letter(
    application: Application,
) -> None:
    functions, sqs = application.service("lambda"), application.service("sqs")
    function = application.function("Provisioner-StackEventsFunction")
    [queue] = sqs.list_queues(QueueNamePrefix="HpcProvisioner-Provisioner-DeadLetters")["QueueUrls"]

    functions.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(NONSENSE))
    letter = _next_letter(sqs, queue)

    assert letter["requestPayload"] == NONSENSE
    assert letter["requestContext"]["functionArn"].endswith(f":{function}")
    assert "stack-id" in letter["responsePayload"]["errorMessage"]


def _next_letter(sqs: Any, queue: str) -> dict[str, Any]:
    """Lambda tries twice more before it gives up."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            return dict(json.loads(message["Body"]))
    raise AssertionError("no letter came")
