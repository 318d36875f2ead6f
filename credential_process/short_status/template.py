"""The template of `status --short`: fields in braces."""

from credential_process.errors import UsageError, printable
from credential_process.short_status.chosen import Subject
from credential_process.short_status.sign_in import State

DEFAULT = "{session} {signed_in}"
FIELDS = (
    "session", "signed_in", "state", "since", "left", "profile", "account", "role", "region",
)  # fmt: skip


def check(template: str) -> None:
    """Raise `ValueError` if a template is not valid."""
    fill(template, dict.fromkeys(FIELDS, ""))


def require_valid(template: str) -> None:
    """Raise `UsageError` that names the fields if a template is not valid."""
    try:
        check(template)
    except ValueError:
        known = " ".join(f"{{{name}}}" for name in FIELDS)
        raise UsageError(
            f"--format: {printable(template, limit=60)!r} is not a valid template",
            hint=f"the fields are {known}",
        ) from None


def fill(template: str, fields: dict[str, str]) -> str:
    """Return a template with its fields replaced; raises `ValueError` if it is not valid."""
    names = {part.partition("}")[0] for part in template.replace("{{", "").split("{")[1:]}
    if names - fields.keys():
        raise ValueError(template)
    return template.format_map(fields)


def fields(subject: Subject, state: State, now: float, *, mark: str) -> dict[str, str]:
    """Return the values of all fields, in one line each; empty for what is not known."""
    values = (
        subject.session.label,
        mark,
        state.verdict,
        duration(now - state.since) if state.since else "",
        duration(state.ends_at - now) if state.ends_at else "",
        subject.profile,
        subject.account,
        subject.role,
        subject.region,
    )
    return dict(zip(FIELDS, map(printable, values), strict=True))


def duration(seconds: float) -> str:
    """Return a duration in its two largest units: ``3h 12m``, ``2d 1h``, ``5m``."""
    minutes = int(seconds // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days}d {hours}h"
    return f"{hours}h {minutes}m" if hours else f"{minutes}m"
