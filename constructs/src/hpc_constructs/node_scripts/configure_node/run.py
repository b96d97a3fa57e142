"""The steps in their order; the first that fails ends the bootstrap, with one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Callable

from .accounts import make_accounts
from .arguments import wishes
from .bootstrap_error import tell_afterwards
from .cluster_name import name_cluster
from .data import make_data, make_project_directory
from .failure import one_line
from .homes import make_homes
from .job_records import install_job_hooks, install_job_services
from .slurm_accounting import account_jobs
from .slurm_rest import prepare_slurm_rest, serve_slurm_rest
from .wishes import CONFIGURED, START, Wishes

_BEFORE: dict[str, Callable[[Wishes], None]] = {
    "job hooks": install_job_hooks,
    "slurm rest keys": prepare_slurm_rest,
}
STEPS: dict[str, Callable[[Wishes], None]] = {
    "accounts": make_accounts,
    "homes": make_homes,
    "project directory": make_project_directory,
    "data": make_data,
    "cluster name": name_cluster,
    "accounting": account_jobs,
    **_BEFORE,
    "job records": install_job_services,
    "slurm rest": serve_slurm_rest,
}
"""When ParallelCluster has configured the node. Each may be done again: it finds what is done."""
STAGES = {START: _BEFORE, CONFIGURED: STEPS}


def configure(arguments: Sequence[str]) -> int:
    """Do what the arguments ask for, and give the exit code.

    What fails is the one line on standard error, for ParallelCluster keeps that of a compute node.
    """
    os.umask(0o022)
    step = "arguments"
    try:
        wished = wishes(arguments)
        for step, do in STAGES[wished.stage].items():
            do(wished)
            print(f"configure_node: {step}: done", flush=True)
    except Exception as failure:  # whatever it is, an operator gets one line
        line = one_line(step, failure)
        tell_afterwards(line)
        print(line, file=sys.stderr)
        return 1
    return 0
