import type { ProfileName } from './names.ts';
import type { Profile } from './profile.ts';
import { acr } from './acr.ts';
import { artifactory } from './artifactory.ts';
import { distribution } from './distribution.ts';
import { dockerhub } from './dockerhub.ts';
import { ecr } from './ecr.ts';
import { gar } from './gar.ts';
import { ghcr } from './ghcr.ts';
import { gitea } from './gitea.ts';
import { gitlab } from './gitlab.ts';
import { harbor } from './harbor.ts';
import { nexus } from './nexus.ts';
import { quay } from './quay.ts';
import { quay2018 } from './quay-2018.ts';
import { spec } from './spec.ts';

const profiles: Record<ProfileName, Profile> = {
  spec,
  acr,
  artifactory,
  distribution,
  dockerhub,
  ecr,
  gar,
  ghcr,
  gitea,
  gitlab,
  harbor,
  nexus,
  quay,
  'quay-2018': quay2018,
};

export function profileOf(name: ProfileName): Profile {
  return profiles[name];
}
