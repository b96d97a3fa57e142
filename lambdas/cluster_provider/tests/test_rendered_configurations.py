"""ParallelCluster agrees with every configuration that the application renders.

The configurations are written before this test runs, one JSON file for each region, tier and
storage kind: {"environment", "tier", "storage", "region", "configuration"}. The directory is
CONFIGURATIONS, by default build/configurations below the repository.
"""

import json
import os
from pathlib import Path

import pytest
from validation import validate_under_moto

REPOSITORY = Path(__file__).parents[3]
DIRECTORY = Path(os.environ.get("CONFIGURATIONS", REPOSITORY / "build" / "configurations"))
FILES = sorted(DIRECTORY.glob("*.json"))

SUPPRESSED: tuple[str, ...] = ()
"""None: what moto lacks for a validator is made up for in moto_world."""

ACCEPTED_WARNINGS = {
    # A queue of several instance types schedules by the smallest memory among them; we know.
    "InstancesMemorySchedulingWarningValidator",
    # What is rendered is a benchmark's, which wants metrics every minute and pays for them.
    "DetailedMonitoringValidator",
}


def test_there_are_configurations_to_validate() -> None:
    assert FILES, f"No *.json in {DIRECTORY}: render the configurations first (make synth)."


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_parallelcluster_accepts(file: Path) -> None:
    rendered = json.loads(file.read_text())
    assert rendered["configuration"]["Region"] == rendered["region"]

    messages = validate_under_moto(rendered["configuration"], suppressed=SUPPRESSED)

    assert [m for m in messages if m.validator not in ACCEPTED_WARNINGS] == []
