"""The image's own user, who logs in with the instance's key pair and has sudo.

On AWS cloud-init makes it so from the instance's metadata, when the instance first boots.
Source: cloud-init's documentation, "Users and groups" and "SSH".
"""

from embedded_aws.laboratory.node import Node

ADMINISTRATOR = "ec2-user"
"""That of Amazon Linux."""

_ADMIT = """\
user=$1 home=/home/$1
install -d -o "$user" -g "$user" -m 700 "$home" "$home/.ssh"
install -o "$user" -g "$user" -m 600 /dev/stdin "$home/.ssh/authorized_keys"
usermod --shell /bin/bash "$user"
echo "$user ALL=(ALL) NOPASSWD:ALL" >/etc/sudoers.d/90-cloud-init-users
chmod 440 /etc/sudoers.d/90-cloud-init-users
"""


def admit_administrator(node: Node, user: str, public_key: str) -> None:
    """Let it log in with this key, once the node has it and `/home`; without a key, nobody.

    Raises:
        NodeTrouble: the node has no such user.
    """
    node.must("bash", "-euc", _ADMIT, "admit", user, given=f"{public_key.strip()}\n")
