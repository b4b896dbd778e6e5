/** The roles people may have. What each may do stands in policy/. */

export const ROLES = [
  'viewer',
  'operator',
  'shift-lead',
  'safety-director',
  'park-duty',
  'county-duty',
  'city-duty',
  'province-duty',
  'leader',
  'auditor',
  'admin',
] as const;
export type Role = (typeof ROLES)[number];
