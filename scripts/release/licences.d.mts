type Read = (file: string) => string;
export function permits(expression: string, allowed: readonly string[]): boolean;
export function npmLicences(read: Read): string[];
export function cargoLicences(
  packages: readonly { name: string; license: string | null }[],
): string[];
