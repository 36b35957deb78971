"""Runs MiniStack with what it does otherwise than AWS put right, as far as this project can tell the difference.

MiniStack's version is pinned: a version that moves one of these parts fails at the start, not silently.
"""

import asyncio
import inspect
import json
import re
import textwrap
import time

from ministack import app
from ministack.core import iam_actions, lambda_runtime
from ministack.core.responses import error_response_json, json_response
from ministack.services import cloudformation, eventbridge, iam, kms, lambda_svc, secretsmanager
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


# The same without CloudFormation.
store_new_secret = secretsmanager._store_new_secret


def store(name, secret_string=None, secret_binary=None, **properties):
    result = store_new_secret(name, secret_string, secret_binary, **properties)
    if secret_string is None and secret_binary is None:
        secretsmanager._secrets[name]["Versions"].clear()
    return result


secretsmanager._store_new_secret = store


# A key is used, for the caller. Of its policy only a denial to everyone is looked at, and no other statement.
def denies_all(key_id):
    key = kms._resolve_key(key_id) if key_id else None
    statements = json.loads(key["Policy"])["Statement"] if key else []
    return any(s["Effect"] == "Deny" and s["Principal"] in ("*", {"AWS": "*"}) for s in statements)


# A version with a value never changes, and is not gone with its last label. A label is on one version at a time.
put_secret_value = secretsmanager._put_secret_value


def put_version(data):
    stored = secretsmanager._resolve(data["SecretId"])[1]
    version_id = data.get("ClientRequestToken")
    before = dict(stored["Versions"]) if stored else {}
    held = before.get(version_id, {}).get("SecretString")
    if held is not None and held != data.get("SecretString"):
        return error_response_json("ResourceExistsException", f"The token {version_id} is already in use for a version.", 400)
    if held is not None:
        return json_response({"ARN": stored["ARN"], "Name": stored["Name"], "VersionId": version_id})
    if stored and denies_all(stored.get("KmsKeyId")):
        return error_response_json("AccessDeniedException", "Access to KMS is not allowed", 400)
    stages = data.setdefault("VersionStages", ["AWSCURRENT"])
    if stored and not secretsmanager._find_stage_version(stored, "AWSCURRENT")[0]:
        stages.append("AWSCURRENT")  # the first version is, whatever was asked for
    answer = put_secret_value(data)
    if answer[0] == 200:
        version_id = json.loads(answer[2])["VersionId"]
        stored["Versions"].update({gone: before[gone] for gone in before.keys() - stored["Versions"].keys()})
        for stage in stages:
            secretsmanager._remove_stage_everywhere(stored, stage, except_version_id=version_id)
            secretsmanager._add_stage(stored, version_id, stage)
    return answer


secretsmanager._put_secret_value = put_version


# A rotation begins with a version that has no value, and not while another is under way. It is left to the caller to
# invoke the function.
def rotate_secret(data):
    stored = secretsmanager._resolve(data["SecretId"])[1]
    version_id = data["ClientRequestToken"]
    pending, current = (secretsmanager._find_stage_version(stored, stage)[0] for stage in ("AWSPENDING", "AWSCURRENT"))
    if pending not in (None, current):
        return error_response_json("InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted.", 400)
    stored["Versions"][version_id] = {"SecretString": None, "SecretBinary": None, "CreatedDate": int(time.time()), "Stages": []}
    secretsmanager._remove_stage_everywhere(stored, "AWSPENDING")
    secretsmanager._add_stage(stored, version_id, "AWSPENDING")
    return json_response({"ARN": stored["ARN"], "Name": stored["Name"], "VersionId": version_id})


secretsmanager._rotate_secret = rotate_secret


# The secrets of a container keep their case from the template, so that every client reads them as empty.
container_definitions = provisioners._normalize_container_defs


def with_secrets(definitions):
    result = container_definitions(definitions)
    for definition in result:
        if "secrets" in definition:
            definition["secrets"] = [{"name": s["Name"], "valueFrom": s["ValueFrom"]} for s in definition["secrets"]]
    return result


provisioners._normalize_container_defs = with_secrets


# There are no networks. A function in a subnet of this name reaches CloudFormation's bucket, as through the gateway endpoint of S3,
# and nothing else.
CLOSED_SUBNET, NOWHERE = "subnet-closed", "http://127.0.0.1:9"
function = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
create_function, update_function = function["create"], function["update"]


def in_its_network(props):
    if CLOSED_SUBNET not in props.get("VpcConfig", {}).get("SubnetIds", []):
        return props
    endpoints = {f"AWS_ENDPOINT_URL_{service}": NOWHERE for service in ("CODEARTIFACT", "SECRETS_MANAGER")}
    return {**props, "Environment": {"Variables": {**props["Environment"]["Variables"], **endpoints}}}


function.update(
    create=lambda logical_id, props, stack_name: create_function(logical_id, in_its_network(props), stack_name),
    update=lambda name, old, new, stack_name, logical_id=None: update_function(name, old, in_its_network(new), stack_name, logical_id),
)


# A role that was given a policy by hand cannot be deleted. CloudFormation leaves it behind.
role = provisioners._RESOURCE_HANDLERS["AWS::IAM::Role"]
delete_role = role["delete"]


def delete_unless_given_more(name, props):
    own = {policy["PolicyName"] for policy in props.get("Policies", [])}
    if name in iam._roles and not iam._roles[name]["InlinePolicies"].keys() - own:
        delete_role(name, props)


role["delete"] = delete_unless_given_more


# What a function throws ends its invocation and not its process, which keeps what it has in memory.
ERROR = 'if response.get("status") == "error":'
source = textwrap.dedent(inspect.getsource(lambda_runtime.Worker.invoke))
assert source.count(ERROR) == 1
changed = {}
exec(source.replace(ERROR, ERROR.replace(":", ' and "trace" not in response:')), vars(lambda_runtime), changed)
lambda_runtime.Worker.invoke = changed["invoke"]


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
