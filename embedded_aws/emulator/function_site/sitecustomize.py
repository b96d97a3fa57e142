"""Shortens the sleeps of ParallelCluster's clean-up function, 40 s a deletion.

It is on the PYTHONPATH of every function process and acts in functions named `pcluster-*` only.
"""

import os
import time
from typing import SupportsIndex

LONGEST_SLEEP_SECONDS = 0.1

if os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "").startswith("pcluster-"):
    _sleep = time.sleep

    def _short_sleep(seconds: float | SupportsIndex, /) -> None:
        _sleep(min(float(seconds), LONGEST_SLEEP_SECONDS))

    time.sleep = _short_sleep
