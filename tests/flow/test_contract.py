"""A client written from the contract alone, with ids of every form that the contract names."""

from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network

from contract_client import ContractClient, FatalError
from deployed_application import Application

FORMS = (
    {"vlab_id": "3f2a9c1e", "project_id": "0b7d44aa"},
    {"vlab_id": "2025-10-29-14h05", "project_id": "my-project"},
    {
        "vlab_id": "9f1c7a52-3d5e-4c19-8a57-2f6f0c8f7d11",
        "project_id": "5d0b3c88-71e2-4f0e-b1a9-7c3a5e9d2f60",
    },
    {"vlab_id": "L" + "7" * 63, "project_id": "p" * 64},
    {"vlab_id": "a.b_c", "project_id": "A.b-C_9"},
)
# As many as there are subnets for, less one.
AT_ONCE = 3
CLUSTERS = IPv4Network("10.33.0.0/16")


def test_the_contract_s_client_gets_a_cluster_for_ids_of_every_form(
    application: Application,
) -> None:
    before = application.inventory()
    clients = [
        ContractClient(service=application.client, ids=ids, interval_seconds=0.5) for ids in FORMS
    ]

    def live(client: ContractClient) -> str:
        keys = client.create()
        address = client.wait()
        again = client.create()
        client.delete()
        assert again == keys
        return address

    with ThreadPoolExecutor(AT_ONCE) as workers:
        addresses = list(workers.map(live, clients))

    assert all(IPv4Address(address) in CLUSTERS for address in addresses)
    assert {tuple(client.states) for client in clients} == {
        ("CREATE_IN_PROGRESS", "CREATE_COMPLETE")
    }
    assert [client.errors for client in clients] == [[]] * len(FORMS)
    assert application.left_since(before) == frozenset()


def test_the_contract_s_client_dies_of_a_cluster_that_is_not_there(
    application: Application,
) -> None:
    """So the above can't pass by an application that forgets clusters."""
    now = iter(range(0, 1000, 20))
    client = ContractClient(
        service=application.client,
        ids={"vlab_id": "nowhere", "project_id": "nobody"},
        sleep=lambda _: None,
        clock=lambda: float(next(now)),
    )

    try:
        client.wait()
    except FatalError as error:
        told = str(error)

    assert "404" in told
