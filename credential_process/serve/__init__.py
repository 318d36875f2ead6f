"""Credentials over HTTP for programs in containers and on remote machines: the protocol of container credentials.

SDKs know it from ECS and EKS: they ask at `AWS_CONTAINER_CREDENTIALS_FULL_URI`, and show the token of
`AWS_CONTAINER_AUTHORIZATION_TOKEN` ("Container credential provider" in the reference guide of the AWS SDKs).
"""
