/**
 * What is to be done, as the limit says it at which a point stands, else as its point does: in full for the point that the
 * alert is about, and for every other that stands in it what it asks for besides.
 */
import { Fragment } from 'preact';
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { Point } from '../../../src/api/schemas/registry.ts';
import type { AlertPoint } from '../../live/alert-list.ts';
import { inOrder } from '../../live/alert-list.ts';
import { pointById } from '../../live/registry.ts';
import { pointName } from '../alert/alert-text.ts';
import { detailWords } from './words.ts';

/** Of the others as many as can be read in a hurry. */
const OTHERS_SHOWN = 3;

export function Guidance({ alert, lead }: { readonly alert: Alert; readonly lead: AlertPoint }) {
  const config = pointById(lead.id);
  const detail = detailWords.value;
  if (config === undefined) return null;
  const { action, consequence, owner, basis } = saidOf(config, lead.rule);
  const others = othersOf(alert, lead, action);
  if (action === undefined && consequence === undefined && others.length === 0) return null;
  return (
    <>
      <h3>{detail.guidance}</h3>
      <dl class="guidance">
        {action !== undefined && (
          <>
            <dt>{detail.action}</dt>
            <dd>{action}</dd>
          </>
        )}
        {others.map(({ point, action: asked }) => (
          <Fragment key={point.id}>
            <dt>{detail.action}</dt>
            <dd data-point={point.id}>
              <b>{pointName(point)}</b> {asked}
            </dd>
          </Fragment>
        ))}
        {consequence !== undefined && (
          <>
            <dt>{detail.consequence}</dt>
            <dd>{consequence}</dd>
          </>
        )}
        {owner !== undefined && (
          <>
            <dt>{detail.owner}</dt>
            <dd>{owner}</dd>
          </>
        )}
        <dt>{detail.basis}</dt>
        <dd>
          {basis.source} {basis.mark !== 'V' && <em class="unverified">{detail.unverified}</em>}
        </dd>
      </dl>
    </>
  );
}

function saidOf(config: Point, rule: string): Pick<Point, 'action' | 'consequence' | 'owner' | 'basis'> {
  const own = config.rules.find(({ id }) => id === rule);
  return {
    action: own?.action ?? config.action,
    consequence: own?.consequence ?? config.consequence,
    owner: own?.owner ?? config.owner,
    basis: own?.basis ?? config.basis,
  };
}

interface Other {
  readonly point: AlertPoint;
  readonly action: string;
}

/** What other points that stand in the alert ask for and nobody above them has. */
function othersOf({ points }: Alert, lead: AlertPoint, first: string | undefined): Other[] {
  const said = new Set([first]);
  const others: Other[] = [];
  for (const point of inOrder(points)) {
    if (!point.active || point.number < 0 || point.id === lead.id) continue;
    const config = pointById(point.id);
    const action = config === undefined ? undefined : saidOf(config, point.rule).action;
    if (action === undefined || said.has(action)) continue;
    said.add(action);
    others.push({ point, action });
  }
  return others.slice(0, OTHERS_SHOWN);
}
