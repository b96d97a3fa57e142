"""Who has the private key logs in to a node over SSH, and works there with Slurm."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_aws.demo.job import SCRATCH, run_job, show_accounting
from embedded_aws.errors import NotAsPromisedError
from embedded_aws.laboratory.administrator import ADMINISTRATOR, admit_administrator
from embedded_aws.laboratory.node import Node, NodeTrouble
from embedded_aws.laboratory.secure_shell import SecureShell
from node_cluster import ROOT
from node_states import Users
from rest_cluster import RestCluster

HOST_KEY = "/etc/ssh/ssh_host_ed25519_key.pub"


@pytest.fixture
def sim(rest: RestCluster, users: Users) -> Iterator[SecureShell]:
    process_1 = rest.node.process_1()
    with SecureShell(process_1, user="sim", private_key=users.private_key) as shell:
        yield shell


def test_sim_submits_a_job_waits_for_it_and_finds_it_in_accounting(
    rest: RestCluster, sim: SecureShell
) -> None:
    said: list[str] = []

    job = run_job(sim, said.append)
    show_accounting(sim, job.number, said.append)

    assert rest.node.read(f"{SCRATCH}/{job.result_name}") == job.result
    [accounted] = [line for line in said if f" {job.number} " in f"{line} " and "COMPLETED" in line]
    assert " pi " in accounted
    assert " sim " in accounted


def test_a_job_that_fails_is_told_with_its_last_words(
    sim: SecureShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f"#!/bin/bash\n#SBATCH --output={SCRATCH}/pi-%j.log\necho out of darts\nexit 3\n"
    monkeypatch.setattr("embedded_aws.demo.job.SCRIPT", script)

    with pytest.raises(NotAsPromisedError, match=r"job \d+ is FAILED: out of darts"):
        run_job(sim, lambda _: None)


def test_what_slurm_refuses_is_told_in_its_words(
    sim: SecureShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embedded_aws.demo.job.SCRIPT", "#!/bin/bash\n#SBATCH --nodes=99\ntrue\n")

    with pytest.raises(NodeTrouble, match="sbatch: error: Batch job submission failed"):
        run_job(sim, lambda _: None)


def test_the_private_key_is_in_no_arguments_and_its_file_goes(
    rest: RestCluster, users: Users
) -> None:
    process_1 = rest.node.process_1()
    with SecureShell(process_1, user="sim", private_key=users.private_key) as shell:
        command = shell.client("true")
        file = Path(command[command.index("-i") + 1])
        mode = file.stat().st_mode & 0o777

    assert mode == 0o600
    assert not file.parent.exists()
    assert not any(line in " ".join(command) for line in users.private_key.splitlines())


def test_who_has_another_key_stays_outside(rest: RestCluster, tmp_path: Path) -> None:
    key = another_key(tmp_path)[1]

    with SecureShell(rest.node.process_1(), user="sim", private_key=key) as stranger:
        done = stranger.run("id")

    assert done.returncode != 0
    assert "Permission denied (publickey" in done.stderr


def test_the_administrator_logs_in_with_its_own_key_and_becomes_root(
    rest: RestCluster, tmp_path: Path
) -> None:
    public, private = another_key(tmp_path)
    admit_administrator(rest.node, ADMINISTRATOR, public)

    process_1 = rest.node.process_1()
    with SecureShell(process_1, user=ADMINISTRATOR, private_key=private) as shell:
        said = shell.must("id --user --name; sudo --non-interactive id --user --name")

    assert said == f"{ADMINISTRATOR}\nroot\n"


def test_sim_has_no_sudo(sim: SecureShell) -> None:
    assert sim.run("sudo --non-interactive id").returncode != 0


def test_each_node_has_a_host_key_of_its_own_that_it_keeps_over_a_reboot(tmp_path: Path) -> None:
    with Node("one", root=ROOT, shared=tmp_path) as one:
        before = one.read(HOST_KEY)
        one.reboot()
        after = one.read(HOST_KEY)
    with Node("two", root=ROOT, shared=tmp_path) as two:
        other = two.read(HOST_KEY)

    assert before == after
    assert before.split()[1] != other.split()[1]
    assert not [*(ROOT / "etc" / "ssh").glob("ssh_host_*")]


def test_a_node_that_is_gone_is_told(tmp_path: Path) -> None:
    private = another_key(tmp_path)[1]
    with Node("gone", root=ROOT, shared=tmp_path) as node:
        process_1 = node.process_1()

    shell = SecureShell(process_1, user="sim", private_key=private)

    with pytest.raises(NodeTrouble, match="no SSH on the node"), shell:
        pass


def another_key(directory: Path) -> tuple[str, str]:
    """A key pair: the public key, the private one."""
    file = directory / "another"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(file)]
    subprocess.run(command, check=True)
    return file.with_suffix(".pub").read_text(), file.read_text()
