"""Types of ordinary stacks are made with the attributes that they promise, and removed."""

import pytest

from aws_account import Account
from deployed import deploy
from resource_promises import PROMISES


@pytest.mark.parametrize("name", PROMISES)
def test_a_type_keeps_its_promises(account: Account, name: str) -> None:
    resources, promised = PROMISES[name]
    outputs = {f"of{number}": ("Thing", one) for number, one in enumerate(promised)}

    stack = deploy(account, resources, **outputs, ref="Thing")

    assert all(stack.outputs.values())
    assert stack.outputs["ref"] == stack.ids["Thing"]
    stack.delete()
