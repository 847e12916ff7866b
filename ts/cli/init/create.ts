/** New files, whole from the first moment on, and never in the place of another one. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** @throws where there is something at `path` by now. */
export async function create(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await putIn(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Some file systems have no second names for a file. */
const WITHOUT_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

async function putIn(temporary: string, path: string): Promise<void> {
  try {
    // Unlike a renaming, it fails where there is a file.
    await link(temporary, path);
  } catch (error) {
    if (!WITHOUT_LINKS.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    if (existsSync(path)) throw new Error("there is a file by now");
    await rename(temporary, path);
  }
}
