package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-codeartifact-token/cdk-codeartifact-token-go/cdkcodeartifacttoken"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("GettingStarted"), nil)

	token := cdkcodeartifacttoken.NewCodeArtifactToken(stack, jsii.String("Token"), &cdkcodeartifacttoken.CodeArtifactTokenProps{
		Domain:   cdkcodeartifacttoken.CodeArtifactDomain_FromDomainName(stack, jsii.String("Domain"), jsii.String("acme"), nil),
		ReadFrom: jsii.Strings("npm-store"),
	})

	taskDefinition := awsecs.NewFargateTaskDefinition(stack, jsii.String("TaskDefinition"), nil)
	taskDefinition.AddContainer(jsii.String("app"), &awsecs.ContainerDefinitionOptions{
		Image:   awsecs.ContainerImage_FromRegistry(jsii.String("public.ecr.aws/docker/library/node:24-alpine"), nil),
		Secrets: token.EcsSecrets(nil), // CODEARTIFACT_AUTH_TOKEN
	})

	app.Synth(nil)
}
