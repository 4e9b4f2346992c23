import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api/http';

export interface Loaded<T> {
  value: T | null;
  error: Error | null;
  reload: () => void;
}

/**
 * Loads something whenever a dependency changes; the last value stays until the next is there. A busy server is asked again after the time that it names. The
 * signal ends a load that nobody waits for any more.
 */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T> | null, dependencies: readonly unknown[]): Loaded<T> {
  const [value, setValue] = useState<T | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [count, setCount] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let timer: number | undefined;
    const attempt = () => {
      load(abort.signal)?.then(
        (answer) => {
          if (abort.signal.aborted) return;
          setValue(answer);
          setError(null);
        },
        (failure: unknown) => {
          if (abort.signal.aborted) return;
          if (failure instanceof ApiError && failure.retrySeconds !== null) timer = window.setTimeout(attempt, failure.retrySeconds * 1000);
          else setError(failure instanceof Error ? failure : new Error(String(failure)));
        },
      );
    };
    attempt();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [...dependencies, count]);
  return { value, error, reload: () => setCount(count + 1) };
}
