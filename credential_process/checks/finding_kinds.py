"""Every kind of finding, and the SDKs affected; ``docs/checks.md`` explains each to users.

The SDKs affected were found by running them, and by reading the source of the few that could not be run.
"""

from __future__ import annotations

from credential_process.checks.findings import Kind
from credential_process.errors import (
    Refused,
    SignInNeeded,
    Unavailable,
    UsageError,
)

BOTO3, CLI = "boto3", "AWS CLI"
JAVASCRIPT_3, JAVASCRIPT_2 = "JavaScript v3", "JavaScript v2"
GO_2, GO_1 = "Go v2", "Go v1"
JAVA_2, JAVA_1 = "Java v2", "Java v1"
DOTNET, RUBY, PHP, RUST, CPP, CRT = ".NET", "Ruby", "PHP", "Rust", "C++", "CRT"
MINIO, PYARROW, TILEDB, DUCKDB = "minio clients", "pyarrow", "TileDB", "DuckDB"
GDAL, KOTLIN, AWS_LITE = "GDAL", "Kotlin", "aws-lite"
# Version 7.4 reads the config file, and supports keys of Identity Center.
OLD_MINIO, NEW_MINIO = "minio-go before 7.4", "minio-go since 7.4"

EVERY = ("all",)
_SHELLS = (JAVASCRIPT_3, JAVASCRIPT_2, GO_2, GO_1, JAVA_2, JAVA_1, RUBY, PHP, RUST, CPP, CRT)
_CONFIGURATION, _SIGN_IN, _NO_ACCESS, _SERVICE, _NOTE = (
    UsageError.exit_code,
    SignInNeeded.exit_code,
    Refused.exit_code,
    Unavailable.exit_code,
    0,
)

# The config and the credentials file
CONFIG_UNREADABLE = Kind("config-unreadable", _CONFIGURATION, EVERY)
CONFIG_TWICE = Kind("config-twice", _CONFIGURATION, (BOTO3, CLI))
CONFIG_MARK = Kind("config-byte-order-mark", _CONFIGURATION, (BOTO3, CLI))
FILE_WRITABLE = Kind("file-writable", _CONFIGURATION, EVERY)
FILE_READABLE = Kind("file-readable", _CONFIGURATION, EVERY)
MACHINE_IGNORED = Kind("machine-config-ignored", _CONFIGURATION, EVERY)
NOTHING_CONFIGURED = Kind("nothing-configured", _CONFIGURATION, EVERY)

# The profile
PROFILE_MISSING = Kind("profile-missing", _CONFIGURATION, EVERY)
PROFILE_BLANKS = Kind("profile-name-blanks", _CONFIGURATION, EVERY)
PROFILE_LETTERS = Kind("profile-name-letters", _NOTE, (JAVASCRIPT_3, RUST, CPP))
PROFILE_PREFIX = Kind("profile-prefix", _CONFIGURATION, EVERY)
CREDENTIALS_PREFIX = Kind("credentials-prefix", _CONFIGURATION, EVERY)
DEFAULT_TWICE = Kind("default-twice", _CONFIGURATION, EVERY)
DEFAULT_FORM = Kind("default-form", _NOTE, (PHP,))
NO_LINE = Kind("no-line", _CONFIGURATION, EVERY)
NATIVE_PROFILE = Kind("native-profile", _NOTE, (JAVA_1, OLD_MINIO, PYARROW))
SOURCE_PROFILE = Kind("source-profile", _NOTE, (JAVASCRIPT_2, PHP, PYARROW, TILEDB, GDAL, MINIO))
SOURCE_LOOP = Kind("source-profile-loop", _CONFIGURATION, EVERY)
SSO_KEYS = Kind(
    "sso-keys",
    _CONFIGURATION,
    (BOTO3, CLI, GO_2, GO_1, JAVA_2, DOTNET, RUBY, PHP, RUST, KOTLIN, GDAL, NEW_MINIO),
)
SSO_KEYS_PARTIAL = Kind(
    "sso-keys-partial",
    _CONFIGURATION,
    (BOTO3, CLI, GO_2, GO_1, JAVA_2, DOTNET, RUBY, RUST, NEW_MINIO),
)
ROLE_KEYS = Kind("role-keys", _CONFIGURATION, EVERY)
KEYS_IN_CREDENTIALS = Kind(
    "keys-in-credentials",
    _CONFIGURATION,
    (
        BOTO3,
        CLI,
        JAVASCRIPT_3,
        JAVASCRIPT_2,
        GO_2,
        GO_1,
        JAVA_1,
        DOTNET,
        RUBY,
        PHP,
        CPP,
        CRT,
        PYARROW,
        TILEDB,
        KOTLIN,
        AWS_LITE,
        NEW_MINIO,
    ),
)
KEYS_IN_CONFIG = Kind(
    "keys-in-config",
    _CONFIGURATION,
    (JAVASCRIPT_3, JAVASCRIPT_2, GO_2, GO_1, DOTNET, RUBY, CRT, PYARROW, NEW_MINIO),
)
CONFIG_ONLY = Kind("config-only", _NOTE, (JAVA_1, OLD_MINIO))
CREDENTIALS_ONLY = Kind("credentials-only", _NOTE, (CPP, CRT, TILEDB, DUCKDB, GDAL))
LOAD_CONFIG = Kind("load-config", _NOTE, (JAVASCRIPT_2, GO_1))

