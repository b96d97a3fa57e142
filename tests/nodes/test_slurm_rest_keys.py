"""The realm's keys come, go and break, and Slurm's daemons notice nothing of it."""

from collections.abc import Iterator

import pytest

from rest_cluster import RestCluster, V

PUBLISHED = "/var/lib/hpc-slurm-rest/realm-keys.json"
BROKEN = {
    "empty": b"",
    "broken JSON": b"{broken",
    "no keys": b"{}",
    "an empty list": b'{"keys": []}',
    "a key without n": b'{"keys": [{"kid": "a", "kty": "RSA", "use": "sig", "alg": "RS256"}]}',
}


@pytest.fixture(autouse=True)
def daemons_run_on(rest: RestCluster) -> Iterator[None]:
    """Whatever happens to keys, none of Slurm's daemons starts again, and all is well after it."""
    before = rest.starts()
    yield
    rest.publish(rest.realm.jwks())
    assert rest.fetch() == 0
    rest.wait_for_keys()
    assert rest.starts() == before


def status(rest: RestCluster, token: str) -> int:
    return rest.ask("GET", f"{V}/ping", token=token).status


def test_a_key_that_is_rolled_is_taken_from_when_it_is_published(rest: RestCluster) -> None:
    old = rest.realm.token("alice")
    rest.realm.rotate("sig-2")
    new = rest.realm.token("alice")

    before = status(rest, new), status(rest, old)
    rest.publish(rest.realm.jwks())
    assert rest.fetch() == 0

    assert before == (401, 200)
    assert (status(rest, new), status(rest, old)) == (200, 200)


def test_a_key_that_is_withdrawn_is_taken_no_more(rest: RestCluster) -> None:
    rest.realm.rotate("sig-3")
    rest.publish(rest.realm.jwks())
    rest.fetch()
    token = rest.realm.token("alice")
    assert status(rest, token) == 200

    del rest.realm.keys["sig-3"]
    rest.realm.active = "sig-1"
    rest.publish(rest.realm.jwks())
    rest.fetch()

    assert status(rest, token) == 401


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_keys_that_are_broken_where_they_are_published_change_nothing(
    rest: RestCluster, content: bytes
) -> None:
    rest.publish(content)

    assert rest.fetch() != 0
    assert status(rest, rest.realm.token("alice")) == 200
    assert "the realm" in rest.node.must("journalctl", "--unit=hpc-rest-keys", "--lines=20")


def test_keys_that_are_not_published_any_more_stay_on_the_node(rest: RestCluster) -> None:
    rest.withdraw()

    assert rest.fetch() != 0
    assert status(rest, rest.realm.token("alice")) == 200


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_file_that_breaks_on_the_node_changes_nothing(rest: RestCluster, content: bytes) -> None:
    assert status(rest, rest.realm.token("alice")) == 200

    rest.node.write(PUBLISHED, content)

    assert status(rest, rest.realm.token("alice")) == 200


def test_before_the_keys_have_come_it_says_so_and_serves_when_they_have(rest: RestCluster) -> None:
    rest.node.must("systemctl", "stop", "hpc-rest-keys.timer")
    rest.node.must("rm", PUBLISHED)
    rest.node.must("systemctl", "restart", "hpc-rest-verifier")

    got = rest.ask_when_it_answers("GET", f"{V}/ping", token=rest.realm.token("alice"))
    rest.node.must("systemctl", "start", "hpc-rest-keys.timer")
    rest.wait_for_keys()

    assert got.status == 503
    assert got.message == (
        "the realm's keys have not come to this cluster yet: try again in a minute"
    )


def test_slurm_has_no_key_but_the_node_s_own(rest: RestCluster) -> None:
    text = rest.node.read("/opt/slurm/etc/slurm-rest/jwks.json")

    assert text.count('"kid"') == 1
    for kid in rest.realm.keys:
        assert kid not in text
    assert rest.node.read("/opt/slurm/etc/slurmdbd.conf").count("jwks=") == 1
