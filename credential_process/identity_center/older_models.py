"""Requests through a botocore whose API model is older than what they say: the AWS CLI brings its own.

``redirectUris`` and ``codeVerifier`` came with botocore 1.34.105; what a model does not know is put into the body
as it is, and everything else is left to botocore.
"""

from __future__ import annotations

import json
from typing import Any

import botocore.config

_SET_ASIDE = "credential_process.set_aside"


def add_unknown_members(client: Any) -> None:  # noqa: ANN401  botocore makes its clients' classes at run time
    """Let a client of a service that speaks JSON send members that its model does not know."""
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
    """Make a config of those options that this botocore knows; raises `ValueError` for one that it has to know.

    What is off can be left out; and one that knows of no configured endpoints has none to ignore.
    """
    known = botocore.config.Config.OPTION_DEFAULTS
    missing = {name for name, value in options.items() if name not in known and value}
    missing.discard("ignore_configured_endpoint_urls")
    if missing:
        raise ValueError(
            f"botocore {botocore.__version__} is too old for {', '.join(sorted(missing))}"
        )
    return botocore.config.Config(**{name: options[name] for name in options if name in known})
