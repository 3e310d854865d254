/** The words of the Metadata API for rights, licences and the profiles that every org has. */
import type { ObjectRights } from '../rights/index.ts';

export const objectRightElements: Readonly<Record<keyof ObjectRights, string>> = {
  create: 'allowCreate',
  delete: 'allowDelete',
  edit: 'allowEdit',
  read: 'allowRead',
  modifyAll: 'modifyAllRecords',
  viewAll: 'viewAllRecords',
};

/** Two profiles have names of their own there, which they had before they could be renamed in Setup. */
const profileFileNames: Readonly<Record<string, string>> = {
  'System Administrator': 'Admin',
  'Standard User': 'Standard',
};

export function profileOfFileName(fileName: string): string {
  const known = Object.entries(profileFileNames).find(([, word]) => word === fileName);
  return known?.[0] ?? fileName;
}

export function fileNameOfProfile(name: string): string {
  return profileFileNames[name] ?? name;
}
