/**
 * What this project says about how AWS behaves, and users rely on. docs/confirmed.md is written from it by
 * confirmed.test.ts, which also fails where a page says that something is not proven, and no claim here quotes it.
 */

/** Where a file says that something is not proven: a piece of its text, on however many lines. */
export interface Quote {
  readonly file: string;
  readonly text: string;
}

export interface Claim {
  /** In kebab-case, and never changed: links lead to it. */
  readonly id: string;
  /** The heading that it is under. */
  readonly group: string;
  /** One sentence, as one would search for it. */
  readonly claim: string;
  /** The files that say it, or whose code depends on it. */
  readonly saidIn: readonly string[];
  /**
   * What shows it without an account. An embedded cloud imitates AWS: it shows that the library works with such a cloud, and
   * not that AWS is one.
   */
  readonly by: 'embedded cloud' | 'policy simulator' | 'client' | 'only AWS';
  /** The file of the test that shows it here, and behind a colon its title or a part of that. */
  readonly test?: string;
  /** Why it cannot be shown here, or only in part. */
  readonly notHere?: string;
  /** Each place that says that it is not proven. */
  readonly unprovenIn?: readonly Quote[];
  /** Why `npm run acceptance` does not settle it on AWS. */
  readonly noRun?: string;
}

type Ungrouped = Omit<Claim, 'group'>;

const EMBEDDED = 'docs/embedded-cloud.md';
const OPERATIONS = 'docs/operations.md';
const NETWORKS = 'docs/networks.md';
const OTHER_ACCOUNTS = 'docs/other-accounts.md';
const READERS = 'docs/readers.md';
const RECIPES = 'docs/recipes.md';
const PACKAGE_MANAGERS = 'docs/package-managers.md';
const TROUBLESHOOTING = 'docs/troubleshooting.md';
const RELIABILITY = 'docs/reliability.md';
const SECURITY = 'SECURITY.md';
const PROPS = 'src/codeartifact-token-props.ts';
const TOKEN = 'src/codeartifact-token.ts';
const DOMAIN = 'src/codeartifact-domain.ts';

const READERS_NOT_RUN = { file: READERS, text: 'follows the documentation of each service, and is not run' };

