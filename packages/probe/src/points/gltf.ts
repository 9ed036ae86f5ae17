import { ascii } from '../ascii.ts';
import { textHead } from '../documents/text-head.ts';
import type { Findings, Format } from '../format.ts';
import { malformed } from '../probe-error.ts';

/** A scene's description is small; its numbers are beside it. */
const MOST_JSON_BYTES = 1 << 20;

/** glTF 2 in one binary file (GLB). */
export const GLB: Format = {
  id: 'glb',
  mediaType: 'model/gltf-binary',
  kind: 'mesh',
  extensions: ['glb'],
  recognises: head => ascii(head, 0, 4) === 'glTF',
  async read(reader) {
    const view = await reader.view(0, 20);
    const length = view.getUint32(12, true);
    if (ascii(new Uint8Array(view.buffer, view.byteOffset + 16, 4)) !== 'JSON' || length > MOST_JSON_BYTES)
      throw malformed(`The GLB file does not begin with a JSON chunk of at most ${MOST_JSON_BYTES} bytes.`);
    return sceneFacts(await reader.read(20, length));
  },
};

/** glTF in JSON. */
export const GLTF: Format = {
  id: 'gltf',
  mediaType: 'model/gltf+json',
  kind: 'mesh',
  extensions: ['gltf', 'json'],
  recognises(head, sizeBytes) {
    const text = textHead(head, sizeBytes)?.text ?? '';
    return /^\s*\{/.test(text) && /"asset"\s*:\s*\{[^{}]{0,2000}"version"\s*:\s*"\d/.test(text);
  },
  async read(reader) {
    if (reader.sizeBytes > MOST_JSON_BYTES) return { facts: {} };
    return sceneFacts(await reader.read(0, reader.sizeBytes));
  },
};

interface Scene {
  asset?: { version?: unknown };
  accessors?: { count?: unknown }[];
  meshes?: { primitives?: { attributes?: { POSITION?: unknown }; indices?: unknown; mode?: unknown }[] }[];
}

const TRIANGLES = 4;

/** Corners and triangles of all meshes, as the scene declares them. */
function sceneFacts(bytes: Uint8Array): Findings {
  const scene = parse(bytes);
  const count = (accessor: unknown): number => {
    const value = typeof accessor === 'number' ? scene.accessors?.[accessor]?.count : undefined;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
  };
  let points = 0;
  let faces = 0;
  for (const mesh of listOf(scene.meshes)) {
    for (const primitive of listOf(mesh?.primitives)) {
      const corners = count(primitive?.attributes?.POSITION);
      points += corners;
      if ((primitive?.mode ?? TRIANGLES) !== TRIANGLES) continue;
      faces += Math.floor((primitive?.indices === undefined ? corners : count(primitive.indices)) / 3);
    }
  }
  const { version } = scene.asset ?? {};
  return { facts: { points, faces, brand: typeof version === 'string' ? version.slice(0, 20) : null } };
}

const listOf = <T>(value: T[] | undefined): T[] => (Array.isArray(value) ? value : []);

function parse(bytes: Uint8Array): Scene {
  let scene: unknown;
  try {
    scene = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw malformed(`The scene is no JSON: ${String(error)}.`);
  }
  if (typeof scene !== 'object' || scene === null) throw malformed('The scene is no JSON object.');
  return scene;
}
