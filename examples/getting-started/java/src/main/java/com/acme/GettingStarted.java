package com.acme;

import io.github.cdkcodeartifacttoken.CodeArtifactDomain;
import io.github.cdkcodeartifacttoken.CodeArtifactToken;
import java.util.List;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;

public final class GettingStarted {
    public static void main(final String[] args) {
        App app = new App();
        Stack stack = new Stack(app, "GettingStarted");

        CodeArtifactToken token = CodeArtifactToken.Builder.create(stack, "Token")
                .domain(CodeArtifactDomain.fromDomainName(stack, "Domain", "acme"))
                .readFrom(List.of("npm-store"))
                .build();

        FargateTaskDefinition taskDefinition = new FargateTaskDefinition(stack, "TaskDefinition");
        taskDefinition.addContainer("app", ContainerDefinitionOptions.builder()
                .image(ContainerImage.fromRegistry("public.ecr.aws/docker/library/node:24-alpine"))
                .secrets(token.ecsSecrets()) // CODEARTIFACT_AUTH_TOKEN
                .build());

        app.synth();
    }
}