const tokensAndRoles: Ungrouped[] = [
  {
    id: 'both-permissions',
    claim: 'GetAuthorizationToken needs codeartifact:GetAuthorizationToken on the domain, and sts:GetServiceBearerToken on `*`, for which sts:AWSServiceName may say codeartifact.amazonaws.com.',
    saidIn: [DOMAIN, TROUBLESHOOTING, NETWORKS, 'docs/security.md'],
    by: 'policy simulator',
    test: 'test/iam/permissions.test.ts: lets everyone concerned do what they need',
  },
  {
    id: 'access-denied-texts',
    claim: 'Without codeartifact:GetAuthorizationToken or sts:GetServiceBearerToken, AccessDeniedException names the one that is missing.',
    saidIn: [TROUBLESHOOTING, RELIABILITY],
    by: 'only AWS',
    notHere: 'The text is that of the stand-in. What the function makes of it is tested.',
    unprovenIn: [{ file: EMBEDDED, text: 'knows no policies: what a caller may not do is set by the test' }],
  },
  {
    id: 'domain-not-found',
    claim: 'For a domain that does not exist, ResourceNotFoundException names the domain and its owner.',
    saidIn: [TROUBLESHOOTING],
    by: 'embedded cloud',
    test: 'test/e2e/first-token.test.ts: a change to a domain that does not exist fails by its name',
  },
  {
    id: 'token-may-what-its-role-may',
    claim: 'A token reads with codeartifact:ReadFromRepository of its role, publishes with PublishPackageVersion and PutPackageMetadata as well, and does nothing else.',
    saidIn: [DOMAIN, TOKEN, PROPS, TROUBLESHOOTING, SECURITY],
    by: 'policy simulator',
    test: 'test/iam/permissions.test.ts: a permission too many or too few would be noticed',
  },
  {
    id: 'token-outlives-session',
    claim: 'A token of an assumed role acts as the role, and outlives the session that asked for it.',
    saidIn: [TOKEN, PROPS, 'docs/architecture.md', SECURITY],
    by: 'only AWS',
    notHere: 'The stand-in for CodeArtifact knows no sessions.',
  },
  {
    id: 'deny-reaches-issued-tokens',
    claim: 'A deny in the policy of a role also ends tokens that were issued before, within minutes.',
    saidIn: [OPERATIONS, SECURITY],
    by: 'only AWS',
    notHere: 'The stand-in for CodeArtifact knows no policies.',
    unprovenIn: [
      { file: OPERATIONS, text: "a deny there also ends tokens that were issued before, within minutes, by AWS's account" },
      { file: OPERATIONS, text: 'No test here can show that a deny ends tokens that were issued before' },
      { file: SECURITY, text: "Yes, also for tokens that were issued before, within minutes. By AWS's account; no test here can show it" },
    ],
  },
  {
    id: 'token-after-role-deleted',
    claim: 'A token opens nothing any more after its role is deleted.',
    saidIn: [SECURITY, OPERATIONS, 'src/private/first-token.ts'],
    by: 'only AWS',
    notHere: 'The stand-in for CodeArtifact does not ask whether a role is still there.',
    unprovenIn: [{ file: SECURITY, text: 'Not confirmed. Expect it to, and do not rely on it' }],
  },
  {
    id: 'no-revocation',
    claim: 'A single token cannot be revoked.',
    saidIn: [OPERATIONS, SECURITY],
    by: 'only AWS',
    notHere: 'The API has no operation for it, which no run can show to be all.',
    noRun: 'No run can show that the API has no operation for it.',
  },
  {
    id: 'earlier-tokens-go-on',
    claim: 'A new token leaves the tokens before as they are until they expire.',
    saidIn: [SECURITY, RELIABILITY],
    by: 'embedded cloud',
    test: 'test/e2e/schedule.test.ts: the token before goes on working until it expires',
  },
  {
    id: 'token-of-one-domain-and-region',
    claim: 'A token works only for the domain it was issued for, in the region that issued it.',
    saidIn: [DOMAIN, OTHER_ACCOUNTS, TROUBLESHOOTING, PACKAGE_MANAGERS, SECURITY],
    by: 'only AWS',
    notHere: 'The stand-in for CodeArtifact is in one region.',
  },
  {
    id: 'duration-limits',
    claim: 'CodeArtifact takes a duration of 900 to 43,200 seconds or 0, by default 12 hours, and answers with an expiry that fits to within five minutes.',
    saidIn: [PROPS, TROUBLESHOOTING, 'README.md', 'lambda/refresh-token/refresh.ts'],
    by: 'client',
    test: 'test/sandbox/codeartifact.test.ts: a duration of %s is refused',
    notHere: 'The AWS CLI asks the stand-in for CodeArtifact.',
  },
  {
    id: 'duration-zero',
    claim: 'With a duration of 0, a token lives as long as the credentials of the function.',
    saidIn: [PROPS, TROUBLESHOOTING],
    by: 'only AWS',
    notHere: 'The stand-in for CodeArtifact takes an hour for it.',
  },
  {
    id: 'token-fits-everywhere',
    claim: 'A token is URL-safe base64, short enough for environment variables and for a secret with the texts of several package managers.',
    saidIn: ['lambda/refresh-token/refresh.ts'],
    by: 'only AWS',
    notHere: 'The tokens of the stand-in are made to look so.',
  },
  {
    id: 'answer-to-a-dead-token',
    claim: 'A repository answers 401 to a token that is wrong or has expired, and often 404.',
    saidIn: [PACKAGE_MANAGERS, TROUBLESHOOTING],
    by: 'only AWS',
    notHere: 'The tests have a repository answer each status. Which one CodeArtifact takes, they cannot tell.',
  },
  {
    id: 'repository-endpoint-is-computed',
    claim: 'GetRepositoryEndpoint answers with the URL that repositoryEndpoint puts together, for each format, by IPv4 and dual-stack.',
    saidIn: [DOMAIN, NETWORKS],
    by: 'only AWS',
    notHere: 'The stand-in for CodeArtifact answers with its own address.',
  },
  {
    id: 'regions-with-codeartifact',
    claim: 'CodeArtifact is in 13 regions, all in the partition aws.',
    saidIn: ['src/private/warnings.ts', OTHER_ACCOUNTS, TROUBLESHOOTING],
    by: 'only AWS',
    notHere: 'The list is copied from AWS\'s page, and can grow.',
  },
  {
    id: 'quota-of-tokens',
    claim: 'An account may ask for 40 tokens a second in a region, and write secrets 50 times a second.',
    saidIn: ['docs/performance.md', TROUBLESHOOTING, 'src/private/refresh-schedule.ts'],
    by: 'only AWS',
    notHere: 'Quotas are read from AWS. Reaching one would hinder others in the account.',
  },
  {
    id: 'cloudtrail-has-no-values',
    claim: 'CloudTrail records the calls of the function without the token and without the value of the secret.',
    saidIn: [SECURITY],
    by: 'only AWS',
    notHere: 'The CloudTrail of the embedded cloud does not hear of the stand-in for CodeArtifact.',
    unprovenIn: [{ file: SECURITY, text: 'That AWS leaves the values out was not tested here' }],
  },
];

