import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import MarkdownIt from 'markdown-it';
import { readSettings } from '../lib/run/settings.ts';

const root = new URL('../', import.meta.url);
const documents = ['.', 'docs', 'tests/flows'].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

function textOf(file: string): string {
  return readFileSync(new URL(file, root), 'utf8');
}

/** Where links and pictures lead that do not leave the repository. */
function placesIn(file: string): string[] {
  const inline = new MarkdownIt().parse(textOf(file), {}).flatMap(({ children }) => children ?? []);
  return inline
    .flatMap((token) => [token.attrGet('href') ?? token.attrGet('src') ?? []].flat())
    .filter((place) => !URL.canParse(place) && !place.startsWith('#'));
}

for (const file of documents) {
  test(`the links of ${file} lead somewhere`, () => {
    const lost = placesIn(file).filter((place) => !existsSync(new URL(place, new URL(file, root))));
    expect(lost).toEqual([]);
  });

  test(`the commands of ${file} are there`, () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...textOf(file).matchAll(/\bnpm\s+run ([a-z-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
}

test('the README leads to every page of docs', () => {
  const pages = readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md'));
  const led = placesIn('README.md');
  expect(pages.filter((name) => !led.includes(`docs/${name}`))).toEqual([]);
});

test('.env.example has the settings that are read, and no other', () => {
  const asked = new Set<string>();
  const environment: Record<string, string | undefined> = { REGISTRY_URL: 'https://registry.example' };
  readSettings(
    new Proxy(environment, {
      get(of, name: string) {
        asked.add(name);
        return of[name];
      },
    }),
  );
  // What other clients read as well.
  const ours = [...asked].filter((name) => !/^(?:|HTTPS?_PROXY|NO_PROXY)$/i.test(name));
  const told = [...textOf('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name);
  expect(told.toSorted()).toEqual(ours.toSorted());
});
