/** The roles people may have. What each may do stands in the policy of the API; who may close, in `closing.ts`. */

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

export function isRole(word: string): word is Role {
  return (ROLES as readonly string[]).includes(word);
}
