"""What instances write on their consoles; GetConsoleOutput, which ministack lacks."""

import base64
from collections import defaultdict
from datetime import UTC, datetime

from ministack.services import ec2

from embedded_aws.emulator.ec2_protocol import Arguments, Refusal, serve

_lines: dict[str, list[str]] = defaultdict(list)


def install() -> None:
    """Serve the action."""
    serve("GetConsoleOutput", _get)


def write(instance_id: str, line: str) -> None:
    """Add a line, with the time, to an instance's console."""
    now = datetime.now(UTC).strftime("%H:%M:%S")
    _lines[instance_id].append(f"{now} {line}")


def _get(asked: Arguments) -> Arguments:
    instance_id = asked["InstanceId"]
    if instance_id not in ec2._instances and instance_id not in _lines:
        raise Refusal(
            "InvalidInstanceID.NotFound", f"The instance ID '{instance_id}' does not exist"
        )
    text = "".join(f"{line}\n" for line in _lines.get(instance_id, []))
    return {
        "InstanceId": instance_id,
        "Output": base64.b64encode(text.encode()).decode(),
        "Timestamp": datetime.now(UTC),
    }
