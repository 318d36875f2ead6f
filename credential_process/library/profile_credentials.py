"""Let a session of botocore or boto3 get the credentials of its profile from the broker, if that asks for a role."""

from __future__ import annotations

from typing import Any

from botocore.credentials import CredentialResolver

from credential_process.config import role_profiles
from credential_process.library.botocore_credentials import METHOD, Provider


def install(session: Any, *, program: str = "") -> None:  # noqa: ANN401  botocore's and boto3's are untyped
    """Let a session of botocore or boto3 sign in when needed, through the broker that all tools share.

    Profiles with ``sso_*`` keys, and those whose ``credential_process`` is sso-credential-process, get their
    credentials from the broker, also as the ``source_profile`` of a role; all others work as before. Installing it
    again has no effect. `program` is the name that the user is shown, by default that of this program. Nothing is
    read before credentials are needed, so a profile can be chosen afterwards.
    """
    core = getattr(session, "_session", session)  # boto3 keeps botocore's in there
    components = core._components  # noqa: SLF001  the public way would make the chain now, for the current profile
    make = components._deferred.get("credential_provider")  # noqa: SLF001
    if make is None:
        _extend(core, core.get_component("credential_provider"), program)
    else:
        components.lazy_register_component(
            "credential_provider", lambda: _extend(core, make(), program)
        )


def _extend(session: Any, resolver: Any, program: str) -> Any:  # noqa: ANN401  as `install`
    if any(provider.METHOD == METHOD for provider in resolver.providers):
        return resolver
    profile = session.get_config_variable("profile") or "default"
    _add(session, resolver, profile, program)
    for provider in resolver.providers:
        if hasattr(
            provider, "_profile_provider_builder"
        ):  # the provider of roles, for source profiles
            builder = provider._profile_provider_builder  # noqa: SLF001  there is no public way
            provider._profile_provider_builder = _SourceProfiles(session, builder, program)  # noqa: SLF001
    return resolver


def _add(session: Any, resolver: Any, profile: str, program: str) -> None:  # noqa: ANN401  as `install`
    """Insert the providers before those that would serve the same profiles, so that no precedence changes."""

    def section() -> dict[str, str]:
        found: dict[str, str] = session.full_config.get("profiles", {}).get(profile, {})
        return found

    def sessions() -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = session.full_config.get("sso_sessions", {})
        return found

    native = Provider(lambda: role_profiles.of_sso_keys(section(), sessions()), program=program)
    by_line = Provider(lambda: role_profiles.of_line(section()), program=program)
    methods = {provider.METHOD for provider in resolver.providers}
    # botocore before 1.17 has no provider for SSO; later it is here.
    resolver.insert_before("sso" if "sso" in methods else "shared-credentials-file", native)
    resolver.insert_before("custom-process", by_line)


class _SourceProfiles:
    """Makes the providers of a source profile as botocore does, with those of this plugin among them."""

    def __init__(self, session: Any, builder: Any, program: str) -> None:  # noqa: ANN401  as `install`
        self._session = session
        self._builder = builder
        self._program = program

    def providers(self, profile_name: str, *, disable_env_vars: bool = False) -> list[Any]:
        """List the providers of a profile, in their order."""
        made = self._builder.providers(profile_name, disable_env_vars=disable_env_vars)
        resolver = CredentialResolver(made)
        _add(self._session, resolver, profile_name, self._program)
        providers: list[Any] = resolver.providers
        return providers
