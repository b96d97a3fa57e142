"""A head node's instance, as the emulator tells it of: what EC2 and its metadata say of it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Instance:
    """An instance.

    Attributes:
        instance_id: of EC2.
        cluster: its cluster's name.
        address: its private IPv4 address.
        host_name: its private DNS name, the first part of which is its own.
        instance_type: such as `t3.medium`.
        image_id: what it was launched from.
        zone: its availability zone.
        region: its region.
        account: its account.
        role: the name of its profile's role.
        public_key: of its key pair, one line of OpenSSH; "" without a key pair.
    """

    instance_id: str
    cluster: str
    address: str
    host_name: str
    instance_type: str
    image_id: str
    zone: str
    region: str
    account: str
    role: str
    public_key: str
