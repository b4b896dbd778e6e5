/** How the point of an alert stands now, asked again every so often: limits in force and forecast change slowly beside values. */
import { useEffect, useState } from 'preact/hooks';
import type { PointState } from '../../../src/api/schemas/readings.ts';
import { request } from '../../service/api.ts';

const EVERY_MS = 10_000;

/** Undefined until it is known, and of no point (`id` undefined), such as one that is shown as of then. */
export function usePointState(id: string | undefined): PointState | undefined {
  const [state, setState] = useState<PointState>();
  useEffect(() => {
    setState(undefined);
    if (id === undefined) return;
    let wanted = true;
    const look = (): void => {
      void request<PointState>(`/points/${encodeURIComponent(id)}/state`).then((answer) => {
        if (wanted && answer.ok) setState(answer.body);
      });
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [id]);
  return state?.point === id ? state : undefined;
}
