import { expect, test } from '@playwright/test';
import { startRegistry, type RegistryOptions } from '../tools/registry/registry.ts';
import { readSettings } from '../lib/run/settings.ts';
import { discover } from '../lib/target/target.ts';

const registries: [what: string, options: Partial<RegistryOptions>, action: string][] = [
  ['asks for delete', {}, 'delete'],
  ['asks for *', { behaviour: { deletionNeeds: '*' } }, '*'],
  ['asks for push, and refuses a scope with delete', { profile: 'quay-2018' }, 'push'],
  ['asks for push, and grants delete', { behaviour: { deletionNeeds: 'push' } }, 'delete'],
  [
    'asks for push, and gives no token for any scope',
    {
      behaviour: {
        deletionNeeds: 'push',
        refusedGrants: (_user, { length }) => (length > 0 ? 403 : undefined),
      },
    },
    'delete',
  ],
];

for (const [what, options, action] of registries) {
  test(`where a registry ${what}, a token to delete is asked for ${action}`, async () => {
    const { url, users, realm, close } = await startRegistry({ auth: 'bearer', ...options });
    const { username, password } = users.writer;
    const settings = readSettings({
      REGISTRY_URL: url,
      REGISTRY_USERNAME: username,
      REGISTRY_PASSWORD: password,
      REGISTRY_REALM: realm ?? '',
    });
    const [target] = await discover({ ...settings, url });
    await close();
    expect(target?.deleteAction).toBe(action);
  });
}
