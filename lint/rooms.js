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
  'looking.ts',
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
      const spec = textOf(node.source);
      if (!folders.includes(from.folder) || spec?.startsWith('.') !== true) return;
      const to = placeOf(join(dirname(context.filename), spec), context.cwd);
      const message = saidOf(from, to);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: look,
      ImportExpression: look,
      ExportNamedDeclaration: look,
      ExportAllDeclaration: look,
      TSImportType: look,
    };
  },
};

function saidOf(from, to) {
  if (!folders.includes(to.folder)) return `${shown(from)} imports nothing of ${to.folder}`;
  if (to.folder === 'lib' && !rooms.includes(to.room)) return `lint/rooms.js knows no room lib/${to.room}`;
  const isUp =
    from.folder === 'lib' && to.folder === 'lib'
      ? rooms.indexOf(to.room) > rooms.indexOf(from.room)
      : folders.indexOf(to.folder) > folders.indexOf(from.folder);
  return isUp ? `${shown(from)} stands below ${shown(to)}: it imports nothing from there` : undefined;
}

/** Of a literal, and of a template without parts; undefined where nobody knows before it runs. */
function textOf(source) {
  if (source?.type === 'TemplateLiteral' && source.quasis.length === 1) return source.quasis[0].value.cooked;
  return typeof source?.value === 'string' ? source.value : undefined;
}

function placeOf(file, root) {
  const [folder = '', room = ''] = relative(root, file).split(sep);
  return { folder, room };
}

function shown({ folder, room }) {
  return folder === 'lib' ? `lib/${room}` : folder;
}

export default { meta: { name: 'rooms' }, rules: { order } };
