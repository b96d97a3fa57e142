"""What of an invocation's log counts as gone past our loggers."""

import json

import pytest

from function_log import Invocation, is_of_our_functions

START, END = "START RequestId: 1 Version: $LATEST", "END RequestId: 1"
TRACEBACK = [
    "Traceback (most recent call last):",
    '  File "handler.py", line 1, in handler',
    "RuntimeError: broken",
]
ERROR = [
    "[ERROR] Refused: not now,",
    "nor later",
    "Traceback (most recent call last):",
    '\u00a0\u00a0File "handler.py", line 1, in handler',
    "\u00a0\u00a0\u00a0\u00a0raise Refused()",
]
REFUSED = json.dumps({"exception": "Traceback …\nprovider.Refused: not now,\nnor later"})
FAILED = json.dumps({"message": "failed", "exception": "\n".join(TRACEBACK)})


@pytest.mark.parametrize(
    ("written", "strays"),
    [
        (['{"message": "ours"}', '{"_aws": {}}'], []),
        (["printed"], ["printed"]),
        (["[WARNING] a library's"], ["[WARNING] a library's"]),
        (['{"message": "ours"}', "{", '"over": "lines"', "}"], ["{", '"over": "lines"', "}"]),
        (["1"], ["1"]),
        (["b'!!  Node 20 has reached end-of-life  !!\\n'", "b'!!!!\\n'"], []),
        (["b'printed'"], ["b'printed'"]),
        ([FAILED, *TRACEBACK], []),
        (["printed", FAILED, *TRACEBACK], ["printed"]),
        ([*TRACEBACK], TRACEBACK),
        ([FAILED, *TRACEBACK, ""], [*TRACEBACK, ""]),
        ([FAILED, *TRACEBACK, "printed"], [*TRACEBACK, "printed"]),
        ([REFUSED, *ERROR], []),
        (["printed", REFUSED, *ERROR], ["printed"]),
        (ERROR, ERROR),
        ([FAILED, *ERROR], ERROR),
        ([REFUSED, *ERROR, "printed"], [*ERROR, "printed"]),
        ([REFUSED, ERROR[0], "printed"], [ERROR[0], "printed"]),
    ],
)
def test_what_is_neither_an_object_nor_the_platform_s_is_a_stray(
    written: list[str], strays: list[str]
) -> None:
    assert Invocation(messages=[START, *written, END]).strays() == strays


@pytest.mark.parametrize(
    ("group", "ours"),
    [
        ("HpcProvisioner-Provisioner-MetadataImportOnEventLogDEBEA6F2-1", True),
        ("HpcProvisioner-Provisioner-AccountingUsageLogB825C750-1", True),
        ("HpcProvisioner-Provisioner-MetadataImportFrameworkLogBC483E9C-1", False),
        ("HpcProvisioner-Provisioner-ApiAccessLog713001CC-1", False),
        ("HpcProvisioner-Provisioner-DeletionsLog1D3F03D2-1", False),
        ("HpcProvisioner-Provisioner-DeletionsFunctionLogE70B130F-1", True),
        ("/aws/lambda/pcluster-cleanup", False),
    ],
)
def test_whose_a_log_group_is(group: str, ours: bool) -> None:
    assert is_of_our_functions(group) == ours
