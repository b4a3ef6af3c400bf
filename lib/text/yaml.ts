import { createRequire } from 'node:module';
import type * as YAML from 'yaml';
import { trusted, type Safe } from './safe.ts';

export type Yaml = Safe<'yaml'>;

// Most runs read none, and each worker would load it.
const load = (): typeof YAML => createRequire(import.meta.url)('yaml') as typeof YAML;

/** Some editors begin a file with a byte order mark. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

/** What a text says, which is YAML or JSON. @throws Error that says in a line where it is neither */
export function parseYaml(text: string): unknown {
  try {
    return load().parse(withoutMark(text), { maxAliasCount: 0 }) as unknown;
  } catch (error) {
    const [first = ''] = (error as Error).message.split('\n', 1);
    throw new Error(`is neither YAML nor JSON: ${first}`, { cause: error });
  }
}

/** A list in YAML with some of its items changed, or left out, and others behind them. Its comments stay. */
export function changedList(
  before: string,
  items: readonly (object | undefined)[],
  added: readonly object[],
): Yaml {
  const { isMap, parseDocument, YAMLSeq } = load();
  const document = parseDocument(withoutMark(before));
  const list = document.contents instanceof YAMLSeq ? document.contents : new YAMLSeq();
  const [first] = list.items;
  list.flow = false;
  list.items = items.flatMap((item, at) => {
    const node = list.items[at];
    if (item === undefined) return [];
    if (!isMap(node)) return [document.createNode(item)];
    const was = node.toJSON() as Record<string, unknown>;
    for (const name of Object.keys(was)) if (!(name in item)) node.delete(name);
    for (const [name, value] of Object.entries(item))
      if (JSON.stringify(value) !== JSON.stringify(was[name])) node.set(name, document.createNode(value));
    return [node];
  });
  for (const item of added) list.add(document.createNode(item));
  // What stands above the first item is about all of them.
  const heading = isMap(first) && !list.items.includes(first) ? first.commentBefore : undefined;
  if (heading) document.commentBefore = [document.commentBefore, heading].filter(Boolean).join('\n');
  document.contents = list as typeof document.contents;
  const after = document.toString({ lineWidth: 110 });
  return trusted('yaml', before.includes('\r\n') ? after.replaceAll(/\r?\n/g, '\r\n') : after);
}
