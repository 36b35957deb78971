import os

import boto3

codeartifact = boto3.client("codeartifact")
secrets_manager = boto3.client("secretsmanager")


def handler(event, context):
    token = codeartifact.get_authorization_token(domain=os.environ["DOMAIN"])["authorizationToken"]
    secrets_manager.put_secret_value(SecretId=os.environ["SECRET_ARN"], SecretString=token)
