import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Html } from './html.ts';
import type { Json } from './json.ts';
import type { Markdown } from './markdown.ts';
import type { Shell } from './shell.ts';
import type { Xml } from './xml.ts';
import type { Yaml } from './yaml.ts';

/** Writes a file, its folder too where there is none. Whatever ends the process meanwhile, no half of it stands there. */
export function writeText(file: string, text: Html | Json | Markdown | Shell | Xml | Yaml): void {
  mkdirSync(dirname(file), { recursive: true });
  replace(file, text.toString());
}

/** Adds to a file that others write to as well. */
export function appendText(file: string, text: Markdown): void {
  appendFileSync(file, text.toString());
}

/** Changes a file of another tool. */
export function alter(file: string, change: (text: string) => string): void {
  replace(file, change(readFileSync(file, 'utf8')));
}

function replace(file: string, text: string): void {
  const aside = `${file}.${process.pid}.new`;
  try {
    writeFileSync(aside, text);
    renameSync(aside, file);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
