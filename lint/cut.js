const cutters = new Set(['slice', 'substring', 'subarray']);
const told = /^(?:expected|received|told|seen|description|message|title|text|shown)$/;

function nameOf(node) {
  return node?.type === 'MemberExpression' && !node.computed ? node.property.name : undefined;
}

/** Of a list, or a time: what is done with the beginning is asked of its items. */
function isOther(node) {
  const goesOn = nameOf(node.parent);
  return goesOn !== undefined && goesOn !== 'toString' && goesOn !== 'length'
    ? true
    : /^(?:toISOString|digest)$/.test(nameOf(node.callee.object.callee));
}

/** Whether what it makes is told to somebody: it stands in a template, a sum of texts, or a member that is shown. */
function isTold(node) {
  const cut = node.callee.object;
  if (nameOf((cut.type === 'LogicalExpression' ? cut.left : cut).callee) === 'stringify') return true;
  for (let [at, from] = [node.parent, node]; at; [at, from] = [at.parent, at]) {
    if (at.type === 'TemplateLiteral') return true;
    if (at.type === 'BinaryExpression') return at.operator === '+';
    if (at.type === 'Property') return told.test(at.key.name ?? '');
    if (at.type === 'CallExpression' && from === at.callee) continue;
    if (at.type !== 'MemberExpression' && at.type !== 'CallExpression' && at.type !== 'ConditionalExpression')
      return false;
  }
  return false;
}

/**
 * A rule of oxlint: nobody cuts a text that a message shows by hand. What was cut before it is masked shows the
 * beginning of a secret, which no mask fits any more.
 */
const byHand = {
  create(context) {
    return {
      CallExpression: (node) => {
        const [start, end] = node.arguments;
        if (!cutters.has(nameOf(node.callee)) || start?.value !== 0) return;
        // Up to what was found there, or but for its end: parts of a text, and no cut.
        if (end?.type !== 'Literal' && (end?.type !== 'Identifier' || /^(?:at|start|end)$/.test(end.name)))
          return;
        if (!isOther(node) && isTold(node))
          context.report({ node, message: 'Cut by cut or excerpt of lib/text/cut.ts, which mask first' });
      },
    };
  },
};

export default { meta: { name: 'cut' }, rules: { 'by-hand': byHand } };
