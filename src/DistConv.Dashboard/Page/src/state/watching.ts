import { useEffect, useMemo } from 'preact/hooks';
import { bucketsAlone, bucketsAmongMany, JobCurves } from './curves';
import { listen, watchJobs } from './live';

const many = 6;

/** The curves of these jobs while the component is shown: loaded once, then kept up to date by the stream. */
export function useCurves(ids: string[]): JobCurves[] {
  const key = ids.join(',');
  const all = useMemo(() => new Map<string, JobCurves>(), []);
  for (const id of ids) if (!all.has(id)) all.set(id, new JobCurves(id, ids.length > many ? bucketsAmongMany : bucketsAlone));
  for (const id of all.keys()) if (!ids.includes(id)) all.delete(id);

  useEffect(() => {
    let stale = false;
    const current = [...all.values()];
    const stop = listen((event) => {
      for (const curves of current) curves.accept(event);
    });
    const load = async () => {
      const cursors = new Map<string, string | null>();
      const loaded = await Promise.all(current.map(async (curves) => [curves.id, await curves.load()] as const));
      for (const [id, cursor] of loaded) if (cursor !== null) cursors.set(id, cursor);
      if (!stale) watchJobs(cursors);
    };
    void load();
    return () => {
      stale = true;
      stop();
    };
  }, [key]);
  return ids.map((id) => all.get(id) as JobCurves);
}
