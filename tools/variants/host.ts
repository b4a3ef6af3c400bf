import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProxy } from '../faults/proxy.ts';
import { stacked } from '../faults/wire.ts';
import { startRegistry } from '../registry/registry.ts';
import { identitySettings } from '../registry/rights.ts';
import { startElsewhere } from './elsewhere.ts';
import type { Variant } from './variant.ts';
import type { IssuerKey, AuthMode } from '../../lib/types.ts';

/** The settings that lead a run to it. */
type Host = { settings: Record<string, string>; thrown: Error[]; close: () => Promise<void> };

/** The embedded registry with all of these ways at once, as a foreign one: nothing is told of it but by its answers. */
export async function startVariants(
  variants: readonly Variant[],
  auth: AuthMode,
  folder: string,
): Promise<Host> {
  // Who gives an upload another path sees each request first: what the others change is known by its own path.
  const byPlace = variants.toSorted((one, other) => Number(isOfPlaces(other)) - Number(isOfPlaces(one)));
  const own = variants.map(({ registry = {} }) => registry);
  const repositories = own.flatMap((one) => one.repositories ?? []);
  const registry = await startRegistry({
    ...Object.assign({}, ...own),
    behaviour: Object.assign({}, ...own.map(({ behaviour }) => behaviour)),
    auth,
  });
  const endpoint = auth === 'bearer' ? registry.realm : undefined;
  const ownRealm = variants.some((one) => one.realm === 'elsewhere') ? endpoint : undefined;
  const realm = ownRealm === undefined ? endpoint : undefined;
  const isOpaque = variants.some(({ takes }) => takes?.includes('issuer-key') === true);
  const elsewhere = await startElsewhere(registry.url, realm);
  const wires = byPlace.flatMap(({ wire }) => (typeof wire === 'function' ? wire(elsewhere) : (wire ?? [])));
  const thrown: Error[] = [];
  const proxy = await startProxy({ registry: registry.url, realm }, stacked(wires), {
    onThrow: (error) => thrown.push(error),
  });
  elsewhere.home = proxy.url;
  return {
    thrown,
    settings: {
      REGISTRY_URL: proxy.url,
      ...(variants.some(({ hidesWayIn }) => hidesWayIn) && { REGISTRY_AUTH: auth }),
      ...(repositories.length > 0 && { REGISTRY_REPOSITORIES: repositories.join(',') }),
      ...(ownRealm !== undefined && { REGISTRY_REALM: ownRealm }),
      ...(auth !== 'anonymous' && {
        ...identitySettings(registry.users),
        ...(repositories.length === 0 && { REGISTRY_OTHER_NAMESPACE: 'other' }),
      }),
      ...(registry.issuer && !isOpaque && issuerKey(registry.issuer.key, folder)),
    },
    close: async () => {
      await proxy.close();
      await elsewhere.close();
      await registry.close();
    },
  };
}

function isOfPlaces({ touches }: Variant): boolean {
  return touches.includes('location');
}

function issuerKey({ privateKey, certificates }: IssuerKey, folder: string): Record<string, string> {
  const files = { REGISTRY_ISSUER_KEY_FILE: privateKey, REGISTRY_ISSUER_CERT_FILE: certificates };
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, pem]) => {
      if (pem === undefined) return [];
      const file = join(folder, `${name}.pem`);
      writeFileSync(file, pem, { mode: 0o600 });
      return [[name, file]];
    }),
  );
}
