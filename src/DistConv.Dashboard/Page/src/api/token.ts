const key = 'distconv-token';

/** Splits a token off an address: `#token=T`, `#token=T&/jobs` or `#/jobs?token=T&…`. */
export function splitToken(hash: string): { token: string | null; rest: string } {
  const bare = hash.startsWith('#') ? hash.slice(1) : hash;
  const match = /(^|[?&])token=([^&]*)/.exec(bare);
  if (!match) return { token: null, rest: bare };
  const before = bare.slice(0, match.index);
  const after = bare.slice(match.index + match[0].length).replace(/^&/, '');
  const joint = match[1] === '?' && after ? '?' : match[1] === '&' && after ? '&' : '';
  return { token: decodeURIComponent(match[2]), rest: before + joint + after };
}

/**
 * Takes the token out of the page's address, so that neither history nor a copied link holds it, and keeps it for this tab. The answer is whether there was
 * one.
 */
export function adoptToken(): boolean {
  const { token, rest } = splitToken(location.hash);
  if (token === null) return false;
  sessionStorage.setItem(key, token);
  history.replaceState(null, '', location.pathname + location.search + (rest ? '#' + rest : ''));
  return true;
}

export function readToken(): string | null {
  return sessionStorage.getItem(key);
}

export function keepToken(token: string): void {
  sessionStorage.setItem(key, token);
}
