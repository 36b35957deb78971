using Amazon.CDK;
using Amazon.CDK.AWS.ECS;
using CdkCodeArtifactToken;

var app = new App();
var stack = new Stack(app, "GettingStarted");

var token = new CodeArtifactToken(stack, "Token", new CodeArtifactTokenProps
{
    Domain = CodeArtifactDomain.FromDomainName(stack, "Domain", "acme"),
    ReadFrom = new[] { "npm-store" },
});

var taskDefinition = new FargateTaskDefinition(stack, "TaskDefinition");
taskDefinition.AddContainer("app", new ContainerDefinitionOptions
{
    Image = ContainerImage.FromRegistry("public.ecr.aws/docker/library/node:24-alpine"),
    Secrets = token.EcsSecrets(), // CODEARTIFACT_AUTH_TOKEN
});

app.Synth();
