"""The step that makes accounts: it writes what Slurm reads once, and has an end to its patience."""

from dataclasses import replace
from pathlib import Path

import pytest

from hpc_constructs.node_scripts.configure_node import slurm_accounting, slurmdbd_configuration
from hpc_constructs.node_scripts.configure_node.failure import NodeFailure
from hpc_constructs.node_scripts.configure_node.wishes import Account, SlurmAccounts, Wishes

AS_PARALLELCLUSTER_MAKES_IT = "AuthType=auth/munge\ninclude slurm_parallelcluster_slurmdbd.conf\n"
WISHED = Wishes(
    is_head=True,
    cluster_name="Pcluster-A",
    accounts=(),
    lustre=True,
    s3_mounts=(),
    slurm_accounts=SlurmAccounts("lab", "project"),
)
WITH_SIM = replace(WISHED, accounts=(Account("sim", 2001, None),))


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "slurmdbd.conf"
    file.write_text(AS_PARALLELCLUSTER_MAKES_IT)
    monkeypatch.setattr(slurmdbd_configuration, "FILE", file)
    return file


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the step runs, where everything is as it shall be."""
    told = {
        "clusters": "pcluster-a|6817\n",
        "associations": "root||\nlab|root|\nproject|lab|\n",
        "users": "",
    }
    ran: list[str] = []

    def run(*command: str) -> str:
        ran.append(" ".join(command))
        return next((told[what] for what in told if what in command), "")

    monkeypatch.setattr(slurm_accounting, "run", run)
    return ran


def test_slurmdbd_is_started_again_only_if_its_configuration_changed(
    configuration: Path, commands: list[str]
) -> None:
    slurm_accounting.account_jobs(WISHED)
    slurm_accounting.account_jobs(WISHED)

    assert commands.count("systemctl restart slurmdbd") == 1
    assert configuration.read_text() == f"PrivateData=jobs,usage\n{AS_PARALLELCLUSTER_MAKES_IT}"
    assert configuration.stat().st_mode & 0o777 == 0o600


def test_another_word_about_privacy_gives_way(configuration: Path, commands: list[str]) -> None:
    configuration.write_text(f"{AS_PARALLELCLUSTER_MAKES_IT}privatedata=accounts\n")

    slurm_accounting.account_jobs(WISHED)

    assert configuration.read_text() == f"PrivateData=jobs,usage\n{AS_PARALLELCLUSTER_MAKES_IT}"
    assert "systemctl restart slurmdbd" in commands


def test_it_asks_for_the_cluster_as_slurm_writes_it(
    configuration: Path, commands: list[str]
) -> None:
    slurm_accounting.account_jobs(WISHED)

    asked = [command for command in commands if "show clusters" in command]
    assert configuration.exists() and asked
    assert all("cluster=pcluster-a" in command for command in asked)


@pytest.mark.usefixtures("configuration")
def test_it_adds_nothing_before_slurmctld_has_come_back_to_slurmdbd(
    commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """slurmdbd would tell nobody of it."""
    told = iter(["pcluster-a|0\n", "pcluster-a|0\n", "pcluster-a|6817\n"])
    ordinary = slurm_accounting.run

    def run(*command: str) -> str:
        said = ordinary(*command)
        if "associations" in command:
            return "root||\n"
        return next(told) if "clusters" in command else said

    monkeypatch.setattr(slurm_accounting, "run", run)
    monkeypatch.setattr(slurm_accounting, "_PAUSE_SECONDS", 0.01)

    slurm_accounting.account_jobs(WISHED)

    added = [number for number, command in enumerate(commands) if " add " in command]
    asked = [number for number, command in enumerate(commands) if "show clusters" in command]
    assert len(asked) == 3
    assert added
    assert max(asked) < min(added)


@pytest.mark.usefixtures("configuration")
def test_it_doesn_t_wait_for_ever_for_slurmdbd(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*command: str) -> str:
        if "show" in command:
            raise NodeFailure("sacctmgr: error: Connection refused")
        return ""

    monkeypatch.setattr(slurm_accounting, "run", run)
    monkeypatch.setattr(slurm_accounting, "_SECONDS", 0.1)
    monkeypatch.setattr(slurm_accounting, "_PAUSE_SECONDS", 0.01)

    with pytest.raises(NodeFailure, match=r"isn't ready after 0\.1 s: .*Connection refused"):
        slurm_accounting.account_jobs(WISHED)


@pytest.mark.usefixtures("configuration")
def test_it_waits_until_slurmctld_knows_the_users(
    commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes no job of others, and ends nobody's wait for that."""
    known = iter(["", "", "ClusterName=pcluster-a Account=project UserName=sim(2001) ID=8\n"])
    ordinary = slurm_accounting.run

    def run(*command: str) -> str:
        said = ordinary(*command)
        return next(known) if "assoc_mgr" in command else said

    monkeypatch.setattr(slurm_accounting, "run", run)
    monkeypatch.setattr(slurm_accounting, "_PAUSE_SECONDS", 0.01)

    slurm_accounting.account_jobs(WITH_SIM)

    assert next(known, None) is None
    assert not [command for command in commands if "reconfigure" in command]


@pytest.mark.usefixtures("configuration")
def test_slurmctld_that_wasn_t_told_begins_again_with_what_slurmdbd_has(
    commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = slurm_accounting.run

    def run(*command: str) -> str:
        said = ordinary(*command)
        if "assoc_mgr" not in command:
            return said
        again = any("reconfigure" in each for each in commands)
        return "ClusterName=pcluster-a Account=project UserName=sim(2001)\n" if again else ""

    monkeypatch.setattr(slurm_accounting, "run", run)
    monkeypatch.setattr(slurm_accounting, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(slurm_accounting, "_SENDING_SECONDS", 0.05)

    slurm_accounting.account_jobs(WITH_SIM)

    assert commands.count("/opt/slurm/bin/scontrol reconfigure") == 1


@pytest.mark.usefixtures("configuration", "commands")
def test_who_isn_t_known_to_slurmctld_in_the_end_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurm_accounting, "_SECONDS", 0.05)
    monkeypatch.setattr(slurm_accounting, "_PAUSE_SECONDS", 0.01)

    with pytest.raises(NodeFailure, match=r"doesn't know .* that sim may use account 'project'"):
        slurm_accounting.account_jobs(WITH_SIM)