# The line
LINE_QUOTES = Kind("line-quotes", _CONFIGURATION, EVERY)
LINE_MISREAD = Kind("line-misread", _CONFIGURATION, (BOTO3, CLI, *_SHELLS))
LINE_BACKSLASH = Kind("line-backslash", _CONFIGURATION, EVERY)
LINE_WINDOWS = Kind("line-windows", _NOTE, ("all on Windows",))
LINE_QUOTED_WHOLE = Kind("line-quoted-whole", _CONFIGURATION, EVERY)
LINE_QUOTED = Kind("line-quoted", _CONFIGURATION, (GO_1,))
LINE_COMMA = Kind("line-equals-comma", _CONFIGURATION, (GO_1,))
LINE_SINGLE_QUOTES = Kind("line-single-quotes", _NOTE, (GDAL,))
LINE_NUMBER = Kind("line-negative-number", _CONFIGURATION, (GO_2, GO_1))
LINE_NO_ARGUMENT = Kind("line-no-argument", _CONFIGURATION, (MINIO,))
LINE_SPACES = Kind("line-spaces", _NOTE, (MINIO,))
LINE_CMD_QUOTES = Kind(
    "line-cmd-quotes", _CONFIGURATION, (GO_2, GO_1, JAVA_2, JAVA_1, DOTNET, RUST)
)
LINE_LITERAL_QUOTES = Kind("line-literal-quotes", _CONFIGURATION, EVERY)
LINE_PATH_SPACE = Kind("line-path-space", _CONFIGURATION, EVERY)
LINE_SLASHES = Kind("line-slashes", _NOTE, _SHELLS)
LINE_LETTERS = Kind("line-letters", _CONFIGURATION, (BOTO3, CLI))
LINE_ARGUMENTS = Kind("line-arguments", _CONFIGURATION, EVERY)
EXECUTABLE_MISSING = Kind("executable-missing", _CONFIGURATION, EVERY)
EXECUTABLE_RELATIVE = Kind("executable-relative", _CONFIGURATION, EVERY)
EXECUTABLE_EXTENSION = Kind("executable-extension", _CONFIGURATION, EVERY)
EXECUTABLE_MODE = Kind("executable-mode", _CONFIGURATION, EVERY)
EXECUTABLE_INTERPRETER = Kind("executable-interpreter", _CONFIGURATION, EVERY)
LAUNCHER_SLOW = Kind("launcher-slow", _NOTE, EVERY)

# The environment
ENVIRONMENT_KEYS = Kind("environment-keys", _CONFIGURATION, EVERY)
SANDBOX_ENDED = Kind("sandbox-ended", _CONFIGURATION, EVERY)
ENVIRONMENT_PROFILE = Kind("environment-profile", _CONFIGURATION, EVERY)
ENDPOINT_OVERRIDE = Kind("endpoint-override", _NOTE, EVERY)
ENDPOINT_HALF = Kind("endpoint-half", _CONFIGURATION, EVERY)
ENDPOINT_IGNORED = Kind("endpoint-ignored", _NOTE, EVERY)
CA_BUNDLE = Kind("ca-bundle", _CONFIGURATION, EVERY)
CA_BUNDLE_IGNORED = Kind("ca-bundle-ignored", _NOTE, EVERY)
PROXY = Kind("proxy", _CONFIGURATION, EVERY)
PYTHON_VARIABLES = Kind("environment-python", _NOTE, EVERY)
BROWSER = Kind("environment-browser", _NOTE, EVERY)
STATE_NONE = Kind("state-none", _SERVICE, EVERY)
STATE_REFUSED = Kind("state-refused", _NOTE, EVERY)
STATE_FULL = Kind("state-full", _SERVICE, EVERY)
STATE_FOREIGN = Kind("state-foreign", _SERVICE, EVERY)
STATE_OUTSIDE = Kind("state-outside-profile", _NOTE, EVERY)

# The session
SESSION_CONFIG = Kind("session-config", _CONFIGURATION, EVERY)
SESSION_BROWSER = Kind("session-browser", _CONFIGURATION, EVERY)
START_URL_REGION = Kind("start-url-region", _CONFIGURATION, EVERY)
START_URL_TOKEN = Kind("start-url-token", _NOTE, EVERY)
TOKEN_ELSEWHERE = Kind("token-elsewhere", _SIGN_IN, EVERY)
TOKEN_REFUSED = Kind("token-refused", _SIGN_IN, EVERY)
SIGN_IN_NEEDED = Kind("sign-in-needed", _SIGN_IN, EVERY)
NO_ACCOUNTS = Kind("no-accounts", _NO_ACCESS, EVERY)
NO_ACCESS = Kind("no-access", _NO_ACCESS, EVERY)
UNREACHABLE = Kind("service-unreachable", _SERVICE, EVERY)
CLOCK = Kind("clock", _SERVICE, EVERY)

# Notes for profiles that are as they should be.
BRIEF = (DEFAULT_FORM,)
KINDS = tuple(kind for kind in list(globals().values()) if isinstance(kind, Kind))
