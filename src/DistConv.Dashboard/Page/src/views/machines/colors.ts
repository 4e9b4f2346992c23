import { strokeOf } from '../../charts/theme';

/** Hues that are not those of the phases. */
const hues = [3, 5, 7, 6];
const mostKept = 200;
const seen: string[] = [];

/** A silo's colour. It stays the same while the page is open, even when silos are lost or join; grey means several silos. */
export function siloColor(silo: string | null, dark: boolean): string {
  if (silo === null) return dark ? '#59626e' : '#c5ccd4';
  if (!seen.includes(silo)) seen.push(silo);
  const at = seen.indexOf(silo);
  if (seen.length > mostKept) seen.length = 0;
  return strokeOf(hues[at % hues.length], dark).color;
}
