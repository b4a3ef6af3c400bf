import { test as base } from '@playwright/test';
import { createHash } from 'node:crypto';
import { basicAuthorization } from '../../lib/http/basic.ts';
import { digestOf, type Algorithm } from '../../lib/content/digest.ts';
import { isObject, type Json } from '../../lib/content/manifest.ts';
import { mediaTypes } from '../../lib/content/media-types.ts';
import { startRegistry, type RegistryOptions, type RunningRegistry } from '../../tools/registry/registry.ts';
import type { Credentials } from '../../lib/types.ts';

export type Reply = { status: number; headers: Headers; bytes: Buffer };
type Options = { headers?: Record<string, string>; body?: Buffer | string };

type Registries = Record<'registry' | 'basic' | 'bearer' | 'quay', RunningRegistry>;

/** A registry a worker and kind; repositories of a test's own keep tests apart. */
export const test = base.extend<
  { namespace: string; repository: string },
  Registries & { reader: Credentials }
>({
  namespace: ['unit', { option: true }],
  repository: async ({ namespace }, use, { testId, retry }) => await use(`${namespace}/t${testId}-${retry}`),
  reader: [
    { username: 'reader', password: 'pä:ß' },
    { option: true, scope: 'worker' },
  ],
  registry: [
    async ({ reader }, use) => await running({ auth: 'anonymous', users: { reader } }, use),
    { scope: 'worker' },
  ],
  basic: [
    async ({ reader }, use) => await running({ auth: 'basic', users: { reader } }, use),
    { scope: 'worker' },
  ],
  bearer: [
    async ({ reader }, use) => await running({ auth: 'bearer', users: { reader } }, use),
    { scope: 'worker' },
  ],
  quay: [
    async ({ reader }, use) =>
      await running({ auth: 'bearer', profile: 'quay-2018', users: { reader } }, use),
    { scope: 'worker' },
  ],
});

async function running(
  options: RegistryOptions,
  use: (registry: RunningRegistry) => Promise<void>,
): Promise<void> {
  const registry = await startRegistry(options);
  await use(registry);
  await registry.close();
}

export async function send(
  registry: { url: string },
  method: string,
  path: string,
  { headers = {}, body }: Options = {},
): Promise<Reply> {
  const init = { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) } as const;
  const response = await fetch(new URL(path, registry.url), init);
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

/** The members of a JSON object; none of anything else. */
export function jsonIn(text: string): Json {
  const value: unknown = JSON.parse(text);
  return isObject(value) ? value : {};
}

export function jsonOf({ bytes }: Reply): Json {
  return jsonIn(bytes.toString());
}

/** The objects of a list in a JSON answer. */
export function listOf(reply: Reply, member: string): Json[] {
  const list = jsonOf(reply)[member];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

export function codesOf(reply: Reply): unknown[] {
  return listOf(reply, 'errors').map(({ code }) => code);
}

export function as(credentials: Credentials): Record<string, string> {
  return { Authorization: basicAuthorization(credentials) };
}

/** Bytes that look like noise, the same for the same seed. */
export function bytesOf(seed: string, length = 1024): Buffer {
  return createHash('shake256', { outputLength: length }).update(seed).digest();
}

export async function pushBlob(
  registry: { url: string },
  repository: string,
  bytes: Buffer,
  { algorithm = 'sha256', headers = {} }: { algorithm?: Algorithm; headers?: Record<string, string> } = {},
): Promise<string> {
  const digest = digestOf(bytes, algorithm);
  const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
  const { status } = await send(registry, 'POST', path, { headers, body: bytes });
  if (status !== 201) throw new Error(`POST ${path} answered ${status}`);
  return digest;
}

export async function startUpload(
  registry: { url: string },
  repository: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const reply = await send(registry, 'POST', `/v2/${repository}/blobs/uploads/`, { headers });
  const location = reply.headers.get('location');
  if (reply.status !== 202 || location === null) throw new Error(`POST uploads/ answered ${reply.status}`);
  return location;
}

/** An OCI manifest over one config that is pushed with it. */
export async function pushManifest(
  registry: { url: string },
  repository: string,
  reference: string | undefined,
  extra: object = {},
): Promise<{ reply: Reply; bytes: Buffer; digest: string }> {
  const config = Buffer.from('{}');
  const digest = await pushBlob(registry, repository, config);
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: { mediaType: mediaTypes.ociEmpty, digest, size: config.length },
      layers: [],
      ...extra,
    }),
  );
  const own = digestOf(bytes);
  const reply = await putManifest(registry, repository, reference ?? own, bytes, mediaTypes.ociManifest);
  return { reply, bytes, digest: own };
}

export async function putManifest(
  registry: { url: string },
  repository: string,
  reference: string,
  body: Buffer | object,
  type: string,
): Promise<Reply> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const headers = { 'Content-Type': type };
  return await send(registry, 'PUT', `/v2/${repository}/manifests/${reference}`, { headers, body: bytes });
}
