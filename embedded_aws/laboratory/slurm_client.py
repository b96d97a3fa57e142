"""Slurm as its users have it: commands with their ids, from their homes."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from embedded_aws.laboratory.node import PATIENCE_SECONDS, Done, Node, NodeTrouble

_UNFINISHED = {"PENDING", "RUNNING", "SUSPENDED", "COMPLETING", "CONFIGURING", "REQUEUED"}


@dataclass(frozen=True, kw_only=True)
class AccountedJob:
    """A job as slurmdbd has it; `record` is all that sacct says in its JSON."""

    number: int
    cluster: str
    user: str
    account: str
    state: str
    exit_code: int
    record: Mapping[str, Any]

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read it from sacct's JSON (data_parser v0.0.42)."""
        return cls(
            number=record["job_id"],
            cluster=record["cluster"],
            user=record["user"],
            account=record["account"],
            state=record["state"]["current"][0],
            exit_code=record["exit_code"]["return_code"]["number"],
            record=record,
        )


class SlurmClient:
    """The commands on one node; a user is `root` or one that has a home in /home."""

    def __init__(self, node: Node) -> None:
        """Slurm runs on the node, and its daemons are up."""
        self.node = node

    def run(self, user: str, *command: str, environment: Mapping[str, str] | None = None) -> Done:
        """Run a command as a user, in its home."""
        home = "/root" if user == "root" else f"/home/{user}"
        there = ("env", f"--chdir={home}", *command)
        variables = {"HOME": home, **(environment or {})}
        return self.node.run(*there, user=user, environment=variables)

    def must(self, user: str, *command: str) -> str:
        """Run a command that has to succeed, and give its output.

        Raises:
            NodeTrouble: it failed; with what it said.
        """
        done = self.run(user, *command)
        if done.returncode:
            raise NodeTrouble(f"{' '.join(command)}: {done.returncode} {done.stdout}{done.stderr}")
        return done.stdout

    def submit(self, user: str, command: str, *options: str) -> int:
        """Submit a shell command as a batch job, and give the job's number.

        Raises:
            NodeTrouble: it is refused; with Slurm's reason.
        """
        told = self.must(user, "sbatch", "--parsable", *options, f"--wrap={command}")
        return int(told.strip().partition(";")[0])

    def wait(self, job: int) -> AccountedJob:
        """Wait until slurmdbd has the job's end, which it has later than slurmctld.

        Raises:
            NodeTrouble: after four minutes it hasn't.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            for found in self.sacct("root", f"--jobs={job}"):
                if found.record["time"]["end"] and found.state not in _UNFINISHED:
                    return found
            time.sleep(0.1)
        queue = self.run("root", "scontrol", "show", "job", str(job))
        raise NodeTrouble(f"job {job} has no end in sacct: {queue.stdout}{queue.stderr}")

    def run_job(self, user: str, command: str, *options: str) -> AccountedJob:
        """Submit a job and wait for its end."""
        return self.wait(self.submit(user, command, *options))

    def sacct(self, user: str, *options: str) -> list[AccountedJob]:
        """The jobs that sacct shows to this user.

        Raises:
            NodeTrouble: sacct failed.
        """
        told = json.loads(self.must(user, "sacct", "--json", *options))
        return [AccountedJob.of(record) for record in told["jobs"]]

    def scontrol(self, *arguments: str) -> str:
        """What scontrol says to root."""
        return self.must("root", "scontrol", *arguments)

    def sacctmgr(self, *arguments: str) -> str:
        """What sacctmgr says to root, told to ask nothing."""
        return self.must("root", "sacctmgr", "--immediate", *arguments)
