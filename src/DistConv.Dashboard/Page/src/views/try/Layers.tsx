import { useMemo } from 'preact/hooks';
import { decodeFloats } from '../../api/series';
import type { FeatureMaps, PredictionAnswer } from '../../api/types';
import { Picture } from '../../ui/Picture';
import { gray, paintPlane } from '../../ui/pixels';
import { formatCount } from '../../ui/format';
import { MapPicture } from '../filters/FilterGrid';

/** The input as the network received it. */
export function NetworkInput({ answer }: { answer: PredictionAnswer }) {
  const { height, width, channels, pixels } = answer.input;
  const values = useMemo(() => decodeFloats(pixels), [pixels]);
  const paint = (canvas: HTMLCanvasElement) => {
    if (channels === 1) return paintPlane(canvas, values, 0, height, width, gray);
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    if (!context) return undefined;
    const image = context.createImageData(width, height);
    for (let i = 0; i < height * width; i++) {
      for (let c = 0; c < 3; c++) image.data[i * 4 + c] = values[i * channels + Math.min(c, channels - 1)] * 255;
      image.data[i * 4 + 3] = 255;
    }
    return context.putImageData(image, 0, 0);
  };
  return (
    <figure class="network-input">
      <Picture paint={paint} label="The input as the network sees it" dependencies={[values]} />
      <figcaption>
        What the network sees: {height} × {width}
        {channels > 1 && ` × ${channels}`}
      </figcaption>
    </figure>
  );
}

export function LayerMapsList({ answer }: { answer: PredictionAnswer }) {
  return (
    <section class="card layer-maps" aria-labelledby="maps-title">
      <header class="card-head">
        <h2 id="maps-title">Feature maps</h2>
        <p class="summary">layer by layer. Bright pixels are strong responses; each map has its own scale, and a black map did not respond</p>
      </header>
      {answer.maps?.map((maps) => (
        <Layer key={maps.layer} maps={maps} />
      ))}
    </section>
  );
}

function Layer({ maps }: { maps: FeatureMaps }) {
  const values = useMemo(() => decodeFloats(maps.values), [maps.values]);
  const decoded = useMemo(() => ({ ...maps, values }), [maps, values]);
  const count = Math.floor(values.length / (maps.height * maps.width));
  return (
    <>
      <h3>
        {maps.layer}{' '}
        <small>
          {maps.height} × {maps.width}, {formatCount(maps.allChannels)} channels{count < maps.allChannels && `, the first ${count}`}
        </small>
      </h3>
      <div class="map-strip" tabIndex={0} role="group" aria-label={`Feature maps of ${maps.layer}`}>
        {Array.from({ length: count }, (_, channel) => (
          <MapPicture key={channel} maps={decoded} channel={channel} />
        ))}
      </div>
    </>
  );
}
