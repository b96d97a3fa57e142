"""What functions of Node log, by their level."""

import io
import zipfile

from aws_account import Account, allow, unique

CODE = """
exports.handler = async (event) => {
  console.log("said by the function");
  throw new Error("thrown by the function");
};
"""


def logged_by(account: Account, **logging: str) -> str:
    """What one invocation of such a function leaves in its log group."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("index.js", CODE)
    name = unique("function")
    functions = account.client("lambda")
    functions.create_function(
        FunctionName=name,
        Runtime="nodejs22.x",
        Role=account.role("lambda.amazonaws.com", allow("*")),
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        LoggingConfig=logging,
    )
    functions.invoke(FunctionName=name)
    events = account.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")
    return "\n".join(event["message"] for event in events["events"])


def test_at_level_fatal_nothing_of_the_function_s_own_is_logged(account: Account) -> None:
    log = logged_by(account, LogFormat="JSON", ApplicationLogLevel="FATAL")

    assert "by the function" not in log
    assert "REPORT RequestId" in log


def test_without_a_level_all_is_logged(account: Account) -> None:
    log = logged_by(account, LogFormat="JSON")

    assert "said by the function" in log
