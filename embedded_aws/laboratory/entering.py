"""Commands in a node, from outside, by its process 1."""

from collections.abc import Mapping

_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}


def entered(
    process_1: int,
    *command: str,
    user: str = "root",
    environment: Mapping[str, str] | None = None,
) -> list[str]:
    """What runs a command in all of a node's namespaces as `user`, with all of the user's groups.

    Source: nsenter(1), setpriv(1).
    """
    as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
    variables = {**_ENVIRONMENT, "USER": user, "LOGNAME": user, **(environment or {})}
    return [
        *("nsenter", "--target", str(process_1), "--all", "--root", "--wd"),
        *([] if user == "root" else as_user),
        *("env", "--ignore-environment", *(f"{k}={v}" for k, v in variables.items())),
        *command,
    ]
