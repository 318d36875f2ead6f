"""A page of another site in the same browser, which tries to end the sign-in or to read it."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from subprocess import Popen
from urllib.parse import urlsplit

import pytest

from credential_process.sandbox import Sandbox
from testing.chromium import ALLOW, Tab, sign_in
from testing.executable import finish
from testing.serving import serving
from tests.browser.conftest import REBOUND

# Everything that a page can send without permission: pictures, requests in both modes, forms, frames. The names
# lead to the listener, the second and the third with a `Host` that is not its own.
ATTACK = """<!doctype html><title>Free coffee</title><body><script>
const port = location.hash.slice(1);
const answers = ["", "?code=x&state=" + "0".repeat(32), "?error=access_denied&state=" + "0".repeat(32),
  "?error=x&error_description=<b>"];
const arrived = [], read = [];
async function attack(url) {
  await new Promise(next => { const image = new Image(); image.onerror = image.onload = next; image.src = url; });
  await fetch(url, {mode: "no-cors"}).then(() => arrived.push(url), () => {});
  await fetch(url).then(reply => reply.text()).then(text => read.push(text), () => {});
  for (const method of ["get", "post"]) {
    const frame = document.createElement("iframe"), form = document.createElement("form");
    frame.name = Math.random(); form.target = frame.name; form.action = url; form.method = method;
    document.body.append(frame, form);
    const loaded = new Promise(next => frame.onload = next);
    form.submit();
    await loaded;
    try { if (frame.contentDocument.body.innerText) read.push(frame.contentDocument.body.innerText); } catch {}
  }
}
const hosts = ["127.0.0.1", "localhost", "REBOUND"];
const urls = hosts.flatMap(host => answers.map(answer => `http://${host}:${port}/oauth/callback${answer}`));
Promise.all(urls.map(attack)).then(() => {
  document.body.innerHTML = "<pre>";
  document.querySelector("pre").textContent = JSON.stringify({arrived, read});
});
</script>""".replace("REBOUND", REBOUND)


class Hostile(BaseHTTPRequestHandler):
    """Serves the attack."""

    def do_GET(self) -> None:
        """Send the page."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(ATTACK.encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def hostile_port() -> Iterator[int]:
    """Serve the hostile page, and return the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    with serving(server):
        yield server.server_port


@pytest.mark.parametrize("host", ["127.0.0.1", REBOUND])
def test_a_hostile_page_ends_nothing_and_reads_nothing(
    page: str,
    tab: Tab,
    tabs: Callable[[], Tab],
    caller: Popen[str],
    sandbox: Sandbox,
    hostile_port: int,
    host: str,
) -> None:
    """It is open in another tab during the sign-in, at the listener's address or at a name that resolves to it."""
    tab.open(page)
    sign_in(tab)
    hostile = tabs()
    port = urlsplit(page).port
    hostile.open(f"http://{host}:{hostile_port}/#{port}")
    hostile.find("pre")
    done = json.loads(hostile.text())
    assert [f"http://127.0.0.1:{port}/oauth/callback" in done["arrived"], done["read"]] == [
        True,
        [],
    ]
    tab.click(ALLOW, then="main.good")
    assert finish(caller).returncode == 0
    assert sandbox.counters()["token"]["authorization_code"] == 1
