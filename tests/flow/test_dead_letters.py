"""What nobody waited for and failed for good is in the queue, and says whose it is."""

from dead_letters import NONSENSE, DeadLetters
from deployed_application import Application, wait_until


def test_an_event_that_a_function_fails_at_again_and_again_is_a_letter(
    application: Application,
) -> None:
    letters = DeadLetters.of(application)

    letters.fail()
    wait_until(lambda: letters.count() > 0)
    letter = letters.take()

    assert letter["requestPayload"] == NONSENSE
    assert letter["requestContext"]["functionArn"].endswith(f":{letters.failing}")
    assert "stack-id" in letter["responsePayload"]["errorMessage"]
