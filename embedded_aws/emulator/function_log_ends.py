"""All that an invocation of a function prints is in its log, and in no other's.

ministack 1.5.33 takes what comes within 50 ms of the answer, until nothing has for 5 ms: on a busy
machine a function's last lines came later, and were the next invocation's. Here it is said where
the lines go, behind the last of them, that the handler is done, and that is waited for; of a
process that is gone, the end of what it wrote. Python's and Node's processes say it themselves,
since they may hold back the last line. A function that brings its own program has written
everything when it answers: for it the emulator says it, at the other end of the pipe.
"""

import queue
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from embedded_aws.emulator.seams import SeamError, wrap

LONGEST_SECONDS = 5  # where a process that is gone left another, which holds the pipe
POLL_SECONDS = 0.05
RUNTIME = "core.lambda_runtime"
DRAINS = ("_drain_stderr", "_drain_stderr_bounded")
_END = "[embedded AWS] the handler is done"

_PYTHON = "            result = handler_fn(event, context)\n"
_PYTHON_WITH_END = rf"""            try:
                result = handler_fn(event, context)
            finally:
                sys.__stderr__.write("{_END}\n")
"""
_NODE = "const _realStdoutWrite = process.stdout.write.bind(process.stdout);\n"
# Each answer goes through it; the first is that the module is loaded.
_NODE_WITH_END = rf"""const _answer = process.stdout.write.bind(process.stdout);
const _realStdoutWrite = (answer) => {{
  if (lineNum > 1) _stderrWrite("{_END}\n");
  return _answer(answer);
}};
"""


def install() -> None:
    """Let the processes say it, and wait for it."""
    wrap(f"{RUNTIME}._PYTHON_WORKER_SCRIPT", _replaced(_PYTHON, _PYTHON_WITH_END))
    wrap(f"{RUNTIME}._NODEJS_WORKER_SCRIPT", _replaced(_NODE, _NODE_WITH_END))
    # Not in the class itself: the other kind of worker inherits from it.
    wrap(f"{RUNTIME}.Worker", _until_the_end)
    wrap(f"{RUNTIME}.ProvidedWorker", _until_our_end)


def _replaced(part: str, by: str) -> Callable[[str], str]:
    def replaced(script: str) -> str:
        if script.count(part) != 1:
            raise SeamError(f"{RUNTIME}'s scripts with {part.strip()}")
        return script.replace(part, by)

    return replaced


def _until_the_end(original: Any) -> Any:
    if not all(hasattr(original, drain) for drain in DRAINS):
        raise SeamError(f"{RUNTIME}.Worker with {', '.join(DRAINS)}")
    return type(original.__name__, (original,), dict.fromkeys(DRAINS, _printed))


def _until_our_end(original: Any) -> Any:
    drain = DRAINS[-1]

    def printed(worker: Any, **waits: float) -> Any:
        if _say_the_end(worker._proc):
            return _printed(worker)
        return getattr(original, drain)(worker, **waits)

    return type(original.__name__, (original,), {drain: printed})


def _say_the_end(process: "subprocess.Popen[bytes] | None") -> bool:
    """Write it into the pipe of what a process prints; False where that can't be done (macOS)."""
    if process is None or process.stdout is None:
        return False
    try:
        # A pipe that is opened by its name is opened anew, and for writing too: see proc_pid_fd(5).
        with Path(f"/proc/self/fd/{process.stdout.fileno()}").open("wb") as pipe:
            pipe.write(f"{_END}\n".encode())
    except (OSError, ValueError):
        return False
    return True


def _printed(worker: Any, *_: Any, **__: Any) -> str:
    """What the invocation that is over printed."""
    lines = []
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        is_all_read = not worker._stderr_thread.is_alive()
        try:
            line = worker._stderr_queue.get(timeout=POLL_SECONDS)
        except queue.Empty:
            if is_all_read:
                break
            continue
        # Behind a line that the handler left unfinished, the end is in the same one.
        line, end, _ = line.partition(_END)
        if line or not end:
            lines.append(line)
        if end:
            break
    return "\n".join(lines)