const secretsManager: Ungrouped[] = [
  {
    id: 'empty-secret-is-not-found',
    claim: 'A secret of a template without GenerateSecretString has no value, and reading it fails with ResourceNotFoundException.',
    saidIn: ['docs/architecture.md', TROUBLESHOOTING, 'src/private/token-secret.ts'],
    by: 'embedded cloud',
    test: 'test/e2e/first-token.test.ts: the same consumer does fail on an empty secret',
  },
  {
    id: 'versions-of-a-day',
    claim: 'Secrets Manager keeps every version of the last day, so that a secret may not be written more often than every 10 minutes.',
    saidIn: [PROPS, TROUBLESHOOTING, 'src/private/refresh-plan.ts'],
    by: 'only AWS',
    notHere: 'It takes days to see.',
  },
  {
    id: 'request-token-keeps-value',
    claim: 'PutSecretValue takes the same value again for one ClientRequestToken, and refuses another with ResourceExistsException.',
    saidIn: [RELIABILITY, 'lambda/refresh-token/rotation.ts'],
    by: 'embedded cloud',
    test: 'test/lambda/rotation.test.ts: a version keeps its value, and takes it again',
  },
  {
    id: 'tag-keys-are-pinned',
    claim: 'A condition on aws:TagKeys limits secretsmanager:TagResource to the tags of the token.',
    saidIn: ['src/private/roles.ts'],
    by: 'policy simulator',
    test: 'test/iam/simulator.test.ts: a condition on tag keys looks at all of them',
  },
  {
    id: 'key-through-secrets-manager',
    claim: 'With kms:GenerateDataKey and kms:Decrypt through Secrets Manager the function can write, and with kms:Decrypt a reader can read.',
    saidIn: [NETWORKS, 'src/private/roles.ts', 'src/private/token-secret.ts'],
    by: 'policy simulator',
    test: 'test/iam/simulator.test.ts: a key opens only to whom its own policy lets in',
    unprovenIn: [{ file: EMBEDDED, text: "No other statement of a key's policy is looked at" }],
  },
  {
    id: 'denied-key-is-access-denied',
    claim: 'A key that denies the caller makes PutSecretValue fail with AccessDeniedException: Access to KMS is not allowed.',
    saidIn: [TROUBLESHOOTING],
    by: 'embedded cloud',
    test: 'test/e2e/changes.test.ts: a change with which no token can be made is rolled back with the reason',
    notHere: 'The text is written into the embedded cloud.',
    unprovenIn: [{ file: EMBEDDED, text: 'A key whose policy denies everyone makes `PutSecretValue` answer as AWS does' }],
  },
  {
    id: 'disabled-key-is-encryption-failure',
    claim: 'A key that is disabled or scheduled for deletion makes PutSecretValue fail with EncryptionFailure.',
    saidIn: [TROUBLESHOOTING, RELIABILITY],
    by: 'only AWS',
    notHere: 'The tests answer so in the place of Secrets Manager.',
  },
  {
    id: 'deleted-secret-is-restored',
    claim: 'A secret that is scheduled for deletion refuses to be read and written with InvalidRequestException, until it is restored.',
    saidIn: [TROUBLESHOOTING],
    by: 'embedded cloud',
    test: 'test/docs/commands.test.ts',
  },
  {
    id: 'secret-name-suffix',
    claim: 'A secret whose name ends with a hyphen and six characters may not be found by its ARN without the suffix.',
    saidIn: [PROPS, OTHER_ACCOUNTS, TROUBLESHOOTING],
    by: 'only AWS',
    notHere: 'The warning is tested, and not the lookup.',
  },
  {
    id: 'replica-has-the-same-name',
    claim: 'A replica has the name, the ARN but for the region, and soon the new value.',
    saidIn: [PROPS, OTHER_ACCOUNTS],
    by: 'embedded cloud',
    test: 'test/acceptance/replicas.test.ts: replica-has-the-same-name',
  },
  {
    id: 'replica-with-its-own-key',
    claim: 'A replica with a key of its own is written in the name of the function, which needs kms:GenerateDataKey and kms:Encrypt on that key.',
    saidIn: [NETWORKS, 'src/private/roles.ts'],
    by: 'only AWS',
    notHere: 'The embedded cloud encrypts nothing. The statement is tested with the policy simulator.',
    unprovenIn: [{ file: 'src/private/roles.ts', text: 'From which of the two regions is not documented' }],
  },
  {
    id: 'failed-replica-fails-nothing-else',
    claim: 'A replica that cannot be made or updated fails no deployment and no refresh, and DescribeSecret says Failed with the reason.',
    saidIn: [OPERATIONS, OTHER_ACCOUNTS],
    by: 'only AWS',
    notHere: 'In the embedded cloud each replica succeeds.',
    unprovenIn: [{ file: EMBEDDED, text: 'Failed replicas.' }],
  },
  {
    id: 'rotation-succeeds',
    claim: 'A rotation by Secrets Manager calls the function with four steps, and its token is the current one in the end.',
    saidIn: [PROPS, 'docs/security.md', 'src/private/rotation.ts'],
    by: 'only AWS',
    notHere: 'The embedded cloud has no rotation schedule. The tests take the steps in its place.',
    unprovenIn: [{ file: EMBEDDED, text: '`AWS::SecretsManager::RotationSchedule`: tested on the template.' }],
  },
  {
    id: 'rotation-overtaken',
    claim: 'A refresh between the steps of a rotation is not undone by it, and the rotation ends well.',
    saidIn: [PROPS, OPERATIONS],
    by: 'embedded cloud',
    test: 'test/lambda/rotation.test.ts: at any points between the steps are not undone',
    notHere: 'The tests take the steps in the place of Secrets Manager.',
    unprovenIn: [{ file: EMBEDDED, text: "The calls of a rotation are played by `test/lambda/rotation.test.ts`, against MiniStack's secrets." }],
  },
  {
    id: 'rotation-every-four-hours',
    claim: 'Every 4 hours is the shortest schedule of a rotation, and setting it up without rotating at once runs testSecret alone.',
    saidIn: [PROPS, 'docs/security.md', 'src/private/rotation.ts'],
    by: 'only AWS',
    notHere: 'The embedded cloud has no rotation schedule.',
  },
];

