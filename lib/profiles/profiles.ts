import type { ProfileName } from './names.ts';
import type { Profile } from './profile.ts';
import { acr } from './acr.ts';
import { artifactory } from './artifactory.ts';
import { distribution } from './distribution.ts';
import { distribution3 } from './distribution-3.ts';
import { dockerhub } from './dockerhub.ts';
import { ecr } from './ecr.ts';
import { gar } from './gar.ts';
import { ggcr } from './ggcr.ts';
import { ghcr } from './ghcr.ts';
import { gitea } from './gitea.ts';
import { gitlab } from './gitlab.ts';
import { harbor } from './harbor.ts';
import { keppel } from './keppel.ts';
import { nexus } from './nexus.ts';
import { ocimem } from './ocimem.ts';
import { olareg } from './olareg.ts';
import { quay } from './quay.ts';
import { quay2018 } from './quay-2018.ts';
import { serverlessRegistry } from './serverless-registry.ts';
import { spec } from './spec.ts';
import { zot } from './zot.ts';

const profiles: Record<ProfileName, Profile> = {
  spec,
  acr,
  artifactory,
  distribution,
  'distribution-3': distribution3,
  dockerhub,
  ecr,
  gar,
  ggcr,
  ghcr,
  gitea,
  gitlab,
  harbor,
  keppel,
  nexus,
  ocimem,
  olareg,
  quay,
  'quay-2018': quay2018,
  'serverless-registry': serverlessRegistry,
  zot,
};

export function profileOf(name: ProfileName): Profile {
  return profiles[name];
}
