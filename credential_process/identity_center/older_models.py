"""Send requests that the API model of an older botocore lacks: the AWS CLI has its own botocore.

``redirectUris`` and ``codeVerifier`` came with botocore 1.34.105; members that a model lacks
are added to the body unchanged, and botocore does the rest.
"""

from __future__ import annotations

import json
from typing import Any

import botocore.config

_SET_ASIDE = "credential_process.set_aside"


def add_unknown_members(client: Any) -> None:  # noqa: ANN401  botocore creates the classes of its clients at run time
    """Let a client of a JSON service send members that its model lacks."""
    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"before-parameter-build.{service}", _set_aside)
    client.meta.events.register(f"before-call.{service}", _put_in)


def _set_aside(
    params: dict[str, Any],
    model: Any,  # noqa: ANN401  botocore is untyped
    context: dict[str, Any],
    **_: object,
) -> None:
    unknown = params.keys() - model.input_shape.members.keys()
    context[_SET_ASIDE] = {name: params.pop(name) for name in unknown}


def _put_in(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    if context.get(_SET_ASIDE):
        body = {**json.loads(params["body"] or "{}"), **context[_SET_ASIDE]}
        params["body"] = json.dumps(body).encode()


def config(options: dict[str, Any]) -> botocore.config.Config:
    """Return a config of the options that this botocore has; raises `ValueError` if it lacks a required one.

    Options that are off can be omitted, and a botocore without configured endpoints has none to ignore.
    """
    known = botocore.config.Config.OPTION_DEFAULTS
    missing = {name for name, value in options.items() if name not in known and value}
    missing.discard("ignore_configured_endpoint_urls")
    if missing:
        raise ValueError(
            f"botocore {botocore.__version__} is too old for {', '.join(sorted(missing))}"
        )
    return botocore.config.Config(**{name: options[name] for name in options if name in known})
