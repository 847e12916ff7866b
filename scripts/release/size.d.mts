export function grown(
  sizes: Readonly<Record<string, number>>,
  read: (file: string) => string,
): string[];
