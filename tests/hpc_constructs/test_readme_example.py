"""The example in the README is an app that synthesises."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cloudformation_values import resolved

STACK_ID = "arn:aws:cloudformation:us-east-1:1:stack/MyCluster/0a1b2c3d-9e8f-11ee-b9d1-0242ac120002"
ROOT = Path(__file__).parent.parent.parent
README = ROOT / "constructs" / "README.md"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    example = re.search(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert example is not None
    out = tmp_path_factory.mktemp("example")
    run = subprocess.run(
        [sys.executable, "-c", example.group(1)],
        cwd=ROOT,
        env={**os.environ, "CDK_OUTDIR": str(out)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return dict(json.loads((out / "MyCluster.template.json").read_text()))


def of_type(template: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    return [r for r in template["Resources"].values() if r["Type"] == type_]


def test_it_is_one_cluster_with_its_attributes_as_outputs(template: dict[str, Any]) -> None:
    [cluster] = of_type(template, "Custom::ParallelCluster")

    assert cluster["Properties"]["ClusterName"] == "pcluster-mine"
    assert {"HeadNodePrivateIp", "ClusterStatus", "FileSystemId"} <= set(template["Outputs"])


def test_the_records_of_its_jobs_stay_when_it_goes_where_its_role_may_write(
    template: dict[str, Any],
) -> None:
    groups = of_type(template, "AWS::Logs::LogGroup")
    [records] = [each for each in groups if "/hpc/jobs/" in str(each["Properties"])]

    name = resolved(records["Properties"]["LogGroupName"], {"AWS::StackId": STACK_ID})

    assert name == "/hpc/jobs/pcluster-mine-0a1b2c3d"
    assert records["DeletionPolicy"] == "Retain"


def test_it_needs_no_registry(template: dict[str, Any]) -> None:
    [cluster] = of_type(template, "Custom::ParallelCluster")

    assert "RegistryId" not in cluster["Properties"]
