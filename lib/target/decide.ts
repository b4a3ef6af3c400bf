import type { NamedRule } from '../rules/catalogue.ts';
import { isUpTo, type Capability, type SpecVersion } from '../rules/rule.ts';
import type { Capabilities, Offer } from '../types.ts';
import { blocked, unsupported } from '../run/skip-reason.ts';

// What every push needs: tested, never probed.
const presumed: readonly Capability[] = ['push', 'chunked', 'upload-status'];

// What the user gives us, not what the registry does.
const given: Partial<Record<Capability, string>> = {
  reader: 'REGISTRY_READER_USERNAME is not set',
  'other-user': 'REGISTRY_OTHER_USERNAME is not set',
  'other-namespace': 'REGISTRY_OTHER_USERNAME with REGISTRY_OTHER_NAMESPACE is not set',
  'issuer-key': 'REGISTRY_ISSUER_KEY_FILE is not set',
  x5c: 'REGISTRY_ISSUER_CERT_FILE is not set',
};

/**
 * Why a rule is not tried on a target; undefined where it is. `unsupported`: the registry does not offer what the rule
 * is about. `blocked`: we lack what it takes to try. `not in`: it is younger than the specification asked for.
 */
export function reasonToSkip(
  rule: NamedRule,
  capabilities: Capabilities,
  version: SpecVersion,
): string | undefined {
  if (!isUpTo(rule.since, version)) return `not in ${version}: ${rule.id} came with ${rule.since}`;
  const missing = rule.needs?.find(
    (capability) => !presumed.includes(capability) && capabilities[capability]?.offered !== true,
  );
  if (missing === undefined) return undefined;
  const lack = given[missing];
  if (lack !== undefined) return blocked(lack);
  return whyWithout(missing, capabilities[missing]);
}

/** Why nothing is tried that takes what is not seen to be offered: it is left out, or nobody can tell. */
export function whyWithout(capability: Capability, offer: Offer | undefined): string {
  const { evidence = 'nothing shows it', unheard } = offer ?? {};
  if (unheard === undefined) return unsupported(capability, evidence);
  return `${unheard.startsWith('network') ? 'blocked:' : 'blocked by'} ${unheard} (${evidence})`;
}
