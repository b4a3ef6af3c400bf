/**
 * A rule of oxlint: nobody types the reason of a skip by hand. Reports tell what is blocked from what is not offered by its
 * form.
 */
const reason = {
  create(context) {
    return {
      CallExpression: (node) => {
        const { property } = node.callee.type === 'MemberExpression' ? node.callee : {};
        const [, text] = node.arguments;
        if (property?.name !== 'skip' || !['Literal', 'TemplateLiteral'].includes(text?.type)) return;
        context.report({
          node: text,
          message: 'Written by unsupported, blocked or blockedBy of lib/run/skip-reason.ts',
        });
      },
    };
  },
};

export default { meta: { name: 'skip' }, rules: { reason } };
