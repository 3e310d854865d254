/** Reads a Salesforce DX project, or a folder with its source, into what a setup file would say. */
import { findShapeProblem, type ValuePath } from '../../base/index.ts';
import {
  type ConnectedAppSetup,
  type ExternalClientAppSetup,
  type ObjectSetup,
  type SetupFile,
  type SetupSource,
  schemaOfObjects,
  setupFileSchema,
} from '../setup/index.ts';
import { createElementReader, type ElementReader } from './element-reader.ts';
import { findSourceFiles, folderError, readSourceFile, type SourceFile } from './find-source-files.ts';
import { createLeftOut, type LeftOut } from './left-out.ts';
import { metadataError } from './metadata-error.ts';
import { parseXml, type XmlElement } from './parse-xml.ts';
import type { Place, Places } from './place.ts';
import { readConnectedApp } from './read-connected-app.ts';
import { type AppFiles, readExternalClientApp } from './read-external-client-app.ts';
import { type GivenObject, readObject } from './read-object.ts';
import { readPermissionSet, readProfile } from './read-rights.ts';
import { createReadWork, type ReadWork } from './read-work.ts';
import { profileOfFileName } from './right-words.ts';
import { findSourceKind, isPackaged, leaveOtherKind, leavePackaged, type SourceKind } from './source-kinds.ts';

export type ProjectSource = SetupSource & { leftOut: LeftOut; placeOf(path: ValuePath): Place };

/** A file of a kind that is read, with its root element. */
type Component = SourceFile & { kind: SourceKind; element: XmlElement };

/**
 * What the metadata of a folder says, in the form of a setup file; `refuse` names the file and the line.
 * `elsewhere` is what stands in a setup file beside it, so that what speaks of it makes sense.
 *
 * @throws SluiceError METADATA_FOLDER_INVALID, METADATA_INVALID.
 */
export async function readProject(folder: string, elsewhere: SetupFile = {}): Promise<ProjectSource> {
  const leftOut = createLeftOut();
  const files = await findSourceFiles(folder, leftOut);
  const components = await readComponents(folder, files, leftOut);
  if (components.length === 0) throw folderError(folder, 'none of its metadata is of a kind that the org in a box has');
  const work = createReadWork(leftOut, valueSetsOf(components));
  const value = readAll(components, elsewhere, work);
  const placeOf = (path: ValuePath) => findPlace(value, path, work.places);
  const refuse: SetupSource['refuse'] = (path, reason) => {
    const place = placeOf(path);
    return metadataError(place, `<${place.element}> ${reason}`);
  };
  const problem = findShapeProblem(setupFileSchema, value);
  if (problem) throw refuse(problem.path, problem.expectation);
  return { value, refuse, leftOut, placeOf };
}

async function readComponents(folder: string, files: readonly SourceFile[], leftOut: LeftOut): Promise<Component[]> {
  const components: Component[] = [];
  for (const file of files) {
    const kind = findSourceKind(file);
    if (kind === undefined) leaveOtherKind(file, leftOut);
    else if (kind === 'Profile' || kind === 'GlobalValueSet' || !leavePackaged(file, leftOut))
      components.push({ ...file, kind, element: await readRoot(folder, file, kind) });
  }
  return components;
}

async function readRoot(folder: string, { file }: SourceFile, kind: SourceKind): Promise<XmlElement> {
  const element = parseXml(await readSourceFile(folder, file), file);
  if (element.name === kind) return element;
  throw metadataError({ file, line: element.line }, `the root element is <${element.name}>, but must be <${kind}>`);
}

function valueSetsOf(components: readonly Component[]): ReadWork['valueSets'] {
  const sets = componentsOf(components, 'GlobalValueSet');
  return new Map(sets.map(({ name, file, element }) => [name.toLowerCase(), { file, element }]));
}

/** Of one kind; a component that is there twice is refused. */
function componentsOf(components: readonly Component[], kind: SourceKind): Component[] {
  const found = components.filter((each) => each.kind === kind);
  const seen = new Map<string, string>();
  for (const { file, name } of found) {
    const first = seen.get(name.toLowerCase());
    if (first)
      throw metadataError({ file }, `${kind} ${name} is there twice, here and in ${first}; take one of them away`);
    seen.set(name.toLowerCase(), file);
  }
  return found;
}

