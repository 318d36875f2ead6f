"""Where users report a bug of this program, and with what: the end of the line that exit 70 prints."""


def request() -> str:
    """Return the request for a report, with the address that setup.cfg has for issues, if it has one."""
    place = _issues()
    return (
        f"please report this bug{place and f' at {place}'}, "
        "with the output of: sso-credential-process check --json"
    )


def _issues() -> str:
    """Return the project's URL for issues, or nothing if the package does not name one or has lost its metadata."""
    from importlib import metadata  # large, and needed by no other line

    try:
        urls = metadata.metadata("sso-credential-process").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    labels = dict(url.split(", ", 1) for url in urls)
    return str(labels.get("Issues", ""))
