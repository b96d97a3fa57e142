"""Names are short, safe, and no two projects have the same."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cluster_api.model import ID_PATTERN, Project, is_id
from cluster_api.names import cluster_name, key_pair_name, secret_name, stack_name

IDS = st.from_regex(ID_PATTERN.replace("$", r"\Z"))
PROJECTS = st.builds(Project, vlab_id=IDS, project_id=IDS)


@given(PROJECTS)
def test_a_cluster_name_is_one_that_parallelcluster_takes(project: Project) -> None:
    name = cluster_name(project)

    assert re.fullmatch("pcluster-[a-z0-9-]{1,8}-[a-z0-9-]{1,8}-[0-9a-f]{8}", name)
    assert len(name) <= 40
    assert "--" not in name


@given(PROJECTS, PROJECTS)
def test_two_projects_have_two_names(one: Project, other: Project) -> None:
    assert (cluster_name(one) == cluster_name(other)) == (one == other)


def test_a_dash_does_not_move_between_the_ids() -> None:
    one = Project(vlab_id="a-b", project_id="c")
    other = Project(vlab_id="a", project_id="b-c")

    assert cluster_name(one) != cluster_name(other)


def test_the_case_of_an_id_counts() -> None:
    one = Project(vlab_id="Lab", project_id="c")
    other = Project(vlab_id="lab", project_id="c")

    assert cluster_name(one) != cluster_name(other)


def test_the_names_of_all_things_are_told_from_the_cluster() -> None:
    cluster = "pcluster-lab-project-0a1b2c3d"

    assert stack_name(cluster, "9f8e7d6c") == "hpc-lab-project-0a1b2c3d-9f8e7d6c"
    assert key_pair_name(cluster, "9f8e7d6c", "sim") == f"{cluster}-9f8e7d6c-sim"
    assert secret_name(cluster, "9f8e7d6c", "sim") == f"hpc/{cluster}/9f8e7d6c/sim"


@given(IDS)
def test_an_id_is_a_single_safe_word(text: str) -> None:
    assert is_id(text)


@given(st.text())
def test_what_is_no_safe_word_is_no_id(text: str) -> None:
    safe = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text) is not None

    assert is_id(text) == safe
