import { ManifestError } from '../../lib/content/manifest.ts';

/** What the ManifestError says that the act throws, or `no error`. Any other error is the test's own. */
export function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ManifestError) return error.message;
    throw error;
  }
  return 'no error';
}
