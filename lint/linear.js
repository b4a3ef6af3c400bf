import { checkSync } from 'recheck';

// Counted repetitions are unrolled and proven, too. A busy machine gets its time.
const limits = { maxRepeatCount: 1_000, maxSimpleRepeatCount: 1_000, timeout: 60_000 };
const verdicts = new Map();

/** What is wrong with a pattern, and a text that shows it; undefined for one whose time grows as the text does. */
function judge(source, flags) {
  // What repeats nothing is done after so many characters.
  if (!/[*+{]/.test(source)) return undefined;
  const key = `/${source}/${flags}`;
  if (!verdicts.has(key)) verdicts.set(key, checkSync(source, flags, limits));
  const { status, complexity, attack, error } = verdicts.get(key);
  if (status === 'safe') return undefined;
  if (status === 'vulnerable') return `its time is ${complexity.summary} on ${attack.pattern}`;
  return `that was not to be shown: ${error.message ?? error.kind}`;
}

/** The text of a string that is written out; undefined for one that is put together. */
function textOf(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0].value.cooked;
  return undefined;
}

/**
 * A rule of oxlint: each regular expression is linear in the length of the text, as anything may come from a server.
 * recheck proves it, or finds a text that takes longer; look-arounds and back references are beyond its proof, and it
 * searches for such a text instead.
 */
const regexp = {
  create(context) {
    const check = (node, source, flags) => {
      const trouble = judge(source, flags);
      if (trouble !== undefined) context.report({ node, message: `Not linear: ${trouble}` });
    };
    const checkCall = (node) => {
      const [pattern, flags] = node.arguments;
      if (node.callee.name !== 'RegExp' || pattern?.regex !== undefined) return;
      const source = textOf(pattern);
      if (source !== undefined) check(node, source, textOf(flags) ?? '');
      else context.report({ node, message: 'Not linear: a pattern that is put together cannot be read' });
    };
    return {
      Literal: (node) => node.regex && check(node, node.regex.pattern, node.regex.flags),
      NewExpression: checkCall,
      CallExpression: checkCall,
    };
  },
};

export default { meta: { name: 'linear' }, rules: { regexp } };
