import { rule } from '../../lib/rules/catalogue.ts';
import type { Capability } from '../../lib/rules/rule.ts';
import type { Fault, Faults } from './fault.ts';
import { accessFaults } from './access.ts';
import { answerFaults } from './answers.ts';
import { basicFaults } from './basic.ts';
import { blobFaults } from './blobs.ts';
import { catalogFaults } from './catalog.ts';
import { challengeFaults } from './challenge.ts';
import { consistencyFaults } from './consistency.ts';
import { deletionFaults } from './deletion.ts';
import { dockerFaults } from './docker.ts';
import { errorFaults } from './errors.ts';
import { subtleFaults } from './subtle.ts';
import { generalFaults } from './general.ts';
import { httpFaults } from './http.ts';
import { isolationFaults } from './isolation.ts';
import { jwtFaults } from './jwt.ts';
import { leakFaults } from './leaks.ts';
import { manifestFaults } from './manifests.ts';
import { mountFaults } from './mounts.ts';
import { nameFaults } from './names.ts';
import { referrerFaults } from './referrers.ts';
import { scopeFaults } from './scopes.ts';
import { tagFaults } from './tags.ts';
import { tokenFaults } from './token.ts';
import { uploadFaults } from './uploads.ts';
import type { AuthMode, Protocol } from '../../lib/types.ts';

const faults: Faults = {
  ...accessFaults,
  ...answerFaults,
  ...basicFaults,
  ...blobFaults,
  ...catalogFaults,
  ...challengeFaults,
  ...consistencyFaults,
  ...deletionFaults,
  ...dockerFaults,
  ...errorFaults,
  ...subtleFaults,
  ...generalFaults,
  ...httpFaults,
  ...isolationFaults,
  ...jwtFaults,
  ...leakFaults,
  ...manifestFaults,
  ...mountFaults,
  ...nameFaults,
  ...referrerFaults,
  ...scopeFaults,
  ...tagFaults,
  ...tokenFaults,
  ...uploadFaults,
};

export const faultIds = Object.keys(faults);

/** @throws Error that says where the names of all are */
export function fault(id: string): Fault {
  const found = Object.hasOwn(faults, id) ? faults[id] : undefined;
  if (found === undefined)
    throw new Error(`${id}: there is no such fault; npm run faults -- --list names them all`);
  return found;
}

/** Where a fault shows: on the axes that it names, or that its rule is about. */
export function axesOf({ rule: id, auth, protocol }: Fault): { protocol: Protocol; authMode: AuthMode } {
  const needs: readonly Capability[] = id === 'any' ? [] : (rule(id).needs ?? []);
  const withTokens = needs.some((one) =>
    ['bearer', 'credentials', 'reader', 'other-user', 'other-namespace'].includes(one),
  );
  const withSchema2 = needs.some((one) => ['schema2', 'manifest-list', 'conversion'].includes(one));
  return {
    authMode: auth ?? (needs.includes('basic') ? 'basic' : withTokens ? 'bearer' : 'anonymous'),
    protocol: protocol ?? (needs.includes('schema1') ? 'schema1' : withSchema2 ? 'schema2' : 'oci'),
  };
}
