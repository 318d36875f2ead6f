"""The state of a session as `status --json` prints it: a contract with scripts."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from credential_process.errors import printable
from credential_process.identifiers import whole_number

if TYPE_CHECKING:
    from credential_process.session.state import SessionState
    from credential_process.session_reference import SessionReference

Object = dict[str, Any]
_BEGIN = datetime(1970, 1, 1, tzinfo=timezone.utc)  # of epoch seconds


def to_json(session: SessionReference, state: SessionState) -> Object:
    """Return the object for one session: every key is always there, values may be null; no secrets."""
    where = state.session
    return {
        "session": session.name or None,
        "start_url": where.start_url if where else None,
        "region": where.region if where else None,
        "config_file": state.source.file if state.source else None,
        "forbidden": list(state.source.forbidden) if state.source else [],
        "state": state.verdict,
        "problem": state.problem or None,
        "token": _token(state),
        "signed_in_since": _date(state.since) if state.since and state.is_good else None,
        "sign_in": _sign_in(state),
        "last_failure": _last_failure(state),
        "roles": [
            {
                "account_id": role.account_id,
                "role_name": role.role_name,
                "expires_at": _date(role.expires_at),
            }
            for role in state.roles
        ],
        "broker": _broker(state),
    }


def _token(state: SessionState) -> Object | None:
    if state.token is None:
        return None
    return {"expires_at": _date(state.token.expires_at), "renewable": state.can_be_refreshed}


def _sign_in(state: SessionState) -> Object | None:
    if state.asking is None:
        return None
    return {
        "flow": state.asking.flow,
        "who_asks": state.asking.who_asks,
        "url": state.asking.url or None,
        "user_code": state.asking.user_code or None,
        "ends_at": _date(state.asking.ends_at),
        "host": state.asking.host or None,
    }


def _last_failure(state: SessionState) -> Object | None:
    if state.failure is None:
        return None
    return {
        "message": printable(state.failure.message),
        "at": _date(state.failure.at),
        "next_allowed_at": _date(state.next_allowed),
    }


def _broker(state: SessionState) -> Object | None:
    if state.broker is None:
        return None
    process_id = whole_number(state.broker.process_id)
    return {"pid": process_id, "version": state.broker.version or None}


def _date(epoch: float) -> str:
    # Files of other programs can contain dates that are out of range.
    whole = int(min(max(epoch, 0), 253402300799))
    # On Windows, `fromtimestamp` fails for years after 3000.
    return (_BEGIN + timedelta(seconds=whole)).strftime("%Y-%m-%dT%H:%M:%SZ")
