import { github } from 'projen';
import type { awscdk } from 'projen';
import { action, CHECKOUT, checkoutWithNode, COMMITS, READ } from './actions';

const { WRITE } = github.workflows.JobPermission;
const MONDAYS = [{ cron: '0 6 * * 1' }];
const job = { runsOn: ['ubuntu-latest'], permissions: READ };

/** The workflows that look at each change, and at what becomes known of a state that has not changed. */
export function addWorkflows(project: awscdk.AwsCdkConstructLibrary): void {
  const { actions } = project.github!;
  Object.entries(COMMITS).forEach(([name, commit]) => actions.set(name, `${name}@${commit}`));

  const upgrade = project.tryFindObjectFile('.github/workflows/upgrade.yml')!;
  ['upgrade', 'pr'].forEach((name) => upgrade.addOverride(`jobs.${name}.steps.0.with.persist-credentials`, false));

  const build = project.github!.addWorkflow('build');
  build.on({ push: { branches: ['main'] }, pullRequest: {} });
  build.addJob('test', {
    ...job,
    strategy: { failFast: false, matrix: { domain: { node: ['20.19.0', '22', '24'] } } },
    steps: [...checkoutWithNode('${{ matrix.node }}'), { run: 'npm test' }],
  });

  // Weekly, because what is bundled does not change when an advisory about it comes out.
  const audit = project.github!.addWorkflow('audit');
  audit.on({ push: { branches: ['main'] }, pullRequest: {}, schedule: MONDAYS });
  audit.addJob('audit', {
    ...job,
    steps: [
      ...checkoutWithNode('24'),
      { run: 'npm ci' },
      { run: 'npx projen bundle' },
      { run: 'npx projen audit' },
      { name: 'Report on what builds and tests it', run: 'npm audit', continueOnError: true },
    ],
  });

  const dependencies = project.github!.addWorkflow('dependency-review');
  dependencies.on({ pullRequest: {} });
  dependencies.addJob('review', {
    ...job,
    steps: [
      CHECKOUT,
      { uses: github.ActionRefs.ACTIONS_DEPENDENCY_REVIEW_ACTION, with: { 'fail-on-severity': 'low' } },
    ],
  });

  const codeql = project.github!.addWorkflow('codeql');
  codeql.on({ push: { branches: ['main'] }, pullRequest: {}, schedule: MONDAYS });
  codeql.addJob('analyze', {
    ...job,
    permissions: { ...READ, securityEvents: WRITE },
    strategy: { failFast: false, matrix: { domain: { language: ['javascript-typescript', 'python', 'actions'] } } },
    steps: [
      CHECKOUT,
      { uses: action('github/codeql-action/init'), with: { languages: '${{ matrix.language }}', queries: 'security-extended' } },
      { uses: action('github/codeql-action/analyze') },
    ],
  });

  const scorecard = project.github!.addWorkflow('scorecard');
  scorecard.on({ push: { branches: ['main'] }, schedule: MONDAYS });
  scorecard.addJob('analyze', {
    ...job,
    permissions: { ...READ, securityEvents: WRITE, idToken: WRITE }, // to publish the result as this repository's
    steps: [
      CHECKOUT,
      { uses: action('ossf/scorecard-action'), with: { results_file: 'scorecard.sarif', results_format: 'sarif', publish_results: true } },
      { uses: action('github/codeql-action/upload-sarif'), with: { sarif_file: 'scorecard.sarif' } },
    ],
  });

  // The tests on AWS. They run the code of this project with a role that may do much: in an account that has nothing else, after someone has approved.
  const acceptance = project.github!.addWorkflow('acceptance');
  const input = (description: string) => ({ description, required: true, type: 'string' as const });
  acceptance.on({ workflowDispatch: { inputs: { account: input('The number of the account, typed in by hand'), region: input('A region with CodeArtifact') } } });
  const account = { ACCOUNT: '${{ inputs.account }}', REGION: '${{ inputs.region }}' };
  acceptance.addJob('acceptance', {
    ...job,
    environment: 'acceptance',
    permissions: { ...READ, idToken: WRITE }, // to assume the role
    concurrency: { group: 'acceptance' },
    timeoutMinutes: 240,
    steps: [
      ...checkoutWithNode('24'),
      {
        uses: action('aws-actions/configure-aws-credentials'),
        with: {
          'role-to-assume': '${{ vars.ACCEPTANCE_ROLE }}',
          'role-duration-seconds': 4 * 60 * 60,
          'aws-region': '${{ inputs.region }}',
          'allowed-account-ids': '${{ inputs.account }}',
        },
      },
      { run: 'printf \'%s\\n\' "$ACCOUNT" | npm run acceptance -- --region "$REGION"', env: account },
      {
        name: 'Remove what an interrupted run left',
        if: 'always()',
        run: 'printf \'%s\\n\' "$ACCOUNT" | npm run acceptance:leftovers -- --region "$REGION"',
        env: account,
      },
      {
        uses: github.ActionRefs.ACTIONS_UPLOAD_ARTIFACT,
        if: 'always()',
        with: { 'name': 'acceptance', 'path': 'reports/cdkcat-*\ndocs/confirmed.json\ndocs/confirmed.md', 'if-no-files-found': 'error' },
      },
    ],
  });
}
