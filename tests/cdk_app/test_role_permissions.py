"""What every role of ours may do and must not, as IAM would decide: the tables beside this file."""

from collections import Counter

import pytest

from environment_roles import EnvironmentRoles
from role_policies import functions_roles
from synthesised import Synthesis, Synthesised

REFUSALS_OF_A_FUNCTION = 4


@pytest.fixture
def granted(environment: Synthesised) -> EnvironmentRoles:
    return EnvironmentRoles.of(environment)


def test_each_role_may_do_what_the_table_says_and_no_more(granted: EnvironmentRoles) -> None:
    assert granted.differences() == []


def test_no_role_is_without_rows(granted: EnvironmentRoles) -> None:
    assert set(granted.roles()) - {row.role for row in granted.rows} == set()


def test_no_row_is_without_its_role(synthesis: Synthesis) -> None:
    everywhere = [EnvironmentRoles.of(synthesis.of(name)) for name in ("local", "sandbox")]

    assert {row.role for row in everywhere[0].rows} == {
        role for each in everywhere for role in each.roles()
    }


def test_each_function_is_refused_a_handful_of_things(granted: EnvironmentRoles) -> None:
    refused = Counter(row.role for row in granted.rows if not row.allowed)

    few = {
        function: refused[role]
        for function, role in functions_roles(granted.templates).items()
        if refused[role] < REFUSALS_OF_A_FUNCTION
    }

    assert few == {}


def test_no_two_functions_share_a_role(granted: EnvironmentRoles) -> None:
    found = functions_roles(granted.templates)

    assert len(set(found.values())) == len(found)
