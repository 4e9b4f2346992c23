/**
 * Exponentially weighted mean along x. The weight of the past halves every `halfLife` of x, and a point counts for the stretch of x since the one before it.
 * Runs of different resolution are therefore smoothed alike. Nothing is assumed before the first point. NaN is skipped and stays a gap.
 */
export function smooth(x: ArrayLike<number>, y: ArrayLike<number>, halfLife: number): Float64Array {
  const result = new Float64Array(y.length);
  let sum = 0;
  let weight = 0;
  let previous = NaN;
  for (let i = 0; i < y.length; i++) {
    if (!Number.isFinite(y[i])) {
      result[i] = NaN;
      continue;
    }
    const distance = Number.isNaN(previous) ? firstDistance(x, i) : Math.max(0, x[i] - previous);
    const decay = halfLife <= 0 ? 0 : 2 ** (-distance / halfLife);
    sum = sum * decay + y[i] * (1 - decay);
    weight = weight * decay + (1 - decay);
    previous = x[i];
    result[i] = weight > 0 ? sum / weight : y[i];
  }
  return result;
}

function firstDistance(x: ArrayLike<number>, i: number): number {
  return i + 1 < x.length && x[i + 1] > x[i] ? x[i + 1] - x[i] : 1;
}

/** Half-lives to choose from, in steps. */
export const smoothingChoices = [0, 5, 10, 20, 50, 100, 200, 500, 1000] as const;
