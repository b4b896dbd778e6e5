// Every printed part of the documents, one line each. A new one: its mark in the document, and a line here.
import { lifecycleTable } from './alarm-states.ts';
import { functionsTable } from './derived.ts';
import { metricsTable } from './metrics.ts';
import { closingTable, rolesTable } from './roles.ts';
import type { Section } from './sections.ts';
import { errorsTable, settingsTable } from './settings.ts';

export const SECTIONS: readonly Section[] = [
  { file: 'alarm-states.md', name: 'life cycle', print: lifecycleTable },
  { file: 'roles.md', name: 'roles', print: rolesTable },
  { file: 'roles.md', name: 'closing', print: closingTable },
  { file: 'operating.md', name: 'settings', print: settingsTable },
  { file: 'interface.md', name: 'errors', print: errorsTable },
  { file: 'interface.md', name: 'functions', print: functionsTable },
  { file: 'operating.md', name: 'metrics', print: metricsTable },
];
