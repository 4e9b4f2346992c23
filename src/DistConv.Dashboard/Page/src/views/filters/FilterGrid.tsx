import { useEffect, useRef } from 'preact/hooks';
import type { FilterDescription, Kernels } from '../../api/types';
import { address, setQuery } from '../../state/route';
import { formatConfidence, formatCount, formatPercent, formatValue } from '../../ui/format';
import { Picture } from '../../ui/Picture';
import { diverging, heat, paintColors, paintPlane, peak } from '../../ui/pixels';
import type { FilterItem } from './arrange';

export interface LayerMaps {
  height: number;
  width: number;
  channels: number;
  values: Float32Array;
}

interface Props {
  items: FilterItem[];
  kernels: Kernels;
  values: Float32Array;
  before: Float32Array | null;
  groupByName: boolean;
  maps: LayerMaps | null;
}

export function FilterGrid(props: Props) {
  const { items, groupByName } = props;
  const chosen = items.find((item) => String(item.index) === address.value.query.filter) ?? null;
  const groups = new Map<string, FilterItem[]>();
  for (const item of items) {
    const name = groupByName ? (item.description?.name ?? 'without a name') : '';
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return (
    <div class={chosen ? 'filters with-detail' : 'filters'}>
      <div>
        {[...groups].map(([name, members]) => (
          <section key={name} aria-label={name || 'Filters'}>
            {name && (
              <h2 class="group">
                {name} <small>{members.length}</small>
              </h2>
            )}
            <ul class={`filter-grid${props.kernels.inChannels > 3 ? ' deep' : ''}${props.maps ? ' with-maps' : ''}`}>
              {members.map((item) => (
                <li key={item.index}>
                  <FilterTile {...props} item={item} chosen={item === chosen} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      {chosen && <FilterDetail {...props} item={chosen} />}
    </div>
  );
}

/** The confidence, and the first record since which the filter has been structured. */
function summarize({ confidence, structuredTo }: FilterDescription): string {
  const since = typeof structuredTo === 'number' ? `, since step ${formatCount(structuredTo)}` : '';
  return formatConfidence(confidence) + since;
}

function FilterTile({ item, chosen, kernels, values, before, maps }: Props & { item: FilterItem; chosen: boolean }) {
  const { index, description } = item;
  return (
    <button
      type="button"
      class={`filter-tile${description?.isStructured ? ' structured' : ''}`}
      aria-pressed={chosen}
      onClick={() => setQuery({ filter: chosen ? null : String(index) })}
    >
      <span class="filter-pictures">
        {before && <KernelPicture kernels={kernels} values={before} index={index} class="before" />}
        <KernelPicture kernels={kernels} values={values} index={index} />
        {maps && index < maps.channels && <MapPicture maps={maps} channel={index} decorative />}
      </span>
      <span class="filter-name">
        <span class="visually-hidden">Filter </span>
        <b>{index}</b> {description ? description.name.replace(/ (?=\S$)/, '\u00a0') : ''}
      </span>
      <small>{description ? summarize(description) : ''}</small>
    </button>
  );
}

/** A filter's kernels: one plane in colours of weights, three as a colour picture, more as a grid of its input channels. */
export function KernelPicture({
  kernels,
  values,
  index,
  label,
  class: name,
}: {
  kernels: Kernels;
  values: Float32Array;
  index: number;
  label?: string;
  class?: string;
}) {
  const { kernelHeight: h, kernelWidth: w, inChannels, scale } = kernels;
  const offset = index * inChannels * h * w;
  const paint = (canvas: HTMLCanvasElement) => {
    if (inChannels === 1) paintPlane(canvas, values, offset, h, w, (value) => diverging(value / (scale || 1)));
    else if (inChannels === 3) paintColors(canvas, values, offset, h, w, scale);
    else paintGrid(canvas, kernels, values, offset);
  };
  return <Picture paint={paint} label={label} class={name} dependencies={[values, index, scale]} />;
}

/** The planes of all input channels side by side with a pixel between them. */
function paintGrid(canvas: HTMLCanvasElement, kernels: Kernels, values: Float32Array, offset: number): void {
  const { kernelHeight: h, kernelWidth: w, inChannels, scale } = kernels;
  const across = Math.ceil(Math.sqrt(inChannels));
  const down = Math.ceil(inChannels / across);
  canvas.width = across * (w + 1) - 1;
  canvas.height = down * (h + 1) - 1;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(canvas.width, canvas.height);
  for (let c = 0; c < inChannels; c++) {
    const left = (c % across) * (w + 1);
    const top = Math.floor(c / across) * (h + 1);
    for (let i = 0; i < h * w; i++) {
      const at = ((top + Math.floor(i / w)) * canvas.width + left + (i % w)) * 4;
      const [r, g, b] = diverging(values[offset + c * h * w + i] / (scale || 1));
      image.data.set([r, g, b, 255], at);
    }
  }
  context.putImageData(image, 0, 0);
}

export function MapPicture({ maps, channel, decorative }: { maps: LayerMaps; channel: number; decorative?: boolean }) {
  const size = maps.height * maps.width;
  const paint = (canvas: HTMLCanvasElement) => {
    const top = peak(maps.values, channel * size, size);
    paintPlane(canvas, maps.values, channel * size, maps.height, maps.width, (value) => heat(value / top));
  };
  return <Picture paint={paint} label={decorative ? undefined : `Feature map of channel ${channel}`} class="map" dependencies={[maps, channel]} />;
}

function FilterDetail({ item, kernels, values, before, maps }: Props & { item: FilterItem }) {
  const { index, description, norm, moved } = item;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.scrollIntoView({ block: 'nearest' }), [index]);
  return (
    <aside class="card filter-detail" aria-live="polite" aria-label={`Filter ${index}`}>
      <header class="card-head">
        <h2 ref={heading}>Filter {index}</h2>
        <button type="button" class="small" onClick={() => setQuery({ filter: null })}>
          Close
        </button>
      </header>
      <div class="detail-pictures">
        {before && (
          <figure>
            <KernelPicture kernels={kernels} values={before} index={index} label={`Filter ${index} before training`} />
            <figcaption>before</figcaption>
          </figure>
        )}
        <figure>
          <KernelPicture kernels={kernels} values={values} index={index} label={`Filter ${index} at step ${kernels.step}`} />
          <figcaption>step {kernels.step}</figcaption>
        </figure>
        {maps && index < maps.channels && (
          <figure>
            <MapPicture maps={maps} channel={index} />
            <figcaption>feature map</figcaption>
          </figure>
        )}
      </div>
      {description && (
        <>
          <p>
            <b>{description.name}</b>, confidence {formatConfidence(description.confidence)}
          </p>
          <p>{description.sentence}</p>
        </>
      )}
      <p>
        Norm {formatValue(norm)}
        {before && <>, moved by {formatPercent(moved, 0)} of its first norm</>}
      </p>
      {kernels.inChannels === 1 && <WeightTable kernels={kernels} values={values} index={index} />}
      {kernels.inChannels > 3 && <p class="hint">Each small square is the kernel of one of the {kernels.inChannels} input channels.</p>}
    </aside>
  );
}

function WeightTable({ kernels, values, index }: { kernels: Kernels; values: Float32Array; index: number }) {
  const { kernelHeight: h, kernelWidth: w } = kernels;
  return (
    <table class="weights">
      <caption>Weights</caption>
      <tbody>
        {Array.from({ length: h }, (_, y) => (
          <tr key={y}>
            {Array.from({ length: w }, (_, x) => (
              <td key={x} class="numeric">
                {values[index * h * w + y * w + x].toFixed(3)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
