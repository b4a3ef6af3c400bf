/** Tags that are no rules have no dot. */
const isRule = (text) => /^@[a-z].*\./.test(text);

/** Of `@tag.list.n` the id in quotes, of `@${rule}` the expression; undefined for what is no rule. */
function namedBy(tag, source) {
  if (tag?.type === 'Literal') return isRule(tag.value) ? `'${tag.value.slice(1)}'` : undefined;
  if (tag?.type !== 'TemplateLiteral') return undefined;
  const text = source.getText(tag).slice(2, -1);
  return /^\$\{[^}]*\}$/.test(text) ? text.slice(2, -1) : `\`${text}\``;
}

/** The rules that the tags of a test name: as they would stand in its code. */
function rulesOf(details, source) {
  const tag = details?.properties?.find(({ key }) => key?.name === 'tag')?.value;
  const all = tag?.type === 'ArrayExpression' ? tag.elements : [tag];
  // Of what is spread there nobody knows how many it is.
  return all.flatMap((one) => (one?.type === 'SpreadElement' ? ['', ''] : (namedBy(one, source) ?? [])));
}

function judges(node) {
  const { callee } = node ?? {};
  return callee?.name === 'expect' || (callee?.object?.name === 'expect' && callee.property.name === 'soft');
}

/** A rule of oxlint: what stands in the tag of a test that has one rule alone is not said again where it is judged. */
const rule = {
  create(context) {
    const tests = [];
    const of = (node) =>
      node.callee.name === 'test' && node.arguments.length === 3
        ? rulesOf(node.arguments[1], context.sourceCode)
        : undefined;
    return {
      CallExpression(node) {
        const named = of(node);
        if (named !== undefined) tests.push(named);
        const [own, ...others] = tests.at(-1) ?? [];
        const last = node.arguments.at(-1);
        if (last === undefined || own === undefined || others.length > 0 || !judges(node.callee.object))
          return;
        if (context.sourceCode.getText(last) === own)
          context.report({ node: last, message: `${own} is the rule of the test: its tag says so already` });
      },
      'CallExpression:exit'(node) {
        if (of(node) !== undefined) tests.pop();
      },
    };
  },
};

export default { meta: { name: 'once' }, rules: { rule } };
