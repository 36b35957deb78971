import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

// An id, such as that of a warning, has no spaces.
const isText = (path) => path.isStringLiteral() && path.node.value.includes(' ')
  || path.isTemplateLiteral() && path.node.quasis.some(({ value }) => value.raw.includes(' '));
const isMessage = (path) => path.isNewExpression() && /Error$/.test(path.node.callee.name)
  || path.isCallExpression() && /^(warn|invalid)$/.test(path.node.callee.name ?? path.node.callee.property?.name);

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'messages', {
    shouldIgnore: (path) => isText(path) && path.findParent(isMessage) ? 'text of a message' : undefined,
  }),
];
