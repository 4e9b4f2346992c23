import type { Problem, SettingProblem } from './types';
import { readToken } from './token';

/** A request that the server answered with an error, or did not answer. Status 0 means that there was no answer. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: SettingProblem[] = [],
    /** After how many seconds a busy server wants the request repeated; null if it is not busy. */
    readonly retrySeconds: number | null = null,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

const root = 'api/v1/';
const busySeconds = 3;

export function authorization(): Record<string, string> {
  const token = readToken();
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** Sends a request and returns the answer if it is a success. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(root + path, { ...init, headers: { ...authorization(), ...(init.headers as Record<string, string> | undefined) } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, 'The dashboard’s server is not responding. Check that its process is still running.');
  }
  if (response.ok) return response;
  throw await readProblem(response);
}

export async function readProblem(response: Response): Promise<ApiError> {
  let problem: Partial<Problem> = {};
  try {
    problem = (await response.json()) as Partial<Problem>;
  } catch {
    // The answer has no problem details; its status has to do.
  }
  if (response.status === 401)
    return new ApiError(401, 'This needs the dashboard’s token. Open the link that the dashboard printed when it started; it ends in #token=…');
  const text = problem.detail || problem.title || `The server answered ${response.status} ${response.statusText}`.trim() + '.';
  const isBusy = response.status === 429 || response.status === 503;
  return new ApiError(response.status, text, problem.problems ?? [], isBusy ? Number(response.headers.get('Retry-After')) || busySeconds : null);
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, { signal });
  return (await response.json()) as T;
}

export async function postJson<T>(path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { method: 'POST', signal };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { 'Content-Type': 'application/json' };
  }
  const response = await request(path, init);
  return (await response.json()) as T;
}
