"""The Region of a request, from its base path or from its host name.

Endpoint overrides direct every Region to one port, so each Region has a base path there; through
the CONNECT proxy a request carries AWS's host name of the service.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from .service_hosts import service_host

if TYPE_CHECKING:
    from .exchange import Request

_BASE = re.compile(r"/region/(?P<region>[a-z0-9-]+)(?=[/?]|$)")


def region_path(region: str) -> str:
    """Return the base path of a Region."""
    return f"/region/{region}"


def located(request: Request, region: str) -> Request:
    """Return a request with its Region; ``region`` is the default."""
    host = service_host(request.host)
    if host is not None:
        return replace(request, region=host.region, service=host.service)
    match = _BASE.match(request.target)
    if match is None:
        return replace(request, region=region)
    rest = request.target[match.end() :]
    return replace(
        request, region=match["region"], target=rest if rest.startswith("/") else f"/{rest}"
    )
