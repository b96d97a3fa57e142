"""What importing the API's handler costs, against boto3 and the clients that it makes."""

import os
import subprocess
import sys
from collections.abc import Mapping
from statistics import median

from benchmarks.bench import Bench, expect
from embedded_aws.lifecycle import ROOT

PACKAGE = ROOT / "build" / "functions-local" / "cluster_api"
TURNS = 7
_HANDLER = "import cluster_api.handler"
_CLIENTS = """
import boto3
for name in ("dynamodb", "ec2", "secretsmanager", "cloudformation", "ssm"):
    boto3.client(name)
"""


def measure(bench: Bench) -> float:
    """CPU time of the import over that of boto3 and the same clients: median of pairs of runs."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PACKAGE),
        # So that the X-Ray SDK knows where it is: elsewhere it loads what Lambda never does.
        "LAMBDA_TASK_ROOT": str(PACKAGE),
        **bench.function_variables(),
        **bench.aws.environment(),
    }
    return median(
        _cpu_seconds(_HANDLER, environment) / _cpu_seconds(_CLIENTS, environment)
        for _ in range(TURNS)
    )


def _cpu_seconds(code: str, environment: Mapping[str, str]) -> float:
    timed = f"import time; begun = time.process_time()\n{code}\nprint(time.process_time() - begun)"
    done = subprocess.run(
        [sys.executable, "-c", timed], env=environment, capture_output=True, text=True, check=False
    )
    expect(done.returncode == 0, done.stderr)
    return float(done.stdout.splitlines()[-1])
