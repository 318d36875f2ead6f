"""A program with botocore's own SSO provider, which refreshes the token without a lock, beside the broker.

It prints ``ready``, waits for the end of its stdin, asks for role credentials once, and exits with 0 if it got them.
"""

import sys

import botocore.exceptions
import botocore.session


def main() -> int:
    """Resolve the credentials of the profile in `$AWS_PROFILE`, and print what went wrong."""
    print("ready", flush=True)
    sys.stdin.read()
    try:
        credentials = botocore.session.Session().get_credentials()
        if credentials is None:
            print("no credentials", file=sys.stderr)
            return 1
        credentials.get_frozen_credentials()
    except botocore.exceptions.BotoCoreError as error:
        print(type(error).__name__, file=sys.stderr)
        return 1
    except botocore.exceptions.ClientError as error:
        print(error.response.get("Error", {}).get("Code"), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
