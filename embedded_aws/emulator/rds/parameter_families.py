"""MariaDB's versions on RDS, and the parameters of each one's family."""

import functools
import re
import subprocess

from embedded_aws.emulator.rds.errors import invalid_combination, invalid_value
from embedded_aws.mariadb import programs

SERIES = ("10.5", "10.6", "10.11", "11.4", "11.8")
USUAL_VERSION = "11.4"
VERSION = re.compile(r"(\d+\.\d+)(?:\.\d+)?")
# What only RDS may set: where the server's files, ports, keys and binary logs are.
NOT_MODIFIABLE = {
    "basedir",
    "bind_address",
    "datadir",
    "debug_no_sync",
    "init_file",
    "innodb_data_home_dir",
    "innodb_flush_method",
    "log_bin",
    "log_error",
    "pid_file",
    "plugin_dir",
    "port",
    "secure_file_priv",
    "skip_grant_tables",
    "skip_networking",
    "socket",
    "ssl_ca",
    "ssl_cert",
    "ssl_key",
    "tmpdir",
    "user",
}
# In some of RDS's versions, whether or not the server that is installed here has them.
NEWER = {"innodb_snapshot_isolation"}


def of_version(version: str) -> str:
    """Give the family of a version; refuse one that there isn't."""
    found = VERSION.fullmatch(version)
    if found is None or found[1] not in SERIES:
        raise invalid_combination(f"Cannot find version {version} for mariadb")
    return f"mariadb{found[1]}"


def check_family(family: str) -> None:
    """Refuse a family that there isn't."""
    if family not in [f"mariadb{series}" for series in SERIES]:
        raise invalid_value(
            f"ParameterGroupFamily {family} is not a valid parameter group family: "
            f"mariadb{', mariadb'.join(SERIES)}"
        )


def check_parameter(name: str) -> None:
    """Refuse a parameter that MariaDB hasn't, or that isn't the customer's."""
    if name in NOT_MODIFIABLE:
        raise invalid_value(f"The parameter {name} cannot be modified.")
    if name not in _known() | NEWER:
        raise invalid_value(f"Could not find parameter with name: {name}")


@functools.cache
def _known() -> frozenset[str]:
    """The variables of the server that is installed, as it lists them itself."""
    listed = subprocess.run(
        [str(programs.program(programs.SERVER)), "--no-defaults", "--verbose", "--help"],
        env=programs.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    table = listed.partition("\n-----")[2].partition("\n\n")[0]
    return frozenset(line.split()[0].replace("-", "_") for line in table.splitlines()[1:])
