"""AWS credentials through IAM Identity Center, for every SDK, from one line in ``~/.aws/config``."""

__version__ = "0.2.0"
