import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../lib/content/digest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { LargeLayer } from '../../lib/large/layer.ts';
import { runSettings } from '../../lib/run/run.ts';
import { run } from './command.ts';

export type LargeFigures = {
  sizeMiB: number;
  /** In MiB a second, by what was done. */
  rates: Record<string, number>;
  peakMiB: number;
  skopeo: { up: number; down: number; peakMiB: number } | undefined;
};

/** The large-layer tests against a registry, and skopeo with a layer of the same size against the same one right after. */
export async function benchLarge(url: string, sizeMiB: number, withSkopeo: boolean): Promise<LargeFigures> {
  // Among the reports, where cleanup finds the ledger of one that was ended.
  mkdirSync(runSettings().reports, { recursive: true });
  const folder = mkdtempSync(join(runSettings().reports, 'bench-'));
  try {
    const tests = await run('npx', ['playwright', 'test', 'tests/large/layer.spec.ts', '--workers=1'], {
      REGISTRY_URL: url,
      LARGE_LAYER: `${sizeMiB}MiB`,
      REPORTS_FOLDER: folder,
    });
    if (tests.code !== 0) throw new Error(tests.output);
    const results = readFileSync(join(folder, 'results.json'), 'utf8');
    const rates = Object.fromEntries(
      [...results.matchAll(/"description": "((?:up|down)[^"]*?) ([\d.]+) MiB\/s"/g)].map(
        ([, what = '', rate]) => [what, Number(rate)],
      ),
    );
    const skopeo = withSkopeo ? await benchSkopeo(url, sizeMiB, folder) : undefined;
    return { sizeMiB, rates, peakMiB: tests.peakMiB, skopeo };
  } finally {
    const isLeft = readdirSync(folder).some((name) => name.startsWith('created-'));
    if (!isLeft) rmSync(folder, { recursive: true });
  }
}

async function benchSkopeo(url: string, sizeMiB: number, folder: string): Promise<LargeFigures['skopeo']> {
  const layout = join(folder, 'layout');
  writeLayout(layout, sizeMiB * 2 ** 20);
  const image = `docker://${new URL(url).host}/dockside/bench-${process.pid}:latest`;
  const up = await run('skopeo', [
    'copy',
    '--preserve-digests',
    '--dest-tls-verify=false',
    `oci:${layout}:latest`,
    image,
  ]);
  const down = await run('skopeo', [
    'copy',
    '--preserve-digests',
    '--src-tls-verify=false',
    image,
    `dir:${join(folder, 'pulled')}`,
  ]);
  for (const { code, output } of [up, down]) if (code !== 0) throw new Error(output);
  return {
    up: sizeMiB / up.seconds,
    down: sizeMiB / down.seconds,
    peakMiB: Math.max(up.peakMiB, down.peakMiB),
  };
}

/** An OCI image layout with one layer of this size. */
function writeLayout(folder: string, size: number): void {
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const blob = (bytes: Buffer): { digest: string; size: number } => {
    const digest = digestOf(bytes);
    writeFileSync(join(blobs, digest.slice('sha256:'.length)), bytes);
    return { digest, size: bytes.length };
  };
  const layer = new LargeLayer(`bench ${process.pid}`, size);
  const digest = layer.digest();
  const file = openSync(join(blobs, digest.slice('sha256:'.length)), 'w');
  for (const piece of layer.pieces()) writeSync(file, piece);
  closeSync(file);
  const config = blob(
    Buffer.from(
      JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [digest] } }),
    ),
  );
  const manifest = blob(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        config: { mediaType: mediaTypes.ociConfig, ...config },
        layers: [{ mediaType: mediaTypes.ociLayer, digest, size }],
      }),
    ),
  );
  const annotations = { 'org.opencontainers.image.ref.name': 'latest' };
  const manifests = [{ mediaType: mediaTypes.ociManifest, ...manifest, annotations }];
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}
