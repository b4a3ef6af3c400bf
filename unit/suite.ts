import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** Runs the suite as a user does, with these settings and no others. */
export async function runSuite(
  args: readonly string[],
  settings: Record<string, string>,
): Promise<{ code: unknown; printed: string }> {
  return await run('npx', ['playwright', 'test', ...args], settings);
}

/** Runs a command as a user does, with these settings and no others. */
export async function run(
  command: string,
  args: readonly string[],
  settings: Record<string, string>,
): Promise<{ code: unknown; printed: string }> {
  const { PATH, HOME } = process.env;
  const options = { env: { PATH, HOME, ...settings }, maxBuffer: 2 ** 26 };
  return await new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, printed: stdout + stderr }),
    );
  });
}

export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

/**
 * A file's text; the HTML report carries its data as a zip in base64, whose entries are read as well, and so are the
 * attachments that stand in base64 in a JSON report.
 */
export function contentOf(file: string): string {
  const text = readFileSync(file, 'latin1');
  const zip = /data:application\/zip;base64,([A-Za-z0-9+/=]+)/.exec(text)?.[1];
  const attached = [...text.matchAll(/"body": ?"([A-Za-z0-9+/=]+)"/g)].map(([, body = '']) =>
    Buffer.from(body, 'base64').toString('latin1'),
  );
  return [text, ...attached, zip === undefined ? '' : unzip(Buffer.from(zip, 'base64'))].join('\n');
}

function unzip(zip: Buffer): string {
  const texts: string[] = [];
  let at = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const count = zip.readUInt16LE(at + 10);
  at = zip.readUInt32LE(at + 16);
  for (let entry = 0; entry < count; entry += 1) {
    const size = zip.readUInt32LE(at + 20);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const data = zip.subarray(start, start + size);
    texts.push((zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(data) : data).toString('latin1'));
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return texts.join('\n');
}
