"""Code that runs as a function of cluster_api does: in an interpreter of its own, as on Lambda."""

import os
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "lambdas" / "cluster_api" / "src"
# What Lambda sets itself: by the first the X-Ray SDK knows where it is.
OF_LAMBDA = {"LAMBDA_TASK_ROOT": "/var/task", "AWS_LAMBDA_FUNCTION_NAME": "f"}


def run_functions(code: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """The finished process; its output is its log."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(SOURCES),
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            **OF_LAMBDA,
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done
