import { github, release } from 'projen';
import type { awscdk } from 'projen';
import { action, READ } from './actions';
import { SANDBOX } from './tests';

/**
 * One job without any right builds and tests all packages, once. The jobs that publish get what it built, and push it:
 * nothing of this project and none of its dependencies runs where a token of a registry is.
 */
export function addRelease(project: awscdk.AwsCdkConstructLibrary): void {
  project.postCompileTask.exec('tsx projenrc/changelog.ts > CHANGELOG.md'); // it is packed, and so not committed
  project.gitignore.exclude('/CHANGELOG.md');
  project.addDevDeps('commit-and-tag-version@^13'); // it says what the next version is

  project.packageTask.reset();
  project.packageTask.exec('cp assets/lambda/refresh-token/sbom.cdx.json dist/');
  project.packageTask.exec('tsx projenrc/changelog.ts --newest > dist/changelog.md'); // what the release at GitHub says
  project.packageTask.spawn(project.tasks.tryFind('package-all')!);

  const workflow = new release.Release(project, {
    branch: 'main',
    minMajorVersion: 1,
    versionFile: 'package.json',
    artifactsDirectory: project.artifactsDirectory,
    tasks: [project.tasks.tryFind('test:all')!, project.packageTask],
    releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
    releaseEnvironment: 'release',
    releaseWorkflowSetupSteps: [
      ...project.renderWorkflowSetup({ mutable: false }),
      { name: 'Setup Java', uses: action('actions/setup-java'), with: { 'distribution': 'temurin', 'java-version': '17' } },
      { name: 'Setup Go', uses: action('actions/setup-go'), with: { 'go-version': '1.26', 'cache': false } },
      { name: 'Setup .NET', uses: action('actions/setup-dotnet'), with: { 'dotnet-version': '8.x' } },
      { name: 'Setup Python', uses: action('actions/setup-python'), with: { 'python-version': '3.12' } },
      { name: 'Set up the embedded cloud', run: SANDBOX },
    ],
    workflowNodeVersion: '24', // 20 comes with an npm that knows no trusted publishing
    workflowPermissions: READ,
    jsiiReleaseVersion: '0.2.1061',
  });

  const file = project.tryFindObjectFile('.github/workflows/release.yml')!;
  file.addOverride('jobs.release.steps.0.with.persist-credentials', false);
  // publib is the one package that the publishing jobs install.
  ['npm', 'pypi', 'nuget', 'maven', 'golang'].forEach((registry) => file.addOverride(`jobs.release_${registry}.env.NPM_CONFIG_IGNORE_SCRIPTS`, 'true'));

  const { publisher } = workflow;
  publisher.publishToNpm({ trustedPublishing: true, npmProvenance: true });
  publisher.publishToPyPi({ trustedPublishing: true });
  publisher.publishToNuget({ trustedPublishing: true });
  publisher.publishToMaven({ mavenServerId: 'central-ossrh' });
  publisher.publishToGo({ gitBranch: 'main', githubTokenSecret: 'GO_GITHUB_TOKEN' });
  publisher.addGitHubPostPublishingSteps({
    name: 'Attach the bill of materials',
    if: '${{ !inputs.dry_run }}',
    run: 'gh release upload "$(cat dist/releasetag.txt)" dist/sbom.cdx.json --clobber -R "$GITHUB_REPOSITORY"',
    env: { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' },
  });

  workflow.addJobs({
    attest: {
      name: 'Attest what was built',
      needs: ['release'],
      if: "needs.release.outputs.tag_exists != 'true' && needs.release.outputs.latest_commit == github.sha && !inputs.dry_run",
      runsOn: ['ubuntu-latest'],
      environment: 'release',
      permissions: { ...READ, idToken: github.workflows.JobPermission.WRITE, attestations: github.workflows.JobPermission.WRITE },
      steps: [
        { uses: github.ActionRefs.ACTIONS_DOWNLOAD_ARTIFACT, with: { 'artifact-ids': '${{ needs.release.outputs.artifact_id }}', 'path': 'dist' } },
        { uses: action('actions/attest-build-provenance'), with: { 'subject-path': 'dist/sbom.cdx.json\ndist/*/**' } },
      ],
    },
  });
}
