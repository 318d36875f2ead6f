"""The executable: `get` takes the short way, every other command goes through the command line's library."""

import os
import sys


def main() -> int:
    """Run the command in `sys.argv`; return its exit code."""
    if sys.argv[1:2] == ["get"] and "--help" not in sys.argv:
        try:
            exit_code = _get(sys.argv[2:])
        except KeyboardInterrupt:
            exit_code = 130
        # At once: to take the interpreter apart would cost more than all that `get` has done.
        os._exit(exit_code)
    if len(sys.argv) == 3 and sys.argv[1] == "broker" and os.path.isabs(sys.argv[2]):
        from credential_process.broker import main

        return main.main(sys.argv[2])
    _put_python_path_last()
    from credential_process import cli

    return cli.main()


def _get(argv: list[str]) -> int:
    from credential_process import warm

    line = warm.replay(argv)
    try:
        if line is not None:
            warm.write(line, 1)
            return 0
    except OSError:
        pass  # the ordinary path says what is wrong with stdout
    _put_python_path_last()
    from credential_process.client import ask

    return ask.get(argv)


def _put_python_path_last() -> None:
    """Find modules in the installation before those of PYTHONPATH, which may be meant for another Python.

    An installation that is found through PYTHONPATH alone still works.
    """
    value = os.environ.get("PYTHONPATH")
    if value:
        entries = {os.path.abspath(entry) for entry in value.split(os.pathsep)}
        sys.path.sort(key=entries.__contains__)


if __name__ == "__main__":
    sys.exit(main())