const schedulerAndLambda: Ungrouped[] = [
  {
    id: 'first-turn-of-a-schedule',
    claim: 'The turns of a rate schedule count from its creation or change: the first one comes at once, or an interval later.',
    saidIn: ['docs/performance.md'],
    by: 'only AWS',
    notHere: 'The schedule of the embedded cloud has its own first turn.',
  },
  {
    id: 'turns-within-the-window',
    claim: 'A turn comes within the flexible window and a minute, and one that cannot be delivered is tried again until its maximum age.',
    saidIn: [RELIABILITY, 'docs/architecture.md', TOKEN, 'src/private/refresh-schedule.ts'],
    by: 'only AWS',
    notHere: 'The embedded cloud has no windows and no retries of the Scheduler.',
    unprovenIn: [{ file: EMBEDDED, text: 'the window and the retries of the Scheduler: tested on the template.' }],
  },
  {
    id: 'role-of-the-schedule',
    claim: 'The Scheduler takes a role whose trust names the schedule group, and that role is enough to invoke the function.',
    saidIn: ['docs/architecture.md', 'docs/organizations.md', 'src/private/schedule.ts'],
    by: 'policy simulator',
    test: 'test/iam/permissions.test.ts: Lambda and the Scheduler their part',
    notHere: 'The embedded cloud does not take the role.',
    unprovenIn: [{ file: EMBEDDED, text: 'The role that the Scheduler invokes the function with: tested on the template.' }],
  },
  {
    id: 'schedule-with-a-key',
    claim: 'The role of a schedule with a key needs kms:Decrypt on that key, and nothing else of KMS.',
    saidIn: [PROPS, NETWORKS, 'src/private/schedule.ts'],
    by: 'only AWS',
    notHere: 'The embedded cloud encrypts nothing.',
  },
  {
    id: 'three-attempts',
    claim: 'Lambda makes three attempts at an asynchronous invocation, and then tells the destination of failures.',
    saidIn: [OPERATIONS, TROUBLESHOOTING, TOKEN, PROPS],
    by: 'embedded cloud',
    test: 'test/faults/soak.test.ts: a refresh of which all three attempts fail is told to the destination of failures',
    unprovenIn: [{ file: EMBEDDED, text: 'Its destinations are played.' }],
  },
  {
    id: 'pauses-of-one-and-two-minutes',
    claim: 'Lambda waits one minute before the second attempt, and two before the third.',
    saidIn: [RELIABILITY, TOKEN, 'src/private/refresh-plan.ts'],
    by: 'only AWS',
    notHere: 'The embedded cloud does not wait. The tests move the clock.',
  },
  {
    id: 'throttled-function-catches-up',
    claim: 'Invocations of a function without free concurrency wait for hours, and succeed once there is some.',
    saidIn: [RELIABILITY],
    by: 'only AWS',
    notHere: 'The tests delay refreshes by hours, and throttle nothing.',
  },
  {
    id: 'dead-letter-queue',
    claim: 'The dead-letter queue gets the event of a refresh whose attempts failed, and of a turn that could not be delivered.',
    saidIn: [OPERATIONS, PROPS, SECURITY],
    by: 'only AWS',
    notHere: 'The template is tested.',
    unprovenIn: [{ file: EMBEDDED, text: "Lambda's dead-letter queue: tested on the template." }],
  },
  {
    id: 'key-of-the-environment',
    claim: 'Lambda gives the role a grant on the key of the environment, if whoever deploys may give one, and the role needs nothing else.',
    saidIn: [PROPS, NETWORKS],
    by: 'only AWS',
    notHere: 'The embedded cloud encrypts nothing.',
  },
  {
    id: 'cpu-by-memory',
    claim: 'Lambda gives a function a share of a CPU by its memory, with which a refresh takes about a second at 256 MB.',
    saidIn: ['docs/performance.md', 'docs/cost.md'],
    by: 'only AWS',
    notHere: 'The measurements stop the process for a part of the time.',
    unprovenIn: [{ file: 'docs/performance.md', text: 'Lambda gives it a share of a CPU by its memory, which is imitated here' }],
  },
  {
    id: 'scheduler-deploys-a-service',
    claim: 'The Scheduler calls ecs:UpdateService with forceNewDeployment, and the service starts containers with the current token.',
    saidIn: [OPERATIONS, TOKEN, READERS],
    by: 'embedded cloud',
    test: 'test/e2e/operations.test.ts: the call of the schedule, made with its role, deploys the service anew',
    notHere: 'The Scheduler of the embedded cloud calls no API: the test makes the call.',
    unprovenIn: [{ file: EMBEDDED, text: "The Scheduler's call to ECS: a test makes it, with the schedule's role." }],
  },
];

