"""The classes of instances that MariaDB runs on, and how much memory each has."""

from embedded_aws.emulator.rds.errors import invalid_value

GIB = 2**30
# By family: the memory of its smallest sizes (Hardware specifications for DB instance classes, RDS
# User Guide); each "xlarge" has twice a "large", each "<n>xlarge" n times an "xlarge".
BURSTABLE = {"micro": 1, "small": 2, "medium": 4, "large": 8}
GENERAL = {"large": 8}
MEMORY = {"large": 16}
FAMILIES = {
    "t3": BURSTABLE,
    "t4g": BURSTABLE,
    **dict.fromkeys(("m5", "m5d", "m6g", "m6gd", "m6i", "m6id", "m7g", "m7i", "m8g"), GENERAL),
    **dict.fromkeys(("r5", "r5d", "r6g", "r6gd", "r6i", "r6id", "r7g", "r7i", "r8g"), MEMORY),
}
LARGEST = {"t3": 2, "t4g": 2}
USUAL_LARGEST = 48


def memory(name: str) -> int:
    """Give the memory of a class, in bytes; refuse one that there isn't."""
    prefix, _, rest = name.partition(".")
    family, _, size = rest.partition(".")
    sizes = FAMILIES.get(family, {})
    if prefix == "db" and size in sizes:
        return sizes[size] * GIB
    times = size.removesuffix("xlarge")
    if prefix == "db" and sizes and size.endswith("xlarge") and (times == "" or times.isdigit()):
        factor = int(times or 1)
        if 1 <= factor <= LARGEST.get(family, USUAL_LARGEST):
            return sizes["large"] * 2 * factor * GIB
    raise invalid_value(f"Invalid DB Instance class: {name}")
