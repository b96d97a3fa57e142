"""The same machine on the adapters: DynamoDB, EC2, Secrets Manager and CloudFormation."""

from itertools import count
from typing import ClassVar

import pytest
from hypothesis.stateful import run_state_machine_as_test

from cluster_machine import ClusterMachine, machine_settings
from cluster_surroundings import EmulatedAccount, Surroundings


class OnTheEmulator(ClusterMachine):
    """All ports are adapters; no name is ever had twice, as on AWS."""

    account: ClassVar[EmulatedAccount]
    seeds: ClassVar = count()

    def surroundings(self) -> Surroundings:
        """Anew for each example."""
        return self.account.surroundings(next(self.seeds))


def test_all_agrees_on_the_emulator_too(
    emulated_account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OnTheEmulator, "account", emulated_account, raising=False)

    run_state_machine_as_test(OnTheEmulator, settings=machine_settings(examples=20, steps=15))
