/** Writes what is set up in an org as a Salesforce DX project. */
import { setupFileOfFolder } from '../setup/index.ts';
import { projectOfSetup } from './project-of-setup.ts';
import { type WrittenProject, writeProject } from './write-project.ts';

/**
 * `dataFolder` keeps the org, which may be running; `folder` becomes the project, or is one.
 *
 * @throws SluiceError METADATA_FILE_KEPT for a file there that no export wrote, without `force`.
 */
export async function exportMetadataOf(
  dataFolder: string,
  { folder, force }: { folder: string; force: boolean },
): Promise<WrittenProject & { remarks: readonly string[] }> {
  const project = projectOfSetup(setupFileOfFolder(dataFolder));
  const written = await writeProject(folder, project, { force });
  return { ...written, remarks: project.remarks };
}