const cloudFormation: Ungrouped[] = [
  {
    id: 'first-token-before-readers',
    claim: 'CloudFormation makes what uses the ARN of the secret after the first token, because the ARN is an attribute of its resource.',
    saidIn: ['README.md', 'docs/architecture.md', TOKEN, TROUBLESHOOTING],
    by: 'embedded cloud',
    test: 'test/e2e/first-token.test.ts: a consumer that fails without a token deploys',
  },
  {
    id: 'failed-deployment-says-why',
    claim: 'A first token that cannot be made fails the deployment with the reason in its error, and leaves nothing.',
    saidIn: [TROUBLESHOOTING, OPERATIONS, OTHER_ACCOUNTS],
    by: 'embedded cloud',
    test: 'test/e2e/first-token.test.ts: is missing for fails the deployment within two minutes',
  },
  {
    id: 'rejected-change-is-rolled-back',
    claim: 'A change with which no token can be made is rolled back, and readers keep the token before.',
    saidIn: ['docs/architecture.md', OPERATIONS],
    by: 'embedded cloud',
    test: 'test/e2e/changes.test.ts: is rolled back with the reason, and readers notice nothing',
    unprovenIn: [{
      file: EMBEDDED,
      text: 'A function in the subnet `subnet-closed` is refused by CodeArtifact and Secrets Manager, and reaches where CloudFormation waits for its answer.',
    }],
  },
  {
    id: 'rollback-of-a-cold-function',
    claim: 'A rollback without a token succeeds while the function stays warm, and otherwise ends as UPDATE_ROLLBACK_FAILED, from which it can be continued.',
    saidIn: [OPERATIONS, TROUBLESHOOTING],
    by: 'embedded cloud',
    test: 'test/acceptance/rollbacks.test.ts: rollback-of-a-cold-function',
  },
  {
    id: 'function-that-does-not-start',
    claim: 'If the function does not answer, CloudFormation gives up after two minutes, and says that it did not receive a response.',
    saidIn: [OPERATIONS, NETWORKS, TROUBLESHOOTING],
    by: 'only AWS',
    notHere: 'The embedded cloud gives up as well, and says so in other words.',
    unprovenIn: [{ file: EMBEDDED, text: 'A function that does not start: CloudFormation on AWS waits for two minutes, and gives no reason of ours.' }],
  },
  {
    id: 'new-policy-is-believed',
    claim: 'The policy of a new role is believed within the time for which the first token waits.',
    saidIn: ['lambda/refresh-token/refresh.ts', EMBEDDED],
    by: 'only AWS',
    notHere: 'The stand-in denies the first calls instead. That the first token waits is tested.',
    unprovenIn: [{ file: EMBEDDED, text: 'The time that IAM takes to believe a new policy: the stand-in denies the first calls instead.' }],
  },
  {
    id: 'our-tags-after-other-tags-change',
    claim: 'After a deployment that changes other tags of the secret, the tags of the token are there.',
    saidIn: ['docs/architecture.md', OPERATIONS, 'src/private/first-token.ts'],
    by: 'embedded cloud',
    test: 'test/e2e/changes.test.ts: a change of the tags of the secret makes a new token, and its tags',
    notHere: 'Whether AWS drops tags that are not of the template is not documented. The token is made anew in case it does.',
    unprovenIn: [{ file: 'src/private/first-token.ts', text: 'CloudFormation may drop ours where it changes its own' }],
  },
  {
    id: 'our-tags-after-another-change',
    claim: 'CloudFormation leaves the tags of the token as they are where it changes something else of the secret, such as its description.',
    saidIn: ['src/private/first-token.ts'],
    by: 'only AWS',
    notHere: 'What CloudFormation does with tags that it did not make is not documented.',
  },
  {
    id: 'role-with-a-policy-of-others-stays',
    claim: 'CloudFormation cannot delete a role with a policy that is not of the stack, leaves it behind and goes on.',
    saidIn: [OPERATIONS, TROUBLESHOOTING],
    by: 'embedded cloud',
    test: 'test/e2e/leak.test.ts: after a leak, another role takes over',
  },
  {
    id: 'another-role-takes-over',
    claim: 'A new roleName makes another role and moves the function to it, and the secret keeps its name, its ARN and its readers.',
    saidIn: [OPERATIONS, SECURITY],
    by: 'embedded cloud',
    test: 'test/e2e/leak.test.ts: the secret and its readers in another stack stay',
  },
  {
    id: 'deleted-stack-leaves-nothing',
    claim: 'The deletion of a stack leaves nothing: no secret, role, log group, schedule or network interface.',
    saidIn: [PROPS, 'src/private/roles.ts'],
    by: 'embedded cloud',
    test: 'test/acceptance/stacks.test.ts: deleted-stack-leaves-nothing',
    notHere: 'The embedded cloud has no network interfaces.',
  },
  {
    id: 'answer-url-is-open',
    claim: 'Whoever has the URL of a request of CloudFormation can answer it, for some hours.',
    saidIn: [OPERATIONS, SECURITY],
    by: 'only AWS',
    notHere: 'The embedded cloud has URLs of its own.',
  },
  {
    id: 'dynamic-reference-is-read-once',
    claim: 'A dynamic reference to a secret is read when CloudFormation changes the resource that has it, and not again.',
    saidIn: [READERS, TROUBLESHOOTING],
    by: 'embedded cloud',
    test: 'test/acceptance/stacks.test.ts: dynamic-reference-is-read-once',
  },
  {
    id: 'roles-made-elsewhere',
    claim: 'Roles that are made elsewhere from the report of the CDK are enough.',
    saidIn: ['docs/organizations.md'],
    by: 'embedded cloud',
    test: 'test/e2e/organization.test.ts: roles that are made from the report are enough',
  },
];

