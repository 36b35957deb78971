"""Runs MiniStack with what it does otherwise than AWS put right, as far as this project can tell the difference.

MiniStack's version is pinned: a version that moves one of these parts fails at the start, not silently.
"""

import asyncio
import json
import re

from ministack import app
from ministack.core import iam_actions
from ministack.services import cloudformation, eventbridge, lambda_svc, secretsmanager
from ministack.services.cloudformation import provisioners

# There is no TLS on the loopback, but on AWS there always is: the CDK's own bucket refuses anything else.
pin_request_origin = app.pin_request_origin
app.pin_request_origin = lambda source_ip, _secure: pin_request_origin(source_ip, True)


# The Ref of a secret is its ARN, not its name: no policy would match. A secret born without a value has no version.
secret = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
create_secret, update_secret, delete_secret = secret["create"], secret["update"], secret["delete"]


def secret_name(arn):
    return secretsmanager._resolve(arn)[0]


def create(logical_id, props, stack_name):
    name, attributes = create_secret(logical_id, props, stack_name)
    if "SecretString" not in props and "GenerateSecretString" not in props:
        secretsmanager._secrets[name]["Versions"].clear()
    return attributes["Arn"], attributes


def update(arn, old_props, new_props, stack_name, logical_id=None):
    _, attributes = update_secret(secret_name(arn), old_props, new_props, stack_name, logical_id)
    return attributes["Arn"], attributes


secret.update(create=create, update=update, delete=lambda arn, props: delete_secret(secret_name(arn), props))


# The secrets of a container keep their case from the template, so that every client reads them as empty.
container_definitions = provisioners._normalize_container_defs


def with_secrets(definitions):
    result = container_definitions(definitions)
    for definition in result:
        if "secrets" in definition:
            definition["secrets"] = [{"name": s["Name"], "valueFrom": s["ValueFrom"]} for s in definition["secrets"]]
    return result


provisioners._normalize_container_defs = with_secrets


# A scheduled invocation is an asynchronous one, which Lambda tries three times.
def dispatch_to_lambda(arn, payload):
    function, config, _ = lambda_svc._get_func_record_for_ref(arn)
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), json.loads(payload))


eventbridge._dispatch_to_lambda = dispatch_to_lambda


# What is done to a service of ECS is allowed on the service, not on its cluster.
resource_arn = iam_actions.extract_resource_arn


def extract_resource_arn(service, method, path, headers, body, query_params, region, account):
    request = json.loads(body) if service == "ecs" and body else {}
    if "service" in request:
        return f"arn:aws:ecs:{region}:{account}:service/{request['cluster']}/{request['service']}"
    return resource_arn(service, method, path, headers, body, query_params, region, account)


iam_actions.extract_resource_arn = extract_resource_arn


# Clients ask every five seconds whether a stack is done. Here that takes a fraction of one: let the answer wait for it.
handle_cloudformation = cloudformation.handle_request
UNDER_WAY = re.compile(rb"<StackStatus>(?!REVIEW)\w+_IN_PROGRESS<")


async def handle_request(method, path, headers, body, query_params):
    for _ in range(50):
        answer = await handle_cloudformation(method, path, headers, body, query_params)
        if not (b"Action=DescribeStacks" in body and UNDER_WAY.search(answer[2])):
            break
        await asyncio.sleep(0.1)
    return answer


cloudformation.handle_request = handle_request

app.main()
