import { signal } from '@preact/signals';
import { formatAddress, parseAddress, type Address, type View } from './address';

export const address = signal<Address>(parseAddress(location.hash));

addEventListener('hashchange', () => {
  address.value = parseAddress(location.hash);
});

export function refreshAddress(): void {
  address.value = parseAddress(location.hash);
}

export function link(view: View, job: string | null = null, query: Record<string, string | null | undefined> = {}): string {
  return formatAddress(view, job, query);
}

export function go(view: View, job: string | null = null, query: Record<string, string | null | undefined> = {}): void {
  location.hash = link(view, job, query);
}

/** Changes parts of the view's query. It stays one entry in the history. */
export function setQuery(changes: Record<string, string | null>): void {
  const { view, job, query } = address.value;
  const hash = formatAddress(view, job, { ...query, ...changes });
  history.replaceState(null, '', hash);
  address.value = parseAddress(hash);
}