const cloudWatch: Ungrouped[] = [
  {
    id: 'errors-of-lambda',
    claim: 'Lambda reports Errors of 0 for an invocation that succeeds, 1 for one that fails, and nothing where there is none, without a charge.',
    saidIn: [OPERATIONS, TOKEN, 'docs/cost.md', 'src/private/alarm.ts'],
    by: 'embedded cloud',
    test: 'test/acceptance/cloudwatch.test.ts: errors-of-lambda',
    notHere: 'That it costs nothing is on the price list.',
  },
  {
    id: 'alarm-over-a-shortened-life',
    claim: 'The alarm is off while refreshes succeed, goes on before a third of the life is left when none does, and off again with the next.',
    saidIn: [OPERATIONS, RELIABILITY, TOKEN],
    by: 'only AWS',
    notHere: 'A test evaluates the definition of the alarm by the rules of CloudWatch, as far as they are documented.',
    unprovenIn: [
      { file: EMBEDDED, text: "Alarms on expressions and metrics of a log: the alarm's definition is evaluated by a test." },
      { file: RELIABILITY, text: 'its definition, evaluated by the test' },
    ],
  },
  {
    id: 'metrics-of-a-log-line',
    claim: 'CloudWatch makes the metrics of the token of the lines that the function logs.',
    saidIn: [OPERATIONS, TOKEN, 'lambda/refresh-token/log.ts'],
    by: 'only AWS',
    notHere: 'A test checks the lines against the format. The embedded cloud makes no metrics of a log.',
  },
  {
    id: 'expressions-of-the-dashboard',
    claim: 'GetMetricData takes each expression of the dashboard: hours left at each moment, and failures by the name of their error.',
    saidIn: [OPERATIONS, 'src/private/dashboard.ts'],
    by: 'only AWS',
    notHere: 'The embedded cloud evaluates no expressions.',
    unprovenIn: [{ file: EMBEDDED, text: 'The dashboard as CloudWatch draws it.' }],
  },
  {
    id: 'picture-of-the-dashboard',
    claim: 'GetMetricWidgetImage draws each graph of the dashboard, much like the picture in docs/operations.md.',
    saidIn: [OPERATIONS],
    by: 'only AWS',
    notHere: 'The picture is drawn by a script.',
    unprovenIn: [
      { file: OPERATIONS, text: 'CloudWatch draws it a little differently' },
      { file: EMBEDDED, text: 'The dashboard as CloudWatch draws it.' },
    ],
  },
  {
    id: 'prices',
    claim: 'AWS charges what docs/cost.md says.',
    saidIn: ['docs/cost.md', 'README.md'],
    by: 'only AWS',
    notHere: 'The prices are from AWS\'s lists. Bills come a month later.',
    noRun: 'Bills come a month later and add up the whole account, so no run settles it.',
  },
];

