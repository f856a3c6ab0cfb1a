import type { GraphBuilder } from '../graph/graph-builder.js';
import { adjointMap, averageMap, bilinearMap } from '../graph/axis-map.js';
import type { NodeId } from '../graph/graph.js';
import type { PriorSettings } from '../networks/descent-settings.js';
import type { WeightMap } from '../networks/network-weights.js';

/**
 * ∇P(x) = 2/N · (r − Jφᵀr) with r = x − φ(x), the adjoint of the bilinear prior written out by hand: what the
 * differentiation of the graph has to agree with. It shares no code with it but the operations themselves.
 */
export function explicitPriorGradient(
  g: GraphBuilder,
  weights: WeightMap,
  { priorDownsamp, bilinQuad }: PriorSettings,
  x: NodeId,
): NodeId {
  const d = priorDownsamp ?? 1;
  const [batch, days, lat, lon] = g.shape(x);
  const layer = (name: string) => handLayer(g, weights, `prior_cost.${name}`);
  const [convIn, convHidden, convOut] = [layer('conv_in'), layer('conv_hidden'), layer('conv_out')];
  const [bilin1, bilin21, bilin22] = [layer('bilin_1'), layer('bilin_21'), layer('bilin_22')];
  const width = convIn.outputs;

  const a = convIn.apply(g.averagePool(x, d));
  const h = convHidden.apply(g.relu(a));
  const p = bilin21.apply(h);
  const q = bilinQuad ? p : bilin22.apply(h);
  const phi = g.upsample(convOut.apply(g.concatenate(bilin1.apply(h), g.multiply(p, q))), d);
  const r = g.subtract(x, phi);

  const down =
    d === 1 ? r : g.resample(r, adjointMap(bilinearMap(lat / d, d)), adjointMap(bilinearMap(lon / d, d)));
  const t = convOut.adjoint(down);
  const [t1, t2] = [g.slice(t, 0, width), g.slice(t, width, 2 * width)];
  const ofProduct = bilinQuad
    ? bilin21.adjoint(g.scale(g.multiply(t2, p), 2))
    : g.add(bilin21.adjoint(g.multiply(t2, q)), bilin22.adjoint(g.multiply(t2, p)));
  const gh = g.add(bilin1.adjoint(t1), ofProduct);
  const ga = g.multiply(convHidden.adjoint(gh), g.step(a));
  const back = convIn.adjoint(ga);
  const adjoint =
    d === 1 ? back : g.resample(back, adjointMap(averageMap(lat, d)), adjointMap(averageMap(lon, d)));
  return g.scale(g.subtract(r, adjoint), 2 / (batch * days * lat * lon));
}

type HandLayer = { outputs: number; apply: (x: NodeId) => NodeId; adjoint: (x: NodeId) => NodeId };

function handLayer(g: GraphBuilder, weights: WeightMap, name: string): HandLayer {
  const { shape, data } = weights.get(`${name}.weight`)!;
  const [outputs, inputs, size] = [shape[0]!, shape[1]!, shape[2]!];
  const values = Float32Array.from(data);
  const turned = new Float32Array(values.length);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let u = 0; u < size; u++) {
        for (let v = 0; v < size; v++) {
          turned[((i * outputs + o) * size + size - 1 - u) * size + size - 1 - v] =
            values[((o * inputs + i) * size + u) * size + v]!;
        }
      }
    }
  }
  const padding = (size - 1) / 2;
  const weight = g.constant(name, [outputs, inputs, size, size], values);
  const adjointWeight = g.constant(`${name} turned`, [inputs, outputs, size, size], turned);
  const bias = g.constant(
    `${name} bias`,
    [1, outputs, 1, 1],
    Float32Array.from(weights.get(`${name}.bias`)!.data),
  );
  return {
    outputs,
    apply: (x) => g.convolution(x, { weight, bias, padding }),
    adjoint: (x) => g.convolution(x, { weight: adjointWeight, padding }),
  };
}
