"""Every interface at once: threads, forked workers and processes that all need the first sign-in of the day."""

import json

import boto3

from credential_process.sandbox import Sandbox
from testing.executable import Executable, finish
from testing.home import Home
from testing.people import Person
from tests.programs import Programs

THREADS, WORKERS, PROCESSES = 50, 20, 20
DOORS = """
import json, os, sys, boto3
from credential_process import library
from credential_process.plugins import botocore as plugin
ROLE = dict(sso_session="corp", account_id="111122220001", role_name="Developer")
def keys(number):
    if number % 3 == 0:
        session = library.get_boto3_session(**ROLE, region="eu-west-1", login=True)
    elif number % 3 == 1:
        session = boto3.Session(profile_name="native")
        plugin.install(session)
    else:
        found = library.get_credentials(**ROLE, login=True)
        return [found.access_key_id, found.secret_access_key, found.session_token]
    return list(session.get_credentials().get_frozen_credentials())[:3]
"""
IN_THREADS = f"""{DOORS}
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor({THREADS}) as pool:
    for found in pool.map(keys, range({THREADS})):
        print(json.dumps(found))
"""
IN_WORKERS = f"""{DOORS}
workers = []
for number in range({WORKERS}):
    worker = os.fork()
    if worker == 0:
        os.write(1, (json.dumps(keys(number)) + "\\n").encode())
        os._exit(0)
    workers.append(worker)
sys.exit(any(os.waitpid(worker, 0)[1] for worker in workers))
"""
ONE_SESSION = f"""{DOORS}
import threading
session = library.get_boto3_session(**ROLE, region="eu-west-1")
credentials = session.get_credentials()
before = credentials.access_key
os.unlink(sys.argv[1])
found = set()
threads = [
    threading.Thread(target=lambda: found.add(credentials.get_frozen_credentials().access_key))
    for _ in range({THREADS})
]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(len(found - {{before}}), len(found) <= 2)
"""


def test_all_interfaces_at_once_cost_one_sign_in(
    programs: Programs, get: Executable, sandbox: Sandbox, person: Person
) -> None:
    """A data platform at nine in the morning opens one tab."""
    running = [programs.start(IN_THREADS), programs.start(IN_WORKERS)]
    running += [get.start() for _ in range(PROCESSES)]
    done = [finish(program) for program in running]
    assert {(end.returncode, end.stderr) for end in done} == {(0, "")}
    keys = [tuple(json.loads(line)) for end in done[:2] for line in end.stdout.splitlines()]
    keys += [tuple(list(json.loads(end.stdout).values())[1:4]) for end in done[2:]]
    assert len(keys) == THREADS + WORKERS + PROCESSES
    counters = sandbox.counters()
    assert (counters["register"], counters["authorize"], counters["role_credentials"]) == (1, 1, 1)
    assert counters["token"] == {"authorization_code": 1, "refresh_token": 0, "device_code": 0}
    assert len(person.arrivals()) == 1
    ((access_key_id, secret_access_key, session_token),) = set(keys)
    sts = boto3.client(
        "sts",
        endpoint_url=sandbox.url,
        region_name=sandbox.region,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        aws_session_token=session_token,
    )
    assert sts.get_caller_identity()["Account"] == "111122220001"


def test_fifty_threads_of_one_session_renew_once(
    programs: Programs, get: Executable, home: Home, sandbox: Sandbox
) -> None:
    """All notice at the same moment that the credentials expire, and one fetches new ones."""
    sandbox.configure(
        role_session_seconds=500
    )  # less than the ten minutes in which all threads would wait
    assert get().returncode == 0
    document = home.document("111122220001", "Developer")
    assert programs.lines(ONE_SESSION, str(document)) == ["1 True"]
    assert sandbox.counters()["role_credentials"] == 2