const networks: Ungrouped[] = [
  {
    id: 'deploy-with-vpc-endpoints-alone',
    claim: 'A token deploys and refreshes in a VPC whose only way out is the endpoints codeartifact.api, secretsmanager and s3: none of STS, KMS or CloudWatch Logs.',
    saidIn: [NETWORKS, PROPS, TROUBLESHOOTING],
    by: 'only AWS',
    notHere: 'The embedded cloud has no networks.',
    unprovenIn: [{ file: EMBEDDED, text: "the function's `VpcConfig`" }],
  },
  {
    id: 'policies-of-vpc-endpoints',
    claim: 'The policies of the VPC endpoints let the calls of the function through, and no others.',
    saidIn: [NETWORKS, TOKEN],
    by: 'policy simulator',
    test: 'test/iam/permissions.test.ts: VPC endpoints let the calls of the handler through',
  },
  {
    id: 'network-interfaces-by-the-role',
    claim: 'Lambda makes network interfaces with the role of the function, although the role denies that to the code of the function.',
    saidIn: [NETWORKS, 'src/private/roles.ts'],
    by: 'policy simulator',
    test: 'test/iam/permissions.test.ts: lets everyone concerned do what they need',
  },
  {
    id: 'destroy-with-vpc-endpoints-alone',
    claim: 'The deletion of such a stack waits until Lambda has removed the network interfaces, up to 20 minutes, and then succeeds.',
    saidIn: [NETWORKS, 'src/private/roles.ts'],
    by: 'only AWS',
    notHere: 'The embedded cloud has no networks.',
    unprovenIn: [{ file: EMBEDDED, text: 'The order in which AWS deletes the security group, the network interfaces and the policy: tested on the template.' }],
  },
  {
    id: 'dual-stack-for-the-function',
    claim: 'The function reaches CodeArtifact and Secrets Manager by IPv6 alone, in subnets with both kinds of addresses.',
    saidIn: [NETWORKS, DOMAIN],
    by: 'only AWS',
    notHere: 'The embedded cloud has no networks. The addresses that the function calls are tested.',
  },
  {
    id: 'names-of-vpc-endpoints',
    claim: 'Package managers install by the name of a VPC endpoint without private DNS, with the domain in the path.',
    saidIn: [NETWORKS],
    by: 'client',
    test: 'test/package-managers/addresses.test.ts: by the name of a VPC endpoint without private DNS',
  },
];

const otherAccounts: Ungrouped[] = [
  {
    id: 'domain-of-another-account',
    claim: 'With the statements in the policies of the domain and the repositories, a role of another account gets tokens and reads, and no other role does: package managers send no principal.',
    saidIn: [OTHER_ACCOUNTS, TOKEN, DOMAIN, 'src/private/owner-statements.ts'],
    by: 'policy simulator',
    test: 'test/iam/other-accounts.test.ts: the token may do there what it was made for',
    unprovenIn: [{ file: EMBEDDED, text: '`AWS::CodeArtifact::*`' }],
  },
  {
    id: 'policy-before-the-role',
    claim: 'A policy takes a role that does not exist in a condition, and refuses it as the principal.',
    saidIn: [OTHER_ACCOUNTS, TOKEN],
    by: 'only AWS',
    notHere: 'The policies of the embedded cloud take a principal that does not exist.',
  },
  {
    id: 'reader-in-another-account',
    claim: 'A role of another account reads the secret and decrypts it, by its ARN, and needs a customer-managed key for that.',
    saidIn: [OTHER_ACCOUNTS, PROPS, TOKEN],
    by: 'policy simulator',
    test: 'test/iam/permissions.test.ts: an account elsewhere may read there and from each replica',
    unprovenIn: [{ file: EMBEDDED, text: '`AWS::SecretsManager::ResourcePolicy`' }],
  },
  {
    id: 'readers-of-an-organization',
    claim: 'All accounts of an organization may read the secret, and nobody outside of it.',
    saidIn: [OTHER_ACCOUNTS, TOKEN],
    by: 'policy simulator',
    test: 'test/iam/permissions.test.ts: an organization may read, and nobody outside of it',
    notHere: 'It takes an organization with two accounts.',
    noRun: 'It takes an organization with two accounts.',
  },
];

const readers: Ungrouped[] = [
  {
    id: 'ecs-reads-at-start',
    claim: 'ECS reads the secret once, when a container starts, with the execution role.',
    saidIn: [READERS, OPERATIONS, TOKEN, TROUBLESHOOTING],
    by: 'only AWS',
    notHere: 'A test reads the ARNs as ECS does. No container runs in the embedded cloud.',
  },
  {
    id: 'codebuild-reads-at-start',
    claim: 'CodeBuild reads the secret when a build starts, with the role of the project.',
    saidIn: [READERS, TOKEN],
    by: 'only AWS',
    notHere: 'No build runs in the embedded cloud. A test reads the values as CodeBuild does.',
    unprovenIn: [READERS_NOT_RUN],
  },
  {
    id: 'batch-reads-at-start',
    claim: 'AWS Batch reads the secret when a job starts.',
    saidIn: [READERS],
    by: 'only AWS',
    notHere: 'The embedded cloud has no AWS Batch.',
    unprovenIn: [READERS_NOT_RUN],
  },
  {
    id: 'app-runner-reads-in-deployments',
    claim: 'App Runner reads the secret in each deployment of the service.',
    saidIn: [READERS],
    by: 'only AWS',
    notHere: 'The embedded cloud has no App Runner.',
    noRun: 'App Runner takes no new customers since April 30, 2026, so that a new account cannot run it.',
    unprovenIn: [READERS_NOT_RUN],
  },
  {
    id: 'five-minutes-of-cache',
    claim: 'The Lambda extension and the Secrets Manager Agent keep a value for 5 minutes, and Powertools for 5 seconds in TypeScript.',
    saidIn: [READERS],
    by: 'only AWS',
    notHere: 'They come as layers and programs of AWS.',
    unprovenIn: [READERS_NOT_RUN],
  },
  {
    id: 'readers-outside-of-aws',
    claim: 'External Secrets, the CSI driver, GitHub Actions, GitLab CI, Jenkins, Databricks and Renovate take the secret as docs/readers.md says.',
    saidIn: [READERS],
    by: 'client',
    test: 'test/package-managers/readers.test.ts: Kubernetes takes each field for the key of a Secret',
    notHere: 'Each needs a service of its own. The tests read the fields in their ways.',
    unprovenIn: [READERS_NOT_RUN],
    noRun: 'Each needs a service outside of AWS, and most of them an account there.',
  },
];

