"""The faults of a home: how each is made and removed, and the result of every call during and after it.

Scripts run as root, inside of a `World`. By default, the results are those in a good home: every call succeeds,
and the user is only asked if signed out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from campaigns.home_faults.moments import SESSIONS, Moment
from campaigns.home_faults.namespaces import PERSON, SOMEBODY_ELSE

if TYPE_CHECKING:
    from collections.abc import Mapping

WELL, ASKED = "0", "0, asked"
UNUSABLE, MISCONFIGURED, NOBODY = "5", "2", "3"
_ASKING = Moment.FIRST, Moment.LOGIN
_WRITING = (
    *(Moment.CONFIGURE, Moment.COLD, Moment.RENEWAL),
    *(Moment.FIRST, Moment.LOGIN, Moment.LOGOUT),
)
_WITHOUT_TOKENS = {
    **dict.fromkeys((Moment.STATUS, Moment.CHECK), NOBODY),
    **dict.fromkeys((Moment.WARM, Moment.RENEWAL), ASKED),
}


@dataclass(frozen=True, slots=True)
class HomeFault:
    """A fault of a home; `variables` that are None are removed from the environment.

    `disk` is a script that puts the home on another disk, before it is in use. `make` makes the fault.
    `strike` makes it while the user signs in. With `is_sudo` root makes every call. The message of every call that
    fails contains `says`. State that the calls have stored outside of the home is lost when the fault is removed.
    """

    name: str
    make: str = ":"
    disk: str = field(default=":", kw_only=True)
    lift: str = ":"
    strike: str = ""
    says: str = ""
    variables: Mapping[str, str | None] = field(default_factory=dict)
    namespaces: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = tuple(Moment)
    differs: Mapping[Moment, str] = field(default_factory=dict)
    is_left_behind: bool = False
    is_sudo: bool = False
    needs_root: bool = False

    def expected(self, moment: Moment) -> str:
        """Return the result of a call: its exit code, and whether the user was asked."""
        return self.differs.get(moment, ASKED if moment in _ASKING else WELL)

    def expected_after(self, moment: Moment) -> str:
        """Return the same for a call after the fault."""
        was_well = moment not in _ASKING or self.expected(moment) == ASKED
        return WELL if was_well and not self._is_forgotten(moment) else ASKED

    def _is_forgotten(self, moment: Moment) -> bool:
        return self.is_left_behind and moment in _ASKING


def _all(moments: tuple[Moment, ...], outcome: str) -> dict[Moment, str]:
    return dict.fromkeys(moments, outcome)


def tmpfs(folder: str, options: str) -> str:
    """Return a script that puts a folder with its content on a separate disk."""
    return (
        f'mkdir -p "{folder}"; cp -a "{folder}" "$OWN/copy";'
        f'mount -t tmpfs -o {options},mode=700 tmpfs "{folder}";'
        f'cp -a "$OWN/copy/." "{folder}";'
    )


def _belongs_to_somebody_else(*files: str) -> str:
    """Put an empty file of another user into the state of every session."""
    script = 'cd "$HOME/.aws/sso-credential-process"; umask 077;'
    for session in SESSIONS:
        for file in files:
            folder = f"session-{session}$AT" if file.startswith("hosts/") else f"session-{session}"
            path = f'"{folder}/{file}"'
            script += f"mkdir -p $(dirname {path}); : > {path}; chown {SOMEBODY_ELSE} {path};"
    return script


RUN_FOLDER = f"mkdir -m 700 /run/user/{PERSON};"
_ROOTS_RUN_FOLDER = f"mkdir -m 700 /run/user/0; chown {SOMEBODY_ELSE} /run/user/0;"
FILL = '{ cat /dev/zero > "$HOME/filler"; } 2>/dev/null || :;'
EMPTY = 'rm "$HOME/filler"'
_USE_UP_INODES = (
    'mkdir "$HOME/filler"; i=0; while touch "$HOME/filler/$i" 2>/dev/null; do i=$((i+1)); done'
)
READ_ONLY = 'mount --bind "$HOME" "$HOME"; mount -o remount,bind,ro "$HOME";'
_WRITABLE = 'mount -o remount,bind,rw "$HOME"'
_CONFIG_ELSEWHERE = 'cp "$HOME/.aws/config" "$OWN/config";'
_NO_TERMINAL = (
    'mkdir "$OWN/dev"; for each in null zero random urandom; do'
    ' touch "$OWN/dev/$each"; mount --bind "/dev/$each" "$OWN/dev/$each"; done;'
    'mount --rbind "$OWN/dev" /dev;'
)
_KNOWN = (
    f'{{ cat /etc/passwd; echo "ada:x:{PERSON}:{PERSON}::$HOME:/bin/sh"; }} > "$OWN/passwd";'
    'mount --bind "$OWN/passwd" /etc/passwd'
)
_GIVE_BACK = 'chown -R --reference="$HOME" "$HOME"'
_REMOVE = f'find "$HOME" -uid {SOMEBODY_ELSE} -delete'

HOME_FAULTS = (
    HomeFault("a home without a fault"),
    HomeFault(
        "a full disk",
        FILL,
        EMPTY,
        disk=tmpfs("$HOME", "size=1m"),
        says="No space left on device",
        differs={**_all((Moment.CHECK, *_WRITING), UNUSABLE), Moment.LOGOUT: WELL},
    ),
    HomeFault(
        "a full disk, and state on another",
        FILL + 'mkdir -m 700 "$OWN/state"',
        EMPTY,
        disk=tmpfs("$HOME", "size=1m"),
        variables={"SSO_CREDENTIAL_PROCESS_HOME": "$OWN/state"},
        says="No space left on device",
        differs=_all((Moment.CHECK, Moment.CONFIGURE, Moment.RENEWAL, *_ASKING), UNUSABLE),
        is_left_behind=True,
    ),
    HomeFault(
        "a disk that is full when the person has signed in",
        ":",
        EMPTY,
        disk=tmpfs("$HOME", "size=1m"),
        strike=FILL,
        moments=(Moment.FIRST,),
        says="No space left on device",
        differs={Moment.FIRST: "5, asked"},
    ),
    HomeFault(
        "a disk without inodes",
        _USE_UP_INODES,
        'rm -r "$HOME/filler"',
        disk=tmpfs("$HOME", "nr_inodes=80"),
        says="No space left on device",
        differs={**_all((Moment.CHECK, *_WRITING), UNUSABLE), Moment.LOGOUT: WELL},
    ),
    HomeFault(
        "a read-only home, and nothing else",
        READ_ONLY,
        _WRITABLE,
        says="no folder for state can be written; set SSO_CREDENTIAL_PROCESS_HOME",
        differs=_all(tuple(Moment), UNUSABLE),
    ),
    HomeFault(
        "a read-only home",
        RUN_FOLDER + READ_ONLY,
        _WRITABLE,
        says="Read-only file system",
        differs={Moment.RENEWAL: ASKED, **_all((Moment.CONFIGURE, Moment.LOGOUT), UNUSABLE)},
        is_left_behind=True,
    ),
    HomeFault(
        "a ~/.aws whose modes forbid to write",
        RUN_FOLDER + 'chmod -R a-w "$HOME/.aws"',
        'chmod -R u+w "$HOME/.aws"',
        differs={
            Moment.RENEWAL: ASKED,
            Moment.CONFIGURE: MISCONFIGURED,
            Moment.LOGOUT: UNUSABLE,
        },
        is_left_behind=True,
    ),
    HomeFault(
        "no home at all",
        RUN_FOLDER,
        variables={"HOME": None},
        says="there is no home folder, so the AWS config cannot be found; set HOME or AWS_CONFIG_FILE",
        differs=_all(tuple(Moment), MISCONFIGURED),
    ),
    HomeFault(
        "no home, but AWS_CONFIG_FILE",
        RUN_FOLDER + _CONFIG_ELSEWHERE,
        variables={"HOME": None, "AWS_CONFIG_FILE": "$OWN/config"},
        differs=_WITHOUT_TOKENS,
        is_left_behind=True,
    ),
    HomeFault(
        "a HOME that is not there, but AWS_CONFIG_FILE",
        RUN_FOLDER + _CONFIG_ELSEWHERE,
        variables={"HOME": "/nonexistent", "AWS_CONFIG_FILE": "$OWN/config"},
        differs=_WITHOUT_TOKENS,
        is_left_behind=True,
    ),
    HomeFault("a home where nothing can be executed", 'mount -o remount,bind,noexec "$OWN"'),
    HomeFault("no HOME, but a passwd entry", _KNOWN, variables={"HOME": None}),
    HomeFault("no /proc", "mount -t tmpfs tmpfs /proc", "umount /proc", needs_root=True),
    HomeFault("no /dev/tty", _NO_TERMINAL),
    HomeFault(
        "no /dev/tty, and no browser",
        _NO_TERMINAL,
        variables={"BROWSER": None},
        says="login --sso-session",
        differs=_all(_ASKING, NOBODY),
    ),
    HomeFault("a linked ~/.aws", 'mv "$HOME/.aws" "$HOME/elsewhere"; ln -s elsewhere "$HOME/.aws"'),
    HomeFault(
        "a ~/.aws of root",
        f'{RUN_FOLDER} chown {SOMEBODY_ELSE} "$HOME/.aws"',
        'chown --reference="$HOME" "$HOME/.aws"',
        says="/.aws/config cannot be read: Permission denied; check the permissions and the owner",
        differs=_all(tuple(Moment), MISCONFIGURED),
        needs_root=True,
    ),
    HomeFault(
        "a config of root, as after `sudo aws configure`",
        f'chmod 600 "$HOME/.aws/config"; chown {SOMEBODY_ELSE} "$HOME/.aws/config"',
        'chown --reference="$HOME" "$HOME/.aws/config"',
        says="/.aws/config cannot be read: Permission denied; check the permissions and the owner",
        differs=_all(tuple(Moment), MISCONFIGURED),
        needs_root=True,
    ),
    HomeFault(
        "a ~/.aws that is a dangling symlink",
        RUN_FOLDER + 'mv "$HOME/.aws" "$HOME/elsewhere"; ln -s nowhere "$HOME/.aws"',
        'rm "$HOME/.aws"; mv "$HOME/elsewhere" "$HOME/.aws"',
        says="/.aws is a dangling symlink; fix it",
        differs=_all(tuple(Moment), MISCONFIGURED),
    ),
    HomeFault(
        "a session that is a dangling symlink",
        f'cd "$HOME/.aws/sso-credential-process"; ln -s nowhere "session-{SESSIONS[1]}$AT"',
        f'rm "$HOME/.aws/sso-credential-process/session-{SESSIONS[1]}$AT"',
        says="fix the link",
        differs={Moment.RENEWAL: UNUSABLE},
    ),
    HomeFault(
        "a ~/.aws that another group may write",
        f'chgrp {SOMEBODY_ELSE} "$HOME/.aws"; chmod 770 "$HOME/.aws"',
        'chmod 700 "$HOME/.aws"',
        differs={Moment.CHECK: MISCONFIGURED},
        needs_root=True,
    ),
    HomeFault(
        "state of another user",
        f'{RUN_FOLDER} chown -R {SOMEBODY_ELSE} "$HOME/.aws/sso-credential-process"',
        _GIVE_BACK,
        needs_root=True,
    ),
    HomeFault(
        "a session of another user in the state",
        f'chown -R {SOMEBODY_ELSE} "$HOME/.aws/sso-credential-process/session-{SESSIONS[0]}$AT"',
        _GIVE_BACK,
        says="Permission denied",
        differs=_all((Moment.CHECK, Moment.WARM, Moment.COLD), UNUSABLE),
        needs_root=True,
    ),
    HomeFault(
        "a broker's lock of another user",
        _belongs_to_somebody_else("hosts/$HOST/broker.lock"),
        _REMOVE,
        says="Permission denied",
        differs={
            **_all((Moment.CHECK, *_WRITING), UNUSABLE),
            **_all((Moment.CONFIGURE, Moment.LOGOUT), WELL),
        },
        needs_root=True,
    ),
    HomeFault(
        "a broker's log of another user",
        _belongs_to_somebody_else("hosts/$HOST/broker.log"),
        _REMOVE,
        says="Permission denied",
        differs={
            **_all((Moment.CHECK, *_WRITING), UNUSABLE),
            **_all((Moment.CONFIGURE, Moment.LOGOUT), WELL),
        },
        needs_root=True,
    ),
    HomeFault(
        "a token's lock of another user",
        _belongs_to_somebody_else("token.lock"),
        _REMOVE,
        says="Permission denied",
        differs=_all((Moment.CHECK, Moment.RENEWAL, *_ASKING), UNUSABLE),
        needs_root=True,
    ),
    HomeFault(
        "a want of another user",
        _belongs_to_somebody_else("hosts/$HOST/wants/0", "hosts/$HOST/wants/.1"),
        _REMOVE,
        differs={Moment.CHECK: UNUSABLE},
        needs_root=True,
    ),
    HomeFault(
        "documents and tokens of another user",
        f'cd "$HOME/.aws"; chown {SOMEBODY_ELSE} sso-credential-process/*/roles/*/* sso/cache/*',
        _GIVE_BACK,
        differs={**_WITHOUT_TOKENS, Moment.CHECK: UNUSABLE},
        needs_root=True,
    ),
    HomeFault("sudo -E", _ROOTS_RUN_FOLDER, is_sudo=True, needs_root=True),
    HomeFault(
        "sudo -E in a home without ~/.aws",
        _ROOTS_RUN_FOLDER + 'mv "$HOME/.aws" "$OWN/aws"',
        'cp -a "$OWN/aws/." "$HOME/.aws"',
        variables={"AWS_CONFIG_FILE": "$OWN/aws/config"},
        differs=_WITHOUT_TOKENS,
        is_sudo=True,
        needs_root=True,
    ),
    HomeFault(
        "a SSO_CREDENTIAL_PROCESS_HOME that is a file",
        'touch "$HOME/file"',
        variables={"SSO_CREDENTIAL_PROCESS_HOME": "$HOME/file"},
    ),
    HomeFault(
        "a loopback interface with [::1] alone",
        "ip link set lo up; ip addr del 127.0.0.1/8 dev lo",
        "ip addr add 127.0.0.1/8 dev lo",
        namespaces=("net",),
        says="--device-code",
        differs=_all(_ASKING, UNUSABLE),
    ),
)
