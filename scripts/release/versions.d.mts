export function versionFaults(read: (file: string) => string, loaded: string): string[];
export function changelogFaults(read: (file: string) => string, release: boolean): string[];