const packageManagers: Ungrouped[] = [
  {
    id: 'wire-format-of-get-authorization-token',
    claim: 'CodeArtifact talks to the AWS CLI as the stand-in does: aws codeartifact login sets npm up, which publishes and installs.',
    saidIn: [EMBEDDED, PACKAGE_MANAGERS],
    by: 'client',
    test: 'test/sandbox/codeartifact.test.ts: a private package can be published and installed after its login',
  },
  {
    id: 'recipes-in-a-container',
    claim: 'A container on ECS installs from CodeArtifact with each recipe.',
    saidIn: [RECIPES, PACKAGE_MANAGERS],
    by: 'client',
    test: 'test/package-managers/clients.test.ts: $name installs, as in $recipe,',
    notHere: 'The real clients install from the stand-in.',
  },
  {
    id: 'recipes-that-publish',
    claim: 'The recipes that publish do so to CodeArtifact.',
    saidIn: [RECIPES, PACKAGE_MANAGERS],
    by: 'client',
    test: 'test/package-managers/clients.test.ts: $name publishes, as in $recipe,',
    notHere: 'The real clients publish to the stand-in.',
  },
  {
    id: 'recipes-of-nuget',
    claim: 'The recipes of NuGet install from CodeArtifact and publish to it.',
    saidIn: [RECIPES, PACKAGE_MANAGERS],
    by: 'only AWS',
    notHere: 'The .NET SDK is in none of the registries that the tests install from.',
    unprovenIn: [
      { file: PACKAGE_MANAGERS, text: '| NuGet, dotnet | `nuget` | not run | not run |' },
      { file: RECIPES, text: '(written after its documentation; no test runs it, since the .NET SDK is in none of the registries that the tests install from)' },
    ],
  },
  {
    id: 'recipes-of-swift',
    claim: 'The recipes of Swift install from CodeArtifact and publish to it.',
    saidIn: [RECIPES, PACKAGE_MANAGERS],
    by: 'only AWS',
    notHere: 'Swift is in none of the registries that the tests install from.',
    unprovenIn: [
      { file: PACKAGE_MANAGERS, text: '| Swift | `swift` | not run | not run |' },
      { file: RECIPES, text: '(written after its documentation; no test runs it, since Swift is in none of the registries that the tests install from)' },
    ],
  },
  {
    id: 'recipes-of-the-gradle-command',
    claim: 'The recipes with settings.gradle and in Kotlin install from CodeArtifact with the command of Gradle.',
    saidIn: [RECIPES, PACKAGE_MANAGERS],
    by: 'only AWS',
    notHere: 'The tests have the engine of Gradle, and not its command.',
    unprovenIn: [{ file: RECIPES, text: "(written after its documentation; no test runs it: the tests have Gradle's engine, which runs build scripts, and not its command" }],
  },
  {
    id: 'tarballs-with-a-port',
    claim: 'CodeArtifact names the tarballs of npm packages with an explicit port, and each client of npm packages installs them with the token.',
    saidIn: ['test/package-managers/addresses.test.ts'],
    by: 'client',
    test: 'test/package-managers/addresses.test.ts: npm packages whose tarballs are named with an explicit port',
  },
];

export const claims: readonly Claim[] = Object.entries({
  'Tokens and roles': tokensAndRoles,
  'Secrets Manager': secretsManager,
  'Scheduler and Lambda': schedulerAndLambda,
  'CloudFormation': cloudFormation,
  'CloudWatch': cloudWatch,
  'Networks': networks,
  'Other accounts': otherAccounts,
  'Readers': readers,
  'Package managers': packageManagers,
}).flatMap(([group, inGroup]) => inGroup.map((claim) => ({ group, ...claim })));

/** The file and the title of what a claim has as its test. */
export function partsOf(test: string): { file: string; title?: string } {
  const [, file, title] = /^(.*?)(?:: (.*))?$/.exec(test)!;
  return { file, title };
}
