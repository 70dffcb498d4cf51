/** Plain sentences for people carry nothing that a test could miss: those with data in them, which are templates, are mutated. */
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const shortestSentence = 3;

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'sentences', {
    shouldIgnore(path) {
      const isSentence =
        path.isStringLiteral() && path.node.value.trim().split(/\s+/u).length >= shortestSentence;
      return isSentence ? 'a plain sentence for people' : undefined;
    },
  }),
];
