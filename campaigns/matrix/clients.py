"""The clients as data: how each is built, called, and asked for its version.

A program reads lines and prints its caller identity for each, always with one client of its SDK. Its folder in
`programs` is copied, and built there with the versions that are named here or in its lock file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# The oldest Python that all of these ran on; a pip of that age installs the SDK beside the program.
OLDEST_PYTHON = """\
for python in python2.7 python3.6 python3.7 python3.8; do
    if $python -m pip --version; then break; fi
done
ln -s "$(command -v $python)" python
./python -m pip install --quiet --target . """
VENV = '"$PYTHON" -m venv venv && venv/bin/pip install --quiet '
GO = "go build -buildvcs=false -o caller_identity ."
GO_VERSION = (
    "go version -m caller_identity | awk '$1 == \"dep\" && $2 ~ /sdk-go(-v2.config)?$/ {print $3}';"
    " go version | cut -d' ' -f3"
)
NODE = "npm ci --silent --no-audit --no-fund"
NODE_VERSION = (
    "node -p 'require(\"./node_modules/{}/package.json\").version'; echo node $(node --version)"
)
MAVEN = "mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars && javac -cp 'jars/*' *.java"
JAVA_VERSION = (
    "ls jars | sed -n 's/^{}-\\([0-9.]*\\).jar$/\\1/p'; java --version | head -1 | cut -d' ' -f1,2"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An SDK or a tool; commands are for a shell, and run in its own folder."""

    name: str
    program: str = ""  # its folder in `programs`
    build: str
    command: str
    version: str
    environment: Mapping[str, str] = field(default_factory=dict)
    is_one_call: bool = False  # a tool, which ends after printing its caller identity
    is_behind_proxy: bool = False  # it does not support endpoint overrides
    reads_a_bucket: bool = False  # it has no STS, and can only ask for an object of S3
    reads_credentials_file: bool = False  # the profile has to be in ~/.aws/credentials
    has_own_clock: bool = False  # one that libfaketime cannot change


CLIENTS = (
    Client(
        name="boto3",
        program="boto3",
        build=VENV + "boto3==1.44.5",
        command="venv/bin/python caller_identity.py",
        version="venv/bin/pip list | awk '$1 == \"boto3\" {print $2}'; venv/bin/python --version",
    ),
    Client(
        name="boto3, old",
        program="boto3",
        build=OLDEST_PYTHON + "boto3==1.15.0",
        command="./python -W ignore caller_identity.py",
        version="./python -c 'import boto3; print(boto3.__version__)'; ./python --version 2>&1",
    ),
    Client(
        name="AWS CLI v1",
        build=VENV + "awscli==1.46.3",
        command="venv/bin/aws sts get-caller-identity",
        version="venv/bin/aws --version | cut -d' ' -f1,2",
        is_one_call=True,
    ),
    Client(
        name="AWS CLI v1, old",
        build=OLDEST_PYTHON + "awscli==1.18.0",
        command="./python -W ignore -m awscli --endpoint-url {sts} sts get-caller-identity",
        version="./python -m awscli --version 2>&1 | cut -d' ' -f1,2",
        is_one_call=True,
    ),
    Client(
        name="AWS CLI v2",
        build="test -x /usr/bin/aws",
        command="/usr/bin/aws sts get-caller-identity",
        version="/usr/bin/aws --version | cut -d' ' -f1,2",
        is_one_call=True,
        is_behind_proxy=True,
    ),
    Client(
        name="JavaScript v3",
        program="javascript_v3",
        build=NODE,
        command="node caller_identity.mjs",
        version=NODE_VERSION.format("@aws-sdk/client-sts"),
        environment={"NODE_NO_WARNINGS": "1"},
    ),
    Client(
        name="JavaScript v2",
        program="javascript_v2",
        build=NODE,
        command="node caller_identity.mjs",
        version=NODE_VERSION.format("aws-sdk"),
        environment={
            "AWS_SDK_LOAD_CONFIG": "1",
            "AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE": "1",
        },
    ),
    Client(
        name="Go v2",
        program="go_v2",
        build=GO,
        command="./caller_identity",
        version=GO_VERSION,
        has_own_clock=True,
    ),
    Client(
        name="Go v2, `sh` is bash",
        program="go_v2",
        build=GO + " && mkdir bin && ln -s /bin/bash bin/sh",
        command="./caller_identity",
        version=GO_VERSION,
        environment={"PATH": "{folder}/bin:{path}"},
        has_own_clock=True,
    ),
    Client(
        name="Go v1",
        program="go_v1",
        build=GO,
        command="./caller_identity",
        version=GO_VERSION,
        environment={"AWS_SDK_LOAD_CONFIG": "1"},
        has_own_clock=True,
    ),
    Client(
        name="Java v2",
        program="java_v2",
        build=MAVEN,
        command="java -cp jars/*:. CallerIdentity",
        version=JAVA_VERSION.format("sts"),
    ),
    Client(
        name="Java v1",
        program="java_v1",
        build=MAVEN,
        command="java -Duser.home={home} -cp jars/*:. CallerIdentity",
        version=JAVA_VERSION.format("aws-java-sdk-sts"),
        reads_credentials_file=True,
    ),
    Client(
        name="Rust",
        program="rust",
        build="cargo build --quiet --locked",
        command="target/debug/caller_identity",
        version="cargo tree --depth 1 | awk '$2 == \"aws-config\" {print $3}'; rustc --version | cut -d' ' -f1,2",
    ),
    Client(
        name="C++ (pyarrow)",
        program="pyarrow",
        build=VENV + "pyarrow==26.0.1",
        command="venv/bin/python size_of_an_object.py",
        version="venv/bin/pip list | awk '$1 == \"pyarrow\" {print $2}'",
        reads_a_bucket=True,
    ),
    Client(
        name="CRT (awscrt)",
        program="awscrt",
        build=VENV + "awscrt==0.38.1",
        command="venv/bin/python caller_identity.py",
        version="venv/bin/pip list | awk '$1 == \"awscrt\" {print $2}'",
        has_own_clock=True,
    ),
    Client(
        name="Ruby",
        program="ruby",
        build="ruby -e 'require \"aws-sdk-core\"'",
        command="ruby caller_identity.rb",
        version='ruby -e \'require "aws-sdk-core"; puts Aws::CORE_GEM_VERSION, "ruby #{RUBY_VERSION}"\'',
    ),
)
