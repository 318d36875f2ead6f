"""The operations that clients call: sso-oidc, the access portal and STS."""
