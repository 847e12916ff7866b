export const runtimesFolder: string;
export function installRuntimes(): Promise<void>;