function readAll(components: readonly Component[], elsewhere: SetupFile, work: ReadWork): SetupFile {
  const readerOf = ({ element, file }: Component) => createElementReader(element, file, work.leftOut);
  const objects = givenObjects(components, readerOf).flatMap((given) => readObject(given, work) ?? []);
  const rightsWork = {
    ...work,
    schema: schemaOfObjects([...objects, ...objectsOf(elsewhere)], (_name, index) => `a${index}`),
  };
  const profiles = componentsOf(components, 'Profile').flatMap(
    (each) => readProfile(readerOf(each), profileOfFileName(each.name), rightsWork) ?? [],
  );
  const permissionSets = componentsOf(components, 'PermissionSet').flatMap(
    (each) => readPermissionSet(readerOf(each), each.name, rightsWork) ?? [],
  );
  const names = [...profiles, ...(elsewhere.profiles ?? [])].map(({ name }) => name);
  const connectedApps: ConnectedAppSetup[] = componentsOf(components, 'ConnectedApp').map((each) =>
    readConnectedApp(readerOf(each), { apiName: each.name, profiles: names, work }),
  );
  const externalClientApps: ExternalClientAppSetup[] = appFilesOf(components, readerOf).map(({ apiName, files }) =>
    readExternalClientApp(files, { apiName, profiles: names, work }),
  );
  const lists = { objects, profiles, permissionSets, connectedApps, externalClientApps };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as SetupFile;
}

function objectsOf({ objects = [] }: SetupFile): readonly ObjectSetup[] {
  return objects as readonly ObjectSetup[];
}

type ReaderOf = (component: Component) => ElementReader;

/** Fields are beside their object, in the folder `fields`. */
function givenObjects(components: readonly Component[], readerOf: ReaderOf): GivenObject[] {
  const heads = new Map(componentsOf(components, 'CustomObject').map((each) => [each.name.toLowerCase(), each]));
  const fields = Map.groupBy(
    components.filter(({ kind }) => kind === 'CustomField'),
    (each) => objectNameOf(each).toLowerCase(),
  );
  return [...new Set([...heads.keys(), ...fields.keys()])].sort().map((key) => {
    const head = heads.get(key);
    const own = fields.get(key) ?? [];
    return {
      name: head?.name ?? (own[0] ? objectNameOf(own[0]) : key),
      head: head && readerOf(head),
      fields: own.map((each) => ({ name: each.name, read: readerOf(each) })),
    };
  });
}

/** `objects/City__c/fields/Code__c.field-meta.xml` is a field of City__c. */
function objectNameOf({ file, folders }: SourceFile): string {
  const object = folders.at(-1) === 'fields' ? folders.at(-2) : undefined;
  if (object !== undefined) return object;
  throw metadataError({ file }, 'a field must be in objects/OBJECT/fields, so that it is known whose it is');
}

const appFileKinds = {
  consumer: 'ExtlClntAppGlobalOauthSettings',
  settings: 'ExtlClntAppOauthSettings',
  policies: 'ExtlClntAppOauthConfigurablePolicies',
} as const;

function appFilesOf(components: readonly Component[], readerOf: ReaderOf): { apiName: string; files: AppFiles }[] {
  const headers = componentsOf(components, 'ExternalClientApplication');
  const names = headers.map(({ name }) => name);
  const parts = Object.entries(appFileKinds).map(
    ([part, kind]) => [part, partsByApp(componentsOf(components, kind), names)] as const,
  );
  return headers.map((header) => {
    const files = parts.flatMap(([part, byApp]) => {
      const component = byApp.get(header.name);
      return component ? [[part, readerOf(component)]] : [];
    });
    return { apiName: header.name, files: { header: readerOf(header), ...Object.fromEntries(files) } };
  });
}

/** Each part names the app it belongs to. */
function partsByApp(components: readonly Component[], apps: readonly string[]): Map<string, Component> {
  const byApp = new Map<string, Component>();
  for (const component of components) {
    const { file, kind, element } = component;
    const named = element.children.find(({ name }) => name === 'externalClientApplication');
    const app = named?.text.trim() ?? '';
    const place = { file, line: named?.line ?? element.line };
    if (isPackaged(app)) continue;
    if (!apps.includes(app))
      throw metadataError(place, `<externalClientApplication> names no external client app of this project: "${app}"`);
    const first = byApp.get(app);
    if (first)
      throw metadataError(place, `${app} has two files ${kind}, this one and ${first.file}; take one of them away`);
    byApp.set(app, component);
  }
  return byApp;
}

/** Goes along the path to the innermost part whose place is known. */
function findPlace(value: SetupFile, path: ValuePath, places: Places): Place {
  let at: unknown = value;
  let found: Place | undefined;
  for (const [index, part] of path.entries()) {
    at = (at as Record<string | number, unknown> | undefined)?.[part];
    if (typeof at !== 'object' || at === null) break;
    found = places.get(at)?.(path.slice(index + 1)) ?? found;
  }
  return found ?? { file: 'the project', element: String(path.at(-1)) };
}
