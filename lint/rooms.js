import { dirname, join, relative, sep } from 'node:path';

/** From the ground up: a room imports from those before it, and from no other. */
const rooms = [
  'rules',
  'types.ts',
  'http',
  'secrets',
  'text',
  'content',
  'profiles',
  'run',
  'registry',
  'checks',
  'target',
  'verdict',
  'large',
  'steps.ts',
  'arrange.ts',
  'uploads.ts',
  'conduct.ts',
  'v2protocol.ts',
  'report',
];

/** The folders of the project, in the same way. What a test asks for may start what a tool starts. */
const folders = ['lib', 'tools', 'fixtures', 'tests'];

const order = {
  meta: { type: 'problem' },
  create(context) {
    const from = placeOf(context.filename, context.cwd);
    const look = (node) => {
      const spec = node.source?.value;
      if (typeof spec !== 'string' || !spec.startsWith('.')) return;
      const to = placeOf(join(dirname(context.filename), spec), context.cwd);
      const isUp =
        from.folder === 'lib' && to.folder === 'lib'
          ? rooms.indexOf(to.room) > rooms.indexOf(from.room)
          : folders.indexOf(from.folder) !== -1 && folders.indexOf(to.folder) > folders.indexOf(from.folder);
      const isUnknown = to.folder === 'lib' && !rooms.includes(to.room);
      if (isUnknown) context.report({ node, message: `lint/rooms.js knows no room lib/${to.room}` });
      else if (isUp)
        context.report({
          node,
          message: `${shown(from)} stands below ${shown(to)}: it imports nothing from there`,
        });
    };
    return {
      ImportDeclaration: look,
      ImportExpression: look,
      ExportNamedDeclaration: look,
      ExportAllDeclaration: look,
    };
  },
};

function placeOf(file, root) {
  const [folder = '', room = ''] = relative(root, file).split(sep);
  return { folder, room };
}

function shown({ folder, room }) {
  return folder === 'lib' ? `lib/${room}` : folder;
}

export default { meta: { name: 'rooms' }, rules: { order } };
