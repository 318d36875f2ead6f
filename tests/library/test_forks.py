"""A program that forks while one of its threads starts a broker."""

from pathlib import Path

from tests.programs import Programs

FORKS = """
import fcntl, os, sys, threading, warnings
from credential_process.stores import mailbox
warnings.simplefilter("ignore")  # newer Pythons warn of what is tested here
is_over = threading.Event()
def probe():
    while not is_over.is_set():
        mailbox.is_served(sys.argv[1])
thread = threading.Thread(target=probe)
thread.start()
reader, writer = os.pipe()
for _ in range(300):
    if os.fork() == 0:
        os.close(writer)
        os.read(reader, 1)  # until the parent ends
        os._exit(0)
is_over.set()
thread.join()
lock = os.open(os.path.join(sys.argv[1], "broker.lock"), os.O_RDWR)
fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
print("free")
"""


def test_a_fork_keeps_no_lock_of_the_broker(environment: dict[str, str], tmp_path: Path) -> None:
    """A worker would hold it for as long as it lives, and no caller could start a broker."""
    assert Programs(environment).lines(FORKS, str(tmp_path)) == ["free"]
