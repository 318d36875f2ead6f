"""A reference to an SSO session: its name, or start URL and region if it has none.

The command line, wants, config files and the library share it. It is loaded on the ask path, so it imports no library.
"""

from credential_process import paths

OPTIONS = ("--sso-session", "--start-url", "--sso-region")


class SessionReference:
    """An SSO session by its name, or by start URL and region; missing values are empty.

    Equal references name the same session. They are hashable, so that they can be collected.
    """

    __slots__ = ("name", "region", "start_url")

    def __init__(self, name: str = "", start_url: str = "", region: str = "") -> None:
        self.name = name
        self.start_url = start_url
        self.region = region

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SessionReference) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self._parts)

    def __repr__(self) -> str:
        return f"SessionReference{self._parts!r}"

    @classmethod
    def of_options(cls, options: "Mapping[str, str]") -> "SessionReference":
        """Read it from the options of ``get``, unchecked; `arguments.check_session` checks what a user typed."""
        return cls(*(options.get(option, "") for option in OPTIONS))

    @classmethod
    def of_keys(cls, profile: "Mapping[str, str]") -> "SessionReference":
        """Read it from the ``sso_`` keys of a profile, unchecked; ``sso_session`` takes precedence."""
        if profile.get("sso_session"):
            return cls(profile["sso_session"])
        return cls("", profile.get("sso_start_url", ""), profile.get("sso_region", ""))

    @property
    def label(self) -> str:
        """The name that users know it by."""
        return self.name or self.start_url

    @property
    def options(self) -> dict[str, str]:
        """The options of ``get`` that name it."""
        return {option: value for option, value in zip(OPTIONS, self._parts, strict=True) if value}

    @property
    def keys(self) -> dict[str, str]:
        """The keys of a profile that name it."""
        if self.name:
            return {"sso_session": self.name}
        return {"sso_start_url": self.start_url, "sso_region": self.region}

    @property
    def command_line(self) -> str:
        """The same options as text that can be copied into a shell."""
        from credential_process.system import command_lines  # only messages need it

        quote = command_lines.HERE.quote
        return " ".join(f"{option} {quote(value)}" for option, value in self.options.items())

    @property
    def fields(self) -> dict[str, str]:
        """The fields of a want that name it."""
        return {"session": self.name, "start_url": self.start_url, "region": self.region}

    def folder(self, root: str) -> str:
        """Return the path of the folder that holds this session's state, as this process reaches the service."""
        return paths.session_folder(root, self.name, self.start_url, paths.endpoints())

    @property
    def _parts(self) -> tuple[str, str, str]:
        return self.name, self.start_url, self.region


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
