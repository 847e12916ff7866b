/** New files, whole from the first moment on, and never in the place of another one. */
import { existsSync } from "node:fs";
import { link, mkdir, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { putWhole } from "../write.ts";

/** @throws where there is something at `path` by now. */
export async function create(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await putWhole(path, text, putIn);
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
