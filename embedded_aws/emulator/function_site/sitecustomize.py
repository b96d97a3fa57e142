"""What Python's functions here find when they start, as on AWS or faster than there.

It is on the PYTHONPATH of every function process. By LAMBDA_TASK_ROOT the X-Ray SDK knows that it
is in a function. ParallelCluster's clean-up function, `pcluster-*`, sleeps 40 s a deletion, which
are shortened.
"""

import os
import time
from typing import SupportsIndex

LONGEST_SLEEP_SECONDS = 0.1

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    os.environ.setdefault("LAMBDA_TASK_ROOT", "/var/task")

if os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "").startswith("pcluster-"):
    _sleep = time.sleep

    def _short_sleep(seconds: float | SupportsIndex, /) -> None:
        _sleep(min(float(seconds), LONGEST_SLEEP_SECONDS))

    time.sleep = _short_sleep
