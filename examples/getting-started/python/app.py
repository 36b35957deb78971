from aws_cdk import App, Stack, aws_ecs as ecs
from cdk_codeartifact_token import CodeArtifactDomain, CodeArtifactToken

app = App()
stack = Stack(app, "GettingStarted")

token = CodeArtifactToken(
    stack,
    "Token",
    domain=CodeArtifactDomain.from_domain_name(stack, "Domain", "acme"),
    read_from=["npm-store"],
)

task_definition = ecs.FargateTaskDefinition(stack, "TaskDefinition")
task_definition.add_container(
    "app",
    image=ecs.ContainerImage.from_registry("public.ecr.aws/docker/library/node:24-alpine"),
    secrets=token.ecs_secrets(),  # CODEARTIFACT_AUTH_TOKEN
)

app.synth()
