r"""Start commands all at once, and print what they cost: a separate, small program.

The peak memory of a process includes that of the program before `exec`. So this launcher has to be smaller than
everything that is measured, and loads three modules only. Processes that the commands leave behind, such as a
broker, become children of this process, a subreaper, which counts them, too, and ends them.

Arguments: what each command has to print, if anything, and `keep` (do not end the processes left behind), `weigh`
(measure again and again the memory that all of them hold together, which takes time itself) or nothing. Stdin has
the commands, \x01 between them and \0 between their arguments. The output has seconds, seconds of CPU, the sum of
all peaks of memory in KiB, the most held together in KiB, the number of failures, and the stderr of the last
failure, or of the last command if none failed.
"""

import os
import sys
import time

DEVNULL = os.open(os.devnull, os.O_RDWR)
WEIGH_EVERY_SECONDS = 0.02
# To weigh many processes takes time, and slows them down: long runs are weighed less often.
REST = 4  # times as long as the weighing took
MOST_REST = 0.05  # of the time since the start


def main() -> None:
    """Start, wait, end the processes that are left, print the cost."""
    prints, mode = sys.argv[1].encode(), sys.argv[2]
    commands = [command.split("\0") for command in sys.stdin.read().split("\x01")]
    outputs = [(os.memfd_create("stdout"), os.memfd_create("stderr")) for _ in commands]
    began = time.perf_counter()
    callers = dict(zip(map(start, commands, outputs), outputs, strict=True))
    cpu_seconds, peaks, together, failed, said = 0.0, 0, 0, 0, ""
    seconds, pid = 0.0, 0
    while callers or (mode != "keep" and end_children()):
        if callers and mode == "weigh" and not pid:  # all that have ended are counted
            weighed = time.perf_counter()
            together = max(together, weight(os.getpid()))
            rest = min(REST * (time.perf_counter() - weighed), MOST_REST * (weighed - began))
            time.sleep(max(WEIGH_EVERY_SECONDS, rest))
        pid, status, usage = os.wait4(-1, os.WNOHANG if callers and mode == "weigh" else 0)
        if not pid:
            continue
        cpu_seconds += usage.ru_utime + usage.ru_stime
        peaks += usage.ru_maxrss
        if pid in callers:
            stdout, stderr = callers.pop(pid)
            seconds = time.perf_counter() - began
            good = not status and prints in os.pread(stdout, 1 << 16, 0)
            if not good or not failed:
                said = os.pread(stderr, 1 << 16, 0).decode(errors="replace")
            failed += not good
    print(seconds, cpu_seconds, peaks, together, failed)
    print(said)


def start(command: list[str], output: tuple[int, int]) -> int:
    """Start a command without a terminal; return its process."""
    actions = [(os.POSIX_SPAWN_DUP2, end, to) for to, end in enumerate((DEVNULL, *output))]
    return os.posix_spawn(command[0], command, os.environ, file_actions=actions, setsid=True)


def end_children() -> bool:
    """Send all remaining processes a signal to end; return whether there are any."""
    left = children(os.getpid())
    for pid in left:
        os.kill(pid, 15)
    return bool(left)


def children(pid: int) -> list[int]:
    """Return the processes that a process has started or inherited."""
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += map(int, file.read().split())
    except OSError:  # it has ended
        pass
    return found


def weight(pid: int) -> int:
    """Return the KiB that all processes below one hold; shared memory is counted once."""
    total = 0
    for child in children(pid):
        total += weight(child)
        try:
            with open(f"/proc/{child}/smaps_rollup") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except (OSError, StopIteration):  # it has ended
            pass
    return total


if __name__ == "__main__":
    main()
