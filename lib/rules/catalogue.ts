import { authRules } from './auth.ts';
import { blobsRules } from './blobs.ts';
import { catalogRules } from './catalog.ts';
import { consistencyRules } from './consistency.ts';
import { deletionRules } from './deletion.ts';
import { dockerRules } from './docker.ts';
import { errorsRules } from './errors.ts';
import { generalRules } from './general.ts';
import { httpRules } from './http.ts';
import { manifestsRules } from './manifests.ts';
import { mountsRules } from './mounts.ts';
import { namesRules } from './names.ts';
import { referrersRules } from './referrers.ts';
import { securityRules } from './security.ts';
import { tagsRules } from './tags.ts';
import { uploadsRules } from './uploads.ts';
import { isUpTo, type Rule, type SpecVersion } from './rule.ts';

/** Every rule, under its id. */
export const catalogue = {
  ...generalRules,
  ...namesRules,
  ...blobsRules,
  ...uploadsRules,
  ...mountsRules,
  ...manifestsRules,
  ...tagsRules,
  ...referrersRules,
  ...deletionRules,
  ...errorsRules,
  ...catalogRules,
  ...dockerRules,
  ...httpRules,
  ...consistencyRules,
  ...authRules,
  ...securityRules,
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof catalogue;
export type NamedRule = Rule & { id: RuleId; since: SpecVersion };

export const ruleIds = Object.keys(catalogue).filter(isRuleId);

export function isRuleId(id: string): id is RuleId {
  return Object.hasOwn(catalogue, id);
}

export function rule(id: RuleId): NamedRule {
  return { id, since: '1.0', ...catalogue[id] };
}

/** The rules that exist at a version of the distribution-spec. */
export function rulesAt(version: SpecVersion): NamedRule[] {
  return ruleIds.map(rule).filter(({ since }) => isUpTo(since, version));
}
