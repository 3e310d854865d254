/** Finds the YAML files of a folder. */
import { existsSync, readdirSync } from 'node:fs';
import { sep } from 'node:path';

/** Paths by `/`, in order; what begins with a dot is not looked at, nor what npm brought. */
export function yamlFilesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => /\.ya?ml$/.test(path) && !/(^|\/)(\.|node_modules\/)/.test(path))
    .sort();
}
