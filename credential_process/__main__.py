"""The executable: `get` and `status --short` load as little as possible, every other command is run by click."""

import os
import sys


def main() -> int:
    """Run the command in `sys.argv`; return its exit code."""
    if sys.argv[1:2] == ["get"] and "--help" not in sys.argv:
        try:
            exit_code = _get(sys.argv[2:])
        except KeyboardInterrupt:
            exit_code = 130
        # Without shutting down the interpreter, which would cost more than everything that `get` has done.
        os._exit(exit_code)
    if len(sys.argv) == 3 and sys.argv[1] == "broker" and os.path.isabs(sys.argv[2]):
        _collect_rarely()
        from credential_process.broker import main

        # Without shutting down: Python would wait for threads that wait for AWS, when the lock is released already.
        os._exit(main.main(sys.argv[2]))
    _put_python_path_last()
    if sys.argv[1:2] == ["status"] and "--short" in sys.argv:
        from credential_process.short_status import main as short_status

        if short_status.show(sys.argv[2:]):
            os._exit(0)
    _collect_rarely()
    from credential_process import cli

    return _leave(cli.main())


def _collect_rarely() -> None:
    """Look for garbage less often: imports make none, and the search takes a fifteenth of the time of a command."""
    import gc

    gc.set_threshold(50_000)


def _leave(exit_code: int) -> int:
    """End here, if all output is written: shutting down the interpreter takes a sixth of the time of a command.

    Otherwise return the exit code, for the interpreter to report what it cannot write, or to wait for threads.
    """
    import threading  # click has loaded it

    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return exit_code
    # Python does not wait for daemon threads either.
    if sum(not thread.daemon for thread in threading.enumerate()) > 1:
        return exit_code
    os._exit(exit_code)


def _get(argv: list[str]) -> int:
    from credential_process import warm

    line = warm.replay(argv)
    try:
        if line is not None:
            warm.write(line, 1)
            return 0
    except OSError:
        pass  # the ask path reports what is wrong with stdout
    _put_python_path_last()
    from credential_process.client import ask

    return ask.get(argv)


def _put_python_path_last() -> None:
    """Search the modules of the installation before PYTHONPATH, which may be meant for another Python.

    An installation that is found through PYTHONPATH alone still works.
    """
    value = os.environ.get("PYTHONPATH")
    if value:
        entries = {os.path.abspath(entry) for entry in value.split(os.pathsep)}
        sys.path.sort(key=entries.__contains__)


if __name__ == "__main__":
    sys.exit(main())
