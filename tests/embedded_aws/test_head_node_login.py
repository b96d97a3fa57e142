"""Which head node a login is for, and what is said where there is none or more than one."""

import os
from pathlib import Path

import pytest

from embedded_aws.errors import NoHeadNodeError
from embedded_aws.head_node_login import head_node
from embedded_aws.head_nodes.records import RunningHeadNode, write
from embedded_aws.processes import started_at

ONE, OTHER = (
    RunningHeadNode(
        cluster=f"pcluster-{name}",
        instance_id="i-1",
        leader=os.getpid(),
        started_at=started_at(os.getpid()) or "",
        address="10.0.0.1",
    )
    for name in ("one", "other")
)


def test_of_one_head_node_no_name_is_needed(tmp_path: Path) -> None:
    write(tmp_path, ONE)

    assert head_node(tmp_path, "", None) == ONE


def test_of_more_than_one_it_is_the_named_one(tmp_path: Path) -> None:
    write(tmp_path, ONE)
    write(tmp_path, OTHER)

    assert head_node(tmp_path, "pcluster-other", None) == OTHER


def test_of_more_than_one_without_a_name_all_are_told(tmp_path: Path) -> None:
    write(tmp_path, ONE)
    write(tmp_path, OTHER)

    with pytest.raises(NoHeadNodeError, match="name one of pcluster-one, pcluster-other with CLUS"):
        head_node(tmp_path, "", None)


def test_another_name_is_told_with_those_that_are_up(tmp_path: Path) -> None:
    write(tmp_path, ONE)

    with pytest.raises(NoHeadNodeError, match="of elsewhere is up: name one of pcluster-one with"):
        head_node(tmp_path, "elsewhere", None)


def test_where_none_is_up_it_says_to_create_a_cluster(tmp_path: Path) -> None:
    with pytest.raises(NoHeadNodeError, match="no head node is up: create a cluster, and wait"):
        head_node(tmp_path, "", None)


def test_where_none_boots_it_says_why(tmp_path: Path) -> None:
    with pytest.raises(NoHeadNodeError, match="here they are played: booting nodes needs root"):
        head_node(tmp_path, "", "booting nodes needs root: sudo make …")
