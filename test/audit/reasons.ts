/**
 * Why what the auditors find stays as it is. What has no choice is acknowledged in the construct itself, with its reason.
 */
export const reasons: { rules: string[]; reason: string }[] = [
  {
    rules: ['AwsSolutions-SMG4', 'HIPAA.Security-SecretsManagerRotationEnabled', 'NIST.800.53.R5-SecretsManagerRotationEnabled'],
    reason: 'The schedule replaces the token every hour. A rotation of Secrets Manager itself, which these rules want, comes every four hours at the most. `managedRotation` adds one.',
  },
  {
    rules: [
      'HIPAA.Security-SecretsManagerUsingKMSKey', 'NIST.800.53.R5-SecretsManagerUsingKMSKey', 'PCI.DSS.321-SecretsManagerUsingKMSKey', 'CKV_AWS_149',
    ],
    reason: 'Encrypted with the key that AWS manages, which costs nothing. `encryptionKey` takes one of yours.',
  },
  {
    rules: [
      'HIPAA.Security-CloudWatchLogGroupEncrypted', 'NIST.800.53.R5-CloudWatchLogGroupEncrypted', 'PCI.DSS.321-CloudWatchLogGroupEncrypted', 'CKV_AWS_158',
    ],
    reason: 'CloudWatch Logs encrypts it with a key of its own, and no token is ever logged. `logGroup` takes one with a key of yours.',
  },
  {
    rules: ['HIPAA.Security-LambdaInsideVPC', 'NIST.800.53.R5-LambdaInsideVPC', 'PCI.DSS.321-LambdaInsideVPC', 'CKV_AWS_117'],
    reason: 'The function calls AWS and nothing else, and takes no connections. `vpc` puts it into yours.',
  },
  {
    rules: ['HIPAA.Security-LambdaDLQ', 'NIST.800.53.R5-LambdaDLQ', 'Serverless-LambdaDLQ', 'CKV_AWS_116'],
    reason: 'An event of a refresh that failed is not worth keeping: the next turn asks for a newer token. `deadLetterQueue` takes a queue of yours.',
  },
  {
    rules: ['HIPAA.Security-LambdaConcurrency', 'NIST.800.53.R5-LambdaConcurrency', 'CKV_AWS_115'],
    reason: 'One run an hour needs no limit. Reserving concurrency takes it from all other functions of the account, and fails where the quota is low.',
  },
  {
    rules: ['Serverless-LambdaTracing'],
    reason: 'One run an hour, of three calls, whose outcome is in the log. Tracing would add one more permission on `*`.',
  },
  {
    rules: ['HIPAA.Security-IAMNoInlinePolicy', 'NIST.800.53.R5-IAMNoInlinePolicy', 'PCI.DSS.321-IAMNoInlinePolicy'],
    reason: 'Each policy is for one role and goes with it. A managed policy could be attached to others, and counts against a quota of the account.',
  },
  {
    rules: ['CKV_AWS_111'],
    reason: 'Lambda makes the network interfaces in a VPC with the role of the function, before they have a name.',
  },
  {
    rules: ['CKV_AWS_173'],
    reason: 'The environment holds ARNs and a template without the token, and Lambda encrypts it with the key that AWS manages.',
  },
  {
    rules: ['W3005'],
    reason: '`lambda.Function` of aws-cdk-lib names its role twice, so that the policies of the role come first.',
  },
];
