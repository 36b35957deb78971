module acme.example/getting-started

go 1.25

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.258.0
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk-codeartifact-token/cdk-codeartifact-token-go/cdkcodeartifacttoken v1.0.0
)
