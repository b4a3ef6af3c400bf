import { createRequire } from 'node:module';
import type * as YAML from 'yaml';
import { trusted, type Safe } from './safe.ts';

export type Yaml = Safe<'yaml'>;

// Most runs read none, and each worker would load it.
const load = (): typeof YAML => createRequire(import.meta.url)('yaml') as typeof YAML;

/** What a text says, which is YAML or JSON. @throws Error that says in a line where it is neither */
export function parseYaml(text: string): unknown {
  try {
    return load().parse(text, { maxAliasCount: 0 }) as unknown;
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
  const { parseDocument, YAMLSeq } = load();
  const document = parseDocument(before);
  const list = document.contents instanceof YAMLSeq ? document.contents : new YAMLSeq();
  const was = list.toJS(document) as unknown[];
  list.flow = false;
  list.items = items.flatMap((item, at) => {
    if (item === undefined) return [];
    return JSON.stringify(item) === JSON.stringify(was[at]) ? [list.items[at]] : [document.createNode(item)];
  });
  for (const item of added) list.add(document.createNode(item));
  document.contents = list as typeof document.contents;
  return trusted('yaml', document.toString({ lineWidth: 110 }));
}
