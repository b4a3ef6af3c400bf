import type { ProfileName } from './names.ts';
import type { Profile } from './profile.ts';
import { distribution } from './distribution.ts';
import { quay } from './quay.ts';
import { quay2018 } from './quay-2018.ts';
import { spec } from './spec.ts';

const profiles: Record<ProfileName, Profile> = { spec, distribution, quay, 'quay-2018': quay2018 };

export function profileOf(name: ProfileName): Profile {
  return profiles[name];
}
