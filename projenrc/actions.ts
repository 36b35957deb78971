import { github } from 'projen';

/** The commits of the releases that projen names by their tags, which can be moved. */
export const COMMITS = {
  'actions/attest-build-provenance': 'a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32', // v4.1.0
  'actions/setup-dotnet': 'a98b56852c35b8e3190ac28c8c2271da59106c68', // v6.0.0
  'actions/setup-go': 'b7ad1dad31e06c5925ef5d2fc7ad053ef454303e', // v7.0.0
  'actions/setup-java': 'b6effb05e454b25005698d916606bdc6ffcbf961', // v5.7.0
  'actions/setup-node': '820762786026740c76f36085b0efc47a31fe5020', // v7.0.0
  'actions/setup-python': '5fda3b95a4ea91299a34e894583c3862153e4b97', // v7.0.0
  'aws-actions/configure-aws-credentials': 'e6de054238d6b7531b4efff3b6587d9aade6a06c', // v6.2.3
  'github/codeql-action/analyze': '8aad20d150bbac5944a9f9d289da16a4b0d87c1e', // v4.36.2
  'github/codeql-action/init': '8aad20d150bbac5944a9f9d289da16a4b0d87c1e', // v4.36.2
  'github/codeql-action/upload-sarif': '8aad20d150bbac5944a9f9d289da16a4b0d87c1e', // v4.36.2
  'ossf/scorecard-action': '2d1146689b8cda280b9bc96326124645441f03bc', // v2.4.4
  'peter-evans/create-pull-request': '5f6978faf089d4d20b00c7766989d076bb2fc7f1', // v8.1.1
};

/** An action by its commit. */
export const action = (name: keyof typeof COMMITS) => `${name}@${COMMITS[name]}`;

export const READ = { contents: github.workflows.JobPermission.READ };

export const CHECKOUT: github.workflows.JobStep = { uses: github.ActionRefs.ACTIONS_CHECKOUT, with: { 'persist-credentials': false } };

export const checkoutWithNode = (nodeVersion: string): github.workflows.JobStep[] => [
  CHECKOUT,
  { uses: action('actions/setup-node'), with: { 'node-version': nodeVersion, 'package-manager-cache': false } },
];
